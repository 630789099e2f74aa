/* WHAT a sample is: the record that every reader makes and every check, format and decision uses.
 * A sample is one item a benchmark would score: one question with its answer, one referring
 * expression with its regions, one conversation as released; for captions one image (pair, video)
 * with all its reference captions; for labels, detection, segmentation and change masks one image
 * (pair) with all its annotations. Everything of a batch lives in the batch's arena. */
#ifndef RS_MODEL_SAMPLE_H
#define RS_MODEL_SAMPLE_H

#include "base/arena.h"
#include "base/hash.h"
#include "geom/convention.h"

/* X-macro: enum name, text name, is the answer short text (wants a response-format phrase). */
#define RS_TASKS(X)                                   \
    X(CAPTION, "caption")                             \
    X(CHANGE_CAPTION, "change-caption")               \
    X(CHANGE_DETECTION, "change-detection")           \
    X(CHANGE_VQA, "change-vqa")                       \
    X(CHOICE_VQA, "choice-vqa")                       \
    X(CLASSIFICATION, "classification")               \
    X(CONVERSATION, "conversation")                   \
    X(DETECTION_HBB, "detection-hbb")                 \
    X(DETECTION_OBB, "detection-obb")                 \
    X(GENERATION, "generation")                       \
    X(GEOLOCATION, "geolocation")                     \
    X(GROUNDED_CAPTION, "grounded-caption")           \
    X(GROUNDING_HBB, "grounding-hbb")                 \
    X(GROUNDING_OBB, "grounding-obb")                 \
    X(GROUNDING_POINT, "grounding-point")             \
    X(HALLUCINATION_PROBE, "hallucination-probe")     \
    X(MULTILABEL, "multilabel")                       \
    X(PANOPTIC, "panoptic")                           \
    X(REFERRING_SEG, "referring-seg")                 \
    X(REFUSAL, "refusal")                             \
    X(REGION_CAPTION, "region-caption")               \
    X(REGION_CLASSIFICATION, "region-classification") \
    X(REGRESSION, "regression")                       \
    X(RELATION, "relation")                           \
    X(RETRIEVAL, "retrieval")                         \
    X(SEGMENTATION, "segmentation")                   \
    X(VIDEO_CAPTION, "video-caption")                 \
    X(VQA, "vqa")

typedef enum rs_task {
#define X(name, text) RS_TASK_##name,
    RS_TASKS(X)
#undef X
        RS_N_TASKS
} rs_task;

typedef enum rs_turn_role {
    RS_TURN_USER,
    RS_TURN_ASSISTANT,
    RS_TURN_SYSTEM,
    RS_TURN_REFERENCE, /* one of several reference captions; no user turn exists */
    RS_TURN_PHRASE,    /* a bare referring expression; no user turn exists */
} rs_turn_role;

typedef enum rs_asset_role {
    RS_ASSET_IMAGE,
    RS_ASSET_BEFORE,
    RS_ASSET_AFTER,
    RS_ASSET_FRAME,
    RS_ASSET_MASK,
    RS_ASSET_VIEW
} rs_asset_role;

typedef enum rs_region_kind {
    RS_REGION_HBB,
    RS_REGION_OBB,
    RS_REGION_POLYGON,
    RS_REGION_POINT,
    RS_REGION_MASK
} rs_region_kind;

enum {
    RS_REGION_DIFFICULT = 1 << 0,
    RS_REGION_TRUNCATED = 1 << 1,
    RS_REGION_CROWD = 1 << 2,
    RS_REGION_FROM_TEXT = 1 << 3, /* parsed out of a turn's text: begin/end say where */
    RS_REGION_MARK = 1 << 4,      /* the question points at it (region caption), not the answer */
    RS_REGION_OUTLINE = 1 << 5,   /* the shape of the box before it, which alone is in answers */
};

typedef struct rs_turn {
    rs_turn_role role;
    rs_str text; /* verbatim (valid UTF-8); may contain "<image>" and box text */
    /* the box text that a reader found in it, of all styles (lang/boxtext.h); NULL = it did not
     * look, or not for all */
    const struct rs_boxtext *boxes;
    unsigned signs; /* RS_BOXTEXT_SIGN_* of the text; 0 = nobody looked for them */
} rs_turn;

/* A picture as the annotation names it: `path` is the logical path within the release after the
 * catalogue's template ("JPEGImages-trainval/00001.jpg"); asset_id is made from it, whether the
 * picture is there or not. */
typedef struct rs_asset_ref {
    rs_asset_role role;
    rs_str path;
    rs_str other_path; /* of another picture that the annotation names as well; ptr NULL = none */
    double width, height; /* as the annotation states, 0 = it does not */
} rs_asset_ref;

