/* COCO's compressed text of a mask. Each run is written as its difference to the run two before it
 * (from the fourth run on), in groups of five bits, low bits first, two's complement; bit 5 is
 * set when another group follows; each group is one character counted from '0'. */
#include "base/alloc.h"
#include "geom/rle.h"
#include "geom/rle_build.h"

#include <inttypes.h>

enum { FIRST_CHAR = 48, GROUP_BITS = 5, FOLLOWS = 0x20, SIGN = 0x10, GROUP_MASK = 0x1f };
/* A difference of two 32-bit runs has 33 bits and a sign: seven groups. */
enum { MAX_GROUPS = 7 };

/* One signed number at *at; false when it is cut, too long or not in the alphabet. */
static bool read_number(rs_str text, size_t *at, int64_t *out)
{
    uint64_t bits = 0;
    for (int group = 0; group < MAX_GROUPS && *at < text.len; group++) {
        int code = (unsigned char)text.ptr[(*at)++] - FIRST_CHAR;
        if (code < 0 || code > (FOLLOWS | GROUP_MASK)) return false;
        bits |= (uint64_t)(code & GROUP_MASK) << (GROUP_BITS * group);
        if (code & FOLLOWS) continue;
        int width = GROUP_BITS * (group + 1);
        *out = (int64_t)bits - ((code & SIGN) ? (int64_t)1 << width : 0);
        return true;
    }
    return false;
}

static rsift_status bad_number(rs_rle_build *b, rs_str text, size_t at, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    rs_free(b->runs);
    rs_err_set(err, RSIFT_E_FORMAT, "expected a run length of a compressed mask, found \"%s\"",
               rs_err_quote(quoted, rs_str_sub(text, at, at + 16)));
    return rs_err_within(err, RSIFT_E_FORMAT, "byte %zu", at);
}

rsift_status rs_geom_rle_of_text(rs_str text, uint32_t height, uint32_t width, rs_rle *out,
                                 rsift_error *err)
{
    rs_rle_build b;
    RS_TRY(rs_geom_rle_start(&b, height, width, out, err));
    int64_t before[2] = {0, 0}; /* the two runs before this one, even and odd */
    size_t at = 0;
    for (size_t i = 0; at < text.len; i++) {
        size_t begin = at;
        int64_t run;
        if (!read_number(text, &at, &run)) return bad_number(&b, text, begin, err);
        if (i > 2) run += before[i % 2];
        if (run < 0 || run > UINT32_MAX) return bad_number(&b, text, begin, err);
        before[i % 2] = run;
        rs_geom_rle_add(&b, i % 2, (uint64_t)run);
    }
    return rs_geom_rle_finish(&b, out, err);
}

static void write_number(rs_buf *out, int64_t v)
{
    for (bool follows = true; follows;) {
        int group = (int)((uint64_t)v & GROUP_MASK);
        v = (v - group) / (GROUP_MASK + 1); /* exact: rounds down also below zero */
        follows = (group & SIGN) ? v != -1 : v != 0;
        rs_buf_char(out, (char)((follows ? group | FOLLOWS : group) + FIRST_CHAR));
    }
}

void rs_geom_rle_to_text(const rs_rle *rle, rs_buf *out)
{
    for (size_t i = 0; i < rle->n; i++) {
        int64_t run = rle->runs[i];
        write_number(out, i > 2 ? run - rle->runs[i - 2] : run);
    }
}
