/* A header: never more rows than the file holds, and numbers as floats. */
#include "codec/npy.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    rs_npy npy = {0};
    rsift_error err = {0};
    const rsift_status status = rs_npy_parse(rs_str_make((const char *)bytes, n), n, &npy, &err);
    if (status != RSIFT_OK) {
        RS_ASSERT(err.message[0]);
        return 0;
    }
    RS_ASSERT(npy.offset <= n);
    RS_ASSERT(npy.rows == 0 || npy.width == 0 ||
              npy.rows * npy.width * npy.item_bytes <= n - npy.offset);
    float numbers[16];
    const size_t here = (n - npy.offset) / npy.item_bytes;
    rs_npy_floats(bytes + npy.offset, npy.item_bytes, here < 16 ? here : 16, numbers);
    return 0;
}
