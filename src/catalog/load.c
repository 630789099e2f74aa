/* Records from the program and from overlay folders into one immutable catalogue. */
#include "catalog/expand.h"
#include "catalog/schema.h"

#include "base/alloc.h"
#include "base/embedded.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_RECORDS = 4096, MAX_FILE = 4 << 20 };

struct rs_catalog {
    rs_arena arena;
    rs_catalog_dataset *datasets;
    size_t n, cap;
};

/* 1 to 64 of a-z, 0-9 and '-', which does not come first: safe in file names and SQL. */
static bool id_is_fine(rs_str id)
{
    if (id.len == 0 || id.len > 64) return false;
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && i > 0)))
            return false;
    }
    return true;
}

/* What no table of fields can state: the id, the file's name, the default evidence, and that
 * `reads` and `releases` agree. */
static rsift_status check(rs_decoder *d, const rs_yaml *root, const rs_catalog_dataset *dataset)
{
    const rs_yaml *id = rs_yaml_get(root, "id");
    if (!id_is_fine(dataset->id)) return rs_decode_expected(d, id, "an id of a-z, 0-9 and -");
    if (!rs_str_eq(rs_str_stem(d->file), dataset->id))
        return rs_decode_expected(d, id, "the id that the file is named after");
    const rs_yaml *evidence = rs_yaml_get(root, "evidence");
    if (!rs_yaml_get(evidence, "default"))
        return rs_decode_expected(d, evidence, "the key `default` in evidence");
    /* The other way round, a release and `no`, is for the test of the records and `catalog check`:
     * it hides a dataset and claims nothing. */
    const rs_reads how = dataset->reads.how;
    if ((how == RS_READS_FULL || how == RS_READS_PARTLY) && !rs_catalog_is_read(dataset))
        return rs_decode_expected(d, rs_yaml_get(root, "reads"),
                                  "\"no: ...\" of a record without a source");
    return RSIFT_OK;
}

rsift_status rs_catalog_parse(rs_arena *arena, rs_str file, rs_str bytes, rs_catalog_dataset *out,
                              rsift_error *err)
{
    *out = (rs_catalog_dataset){.sizes = {.images = -1, .samples = -1, .bytes = -1}};
    rs_decoder decoder = {.arena = arena, .file = rs_arena_str(arena, file), .err = err};
    rs_str copy = rs_arena_str(arena, bytes);
    if (!decoder.file.ptr || !copy.ptr) return rs_err_nomem(err, "the catalogue");
    rsift_limits limits = rsift_limits_default();
    limits.max_depth = 32; /* far above what the schema needs */
    rs_yaml *root;
    /* The tree stays in the record's arena too: its unescaped texts are the record's. */
    rsift_status st = rs_yaml_parse(arena, decoder.file, copy, &limits, &root, err);
    if (st == RSIFT_OK) st = rs_decode_map(&decoder, root, rs_catalog_dataset_fields, out);
    if (st == RSIFT_OK) st = check(&decoder, root, out);
    if (st == RSIFT_OK) st = rs_catalog_fill_classes(&decoder, out);
    out->file = decoder.file;
    return st;
}

/* Adds a record, or replaces the one of the same id: overlays come after the built-in records. */
static rsift_status add(rs_catalog *catalog, rs_str file, rs_str bytes, rsift_error *err)
{
    rs_catalog_dataset dataset;
    RS_TRY(rs_catalog_parse(&catalog->arena, file, bytes, &dataset, err));
    for (size_t i = 0; i < catalog->n; i++) {
        if (!rs_str_eq(catalog->datasets[i].id, dataset.id)) continue;
        catalog->datasets[i] = dataset;
        return RSIFT_OK;
    }
    if (catalog->n >= MAX_RECORDS)
        return rs_err_set(err, RSIFT_E_LIMIT, "expected at most %d records", MAX_RECORDS);
    if (!rs_arena_grow(&catalog->arena, (void **)&catalog->datasets, &catalog->cap, catalog->n + 1,
                       sizeof *catalog->datasets))
        return rs_err_nomem(err, "the catalogue");
    catalog->datasets[catalog->n++] = dataset;
    return RSIFT_OK;
}

/* The records that the program carries. */
static rsift_status add_embedded(rs_catalog *catalog, rsift_error *err)
{
    for (size_t i = 0; i < rs_n_embedded_files; i++) {
        const rs_embedded *file = &rs_embedded_files[i];
        rs_str name = rs_str_of(file->name);
        if (!rs_str_starts(name, RS_STR("catalog/")) || !rs_str_ends(name, RS_STR(".yaml")))
            continue;
        RS_TRY(add(catalog, name, rs_str_make((const char *)file->data, file->len), err));
    }
    return RSIFT_OK;
}

/* ---- overlays --------------------------------------------------------------------------- */

/* A FIFO would wait for its writer, a device for anything. */
static rsift_status open_record(const char *path, FILE **file, rsift_error *err)
{
    struct stat st;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return rs_err_errno(err, errno, "cannot open %s", path);
    const bool is_file = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    *file = is_file ? fdopen(fd, "rb") : NULL;
    if (*file) return RSIFT_OK;
    const int reason = errno;
    (void)close(fd);
    return is_file ? rs_err_errno(err, reason, "cannot open %s", path)
                   : rs_err_set(err, RSIFT_E_ARG, "%.200s is not a regular file", path);
}

