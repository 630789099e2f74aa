/* A chunk is its body's length, a name of four letters, the body, and the sum of name and body. */
#include "image/png_sums.h"

#include <libdeflate.h>
#include <string.h>

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Gathers up to `want` bytes of a part; returns how many were taken. */
static size_t gather(rs_png_sums *s, const uint8_t *p, size_t n, uint32_t want)
{
    size_t missing = want - s->n_kept;
    if (n > missing) n = missing;
    memcpy(s->kept + s->n_kept, p, n);
    s->n_kept += (uint32_t)n;
    return n;
}

static void begin_chunk(rs_png_sums *s)
{
    s->left = be32(s->kept);
    memcpy(s->name, s->kept + 4, 4);
    s->sum = libdeflate_crc32(0, s->kept + 4, 4);
    s->part = s->left ? RS_PNG_BODY : RS_PNG_SUM;
}

static void end_chunk(rs_png_sums *s)
{
    s->wrong = be32(s->kept) != s->sum;
    s->part = s->wrong || memcmp(s->name, "IEND", 4) == 0 ? RS_PNG_END : RS_PNG_HEAD;
}

static size_t add_body(rs_png_sums *s, const uint8_t *p, size_t n)
{
    if (n > s->left) n = s->left;
    s->sum = libdeflate_crc32(s->sum, p, n);
    s->left -= (uint32_t)n;
    if (s->left == 0) s->part = RS_PNG_SUM;
    return n;
}

void rs_png_sums_add(rs_png_sums *s, const void *bytes, size_t n)
{
    static const uint32_t sizes[] = {[RS_PNG_SIGNATURE] = 8, [RS_PNG_HEAD] = 8, [RS_PNG_SUM] = 4};
    const uint8_t *p = bytes;
    while (n > 0 && s->part != RS_PNG_END) {
        size_t taken;
        if (s->part == RS_PNG_BODY) {
            taken = add_body(s, p, n);
        } else {
            const rs_png_part part = s->part;
            taken = gather(s, p, n, sizes[part]);
            if (s->n_kept == sizes[part]) {
                s->n_kept = 0;
                if (part == RS_PNG_SIGNATURE) s->part = RS_PNG_HEAD;
                else if (part == RS_PNG_HEAD) begin_chunk(s);
                else end_chunk(s);
            }
        }
        p += taken;
        n -= taken;
    }
}

bool rs_png_sums_hold(const rs_png_sums *s)
{
    return s->part == RS_PNG_END && !s->wrong;
}
