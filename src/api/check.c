/* check: is the workspace as it was written, and are the releases as they were indexed? */
#include "api/call.h"

#include "codec/json_writer.h"
#include "index/parts.h"
#include "release/proof.h"

enum { MOST_PROBLEMS = 20 }; /* that are listed of one kind and release; all are counted */

/* One line of the answer: a kind of thing, in one release or in the workspace. */
typedef struct check_row {
    const char *what;
    rs_str of;
    int64_t n_checked, n_wrong;
} check_row;

typedef struct check_job {
    rs_call *call;
    rs_arena arena;
    bool deep;
    rs_texts ids;
    check_row *rows;
    size_t n_rows, cap_rows;
    rs_buf problems; /* JSON objects, separated by commas */
    int64_t n_wrong;
    check_row now; /* what is being looked at */
    rs_str dataset, root;
} check_job;

/* ---- what is found --------------------------------------------------------------------------- */

static void add_problem(check_job *j, rs_str place, const char *why, rs_str next)
{
    j->n_wrong++;
    if (++j->now.n_wrong > MOST_PROBLEMS) return;
    rs_buf one = {0};
    rs_json_writer w = rs_json_writer_to(&one);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "what", j->now.what);
    rs_json_field_str(&w, "of", j->now.of);
    rs_json_field_str(&w, "place", place);
    rs_json_field_cstr(&w, "message", why);
    rs_json_field_str(&w, "next", next);
    rs_json_end_object(&w);
    if (j->problems.len) rs_buf_cstr(&j->problems, ",\n  ");
    rs_buf_str(&j->problems, rs_buf_view(&one));
    if (one.failed) j->problems.failed = true;
    rs_buf_fini(&one);
}

static void begin_row(check_job *j, const char *what, rs_str of)
{
    j->now = (check_row){.what = what, .of = of};
}

static rsift_status end_row(check_job *j, rsift_error *err)
{
    if (!rs_arena_grow(&j->arena, (void **)&j->rows, &j->cap_rows, j->n_rows + 1, sizeof *j->rows))
        return rs_err_nomem(err, "the answer");
    j->rows[j->n_rows++] = j->now;
    return RSIFT_OK;
}

/* ---- the workspace --------------------------------------------------------------------------- */

/* No ids = everything; else datasets or releases. */
static bool is_asked(const check_job *j, rs_str release_id)
{
    const rs_str dataset = rs_str_sub(release_id, 0, rs_str_find_char(release_id, '@'));
    for (size_t i = 0; i < j->ids.n; i++)
        if (rs_str_eq(j->ids.items[i], release_id) || rs_str_eq(j->ids.items[i], dataset))
            return true;
    return j->ids.n == 0;
}

/* The message of a part says what to do itself: "...; `rsift index PATH` ...". */
static void add_error(check_job *j, const rsift_error *why)
{
    const rs_str text = rs_str_of(why->message);
    const size_t cut = rs_str_find(text, RS_STR("; "));
    const rs_str message = rs_arena_str(&j->arena, rs_str_sub(text, 0, cut));
    add_problem(j, rs_str_of(why->where), message.ptr ? message.ptr : why->message,
                cut == RS_NPOS ? RS_STR("") : rs_str_sub(text, cut + 2, text.len));
}

static void part_is_wrong(void *ctx, rs_str name, const rsift_error *why)
{
    check_job *j = ctx;
    (void)name;
    add_error(j, why);
}

static rsift_status check_parts(check_job *j, rsift_error *err)
{
    rs_session *session = j->call->session;
    rs_parts_check check = {.deep = j->deep,
                            .n_threads = session->n_threads,
                            .cancel = &session->cancel,
                            .wrong = part_is_wrong,
                            .ctx = j};
    begin_row(j, "parts", RS_STR("workspace"));
    RS_TRY(rs_store_check_parts(session->workspace, &check, err));
    j->now.n_checked = (int64_t)check.n_parts;
    return end_row(j, err);
}

static rsift_status check_decisions(check_job *j, bool *good, rsift_error *err)
{
    rs_session *session = j->call->session;
    rsift_error why = {0};
    begin_row(j, "rsift.duckdb", RS_STR("workspace"));
    const rsift_status status =
        rs_store_check_decisions(session->workspace, &session->cancel, &why);
    *good = status == RSIFT_OK;
    j->now.n_checked = 1;
    if (rs_err_ends_call(status)) {
        if (err) *err = why;
        return status;
    }
    if (status != RSIFT_OK) add_error(j, &why);
    return end_row(j, err);
}

