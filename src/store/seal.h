/* What proves a part: hashes.txt in its folder, written before the folder gets its name. It holds
 * size and XXH3-128 of every file and the part's own name, and is proved itself by its last line,
 * the hash of the lines above. XXH3 finds damage, not malice: what is read from a part is checked
 * again where it is used.
 *
 *   rsift.part/1 <release>/<part>
 *   <32 hex digits> <bytes> sample.parquet
 *   <32 hex digits>
 *
 * rsift.duckdb.hashes proves rsift.duckdb in the same form. */
#ifndef RS_STORE_SEAL_H
#define RS_STORE_SEAL_H

#include "base/buf.h"
#include "base/hash.h"
#include "run/cancel.h"
#include "store/files.h"

#include <sys/stat.h>

#define RS_SEAL_FILE "hashes.txt"

/* ---- texts that prove themselves ------------------------------------------------------------- */

/* Appends the hash of all that the text holds as its last line. */
void rs_seal_end(rs_buf *text);
/* Takes the last line off; false when it is not the hash of the rest. */
bool rs_seal_open(rs_str *text);
/* Reads a small file of the workspace into `out`. RSIFT_E_FORMAT when it is no regular file or
 * holds more than `most` bytes: nothing is waited for and no link is followed. */
rsift_status rs_seal_slurp(const char *path, size_t most, rs_buf *out, rsift_error *err);

typedef struct rs_seal_line {
    rs_id hash;
    int64_t n_bytes;
    rs_str name;
} rs_seal_line;
/* One line: how it is written, and read; false = it is none. */
void rs_seal_put(rs_buf *text, const rs_seal_line *line);
bool rs_seal_read(rs_str text, rs_seal_line *out);
/* Size and hash of a regular file, by which it is known in a line. */
rsift_status rs_seal_hash(const char *path, const rs_cancel *cancel, rs_seal_line *out,
                          rsift_error *err);

/* ---- parts ----------------------------------------------------------------------------------- */

enum { RS_SEAL_MOST_FILES = 64 }; /* of one part, which has one a table */
typedef struct rs_seal_file {
    char name[64];
    struct stat st;
} rs_seal_file;
/* The files of a part as they lie there now, by name. */
typedef struct rs_seal_listing {
    rs_seal_file files[RS_SEAL_MOST_FILES];
    size_t n;
    bool gone; /* there is no such folder (any more) */
} rs_seal_listing;

/* Lists the part in folder DIR/parts/<name>; `name` is "<release>/<part>". RSIFT_E_FORMAT, with
 * what to do, when something lies there that rsift does not write (links, devices, folders). */
rsift_status rs_seal_list(const char *dir, rs_str name, rs_seal_listing *out, rsift_error *err);
/* Writes folder/hashes.txt over the files of a folder that will be the part `name`; synced. It is
 * made in folder `tmp`: another process may be proving `folder`. */
rsift_status rs_seal_write(const char *folder, rs_str name, const char *tmp, rsift_error *err);
/* Hashes every file of the part. RSIFT_E_FORMAT, naming the file and what to do, when one is not as
 * it was written. `n_bytes` may be NULL. A part that is gone by now is proved. */
rsift_status rs_seal_prove(const char *dir, rs_str name, const rs_cancel *cancel, int64_t *n_bytes,
                           rsift_error *err);
/* The refusal of a part or of one of its files (empty = the part). */
rsift_status rs_seal_refuse(rs_str name, rs_str file, const char *what, rsift_error *err);

#endif
