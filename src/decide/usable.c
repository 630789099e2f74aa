/* What can be used: SQL, and for the view on which boxes count the record model's own rule. */
#include "decide/usable.h"

#include "decide/ask.h"
#include "decide/class_names.h"
#include "decide/decide.h"
#include "model/view.h"

/* Appends the kind of view of the row as a row of view_trouble, when no box can be placed on it. */
static void put_trouble(rs_buf *sql, rs_result *kind)
{
    int64_t v[5]; /* stated width and height, the picture's, EXIF orientation */
    for (size_t i = 0; i < 5; i++) v[i] = rs_result_i64(kind, i);
    const rs_view_picture picture = {(double)v[2], (double)v[3], (unsigned)v[4]};
    const rs_view view = rs_model_view((const double[]){(double)v[0], (double)v[1]}, &picture);
    if (rs_model_view_is_known(&view)) return;
    rs_buf_cstr(sql, sql->len ? ", (" : "INSERT INTO view_trouble VALUES (");
    for (size_t i = 0; i < 5; i++) rs_buf_printf(sql, "%lld, ", (long long)v[i]);
    rs_buf_printf(sql, "'%s')", rs_model_finding_info(rs_model_view_trouble(&view))->code);
}

/* view_trouble: the odd views of the workspace on which no box can be placed, and why. */
static rsift_status find_view_troubles(rs_store *store, rsift_error *err)
{
    RS_TRY(rs_store_exec(store,
                         RS_STR("CREATE OR REPLACE TEMP TABLE view_trouble(stated_width BIGINT, "
                                "stated_height BIGINT, width BIGINT, height BIGINT, orientation "
                                "BIGINT, why VARCHAR)"),
                         err));
    rs_result *kinds;
    rs_buf sql = {0};
    RS_TRY(rs_decide_ask(store, "usable", "view_kinds", RS_STR(""), &kinds, err));
    rsift_status status;
    while ((status = rs_result_next(kinds, err)) == RSIFT_OK) put_trouble(&sql, kinds);
    rs_result_close(kinds);
    if (status == RSIFT_END) status = RSIFT_OK;
    if (status == RSIFT_OK && sql.failed) status = rs_err_nomem(err, "a statement");
    if (status == RSIFT_OK && sql.len) status = rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

rsift_status rs_decide_make_usable(rs_store *store, const rs_catalog *catalog, rsift_error *err)
{
    static const char *const before[] = {"pictures", "odd_views"};
    static const char *const after[] = {"views", "unlistable", "here", "usable"};
    RS_TRY(rs_decide_parted_lists(store, err));
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        RS_TRY(rs_decide_run_section(store, "usable", before[i], RS_STR(""), err));
    RS_TRY(find_view_troubles(store, err));
    RS_TRY(rs_decide_find_classless(store, catalog, err));
    for (size_t i = 0; i < sizeof after / sizeof *after; i++)
        RS_TRY(rs_decide_run_section(store, "usable", after[i], RS_STR(""), err));
    return RSIFT_OK;
}
