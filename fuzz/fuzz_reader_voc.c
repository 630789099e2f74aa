/* VOC XML, upright and rotated boxes. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const rs_str v0[] = {RS_STR("obb")};
    const rs_str v1[] = {RS_STR("filename")};
    const rs_param_value params[] = {{RS_STR("box"), v0, 1}, {RS_STR("name_from"), v1, 1}};
    const fuzz_setup setup = {"voc", ".xml", RS_TASK_DETECTION_OBB, params, 2};
    return fuzz_reader(&setup, bytes, n);
}