/* Mixtures of samples that the workspace does not hold any more cannot be emitted. */
static rsift_status check_mixtures(check_job *j, rs_store *store, rsift_error *err)
{
    static const char sql[] =
        "SELECT m.mixture_id, m.name, count(*) FILTER (l.kept AND s.sample_id IS NULL) FROM "
        "mixture m LEFT JOIN ledger l ON l.mixture_id = m.mixture_id LEFT JOIN (SELECT DISTINCT "
        "sample_id FROM sample) s ON s.sample_id = l.sample_id GROUP BY m.mixture_id, m.name, "
        "m.made_at ORDER BY m.made_at, m.mixture_id";
    rs_result *rows = NULL;
    begin_row(j, "mixtures", RS_STR("workspace"));
    rsift_error why = {0};
    rsift_status status = rs_store_query(store, rs_str_of(sql), NULL, 0, &rows, &why);
    while (status == RSIFT_OK && (status = rs_result_next(rows, &why)) == RSIFT_OK) {
        j->now.n_checked++;
        if (rs_result_i64(rows, 2) == 0) continue;
        char text[96];
        snprintf(text, sizeof text, "%lld samples it keeps are not in the workspace",
                 (long long)rs_result_i64(rows, 2));
        add_problem(j, rs_result_str(rows, 1), text,
                    RS_STR("index their dataset again, or run rsift mix again"));
    }
    rs_result_close(rows);
    if (rs_err_ends_call(status)) {
        if (err) *err = why;
        return status;
    }
    if (status != RSIFT_END) add_error(j, &why);
    return end_row(j, err);
}

/* ---- the releases ---------------------------------------------------------------------------- */

static void release_is_wrong(void *ctx, const char *what, rs_str place, const char *why)
{
    check_job *j = ctx;
    const bool records = rs_str_eq(rs_str_of(what), RS_STR("records"));
    const rs_str next = rs_arena_printf(
        &j->arena, "bring back what was at %.*s, or index %.*s again%s", RS_STR_ARG(j->root),
        RS_STR_ARG(j->dataset), records ? "" : " (pictures of a link: rsift remove, index, link)");
    j->now.what = what;
    add_problem(j, place, why, next);
}

static rsift_status put_proof_row(check_job *j, const rs_proof_row *row, rs_str release_id,
                                  rsift_error *err)
{
    begin_row(j, row->what, release_id);
    j->now.n_checked = row->n_checked;
    j->now.n_wrong = row->n_wrong;
    return end_row(j, err);
}

/* Sources of which an index that was stopped, or units that have not run, left a rest. */
static rsift_status check_sources(check_job *j, rs_store *store, rs_str release_id,
                                  rsift_error *err)
{
    rs_str *names, last = {NULL, 0};
    size_t n;
    begin_row(j, "sources", release_id);
    RS_TRY(rs_part_list(store, release_id, &j->arena, &names, &n, err));
    for (size_t i = 0; i < n; i++) {
        const rs_str prefix = rs_index_part_prefix(names[i]);
        if (!rs_str_starts(names[i], RS_STR("s-")) || !prefix.ptr || rs_str_eq(prefix, last))
            continue;
        last = prefix;
        j->now.n_checked++;
        if (!rs_index_names_complete(names, n, prefix))
            add_problem(j, rs_str_sub(prefix, 2, rs_str_rfind_char(prefix, '+')),
                        "is read in part only",
                        RS_STR("run rsift index as before (all units): it goes on"));
    }
    return end_row(j, err);
}

static rsift_status check_release(check_job *j, rs_store *store, rs_str release_id, rs_str config,
                                  rsift_error *err)
{
    rs_proof proof = {.session = j->call->session,
                      .store = store,
                      .release_id = release_id,
                      .config = config,
                      .deep = j->deep,
                      .wrong = release_is_wrong,
                      .ctx = j};
    RS_TRY(check_sources(j, store, release_id, err));
    begin_row(j, "files", release_id);
    RS_TRY(rs_release_proof(&proof, err));
    RS_TRY(put_proof_row(j, &proof.files, release_id, err));
    if (j->deep) RS_TRY(put_proof_row(j, &proof.records, release_id, err));
    return put_proof_row(j, &proof.pictures, release_id, err);
}

typedef struct release_row {
    rs_str id, dataset, root, config;
} release_row;

static rsift_status list_releases(check_job *j, rs_store *store, release_row **out, size_t *n,
                                  rsift_error *err)
{
    rs_result *rows = NULL;
    size_t cap = 0;
    rsift_status status = rs_store_query(
        store,
        RS_STR("SELECT DISTINCT release_id, dataset, root, config FROM release ORDER BY ALL"), NULL,
        0, &rows, err);
    while (status == RSIFT_OK && (status = rs_result_next(rows, err)) == RSIFT_OK) {
        rs_str texts[4];
        bool enough = true;
        if (!is_asked(j, rs_result_str(rows, 0))) continue;
        for (size_t c = 0; c < 4; c++) {
            texts[c] = rs_arena_str(&j->arena, rs_result_str(rows, c));
            enough = enough && texts[c].ptr;
        }
        enough = enough && rs_arena_grow(&j->arena, (void **)out, &cap, *n + 1, sizeof **out);
        if (enough) (*out)[(*n)++] = (release_row){texts[0], texts[1], texts[2], texts[3]};
        else status = rs_err_nomem(err, "the list of releases");
    }
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status check_releases(check_job *j, bool decisions, rsift_error *err)
{
    rs_store *store = NULL;
    release_row *releases = NULL;
    size_t n = 0;
    RS_TRY(rs_session_store(j->call->session, RS_STORE_READ, false, &store, err));
    rsift_status status = list_releases(j, store, &releases, &n, err);
    if (status == RSIFT_OK && n == 0 && j->ids.n > 0) {
        char quoted[RS_QUOTE_SIZE];
        status = rs_err_set(err, RSIFT_E_ARG, "\"%s\" is not indexed here",
                            rs_err_quote(quoted, j->ids.items[0]));
    }
    if (status == RSIFT_OK && decisions) status = check_mixtures(j, store, err);
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        j->dataset = releases[i].dataset;
        j->root = releases[i].root;
        status = check_release(j, store, releases[i].id, releases[i].config, err);
    }
    rs_store_close(store);
    return status;
}

