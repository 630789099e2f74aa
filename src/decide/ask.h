/* Small helpers of the room: embedded SQL, literals, temporary folder, rows into JSON. */
#ifndef RS_DECIDE_ASK_H
#define RS_DECIDE_ASK_H

#include "base/buf.h"
#include "catalog/catalog.h"
#include "store/store.h"

/* Runs src/decide/<name>.sql; every {tmp} in it becomes `tmp`, escaped for use inside quotes. */
rsift_status rs_decide_run(rs_store *store, const char *name, rs_str tmp, rsift_error *err);
/* The text of one section of that file: what stands between "-- [section]" and the next such line,
 * with {tmp} replaced; appended to `sql`. */
rsift_status rs_decide_section(const char *name, const char *section, rs_str tmp, rs_buf *sql,
                               rsift_error *err);
/* Runs one section. */
rsift_status rs_decide_run_section(rs_store *store, const char *name, const char *section,
                                   rs_str tmp, rsift_error *err);
/* Opens one section as a question. */
rsift_status rs_decide_ask(rs_store *store, const char *name, const char *section, rs_str tmp,
                           rs_result **out, rsift_error *err);

/* 'text' with quotes doubled. */
void rs_decide_put_literal(rs_buf *sql, rs_str text);

/* Every row of the section as a JSON array of objects, one row per line; appended. *n counts them.
 */
rsift_status rs_decide_rows(rs_store *store, const char *name, const char *section, rs_buf *json,
                            int64_t *n, rsift_error *err);

/* The first column of the one row of a question. */
rsift_status rs_decide_number(rs_store *store, const char *sql, int64_t *out, rsift_error *err);

#endif
