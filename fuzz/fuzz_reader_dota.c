/* DOTA label text. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const fuzz_setup setup = {"dota", ".txt", RS_TASK_DETECTION_OBB, NULL, 0};
    return fuzz_reader(&setup, bytes, n);
}
