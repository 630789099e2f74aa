/* Colours and gradients on a grid; see describe.h. */
#include "image/describe.h"

#include "image/resize.h"

#include <math.h>
#include <string.h>

enum { GRID = 4, CELLS = GRID * GRID, DIRECTIONS = 8 };

static size_t cell_of(const rs_pixels *p, uint32_t x, uint32_t y)
{
    return (size_t)y * GRID / p->height * GRID + (size_t)x * GRID / p->width;
}

/* Means and deviations of the three colours; n counts the pixels of each cell. */
static void describe_colours(const rs_pixels *p, float *out, size_t n[CELLS])
{
    double sum[CELLS][3] = {{0}}, square[CELLS][3] = {{0}};
    for (uint32_t y = 0; y < p->height; y++)
        for (uint32_t x = 0; x < p->width; x++) {
            const size_t cell = cell_of(p, x, y);
            const uint8_t *rgb = &p->rgb[((size_t)y * p->width + x) * 3];
            n[cell]++;
            for (size_t c = 0; c < 3; c++) {
                sum[cell][c] += rgb[c];
                square[cell][c] += (double)rgb[c] * rgb[c];
            }
        }
    for (size_t cell = 0; cell < CELLS; cell++)
        for (size_t c = 0; n[cell] && c < 3; c++) {
            const double mean = sum[cell][c] / (double)n[cell];
            const double variance = square[cell][c] / (double)n[cell] - mean * mean;
            out[cell * 6 + c] = (float)(mean / 255);
            out[cell * 6 + 3 + c] = (float)(sqrt(fmax(variance, 0)) / 255);
        }
}

static int luma_at(const rs_pixels *p, uint32_t x, uint32_t y)
{
    const uint8_t *rgb = &p->rgb[((size_t)y * p->width + x) * 3];
    return rgb[0] + 2 * rgb[1] + rgb[2]; /* four times the luma */
}

/* Strength of the gradient by direction: eight sectors of the full turn, told by signs and by which
 * side is longer, so that no angle has to be computed. */
static void describe_edges(const rs_pixels *p, float *out, const size_t n[CELLS])
{
    double sum[CELLS][DIRECTIONS] = {{0}};
    for (uint32_t y = 1; y + 1 < p->height; y++)
        for (uint32_t x = 1; x + 1 < p->width; x++) {
            const int dx = luma_at(p, x + 1, y) - luma_at(p, x - 1, y),
                      dy = luma_at(p, x, y + 1) - luma_at(p, x, y - 1);
            const size_t sector = (size_t)(dx < 0) | (size_t)(dy < 0) << 1 |
                                  (size_t)((dx < 0 ? -dx : dx) < (dy < 0 ? -dy : dy)) << 2;
            sum[cell_of(p, x, y)][sector] += sqrt((double)dx * dx + (double)dy * dy);
        }
    for (size_t cell = 0; cell < CELLS; cell++)
        for (size_t d = 0; n[cell] && d < DIRECTIONS; d++)
            out[cell * DIRECTIONS + d] = (float)(sum[cell][d] / (double)n[cell] / 2040);
}

rsift_status rs_image_describe(const rs_pixels *pixels, float out[RS_IMAGE_DESCRIPTOR],
                               rsift_error *err)
{
    const uint32_t side = RS_IMAGE_DESCRIBED;
    const uint32_t width = pixels->width < side ? pixels->width : side,
                   height = pixels->height < side ? pixels->height : side;
    size_t n[CELLS] = {0};
    rs_pixels small;
    RS_TRY(rs_image_shrink(pixels, width, height, &small, err));
    memset(out, 0, RS_IMAGE_DESCRIPTOR * sizeof *out);
    describe_colours(&small, out, n);
    describe_edges(&small, &out[CELLS * 6], n);
    rs_pixels_fini(&small);
    return RSIFT_OK;
}
