/* Lines as squares stamped along the longer axis, after cutting them to the picture. */
#include "image/draw.h"

#include <math.h>

static void stamp(rs_pixels *p, int64_t cx, int64_t cy, unsigned thick, uint32_t colour)
{
    const int64_t x0 = cx - (int64_t)(thick - 1) / 2, y0 = cy - (int64_t)(thick - 1) / 2;
    for (int64_t y = y0; y < y0 + thick; y++) {
        if (y < 0 || y >= p->height) continue;
        for (int64_t x = x0; x < x0 + thick; x++) {
            if (x < 0 || x >= p->width) continue;
            uint8_t *to = p->rgb + ((size_t)y * p->width + (size_t)x) * 3;
            to[0] = (uint8_t)(colour >> 16);
            to[1] = (uint8_t)(colour >> 8);
            to[2] = (uint8_t)colour;
        }
    }
}

/* One side of Liang and Barsky's clipping; narrows [*t0, *t1]. */
static bool clip_side(double delta, double room, double *t0, double *t1)
{
    if (delta == 0) return room >= 0;
    double t = room / delta;
    if (delta < 0 && t > *t0) *t0 = t;
    if (delta > 0 && t < *t1) *t1 = t;
    return *t0 <= *t1;
}

void rs_draw_line(rs_pixels *pixels, const double line[4], unsigned thick, uint32_t colour)
{
    const double x0 = line[0], y0 = line[1], x1 = line[2], y1 = line[3];
    if (!pixels->rgb || thick == 0) return;
    if (!isfinite(x0) || !isfinite(y0) || !isfinite(x1) || !isfinite(y1)) return;
    if (thick > 64) thick = 64;
    const double edge = thick, dx = x1 - x0, dy = y1 - y0;
    if (!isfinite(dx) || !isfinite(dy)) return;
    /* the part of the line that can touch the picture: a far end point costs no steps */
    double t0 = 0, t1 = 1;
    if (!clip_side(-dx, x0 + edge, &t0, &t1) ||
        !clip_side(dx, pixels->width + edge - x0, &t0, &t1) ||
        !clip_side(-dy, y0 + edge, &t0, &t1) ||
        !clip_side(dy, pixels->height + edge - y0, &t0, &t1))
        return;
    const double ax = x0 + t0 * dx, ay = y0 + t0 * dy, lx = (t1 - t0) * dx, ly = (t1 - t0) * dy;
    /* one stamp per pixel of the longer axis */
    const int64_t n = (int64_t)ceil(fmax(fabs(lx), fabs(ly)));
    for (int64_t i = 0; i <= n; i++) {
        double t = n ? (double)i / (double)n : 0;
        stamp(pixels, (int64_t)floor(ax + t * lx), (int64_t)floor(ay + t * ly), thick, colour);
    }
}

void rs_draw_polyline(rs_pixels *pixels, const double *xy, size_t n, bool closed, unsigned thick,
                      uint32_t colour)
{
    for (size_t i = 1; i < n; i++) rs_draw_line(pixels, xy + i * 2 - 2, thick, colour);
    if (closed && n > 2) {
        const double last[4] = {xy[n * 2 - 2], xy[n * 2 - 1], xy[0], xy[1]};
        rs_draw_line(pixels, last, thick, colour);
    }
}
