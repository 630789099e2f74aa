/* Flat pictures have no signs to compare. Each is described by what no turn or mirror of its
 * thumbnail changes: the mean, and the sums over the (up to 8) cells that turns and mirrors lay on
 * each other. Pictures whose sums are within the difference that one picture may show are
 * candidates. Of pictures of side 0 with equal thumbnails the first is
 * compared, and the others with it: a star. */
#include "overlap/perceptual.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "decide/ask.h"
#include "image/hash.h"
#include "overlap/verify.h"
#include "similar/thumb.h"

#include <math.h>
#include <stdlib.h>

/* Cells (x, y) of one eighth of the thumbnail, y <= x < 32: one of each set of cells. */
enum { HALF = RS_IMAGE_THUMB_SIDE / 2, N_ORBITS = HALF * (HALF + 1) / 2 };

typedef struct flat_picture {
    rs_id id, thumb; /* its hash */
    float mean, contrast;
    uint16_t sums[N_ORBITS];
} flat_picture;

typedef struct flat_list {
    flat_picture *items;
    size_t n, cap;
} flat_list;

/* The set of a cell: its place in the eighth, along the rows. */
static size_t orbit_of(size_t x, size_t y)
{
    const size_t dx = x < HALF ? x : RS_IMAGE_THUMB_SIDE - 1 - x,
                 dy = y < HALF ? y : RS_IMAGE_THUMB_SIDE - 1 - y;
    return dx < dy ? dy * (dy + 1) / 2 + dx : dx * (dx + 1) / 2 + dy;
}

static flat_picture describe(rs_id id, const uint8_t thumb[RS_IMAGE_THUMB_BYTES])
{
    flat_picture out = {.id = id,
                        .thumb = rs_hash128(thumb, RS_IMAGE_THUMB_BYTES),
                        .contrast = (float)rs_thumb_contrast(thumb)};
    int64_t all = 0;
    for (size_t y = 0; y < RS_IMAGE_THUMB_SIDE; y++)
        for (size_t x = 0; x < RS_IMAGE_THUMB_SIDE; x++) {
            const uint8_t cell = thumb[y * RS_IMAGE_THUMB_SIDE + x];
            uint16_t *sum = &out.sums[orbit_of(x, y)];
            *sum = (uint16_t)(*sum + cell); /* 8 cells at most */
            all += cell;
        }
    out.mean = (float)((double)all / RS_IMAGE_THUMB_BYTES);
    return out;
}

/* However b is laid on a,
 *   sum over cells |a - b|  >=  sum over sets of cells |sum of a - sum of b|.
 * Calm water of two places differs by more after some of them; the rest is not looked at. */
static bool may_be_same(const flat_picture *a, const flat_picture *b)
{
    if (fmin(a->contrast, b->contrast) < RS_OVERLAP_FLAT_CONTRAST) return false;
    const double most = fmin(RS_OVERLAP_FLAT_DIFFERENCE, fmin(a->contrast, b->contrast) / 4);
    const int64_t bound = (int64_t)((most + 1e-3) * RS_IMAGE_THUMB_BYTES);
    int64_t least = 0;
    for (size_t i = 0; i < N_ORBITS && least <= bound; i++) least += abs(a->sums[i] - b->sums[i]);
    return least <= bound;
}

static int by_mean(const void *x, const void *y)
{
    const flat_picture *a = x, *b = y;
    if (a->mean < b->mean || a->mean > b->mean) return a->mean < b->mean ? -1 : 1;
    return rs_id_cmp(a->id, b->id);
}

static int by_thumb(const void *x, const void *y)
{
    const flat_picture *a = x, *b = y;
    const int order = rs_id_cmp(a->thumb, b->thumb);
    return order ? order : rs_id_cmp(a->id, b->id);
}

static rsift_status add_flats(rs_verify *verify, rs_id a, rs_id b, rsift_error *err)
{
    const rs_candidate c = {.a = a, .b = b, .kind = RS_CANDIDATE_FLAT};
    return rs_verify_add(verify, &c, err);
}

/* Leaves the first of those with equal thumbnails. */
static rsift_status make_stars(rs_verify *verify, flat_list *list, rsift_error *err)
{
    size_t n = 0;
    if (list->n) qsort(list->items, list->n, sizeof *list->items, by_thumb);
    for (size_t i = 0; i < list->n; i++) {
        if (n && rs_id_eq(list->items[n - 1].thumb, list->items[i].thumb))
            RS_TRY(add_flats(verify, list->items[n - 1].id, list->items[i].id, err));
        else list->items[n++] = list->items[i];
    }
    list->n = n;
    return RSIFT_OK;
}

static rsift_status load_flats(const rs_overlap_job *job, flat_list lists[2], rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_decide_ask(job->store, "look", "flats", RS_STR(""), &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        flat_list *list = &lists[rs_result_i64(result, 0) != 0];
        if (!RS_VEC_RESERVE(list->items, list->cap, list->n + 1)) {
            status = rs_err_nomem(err, "flat pictures");
            break;
        }
        const rs_str thumb = rs_result_bytes(result, 2);
        if (thumb.len == RS_IMAGE_THUMB_BYTES)
            list->items[list->n++] = describe(rs_result_id(result, 1), (const uint8_t *)thumb.ptr);
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Adds the pictures of `held` that may be `b`; within one list only those before it. */
static rsift_status add_candidates(rs_verify *verify, const flat_list *held, const flat_picture *b,
                                   bool within, rsift_error *err)
{
    const float most = (float)(RS_OVERLAP_FLAT_DIFFERENCE + 1e-3);
    size_t low = 0, high = held->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (held->items[middle].mean < b->mean - most) low = middle + 1;
        else high = middle;
    }
    for (size_t i = low; i < held->n && held->items[i].mean <= b->mean + most; i++) {
        const flat_picture *a = &held->items[i];
        if ((within ? rs_id_cmp(a->id, b->id) >= 0 : rs_id_eq(a->id, b->id)) || !may_be_same(a, b))
            continue;
        RS_TRY(add_flats(verify, a->id, b->id, err));
    }
    return RSIFT_OK;
}

rsift_status rs_overlap_flat(const rs_overlap_job *job, bool within, rsift_error *err)
{
    flat_list lists[2] = {0};
    rs_verify verify = {.job = job};
    rsift_status status = load_flats(job, lists, err);
    if (status == RSIFT_OK) status = make_stars(&verify, &lists[0], err);
    for (size_t i = 0; i < 2; i++)
        if (lists[i].n) qsort(lists[i].items, lists[i].n, sizeof *lists[i].items, by_mean);
    const flat_list *pool = &lists[!within];
    for (size_t i = 0; i < pool->n && status == RSIFT_OK; i++) {
        if (i % 1024 == 0)
            status = rs_cancelled(&job->session->cancel) ? rs_err_cancelled(err) : RSIFT_OK;
        if (status == RSIFT_OK)
            status = add_candidates(&verify, &lists[0], &pool->items[i], within, err);
    }
    if (status == RSIFT_OK) status = rs_verify_flush(&verify, err);
    rs_verify_fini(&verify);
    rs_free(lists[0].items);
    rs_free(lists[1].items);
    return status;
}
