/* What the ground around an anchor looks like, in 64 bits that survive coding and a few per cent of
 * scale: signs of the lowest 8 x 8 cosine coefficients of the 33 x 33 px around it, as the
 * perceptual hash of a picture has. A mirrored patch changes the signs of odd coefficients only and
 * a transposed one swaps them, so one transform serves all 8 orientations. */
#ifndef RS_SIMILAR_CROP_DESCRIBE_H
#define RS_SIMILAR_CROP_DESCRIBE_H

#include "similar/anchors.h"

enum {
    RS_DESCRIPTION_BITS =
        61, /* the uppermost bits: the kind of anchor, then coefficients from low to
             * high; the lowest 3 bits are left free */
    RS_DESCRIPTION_SIDE = 8,
};

typedef struct rs_description {
    int32_t c[RS_DESCRIPTION_SIDE][RS_DESCRIPTION_SIDE]; /* in units of 1/16 grey level or so */
    bool greatest;
} rs_description;

/* False where there is nothing to describe: ground that is flat but for coding noise. */
bool rs_describe(const rs_luma *luma, const rs_anchor *anchor, rs_description *out);
/* The orientation in which the patch gets brighter to the right and, less so, downwards; after it,
 * the others that noise may make of it. Returns how many there are, 1 to 8. */
size_t rs_description_orientations(const rs_description *d, unsigned out[8]);
/* The bits of the patch laid in an orientation. `strength`, unless NULL, gets the magnitude of each
 * of the first n bits' coefficients. */
uint64_t rs_description_bits(const rs_description *d, unsigned orientation, int32_t *strength,
                             size_t n);

#endif
