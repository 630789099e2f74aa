/* Shrinking by area average, and turning upright. Whole numbers only. */
#include "image/resize.h"

#include "base/alloc.h"

#include <string.h>

void rs_image_fit(uint32_t width, uint32_t height, uint32_t max_side, uint32_t *out_width,
                  uint32_t *out_height)
{
    uint64_t w = width, h = height, side = w > h ? w : h;
    *out_width = width;
    *out_height = height;
    if (side <= max_side || side == 0 || max_side == 0) return;
    /* rounded to the nearest: (w * max_side) / side + 1/2 */
    w = (w * max_side * 2 + side) / (side * 2);
    h = (h * max_side * 2 + side) / (side * 2);
    *out_width = w ? (uint32_t)w : 1;
    *out_height = h ? (uint32_t)h : 1;
}

/* Along one axis of n source and m target pixels, lay both over n * m units: a source pixel is m
 * units long, a target pixel n. The overlap in units is the weight, and the weights of one target
 * pixel add up to n. */
typedef struct overlap {
    uint64_t n, m;
} overlap;

static uint64_t first_of(overlap o, uint64_t target)
{
    return target * o.n / o.m;
}

static uint64_t weight(overlap o, uint64_t target, uint64_t source)
{
    uint64_t from = target * o.n, to = from + o.n, a = source * o.m, b = a + o.m;
    if (a < from) a = from;
    if (b > to) b = to;
    return b > a ? b - a : 0;
}

/* sums[x] += wy * the weighted sum of one source row. At most 255 * W * H: within 64 bits for sides
 * below 2^31. */
static void add_row(const uint8_t *row, overlap across, uint64_t wy, uint64_t *sums)
{
    for (uint64_t x = 0; x < across.m; x++) {
        uint64_t rgb[3] = {0};
        for (uint64_t i = first_of(across, x); i < across.n; i++) {
            uint64_t wx = weight(across, x, i);
            if (wx == 0) break;
            for (size_t b = 0; b < 3; b++) rgb[b] += wx * row[i * 3 + b];
        }
        for (size_t b = 0; b < 3; b++) sums[x * 3 + b] += wy * rgb[b];
    }
}

rsift_status rs_image_shrinker_init(rs_image_shrinker *s, uint32_t width, uint32_t height,
                                    uint32_t out_width, uint32_t out_height, rsift_error *err)
{
    *s = (rs_image_shrinker){.width = width, .height = height};
    if (out_width == 0 || out_height == 0 || out_width > width || out_height > height)
        return rs_err_set(err, RSIFT_E_ARG, "cannot shrink %u x %u to %u x %u", width, height,
                          out_width, out_height);
    const rsift_limits none = {.max_pixels = UINT64_MAX};
    RS_TRY(rs_pixels_init(&s->out, out_width, out_height, &none, err));
    s->sums = rs_calloc((size_t)out_width * 3, sizeof *s->sums);
    if (s->sums) return RSIFT_OK;
    rs_image_shrinker_fini(s);
    return rs_err_nomem(err, "a small picture");
}

/* The target row that has all its source rows. */
static void end_row(rs_image_shrinker *s)
{
    const size_t n = (size_t)s->out.width * 3;
    /* mean over the area, rounded: sum of weights = source width * height */
    const uint64_t total = s->width * s->height;
    uint8_t *to = s->out.rgb + (size_t)s->made * n;
    for (size_t k = 0; k < n; k++) to[k] = (uint8_t)((s->sums[k] + total / 2) / total);
    memset(s->sums, 0, n * sizeof *s->sums);
    s->made++;
}

void rs_image_shrinker_add(rs_image_shrinker *s, const uint8_t *rgb)
{
    const overlap across = {s->width, s->out.width}, down = {s->height, s->out.height};
    if (s->next == s->height) return;
    const uint64_t i = s->next++;
    /* a source row lies in one target row, or in the end of one and the begin of the next */
    while (s->made < down.m) {
        const uint64_t wy = weight(down, s->made, i);
        if (wy) add_row(rgb, across, wy, s->sums);
        /* the next source row still lies in this target row */
        if (weight(down, s->made, i + 1)) break;
        end_row(s);
        if (s->made == down.m || !weight(down, s->made, i)) break;
    }
}

void rs_image_shrinker_restart(rs_image_shrinker *s)
{
    s->next = s->made = 0;
    memset(s->sums, 0, (size_t)s->out.width * 3 * sizeof *s->sums);
}

bool rs_image_shrinker_done(const rs_image_shrinker *s)
{
    return s->made == s->out.height;
}

void rs_image_shrinker_fini(rs_image_shrinker *s)
{
    rs_pixels_fini(&s->out);
    rs_free(s->sums);
    *s = (rs_image_shrinker){0};
}

rsift_status rs_image_shrink(const rs_pixels *src, uint32_t width, uint32_t height, rs_pixels *out,
                             rsift_error *err)
{
    rs_image_shrinker s;
    *out = (rs_pixels){0};
    if (!src->rgb) return rs_err_set(err, RSIFT_E_ARG, "no pixels to shrink");
    RS_TRY(rs_image_shrinker_init(&s, src->width, src->height, width, height, err));
    for (size_t y = 0; y < src->height; y++)
        rs_image_shrinker_add(&s, src->rgb + y * src->width * 3);
    *out = s.out;
    out->rule = src->rule;
    out->damaged = src->damaged;
    s.out = (rs_pixels){0};
    rs_image_shrinker_fini(&s);
    return RSIFT_OK;
}

/* Where the upright picture's pixel (x, y) is stored; w and h are the stored size. */
static size_t stored_at(unsigned orientation, size_t x, size_t y, size_t w, size_t h)
{
    switch (orientation) {
    case 2: return y * w + (w - 1 - x);
    case 3: return (h - 1 - y) * w + (w - 1 - x);
    case 4: return (h - 1 - y) * w + x;
    case 5: return x * w + y;
    case 6: return (h - 1 - x) * w + y;
    case 7: return (h - 1 - x) * w + (w - 1 - y);
    case 8: return x * w + (w - 1 - y);
    default: return y * w + x;
    }
}

rsift_status rs_image_orient(rs_pixels *pixels, unsigned orientation, rsift_error *err)
{
    if (orientation < 1 || orientation > 8)
        return rs_err_set(err, RSIFT_E_ARG, "an orientation between 1 and 8 is wanted, not %u",
                          orientation);
    if (orientation == 1 || !pixels->rgb) return RSIFT_OK;
    const size_t w = pixels->width, h = pixels->height;
    const size_t new_w = orientation >= 5 ? h : w, new_h = orientation >= 5 ? w : h;
    uint8_t *rgb = rs_alloc(w * h * 3);
    if (!rgb) return rs_err_nomem(err, "an upright picture");
    uint8_t *to = rgb;
    for (size_t y = 0; y < new_h; y++)
        for (size_t x = 0; x < new_w; x++, to += 3)
            memcpy(to, pixels->rgb + stored_at(orientation, x, y, w, h) * 3, 3);
    rs_free(pixels->rgb);
    pixels->rgb = rgb;
    pixels->width = (uint32_t)new_w;
    pixels->height = (uint32_t)new_h;
    return RSIFT_OK;
}
