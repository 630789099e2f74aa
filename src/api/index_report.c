/* What index answers: what was read and counted, what was not, and why nothing was. */
#include "api/index_report.h"

#include "api/index_preview.h"

#include "codec/json_writer.h"
#include "release/kind.h"
#include "release/own.h"

#include <inttypes.h>

enum { MOST_UNREAD = 10 }; /* files that an answer names; audit counts all */

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
    rs_buf_str(&text, plan->licence_annotations);
    if (!rs_str_eq(plan->licence_imagery, plan->licence_annotations))
        rs_buf_printf(&text, " (pictures %.*s)", RS_STR_ARG(plan->licence_imagery));
    rs_buf_printf(&text, ": class %.*s", RS_STR_ARG(plan->licence_class));
    if (plan->choice.reader.ptr && rs_str_eq(plan->licence_class, RS_STR("unknown")))
        rs_buf_cstr(
            &text,
            ", never treated as open; understood: open, research, restricted, " RS_OPEN_LICENCES
            ", and ids with -NC (research) or -ND (restricted)");
    rs_json_field_str(w, "licence", rs_buf_view(&text));
    if (text.failed) w->buf->failed = true;
    rs_json_field_str(w, "licence_class", plan->licence_class);
    rs_buf_fini(&text);
}

/* ---- nothing was read ------------------------------------------------------------------------ */

/* Appends the place and message of the release's gravest finding, if there is one that says more
 * of the files than what the first one is, which is told anyway. */
