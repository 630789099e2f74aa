/* The workspace: immutable Parquet parts with everything known about indexed data, and a DuckDB
 * file (rsift.duckdb) for decisions, which is replaced as a file each time something was decided.
 * All that knows DuckDB is in this room.
 *
 *   DIR/rsift-workspace.json         version mark
 *   DIR/parts/<release>/<part>/<table>.parquet     a part appears whole, by rename of its folder
 *   DIR/parts/<release>/<part>/hashes.txt          proves the part's files
 *   DIR/proven.txt                   which parts were proved, so that they are not hashed again
 *   DIR/stage/<release>/<part>/...   a release that is to replace the one in parts, at once
 *   DIR/tmp/...                      being made; swept when nobody owns it
 *   DIR/locks/...                    fcntl locks: one per index unit, one for decisions
 *   DIR/rsift.duckdb                 links, overlaps, mixtures, ledgers
 *
 * Views (`sample`, `turn`, ...: docs/architecture.md) lie over the parts, so that anyone may query
 * while an index runs. A decision is made on a copy of rsift.duckdb, which is renamed into its
 * position when the decision is complete: readers keep the file they opened, wait for nobody, and
 * see all of a decision or none of it. */
#ifndef RS_STORE_STORE_H
#define RS_STORE_STORE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "run/cancel.h"
#include "store/tables.h"

#include <stdbool.h>

typedef struct rs_store rs_store;
typedef enum rs_store_mode {
    RS_STORE_READ,  /* our own SQL over views and decisions; many at once */
    RS_STORE_ASK,   /* SQL from outside: one SELECT, no file but the workspace's; many at once */
    RS_STORE_PARTS, /* writes parts only; many at once */
    RS_STORE_DECIDE /* the one writer of decisions; a second one gets RSIFT_E_IO naming the holder's
                       pid. Readers stay where they are */
} rs_store_mode;

typedef struct rs_store_options {
    int memory_limit_mb; /* DuckDB's limit (resident memory is about double); 0 = 1024 */
    int threads;         /* 0 = all */
    bool spare_threads;  /* one thread where the parts are small, whatever `threads` says */
    bool lists_views;    /* mode READ: the statements may ask which views there are */
    rs_cancel *cancel;   /* stops statements; outlives the store; NULL = never */
    const rs_store
        *writing; /* mode READ: asks the database of this store (mode PARTS), and sees the
                     release that it stages, and nothing else; NULL = the workspace as it
                     is */
} rs_store_options;

/* Opens DIR; `create` makes it when absent. A folder that is not a workspace is an error that says
 * so. A store that is asked proves its parts first: RSIFT_E_FORMAT, naming the file and what to do,
 * when one is not as it was written. */
rsift_status rs_store_open(rs_str dir, rs_store_mode mode, bool create,
                           const rs_store_options *options, rs_store **out, rsift_error *err);
/* Closes the store like rs_store_close and reports what failed in making decisions visible; they
 * appear complete or not at all. Frees the store in any case; NULL is fine. */
rsift_status rs_store_finish(rs_store *store, rsift_error *err);
/* Committed decisions become visible, if the disk lets them. NULL is fine. */
void rs_store_close(rs_store *store);
rs_str rs_store_dir(const rs_store *store);

/* RSIFT_E_ARG, RSIFT_E_IO or RSIFT_E_UNSUPPORTED when DIR is no workspace that can be read. */
rsift_status rs_store_check(rs_str dir, rsift_error *err);
/* Proves the parts as opening the store did: those whose files have changed since are hashed. For a
 * store that is asked again and again. */
rsift_status rs_store_prove(const rs_store *store, rsift_error *err);
/* False when a decision has appeared since this reading store was opened. */
bool rs_store_is_current(const rs_store *store);
/* Another number when a part has appeared or gone; reads the times of each release's folder. */
uint64_t rs_store_parts_mark(const rs_store *store);

/* What is wrong with one thing; `name` is "<release>/<part>", or empty. */
typedef void rs_store_wrong_fn(void *ctx, rs_str name, const rsift_error *why);
typedef struct rs_parts_check {
    bool deep;         /* hash every file, whatever was proved before */
    size_t n_threads;  /* 0 = one per core */
    rs_cancel *cancel; /* may be NULL */
    rs_store_wrong_fn *wrong;
    void *ctx;
    size_t n_parts; /* out */
} rs_parts_check;
/* Proves every part of DIR and goes on after one that does not prove. Opens nothing: it works on a
 * workspace that every other call refuses. */
