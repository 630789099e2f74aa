/* How the questions of this room reach the database: SQL files that are built in, cut into
 * sections, and rows as JSON. What is asked stands in the .sql files and their C. */
#ifndef RS_DECIDE_ASK_H
#define RS_DECIDE_ASK_H

#include "base/buf.h"
#include "catalog/catalog.h"
#include "codec/json_writer.h"
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

/* In the answers each row of a list stands on a line of its own. */
#define RS_DECIDE_LINE "\n  "
/* Every row of the section as an array of objects, keyed by column. */
rsift_status rs_decide_rows(rs_store *store, const char *name, const char *section,
                            rs_json_writer *json, rsift_error *err);

/* The first column of the one row of a question. */
rsift_status rs_decide_number(rs_store *store, const char *sql, int64_t *out, rsift_error *err);

#endif
