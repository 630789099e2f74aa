/* leaks: which training samples show pictures that a benchmark will ask about. The matching itself
 * is leaks.sql and protect.sql; here are the answer, what lineage alone suggests, and the clean
 * lists. */
#include "decide/decide.h"

#include "base/map.h"
#include "codec/json_writer.h"
#include "decide/ask.h"
#include "decide/protect.h"
#include "store/quote.h"

#include <inttypes.h>

static rsift_status read_names(rs_store *store, const char *sql, rs_strmap *out, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_store_query(store, rs_str_of(sql), NULL, 0, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK)
        if (rs_strmap_put(out, rs_result_str(result, 0), NULL) == RS_NPOS) {
            status = rs_err_nomem(err, "a list of names");
            break;
        }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Datasets with wanted benchmarks against the indexed ones: by lineage alone, who may overlap. */
static void put_possible(const rs_catalog *catalog, rs_texts protect, const rs_strmap *indexed,
                         rs_json_writer *json)
{
    rs_json_field_array(json, "possible");
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(catalog, i);
        if (!rs_protect_names_any(protect, d)) continue;
        for (size_t c = 0; c < indexed->n; c++) {
            const rs_catalog_dataset *candidate = rs_catalog_find(catalog, indexed->keys[c]);
            /* a dataset does not leak into itself here: its own splits are the content check's
             * business */
            rs_str source = candidate && candidate != d
                                ? rs_protect_shared_source(catalog, candidate, d)
                                : (rs_str){NULL, 0};
            if (!source.ptr) continue;
            rs_json_blank(json, RS_DECIDE_LINE);
            rs_json_begin_object(json);
            rs_json_field_str(json, "benchmark", d->id);
            rs_json_field_str(json, "dataset", candidate->id);
            rs_json_field_str(json, "source", source);
            rs_json_end_object(json);
        }
    }
    rs_json_end_array(json);
}

static void put_not_indexed(const rs_catalog *catalog, rs_texts protect, const rs_strmap *present,
                            rs_json_writer *json)
{
    rs_json_field_array(json, "not_indexed");
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(catalog, i);
        for (size_t k = 0; k < d->benchmarks.n; k++) {
            const rs_catalog_benchmark *b = &d->benchmarks.items[k];
            /* benchmarks with facts were compared */
            if (!rs_protect_names(protect, d, b) || rs_strmap_get(present, b->name) != RS_NPOS)
                continue;
            rs_json_blank(json, RS_DECIDE_LINE);
            rs_json_begin_object(json);
            rs_json_field_str(json, "benchmark", b->name);
            rs_json_field_str(json, "dataset", d->id);
            rs_json_field_cstr(json, "content", "NOT CHECKED");
            rs_json_field_cstr(json, "lineage", "NOT CHECKED");
            rs_json_end_object(json);
        }
    }
    rs_json_end_array(json);
}

/* What could not be compared: benchmarks that are not indexed, and pairs that lineage suggests. */
static rsift_status put_unchecked(rs_store *store, const rs_catalog *catalog, rs_texts protect,
                                  rs_json_writer *json, rsift_error *err)
{
    rs_strmap present = {0}, indexed = {0};
    rsift_status status =
        read_names(store, "SELECT benchmark FROM benchmark_fact ORDER BY benchmark", &present, err);
    if (status == RSIFT_OK)
        status = read_names(store, "SELECT DISTINCT dataset FROM release ORDER BY dataset",
                            &indexed, err);
    if (status == RSIFT_OK) {
        put_not_indexed(catalog, protect, &present, json);
        put_possible(catalog, protect, &indexed, json);
    }
    rs_strmap_fini(&present);
    rs_strmap_fini(&indexed);
    return status;
}

