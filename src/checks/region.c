/* Regions: degenerate, inverted or out-of-image. Judged in absolute pixels where the picture's size
 * is known, else in the release's own numbers (inverted and degenerate only). A region may touch
 * the border: outside means more than half a pixel, or half of the convention's own step, beyond.
 */
#include "checks/table.h"

#include <math.h>

enum { most_numbers = 4096 };

typedef struct look {
    const rs_check_input *input;
    rs_batch *batch;
    const rs_region *region;
    uint32_t number;
} look;

static rsift_status found(const look *l, rs_finding_code code, rsift_error *err, const char *what,
                          double a, double b)
{
    char place[32];
    int n = snprintf(place, sizeof place, "region %u", l->number);
    return rs_batch_find(l->batch, code, l->input->sample->ordinal, l->input->index,
                         l->region->asset, rs_str_make(place, (size_t)n), err, what, a, b);
}

static bool is_xyxy(const rs_region *region)
{
    return region->convention && region->n_coords >= 4 &&
           (region->convention->shape == RS_SHAPE_HBB_XYXY ||
            region->convention->shape == RS_SHAPE_OBB_XYXYA ||
            region->convention->shape == RS_SHAPE_HBB_YXYX);
}

static double area_of(const double *p, size_t n)
{
    if (n == 4) return (p[2] - p[0]) * (p[3] - p[1]);
    double twice = 0;
    for (size_t i = 0; i + 1 < n; i += 2) {
        size_t j = (i + 2) % n;
        twice += p[i] * p[j + 1] - p[j] * p[i + 1];
    }
    return fabs(twice) / 2;
}

static rsift_status check_numbers(const look *l, bool *usable, rsift_error *err)
{
    *usable = true;
    for (uint32_t i = 0; i < l->region->n_coords; i++) {
        if (isfinite(l->region->coords[i])) continue;
        *usable = false;
        return found(l, RS_F_NUMBER, err, "number %.0f of the region is not finite", i, 0);
    }
    return RSIFT_OK;
}

static rsift_status check_shape(const look *l, const double *p, size_t n, rsift_error *err)
{
    const rs_region *r = l->region;
    if (is_xyxy(r) && (r->coords[2] < r->coords[0] || r->coords[3] < r->coords[1]))
        return found(l, RS_F_REGION_INVERTED, err, "width %g, height %g",
                     r->coords[2] - r->coords[0], r->coords[3] - r->coords[1]);
    if (r->kind == RS_REGION_POINT) return RSIFT_OK;
    double area = area_of(p, n);
    if (!(area > 0)) return found(l, RS_F_REGION_DEGENERATE, err, "area %g px", area, 0);
    return RSIFT_OK;
}

static rsift_status check_inside(const look *l, const double *p, size_t n, double width,
                                 double height, rsift_error *err)
{
    rs_canvas canvas = {.width = width, .height = height};
    double step[2];
    rs_geom_quantum(l->region->convention, &canvas, step);
    double slack_x = fmax(0.5, step[0]), slack_y = fmax(0.5, step[1]);
    for (size_t i = 0; i + 1 < n; i += 2) {
        bool out_x = p[i] < -slack_x || p[i] > width + slack_x;
        bool out_y = p[i + 1] < -slack_y || p[i + 1] > height + slack_y;
        if (out_x || out_y)
            return found(l, RS_F_REGION_OUTSIDE, err, "corner %g, %g px lies outside", p[i],
                         p[i + 1]);
    }
    return RSIFT_OK;
}

static rsift_status check_one(const look *l, rsift_error *err)
{
    const rs_region *r = l->region;
    double pixels[most_numbers];
    bool usable;
    RS_TRY(check_numbers(l, &usable, err));
    if (!usable || !r->convention || r->n_coords > most_numbers) return RSIFT_OK;
    bool placed = r->asset >= 0 && (uint32_t)r->asset < l->input->sample->n_assets;
    double width = placed ? l->input->widths[r->asset] : 0;
    double height = placed ? l->input->heights[r->asset] : 0;
    size_t n = rs_model_region_pixels(r, width, height, pixels, most_numbers);
    if (n > 0) {
        RS_TRY(check_shape(l, pixels, n, err));
        if (width > 0 && height > 0) return check_inside(l, pixels, n, width, height, err);
        return RSIFT_OK;
    }
    if (r->convention->scale <= 0) return RSIFT_OK;
    /* size unknown: the unit's own square shows the same faults */
    n = rs_model_region_pixels(r, r->convention->scale, r->convention->scale, pixels, most_numbers);
    if (n == 0) return RSIFT_OK;
    RS_TRY(check_shape(l, pixels, n, err));
    return check_inside(l, pixels, n, r->convention->scale, r->convention->scale, err);
}

static rsift_status check_region(const rs_check_input *input, rs_batch *batch, rsift_error *err)
{
    for (uint32_t i = 0; i < input->sample->n_regions; i++) {
        look l = {
            .input = input, .batch = batch, .region = &input->sample->regions[i], .number = i};
        RS_TRY(check_one(&l, err));
    }
    return RSIFT_OK;
}

const rs_check rs_check_region = {.name = "region",
                                  .summary = "degenerate, inverted or out-of-image regions",
                                  .run = check_region};
