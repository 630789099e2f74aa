/* Shared by the files of this room only: the store itself, its database, errors of DuckDB. */
#ifndef RS_STORE_INTERNAL_H
#define RS_STORE_INTERNAL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "store/duckdb_calls.h"
#include "store/files.h"
#include "store/lock.h"
#include "store/schema.h"
#include "store/store.h"

#include <stdatomic.h>

/* One DuckDB instance; stores of one process that read the same workspace share it (instance.c). */
typedef struct rs_instance rs_instance;
struct rs_instance {
    duckdb_database db;
    rs_store_mode mode;
    rs_lock owner; /* keeps tmp alive; not held on a read-only disk */
    rs_path tmp;   /* DIR/tmp/<owner>, "" on a read-only disk */
    bool ready;    /* decisions attached; made: which views over the parts there are */
    uint32_t made; /* bits as of rs_views_named */
    bool spared;   /* one thread, since the parts were small */
    atomic_int n_refs;
    uint64_t device, inode; /* of DIR: the same folder by whatever path */
    rs_file_mark decisions; /* of the rsift.duckdb that is attached */
    rs_instance *next;
};

struct rs_store {
    rs_store_mode mode;
    rs_path dir;
    rs_instance *instance;
    duckdb_connection con;
    bool views_ready; /* on this connection */
    /* SQL from outside may list the views, and a decision's transaction would not see those that
     * are made meanwhile; else each is made when a statement names it */
    bool all_views;
    bool in_transaction;
    const rs_cancel *cancel;   /* NULL = never */
    rs_interrupts *interrupts; /* where `interrupt` is registered */
    rs_interrupt interrupt;
    rs_result *streaming; /* the one result that still draws from `con` */
    rs_lock decide;
    rs_lock reading;  /* of modes READ and DECIDE, as long as they are open */
    char staged[208]; /* the release whose parts are made or read in DIR/stage; "" = none */
    rs_lock *locks;
    size_t n_locks, cap_locks;
    atomic_uint n_parts;
};

/* ---- duck.c: thin faces over the C API ------------------------------------------------------ */

/* `message` of DuckDB as an error of ours: one line, the status by its type. `doing` names the
 * purpose. */
rsift_status rs_duck_fail(rsift_error *err, duckdb_error_type type, const char *message,
                          const char *doing);
rsift_status rs_duck_fail_data(rsift_error *err, duckdb_error_data data, const char *doing);
/* Runs one or more statements of ours without results. */
rsift_status rs_duck_run(duckdb_connection con, const char *sql, const char *doing,
                         rsift_error *err);
/* The same for a built statement: `sql` must not have failed; it is NUL-ended here. */
rsift_status rs_duck_run_buf(duckdb_connection con, rs_buf *sql, const char *doing,
                             rsift_error *err);

/* ---- store.c --------------------------------------------------------------------------------- */

static inline bool rs_store_reads(const rs_store *store)
{
    return store->mode == RS_STORE_READ || store->mode == RS_STORE_ASK;
}

/* ---- instance.c ------------------------------------------------------------------------------ */

rsift_status rs_instance_get(rs_store *store, const rs_store_options *options, rsift_error *err);
/* Attaches decisions to the store's instance, and makes all views that it lacks if the store is to
 * have all. */
rsift_status rs_instance_make_ready(const rs_store *store, rsift_error *err);
/* Makes the views that a statement names and the store's instance lacks. */
rsift_status rs_instance_make_views(const rs_store *store, rs_str sql, rsift_error *err);
void rs_instance_keep(rs_instance *instance);
/* Closes the database of an instance that nobody shares; its tmp stays until the drop. */
void rs_instance_close_database(rs_instance *instance);
void rs_instance_drop(rs_instance *instance);

/* ---- views.c --------------------------------------------------------------------------------- */

/* Attaches rsift.duckdb as `decisions`; once per instance. RS_STORE_DECIDE attaches a copy of it in
 * the instance's tmp. */
rsift_status rs_views_make(const rs_store *store, duckdb_connection con, rsift_error *err);
enum { RS_VIEWS_ALL = (1u << (RS_N_TABLES + 1)) - 1 };
/* The views over the parts that a text names: bit t of table t, and one of those of views.sql. A
 * word of a literal counts as a name. */
uint32_t rs_views_named(rs_str sql);
/* Makes these views. A connection aims at the zero-row files afterwards. */
rsift_status rs_views_make_some(const rs_store *store, duckdb_connection con, uint32_t which,
                                rsift_error *err);
/* What each connection needs for itself: where the parts lie, where bare names are looked up. */
rsift_status rs_views_connect(rs_store *store, duckdb_connection con, rsift_error *err);
/* Zero-row files, one per table, so that a view without parts has its columns. */
rsift_status rs_views_write_empty(rs_store *store, rsift_error *err);

/* SELECT of all columns of a table from `files`, a comma-separated list of literals. */
void rs_views_put_select(rs_buf *sql, rs_table table, rs_str files);

/* ---- decisions.c ----------------------------------------------------------------------------- */

