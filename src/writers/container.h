/* Containers: how records, which a layout has spelled, become the files of a training set. A layout
 * is pure and may be called from any thread; only a container holds state, and one thread uses it.
 *
 *   begin    the main file appears under a partial name
 *   append   one record, in the order of the set
 *   end      the frame is closed and the file gets its name; after a failure everything is removed
 *
 * Today JSON arrays and JSON Lines. A container that keeps records in columns or in shards adds its
 * buffers to its state and what it needs of a record to rs_container_record; layouts do not
 * change. */
#ifndef RS_WRITERS_CONTAINER_H
#define RS_WRITERS_CONTAINER_H

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

#include <stdbool.h>

/* Where a container writes. `note` is told of each file before it gets its name. */
typedef struct rs_container_target {
    rs_str folder, file; /* `file` is the layout's main file */
    void *ctx;
    rsift_status (*note)(void *ctx, rs_str file, int64_t n_bytes, rs_id hash, rsift_error *err);
} rs_container_target;

typedef struct rs_container_record {
    rs_id id;
    uint32_t repeat;
    rs_str text; /* as the layout spelled it */
} rs_container_record;

typedef struct rs_container {
    const char *name;  /* "json-array" */
    size_t state_size; /* bytes, zeroed before begin */
    rsift_status (*begin)(void *state, const rs_container_target *target, rsift_error *err);
    rsift_status (*append)(void *state, const rs_container_record *record, rsift_error *err);
    /* Called once, also after a begin or append that failed; `complete` tells that none did. */
    rsift_status (*end)(void *state, bool complete, rsift_error *err);
} rs_container;

extern const rs_container rs_container_json_array; /* "[\n", records between ",\n", "\n]\n" */
extern const rs_container rs_container_json_lines; /* a line each */

/* An open container with its state. {0} is closed. */
typedef struct rs_container_run {
    const rs_container *container;
    void *state;
} rs_container_run;

/* `target` must outlive the run. After a failure nothing is open. */
rsift_status rs_container_open(const rs_container *container, const rs_container_target *target,
                               rs_container_run *out, rsift_error *err);
rsift_status rs_container_append(const rs_container_run *run, const rs_container_record *record,
                                 rsift_error *err);
/* Ends and frees; a closed run is fine. With complete = false the files are removed. */
rsift_status rs_container_close(rs_container_run *run, bool complete, rsift_error *err);

#endif
