/* Appending runs to a mask: every mask of ours is made here, so every mask is canonical. */
#include "geom/rle_build.h"

#include "base/alloc.h"
#include "base/buf.h"

#include <inttypes.h>

rsift_status rs_geom_rle_start(rs_rle_build *b, uint32_t height, uint32_t width, rs_rle *out,
                               rsift_error *err)
{
    *out = (rs_rle){0};
    *b = (rs_rle_build){.height = height, .width = width};
    if ((uint64_t)height * width > UINT32_MAX)
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "mask of %" PRIu32 " x %" PRIu32 " pixels, 2^32 - 1 at most", width,
                          height);
    return RSIFT_OK;
}

void rs_geom_rle_add(rs_rle_build *b, bool value, uint64_t length)
{
    if (length == 0 || b->failed) return;
    uint64_t room = (uint64_t)b->height * b->width - b->total;
    if (length > room) {
        b->overfull = true;
        length = room;
        if (length == 0) return;
    }
    b->total += length;
    bool last = b->n % 2 == 0; /* value of the run that ends the list: run i holds i % 2 */
    if (b->n > 0 && last == value) {
        b->runs[b->n - 1] += (uint32_t)length;
        return;
    }
    if (!RS_VEC_RESERVE(b->runs, b->cap, b->n + 2)) {
        b->failed = true;
        return;
    }
    if (b->n == 0 && value) b->runs[b->n++] = 0;
    b->runs[b->n++] = (uint32_t)length;
}

rsift_status rs_geom_rle_finish(rs_rle_build *b, rs_rle *out, rsift_error *err)
{
    uint64_t want = (uint64_t)b->height * b->width;
    bool wrong = b->overfull || b->total != want;
    if (b->failed || wrong) {
        rs_free(b->runs);
        if (b->failed) return rs_err_nomem(err, "a mask");
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "expected runs of %" PRIu64 " pixels in all, found %s", want,
                          b->overfull ? "more" : "fewer");
    }
    *out = (rs_rle){b->height, b->width, b->n, b->runs};
    return RSIFT_OK;
}
