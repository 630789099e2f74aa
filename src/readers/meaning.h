/* What the numbers of boxes mean in a source: named by the catalogue or the user, decided from all
 * numbers of the source before anything of it is kept (index/survey), or open. One meaning for each
 * spelling: "<box>[[..]]</box>" and "[x, y, x, y]" of one file may differ. */
#ifndef RS_READERS_MEANING_H
#define RS_READERS_MEANING_H

#include "geom/numbers.h"
#include "lang/boxtext_span.h"
#include "readers/parse.h"

/* The parameter `box_convention`: plain names, tried by their count of numbers for every spelling,
 * and "spelling:name" for one spelling. Pointed at by the reader's state. */
typedef struct rs_named_meanings {
    const rs_convention *const *plain;
    size_t n_plain;
    const rs_str *spellings, *names; /* [n_spelled] */
    size_t n_spelled;
} rs_named_meanings;

/* An unknown name is RSIFT_E_ARG and lists the known ones. */
rsift_status rs_named_meanings_of(rs_arena *arena, const rs_source *source, const char *key,
                                  rs_named_meanings *out, rsift_error *err);
/* Does the parameter leave any spelling to be decided? */
bool rs_source_is_open(const rs_source *source, const char *key);

/* What is known of a spelling beforehand. */
rs_spelling_prior rs_spelling_prior_of(rs_str spelling);

/* The convention of a box; NULL = it is open, has no form with so many numbers, or the box is of
 * another kind than the source's others (fractions among pixels). */
const rs_convention *rs_box_meaning(const rs_source *source, const rs_named_meanings *named,
                                    rs_str spelling, const double *numbers, size_t n);

/* The same where the file format defines the meaning: it stands unless the numbers of the source
 * contradict it; NULL then, and in a survey. */
const rs_convention *rs_box_defined(const rs_source *source, rs_str spelling,
                                    const rs_convention *defined);

/* A plain list whose second corner lies left of or above the first: two corners nobody wrote. */
bool rs_box_is_unordered(const rs_convention *convention, const rs_boxtext_span *span);

/* A box without a meaning: noted for the decision, and a finding about the sample. `asset`: the
 * picture it lies on, -1 = not known. */
rsift_status rs_parse_open_box(rs_parse *p, rs_str spelling, const double *numbers, size_t n,
                               int32_t asset, rs_str where);

#endif
