/* A region -> the numbers that a model reads: convention, scale, rounding, clamping. No text. */
#ifndef RS_RENDER_MEASURE_H
#define RS_RENDER_MEASURE_H

#include "geom/visible.h"
#include "render/message.h"

/* A region measured for the model: its pixels and the numbers that will be written. */
typedef struct rs_measured {
    rs_written_box box;
    double numbers[8];
    size_t n_numbers;
    rs_visible seen;       /* of the region on its picture */
    const double *corners; /* of rs_render_measure_corners; else NULL */
} rs_measured;

/* The picture as the model sees it. false = it cannot be resized by the model's rule. */
bool rs_render_canvas(const rs_render_options *options, double width, double height,
                      rs_canvas *out);

/* The model's convention for boxes (4 numbers), corners (8) or points (2). false = it has none. */
bool rs_render_convention(const rs_render_model *model, size_t n_numbers, rs_convention *out);

/* Moves the points of px[n] that lie outside the picture onto its border. */
void rs_render_clamp(const rs_canvas *canvas, double *px, size_t n);

/* Will the region be written as four corners, and not as an upright box? */
bool rs_render_writes_corners(const rs_render_job *job, const rs_region *region);

/* Measures one region of the job's sample. *drop is NULL, or the reason why the region cannot be
 * written; what its picture does not show has seen == RS_VISIBLE_NONE. Errors: RSIFT_E_NOMEM. */
rsift_status rs_render_measure(const rs_render_job *job, const rs_region *region, rs_measured *out,
                               const char **drop);

/* The same for corners as they were released: every one of them, in their order, whatever shapes
 * the model knows. The numbers are out->corners, as many as the region has. */
rsift_status rs_render_measure_corners(const rs_render_job *job, const rs_region *region,
                                       rs_measured *out, const char **drop);

#endif
