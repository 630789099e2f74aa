/* Writes JSON documents into a buffer. The writer owns commas, keys and nesting, so that a caller
 * cannot forget one; numbers and strings have one spelling. Documents are compact,
 * {"a":1,"b":[true,null]}; blanks are only where rs_json_blank puts them.
 * Calls in the wrong order (a value without its key, a key in an array, an end without its begin)
 * are broken invariants and abort. Out of memory is kept in the buffer and reported once, by
 * rs_json_finish. Reading and cutting JSON is json.h. */
#ifndef RS_CODEC_JSON_WRITER_H
#define RS_CODEC_JSON_WRITER_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { RS_JSON_WRITER_DEPTH = 64 };

typedef struct rs_json_writer {
    rs_buf *buf;
    const char *blank; /* precedes the next key, value or end; NULL = nothing */
    uint64_t objects;  /* bit d is set when the container at depth d is an object */
    uint32_t depth;    /* open containers */
    uint32_t n_keys;   /* of the outermost object */
    bool comma;        /* a value was written at this depth: a comma comes before the next */
    bool key;          /* a key was written, its value is due */
} rs_json_writer;

/* A writer of one document that is appended to `buf`. It owns nothing. */
rs_json_writer rs_json_writer_to(rs_buf *buf);
/* Asserts that the document is complete. RSIFT_E_NOMEM, naming `what`, when the buffer failed. */
rsift_status rs_json_finish(rs_json_writer *w, const char *what, rsift_error *err);

void rs_json_begin_object(rs_json_writer *w);
void rs_json_end_object(rs_json_writer *w);
void rs_json_begin_array(rs_json_writer *w);
void rs_json_end_array(rs_json_writer *w);

/* A key inside an object; exactly one value or begin follows. */
void rs_json_write_key(rs_json_writer *w, const char *key);
void rs_json_write_key_str(rs_json_writer *w, rs_str key);

/* Values: elements of an array, or after a key. */
void rs_json_write_str(rs_json_writer *w, rs_str s);       /* UTF-8; escaped; "" for ptr NULL */
void rs_json_write_cstr(rs_json_writer *w, const char *s); /* null for NULL */
void rs_json_write_parts(rs_json_writer *w, const rs_str *parts, size_t n); /* joined: one string */
void rs_json_write_i64(rs_json_writer *w, int64_t v);
void rs_json_write_u64(rs_json_writer *w, uint64_t v);
void rs_json_write_double(rs_json_writer *w, double v); /* shortest form; null if not finite */
void rs_json_write_bool(rs_json_writer *w, bool v);
void rs_json_write_null(rs_json_writer *w);
void rs_json_write_raw(rs_json_writer *w, rs_str json); /* one value, spelled already */
/* The letters of a string as they stand between its quotes. */
void rs_json_put_letters(rs_buf *buf, rs_str s);
/* The buffer, for one value that another function spells into it right after this call. */
rs_buf *rs_json_value_buf(rs_json_writer *w);

/* A key and its value in one call; the last two begin a container under the key. */
void rs_json_field_str(rs_json_writer *w, const char *key, rs_str s);
void rs_json_field_cstr(rs_json_writer *w, const char *key, const char *s);
void rs_json_field_i64(rs_json_writer *w, const char *key, int64_t v);
void rs_json_field_u64(rs_json_writer *w, const char *key, uint64_t v);
void rs_json_field_double(rs_json_writer *w, const char *key, double v);
void rs_json_field_bool(rs_json_writer *w, const char *key, bool v);
void rs_json_field_null(rs_json_writer *w, const char *key);
void rs_json_field_raw(rs_json_writer *w, const char *key, rs_str json);
void rs_json_field_object(rs_json_writer *w, const char *key);
void rs_json_field_array(rs_json_writer *w, const char *key);

/* `blank` (spaces and line ends; it must outlive the next call) follows the comma, if one is
 * due, and precedes whatever comes next. Before an element "\n  " gives a line of its own, between
 * a key and its value " " gives `"key": value`. */
void rs_json_blank(rs_json_writer *w, const char *blank);

/* ---- single spellings, for text that is not a JSON document (YAML scalars, SQL values) ----- */

void rs_json_put_str(rs_buf *buf, rs_str s);    /* quoted and escaped; non-ASCII stays UTF-8 */
void rs_json_put_double(rs_buf *buf, double v); /* null when not finite */

#endif
