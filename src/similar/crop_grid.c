/* Resamples the overlap of two pictures to one grid and correlates what is left above the local
 * mean; see crop_grid.h. Floats, unlike similar/thumb.c, since the grids have any size. */
#include "similar/crop_grid.h"

#include "similar/orient.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    HALF = 4, /* of the 9 x 9 cells that are the ground of one */
    UNIT = 64,
    MOST = 4 * UNIT,
};
#define NOISE 1.0F     /* grey levels: what coding leaves of flat ground, added to all deviations */
#define NO_DETAIL 0.15 /* mean square of the detail, in units, below which there is none */

bool rs_grid_choose(double width, double height, double finest, rs_grid *grid)
{
    double cell = sqrt(width * height / RS_GRID_CELLS);
    if (cell < finest) cell = finest;
    if (cell < width / RS_GRID_MAX_SIDE) cell = width / RS_GRID_MAX_SIDE;
    if (cell < height / RS_GRID_MAX_SIDE) cell = height / RS_GRID_MAX_SIDE;
    if (!(width / cell >= RS_GRID_MIN_SIDE && height / cell >= RS_GRID_MIN_SIDE)) return false;
    grid->width = (unsigned)(width / cell);
    grid->height = (unsigned)(height / cell);
    return true;
}

/* The pixels of one row that lie in a cell: those from..to, the first and last in part. */
struct span {
    uint32_t from, to;
    float left, right; /* weights of the first and of the last */
};

static void make_spans(struct span *spans, unsigned n, double start, double step, uint32_t width)
{
    for (unsigned i = 0; i < n; i++) {
        double left = start + i * step, right = left + step;
        uint32_t from = (uint32_t)left, to = (uint32_t)right;
        if (from >= width) from = width - 1;
        if (to >= width) to = width - 1;
        spans[i] = (struct span){from, to, (float)(1 - (left - from)), (float)(right - to)};
        if (from == to) spans[i].left = (float)(right - left), spans[i].right = 0;
    }
}

/* Adds `weight` times the sum of each cell's part of one row of pixels. */
static void add_pixel_row(float *cells, const struct span *spans, unsigned n, const uint8_t *row,
                          float weight)
{
    for (unsigned i = 0; i < n; i++) {
        const struct span *s = &spans[i];
        uint32_t whole = 0;
        for (uint32_t x = s->from + 1; x < s->to; x++) whole += row[x];
        cells[i] += weight * ((float)whole + s->left * row[s->from] + s->right * row[s->to]);
    }
}

void rs_grid_fill(rs_grid *grid, const rs_luma *luma, const rs_grid_rect *rect)
{
    double across = rect->width / grid->width, down = rect->height / grid->height;
    struct span spans[RS_GRID_MAX_SIDE];
    make_spans(spans, grid->width, rect->x, across, luma->width);
    memset(grid->at, 0, sizeof grid->at);
    for (unsigned j = 0; j < grid->height; j++) {
        double top = rect->y + j * down, bottom = top + down;
        float *cells = grid->at + (size_t)j * grid->width;
        for (uint32_t y = (uint32_t)top; y < luma->height && y < bottom; y++) {
            double from = y > top ? y : top, to = y + 1 < bottom ? y + 1 : bottom;
            add_pixel_row(cells, spans, grid->width, luma->at + (size_t)y * luma->width,
                          (float)((to - from) / (across * down)));
        }
    }
}

void rs_grid_orient(const rs_grid *grid, unsigned orientation, rs_grid *out)
{
    bool transposed = orientation & RS_IMAGE_TRANSPOSE;
    out->width = transposed ? grid->height : grid->width;
    out->height = transposed ? grid->width : grid->height;
    for (uint32_t y = 0; y < grid->height; y++)
        for (uint32_t x = 0; x < grid->width; x++) {
            uint32_t to_x = x, to_y = y;
            rs_orient_pixel(orientation, grid->width, grid->height, &to_x, &to_y);
            out->at[to_y * out->width + to_x] = grid->at[y * grid->width + x];
        }
}

/* out[i] = mean of in[i - HALF .. i + HALF], cut at the ends; elements `step` apart. */
static void mean_along(const float *in, float *out, unsigned n, size_t step)
{
    float sum = 0;
    unsigned count = 0;
    for (unsigned k = 0; k < HALF && k < n; k++) sum += in[k * step], count++;
    for (unsigned i = 0; i < n; i++) {
        if (i + HALF < n) sum += in[(i + HALF) * step], count++;
        if (i > HALF) sum -= in[(i - HALF - 1) * step], count--;
        out[i * step] = sum / (float)count;
    }
}

