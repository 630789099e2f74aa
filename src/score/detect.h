/* Detection benchmarks with files of their own: what COCO and DOTA each bring. */
#ifndef RS_SCORE_DETECT_H
#define RS_SCORE_DETECT_H

#include "score/score.h"
#include "score/report.h"
#include "metrics/ap.h"

enum { RS_SCORE_APS = 3 };

/* `detection` lies in the job's arena from open to close, also after a failed open that set it. */
typedef struct rs_score_detector {
    int n_aps; /* the first measures of a run, which have intervals */
    const char *truth_is;
    rsift_status (*open)(rs_score_job *job, void **detection,
                         rsift_error *err); /* reads the truth */
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
extern const rs_score_detector rs_score_coco, rs_score_dota;

/* The whole of a detection profile: measures with intervals, subset, second model.
 * Errors: RSIFT_E_ARG (no truth), RSIFT_E_FORMAT with the place, RSIFT_E_IO, RSIFT_E_NOMEM. */
rsift_status rs_score_detection(rs_score_job *job, rs_score_report *report, rsift_error *err);

#endif
