/* Opening a workspace folder in one of four modes, closing it, publishing decisions, locks. */
#include "store/internal.h"
#include "store/proven.h"

#include "base/alloc.h"
#include "base/num.h"
#include "io/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK RS_IO_WORKSPACE_MARK
#define MARK_START "{\"schema\": \"rsift.workspace/1\", \"columns\": "

/* ---- the folder ------------------------------------------------------------------------------ */

/* Only our own folders, as a process killed while making the workspace leaves them. */
static rsift_status check_free(const char *path, rsift_error *err)
{
    DIR *dir = opendir(path);
    if (!dir) {
        if (errno == ENOENT) return RSIFT_OK;
        return rs_err_errno(err, errno, "cannot open folder %s", path);
    }
    bool ours = true;
    for (struct dirent *entry; ours && (entry = readdir(dir)) != NULL;) {
        rs_str name = rs_str_of(entry->d_name);
        ours = rs_str_eq(name, RS_STR(".")) || rs_str_eq(name, RS_STR("..")) ||
               rs_str_eq(name, RS_STR("parts")) || rs_str_eq(name, RS_STR("tmp")) ||
               rs_str_eq(name, RS_STR("locks")) || rs_str_starts(name, RS_STR(MARK));
    }
    (void)closedir(dir);
    if (ours) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG, "%s is not empty and not a workspace (no " MARK ")", path);
}

/* Number of columns the workspace was made for; -1 = no mark; an unknown mark is an error. */
static rsift_status read_mark(const rs_store *store, int64_t *n_columns, rsift_error *err)
{
    *n_columns = -1;
    rs_path path;
    RS_TRY(rs_path_set(&path, err, "%s/" MARK, store->dir.text));
    int fd = open(path.text, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        if (errno == ENOENT || errno == ENOTDIR) return RSIFT_OK;
        return rs_err_errno(err, errno, "cannot open %s", path.text);
    }
    char text[256];
    ssize_t n = read(fd, text, sizeof text);
    (void)close(fd);
    if (n < 0) return rs_err_errno(err, errno, "cannot read %s", path.text);
    /* MARK_START, the number, one closing byte; anything else is another version's. */
    rs_str mark = rs_str_trim(rs_str_make(text, (size_t)n));
    rs_str start = RS_STR(MARK_START);
    rs_str number =
        rs_str_starts(mark, start) ? rs_str_sub(mark, start.len, mark.len - 1) : RS_STR("");
    if (rs_num_i64(number, n_columns) && *n_columns > 0) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                      "%s is not this version's: the workspace was made by another rsift",
                      path.text);
}

/* What lies in the workspace must be its own: tmp as a link to a home would be swept, a lock
 * that is a link would be overwritten, a FIFO waited for. */
static rsift_status check_entries(const rs_store *store, rsift_error *err)
{
    static const char *const folders[] = {"parts", "stage", "tmp", "locks"};
    static const char *const files[] = {MARK, "rsift.duckdb", "rsift.duckdb.wal", "last-mix.json"};
    rs_path path;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        RS_TRY(rs_path_set(&path, err, "%s/%s", store->dir.text, folders[i]));
        RS_TRY(rs_store_check_folder(path.text, err));
    }
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        RS_TRY(rs_path_set(&path, err, "%s/%s", store->dir.text, files[i]));
        RS_TRY(rs_store_check_file(path.text, err));
    }
    return RSIFT_OK;
}

static rsift_status make_folders(rs_store *store, rsift_error *err)
{
    static const char *const names[] = {"parts", "tmp", "locks"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        rs_path path;
        RS_TRY(rs_path_set(&path, err, "%s/%s", store->dir.text, names[i]));
        RS_TRY(rs_store_mkdirs(path.text, err));
    }
    return RSIFT_OK;
}

/* The mark comes last: a folder with it is complete. */
static rsift_status write_mark(rs_store *store, rsift_error *err)
{
    rs_path path;
    RS_TRY(rs_path_set(&path, err, "%s/" MARK, store->dir.text));
    char text[128];
    int n = snprintf(text, sizeof text, MARK_START "%zu}\n", rs_store_n_columns());
    RS_TRY(rs_store_write_file(path.text, rs_str_make(text, (size_t)n), err));
    return rs_store_sync(store->dir.text, err);
}

