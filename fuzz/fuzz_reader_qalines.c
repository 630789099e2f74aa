/* Questions and answers on alternate lines. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const rs_str v0[] = {RS_STR("many=counting")};
    const rs_param_value params[] = {{RS_STR("skill_by_text"), v0, 1}};
    const fuzz_setup setup = {"qalines", ".txt", RS_TASK_VQA, params, 1};
    return fuzz_reader(&setup, bytes, n);
}
