/* Run lengths in a table. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const fuzz_setup setup = {"runs", ".csv", RS_TASK_DETECTION_HBB, NULL, 0};
    return fuzz_reader(&setup, bytes, n);
}
