/* The conventions and the way between their numbers and absolute pixels. A number passes through
 *   pixel of the stored image <-> pixel of the frame (padded square, resized image) <-> number
 * and each arrow keeps the order of operations of the source it imitates, so that rounding agrees
 * to the last unit: round(x / W * 1000) is not round(x * 1000 / W). */
#include "geom/convention.h"

#include "geom/box.h"
#include "geom/obb.h"

#include <math.h>

#define PI 3.14159265358979323846

/* The frame's sides and where the image lies in it. */
typedef struct frame {
    double side[2], offset[2], zoom[2];
} frame;

/* The frame of a convention on this canvas; false = a size it needs is not known. */
static bool frame_of(const rs_convention *c, const rs_canvas *canvas, frame *f)
{
    *f = (frame){{0, 0}, {0, 0}, {1, 1}};
    double w = canvas ? canvas->width : 0, h = canvas ? canvas->height : 0;
    bool known = w > 0 && h > 0 && isfinite(w) && isfinite(h);
    f->side[0] = known ? w : 0;
    f->side[1] = known ? h : 0;
    if (c->frame == RS_FRAME_PADDED) {
        double side = w > h ? w : h;
        /* An integer, as the picture itself is pasted: (side - dim) // 2. */
        f->offset[0] = floor((side - w) / 2);
        f->offset[1] = floor((side - h) / 2);
        f->side[0] = f->side[1] = side;
    } else if (c->frame == RS_FRAME_RESIZED) {
        double rw = canvas ? canvas->resized_width : 0, rh = canvas ? canvas->resized_height : 0;
        if (!(rw > 0) || !(rh > 0) || !isfinite(rw) || !isfinite(rh)) return false;
        if (!known) return false;
        f->zoom[0] = rw / w;
        f->zoom[1] = rh / h;
        f->side[0] = rw;
        f->side[1] = rh;
    }
    return known || (c->scale == 0 && c->frame == RS_FRAME_IMAGE);
}

/* number -> pixel:  ((v + decode_offset) * side / scale - offset) / zoom */
static double pixel_of(const rs_convention *c, const frame *f, int axis, double v)
{
    v += c->decode_offset;
    if (c->scale != 0) v = v * f->side[axis] / c->scale;
    return (v - f->offset[axis]) / f->zoom[axis];
}

/* The same for a length, which has no offset. */
static double span_of(const rs_convention *c, const frame *f, int axis, double v)
{
    if (c->scale != 0) v = v * f->side[axis] / c->scale;
    return v / f->zoom[axis];
}

static const double tens[] = {1, 10, 100, 1e3, 1e4, 1e5, 1e6};

static double round_number(const rs_convention *c, double v)
{
    switch (c->rounding) {
    case RS_ROUND_EVEN: return rint(v);
    case RS_ROUND_FLOOR: return floor(v);
    case RS_ROUND_TRUNC: return trunc(v);
    case RS_ROUND_NONE: break;
    }
    if (c->decimals < 0 || c->decimals > 6) return v;
    return rint(v * tens[c->decimals]) / tens[c->decimals];
}

/* The largest number that encode writes. */
static double limit_of(const rs_convention *c, const frame *f, int axis)
{
    if (c->limit > 0) return c->limit;
    if (c->limit < 0) return f->side[axis] + c->limit;
    return c->scale != 0 ? c->scale : f->side[axis];
}

/* Rounds and clamps. An unknown side (pixels without a canvas) clamps at 0 only. */
static double finish(const rs_convention *c, const frame *f, int axis, double v)
{
    v = round_number(c, v);
    if (c->clamp) {
        double high = limit_of(c, f, axis);
        if (v < 0) v = 0;
        if (high > 0 && v > high) v = high;
    }
    return v == 0 ? 0 : v; /* no negative zero in text */
}

/* Pixel of the frame -> number:  v / (side / scale) for Florence, which divides by the bin's width,
 * v / side * scale for all others. The two differ in the last bit. */
static double scaled(const rs_convention *c, const frame *f, int axis, double v)
{
    if (c->scale == 0) return v;
    if (c->rounding == RS_ROUND_FLOOR) return v / (f->side[axis] / c->scale);
    return v / f->side[axis] * c->scale;
}

/* pixel -> number:  scaled(px * zoom + offset) */
static double number_unrounded(const rs_convention *c, const frame *f, int axis, double px)
{
    return scaled(c, f, axis, px * f->zoom[axis] + f->offset[axis]);
}

static double number_of(const rs_convention *c, const frame *f, int axis, double px)
{
    return finish(c, f, axis, number_unrounded(c, f, axis, px));
}

