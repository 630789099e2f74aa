/* GeoPixelD's JSON. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const fuzz_setup setup = {"segs", ".json", RS_TASK_GROUNDED_CAPTION, NULL, 0};
    return fuzz_reader(&setup, bytes, n);
}
