/* Before, after and mask folders: only names are read. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const fuzz_setup setup = {"pairs", ".png", RS_TASK_CHANGE_DETECTION, NULL, 0};
    return fuzz_reader(&setup, bytes, n);
}
