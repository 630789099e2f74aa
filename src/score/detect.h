/* Detection benchmarks with files of their own (COCO, DOTA): average precision, resampled over
 * images. What a benchmark's files look like is its detector's. */
#ifndef RS_SCORE_DETECT_H
#define RS_SCORE_DETECT_H

#include "metrics/ap.h"
#include "score/run.h"

enum { RS_SCORE_APS = 3 };

/* `detection` lies in the job's arena from open to close, also after a failed open that set it. */
typedef struct rs_score_detector {
    int n_aps;            /* the first measures of a run, which have intervals */
    const char *truth_is; /* the usual name of the truth, for messages */
    rsift_status (*open)(rs_score_job *job, void **detection, rsift_error *err); /* reads it */
    /* Reads run->path (only == NULL; else the predictions read last count on the images chosen) and
     * fills the measures; set gets the matched detections unless NULL. */
    rsift_status (*run)(rs_score_job *job, void *detection, rs_score_run *run,
                        const unsigned char *only, rs_ap_set *set, rsift_error *err);
    size_t (*n_images)(void *detection);           /* of the truth */
    size_t (*image)(void *detection, rs_str name); /* number of an image; RS_NPOS = unknown */
    rsift_status (*aps)(const rs_ap_set *set, const uint32_t *weights, double out[RS_SCORE_APS],
                        rsift_error *err);
    void (*close)(void *detection);
} rs_score_detector;

/* Scores a detection profile: measures with intervals, subset, second model.
 * Errors: RSIFT_E_ARG (no truth), RSIFT_E_FORMAT with the place, RSIFT_E_IO, RSIFT_E_NOMEM. */
rsift_status rs_score_detection(const rs_score_detector *detector, rs_score_job *job,
                                rs_score_report *report, rsift_error *err);

#endif
