/* SODA-A's JSON. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const fuzz_setup setup = {"soda", ".json", RS_TASK_DETECTION_OBB, NULL, 0};
    return fuzz_reader(&setup, bytes, n);
}
