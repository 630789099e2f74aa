/* Whether two pictures show the same ground: their 64 x 64 thumbnails, each minus its 9 x 9 mean
 * (so that shared brightness and slow gradients, as of one shore, count for nothing), correlated
 * after a search of +-2 cells. True edits of one picture are above 0.9. A score proves what a near
 * hash proposes, and little alone: different pictures of one class reach 0.70 once in 5,000, two
 * runways 0.91, but the nearest of these are 63 bits apart (docs/similar.md). */
#ifndef RS_SIMILAR_THUMB_H
#define RS_SIMILAR_THUMB_H

#include "image/hash.h"

/* From here on two thumbnails are of one picture: of all their detail, and of the quieter half of
 * their blocks of 8 x 8 cells without the outermost, since a watermark, a logo, a date or a frame
 * alone reach 0.99. Of 150 real pictures of 200 px and more edited in 17 ways, the quiet half is
 * below 0.60 once, at JPEG 30 and 40; of different calm waters under one mark it never reaches
 * 0.60 (docs/similar.md). */
#define RS_THUMB_SAME 0.70
#define RS_THUMB_SAME_GROUND 0.60

typedef struct rs_thumb_match {
    double score;         /* high-pass correlation, -1..1; 0 when either has no detail */
    double ground;        /* that of the quieter half; 0 when score is below RS_THUMB_SAME */
    int dx, dy;           /* cells by which b is moved on a, -2..2 */
    unsigned orientation; /* of b */
} rs_thumb_match;

/* The best match of b, laid in `orientation`, on a. The edge of an area without data (pure black or
 * white) is no ground: where the rest has detail, that has to match as well. */
rs_thumb_match rs_thumb_compare(const uint8_t a[RS_IMAGE_THUMB_BYTES],
                                const uint8_t b[RS_IMAGE_THUMB_BYTES], unsigned orientation);
static inline bool rs_thumb_is_same(const rs_thumb_match *match)
{
    return match->score >= RS_THUMB_SAME && match->ground >= RS_THUMB_SAME_GROUND;
}

/* Has the picture too little detail for its hash and thumbnail to tell it from others? Either all
 * of it has, or what is left beside a mark, a frame or one small object: its quieter half. */
bool rs_thumb_is_flat(const rs_image_hash *hash);
/* The mean square of the detail of that half, in (1/16 grey level)^2. */
int32_t rs_thumb_quiet(const uint8_t thumb[RS_IMAGE_THUMB_BYTES]);
/* How far the cells of that half lie from their mean, in grey levels. */
double rs_thumb_contrast(const uint8_t thumb[RS_IMAGE_THUMB_BYTES]);
/* Flat pictures have no detail to correlate: the mean absolute difference of the thumbnails in grey
 * levels, over the best of the 8 orientations. Equal water from two places is not one picture, so
 * the caller says what is close enough and what it is worth as proof. */
double rs_thumb_difference(const uint8_t a[RS_IMAGE_THUMB_BYTES],
                           const uint8_t b[RS_IMAGE_THUMB_BYTES], unsigned *orientation);

#endif
