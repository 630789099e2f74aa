/* The pool's tables; see pool.h. */
#include "decide/pool.h"

#include "decide/ask.h"
#include "decide/protect.h"
#include "store/quote.h"

static void put_insert(rs_buf *sql, const char *table, rs_str value)
{
    rs_buf_printf(sql, "INSERT INTO %s VALUES (", table);
    rs_store_put_literal(sql, value);
    rs_buf_cstr(sql, ");\n");
}

rsift_status rs_pool_want_datasets(rs_store *store, const rs_catalog *catalog, rs_texts datasets,
                                   rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE want_dataset(dataset VARCHAR);\n");
    /* without names: everything that is indexed */
    if (datasets.n == 0)
        rs_buf_cstr(&sql, "INSERT INTO want_dataset SELECT DISTINCT dataset FROM release;\n");
    for (size_t i = 0; i < datasets.n; i++) put_insert(&sql, "want_dataset", datasets.items[i]);
    rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                     : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    for (size_t i = 0; status == RSIFT_OK && i < datasets.n; i++)
        status = rs_decide_check_indexed(store, catalog, datasets.items[i], err);
    return status;
}

rsift_status rs_pool_make_groups(rs_store *store, const rs_catalog *catalog, rsift_error *err)
{
    RS_TRY(rs_protect_make(store, catalog, (rs_texts){0}, err));
    RS_TRY(rs_decide_run_section(store, "usable", "pictures", RS_STR(""), err));
    RS_TRY(rs_decide_run_section(store, "pool", "pictures", RS_STR(""), err));
    return rs_decide_run_section(store, "pool", "groups", RS_STR(""), err);
}