static rsift_status set_dir(rs_store *store, rs_str dir, rsift_error *err)
{
    /* the path is a prefix of others: no '/' at its end */
    while (dir.len > 1 && dir.ptr[dir.len - 1] == '/') dir.len--;
    if (dir.len == 0 || dir.len >= RS_PATH_SIZE - 600 || memchr(dir.ptr, 0, dir.len))
        return rs_err_set(err, RSIFT_E_ARG, "the workspace needs the path of a folder");
    if (memchr(dir.ptr, '?', dir.len))
        return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                          "expected a path without '?', which the database reads as a pattern: "
                          "rename the folder");
    memcpy(store->dir.text, dir.ptr, dir.len);
    store->dir.text[dir.len] = '\0';
    return RSIFT_OK;
}

static rsift_status find_folder(rs_store *store, bool create, int64_t *n_columns, rsift_error *err)
{
    RS_TRY(check_entries(store, err));
    RS_TRY(read_mark(store, n_columns, err));
    if (*n_columns >= 0) {
        if (rs_store_reads(store)) return RSIFT_OK;
        return make_folders(store, err); /* tmp and locks may have been cleaned away by hand */
    }
    if (!create) {
        return rs_err_set(err, RSIFT_E_ARG, "%s is not a workspace (no " MARK ")%s",
                          store->dir.text,
                          rs_store_exists(store->dir.text) ? "" : ": there is no such folder");
    }
    RS_TRY(check_free(store->dir.text, err));
    return make_folders(store, err);
}

/* ---- open and close -------------------------------------------------------------------------- */

static rsift_status open_decide_lock(rs_store *store, rsift_error *err)
{
    if (store->mode != RS_STORE_DECIDE) return RSIFT_OK;
    rs_path path;
    RS_TRY(rs_path_set(&path, err, "%s/locks/decide.lock", store->dir.text));
    return rs_lock_take(&store->decide, path.text, "the workspace (deciding)", err);
}

static rsift_status prove_schema(const rs_store *store, rsift_error *err)
{
    rsift_status status =
        rs_seal_prove(store->dir.text, RS_STR("_schema/_schema"), NULL, NULL, err);
    return status == RSIFT_OK ? status : rs_err_within(err, status, "%s", store->dir.text);
}

/* A workspace made for fewer columns gets them, and zero-row files that do not prove are made anew;
 * one made for more columns is left as it is. */
static rsift_status bring_up_to_date(rs_store *store, int64_t n_columns, rsift_error *err)
{
    const bool older = n_columns < (int64_t)rs_store_n_columns();
    if (!older && prove_schema(store, NULL) == RSIFT_OK) return RSIFT_OK;
    RS_TRY(rs_views_write_empty(store, err));
    if (!older) return RSIFT_OK;
    return write_mark(store, err);
}

static rsift_status create_with_parts_store(rs_store *store, rsift_error *err)
{
    /* views need the zero-row files, and only a store that writes parts opens without views */
    rs_store *maker = NULL;
    RS_TRY(rs_store_open(rs_str_of(store->dir.text), RS_STORE_PARTS, true, NULL, &maker, err));
    rs_store_close(maker);
    return RSIFT_OK;
}

static rsift_status made_by_older(const rs_store *store, rsift_error *err)
{
    return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                      "%s was made by an older rsift: a verb that writes brings it up to date",
                      store->dir.text);
}

/* Files are kept out of reach by the beginning of their paths, so the folder's must be exact. */
static rsift_status make_absolute(rs_store *store, rsift_error *err)
{
    char *path = realpath(store->dir.text, NULL);
    if (!path) return rs_err_errno(err, errno, "cannot open folder %s", store->dir.text);
    const rsift_status status = set_dir(store, rs_str_of(path), err);
    free(path);
    return status;
}

static void interrupt_connection(void *ctx)
{
    duckdb_interrupt(ctx); /* sets an atomic flag: fine in a signal handler */
}

static void add_interrupt(rs_store *store, const rs_store_options *options)
{
    store->cancel = options ? options->cancel : NULL;
    if (!store->cancel) return;
    store->interrupt = (rs_interrupt){.call = interrupt_connection, .ctx = store->con};
    store->interrupts = rs_interrupts_keep(store->cancel->interrupts);
    (void)rs_interrupts_add(store->interrupts, &store->interrupt);
}

/* Opens the folder in the store's mode: finds or makes it, takes the lock for deciding, sweeps
 * leftovers of dead processes, gets a database and a connection, and prepares what the mode
 * needs. */
