/* One's own data without a named reader: which one it takes, by what lies there. Asks when that is
 * not sure; nothing is guessed. */
#ifndef RS_RELEASE_OWN_CHOICE_H
#define RS_RELEASE_OWN_CHOICE_H

#include "release/release.h"

/* Completes plan->choice (reader, parameters) from the plan's first tree. *chosen = false when no
 * file there is known to a reader; plan->choice is as before then.
 *   errors  RSIFT_E_ARG when several readers fit, RSIFT_E_NOMEM */
rsift_status rs_own_choose(rs_plan *plan, const rs_catalog *catalog, bool *chosen,
                           rsift_error *err);

#endif
