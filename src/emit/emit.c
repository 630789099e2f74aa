/* The driver of emit: opens what is needed, and runs the steps. */
#include "emit/emit.h"

#include "decide/decide.h"
#include "emit/answer_form.h"
#include "emit/asked.h"
#include "emit/card.h"
#include "emit/contact_sheet.h"
#include "emit/job.h"
#include "emit/kinds.h"
#include "emit/ledger.h"
#include "emit/manifest.h"
#include "emit/mixture.h"
#include "emit/picture_list.h"
#include "emit/picture_write.h"
#include "emit/replay.h"
#include "emit/write.h"
#include "render/prompts.h"
#include "session/indexed.h"
#include "store/lock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* `path` with its links resolved; of one that is not there yet, as far as it is there. NULL = no
 * memory, or no part of it can be read. The caller frees. */
static char *resolve_path(const char *path, bool *is_there)
{
    char *real = realpath(path, NULL);
    *is_there = real != NULL;
    rs_str rest = rs_str_of(path);
    char text[4096];
    while (!real && errno == ENOENT && rest.len) {
        const bool absolute = rest.ptr[0] == '/';
        rest = rs_str_dirname(rest);
        if (rest.len >= sizeof text) return NULL;
        snprintf(text, sizeof text, "%.*s", RS_STR_ARG(rest));
        real = realpath(rest.len ? text : absolute ? "/" : ".", NULL);
    }
    return real;
}

static bool is_in(rs_str path, rs_str folder)
{
    return rs_str_starts(path, folder) &&
           (path.len == folder.len || rs_str_ends(folder, RS_STR("/")) ||
            path.ptr[folder.len] == '/');
}

/* Refuses an output folder that is, or holds, a folder from which indexed data or pictures are
 * read: what is written there would replace its own source; and one in the workspace. */
static rsift_status refuse_sources(const rs_emit_job *j, rsift_error *err)
{
    bool is_there = false;
    char *out = resolve_path(j->options->out, &is_there),
         *workspace = realpath(rs_store_dir(j->store).ptr, NULL);
    rs_result *result = NULL;
    rsift_status status = workspace ? RSIFT_OK : rs_err_nomem(err, "a path");
    if (!out)
        status =
            rs_err_set(err, RSIFT_E_ARG, "\"%.150s\" is no name of a folder: name a folder with -o",
                       j->options->out);
    const rs_str folder = rs_str_of(out ? out : "");
    if (status == RSIFT_OK && is_in(folder, rs_str_of(workspace)))
        status = rs_err_set(err, RSIFT_E_ARG,
                            "%.150s lies in the workspace: name a folder outside of it with -o",
                            j->options->out);
    if (status == RSIFT_OK)
        status = rs_store_query(j->store,
                                RS_STR("SELECT DISTINCT root FROM (SELECT root FROM release UNION "
                                       "SELECT root FROM asset) WHERE root IS NOT NULL ORDER BY 1"),
                                NULL, 0, &result, err);
    while (status == RSIFT_OK && (status = rs_result_next(result, err)) == RSIFT_OK) {
        const rs_str root = rs_result_str(result, 0);
        if (is_there && is_in(root, folder))
            status =
                rs_err_set(err, RSIFT_E_ARG,
                           "%.150s is or holds indexed data (%.*s): name a new or an empty folder "
                           "with -o",
                           out, (int)(root.len < 80 ? root.len : 80), root.ptr);
    }
    rs_result_close(result);
    free(workspace);
    free(out);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* The first number of an answer. */
static rsift_status ask_number(const rs_emit_job *j, rs_str sql, const rs_arg *args, size_t n_args,
                               int64_t *out, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_store_query(j->store, sql, args, n_args, &result, err));
    const rsift_status status = rs_result_next(result, err);
    *out = status == RSIFT_OK ? rs_result_i64(result, 0) : 0;
    rs_result_close(result);
    return status;
}

