/* hash: the pictures of indexed datasets are decoded once, for leaks and near duplicates. */
#include "api/unit.h"

#include "codec/json_writer.h"
#include "image/hash.h"
#include "index/hash.h"

enum { MOST_PROBLEMS = 20 }; /* changed pictures that the answer names; all are counted */

/* What the workspace holds of one dataset's pictures. */
typedef struct dataset_row {
    rs_str dataset;
    int64_t pictures, exact, scaled, damaged, flat, failed, not_here, no_bytes, left;
} dataset_row;

typedef struct hash_call {
    rs_call *call;
    rs_arena arena;
    rs_texts ids;
    rs_str *releases;
    size_t n_releases, cap_releases;
    dataset_row *rows;
    size_t n_rows, cap_rows;
    rs_index_hash_job job; /* of the release that is being hashed */
    int64_t n_hashed, n_failed, n_changed;
    rs_buf problems; /* JSON objects, separated by commas */
    int64_t n_problems;
} hash_call;

/* No ids = everything; else datasets or releases. */
static bool is_asked(const hash_call *h, rs_str dataset, rs_str release_id)
{
    for (size_t i = 0; i < h->ids.n; i++)
        if (rs_str_eq(h->ids.items[i], release_id) || rs_str_eq(h->ids.items[i], dataset))
            return true;
    return h->ids.n == 0;
}

/* ---- which releases -------------------------------------------------------------------------- */

/* Every id must name something, so that a slip of the pen is no success. */
static rsift_status check_ids(const hash_call *h, rs_store *store, rsift_error *err)
{
    for (size_t i = 0; i < h->ids.n; i++) {
        const rs_arg id = {.type = RS_ARG_STR, .str = h->ids.items[i]};
        rs_result *r = NULL;
        RS_TRY(rs_store_query(
            store, RS_STR("SELECT 1 FROM release WHERE dataset = $1 OR release_id = $1 LIMIT 1"),
            &id, 1, &r, err));
        const rsift_status status = rs_result_next(r, err);
        rs_result_close(r);
        char quoted[RS_QUOTE_SIZE];
        if (status == RSIFT_END)
            return rs_err_set(err, RSIFT_E_ARG,
                              "\"%s\" is not indexed here; `rsift audit` lists what is",
                              rs_err_quote(quoted, h->ids.items[i]));
        RS_TRY(status);
    }
    return RSIFT_OK;
}

/* Lists the releases that are asked for, sorted by id. */
static rsift_status list_releases(hash_call *h, rsift_error *err)
{
    rs_store *store = NULL;
    rs_result *r = NULL;
    RS_TRY(rs_session_store(h->call->session, RS_STORE_READ, false, &store, err));
    rsift_status status = check_ids(h, store, err);
    if (status == RSIFT_OK)
        status = rs_store_query(
            store, RS_STR("SELECT DISTINCT release_id, dataset FROM release ORDER BY release_id"),
            NULL, 0, &r, err);
    while (status == RSIFT_OK && (status = rs_result_next(r, err)) == RSIFT_OK) {
        if (!is_asked(h, rs_result_str(r, 1), rs_result_str(r, 0))) continue;
        const rs_str id = rs_arena_str(&h->arena, rs_result_str(r, 0));
        if (id.ptr && rs_arena_grow(&h->arena, (void **)&h->releases, &h->cap_releases,
                                    h->n_releases + 1, sizeof *h->releases))
            h->releases[h->n_releases++] = id;
        else status = rs_err_nomem(err, "the releases");
    }
    rs_result_close(r);
    rs_store_close(store);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* ---- hashing them ---------------------------------------------------------------------------- */

static void note_problem(void *ctx, rs_str place, const char *why)
{
    hash_call *h = ctx;
    if (++h->n_problems > MOST_PROBLEMS) return;
    rs_buf one = {0};
    rs_json_writer w = rs_json_writer_to(&one);
    rs_json_begin_object(&w);
    rs_json_field_str(&w, "release", h->job.release_id);
    rs_json_field_str(&w, "place", place);
    rs_json_field_cstr(&w, "message", why);
    rs_json_end_object(&w);
    if (h->problems.len) rs_buf_cstr(&h->problems, ",\n  ");
    rs_buf_str(&h->problems, rs_buf_view(&one));
    if (one.failed) h->problems.failed = true;
    rs_buf_fini(&one);
}

/* Hashes the releases one by one and adds up what the answer counts. */
static rsift_status hash_releases(hash_call *h, rs_index_unit unit, rsift_error *err)
{
    rs_store *store = NULL;
    RS_TRY(rs_session_store(h->call->session, RS_STORE_PARTS, false, &store, err));
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < h->n_releases; i++) {
        h->job = (rs_index_hash_job){.session = h->call->session,
                                     .store = store,
                                     .release_id = h->releases[i],
                                     .unit = unit,
                                     .no_exact = rs_call_flag(h->call, "no_exact"),
                                     .wrong = note_problem,
                                     .ctx = h};
        status = rs_index_unit_take(store, h->releases[i], unit, err);
        if (status == RSIFT_OK) status = rs_index_hash_run(&h->job, err);
        h->n_hashed += h->job.n_hashed;
        h->n_failed += h->job.n_failed;
        h->n_changed += h->job.n_changed;
    }
    rs_store_close(store);
    return status;
}

