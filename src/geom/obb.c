/* Oriented boxes, hulls and simple questions about polygons. Overlap areas are in clip.c. */
#include "geom/obb.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define PI 3.14159265358979323846

/* p_i = centre + R(angle) * (+-w / 2, +-h / 2) */
void rs_geom_obb_quad(const rs_obb *obb, double quad[8])
{
    static const double sign_x[4] = {-0.5, 0.5, 0.5, -0.5}, sign_y[4] = {-0.5, -0.5, 0.5, 0.5};
    double c = cos(obb->angle_rad), s = sin(obb->angle_rad);
    for (int i = 0; i < 4; i++) {
        double dx = sign_x[i] * obb->w, dy = sign_y[i] * obb->h;
        quad[2 * i] = obb->cx + dx * c - dy * s;
        quad[2 * i + 1] = obb->cy + dx * s + dy * c;
    }
}

/* Turns by quarter turns (which exchange the sides) or half turns (which change nothing). */
static void turn(rs_obb *obb, double angle_rad, bool exchange)
{
    obb->angle_rad += angle_rad;
    if (!exchange) return;
    double w = obb->w;
    obb->w = obb->h;
    obb->h = w;
}

void rs_geom_obb_long_edge(rs_obb *obb)
{
    if (!isfinite(obb->angle_rad)) return;
    if (obb->w < obb->h) turn(obb, PI / 2, true);
    obb->angle_rad = remainder(obb->angle_rad, PI); /* [-90, 90] degrees */
    if (obb->angle_rad >= PI / 2) obb->angle_rad -= PI;
}

void rs_geom_obb_opencv(rs_obb *obb)
{
    if (!isfinite(obb->angle_rad)) return;
    obb->angle_rad = remainder(obb->angle_rad, PI);
    while (obb->angle_rad <= 0) turn(obb, PI / 2, true);
    while (obb->angle_rad > PI / 2) turn(obb, -PI / 2, true);
}

void rs_geom_box_of_points(const double *xy, size_t n, double box[4])
{
    box[0] = box[2] = xy[0];
    box[1] = box[3] = xy[1];
    for (size_t i = 1; i < n; i++) {
        double x = xy[2 * i], y = xy[2 * i + 1];
        if (x < box[0]) box[0] = x;
        if (x > box[2]) box[2] = x;
        if (y < box[1]) box[1] = y;
        if (y > box[3]) box[3] = y;
    }
}

void rs_geom_quad_of_box(const double box[4], double quad[8])
{
    const double corners[8] = {box[0], box[1], box[2], box[1], box[2], box[3], box[0], box[3]};
    for (int i = 0; i < 8; i++) quad[i] = corners[i];
}

double rs_geom_signed_area(const double *xy, size_t n)
{
    if (n < 3) return 0;
    double twice = 0, x0 = xy[0], y0 = xy[1];
    /* About the first corner: absolute coordinates would cancel away the last digits. */
    for (size_t i = 1; i + 1 < n; i++)
        twice +=
            (xy[2 * i] - x0) * (xy[2 * i + 3] - y0) - (xy[2 * i + 1] - y0) * (xy[2 * i + 2] - x0);
    return twice / 2;
}

double rs_geom_area(const double *xy, size_t n)
{
    return fabs(rs_geom_signed_area(xy, n));
}

static void swap_points(double *xy, size_t i, size_t j)
{
    for (size_t k = 0; k < 2; k++) {
        double kept = xy[2 * i + k];
        xy[2 * i + k] = xy[2 * j + k];
        xy[2 * j + k] = kept;
    }
}

static void reverse_range(double *xy, size_t begin, size_t end)
{
    while (begin + 1 < end) swap_points(xy, begin++, --end);
}

void rs_geom_reverse(double *xy, size_t n)
{
    if (n > 1) reverse_range(xy, 1, n);
}

bool rs_geom_make_clockwise(double *xy, size_t n)
{
    if (!(rs_geom_signed_area(xy, n) < 0)) return false;
    rs_geom_reverse(xy, n);
    return true;
}

/* Rotating a list is reversing both parts, then all of it. */
void rs_geom_start_at_top(double *xy, size_t n)
{
    size_t first = 0;
    for (size_t i = 1; i < n; i++) {
        double dy = xy[2 * i + 1] - xy[2 * first + 1];
        if (dy < 0 || (dy == 0 && xy[2 * i] < xy[2 * first])) first = i;
    }
    if (first == 0) return;
    reverse_range(xy, 0, first);
    reverse_range(xy, first, n);
    reverse_range(xy, 0, n);
}

/* > 0 when o -> a -> b turns clockwise on screen. */
static double cross_of(const double *o, const double *a, const double *b)
{
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
}

bool rs_geom_is_convex(const double *xy, size_t n)
{
    if (n < 3) return false;
    bool left = false, right = false;
    int flips = 0; /* of the sign of dx around the ring: a star turns one way but winds twice */
    double dx_before = 0;
    for (size_t i = 0; i < 2 * n; i++) {
        const double *a = xy + 2 * (i % n), *b = xy + 2 * ((i + 1) % n);
        double bend = cross_of(a, b, xy + 2 * ((i + 2) % n));
        left |= bend < 0;
        right |= bend > 0;
        double dx = b[0] - a[0];
        if (dx == 0) continue;
        if (i >= n && dx_before * dx < 0) flips++;
        dx_before = dx;
    }
    return !(left && right) && flips <= 2;
}