static rsift_status put_first_finding(rs_store *store, rs_str release_id, rs_buf *why,
                                      rsift_error *err)
{
    rs_arg id = {.type = RS_ARG_STR, .str = release_id};
    rs_result *result;
    RS_TRY(rs_store_query(
        store,
        RS_STR("SELECT code, message FROM finding WHERE release_id = $1 AND source <> 'files' AND "
               "message NOT LIKE 'nothing of it was read%' "
               "ORDER BY code = 'file-missing', source = 'pictures', CASE severity WHEN 'serious' "
               "THEN 0 WHEN 'warning' "
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
rsift_status rs_api_index_refuse_empty(rs_session *session, const rs_store *parts,
                                       const rs_plan *plan, rsift_error *err)
{
    rs_store *store;
    RS_TRY(rs_session_reading(session, parts, &store, err));
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

/* ---- the answer ------------------------------------------------------------------------------ */

/* What the workspace holds of the release after this run. */
typedef struct holdings {
    int64_t n_samples, n_unresolved, n_unread, n_unkept;
    /* by severity, as audit counts them; without pictures that are not here */
    int64_t n_findings[3];
} holdings;

/* Counts samples, pictures that are not here, and findings of the release. */
static rsift_status count_holdings(rs_store *store, rs_str release_id, holdings *out,
                                   rsift_error *err)
{
    rs_arg id = {.type = RS_ARG_STR, .str = release_id};
    rs_result *result = NULL;
    rsift_status status = rs_store_query(
        store,
        RS_STR("SELECT (SELECT count(*) FROM sample WHERE release_id = $1), (SELECT count(*) FROM "
               "asset WHERE release_id = $1 AND state <> 'found'), "
               "CAST(coalesce(sum(n) FILTER (severity = 'note' AND code <> 'field-unkept'), 0) + "
               "count(DISTINCT (source, locator)) FILTER (code = 'field-unkept') AS BIGINT), "
               "CAST(coalesce(sum(n) FILTER (severity = 'warning'), 0) AS BIGINT), "
               "CAST(coalesce(sum(n) FILTER (severity = 'serious'), 0) AS BIGINT), "
               "CAST(coalesce(sum(n) FILTER (code IN ('nothing-read', 'rest-unread', "
               "'link-skipped', 'file-closed')), 0) AS BIGINT), "
               "count(*) FILTER (code = 'field-unkept') "
               "FROM finding WHERE release_id = $1 AND code <> 'image-missing'"),
        &id, 1, &result, err);
    if (status == RSIFT_OK) status = rs_result_next(result, err);
    if (status == RSIFT_OK) {
        out->n_samples = rs_result_i64(result, 0);
        out->n_unresolved = rs_result_i64(result, 1);
        for (size_t i = RS_NOTE; i <= RS_SERIOUS; i++)
            out->n_findings[i] = rs_result_i64(result, 2 + i);
        out->n_unread = rs_result_i64(result, 5);
        out->n_unkept = rs_result_i64(result, 6);
    }
    rs_result_close(result);
    return status;
}

/* Writes the answer: what this run read, counted, and which files of the release are absent. */
static void put_report(rs_json_writer *w, const rs_plan *plan, const rs_index_report *r,
                       const holdings *held)
{
    rs_json_field_cstr(w, "schema", "rsift.index/1");
    rs_json_field_str(w, "release_id", plan->release_id);
    rs_json_field_str(w, "dataset", plan->dataset_id);
    rs_json_field_str(w, "root", plan->roots[0]);
    rs_json_field_i64(w, "pictures", r->n_pictures);
    rs_json_field_i64(w, "samples", r->n_samples);
    rs_json_field_i64(w, "pictures_read", r->n_pictures_read);
    rs_json_field_i64(w, "unresolved", held->n_unresolved);
    rs_json_field_i64(w, "samples_in_workspace", held->n_samples);
    rs_json_field_bool(w, "release_written", r->release_written);
    rs_json_field_u64(w, "repaired", r->n_repaired);
    rs_json_field_i64(w, "sources", r->n_sources);
    rs_json_field_i64(w, "sources_kept", r->n_sources_kept);
    rs_json_field_bool(w, "pending", r->pending);
    /* Invariant of every source: seen = used + merged + skipped + set_aside. */
    rs_json_field_object(w, "records");
    rs_json_field_i64(w, "seen", r->counts.seen);
    rs_json_field_i64(w, "used", r->counts.used);
    rs_json_field_i64(w, "merged", r->counts.merged);
    rs_json_field_i64(w, "skipped", r->counts.skipped);
    rs_json_field_i64(w, "set_aside", r->counts.set_aside);
    rs_json_end_object(w);
    rs_json_field_object(w, "findings");
    rs_json_field_i64(w, "note", held->n_findings[RS_NOTE]);
    rs_json_field_i64(w, "warning", held->n_findings[RS_WARNING]);
    rs_json_field_i64(w, "serious", held->n_findings[RS_SERIOUS]);
    rs_json_end_object(w);
    rs_json_field_object(w, "hashed"); /* with --hash: pictures decoded by this run */
    rs_json_field_i64(w, "new", r->n_hashed);
    rs_json_field_i64(w, "failed", r->n_hash_failed);
    rs_json_field_i64(w, "changed", r->n_hash_changed);
    rs_json_end_object(w);
    put_licence(w, plan);
    put_conventions(w, plan);
    rs_api_put_missing(w, plan);
}

/* Files of which nothing, or not all, was read. */
static rsift_status put_unread(rs_store *store, rs_str release_id, const holdings *held,
                               rs_json_writer *w, rsift_error *err)
{
    rs_arg args[] = {{.type = RS_ARG_STR, .str = release_id},
                     {.type = RS_ARG_I64, .i64 = MOST_UNREAD}};
    rs_result *result = NULL;
    rs_json_field_array(w, "unread");
    if (held->n_unread == 0) {
        rs_json_end_array(w);
        return RSIFT_OK;
    }
    rsift_status status = rs_store_query(
        store,
        RS_STR("SELECT locator, message FROM finding WHERE release_id = $1 AND code IN "
               "('nothing-read', 'rest-unread', 'link-skipped', 'file-closed') ORDER BY locator, "
               "message LIMIT $2"),
        args, 2, &result, err);
    while (status == RSIFT_OK && (status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_json_begin_object(w);
        rs_json_field_str(w, "file", rs_result_str(result, 0));
        rs_json_field_str(w, "message", rs_result_str(result, 1));
        rs_json_end_object(w);
    }
    rs_result_close(result);
    rs_json_end_array(w);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Fields of records of which nothing is kept, with how many records carry each. */
static rsift_status put_unkept(rs_store *store, rs_str release_id, const holdings *held,
                               rs_json_writer *w, rsift_error *err)
{
    const rs_arg id = {.type = RS_ARG_STR, .str = release_id};
    rs_result *result = NULL;
    rs_json_field_array(w, "not_kept");
    if (held->n_unkept == 0) {
        rs_json_end_array(w);
        return RSIFT_OK;
    }
    rsift_status status =
        rs_store_query(store,
                       RS_STR("SELECT locator, CAST(sum(n) AS BIGINT) FROM finding WHERE "
                              "release_id = $1 AND code = 'field-unkept' GROUP BY source, locator "
                              "ORDER BY source, locator"),
                       &id, 1, &result, err);
    while (status == RSIFT_OK && (status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_json_begin_object(w);
        rs_json_field_str(w, "field", rs_result_str(result, 0));
        rs_json_field_i64(w, "n", rs_result_i64(result, 1));
        rs_json_end_object(w);
    }
    rs_result_close(result);
    rs_json_end_array(w);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* The splits of one's own data, with the roles that they have. */
static rsift_status put_splits(rs_store *store, const rs_plan *plan, rs_json_writer *w,
                               rsift_error *err)
{
    const rs_arg id = {.type = RS_ARG_STR, .str = plan->release_id};
    rs_result *result = NULL;
    if (plan->dataset) return RSIFT_OK; /* the catalogue shows them */
    rs_json_field_array(w, "splits");
    rsift_status status = rs_store_query(
        store,
        RS_STR("SELECT name, role, n FROM (SELECT coalesce(p.name, '') AS name, s.role AS role, "
               "count(*) AS n FROM sample s LEFT JOIN split p USING (sample_id) WHERE "
               "s.release_id = $1 GROUP BY ALL) ORDER BY role = 'eval', name"),
        &id, 1, &result, err);
    while (status == RSIFT_OK && (status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_json_begin_object(w);
        rs_json_field_str(w, "name", rs_result_str(result, 0));
        rs_json_field_str(w, "role", rs_result_str(result, 1));
        rs_json_field_i64(w, "samples", rs_result_i64(result, 2));
        rs_json_end_object(w);
    }
    rs_result_close(result);
    rs_json_end_array(w);
    return status == RSIFT_END ? RSIFT_OK : status;
}

rsift_status rs_api_index_answer(rs_session *session, const rs_store *parts, const rs_plan *plan,
                                 const rs_index_report *report, rsift_answer *out, rsift_error *err)
{
    rs_store *store;
    holdings held = {0};
    rs_buf b = {0};
    RS_TRY(rs_session_reading(session, parts, &store, err));
    rsift_status status = count_holdings(store, plan->release_id, &held, err);
    if (status == RSIFT_OK) {
        rs_json_writer w = rs_json_writer_to(&b);
        rs_json_begin_object(&w);
        put_report(&w, plan, report, &held);
        rs_json_field_i64(&w, "n_unread", held.n_unread);
        status = put_unread(store, plan->release_id, &held, &w, err);
        if (status == RSIFT_OK) status = put_unkept(store, plan->release_id, &held, &w, err);
        if (status == RSIFT_OK) status = put_splits(store, plan, &w, err);
        if (status == RSIFT_OK && plan->chosen) status = rs_api_put_preview(&w, plan, false, err);
        rs_json_end_object(&w);
    }
    if (status == RSIFT_OK) status = rs_session_answer(&b, out, err);
    else rs_buf_fini(&b);
    rs_store_close(store);
    return status;
}
