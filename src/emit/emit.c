/* The driver of emit: checks what is asked, opens what is needed, and runs the steps. */
#include "emit/emit.h"

#include "base/num.h"
#include "decide/decide.h"
#include "emit/answer_form.h"
#include "emit/card.h"
#include "emit/contact_sheet.h"
#include "emit/job.h"
#include "emit/ledger.h"
#include "emit/manifest.h"
#include "emit/picture_list.h"
#include "emit/picture_write.h"
#include "emit/replay.h"
#include "emit/write.h"
#include "image/bands.h"
#include "session/attempt.h"
#include "session/indexed.h"
#include "store/lock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- what is asked --------------------------------------------------------------------------- */

/* The error of a word that is none of the names in `choices`, which is freed. */
static rsift_status unknown(const char *option, const char *found, rs_buf *choices,
                            rsift_error *err)
{
    rs_err_set(err, RSIFT_E_ARG, "unknown %s \"%s\"; --%s is one of %.*s", option, found, option,
               RS_STR_ARG(rs_buf_view(choices)));
    rs_buf_fini(choices);
    return RSIFT_E_ARG;
}

/* The form of oriented boxes. A form that the model was never taught would be asked for in vain:
 * `native` is refused where there is none. */
static rsift_status check_obb(rs_emit_job *j, rsift_error *err)
{
    const rs_str form = rs_str_of(j->options->obb ? j->options->obb : "hbb");
    const rs_render_model *model = j->render.model;
    const bool native = rs_str_eq(form, RS_STR("native"));
    if (native && !model->native_quad)
        return rs_err_set(err, RSIFT_E_ARG,
                          "%s has no oriented form of its own; --obb is quad or hbb", model->name);
    if (native || rs_str_eq(form, RS_STR("quad"))) j->render.obb_mode = RS_OBB_AS_QUAD_TEXT;
    else if (!rs_str_eq(form, RS_STR("hbb")))
        return rs_err_set(err, RSIFT_E_ARG, "--obb is hbb, quad or native, found \"%.64s\"",
                          form.ptr);
    return RSIFT_OK;
}

/* The layout and the model, and whether they go together. */
static rsift_status check_layout(rs_emit_job *j, rsift_error *err)
{
    const rs_emit_options *o = j->options;
    const char *format = o->format ? o->format : "", *name = o->model ? o->model : "";
    rs_buf choices = {0};
    j->writer = rs_writer_find(rs_str_of(format));
    if (!j->writer) {
        rs_writer_put_names(&choices);
        return unknown("format", format, &choices, err);
    }
    const rs_render_model *model = j->render.model = rs_render_model_find(rs_str_of(name));
    if (!model) {
        rs_render_put_model_names(&choices, rs_render_models);
        return unknown("model", name, &choices, err);
    }
    if (!rs_writer_allows(j->writer, model)) {
        rs_writer_put_allowed_names(&choices, model);
        rs_err_set(err, RSIFT_E_ARG, "the format %s cannot be read by %s; --format is one of %.*s",
                   format, name, RS_STR_ARG(rs_buf_view(&choices)));
        rs_buf_fini(&choices);
        return RSIFT_E_ARG;
    }
    /* Absolute pixels mean something only together with the limits of the trainer's resize. */
    if (model->needs_pixels && !(o->min_pixels > 0 && o->max_pixels >= o->min_pixels))
        return rs_err_set(err, RSIFT_E_ARG,
                          "%s writes absolute pixels of the resized picture: give --min-pixels and "
                          "--max-pixels of your training run",
                          name);
    return RSIFT_OK;
}

