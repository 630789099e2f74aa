/* Scores of label maps: everything comes from three sums a class (pixels of the truth, of the
 * prediction, of both) and the number of pixels, so per-picture sums are all that has to be kept
 * for a bootstrap. */
#ifndef RS_METRICS_CONFUSION_H
#define RS_METRICS_CONFUSION_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum rs_confusion_measure {
    RS_CONFUSION_MEAN_IOU,
    RS_CONFUSION_ACCURACY, /* overall: right / all */
    RS_CONFUSION_MEAN_F1,
    RS_CONFUSION_KAPPA,        /* Cohen's */
    RS_CONFUSION_WEIGHTED_IOU, /* by the truth's share */
    RS_CONFUSION_F1,           /* these four of the class in focus */
    RS_CONFUSION_IOU,
    RS_CONFUSION_PRECISION,
    RS_CONFUSION_RECALL,
    RS_CONFUSION_N
} rs_confusion_measure;

/* What published code adds to its denominators. With 0 a ratio of nothing is undefined and left out
 * of the means (nanmean); above 0 it is 0 and counts. */
typedef struct rs_confusion_rule {
    double eps_mean_iou; /* IoU of each class where the mean is taken */
    double eps_iou;      /* IoU of a class by itself, and in the weighted mean */
    double eps_rates;    /* precision, recall, and F1 = 2PR / (P + R) of them */
    double eps_accuracy;
    double eps_kappa;
    bool f1_of_rates; /* else F1 = 2 both / (truth + predicted), 0 where nothing is right */
} rs_confusion_rule;

typedef struct rs_confusion_sums {
    int64_t truth, predicted, both; /* pixels */
} rs_confusion_sums;

/* All measures as ratios, NaN = undefined.
 *   focus  the class of the last four; RS_NPOS = they are NaN
 *   source Cohen 1960 for kappa; profiles.c names the published code of each rule */
void rs_metrics_confusion(const rs_confusion_sums *classes, size_t n, int64_t n_pixels,
                          const rs_confusion_rule *rule, size_t focus, double out[RS_CONFUSION_N]);

typedef struct rs_confusion_rates {
    double iou, f1, precision, recall; /* NaN = undefined */
} rs_confusion_rates;
rs_confusion_rates rs_metrics_confusion_class(rs_confusion_sums sums,
                                              const rs_confusion_rule *rule);

/* Sums of many pictures, kept one by one: only the classes that a picture has. */
typedef struct rs_confusion_part {
    uint32_t class;
    rs_confusion_sums sums;
} rs_confusion_part;

typedef struct rs_confusion_set {
    const rs_confusion_part *parts;
    const size_t *begin;     /* [n + 1] first part of each picture */
    const int64_t *n_pixels; /* [n] */
    size_t n, n_classes;
} rs_confusion_set;

/* 95 % percentile intervals of all measures, pictures drawn with replacement. low, high: NaN where
 * undefined or when there are fewer than two pictures or no resamples. Deterministic for a seed.
 * Errors: RSIFT_E_NOMEM.
 */
rsift_status rs_metrics_confusion_bootstrap(const rs_confusion_set *set,
                                            const rs_confusion_rule *rule, size_t focus,
                                            uint64_t seed, int n_resamples,
                                            double low[RS_CONFUSION_N], double high[RS_CONFUSION_N],
                                            rsift_error *err);

/* Interval of measure(a) - measure(b) for two models on the same pictures in the same order, and
 * the two-sided bootstrap p as in rs_metrics_interval. NaN as above. Errors: RSIFT_E_NOMEM. */
rsift_status rs_metrics_confusion_paired(const rs_confusion_set *a, const rs_confusion_set *b,
                                         const rs_confusion_rule *rule, size_t focus,
                                         rs_confusion_measure measure, uint64_t seed,
                                         int n_resamples, double interval[2], double *p,
                                         rsift_error *err);

#endif
