/* Compressed masks: hostile text is refused or gives a canonical mask that survives being written
 * and read, and measures the same as its pixels. */
#include "base/alloc.h"
#include "geom/rle.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check_canonical(const rs_rle *rle)
{
    uint64_t total = 0;
    for (size_t i = 0; i < rle->n; i++) {
        RS_ASSERT(i == 0 || rle->runs[i] > 0);
        total += rle->runs[i];
    }
    RS_ASSERT(total == (uint64_t)rle->height * rle->width);
}

static void check_text(const rs_rle *rle)
{
    rs_buf text = {0};
    rs_rle back;
    rs_geom_rle_to_text(rle, &text);
    RS_ASSERT(rs_geom_rle_of_text(rs_buf_view(&text), rle->height, rle->width, &back, NULL) ==
              RSIFT_OK);
    RS_ASSERT(back.n == rle->n);
    RS_ASSERT(rs_geom_rle_shared(rle, &back) == rs_geom_rle_area(rle));
    rs_geom_rle_fini(&back);
    rs_buf_fini(&text);
}

static void check_pixels(const rs_rle *rle)
{
    size_t n = (size_t)rle->height * rle->width;
    uint8_t *pixels = rs_alloc(n);
    rs_rle back;
    RS_ASSERT(pixels);
    rs_geom_rle_decode(rle, pixels, 1, rle->height);
    uint64_t area = 0;
    for (size_t i = 0; i < n; i++) area += pixels[i];
    RS_ASSERT(area == rs_geom_rle_area(rle));
    RS_ASSERT(rs_geom_rle_encode(pixels, rle->height, rle->width, 1, rle->height, &back, NULL) ==
              RSIFT_OK);
    RS_ASSERT(back.n == rle->n && rs_geom_rle_shared(rle, &back) == area);
    rs_geom_rle_fini(&back);
    rs_free(pixels);
}

/* The first two bytes are the sides (0..255, the second times 256 when odd), the rest is text. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n < 2) return 0;
    uint32_t height = bytes[0], width = bytes[1] % 2 ? (uint32_t)bytes[1] << 8 : bytes[1];
    rs_str text = {(const char *)bytes + 2, n - 2};
    rs_rle rle;
    rsift_error err;
    if (rs_geom_rle_of_text(text, height, width, &rle, &err) != RSIFT_OK) {
        RS_ASSERT(err.message[0] && !rle.runs);
        return 0;
    }
    double box[4];
    rs_geom_rle_box(&rle, box);
    RS_ASSERT(box[0] + box[2] <= width && box[1] + box[3] <= height);
    check_canonical(&rle);
    check_text(&rle);
    if (width < 256) check_pixels(&rle);
    rs_geom_rle_fini(&rle);
    return 0;
}
