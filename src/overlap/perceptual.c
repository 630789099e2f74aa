/* The hashes of side 0 are held and indexed; those of side 1 come in pages. Pictures of side 0 with
 * equal hashes are one entry of the index: a star is proved around the first of them, and those
 * that only seem equal are compared on their own. */
#include "overlap/perceptual.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/hash.h"
#include "decide/ask.h"
#include "overlap/verify.h"
#include "similar/hamming.h"
#include "store/picture_hash.h"

#include <stdlib.h>

enum { PAGE = 1 << 17 }; /* pictures of side 1 at once */

typedef struct hash_list {
    rs_id *ids;
    rs_image_phash *hashes;
    size_t n, cap_ids, cap_hashes;
} hash_list;

/* Of two numbers of side 0 with equal hashes: `member` is not the picture that `first` is. */
typedef struct loose {
    uint32_t first, member;
} loose;

typedef struct search {
    const rs_overlap_job *job;
    hash_list held, page;
    rs_hamming *index;
    rs_verify verify;
    bool within; /* pairs name two pictures of side 0 */
    bool starring;
    loose *loose;
    size_t n_loose, cap_loose;
} search;

static void fini_list(hash_list *list)
{
    rs_free(list->ids);
    rs_free(list->hashes);
    *list = (hash_list){0};
}

/* Appends the rows (content_hash, phash) of an answer, which it closes. */
static rsift_status read_list(rs_result *result, hash_list *list, rsift_error *err)
{
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        if (!RS_VEC_RESERVE(list->ids, list->cap_ids, list->n + 1) ||
            !RS_VEC_RESERVE(list->hashes, list->cap_hashes, list->n + 1)) {
            status = rs_err_nomem(err, "hashes of pictures");
            break;
        }
        if (!rs_picture_hash_parse_phash(rs_result_bytes(result, 1), &list->hashes[list->n]))
            continue;
        list->ids[list->n++] = rs_result_id(result, 0);
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status load_held(search *s, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_decide_ask(s->job->store, "look", "held", RS_STR(""), &result, err));
    return read_list(result, &s->held, err);
}

static rsift_status load_page(search *s, int64_t begin, rsift_error *err)
{
    const rs_arg range[] = {{.type = RS_ARG_I64, .i64 = begin},
                            {.type = RS_ARG_I64, .i64 = begin + PAGE}};
    rs_result *result;
    RS_TRY(rs_store_query(
        s->job->store,
        RS_STR("SELECT content_hash, phash FROM near_pool WHERE i >= $1 AND i < $2 ORDER BY i"),
        range, 2, &result, err));
    s->page.n = 0;
    return read_list(result, &s->page, err);
}

/* ---- stars of equal hashes ------------------------------------------------------------------- */

static uint32_t number_of(const search *s, rs_id id)
{
    size_t low = 0, high = s->held.n; /* ids come sorted */
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (rs_id_cmp(s->held.ids[middle], id) <= 0) low = middle;
        else high = middle;
    }
    return (uint32_t)low;
}

/* A star's candidate that is not the picture of its first. */
static rsift_status note_loose(void *ctx, const rs_candidate *c, rsift_error *err)
{
    search *s = ctx;
    if (!s->starring) return RSIFT_OK;
    if (!RS_VEC_RESERVE(s->loose, s->cap_loose, s->n_loose + 1))
        return rs_err_nomem(err, "equal hashes");
    s->loose[s->n_loose++] = (loose){number_of(s, c->a), number_of(s, c->b)};
    return RSIFT_OK;
}

static int by_first(const void *a, const void *b)
{
    const loose *x = a, *y = b;
    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    return x->member < y->member ? -1 : x->member > y->member;
}

static rsift_status make_stars(search *s, rsift_error *err)
{
    s->starring = true;
    for (uint32_t i = 0; i < s->held.n; i++) {
        const uint32_t first = rs_hamming_first(s->index, i);
        if (first == i) continue;
        const rs_candidate c = {
            .a = s->held.ids[first], .b = s->held.ids[i], .kind = RS_CANDIDATE_PERCEPTUAL};
        RS_TRY(rs_verify_add(&s->verify, &c, err));
    }
    RS_TRY(rs_verify_flush(&s->verify, err));
    s->starring = false;
    if (s->n_loose) qsort(s->loose, s->n_loose, sizeof *s->loose, by_first);
    return RSIFT_OK;
}

