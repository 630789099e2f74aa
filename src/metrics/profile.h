/* Published scoring rules by name. A profile is a row of the table in profiles.c: which kernel,
 * with which options, where the rule was read and how sure that is. A name is kind.benchmark; it
 * has no meaning beyond that. */
#ifndef RS_METRICS_PROFILE_H
#define RS_METRICS_PROFILE_H

#include "metrics/answer.h"
#include "metrics/confusion.h"
#include "metrics/detect.h"
#include "metrics/ground.h"

typedef enum rs_family {
    RS_FAMILY_ANSWER, /* one judgement an answer */
    RS_FAMILY_COUNT,  /* numbers: MAE, RMSE, R2, ranges */
    RS_FAMILY_GROUND, /* one box an answer, axis-aligned or oriented */
    RS_FAMILY_BOXES,  /* several boxes an answer, without scores */
    RS_FAMILY_MASK,   /* one mask an answer */
    RS_FAMILY_CAPTION,
    RS_FAMILY_RETRIEVAL, /* a ranking an answer */
    RS_FAMILY_COCO,      /* COCO's own files */
    RS_FAMILY_DOTA,      /* DOTA's own folders */
    RS_FAMILY_LABELS,    /* label maps: pictures in folders or archives, or one record a map */
    RS_FAMILY_CHANGE,    /* the same with two classes: F1 and IoU of the changed one lead */
    RS_FAMILY_N,
} rs_family;

typedef enum rs_verified {
    RS_VERIFIED_CODE,     /* read in the code that produces the published number */
    RS_VERIFIED_PAPER,    /* only described */
    RS_VERIFIED_RECALLED, /* from general knowledge */
    RS_VERIFIED_NO,       /* no published rule found: ours */
} rs_verified;
const char *rs_metrics_verified_name(rs_verified verified); /* "code", "paper", "recalled", "no" */

typedef enum rs_caption_kind {
    RS_CAPTION_COCO,
    RS_CAPTION_LEVIR,
    RS_CAPTION_EARTHDIAL,
    RS_CAPTION_URBENCH,
    RS_CAPTION_VRSBENCH, /* COCO family on ASCII */
} rs_caption_kind;

typedef enum rs_average {
    RS_AVERAGE_ALL,     /* every answer counts alike */
    RS_AVERAGE_TYPES,   /* mean over question types is shown too */
    RS_AVERAGE_CLASSES, /* mean over reference answers (balanced accuracy) is the headline */
} rs_average;

/* Classes of a label map in order; the label of names[i] is first + i, and all other labels are no
 * data. */
typedef struct rs_label_list {
    const char *const *names;
    size_t n;
    int32_t first;
} rs_label_list;

/* A benchmark. Adding one is adding a row: what its rule does otherwise stands in these fields, and
 * no code asks for a profile by name or by its judge. */
typedef struct rs_profile {
    const char *name, *summary, *source;
    rs_verified verified;
    int version;
    rs_family family;
    const char *tasks; /* rsift tasks whose samples are scored, parted by commas; NULL = all */
    /* ANSWER */
    rs_judge_fn *judge;
    bool any_reference;     /* the judge reads all of several references; else the first counts */
    bool letter_set;        /* several references are one set of letters */
    bool classes_are_given; /* without options the distinct references are the options */
    bool verdicts_overrule; /* a verdict replaces a decision of the judge too */
    bool reference_in_id;   /* a record without a reference has it in its id's folder */
    bool text_asks;         /* a truth record's "text" is the question, its "label" the answer */
    rs_average average;
    bool types_lead; /* the mean over types is the headline */
    bool yes_no;     /* precision, recall, F1, yes rate with yes as positive */
    bool circular;   /* all rotations of a question must be right */
    bool wordings;   /* several answers a question: their mean, and whether any is right */
    bool counting;   /* RMSE over types with "ounting" in the name */
    const char *without_types;             /* "count,area": left out by the paper */
    const char *const (*renamed_types)[2]; /* {from, to}, ASCII case ignored; {NULL} ends it */
    bool attribute_types; /* types in lower case; "color attribute/x" counts as "color
                             attribute/attribute" */
    const char *by;       /* fields of the records that categories are shown by, besides the type:
                             "Subtask,Task"; '|' separates spellings; RS_BY_* are computed */
    rs_ground_rule ground;
    const char *frame; /* convention of the benchmark's own boxes */
    rs_caption_kind caption;
    bool masks;    /* COCO */
    bool oriented; /* BOXES */
    rs_dota_rule dota;
    rs_confusion_rule confusion; /* LABELS, CHANGE */
    rs_label_list labels;        /* LABELS: n == 0 = the classes are those seen */
    const char *note;            /* shown with every score */
} rs_profile;

#define RS_BY_OBJECTS "objects"   /* single or multiple references */
#define RS_BY_AREA "size of gold" /* S, M, L at 32 x 32 and 96 x 96 pixels */
#define RS_BY_RANGE "range"       /* of the reference count: (0, 2], (2, 6], (6, 12], (12, inf] */

extern const rs_profile rs_profiles[];             /* alphabetical; name == NULL ends it */
const rs_profile *rs_metrics_profile(rs_str name); /* NULL = unknown; '_' and '-' are one */

/* Is the rule that reads an output ours, because no code of the benchmark's was found? Such a rule
 * takes reasoning off; published rules read what they are given. */
bool rs_metrics_profile_is_ours(const rs_profile *profile);

/* Whether samples of an rsift task ("vqa", "grounding-hbb", ...) belong to the profile; a task that
 * nobody states does. */
bool rs_metrics_profile_takes(const rs_profile *profile, rs_str task);

/* The next profile behind `last` (NULL = the first) of the dataset's benchmark; NULL = none. */
const rs_profile *rs_metrics_profile_of(rs_str dataset, const rs_profile *last);

/* Names that may have been meant, at most `most`: those that hold the word, else the nearest one.
 */
size_t rs_metrics_profile_suggest(rs_str name, const char **out, size_t most);

#endif
