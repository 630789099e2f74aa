/* Data card with hub front matter, licences, ledger, manifest; and the report of an emit. */
#include "emit/card.h"

#include "base/alloc.h"
#include "codec/json.h"
#include "decide/decide.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- the report ------------------------------------------------------------------------------ */

void rs_emit_count_reason(rs_emit_report *report, const char *reason)
{
    report->n_dropped++;
    for (size_t i = 0; i < report->n_reasons; i++) {
        if (!rs_str_eq(rs_str_of(report->reasons[i].reason), rs_str_of(reason))) continue;
        report->reasons[i].n++;
        return;
    }
    size_t most = sizeof report->reasons / sizeof *report->reasons;
    RS_ASSERT(report->n_reasons < most);
    report->reasons[report->n_reasons].reason = reason;
    report->reasons[report->n_reasons++].n = 1;
}

rsift_status rs_emit_note_file(rs_emit_report *report, rs_str name, int64_t n_bytes, rs_id hash,
                               rsift_error *err)
{
    if (!RS_VEC_RESERVE(report->files, report->cap_files, report->n_files + 1))
        return rs_err_nomem(err, "the manifest");
    struct rs_emit_file *f = &report->files[report->n_files++];
    snprintf(f->name, sizeof f->name, "%.*s", RS_STR_ARG(name));
    f->n_bytes = n_bytes;
    f->hash = hash;
    return RSIFT_OK;
}

void rs_emit_report_fini(rs_emit_report *report)
{
    rs_free(report->files);
    *report = (rs_emit_report){0};
}

static void put_count(rs_buf *b, const char *key, int64_t n)
{
    rs_json_put_key(b, key);
    rs_buf_i64(b, n);
}

static int by_reason(const void *a, const void *b)
{
    const struct rs_emit_reason *x = a, *y = b;
    return rs_str_cmp(rs_str_of(x->reason), rs_str_of(y->reason));
}

static void put_dropped(const rs_emit_report *report, rs_buf *b)
{
    struct rs_emit_reason sorted[sizeof report->reasons / sizeof *report->reasons];
    memcpy(sorted, report->reasons, sizeof sorted);
    qsort(sorted, report->n_reasons, sizeof *sorted, by_reason);
    rs_json_put_key(b, "dropped");
    rs_buf_char(b, '{');
    for (size_t i = 0; i < report->n_reasons; i++) put_count(b, sorted[i].reason, sorted[i].n);
    rs_buf_char(b, '}');
}

static void put_pictures(const rs_emit_picture_counts *p, rs_buf *b)
{
    rs_json_put_key(b, "pictures");
    rs_buf_char(b, '{');
    put_count(b, "linked", p->linked);
    put_count(b, "copied", p->copied);
    put_count(b, "rendered", p->rendered);
    put_count(b, "left_in_place", p->kept);
    put_count(b, "failed", p->failed);
    rs_buf_char(b, '}');
}

void rs_emit_report_json(const rs_emit_report *report, const rs_str *mixture_id, rs_buf *b)
{
    rs_buf_cstr(b, "{\"schema\":\"rsift.emit/1\"");
    rs_json_put_key(b, "out");
    rs_json_put_str(b, report->out);
    if (mixture_id->len) {
        rs_json_put_key(b, "mixture_id");
        rs_json_put_str(b, *mixture_id);
    }
    put_count(b, "records", report->n_records);
    put_count(b, "verified", report->n_verified);
    put_count(b, "boxes", report->n_boxes);
    put_count(b, "boxes_decoded_again", report->n_decoded);
    put_count(b, "degenerate_boxes", report->n_degenerate);
    put_dropped(report, b);
    put_pictures(&report->pictures, b);
    rs_json_put_key(b, "files");
    rs_buf_char(b, '[');
    for (size_t i = 0; i < report->n_files; i++) {
        if (i) rs_buf_char(b, ',');
        rs_json_put_str(b, rs_str_of(report->files[i].name));
    }
    rs_buf_cstr(b, "]}");
}

/* ---- manifest -------------------------------------------------------------------------------- */

static void put_string(rs_buf *b, const char *key, rs_str value)
{
    rs_json_put_key(b, key);
    rs_json_put_str(b, value);
}

static int by_file_name(const void *a, const void *b)
{
    const struct rs_emit_file *x = a, *y = b;
    return rs_str_cmp(rs_str_of(x->name), rs_str_of(y->name));
}