rsift_status rs_store_check_parts(rs_str dir, rs_parts_check *check, rsift_error *err);
/* Proves rsift.duckdb, which may be absent. RSIFT_E_FORMAT with what to do. */
rsift_status rs_store_check_decisions(rs_str dir, rs_cancel *cancel, rsift_error *err);
/* How many folders of DIR/tmp have an owner that is dead; the next verb that writes sweeps them. */
size_t rs_store_leftovers(rs_str dir);

/* ---- writing parts (mode PARTS) ------------------------------------------------------------ */

typedef struct rs_part rs_part; /* one per thread; several parts may be written at once */
rsift_status rs_part_new(rs_store *store, rs_str release_id, rs_str name, rs_part **out,
                         rsift_error *err);

/* A row is put by columns, in any order, and then ended; a column that is not put is NULL. `column`
 * is the table's number of it (store/tables.h). Errors are kept and come out of rs_part_commit, so
 * that a row needs no checks: a column of another table or put twice, a value of another type, a
 * row without the table's first column. Text must be valid UTF-8 (RS_ASSERT in debug). */
typedef struct rs_rows rs_rows;
rs_rows *rs_part_rows(rs_part *part, rs_table table);
void rs_put_id(rs_rows *rows, int column, rs_id id);
void rs_put_str(rs_rows *rows, int column, rs_str s);       /* ptr NULL = NULL */
void rs_put_bytes(rs_rows *rows, int column, rs_str bytes); /* BLOB column; ptr NULL = NULL */
void rs_put_i64(rs_rows *rows, int column, int64_t v);      /* any integer column */
void rs_put_double(rs_rows *rows, int column, double v);
void rs_put_bool(rs_rows *rows, int column, bool v);
void rs_put_doubles(rs_rows *rows, int column, const double *v, size_t n); /* DOUBLE[] column */
void rs_put_strs(rs_rows *rows, int column, const rs_str *v, size_t n);    /* VARCHAR[] column */
void rs_put_end(rs_rows *rows);
/* Gives an uncommitted part its final name, which is known late: it holds where the part ends. */
rsift_status rs_part_rename(rs_part *part, rs_str name, rsift_error *err);
int64_t rs_part_n_rows(const rs_part *part, rs_table table);

rsift_status rs_part_commit(rs_part *part,
                            rsift_error *err); /* frees part; the folder appears complete */
void rs_part_discard(rs_part *part);
/* Names of the finished parts of a release, sorted; in arena. */
rsift_status rs_part_list(const rs_store *store, rs_str release_id, rs_arena *arena, rs_str **names,
                          size_t *n, rsift_error *err);
rsift_status rs_part_remove(rs_store *store, rs_str release_id, rs_str name, rsift_error *err);
/* Removes the parts of a release that do not prove, so that index makes them again; `release_id` or
 * "<release_id>-2" and so on, whichever holds a part named `mark`. RSIFT_E_IO while another process
 * does the same. */
rsift_status rs_release_repair(rs_store *store, rs_str release_id, rs_str mark, size_t *n_removed,
                               rsift_error *err);
/* Removes all parts of a release at once, by one rename; a process that dies then leaves what is
 * swept later. RSIFT_E_IO, naming the holder, while a process indexes the release. */
rsift_status rs_release_remove(rs_store *store, rs_str release_id, rsift_error *err);

/* The releases that have folders in DIR: `id` itself, or "<id>@..." of dataset `id`; sorted, in
 * arena. Reads names only, so that a release can be taken out whose parts do not prove. */
rsift_status rs_release_find(rs_str dir, rs_str id, rs_arena *arena, rs_str **ids, size_t *n,
                             rsift_error *err);

/* ---- replacing a release (stage.c) ----------------------------------------------------------- */

/* From here on this store writes, lists and removes parts of the release in a copy that nobody
 * sees; one that an earlier run left is taken up. */
rsift_status rs_release_stage(rs_store *store, rs_str release_id, rsift_error *err);
/* The same when an earlier run left such a copy; else nothing. */
rsift_status rs_release_resume(rs_store *store, rs_str release_id, rsift_error *err);
bool rs_release_is_staged(const rs_store *store);
/* The copy takes the position of the release at once, with the parts that were added to the release
 * meanwhile and begin with `keep`. Waits ten seconds for those who read the old one. Nothing when
 * nothing is staged. */
rsift_status rs_release_publish(rs_store *store, const char *const *keep, rsift_error *err);

