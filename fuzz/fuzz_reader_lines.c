/* Question-answer lines. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const fuzz_setup setup = {"lines", ".txt", RS_TASK_VQA, NULL, 0};
    return fuzz_reader(&setup, bytes, n);
}
