/* HOW JSON spells values: cutting records out of files of any size, reading one record. Writing is
 * json_writer.h. Reading is yyjson's; the cutter is ours and keeps memory flat (one window). Strict
 * JSON, plus: a UTF-8 byte order mark, NaN/Infinity and lone surrogates are reported, not accepted
 * silently. Every text that leaves this file is valid UTF-8 without NUL. */
#ifndef RS_CODEC_JSON_H
#define RS_CODEC_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/byte_source.h"
#include "base/err.h"
#include "base/str.h"
#include "codec/json_writer.h"

#include <stdbool.h>

/* ---- cutting ---------------------------------------------------------------------------- */

typedef struct rs_json_cut {
    rs_str bytes;   /* the record as written in the file, without blanks around it */
    rs_str key;     /* its key when the container is an object keyed by id, else ptr NULL */
    int64_t offset; /* of bytes[0] in the file */
    uint32_t path;  /* which of the wanted paths it belongs to */
    bool bad_key;   /* the key was no valid text and has been mended */
    bool joined;    /* in memory, too, it stands behind the cut before it, as in the file */
} rs_json_cut;

typedef struct rs_json_cutter rs_json_cutter;

/* paths[n]: where the records are:
 *   ""        the file's own array (or JSON Lines / values one after another, found by itself)
 *   "{}"      the file's own object, each member being a record with a key
 *   "images"  the array (or object of objects) under this key of the top object; "a.b" goes deeper
 *   "*"       arrays under any key of the top object; that key is the key of their records
 * Everything else in the file is skipped (but checked for nesting). One thread. */
rsift_status rs_json_cutter_open(rs_byte_source source, const rs_str *paths, size_t n_paths,
                                 const rsift_limits *limits, rs_json_cutter **out,
                                 rsift_error *err);
/* What one fill may give, and what it gave. */
typedef struct rs_json_batch {
    rs_arena *arena;   /* of the records' bytes and keys */
    rs_json_cut *cuts; /* [cap] */
    size_t cap, max_bytes;
    size_t n; /* out: records in `cuts` */
} rs_json_batch;
/* Cuts up to `cap` records or about max_bytes of text. RSIFT_OK with n >= 1, or RSIFT_END. An error
 * names the byte; a truncated file first gives its complete records, then the error. In JSON Lines
 * a broken line is a cut like any other, which does not parse; the lines behind it follow. */
rsift_status rs_json_cutter_fill(rs_json_cutter *cutter, rs_json_batch *batch, rsift_error *err);
/* Where the second value at the top begins, -1 = nowhere so far: an error to who expects one
 * document. */
int64_t rs_json_cutter_second(const rs_json_cutter *cutter);
/* Where the bytes begin that an error left unread, -1 = there was none. */
int64_t rs_json_cutter_stopped(const rs_json_cutter *cutter);
/* Bit i: a list (or object of records) stands at paths[i], however empty. Complete at the end. */
uint32_t rs_json_cutter_seen(const rs_json_cutter *cutter);
/* Bit i: what stands there is an object of records; there are several (a key that stands twice, or
 * a path with "*"). */
uint32_t rs_json_cutter_objects(const rs_json_cutter *cutter);
uint32_t rs_json_cutter_repeated(const rs_json_cutter *cutter);
void rs_json_cutter_close(rs_json_cutter *cutter);

/* The first value of a file, when it begins with a bracket; nothing of it is kept. */
typedef struct rs_json_head {
    int64_t n_bytes; /* of it and what precedes it; -1 = its end is not within `most` bytes */
    bool lines;      /* it holds no line end */
    bool followed;   /* something but blanks follows it */
} rs_json_head;
rsift_status rs_json_first(rs_byte_source source, int64_t most, rs_json_head *out,
                           rsift_error *err);

/* ---- reading one value ------------------------------------------------------------------ */

typedef struct rs_json rs_json; /* a value inside a parsed document; NULL = absent */
typedef enum rs_json_type {
    RS_JSON_ABSENT,
    RS_JSON_NULL,
    RS_JSON_BOOL,
    RS_JSON_INT,
    RS_JSON_REAL,
    RS_JSON_STR,
    RS_JSON_ARRAY,
    RS_JSON_OBJECT
} rs_json_type;

/* Parses `bytes`; the document lives in `arena`. Errors give the byte within `bytes`. */
rsift_status rs_json_parse(rs_arena *arena, rs_str bytes, const rsift_limits *limits,
                           const rs_json **root, rsift_error *err);
/* Parses n records of a cutter, those that stand behind each other in memory many at once.
 * values[i] NULL = record i cannot be read; rs_json_parse says why.
 *   returns RSIFT_OK, or RSIFT_E_NOMEM */
rsift_status rs_json_parse_cuts(rs_arena *arena, const rs_json_cut *cuts, size_t n,
                                const rsift_limits *limits, const rs_json **values,
                                rsift_error *err);
rs_json_type rs_json_kind(const rs_json *v);
const char *rs_json_kind_name(rs_json_type type);
rs_str rs_json_str(const rs_json *v);               /* ptr NULL when not a string */
bool rs_json_i64(const rs_json *v, int64_t *out);   /* integers only, range-checked */
bool rs_json_double(const rs_json *v, double *out); /* integers and reals, finite */
bool rs_json_bool(const rs_json *v, bool *out);
size_t rs_json_len(const rs_json *v); /* elements or members; 0 for scalars */
const rs_json *rs_json_member(const rs_json *object, rs_str key);
static inline const rs_json *rs_json_get(const rs_json *object, const char *key)
{
    return rs_json_member(object, rs_str_of(key)); /* the length of a literal costs nothing */
}
const rs_json *rs_json_path(const rs_json *object, rs_str dotted); /* "a.b.0.c" */

typedef struct rs_json_iter {
    const rs_json *at;
    size_t left;
    bool object;
} rs_json_iter;
rs_json_iter rs_json_each(const rs_json *array_or_object);
/* Next element; *key (may be NULL) for objects. NULL at the end. */
const rs_json *rs_json_next(rs_json_iter *it, rs_str *key);

/* A scalar as text, whatever its type: strings as they are, numbers as spelled shortest, true /
 * false; ptr NULL for null, arrays, objects. In the arena. (FloodNet's answers are ints.) */
rs_str rs_json_text(rs_arena *arena, const rs_json *v);

#endif
