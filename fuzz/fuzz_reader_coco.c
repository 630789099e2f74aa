/* COCO: rows in any order, polygons, run lengths. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const rs_str v0[] = {RS_STR("both")};
    const rs_str v1[] = {RS_STR("px-xywh"), RS_STR("px-cxcywha")};
    const rs_param_value params[] = {{RS_STR("masks"), v0, 1}, {RS_STR("box_convention"), v1, 2}};
    const fuzz_setup setup = {"coco", ".json", RS_TASK_SEGMENTATION, params, 2};
    return fuzz_reader(&setup, bytes, n);
}
