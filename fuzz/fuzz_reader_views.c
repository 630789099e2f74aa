/* Folders of views: only names are read. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const fuzz_setup setup = {"views", ".png", RS_TASK_CLASSIFICATION, NULL, 0};
    return fuzz_reader(&setup, bytes, n);
}