/* --bands and --stretch. */
static rsift_status check_view(rs_emit_job *j, rsift_error *err)
{
    const rs_emit_options *o = j->options;
    rs_image_view *view = &j->pictures.view;
    if (o->bands && !rs_image_parse_bands(rs_str_of(o->bands), view->bands))
        return rs_err_set(err, RSIFT_E_ARG,
                          "--bands is three numbers from 1, as 4,3,2; found \"%.40s\"", o->bands);
    const rs_str stretch = rs_str_of(o->stretch ? o->stretch : "percent");
    if (rs_str_eq(stretch, RS_STR("percent"))) return RSIFT_OK;
    const size_t comma = rs_str_find_char(stretch, ',');
    view->fixed = comma != RS_NPOS && rs_num_double(rs_str_sub(stretch, 0, comma), &view->low) &&
                  rs_num_double(rs_str_sub(stretch, comma + 1, stretch.len), &view->high) &&
                  view->high > view->low;
    if (view->fixed) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG,
                      "--stretch is percent, or two values, the lower first, as 0,3000; found "
                      "\"%.40s\"",
                      o->stretch);
}

static rsift_status check_options(rs_emit_job *j, rsift_error *err)
{
    const rs_emit_options *o = j->options;
    if (!o->out) return rs_err_set(err, RSIFT_E_ARG, "emit needs -o DIR, the folder to write");
    RS_TRY(check_layout(j, err));
    RS_TRY(check_view(j, err));
    RS_TRY(check_obb(j, err));
    if (!o->images) return RSIFT_OK;
    for (int i = 0; rs_emit_images_modes[i]; i++) {
        if (!rs_str_eq(rs_str_of(o->images), rs_str_of(rs_emit_images_modes[i]))) continue;
        j->pictures.mode = (rs_emit_images_mode)i;
        return RSIFT_OK;
    }
    return rs_err_set(err, RSIFT_E_ARG, "--images is auto, link, copy or path, found \"%s\"",
                      o->images);
}

/* ---- the run --------------------------------------------------------------------------------- */

/* The mixture of that id, or the newest of that name ('' = any that keeps a sample), into j;
 * RSIFT_END = none. `last`: the newest of all, where that is known: times are whole seconds. */
static rsift_status read_mixture(rs_emit_job *j, rs_arena *arena, rs_str named, rs_str last,
                                 rsift_error *err)
{
    const rs_arg args[] = {{.type = RS_ARG_STR, .str = named},
                           {.type = RS_ARG_STR, .str = last.ptr ? last : RS_STR("")}};
    rs_result *result;
    RS_TRY(rs_store_query(
        j->store,
        RS_STR(
            "SELECT mixture_id, name, seed, made_at, format, model, mixture_id IN (SELECT "
            "mixture_id FROM "
            "ledger WHERE kept) AS keeps, recipe IS NOT NULL AND NOT regexp_matches(recipe, "
            "'(^|\n)(format|model)[ ]*:') FROM mixture WHERE ($1 = '' AND keeps) OR mixture_id = "
            "$1 OR name = $1 ORDER BY made_at DESC, mixture_id = $2 DESC, mixture_id LIMIT 1"),
        args, 2, &result, err));
    rsift_status status = rs_result_next(result, err);
    if (status == RSIFT_OK) {
        j->mixture_id = rs_arena_str(arena, rs_result_str(result, 0));
        j->name = rs_arena_str(arena, rs_result_str(result, 1));
        j->seed = (uint64_t)rs_result_i64(result, 2);
        j->made_at = rs_arena_str(arena, rs_result_str(result, 3));
        j->for_format = rs_arena_str(arena, rs_result_str(result, 4));
        j->for_model = rs_arena_str(arena, rs_result_str(result, 5));
        j->made_by_build = rs_result_i64(result, 7);
        if (!rs_result_i64(result, 6))
            status = rs_err_set(err, RSIFT_E_ARG,
                                "the mixture \"%.*s\" keeps no sample; the table ledger has its "
                                "reasons",
                                (int)(j->name.len < 60 ? j->name.len : 60), j->name.ptr);
    }
    rs_result_close(result);
    return status;
}

