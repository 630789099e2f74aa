/* leaks: which training samples show pictures that a benchmark will ask about, and how much of it
 * each method could look at. The matching itself is leaks.sql and protect.sql; here are the answer,
 * what the catalogue's lineage suggests, and the lists of samples that share nothing. */
#include "decide/leaks.h"

#include "codec/json_writer.h"
#include "decide/apart.h"
#include "decide/ask.h"
#include "decide/look.h"
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

/* Calls back with every wanted benchmark of the catalogue that has no samples here. */
typedef void unindexed_fn(void *ctx, const rs_catalog_dataset *d, const rs_catalog_benchmark *b);
static void each_unindexed(const rs_catalog *catalog, rs_texts protect, const rs_strmap *present,
                           unindexed_fn *fn, void *ctx)
{
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(catalog, i);
        for (size_t k = 0; k < d->benchmarks.n; k++) {
            const rs_catalog_benchmark *b = &d->benchmarks.items[k];
            if (rs_protect_names(protect, d, b) && rs_strmap_get(present, b->name) == RS_NPOS)
                fn(ctx, d, b);
        }
    }
}

static void put_unindexed(void *ctx, const rs_catalog_dataset *d, const rs_catalog_benchmark *b)
{
    rs_json_writer *json = ctx;
    rs_json_blank(json, RS_DECIDE_LINE);
    rs_json_begin_object(json);
    rs_json_field_str(json, "benchmark", b->name);
    rs_json_field_str(json, "dataset", d->id);
    rs_json_field_cstr(json, "content", "NOT CHECKED");
    rs_json_field_cstr(json, "lineage", "NOT CHECKED");
    rs_json_end_object(json);
}

static const char present_sql[] = "SELECT DISTINCT benchmark FROM protected_sample "
                                  "ORDER BY benchmark";

/* What could not be compared: benchmarks that are not indexed, and pairs that lineage suggests. */
static rsift_status put_unchecked(rs_store *store, const rs_catalog *catalog, rs_texts protect,
                                  rs_json_writer *json, rsift_error *err)
{
    rs_strmap present = {0}, indexed = {0};
    rsift_status status = read_names(store, present_sql, &present, err);
    if (status == RSIFT_OK) status = rs_protect_list_indexed(store, &indexed, err);
    if (status == RSIFT_OK) {
        rs_json_field_array(json, "not_indexed");
        each_unindexed(catalog, protect, &present, put_unindexed, json);
        rs_json_end_array(json);
        put_possible(catalog, protect, &indexed, json);
    }
    rs_strmap_fini(&present);
    rs_strmap_fini(&indexed);
    return status;
}

/* Runs sections of leaks.sql. */
static rsift_status run_sections(rs_store *store, const char *const *names, rsift_error *err)
{
    for (size_t i = 0; names[i]; i++)
        RS_TRY(rs_decide_run_section(store, "leaks", names[i], RS_STR(""), err));
    return RSIFT_OK;
}

/* The pictures of both sides and their hashes, by which an earlier comparison still holds. */
static rsift_status make_near(rs_store *store, const char *kind, rsift_error *err)
{
    RS_TRY(rs_protect_make_sides(store, kind, err));
    return rs_look_make_marks(store, kind, RS_LOOK_RADIUS, err);
}

/* Candidates that share a protected picture, samples behind them, what each method saw. In:
 * protect.sql's tables. */
static rsift_status make_table(rs_store *store, const rs_catalog *catalog,
                               const rs_leak_question *question, rsift_error *err)
{
    static const char *const sections[] = {"pool", "looked", "near", "facts", "methods", NULL};
    RS_TRY(make_near(store, rs_protect_kind(question), err));
    RS_TRY(rs_protect_find_leaks(store, err));
    RS_TRY(rs_apart_make(store, catalog, err));
    return run_sections(store, sections, err);
}

