/* The values of samples as CSV rows, and those as Parquet; see value_file.h. */
#include "decide/value_file.h"

#include "decide/value_levels.h"
#include "store/quote.h"

#include <inttypes.h>

enum { FLUSH_AT = 1 << 16 };

static const struct {
    const char *name, *type;
} columns[] = {{"sample_id", "UUID"},   {"dataset", "VARCHAR"},    {"role", "VARCHAR"},
               {"task", "VARCHAR"},     {"skill", "VARCHAR"},      {"answer_form", "VARCHAR"},
               {"questions", "BIGINT"}, {"judged", "BIGINT"},      {"blind", "DOUBLE"},
               {"common", "DOUBLE"},    {"share", "DOUBLE"},       {"likely", "DOUBLE"},
               {"bits", "DOUBLE"},      {"guessed_by", "VARCHAR"}, {"words", "BIGINT"}};

rsift_status rs_value_file_open(rs_value_file *file, rs_str path, rsift_error *err)
{
    RS_TRY(rs_io_out_open(path, &file->out, err));
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        if (i) rs_buf_char(&file->rows, ',');
        rs_buf_cstr(&file->rows, columns[i].name);
    }
    rs_buf_char(&file->rows, '\n');
    return RSIFT_OK;
}

static rsift_status flush(rs_value_file *file, rsift_error *err)
{
    if (file->rows.failed) return rs_err_nomem(err, "the values of samples");
    const rsift_status status = rs_io_out_write(file->out, file->rows.ptr, file->rows.len, err);
    file->rows.len = 0;
    return status;
}

rsift_status rs_value_file_close(rs_value_file *file, rsift_status status, rsift_error *err)
{
    if (!file->out) return status;
    if (status == RSIFT_OK) status = flush(file, err);
    if (status == RSIFT_OK) status = rs_io_out_commit(file->out, err);
    else rs_io_out_discard(file->out);
    rs_buf_fini(&file->rows);
    file->out = NULL;
    return status;
}

static void put_mean(rs_buf *out, double sum, int64_t n)
{
    rs_buf_char(out, ',');
    if (n) rs_buf_printf(out, "%.4f", sum / (double)n);
}

/* A name of a dataset may hold anything but is one field. */
static void put_word(rs_buf *out, rs_str word)
{
    rs_buf_cstr(out, ",\"");
    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] == '"') rs_buf_char(out, '"');
        rs_buf_char(out, word.ptr[i]);
    }
    rs_buf_char(out, '"');
}

rsift_status rs_value_file_put(rs_value_file *file, const rs_value_row *row, rsift_error *err)
{
    if (!file->out) return RSIFT_OK;
    char id[RS_ID_TEXT];
    const rs_value_sums *s = &row->sums;
    rs_buf *out = &file->rows;
    rs_buf_cstr(out, rs_id_text(id, row->id));
    put_word(out, row->unit->dataset);
    put_word(out, row->unit->role);
    put_word(out, row->cell ? row->cell->task : RS_STR(""));
    put_word(out, row->cell ? row->cell->skill : RS_STR(""));
    put_word(out, rs_str_of(row->cell ? rs_value_form_name(row->cell->form) : ""));
    rs_buf_printf(out, ",%" PRId64 ",%" PRId64, s->questions, s->judged);
    put_mean(out, s->blind, s->judged);
    put_mean(out, s->common, s->judged);
    put_mean(out, row->share, s->judged);
    put_mean(out, s->likely, s->judged);
    put_mean(out, s->bits, s->patterned);
    rs_buf_printf(out, ",%s,", s->judged ? rs_value_level_name(row->level) : "");
    if (s->texts) rs_buf_i64(out, s->words);
    rs_buf_char(out, '\n');
    file->n++;
    return out->len < FLUSH_AT ? RSIFT_OK : flush(file, err);
}

rsift_status rs_value_file_to_parquet(rs_store *store, rs_str csv, rs_str path, rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "COPY (SELECT * FROM read_csv(");
    rs_store_put_literal(&sql, csv);
    rs_buf_cstr(&sql,
                ", header = true, auto_detect = false, quote = '\"', escape = '\"', columns = "
                "{");
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        rs_buf_printf(&sql, "%s'%s': '%s'", i ? ", " : "", columns[i].name, columns[i].type);
    rs_buf_cstr(&sql, "})) TO ");
    rs_store_put_literal(&sql, path);
    rs_buf_cstr(&sql, " (FORMAT parquet, COMPRESSION zstd)");
    const rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                           : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}