/* ---- what there is now ----------------------------------------------------------------------- */

static const char counts_sql[] =
    "SELECT r.dataset, r.release_id, count(*), count(*) FILTER (h.how = 'exact'), count(*) FILTER "
    "(h.how = 'scaled'), count(*) FILTER (h.how = 'damaged'), count(*) FILTER (h.flat), count(*) "
    "FILTER (h.how = 'failed'), count(*) FILTER (a.state <> 'found'), count(*) FILTER (a.state = "
    "'found' AND a.content_hash IS NULL), count(*) FILTER (a.state = 'found' AND a.content_hash IS "
    "NOT NULL AND h.how IS NULL) FROM (SELECT DISTINCT release_id, dataset FROM release) r JOIN "
    "asset a USING (release_id) LEFT JOIN (SELECT content_hash, flat, CASE WHEN failed IS NOT NULL "
    "THEN 'failed' WHEN exact THEN 'exact' WHEN damaged THEN 'damaged' ELSE 'scaled' END AS how "
    "FROM picture_hash WHERE version = $1) h ON a.state = 'found' AND h.content_hash = "
    "a.content_hash GROUP BY ALL ORDER BY r.dataset, r.release_id";

/* A dataset of several releases has one row. */
static rsift_status add_counts(hash_call *h, rs_result *r, rsift_error *err)
{
    const rs_str dataset = rs_result_str(r, 0);
    if (h->n_rows == 0 || !rs_str_eq(h->rows[h->n_rows - 1].dataset, dataset)) {
        const rs_str name = rs_arena_str(&h->arena, dataset);
        if (!name.ptr || !rs_arena_grow(&h->arena, (void **)&h->rows, &h->cap_rows, h->n_rows + 1,
                                        sizeof *h->rows))
            return rs_err_nomem(err, "the answer");
        h->rows[h->n_rows++] = (dataset_row){.dataset = name};
    }
    dataset_row *row = &h->rows[h->n_rows - 1];
    int64_t *const to[] = {&row->pictures, &row->exact,    &row->scaled,
                           &row->damaged,  &row->flat,     &row->failed,
                           &row->not_here, &row->no_bytes, &row->left};
    for (size_t i = 0; i < sizeof to / sizeof *to; i++) *to[i] += rs_result_i64(r, i + 2);
    return RSIFT_OK;
}