/* A mixture that was made for one trainer or model holds what those can be taught. */
static rsift_status check_made_for(const rs_emit_job *j, rsift_error *err)
{
    const struct {
        const char *key;
        rs_str made_for, asked;
    } pairs[] = {{"format", j->for_format, rs_str_of(j->writer->name)},
                 {"model", j->for_model, rs_str_of(j->render.model->name)}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (!pairs[i].made_for.len || rs_str_eq(pairs[i].made_for, pairs[i].asked)) continue;
        const char *key = pairs[i].key;
        const rs_str name = rs_str_sub(j->name, 0, 60), asked = pairs[i].asked;
        if (j->made_by_build)
            return rs_err_set(err, RSIFT_E_ARG,
                              "`rsift build` made the mixture %.*s for the %s %.*s: run `rsift "
                              "build` on its recipe with --%s %.*s, or `rsift mix` for any",
                              RS_STR_ARG(name), key, RS_STR_ARG(pairs[i].made_for), key,
                              RS_STR_ARG(asked));
        return rs_err_set(err, RSIFT_E_ARG,
                          "the mixture %.*s is for the %s %.*s, found %.*s: change the recipe's "
                          "`%s` and mix again, or name another with --mixture",
                          RS_STR_ARG(name), key, RS_STR_ARG(pairs[i].made_for), RS_STR_ARG(asked),
                          key);
    }
    return RSIFT_OK;
}

/* A release that was indexed with other choices or files since the mix: its role, its licence or
 * the bytes of its pictures, by which leaks, conflicts and duplicates were decided, may differ. */
static rsift_status check_not_indexed_since(const rs_emit_job *j, rsift_error *err)
{
    const rs_arg args[] = {{.type = RS_ARG_STR, .str = j->mixture_id},
                           {.type = RS_ARG_STR, .str = j->made_at}};
    rs_result *result;
    RS_TRY(rs_store_query(
        j->store,
        RS_STR("SELECT dataset, indexed_at FROM release WHERE indexed_at > $2 AND release_id IN "
               "(SELECT s.release_id FROM sample s JOIN ledger l USING (sample_id) JOIN release n "
               "ON n.release_id = s.release_id AND n.indexed_at > $2 WHERE l.mixture_id = $1 AND "
               "l.kept) ORDER BY ALL LIMIT 1"),
        args, 2, &result, err));
    rsift_status status = rs_result_next(result, err);
    if (status == RSIFT_OK)
        status =
            rs_err_set(err, RSIFT_E_ARG,
                       "%.*s was indexed with other files or choices at %.*s, after the "
                       "mixture %.*s was made: `rsift mix` its recipe again",
                       RS_STR_ARG(rs_result_str(result, 0)), RS_STR_ARG(rs_result_str(result, 1)),
                       (int)(j->name.len < 60 ? j->name.len : 60), j->name.ptr);
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* The last mix failed: whoever emits now would get another mixture than the one just asked for.
 * `found`: j holds an older one. */
static rsift_status refuse_older(const rs_emit_job *j, const rs_attempt *attempt, bool found,
                                 rsift_error *err)
{
    const rs_str recipe = rs_str_basename(attempt->recipe), why = attempt->why;
    char older[160] = "; mend it and mix again";
    if (found)
        snprintf(older, sizeof older,
                 "; mix again, or write the older \"%.*s\" of %.*s: --mixture %.*s",
                 (int)(j->name.len < 30 ? j->name.len : 30), j->name.ptr, RS_STR_ARG(j->made_at),
                 RS_STR_ARG(j->mixture_id));
    return rs_err_set(err, RSIFT_E_ARG, "the last mix (%.*s, %.*s) made none%s%.*s%s",
                      (int)(recipe.len < 30 ? recipe.len : 30), recipe.ptr,
                      RS_STR_ARG(attempt->made_at), why.len ? ": " : "",
                      (int)(why.len < 50 ? why.len : 50), why.len ? why.ptr : "", older);
}

/* The mixture that is named by id or name, or the one that the last mix made. */
static rsift_status find_mixture(rs_emit_job *j, rs_arena *arena, rsift_error *err)
{
    const rs_str named = rs_str_of(j->options->mixture ? j->options->mixture : "");
    const rs_attempt last = rs_attempt_read(j->session, arena);
    const rs_str id = last.mixture_id;
    rsift_status status = RSIFT_END;
    if (named.len == 0 && id.ptr) status = read_mixture(j, arena, id, id, err);
    /* also where the decisions were replaced by others since */
    if (status == RSIFT_END) status = read_mixture(j, arena, named, id, err);
    if (status != RSIFT_OK && status != RSIFT_END) return status;
    if (named.len == 0 && last.recipe.ptr && !id.ptr)
        return refuse_older(j, &last, status == RSIFT_OK, err);
    if (status == RSIFT_OK) return status;
    return rs_err_set(err, RSIFT_E_ARG,
                      "no mixture%s%.*s%s in the workspace; `rsift mix recipe.yaml` makes one",
                      named.len ? " \"" : "", RS_STR_ARG(named), named.len ? "\"" : "");
}

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
    rs_result *result;
    RS_TRY(rs_store_query(j->store, rs_str_of(is_eval ? eval : mixture), args, is_eval ? 4 : 1,
                          &result, err));
    rsift_status status = rs_result_next(result, err);
    if (status == RSIFT_OK)
        j->set.image_lists = rs_result_i64(result, 0) > 0 && !rs_writer_refuses(j->writer, 2);
    rs_result_close(result);
    return status;
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

/* The table that the evaluation's cursor asks (replay.c). A benchmark of the catalogue is what its
 * authors say, so none of its lists is doubted. */
static rsift_status make_parted_lists(rs_emit_job *j, rsift_error *err)
{
    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(j->session, &catalog, err));
    RS_TRY(rs_decide_parted_lists(j->cursor_store, err));
    if (!rs_catalog_find(catalog, rs_str_of(j->options->eval))) return RSIFT_OK;
    return rs_store_exec(j->cursor_store, RS_STR("DELETE FROM parted_list"), err);
}

