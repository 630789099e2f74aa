/* The size to which Qwen's picture processor brings an image before the model sees it
 * (smart_resize): sides rounded to multiples of f; when w * h is out of bounds, both sides are
 * scaled by the root of bound / area and rounded down (or up) to multiples of f. */
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