static rsift_status open_in(rs_store *store, bool create, const rs_store_options *options,
                            rsift_error *err)
{
    int64_t n_columns;
    RS_TRY(find_folder(store, create, &n_columns, err));
    /* A new workspace, and an older one opened for deciding, first gets its zero-row files. Reading
     * must not write: for reading an older one is refused. */
    if (store->mode != RS_STORE_PARTS && n_columns < (int64_t)rs_store_n_columns() &&
        (n_columns < 0 || store->mode == RS_STORE_DECIDE))
        RS_TRY(create_with_parts_store(store, err));
    else if (rs_store_reads(store) && n_columns < (int64_t)rs_store_n_columns())
        return made_by_older(store, err);
    if (store->mode == RS_STORE_ASK) RS_TRY(make_absolute(store, err));
    RS_TRY(open_decide_lock(store, err));
    if (!rs_store_reads(store)) RS_TRY(rs_lock_sweep_tmp(store->dir.text, err));
    if (store->mode == RS_STORE_READ || store->mode == RS_STORE_DECIDE)
        store->reading = rs_lock_share(store->dir.text);
    /* the views are made from these files */
    if (store->mode != RS_STORE_PARTS) RS_TRY(prove_schema(store, err));
    RS_TRY(rs_instance_get(store, options, err));
    if (duckdb_connect(store->instance->db, &store->con) != DuckDBSuccess)
        return rs_err_nomem(err, "a connection to the database");
    add_interrupt(store, options);
    if (store->mode != RS_STORE_PARTS) {
        RS_TRY(rs_store_prove(store, err));
        RS_TRY(rs_views_connect(store, store->con, err));
        store->views_ready = true;
        return RSIFT_OK;
    }
    RS_TRY(rs_part_register(store->con, err));
    return bring_up_to_date(store, n_columns, err);
}

rsift_status rs_store_open(rs_str dir, rs_store_mode mode, bool create,
                           const rs_store_options *options, rs_store **out, rsift_error *err)
{
    *out = NULL;
    rs_store *store = rs_calloc(1, sizeof *store);
    if (!store) return rs_err_nomem(err, "a workspace");
    store->mode = mode;
    store->all_views =
        mode == RS_STORE_ASK || mode == RS_STORE_DECIDE || (options && options->lists_views);
    store->decide.fd = -1;
    store->reading.fd = -1;
    if (options && options->writing)
        memcpy(store->staged, options->writing->staged, sizeof store->staged);
    atomic_init(&store->n_parts, 0);
    rsift_status status = set_dir(store, dir, err);
    if (status == RSIFT_OK) status = open_in(store, create, options, err);
    if (status != RSIFT_OK) {
        rs_store_close(store);
        return status;
    }
    *out = store;
    return RSIFT_OK;
}

rsift_status rs_store_check(rs_str dir, rsift_error *err)
{
    rs_store *store = rs_calloc(1, sizeof *store); /* only for its path */
    if (!store) return rs_err_nomem(err, "a workspace");
    store->mode = RS_STORE_READ;
    int64_t n_columns = 0;
    rsift_status status = set_dir(store, dir, err);
    if (status == RSIFT_OK) status = find_folder(store, false, &n_columns, err);
    rs_free(store);
    return status;
}

rsift_status rs_store_prove(const rs_store *store, rsift_error *err)
{
    /* no release is exchanged meanwhile; the other modes hold the lock already */
    rs_lock reading = store->mode == RS_STORE_ASK ? rs_lock_share(store->dir.text) : RS_LOCK_NONE;
    rsift_status status =
        rs_proven_all(store->dir.text, store->instance->tmp.text, store->cancel, err);
    rs_lock_drop(&reading, false);
    return status == RSIFT_OK ? status : rs_err_within(err, status, "%s", store->dir.text);
}

size_t rs_store_leftovers(rs_str dir)
{
    rs_path path;
    return rs_path_set(&path, NULL, "%.*s", RS_STR_ARG(dir)) == RSIFT_OK
               ? rs_lock_count_dead(path.text)
               : 0;
}

bool rs_store_is_current(const rs_store *store)
{
    rs_path file;
    if (rs_path_set(&file, NULL, "%s/rsift.duckdb", store->dir.text) != RSIFT_OK) return true;
    const rs_file_mark now = rs_store_file_mark(file.text);
    return rs_file_mark_eq(&now, &store->instance->decisions);
}