static rsift_status count_datasets(hash_call *h, rsift_error *err)
{
    rs_store *store = NULL;
    rs_result *r = NULL;
    const rs_arg version = {.type = RS_ARG_I64, .i64 = RS_IMAGE_HASH_VERSION};
    RS_TRY(rs_session_store(h->call->session, RS_STORE_READ, false, &store, err));
    rsift_status status = rs_store_query(store, rs_str_of(counts_sql), &version, 1, &r, err);
    while (status == RSIFT_OK && (status = rs_result_next(r, err)) == RSIFT_OK)
        if (is_asked(h, rs_result_str(r, 0), rs_result_str(r, 1))) status = add_counts(h, r, err);
    rs_result_close(r);
    rs_store_close(store);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static void put_row(rs_json_writer *w, const dataset_row *row)
{
    rs_json_blank(w, "\n  ");
    rs_json_begin_object(w);
    rs_json_field_str(w, "dataset", row->dataset);
    rs_json_field_i64(w, "pictures", row->pictures);
    rs_json_field_i64(w, "exact", row->exact);
    rs_json_field_i64(w, "scaled", row->scaled);
    rs_json_field_i64(w, "damaged", row->damaged);
    rs_json_field_i64(w, "flat", row->flat);
    rs_json_field_i64(w, "failed", row->failed);
    rs_json_field_i64(w, "not_here", row->not_here);
    rs_json_field_i64(w, "no_content_hash", row->no_bytes);
    rs_json_field_i64(w, "left", row->left);
    rs_json_end_object(w);
}

/* The answer of `hash`; a changed picture is a finding. */
static rsift_status put_answer(hash_call *h, rsift_answer *out, rsift_error *err)
{
    rs_buf b = {0}, list = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.hash/1");
    rs_json_field_bool(&w, "exact", !rs_call_flag(h->call, "no_exact"));
    rs_json_field_i64(&w, "hashed", h->n_hashed);
    rs_json_field_i64(&w, "failed", h->n_failed);
    rs_json_field_i64(&w, "changed", h->n_changed);
    rs_json_field_bool(&w, "is_unit", rs_call_given(h->call, "unit"));
    rs_json_field_array(&w, "datasets");
    for (size_t i = 0; i < h->n_rows; i++) put_row(&w, &h->rows[i]);
    rs_json_end_array(&w);
    rs_json_write_key(&w, "problems");
    rs_buf_char(&list, '[');
    rs_buf_str(&list, rs_buf_view(&h->problems));
    rs_buf_char(&list, ']');
    if (list.failed || h->problems.failed) b.failed = true;
    rs_json_write_raw(&w, rs_buf_view(&list));
    rs_json_end_object(&w);
    rsift_status status = rs_json_finish(&w, "the answer", err);
    if (status == RSIFT_OK) status = rs_session_answer(&b, out, err);
    if (status == RSIFT_OK)
        out->n_findings = h->n_changed > INT32_MAX ? INT32_MAX : (int)h->n_changed;
    rs_buf_fini(&list);
    rs_buf_fini(&b);
    return status;
}

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    hash_call h = {.call = call, .ids = rs_call_texts(call, "datasets")};
    rs_index_unit unit;
    rsift_status status = rs_api_read_unit(call, &unit, err);
    if (status == RSIFT_OK) status = list_releases(&h, err);
    if (status == RSIFT_OK) status = hash_releases(&h, unit, err);
    if (status == RSIFT_OK) status = count_datasets(&h, err);
    if (status == RSIFT_OK) status = put_answer(&h, out, err);
    rs_buf_fini(&h.problems);
    rs_arena_fini(&h.arena);
    return status;
}

static const rs_verb_param params[] = {
    {.name = "datasets",
     .kind = RS_PARAM_TEXTS,
     .argument = "ID",
     .help = "indexed datasets or releases; default: all"},
    {.name = "no_exact",
     .option = "--no-exact",
     .help = "decode no more than near duplicates need (faster; no pixel-equal copies)"},
    {.name = "unit",
     .option = "--unit",
     .kind = RS_PARAM_TEXT,
     .argument = "I/N",
     .help = "do the I-th of N pieces of work; run all N anywhere, in any order"},
};
static const char *const examples[] = {
    "rsift hash", "rsift hash dota ucm-captions --no-exact",
    "sbatch --array=1-16 --wrap 'rsift hash --unit $SLURM_ARRAY_TASK_ID/16'", NULL};

const rs_verb rs_verb_hash = {
    .name = "hash",
    .summary = "decodes pictures once, so that leaks and duplicates see pixels",
    .usage = "hash [ID...] [--no-exact] [--unit I/N]",
    .about =
        "Decodes every picture of the indexed datasets once and keeps what its pixels are: a hash "
        "that is equal for lossless copies, turned and mirrored ones too, a perceptual hash, a "
        "thumbnail, blur and missing data (table `picture_hash`). What is hashed already is not "
        "decoded again; run it again after a stop. A picture that cannot be decoded is counted and "
        "kept with the reason. Exit code 1 when a picture is no longer the one that was indexed: "
        "it gets no hash.",
    .examples = examples,
    .answer =
        "`exact hashed failed changed is_unit datasets[]{dataset pictures exact scaled damaged "
        "flat failed not_here no_content_hash left} problems[]{release place message}`; `hashed`, "
        "`failed` and "
        "`changed` count what this run looked at, equal files once; `datasets` what the workspace "
        "holds: `exact` of all pixels, `scaled` of a smaller decode, `damaged` of a picture "
        "with missing or damaged data, which proves nothing, "
        "`flat` without enough detail for a perceptual hash, `failed` not hashed for a reason "
        "(`picture_hash.failed`), `not_here` unresolved, `no_content_hash` indexed with --no-hash "
        "or unreadable, `left` still to be hashed",
    .use = RS_WRITES,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
