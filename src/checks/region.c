/* Regions: numbers that are not finite, corners that are swapped, no area, corners outside the
 * picture. Measured in pixels where the picture's size is known, else in the convention's unit; a
 * convention in absolute pixels without a size is only checked for shape. */
#include "checks/table.h"

#include <math.h>

enum { MAX_NUMBERS = 4096 };

/* One region and where its findings go. */
typedef struct subject {
    const rs_check_input *input;
    rs_batch *batch;
    const rs_region *coded; /* as released */
    uint32_t number;
} subject;

/* Adds a finding about the region; `what` prints a and b. */
static rsift_status add_finding(const subject *region, rs_finding_code code, rsift_error *err,
                                const char *what, double a, double b)
{
    char where[32];
    int n = snprintf(where, sizeof where, "region %u", region->number);
    return rs_batch_find(region->batch,
                         &(rs_finding){.code = code,
                                       .ordinal = region->input->sample->ordinal,
                                       .sample = region->input->index,
                                       .asset = region->coded->asset,
                                       .where = rs_str_make(where, (size_t)n)},
                         err, what, a, b);
}

/* Are the first four numbers two corners, so that swapping them can be seen? */
static bool is_xyxy(const rs_region *region)
{
    return region->convention && region->n_coords >= 4 &&
           (region->convention->shape == RS_SHAPE_HBB_XYXY ||
            region->convention->shape == RS_SHAPE_OBB_XYXYA ||
            region->convention->shape == RS_SHAPE_HBB_YXYX);
}

/* Area of a box {x0, y0, x1, y1}, or of a polygon x0 y0 x1 y1 ... by the shoelace formula:
 * |sum over i of x_i * y_(i+1) - x_(i+1) * y_i| / 2. Negative for a box with swapped corners, also
 * when both sides are negative, whose product alone would pass. */
static double area_of(const double *p, size_t n)
{
    if (n == 4) {
        const double width = p[2] - p[0], height = p[3] - p[1];
        return width < 0 && height < 0 ? -width * height : width * height;
    }
    double twice = 0;
    for (size_t i = 0; i + 1 < n; i += 2) {
        size_t j = (i + 2) % n;
        twice += p[i] * p[j + 1] - p[j] * p[i + 1];
    }
    return fabs(twice) / 2;
}

static rsift_status check_numbers(const subject *region, bool *usable, rsift_error *err)
{
    *usable = true;
    for (uint32_t i = 0; i < region->coded->n_coords; i++) {
        if (isfinite(region->coded->coords[i])) continue;
        *usable = false;
        /* One finding a region: nothing else of it can be measured. */
        return add_finding(region, RS_F_NUMBER, err, "number %.0f of the region is not finite", i,
                           0);
    }
    return RSIFT_OK;
}

/* Swapped corners, measured in the released numbers; no area, measured in pixels p[n]. */
static rsift_status check_shape(const subject *region, const double *p, size_t n, rsift_error *err)
{
    const rs_region *r = region->coded;
    if (is_xyxy(r) && (r->coords[2] < r->coords[0] || r->coords[3] < r->coords[1]))
        return add_finding(region, RS_F_REGION_INVERTED, err, "width %g, height %g",
                           r->coords[2] - r->coords[0], r->coords[3] - r->coords[1]);
    /* A point has no area by its nature. */
    if (r->kind == RS_REGION_POINT) return RSIFT_OK;
    double area = area_of(p, n);
    /* Not `area <= 0`: a NaN counts as no area. */
    if (!(area > 0)) return add_finding(region, RS_F_REGION_DEGENERATE, err, "area %g px", area, 0);
    return RSIFT_OK;
}

/* A corner may lie half a pixel outside, or one step of the convention where that is larger:
 * rounding to the convention's own grid moves it so far. */
static rsift_status check_inside(const subject *region, const double *p, size_t n, double width,
                                 double height, rsift_error *err)
{
    rs_canvas canvas = {.width = width, .height = height};
    double step[2];
    rs_geom_quantum(region->coded->convention, &canvas, step);
    double slack_x = fmax(0.5, step[0]), slack_y = fmax(0.5, step[1]);
    for (size_t i = 0; i + 1 < n; i += 2) {
        bool out_x = p[i] < -slack_x || p[i] > width + slack_x;
        bool out_y = p[i + 1] < -slack_y || p[i + 1] > height + slack_y;
        if (out_x || out_y)
            return add_finding(region, RS_F_REGION_OUTSIDE, err, "corner %g, %g px lies outside",
                               p[i], p[i + 1]);
    }
    return RSIFT_OK;
}

/* Numbers, then shape, then border. Where the picture's size is not known, relative conventions are
 * measured in a square of their own unit, which shows the same faults. */
static rsift_status check_one(const subject *region, rsift_error *err)
{
    const rs_region *r = region->coded;
    double pixels[MAX_NUMBERS];
    bool usable;
    RS_TRY(check_numbers(region, &usable, err));
    if (!usable || !r->convention || r->n_coords > MAX_NUMBERS) return RSIFT_OK;
    bool has_picture = r->asset >= 0 && (uint32_t)r->asset < region->input->sample->n_assets;
    double width = has_picture ? region->input->widths[r->asset] : 0;
    double height = has_picture ? region->input->heights[r->asset] : 0;
    size_t n = rs_model_region_pixels(r, width, height, pixels, MAX_NUMBERS);
    if (n > 0) {
        RS_TRY(check_shape(region, pixels, n, err));
        /* Without the picture's size there is no border to check. */
        if (width > 0 && height > 0) return check_inside(region, pixels, n, width, height, err);
        return RSIFT_OK;
    }
    if (r->convention->scale <= 0) return RSIFT_OK;
    n = rs_model_region_pixels(r, r->convention->scale, r->convention->scale, pixels, MAX_NUMBERS);
    if (n == 0) return RSIFT_OK;
    RS_TRY(check_shape(region, pixels, n, err));
    return check_inside(region, pixels, n, r->convention->scale, r->convention->scale, err);
}

static rsift_status check_region(const rs_check_input *input, rs_batch *batch, rsift_error *err)
{
    for (uint32_t i = 0; i < input->sample->n_regions; i++) {
        const subject region = {
            .input = input, .batch = batch, .coded = &input->sample->regions[i], .number = i};
        RS_TRY(check_one(&region, err));
    }
    return RSIFT_OK;
}

const rs_check rs_check_region = {.name = "region",
                                  .summary = "degenerate, inverted or out-of-image regions",
                                  .run = check_region};
