/* A picture at another resolution, made band by band: memory does not grow with it. */
#ifndef RS_SIMILAR_CROP_LEVEL_H
#define RS_SIMILAR_CROP_LEVEL_H

#include "similar/crop.h"

typedef struct rs_level {
    const rs_luma *picture;
    double step;            /* picture pixels per pixel of the level, 0.5 to 2 */
    uint32_t width, height; /* of the level; pixel i is centred at (i + 0.5) * step - 0.5 */
    size_t n_taps;          /* picture pixels that make one, in each direction */
    uint32_t *first;        /* the first of them, per column of the level */
    uint16_t *weight;       /* n_taps per column, sum 256 */
    uint16_t *row;          /* one row of the picture's width */
} rs_level;

/* RSIFT_E_NOMEM. The level may be empty. */
rsift_status rs_level_init(rs_level *level, const rs_luma *picture, double step, rsift_error *err);
void rs_level_fini(rs_level *level);
/* Writes n rows from y0 on, which the level has. */
void rs_level_rows(rs_level *level, uint32_t y0, uint32_t n, uint8_t *out);

#endif
