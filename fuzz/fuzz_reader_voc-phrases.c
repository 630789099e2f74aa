/* VOC XML with an expression for each object, and split lists that number the objects. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const rs_str two[] = {RS_STR("2")}, latin[] = {RS_STR("latin")};
    const rs_param_value params[] = {{RS_STR("objects"), two, 1},
                                     {RS_STR("phrase_script"), latin, 1}};
    const fuzz_setup setup = {"voc-phrases", ".xml", RS_TASK_GROUNDING_HBB, params, 2};
    return fuzz_reader(&setup, bytes, n);
}
