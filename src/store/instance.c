/* DuckDB instances. Stores of one process that read the same workspace in the same mode share one
 * instance, found by the folder's inode and by the rsift.duckdb that they attach. Questions from
 * outside (RS_STORE_ASK) have an instance of their own, because DuckDB's settings that keep files
 * out of reach are those of an instance. Stores that write have an instance each: one that decides
 * works on its own copy of rsift.duckdb (a database file that is written and opened twice in one
 * process corrupts silently); that of one that writes parts is asked only through stores that are
 * opened over it, since opening a database takes more CPU than the questions to a small workspace.
 *
 * The registry is the one mutable global of this room; it stands behind one mutex. */
#include "store/internal.h"

#include "base/alloc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static pthread_mutex_t registry_mutex = PTHREAD_MUTEX_INITIALIZER;
static rs_instance *registry;

/* ---- making ---------------------------------------------------------------------------------- */

static rsift_status own_tmp(rs_store *store, rs_instance *instance, rsift_error *err)
{
    rsift_error why = {0};
    rsift_status status = rs_lock_own_tmp(&instance->owner, store->dir.text, &instance->tmp, &why);
    if (status == RSIFT_OK) return RSIFT_OK;
    instance->owner.fd = -1;
    instance->tmp.text[0] = '\0';
    if (rs_store_reads(store)) return RSIFT_OK; /* a read-only disk can still be asked */
    if (err) *err = why;
    return status;
}

static rsift_status config_set(duckdb_config config, const char *name, const char *value,
                               rsift_error *err)
{
    if (duckdb_set_config(config, name, value) == DuckDBSuccess) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_UNSUPPORTED, "the database refuses the setting %s = %s", name,
                      value);
}

/* What does not fit into memory goes to disk: never more than half of what is free there. */
static rsift_status limit_spill(const char *folder, duckdb_config config, rsift_error *err)
{
    enum { MOST_MB = 64 << 10 };
    struct statvfs disk;
    uint64_t mb = MOST_MB;
    if (statvfs(folder, &disk) == 0) {
        const uint64_t half = (uint64_t)disk.f_bavail / 2 * disk.f_frsize >> 20;
        if (half < mb) mb = half > 0 ? half : 1;
    }
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64 "MB", mb);
    return config_set(config, "max_temp_directory_size", text, err);
}

/* Adds up the bytes of the files below a folder, `depth` folders deep, until they exceed the limit.
 * What cannot be read counts as nothing: opening it will say so. */
static int64_t bytes_below(int at, const char *name, int depth, int64_t limit)
{
    const int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (!dir) {
        if (fd >= 0) close(fd);
        return 0;
    }
    int64_t sum = 0;
    for (struct dirent *entry; sum <= limit && (entry = readdir(dir)) != NULL;) {
        struct stat st;
        if (entry->d_name[0] == '.' || fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (S_ISREG(st.st_mode)) sum += st.st_size;
        else if (S_ISDIR(st.st_mode) && depth > 0)
            sum += bytes_below(fd, entry->d_name, depth - 1, limit - sum);
    }
    (void)closedir(dir);
    return sum;
}

/* Threads that find nothing to do spin, and most of the tasks of a small workspace are that small:
 * a second thread then costs a third more CPU and wins nothing. 4 MB of parts are about 50,000
 * samples. */
static bool parts_are_small(const rs_store *store)
{
    enum { SMALL = 4 << 20 };
    rs_path parts, stage;
    if (rs_path_set(&parts, NULL, "%s/parts", store->dir.text) != RSIFT_OK ||
        rs_path_set(&stage, NULL, "%s/stage", store->dir.text) != RSIFT_OK)
        return false;
    const int64_t n = bytes_below(AT_FDCWD, parts.text, 2, SMALL);
    return n + bytes_below(AT_FDCWD, stage.text, 2, SMALL) <= SMALL;
}

/* How many threads the store's statements may use; 0 = all. *spared: one, since the parts are
 * small. */
static int threads_of(const rs_store *store, const rs_store_options *options, bool *spared)
{
    *spared = false;
    if (store->mode == RS_STORE_PARTS) return 1; /* the callers' threads are the threads */
    *spared = options && options->spare_threads && parts_are_small(store);
    if (*spared) return 1;
    return options ? options->threads : 0;
}

/* Sets what every instance has: no extensions from outside, the memory limit in MB (1,024 unless
 * given), the number of threads, and the folder that DuckDB spills into. */
static rsift_status configure(const rs_store *store, rs_instance *instance,
                              const rs_store_options *options, duckdb_config config,
                              rsift_error *err)
{
    static const char *const fixed[][2] = {
        {"autoinstall_known_extensions", "false"}, {"autoload_known_extensions", "false"},
        {"allow_community_extensions", "false"},   {"allow_persistent_secrets", "false"},
        {"preserve_insertion_order", "true"},
    };
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        RS_TRY(config_set(config, fixed[i][0], fixed[i][1], err));
    char text[32];
    int limit = options && options->memory_limit_mb > 0 ? options->memory_limit_mb : 1024;
    snprintf(text, sizeof text, "%dMB", limit);
    RS_TRY(config_set(config, "memory_limit", text, err));
    const int threads = threads_of(store, options, &instance->spared);
    if (threads > 0) {
        snprintf(text, sizeof text, "%d", threads);
        RS_TRY(config_set(config, "threads", text, err));
    }
    /* A workspace on a read-only disk has no folder of ours: DuckDB spills into the system's. */
    rs_path spill;
    if (instance->tmp.text[0]) {
        RS_TRY(rs_path_set(&spill, err, "%s/duckdb", instance->tmp.text));
    } else {
        const char *base = getenv("TMPDIR");
        RS_TRY(rs_path_set(&spill, err, "%s/rsift-duckdb-%ld", base && *base ? base : "/tmp",
                           (long)getpid()));
    }
    RS_TRY(config_set(config, "temp_directory", spill.text, err));
    return limit_spill(instance->tmp.text[0] ? instance->tmp.text : "/tmp", config, err);
}

/* DuckDB reads the system's limits while it opens, and ends the process without a descriptor. */
static rsift_status check_descriptor(rsift_error *err)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno != ENOENT) return rs_err_errno(err, errno, "cannot open the database");
    if (fd >= 0) close(fd);
    return RSIFT_OK;
}