static rsift_status write_manifest(rs_emit_report *report, const rs_emit_facts *f, rsift_error *err)
{
    static const char *const modes[] = {"auto", "link", "copy", "path"};
    rs_buf b = {0};
    rs_buf_cstr(&b, "{\"schema\":\"rsift.manifest/1\"");
    put_string(&b, "rsift", RS_STR(RSIFT_VERSION));
    put_string(&b, "name", f->name);
    if (f->mixture_id.len) put_string(&b, "mixture_id", f->mixture_id);
    if (f->eval) put_string(&b, "eval", rs_str_of(f->eval));
    if (f->split) put_string(&b, "split", rs_str_of(f->split));
    rs_json_put_key(&b, "seed");
    rs_buf_u64(&b, f->seed);
    put_string(&b, "format", rs_str_of(f->format->name));
    put_string(&b, "model", rs_str_of(f->render->model->name));
    put_string(&b, "box_convention", rs_str_of(f->render->model->hbb));
    if (f->render->model->needs_pixels) {
        rs_json_put_key(&b, "min_pixels");
        rs_json_put_double(&b, f->render->min_pixels);
        rs_json_put_key(&b, "max_pixels");
        rs_json_put_double(&b, f->render->max_pixels);
    }
    put_string(&b, "images", rs_str_of(modes[f->mode]));
    put_count(&b, "records", report->n_records);
    put_count(&b, "boxes", report->n_boxes);
    put_count(&b, "degenerate_boxes", report->n_degenerate);
    put_dropped(report, &b);
    put_pictures(&report->pictures, &b);
    qsort(report->files, report->n_files, sizeof *report->files, by_file_name);
    rs_json_put_key(&b, "files");
    rs_buf_char(&b, '[');
    for (size_t i = 0; i < report->n_files; i++) {
        char hash[RS_ID_TEXT];
        rs_buf_cstr(&b, i ? ",\n  {" : "\n  {");
        put_string(&b, "name", rs_str_of(report->files[i].name));
        put_count(&b, "bytes", report->files[i].n_bytes);
        put_string(&b, "xxh3_128", rs_str_of(rs_id_text(hash, report->files[i].hash)));
        rs_buf_char(&b, '}');
    }
    rs_buf_cstr(&b, "]}\n");
    rsift_status status = b.failed ? rs_err_nomem(err, "the manifest") : RSIFT_OK;
    if (status == RSIFT_OK)
        status = rs_emit_write_file(report, RS_STR("manifest.json"), b.ptr, b.len, err);
    rs_buf_fini(&b);
    return status;
}

/* ---- ledger ---------------------------------------------------------------------------------- */

/* Size and hash of a file that somebody else wrote. */
static rsift_status note_written(rs_emit_report *report, rs_str name, rs_str path, rsift_error *err)
{
    enum { window_bytes = 1 << 20 };
    rs_io_options options = {.keep_archives_closed = true};
    rs_io_tree *tree;
    RS_TRY(rs_io_tree_open(path, &options, &tree, err));
    rs_io_stream *stream = NULL;
    rs_hasher h;
    rs_hash_start(&h);
    int64_t size = 0;
    char *window = rs_alloc(window_bytes);
    rsift_status status =
        window ? rs_io_open(tree, 0, &stream, err) : rs_err_nomem(err, "a window");
    for (size_t got = 1; status == RSIFT_OK && got;) {
        status = rs_io_read(stream, window, window_bytes, &got, err);
        rs_hash_bytes(&h, window, got);
        size += (int64_t)got;
    }
    if (status == RSIFT_OK) status = rs_emit_note_file(report, name, size, rs_hash_end(&h), err);
    if (stream) rs_io_close(stream);
    rs_free(window);
    rs_io_tree_close(tree);
    return status;
}

/* Written by the decision engine under a temporary name, then renamed. */
static rsift_status write_ledger(rs_emit_report *report, const rs_emit_facts *f, rsift_error *err)
{
    rs_arena arena = {0};
    rs_str final = rs_arena_join(&arena, report->out, RS_STR("/ledger.parquet"), RS_STR(""));
    rs_str partial = rs_arena_join(&arena, final, RS_STR(".partial"), RS_STR(""));
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "COPY (SELECT sample_id, kept, reason, detail, n_repeats, template FROM "
                      "ledger WHERE mixture_id = '");
    rs_buf_str(&sql, f->mixture_id);
    rs_buf_cstr(&sql, "' ORDER BY sample_id) TO '");
    for (size_t i = 0; i < partial.len; i++) {
        if (partial.ptr[i] == '\'') rs_buf_char(&sql, '\'');
        rs_buf_char(&sql, partial.ptr[i]);
    }
    rs_buf_cstr(&sql, "' (FORMAT parquet, COMPRESSION zstd)");
    rsift_status status = sql.failed || !final.ptr || !partial.ptr
                              ? rs_err_nomem(err, "the ledger")
                              : rs_store_exec(f->store, rs_buf_view(&sql), err);
    if (status == RSIFT_OK && rename(partial.ptr, final.ptr) != 0)
        status = rs_err_errno(err, errno, "cannot rename %s", partial.ptr);
    if (status == RSIFT_OK) status = note_written(report, RS_STR("ledger.parquet"), final, err);
    rs_buf_fini(&sql);
    rs_arena_fini(&arena);
    return status;
}

