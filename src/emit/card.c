/* The data card, in Markdown with the front matter of a hub. Texts of the catalogue and the
 * workspace are text there: no markup, no rows of their own. */
#include "emit/card.h"

#include "base/escape.h"
#include "codec/json_writer.h"
#include "emit/overlap.h"
#include "emit/picture_render.h"
#include "metrics/profile.h"

#include <inttypes.h>

/* ---- the card -------------------------------------------------------------------------------- */

static const char sources_sql[] =
    "SELECT r.dataset, any_value(r.licence_annotations), any_value(r.licence_imagery), "
    "any_value(r.licence_class), "
    "any_value(r.redistribution), any_value(r.origin), CAST(sum(k.n) AS BIGINT), "
    "CAST(sum(k.n_repeats) AS BIGINT) FROM emit_kind k JOIN release r USING (release_id) "
    "GROUP BY r.dataset ORDER BY r.dataset";
static const char reasons_sql[] = "SELECT reason, count(*) FROM ledger WHERE mixture_id = $1 AND "
                                  "NOT kept GROUP BY reason ORDER BY reason";
/* The samples of each task and skill that their questions ask for: a conversation is in a row for
 * each kind of question in it, so the rows may add up to more than the samples. Like the view
 * `tag`, but over kept samples alone: the view joined with the ledger takes half as much memory
 * again. */
static const char tasks_sql[] =
    "SELECT memory.main.asked_task(k.task, t.tag_task) AS task, "
    "memory.main.asked_skill(k.task, k.skill, t.tag_skill) AS skill, count(DISTINCT k.sample_id) "
    "FROM (SELECT s.sample_id, s.task, s.skill FROM ledger l JOIN sample s USING (sample_id) WHERE "
    "l.mixture_id = $1 AND l.kept) k LEFT JOIN turn t ON t.sample_id = k.sample_id AND "
    "memory.main.asks(t.role) GROUP BY ALL ORDER BY task, skill NULLS FIRST";

/* Asks about the mixture $1, or the dataset of the evaluation. */
static rsift_status ask(const rs_emit_job *job, const char *sql, rs_result **out, rsift_error *err)
{
    const bool eval = job->mixture_id.len == 0;
    const rs_arg arg = {.type = RS_ARG_STR, .str = eval ? job->report.eval : job->mixture_id};
    const rs_str text = rs_str_of(sql);
    return rs_store_query(job->store, text, &arg, rs_str_find_char(text, '$') != RS_NPOS, out, err);
}