/* Takes the named lock (index unit) or fails at once with RSIFT_E_IO naming the holder's pid and
 * host; sweeps leftovers in tmp/ that belonged to it. Released at close or when the process
 * ends. */
rsift_status rs_store_lock(rs_store *store, rs_str name, rsift_error *err);
/* Is a lock held by somebody whose name starts with `prefix` and does not end in `not_suffix`?
 * Name, prefix and suffix are followed by ".lock". An empty suffix excludes none. */
bool rs_store_is_locked(const rs_store *store, rs_str prefix, rs_str not_suffix);

/* ---- asking --------------------------------------------------------------------------------- */

/* Runs statements; no result. `sql` may hold several, ';'-separated. */
rsift_status rs_store_exec(rs_store *store, rs_str sql, rsift_error *err);

/* One result, read row by row in streaming memory. Parameters: $1.. bound from `args`. */
typedef struct rs_arg {
    enum { RS_ARG_STR, RS_ARG_I64, RS_ARG_DOUBLE, RS_ARG_ID, RS_ARG_BOOL } type;
    rs_str str;  /* ptr NULL = NULL */
    int64_t i64; /* also of RS_ARG_BOOL */
    double real;
    rs_id id;
} rs_arg;
typedef struct rs_result rs_result;
rsift_status rs_store_query(rs_store *store, rs_str sql, const rs_arg *args, size_t n_args,
                            rs_result **out, rsift_error *err);
size_t rs_result_n_columns(const rs_result *result);
rs_str rs_result_name(const rs_result *result, size_t column);
rs_str rs_result_type(const rs_result *result,
                      size_t column); /* DuckDB's word: BIGINT, VARCHAR, UUID, DOUBLE[] */
rsift_status rs_result_next(rs_result *result, rsift_error *err); /* RSIFT_OK = a row, RSIFT_END */
bool rs_result_null(const rs_result *result, size_t column);
int64_t rs_result_i64(const rs_result *result, size_t column);   /* any integer or bool column */
double rs_result_double(const rs_result *result, size_t column); /* any numeric column */
rs_str rs_result_str(rs_result *result, size_t column);          /* VARCHAR; valid until next row */
rs_str rs_result_bytes(const rs_result *result, size_t column);  /* BLOB; valid until next row */
rs_id rs_result_id(const rs_result *result, size_t column);      /* UUID */
size_t rs_result_doubles(rs_result *result, size_t column, const double **v); /* DOUBLE[] */
size_t rs_result_strs(rs_result *result, size_t column, const rs_str **v);    /* VARCHAR[] */
/* The value of any column as JSON text, appended (lists and structs included). */
struct rs_buf;
void rs_result_json(rs_result *result, size_t column, struct rs_buf *buf);
void rs_result_close(rs_result *result);

/* Parts in groups of some samples: what joins many samples is asked group by group, so that a join
 * holds the rows of one group only. A sample and its rows of sample_asset lie in one part. */
typedef struct rs_part_groups rs_part_groups;
/* A group ends with the part that reaches `least` samples. Freed by the free; NULL is fine. */
rsift_status rs_part_groups_new(rs_store *store, int64_t least, rs_part_groups **out,
                                rsift_error *err);
void rs_part_groups_free(rs_part_groups *groups);
size_t rs_part_groups_n(const rs_part_groups *groups); /* at least 1 */
/* Makes the temporary views sample_here and sample_asset_here, the rows of group i. */
rsift_status rs_part_groups_show(rs_part_groups *groups, size_t i, rsift_error *err);

/* Fills a table of rsift.duckdb quickly (mode DECIDE): same calls as a part's rows. Outside a
 * transaction the rows are a transaction of their own, seen from append_end on, and streams stay
 * streams. Between begin and end, and for temporary tables, the rest of an open result is taken
 * into memory first: for millions of rows prefer INSERT ... SELECT there. */
rsift_status rs_store_append(rs_store *store, rs_table table, rs_rows **out, rsift_error *err);
rsift_status rs_store_append_end(rs_rows *rows, rsift_error *err); /* flushes and frees */

/* The Arrow C stream of a query, for clients; modes READ and ASK. It may outlive the store. */
struct ArrowArrayStream;
rsift_status rs_store_arrow(rs_store *store, rs_str sql, const rs_arg *args, size_t n_args,
                            struct ArrowArrayStream *stream, rsift_error *err);

/* Transactions for decisions: all or nothing, also after a kill. */
rsift_status rs_store_begin(rs_store *store, rsift_error *err);
rsift_status rs_store_end(rs_store *store, bool keep, rsift_error *err);

#endif
