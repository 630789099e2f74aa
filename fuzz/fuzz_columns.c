/* Parquet files: whatever the bytes, the tree opens or refuses, rows and pictures read or fail, and
 * it ends. What is fuzzed is how the engine's answers are taken; the engine itself is a library. */
#include "fuzz_io.h"

#include "store/columns.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    fuzz_tree_with("x.parquet", bytes, n, &rs_store_columns);
    return 0;
}
