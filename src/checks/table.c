/* Every check, in alphabetical order. */
#include "checks/table.h"

const rs_check *const rs_checks[] = {&rs_check_classes, &rs_check_region, &rs_check_text,
                                     &rs_check_turns,   &rs_check_units,  NULL};

rsift_status rs_checks_run(const rs_check_input *input, rs_batch *batch, rsift_error *err)
{
    /* A finding is no error: only a check that could not do its work ends the loop. */
    for (const rs_check *const *check = rs_checks; *check; check++)
        RS_TRY((*check)->run(input, batch, err));
    return RSIFT_OK;
}
