/* GeoJSON of several pictures, with boxes and geometry in pixels. */
#include "reader_harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const rs_str px[] = {RS_STR("px")};
    const rs_param_value params[] = {{RS_STR("geometry"), px, 1}};
    const fuzz_setup setup = {"geojson", ".json", RS_TASK_DETECTION_HBB, params, 1};
    return fuzz_reader(&setup, bytes, n);
}
