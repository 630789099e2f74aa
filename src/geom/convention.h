/* How numbers stand for a position: unit, frame, order, rounding, angle sense. One const struct per
 * convention met in releases or wanted by models; conversion both ways through absolute float
 * pixels of the stored image (x right, y down, origin at the top-left corner of the image).
 * Sources: formats notes, section 0 "Coordinate conventions on one page". */
#ifndef RS_GEOM_CONVENTION_H
#define RS_GEOM_CONVENTION_H

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

typedef enum rs_frame {
    RS_FRAME_IMAGE,   /* x by width, y by height */
    RS_FRAME_PADDED,  /* square of side max(w, h), content centred */
    RS_FRAME_RESIZED, /* absolute pixels after the model's own resize (smart_resize) */
} rs_frame;

typedef enum rs_shape {
    RS_SHAPE_HBB_XYXY,    /* x0 y0 x1 y1 */
    RS_SHAPE_HBB_XYWH,    /* x0 y0 w h */
    RS_SHAPE_HBB_CXCYWH,  /* centre, size */
    RS_SHAPE_HBB_YXYX,    /* y0 x0 y1 x1 */
    RS_SHAPE_OBB_XYXYA,   /* unrotated rectangle, then degrees about its centre */
    RS_SHAPE_OBB_CXCYWHA, /* centre, size, degrees */
    RS_SHAPE_QUAD,        /* four corners, 8 numbers */
    RS_SHAPE_POLYGON,     /* x y x y ... */
    RS_SHAPE_POINT,       /* x y */
} rs_shape;

/* How encode spells a rectangle's angle and a quad's corners; decode reads any spelling. */
typedef enum rs_angle_form {
    RS_ANGLE_OPENCV,    /* (0, 90] degrees: an upright box has 90 and its sides exchanged */
    RS_ANGLE_LONG_EDGE, /* w >= h, [-90, 90) degrees */
} rs_angle_form;
typedef enum rs_corner_order {
    RS_CORNERS_AS_GIVEN,
    RS_CORNERS_TOP_COUNTER, /* topmost (then leftmost) first, counter-clockwise on screen */
} rs_corner_order;

typedef enum rs_rounding {
    RS_ROUND_NONE,
    RS_ROUND_EVEN,
    RS_ROUND_FLOOR,
    RS_ROUND_TRUNC
} rs_rounding;

typedef struct rs_convention {
    const char
        *name; /* "px", "px-xywh", "percent", "percent-obb", "fraction", "fraction-padded", ... */
    size_t n_name; /* its bytes */
    rs_shape shape;
    rs_frame frame;
    double scale;         /* value of the full side (1, 100, 1000, 1024); 0 = pixels */
    bool clamp;           /* encode clamps into [0, limit] */
    double limit;         /* largest value written (999, 1000, ...); 0 = scale, or the side when
                             scale is 0; negative = that many below the side */
    rs_rounding rounding; /* of encode */
    int decimals; /* encode rounds to so many digits when rounding is NONE; -1 = not at all */
    double decode_offset; /* added before scaling: 0.5 where a number names a bin and means its
                             centre */
    int angle_sense; /* +1 = positive is clockwise on screen, -1 = counter-clockwise, 0 = none */
    bool rotate_in_pixels; /* angle is applied after scaling to pixels */
    rs_angle_form angle_form;
    rs_corner_order corner_order;
    const char *source;
} rs_convention;

/* Size of the stored picture and, for RESIZED, of the picture the model will see. */
typedef struct rs_canvas {
    double width, height;
    double resized_width, resized_height; /* 0 = not known */
} rs_canvas;

extern const rs_convention *const rs_geom_conventions[]; /* NULL-terminated, alphabetical */
const rs_convention *rs_geom_convention(rs_str name);    /* NULL = unknown */
/* Those of the table that a model's row names (render/models.c). */
extern const rs_convention rs_geom_fraction_padded, rs_geom_permille, rs_geom_permille_point,
    rs_geom_permille_quad, rs_geom_qwen25_vl, rs_geom_qwen25_vl_point, rs_geom_qwen25_vl_quad;

