/* How the questions of this room reach the database: SQL files that are built in, cut into
 * sections, and rows as JSON. The questions themselves are the .sql files and their C. */
#ifndef RS_DECIDE_ASK_H
#define RS_DECIDE_ASK_H

#include "base/buf.h"
#include "catalog/catalog.h"
#include "codec/json_writer.h"
#include "store/store.h"

/* Runs src/decide/<name>.sql; every {tmp} in it becomes `tmp`, escaped for use inside quotes. */
rsift_status rs_decide_run(rs_store *store, const char *name, rs_str tmp, rsift_error *err);
/* The text of one section of that file: the lines between "-- [section]" and the next such line,
 * with {tmp} replaced; appended to `sql`. */
rsift_status rs_decide_section(const char *name, const char *section, rs_str tmp, rs_buf *sql,
                               rsift_error *err);
/* Runs one section. */
rsift_status rs_decide_run_section(rs_store *store, const char *name, const char *section,
                                   rs_str tmp, rsift_error *err);
/* Opens one section as a question. */
rsift_status rs_decide_ask(rs_store *store, const char *name, const char *section, rs_str tmp,
                           rs_result **out, rsift_error *err);

/* In the answers each row of a list has a line of its own. */
#define RS_DECIDE_LINE "\n  "
/* Every row of the section as an array of objects, keyed by column. */
rsift_status rs_decide_rows(rs_store *store, const char *name, const char *section,
                            rs_json_writer *json, rsift_error *err);

/* RSIFT_E_ARG when no release of the dataset is indexed; the message suggests what to do. */
rsift_status rs_decide_check_indexed(rs_store *store, const rs_catalog *catalog, rs_str dataset,
                                     rsift_error *err);
/* "; did you mean NAME?", or "" when there is no suggestion (ptr NULL). */
enum { RS_DECIDE_HINT_SIZE = 160 };
const char *rs_decide_hint(char out[RS_DECIDE_HINT_SIZE], rs_str suggestion);

/* The first column of the one row of a question. */
rsift_status rs_decide_number(rs_store *store, const char *sql, int64_t *out, rsift_error *err);

#endif
