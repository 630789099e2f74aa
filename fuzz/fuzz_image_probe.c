/* Headers of pictures: whatever the bytes, a prefix never contradicts the whole file, "more bytes"
 * always names a reachable number, and random access sees what the whole prefix sees. */
#include "image/probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static rsift_status read_bytes(void *ctx, int64_t at, void *dst, size_t n, rsift_error *err)
{
    const rs_str *all = ctx;
    (void)err;
    RS_ASSERT(at >= 0 && (uint64_t)at + n <= all->len);
    memcpy(dst, all->ptr + at, n);
    return RSIFT_OK;
}

static void check_same(const rs_image_info *a, const rs_image_info *b)
{
    RS_ASSERT(a->format == b->format && a->width == b->width && a->height == b->height);
    RS_ASSERT(a->bands == b->bands && a->n_frames == b->n_frames && a->dtype == b->dtype);
    RS_ASSERT(a->orientation == b->orientation && a->n_declared == b->n_declared);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    rs_str all = {(const char *)bytes, n};
    rs_image_info whole, part;
    size_t need = 0;
    rsift_error err;
    rsift_status st = rs_image_probe(all, (int64_t)n, &whole, &need, &err);
    RS_ASSERT(st != RSIFT_END && whole.dtype && whole.format_name);
    RS_ASSERT(whole.orientation >= 1 && whole.orientation <= 8 && whole.gsd_m >= 0);
    if (st == RSIFT_OK) {
        size_t from = n > RS_IMAGE_TAIL ? n - RS_IMAGE_TAIL : 0;
        (void)rs_image_complete(&whole, rs_str_sub(all, from, n), (int64_t)n);
    }
    RS_ASSERT(rs_image_probe_at(read_bytes, &all, (int64_t)n, &part, &err) == st);
    if (st == RSIFT_OK) check_same(&whole, &part);
    size_t have = n / 3;
    rsift_status part_st;
    while ((part_st = rs_image_probe(rs_str_sub(all, 0, have), (int64_t)n, &part, &need, &err)) ==
           RSIFT_END) {
        RS_ASSERT(need > have && need <= n);
        have = need;
    }
    RS_ASSERT(part_st == st);
    if (st == RSIFT_OK) check_same(&whole, &part);
    (void)rs_image_probe(rs_str_sub(all, 0, n / 2), -1, &part, &need, &err);
    return 0;
}
