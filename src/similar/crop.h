/* Where one picture is a piece of another, by content-defined anchors. A lossless piece keeps its
 * anchors (strict maxima and minima of a 9 x 9 box sum in a 25 px window) and the 15 x 15 patches
 * around them, whose canonical hash over the 8 orientations is the key. Two anchors at least 32 px
 * apart that agree on translation and orientation propose a placement; comparing the pixels of the
 * overlap proves it. Scaled or recompressed pieces are found on a pyramid with binary descriptors
 * and voting. Arrays of 8-bit luma in, placements out. */
#ifndef RS_SIMILAR_CROP_H
#define RS_SIMILAR_CROP_H

#include "base/err.h"
#include "image/hash.h"

/* 8-bit luma L of image/hash.h, rows without padding. */
typedef struct rs_luma {
    const uint8_t *at;
    uint32_t width, height;
} rs_luma;

/* Where the piece lies: laid in `orientation` and scaled by `scale`, its upper left corner is at
 * (x, y) of the scene, which it covers over width x height pixels. */
typedef struct rs_crop_place {
    double x, y, width, height;
    double scale; /* scene pixels per piece pixel; 1 for lossless pieces */
    unsigned orientation;
    double score; /* lossless: share of equal pixels of the overlap; else high-pass correlation */
    bool lossless;
} rs_crop_place;

typedef struct rs_crop_options {
    bool scaled; /* also look for rescaled and recompressed pieces (stage 2b) */
} rs_crop_options;

/* An index over the scenes of one side (the protected ones); grown by add, then sealed, then only
 * asked. Adding and sealing are for one thread, asking is for many. */
typedef struct rs_crop_index rs_crop_index;
rsift_status rs_crop_index_new(const rs_crop_options *options, rs_crop_index **out,
                               rsift_error *err);
void rs_crop_index_free(rs_crop_index *index);
/* Adds the anchors of a picture under the caller's number; nothing of the picture is kept. One that
 * is flat or below 33 px has none and is found by nobody, which is no error. After an error the
 * index may hold a part of the picture. */
rsift_status rs_crop_index_add(rs_crop_index *index, uint32_t number, const rs_luma *picture,
                               rsift_error *err);
/* To be called once, after the last add and before the first ask: sorts. */
rsift_status rs_crop_index_seal(rs_crop_index *index, rsift_error *err);
size_t rs_crop_index_bytes(const rs_crop_index *index);

/* Pictures of the index that may overlap `picture`: proposed placements, those with most votes
 * first, several of one picture where they disagree. At most `max` are written. Either may be the
 * piece, or each hold a part of the other, so `place` may reach beyond the index's picture, in
 * whose pixels it is. Proposals are to be proved. */
typedef struct rs_crop_candidate {
    uint32_t number; /* of the indexed picture */
    uint32_t votes;  /* anchors that agree */
    rs_crop_place place;
} rs_crop_candidate;
rsift_status rs_crop_index_ask(const rs_crop_index *index, const rs_luma *picture,
                               rs_crop_candidate *out, size_t max, size_t *n, rsift_error *err);

/* From here on a correlation proves a piece that was rescaled or recompressed, provided that what
 * is missing from 1 is twice as much at any place beside it. Measured on pictures that look alike:
 * other pieces of a road reach 0.86 but fail the second, rows of equal houses or tennis courts a
 * period apart pass it and reach 0.90; 99 % of right placements of pieces of 128 px pass both. */
#define RS_CROP_SAME 0.92

/* Compares the pixels of the overlap that `place` proposes, refines it, and sets place->score and
 * lossless. Returns whether it proves that both show the same ground: >= 99 % equal pixels
 * (watermarks and borders do not reach it), or a correlation of the overlap's detail >=
 * RS_CROP_SAME without rival: means of cells minus their 9 x 9 mean, divided by their deviation. */
bool rs_crop_prove(const rs_luma *scene, const rs_luma *picture, rs_crop_place *place);

#endif