/* Opens the workspace, finds what is to be written, and makes the output folder ready. */
static rsift_status setup(rs_emit_job *j, rs_arena *arena, rsift_error *err)
{
    const rs_emit_options *o = j->options;
    RS_TRY(rs_session_store(j->session, RS_STORE_READ, false, &j->store, err));
    /* A killed emit leaves its spill behind; in a read-only workspace it stays. */
    (void)rs_lock_sweep_tmp(rs_store_dir(j->store).ptr, NULL);
    /* The cursor streams while other statements run: on the same connection they would first move
     * all that it still holds into memory. */
    RS_TRY(rs_session_store(j->session, RS_STORE_READ, false, &j->cursor_store, err));
    if (o->eval) {
        RS_TRY(rs_session_check_indexed(j->store, o->eval, err));
        RS_TRY(rs_decide_find_eval_part(j->store, rs_str_of(o->eval),
                                        rs_str_of(o->split ? o->split : ""), arena, &j->part, err));
        RS_TRY(make_parted_lists(j, err));
        RS_TRY(rs_emit_find_other_forms(j, err));
        j->name = name_of_eval(o, &j->part, arena);
        j->seed = o->seed;
    } else {
        RS_TRY(find_mixture(j, arena, err));
        RS_TRY(check_made_for(j, err));
        RS_TRY(check_not_indexed_since(j, err));
    }
    j->render.min_pixels = o->min_pixels;
    j->render.max_pixels = o->max_pixels;
    j->render.resize = j->writer->resize;
    j->render.crops_square = j->writer->crops_square;
    j->render.seed = j->seed;
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
    rsift_status status = check_options(&j, err);
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
    rs_store_close(j.cursor_store);
    rs_store_close(j.store);
    rs_arena_fini(&arena);
    return status;
}