rsift_status rs_decide_leaks(rs_store *store, const rs_catalog *catalog, rs_texts protect,
                             rs_buf *json, int64_t *n_leaks, rsift_error *err)
{
    /* protected pictures, candidates that share one, samples behind them */
    RS_TRY(rs_protect_make(store, catalog, protect, err));
    RS_TRY(rs_decide_run_section(store, "protect", "leaks", RS_STR(""), err));
    RS_TRY(rs_decide_run_section(store, "protect", "sample_leaks", RS_STR(""), err));
    RS_TRY(rs_store_begin(store, err));
    rsift_status status = rs_decide_run_section(store, "leaks", "store", RS_STR(""), err);
    rsift_status end = rs_store_end(store, status == RSIFT_OK, status == RSIFT_OK ? err : NULL);
    RS_TRY(status == RSIFT_OK ? end : status);
    RS_TRY(rs_decide_run_section(store, "leaks", "facts", RS_STR(""), err));
    RS_TRY(rs_decide_number(
        store, "SELECT count(DISTINCT sample_id) FROM sample_leak WHERE NOT own", n_leaks, err));
    rs_json_writer w = rs_json_writer_to(json);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.leaks/1");
    rs_json_field_i64(&w, "n_leaks", *n_leaks);
    rs_json_write_key(&w, "benchmarks");
    RS_TRY(rs_decide_rows(store, "leaks", "table", &w, err));
    rs_json_write_key(&w, "candidates");
    RS_TRY(rs_decide_rows(store, "leaks", "candidates", &w, err));
    rs_json_write_key(&w, "pairs");
    RS_TRY(rs_decide_rows(store, "leaks", "pairs", &w, err));
    RS_TRY(put_unchecked(store, catalog, protect, &w, err));
    rs_json_end_object(&w);
    return rs_json_finish(&w, "the answer", err);
}

/* ---- clean lists ----------------------------------------------------------------------------- */

/* Tables of the pictures that the mixture keeps, by id, by name and by hash. */
static rsift_status make_kept(rs_store *store, rs_str mixture_id, rsift_error *err)
{
    static const char text[] =
        "CREATE OR REPLACE TEMP TABLE kept_asset AS SELECT DISTINCT sa.asset_id FROM ledger l JOIN "
        "sample_asset sa ON"
        " sa.sample_id = l.sample_id AND sa.asset_role <> 'mask' WHERE l.kept AND l.mixture_id = ";
    static const char rest[] = "CREATE OR REPLACE TEMP TABLE kept_key AS SELECT DISTINCT s.key "
                               "FROM asset_source s JOIN kept_asset USING (asset_id);\n"
                               "CREATE OR REPLACE TEMP TABLE kept_hash AS SELECT DISTINCT "
                               "a.content_hash FROM asset a JOIN kept_asset USING (asset_id)"
                               " WHERE a.content_hash IS NOT NULL;\n";
    rs_buf sql = {0};
    rs_buf_cstr(&sql, text);
    rs_store_put_literal(&sql, mixture_id);
    rs_buf_cstr(&sql, ";\n");
    rs_buf_cstr(&sql, rest);
    rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                     : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

rsift_status rs_decide_clean_ids(rs_store *store, const rs_catalog *catalog, rs_str mixture_id,
                                 rs_clean_id_fn *fn, void *ctx, rsift_error *err)
{
    RS_TRY(rs_protect_make(store, catalog, (rs_texts){0}, err));
    RS_TRY(make_kept(store, mixture_id, err));
    rs_result *result;
    RS_TRY(rs_decide_ask(store, "leaks", "clean", RS_STR(""), &result, err));
    rs_arena arena = {0};
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        /* the word may be a file name */
        rs_arena_reset(&arena);
        rs_str slug = rs_protect_slug(&arena, rs_result_str(result, 0));
        status = slug.ptr
                     ? fn(ctx, slug, rs_result_id(result, 1), rs_result_i64(result, 2) == 0, err)
                     : rs_err_nomem(err, "a name");
        if (status != RSIFT_OK) break;
    }
    rs_arena_fini(&arena);
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}
