/* Pixels: decoding any bytes gives an error or a whole picture that the encoders accept. The
 * libraries' own code is under test as we configure it (limits, memory, handlers). */
#include "image/decode.h"
#include "image/labels.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* The same bytes as a label map: an error, or places that all exist. */
static void as_labels(rs_str bytes, const rsift_limits *limits, bool by_colour)
{
    rs_label_map map;
    rsift_error err;
    const rsift_status st = rs_image_labels(bytes, limits, by_colour, &map, &err);
    RS_ASSERT((st == RSIFT_OK) == (map.at != NULL) && st != RSIFT_END);
    for (size_t i = 0; map.at && i < (size_t)map.width * map.height; i++)
        RS_ASSERT(map.at[i] < map.n);
    rs_label_map_fini(&map);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const rsift_limits limits = {.max_pixels = 1 << 16};
    as_labels((rs_str){(const char *)bytes, n}, &limits, false);
    as_labels((rs_str){(const char *)bytes, n}, &limits, true);
    rs_pixels p, less;
    rsift_error err;
    rsift_status st = rs_image_decode((rs_str){(const char *)bytes, n}, &limits, &p, &err);
    RS_ASSERT((st == RSIFT_OK) == (p.rgb != NULL) && st != RSIFT_END);
    if (st != RSIFT_OK) return 0;
    RS_ASSERT((uint64_t)p.width * p.height <= limits.max_pixels && p.width && p.height);
    uint32_t w, h;
    rs_image_fit(p.width, p.height, 16, &w, &h);
    RS_ASSERT(rs_image_shrink(&p, w, h, &less, &err) == RSIFT_OK);
    RS_ASSERT(rs_image_orient(&less, 1 + bytes[n - 1] % 8, &err) == RSIFT_OK);
    rs_buf out = {0};
    RS_ASSERT(rs_image_encode_png(&less, &out, &err) == RSIFT_OK);
    rs_buf_fini(&out);
    rs_pixels_fini(&less);
    rs_pixels_fini(&p);
    return 0;
}
