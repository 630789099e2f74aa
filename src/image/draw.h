/* Marks on pixels: enough to outline boxes and polygons. */
#ifndef RS_IMAGE_DRAW_H
#define RS_IMAGE_DRAW_H

#include "image/pixels.h"

/* A straight line from (x0, y0) to (x1, y1) in pixels, `thick` pixels wide (1..64), colour
 * 0xRRGGBB. What lies outside the picture is cut off; non-finite ends draw nothing. */
void rs_draw_line(rs_pixels *pixels, const double line[4], unsigned thick, uint32_t colour);

/* n points as x, y pairs; closed joins the last with the first. */
void rs_draw_polyline(rs_pixels *pixels, const double *xy, size_t n, bool closed, unsigned thick,
                      uint32_t colour);

#endif
