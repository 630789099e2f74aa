/* Regions in a model's numbers. Everything passes through pixels of the stored picture: the
 * release's convention is decoded, the shape reduced to what the model can express, clamped to the
 * picture and encoded in the model's convention. */
#include "render/measure.h"

#include "geom/box.h"
#include "geom/obb.h"

bool rs_render_canvas(const rs_render_options *options, double width, double height, rs_canvas *out)
{
    *out = (rs_canvas){.width = width, .height = height};
    if (!options->model->resize_factor) return true;
    const rs_resize how = {options->resize, options->model->resize_factor, options->min_pixels,
                           options->max_pixels};
    return rs_geom_resize(&how, width, height, &out->resized_width, &out->resized_height);
}

bool rs_render_convention(const rs_render_model *model, size_t n_numbers, rs_convention *out)
{
    const rs_convention *convention = n_numbers == 2                  ? model->point
                                      : n_numbers == 8 && model->quad ? model->quad
                                                                      : model->hbb;
    *out = convention ? *convention : (rs_convention){0};
    if (n_numbers == 8) out->shape = RS_SHAPE_QUAD; /* scale and rounding of its boxes */
    return convention != NULL;
}

/* Are the numbers fractions of the picture's own sides, so that its size does not matter? An angle
 * applied in pixels depends on the aspect ratio. */
static bool is_relative(const rs_convention *c)
{
    bool oriented = c->shape == RS_SHAPE_OBB_XYXYA || c->shape == RS_SHAPE_OBB_CXCYWHA;
    return c->frame == RS_FRAME_IMAGE && c->scale > 0 && !(oriented && c->rotate_in_pixels);
}

bool rs_render_writes_corners(const rs_render_job *job, const rs_region *region)
{
    const rs_task task = job->sample->task;
    if (job->options->obb_mode != RS_OBB_AS_QUAD_TEXT) return false;
    /* a task that names a form is asked for it, and every box of its answer has it */
    if (task == RS_TASK_DETECTION_HBB || task == RS_TASK_GROUNDING_HBB) return false;
    return region->kind == RS_REGION_OBB || task == RS_TASK_DETECTION_OBB ||
           task == RS_TASK_GROUNDING_OBB;
}

/* Four corners of any shape: a box's own, else those of the rectangle of least area. */
static void corners_of(const double *px, size_t n, double out[8])
{
    double box[4];
    rs_obb least;
    if (n == 8) {
        for (int i = 0; i < 8; i++) out[i] = px[i];
    } else if (n > 8 && rs_geom_obb_of_points(px, n / 2, &least)) {
        rs_geom_obb_quad(&least, out);
    } else {
        rs_geom_box_of_points(px, n / 2, box);
        rs_geom_quad_of_box(box, out);
    }
}

/* Pixels of the shape that will be written: point, quad or axis-aligned box. Returns how
 * many numbers these are. */
static size_t reduce_shape(const rs_render_job *job, const rs_region *region, const double *px,
                           size_t n, double out[8])
{
    if (region->kind == RS_REGION_POINT) {
        out[0] = px[0];
        out[1] = px[1];
        return 2;
    }
    if (rs_render_writes_corners(job, region)) {
        corners_of(px, n, out);
        return 8;
    }
    rs_geom_box_of_points(px, n / 2, out); /* also puts inverted corners in order */
    return 4;
}

void rs_render_clamp(const rs_canvas *canvas, double *px, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double high = i % 2 ? canvas->height : canvas->width;
        px[i] = px[i] < 0 ? 0 : px[i] > high ? high : px[i];
    }
}

/* Is it told on which picture the region lies? Of a pair of one place, one size is enough. */
static bool has_picture(const rs_render_job *job, const rs_region *region)
{
    if (region->asset >= 0 || job->n_images < 2) return true;
    const rs_asset_ref *assets = job->sample->assets;
    for (uint32_t i = 0; i < job->n_images; i++)
        if ((assets[i].role != RS_ASSET_BEFORE && assets[i].role != RS_ASSET_AFTER) ||
            job->widths[i] != job->widths[0] || job->heights[i] != job->heights[0])
            return false;
    return true;
}

/* The picture that the region lies on, and its canvas if its size is known or does not matter:
 * between two relative conventions any size will do, percent -> per mille needs no picture. The
 * pixels of such a box are not known and stay empty. Returns the reason. */
static const char *find_canvas(const rs_render_job *job, const rs_region *region,
                               const rs_convention *to, rs_measured *out, rs_canvas *canvas,
                               bool *sized)
{
    if (!has_picture(job, region)) return "box-picture-unknown";
    const uint32_t image =
        region->asset >= 0 && (uint32_t)region->asset < job->n_images ? (uint32_t)region->asset : 0;
    const double width = job->n_images ? job->widths[image] : 0,
                 height = job->n_images ? job->heights[image] : 0;
    out->box.image = image;
    *sized = width > 0 && height > 0;
    *canvas = (rs_canvas){.width = 1000, .height = 1000};
    const bool known = *sized ? rs_render_canvas(job->options, width, height, canvas)
                              : is_relative(region->convention) && is_relative(to);
    if (!known) return "size-unknown";
    const bool cropped =
        job->options->crops_square && to->frame == RS_FRAME_PADDED && width != height;
    return cropped ? "picture-cropped" : NULL;
}

/* The numbers of out->box.pixels[n_px] for the job's model, whose convention for points or boxes is
 * `to`. Returns the reason. */
