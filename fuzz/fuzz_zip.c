/* Zips: whatever the bytes, the tree opens or refuses, each member reads or fails, and it ends. */
#include "fuzz_io.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    fuzz_tree("x.zip", bytes, n);
    return 0;
}
