/* Hashes: any bytes give an error or hashes of the very pixels that rs_image_decode gives, by rows
 * or not, and the smaller form is a form of the same picture. */
#include "image/decode.h"
#include "image/hash.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* What both ways agree on. Neither fails alone but for a limit: rows need less memory. */
static void check_against_pixels(rs_str bytes, const rsift_limits *limits,
                                 const rs_image_hash *hash, rsift_status status)
{
    rs_pixels pixels;
    rs_image_hash want;
    rsift_error err;
    const rsift_status decoded = rs_image_decode(bytes, limits, &pixels, &err);
    if (decoded == RSIFT_OK && status == RSIFT_OK) {
        RS_ASSERT(rs_image_hash_pixels(&pixels, &want, &err) == RSIFT_OK);
        RS_ASSERT(hash->width == want.width && hash->height == want.height);
        RS_ASSERT(hash->exact == want.exact && hash->damaged == want.damaged);
        RS_ASSERT(rs_id_eq(hash->pixel_hash, want.pixel_hash));
        RS_ASSERT(rs_id_eq(hash->block_hash, want.block_hash));
        RS_ASSERT(memcmp(&hash->phash, &want.phash, sizeof want.phash) == 0);
        RS_ASSERT(hash->quality == want.quality && hash->rule == want.rule);
        RS_ASSERT(hash->blur == want.blur && hash->no_data == want.no_data);
    }
    rs_pixels_fini(&pixels);
}

static void check_ranges(const rs_image_hash *hash)
{
    RS_ASSERT(hash->width && hash->height && hash->scale && hash->quality <= 256);
    RS_ASSERT(hash->blur >= 0 && hash->no_data >= 0 && hash->no_data <= 1);
    RS_ASSERT(!(hash->exact && hash->damaged) && !(hash->exact && hash->scale != 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const rsift_limits limits = {.max_pixels = 1 << 20, .max_image = 4 << 20};
    const rs_image_hash_options scaled = {.no_exact = true};
    const rs_str whole = {(const char *)bytes, n};
    rs_image_hash hash;
    rsift_error err;
    rsift_status status = rs_image_hash_bytes(whole, &limits, NULL, &hash, &err);
    RS_ASSERT(status != RSIFT_END);
    if (status == RSIFT_OK) check_ranges(&hash);
    check_against_pixels(whole, &limits, &hash, status);
    status = rs_image_hash_bytes(whole, &limits, &scaled, &hash, &err);
    RS_ASSERT(status != RSIFT_END);
    if (status != RSIFT_OK) return 0;
    check_ranges(&hash);
    RS_ASSERT(!hash.exact);
    return 0;
}