/* One answer in words, with rows and columns in a text; empty where there is none. In the arena. */
static rsift_status ask_text(const rs_emit_job *job, const char *sql, rs_arena *arena, rs_str *out,
                             rsift_error *err)
{
    rs_result *result;
    *out = RS_STR("");
    RS_TRY(ask(job, sql, &result, err));
    rsift_status status = rs_result_next(result, err);
    if (status == RSIFT_OK && !rs_result_null(result, 0)) {
        *out = rs_arena_str(arena, rs_result_str(result, 0));
        if (!out->ptr) status = rs_err_nomem(err, "the data card");
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* One row of a Markdown table for each row of the result. */
static rsift_status put_table(const rs_emit_job *job, const char *sql, rs_buf *b, rsift_error *err)
{
    rs_result *result;
    RS_TRY(ask(job, sql, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_buf_char(b, '|');
        for (size_t c = 0; c < rs_result_n_columns(result); c++) {
            rs_buf_char(b, ' ');
            /* "unknown" in words: an empty cell could be read as "no terms". Columns other than
             * texts are counts. */
            if (rs_result_null(result, c)) rs_buf_cstr(b, "unknown");
            else if (rs_str_eq(rs_result_type(result, c), RS_STR("VARCHAR")))
                rs_escape_put(b, RS_ESCAPE_MARKDOWN, rs_result_str(result, c));
            else rs_buf_i64(b, rs_result_i64(result, c));
            rs_buf_cstr(b, " |");
        }
        rs_buf_char(b, '\n');
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* The hub's word for the one licence that everything is under; a mixture of several is other. */
static const char licence_sql[] =
    "SELECT CASE WHEN count(DISTINCT l) = 1 AND count(l) = count(*) AND any_value(l) IN "
    "('cc-by-4.0', 'cc-by-sa-4.0', 'cc-by-nc-4.0', 'cc-by-nc-sa-4.0', 'cc-by-nc-nd-4.0', "
    "'cc-by-nd-4.0', 'cc-by-3.0', 'cc0-1.0', 'mit', 'apache-2.0', 'odbl') THEN any_value(l) "
    "ELSE 'other' END FROM (SELECT lower(unnest([licence_annotations, licence_imagery])) AS l "
    "FROM release WHERE release_id IN (SELECT release_id FROM emit_kind))";
/* Its words for the tasks, a line each. */
static const char categories_sql[] =
    "SELECT string_agg('- ' || tag || chr(10), '' ORDER BY tag) FROM (SELECT DISTINCT "
    "CASE WHEN task LIKE 'detection%' THEN 'object-detection' WHEN task LIKE "
    "'%caption' THEN 'image-to-text' WHEN task IN ('classification', 'multilabel', "
    "'region-classification') THEN 'image-classification' ELSE "
    "'visual-question-answering' END AS tag FROM emit_kind)";
/* Of an evaluation, whose dataset may have oriented boxes in another part. */
static const char oriented_sql[] =
    "SELECT 'yes' FROM region g JOIN sample s USING (sample_id) WHERE s.dataset = $1 AND "
    "(g.kind = 'obb' OR s.task LIKE '%-obb') LIMIT 1";

/* What the front of the card tells of its samples. */
typedef struct card_facts {
    rs_str licence, tasks, oriented;
} card_facts;

static rsift_status find_facts(const rs_emit_job *job, rs_arena *arena, card_facts *out,
                               rsift_error *err)
{
    RS_TRY(ask_text(job, licence_sql, arena, &out->licence, err));
    RS_TRY(ask_text(job, categories_sql, arena, &out->tasks, err));
    out->oriented = job->report.oriented ? RS_STR("yes") : RS_STR("");
    if (job->mixture_id.len) return RSIFT_OK;
    return ask_text(job, oriented_sql, arena, &out->oriented, err);
}

/* How the questions' answers are scored. */
static void put_scoring(const rs_emit_job *job, rs_buf *b)
{
    rs_buf_cstr(b, "\n## Scoring\n\n```sh\nrsift score PROFILE --truth truth.jsonl "
                   "--predictions FILE\n```\n\nPROFILE is ");
    const rs_profile *p = rs_metrics_profile_of(job->report.eval, NULL);
    if (!p) rs_buf_cstr(b, "one of `rsift score --list`");
    for (bool first = true; p; p = rs_metrics_profile_of(job->report.eval, p), first = false)
        rs_buf_printf(b, "%s`%s`", first ? "" : " or ", p->name);
    rs_buf_cstr(b, ".\n");
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

/* The one file of the output that is data. Without this, loaders of a folder guess by names and
 * endings, and take the pictures below a folder `train` for the data set. */
static void put_data_files(const rs_emit_job *job, rs_buf *b)
{
    rs_buf_printf(b,
                  "\nconfigs:\n- config_name: default\n  data_files:\n  - split: %s\n    path: "
                  "%s\n",
                  job->render.for_eval ? "test" : "train", job->writer->file);
}

/* The front matter that a hub reads, and what the records are. */
static void put_head(const rs_emit_job *job, const card_facts *facts, rs_buf *b)
{
    const rs_render_model *model = job->render.model;
    rs_buf_cstr(b, "---\npretty_name: ");
    /* A JSON string is a YAML string too, whatever the name holds. */
    rs_json_put_str(b, job->name);
    rs_buf_cstr(b, "\nlicense: ");
    rs_buf_str(b, facts->licence);
    if (facts->tasks.len) rs_buf_cstr(b, "\ntask_categories:");
    rs_buf_char(b, '\n');
    rs_buf_str(b, facts->tasks);
    rs_buf_cstr(b, "language:\n- en\n"
                   "tags:\n- remote-sensing\n- rsift\nsize_categories:\n- ");
    rs_buf_cstr(b, size_category(job->report.n_records));
    put_data_files(job, b);
    rs_buf_cstr(b, "---\n\n# ");
    rs_escape_put(b, RS_ESCAPE_MARKDOWN, job->name);
    rs_buf_printf(
        b,
        "\n\n%" PRId64
        " records in the format `%s`, boxes as `%s` reads them (`%s`). Made by rsift " RSIFT_VERSION
        ", seed %" PRIu64 ".\n",
        job->report.n_records, job->writer->name, model->name, model->hbb->name, job->seed);
    if (facts->oriented.len)
        rs_buf_cstr(
            b, job->render.obb_mode == RS_OBB_AS_QUAD_TEXT
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
    rs_buf_cstr(b, "\n## Tasks\n\nWhat the questions ask for; a conversation counts once for each "
                   "kind of question in it.\n\n| task | skill | samples |\n|---|---|---:|\n");
    RS_TRY(put_table(job, tasks_sql, b, err));
    rs_buf_cstr(b, "\n## Left out by the mixture\n\n`ledger.parquet` has a line for every "
                   "candidate.\n\n");
    const char head[] = "| reason | samples |\n|---|---:|\n";
    rs_buf_cstr(b, head);
    const size_t rows = b->len;
    RS_TRY(put_table(job, reasons_sql, b, err));
    if (b->len > rows) return RSIFT_OK;
    b->len = rows - (sizeof head - 1);
    rs_buf_cstr(b, "Nothing was left out.\n");
    return RSIFT_OK;
}

/* What this emit did: samples it could not write, and its pictures. */
static void put_outcome(const rs_emit_report *report, bool mixture, rs_buf *b)
{
    if (report->n_dropped) {
        rs_buf_cstr(b, mixture ? "\n## Kept by the mixture, but not writable for this model\n\n"
                               : "\n## Questions of the split that are not asked\n\n");
        if (!mixture)
            rs_buf_printf(b,
                          "**%" PRId64 " of %" PRId64 " questions could not be written**: a score "
                          "is of the rest and says so.",
                          report->n_dropped, report->n_dropped + report->n_records);
        rs_buf_cstr(
            b, mixture ? "" : " `rsift link ID --images DIR` finds pictures that lie elsewhere. ");
        rs_buf_cstr(b, "`dropped.jsonl` names each.\n\n| reason | samples |\n|---|---:|\n");
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
    rs_arena arena = {0};
    card_facts facts = {0};
    rsift_status status = find_facts(job, &arena, &facts, err);
    put_head(job, &facts, &b);
    if (!mixture) put_scoring(job, &b);
    if (status == RSIFT_OK && mixture) status = put_mixture(job, &b, err);
    put_outcome(&job->report, mixture, &b);
    rs_emit_pictures_put_rules(&job->pictures, &b);
    if (status == RSIFT_OK && mixture) status = rs_emit_write_overlap(job, &b, err);
    if (status == RSIFT_OK && b.failed) status = rs_err_nomem(err, "the data card");
    if (status == RSIFT_OK)
        status = rs_emit_write_file(&job->report, RS_STR("README.md"), rs_buf_view(&b), err);
    rs_arena_fini(&arena);
    rs_buf_fini(&b);
    return status;
}