/* ---- the answer ------------------------------------------------------------------------------ */

/* The answer: what was checked, and the first problems of each row. */
static rsift_status put_answer(check_job *j, bool releases, rsift_answer *out, rsift_error *err)
{
    rs_buf b = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.check/1");
    rs_json_field_bool(&w, "deep", j->deep);
    rs_json_field_i64(&w, "n_wrong", j->n_wrong);
    /* Parts that do not prove tell nothing about releases. */
    rs_json_field_bool(&w, "releases_checked", releases);
    rs_json_field_u64(&w, "leftovers", rs_store_leftovers(j->call->session->workspace));
    rs_json_field_array(&w, "rows");
    for (size_t i = 0; i < j->n_rows; i++) {
        rs_json_blank(&w, "\n  ");
        rs_json_begin_object(&w);
        rs_json_field_cstr(&w, "what", j->rows[i].what);
        rs_json_field_str(&w, "of", j->rows[i].of);
        rs_json_field_i64(&w, "checked", j->rows[i].n_checked);
        rs_json_field_i64(&w, "wrong", j->rows[i].n_wrong);
        rs_json_end_object(&w);
    }
    rs_json_end_array(&w);
    rs_json_write_key(&w, "problems");
    rs_buf list = {0};
    rs_buf_char(&list, '[');
    rs_buf_str(&list, rs_buf_view(&j->problems));
    rs_buf_char(&list, ']');
    if (list.failed || j->problems.failed) b.failed = true;
    rs_json_write_raw(&w, rs_buf_view(&list));
    rs_json_end_object(&w);
    rsift_status status = rs_json_finish(&w, "the answer", err);
    if (status == RSIFT_OK) status = rs_session_answer(&b, out, err);
    if (status == RSIFT_OK) out->n_findings = j->n_wrong > INT32_MAX ? INT32_MAX : (int)j->n_wrong;
    rs_buf_fini(&list);
    rs_buf_fini(&b);
    return status;
}

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    check_job j = {
        .call = call, .deep = rs_call_flag(call, "deep"), .ids = rs_call_texts(call, "datasets")};
    bool decisions = false;
    if (!call->session->workspace.ptr)
        return rs_err_set(err, RSIFT_E_ARG,
                          "no workspace here; `rsift index PATH` makes one, --workspace DIR names "
                          "one");
    rsift_status status = rs_store_check(call->session->workspace, err);
    if (status == RSIFT_OK) status = check_parts(&j, err);
    const bool parts = j.n_wrong == 0;
    if (status == RSIFT_OK) status = check_decisions(&j, &decisions, err);
    if (status == RSIFT_OK && parts) status = check_releases(&j, decisions, err);
    if (status == RSIFT_OK) status = put_answer(&j, parts, out, err);
    rs_buf_fini(&j.problems);
    rs_arena_fini(&j.arena);
    return status;
}

static const rs_verb_param params[] = {
    {.name = "datasets",
     .kind = RS_PARAM_TEXTS,
     .argument = "ID",
     .help = "indexed datasets or releases; default: all"},
    {.name = "deep",
     .option = "--deep",
     .kind = RS_PARAM_FLAG,
     .help = "hash every part again, every record and every picture"},
};
static const char *const examples[] = {"rsift check", "rsift check dota --deep", NULL};

const rs_verb rs_verb_check = {
    .name = "check",
    .summary = "proves the workspace, and that releases are as they were indexed",
    .usage = "check [ID...] [--deep]",
    .about =
        "Parts by their hashes, rsift.duckdb by its own, mixtures by the samples they keep, "
        "sources by whether they were read to their end, files of the releases by size and time, "
        "pictures by size; with --deep every part is hashed whatever was proved before, every "
        "record is read and hashed again, and every picture. Nothing is changed. Exit code 1 when "
        "something is wrong; each problem says "
        "what to do.",
    .examples = examples,
    .answer = "`deep n_wrong releases_checked leftovers rows[]{what of checked wrong} "
              "problems[]{what of place message next}`. The first 20 problems of each row are "
              "listed; `releases_checked` is false when a part did not prove; `leftovers` are "
              "folders of processes that died, which the next verb that writes sweeps",
    .use = RS_READS,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
