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
    /* [k][y] = sum of squares of the rows above y without the first k - SEARCH columns, or without
     * the last SEARCH - k: what is left when another thumbnail is moved so far */
    int64_t squares[2 * SEARCH + 1][SIDE + 1];
} detail;

/* Sum of products of 64 cells: below 64 * 4080^2 < 2^31. */
static int32_t product_row(const int16_t *a, const int16_t *b)
{
    int32_t sum = 0;
    for (int x = 0; x < SIDE; x++) sum += a[x] * b[x];
    return sum;
}

/* Cells of a window of 2 * REACH + 1 around i that lie in the thumbnail: [*begin, *end). */
static void window(int i, int *begin, int *end)
{
    *begin = i < REACH ? 0 : i - REACH;
    *end = i + REACH + 1 > SIDE ? SIDE : i + REACH + 1;
}

/* The cell minus the mean of n cells, in sixteenths:
 *     mean = (16 * sum + n / 2) / n,  by reciprocal = 2^20 / n */
static int16_t above_mean(uint8_t cell, uint32_t sum, uint32_t reciprocal)
{
    return (int16_t)(16 * cell - (int)((sum * reciprocal + (1u << 15)) >> 16));
}

/* One row minus the means, given the sums of each column over the rows of the window. */
static void detail_row(const uint8_t *row, const uint16_t columns[SIDE], int n_rows, int16_t *out)
{
    uint32_t before[SIDE + 1] = {0}, reciprocal[2 * REACH + 2];
    for (int x = 0; x < SIDE; x++) before[x + 1] = before[x] + columns[x];
    for (uint32_t width = REACH + 1; width <= 2 * REACH + 1; width++) {
        const uint32_t n = width * (uint32_t)n_rows;
        reciprocal[width] = ((1u << 20) + n / 2) / n;
    }
    for (int x = 0; x < REACH; x++) {
        const int last = SIDE - 1 - x;
        out[x] = above_mean(row[x], before[x + REACH + 1], reciprocal[x + REACH + 1]);
        out[last] =
            above_mean(row[last], before[SIDE] - before[last - REACH], reciprocal[x + REACH + 1]);
    }
    const uint32_t usual = reciprocal[2 * REACH + 1];
    for (int x = REACH; x < SIDE - REACH; x++)
        out[x] = above_mean(row[x], before[x + REACH + 1] - before[x - REACH], usual);
}

/* Adds the squares of row y to the sums. */
static void add_squares(detail *d, int y)
{
    const int16_t *row = &d->at[y + SEARCH][SEARCH];
    const int32_t all = product_row(row, row);
    for (int k = 0; k <= 2 * SEARCH; k++) {
        int32_t sum = all; /* without the columns that are cut off */
        for (int x = 0; x < SEARCH - k; x++) sum -= row[SIDE - 1 - x] * row[SIDE - 1 - x];
        for (int x = 0; x < k - SEARCH; x++) sum -= row[x] * row[x];
        d->squares[k][y + 1] = d->squares[k][y] + sum;
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
        detail_row(thumb + y * SIDE, columns, to - from, &out->at[y + SEARCH][SEARCH]);
        add_squares(out, y);
    }
}

/* Sum of squares over the cells [max(0, dx), min(SIDE, SIDE + dx)) of each of the rows
 * [max(0, dy), min(SIDE, SIDE + dy)). */
static int64_t squares_of(const detail *d, int dx, int dy)
{
    const int64_t *sums = d->squares[dx + SEARCH];
    return sums[dy < 0 ? SIDE + dy : SIDE] - sums[dy > 0 ? dy : 0];
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

/* ---- no data --------------------------------------------------------------------------------- */

/* Cells near an area of pure black or white (3 x 3 cells and more): their detail is the area's
 * edge, which the tiles of one mosaic share whatever ground they show. Returns whether there are
 * any. */
static bool mark_no_data(const uint8_t thumb[RS_IMAGE_THUMB_BYTES], bool near[SIDE][SIDE])
{
    bool any = false;
    memset(near, 0, sizeof(bool[SIDE][SIDE]));
    for (int y = 1; y < SIDE - 1; y++)
        for (int x = 1; x < SIDE - 1; x++) {
            const uint8_t cell = thumb[y * SIDE + x];
            bool area = cell == 0 || cell == 255;
            for (int k = 0; area && k < 9; k++)
                area = thumb[(y + k / 3 - 1) * SIDE + x + k % 3 - 1] == cell;
            if (!area) continue;
            any = true;
            /* as far as its own mean and that of its neighbours reach */
            const int reach = REACH + 1;
            for (int v = y - reach; v <= y + reach; v++)
                for (int u = x - reach; u <= x + reach; u++)
                    if (v >= 0 && v < SIDE && u >= 0 && u < SIDE) near[v][u] = true;
        }
    return any;
}

/* The correlation of what lies away from areas without data, at the best match; the match's own
 * score where too little is left to say (fewer than an eighth of the cells, or no detail). */
static double score_of_ground(const detail *a, const detail *b, bool no_a[SIDE][SIDE],
                              bool no_b[SIDE][SIDE], const rs_thumb_match *match)
{
    int64_t ab = 0, aa = 0, bb = 0, n = 0;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            const int v = y - match->dy, u = x - match->dx;
            if (v < 0 || v >= SIDE || u < 0 || u >= SIDE || no_a[y][x] || no_b[v][u]) continue;
            const int32_t p = a->at[y + SEARCH][x + SEARCH], q = b->at[v + SEARCH][u + SEARCH];
            ab += p * q;
            aa += p * p;
            bb += q * q;
            n++;
        }
    const int64_t least = DETAIL_LEAST * n;
    if (n < RS_IMAGE_THUMB_BYTES / 8 || aa < least || bb < least) return match->score;
    const double score = (double)ab / sqrt((double)aa * (double)bb);
    return score < match->score ? score : match->score;
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
    bool no_a[SIDE][SIDE], no_b[SIDE][SIDE];
    if (best.score >= RS_THUMB_SAME) {
        const bool any = mark_no_data(a, no_a);
        if (mark_no_data(laid, no_b) || any)
            best.score = score_of_ground(&on, &moved, no_a, no_b, &best);
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
