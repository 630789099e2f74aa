/* Regions: numbers that are not finite, corners that are swapped, no area, outside the picture.
 * Measured in pixels where the picture's size is known, else in the convention's unit; a
 * convention in absolute pixels without a size is only checked for shape. */
#include "checks/table.h"

#include "geom/obb.h"
#include "geom/visible.h"

#include <math.h>

enum { MAX_NUMBERS = 2 * RS_POLY_MAX };

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

/* "[12, 40, 90, 255]" in a text, far beyond its picture: more likely a colour than a box. */
static bool is_far_list(const subject *region, const rs_canvas *canvas, const double box[4])
{
    const rs_region *r = region->coded;
    const rs_sample *sample = region->input->sample;
    if (!(r->flags & RS_REGION_FROM_TEXT) || r->turn < 0 || (uint32_t)r->turn >= sample->n_turns)
        return false;
    const rs_str text = sample->turns[r->turn].text;
    if (r->begin >= text.len || !memchr("[(", text.ptr[r->begin], 2)) return false;
    const double x = canvas->width / 4, y = canvas->height / 4;
    return box[0] < -x || box[1] < -y || box[2] > canvas->width + x || box[3] > canvas->height + y;
}

/* A side of ten pictures is no part of an object that the picture cuts: the number is broken. */
static bool is_absurd(const rs_canvas *canvas, const double box[4])
{
    return box[2] - box[0] > 10 * canvas->width || box[3] - box[1] > 10 * canvas->height;
}

/* A place on the Earth where a place on the picture is due: within the degrees of longitude and
 * latitude, and less than a pixel large (three files of FAIR1M). The object is in the picture, but
 * nobody can say where. */
static bool is_geographic(const double box[4])
{
    return box[0] >= -180 && box[2] <= 180 && box[1] >= -90 && box[3] <= 90 &&
           box[2] - box[0] < 1 && box[3] - box[1] < 1;
}

/* The finding of a region without area: its sides in pixels, or a negative one as annotated. */
static rsift_status find_flat(const subject *region, rs_finding_code code, const double box[4],
                              rsift_error *err)
{
    const rs_region *r = region->coded;
    const rs_shape shape = r->convention->shape;
    const bool has_size =
        shape == RS_SHAPE_HBB_XYWH || shape == RS_SHAPE_HBB_CXCYWH || shape == RS_SHAPE_OBB_CXCYWHA;
    if (has_size && (r->coords[2] < 0 || r->coords[3] < 0))
        return add_finding(region, code, err, "a negative size: width %g, height %g", r->coords[2],
                           r->coords[3]);
    return add_finding(region, code, err, "no area: width %g, height %g px", box[2] - box[0],
                       box[3] - box[1]);
}

/* What the picture does not show of the region; p[n] are its pixels. */
static rsift_status check_visible(const subject *region, const rs_canvas *canvas, const double *p,
                                  size_t n, rs_visible *seen, rsift_error *err)
{
    const rs_region *r = region->coded;
    if (is_xyxy(r) && (r->coords[2] < r->coords[0] || r->coords[3] < r->coords[1]))
        RS_TRY(add_finding(region, RS_F_REGION_INVERTED, err, "width %g, height %g",
                           r->coords[2] - r->coords[0], r->coords[3] - r->coords[1]));
    *seen = rs_geom_visible(r->convention, canvas, p, n);
    const bool bound = rs_model_region_is_bound(region->input->sample, r);
    double box[4];
    rs_geom_box_of_points(p, n / 2, box);
    switch (*seen) {
    case RS_VISIBLE_PART:
        if (is_far_list(region, canvas, box))
            return add_finding(region, RS_F_BOX_TEXT_UNPARSED, err,
                               "a list of numbers that is no box here: it ends at %g, %g px",
                               box[2], box[3]);
        if (is_absurd(canvas, box))
            return add_finding(region, RS_F_NUMBER, err, "over ten times its picture: %g x %g px",
                               box[2] - box[0], box[3] - box[1]);
        return add_finding(region, RS_F_REGION_CLIPPED, err, "it ends at %g, %g px",
                           box[0] < 0 ? box[0] : box[2], box[1] < 0 ? box[1] : box[3]);
    case RS_VISIBLE_NONE:
        if (!bound && is_geographic(box) && r->convention->scale == 0)
            return add_finding(region, RS_F_OBJECT_UNREAD, err,
                               "%g, %g look like longitude and latitude, not like pixels", box[0],
                               box[1]);
        return add_finding(region, bound ? RS_F_REGION_IN_TEXT : RS_F_REGION_OUTSIDE, err,
                           "it lies outside its picture, at %g, %g px", box[0], box[1]);
    case RS_VISIBLE_FLAT:
        return find_flat(region, bound ? RS_F_REGION_IN_TEXT : RS_F_REGION_DEGENERATE, box, err);
    default: return RSIFT_OK;
    }
}

