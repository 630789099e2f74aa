/* Axis-aligned boxes: {x0, y0, x1, y1} in pixels, x right, y down, half-open. Published scoring
 * rules differ in one pixel and in how they treat inverted boxes, so the pieces of a ratio are
 * given apart (rs_geom_box_overlap) and the caller writes its own rule, `>` or `>=` included. */
#ifndef RS_GEOM_BOX_H
#define RS_GEOM_BOX_H

#include <stdbool.h>
#include <stddef.h>

/* What is wrong with a box, as bits; 0 = nothing. */
enum {
    RS_BOX_NOT_FINITE = 1 << 0, /* NaN or infinity; no other bit is set then */
    RS_BOX_INVERTED = 1 << 1,   /* x1 < x0 or y1 < y0 */
    RS_BOX_EMPTY = 1 << 2,      /* a side is exactly zero */
    RS_BOX_LEAVES = 1 << 3,     /* some of it lies outside the image */
    RS_BOX_OUTSIDE = 1 << 4,    /* all of it lies outside the image (LEAVES is set too) */
};

/* Bits above for a box in an image; width <= 0 or height <= 0 means unknown: then its position is
 * not judged. */
unsigned rs_geom_box_state(const double box[4], double width, double height);

/* Corners put in order, so that x0 <= x1 and y0 <= y1; true when something was swapped. */
bool rs_geom_box_order(double box[4]);

/* Clamps to [0, width] x [0, height]; true when something changed. */
bool rs_geom_box_clamp(double box[4], double width, double height);

/* (x1 - x0) * (y1 - y0), literally: negative when one side is inverted. */
double rs_geom_box_area(const double box[4]);

/* Smallest box around both. out may be a or b. */
void rs_geom_box_hull(const double a[4], const double b[4], double out[4]);

/* x0 y0 w h <-> x0 y0 x1 y1; out may be in. */
void rs_geom_box_of_xywh(const double in[4], double out[4]);
void rs_geom_box_to_xywh(const double in[4], double out[4]);

/* Intersection and union areas.
 *   plus     0 for half-open boxes, 1 where pixels are counted inclusively (VRSBench, LHRS-Bot,
 *            DOTA's pre-check): widths and heights of all three areas get `plus` added
 *   *inter   never negative
 *   *united  area a + area b - inter, literally: inverted boxes may make it negative, as they do in
 *            the published scorers */
void rs_geom_box_overlap(const double a[4], const double b[4], double plus, double *inter,
                         double *united);

/* Intersection over union of two axis-aligned boxes.
 *   a, b    {x0, y0, x1, y1}, half-open, x0 <= x1 and y0 <= y1
 *   returns a ratio in [0, 1]; 0 when both are empty or a box is inverted
 *   source  the usual definition; see rs_geom_iou_xywh for COCO's arithmetic */
double rs_geom_iou(const double a[4], const double b[4]);

/* The same with one pixel added to every side (boxes of inclusive integer corners).
 *   source  lx709/VRSBench eval_utils.py; NJU-LHRS/LHRS-Bot main_vg.py */
double rs_geom_iou_inclusive(const double a[4], const double b[4]);

/* COCO's ratio on {x, y, w, h}: same order of operations as bbIou, so the last bit agrees.
 *   crowd   the truth is a crowd: divides by the detection's own area
 *   source  cocodataset/cocoapi common/maskApi.c */
double rs_geom_iou_xywh(const double det[4], const double truth[4], bool crowd);

#endif