static double number_of_span(const rs_convention *c, const frame *f, int axis, double px)
{
    return finish(c, f, axis, scaled(c, f, axis, px * f->zoom[axis]));
}

static bool all_finite(const double *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(v[i])) return false;
    return true;
}

/* Can a shape have n numbers? */
static bool is_count_of(rs_shape shape, size_t n)
{
    switch (shape) {
    case RS_SHAPE_HBB_XYXY:
    case RS_SHAPE_HBB_XYWH:
    case RS_SHAPE_HBB_CXCYWH:
    case RS_SHAPE_HBB_YXYX: return n == 4;
    case RS_SHAPE_OBB_XYXYA:
    case RS_SHAPE_OBB_CXCYWHA: return n == 5;
    case RS_SHAPE_QUAD: return n == 8;
    case RS_SHAPE_POLYGON: return n >= 6 && n % 2 == 0;
    case RS_SHAPE_POINT: return n == 2;
    }
    return false;
}

/* ---- numbers -> pixels ---- */

static void decode_points(const rs_convention *c, const frame *f, const double *in, size_t n,
                          double *out)
{
    for (size_t i = 0; i < n; i++) out[i] = pixel_of(c, f, (int)(i % 2), in[i]);
}

/* An axis-aligned box of any order -> x0 y0 x1 y1. */
static void decode_box(const rs_convention *c, const frame *f, const double *in, double *out)
{
    if (c->shape == RS_SHAPE_HBB_YXYX) {
        const double xyxy[4] = {in[1], in[0], in[3], in[2]};
        decode_points(c, f, xyxy, 4, out);
        return;
    }
    decode_points(c, f, in, c->shape == RS_SHAPE_HBB_XYXY ? 4 : 2, out);
    if (c->shape == RS_SHAPE_HBB_XYXY) return;
    for (int axis = 0; axis < 2; axis++) {
        double span = span_of(c, f, axis, in[2 + axis]);
        if (c->shape == RS_SHAPE_HBB_CXCYWH) out[axis] -= span / 2;
        out[2 + axis] = out[axis] + span;
    }
}

/* The rectangle in pixels, or, when the angle lives in the space of the numbers, in numbers. */
static void decode_obb(const rs_convention *c, const frame *f, const double *in, double *out)
{
    rs_convention plain = *c; /* of the unrotated rectangle */
    plain.shape = c->shape == RS_SHAPE_OBB_XYXYA ? RS_SHAPE_HBB_XYXY : RS_SHAPE_HBB_CXCYWH;
    const frame same = {{1, 1}, {0, 0}, {1, 1}};
    rs_convention numbers = plain;
    numbers.scale = 0;
    numbers.decode_offset = 0;
    double box[4];
    decode_box(c->rotate_in_pixels ? &plain : &numbers, c->rotate_in_pixels ? f : &same, in, box);
    const rs_obb obb = {.cx = (box[0] + box[2]) / 2,
                        .cy = (box[1] + box[3]) / 2,
                        .w = box[2] - box[0],
                        .h = box[3] - box[1],
                        .angle_rad = in[4] * (PI / 180) * (c->angle_sense < 0 ? -1 : 1)};
    double quad[8];
    rs_geom_obb_quad(&obb, quad);
    for (int i = 0; i < 8; i++)
        out[i] = c->rotate_in_pixels ? quad[i] : pixel_of(c, f, i % 2, quad[i]);
}

size_t rs_geom_decode(const rs_convention *c, const rs_canvas *canvas, const double *in,
                      size_t n_in, double *out, size_t cap)
{
    frame f;
    if (!is_count_of(c->shape, n_in) || !all_finite(in, n_in) || !frame_of(c, canvas, &f)) return 0;
    bool obb = c->shape == RS_SHAPE_OBB_XYXYA || c->shape == RS_SHAPE_OBB_CXCYWHA;
    size_t n_out = obb ? 8 : n_in;
    if (cap < n_out) return 0;
    if (obb) decode_obb(c, &f, in, out);
    else if (n_in == 4) decode_box(c, &f, in, out);
    else decode_points(c, &f, in, n_in, out);
    if (n_out == 8 && c->shape != RS_SHAPE_POLYGON) rs_geom_make_clockwise(out, 4);
    return all_finite(out, n_out) ? n_out : 0;
}

/* ---- pixels -> numbers ---- */

/* The axis-aligned box of any input shape; false for a point. */
static bool box_of(const double *in, size_t n_in, double box[4])
{
    if (n_in == 2) return false;
    rs_geom_box_of_points(in, n_in / 2, box); /* also right for two corners in any order */
    return true;
}

