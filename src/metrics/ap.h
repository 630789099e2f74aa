/* Average precision when images count several times or not at all: what bootstrap intervals, paired
 * comparisons and subsets of detection benchmarks are made of. Matching depends on one image alone,
 * so a set of matched detections is made once and weighted as often as needed. */
#ifndef RS_METRICS_AP_H
#define RS_METRICS_AP_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RS_AP_THRESHOLDS = 10 };

/* One detection; a bit per threshold. */
typedef struct rs_ap_mark {
    uint32_t image;
    uint16_t counts; /* right or wrong; 0 = ignored */
    uint16_t hit;
} rs_ap_mark;

typedef struct rs_ap_truths {
    uint32_t image, n; /* truths of a class in an image that count */
} rs_ap_truths;

/* Classes one after another; the marks of a class in order of falling score. {0} is valid. */
typedef struct rs_ap_set {
    rs_ap_mark *marks;
    rs_ap_truths *truths;
    struct rs_ap_class {
        size_t first_mark, first_truth;
    } *classes;
    size_t n_marks, cap_marks, n_truths, cap_truths, n_classes, cap_classes;
} rs_ap_set;

bool rs_metrics_ap_class(rs_ap_set *set); /* begins a class; false = out of memory, as below */
bool rs_metrics_ap_add(rs_ap_set *set, rs_ap_mark mark);
bool rs_metrics_ap_truths(rs_ap_set *set, uint32_t image, uint32_t n);
void rs_metrics_ap_fini(rs_ap_set *set);

typedef enum rs_ap_rule {
    RS_AP_COCO,  /* precision at 101 recalls */
    RS_AP_VOC07, /* at 11 recalls */
    RS_AP_VOC12, /* area under the envelope */
} rs_ap_rule;

/* Mean over classes with truths of the average precision at each threshold.
 *   weights  how often each image counts; NULL = once
 *   out      [n_thresholds]; NaN when no truth counts
 *   errors   RSIFT_E_NOMEM
 * With weights NULL the same as rs_metrics_coco and rs_metrics_dota, up to their epsilons. */
rsift_status rs_metrics_ap(const rs_ap_set *set, rs_ap_rule rule, const uint32_t *weights,
                           int n_thresholds, double out[RS_AP_THRESHOLDS], rsift_error *err);

#endif
