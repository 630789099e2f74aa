#include "similar/crop_grid.h"

#include "similar/orient.h"

#include <math.h>
#include <string.h>

enum { HIGH_PASS = 4, SEARCH = 2 };
/* Mean square below which a grid has no detail: half a grey level, what coding leaves of a flat
 * one. */
#define NO_DETAIL 0.25

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

/* Adds `weight` times the sum of each cell's part of one row of pixels. */
static void add_pixel_row(float *cells, unsigned n, const uint8_t *row, uint32_t width,
                          const double span[2], double weight)
{
    for (unsigned i = 0; i < n; i++) {
        double left = span[0] + i * span[1], right = left + span[1];
        uint32_t from = (uint32_t)left, to = (uint32_t)right;
        if (from >= width) from = width - 1;
        if (to >= width) to = width - 1;
        uint32_t whole = 0;
        for (uint32_t x = from; x < to; x++) whole += row[x];
        double sum = whole - (left - from) * row[from] + (right - to) * row[to];
        cells[i] += (float)(weight * sum);
    }
}

void rs_grid_fill(rs_grid *grid, const rs_luma *luma, const rs_grid_rect *rect)
{
    double across = rect->width / grid->width, down = rect->height / grid->height;
    const double span[2] = {rect->x, across};
    memset(grid->at, 0, sizeof grid->at);
    for (unsigned j = 0; j < grid->height; j++) {
        double top = rect->y + j * down, bottom = top + down;
        float *cells = grid->at + (size_t)j * grid->width;
        for (uint32_t y = (uint32_t)top; y < luma->height && y < bottom; y++) {
            double from = y > top ? y : top, to = y + 1 < bottom ? y + 1 : bottom;
            add_pixel_row(cells, grid->width, luma->at + (size_t)y * luma->width, luma->width, span,
                          (to - from) / (across * down));
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

/* out[i] = mean of in[i - HIGH_PASS .. i + HIGH_PASS], cut at the ends; elements `step` apart. */
static void mean_along(const float *in, float *out, unsigned n, size_t step)
{
    for (unsigned i = 0; i < n; i++) {
        unsigned from = i < HIGH_PASS ? 0 : i - HIGH_PASS;
        unsigned to = i + HIGH_PASS < n ? i + HIGH_PASS : n - 1;
        float sum = 0;
        for (unsigned k = from; k <= to; k++) sum += in[k * step];
        out[i * step] = sum / (float)(to - from + 1);
    }
}

void rs_grid_high_pass(rs_grid *grid)
{
    float rows[RS_GRID_CELLS], means[RS_GRID_CELLS];
    size_t width = grid->width;
    for (unsigned y = 0; y < grid->height; y++)
        mean_along(grid->at + y * width, rows + y * width, grid->width, 1);
    for (unsigned x = 0; x < grid->width; x++) mean_along(rows + x, means + x, grid->height, width);
    for (size_t i = 0; i < width * grid->height; i++) grid->at[i] -= means[i];
}

/* Correlation of a with b moved by (dx, dy) cells. */
static double correlate_moved(const rs_grid *a, const rs_grid *b, int dx, int dy)
{
    int width = (int)a->width, height = (int)a->height, n = 0;
    double ab = 0, aa = 0, bb = 0;
    for (int y = dy > 0 ? dy : 0; y < height && y - dy < height; y++) {
        const float *p = a->at + y * width, *q = b->at + (y - dy) * width - dx;
        for (int x = dx > 0 ? dx : 0; x < width && x - dx < width; x++) {
            ab += (double)p[x] * (double)q[x];
            aa += (double)p[x] * (double)p[x];
            bb += (double)q[x] * (double)q[x];
            n++;
        }
    }
    return aa < NO_DETAIL * n || bb < NO_DETAIL * n ? 0 : ab / sqrt(aa * bb);
}

/* Where the parabola through three neighbouring scores is greatest, -0.5..0.5. */
static double peak(double before, double at, double after)
{
    double bend = before - 2 * at + after;
    double where = bend < 0 ? (before - after) / (2 * bend) : 0;
    return where > 0.5 ? 0.5 : where < -0.5 ? -0.5 : where;
}

rs_grid_match rs_grid_correlate(const rs_grid *a, const rs_grid *b)
{
    double score[2 * SEARCH + 1][2 * SEARCH + 1];
    int best_x = 0, best_y = 0;
    for (int dy = -SEARCH; dy <= SEARCH; dy++)
        for (int dx = -SEARCH; dx <= SEARCH; dx++)
            score[dy + SEARCH][dx + SEARCH] = correlate_moved(a, b, dx, dy);
    for (int dy = -SEARCH; dy <= SEARCH; dy++)
        for (int dx = -SEARCH; dx <= SEARCH; dx++)
            if (score[dy + SEARCH][dx + SEARCH] > score[best_y + SEARCH][best_x + SEARCH])
                best_x = dx, best_y = dy;
    const double *row = score[best_y + SEARCH];
    rs_grid_match match = {row[best_x + SEARCH], best_x, best_y};
    if (best_x > -SEARCH && best_x < SEARCH)
        match.dx += peak(row[best_x + SEARCH - 1], match.score, row[best_x + SEARCH + 1]);
    if (best_y > -SEARCH && best_y < SEARCH)
        match.dy += peak(score[best_y + SEARCH - 1][best_x + SEARCH], match.score,
                         score[best_y + SEARCH + 1][best_x + SEARCH]);
    return match;
}
