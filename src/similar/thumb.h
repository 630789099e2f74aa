/* Whether two pictures show the same ground: their 64 x 64 thumbnails, each minus its 9 x 9 mean
 * (so that shared brightness and slow gradients, as of one shore, count for nothing), correlated
 * after a search of +-2 cells. True edits of one picture are above 0.9. A score proves what a near
 * hash proposes, and little alone: different pictures of one class reach 0.70 once in 5,000, two
 * runways 0.91, but the nearest of these are 63 bits apart (docs/similar.md). */
#ifndef RS_SIMILAR_THUMB_H
#define RS_SIMILAR_THUMB_H

#include "image/hash.h"

#define RS_THUMB_SAME 0.70 /* from here on two thumbnails are of one picture */

typedef struct rs_thumb_match {
    double score;         /* high-pass correlation, -1..1; 0 when either has no detail */
    int dx, dy;           /* cells by which b is moved on a, -2..2 */
    unsigned orientation; /* of b */
} rs_thumb_match;

/* The best match of b, laid in `orientation`, on a. The edge of an area without data (pure black or
 * white) is no ground: where the rest has detail, that has to match as well. */
rs_thumb_match rs_thumb_compare(const uint8_t a[RS_IMAGE_THUMB_BYTES],
                                const uint8_t b[RS_IMAGE_THUMB_BYTES], unsigned orientation);
/* Flat pictures have no detail to correlate: the mean absolute difference of the thumbnails in grey
 * levels, over the best of the 8 orientations. Equal water from two places is not one picture, so
 * the caller says what is close enough and what it is worth as proof. */
double rs_thumb_difference(const uint8_t a[RS_IMAGE_THUMB_BYTES],
                           const uint8_t b[RS_IMAGE_THUMB_BYTES], unsigned *orientation);

#endif
