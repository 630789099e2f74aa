/* See table.h. */
#include "catalog/table.h"

#include "base/embedded.h"
#include "codec/csv.h"

#include <inttypes.h>

rsift_status rs_catalog_table_wrong(const rs_catalog_table *table, size_t column, rs_str field,
                                    const char *expected, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    return rs_err_set(err, RSIFT_E_FORMAT, "%s: expected %s, found \"%s\"", table->columns[column],
                      expected, rs_err_quote(quoted, field));
}

static rsift_status check_header(const rs_catalog_table *table, const rs_str *fields, size_t n,
                                 rsift_error *err)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (i >= n || !rs_str_eq(fields[i], rs_str_of(table->columns[i])))
            return rs_err_set(err, RSIFT_E_FORMAT, "expected \"%s\" as column %zu",
                              table->columns[i], i + 1);
    return RSIFT_OK;
}

static rsift_status read_rows(const rs_catalog_table *table, rs_csv *csv, rs_arena *arena,
                              rsift_error *err)
{
    rs_str *fields;
    size_t n;
    int64_t offset;
    bool header = true;
    rsift_status status;
    while ((status = rs_csv_next(csv, arena, &fields, &n, &offset, err)) == RSIFT_OK) {
        if (header) status = check_header(table, fields, n, err);
        else if (n != table->n_columns)
            status = rs_err_set(err, RSIFT_E_FORMAT, "expected %zu fields, found %zu",
                                table->n_columns, n);
        else status = table->add(table->state, fields, err);
        if (status != RSIFT_OK) return rs_err_within(err, status, "line %" PRId64, csv->line);
        header = false;
    }
    if (status == RSIFT_END && header)
        return rs_err_set(err, RSIFT_E_FORMAT, "expected a header line, found nothing");
    return status == RSIFT_END ? RSIFT_OK : status;
}

rsift_status rs_catalog_table_read(const rs_catalog_table *table, rs_arena *arena, rs_str bytes,
                                   rsift_error *err)
{
    rs_text_source text = {.rest = bytes};
    rs_csv csv = {.source = rs_byte_source_of_text(&text)};
    const rsift_status status = read_rows(table, &csv, arena, err);
    rs_csv_fini(&csv);
    return status == RSIFT_OK ? status
                              : rs_err_within(err, status, "%.*s", RS_STR_ARG(table->file));
}

rs_str rs_catalog_table_bytes(const char *file)
{
    const rs_embedded *embedded = rs_embedded_find(file);
    RS_ASSERT(embedded);
    return rs_str_make((const char *)embedded->data, embedded->len);
}
