/* Triangle filter: linear interpolation where the level is finer, its widened form where it is
 * coarser (as Pillow's BILINEAR). */
#include "similar/crop_level.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

enum { MOST_TAPS = 5 };

/* The weights, sum 256, of the picture's pixels that make pixel `i`; those outside count as the
 * pixel at the border. Returns the first. */
static uint32_t weigh(double step, uint32_t i, uint32_t n_pixels, size_t n_taps, uint16_t *weight)
{
    double radius = step > 1 ? step : 1, centre = (i + 0.5) * step - 0.5, sum = 0;
    double w[MOST_TAPS];
    int64_t from = (int64_t)ceil(centre - radius), last = (int64_t)n_pixels - (int64_t)n_taps;
    int64_t first = from < 0 ? 0 : from > last ? last : from;
    for (size_t k = 0; k < n_taps; k++) w[k] = 0;
    for (int64_t at = from; (double)at <= centre + radius; at++) {
        int64_t k = (at < 0 ? 0 : at >= (int64_t)n_pixels ? (int64_t)n_pixels - 1 : at) - first;
        double v = 1 - fabs((double)at - centre) / radius;
        if (v <= 0 || k < 0 || k >= (int64_t)n_taps) continue;
        w[k] += v, sum += v;
    }
    int left = 256;
    size_t greatest = 0;
    for (size_t k = 0; k < n_taps; k++) {
        weight[k] = (uint16_t)lround(256 * w[k] / sum);
        left -= weight[k];
        if (w[k] > w[greatest]) greatest = k;
    }
    weight[greatest] = (uint16_t)(weight[greatest] + left);
    return (uint32_t)first;
}

rsift_status rs_level_init(rs_level *level, const rs_luma *picture, double step, rsift_error *err)
{
    *level = (rs_level){.picture = picture, .step = step};
    level->n_taps = step > 1 ? MOST_TAPS : 3;
    if (picture->width < MOST_TAPS || picture->height < MOST_TAPS) return RSIFT_OK;
    double width = picture->width / step, height = picture->height / step;
    if (width > INT32_MAX || height > INT32_MAX) return RSIFT_OK;
    level->width = (uint32_t)width, level->height = (uint32_t)height;
    level->first = rs_alloc(level->width * sizeof *level->first);
    level->weight = rs_alloc(level->width * level->n_taps * sizeof *level->weight);
    level->row = rs_alloc(picture->width * sizeof *level->row);
    if (!level->first || !level->weight || !level->row) {
        rs_level_fini(level);
        return rs_err_nomem(err, "picture at another resolution");
    }
    for (uint32_t x = 0; x < level->width; x++)
        level->first[x] =
            weigh(step, x, picture->width, level->n_taps, level->weight + x * level->n_taps);
    return RSIFT_OK;
}

void rs_level_fini(rs_level *level)
{
    rs_free(level->first);
    rs_free(level->weight);
    rs_free(level->row);
    *level = (rs_level){0};
}

static void add_weighted(uint16_t *restrict sum, const uint8_t *restrict row, uint16_t weight,
                         size_t n)
{
    for (size_t i = 0; i < n; i++) sum[i] = (uint16_t)(sum[i] + weight * row[i]);
}

void rs_level_rows(rs_level *level, uint32_t y0, uint32_t n, uint8_t *out)
{
    size_t width = level->picture->width;
    for (uint32_t y = y0; y < y0 + n; y++, out += level->width) {
        uint16_t weight[MOST_TAPS];
        uint32_t first = weigh(level->step, y, level->picture->height, level->n_taps, weight);
        memset(level->row, 0, width * sizeof *level->row);
        for (size_t k = 0; k < level->n_taps; k++)
            if (weight[k])
                add_weighted(level->row, level->picture->at + (first + k) * width, weight[k],
                             width);
        for (uint32_t x = 0; x < level->width; x++) {
            const uint16_t *in = level->row + level->first[x];
            const uint16_t *w = level->weight + x * level->n_taps;
            uint32_t sum = 1 << 15;
            for (size_t k = 0; k < level->n_taps; k++) sum += (uint32_t)w[k] * in[k];
            out[x] = (uint8_t)(sum >> 16);
        }
    }
}
