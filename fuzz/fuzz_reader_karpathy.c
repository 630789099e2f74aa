/* Karpathy caption files. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const rs_str v0[] = {RS_STR("changeflag")};
    const rs_param_value params[] = {{RS_STR("label_field"), v0, 1}};
    const fuzz_setup setup = {"karpathy", ".json", RS_TASK_CAPTION, params, 1};
    return fuzz_reader(&setup, bytes, n);
}
