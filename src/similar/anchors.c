/* The picture is walked in strips of 832 columns so that everything at work fits a core's cache,
 * and by rows within: column sums run down, box sums are made of them, and the greatest and
 * least of each column over blocks of 13 rows are kept. An anchor is the greatest of its 13 x 13
 * block, because its 25 x 25 window covers the whole block; so there are two candidates per
 * block, most of which fall to the 24 column extremes beside them. About one comparison per
 * pixel instead of 625. */
#include "similar/anchors.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/hash.h"
#include "similar/orient.h"

#include <string.h>

enum {
    HALF = 12,          /* of the window, and of... */
    BOX_HALF = 4,       /* ...the box of sums */
    BLOCK = HALF + 1,   /* the widest block that the window of each of its pixels covers */
    STRIP = 64 * BLOCK, /* columns that may hold anchors */
    COLUMNS = STRIP + 2 * HALF,
    RING = 64,        /* rows of box sums kept; 13 + 2 * 12 are needed */
    CELLS = 7,        /* a side, in which anchors have to be spread... */
    LEAST_FILLED = 4, /* ...over as many rows and columns of the inner ones: what one mark of a
                       * fifth of the side cannot fill */
    PATCH = RS_ANCHOR_PATCH_SIDE,
    PATCH_PIXELS = PATCH * PATCH,
};

struct strip {
    const rs_luma *luma;
    uint32_t x0; /* picture column of sum[.][0] */
    uint32_t n;  /* columns that may hold anchors; sums have HALF more on both sides */
    uint16_t column[COLUMNS + 2 * BOX_HALF];
    int16_t sum[RING][COLUMNS];
    int16_t most[2][COLUMNS],
        least[2][COLUMNS]; /* of the block row being made and the one before */
};

/* Moves the column sums down by one row. */
static void step_columns(uint16_t *restrict column, const uint8_t *restrict in,
                         const uint8_t *restrict out, size_t n)
{
    for (size_t i = 0; i < n; i++) column[i] = (uint16_t)(column[i] + in[i] - out[i]);
}

static void sum_boxes(const uint16_t *restrict c, int16_t *restrict sum, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum[i] = (int16_t)(c[i] + c[i + 1] + c[i + 2] + c[i + 3] + c[i + 4] + c[i + 5] + c[i + 6] +
                           c[i + 7] + c[i + 8]);
}

static void widen_extremes(const int16_t *restrict sum, int16_t *restrict most,
                           int16_t *restrict least, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        most[i] = sum[i] > most[i] ? sum[i] : most[i];
        least[i] = sum[i] < least[i] ? sum[i] : least[i];
    }
}

static const int16_t *sums_of_row(const struct strip *s, uint32_t y)
{
    return s->sum[y % RING];
}

/* Is any of the 2 * HALF + 1 sums around column x as great as `best`? `sign` is -1 for the
 * least. */
static bool any_as_great(const int16_t *sums, size_t x, int sign, int best)
{
    bool any = false;
    for (size_t i = x - HALF; i <= x + HALF; i++) any |= sign * sums[i] >= best;
    return any;
}

/* Finds the one anchor that a block of rows y0..y1 and columns from..to may hold. `extremes` are
 * those of the block's rows, by column. */
static bool find_in_block(const struct strip *s, const int16_t *extremes, int sign,
                          const size_t columns[2], const uint32_t rows[2], rs_anchor *out)
{
    size_t x = columns[0];
    for (size_t i = x + 1; i <= columns[1]; i++)
        if (sign * extremes[i] > sign * extremes[x]) x = i;
    int best = sign * extremes[x];
    for (size_t i = x - HALF; i <= x + HALF; i++)
        if (i != x && sign * extremes[i] >= best) return false;
    uint32_t y = 0, found = 0;
    for (uint32_t row = rows[0]; row <= rows[1]; row++)
        if (sign * sums_of_row(s, row)[x] == best) y = row, found++;
    if (found != 1) return false;
    for (uint32_t row = y - HALF; row < rows[0]; row++)
        if (any_as_great(sums_of_row(s, row), x, sign, best)) return false;
    for (uint32_t row = rows[1] + 1; row <= y + HALF; row++)
        if (any_as_great(sums_of_row(s, row), x, sign, best)) return false;
    *out = (rs_anchor){s->x0 + (uint32_t)x, y, sign > 0};
    return true;
}

static rsift_status find_in_block_row(const struct strip *s, const uint32_t rows[2],
                                      const int16_t *const extremes[2], rs_anchors *out,
                                      rsift_error *err)
{
    if (!RS_VEC_RESERVE(out->at, out->cap, out->n + 2 * STRIP / BLOCK))
        return rs_err_nomem(err, "anchors of a picture");
    for (size_t x = HALF; x < HALF + s->n; x += BLOCK) {
        size_t columns[2] = {x, x + BLOCK - 1};
        if (columns[1] > HALF + s->n - 1) columns[1] = HALF + s->n - 1;
        out->n += find_in_block(s, extremes[0], 1, columns, rows, &out->at[out->n]);
        out->n += find_in_block(s, extremes[1], -1, columns, rows, &out->at[out->n]);
    }
    return RSIFT_OK;
}