/* rsift.duckdb is as it was written, or absent; else RSIFT_E_FORMAT with what to do. */
rsift_status rs_decisions_prove(const char *dir, const rs_cancel *cancel, rsift_error *err);
/* For reading: the file attached as `decisions`, and a view for each table. Tables of a file that
 * does not prove or open answer with why. */
rsift_status rs_decisions_show(const rs_store *store, duckdb_connection con, rsift_error *err);
/* For deciding: a copy of the file in the instance's tmp, attached as `decisions`. */
rsift_status rs_decisions_copy(const rs_store *store, duckdb_connection con, rsift_error *err);
/* The file `made`, which is on disk, takes the position of rsift.duckdb, with its hash. */
rsift_status rs_decisions_replace(const rs_store *store, const char *made, rsift_error *err);

/* ---- rows.c ---------------------------------------------------------------------------------- */

/* Takes a full chunk; *chunk is handed over when it is set to NULL, else it is reset and reused. */
typedef rsift_status rs_rows_sink(void *ctx, duckdb_data_chunk *chunk, rsift_error *err);

/* Rows of one table. `types` are DuckDB's, one for each column, and are destroyed with the rows;
 * full chunks go to `sink`. The texts of chunks that it keeps live as long as the rows. */
rsift_status rs_rows_new(rs_table table, duckdb_logical_type *types, rs_rows_sink *sink, void *ctx,
                         rs_rows **out, rsift_error *err);
rsift_status rs_rows_finish(rs_rows *rows,
                            rsift_error *err); /* hands on the last rows; first error */
void rs_rows_free(rs_rows *rows);
void *rs_rows_context(const rs_rows *rows); /* ctx of rs_rows_new */
/* Rows that ignore what is put: what a caller gets when memory ran out, so that it need not check.
 * Shared, immutable. */
rs_rows *rs_rows_dead(void);
/* The texts of a column of words, to whose numbers its vectors refer; NULL = another column. */
const rs_strmap *rs_rows_words(const rs_rows *rows, size_t column);
int64_t rs_rows_count(const rs_rows *rows);
duckdb_logical_type rs_rows_type_of(rs_col_type type);

/* ---- stage.c --------------------------------------------------------------------------------- */

/* The folder in which this store writes, lists and removes parts of the release. */
rsift_status rs_release_folder(const rs_store *store, rs_str release_id, rs_path *out,
                               rsift_error *err);

/* ---- part.c ---------------------------------------------------------------------------------- */

/* Makes the table function that COPY reads parts through known to the instance. */
rsift_status rs_part_register(duckdb_connection con, rsift_error *err);

/* ---- result.c -------------------------------------------------------------------------------- */

/* Before `con` runs anything else: what the open stream still holds is moved into memory. */
rsift_status rs_result_detach(rs_store *store, rsift_error *err);
/* The one statement of `sql`, checked and with its parameters bound. Destroy *prepared also after
 * a failure. */
rsift_status rs_store_prepare(const rs_store *store, duckdb_connection con, rs_str sql,
                              const rs_arg *args, size_t n_args,
                              duckdb_prepared_statement *prepared, rsift_error *err);
/* Runs it; RSIFT_E_CANCELLED when the store's work is cancelled before or meanwhile. */
rsift_status rs_store_execute(const rs_store *store, duckdb_prepared_statement prepared,
                              bool streaming, duckdb_result *result, rsift_error *err);

/* ---- value.c --------------------------------------------------------------------------------- */

/* A column's type, analysed once. In an arena. */
typedef struct rs_vtype rs_vtype;
struct rs_vtype {
    duckdb_type id, stored; /* stored: of the integers behind DECIMAL and ENUM */
    uint8_t scale;
    uint64_t array_size;
    size_t n; /* children: LIST, ARRAY 1; MAP 2; STRUCT, UNION n */
    rs_vtype *children;
    rs_str *names; /* of STRUCT and UNION children; of ENUM words (n_words) */
    size_t n_words;
    rs_str word; /* "DECIMAL(18,3)[]" */
    /* Of an integer whose values have names (ClassLabel of a Parquet file): JSON spells those. */
    const rs_str *value_names;
    size_t n_value_names;
};
/* RSIFT_E_UNSUPPORTED for a type that cannot be spelled as JSON here. */
rsift_status rs_vtype_of(rs_arena *arena, duckdb_logical_type type, rs_vtype *out,
                         rsift_error *err);
void rs_value_json(const rs_vtype *type, duckdb_vector vector, idx_t row, rs_buf *buf);
/* A scalar as bare text (no quotes). */
void rs_value_text(const rs_vtype *type, const void *data, idx_t row, rs_buf *buf);
bool rs_value_i64(const rs_vtype *type, const void *data, idx_t row, int64_t *out);
double rs_value_double(const rs_vtype *type, const void *data, idx_t row);
static inline rs_id rs_id_of_uuid(duckdb_hugeint v)
{
    return (rs_id){(uint64_t)v.upper ^ (UINT64_C(1) << 63), v.lower};
}
static inline duckdb_hugeint rs_uuid_of_id(rs_id id)
{
    return (duckdb_hugeint){.lower = id.lo, .upper = (int64_t)(id.hi ^ (UINT64_C(1) << 63))};
}

#endif