/* The bytes of a record's file; the caller frees them, also after an error. */
static rsift_status read_file(const char *path, char **out, size_t *n_out, rsift_error *err)
{
    FILE *file;
    RS_TRY(open_record(path, &file, err));
    rsift_status st = RSIFT_OK;
    char *bytes = *out = rs_alloc(MAX_FILE + 1);
    if (!bytes) {
        st = rs_err_nomem(err, "a catalogue record");
        goto done;
    }
    size_t n = *n_out = fread(bytes, 1, MAX_FILE + 1, file); /* one byte more shows the limit */
    if (ferror(file)) {
        st = rs_err_errno(err, errno, "cannot read %s", path);
        goto done;
    }
    if (n > MAX_FILE) {
        rs_err_set(err, RSIFT_E_LIMIT, "expected at most %d bytes", MAX_FILE);
        st = rs_err_within(err, RSIFT_E_LIMIT, "%s:1:1", path);
        goto done;
    }
done:
    fclose(file);
    return st;
}

/* One record of an overlay folder. */
static rsift_status add_file(rs_catalog *catalog, const char *path, rsift_error *err)
{
    char *bytes = NULL;
    size_t n = 0;
    rsift_status st = read_file(path, &bytes, &n, err);
    if (st == RSIFT_OK) st = add(catalog, rs_str_of(path), rs_str_make(bytes, n), err);
    rs_free(bytes);
    return st;
}

rsift_status rs_catalog_parse_file(rs_arena *arena, const char *path, rs_catalog_dataset *out,
                                   rsift_error *err)
{
    char *bytes = NULL;
    size_t n = 0;
    rsift_status st = read_file(path, &bytes, &n, err);
    if (st == RSIFT_OK)
        st = rs_catalog_parse(arena, rs_str_of(path), rs_str_make(bytes, n), out, err);
    rs_free(bytes);
    return st;
}

static int by_bytes(const void *a, const void *b)
{
    return rs_str_cmp(*(const rs_str *)a, *(const rs_str *)b);
}

/* The *.yaml files of a folder in the order of their names, so that which record replaces which
 * does not depend on the file system. */
static rsift_status list_dir(rs_arena *arena, const char *dir, rs_str **out, size_t *n,
                             rsift_error *err)
{
    DIR *handle = opendir(dir);
    if (!handle) return rs_err_errno(err, errno, "cannot open the catalogue folder %s", dir);
    rsift_status st = RSIFT_OK;
    size_t cap = 0;
    *out = NULL;
    *n = 0;
    const struct dirent *entry; /* hidden files and other extensions are passed over */
    while (st == RSIFT_OK && (entry = readdir(handle)) != NULL) {
        rs_str name = rs_str_of(entry->d_name);
        if (!rs_str_ends(name, RS_STR(".yaml")) || name.ptr[0] == '.') continue;
        if (*n >= MAX_RECORDS)
            st = rs_err_set(err, RSIFT_E_LIMIT, "more than %d records in %s", MAX_RECORDS, dir);
        else if (!rs_arena_grow(arena, (void **)out, &cap, *n + 1, sizeof **out) ||
                 !((*out)[*n] = rs_arena_printf(arena, "%s/%s", dir, entry->d_name)).ptr)
            st = rs_err_nomem(err, "the catalogue");
        else ++*n;
    }
    closedir(handle);
    if (st == RSIFT_OK && *n > 1) qsort(*out, *n, sizeof **out, by_bytes);
    return st;
}

static rsift_status add_overlay(rs_catalog *catalog, const char *dir, rsift_error *err)
{
    rs_str *paths = NULL;
    size_t n = 0;
    RS_TRY(list_dir(&catalog->arena, dir, &paths, &n, err));
    for (size_t i = 0; i < n; i++) RS_TRY(add_file(catalog, paths[i].ptr, err));
    return RSIFT_OK;
}

static int by_id(const void *a, const void *b)
{
    return rs_str_cmp(((const rs_catalog_dataset *)a)->id, ((const rs_catalog_dataset *)b)->id);
}

rsift_status rs_catalog_load(const char *const *overlay_dirs, size_t n_dirs, rs_catalog **out,
                             rsift_error *err)
{
    *out = NULL;
    rs_catalog *catalog = rs_calloc(1, sizeof *catalog);
    if (!catalog) return rs_err_nomem(err, "the catalogue");
    rsift_status st = add_embedded(catalog, err);
    for (size_t i = 0; i < n_dirs && st == RSIFT_OK; i++)
        st = add_overlay(catalog, overlay_dirs[i], err);
    if (st != RSIFT_OK) {
        rs_catalog_close(catalog);
        return st;
    }
    /* in the order of ids: rs_catalog_find searches by halves */
    if (catalog->n > 1) qsort(catalog->datasets, catalog->n, sizeof *catalog->datasets, by_id);
    *out = catalog;
    return RSIFT_OK;
}

void rs_catalog_close(rs_catalog *catalog)
{
    if (!catalog) return;
    rs_arena_fini(&catalog->arena);
    rs_free(catalog);
}

/* ---- looking up ------------------------------------------------------------------------- */

size_t rs_catalog_n(const rs_catalog *catalog)
{
    return catalog->n;
}

const rs_catalog_dataset *rs_catalog_at(const rs_catalog *catalog, size_t i)
{
    return i < catalog->n ? &catalog->datasets[i] : NULL;
}

const rs_catalog_dataset *rs_catalog_find(const rs_catalog *catalog, rs_str id)
{
    size_t low = 0, high = catalog->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = rs_str_cmp(catalog->datasets[middle].id, id);
        if (order == 0) return &catalog->datasets[middle];
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return NULL;
}

rs_str rs_catalog_suggest(const rs_catalog *catalog, rs_str id)
{
    rs_str best = {0};
    size_t least = 4; /* three edits are a typo, four another name */
    for (size_t i = 0; i < catalog->n; i++)
        if (rs_str_nearer(id, catalog->datasets[i].id, &least)) best = catalog->datasets[i].id;
    return best;
}
