/* The size at which a model of the Qwen family sees an image.
 *
 * The model's own processor (smart_resize): sides rounded to multiples of f; when w * h is out of
 * bounds, both sides are scaled by the root of bound / area and rounded down (or up) to multiples
 * of f. LLaMA-Factory scales the image itself first, to whole pixels and not to multiples of f, and
 * leaves the processor the limits that came with the model: a picture of 1024 x 1024 under
 * 1,003,520 pixels is 1001 x 1001 there and 1008 x 1008 for the model, where smart_resize alone
 * gives 980 x 980. */
#include "geom/convention.h"

#include <math.h>

static double at_least(double v, double low)
{
    return v < low ? low : v;
}

bool rs_geom_smart_resize(double width, double height, int factor, double min_pixels,
                          double max_pixels, double *out_width, double *out_height)
{
    double f = factor;
    if (factor < 1 || !(width > 0) || !(height > 0) || !isfinite(width) || !isfinite(height))
        return false;
    if ((width > height ? width / height : height / width) > 200) return false;
    /* rint is Python's round: half to even in the default rounding mode. */
    double w = at_least(rint(width / f) * f, f), h = at_least(rint(height / f) * f, f);
    if (w * h > max_pixels) {
        double beta = sqrt(height * width / max_pixels);
        w = at_least(floor(width / beta / f) * f, f);
        h = at_least(floor(height / beta / f) * f, f);
    } else if (w * h < min_pixels) {
        double beta = sqrt(min_pixels / (height * width));
        w = ceil(width * beta / f) * f;
        h = ceil(height * beta / f) * f;
    }
    *out_width = w;
    *out_height = h;
    return true;
}

/* Both sides times the root of bound / area, cut to whole pixels. */
static void scale_to_area(double bound, double *width, double *height)
{
    const double factor = sqrt(bound / (*width * *height));
    *width = trunc(*width * factor);
    *height = trunc(*height * factor);
}

/* What LLaMA-Factory makes of a picture before the processor gets it. */
static bool resize_in_llama_factory(const rs_resize *how, double *width, double *height)
{
    enum { LEAST_SIDE = 28 };
    if (*width * *height > how->max_pixels) scale_to_area(how->max_pixels, width, height);
    /* A picture without a row is an error there. */
    if (*width < 1 || *height < 1) return false;
    if (*width * *height < how->min_pixels) scale_to_area(how->min_pixels, width, height);
    if (*width < LEAST_SIDE || *height < LEAST_SIDE) {
        *width = at_least(*width, LEAST_SIDE);
        *height = at_least(*height, LEAST_SIDE);
    }
    /* Above an aspect of 200 it squeezes the picture instead of refusing it. Such boxes would be
     * right, and the picture no longer be one: it is left out as by the other trainers. */
    return true;
}

bool rs_geom_resize(const rs_resize *how, double width, double height, double *out_width,
                    double *out_height)
{
    /* preprocessor_config.json of Qwen2-VL and Qwen2.5-VL: 4 and 16384 tokens of 28 x 28 pixels */
    const double own_min = 4 * 28 * 28, own_max = 16384 * 28 * 28;
    /* pixels of one token; ms-swift hands its limits on as numbers of tokens */
    const double token = how->rule == RS_RESIZE_MS_SWIFT ? (double)how->factor * how->factor : 1;
    if (how->rule != RS_RESIZE_LLAMA_FACTORY)
        return rs_geom_smart_resize(width, height, how->factor,
                                    floor(how->min_pixels / token) * token,
                                    floor(how->max_pixels / token) * token, out_width, out_height);
    if (!(width > 0) || !(height > 0) || !resize_in_llama_factory(how, &width, &height))
        return false;
    return rs_geom_smart_resize(width, height, how->factor, own_min, own_max, out_width,
                                out_height);
}