static rsift_status open_database(rs_store *store, rs_instance *instance,
                                  const rs_store_options *options, rsift_error *err)
{
    RS_TRY(rs_duckdb_load(err));
    duckdb_config config = NULL;
    if (duckdb_create_config(&config) != DuckDBSuccess) return rs_err_nomem(err, "the database");
    rsift_status status = configure(store, instance, options, config, err);
    if (status == RSIFT_OK) status = check_descriptor(err);
    char *message = NULL;
    if (status == RSIFT_OK &&
        duckdb_open_ext(NULL, &instance->db, config, &message) != DuckDBSuccess) {
        status = rs_duck_fail(err, DUCKDB_ERROR_IO, message, "opening the database");
        duckdb_free(message);
    }
    duckdb_destroy_config(&config);
    return status;
}

static void destroy(rs_instance *instance)
{
    /* The database first, since its spill lies in tmp; the lock last, since it keeps tmp from being
     * swept by another process. */
    if (instance->db) duckdb_close(&instance->db);
    if (instance->tmp.text[0]) (void)rs_store_remove_tree(instance->tmp.text, NULL);
    rs_lock_drop(&instance->owner, true);
    rs_free(instance);
}

static rsift_status make(rs_store *store, const rs_store_options *options, rs_instance **out,
                         rsift_error *err)
{
    rs_instance *instance = rs_calloc(1, sizeof *instance);
    if (!instance) return rs_err_nomem(err, "the database");
    instance->mode = store->mode;
    instance->owner.fd = -1;
    atomic_init(&instance->n_refs, 1);
    rsift_status status = own_tmp(store, instance, err);
    if (status == RSIFT_OK) status = open_database(store, instance, options, err);
    if (status != RSIFT_OK) {
        destroy(instance);
        return status;
    }
    *out = instance;
    return RSIFT_OK;
}

/* ---- sharing --------------------------------------------------------------------------------- */

/* Does the instance read the folder of `st` as the store would: in its mode, with these decisions,
 * and with more than one thread where the parts have grown? */
static bool serves(const rs_instance *instance, const rs_store *store, const struct stat *st,
                   const rs_file_mark *decisions)
{
    return instance->mode == store->mode && instance->device == (uint64_t)st->st_dev &&
           instance->inode == (uint64_t)st->st_ino &&
           rs_file_mark_eq(&instance->decisions, decisions) &&
           (!instance->spared || parts_are_small(store));
}

/* The instance that reads this folder in this mode with these decisions, or a new one. */
static rsift_status get_shared(rs_store *store, const rs_store_options *options, rsift_error *err)
{
    struct stat st;
    rs_path file;
    if (stat(store->dir.text, &st) != 0)
        return rs_err_errno(err, errno, "cannot open folder %s", store->dir.text);
    RS_TRY(rs_path_set(&file, err, "%s/rsift.duckdb", store->dir.text));
    /* The mark is part of the key: decisions published since then need a new instance, while stores
     * that are open keep the one that they began with. */
    const rs_file_mark decisions = rs_store_file_mark(file.text);
    rs_instance *found = registry;
    while (found && !serves(found, store, &st, &decisions)) found = found->next;
    if (found) {
        atomic_fetch_add(&found->n_refs, 1);
        store->instance = found;
        return RSIFT_OK;
    }
    rs_instance *instance;
    RS_TRY(make(store, options, &instance, err));
    instance->device = (uint64_t)st.st_dev;
    instance->inode = (uint64_t)st.st_ino;
    instance->decisions = decisions;
    instance->next = registry;
    registry = instance;
    store->instance = instance;
    return RSIFT_OK;
}

