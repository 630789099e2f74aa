/* Flat JSON records. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const rs_str v0[] = {RS_STR("id")};
    const rs_str v1[] = {RS_STR("image")};
    const rs_str v2[] = {RS_STR("q")};
    const rs_str v3[] = {RS_STR("a")};
    const rs_str v4[] = {RS_STR("c")};
    const rs_str v5[] = {RS_STR("b")};
    const rs_str v6[] = {RS_STR("fraction-quad"), RS_STR("px")};
    const rs_str v7[] = {RS_STR("t")};
    const rs_str v8[] = {RS_STR("percent")};
    const rs_str v9[] = {RS_STR("s")};
    const rs_param_value params[] = {{RS_STR("id"), v0, 1},
                                     {RS_STR("image"), v1, 1},
                                     {RS_STR("question"), v2, 1},
                                     {RS_STR("answer"), v3, 1},
                                     {RS_STR("caption"), v4, 1},
                                     {RS_STR("box"), v5, 1},
                                     {RS_STR("box_convention"), v6, 2},
                                     {RS_STR("box_text"), v7, 1},
                                     {RS_STR("box_text_convention"), v8, 1},
                                     {RS_STR("split"), v9, 1}};
    const fuzz_setup setup = {"records", ".json", RS_TASK_VQA, params, 10};
    return fuzz_reader(&setup, bytes, n);
}
