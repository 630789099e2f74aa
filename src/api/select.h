/* Is SQL from outside a question, and nothing else? */
#ifndef RS_API_SELECT_H
#define RS_API_SELECT_H

#include "store/store.h"

/* Accepts what the engine can spell as one SELECT (also DESCRIBE, SUMMARIZE, SHOW, VALUES), or
 * EXPLAIN of one, whose table functions only make rows and whose tables are no files. Other
 * functions write logs, profiles or checkpoints from within a SELECT. What cannot be parsed passes:
 * the engine itself says then what is wrong.
 * Errors: RSIFT_E_ARG naming the function, RSIFT_E_LIMIT (nested too deep), RSIFT_E_NOMEM. */
rsift_status rs_api_check_select(rs_store *store, rs_str sql, rsift_error *err);

#endif