/* ---- clean lists ----------------------------------------------------------------------------- */

typedef struct clean_lists {
    rs_emit_report *report;
    rs_arena arena;
    rs_str benchmark; /* of the list being made */
    rs_buf ids, table;
    int64_t n_clean, n_all;
} clean_lists;

static rsift_status end_list(clean_lists *lists, rsift_error *err)
{
    if (!lists->benchmark.ptr) return RSIFT_OK;
    rs_str name = rs_arena_join(&lists->arena, RS_STR("clean/"), lists->benchmark, RS_STR(".ids"));
    if (!name.ptr || lists->ids.failed) return rs_err_nomem(err, "a clean list");
    rs_buf_printf(&lists->table, "| %.*s | %" PRId64 " | %" PRId64 " |\n",
                  RS_STR_ARG(lists->benchmark), lists->n_all, lists->n_clean);
    rsift_status status = rs_emit_write_file(
        lists->report, name, lists->ids.len ? lists->ids.ptr : "", lists->ids.len, err);
    lists->ids.len = 0;
    lists->n_clean = lists->n_all = 0;
    return status;
}

static rsift_status put_clean(void *ctx, rs_str benchmark, rs_id id, bool clean, rsift_error *err)
{
    clean_lists *lists = ctx;
    if (!lists->benchmark.ptr || !rs_str_eq(lists->benchmark, benchmark)) {
        RS_TRY(end_list(lists, err));
        lists->benchmark = rs_arena_str(&lists->arena, benchmark);
        if (!lists->benchmark.ptr) return rs_err_nomem(err, "a clean list");
    }
    lists->n_all++;
    lists->n_clean += clean;
    char text[RS_ID_TEXT];
    if (clean) rs_buf_printf(&lists->ids, "%s\n", rs_id_text(text, id));
    return RSIFT_OK;
}

/* clean/<benchmark>.ids: evaluation samples that share no picture with what the mixture keeps. */
static rsift_status write_clean(rs_emit_report *report, const rs_emit_facts *f, rs_buf *card,
                                rsift_error *err)
{
    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(f->session, &catalog, err));
    clean_lists lists = {.report = report};
    rsift_status status =
        rs_decide_clean_ids(f->store, catalog, f->mixture_id, put_clean, &lists, err);
    if (status == RSIFT_OK) status = end_list(&lists, err);
    if (status == RSIFT_OK && lists.table.len) {
        rs_buf_cstr(card, "\n## Benchmarks indexed beside it\n\n`clean/<benchmark>.ids` lists the "
                          "evaluation samples that share no "
                          "picture with this mixture, for `rsift score --only`.\n\n| benchmark | "
                          "samples | clean |\n|---|---:|---:|\n");
        rs_buf_str(card, rs_buf_view(&lists.table));
    }
    rs_buf_fini(&lists.ids);
    rs_buf_fini(&lists.table);
    rs_arena_fini(&lists.arena);
    return status;
}

/* ---- the card -------------------------------------------------------------------------------- */

static const char sources_sql[] =
    "SELECT r.dataset, any_value(r.licence_annotations), any_value(r.licence_imagery), "
    "any_value(r.licence_class), "
    "any_value(r.redistribution), any_value(r.origin), count(*), "
    "CAST(sum(l.n_repeats) AS BIGINT) FROM ledger l JOIN sample s USING (sample_id) "
    "JOIN release r USING (release_id) WHERE l.mixture_id = $1 AND l.kept GROUP BY r.dataset ORDER "
    "BY r.dataset";
static const char reasons_sql[] = "SELECT reason, count(*) FROM ledger WHERE mixture_id = $1 AND "
                                  "NOT kept GROUP BY reason ORDER BY reason";
static const char tasks_sql[] = "SELECT s.task, count(*) FROM ledger l JOIN sample s USING "
                                "(sample_id) WHERE l.mixture_id = $1 AND l.kept "
                                "GROUP BY s.task ORDER BY s.task";

/* One Markdown table row per result row; counts collects the column before the last for one
 * purpose. */
