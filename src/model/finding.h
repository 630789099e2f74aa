/* Findings: something about the data, with where it is. One table holds every code, its severity
 * and what it means; a finding that is not in the table cannot be made. */
#ifndef RS_MODEL_FINDING_H
#define RS_MODEL_FINDING_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum rs_severity { RS_NOTE, RS_WARNING, RS_SERIOUS } rs_severity;

/* enum name, code, severity, sets the record aside, what it means */
#define RS_FINDINGS(X)                                                                             \
    X(ANSWER_EMPTY, "answer-empty", RS_SERIOUS, false, "an answer is empty")                       \
    X(ANSWER_MISSING, "answer-missing", RS_SERIOUS, true, "a question has no answer record")       \
    X(ARCHIVE_DAMAGED, "archive-damaged", RS_SERIOUS, false, "an archive is truncated or damaged") \
    X(BOX_TEXT_UNPARSED, "box-text-unparsed", RS_SERIOUS, false,                                   \
      "text looks like coordinates and cannot be parsed")                                          \
    X(CAPTION_EMPTY, "caption-empty", RS_WARNING, false, "a caption is empty")                     \
    X(CAPTION_REPEATED, "caption-repeated", RS_NOTE, false,                                        \
      "one image repeats a reference caption")                                                     \
    X(CLASS_UNKNOWN, "class-unknown", RS_WARNING, false, "a class is not in the dataset's list")   \
    X(CONFLICT, "conflict", RS_WARNING, false, "same picture and question, other answer")          \
    X(COUNT_MISMATCH, "count-mismatch", RS_WARNING, false,                                         \
      "a count differs from what the catalogue states")                                            \
    X(DUPLICATE, "duplicate", RS_WARNING, false, "an exact duplicate of another sample")           \
    X(ENCODING, "encoding", RS_WARNING, false, "text is not valid UTF-8; bad bytes were replaced") \
    X(FIELD_MISSING, "field-missing", RS_SERIOUS, true, "a required field is missing")             \
    X(FIELD_TYPE, "field-type", RS_SERIOUS, true, "a field has the wrong type")                    \
    X(FIELD_COERCED, "field-coerced", RS_NOTE, false,                                              \
      "a number stands where text is due; read as text")                                           \
    X(FILE_MISSING, "file-missing", RS_SERIOUS, false,                                             \
      "a file that the release should have is absent")                                             \
    X(FORMAT, "format", RS_SERIOUS, true, "a record cannot be parsed")                             \
    X(ID_REPEATED, "id-repeated", RS_WARNING, false, "an id stands in the file more than once")    \
    X(IMAGE_AMBIGUOUS, "image-ambiguous", RS_WARNING, false,                                       \
      "several files could be the named picture")                                                  \
    X(IMAGE_MISSING, "image-missing", RS_NOTE, false,                                              \
      "the named picture is not here (unresolved)")                                                \
    X(IMAGE_SIZE, "image-size", RS_WARNING, false,                                                 \
      "the picture's size differs from the annotation's")                                          \
    X(IMAGE_SPLITS, "image-splits", RS_WARNING, false, "one picture stands in two splits")         \
    X(IMAGE_TRUNCATED, "image-truncated", RS_SERIOUS, false, "a picture ends early")               \
    X(IMAGE_UNREADABLE, "image-unreadable", RS_SERIOUS, false, "a picture cannot be read")         \
    X(LINK_ORPHAN, "link-orphan", RS_WARNING, true,                                                \
      "a record points to a record that is not there")                                             \
    X(LIMIT, "limit", RS_SERIOUS, true, "a record crosses a limit")                                \
    X(MEMBER_NAME, "member-name", RS_WARNING, false,                                               \
      "a member's name is unsafe or not UTF-8; it was changed")                                    \
    X(MEMBER_REPEATED, "member-repeated", RS_WARNING, false, "two members have one name")          \
    X(MEMBER_UNSUPPORTED, "member-unsupported", RS_SERIOUS, false,                                 \
      "a member's compression or encryption is not supported")                                     \
    X(NUMBER, "number", RS_SERIOUS, false,                                                         \
      "a coordinate is not a finite number; the region is left out")                               \
    X(PLACEHOLDERS, "placeholders", RS_SERIOUS, false, "<image> tags and pictures do not match")   \
    X(QUESTION_EMPTY, "question-empty", RS_SERIOUS, false, "a question is empty")                  \
    X(REGION_DEGENERATE, "region-degenerate", RS_WARNING, false, "a region has no area")           \
    X(REGION_INVERTED, "region-inverted", RS_WARNING, false, "a box's corners are swapped")        \
    X(REGION_OUTSIDE, "region-outside", RS_WARNING, false, "a region leaves its picture")          \
    X(ROLES, "roles", RS_WARNING, false, "turns do not alternate between user and assistant")      \
    X(SPLIT_UNKNOWN, "split-unknown", RS_WARNING, false,                                           \
      "a split name is not one the catalogue knows")

typedef enum rs_finding_code {
#define X(name, code, severity, aside, text) RS_F_##name,
    RS_FINDINGS(X)
#undef X
        RS_N_FINDINGS
} rs_finding_code;

typedef struct rs_finding {
    rs_finding_code code;
    int64_t ordinal; /* raw record, -1 = the file */
    int32_t sample;  /* index into the batch's samples, -1 = none (set aside or not about one) */
    int32_t asset;   /* index into that sample's assets, -1 = none */
    rs_str where;    /* inside the record: "conversations[3].value > byte 88123"; may be empty */
    rs_str message;  /* what was expected and found, at most 64 quoted bytes of input */
} rs_finding;

typedef struct rs_finding_info {
    const char *code;
    rs_severity severity;
    bool sets_aside; /* the record is left out because of it */
    const char *meaning;
} rs_finding_info;

const rs_finding_info *rs_model_finding_info(rs_finding_code code);
bool rs_model_finding_parse(rs_str code, rs_finding_code *out);
const char *rs_model_severity_name(rs_severity severity);

#endif
