/* What libarchive reads for us, and the names that decide: the first byte chooses the extension. */
#include "fuzz_io.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const char *const names[] = {"x.tar.gz", "x.rar",    "x.7z",      "x.json.gz",
                                        "x.tar.xz", "x_partaa", "x.zip.001", "x.tar.zst"};
    if (n == 0) return 0;
    fuzz_tree(names[bytes[0] % (sizeof names / sizeof *names)], bytes + 1, n - 1);
    return 0;
}
