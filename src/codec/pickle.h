/* Python pickles read as data: lists, dictionaries, tuples, texts, numbers, truth values and None,
 * as protocols 2 to 4 write them. No opcode that names, makes or calls anything of Python is known
 * here; the first one ends the reading with its name and byte. Items are handed out as JSON text.
 *   source  CPython Lib/pickletools.py */
#ifndef RS_CODEC_PICKLE_H
#define RS_CODEC_PICKLE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

enum {
    RS_PICKLE_VALUES = 1 << 24, /* different values of one pickle: 16 bytes each */
    RS_PICKLE_KEYS = 256,       /* keys of one dictionary */
};

/* A decoded pickle; immutable, may be shared. */
typedef struct rs_pickle rs_pickle;

/* Decodes the pickle of a list or tuple; `bytes` must outlive *out, whose texts stand there. Memory
 * is linear in the bytes, whatever the memo does.
 *   errors  RSIFT_E_UNSUPPORTED for an opcode that is not data, RSIFT_E_FORMAT for broken bytes and
 *           other values at the top, both with the byte; RSIFT_E_LIMIT; RSIFT_E_NOMEM */
rsift_status rs_pickle_open(rs_str bytes, rs_pickle **out, rsift_error *err);
void rs_pickle_close(rs_pickle *pickle);
size_t rs_pickle_len(const rs_pickle *pickle); /* items of the list at the top */
/* Appends item i as compact JSON; a key that was set twice has its last value, as in Python. Texts
 * keep their bytes, which may be no UTF-8.
 *   errors  RSIFT_E_LIMIT for text above max_record or nesting above max_depth (a list that holds
 *           itself); RSIFT_E_FORMAT for a number that JSON cannot say (NaN) or a key that is no
 *           text; RSIFT_E_NOMEM */
rsift_status rs_pickle_json(const rs_pickle *pickle, size_t i, const rsift_limits *limits,
                            rs_buf *out, rsift_error *err);

#endif
