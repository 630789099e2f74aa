/* LLaVA conversations with box text. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const rs_str v0[] = {RS_STR("[refer]=grounding-obb"), RS_STR("[vqa]=vqa")};
    const rs_str v1[] = {RS_STR("percent-obb"), RS_STR("percent"), RS_STR("fraction-quad")};
    const rs_param_value params[] = {{RS_STR("tags"), v0, 2}, {RS_STR("box_convention"), v1, 3}};
    const fuzz_setup setup = {"llava", ".json", RS_TASK_VQA, params, 2};
    return fuzz_reader(&setup, bytes, n);
}
