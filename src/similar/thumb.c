/* Thumbnails are compared in whole numbers: sixteenths of a grey level, so that the score of two
 * pictures is the same on every machine. */
#include "similar/thumb.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SIDE = RS_IMAGE_THUMB_SIDE,
    REACH = 4,  /* the mean is taken over 2 * REACH + 1 cells a side, less at the border */
    SEARCH = 2, /* cells by which one thumbnail is moved on the other */
    ROW = SIDE + 2 * SEARCH,
    /* guess: mean square of the detail, in (1/16 grey level)^2, below which it is no more than the
     * rounding of the thumbnail, 1/12 grey level squared = 21 */
    DETAIL_LEAST = 64,
};

/* What a thumbnail shows besides slow changes, with a border of zeros. */
typedef struct detail {
    int16_t at[ROW][ROW];
    int64_t squares[SIDE + 1][SIDE + 1]; /* sum over the cells above and left of a corner */
} detail;

/* Cells of a window of 2 * REACH + 1 around i that lie in the thumbnail: [*begin, *end). */
static void window(int i, int *begin, int *end)
{
    *begin = i < REACH ? 0 : i - REACH;
    *end = i + REACH + 1 > SIDE ? SIDE : i + REACH + 1;
}

/* One row minus the means, given the sums of each column over the rows of the window.
 *     mean in sixteenths = (16 * sum + n / 2) / n,  by a reciprocal of 20 bits */
static void detail_row(const uint8_t *row, const uint16_t columns[SIDE], int n_rows, int16_t *out)
{
    uint32_t before[SIDE + 1] = {0};
    for (int x = 0; x < SIDE; x++) before[x + 1] = before[x] + columns[x];
    for (int x = 0; x < SIDE; x++) {
        int begin, end;
        window(x, &begin, &end);
        const uint32_t n = (uint32_t)((end - begin) * n_rows);
        const uint32_t reciprocal = ((1u << 20) + n / 2) / n;
        const uint32_t mean = ((before[end] - before[begin]) * reciprocal + (1u << 15)) >> 16;
        out[x] = (int16_t)(16 * row[x] - (int)mean);
    }
}

static void detail_of(const uint8_t thumb[RS_IMAGE_THUMB_BYTES], detail *out)
{
    memset(out, 0, sizeof *out);
    uint16_t columns[SIDE] = {0};
    int begin = 0, end = 0; /* rows that `columns` holds */
    for (int y = 0; y < SIDE; y++) {
        int from, to;
        window(y, &from, &to);
        for (; end < to; end++)
            for (int x = 0; x < SIDE; x++)
                columns[x] = (uint16_t)(columns[x] + thumb[end * SIDE + x]);
        for (; begin < from; begin++)
            for (int x = 0; x < SIDE; x++)
                columns[x] = (uint16_t)(columns[x] - thumb[begin * SIDE + x]);
        int16_t *row = &out->at[y + SEARCH][SEARCH];
        detail_row(thumb + y * SIDE, columns, to - from, row);
        int64_t sum = 0;
        for (int x = 0; x < SIDE; x++) {
            sum += row[x] * row[x];
            out->squares[y + 1][x + 1] = out->squares[y][x + 1] + sum;
        }
    }
}

/* Sum of squares over the part of a thumbnail that lies on another moved by (dx, dy). */
static int64_t squares_of(const detail *d, int dx, int dy)
{
    const int x0 = dx > 0 ? dx : 0, x1 = dx < 0 ? SIDE + dx : SIDE;
    const int y0 = dy > 0 ? dy : 0, y1 = dy < 0 ? SIDE + dy : SIDE;
    return d->squares[y1][x1] - d->squares[y0][x1] - d->squares[y1][x0] + d->squares[y0][x0];
}

/* Sum of products of 64 cells: below 64 * 4080^2 < 2^31. */
static int32_t product_row(const int16_t *a, const int16_t *b)
{
    int32_t sum = 0;
    for (int x = 0; x < SIDE; x++) sum += a[x] * b[x];
    return sum;
}

/* Correlation where b, moved by (dx, dy), lies on a. Cells outside b are zeros. */
static double correlation(const detail *a, const detail *b, int dx, int dy)
{
    const int64_t aa = squares_of(a, dx, dy), bb = squares_of(b, -dx, -dy);
    const int64_t least = (int64_t)DETAIL_LEAST * (SIDE - abs(dx)) * (SIDE - abs(dy));
    if (aa < least || bb < least) return 0;
    int64_t ab = 0;
    for (int y = dy > 0 ? dy : 0; y < (dy < 0 ? SIDE + dy : SIDE); y++)
        ab += product_row(&a->at[y + SEARCH][SEARCH], &b->at[y - dy + SEARCH][SEARCH - dx]);
    return (double)ab / sqrt((double)aa * (double)bb);
}

rs_thumb_match rs_thumb_compare(const uint8_t a[RS_IMAGE_THUMB_BYTES],
                                const uint8_t b[RS_IMAGE_THUMB_BYTES], unsigned orientation)
{
    uint8_t laid[RS_IMAGE_THUMB_BYTES];
    rs_image_thumb_orient(b, orientation, laid);
    detail on, moved;
    detail_of(a, &on);
    detail_of(laid, &moved);
    rs_thumb_match best = {.score = correlation(&on, &moved, 0, 0), .orientation = orientation};
    for (int dy = -SEARCH; dy <= SEARCH; dy++)
        for (int dx = -SEARCH; dx <= SEARCH; dx++) {
            const double score = correlation(&on, &moved, dx, dy);
            if (score <= best.score) continue;
            best.score = score;
            best.dx = dx;
            best.dy = dy;
        }
    return best;
}

double rs_thumb_difference(const uint8_t a[RS_IMAGE_THUMB_BYTES],
                           const uint8_t b[RS_IMAGE_THUMB_BYTES], unsigned *orientation)
{
    int64_t least = INT64_MAX;
    for (unsigned o = 0; o < RS_IMAGE_N_ORIENTATIONS; o++) {
        uint8_t laid[RS_IMAGE_THUMB_BYTES];
        rs_image_thumb_orient(b, o, laid);
        int64_t sum = 0;
        for (int i = 0; i < RS_IMAGE_THUMB_BYTES; i++) sum += abs(a[i] - laid[i]);
        if (sum >= least) continue;
        least = sum;
        *orientation = o;
    }
    return (double)least / RS_IMAGE_THUMB_BYTES;
}