/* Whether a sample to be written has several pictures; masks are never among a record's. */
static rsift_status find_image_lists(rs_emit_job *j, rsift_error *err)
{
    static const char mixture[] =
        "SELECT count(*) FROM (SELECT 1 FROM sample_asset a JOIN ledger l USING (sample_id) WHERE "
        "a.i > 0 AND a.asset_role <> 'mask' AND l.mixture_id = $1 AND l.kept LIMIT 1)";
    static const char eval[] =
        "SELECT count(*) FROM (SELECT 1 FROM sample_asset a JOIN sample s USING (sample_id) WHERE "
        "a.i > 0 AND a.asset_role <> 'mask' AND s.dataset = $1 AND " RS_EVAL_PART_SQL(
            "$2", "$3", "$4") " LIMIT 1)";
    const bool is_eval = j->options->eval != NULL;
    const rs_arg args[] = {
        {.type = RS_ARG_STR, .str = is_eval ? rs_str_of(j->options->eval) : j->mixture_id},
        {.type = RS_ARG_STR, .str = j->part.split.name},
        {.type = RS_ARG_STR, .str = j->part.split.scheme},
        {.type = RS_ARG_STR, .str = j->part.role}};
    int64_t n = 0;
    RS_TRY(ask_number(j, RS_STR("SELECT coalesce(max(n_assets), 0) FROM emit_kind"), NULL, 0, &n,
                      err));
    if (n < 2) return RSIFT_OK;
    RS_TRY(ask_number(j, rs_str_of(is_eval ? eval : mixture), args, is_eval ? 4 : 1, &n, err));
    j->set.image_lists = n > 0 && !rs_writer_refuses(j->writer, 2);
    return RSIFT_OK;
}

/* "eurosat_aitlas_test": a name that may be a file's. */
static rs_str name_of_eval(const rs_emit_options *o, const rs_eval_part *part, rs_arena *arena)
{
    const bool with_scheme = o->split && strchr(o->split, '/');
    return rs_arena_printf(arena, "%s_%.*s%s%.*s", o->eval,
                           with_scheme ? (int)part->split.scheme.len : 0, part->split.scheme.ptr,
                           with_scheme ? "_" : "", o->split ? (int)part->split.name.len : 3,
                           o->split ? part->split.name.ptr : "all");
}

/* The table that the list of an evaluation's samples asks (wanted.c). A benchmark of the catalogue
 * is what its authors say, so none of its lists is doubted. */
static rsift_status make_parted_lists(rs_emit_job *j, rsift_error *err)
{
    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(j->session, &catalog, err));
    RS_TRY(rs_decide_parted_lists(j->store, err));
    if (!rs_catalog_find(catalog, rs_str_of(j->options->eval))) return RSIFT_OK;
    return rs_store_exec(j->store, RS_STR("DELETE FROM parted_list"), err);
}

/* Opens the workspace, finds what is to be written, and makes the output folder ready. */
static rsift_status setup(rs_emit_job *j, rs_arena *arena, rsift_error *err)
{
    const rs_emit_options *o = j->options;
    RS_TRY(rs_session_store(j->session, RS_STORE_READ, false, &j->store, err));
    /* A killed emit leaves its spill behind; in a read-only workspace it stays. */
    (void)rs_lock_sweep_tmp(rs_store_dir(j->store).ptr, NULL);
    if (o->eval) {
        RS_TRY(rs_session_check_indexed(j->store, o->eval, err));
        RS_TRY(rs_decide_find_eval_part(j->store, rs_str_of(o->eval),
                                        rs_str_of(o->split ? o->split : ""), arena, &j->part, err));
        RS_TRY(make_parted_lists(j, err));
        RS_TRY(rs_emit_make_kinds(j, err));
        RS_TRY(rs_emit_find_other_forms(j, err));
        j->name = name_of_eval(o, &j->part, arena);
        j->seed = o->seed;
    } else {
        RS_TRY(rs_emit_find_mixture(j, arena, err));
    }
    j->render.min_pixels = o->min_pixels;
    j->render.max_pixels = o->max_pixels;
    j->render.resize = j->writer->resize;
    j->render.crops_square = j->writer->crops_square;
    j->render.seed = j->seed;
    RS_TRY(rs_prompts_load(arena, &j->render.prompts, err));
    j->render.for_eval = o->eval != NULL;
    j->report.out = j->pictures.out = rs_str_of(o->out);
    j->report.eval = rs_str_of(o->eval ? o->eval : "");
    j->set =
        (rs_writer_set){.name = j->name,
                        .file = rs_str_of(j->writer->file),
                        .render = &j->render,
                        .image_root = o->image_root ? rs_str_of(o->image_root) : RS_STR("images")};
    RS_TRY(find_image_lists(j, err));
    rs_str tmp = rs_arena_join(arena, rs_store_dir(j->store), RS_STR("/tmp"), RS_STR(""));
    if (!tmp.ptr || !j->name.ptr) return rs_err_nomem(err, "an emit");
    RS_TRY(rs_io_make_dirs(tmp, err));
    RS_TRY(rs_emit_spill_new(tmp, 0, &j->spill, err));
    RS_TRY(refuse_sources(j, err));
    RS_TRY(rs_emit_folder_open(&j->folder, j->report.out, err));
    j->report.folder = j->pictures.folder = &j->folder;
    return RSIFT_OK;
}

