/* The 8 ways to lay a picture, done to what is already measured of it. */
#include "image/hash.h"

/* Bit 16 (u - 1) + (v - 1) stands for u rows' and v columns' half waves. */
static const uint64_t odd_v = 0x5555555555555555u; /* odd waves along x change sign when mirrored */
static const uint64_t odd_u = 0x0000ffff0000ffffu; /* and those along y */

/* Exchanges the bits under `mask` with those `shift` places above. */
static uint64_t swap_within(uint64_t word, unsigned shift, uint64_t mask)
{
    const uint64_t change = (word >> shift ^ word) & mask;
    return word ^ change ^ change << shift;
}

static void swap_between(uint64_t *low, uint64_t *high, unsigned shift, uint64_t mask)
{
    const uint64_t change = (*low >> shift ^ *high) & mask;
    *high ^= change;
    *low ^= change << shift;
}

/* A 16 x 16 matrix of bits, four rows a word: the k-th bit of the row's number and of the column's
 * change places, for each k. */
static void transpose(rs_image_phash *hash)
{
    uint64_t *w = hash->word;
    for (int i = 0; i < 4; i++) {
        w[i] = swap_within(w[i], 15, 0x0000aaaa0000aaaau);
        w[i] = swap_within(w[i], 30, 0x00000000ccccccccu);
    }
    swap_between(&w[0], &w[1], 4, 0x0f0f0f0f0f0f0f0fu);
    swap_between(&w[2], &w[3], 4, 0x0f0f0f0f0f0f0f0fu);
    swap_between(&w[0], &w[2], 8, 0x00ff00ff00ff00ffu);
    swap_between(&w[1], &w[3], 8, 0x00ff00ff00ff00ffu);
}

rs_image_phash rs_image_phash_orient(rs_image_phash hash, unsigned orientation)
{
    if (orientation & RS_IMAGE_TRANSPOSE) transpose(&hash);
    uint64_t change = 0;
    if (orientation & RS_IMAGE_MIRROR_X) change ^= odd_v;
    if (orientation & RS_IMAGE_MIRROR_Y) change ^= odd_u;
    for (int i = 0; i < 4; i++) hash.word[i] ^= change;
    return hash;
}

void rs_image_thumb_orient(const uint8_t in[RS_IMAGE_THUMB_BYTES], unsigned orientation,
                           uint8_t out[RS_IMAGE_THUMB_BYTES])
{
    enum { SIDE = RS_IMAGE_THUMB_SIDE };
    const bool transposed = orientation & RS_IMAGE_TRANSPOSE;
    for (size_t y = 0; y < SIDE; y++) {
        const size_t row = orientation & RS_IMAGE_MIRROR_Y ? SIDE - 1 - y : y;
        for (size_t x = 0; x < SIDE; x++) {
            const size_t column = orientation & RS_IMAGE_MIRROR_X ? SIDE - 1 - x : x;
            out[y * SIDE + x] = transposed ? in[column * SIDE + row] : in[row * SIDE + column];
        }
    }
}

unsigned rs_image_orientation_inverse(unsigned orientation)
{
    if (!(orientation & RS_IMAGE_TRANSPOSE)) return orientation;
    /* what is mirrored along x before x and y change places is mirrored along y behind */
    return RS_IMAGE_TRANSPOSE | (orientation & RS_IMAGE_MIRROR_X ? RS_IMAGE_MIRROR_Y : 0) |
           (orientation & RS_IMAGE_MIRROR_Y ? RS_IMAGE_MIRROR_X : 0);
}

const char *rs_image_orientation_name(unsigned orientation)
{
    static const char *const names[RS_IMAGE_N_ORIENTATIONS] = {
        "as it is",
        "mirrored left to right",
        "mirrored top to bottom",
        "turned 180 degrees",
        "transposed",
        "turned 90 degrees clockwise",
        "turned 90 degrees anticlockwise",
        "transposed along the other diagonal",
    };
    return orientation < RS_IMAGE_N_ORIENTATIONS ? names[orientation] : "of no known orientation";
}
