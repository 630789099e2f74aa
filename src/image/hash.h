/* What a picture is, independent of how it is stored: hashes of its decoded pixels, a perceptual
 * hash, a thumbnail, and how much detail and missing data it has.
 *
 *   L    = (R + 2G + B + 2) >> 2 of the 8-bit pixels that image/decode.h gives
 *   S    64 x 64: S[j][i] = sum of L(x,y) * o(i,x,W) * o(j,y,H), where o(i,x,W) is the length of
 *        [64x, 64x+64) intersected with [iW, (i+1)W). Exact for any size of picture.
 *   m    = floor((32 S + W H) / (2 W H)): the mean of each cell, in sixteenths of a grey level
 *   T    T[u][x] = round(8192 * cos((2x+1) * u * pi / 128)), u = 1..16, made such that
 *        T[u][63-x] = (-1)^u * T[u][x];  C = T * m * transposed T, exact in int64
 *
 *   pixel_hash  XXH3-128 of width, height (u32 little-endian each) and the RGB bytes
 *   block_hash  the least of the 8 orientations' XXH3-128 of (W', H', S' little-endian): equal for
 *               every lossless copy, turned or mirrored
 *   phash       256 signs: bit 16(u-1) + (v-1) of four 64-bit words is C[u][v] > 0
 *   quality     256 minus the weak bits, those with |C| / (512 * 8192^2) below two grey levels:
 *               JPEG 50 turns one in five of those between one and two. A picture below
 *               RS_IMAGE_FLAT_QUALITY is flat (water, cloud). With more than 64 weak bits, half of
 *               which change by chance, a copy may lie outside of radius 31: its hash can find
 *               copies, but that it finds none means nothing
 *
 * Hashes of pictures in more than 8 bits or more than three bands are those of their rendered form;
 * `rule` says how it was made and is part of what has to agree. */
#ifndef RS_IMAGE_HASH_H
#define RS_IMAGE_HASH_H

#include "base/hash.h"
#include "base/str.h"
#include "image/pixels.h"

enum {
    RS_IMAGE_HASH_VERSION = 2, /* of the definitions above and of what is flat (similar/thumb.h);
                                * raise it when any of them changes */
    RS_IMAGE_THUMB_SIDE = 64,
    RS_IMAGE_THUMB_BYTES = 64 * 64,
    RS_IMAGE_FLAT_QUALITY = 192,
    RS_IMAGE_N_ORIENTATIONS = 8,
};

/* The 8 ways to lay a picture. A set of bits: first RS_IMAGE_TRANSPOSE (x and y change places),
 * then RS_IMAGE_MIRROR_X (left to right), then RS_IMAGE_MIRROR_Y (top to bottom). */
enum { RS_IMAGE_MIRROR_X = 1, RS_IMAGE_MIRROR_Y = 2, RS_IMAGE_TRANSPOSE = 4 };

typedef struct rs_image_phash {
    uint64_t word[4];
} rs_image_phash;

typedef struct rs_image_hash {
    bool exact; /* pixel_hash and block_hash are set: all pixels were decoded */
    rs_id pixel_hash, block_hash;
    rs_image_phash phash;
    uint16_t quality;                    /* 0..256 */
    uint8_t thumb[RS_IMAGE_THUMB_BYTES]; /* m in whole grey levels, rounded */
    uint32_t width, height;              /* as stored, before any scaling */
    uint32_t
        scale; /* 1/scale of the picture was decoded: 1, 2, 4, 8 of a JPEG, what overviews there
                * are of a TIFF, a power of two of JPEG 2000; 1 when exact */
    rs_image_rule rule;
    bool damaged;   /* decoded, but with missing or damaged data: no proof of anything */
    double blur;    /* variance of the 3 x 3 Laplacian of L; small = blurred or empty */
    double no_data; /* share of pixels, 0..1, of an empty margin: black (L = 0; declared no-data
                     * is shown so) or white (L = 255), whichever has more of those that are seen
                     * from an edge along their row or column through their own level alone */
} rs_image_hash;

typedef struct rs_image_hash_options {
    bool no_exact; /* decode no more than the perceptual hash needs: never below 256 px on the short
                    * side */
    const rs_image_view *view; /* as in rs_image_decode_view; NULL = by the header */
} rs_image_hash_options;

/* Decodes `bytes` and measures it. A picture too large to be held (max_image, max_pixels) is read
 * by rows, strips or tiles where its format can be. One call per thread at a time is safe.
 * Errors: as rs_image_decode. */
rsift_status rs_image_hash_bytes(rs_str bytes, const rsift_limits *limits,
                                 const rs_image_hash_options *options, rs_image_hash *out,
                                 rsift_error *err);
/* The same of decoded pixels; never fails but for memory. */
rsift_status rs_image_hash_pixels(const rs_pixels *pixels, rs_image_hash *out, rsift_error *err);

/* The L of n pixels of RGB. */
void rs_image_luma(const uint8_t *rgb, size_t n, uint8_t *luma);

/* The hash that the picture laid in this orientation has (but for coefficients of zero). */
rs_image_phash rs_image_phash_orient(rs_image_phash hash, unsigned orientation);
/* The thumbnail laid in this orientation; in and out must not overlap. */
void rs_image_thumb_orient(const uint8_t in[RS_IMAGE_THUMB_BYTES], unsigned orientation,
                           uint8_t out[RS_IMAGE_THUMB_BYTES]);
/* The orientation that undoes this one. */
unsigned rs_image_orientation_inverse(unsigned orientation);
/* "as it is", "mirrored", "turned 90 degrees", ...: a static word. */
const char *rs_image_orientation_name(unsigned orientation);

#endif
