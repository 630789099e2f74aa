/* Box text: spans ascend, stay inside the text and refer to finite numbers, whatever the bytes. */
#include "lang/boxtext.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n < 2) return 0;
    unsigned styles = bytes[0] & 1 ? RS_BOXTEXT_ALL : (unsigned)bytes[0] << 6 | bytes[1];
    rs_str text = {(const char *)bytes + 2, n - 2};
    rs_arena arena = {0};
    rs_boxtext got;
    RS_ASSERT(rs_lang_boxtext_parse(&arena, text, styles, &got, NULL) == RSIFT_OK);
    size_t at = 0, n_unparsed = 0;
    for (size_t i = 0; i < got.n; i++) {
        const rs_boxtext_span *span = &got.spans[i];
        RS_ASSERT(span->begin >= at && span->end >= span->begin && span->end <= text.len);
        RS_ASSERT(span->group < got.n_groups && (span->style & styles));
        RS_ASSERT(!span->phrase ||
                  (span->phrase_outer_begin <= span->phrase_begin &&
                   span->phrase_begin <= span->phrase_end && span->phrase_end <= text.len));
        for (size_t k = 0; k < span->n_numbers; k++) RS_ASSERT(isfinite(span->numbers[k]));
        n_unparsed += span->shape == RS_BOXTEXT_UNPARSED;
        RS_ASSERT((span->shape == RS_BOXTEXT_UNPARSED) == (span->n_numbers == 0));
        at = span->end;
    }
    RS_ASSERT(n_unparsed == got.n_unparsed);
    rs_arena_fini(&arena);
    return 0;
}
