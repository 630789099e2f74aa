/* Split lists: lines, one column of a CSV, or CoOp's JSON. A list is a set of keys per split; three
 * maps (by path, name, stem) lead from a key to a chain of entries, one for each split it is in. */
#include "release/splits.h"

#include "base/alloc.h"
#include "base/map.h"
#include "base/num.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "io/io.h"

typedef struct entry {
    uint32_t split; /* index into splits */
    uint32_t next;  /* same key; UINT32_MAX ends */
} entry;

struct rs_split_lists {
    rs_arena arena;
    rs_strmap keys[3]; /* by rs_split_key */
    uint32_t *heads[3];
    size_t cap_heads[3];
    entry *entries;
    size_t n, cap;
    rs_split *splits;
    size_t n_splits, cap_splits;
};

/* The number of the split (scheme, name), which is added when it is new. */
static rsift_status split_number(rs_split_lists *lists, rs_str scheme, rs_str name, uint32_t *out,
                                 rsift_error *err)
{
    for (size_t i = 0; i < lists->n_splits; i++) {
        if (!rs_str_eq(lists->splits[i].scheme, scheme) || !rs_str_eq(lists->splits[i].name, name))
            continue;
        *out = (uint32_t)i;
        return RSIFT_OK;
    }
    if (!RS_VEC_RESERVE(lists->splits, lists->cap_splits, lists->n_splits + 1))
        return rs_err_nomem(err, "split lists");
    rs_split split = {rs_arena_str(&lists->arena, scheme), rs_arena_str(&lists->arena, name)};
    if (!split.scheme.ptr || !split.name.ptr) return rs_err_nomem(err, "split lists");
    *out = (uint32_t)lists->n_splits;
    lists->splits[lists->n_splits++] = split;
    return RSIFT_OK;
}

/* Puts a key of a list into a split; keys that stand twice are one. */
static rsift_status add_key(rs_split_lists *lists, rs_split_key kind, rs_str key, uint32_t split,
                            rsift_error *err)
{
    key = rs_str_trim(key);
    if (key.len == 0) return RSIFT_OK;
    /* lists of names and stems spell folders in front that say nothing about membership */
    if (kind != RS_SPLIT_KEY_PATH) key = rs_str_basename(key);
    bool made;
    size_t at = rs_strmap_put(&lists->keys[kind], key, &made);
    if (at == RS_NPOS || !RS_VEC_RESERVE(lists->heads[kind], lists->cap_heads[kind], at + 1) ||
        !RS_VEC_RESERVE(lists->entries, lists->cap, lists->n + 1))
        return rs_err_nomem(err, "split lists");
    /* a picture is in few splits: the chain is short enough to be searched for a repeat */
    uint32_t next = made ? UINT32_MAX : lists->heads[kind][at];
    for (uint32_t i = next; i != UINT32_MAX; i = lists->entries[i].next)
        if (lists->entries[i].split == split) return RSIFT_OK;
    lists->entries[lists->n] = (entry){split, next};
    lists->heads[kind][at] = (uint32_t)lists->n++;
    return RSIFT_OK;
}

/* One key a line. */
static rsift_status load_lines(rs_split_lists *lists, const rs_catalog_split_list *list,
                               rs_str text, rsift_error *err)
{
    uint32_t split;
    RS_TRY(split_number(lists, list->scheme, list->name, &split, err));
    rs_str line;
    while (rs_str_line(&text, &line)) RS_TRY(add_key(lists, list->key, line, split, err));
    return RSIFT_OK;
}

/* A column by number, or by its name in the first row. */
static rsift_status find_column(rs_str wanted, const rs_str *fields, size_t n, size_t *column,
                                bool *named, rsift_error *err)
{
    int64_t number;
    *named = false;
    *column = 0;
    if (wanted.len == 0) return RSIFT_OK;
    if (rs_num_i64(wanted, &number)) { /* counted from 0 */
        *column = number < 0 ? 0 : (size_t)number;
        return RSIFT_OK;
    }
    *named = true; /* so the first row is a header, not a key */
    for (; *column < n; ++*column)
        if (rs_str_eq(rs_str_trim(fields[*column]), wanted)) return RSIFT_OK;
    char quoted[RS_QUOTE_SIZE];
    return rs_err_set(err, RSIFT_E_FORMAT, "no column \"%s\" in the first row",
                      rs_err_quote(quoted, wanted));
}

/* One key a row, in the column that the list names; without a name it is the first. */
static rsift_status load_rows(rs_split_lists *lists, const rs_catalog_split_list *list, rs_csv *csv,
                              rs_arena *scratch, rsift_error *err)
{
    uint32_t split;
    rs_str *fields;
    size_t n, column = 0;
    int64_t offset;
    bool first = true;
    rsift_status status;
    RS_TRY(split_number(lists, list->scheme, list->name, &split, err));
    while ((status = rs_csv_next(csv, scratch, &fields, &n, &offset, err)) == RSIFT_OK) {
        bool header = false;
        /* short rows have no key: they are passed over like empty lines */
        if (first) RS_TRY(find_column(list->column, fields, n, &column, &header, err));
        first = false;
        if (!header && column < n) RS_TRY(add_key(lists, list->key, fields[column], split, err));
        rs_arena_reset(scratch);
    }
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Opens a CSV member and reads its rows; the file may be of any size. */
static rsift_status load_csv(rs_split_lists *lists, const rs_catalog_split_list *list,
                             const rs_io_tree *tree, size_t member, rsift_error *err)
{
    rs_io_stream *stream;
    RS_TRY(rs_io_open(tree, member, &stream, err));
    rs_csv csv = {.source = rs_io_source(stream)};
    rs_arena scratch = {0};
    const rsift_status status = load_rows(lists, list, &csv, &scratch, err);
    rs_arena_fini(&scratch);
    rs_csv_fini(&csv);
    rs_io_close(stream);
    return status;
}

/* CoOp's {"train": [[path, label, class], ...], "val": ...}: the file names its splits itself. */
static rsift_status load_coop(rs_split_lists *lists, const rs_catalog_split_list *list, rs_str text,
                              const rsift_limits *limits, rs_arena *scratch, rsift_error *err)
{
    const rs_json *root;
    RS_TRY(rs_json_parse(scratch, text, limits, &root, err));
    rs_json_iter names = rs_json_each(root);
    rs_str name;
    for (const rs_json *rows; (rows = rs_json_next(&names, &name));) {
        uint32_t split;
        RS_TRY(split_number(lists, list->scheme, name, &split, err));
        rs_json_iter it = rs_json_each(rows);
        for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
            rs_json_iter cells = rs_json_each(row);
            rs_str key = rs_json_str(rs_json_next(&cells, NULL));
            if (key.ptr) RS_TRY(add_key(lists, list->key, key, split, err));
        }
    }
    return RSIFT_OK;
}