/* The first entry of `loose` that belongs to the number. */
static size_t loose_of(const search *s, uint32_t first)
{
    size_t low = 0, high = s->n_loose;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (s->loose[middle].first < first) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* ---- pairs ----------------------------------------------------------------------------------- */

/* Pictures a of side 0 and b; the same picture needs no proof. */
static rsift_status add_pair(search *s, rs_id a, rs_id b, const rs_hamming_pair *pair,
                             rsift_error *err)
{
    const rs_candidate c = {.a = a,
                            .b = b,
                            .distance = pair->distance,
                            .orientation = pair->orientation,
                            .kind = RS_CANDIDATE_PERCEPTUAL};
    return rs_id_eq(a, b) ? RSIFT_OK : rs_verify_add(&s->verify, &c, err);
}

/* b with every picture that a stands for. */
static rsift_status add_pairs(search *s, rs_id b, const rs_hamming_pair *pair, rsift_error *err)
{
    RS_TRY(add_pair(s, s->held.ids[pair->a], b, pair, err));
    for (size_t i = loose_of(s, pair->a); i < s->n_loose && s->loose[i].first == pair->a; i++)
        RS_TRY(add_pair(s, s->held.ids[s->loose[i].member], b, pair, err));
    return RSIFT_OK;
}

static rsift_status take_pair(void *ctx, const rs_hamming_pair *pair, rsift_error *err)
{
    search *s = ctx;
    if (!s->within) return add_pairs(s, s->page.ids[pair->b], pair, err);
    RS_TRY(add_pairs(s, s->held.ids[pair->b], pair, err));
    for (size_t i = loose_of(s, pair->b); i < s->n_loose && s->loose[i].first == pair->b; i++)
        RS_TRY(add_pairs(s, s->held.ids[s->loose[i].member], pair, err));
    return RSIFT_OK;
}

/* Pictures with equal hashes that are not their first may be each other. */
static rsift_status pair_loose(search *s, rsift_error *err)
{
    const rs_hamming_pair equal = {0};
    for (size_t i = 0; i < s->n_loose; i++)
        for (size_t k = i + 1; k < s->n_loose && s->loose[k].first == s->loose[i].first; k++)
            RS_TRY(add_pair(s, s->held.ids[s->loose[i].member], s->held.ids[s->loose[k].member],
                            &equal, err));
    return RSIFT_OK;
}

static bool is_cancelled(void *ctx)
{
    return rs_cancelled(ctx);
}

static rsift_status join_pages(search *s, const rs_hamming_options *options, rsift_error *err)
{
    rs_session *session = s->job->session;
    int64_t n = 0;
    RS_TRY(rs_decide_number(s->job->store, "SELECT count(*) FROM near_pool", &n, err));
    rs_progress *progress =
        rs_session_progress(session, "comparing pictures' hashes", "pictures", n);
    rsift_status status = RSIFT_OK;
    for (int64_t begin = 0; begin < n && status == RSIFT_OK; begin += PAGE) {
        status = load_page(s, begin, err);
        if (status == RSIFT_OK)
            status =
                rs_hamming_join(s->index, s->page.hashes, s->page.n, options, take_pair, s, err);
        rs_progress_add(progress, (int64_t)s->page.n);
    }
    rs_progress_end(progress);
    return status;
}

rsift_status rs_overlap_perceptual(const rs_overlap_job *job, bool within, rsift_error *err)
{
    search s = {.job = job, .within = within};
    s.verify = (rs_verify){.job = job, .refuted = note_loose, .ctx = &s};
    const rs_hamming_options options = {.radius = job->radius,
                                        .orientations = true,
                                        .n_threads = (int)job->session->n_threads,
                                        .cancelled = is_cancelled,
                                        .cancel_ctx = &job->session->cancel};
    rsift_status status = load_held(&s, err);
    if (status == RSIFT_OK && s.held.n) {
        status = rs_hamming_new(s.held.hashes, s.held.n, &s.index, err);
        if (status == RSIFT_OK) status = make_stars(&s, err);
        if (status == RSIFT_OK && within) status = pair_loose(&s, err);
        if (status == RSIFT_OK)
            status = within ? rs_hamming_self(s.index, &options, take_pair, &s, err)
                            : join_pages(&s, &options, err);
        if (status == RSIFT_OK) status = rs_verify_flush(&s.verify, err);
    }
    rs_hamming_free(s.index);
    rs_verify_fini(&s.verify);
    fini_list(&s.held);
    fini_list(&s.page);
    rs_free(s.loose);
    return status;
}