/* The sums of all boxes centred on row y. */
static void make_row(struct strip *s, uint32_t y)
{
    size_t width = s->luma->width, n = s->n + 2 * HALF, n_pixels = n + 2 * BOX_HALF;
    const uint8_t *pixels = s->luma->at + (s->x0 - BOX_HALF);
    if (y == BOX_HALF) {
        memset(s->column, 0, sizeof s->column);
        for (size_t row = 0; row <= 2 * BOX_HALF; row++)
            for (size_t i = 0; i < n_pixels; i++)
                s->column[i] = (uint16_t)(s->column[i] + pixels[row * width + i]);
    } else {
        step_columns(s->column, pixels + (y + BOX_HALF) * width,
                     pixels + (y - BOX_HALF - 1) * width, n_pixels);
    }
    sum_boxes(s->column, s->sum[y % RING], n);
}

/* Walks down a strip: box sums row by row, extremes block by block, anchors of a block once the
 * rows below it are known. */
static rsift_status walk_strip(struct strip *s, rs_anchors *out, rsift_error *err)
{
    uint32_t first = RS_ANCHOR_REACH, last = s->luma->height - 1 - RS_ANCHOR_REACH;
    uint32_t rows[2] = {first, first + BLOCK - 1 < last ? first + BLOCK - 1 : last};
    size_t n = s->n + 2 * HALF;
    for (uint32_t y = BOX_HALF; y <= last + HALF; y++) {
        make_row(s, y);
        const int16_t *sums = s->sum[y % RING];
        if (y >= first && y <= last) {
            size_t side = (y - first) / BLOCK % 2;
            if ((y - first) % BLOCK == 0) {
                memcpy(s->most[side], sums, n * sizeof *sums);
                memcpy(s->least[side], sums, n * sizeof *sums);
            } else {
                widen_extremes(sums, s->most[side], s->least[side], n);
            }
        }
        if (y != rows[1] + HALF) continue;
        size_t side = (rows[0] - first) / BLOCK % 2;
        const int16_t *const extremes[2] = {s->most[side], s->least[side]};
        RS_TRY(find_in_block_row(s, rows, extremes, out, err));
        rows[0] = rows[1] + 1;
        rows[1] = last - rows[1] > BLOCK ? rows[1] + BLOCK : last;
    }
    return RSIFT_OK;
}

rsift_status rs_anchors_find(const rs_luma *luma, rs_anchors *out, rsift_error *err)
{
    if (luma->width <= 2 * RS_ANCHOR_REACH || luma->height <= 2 * RS_ANCHOR_REACH) return RSIFT_OK;
    struct strip *strip = rs_alloc(sizeof *strip);
    if (!strip) return rs_err_nomem(err, "anchors of a picture");
    strip->luma = luma;
    rsift_status st = RSIFT_OK;
    uint32_t end = luma->width - RS_ANCHOR_REACH;
    for (uint32_t x = RS_ANCHOR_REACH; x < end && st == RSIFT_OK; x += strip->n) {
        strip->x0 = x - HALF;
        strip->n = end - x < STRIP ? end - x : STRIP;
        st = walk_strip(strip, out, err);
    }
    rs_free(strip);
    return st;
}

void rs_anchors_fini(rs_anchors *anchors)
{
    rs_free(anchors->at);
    *anchors = (rs_anchors){0};
}

bool rs_anchors_are_spread(const rs_anchors *anchors, const rs_luma *luma)
{
    const unsigned inner =
        ((1u << (CELLS - 1)) - 1) & ~1u; /* without the first and the last cell */
    unsigned rows = 0, columns = 0;
    for (size_t i = 0; i < anchors->n; i++) {
        const rs_anchor *a = &anchors->at[i];
        const unsigned column = 1u << (uint64_t)a->x * CELLS / luma->width,
                       row = 1u << (uint64_t)a->y * CELLS / luma->height;
        if (!(column & inner) || !(row & inner)) continue;
        columns |= column;
        rows |= row;
    }
    return __builtin_popcount(rows) >= LEAST_FILLED && __builtin_popcount(columns) >= LEAST_FILLED;
}

/* Orientations are struck out at the first byte where another is less; two or three bytes decide
 * nearly every patch. */
uint64_t rs_anchor_key(const rs_luma *luma, const rs_anchor *anchor, uint8_t *least)
{
    uint8_t patch[PATCH_PIXELS], laid[PATCH_PIXELS];
    const uint8_t *corner =
        luma->at + (size_t)(anchor->y - PATCH / 2) * luma->width + (anchor->x - PATCH / 2);
    for (size_t y = 0; y < PATCH; y++) memcpy(patch + y * PATCH, corner + y * luma->width, PATCH);
    rs_orient_view view[RS_IMAGE_N_ORIENTATIONS];
    for (unsigned o = 0; o < RS_IMAGE_N_ORIENTATIONS; o++)
        view[o] = rs_orient_view_of(patch, PATCH, PATCH, o);
    unsigned left = 0xff, n_left = RS_IMAGE_N_ORIENTATIONS;
    for (ptrdiff_t i = 0; i < PATCH_PIXELS && n_left > 1; i++) {
        unsigned lowest = 256, with_lowest = 0;
        for (unsigned o = 0; o < RS_IMAGE_N_ORIENTATIONS; o++) {
            if (!(left >> o & 1)) continue;
            unsigned v = view[o].at[i % PATCH * view[o].right + i / PATCH * view[o].down];
            if (v < lowest) lowest = v, with_lowest = 0, n_left = 0;
            if (v == lowest) with_lowest |= 1u << o, n_left++;
        }
        left = with_lowest;
    }
    *least = (uint8_t)left;
    const rs_orient_view *chosen = &view[__builtin_ctz(left)];
    for (ptrdiff_t i = 0; i < PATCH_PIXELS; i++)
        laid[i] = chosen->at[i % PATCH * chosen->right + i / PATCH * chosen->down];
    return rs_hash64(laid, sizeof laid);
}