/* All files of one list; a file that is not here is no error, its pictures are in no split. */
static rsift_status load_list(rs_split_lists *lists, const rs_catalog_split_list *list,
                              const rs_io_tree *tree, rs_texts paths, const rsift_limits *limits,
                              rsift_error *err)
{
    rs_arena scratch = {0};
    rs_catalog_selection found;
    rsift_status status =
        rs_catalog_select(&scratch, (rs_texts){&list->file, 1}, paths, &found, err);
    for (size_t i = 0; status == RSIFT_OK && i < found.n; i++) {
        rs_str text;
        /* a CSV may be of any size and is read row by row; the other two are read at once */
        if (list->format == RS_SPLIT_CSV) {
            status = load_csv(lists, list, tree, found.members[i], err);
        } else {
            status = rs_io_slurp(tree, found.members[i], &scratch, &text, err);
            if (status == RSIFT_OK && list->format == RS_SPLIT_COOP)
                status = load_coop(lists, list, text, limits, &scratch, err);
            else if (status == RSIFT_OK) status = load_lines(lists, list, text, err);
        }
        if (status != RSIFT_OK)
            rs_err_within(err, status, "%.*s",
                          RS_STR_ARG(rs_io_member_at(tree, found.members[i])->chain));
    }
    rs_arena_fini(&scratch);
    return status;
}

rsift_status rs_split_lists_load(const rs_io_tree *tree, const rs_catalog_release *release,
                                 rs_texts paths, const rsift_limits *limits, rs_split_lists **out,
                                 rsift_error *err)
{
    *out = NULL;
    if (release->splits.n == 0) return RSIFT_OK;
    rs_split_lists *lists = rs_calloc(1, sizeof *lists);
    if (!lists) return rs_err_nomem(err, "split lists");
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < release->splits.n; i++)
        status = load_list(lists, &release->splits.items[i], tree, paths, limits, err);
    if (status != RSIFT_OK || lists->n == 0) {
        rs_split_lists_free(lists);
        return status;
    }
    *out = lists;
    return RSIFT_OK;
}

void rs_split_lists_free(rs_split_lists *lists)
{
    if (!lists) return;
    for (int i = 0; i < 3; i++) {
        rs_strmap_fini(&lists->keys[i]);
        rs_free(lists->heads[i]);
    }
    rs_free(lists->entries);
    rs_free(lists->splits);
    rs_arena_fini(&lists->arena);
    rs_free(lists);
}

/* Where found splits are appended. */
typedef struct split_array {
    rs_arena *arena;
    rs_split **splits;
    size_t *n;
} split_array;

/* Appends the splits of one key. */
static rsift_status append_splits(const rs_split_lists *lists, rs_split_key kind, rs_str key,
                                  const split_array *out, rsift_error *err)
{
    size_t *n = out->n;
    size_t at = rs_strmap_get(&lists->keys[kind], key);
    if (at == RS_NPOS) return RSIFT_OK;
    size_t found = 0;
    for (uint32_t i = lists->heads[kind][at]; i != UINT32_MAX; i = lists->entries[i].next) found++;
    rs_split *bigger = rs_arena_alloc(out->arena, (*n + found) * sizeof *bigger);
    if (!bigger) return rs_err_nomem(err, "splits");
    if (*n) memcpy(bigger, *out->splits, *n * sizeof *bigger);
    for (uint32_t i = lists->heads[kind][at]; i != UINT32_MAX; i = lists->entries[i].next)
        bigger[(*n)++] = lists->splits[lists->entries[i].split];
    *out->splits = bigger;
    return RSIFT_OK;
}

rsift_status rs_split_lists_find(const rs_split_lists *lists, rs_arena *arena, rs_str picture,
                                 rs_split **splits, size_t *n, rsift_error *err)
{
    const split_array out = {arena, splits, n};
    rs_str name = rs_str_basename(picture);
    RS_TRY(append_splits(lists, RS_SPLIT_KEY_STEM, rs_str_stem(picture), &out, err));
    RS_TRY(append_splits(lists, RS_SPLIT_KEY_NAME, name, &out, err));
    /* a list may give paths below any folder of the release: every tail of the path is tried */
    for (rs_str tail = picture;;) {
        RS_TRY(append_splits(lists, RS_SPLIT_KEY_PATH, tail, &out, err));
        size_t slash = rs_str_find_char(tail, '/');
        if (slash == RS_NPOS) return RSIFT_OK;
        tail = rs_str_sub(tail, slash + 1, tail.len);
    }
}
