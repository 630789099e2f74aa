/* Masks: pictures as label maps, whose parts become boxes. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const rs_str v0[] = {RS_STR("1=car"), RS_STR("#ff0000=car"), RS_STR("255=ship")};
    const rs_str v1[] = {RS_STR("parts")}, v2[] = {RS_STR("0")}, v3[] = {RS_STR("127")};
    const rs_param_value params[] = {{RS_STR("mask_values"), v0, 3},
                                     {RS_STR("objects"), v1, 1},
                                     {RS_STR("background"), v2, 1},
                                     {RS_STR("threshold"), v3, 1}};
    /* the first byte decides whether greys are told apart by a threshold */
    const size_t n_params = n && bytes[0] & 1 ? 4 : 3;
    const fuzz_setup setup = {"masks", ".png", RS_TASK_DETECTION_HBB, params, n_params};
    return fuzz_reader(&setup, bytes, n);
}