/* A ray to the right crosses an odd number of edges from inside. */
bool rs_geom_contains(const double *xy, size_t n, double x, double y)
{
    bool inside = false;
    for (size_t i = 0, j = n - 1; i < n; j = i++) {
        double xi = xy[2 * i], yi = xy[2 * i + 1], xj = xy[2 * j], yj = xy[2 * j + 1];
        if ((yi > y) == (yj > y)) continue;
        /* Upper end first, so that both directions of an edge round alike. */
        double xt = yi < yj ? xi : xj, yt = yi < yj ? yi : yj;
        double xb = yi < yj ? xj : xi, yb = yi < yj ? yj : yi;
        if (x < xt + (y - yt) * (xb - xt) / (yb - yt)) inside = !inside;
    }
    return inside;
}

static int point_order(const void *a, const void *b)
{
    const double *p = a, *q = b;
    if (p[0] != q[0]) return p[0] < q[0] ? -1 : 1;
    return p[1] < q[1] ? -1 : p[1] > q[1];
}

/* One chain of the hull: drops corners that do not turn clockwise; `base` corners stay. */
static size_t chain_add(double *hull, size_t n, size_t base, const double *point)
{
    while (n >= base + 2 && cross_of(hull + 2 * (n - 2), hull + 2 * (n - 1), point) <= 0) n--;
    hull[2 * n] = point[0];
    hull[2 * n + 1] = point[1];
    return n + 1;
}

/* sorted: 2 n numbers in point_order; hull: 2 (n + 1) numbers. */
static size_t hull_of_sorted(const double *sorted, size_t n, double *hull)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) m = chain_add(hull, m, 0, sorted + 2 * i);
    if (m < 2) return m;
    size_t base = m - 1;
    for (size_t i = n - 1; i-- > 0;) m = chain_add(hull, m, base, sorted + 2 * i);
    m--; /* the last is the first again */
    if (m == 2 && point_order(hull, hull + 2) == 0) m = 1;
    return m;
}

enum { FEW_POINTS = 8 };

/* Insertion sort: boxes have four corners, and for them qsort's calls take longer than the hull. */
static void insert_sorted(double *xy, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const double p[2] = {xy[2 * i], xy[2 * i + 1]};
        size_t k = i;
        for (; k > 0 && point_order(p, xy + 2 * (k - 1)) < 0; k--) {
            xy[2 * k] = xy[2 * k - 2];
            xy[2 * k + 1] = xy[2 * k - 1];
        }
        xy[2 * k] = p[0];
        xy[2 * k + 1] = p[1];
    }
}

size_t rs_geom_hull(const double *xy, size_t n, double *hull)
{
    double sorted[2 * RS_POLY_MAX], work[2 * RS_POLY_MAX + 2];
    if (n == 0 || n > RS_POLY_MAX) return 0;
    for (size_t i = 0; i < 2 * n; i++) sorted[i] = xy[i];
    if (n <= FEW_POINTS) insert_sorted(sorted, n);
    else qsort(sorted, n, 2 * sizeof *sorted, point_order);
    size_t m = hull_of_sorted(sorted, n, work);
    for (size_t i = 0; i < 2 * m; i++) hull[i] = work[i];
    return m;
}

/* Extent of the hull along (ux, uy) and across it, as a rectangle with side w along. */
static rs_obb rectangle_along(const double *hull, size_t n, double ux, double uy)
{
    double x0 = hull[0], y0 = hull[1];
    double along[2] = {0, 0}, across[2] = {0, 0};
    for (size_t i = 1; i < n; i++) {
        double dx = hull[2 * i] - x0, dy = hull[2 * i + 1] - y0;
        double s = dx * ux + dy * uy, t = dy * ux - dx * uy;
        if (s < along[0]) along[0] = s;
        if (s > along[1]) along[1] = s;
        if (t < across[0]) across[0] = t;
        if (t > across[1]) across[1] = t;
    }
    double s = (along[0] + along[1]) / 2, t = (across[0] + across[1]) / 2;
    return (rs_obb){.cx = x0 + s * ux - t * uy,
                    .cy = y0 + s * uy + t * ux,
                    .w = along[1] - along[0],
                    .h = across[1] - across[0],
                    .angle_rad = 0};
}

/* Folds a direction into (-90, 90] degrees. */
static double fold_angle(double angle_rad)
{
    if (angle_rad <= -PI / 2) return angle_rad + PI;
    if (angle_rad > PI / 2) return angle_rad - PI;
    return angle_rad;
}

/* The rectangle of least area has a side on an edge of the hull, so every edge is tried. */
bool rs_geom_obb_of_points(const double *xy, size_t n, rs_obb *out)
{
    double hull[2 * RS_POLY_MAX];
    for (size_t i = 0; i < 2 * n && n <= RS_POLY_MAX; i++)
        if (!isfinite(xy[i])) return false;
    size_t m = rs_geom_hull(xy, n, hull);
    if (m == 0) return false;
    *out = (rs_obb){.cx = hull[0], .cy = hull[1]};
    double best = INFINITY;
    for (size_t i = 0; i < m && m > 1; i++) {
        size_t j = (i + 1) % m;
        double dx = hull[2 * j] - hull[2 * i], dy = hull[2 * j + 1] - hull[2 * i + 1];
        double length = hypot(dx, dy);
        if (!(length > 0)) continue;
        rs_obb r = rectangle_along(hull, m, dx / length, dy / length);
        /* The first of (nearly) equal rectangles wins, so that rounding does not choose. */
        if (!(r.w * r.h < best - 1e-9 * fabs(best)) && best < INFINITY) continue;
        best = r.w * r.h;
        *out = r;
        out->angle_rad = fold_angle(atan2(dy, dx));
    }
    return true;
}
