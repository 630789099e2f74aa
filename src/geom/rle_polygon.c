/* Polygon -> mask by COCO's rule. The boundary is walked on a grid five times finer. Where it steps
 * from one fine column to the next at the middle of a pixel column (every fifth one), the pixels
 * below the crossing change side; sorted crossings are the runs. Two quirks decide single pixels
 * and are kept: rounding is "+ 0.5, cut towards zero" also below zero, and each side is
 * interpolated from its smaller end, walked backwards when it points the other way.
 *   source  the rule of rleFrPoly, cocodataset/cocoapi common/maskApi.c */
#include "base/alloc.h"
#include "geom/rle.h"
#include "geom/rle_build.h"

#include <math.h>
#include <stdlib.h>

enum { FINE = 5, MIDDLE = 2 };
#define FARTHEST 1e6
#define LONGEST ((int64_t)1 << 28)

typedef struct trace {
    uint32_t height, width;
    int64_t x, y; /* fine point visited last */
    bool started;
    uint32_t *crossings; /* pixel numbers, column by column */
    size_t n, cap;
    bool failed;
} trace;

static int64_t fine_of(double v)
{
    double scaled = FINE * v;
    return (int64_t)(scaled + 0.5);
}

static int64_t ceil_div(int64_t a, int64_t b)
{
    return a >= 0 ? (a + b - 1) / b : -(-a / b);
}

/* Notes that the boundary crosses a fine column at fine row y: pixel row ceil((y - 2) / 5). */
static void cross(trace *t, int64_t column, int64_t y)
{
    if (column < MIDDLE || column % FINE != MIDDLE) return;
    int64_t pixel_x = column / FINE, pixel_y = ceil_div(y - MIDDLE, FINE);
    if (pixel_x >= t->width) return; /* right of the picture: changes nothing in it */
    if (pixel_y < 0) pixel_y = 0;
    if (pixel_y > t->height) pixel_y = t->height;
    if (!RS_VEC_RESERVE(t->crossings, t->cap, t->n + 1)) {
        t->failed = true;
        return;
    }
    t->crossings[t->n++] = (uint32_t)(pixel_x * t->height + pixel_y);
}

/* Moves to the next fine point; a step to another column is a crossing. */
static void visit(trace *t, int64_t x, int64_t y)
{
    if (t->started && x != t->x) {
        int64_t left = x < t->x ? x : x - 1; /* fine column between the two points */
        cross(t, left, y < t->y ? y : t->y);
    }
    t->started = true;
    t->x = x;
    t->y = y;
}

/* Fine points from (x0, y0) to (x1, y1), one for each step along the longer axis. */
static void walk_side(trace *t, int64_t x0, int64_t y0, int64_t x1, int64_t y1)
{
    int64_t dx = llabs(x1 - x0), dy = llabs(y1 - y0);
    /* along the longer axis by ones, along the other one by slope * step, rounded */
    bool flat = dx >= dy, backwards = flat ? x0 > x1 : y0 > y1;
    int64_t from_x = backwards ? x1 : x0, from_y = backwards ? y1 : y0;
    int64_t to_x = backwards ? x0 : x1, to_y = backwards ? y0 : y1;
    int64_t steps = flat ? dx : dy;
    double rise = (double)(flat ? to_y - from_y : to_x - from_x);
    double slope = steps ? rise / (double)steps : 0;
    double base = (double)(flat ? from_y : from_x);
    for (int64_t i = 0; i <= steps && !t->failed; i++) {
        int64_t k = backwards ? steps - i : i;
        double moved = slope * (double)k;
        int64_t other = (int64_t)(base + moved + 0.5);
        visit(t, flat ? from_x + k : other, flat ? other : from_y + k);
    }
}

/* Bounds coordinates and the length of the boundary before it is walked. */
static rsift_status check_polygon(const double *xy, size_t n, rsift_error *err)
{
    double length = 0;
    for (size_t i = 0; i < 2 * n; i++) {
        if (!isfinite(xy[i]))
            return rs_err_set(err, RSIFT_E_ARG, "polygon with a coordinate that is not finite");
        if (fabs(xy[i]) > FARTHEST)
            return rs_err_set(err, RSIFT_E_LIMIT, "polygon reaches beyond %g pixels", FARTHEST);
    }
    for (size_t i = 0; i < n; i++) {
        const double *a = xy + 2 * i, *b = xy + 2 * ((i + 1) % n);
        length += FINE * fmax(fabs(a[0] - b[0]), fabs(a[1] - b[1])) + 2;
    }
    if (length > (double)LONGEST)
        return rs_err_set(err, RSIFT_E_LIMIT, "boundary of a polygon is %.0f pixels long",
                          length / FINE);
    return RSIFT_OK;
}

static int crossing_order(const void *a, const void *b)
{
    uint32_t p = *(const uint32_t *)a, q = *(const uint32_t *)b;
    return p < q ? -1 : p > q;
}

rsift_status rs_geom_rle_of_polygon(const double *xy, size_t n, uint32_t height, uint32_t width,
                                    rs_rle *out, rsift_error *err)
{
    rs_rle_build b;
    RS_TRY(rs_geom_rle_start(&b, height, width, out, err));
    RS_TRY(check_polygon(xy, n, err));
    trace t = {.height = height, .width = width};
    for (size_t i = 0; i < n; i++) {
        size_t j = (i + 1) % n;
        walk_side(&t, fine_of(xy[2 * i]), fine_of(xy[2 * i + 1]), fine_of(xy[2 * j]),
                  fine_of(xy[2 * j + 1]));
    }
    if (t.n > 1) qsort(t.crossings, t.n, sizeof *t.crossings, crossing_order);
    /* between two crossings the side is the same: crossings are the ends of runs */
    uint32_t before = 0;
    for (size_t i = 0; i < t.n; i++) {
        rs_geom_rle_add(&b, i % 2, t.crossings[i] - before);
        before = t.crossings[i];
    }
    rs_geom_rle_add(&b, t.n % 2, (uint64_t)height * width - before);
    b.failed |= t.failed;
    rs_free(t.crossings);
    return rs_geom_rle_finish(&b, out, err);
}

rsift_status rs_geom_rle_of_box(const double xywh[4], uint32_t height, uint32_t width, rs_rle *out,
                                rsift_error *err)
{
    double x0 = xywh[0], y0 = xywh[1], x1 = x0 + xywh[2], y1 = y0 + xywh[3];
    const double corners[8] = {x0, y0, x0, y1, x1, y1, x1, y0};
    return rs_geom_rle_of_polygon(corners, 4, height, width, out, err);
}
