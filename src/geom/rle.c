/* Run-length masks: making, merging, measuring. Text is in rle_text.c, polygons in rle_polygon.c,
 * and how runs are appended in rle_build.c. */
#include "geom/rle.h"

#include "base/alloc.h"
#include "geom/rle_build.h"

#include <inttypes.h>

void rs_geom_rle_fini(rs_rle *rle)
{
    rs_free(rle->runs);
    *rle = (rs_rle){0};
}

rsift_status rs_geom_rle_encode(const uint8_t *pixels, uint32_t height, uint32_t width,
                                size_t step_y, size_t step_x, rs_rle *out, rsift_error *err)
{
    rs_rle_build b;
    RS_TRY(rs_geom_rle_start(&b, height, width, out, err));
    bool value = false;
    uint64_t length = 0;
    for (uint32_t x = 0; x < width; x++) {
        const uint8_t *column = pixels + step_x * x;
        for (uint32_t y = 0; y < height; y++, length++) {
            bool here = column[step_y * y] != 0;
            if (here == value) continue;
            rs_geom_rle_add(&b, value, length);
            value = here;
            length = 0;
        }
    }
    rs_geom_rle_add(&b, value, length);
    return rs_geom_rle_finish(&b, out, err);
}

void rs_geom_rle_decode(const rs_rle *rle, uint8_t *pixels, size_t step_y, size_t step_x)
{
    uint32_t x = 0, y = 0;
    for (size_t i = 0; i < rle->n; i++)
        for (uint32_t left = rle->runs[i]; left > 0; left--) {
            pixels[step_y * y + step_x * x] = i % 2;
            if (++y == rle->height) y = 0, x++;
        }
}

rsift_status rs_geom_rle_of_counts(const uint32_t *counts, size_t n, uint32_t height,
                                   uint32_t width, rs_rle *out, rsift_error *err)
{
    rs_rle_build b;
    RS_TRY(rs_geom_rle_start(&b, height, width, out, err));
    for (size_t i = 0; i < n; i++) rs_geom_rle_add(&b, i % 2, counts[i]);
    return rs_geom_rle_finish(&b, out, err);
}

/* Position in the runs of one mask: two masks are walked side by side in steps that end where a run
 * of either ends. */
typedef struct walker {
    const rs_rle *rle;
    size_t i;
    uint32_t left;
} walker;

static walker walk(const rs_rle *rle)
{
    return (walker){rle, 0, rle->n ? rle->runs[0] : 0};
}

/* Moves to a run that has pixels left; false at the end. */
static bool ready(walker *w)
{
    while (w->left == 0 && w->i + 1 < w->rle->n) w->left = w->rle->runs[++w->i];
    return w->left > 0;
}

static bool same_size(const rs_rle *a, const rs_rle *b)
{
    return a->height == b->height && a->width == b->width;
}

/* Union or intersection of two masks. */
static rsift_status merge_two(const rs_rle *a, const rs_rle *b, bool shared, rs_rle *out,
                              rsift_error *err)
{
    rs_rle_build built;
    RS_TRY(rs_geom_rle_start(&built, a->height, a->width, out, err));
    walker p = walk(a), q = walk(b);
    /* odd runs are 1 */
    while (ready(&p) && ready(&q)) {
        uint32_t step = p.left < q.left ? p.left : q.left;
        bool in_a = p.i % 2, in_b = q.i % 2;
        rs_geom_rle_add(&built, shared ? in_a && in_b : in_a || in_b, step);
        p.left -= step;
        q.left -= step;
    }
    return rs_geom_rle_finish(&built, out, err);
}

rsift_status rs_geom_rle_merge(const rs_rle *const *masks, size_t n, bool shared, rs_rle *out,
                               rsift_error *err)
{
    *out = (rs_rle){0};
    if (n == 0) return rs_err_set(err, RSIFT_E_ARG, "no masks to merge");
    for (size_t i = 1; i < n; i++)
        if (!same_size(masks[0], masks[i]))
            return rs_err_set(err, RSIFT_E_ARG, "masks of different sizes cannot be merged");
    rs_rle so_far; /* begins as a copy of the first */
    const rs_rle *first = masks[0];
    RS_TRY(rs_geom_rle_of_counts(first->runs, first->n, first->height, first->width, &so_far, err));
    for (size_t i = 1; i < n; i++) {
        rs_rle next;
        rsift_status st = merge_two(&so_far, masks[i], shared, &next, err);
        rs_geom_rle_fini(&so_far);
        if (st != RSIFT_OK) return st;
        so_far = next;
    }
    *out = so_far;
    return RSIFT_OK;
}

uint64_t rs_geom_rle_area(const rs_rle *rle)
{
    uint64_t area = 0;
    for (size_t i = 1; i < rle->n; i += 2) area += rle->runs[i];
    return area;
}

void rs_geom_rle_box(const rs_rle *rle, double xywh[4])
{
    uint64_t begin = 0, h = rle->height, x0 = UINT64_MAX, x1 = 0, y0 = UINT64_MAX, y1 = 0;
    xywh[0] = xywh[1] = xywh[2] = xywh[3] = 0;
    for (size_t i = 0; i < rle->n; begin += rle->runs[i++]) {
        if (i % 2 == 0 || rle->runs[i] == 0) continue;
        uint64_t last = begin + rle->runs[i] - 1;
        bool crosses = begin / h != last / h; /* into the next column: top and bottom are touched */
        uint64_t top = crosses ? 0 : begin % h, bottom = crosses ? h - 1 : last % h;
        if (begin / h < x0) x0 = begin / h;
        if (last / h > x1) x1 = last / h;
        if (top < y0) y0 = top;
        if (bottom > y1) y1 = bottom;
    }
    if (x0 == UINT64_MAX) return;
    xywh[0] = (double)x0;
    xywh[1] = (double)y0;
    xywh[2] = (double)(x1 - x0 + 1);
    xywh[3] = (double)(y1 - y0 + 1);
}

uint64_t rs_geom_rle_shared(const rs_rle *a, const rs_rle *b)
{
    if (!same_size(a, b)) return 0;
    walker p = walk(a), q = walk(b);
    uint64_t shared = 0;
    while (ready(&p) && ready(&q)) {
        uint32_t step = p.left < q.left ? p.left : q.left;
        if (p.i % 2 && q.i % 2) shared += step;
        p.left -= step;
        q.left -= step;
    }
    return shared;
}

double rs_geom_rle_iou(const rs_rle *det, const rs_rle *truth, bool crowd)
{
    if (!same_size(det, truth)) return -1;
    uint64_t shared = rs_geom_rle_shared(det, truth), area = rs_geom_rle_area(det);
    if (shared == 0) return 0;
    uint64_t united = crowd ? area : area + rs_geom_rle_area(truth) - shared;
    return (double)shared / (double)united;
}