static rsift_status make_missing(const rs_store *store, duckdb_connection con, uint32_t views,
                                 rsift_error *err)
{
    if (!store->instance->ready) RS_TRY(rs_views_make(store, con, err));
    store->instance->ready = true;
    views &= ~store->instance->made;
    return views ? rs_views_make_some(store, con, views, err) : RSIFT_OK;
}

/* Under the mutex too: no second store may see half of it. */
static rsift_status make_ready(const rs_store *store, uint32_t views, rsift_error *err)
{
    if (store->instance->ready && (views & ~store->instance->made) == 0) return RSIFT_OK;
    duckdb_connection con = NULL;
    if (duckdb_connect(store->instance->db, &con) != DuckDBSuccess)
        return rs_err_nomem(err, "a connection to the database");
    rsift_status status = make_missing(store, con, views, err);
    duckdb_disconnect(&con);
    return status;
}

static uint32_t views_at_once(const rs_store *store)
{
    return store->all_views ? RS_VIEWS_ALL : 0;
}

rsift_status rs_instance_make_ready(const rs_store *store, rsift_error *err)
{
    pthread_mutex_lock(&registry_mutex);
    const rsift_status status = make_ready(store, views_at_once(store), err);
    pthread_mutex_unlock(&registry_mutex);
    return status;
}

rsift_status rs_instance_make_views(const rs_store *store, rs_str sql, rsift_error *err)
{
    if (store->all_views) return RSIFT_OK;
    const uint32_t named = rs_views_named(sql);
    pthread_mutex_lock(&registry_mutex);
    const rsift_status status = make_ready(store, named, err);
    pthread_mutex_unlock(&registry_mutex);
    return status;
}

/* The instance of the store that writes. Its one thread is enough for COPY; once the parts have
 * grown, questions get as many as an instance of their own would have. */
static rsift_status get_of_writer(rs_store *store, const rs_store_options *options,
                                  rsift_error *err)
{
    store->instance = options->writing->instance;
    rs_instance_keep(store->instance);
    RS_TRY(rs_instance_make_ready(store, err));
    bool spared;
    const int threads = threads_of(store, options, &spared);
    if (spared || threads <= 1) return RSIFT_OK;
    duckdb_connection con = NULL;
    if (duckdb_connect(store->instance->db, &con) != DuckDBSuccess)
        return rs_err_nomem(err, "a connection to the database");
    char sql[64];
    snprintf(sql, sizeof sql, "SET threads = %d", threads);
    const rsift_status status = rs_duck_run(con, sql, "opening the workspace", err);
    duckdb_disconnect(&con);
    return status;
}

rsift_status rs_instance_get(rs_store *store, const rs_store_options *options, rsift_error *err)
{
    if (options && options->writing) return get_of_writer(store, options, err);
    if (!rs_store_reads(store)) {
        /* An instance that writes is private: it never enters the registry. */
        RS_TRY(make(store, options, &store->instance, err));
        return store->mode == RS_STORE_DECIDE ? make_ready(store, RS_VIEWS_ALL, err) : RSIFT_OK;
    }
    pthread_mutex_lock(&registry_mutex);
    rsift_status status = get_shared(store, options, err);
    if (status == RSIFT_OK) status = make_ready(store, views_at_once(store), err);
    pthread_mutex_unlock(&registry_mutex);
    return status;
}

void rs_instance_keep(rs_instance *instance)
{
    atomic_fetch_add(&instance->n_refs, 1);
}

void rs_instance_close_database(rs_instance *instance)
{
    RS_ASSERT(atomic_load(&instance->n_refs) == 1);
    if (instance->db) duckdb_close(&instance->db);
}

void rs_instance_drop(rs_instance *instance)
{
    if (!instance) return;
    pthread_mutex_lock(&registry_mutex);
    bool last = atomic_fetch_sub(&instance->n_refs, 1) == 1;
    if (last) {
        rs_instance **at = &registry;
        while (*at && *at != instance) at = &(*at)->next;
        if (*at) *at = instance->next;
        destroy(instance); /* still under the mutex: nobody may open the file meanwhile */
    }
    pthread_mutex_unlock(&registry_mutex);
}