/* Four corners of any input shape; false when there are none. */
static bool quad_of(const double *in, size_t n_in, double quad[8])
{
    if (n_in == 8) {
        for (int i = 0; i < 8; i++) quad[i] = in[i];
        return true;
    }
    if (n_in == 4) {
        double box[4];
        rs_geom_box_of_points(in, 2, box);
        rs_geom_quad_of_box(box, quad);
        return true;
    }
    rs_obb obb;
    if (n_in < 6 || !rs_geom_obb_of_points(in, n_in / 2, &obb)) return false;
    rs_geom_obb_quad(&obb, quad);
    return true;
}

/* A box in the order and rounding of the convention. */
static size_t encode_box(const rs_convention *c, const frame *f, const double box[4], double *out,
                         bool *degenerate)
{
    if (c->shape == RS_SHAPE_HBB_XYXY || c->shape == RS_SHAPE_HBB_YXYX) {
        size_t flip = c->shape == RS_SHAPE_HBB_YXYX ? 1 : 0;
        for (size_t i = 0; i < 4; i++) out[i ^ flip] = number_of(c, f, (int)(i % 2), box[i]);
        *degenerate = out[0] == out[2] || out[1] == out[3];
        return 4;
    }
    for (int axis = 0; axis < 2; axis++) {
        double low = box[axis], span = box[axis + 2] - low;
        if (c->shape == RS_SHAPE_HBB_CXCYWH) low += span / 2;
        out[axis] = number_of(c, f, axis, low);
        out[axis + 2] = number_of_span(c, f, axis, span);
    }
    *degenerate = out[2] == 0 || out[3] == 0;
    return 4;
}

static size_t encode_points(const rs_convention *c, const frame *f, const double *in, size_t n,
                            double *out, bool *degenerate)
{
    for (size_t i = 0; i < n; i++) out[i] = number_of(c, f, (int)(i % 2), in[i]);
    *degenerate = n > 2 && !(rs_geom_area(out, n / 2) > 0);
    return n;
}

static size_t encode_quad(const rs_convention *c, const frame *f, double quad[8], double *out,
                          bool *degenerate)
{
    encode_points(c, f, quad, 8, out, degenerate);
    if (c->corner_order == RS_CORNERS_TOP_COUNTER) {
        /* Ordered by the exact corners would be another choice; the sources order what they write.
         */
        rs_geom_make_clockwise(out, 4);
        rs_geom_start_at_top(out, 4);
        rs_geom_reverse(out, 4);
    }
    return 8;
}

/* Centre and sides, or two corners, of the unrotated rectangle as numbers. */
static void numbers_of_obb(const rs_convention *c, const frame *f, const rs_obb *obb, double out[4])
{
    /* Half sizes about the centre; in numbers already when the angle lives there. */
    const double centre[2] = {obb->cx, obb->cy}, size[2] = {obb->w, obb->h};
    for (int axis = 0; axis < 2; axis++) {
        double low = centre[axis] - size[axis] / 2, high = centre[axis] + size[axis] / 2;
        double mid = centre[axis], span = size[axis];
        if (c->rotate_in_pixels) {
            low = number_unrounded(c, f, axis, low);
            high = number_unrounded(c, f, axis, high);
            mid = number_unrounded(c, f, axis, mid);
            span = scaled(c, f, axis, span * f->zoom[axis]);
        }
        bool corners = c->shape == RS_SHAPE_OBB_XYXYA;
        out[axis] = finish(c, f, axis, corners ? low : mid);
        out[axis + 2] = finish(c, f, axis, corners ? high : span);
    }
}

/* The rectangle around four corners in the convention's spelling; rotation happens in pixels or in
 * the space of the numbers, as the source does it. */
static size_t encode_obb(const rs_convention *c, const frame *f, double quad[8], double *out,
                         bool *degenerate)
{
    if (!c->rotate_in_pixels)
        for (int i = 0; i < 8; i++) quad[i] = number_unrounded(c, f, i % 2, quad[i]);
    rs_obb obb;
    if (!rs_geom_obb_of_points(quad, 4, &obb)) return 0;
    obb.angle_rad *= c->angle_sense < 0 ? -1 : 1;
    if (c->angle_form == RS_ANGLE_LONG_EDGE) rs_geom_obb_long_edge(&obb);
    else rs_geom_obb_opencv(&obb);
    numbers_of_obb(c, f, &obb, out);
    double angle = round_number(c, obb.angle_rad * (180 / PI));
    out[4] = angle == 0 ? 0 : angle;
    bool corners = c->shape == RS_SHAPE_OBB_XYXYA;
    *degenerate = corners ? out[0] == out[2] || out[1] == out[3] : out[2] == 0 || out[3] == 0;
    return 5;
}

