/* A plan for one's own data: a folder, archive or file without a catalogue record, read by the
 * reader that the user names. Which file is which stands in the reader's table of uses. */
#ifndef RS_RELEASE_OWN_H
#define RS_RELEASE_OWN_H

#include "release/release.h"

/* The terms whose class is open, as a list for people. */
#define RS_OPEN_LICENCES                                                                    \
    "CC0-1.0, CC-BY-4.0, CC-BY-SA-4.0, MIT, Apache-2.0, BSD-3-Clause, PDDL-1.0, ODbL-1.0, " \
    "CDLA-Permissive-1.0"

/* Fills the plan from plan->choice; its one source has the id "own". `paths`: the logical paths of
 * the release.
 *   errors  RSIFT_E_ARG for an unknown reader or parameter, RSIFT_E_FORMAT when the files that the
 *           reader must have are not here */
rsift_status rs_plan_own(rs_plan *plan, rs_texts paths, rsift_error *err);

/* Which of the reader's uses a path belongs to, as an index; -1 = none. Case does not matter. */
int rs_plan_use_of(const rs_reader *reader, rs_str path);

#endif
