/* audit: what is wrong with what is indexed. */
#include "decide/decide.h"

#include "base/ascii.h"
#include "codec/json_writer.h"
#include "decide/ask.h"
#include "decide/pool.h"
#include "decide/value.h"
#include "store/quote.h"

#include <inttypes.h>

/* ---- inputs ---------------------------------------------------------------------------------- */

/* finding_info: what each code does to the training set, and what to do about it. */
static rsift_status want_infos(rs_store *store, rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE finding_info(code VARCHAR, effect VARCHAR, "
                      "remedy VARCHAR);\n");
    for (int i = 0; i < RS_N_FINDINGS; i++) {
        const rs_finding_info *info = rs_model_finding_info((rs_finding_code)i);
        const rs_str fields[] = {rs_str_of(info->code),
                                 rs_str_of(rs_model_effect_name(info->effect)),
                                 rs_str_of(info->remedy)};
        rs_buf_cstr(&sql, "INSERT INTO finding_info VALUES (");
        rs_store_put_literals(&sql, fields, sizeof fields / sizeof *fields);
        rs_buf_cstr(&sql, ");\n");
    }
    rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                     : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

/* "dota@v1.0" and "dota@v1.0-2" are editions of the catalogue's release v1.0. */
static bool is_edition(rs_str release_id, rs_str dataset, rs_str release)
{
    size_t n = dataset.len + 1 + release.len;
    if (release_id.len < n || !rs_str_starts(release_id, dataset) ||
        release_id.ptr[dataset.len] != '@' ||
        !rs_str_eq(rs_str_sub(release_id, dataset.len + 1, n), release))
        return false;
    rs_str rest = rs_str_sub(release_id, n, release_id.len);
    if (rest.len == 0) return true;
    if (rest.ptr[0] != '-' || rest.len == 1) return false;
    /* "-2": the second index of the same release */
    for (size_t i = 1; i < rest.len; i++)
        if (!rs_ascii_is_digit(rest.ptr[i])) return false;
    return true;
}

static void put_expected(rs_buf *sql, const rs_catalog_dataset *d, rs_str release_id,
                         const rs_catalog_release *release)
{
    for (size_t s = 0; s < release->sources.n; s++) {
        const rs_catalog_source *source = &release->sources.items[s];
        for (size_t i = 0; i < source->expect.n; i++) {
            const rs_catalog_count *count = &source->expect.items[i];
            rs_buf_cstr(sql, "INSERT INTO want_expect VALUES (");
            const rs_str fields[] = {d->id, release_id, source->name,
                                     count->split.ptr ? count->split : RS_STR(""), count->what};
            rs_store_put_literals(sql, fields, sizeof fields / sizeof *fields);
            rs_buf_printf(sql, ", %" PRId64 ");\n", count->value);
        }
    }
}

/* want_expect: the counts that the catalogue states for each indexed release, to compare with. */
static rsift_status want_expected(rs_store *store, const rs_catalog *catalog, rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE want_expect(dataset VARCHAR, release_id "
                      "VARCHAR, source VARCHAR,"
                      " split VARCHAR, what VARCHAR, value BIGINT);\n");
    rs_result *result;
    RS_TRY(rs_store_query(store,
                          RS_STR("SELECT DISTINCT release_id, dataset FROM release WHERE dataset IN"
                                 " (SELECT dataset FROM want_dataset) ORDER BY release_id"),
                          NULL, 0, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_str release_id = rs_result_str(result, 0);
        const rs_catalog_dataset *d = rs_catalog_find(catalog, rs_result_str(result, 1));
        for (size_t i = 0; d && i < d->releases.n; i++)
            if (is_edition(release_id, d->id, d->releases.items[i].id)) {
                /* an edition belongs to one release */
                put_expected(&sql, d, release_id, &d->releases.items[i]);
                break;
            }
    }
    rs_result_close(result);
    if (status == RSIFT_END)
        status = sql.failed ? rs_err_nomem(err, "a statement")
                            : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

rsift_status rs_decide_parted_lists(rs_store *store, rsift_error *err)
{
    return rs_decide_run_section(store, "pool", "lists", RS_STR(""), err);
}

static rsift_status put_section(rs_store *store, const char *file, const char *name,
                                rs_json_writer *json, rsift_error *err)
{
    rs_json_write_key(json, name);
    return rs_decide_rows(store, file, name, json, err);
}

/* ---- audit ----------------------------------------------------------------------------------- */

rsift_status rs_decide_audit(const rs_audit_job *job, rs_buf *json, int64_t *n_findings,
                             rsift_error *err)
{
    rs_store *store = job->store;
    /* what to check, then what the pool has of it, then the findings */
    RS_TRY(rs_pool_want_datasets(store, job->catalog, job->datasets, err));
    RS_TRY(want_expected(store, job->catalog, err));
    RS_TRY(want_infos(store, err));
    RS_TRY(rs_pool_make_groups(store, job->catalog, err));
    RS_TRY(rs_decide_run_section(store, "pool", "asserted", RS_STR(""), err));
    RS_TRY(rs_decide_run_section(store, "pool", "conflicts", RS_STR(""), err));
    RS_TRY(rs_decide_parted_lists(store, err));
    RS_TRY(rs_decide_run_section(store, "audit", "pool_findings", RS_STR(""), err));
    /* which rows the level counts */
    static const char *const counted[] = {"", " WHERE severity <> 'note'",
                                          " WHERE severity = 'serious'"};
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM audit_row%s",
             counted[job->level]);
    RS_TRY(rs_decide_number(store, sql, n_findings, err));
    rs_json_writer w = rs_json_writer_to(json);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.audit/1");
    rs_json_field_cstr(&w, "level", rs_model_severity_name(job->level));
    rs_json_field_i64(&w, "n_findings", *n_findings);
    static const char *const sections[] = {"datasets", "findings", "readings", "counts"};
    const rs_value_job value = {.store = store,
                                .catalog = job->catalog,
                                .datasets = job->datasets,
                                .n_threads = job->n_threads};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        RS_TRY(put_section(store, "audit", sections[i], &w, err));
    rs_json_write_key(&w, "value");
    RS_TRY(rs_decide_value_datasets(&value, &w, err));
    rs_json_end_object(&w);
    return rs_json_finish(&w, "the answer", err);
}
