/* The stretch: how 16-bit, 32-bit and floating bands become visible, between two percentiles of
 * each band or two values given for all.
 * A histogram of 65536 bins between the band's least and greatest value; exact for integers
 * spanning at most 65536 values, else good to 1/65535 of the span. */
#include "image/decode_parts.h"

#include "base/alloc.h"

#include <float.h>
#include <math.h>

enum { BINS = 65536 };

typedef struct band {
    const float *v; /* first sample; the next is `step` floats on */
    size_t n, step;
    float no_data; /* as the samples hold it: releases write -3.4e38 with few digits */
} band;

static bool is_data(const band *b, float v)
{
    return isfinite(v) && !(v == b->no_data);
}

float *rs_image_samples_new(const rs_pixels *pixels, unsigned bands)
{
    size_t n = (size_t)pixels->width * pixels->height * bands;
    float *v = rs_alloc(n * sizeof *v);
    if (!v) return NULL;
    for (size_t i = 0; i < n; i++) v[i] = NAN;
    return v;
}

/* Number of data values; *lo and *hi are their least and greatest. */
static size_t span_of(const band *b, double *lo, double *hi)
{
    size_t n = 0;
    *lo = DBL_MAX, *hi = -DBL_MAX;
    for (size_t i = 0; i < b->n; i++) {
        float v = b->v[i * b->step];
        if (!is_data(b, v)) continue;
        if ((double)v < *lo) *lo = (double)v;
        if ((double)v > *hi) *hi = (double)v;
        n++;
    }
    return n;
}

/* Smallest bin at or below which at least `share` of n values lie. */
static size_t bin_at(const uint64_t *bins, size_t n, unsigned percent)
{
    uint64_t seen = 0, want = ((uint64_t)n * percent + 99) / 100;
    for (size_t i = 0; i < BINS; i++) {
        seen += bins[i];
        if (seen >= want && seen > 0) return i;
    }
    return BINS - 1;
}

/* Narrows [lo, hi] to the 2nd and 98th percentile; keeps the full span when those coincide. */
static void narrow(const band *b, size_t n, uint64_t *bins, double *lo, double *hi)
{
    const double least = *lo, scale = (BINS - 1) / (*hi - *lo);
    /* a span too small to divide by */
    if (!isfinite(scale)) return;
    memset(bins, 0, BINS * sizeof *bins);
    for (size_t i = 0; i < b->n; i++) {
        float v = b->v[i * b->step];
        if (is_data(b, v)) bins[(size_t)(((double)v - least) * scale + 0.5)]++;
    }
    size_t first = bin_at(bins, n, 2), last = bin_at(bins, n, 98);
    /* nearly all values are equal: the full span shows the rest */
    if (first >= last) return;
    *lo = least + (double)first / scale;
    *hi = least + (double)last / scale;
}

static void stretch_band(const band *b, const rs_image_view *view, uint64_t *bins, uint8_t *dst)
{
    double lo, hi;
    size_t n = span_of(b, &lo, &hi);
    if (n == 0) return;
    if (view->fixed) {
        lo = view->low;
        hi = view->high;
    } else if (hi > lo) {
        narrow(b, n, bins, &lo, &hi);
    }
    if (!(hi > lo)) return; /* nothing to see: stays black */
    const double scale = 255 / (hi - lo);
    for (size_t i = 0; i < b->n; i++) {
        float v = b->v[i * b->step];
        if (!is_data(b, v)) continue;
        double to = ((double)v - lo) * scale + 0.5;
        dst[i * 3] = to <= 0 ? 0 : to >= 255 ? 255 : (uint8_t)to;
    }
}

rsift_status rs_image_stretch(const rs_image_samples *samples, const rs_image_view *view,
                              uint8_t *rgb, rsift_error *err)
{
    uint64_t *bins = rs_calloc(BINS, sizeof *bins);
    if (!bins) return rs_err_nomem(err, "a histogram");
    const size_t n = samples->n_pixels;
    for (unsigned i = 0; i < samples->bands; i++) {
        const band b = {samples->values + i, n, samples->bands, (float)samples->no_data};
        stretch_band(&b, view, bins, rgb + i);
    }
    rs_free(bins);
    if (samples->bands == 1)
        for (size_t i = 0; i < n; i++) rgb[i * 3 + 1] = rgb[i * 3 + 2] = rgb[i * 3];
    return RSIFT_OK;
}