/* Means of the 9 x 9 around each cell. */
static void mean_around(const float *in, float *out, unsigned width, unsigned height)
{
    float rows[RS_GRID_CELLS];
    for (size_t y = 0; y < height; y++) mean_along(in + y * width, rows + y * width, width, 1);
    for (size_t x = 0; x < width; x++) mean_along(rows + x, out + x, height, width);
}

void rs_grid_detail_of(const rs_grid *grid, rs_grid_detail *out)
{
    float detail[RS_GRID_CELLS], squares[RS_GRID_CELLS] = {0}, mean[RS_GRID_CELLS];
    size_t n = (size_t)grid->width * grid->height;
    mean_around(grid->at, mean, grid->width, grid->height);
    for (size_t i = 0; i < n; i++) {
        detail[i] = grid->at[i] - mean[i];
        squares[i] = detail[i] * detail[i];
    }
    mean_around(squares, mean, grid->width, grid->height);
    out->width = grid->width, out->height = grid->height;
    for (size_t i = 0; i < n; i++) {
        float variance = mean[i] > 0 ? mean[i] : 0;
        float v = UNIT * detail[i] / sqrtf(variance + NOISE * NOISE);
        out->at[i] = (int16_t)(v > MOST ? MOST : v < -MOST ? -MOST : v);
    }
}

static int32_t multiply(const int16_t *restrict p, const int16_t *restrict q, int n)
{
    int32_t sum = 0;
    for (int i = 0; i < n; i++) sum += p[i] * q[i];
    return sum;
}

/* Correlation of a with b moved by (dx, dy) cells. */
static double correlate_moved(const rs_grid_detail *a, const rs_grid_detail *b, int dx, int dy)
{
    int width = (int)a->width, height = (int)a->height, n_x = width - abs(dx), n = 0;
    int64_t ab = 0, aa = 0, bb = 0;
    for (int y = dy > 0 ? dy : 0; y < height && y - dy < height; y++) {
        const int16_t *p = a->at + y * width + (dx > 0 ? dx : 0);
        const int16_t *q = b->at + (y - dy) * width + (dx < 0 ? -dx : 0);
        ab += multiply(p, q, n_x);
        aa += multiply(p, p, n_x);
        bb += multiply(q, q, n_x);
        n += n_x;
    }
    double none = NO_DETAIL * UNIT * UNIT * n;
    return (double)aa < none || (double)bb < none ? 0 : (double)ab / sqrt((double)aa * (double)bb);
}

/* Where the parabola through three neighbouring scores is greatest, -0.5..0.5. */
static double peak(double before, double at, double after)
{
    double bend = before - 2 * at + after;
    double where = bend < 0 ? (before - after) / (2 * bend) : 0;
    return where > 0.5 ? 0.5 : where < -0.5 ? -0.5 : where;
}

rs_grid_match rs_grid_correlate(const rs_grid_detail *a, const rs_grid_detail *b, int search)
{
    enum { SIDE = 2 * RS_GRID_MAX_SEARCH + 1 };
    double score[SIDE][SIDE] = {0};
    int x = search, y = search, last = 2 * search;
    for (int j = 0; j <= last; j++)
        for (int i = 0; i <= last; i++) score[j][i] = correlate_moved(a, b, i - search, j - search);
    for (int j = 0; j <= last; j++)
        for (int i = 0; i <= last; i++)
            if (score[j][i] > score[y][x]) x = i, y = j;
    rs_grid_match match = {score[y][x], x - search, y - search};
    if (x > 0 && x < last) match.dx += peak(score[y][x - 1], match.score, score[y][x + 1]);
    if (y > 0 && y < last) match.dy += peak(score[y - 1][x], match.score, score[y + 1][x]);
    return match;
}

double rs_grid_rival(const rs_grid_detail *a, const rs_grid_detail *b, const rs_grid_match *match)
{
    enum { BESIDE = 3 };
    double best = 0;
    int x = (int)lround(match->dx), y = (int)lround(match->dy);
    for (int dy = -RS_GRID_MAX_SEARCH; dy <= RS_GRID_MAX_SEARCH; dy++)
        for (int dx = -RS_GRID_MAX_SEARCH; dx <= RS_GRID_MAX_SEARCH; dx++) {
            if ((dx - x) * (dx - x) + (dy - y) * (dy - y) < BESIDE * BESIDE) continue;
            double score = correlate_moved(a, b, dx, dy);
            if (score > best) best = score;
        }
    return best;
}
