/* Each protected set of pictures against all other sets, first by hashes, then by pieces where they
 * are wanted; see leaks.h. */
#include "overlap/leaks.h"

#include "decide/ask.h"
#include "decide/protect.h"
#include "decide/text_pairs.h"
#include "overlap/overlap.h"
#include "store/quote.h"

/* One set of protected pictures with one of other data, by the datasets that they are of. */
static void suspect_by_lineage(const rs_catalog *catalog, rs_str a, rs_str b, rs_result *row,
                               rs_buf *sql)
{
    const rs_catalog_dataset *x = rs_catalog_find(catalog, a), *y = rs_catalog_find(catalog, b);
    const bool same =
        rs_str_eq(a, b); /* own data under a release's id is made of it, most likely */
    if (!same && !(x && y && rs_protect_shared_source(catalog, x, y).ptr)) return;
    rs_buf_cstr(sql, "INSERT INTO near_suspect VALUES (");
    rs_store_put_literals(sql, (const rs_str[]){rs_result_str(row, 2), rs_result_str(row, 3)}, 2);
    rs_buf_cstr(sql, ");\n");
}

/* Rows of near_suspect for pairs of datasets of which one was made of the other, or both of a
 * third. */
static rsift_status add_suspects(const rs_overlap_leaks_job *job, rsift_error *err)
{
    static const char pairs[] =
        "SELECT DISTINCT p.dataset, o.dataset, p.benchmark || ' @ ' || p.dataset, o.dataset || "
        "CASE WHEN o.own_data THEN ' (own)' ELSE '' END FROM (SELECT DISTINCT benchmark, dataset, "
        "official FROM protected_sample) p JOIN (SELECT DISTINCT dataset, source = 'own' AS "
        "own_data FROM sample) o ON NOT (o.dataset = p.dataset AND p.official AND NOT o.own_data) "
        "ORDER BY 3, 4";
    rs_buf sql = {0};
    rs_result *result;
    RS_TRY(rs_store_query(job->store, rs_str_of(pairs), NULL, 0, &result, err));
    rsift_status status;
    rs_arena arena = {0};
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_arena_reset(&arena);
        const rs_str a = rs_arena_str(&arena, rs_result_str(result, 0));
        const rs_str b = rs_arena_str(&arena, rs_result_str(result, 1));
        if (!a.ptr || !b.ptr) status = rs_err_nomem(err, "names of datasets");
        if (status != RSIFT_OK) break;
        suspect_by_lineage(job->catalog, a, b, result, &sql);
    }
    rs_result_close(result);
    rs_arena_fini(&arena);
    if (status == RSIFT_END)
        status = sql.failed ? rs_err_nomem(err, "a statement")
                            : rs_store_exec(job->store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

/* Texts beyond what memory is meant to hold are not compared, which leaves no look. */
static rsift_status compare_texts(rs_store *store, rsift_error *err)
{
    rsift_error why = {0};
    const rsift_status status = rs_decide_text_pairs(store, &why);
    if (status == RSIFT_E_LIMIT)
        return rs_store_exec(store, RS_STR("DELETE FROM text_pair; DELETE FROM text_look"), err);
    if (status != RSIFT_OK && err) *err = why;
    return status;
}

rsift_status rs_overlap_leaks(const rs_overlap_leaks_job *job, rsift_error *err)
{
    rs_overlap_job between = {.session = job->session,
                              .store = job->store,
                              .kind = rs_protect_kind(&job->question),
                              .radius = RS_OVERLAP_RADIUS,
                              .crops = job->crops};
    /* Who names two sets of data wants all of it looked at. */
    if (job->question.between[0].ptr && between.crops == RS_CROPS_AUTO)
        between.crops = RS_CROPS_ALL;
    RS_TRY(rs_protect_ask(job->store, job->catalog, &job->question, err));
    bool none = false;
    RS_TRY(rs_protect_is_empty(job->store, &none, err));
    if (!none) { /* beside nothing no picture of the pool has to be listed */
        RS_TRY(rs_protect_make_sides(job->store, between.kind, err));
        RS_TRY(add_suspects(job, err));
        RS_TRY(rs_overlap_between(&between, err));
    }
    return compare_texts(job->store, err);
}
