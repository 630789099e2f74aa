/* Protected evaluation data: the catalogue's benchmarks become rows that the database can join with
 * its samples and pictures (protect.sql). */
#include "decide/protect.h"

#include "base/ascii.h"
#include "base/map.h"
#include "decide/ask.h"
#include "decide/split.h"
#include "store/quote.h"

rs_str rs_protect_slug(rs_arena *arena, rs_str benchmark)
{
    char *out = rs_arena_alloc(arena, benchmark.len + 1);
    if (!out) return (rs_str){NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < benchmark.len && n < 100; i++) {
        char c = rs_ascii_lower(benchmark.ptr[i]);
        bool plain = rs_ascii_is_alnum(c) || c == '.' || c == '_';
        if (plain && !(c == '.' && n == 0)) out[n++] = c;
        /* runs of other characters become one dash */
        else if (n && out[n - 1] != '-') out[n++] = '-';
    }
    while (n && out[n - 1] == '-') n--;
    /* a name of other letters alone */
    if (n == 0) out[n++] = '_';
    return rs_str_make(out, n);
}

/* Only datasets of the catalogue count as a common source: half come from "Google Earth". */
rs_str rs_protect_shared_source(const rs_catalog *catalog, const rs_catalog_dataset *a,
                                const rs_catalog_dataset *b)
{
    for (size_t i = 0; i < a->lineage.n; i++) {
        const rs_catalog_lineage *from = &a->lineage.items[i];
        if (rs_str_eq(from->source, b->id)) return b->id;
        /* made from its annotations only, or from something outside the catalogue: no shared
         * pictures */
        if (rs_str_eq(from->what, RS_STR("annotations")) || !rs_catalog_find(catalog, from->source))
            continue;
        for (size_t k = 0; k < b->lineage.n; k++)
            if (rs_str_eq(from->source, b->lineage.items[k].source) &&
                !rs_str_eq(b->lineage.items[k].what, RS_STR("annotations")))
                return from->source;
    }
    for (size_t k = 0; k < b->lineage.n; k++)
        if (rs_str_eq(b->lineage.items[k].source, a->id)) return a->id;
    return (rs_str){NULL, 0};
}

/* ---- rows for want_protect ------------------------------------------------------------------- */

/* The rows of both tables as lists of VALUES: one statement each, because a statement per row takes
 * longer than everything that is done with the rows. */
typedef struct wanted {
    rs_buf rows, rest;
} wanted;

static void put_row(wanted *w, const rs_catalog_dataset *d, const rs_catalog_benchmark *b,
                    rs_str split, rs_str source, rs_str task)
{
    const rs_str fields[] = {b->name, d->id,  b->scheme.len ? b->scheme : RS_STR("official"),
                             split,   source, task};
    rs_buf_cstr(&w->rows, w->rows.len ? ",\n(" : "(");
    rs_store_put_literals(&w->rows, fields, sizeof fields / sizeof *fields);
    rs_buf_char(&w->rows, ')');
}

static void put_benchmark(wanted *w, const rs_catalog_dataset *d, const rs_catalog_benchmark *b)
{
    /* a benchmark without sources or tasks of its own covers all of them: one row with "" */
    size_t n_sources = b->sources.n ? b->sources.n : 1, n_tasks = b->tasks.n ? b->tasks.n : 1;
    for (size_t s = 0; s < b->splits.n; s++)
        for (size_t i = 0; i < n_sources; i++)
            for (size_t t = 0; t < n_tasks; t++)
                put_row(w, d, b, b->splits.items[s],
                        b->sources.n ? b->sources.items[i] : RS_STR(""),
                        b->tasks.n ? rs_str_of(rs_model_task_name(b->tasks.items[t])) : RS_STR(""));
}

static void put_rest(wanted *w, rs_str dataset)
{
    rs_buf_cstr(&w->rest, w->rest.len ? ",\n(" : "(");
    rs_store_put_literal(&w->rest, dataset);
    rs_buf_char(&w->rest, ')');
}

bool rs_protect_all(rs_texts protect)
{
    return protect.n == 0 || (protect.n == 1 && rs_str_eq(protect.items[0], RS_STR("all")));
}

bool rs_protect_names(rs_texts protect, const rs_catalog_dataset *d, const rs_catalog_benchmark *b)
{
    if (rs_protect_all(protect)) return true;
    for (size_t i = 0; i < protect.n; i++)
        if (rs_str_eq(protect.items[i], d->id) || rs_str_eq_nocase(protect.items[i], b->name))
            return true;
    return false;
}

bool rs_protect_names_any(rs_texts protect, const rs_catalog_dataset *d)
{
    for (size_t i = 0; i < d->benchmarks.n; i++)
        if (rs_protect_names(protect, d, &d->benchmarks.items[i])) return true;
    return false;
}

static void put_dataset(wanted *w, const rs_catalog_dataset *d)
{
    for (size_t i = 0; i < d->benchmarks.n; i++) put_benchmark(w, d, &d->benchmarks.items[i]);
}

