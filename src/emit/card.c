/* The data card, in Markdown with the front matter of a hub. Texts of the catalogue and the
 * workspace go into it as they are. */
#include "emit/card.h"

#include "codec/json_writer.h"
#include "emit/overlap.h"

#include <inttypes.h>

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

/* One row of a Markdown table for each row of the result. */
static rsift_status put_table(const rs_emit_job *job, const char *sql, rs_buf *b, rsift_error *err)
{
    rs_arg arg = {.type = RS_ARG_STR, .str = job->mixture_id};
    rs_result *result;
    RS_TRY(rs_store_query(job->store, rs_str_of(sql), &arg, 1, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_buf_char(b, '|');
        for (size_t c = 0; c < rs_result_n_columns(result); c++) {
            rs_buf_char(b, ' ');
            /* "unknown" in words: an empty cell could be read as "no terms". Columns other than
             * texts are counts. */
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

/* The hub's word for the number of records. */
static const char *size_category(int64_t n)
{
    return n < 1000       ? "n<1K"
           : n < 10000    ? "1K<n<10K"
           : n < 100000   ? "10K<n<100K"
           : n < 1000000  ? "100K<n<1M"
           : n < 10000000 ? "1M<n<10M"
                          : "10M<n<100M";
}

/* The front matter that a hub reads, and what the records are. */
static void put_head(const rs_emit_job *job, rs_buf *b)
{
    const rs_render_model *model = job->render.model;
    rs_buf_cstr(b, "---\npretty_name: ");
    /* A JSON string is a YAML string too, whatever the name holds. */
    rs_json_put_str(b, job->name);
    rs_buf_cstr(b, "\nlicense: other\ntask_categories:\n- visual-question-answering\n- "
                   "image-to-text\nlanguage:\n- en\n"
                   "tags:\n- remote-sensing\n- rsift\nsize_categories:\n- ");
    rs_buf_cstr(b, size_category(job->report.n_records));
    rs_buf_cstr(b, "\n---\n\n# ");
    rs_buf_str(b, job->name);
    rs_buf_printf(
        b,
        "\n\n%" PRId64
        " records in the format `%s`, boxes as `%s` reads them (`%s`). Made by rsift " RSIFT_VERSION
        ", seed %" PRIu64 ".\n",
        job->report.n_records, job->writer->name, model->name, model->hbb, job->seed);
    rs_buf_cstr(b,
                job->render.obb_mode == RS_OBB_AS_QUAD_TEXT
                    ? "\nOriented boxes are asked for and written as four corners (`--obb quad`).\n"
                    : "\nOriented boxes are asked for and written as the upright boxes around "
                      "them (`--obb hbb`); against oriented truth even perfect ones overlap only "
                      "in part.\n");
    /* Absolute pixels belong to one resize: other limits move every box. */
    if (model->needs_pixels)
        rs_buf_printf(b,
                      "\n**Boxes are valid only for min_pixels = %.0f and max_pixels = %.0f.** "
                      "Train with exactly these.\n",
                      job->render.min_pixels, job->render.max_pixels);
    rs_buf_printf(b, "\n## %s with `%s`\n\n", job->render.for_eval ? "Asking" : "Training",
                  job->writer->name);
    rs_writer_put_usage(job->writer, &job->set, b);
    rs_buf_cstr(
        b, "\n`contact-sheet.html` shows samples with their boxes decoded back from the written "
           "text; `manifest.json` holds the hash of every file.\n");
}

/* Where the mixture's samples come from, their tasks, and what it left out. */
static rsift_status put_mixture(const rs_emit_job *job, rs_buf *b, rsift_error *err)
{
    rs_buf_cstr(b, "\n## Sources and licences\n\nThe mixture is under the terms of every "
                   "source. Where redistribution is "
                   "`no` or `unknown`, do not redistribute its pictures or texts.\n\n"
                   "| dataset | annotations | imagery | class | redistribution | written by | "
                   "samples | with repeats |\n"
                   "|---|---|---|---|---|---|---:|---:|\n");
    RS_TRY(put_table(job, sources_sql, b, err));
    rs_buf_cstr(b, "\n## Tasks\n\n| task | samples |\n|---|---:|\n");
    RS_TRY(put_table(job, tasks_sql, b, err));
    rs_buf_cstr(b, "\n## Left out by the mixture\n\n`ledger.parquet` has a line for every "
                   "candidate.\n\n| reason | samples |\n|---|---:|\n");
    return put_table(job, reasons_sql, b, err);
}

/* What this emit did: samples it could not write, and its pictures. */
static void put_outcome(const rs_emit_report *report, rs_buf *b)
{
    if (report->n_dropped) {
        rs_buf_cstr(b, "\n## Kept by the mixture, but not writable for this model\n\n"
                       "`dropped.jsonl` names each.\n\n| reason | samples |\n|---|---:|\n");
        for (size_t i = 0; i < report->n_reasons; i++)
            rs_buf_printf(b, "| %s | %" PRId64 " |\n", report->reasons[i].reason,
                          report->reasons[i].n);
    }
    rs_buf_printf(b,
                  "\n## Pictures\n\nlinked %" PRId64 ", copied %" PRId64
                  ", rendered to PNG %" PRId64 ", left in place %" PRId64 ", failed %" PRId64 "\n",
                  report->pictures.linked, report->pictures.copied, report->pictures.rendered,
                  report->pictures.kept, report->pictures.failed);
}

rsift_status rs_emit_write_card(rs_emit_job *job, rsift_error *err)
{
    rs_buf b = {0};
    /* The questions of an evaluation have no ledger, hence no sources and no leaks. */
    const bool mixture = job->mixture_id.len > 0;
    rsift_status status = RSIFT_OK;
    put_head(job, &b);
    if (mixture) status = put_mixture(job, &b, err);
    put_outcome(&job->report, &b);
    rs_emit_pictures_put_rules(&job->pictures, &b);
    if (status == RSIFT_OK && mixture) status = rs_emit_write_overlap(job, &b, err);
    if (status == RSIFT_OK && b.failed) status = rs_err_nomem(err, "the data card");
    if (status == RSIFT_OK)
        status = rs_emit_write_file(&job->report, RS_STR("README.md"), rs_buf_view(&b), err);
    rs_buf_fini(&b);
    return status;
}
