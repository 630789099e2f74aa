/* What the numbers of boxes mean: any numbers give one of the three verdicts, with words for it; a
 * merged sum decides as the whole does. The bytes are the prior, then boxes: how many numbers, the
 * picture's sides, the numbers as doubles or as small integers. */
#include "base/err.h"
#include "base/str.h"
#include "geom/numbers.h"

#include <math.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static double next_number(const uint8_t **p, size_t *n, bool small)
{
    double value = 0;
    size_t size = small ? 2 : sizeof value;
    if (*n < size) {
        *n = 0;
        return 1;
    }
    if (small) value = (*p)[0] * 8 + (*p)[1] / 100.0;
    else memcpy(&value, *p, size);
    *p += size;
    *n -= size;
    return isfinite(value) ? value : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const size_t counts[] = {2, 4, 5, 8, 6, 12};
    if (n < 2 || n > 1 << 14) return 0;
    static const char *const usual[] = {NULL, "px", "percent", "permille", "fraction", "px-xywh"};
    const rs_spelling_prior prior = {.usual = usual[bytes[0] % 6],
                                     .only =
                                         bytes[1] & 1 && bytes[0] % 6, /* names its one meaning */
                                     .padded = bytes[1] & 2,
                                     .corner_size = bytes[1] & 4,
                                     .defined = bytes[1] & 8 && bytes[0] % 6,
                                     .y_first = bytes[1] & 16};
    rs_box_numbers all = {0}, parts[2] = {{0}};
    bytes += 2;
    n -= 2;
    for (size_t i = 0; n > 0; i++) {
        double numbers[12];
        const uint8_t shape = *bytes++;
        n--;
        const size_t count = counts[shape % 6];
        const double side = shape & 64 ? 0 : shape & 32 ? 512 : 800;
        for (size_t k = 0; k < count; k++) numbers[k] = next_number(&bytes, &n, shape & 128);
        rs_geom_numbers_add(&all, numbers, count, side, side > 0 ? 512 : 0);
        rs_geom_numbers_add(&parts[i % 2], numbers, count, side, side > 0 ? 512 : 0);
    }
    rs_geom_numbers_merge(&parts[0], &parts[1]);
    rs_numbers_decision once, merged;
    rs_geom_numbers_decide(&all, &prior, &once);
    rs_geom_numbers_decide(&parts[0], &prior, &merged);
    RS_ASSERT(once.verdict == merged.verdict && once.convention == merged.convention);
    RS_ASSERT((once.verdict == RS_VERDICT_DECIDED) == (once.convention != NULL));
    RS_ASSERT(once.n_options <= RS_MOST_OPTIONS && memchr(once.evidence, 0, sizeof once.evidence));
    if (once.convention) RS_ASSERT(rs_geom_convention_like(rs_str_of(once.convention), 4));
    return 0;
}