/* Numbers as released -> pixels.
 *   in, n_in   numbers in the convention's order
 *   out        HBB: {x0,y0,x1,y1}, inverted where the release is inverted; OBB and quad: 8 numbers,
 *              corners clockwise on screen starting where the release's first corner lies; polygon:
 *              n_in numbers; point: 2. out must not overlap in
 *   returns    how many numbers were written; 0 when the canvas is needed and unknown, n_in is
 * wrong, cap is too small or a number is not finite. Nothing is clamped */
size_t rs_geom_decode(const rs_convention *c, const rs_canvas *canvas, const double *in,
                      size_t n_in, double *out, size_t cap);

/* Pixels -> numbers of the convention. `in` is HBB (4), quad (8), polygon or point in pixels; the
 * shapes that a convention cannot hold are first reduced to what it can: quad or polygon -> its HBB
 * or the rectangle of least area, HBB -> quad, anything -> its HBB's centre. Inverted boxes are put
 * in order first.
 *   *degenerate  set when a side is zero after quantisation (never for points); may be NULL
 *   returns      numbers written; 0 = impossible: size unknown, a point where an extent is needed,
 *                cap too small, or a number is not finite */
size_t rs_geom_encode(const rs_convention *c, const rs_canvas *canvas, const double *in,
                      size_t n_in, double *out, size_t cap, bool *degenerate);

/* Half the width, in pixels, of one step of the convention on this canvas (x, y): the bound on
 * |decode(encode(p)) - p| of a coordinate that needed no clamping; a full step for floor and
 * truncation (half again where decode means the bin's centre). Size-carrying shapes (xywh) have
 * twice that on their far side, and a rounded angle adds up to its half step times half the
 * diagonal at a corner (rs_geom_quantum_angle, radians, 0 when there is no angle or no rounding).
 * {0, 0} when nothing is rounded or the size is unknown. */
void rs_geom_quantum(const rs_convention *c, const rs_canvas *canvas, double out[2]);
double rs_geom_quantum_angle(const rs_convention *c);

/* Sides in pixels (x, y) from which on a box inside the picture is not degenerate in a convention
 * of boxes, however it is rounded; a smaller one may be. false = the size is not known. */
bool rs_geom_wide_box(const rs_convention *c, const rs_canvas *canvas, double out[2]);

/* Who resizes a picture before the model sees it. */
typedef enum rs_resize_rule {
    RS_RESIZE_SMART,         /* the model's processor alone, with the training run's limits */
    RS_RESIZE_LLAMA_FACTORY, /* LLaMA-Factory first, then the processor with limits of its own */
    RS_RESIZE_MS_SWIFT,      /* the processor, with limits cut to whole tokens */
} rs_resize_rule;

/* A resize: its rule, the processor's factor and the limits that the training run states. */
typedef struct rs_resize {
    rs_resize_rule rule;
    int factor;
    double min_pixels, max_pixels;
} rs_resize;

/* The size at which the model sees a picture. false where the code would stop: a side that is not
 * positive, an aspect ratio above 200, factor < 1.
 * Source of RS_RESIZE_LLAMA_FACTORY: llamafactory 0.9.5 data/mm_plugin.py, BasePlugin and
 * Qwen2VLPlugin._preprocess_image; transformers 4.57.3 image_processing_qwen2_vl.py. Of
 * RS_RESIZE_MS_SWIFT: ms-swift 4.6.0 swift/model/models/qwen.py, compat_qwen_vl_utils. */
bool rs_geom_resize(const rs_resize *how, double width, double height, double *out_width,
                    double *out_height);

/* Qwen's smart_resize: sides rounded (half to even) to multiples of `factor`, never below one, area
 * kept within [min, max] pixels. false when the aspect ratio exceeds 200, a side is not positive or
 * factor < 1. Source: QwenLM/Qwen3-VL qwen-vl-utils; formats notes, section 4. */
bool rs_geom_smart_resize(double width, double height, int factor, double min_pixels,
                          double max_pixels, double *out_width, double *out_height);

#endif
