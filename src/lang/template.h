/* Prompt templates for samples whose user turn is missing (captions, classes, boxes, ...).
 * Released instructions stay verbatim and never pass through here. A set is one prompts/<task>.txt:
 *   # comment
 *   @format Answer with a single word or phrase.     the response-format phrase of the task
 *   Describe the image.                               one template a line; "\n" is a line break
 * Placeholders: {class} {classes} {question} {phrase} {format}. */
#ifndef RS_LANG_TEMPLATE_H
#define RS_LANG_TEMPLATE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/rng.h"
#include "base/str.h"

typedef struct rs_template_set {
    rs_str format; /* the @format phrase, "" when the file has none */
    rs_str *lines; /* [n] */
    size_t n;
} rs_template_set;

/* Values of the placeholders; ptr == NULL = not known. `format` NULL means the set's own. */
typedef struct rs_template_values {
    rs_str class_name, classes, question, phrase, format;
} rs_template_values;

/* Reads a prompts file. Lines and format point into `text`, which must outlive the set.
 * Errors: RSIFT_E_FORMAT with the line (unknown placeholder, no template at all), RSIFT_E_NOMEM. */
rsift_status rs_lang_template_parse(rs_arena *arena, rs_str text, rs_template_set *out,
                                    rsift_error *err);

/* Which template sample `id` gets: depends on (seed, id, n) only, so not on order or threads. */
size_t rs_lang_template_pick(const rs_template_set *set, uint64_t seed, rs_id id);

/* Template `i` with its placeholders filled, in the arena. Values are copied as they are: braces in
 * them are not filled again.
 * Errors: RSIFT_E_ARG when a placeholder's value is not known (the message names it),
 * RSIFT_E_NOMEM. */
rsift_status rs_lang_template_fill(rs_arena *arena, const rs_template_set *set, size_t i,
                                   const rs_template_values *values, rs_str *out, rsift_error *err);

#endif
