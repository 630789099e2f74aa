/* "I/N": one of N shares of the work. */
#include "api/unit.h"

#include "base/num.h"

enum { MOST_UNITS = 1000000 };

rsift_status rs_api_read_unit(const rs_call *call, rs_index_unit *out, rsift_error *err)
{
    *out = (rs_index_unit){0, 0};
    if (!rs_call_given(call, "unit")) return RSIFT_OK;
    const rs_str text = rs_call_str(call, "unit");
    const size_t slash = rs_str_find_char(text, '/');
    int64_t i = 0, n = 0;
    /* rs_num_i64 wants digits to the end, so "1/2/3" and "1/ 2" are refused too. */
    const bool good = slash != RS_NPOS && rs_num_i64(rs_str_sub(text, 0, slash), &i) &&
                      rs_num_i64(rs_str_sub(text, slash + 1, text.len), &n) && i >= 1 && n >= i &&
                      n <= MOST_UNITS;
    if (!good) {
        char quoted[RS_QUOTE_SIZE];
        rs_err_set(err, RSIFT_E_ARG, "expected I/N with 1 <= I <= N <= 1000000, found \"%s\"",
                   rs_err_quote(quoted, text));
        return rs_err_within(err, RSIFT_E_ARG, "%s > unit", call->verb->name);
    }
    *out = (rs_index_unit){(int)i, (int)n};
    return RSIFT_OK;
}
