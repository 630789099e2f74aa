/* Visual grounding: how a box is read from an output, which ratio of areas counts, and the sums.
 * Published scorers differ in one pixel, in `>` against `>=` and in how they treat bad boxes; a
 * rule holds all of that. Inverted boxes follow the formulas literally, as the originals do. */
#ifndef RS_METRICS_GROUND_H
#define RS_METRICS_GROUND_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef enum rs_box_text {
    RS_BOX_TEXT_DIGITS,     /* every \d+ of the text, the first four: "12.5" is 12 and 5 */
    RS_BOX_TEXT_BRACKET,    /* [0-9., ] lists in brackets, cut to four (LHRS-Bot) */
    RS_BOX_TEXT_OUTERMOST,  /* numbers between the first '[' and the last ']' (RSEvalKit) */
    RS_BOX_TEXT_URBENCH,    /* first four numbers separated by commas or blanks */
    RS_BOX_TEXT_FIRST_LIST, /* the first innermost list of four numbers; without any list, the four
                               numbers of the text; a key like "bbox_2d" holds none (ours, where the
                               original's model gives numbers and no text) */
    RS_BOX_TEXT_INTEGERS,   /* lists of integers in brackets; others do not exist (EarthDial) */
} rs_box_text;

typedef enum rs_oriented_rule {
    RS_ORIENTED_NO,
    RS_ORIENTED_GEOCHAT,     /* {<x1><y1><x2><y2>|<angle>}: degrees clockwise on screen */
    RS_ORIENTED_VRSBENCH_V1, /* centre, size, angle, which the original reads as radians */
    RS_ORIENTED_VRSBENCH_V2, /* two corners and the angle of the diagonal's rectangle */
} rs_oriented_rule;

typedef struct rs_ground_rule {
    rs_box_text reading;
    rs_oriented_rule oriented;
    bool pairs;  /* all lists of output and reference, zipped (LHRS-Bot) */
    double plus; /* 1 = inclusive corners */
    double eps_inter, eps_union;
    bool strict;            /* IoU > threshold instead of >= */
    bool reference_ordered; /* an inverted reference box scores 0 (UrBench) */
    bool clamp;             /* clamp the prediction first: rs_metrics_ground_clamp */
    double grid; /* outputs in pixels = numbers * size / grid: 1000 = thousandths, 1 = shares
                    unless a number lies outside 0..1; 0 = as they stand */
    const double *thresholds;
    size_t n_thresholds;
} rs_ground_rule;

/* Up to `most` numbers of the text by the rule; returns how many (may be fewer). */
size_t rs_metrics_box_numbers(rs_box_text reading, rs_str text, double *numbers, size_t most);

typedef struct rs_ground_one {
    bool valid; /* both boxes could be read */
    double iou, inter, area_union;
} rs_ground_one;

rs_ground_one rs_metrics_ground_boxes(const rs_ground_rule *rule, const double predicted[4],
                                      const double reference[4]);

/* Does the far corner stand first? Such a box overlaps with nothing by the formulas. */
bool rs_metrics_ground_inverted(const double box[4]);

/* Clamps a prediction to the picture; to [0, 1] when the reference lies there. width 0 = not known:
 * left alone. Source: like413/OPT-RSVG utils/eval_utils.py clamps normalised predictions. */
void rs_metrics_ground_clamp(double predicted[4], const double reference[4], double width,
                             double height);

enum { RS_GROUND_THRESHOLDS = 8 };
bool rs_metrics_ground_hit(const rs_ground_rule *rule, double iou, double threshold);

/* EarthDial's rotated boxes {left, top, right, bottom, angle in degrees} -> corners; the rotation
 * is row vectors times [[c, -s], [s, c]] about the centre. */
void rs_metrics_earthdial_quad(const double box[5], double quad[8]);
/* Reads "[[l, t, r, b, a]][[...]]" lists; each list's length is written to lengths. Returns the
 * number of lists (at most `most`); numbers holds the first 8 of each. numbers and lengths may be
 * NULL.
 *   reading  RS_BOX_TEXT_INTEGERS as rs_detection/eval.py; else any innermost list with numbers */
size_t rs_metrics_box_lists(rs_box_text reading, rs_str text, double (*numbers)[8], size_t *lengths,
                            size_t most);

/* LHRS-Bot: the lists of output and reference, zipped. An output without a list, or with a list
 * that is no numbers, fails once and is not compared; a list of fewer than four fails by itself.
 *   returns  false when the reference has no list or one that is not four numbers
 *   source   NJU-LHRS/LHRS-Bot main_vg.py */
typedef struct rs_ground_pairs {
    size_t n_pairs, n_hits, n_failed;
    size_t n_inverted;             /* predicted boxes whose far corner stands first */
    double iou, inter, area_union; /* sums over pairs */
} rs_ground_pairs;
bool rs_metrics_ground_pairs(const rs_ground_rule *rule, rs_str output, rs_str reference,
                             rs_ground_pairs *out);

/* VRSBench's oriented boxes: IoU of polygons whose axis-aligned hulls overlap, the union at least
 * 1e-6 and kept as float32. V1 reads 4 (axis-aligned), 5 or 8 (corners) numbers, V2 the first five.
 *   returns  false where the original counts an invalid output
 *   source   lx709/VRSBench eval_fianl/compute_metrics.ipynb; jbwang1997/BboxToolkit
 * transforms.py */
bool rs_metrics_ground_oriented(rs_oriented_rule oriented, const double *predicted,
                                size_t n_predicted, const double *reference, size_t n_reference,
                                rs_ground_one *out);

/* GeoChat's {x1, y1, x2, y2, degrees} on the 0-100 grid -> corners in pixels; width 0 = on the
 * grid. */
void rs_metrics_geochat_quad(const double box[5], double width, double height, double quad[8]);

#endif
