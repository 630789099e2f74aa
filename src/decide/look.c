/* Runs look.sql's opening sections with their variables set; see look.h. */
#include "decide/look.h"

#include "base/buf.h"
#include "decide/ask.h"
#include "image/hash.h"
#include "store/quote.h"

/* Of the search and its proofs; raise it when other pairs come out of the same hashes. */
enum { SEARCH_VERSION = 4 };

static void put_orientations(rs_buf *sql)
{
    rs_buf_cstr(sql, "CREATE OR REPLACE TEMP TABLE orientation_name(orientation INTEGER, name "
                     "VARCHAR);\nINSERT INTO orientation_name VALUES ");
    for (unsigned i = 0; i < RS_IMAGE_N_ORIENTATIONS; i++)
        rs_buf_printf(sql, "%s(%u, '%s')", i ? ", " : "", i, rs_image_orientation_name(i));
    rs_buf_cstr(sql, ";\n");
}

rsift_status rs_look_set_variables(rs_store *store, const char *kind, unsigned radius,
                                   rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "SET VARIABLE rsift_near_kind = ");
    rs_store_put_literal(&sql, rs_str_of(kind));
    rs_buf_printf(&sql,
                  ";\nSET VARIABLE rsift_near_radius = %u;\nSET VARIABLE rsift_near_version = "
                  "%d;\nSET VARIABLE rsift_near_hashes = %d;\n",
                  radius, SEARCH_VERSION * 1000 + RS_IMAGE_HASH_VERSION, RS_IMAGE_HASH_VERSION);
    put_orientations(&sql);
    const rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                           : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

rsift_status rs_look_make_marks(rs_store *store, const char *kind, unsigned radius,
                                rsift_error *err)
{
    RS_TRY(rs_look_set_variables(store, kind, radius, err));
    RS_TRY(rs_decide_run_section(store, "look", "hashes", RS_STR(""), err));
    return rs_decide_run_section(store, "look", "marks", RS_STR(""), err);
}
