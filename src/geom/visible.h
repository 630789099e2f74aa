/* What of a shape its picture shows: the one judgement that the index makes of a release's boxes
 * and emit makes again of what it is about to write. */
#ifndef RS_GEOM_VISIBLE_H
#define RS_GEOM_VISIBLE_H

#include "geom/convention.h"

typedef enum rs_visible {
    RS_VISIBLE_WHOLE,   /* all of it, but for rounding */
    RS_VISIBLE_PART,    /* it leaves the picture and is cut there */
    RS_VISIBLE_NONE,    /* it shares no pixel with the picture */
    RS_VISIBLE_FLAT,    /* no width, no height or no area, wherever it lies */
    RS_VISIBLE_UNKNOWN, /* no finite numbers, or no picture to lie on and nothing flat */
} rs_visible;

/* px[n] are the pixels that rs_geom_decode made of the convention on this canvas: a box (4), a
 * point (2) or corners. A box of a side below zero is flat, since a size has no sign; swapped
 * corners are put in order. A corner may lie half a pixel or one step of the convention outside. */
rs_visible rs_geom_visible(const rs_convention *c, const rs_canvas *canvas, const double *px,
                           size_t n);

#endif
