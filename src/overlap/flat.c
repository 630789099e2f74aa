/* Flat pictures have no signs to compare. Each is described by the mean of its thumbnail and of
 * four rings around the middle, which no turn or mirror changes; pictures whose rings are within
 * the difference that one picture may show are candidates. Of pictures of side 0 with equal
 * thumbnails, empty tiles above all, the first is compared, and the others with it: a star. */
#include "overlap/perceptual.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "decide/ask.h"
#include "image/hash.h"
#include "overlap/verify.h"

#include <math.h>
#include <stdlib.h>

enum { N_RINGS = 4 };

typedef struct flat_picture {
    rs_id id, thumb; /* its hash */
    float mean, contrast;
    float ring[N_RINGS]; /* means */
} flat_picture;

typedef struct flat_list {
    flat_picture *items;
    size_t n, cap;
} flat_list;

/* Ring of a cell: 0 in the middle; all are 8 cells wide. */
static size_t ring_of(size_t x, size_t y)
{
    const size_t h = RS_IMAGE_THUMB_SIDE / 2;
    const size_t dx = x < h ? h - 1 - x : x - h, dy = y < h ? h - 1 - y : y - h;
    return (dx > dy ? dx : dy) / (h / N_RINGS);
}

static flat_picture describe(rs_id id, const uint8_t thumb[RS_IMAGE_THUMB_BYTES])
{
    double sum[N_RINGS] = {0}, all = 0;
    size_t n[N_RINGS] = {0};
    for (size_t y = 0; y < RS_IMAGE_THUMB_SIDE; y++)
        for (size_t x = 0; x < RS_IMAGE_THUMB_SIDE; x++) {
            const size_t ring = ring_of(x, y);
            sum[ring] += thumb[y * RS_IMAGE_THUMB_SIDE + x];
            n[ring]++;
        }
    flat_picture out = {.id = id,
                        .thumb = rs_hash128(thumb, RS_IMAGE_THUMB_BYTES),
                        .contrast = (float)rs_verify_contrast(thumb)};
    for (size_t i = 0; i < N_RINGS; i++) {
        out.ring[i] = (float)(sum[i] / (double)n[i]);
        all += sum[i];
    }
    out.mean = (float)(all / RS_IMAGE_THUMB_BYTES);
    return out;
}

/* The mean difference of all cells is at least that of the rings' means, by their cells: rings of
 * 1, 3, 5 and 7 parts of 16. */
static bool may_be_same(const flat_picture *a, const flat_picture *b)
{
    const double most = fmin(RS_OVERLAP_FLAT_DIFFERENCE, fmin(a->contrast, b->contrast) / 4);
    double least = 0;
    for (size_t i = 0; i < N_RINGS; i++)
        least += fabs((double)a->ring[i] - (double)b->ring[i]) * (double)(2 * i + 1) / 16;
    return least <= most + 1e-3;
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