static const char *write_numbers(const rs_render_job *job, const rs_canvas *canvas, size_t n_px,
                                 rs_convention to, rs_measured *out)
{
    bool flat = false;
    if (n_px == 8 && !rs_render_convention(job->options->model, n_px, &to)) return "task-not-text";
    out->n_numbers = rs_geom_encode(&to, canvas, out->box.pixels, n_px, out->numbers, 8, &flat);
    if (out->n_numbers == 0) return "degenerate-box";
    /* flat at the model's step: it would say that there is nothing to see */
    if (flat && !job->options->for_eval) return "degenerate-box";
    out->box.degenerate = flat;
    return NULL;
}

/* As rs_render_measure, with the room for the region's pixels: px[cap]. Returns the reason. */
static const char *measure_into(const rs_render_job *job, const rs_region *region, double *px,
                                size_t cap, rs_measured *out)
{
    bool sized;
    rs_convention to;
    rs_canvas canvas;
    if (!rs_render_convention(job->options->model, region->kind == RS_REGION_POINT ? 2 : 4, &to))
        return "task-not-text";
    const char *why = find_canvas(job, region, &to, out, &canvas, &sized);
    if (why) return why;

    /* release's numbers -> pixels -> the model's shape -> the model's numbers */
    size_t n =
        rs_geom_decode(region->convention, &canvas, region->coords, region->n_coords, px, cap);
    if (n == 0) return region->flags & RS_REGION_FROM_TEXT ? "box-text-unparsed" : "degenerate-box";
    out->seen = rs_geom_visible(region->convention, &canvas, px, n);
    if (out->seen == RS_VISIBLE_NONE) return "region-outside";
    if (out->seen == RS_VISIBLE_FLAT) return "degenerate-box";
    size_t n_px = reduce_shape(job, region, px, n, out->box.pixels);
    rs_render_clamp(&canvas, out->box.pixels, n_px);
    why = write_numbers(job, &canvas, n_px, to, out);
    if (!why) out->box.n_pixels = sized ? (uint32_t)n_px : 0;
    return why;
}

rsift_status rs_render_measure(const rs_render_job *job, const rs_region *region, rs_measured *out,
                               const char **drop)
{
    enum { MOST = 2 * RS_POLY_MAX };
    double few[64], *px = few;
    *out = (rs_measured){.box = {.label = region->label}};
    if (region->kind == RS_REGION_MASK || !region->convention) {
        *drop = "task-not-text";
        return RSIFT_OK;
    }
    if (region->n_coords == 0 || region->n_coords > MOST) {
        *drop = "degenerate-box";
        return RSIFT_OK;
    }
    /* Boxes fit into `few`; only polygons of many corners need memory. */
    size_t cap = region->n_coords < 8 ? 8 : region->n_coords;
    if (cap > sizeof few / sizeof *few) px = rs_arena_alloc(job->arena, cap * sizeof *px);
    if (!px) return rs_err_nomem(job->err, "the corners of a region");
    *drop = measure_into(job, region, px, cap, out);
    return RSIFT_OK;
}

/* Corners through pixels into the model's scale: px[n] and numbers[n] have room for them. */
static const char *measure_corners(const rs_render_job *job, const rs_region *region, double *px,
                                   double *numbers, rs_measured *out)
{
    const size_t n = region->n_coords;
    bool sized, flat = false;
    rs_convention from = *region->convention, to;
    rs_canvas canvas;
    if (!rs_render_convention(job->options->model, 8, &to)) return "task-not-text";
    const char *why = find_canvas(job, region, &to, out, &canvas, &sized);
    if (why) return why;
    from.shape = to.shape = RS_SHAPE_POLYGON; /* a polygon keeps its order of corners */
    if (rs_geom_decode(&from, &canvas, region->coords, n, px, n) != n) return "box-text-unparsed";
    out->seen = rs_geom_visible(&from, &canvas, px, n);
    if (out->seen == RS_VISIBLE_NONE) return "region-outside";
    if (out->seen == RS_VISIBLE_FLAT) return "degenerate-box";
    rs_render_clamp(&canvas, px, n);
    if (rs_geom_encode(&to, &canvas, px, n, numbers, n, &flat) != n) return "degenerate-box";
    if (flat && !job->options->for_eval) return "degenerate-box";
    out->box.degenerate = flat;
    out->corners = numbers;
    /* more corners than a written box can hold are not compared with what is read back */
    for (size_t i = 0; n == 8 && i < n; i++) out->box.pixels[i] = px[i];
    out->box.n_pixels = n == 8 && sized ? 8 : 0;
    return NULL;
}

rsift_status rs_render_measure_corners(const rs_render_job *job, const rs_region *region,
                                       rs_measured *out, const char **drop)
{
    const size_t n = region->n_coords;
    *out = (rs_measured){.box = {.label = region->label}};
    *drop = "json-boxes";
    if (!region->convention || n < 6 || n > 2 * RS_POLY_MAX ||
        (region->convention->shape != RS_SHAPE_QUAD &&
         region->convention->shape != RS_SHAPE_POLYGON))
        return RSIFT_OK;
    double *room = rs_arena_alloc(job->arena, 2 * n * sizeof *room);
    if (!room) return rs_err_nomem(job->err, "the corners of a region");
    *drop = measure_corners(job, region, room, room + n, out);
    return RSIFT_OK;
}
