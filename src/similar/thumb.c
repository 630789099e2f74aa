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
    BLOCK = 8, /* cells a side of the blocks that detail is looked at in, */
    N_BLOCKS = (SIDE / BLOCK - 2) * (SIDE / BLOCK - 2), /* those of the outermost ring left out; */
    LEAST_BLOCKS = 4, /* quiet ones, below which there is no ground to judge */
    /* mean square of the detail of a picture's quieter half, 0.7 grey levels, below which JPEG 40
     * leaves too little of it; of 7,720 real pictures that have detail 49 have less */
    QUIET_LEAST = 128,
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
static double score_without_no_data(const detail *a, const detail *b, bool no_a[SIDE][SIDE],
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

/* ---- the ground beside what stands out ------------------------------------------------------- */

/* Sums of products over a block of two thumbnails at their match. */
typedef struct block {
    int64_t ab, aa, bb;
    int place;
} block;

static int by_detail(const void *x, const void *y)
{
    const block *a = x, *b = y;
    const int64_t p = a->aa + a->bb, q = b->aa + b->bb;
    return p != q ? (p < q ? -1 : 1) : a->place - b->place;
}

/* One block; false when more than half of it is near no data. `match` says how b is moved. */
static bool sum_block(const detail *a, const detail *b, bool no_a[SIDE][SIDE],
                      bool no_b[SIDE][SIDE], const rs_thumb_match *match, block *out)
{
    const int across = SIDE / BLOCK - 2, y0 = BLOCK * (out->place / across + 1),
              x0 = BLOCK * (out->place % across + 1);
    int n = 0;
    for (int y = y0; y < y0 + BLOCK; y++)
        for (int x = x0; x < x0 + BLOCK; x++) {
            const int v = y - match->dy, u = x - match->dx;
            if (no_a[y][x] || no_b[v][u]) continue;
            const int32_t p = a->at[y + SEARCH][x + SEARCH], q = b->at[v + SEARCH][u + SEARCH];
            out->ab += p * q;
            out->aa += p * p;
            out->bb += q * q;
            n++;
        }
    return 2 * n >= BLOCK * BLOCK;
}

/* A watermark, a logo, a date or a frame is detail that pictures of two places share. So the
 * outermost blocks are left out, and of the others the half that has most detail; returns how many
 * remain, 0 where there are too few to say anything. */
static size_t quiet_blocks(const detail *a, const detail *b, bool no_a[SIDE][SIDE],
                           bool no_b[SIDE][SIDE], const rs_thumb_match *match, block out[N_BLOCKS])
{
    size_t n = 0;
    for (int place = 0; place < N_BLOCKS; place++) {
        out[n] = (block){.place = place};
        n += sum_block(a, b, no_a, no_b, match, &out[n]);
    }
    qsort(out, n, sizeof *out, by_detail);
    n = (n + 1) / 2;
    return n < LEAST_BLOCKS ? 0 : n;
}

/* The correlation over the quiet blocks; 0 where they have no detail. */
static double ground_of(const detail *a, const detail *b, bool no_a[SIDE][SIDE],
                        bool no_b[SIDE][SIDE], const rs_thumb_match *match)
{
    block blocks[N_BLOCKS];
    const size_t n = quiet_blocks(a, b, no_a, no_b, match, blocks);
    int64_t ab = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < n; i++) {
        ab += blocks[i].ab;
        aa += blocks[i].aa;
        bb += blocks[i].bb;
    }
    return aa && bb ? (double)ab / sqrt((double)aa * (double)bb) : 0;
}

/* The quiet blocks of one thumbnail. */
static size_t own_quiet_blocks(const uint8_t thumb[RS_IMAGE_THUMB_BYTES], block out[N_BLOCKS])
{
    static const rs_thumb_match as_it_lies;
    bool no[SIDE][SIDE];
    detail d;
    detail_of(thumb, &d);
    mark_no_data(thumb, no);
    return quiet_blocks(&d, &d, no, no, &as_it_lies, out);
}

int32_t rs_thumb_quiet(const uint8_t thumb[RS_IMAGE_THUMB_BYTES])
{
    block blocks[N_BLOCKS];
    const size_t n = own_quiet_blocks(thumb, blocks);
    int64_t squares = 0;
    for (size_t i = 0; i < n; i++) squares += blocks[i].aa;
    return n ? (int32_t)(squares / (int64_t)(n * BLOCK * BLOCK)) : 0; /* at most 4080^2 */
}

bool rs_thumb_is_flat(const rs_image_hash *hash)
{
    return hash->quality < RS_IMAGE_FLAT_QUALITY || rs_thumb_quiet(hash->thumb) < QUIET_LEAST;
}

double rs_thumb_contrast(const uint8_t thumb[RS_IMAGE_THUMB_BYTES])
{
    const int across = SIDE / BLOCK - 2;
    block blocks[N_BLOCKS];
    const size_t n = own_quiet_blocks(thumb, blocks);
    const int64_t n_cells = (int64_t)n * BLOCK * BLOCK;
    int64_t sum = 0, away = 0;
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < n; i++)
            for (int k = 0; k < BLOCK * BLOCK; k++) {
                const int y = BLOCK * (blocks[i].place / across + 1) + k / BLOCK,
                          x = BLOCK * (blocks[i].place % across + 1) + k % BLOCK;
                if (round == 0) sum += thumb[y * SIDE + x];
                else away += llabs(n_cells * thumb[y * SIDE + x] - sum);
            }
    return n ? (double)away / ((double)n_cells * (double)n_cells) : 0;
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
            best.score = score_without_no_data(&on, &moved, no_a, no_b, &best);
        best.ground = ground_of(&on, &moved, no_a, no_b, &best);
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
