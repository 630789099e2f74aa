/* Numbers and text, independent of the locale. */
#ifndef RS_BASE_NUM_H
#define RS_BASE_NUM_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* All of `s` must be a number (no blanks around it). Integers: optional sign, range-checked.
 * Doubles: JSON's grammar plus a leading '+', ".5" and "5."; nan and inf are refused. */
bool rs_num_i64(rs_str s, int64_t *out);
bool rs_num_double(rs_str s, double *out);
/* digits / 10^n_fraction, where that is exact; false = it may be rounded twice. */
bool rs_num_decimal(uint64_t digits, size_t n_fraction, double *out);
/* Length of the number at the start of `s` (same grammar as rs_num_double), 0 = none. */
size_t rs_num_span(rs_str s);

/* Shortest text that reads back equal; not NUL-terminated; returns its length. */
#define RS_DOUBLE_SIZE 32
size_t rs_num_format(char out[RS_DOUBLE_SIZE], double v);

#endif