rsift_status rs_protect_list_indexed(rs_store *store, rs_strmap *indexed, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_store_query(store, RS_STR("SELECT DISTINCT dataset FROM release ORDER BY dataset"),
                          NULL, 0, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK)
        if (rs_strmap_put(indexed, rs_result_str(result, 0), NULL) == RS_NPOS) {
            rs_result_close(result);
            return rs_err_nomem(err, "the list of datasets");
        }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Rows for one name of `protect`: a dataset's id or a benchmark's name, whose letters are compared
 * without case. */
static rsift_status put_named(wanted *w, const rs_catalog *catalog, const rs_strmap *indexed,
                              rs_str name, rsift_error *err)
{
    const rs_catalog_dataset *d = rs_catalog_find(catalog, name);
    bool known = d != NULL || rs_strmap_get(indexed, name) != RS_NPOS;
    if (d) put_dataset(w, d);
    if (known) put_rest(w, name);
    for (size_t i = 0; !known && i < rs_catalog_n(catalog); i++) {
        d = rs_catalog_at(catalog, i);
        for (size_t k = 0; k < d->benchmarks.n; k++) {
            if (!rs_str_eq_nocase(d->benchmarks.items[k].name, name)) continue;
            put_benchmark(w, d, &d->benchmarks.items[k]);
            known = true;
        }
    }
    if (known) return RSIFT_OK;
    char quoted[RS_QUOTE_SIZE], hint[RS_DECIDE_HINT_SIZE];
    return rs_err_set(
        err, RSIFT_E_ARG,
        "no benchmark or dataset \"%s\" to protect%s; `rsift list` names the datasets, "
        "`rsift list --goals` the benchmarks",
        rs_err_quote(quoted, name), rs_decide_hint(hint, rs_catalog_suggest(catalog, name)));
}

/* Rows for all names, or for everything indexed when none is given. */
static rsift_status put_all(wanted *w, const rs_catalog *catalog, const rs_strmap *indexed,
                            rs_texts protect, rsift_error *err)
{
    if (!rs_protect_all(protect)) {
        for (size_t i = 0; i < protect.n; i++)
            RS_TRY(put_named(w, catalog, indexed, protect.items[i], err));
        return RSIFT_OK;
    }
    for (size_t i = 0; i < indexed->n; i++) {
        const rs_catalog_dataset *d = rs_catalog_find(catalog, indexed->keys[i]);
        if (d) put_dataset(w, d);
        put_rest(w, indexed->keys[i]);
    }
    return RSIFT_OK;
}

/* INSERT INTO table VALUES the rows of a list, if it has any. */
static void put_insert(rs_buf *sql, const char *table, const rs_buf *rows)
{
    if (rows->failed) sql->failed = true;
    if (rows->len == 0) return;
    rs_buf_printf(sql, "INSERT INTO %s VALUES ", table);
    rs_buf_str(sql, rs_buf_view(rows));
    rs_buf_cstr(sql, ";\n");
}

/* Refuses a name that protects nothing: whoever names training data as a benchmark would be told
 * that nothing leaks into it. */
static rsift_status check_named(rs_store *store, rs_texts protect, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    rs_result *result;
    if (rs_protect_all(protect)) return RSIFT_OK;
    RS_TRY(rs_decide_ask(store, "protect", "nothing", RS_STR(""), &result, err));
    rsift_status status = rs_result_next(result, err);
    if (status == RSIFT_OK)
        status = rs_err_set(err, RSIFT_E_ARG,
                            "nothing of \"%s\" is evaluation data, so that nothing of it can be "
                            "protected: index it with --role eval if it is a benchmark",
                            rs_err_quote(quoted, rs_result_str(result, 0)));
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

rsift_status rs_protect_make_samples(rs_store *store, const rs_catalog *catalog, rs_texts protect,
                                     rsift_error *err)
{
    rs_buf sql = {0};
    wanted rows = {0};
    rs_strmap indexed = {0};
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE want_protect(benchmark VARCHAR, dataset "
                      "VARCHAR, scheme VARCHAR,"
                      " split VARCHAR, source VARCHAR, task VARCHAR);\n"
                      "CREATE OR REPLACE TEMP TABLE want_rest(dataset VARCHAR);\n");
    rsift_status status = rs_protect_list_indexed(store, &indexed, err);
    if (status == RSIFT_OK) status = put_all(&rows, catalog, &indexed, protect, err);
    put_insert(&sql, "want_protect", &rows.rows);
    put_insert(&sql, "want_rest", &rows.rest);
    if (status == RSIFT_OK && sql.failed) status = rs_err_nomem(err, "a statement");
    if (status == RSIFT_OK) status = rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&rows.rows);
    rs_buf_fini(&rows.rest);
    rs_buf_fini(&sql);
    rs_strmap_fini(&indexed);
    RS_TRY(status);
    RS_TRY(rs_decide_run_section(store, "protect", "samples", RS_STR(""), err));
    return check_named(store, protect, err);
}

rsift_status rs_protect_make_pictures(rs_store *store, rsift_error *err)
{
    RS_TRY(rs_decide_run_section(store, "protect", "names", RS_STR(""), err));
    return rs_decide_run_section(store, "protect", "pictures", RS_STR(""), err);
}

rsift_status rs_protect_make(rs_store *store, const rs_catalog *catalog, rs_texts protect,
                             rsift_error *err)
{
    RS_TRY(rs_protect_make_samples(store, catalog, protect, err));
    return rs_protect_make_pictures(store, err);
}

rsift_status rs_protect_is_empty(rs_store *store, bool *empty, rsift_error *err)
{
    int64_t n = 0;
    RS_TRY(rs_decide_number(store, "SELECT count(*) FROM (SELECT 1 FROM protected_sample LIMIT 1)",
                            &n, err));
    *empty = n == 0;
    return RSIFT_OK;
}

/* ---- two sets of data ------------------------------------------------------------------------ */

/* A row of between_side for "NAME" or "NAME@SPLIT"; a release's id may hold an '@' itself. */
static rsift_status put_side(rs_store *store, const rs_catalog *catalog, int side, rs_str typed,
                             rsift_error *err)
{
    const rs_arg arg = {.type = RS_ARG_STR, .str = typed};
    rs_split split = {0};
    rs_str name = typed;
    rs_arena arena = {0};
    rs_buf sql = {0};
    int64_t is_release = 0;
    rs_result *result;
    RS_TRY(rs_store_query(store, RS_STR("SELECT count(*) FROM release WHERE release_id = $1"), &arg,
                          1, &result, err));
    rsift_status status = rs_result_next(result, err);
    if (status == RSIFT_OK) is_release = rs_result_i64(result, 0);
    rs_result_close(result);
    RS_TRY(status);
    const size_t at = rs_str_find_char(typed, '@');
    if (!is_release && at != RS_NPOS) name = rs_str_sub(typed, 0, at);
    if (!is_release) status = rs_decide_check_indexed(store, catalog, name, err);
    if (status == RSIFT_OK && !is_release && at != RS_NPOS)
        status = rs_decide_find_split(store, name, rs_str_sub(typed, at + 1, typed.len), &arena,
                                      &split, err);
    if (status == RSIFT_OK) {
        const rs_str none = RS_STR("");
        const rs_str fields[] = {typed, is_release ? typed : none, is_release ? none : name,
                                 split.scheme.ptr ? split.scheme : none,
                                 split.name.ptr ? split.name : none};
        rs_buf_printf(&sql, "INSERT INTO between_side VALUES (%d, ", side);
        rs_store_put_literals(&sql, fields, sizeof fields / sizeof *fields);
        rs_buf_cstr(&sql, ")");
        status = sql.failed ? rs_err_nomem(err, "a statement")
                            : rs_store_exec(store, rs_buf_view(&sql), err);
    }
    rs_arena_fini(&arena);
    rs_buf_fini(&sql);
    return status;
}

const char *rs_protect_kind(const rs_leak_question *question)
{
    return question->between[0].ptr ? "between" : "leak";
}

rsift_status rs_protect_ask(rs_store *store, const rs_catalog *catalog,
                            const rs_leak_question *question, rsift_error *err)
{
    static const char *const sections[] = {"between", "names", "pictures"};
    if (!question->between[0].ptr) return rs_protect_make(store, catalog, question->protect, err);
    RS_TRY(rs_store_exec(store,
                         RS_STR("CREATE OR REPLACE TEMP TABLE between_side(side INTEGER, label "
                                "VARCHAR, release_id VARCHAR, dataset VARCHAR, scheme VARCHAR, "
                                "split VARCHAR)"),
                         err));
    for (int i = 0; i < 2; i++) RS_TRY(put_side(store, catalog, i, question->between[i], err));
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        RS_TRY(rs_decide_run_section(store, "protect", sections[i], RS_STR(""), err));
    return RSIFT_OK;
}

rsift_status rs_protect_make_sides(rs_store *store, const char *kind, rsift_error *err)
{
    const bool between = strcmp(kind, "between") == 0;
    if (!between) RS_TRY(rs_decide_run_section(store, "look", "shown", RS_STR(""), err));
    RS_TRY(rs_decide_run_section(store, "protect", between ? "between_pictures" : "other_pictures",
                                 RS_STR(""), err));
    return rs_decide_run_section(store, "protect", "near_side", RS_STR(""), err);
}

rsift_status rs_protect_find_leaks(rs_store *store, rsift_error *err)
{
    static const char *const sections[] = {"near_pairs", "leaks", "leak_tables", "sample_leaks"};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        RS_TRY(rs_decide_run_section(store, "protect", sections[i], RS_STR(""), err));
    return RSIFT_OK;
}

rsift_status rs_protect_find_sample_leaks(rs_store *store, rsift_error *err)
{
    bool none = false;
    RS_TRY(rs_protect_is_empty(store, &none, err));
    if (none) return rs_decide_run_section(store, "protect", "leak_tables", RS_STR(""), err);
    return rs_protect_find_leaks(store, err);
}
