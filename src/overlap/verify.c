/* Thumbnails are 4 KiB each and there may be millions: those of a chunk of first pictures are held
 * while those of the second are streamed past them, so that a pass over the table serves many
 * candidates. */
#include "overlap/verify.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "decide/ask.h"
#include "similar/thumb.h"

#include <math.h>
#include <stdlib.h>

enum {
    MOST_WAITING = 1 << 22, /* candidates: 160 MB */
    MOST_HELD = 1 << 15,    /* thumbnails: 128 MB */
    IDS_AT_ONCE = 1 << 16   /* that one statement carries */
};

void rs_verify_fini(rs_verify *verify)
{
    rs_free(verify->items);
    verify->items = NULL;
    verify->n = verify->cap = 0;
}

/* ---- thumbnails ------------------------------------------------------------------------------ */

static int by_id(const void *a, const void *b)
{
    return rs_id_cmp(*(const rs_id *)a, *(const rs_id *)b);
}

/* Sorts and keeps each once; returns how many are left. */
static size_t sort_once(rs_id *ids, size_t n)
{
    if (n == 0) return 0;
    qsort(ids, n, sizeof *ids, by_id);
    size_t kept = 1;
    for (size_t i = 1; i < n; i++)
        if (!rs_id_eq(ids[i], ids[kept - 1])) ids[kept++] = ids[i];
    return kept;
}

static rsift_status want_some(rs_store *store, const rs_id *ids, size_t n, rsift_error *err)
{
    rs_buf text = {0};
    char id[RS_ID_TEXT];
    for (size_t i = 0; i < n; i++)
        rs_buf_printf(&text, "%s%s", i ? "," : "", rs_id_text(id, ids[i]));
    if (text.failed) {
        rs_buf_fini(&text);
        return rs_err_nomem(err, "a list of pictures");
    }
    const rs_arg list = {.type = RS_ARG_STR, .str = rs_buf_view(&text)};
    rs_result *result;
    rsift_status status = rs_store_query(
        store, RS_STR("INSERT INTO near_want SELECT CAST(unnest(string_split($1, ',')) AS UUID)"),
        &list, 1, &result, err);
    if (status == RSIFT_OK) rs_result_close(result);
    rs_buf_fini(&text);
    return status;
}

/* Asks for the thumbnails of n pictures. */
static rsift_status ask_thumbs(rs_store *store, const rs_id *ids, size_t n, rs_result **out,
                               rsift_error *err)
{
    RS_TRY(rs_store_exec(store, RS_STR("CREATE OR REPLACE TEMP TABLE near_want(content_hash UUID)"),
                         err));
    for (size_t i = 0; i < n; i += IDS_AT_ONCE)
        RS_TRY(want_some(store, ids + i, n - i < IDS_AT_ONCE ? n - i : IDS_AT_ONCE, err));
    return rs_decide_ask(store, "look", "thumbs", RS_STR(""), out, err);
}

typedef struct thumbs {
    rs_id *ids; /* sorted, each once */
    uint8_t (*thumb)[RS_IMAGE_THUMB_BYTES];
    bool *known;
    size_t n;
} thumbs;

static void fini_thumbs(thumbs *t)
{
    rs_free(t->ids);
    rs_free(t->thumb);
    rs_free(t->known);
    *t = (thumbs){0};
}

static size_t find_thumb(const thumbs *t, rs_id id)
{
    const rs_id *at = bsearch(&id, t->ids, t->n, sizeof id, by_id);
    return at ? (size_t)(at - t->ids) : RS_NPOS;
}

