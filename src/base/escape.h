/* Texts of others, made harmless for where they are shown. What a terminal would obey (control
 * characters, also U+0080 to U+009F), what changes the order or the look of the text around it
 * (bidirectional controls, line separators, invisible tags) and bytes that are no UTF-8 are spelled
 * as \xNN or \uNNNN; in Markdown and HTML so is, in their own way, whatever they take for
 * markup. */
#ifndef RS_BASE_ESCAPE_H
#define RS_BASE_ESCAPE_H

#include "base/arena.h"
#include "base/buf.h"

typedef enum rs_escape {
    RS_ESCAPE_TEXT,     /* for people: line ends and tabs stay */
    RS_ESCAPE_LINE,     /* the same on one line: they become blanks */
    RS_ESCAPE_BYTES,    /* only bytes that are no UTF-8 */
    RS_ESCAPE_JSON,     /* of a finished JSON text: nothing but what its strings should not show */
    RS_ESCAPE_MARKDOWN, /* one line, also as a cell of a table */
    RS_ESCAPE_HTML      /* between tags and inside double quotes */
} rs_escape;

/* Appends the text, escaped. */
void rs_escape_put(rs_buf *out, rs_escape kind, rs_str text);
/* The text itself where nothing is to escape, else a copy in the arena; "?" without memory. */
rs_str rs_escape_text(rs_arena *arena, rs_escape kind, rs_str text);
/* Into `size` bytes with a NUL at the end; what does not fit is left out by whole characters. Line
 * ends stay where blanks follow. Returns how many bytes of the text were taken. */
size_t rs_escape_into(char *out, size_t size, rs_str text);
/* Bytes at the end of `text` that may be the beginning of a character: 0 to 3. */
size_t rs_escape_open_end(rs_str text);

/* A path as text: bytes that are no UTF-8 as \xNN, and the backslash of what only looks like that:
 * two paths never become one text. In the arena when it differs; ptr NULL = out of memory. */
rs_str rs_escape_path(rs_arena *arena, rs_str path);

#endif