/* The two sets that were asked about: nothing else is told of. */
static void put_between(const rs_leak_question *question, rs_json_writer *json)
{
    rs_json_field_array(json, "not_indexed");
    rs_json_end_array(json);
    rs_json_field_array(json, "possible");
    rs_json_end_array(json);
    rs_json_field_array(json, "between");
    for (size_t i = 0; i < 2; i++) rs_json_write_str(json, question->between[i]);
    rs_json_end_array(json);
}

/* The answer of `leaks`, one list after the other. */
static rsift_status put_table(rs_store *store, const rs_catalog *catalog,
                              const rs_leak_question *question, rs_buf *json, int64_t *n_leaks,
                              rsift_error *err)
{
    /* key of the answer, section of leaks.sql */
    static const char *const lists[][2] = {
        {"benchmarks", "table"},      {"methods", "rows"},
        {"candidates", "candidates"}, {"not_compared", "not_compared"},
        {"pairs", "pairs"},           {"checks", "checks"},
        {"matrix", "matrix"}};
    RS_TRY(rs_decide_number(
        store, "SELECT count(DISTINCT sample_id) FROM sample_leak WHERE NOT own", n_leaks, err));
    rs_json_writer w = rs_json_writer_to(json);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.leaks/1");
    rs_json_field_i64(&w, "n_leaks", *n_leaks);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        rs_json_write_key(&w, lists[i][0]);
        RS_TRY(rs_decide_rows(store, "leaks", lists[i][1], &w, err));
    }
    if (question->between[0].ptr) put_between(question, &w);
    else RS_TRY(put_unchecked(store, catalog, question->protect, &w, err));
    rs_json_end_object(&w);
    return rs_json_finish(&w, "the answer", err);
}

rsift_status rs_decide_leaks(rs_store *store, const rs_catalog *catalog,
                             const rs_leak_question *question, rs_buf *json, int64_t *n_leaks,
                             rsift_error *err)
{
    RS_TRY(rs_protect_ask(store, catalog, question, err));
    RS_TRY(make_table(store, catalog, question, err));
    RS_TRY(rs_store_begin(store, err));
    rsift_status status = rs_decide_run_section(store, "leaks", "store", RS_STR(""), err);
    rsift_status end = rs_store_end(store, status == RSIFT_OK, status == RSIFT_OK ? err : NULL);
    RS_TRY(status == RSIFT_OK ? end : status);
    return put_table(store, catalog, question, json, n_leaks, err);
}

/* The answer where nothing protected is indexed: the benchmarks that are not. */
static rsift_status put_unprotected(rs_store *store, const rs_catalog *catalog, rs_buf *json,
                                    rsift_error *err)
{
    rs_json_writer w = rs_json_writer_to(json);
    rs_json_begin_object(&w);
    RS_TRY(put_unchecked(store, catalog, (rs_texts){0}, &w, err));
    rs_json_end_object(&w);
    return rs_json_finish(&w, "the answer", err);
}

rsift_status rs_decide_leak_table(rs_store *store, const rs_catalog *catalog, rs_buf *json,
                                  rsift_error *err)
{
    const rs_leak_question all = {0};
    int64_t n_leaks;
    bool none = false;
    RS_TRY(rs_protect_make_samples(store, catalog, all.protect, err));
    RS_TRY(rs_protect_is_empty(store, &none, err));
    if (none) return put_unprotected(store, catalog, json, err);
    RS_TRY(rs_protect_make_pictures(store, err));
    RS_TRY(make_table(store, catalog, &all, err));
    return put_table(store, catalog, &all, json, &n_leaks, err);
}

/* ---- one mixture ----------------------------------------------------------------------------- */

/* Names the mixture that the statements below, and those of the mix, are about. */
static rsift_status set_mixture(rs_store *store, rs_str mixture_id, rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "SET VARIABLE rsift_mixture = ");
    rs_store_put_literal(&sql, mixture_id);
    rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                     : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