/* Numbers, then what is seen. Where the picture's size is not known, relative conventions are
 * measured in a square of their own unit, which shows the same faults. */
static rsift_status check_one(const subject *region, rs_visible *seen, rsift_error *err)
{
    const rs_region *r = region->coded;
    double pixels[MAX_NUMBERS];
    bool usable;
    *seen = RS_VISIBLE_UNKNOWN;
    RS_TRY(check_numbers(region, &usable, err));
    if (!usable || !r->convention || r->n_coords > MAX_NUMBERS) return RSIFT_OK;
    bool has_picture = r->asset >= 0 && (uint32_t)r->asset < region->input->sample->n_assets;
    rs_canvas canvas = {.width = has_picture ? region->input->widths[r->asset] : 0,
                        .height = has_picture ? region->input->heights[r->asset] : 0};
    size_t n = rs_model_region_pixels(r, canvas.width, canvas.height, pixels, MAX_NUMBERS);
    if (n == 0 && r->convention->scale > 0) {
        canvas.width = canvas.height = r->convention->scale;
        n = rs_model_region_pixels(r, canvas.width, canvas.height, pixels, MAX_NUMBERS);
    }
    return n ? check_visible(region, &canvas, pixels, n, seen, err) : RSIFT_OK;
}

static bool is_grounding(rs_task task)
{
    return task == RS_TASK_GROUNDING_HBB || task == RS_TASK_GROUNDING_OBB ||
           task == RS_TASK_GROUNDING_POINT;
}

/* An expression needs an object that can be seen: one whose regions all lie outside describes
 * something else than this picture. */
static rsift_status check_expression(const rs_check_input *input, rs_batch *batch, uint32_t unseen,
                                     rsift_error *err)
{
    if (!is_grounding(input->sample->task) || unseen == 0 || unseen < input->sample->n_regions)
        return RSIFT_OK;
    return rs_batch_find(batch,
                         &(rs_finding){.code = RS_F_REGION_IN_TEXT,
                                       .ordinal = input->sample->ordinal,
                                       .sample = input->index,
                                       .asset = -1,
                                       .where = RS_STR("regions")},
                         err, "nothing that the expression names lies in the picture");
}

static rsift_status check_region(const rs_check_input *input, rs_batch *batch, rsift_error *err)
{
    uint32_t unseen = 0;
    for (uint32_t i = 0; i < input->sample->n_regions; i++) {
        const subject region = {
            .input = input, .batch = batch, .coded = &input->sample->regions[i], .number = i};
        rs_visible seen;
        if (region.coded->flags & RS_REGION_OUTLINE) continue; /* its box is judged */
        RS_TRY(check_one(&region, &seen, err));
        unseen += seen == RS_VISIBLE_NONE && !rs_model_region_is_bound(input->sample, region.coded);
    }
    return check_expression(input, batch, unseen, err);
}

const rs_check rs_check_region = {.name = "region",
                                  .summary = "degenerate, inverted or out-of-image regions",
                                  .run = check_region};