static rsift_status put_table(const rs_emit_facts *f, const char *sql, rs_buf *b, rsift_error *err)
{
    rs_arg arg = {.type = RS_ARG_STR, .str = f->mixture_id};
    rs_result *result;
    RS_TRY(rs_store_query(f->store, rs_str_of(sql), &arg, 1, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_buf_char(b, '|');
        for (size_t c = 0; c < rs_result_n_columns(result); c++) {
            rs_buf_char(b, ' ');
            if (rs_result_null(result, c)) rs_buf_cstr(b, "unknown");
            else if (rs_str_eq(rs_result_type(result, c), RS_STR("VARCHAR")))
                rs_buf_str(b, rs_result_str(result, c));
            else rs_buf_i64(b, rs_result_i64(result, c));
            rs_buf_cstr(b, " |");
        }
        rs_buf_char(b, '\n');
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static const char *size_category(int64_t n)
{
    return n < 1000       ? "n<1K"
           : n < 10000    ? "1K<n<10K"
           : n < 100000   ? "10K<n<100K"
           : n < 1000000  ? "100K<n<1M"
           : n < 10000000 ? "1M<n<10M"
                          : "10M<n<100M";
}

static rsift_status write_card(rs_emit_report *report, const rs_emit_facts *f, rsift_error *err)
{
    rs_buf b = {0};
    rs_buf_cstr(&b, "---\npretty_name: ");
    rs_json_put_str(&b, f->name);
    rs_buf_cstr(&b, "\nlicense: other\ntask_categories:\n- visual-question-answering\n- "
                    "image-to-text\nlanguage:\n- en\n"
                    "tags:\n- remote-sensing\n- rsift\nsize_categories:\n- ");
    rs_buf_cstr(&b, size_category(report->n_records));
    rs_buf_cstr(&b, "\n---\n\n# ");
    rs_buf_str(&b, f->name);
    rs_buf_printf(
        &b,
        "\n\n%" PRId64
        " records in the format `%s`, boxes as `%s` reads them (`%s`). Made by rsift " RSIFT_VERSION
        ", seed %" PRIu64 ".\n",
        report->n_records, f->format->name, f->render->model->name, f->render->model->hbb, f->seed);
    if (f->render->model->needs_pixels)
        rs_buf_printf(&b,
                      "\n**Boxes are valid only for min_pixels = %.0f and max_pixels = %.0f.** "
                      "Train with exactly these.\n",
                      f->render->min_pixels, f->render->max_pixels);
    rs_buf_cstr(
        &b,
        "\n`contact-sheet.html` shows samples with their boxes decoded back from the written text; "
        "`manifest.json` holds the hash of every file.\n");
    rsift_status status = RSIFT_OK;
    if (f->mixture_id.len) {
        rs_buf_cstr(&b, "\n## Sources and licences\n\nThe mixture is under the terms of every "
                        "source. Where redistribution is "
                        "`no` or `unknown`, do not redistribute its pictures or texts.\n\n"
                        "| dataset | annotations | imagery | class | redistribution | written by | "
                        "samples | with repeats |\n"
                        "|---|---|---|---|---|---|---:|---:|\n");
        status = put_table(f, sources_sql, &b, err);
        rs_buf_cstr(&b, "\n## Tasks\n\n| task | samples |\n|---|---:|\n");
        if (status == RSIFT_OK) status = put_table(f, tasks_sql, &b, err);
        rs_buf_cstr(&b, "\n## Left out by the mixture\n\n`ledger.parquet` has a line for every "
                        "candidate.\n\n| reason | samples |\n|---|---:|\n");
        if (status == RSIFT_OK) status = put_table(f, reasons_sql, &b, err);
    }
    if (report->n_dropped) {
        rs_buf_cstr(&b,
                    "\n## Kept by the mixture, but not writable for this model\n\n`dropped.jsonl` "
                    "names each.\n\n| reason | samples |\n|---|---:|\n");
        struct rs_emit_reason sorted[sizeof report->reasons / sizeof *report->reasons];
        memcpy(sorted, report->reasons, sizeof sorted);
        qsort(sorted, report->n_reasons, sizeof *sorted, by_reason);
        for (size_t i = 0; i < report->n_reasons; i++)
            rs_buf_printf(&b, "| %s | %" PRId64 " |\n", sorted[i].reason, sorted[i].n);
    }
    rs_buf_printf(&b,
                  "\n## Pictures\n\nlinked %" PRId64 ", copied %" PRId64
                  ", rendered to PNG %" PRId64 ", left in place %" PRId64 ", failed %" PRId64 "\n",
                  report->pictures.linked, report->pictures.copied, report->pictures.rendered,
                  report->pictures.kept, report->pictures.failed);
    if (status == RSIFT_OK && f->mixture_id.len) status = write_clean(report, f, &b, err);
    if (status == RSIFT_OK && b.failed) status = rs_err_nomem(err, "the data card");
    if (status == RSIFT_OK)
        status = rs_emit_write_file(report, RS_STR("README.md"), b.ptr, b.len, err);
    rs_buf_fini(&b);
    return status;
}

rsift_status rs_emit_papers(rs_emit_report *report, const rs_emit_facts *facts, rsift_error *err)
{
    RS_TRY(write_card(report, facts, err));
    if (facts->mixture_id.len) RS_TRY(write_ledger(report, facts, err));
    return write_manifest(report, facts, err);
}