/* What the methods saw of the protected data, with the pictures that the mixture keeps as the
 * pool. In: protect.sql's tables, set_mixture. */
static rsift_status compare_kept(rs_store *store, const rs_catalog *catalog, rsift_error *err)
{
    static const char *const sections[] = {"kept", "looked", "near", NULL};
    RS_TRY(make_near(store, "leak", err));
    RS_TRY(rs_apart_make(store, catalog, err));
    return run_sections(store, sections, err);
}

static void count_unindexed(void *ctx, const rs_catalog_dataset *d, const rs_catalog_benchmark *b)
{
    (void)d, (void)b;
    ++*(int64_t *)ctx;
}

/* Protected benchmarks that are indexed, and those of which no method saw all pictures. */
static rsift_status count_unseen(rs_store *store, const rs_catalog *catalog, rs_unseen *out,
                                 rsift_error *err)
{
    RS_TRY(compare_kept(store, catalog, err));
    RS_TRY(rs_decide_run_section(store, "leaks", "facts", RS_STR(""), err));
    RS_TRY(rs_decide_number(store, "SELECT count(*) FROM benchmark_fact", &out->n_indexed, err));
    return rs_decide_number(
        store,
        "SELECT count(*) FROM benchmark_fact WHERE pictures = 0 OR (bytes < "
        "pictures AND lineage < pictures AND pixels < pictures AND perceptual < pictures)",
        &out->n_unseen, err);
}

rsift_status rs_leaks_unseen(rs_store *store, const rs_catalog *catalog, rs_texts protect,
                             rs_str mixture_id, rs_unseen *out, rsift_error *err)
{
    *out = (rs_unseen){0};
    bool none = false;
    RS_TRY(set_mixture(store, mixture_id, err));
    RS_TRY(rs_protect_is_empty(store, &none, err));
    if (!none) RS_TRY(count_unseen(store, catalog, out, err));
    rs_strmap present = {0};
    rsift_status status = read_names(store, present_sql, &present, err);
    if (status == RSIFT_OK)
        each_unindexed(catalog, protect, &present, count_unindexed, &out->n_not_indexed);
    rs_strmap_fini(&present);
    return status;
}

rsift_status rs_decide_unshared(rs_store *store, const rs_catalog *catalog, rs_str mixture_id,
                                rs_unshared_fn *fn, void *ctx, rsift_error *err)
{
    bool none = false;
    RS_TRY(rs_protect_make(store, catalog, (rs_texts){0}, err));
    RS_TRY(rs_protect_is_empty(store, &none, err));
    if (none) return RSIFT_OK;
    RS_TRY(set_mixture(store, mixture_id, err));
    RS_TRY(compare_kept(store, catalog, err));
    RS_TRY(rs_decide_run_section(store, "protect", "near_pairs", RS_STR(""), err));
    rs_result *result;
    RS_TRY(rs_decide_ask(store, "leaks", "shared", RS_STR(""), &result, err));
    rs_arena arena = {0};
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_arena_reset(&arena);
        const rs_str benchmark = rs_result_str(result, 0);
        const rs_unshared sample = {
            .benchmark = benchmark,
            .slug = rs_protect_slug(&arena, benchmark),
            .id = rs_result_id(result, 1),
            .shared = rs_result_i64(result, 2) != 0,
            .by_bytes = rs_result_i64(result, 3) != 0,
            .by_lineage = rs_result_i64(result, 4) != 0,
            .by_perceptual = rs_result_i64(result, 5) != 0,
            .by_pixels = rs_result_i64(result, 6) != 0,
            .by_crop = rs_result_i64(result, 7) != 0,
            .undecided = rs_result_null(result, 8) ? (rs_str){NULL, 0} : rs_result_str(result, 8)};
        status = sample.slug.ptr ? fn(ctx, &sample, err) : rs_err_nomem(err, "a name");
        if (status != RSIFT_OK) break;
    }
    rs_arena_fini(&arena);
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}