/* The thumbnails of t->ids, held. */
static rsift_status load_thumbs(rs_store *store, thumbs *t, rsift_error *err)
{
    t->thumb = rs_alloc(t->n * sizeof *t->thumb);
    t->known = rs_calloc(t->n, sizeof *t->known);
    if (!t->thumb || !t->known) return rs_err_nomem(err, "thumbnails");
    rs_result *result;
    RS_TRY(ask_thumbs(store, t->ids, t->n, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        const size_t i = find_thumb(t, rs_result_id(result, 0));
        const rs_str bytes = rs_result_bytes(result, 1);
        if (i == RS_NPOS || bytes.len != RS_IMAGE_THUMB_BYTES) continue;
        memcpy(t->thumb[i], bytes.ptr, bytes.len);
        t->known[i] = true;
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* ---- proving --------------------------------------------------------------------------------- */

typedef struct proof {
    const char *method;
    double score;
    unsigned orientation;
    char evidence[160];
} proof;

/* Equal keys were made of equal sums, so in the right orientation the thumbnails are equal. */
static bool prove_pixels(const uint8_t *a, const uint8_t *b, proof *out)
{
    out->method = "pixels";
    out->score = 1;
    const double difference = rs_thumb_difference(a, b, &out->orientation);
    snprintf(out->evidence, sizeof out->evidence, "equal block sums");
    return difference == 0;
}

static bool prove_flat(const uint8_t *a, const uint8_t *b, proof *out)
{
    const double difference = rs_thumb_difference(a, b, &out->orientation);
    const double contrast = fmin(rs_thumb_contrast(a), rs_thumb_contrast(b));
    out->method = "perceptual";
    out->score = 1 - difference / 255;
    snprintf(out->evidence, sizeof out->evidence, "flat, thumbnails differ by %.2f grey levels",
             difference);
    return contrast >= RS_OVERLAP_FLAT_CONTRAST && difference <= RS_OVERLAP_FLAT_DIFFERENCE &&
           difference <= contrast / 4;
}

static bool prove(const rs_candidate *c, const uint8_t *a, const uint8_t *b, proof *out)
{
    if (c->kind == RS_CANDIDATE_PIXELS) return prove_pixels(a, b, out);
    if (c->kind == RS_CANDIDATE_FLAT) return prove_flat(a, b, out);
    const rs_thumb_match match = rs_thumb_compare(a, b, c->orientation);
    out->method = "perceptual";
    out->score = match.score;
    out->orientation = c->orientation;
    snprintf(out->evidence, sizeof out->evidence, "%u of 256 bits differ, correlation %.2f",
             (unsigned)c->distance, match.score);
    return rs_thumb_is_same(&match);
}

static void put_pair(rs_rows *rows, const rs_candidate *c, const proof *p)
{
    rs_put_id(rows, RS_PICTURE_PAIR_a, c->a);
    rs_put_id(rows, RS_PICTURE_PAIR_b, c->b);
    rs_put_str(rows, RS_PICTURE_PAIR_method, rs_str_of(p->method));
    rs_put_str(rows, RS_PICTURE_PAIR_level, RS_STR("image"));
    rs_put_double(rows, RS_PICTURE_PAIR_score, p->score);
    /* of equal thumbnails no bit differs, and what is known of one is known of the other */
    if (c->kind != RS_CANDIDATE_FLAT || (p->score >= 1 && p->orientation == 0))
        rs_put_i64(rows, RS_PICTURE_PAIR_distance, c->distance);
    rs_put_i64(rows, RS_PICTURE_PAIR_orientation, p->orientation);
    rs_put_str(rows, RS_PICTURE_PAIR_evidence, rs_str_of(p->evidence));
    rs_put_end(rows);
}

static int by_a(const void *x, const void *y)
{
    const rs_candidate *a = x, *b = y;
    const int order = rs_id_cmp(a->a, b->a);
    return order ? order : rs_id_cmp(a->b, b->b);
}

static int by_b(const void *x, const void *y)
{
    const rs_candidate *a = x, *b = y;
    const int order = rs_id_cmp(a->b, b->b);
    return order ? order : rs_id_cmp(a->a, b->a);
}

/* Candidates of one chunk, sorted by b, whose first pictures are held. */
typedef struct chunk {
    rs_verify *verify;
    rs_candidate *items;
    size_t n;
    thumbs held;
    uint8_t *tried; /* an item is tried once, though the table may hold a picture twice */
} chunk;

/* The first candidate whose b is not before `id`. */
static size_t first_of(const chunk *c, rs_id id)
{
    size_t low = 0, high = c->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (rs_id_cmp(c->items[middle].b, id) < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Every candidate of the picture b against its thumbnail. */
static rsift_status try_thumb(chunk *c, rs_id b, const uint8_t *thumb, rs_rows *rows,
                              rsift_error *err)
{
    for (size_t i = first_of(c, b); i < c->n && rs_id_eq(c->items[i].b, b); i++) {
        const size_t at = find_thumb(&c->held, c->items[i].a);
        if (c->tried[i] || at == RS_NPOS || !c->held.known[at]) continue;
        c->tried[i] = 1;
        proof p = {0};
        if (prove(&c->items[i], c->held.thumb[at], thumb, &p)) {
            put_pair(rows, &c->items[i], &p);
        } else if (c->verify->refuted) {
            RS_TRY(c->verify->refuted(c->verify->ctx, &c->items[i], err));
        }
    }
    return RSIFT_OK;
}

static rsift_status stream_thumbs(chunk *c, const rs_id *ids, size_t n, rsift_error *err)
{
    rs_store *store = c->verify->job->store;
    rs_result *result;
    rs_rows *rows;
    RS_TRY(ask_thumbs(store, ids, n, &result, err));
    rsift_status status = rs_store_append(store, RS_T_PICTURE_PAIR, &rows, err);
    if (status != RSIFT_OK) {
        rs_result_close(result);
        return status;
    }
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        const rs_str bytes = rs_result_bytes(result, 1);
        if (bytes.len != RS_IMAGE_THUMB_BYTES) continue;
        status = try_thumb(c, rs_result_id(result, 0), (const uint8_t *)bytes.ptr, rows, err);
        if (status != RSIFT_OK) break;
    }
    rs_result_close(result);
    const rsift_status end = rs_store_append_end(rows, status == RSIFT_END ? err : NULL);
    return status == RSIFT_END ? end : status;
}

/* Proves candidates whose first pictures fit into memory together. */
static rsift_status prove_chunk(rs_verify *verify, rs_candidate *items, size_t n, rsift_error *err)
{
    chunk c = {.verify = verify, .items = items, .n = n};
    rs_id *ids = rs_alloc(n * sizeof *ids);
    c.held.ids = rs_alloc(n * sizeof *ids);
    c.tried = rs_calloc(n, 1);
    rsift_status status = RSIFT_OK;
    if (!ids || !c.held.ids || !c.tried) status = rs_err_nomem(err, "thumbnails");
    if (status == RSIFT_OK) {
        qsort(items, n, sizeof *items, by_b);
        for (size_t i = 0; i < n; i++) {
            c.held.ids[i] = items[i].a;
            ids[i] = items[i].b;
        }
        c.held.n = sort_once(c.held.ids, n);
        status = load_thumbs(verify->job->store, &c.held, err);
    }
    if (status == RSIFT_OK) status = stream_thumbs(&c, ids, sort_once(ids, n), err);
    /* Left out silently it would be a picture that was never compared. */
    if (status == RSIFT_OK && memchr(c.tried, 0, n))
        status = rs_err_set(err, RSIFT_E_FORMAT,
                            "a hashed picture has no thumbnail of %d bytes in the table "
                            "picture_hash; remove its release and index it again",
                            RS_IMAGE_THUMB_BYTES);
    fini_thumbs(&c.held);
    rs_free(c.tried);
    rs_free(ids);
    return status;
}

rsift_status rs_verify_flush(rs_verify *verify, rsift_error *err)
{
    /* What is refuted may add candidates of its own: they wait in a list of their own. */
    rs_candidate *items = verify->items;
    const size_t n = verify->n;
    verify->items = NULL;
    verify->n = verify->cap = 0;
    rsift_status status = RSIFT_OK;
    if (n) qsort(items, n, sizeof *items, by_a);
    for (size_t begin = 0, end; begin < n && status == RSIFT_OK; begin = end) {
        size_t n_held = 0;
        for (end = begin; end < n; end++) {
            if (end == begin || !rs_id_eq(items[end].a, items[end - 1].a)) n_held++;
            if (n_held > MOST_HELD) break;
        }
        status = prove_chunk(verify, items + begin, end - begin, err);
    }
    rs_free(items);
    return status;
}

rsift_status rs_verify_add(rs_verify *verify, const rs_candidate *candidate, rsift_error *err)
{
    if (verify->n >= MOST_WAITING) RS_TRY(rs_verify_flush(verify, err));
    if (!RS_VEC_RESERVE(verify->items, verify->cap, verify->n + 1))
        return rs_err_nomem(err, "candidates");
    verify->items[verify->n++] = *candidate;
    return RSIFT_OK;
}
