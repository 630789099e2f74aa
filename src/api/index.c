/* index: plans a release, gives it a free release id in the workspace, reads it. */
#include "index/index.h"

#include "api/call.h"
#include "base/num.h"
#include "codec/json_writer.h"
#include "image/bands.h"
#include "release/kind.h"
#include "release/own.h"

#include <inttypes.h>

enum { MOST_UNITS = 1000000 };

/* A sample has one id wherever its release lies: a second copy of a source would count it twice. */
static rsift_status refuse_copy(rs_store *store, const rs_plan *plan, rs_str root, rsift_error *err)
{
    rs_arg id = {.type = RS_ARG_STR, .str = plan->release_id};
    rs_result *result;
    RS_TRY(rs_store_query(
        store, RS_STR("SELECT DISTINCT source FROM reading WHERE release_id = $1 ORDER BY source"),
        &id, 1, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_str there = rs_result_str(result, 0);
        /* A source that only one of the two has is no copy: the sources of a release may lie
         * in several folders. */
        for (size_t i = 0; i < plan->n_sources; i++) {
            if (!rs_str_eq(plan->sources[i].id, there)) continue;
            status = rs_err_set(err, RSIFT_E_ARG,
                                "\"%.*s\" of %.*s is indexed already from %.*s: if that folder was "
                                "moved, `rsift remove %.*s` first; else name another --workspace",
                                RS_STR_ARG(there), RS_STR_ARG(plan->release_id), RS_STR_ARG(root),
                                RS_STR_ARG(plan->dataset_id));
            rs_result_close(result);
            return status;
        }
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Root of the release in the workspace, when it differs from the plan's; else ptr NULL. */
static rsift_status other_root(rs_store *store, rs_plan *plan, rs_str *root, rsift_error *err)
{
    rs_arg id = {.type = RS_ARG_STR, .str = plan->release_id};
    rs_result *result;
    *root = (rs_str){NULL, 0};
    RS_TRY(rs_store_query(store, RS_STR("SELECT root FROM release WHERE release_id = $1"), &id, 1,
                          &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK)
        /* Copied, since the text of a result lives no longer than its row. */
        if (!rs_str_eq(rs_result_str(result, 0), plan->roots[0]))
            *root = rs_arena_str(&plan->arena, rs_result_str(result, 0));
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Does the release hold a sample? A run that read nothing does not keep the name to itself. */
static rsift_status has_samples(rs_store *store, rs_str release_id, bool *out, rsift_error *err)
{
    rs_arg id = {.type = RS_ARG_STR, .str = release_id};
    rs_result *result;
    RS_TRY(rs_store_query(store, RS_STR("SELECT 1 FROM sample WHERE release_id = $1 LIMIT 1"), &id,
                          1, &result, err));
    rsift_status status = rs_result_next(result, err);
    *out = status == RSIFT_OK;
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Through a store of its own, whose locks on the release end here. */
static rsift_status drop_release(rs_session *session, rs_str release_id, rsift_error *err)
{
    rs_store *parts;
    RS_TRY(rs_session_store(session, RS_STORE_PARTS, false, &parts, err));
    rsift_status status = rs_release_remove(parts, release_id, err);
    rs_store_close(parts);
    return status;
}

/* Other sources of a release may lie in another folder (train here, test there): their rows are
 * kept apart as "@zenodo" and "@zenodo-2". */
static rsift_status settle_release_id(rs_session *session, rs_plan *plan, rsift_error *err)
{
    rs_store *store;
    RS_TRY(rs_session_store(session, RS_STORE_READ, false, &store, err));
    rs_str base = plan->release_id;
    rsift_status status = RSIFT_OK;
    /* Each turn tries the next id; it ends at the first one that is free or lies at this
     * root, so a second run over the same folder finds its own id again. */
    for (int n = 2; status == RSIFT_OK; n++) {
        rs_str root;
        status = other_root(store, plan, &root, err);
        if (status != RSIFT_OK || !root.ptr) break;
        bool kept = true;
        status = has_samples(store, plan->release_id, &kept, err);
        if (status == RSIFT_OK && !kept) {
            status = drop_release(session, plan->release_id, err);
            break;
        }
        if (status == RSIFT_OK) status = refuse_copy(store, plan, root, err);
        if (status != RSIFT_OK) break;
        plan->release_id = rs_arena_printf(&plan->arena, "%.*s-%d", RS_STR_ARG(base), n);
        if (!plan->release_id.ptr) status = rs_err_nomem(err, "a plan");
    }
    rs_store_close(store);
    return status;
}

/* What the numbers of boxes were decided to mean, or what to type. */
static void put_conventions(rs_json_writer *w, const rs_plan *plan)
{
    rs_json_field_array(w, "conventions");
    for (size_t i = 0; i < plan->n_sources; i++) {
        for (size_t k = 0; k < plan->sources[i].source.n_meanings; k++) {
            const rs_meaning *m = &plan->sources[i].source.meanings[k];
            rs_json_begin_object(w);
            rs_json_field_str(w, "source", plan->sources[i].source.name);
            rs_json_field_str(w, "spelling", m->spelling);
            rs_json_field_str(w, "verdict", m->verdict);
            rs_json_field_str(w, "convention", m->convention);
            rs_json_field_str(w, "evidence", m->evidence);
            rs_json_field_str(w, "question", m->question);
            rs_json_end_object(w);
        }
    }
    rs_json_end_array(w);
}

/* Which class the terms got; unknown ones with the words that would have been understood. */
static void put_licence(rs_json_writer *w, const rs_plan *plan)
{
    rs_buf text = {0};
    rs_buf_printf(&text, "%.*s: class %.*s", RS_STR_ARG(plan->licence_annotations),
                  RS_STR_ARG(plan->licence_class));
    if (plan->choice.reader.ptr && rs_str_eq(plan->licence_class, RS_STR("unknown")))
        rs_buf_cstr(
            &text,
            ", never treated as open; understood: open, research, restricted, " RS_OPEN_LICENCES
            ", and ids with -NC (research)");
    rs_json_field_str(w, "licence", text.failed ? plan->licence_class : rs_buf_view(&text));
    rs_json_field_str(w, "licence_class", plan->licence_class);
    rs_buf_fini(&text);
}

/* ---- nothing was read ------------------------------------------------------------------------ */

/* Appends the place and message of the release's gravest finding, if there is one. */
static rsift_status put_first_finding(rs_store *store, rs_str release_id, rs_buf *why,
                                      rsift_error *err)
{
    rs_arg id = {.type = RS_ARG_STR, .str = release_id};
    rs_result *result;
    RS_TRY(rs_store_query(
        store,
        RS_STR("SELECT code, message FROM finding WHERE release_id = $1 AND source <> 'files' "
               "ORDER BY code = 'file-missing', CASE severity WHEN 'serious' THEN 0 WHEN 'warning' "
               "THEN 1 ELSE 2 END, "
               "n DESC, locator, code, message, sample_id LIMIT 1"),
        &id, 1, &result, err));
    rsift_status status = rs_result_next(result, err);
    if (status == RSIFT_OK) {
        rs_str message = rs_result_str(result, 1);
        rs_buf_printf(why, " (%.*s: %.*s)", RS_STR_ARG(rs_result_str(result, 0)),
                      RS_STR_ARG(rs_str_sub(message, 0, 100)));
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Appends what the first file of the first source looks like. */
static void put_first_file(const rs_plan *plan, rs_buf *why)
{
    if (plan->n_sources == 0 || plan->sources[0].source.n_files == 0) return;
    const rs_plan_source *s = &plan->sources[0];
    const rs_source_files *files = &s->source.files[0];
    rs_arena arena = {0};
    rs_probe_input input;
    if (s->reader->takes && files->n &&
        rs_kind_head(s->source.tree, files->members[0], &arena, &input, NULL) == RSIFT_OK) {
        rs_buf_cstr(why, "; ");
        rs_kind_explain(s->reader, &input, why);
    }
    rs_arena_fini(&arena);
}

/* A release without a sample is a mistake of the call, not a success: which file was read as what,
 * and what became of its records. One unit of several may well find nothing to do. */
static rsift_status refuse_empty(rs_session *session, const rs_plan *plan, rsift_error *err)
{
    rs_store *store;
    RS_TRY(rs_session_store(session, RS_STORE_READ, false, &store, err));
    rs_arg id = {.type = RS_ARG_STR, .str = plan->release_id};
    int64_t n = 0, seen = 0;
    rs_result *result = NULL;
    rsift_status status = rs_store_query(
        store,
        RS_STR("SELECT (SELECT count(*) FROM sample WHERE release_id = $1), (SELECT "
               "CAST(coalesce(sum(seen), 0) AS BIGINT) FROM reading WHERE release_id = $1)"),
        &id, 1, &result, err);
    if (status == RSIFT_OK) status = rs_result_next(result, err);
    if (status == RSIFT_OK) {
        n = rs_result_i64(result, 0);
        seen = rs_result_i64(result, 1);
    }
    rs_result_close(result);
    if (status == RSIFT_OK && n == 0) {
        rs_buf why = {0};
        status = put_first_finding(store, plan->release_id, &why, err);
        put_first_file(plan, &why);
        if (status == RSIFT_OK)
            status = rs_err_set(err, RSIFT_E_FORMAT,
                                "nothing was read: %" PRId64 " records, 0 "
                                "samples%.*s",
                                seen, RS_STR_ARG(rs_buf_view(&why)));
        rs_buf_fini(&why);
    }
    rs_store_close(store);
    return status;
}

/* What the workspace holds of the release after this run. */
typedef struct holdings {
    int64_t n_samples, n_unresolved;
    int64_t
        n_findings[3]; /* by severity, as audit counts them; without pictures that are not here */
} holdings;

static rsift_status count_holdings(rs_session *session, rs_str release_id, holdings *out,
                                   rsift_error *err)
{
    rs_store *store;
    RS_TRY(rs_session_store(session, RS_STORE_READ, false, &store, err));
    rs_arg id = {.type = RS_ARG_STR, .str = release_id};
    rs_result *result = NULL;
    rsift_status status = rs_store_query(
        store,
        RS_STR("SELECT (SELECT count(*) FROM sample WHERE release_id = $1), (SELECT count(*) FROM "
               "asset WHERE release_id = $1 AND state <> 'found'), "
               "CAST(coalesce(sum(n) FILTER (severity = 'note'), 0) AS BIGINT), "
               "CAST(coalesce(sum(n) FILTER (severity = 'warning'), 0) AS BIGINT), "
               "CAST(coalesce(sum(n) FILTER (severity = 'serious'), 0) AS BIGINT) "
               "FROM finding WHERE release_id = $1 AND code <> 'image-missing'"),
        &id, 1, &result, err);
    if (status == RSIFT_OK) status = rs_result_next(result, err);
    if (status == RSIFT_OK) {
        out->n_samples = rs_result_i64(result, 0);
        out->n_unresolved = rs_result_i64(result, 1);
        for (size_t i = RS_NOTE; i <= RS_SERIOUS; i++)
            out->n_findings[i] = rs_result_i64(result, 2 + i);
    }
    rs_result_close(result);
    rs_store_close(store);
    return status;
}

/* Writes the answer: what this run read, counted, and which files of the release are absent. */
static void put_report(rs_buf *b, const rs_plan *plan, const rs_index_report *r,
                       const holdings *held)
{
    rs_json_writer w = rs_json_writer_to(b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.index/1");
    rs_json_field_str(&w, "release_id", plan->release_id);
    rs_json_field_str(&w, "dataset", plan->dataset_id);
    rs_json_field_str(&w, "root", plan->roots[0]);
    rs_json_field_i64(&w, "pictures", r->n_pictures);
    rs_json_field_i64(&w, "samples", r->n_samples);
    rs_json_field_i64(&w, "pictures_read", r->n_pictures_read);
    rs_json_field_i64(&w, "unresolved", held->n_unresolved);
    rs_json_field_i64(&w, "samples_in_workspace", held->n_samples);
    rs_json_field_bool(&w, "release_written", r->release_written);
    rs_json_field_i64(&w, "sources", r->n_sources);
    rs_json_field_i64(&w, "sources_kept", r->n_sources_kept);
    /* Invariant of every source: seen = used + merged + skipped + set_aside. */
    rs_json_field_object(&w, "records");
    rs_json_field_i64(&w, "seen", r->counts.seen);
    rs_json_field_i64(&w, "used", r->counts.used);
    rs_json_field_i64(&w, "merged", r->counts.merged);
    rs_json_field_i64(&w, "skipped", r->counts.skipped);
    rs_json_field_i64(&w, "set_aside", r->counts.set_aside);
    rs_json_end_object(&w);
    rs_json_field_object(&w, "findings");
    rs_json_field_i64(&w, "note", held->n_findings[RS_NOTE]);
    rs_json_field_i64(&w, "warning", held->n_findings[RS_WARNING]);
    rs_json_field_i64(&w, "serious", held->n_findings[RS_SERIOUS]);
    rs_json_end_object(&w);
    put_licence(&w, plan);
    put_conventions(&w, plan);
    /* No error: many releases are downloaded in part. */
    rs_json_field_array(&w, "missing");
    for (size_t i = 0; i < plan->n_missing; i++) {
        rs_json_begin_object(&w);
        rs_json_field_str(&w, "source", plan->missing[i].source);
        rs_json_field_str(&w, "file", plan->missing[i].pattern);
        rs_json_end_object(&w);
    }
    rs_json_end_array(&w);
    rs_json_end_object(&w);
}

/* "2/8" */
static rsift_status read_unit(rs_str text, rs_index_run_options *o, rsift_error *err)
{
    const size_t slash = rs_str_find_char(text, '/');
    int64_t i = 0, n = 0;
    /* rs_num_i64 wants digits to the end, so "1/2/3" and "1/ 2" are refused too. */
    const bool good = slash != RS_NPOS && rs_num_i64(rs_str_sub(text, 0, slash), &i) &&
                      rs_num_i64(rs_str_sub(text, slash + 1, text.len), &n) && i >= 1 && n >= i &&
                      n <= MOST_UNITS;
    if (!good) {
        char quoted[RS_QUOTE_SIZE];
        rs_err_set(err, RSIFT_E_ARG, "expected I/N with 1 <= I <= N <= 1000000, found \"%s\"",
                   rs_err_quote(quoted, text));
        return rs_err_within(err, RSIFT_E_ARG, "index > unit");
    }
    o->unit = (int)i;
    o->n_units = (int)n;
    return RSIFT_OK;
}

/* Dataset ids become folder names and parts of sample ids. */
static rsift_status check_name(rs_str name, rsift_error *err)
{
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.')
            continue;
        char quoted[RS_QUOTE_SIZE];
        rs_err_set(err, RSIFT_E_ARG, "expected a-z, 0-9, '-', '_' and '.', found \"%s\"",
                   rs_err_quote(quoted, name));
        return rs_err_within(err, RSIFT_E_ARG, "index > name");
    }
    return RSIFT_OK;
}

/* Plans the release at a path, settles its id, indexes it and answers with the counts. */
static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    const rs_texts readers = rs_call_texts(call, "params");
    rs_plan_choice choice = {.path = rs_call_str(call, "path"),
                             .dataset = rs_call_str(call, "dataset"),
                             .release = rs_call_str(call, "release"),
                             .reader = rs_call_str(call, "reader"),
                             .name = rs_call_str(call, "name"),
                             .images = rs_call_str(call, "images"),
                             .licence = rs_call_str(call, "licence"),
                             .role = rs_call_str(call, "role"),
                             .split = rs_call_str(call, "split"),
                             .encoding = rs_call_str(call, "encoding"),
                             .bands = rs_call_str(call, "bands"),
                             .params = readers.items,
                             .n_params = readers.n};
    rs_index_run_options options = {.no_text = rs_call_flag(call, "no_text"),
                                    .no_hash = rs_call_flag(call, "no_hash")};
    /* What is cheap to refuse comes first: planning lists all files of the release. */
    if (rs_call_given(call, "unit")) RS_TRY(read_unit(rs_call_str(call, "unit"), &options, err));
    RS_TRY(check_name(choice.name, err));
    uint16_t bands[3];
    if (choice.bands.ptr && !rs_image_parse_bands(choice.bands, bands))
        return rs_err_set(err, RSIFT_E_ARG, "--bands is three numbers from 1, as 4,3,2");
    /* NULL is fine for the closing functions below, wherever the chain stops. */
    rs_plan *plan = NULL;
    rs_store *store = NULL;
    rs_buf b = {0};
    rs_index_report report;
    rsift_status status = rs_plan_make(call->session, &choice, &plan, err);
    /* The workspace is made before the id is settled, which reads in it. */
    if (status == RSIFT_OK)
        status = rs_session_store(call->session, RS_STORE_PARTS, true, &store, err);
    if (status == RSIFT_OK) status = settle_release_id(call->session, plan, err);
    if (status == RSIFT_OK)
        status = rs_index_run(call->session, store, plan, &options, &report, err);
    if (status == RSIFT_OK && options.n_units <= 1 && report.n_samples == 0)
        status = refuse_empty(call->session, plan, err);
    holdings held = {0};
    if (status == RSIFT_OK) status = count_holdings(call->session, plan->release_id, &held, err);
    if (status == RSIFT_OK) {
        put_report(&b, plan, &report, &held);
        status = rs_session_answer(&b, out, err);
    }
    rs_store_close(store);
    rs_plan_free(plan);
    return status;
}

static const rs_verb_param params[] = {
    {.name = "path",
     .kind = RS_PARAM_TEXT,
     .argument = "PATH",
     .help = "the release: a folder, a file or an archive",
     .required = true},
    {.name = "dataset",
     .option = "--dataset",
     .kind = RS_PARAM_TEXT,
     .argument = "ID",
     .help = "dataset of the catalogue; default: what rsift scan finds"},
    {.name = "release",
     .option = "--release",
     .kind = RS_PARAM_TEXT,
     .argument = "ID",
     .help = "which of its releases; default: the one whose files are here"},
    {.name = "reader",
     .option = "--reader",
     .kind = RS_PARAM_TEXT,
     .argument = "R",
     .help = "your own data: its layout",
     .list = RS_LIST_READERS},
    {.name = "name",
     .option = "--name",
     .kind = RS_PARAM_TEXT,
     .argument = "N",
     .help = "your own data: the id it shall have"},
    {.name = "images",
     .option = "--images",
     .kind = RS_PARAM_TEXT,
     .argument = "PATH",
     .help = "folder or archive with the pictures, if elsewhere"},
    {.name = "licence",
     .option = "--licence",
     .kind = RS_PARAM_TEXT,
     .argument = "L",
     .help = "your own data: SPDX id, or open, research, restricted"},
    {.name = "role",
     .option = "--role",
     .kind = RS_PARAM_TEXT,
     .argument = "ROLE",
     .help = "your own data: for training or for evaluation",
     .words = "train|eval",
     .fallback = "train"},
    {.name = "split",
     .option = "--split",
     .kind = RS_PARAM_TEXT,
     .argument = "NAME",
     .help = "your own data: name of its split, or scheme/name"},
    {.name = "encoding",
     .option = "--encoding",
     .kind = RS_PARAM_TEXT,
     .argument = "E",
     .help = "of the release's texts, if not UTF-8: gbk, big5, utf-16, ..."},
    {.name = "bands",
     .option = "--bands",
     .kind = RS_PARAM_TEXT,
     .argument = "R,G,B",
     .help = "which bands are red, green and blue, from 1, of pictures with more than three"},
    {.name = "params",
     .option = "--param",
     .kind = RS_PARAM_TEXTS,
     .argument = "K=V",
     .help = "a parameter of the reader (docs/catalogue.md); may be given again",
     .keeps_commas = true},
    {.name = "unit",
     .option = "--unit",
     .kind = RS_PARAM_TEXT,
     .argument = "I/N",
     .help = "do the I-th of N pieces of work; run all N anywhere, in any order"},
    {.name = "no_text",
     .option = "--no-text",
     .help = "leave texts out of the workspace (they stay in the release)"},
    {.name = "no_hash",
     .option = "--no-hash",
     .help = "read picture headers only (faster; no exact duplicates)"},
};
static const char *const examples[] = {
    "rsift index ~/data/RSVQA_LR", "rsift index VRSBench.zip --dataset vrsbench",
    "rsift index my.json --reader llava --images ~/pics --name mine --licence CC-BY-4.0",
    "sbatch --array=1-16 --wrap 'rsift index /data/dota --unit $SLURM_ARRAY_TASK_ID/16'", NULL};

const rs_verb rs_verb_index = {
    .name = "index",
    .summary = "reads a release into the workspace",
    .usage = "index PATH [--dataset ID | --reader R --name N]",
    .about = "Reads annotations and the headers and bytes of every picture; pictures stay where "
             "they are. Run it again after a stop: finished parts are kept. Others may query "
             "meanwhile.",
    .examples = examples,
    .answer = "`release_id dataset root pictures samples sources sources_kept records{seen used "
              "merged skipped set_aside} findings{note warning serious} licence "
              "licence_class conventions[]{source "
              "spelling verdict convention evidence question} missing[]{source file}`; "
              "`records` count what this run read; `findings` what the workspace holds of the "
              "release, as audit counts it, without pictures that are not here (`unresolved`)",
    .use = RS_CREATES,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