/* The files of fixed names, before hours are spent on what goes into them. */
static rsift_status claim_files(rs_emit_job *j, rsift_error *err)
{
    const rs_str names[] = {
        rs_str_of(j->writer->file),   RS_STR("truth.jsonl"),    RS_STR("README.md"),
        RS_STR("contact-sheet.html"), RS_STR("dropped.jsonl"),  RS_STR("pictures-failed.txt"),
        RS_STR("pictures.jsonl"),     RS_STR("ledger.parquet"), RS_STR("manifest.json")};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        RS_TRY(rs_emit_folder_claim(&j->folder, names[i], err));
    return rs_emit_folder_flush(&j->folder, err);
}

/* Writes everything, in this order: pictures, because a record is written only with its pictures;
 * records; what was left out and why; what describes the set; the manifest. */
static rsift_status write_output(rs_emit_job *j, rsift_error *err)
{
    rs_emit_report *report = &j->report;
    rs_emit_shown_list shown = {0};
    /* Partial files of an emit that was killed. */
    rs_io_out_sweep(report->out);
    RS_TRY(rs_emit_folder_clear(&j->folder, err));
    RS_TRY(claim_files(j, err));
    rsift_status status = rs_emit_pictures_write(&j->pictures, j->session, err);
    report->pictures = j->pictures.counts;
    if (status == RSIFT_OK) status = rs_emit_write_records(j, &shown, err);
    /* These two files exist only when they have something to tell. */
    const rs_str failures = rs_buf_view(&j->pictures.failures);
    if (status == RSIFT_OK && failures.len)
        status = rs_emit_write_file(report, RS_STR("pictures-failed.txt"), failures, err);
    if (status == RSIFT_OK && report->dropped.len)
        status =
            rs_emit_write_file(report, RS_STR("dropped.jsonl"), rs_buf_view(&report->dropped), err);
    if (status == RSIFT_OK) status = rs_emit_contact_sheet(j, &shown, err);
    if (status == RSIFT_OK) status = rs_emit_write_card(j, err);
    if (status == RSIFT_OK && j->mixture_id.len) status = rs_emit_write_ledger(j, err);
    if (status == RSIFT_OK) status = rs_emit_write_picture_list(j, err);
    if (status == RSIFT_OK) status = rs_emit_write_manifest(j, err);
    if (status == RSIFT_OK) status = rs_emit_mark_ledger(j, &report->ledger_marked, err);
    rs_arena_fini(&shown.arena);
    return status;
}

rsift_status rs_emit_make(rs_session *session, const rs_emit_options *options, rsift_answer *out,
                          rsift_error *err)
{
    *out = (rsift_answer){0};
    rs_arena arena = {0};
    rs_emit_job j = {.session = session,
                     .options = options,
                     .folder = {.lock = RS_LOCK_NONE},
                     .pictures = {.verify = options->verify_pictures}};
    rsift_status status = rs_emit_check_options(&j, err);
    if (status == RSIFT_OK) status = setup(&j, &arena, err);
    if (status == RSIFT_OK) status = rs_emit_replay(&j, err);
    if (status == RSIFT_OK) status = write_output(&j, err);
    if (status == RSIFT_OK) {
        rs_buf b = {0};
        status = rs_emit_report_json(&j.report, j.mixture_id, j.name, j.made_at, &b, err);
        if (status == RSIFT_OK) status = rs_session_answer(&b, out, err);
        /* A training set that is smaller than its mixture is no success, nor is a benchmark that
         * lacks questions, nor is an empty set. */
        const int64_t n_left = j.report.n_dropped;
        if (status == RSIFT_OK) out->n_findings = n_left > INT32_MAX ? INT32_MAX : (int)n_left;
        rs_buf_fini(&b);
    }
    rs_emit_folder_close(&j.folder);
    rs_emit_report_fini(&j.report);
    rs_emit_spill_free(j.spill);
    rs_buf_fini(&j.first.packed);
    rs_buf_fini(&j.unasked);
    rs_emit_pictures_fini(&j.pictures);
    rs_store_close(j.store);
    rs_arena_fini(&arena);
    return status;
}
