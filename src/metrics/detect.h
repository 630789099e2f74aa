/* Detection: COCO's AP and AR (boxes and masks) and VOC's AP the way DOTA_devkit computes it.
 * Pure; the caller numbers images and classes (COCO: in ascending order of their ids). */
#ifndef RS_METRICS_DETECT_H
#define RS_METRICS_DETECT_H

#include "base/err.h"
#include "geom/rle.h"
#include "metrics/ap.h"
#include "run/cancel.h"

#include <stdbool.h>
#include <stdint.h>

/* ---- COCO ------------------------------------------------------------------------------------ */

typedef struct rs_coco_truth {
    uint32_t image, class;
    bool crowd;
    bool id_zero; /* pycocotools counts a match with annotation id 0 as none */
    double xywh[4], area;
    const rs_rle *mask; /* for masks; else NULL */
} rs_coco_truth;

typedef struct rs_coco_found {
    uint32_t image, class;
    double xywh[4], area, score;
    const rs_rle *mask;
} rs_coco_found;

enum { RS_COCO_STATS = 12 };
/* AP AP50 AP75 APs APm APl AR@1 AR@10 AR@100 ARs ARm ARl */
extern const char *const rs_coco_stat_names[RS_COCO_STATS];

typedef struct rs_coco_input {
    const rs_coco_truth *truths;
    size_t n_truths;
    const rs_coco_found *found;
    size_t n_found;
    uint32_t n_images, n_classes; /* image and class numbers are below these */
    bool masks;                   /* IoU of masks instead of boxes */
    size_t n_threads;             /* 0 = one per core; the numbers do not depend on it */
    rs_cancel *cancel;            /* may be NULL */
} rs_coco_input;

/* The twelve numbers. Undefined ones are -1, as in the original.
 *   class_ap   [n_classes] AP of each class, or NULL
 *   set        gets the matched detections of all areas, ten thresholds, for rs_metrics_ap; or NULL
 *   errors     RSIFT_E_NOMEM, RSIFT_E_CANCELLED, RSIFT_E_ARG (image or class number out of range, a
 *              score that is not finite), RSIFT_E_LIMIT from 2^32 boxes on
 *   source     cocodataset/cocoapi PythonAPI/pycocotools/cocoeval.py */
rsift_status rs_metrics_coco(const rs_coco_input *input, double stats[RS_COCO_STATS],
                             double *class_ap, rs_ap_set *set, rsift_error *err);

/* ---- DOTA / VOC ------------------------------------------------------------------------------ */

typedef struct rs_dota_box {
    uint32_t image;
    bool difficult; /* truths only */
    double score;   /* detections only */
    double xy[8];   /* four corners; axis-aligned: x0 y0 x1 y1 in the first four */
} rs_dota_box;

typedef struct rs_dota_ap {
    size_t n_truths; /* difficult ones left out */
    size_t n_found, n_hits, n_false;
    double ap07, ap12; /* NaN without truths */
} rs_dota_ap;

typedef enum rs_dota_rule {
    RS_DOTA_TASK1,     /* polygons whose axis-aligned hulls overlap, +1; above the threshold */
    RS_DOTA_TASK1_V15, /* the same, difficult truths count like others */
    RS_DOTA_TASK2,     /* axis-aligned boxes, +1; above the threshold */
    RS_DOTA_MMROTATE,  /* polygons; at or above the threshold */
} rs_dota_rule;

/* One class. */
typedef struct rs_dota_input {
    const rs_dota_box *truths;
    size_t n_truths;
    const rs_dota_box *found;
    size_t n_found;
    uint32_t n_images; /* image numbers are below this */
    rs_dota_rule rule;
    double threshold; /* 0.5; see rs_dota_rule for whether it must be exceeded */
} rs_dota_input;

/* AP of one class.
 *   set        gets a class with its matched detections for rs_metrics_ap; or NULL
 * Equal scores keep input order. Errors: RSIFT_E_NOMEM, RSIFT_E_ARG (NaN score).
 * source CAPTAIN-WHU/DOTA_devkit dota_evaluation_task1.py, dota-v1.5_evaluation_task1.py,
 * _task2.py;
 *        open-mmlab/mmrotate mmrotate/core/evaluation/eval_map.py, in double instead of float */
rsift_status rs_metrics_dota(const rs_dota_input *input, rs_dota_ap *out, rs_ap_set *set,
                             rsift_error *err);

/* VOC's two averages of a curve in order of falling score. */
double rs_metrics_voc07(const double *recall, const double *precision, size_t n);
double rs_metrics_voc12(const double *recall, const double *precision, size_t n);

#endif
