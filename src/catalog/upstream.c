/* See upstream.h. */
#include "catalog/upstream.h"

#include "base/num.h"
#include "catalog/table.h"
#include "catalog/words.h"

#include <inttypes.h>
#include <stdio.h>

static const char FILE_NAME[] = "catalog/upstream.csv";

enum { NAME, SECTION, YEAR, VENUE, PAPER, LINK, LAYOUT_FROM, DOWNLOAD, NOTE, N_COLUMNS };
static const char *const columns[N_COLUMNS] = {"name", "section",     "year",     "venue", "paper",
                                               "link", "layout_from", "download", "note"};

typedef struct reading {
    rs_catalog_table table;
    rs_arena *arena;
    rs_upstream *rows;
    size_t n, cap;
} reading;

static rsift_status read_layout(const reading *r, rs_str field, rs_layout_from *out,
                                rsift_error *err)
{
    for (int v = RS_LAYOUT_UNSTATED; v <= RS_LAYOUT_RECORDS; v++) {
        if (!rs_str_eq(field, rs_str_of(rs_catalog_layout_from_name((rs_layout_from)v)))) continue;
        *out = (rs_layout_from)v;
        return RSIFT_OK;
    }
    return rs_catalog_table_wrong(&r->table, LAYOUT_FROM, field, "paper, code, records or nothing",
                                  err);
}

static bool is_link(rs_str text)
{
    return rs_str_starts(text, RS_STR("https://")) || rs_str_starts(text, RS_STR("http://"));
}

static rsift_status add_row(void *state, const rs_str *fields, rsift_error *err)
{
    reading *r = state;
    rs_upstream row = {.name = fields[NAME],
                       .section = fields[SECTION],
                       .venue = fields[VENUE],
                       .paper = fields[PAPER],
                       .link = fields[LINK],
                       .download = fields[DOWNLOAD],
                       .note = fields[NOTE]};
    if (!row.name.len) return rs_catalog_table_wrong(&r->table, NAME, row.name, "a text", err);
    if (!row.section.len)
        return rs_catalog_table_wrong(&r->table, SECTION, row.section, "a text", err);
    if (!rs_num_i64(fields[YEAR], &row.year))
        return rs_catalog_table_wrong(&r->table, YEAR, fields[YEAR], "a year", err);
    for (size_t i = PAPER; i <= LINK; i++)
        if (fields[i].len && !is_link(fields[i]))
            return rs_catalog_table_wrong(&r->table, i, fields[i], "a link or nothing", err);
    RS_TRY(read_layout(r, fields[LAYOUT_FROM], &row.layout_from, err));
    if (!rs_arena_grow(r->arena, (void **)&r->rows, &r->cap, r->n + 1, sizeof *r->rows))
        return rs_err_nomem(err, "the upstream list");
    r->rows[r->n++] = row;
    return RSIFT_OK;
}

rsift_status rs_upstream_parse(rs_arena *arena, rs_str file, rs_str bytes, const rs_upstream **rows,
                               size_t *n, rsift_error *err)
{
    reading r = {
        .table = {.file = file, .columns = columns, .n_columns = N_COLUMNS, .add = add_row},
        .arena = arena};
    r.table.state = &r;
    RS_TRY(rs_catalog_table_read(&r.table, arena, bytes, err));
    *rows = r.rows;
    *n = r.n;
    return RSIFT_OK;
}

static bool has_record(const rs_catalog *catalog, rs_str name)
{
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(catalog, i);
        if (rs_str_eq_nocase(d->name, name) || rs_str_eq_nocase(d->id, name)) return true;
    }
    return false;
}

rsift_status rs_upstream_load(rs_arena *arena, const rs_catalog *catalog, const rs_upstream **rows,
                              size_t *n, rsift_error *err)
{
    const rs_upstream *all;
    size_t n_all;
    RS_TRY(rs_upstream_parse(arena, rs_str_of(FILE_NAME), rs_catalog_table_bytes(FILE_NAME), &all,
                             &n_all, err));
    rs_upstream *left = rs_arena_calloc(arena, n_all + 1, sizeof *left);
    if (!left) return rs_err_nomem(err, "the upstream list");
    *n = 0;
    for (size_t i = 0; i < n_all; i++)
        if (!has_record(catalog, all[i].name)) left[(*n)++] = all[i];
    *rows = left;
    return RSIFT_OK;
}

bool rs_upstream_has(const rs_upstream *row, rs_str words)
{
    char year[24];
    snprintf(year, sizeof year, "%" PRId64, row->year);
    bool any = false;
    for (rs_str rest = words, word; rs_str_split(&rest, ' ', &word);) {
        if (!word.len) continue;
        any = true;
        if (!rs_catalog_has_word(row->name, word) && !rs_catalog_has_word(row->section, word) &&
            !rs_catalog_has_word(row->venue, word) && !rs_catalog_has_word(row->download, word) &&
            !rs_catalog_has_word(row->note, word) && !rs_str_eq(rs_str_of(year), word))
            return false;
    }
    return any;
}