typedef struct rs_region {
    rs_region_kind kind;
    rs_str label;         /* class or phrase; may be empty */
    const double *coords; /* as released */
    uint32_t n_coords;
    const rs_convention *convention; /* NULL for masks */
    uint32_t flags;
    int32_t asset;       /* index into sample.assets */
    int32_t turn;        /* index into sample.turns, -1 = not tied to text */
    uint32_t begin, end; /* FROM_TEXT: bytes of the box text within the turn */
    uint32_t phrase_begin,
        phrase_end; /* FROM_TEXT: bytes of its `<p>..</p>` incl. tags; equal = none */
    uint32_t group; /* FROM_TEXT: regions written as one list share a number */
} rs_region;

typedef struct rs_split {
    rs_str scheme; /* "official", "coop", "aitlas" */
    rs_str name;   /* "train", "val", "test" */
} rs_split;

/* Is the list of a sample's objects known to be whole? An answer that lists, counts or denies them
 * is true only then: unknown is not empty. */
typedef enum rs_complete {
    RS_COMPLETE_UNKNOWN, /* nobody said so; or the answer rests on no list of objects */
    RS_COMPLETE_YES,     /* the picture was annotated and everything of it was read */
    RS_COMPLETE_NO,      /* something is missing or could not be read */
} rs_complete;

typedef struct rs_sample {
    rs_id id;        /* filled by the framework */
    int64_t ordinal; /* of the raw record in its source, from 0 */
    uint32_t sub;    /* which sample of that record */
    rs_task task;
    rs_str skill;        /* taxonomy word: counting, presence, position ...; empty = none */
    rs_str release_type; /* the release's own question type, verbatim */
    rs_str original_id;
    const rs_turn *turns;
    uint32_t n_turns;
    const rs_asset_ref *assets;
    uint32_t n_assets;
    const rs_region *regions;
    uint32_t n_regions;
    const rs_str *labels; /* image-level labels */
    uint32_t n_labels;
    const rs_str *options; /* choices as the question lists them; only while it is being read */
    uint32_t n_options;
    const rs_split *splits;
    uint32_t n_splits;
    bool truth; /* false: the answer is withheld in this release */
    /* set by the reader from what it saw, made final by index (rs_model_complete) */
    rs_complete complete;
} rs_sample;

/* How many records met which end; kept per pass over a source. */
typedef struct rs_count {
    int64_t seen, used, merged, skipped, set_aside;
} rs_count;
void rs_model_count_add(rs_count *to, const rs_count *from);
bool rs_model_count_holds(const rs_count *count); /* seen = used + merged + skipped + set_aside */

/* The sample's own state, made final: UNKNOWN where its answer rests on no list of objects, else
 * YES only if that was said. Expressions with regions need no more than that nothing was lost. */
rs_complete rs_model_complete(const rs_sample *sample);

const char *rs_model_task_name(rs_task task);
bool rs_model_task_parse(rs_str name, rs_task *out);
bool rs_model_task_is_short(rs_task task); /* wants a short answer: vqa, classification, counting */
const char *rs_model_turn_role_name(rs_turn_role role);
const char *rs_model_asset_role_name(rs_asset_role role);
bool rs_model_asset_role_parse(rs_str name, rs_asset_role *out);
const char *rs_model_region_kind_name(rs_region_kind kind);

/* Does a class's name say what is seen? Not when it is empty or a number that only a list could
 * explain: a fraction, a negative or a small one ("737" is an aircraft); not a number behind such a
 * word ("class_1") or a word for no name ("none", "n/a", "background") either. */
bool rs_model_is_name(rs_str label);
/* Can the words name an object of a picture in a text: no second sentence, no brackets of a form
 * that was not filled in, at most 256 bytes? */
bool rs_model_is_phrase(rs_str words);

/* Are words about the region, so that it cannot be left out of what is written? */
bool rs_model_region_is_bound(const rs_sample *sample, const rs_region *region);

/* Pixels of a region on a picture of width x height: see rs_geom_decode. 0 = size unknown. */
size_t rs_model_region_pixels(const rs_region *region, double width, double height, double *out,
                              size_t cap);

/* asset_id = hash of (dataset, logical path). */
rs_id rs_model_asset_id(rs_str dataset, rs_str path);
/* Base of sample_id: hash of (dataset, logical path of the file, canonical record content); `extra`
 * is what else belongs to the record (the answer row of a question), ptr NULL = nothing. */
rs_id rs_model_record_hash(rs_str dataset, rs_str file, rs_str content, rs_str extra);
rs_id rs_model_sample_id(rs_id record_hash, uint64_t occurrence, uint32_t sub);
/* Duplicate key (design: same task, assets in their roles, normalised turns, regions and labels),
 * and the same without the answer (same question, other answer = conflict). asset_keys[i] is the
 * identity of asset i (content hash when known, else its asset_id). false = out of memory, and
 * then no key is set: one that leaves something out would equal the keys of other samples. */
bool rs_model_duplicate_keys(rs_arena *scratch, const rs_sample *sample, const rs_id *asset_keys,
                             rs_id *answered, rs_id *question);

/* Of what the index stores of samples and pictures beside what readers give: columns, checks, what
 * headers tell. Parts of another version are made anew. */
enum { RS_STORED_VERSION = 11 };

#endif
