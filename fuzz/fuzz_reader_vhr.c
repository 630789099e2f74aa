/* NWPU VHR-10 label text. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const rs_str v0[] = {RS_STR("airplane"), RS_STR("ship")};
    const rs_param_value params[] = {{RS_STR("classes"), v0, 2}};
    const fuzz_setup setup = {"vhr", ".txt", RS_TASK_DETECTION_HBB, params, 1};
    return fuzz_reader(&setup, bytes, n);
}