/* How many numbers a shape has; a polygon as many as come in. */
static size_t n_numbers(rs_shape shape, size_t n_in)
{
    switch (shape) {
    case RS_SHAPE_POINT: return 2;
    case RS_SHAPE_OBB_XYXYA:
    case RS_SHAPE_OBB_CXCYWHA: return 5;
    case RS_SHAPE_QUAD: return 8;
    case RS_SHAPE_POLYGON: return n_in == 4 ? 8 : n_in;
    default: return 4;
    }
}

/* Reduces the input to what the shape can hold and encodes it. */
static size_t encode_shape(const rs_convention *c, const frame *f, const double *in, size_t n_in,
                           double *out, bool *degenerate)
{
    double box[4], quad[8], centre[2] = {in[0], in[1]};
    switch (c->shape) {
    case RS_SHAPE_POINT:
        if (box_of(in, n_in, box)) {
            centre[0] = (box[0] + box[2]) / 2;
            centre[1] = (box[1] + box[3]) / 2;
        }
        return encode_points(c, f, centre, 2, out, degenerate);
    case RS_SHAPE_POLYGON:
        if (n_in >= 6) return encode_points(c, f, in, n_in, out, degenerate);
        return quad_of(in, n_in, quad) ? encode_points(c, f, quad, 8, out, degenerate) : 0;
    case RS_SHAPE_QUAD:
        return quad_of(in, n_in, quad) ? encode_quad(c, f, quad, out, degenerate) : 0;
    case RS_SHAPE_OBB_XYXYA:
    case RS_SHAPE_OBB_CXCYWHA:
        return quad_of(in, n_in, quad) ? encode_obb(c, f, quad, out, degenerate) : 0;
    default: return box_of(in, n_in, box) ? encode_box(c, f, box, out, degenerate) : 0;
    }
}

size_t rs_geom_encode(const rs_convention *c, const rs_canvas *canvas, const double *in,
                      size_t n_in, double *out, size_t cap, bool *degenerate)
{
    frame f;
    bool flat = false;
    if (degenerate) *degenerate = false;
    if (n_in < 2 || n_in % 2 != 0 || !all_finite(in, n_in)) return 0;
    if (!frame_of(c, canvas, &f) || cap < n_numbers(c->shape, n_in)) return 0;
    size_t n = encode_shape(c, &f, in, n_in, out, &flat);
    if (!all_finite(out, n)) return 0;
    if (degenerate) *degenerate = n > 0 && flat;
    return n;
}

/* ---- quantum ---- */

/* What two numbers next to each other differ in; 0 = they are not rounded. */
static double step_of(const rs_convention *c)
{
    if (c->rounding != RS_ROUND_NONE) return 1;
    return c->decimals < 0 || c->decimals > 6 ? 0 : 1 / tens[c->decimals];
}

/* Largest |rounded - exact| in numbers; floor bins decoded at their centre are off by half a bin.
 */
static double half_step(const rs_convention *c)
{
    if (c->rounding == RS_ROUND_NONE) return 0.5 * step_of(c);
    return c->rounding == RS_ROUND_EVEN || c->decode_offset != 0 ? 0.5 : 1;
}

void rs_geom_quantum(const rs_convention *c, const rs_canvas *canvas, double out[2])
{
    frame f;
    out[0] = out[1] = 0;
    if (!frame_of(c, canvas, &f)) return;
    for (int axis = 0; axis < 2; axis++) out[axis] = span_of(c, &f, axis, half_step(c));
}

double rs_geom_quantum_angle(const rs_convention *c)
{
    bool obb = c->shape == RS_SHAPE_OBB_XYXYA || c->shape == RS_SHAPE_OBB_CXCYWHA;
    return obb ? half_step(c) * (PI / 180) : 0;
}

/* Two numbers that lie more than a step apart are rounded apart. Those above the limit become one:
 * they have to be apart by what it cuts off, too. */
bool rs_geom_wide_box(const rs_convention *c, const rs_canvas *canvas, double out[2])
{
    frame f;
    if (!frame_of(c, canvas, &f)) return false;
    for (int axis = 0; axis < 2; axis++) {
        const double most = c->scale != 0 ? c->scale : f.side[axis];
        const double cut = c->clamp ? fmax(0, most - limit_of(c, &f, axis)) : 0;
        const double rounding_error = 1e-9 * most;
        out[axis] = span_of(c, &f, axis, step_of(c) + cut + rounding_error);
    }
    return true;
}
