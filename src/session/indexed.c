/* Whether a dataset that somebody typed is in the workspace; when it is not, the message
 * lists what is there. Names are compared byte by byte and nothing is guessed. A list in a message
 * ends at 120 bytes. */
#include "session/indexed.h"

#include "base/buf.h"

enum { SHOWN = 120 };

/* "a, b, c": the answer of `sql`; *found: whether `name` is among them. */
static rsift_status names_of(rs_store *store, const char *sql, rs_str name, rs_buf *out,
                             bool *found, rsift_error *err)
{
    rs_result *rows = NULL;
    *found = false;
    rsift_status status = rs_store_query(store, rs_str_of(sql), NULL, 0, &rows, err);
    while (status == RSIFT_OK && (status = rs_result_next(rows, err)) == RSIFT_OK) {
        /* Read to the end: the name may come after those that a message has room for. */
        const rs_str each = rs_result_str(rows, 0);
        *found = *found || rs_str_eq(each, name);
        /* as many names as a message holds */
        if (out->len < SHOWN) {
            if (out->len) rs_buf_cstr(out, ", ");
            rs_buf_str(out, each);
        }
    }
    if (rows) rs_result_close(rows);
    if (status != RSIFT_END) return status;
    return out->failed ? rs_err_nomem(err, "names") : RSIFT_OK;
}

rsift_status rs_session_check_indexed(rs_store *store, const char *dataset, rsift_error *err)
{
    static const char datasets[] = "SELECT DISTINCT dataset FROM sample ORDER BY 1";
    rs_buf names = {0};
    bool found;
    rsift_status status = names_of(store, datasets, rs_str_of(dataset), &names, &found, err);
    if (status == RSIFT_OK && !found)
        status = rs_err_set(err, RSIFT_E_ARG, "\"%.64s\" is not indexed here; there is %.*s",
                            dataset, (int)(names.len < SHOWN ? names.len : SHOWN),
                            names.len ? names.ptr : "nothing yet");
    rs_buf_fini(&names);
    return status;
}
