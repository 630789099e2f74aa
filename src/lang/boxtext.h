/* Box text: coordinates written into the sentences of released conversations, found and read.
 * Nothing is converted to pixels here; which convention the numbers follow is the reader's
 * business. Text that resembles coordinates and cannot be read comes back as a span of shape
 * UNPARSED, so that no caller passes it on by mistake. Plain numbers, `[vqa]` tags, `[1]`, years
 * and format descriptions such as "[x1, y1, x2, y2]" are left alone. Linear in the length of the
 * text. */
#ifndef RS_LANG_BOXTEXT_H
#define RS_LANG_BOXTEXT_H

#include "base/arena.h"
#include "base/err.h"
#include "lang/boxtext_span.h"

typedef struct rs_boxtext {
    rs_boxtext_span *spans; /* in the arena, ascending, not overlapping */
    size_t n, n_unparsed, n_groups;
} rs_boxtext;

/* Finds box text.
 *   styles   the styles to find; what another style would have matched is left alone
 *   out      spans in the arena; valid as long as the arena (text is only referred to by offset)
 *   errors   RSIFT_E_NOMEM only: bad text is a span, not an error
 *   source   formats notes sections 0 and 8-14; dossiers of geochat-instruct, vrsbench, falcon */
rsift_status rs_lang_boxtext_parse(rs_arena *arena, rs_str text, unsigned styles, rs_boxtext *out,
                                   rsift_error *err);

/* Of a text without any. */
extern const rs_boxtext rs_lang_boxtext_none;
/* A copy that holds nothing of the arena it was found in; NULL = out of memory. */
const rs_boxtext *rs_lang_boxtext_copy(rs_arena *arena, const rs_boxtext *boxes);

/* "geochat", "box-list", ...: a static word, for findings and tests. */
const char *rs_lang_boxtext_style_name(rs_boxtext_style style);

/* The spelling as people name it: the style, or for JSON the key of the numbers ("bbox_2d"). A
 * static word. */
const char *rs_lang_boxtext_spelling(const rs_boxtext_span *span);

/* Is it a spelling: the name of a style, or a JSON key that names coordinates? */
bool rs_lang_boxtext_is_spelling(rs_str spelling);

/* What a text holds of the bytes that box text and tags are made of; a quick look at each byte.
 * Without any of RS_BOXTEXT_SIGNS there is no box text in it. */
enum {
    RS_BOXTEXT_SIGN_DIGIT = 1 << 0,
    RS_BOXTEXT_SIGN_BRACE = 1 << 1,   /* '{' */
    RS_BOXTEXT_SIGN_BRACKET = 1 << 2, /* '[' or '(' */
    RS_BOXTEXT_SIGN_TAG = 1 << 3,     /* '<', but for that of "<image>" */
    RS_BOXTEXT_SIGN_WIDE = 1 << 4,    /* no ASCII */
    RS_BOXTEXT_SIGNS = (1 << 5) - 1,
    RS_BOXTEXT_SIGN_ANGLE = 1 << 5,  /* '<', of whatever */
    RS_BOXTEXT_SIGNS_KNOWN = 1 << 6, /* always: a text whose signs nobody looked for has 0 */
};
unsigned rs_lang_boxtext_signs(rs_str text);
/* Those of a text of which they may be known. */
static inline unsigned rs_lang_boxtext_signs_of(rs_str text, unsigned known)
{
    return known ? known : rs_lang_boxtext_signs(text);
}

/* Can the bytes of a record hold box text at all? A quick look for two numbers that only
 * separators, brackets, quotes or the letters of location tags part; false is certain. */
bool rs_lang_boxtext_possible(rs_str bytes);

#endif
