/* RSVQA triples: three files joined by id. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const rs_str v0[] = {RS_STR("file_name")};
    const rs_str v1[] = {RS_STR("file_name")};
    const rs_param_value params[] = {{RS_STR("merge_images_by"), v0, 1},
                                     {RS_STR("image_name"), v1, 1}};
    const fuzz_setup setup = {"rsvqa", ".json", RS_TASK_VQA, params, 2};
    return fuzz_reader(&setup, bytes, n);
}
