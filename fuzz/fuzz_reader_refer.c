/* References: a pickle, and the COCO file that it points into. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const rs_str v0[] = {RS_STR("px"), RS_STR("px-quad")};
    const rs_param_value params[] = {{RS_STR("box_convention"), v0, 2}};
    const fuzz_setup setup = {"refer", ".p", RS_TASK_REFERRING_SEG, params, 1};
    return fuzz_reader(&setup, bytes, n);
}
