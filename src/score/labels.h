/* Label maps: classes, the sums over all maps, and what the report shows of them. maps.c brings
 * pairs of pictures, label_records.c brings records. */
#ifndef RS_SCORE_LABELS_H
#define RS_SCORE_LABELS_H

#include "image/labels.h"
#include "score/run.h"

enum {
    RS_SCORE_CLASSES = 1024,         /* different classes of one job */
    RS_SCORE_LABEL_BYTES = 64 << 20, /* sums of single maps kept for the intervals */
};

typedef struct rs_score_tally {
    const rs_profile *profile;
    bool fixed;     /* classes are listed; else they are found */
    bool by_colour; /* --classes gives colours */
    bool binary;    /* change masks: 255 and 1 are 1, all else is 0 */
    int offset;     /* added to labels of predictions */
    rs_map64 class_of;
    int32_t *labels; /* [n] of each class */
    rs_str *names;   /* [n]; ptr NULL = named by its label */
    size_t n, cap_labels, cap_names;
    int32_t *ignored;
    size_t n_ignored;

    rs_confusion_sums *sums; /* [RS_SCORE_CLASSES] of all maps */
    rs_confusion_sums *one;  /* [RS_SCORE_CLASSES] of the map being added */
    rs_map64 cells;          /* truth << 32 | predicted -> index into counts */
    int64_t *counts;
    size_t n_counts, cap_counts;
    rs_confusion_part *parts;
    size_t n_parts, cap_parts;
    size_t *begin;
    int64_t *pixels;
    size_t n_maps, cap_begin, cap_pixels;
    bool forgot; /* parts grew beyond RS_SCORE_LABEL_BYTES */
    int64_t n_pixels, n_ignored_pixels, n_outside, n_of_no_class, n_not_binary;
    rs_arena arena;
} rs_score_tally;

/* Classes and ignored labels of the profile and the options. Errors: RSIFT_E_ARG; RSIFT_E_FORMAT in
 * the file of classes. */
rsift_status rs_score_tally_init(rs_score_tally *tally, const rs_score_job *job, rsift_error *err);
void rs_score_tally_fini(rs_score_tally *tally);

/* Pixels of two maps of one size by the indices of their labels: [truth->n * predicted->n],
 * rs_free. RSIFT_E_FORMAT when the sizes differ, naming both. Any thread. */
rsift_status rs_score_cross(const rs_label_map *truth, const rs_label_map *predicted, int64_t **out,
                            rsift_error *err);

/* Adds one map. cross: as above. *share: right pixels of those that count, NaN = none counts. */
rsift_status rs_score_tally_add(rs_score_tally *tally, const rs_label_map *truth,
                                const rs_label_map *predicted, const int64_t *cross, double *share,
                                rsift_error *err);

/* Label of a class name of --classes or of digits. */
bool rs_score_tally_label(const rs_score_tally *tally, rs_str name, int32_t *out);

/* Measures with intervals into the run; class table, matrix and note into the job, which a second
 * report (a subset's) leaves alone.
 *   how  begins the note, or NULL */
rsift_status rs_score_tally_report(rs_score_tally *tally, rs_score_job *job, rs_score_run *run,
                                   const char *how, rsift_error *err);

/* The sums of single maps after the report; n == 0 when they were not kept. */
rs_confusion_set rs_score_tally_set(const rs_score_tally *tally);

/* RSIFT_E_ARG for a --prediction-offset that no label needs. */
rsift_status rs_score_labels_check(const rs_score_options *options, const rs_profile *profile,
                                   rsift_error *err);

#endif
