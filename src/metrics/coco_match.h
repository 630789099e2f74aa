/* Detections matched with truths as pycocotools does it, image by image and class by class, for
 * four area ranges and ten IoU thresholds at once: the first half of COCO's AP (metrics/coco.c). */
#ifndef RS_METRICS_COCO_MATCH_H
#define RS_METRICS_COCO_MATCH_H

#include "metrics/detect.h"

enum { RS_COCO_THRESHOLDS = 10, RS_COCO_AREAS = 4, RS_COCO_MOST = 100 };

/* One of the best RS_COCO_MOST detections of an image and class. A bit per threshold, in each area
 * range. */
typedef struct rs_coco_mark {
    double score;
    uint32_t image;
    uint16_t rank; /* within its image and class */
    uint16_t hit[RS_COCO_AREAS], ignored[RS_COCO_AREAS];
} rs_coco_mark;

typedef struct rs_coco_ordered {
    uint32_t i, image; /* number in the input */
} rs_coco_ordered;

/* Truths and detections by class, then image; those of one image in input order, detections by
 * falling score once they are matched. */
typedef struct rs_coco_matches {
    rs_coco_ordered *truths, *found;
    uint32_t *truth_ends, *found_ends;                  /* where each class ends in them */
    struct rs_coco_group {                              /* one image and class */
        uint32_t truth, n_truths, found, n_found, mark; /* first of each and how many */
    } *groups;
    size_t n_groups, cap_groups;
    size_t *class_groups; /* class c has the groups class_groups[c] .. class_groups[c + 1] */
    rs_coco_mark *marks;  /* of the groups one behind the other */
    size_t n_marks;
} rs_coco_matches;

/* Matches everything with the input's threads; the outcome does not depend on their number. Errors:
 * RSIFT_E_NOMEM, RSIFT_E_CANCELLED, RSIFT_E_ARG (image or class number out of range, a score that
 * is not finite). `out` is to be freed in any case. */
rsift_status rs_coco_match(const rs_coco_input *input, rs_coco_matches *out, rsift_error *err);
void rs_coco_matches_fini(rs_coco_matches *matches);

/* linspace(.5, .95, 10) as numpy makes it. */
double rs_coco_threshold(int h);

/* Area ranges in square pixels, both ends included: all, small, medium, large. */
extern const double rs_coco_area_ranges[RS_COCO_AREAS][2];

static inline bool rs_coco_is_outside(double area, int range)
{
    return area < rs_coco_area_ranges[range][0] || area > rs_coco_area_ranges[range][1];
}

/* Whether a truth does not count in an area range: it is a crowd, or its area is outside. */
static inline bool rs_coco_is_ignored(const rs_coco_truth *truth, int range)
{
    return truth->crowd || rs_coco_is_outside(truth->area, range);
}

#endif
