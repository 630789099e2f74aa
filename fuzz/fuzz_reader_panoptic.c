/* Panoptic JSON and the PNG of its segments' ids. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    /* annotations of file_name "1.png" find the second part, which is written under that name */
    const fuzz_setup setup = {"panoptic", ".png", RS_TASK_DETECTION_HBB, NULL, 0};
    return fuzz_reader(&setup, bytes, n);
}
