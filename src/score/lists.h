/* Lists of records inside one JSON document of any size (COCO's files): records are cut out of the
 * file as it is read, parsed by all threads and given to the caller in the file's order. Memory is
 * a few megabytes a thread and what the caller keeps. */
#ifndef RS_SCORE_LISTS_H
#define RS_SCORE_LISTS_H

#include "base/hash.h"
#include "codec/json.h"
#include "session/session.h"

typedef struct rs_score_lists {
    const rs_str *paths; /* [n_paths] as rs_json_cutter_open takes them; others are passed over */
    size_t n_paths;
    const char *what; /* a record in messages: "annotation" */
    size_t record_size;
    void *ctx;
    /* Reads a record of paths[path] into *record, zeros at first. Any thread.
     *   arena  good until the record was taken */
    rsift_status (*parse)(void *ctx, const rs_json *v, uint32_t path, void *record, rs_arena *arena,
                          rsift_error *err);
    /* Takes a record, in the file's order; one thread at a time. */
    rsift_status (*take)(void *ctx, uint32_t path, void *record, rsift_error *err);
    void (*drop)(void *ctx, void *record); /* frees a parsed record that was not taken; or NULL */
} rs_score_lists;

/* What was found of the lists. */
typedef struct rs_score_lists_found {
    uint32_t seen; /* bit i: a list stands at paths[i], however empty */
    rs_id hash;    /* of the file's bytes, unpacked */
} rs_score_lists_found;

/* Reads the one file at `path`, packed or not.
 *   errors  RSIFT_E_IO, RSIFT_E_FORMAT with the record (also for an object in the place of a list,
 *           two lists of one name, something behind the document), RSIFT_E_LIMIT, RSIFT_E_NOMEM,
 *           RSIFT_E_CANCELLED, those of parse and take; all name the path */
rsift_status rs_score_read_lists(rs_session *session, const char *path, const rs_score_lists *lists,
                                 rs_score_lists_found *out, rsift_error *err);

#endif