uint64_t rs_store_parts_mark(const rs_store *store)
{
    rs_path path;
    uint64_t mark = 0;
    if (rs_path_set(&path, NULL, "%s/parts", store->dir.text) != RSIFT_OK) return 0;
    DIR *dir = opendir(path.text);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        /* a part appears by rename, which changes the time of its release's folder */
        if (entry->d_name[0] == '.' ||
            rs_path_set(&path, NULL, "%s/parts/%s", store->dir.text, entry->d_name) != RSIFT_OK)
            continue;
        const rs_file_mark each = rs_store_file_mark(path.text);
        rs_hasher h;
        rs_hash_start(&h);
        rs_hash_field(&h, rs_str_of(entry->d_name));
        rs_hash_u64(&h, each.inode);
        rs_hash_u64(&h, (uint64_t)each.seconds);
        rs_hash_u64(&h, (uint64_t)each.nanoseconds);
        mark += rs_hash_end(&h).lo; /* a sum: folders come in any order */
    }
    if (dir) (void)closedir(dir);
    return mark;
}

/* The copy that was decided on takes the position of rsift.duckdb. */
static rsift_status publish(rs_store *store, rsift_error *err)
{
    rs_path made;
    RS_TRY(rs_path_set(&made, err, "%s/rsift.duckdb", store->instance->tmp.text));
    /* After the checkpoint the file alone holds everything: its log is empty. */
    RS_TRY(rs_duck_run(store->con, "CHECKPOINT decisions", "writing rsift.duckdb", err));
    duckdb_disconnect(&store->con);
    rs_instance_close_database(store->instance);
    RS_TRY(rs_store_sync(made.text, err));
    return rs_decisions_replace(store, made.text, err);
}

void rs_store_close(rs_store *store)
{
    (void)rs_store_finish(store, NULL);
}

rsift_status rs_store_finish(rs_store *store, rsift_error *err)
{
    if (!store) return RSIFT_OK;
    rsift_status status = RSIFT_OK;
    /* before the connection goes: a cancel may be on its way to it */
    rs_interrupts_remove(store->interrupts, &store->interrupt);
    rs_interrupts_drop(store->interrupts);
    /* a failed decision leaves its transaction open */
    if (store->in_transaction)
        (void)rs_duck_run(store->con, "ROLLBACK", "closing the workspace", NULL);
    /* views_ready: the store was opened completely, so its copy is one to publish. The lock for
     * deciding is held until then, so that the next decider copies the new file. */
    if (store->mode == RS_STORE_DECIDE && store->views_ready) status = publish(store, err);
    if (store->con) duckdb_disconnect(&store->con);
    rs_instance_drop(store->instance);
    for (size_t i = 0; i < store->n_locks; i++) rs_lock_drop(&store->locks[i], false);
    rs_free(store->locks);
    rs_lock_drop(&store->decide, false);
    rs_lock_drop(&store->reading, false);
    rs_free(store);
    return status;
}

rs_str rs_store_dir(const rs_store *store)
{
    return rs_str_of(store->dir.text);
}

rsift_status rs_store_lock(rs_store *store, rs_str name, rsift_error *err)
{
    RS_TRY(rs_store_check_name("lock", name, err));
    if (!RS_VEC_RESERVE(store->locks, store->cap_locks, store->n_locks + 1))
        return rs_err_nomem(err, "a lock");
    rs_path path;
    char what[256];
    RS_TRY(rs_path_set(&path, err, "%s/locks/%.*s.lock", store->dir.text, RS_STR_ARG(name)));
    snprintf(what, sizeof what, "\"%.*s\"", RS_STR_ARG(name));
    /* Counted only once it is held: closing drops the counted ones. */
    RS_TRY(rs_lock_take(&store->locks[store->n_locks], path.text, what, err));
    store->n_locks++;
    return rs_lock_sweep_tmp(store->dir.text, err);
}

bool rs_store_is_locked(const rs_store *store, rs_str prefix, rs_str not_suffix)
{
    rs_path path;
    if (rs_path_set(&path, NULL, "%s/locks", store->dir.text) != RSIFT_OK) return false;
    DIR *dir = opendir(path.text);
    bool held = false;
    for (struct dirent *entry; dir && !held && (entry = readdir(dir)) != NULL;) {
        const rs_str name = rs_str_of(entry->d_name);
        if (!rs_str_starts(name, prefix)) continue;
        if (not_suffix.len && rs_str_ends(name, not_suffix)) continue;
        held =
            rs_path_set(&path, NULL, "%s/locks/%s", store->dir.text, entry->d_name) == RSIFT_OK &&
            rs_lock_is_held(path.text);
    }
    if (dir) (void)closedir(dir);
    return held;
}
