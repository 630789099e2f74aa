/* How rows become hashes: one small part per measure, and the measurer that feeds them all.
 * Private to the room. Sums are of whole numbers, so that neither the order of rows nor the machine
 * changes a bit of the result. */
#ifndef RS_IMAGE_HASH_PARTS_H
#define RS_IMAGE_HASH_PARTS_H

#include "image/hash.h"

enum {
    RS_IMAGE_CELLS = 64, /* a side of S and m */
    RS_IMAGE_IDLE = 32,  /* columns of a margin that are looked at together */
};

/* Sums of the 3 x 3 Laplacian, above + below + left + right - 4 row, and of its squares. */
typedef struct rs_image_laplacian {
    int32_t sum, squares;
} rs_image_laplacian;

/* The loops over n pixels of a row. */
typedef struct rs_image_kernel {
    void (*luma)(const uint8_t *rgb, size_t n, uint8_t *luma); /* (R + 2G + B + 2) >> 2 */
    void (*range)(const uint8_t *luma, size_t n, uint8_t *least, uint8_t *most);
    /* columns += luma * weight; weight up to 64 */
    void (*add)(uint32_t *columns, const uint8_t *luma, size_t n, uint16_t weight);
    /* Reads row[-1] and row[n] too; n up to 1024 for 32 bits. */
    rs_image_laplacian (*laplacian)(const uint8_t *above, const uint8_t *row, const uint8_t *below,
                                    size_t n);
    /* The first x, from `x` on in steps of RS_IMAGE_IDLE, where RS_IMAGE_IDLE columns are not all
     * idle: of another level, and with a state of zero. Fewer than that are left: their first. */
    size_t (*busy)(const uint8_t *luma, const uint8_t *state, uint8_t level, size_t x, size_t n);
} rs_image_kernel;

/* All that this machine can run, the plain one first, the fastest last. */
size_t rs_image_kernels(const rs_image_kernel *const **out);
const rs_image_kernel *rs_image_best_kernel(void);

/* S[64 * j + i] of image/hash.h, and m in the same order. */
typedef struct rs_image_blocks {
    uint64_t width, height;
    uint64_t sum[RS_IMAGE_CELLS * RS_IMAGE_CELLS];
    uint32_t *columns; /* of the cells in row `cell`: each column's weighted sum of L */
    uint64_t next;     /* rows added */
    unsigned cell, n_held;
    const rs_image_kernel *kernel;
} rs_image_blocks;

rsift_status rs_image_blocks_init(rs_image_blocks *b, uint32_t width, uint32_t height,
                                  rsift_error *err);
void rs_image_blocks_add(rs_image_blocks *b, const uint8_t *luma);
void rs_image_blocks_fini(rs_image_blocks *b);
/* The least hash over the orientations of the finished sums. */
rs_id rs_image_blocks_hash(const rs_image_blocks *b);
/* Means of the cells in sixteenths of a grey level, 0..4080. */
void rs_image_blocks_mean(const rs_image_blocks *b, int16_t mean[RS_IMAGE_CELLS * RS_IMAGE_CELLS]);

/* Signs of the 16 x 16 lowest frequencies but the constant ones; *quality is 256 less the weak. */
rs_image_phash rs_image_phash_of(const int16_t mean[RS_IMAGE_CELLS * RS_IMAGE_CELLS],
                                 uint16_t *quality);
/* T[u][x] of image/hash.h, u = 1..16. */
int16_t rs_image_phash_wave(unsigned u, unsigned x);

/* Variance of the 3 x 3 Laplacian over all pixels that have four neighbours. */
typedef struct rs_image_sharpness {
    size_t width;
    uint8_t *rows[2]; /* the last two */
    uint64_t n_rows;
    int64_t sum;
    uint64_t sum_of_squares;
    const rs_image_kernel *kernel;
} rs_image_sharpness;

rsift_status rs_image_sharpness_init(rs_image_sharpness *s, uint32_t width, rsift_error *err);
void rs_image_sharpness_add(rs_image_sharpness *s, const uint8_t *luma);
double rs_image_sharpness_of(const rs_image_sharpness *s);
void rs_image_sharpness_fini(rs_image_sharpness *s);

/* Pixels of one grey level that are seen from an edge of the picture along their row or column
 * through that level alone. */
typedef struct rs_image_margin {
    uint8_t level;
    bool any; /* some column is open or has a run */
    size_t width;
    uint8_t *state; /* [x]: of the column */
    uint32_t *run;  /* [x]: pixels up to the last row, without a gap, that are not counted yet */
    uint64_t n_rows, n_seen;
    const rs_image_kernel *kernel;
} rs_image_margin;

rsift_status rs_image_margin_init(rs_image_margin *m, uint32_t width, uint8_t level,
                                  rsift_error *err);
/* `has`: is the level in this row at all? */
void rs_image_margin_add(rs_image_margin *m, const uint8_t *luma, bool has);
/* Pixels seen; the rows are complete. */
uint64_t rs_image_margin_of(const rs_image_margin *m);
void rs_image_margin_fini(rs_image_margin *m);

/* All of it, fed by rows. */
typedef struct rs_image_measurer {
    uint32_t width, height;
    uint64_t n_rows;
    bool exact; /* rows of RGB are hashed too */
    rs_hasher pixels;
    rs_image_blocks blocks;
    rs_image_sharpness sharpness;
    rs_image_margin black, white;
    uint8_t *luma;
    const rs_image_kernel *kernel;
} rs_image_measurer;

/* Heap; rs_image_measurer_free, also of NULL. */
rsift_status rs_image_measurer_new(uint32_t width, uint32_t height, bool exact,
                                   rs_image_measurer **out, rsift_error *err);
/* The next row, of RGB or of L alone (not for exact ones); rows behind the last are left out. */
void rs_image_measurer_add_rgb(rs_image_measurer *m, const uint8_t *rgb);
void rs_image_measurer_add_luma(rs_image_measurer *m, const uint8_t *luma);
bool rs_image_measurer_is_done(const rs_image_measurer *m);
/* Fills the hashes and measures of `out`; not its size, scale, rule and damage. All rows are in. */
void rs_image_measurer_end(rs_image_measurer *m, rs_image_hash *out);
void rs_image_measurer_free(rs_image_measurer *m);

#endif
