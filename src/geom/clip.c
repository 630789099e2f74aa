/* Areas shared by polygons: a convex polygon is cut by the half planes of another one (Sutherland
 * and Hodgman). Work is done relative to a corner of the first polygon, since absolute coordinates
 * would lose digits, and on the stack. */
#include "geom/obb.h"

#include <math.h>

/* A cut by k half planes adds at most k corners. */
#define CLIP_MAX (2 * RS_CONVEX_MAX + 2)

typedef struct point {
    double x, y;
} point;

/* Keeps what lies on the clockwise side of the line a -> b. With d the cross product (b - a) x (p -
 * a) at both ends of an edge, the edge crosses the line at t = d_p / (d_p - d_q). */
static size_t cut(const point *in, size_t n, point a, point b, point *out)
{
    double ux = b.x - a.x, uy = b.y - a.y;
    size_t m = 0;
    point p = in[n - 1];
    double dp = ux * (p.y - a.y) - uy * (p.x - a.x);
    for (size_t i = 0; i < n; i++) {
        point q = in[i];
        double dq = ux * (q.y - a.y) - uy * (q.x - a.x);
        if ((dp > 0 && dq < 0) || (dp < 0 && dq > 0)) {
            double t = dp / (dp - dq);
            out[m++] = (point){p.x + t * (q.x - p.x), p.y + t * (q.y - p.y)};
        }
        if (dq >= 0) out[m++] = q;
        p = q;
        dp = dq;
    }
    return m;
}

/* Twice the signed area: sum of the cross products of a fan about the first corner. */
static double twice_area(const point *p, size_t n)
{
    double twice = 0;
    for (size_t i = 1; i + 1 < n; i++)
        twice +=
            (p[i].x - p[0].x) * (p[i + 1].y - p[0].y) - (p[i].y - p[0].y) * (p[i + 1].x - p[0].x);
    return twice;
}

/* Copies relative to (x0, y0), clockwise on screen; returns twice the area, >= 0. */
static double load(const double *xy, size_t n, double x0, double y0, point *out)
{
    for (size_t i = 0; i < n; i++) out[i] = (point){xy[2 * i] - x0, xy[2 * i + 1] - y0};
    double twice = twice_area(out, n);
    if (twice >= 0) return twice;
    for (size_t i = 0; i < n / 2; i++) {
        point kept = out[i];
        out[i] = out[n - 1 - i];
        out[n - 1 - i] = kept;
    }
    return -twice;
}

/* Shared area of two polygons that are convex and clockwise. */
static double overlap_of(const point *a, size_t n_a, const point *b, size_t n_b)
{
    point work[2][CLIP_MAX];
    size_t n = n_a, side = 0;
    for (size_t i = 0; i < n_a; i++) work[0][i] = a[i];
    for (size_t i = 0; i < n_b; i++) {
        point from = b[i], to = b[i + 1 < n_b ? i + 1 : 0];
        if (from.x == to.x && from.y == to.y) continue; /* a repeated corner has no half plane */
        n = cut(work[side], n, from, to, work[1 - side]);
        side = 1 - side;
        if (n < 3) return 0;
    }
    double twice = twice_area(work[side], n);
    return twice > 0 ? twice / 2 : 0;
}

/* Do the hulls share no area? Then the polygons do not either. */
static bool boxes_apart(const double *a, size_t n_a, const double *b, size_t n_b)
{
    double p[4], q[4];
    rs_geom_box_of_points(a, n_a, p);
    rs_geom_box_of_points(b, n_b, q);
    return !(p[0] < q[2] && q[0] < p[2] && p[1] < q[3] && q[1] < p[3]);
}

double rs_geom_convex_overlap(const double *a, size_t n_a, const double *b, size_t n_b)
{
    point p[RS_CONVEX_MAX], q[RS_CONVEX_MAX];
    if (n_a < 3 || n_b < 3 || n_a > RS_CONVEX_MAX || n_b > RS_CONVEX_MAX) return 0;
    if (boxes_apart(a, n_a, b, n_b)) return 0;
    double area_a = load(a, n_a, a[0], a[1], p), area_b = load(b, n_b, a[0], a[1], q);
    if (!(area_a > 0) || !(area_b > 0)) return 0;
    double shared = overlap_of(p, n_a, q, n_b); /* rounding must not exceed the smaller one */
    double least = (area_a < area_b ? area_a : area_b) / 2;
    return shared < least ? shared : least;
}

/* Triangle (origin, p, q) made clockwise; returns its sign, 0 when it has no area. */
static int fan_triangle(point p, point q, point out[3])
{
    double twice = p.x * q.y - p.y * q.x;
    out[0] = (point){0, 0};
    out[1] = twice > 0 ? p : q;
    out[2] = twice > 0 ? q : p;
    return twice > 0 ? 1 : twice < 0 ? -1 : 0;
}

static point relative(const double *xy, size_t i, double x0, double y0)
{
    return (point){xy[2 * i] - x0, xy[2 * i + 1] - y0};
}

/* Each polygon is the signed sum of the triangles (o, p_i, p_i+1); their overlaps add up with the
 * product of the signs. */
double rs_geom_polygon_overlap(const double *a, size_t n_a, const double *b, size_t n_b)
{
    if (n_a < 3 || n_b < 3 || boxes_apart(a, n_a, b, n_b)) return 0;
    double x0 = a[0], y0 = a[1], sum = 0;
    for (size_t i = 0; i < n_a; i++) {
        point s[3];
        int sign_a = fan_triangle(relative(a, i, x0, y0), relative(a, (i + 1) % n_a, x0, y0), s);
        if (sign_a == 0) continue;
        for (size_t j = 0; j < n_b; j++) {
            point t[3];
            int sign_b =
                fan_triangle(relative(b, j, x0, y0), relative(b, (j + 1) % n_b, x0, y0), t);
            /* an opposite sign removes what another triangle counted outside the polygon */
            if (sign_b != 0) sum += sign_a * sign_b * overlap_of(s, 3, t, 3);
        }
    }
    return fabs(sum);
}

/* A fixed order of the two arguments makes the ratio exactly symmetric. */
static bool comes_first(const double *a, size_t n_a, const double *b, size_t n_b)
{
    if (n_a != n_b) return n_a < n_b;
    for (size_t i = 0; i < 2 * n_a; i++)
        if (a[i] != b[i]) return a[i] < b[i];
    return true;
}

static double ratio(double shared, double area_a, double area_b)
{
    double united = area_a + area_b - shared;
    if (!(united > 0) || !(shared > 0)) return 0;
    return shared < united ? shared / united : 1;
}

double rs_geom_polygon_iou(const double *a, size_t n_a, const double *b, size_t n_b)
{
    if (n_a < 3 || n_b < 3) return 0;
    if (!comes_first(a, n_a, b, n_b)) {
        const double *kept = a;
        size_t n_kept = n_a;
        a = b, n_a = n_b;
        b = kept, n_b = n_kept;
    }
    /* convex polygons need no fans: one clipping */
    bool simple = n_a <= RS_CONVEX_MAX && n_b <= RS_CONVEX_MAX && rs_geom_is_convex(a, n_a) &&
                  rs_geom_is_convex(b, n_b);
    double shared =
        simple ? rs_geom_convex_overlap(a, n_a, b, n_b) : rs_geom_polygon_overlap(a, n_a, b, n_b);
    return ratio(shared, rs_geom_area(a, n_a), rs_geom_area(b, n_b));
}

/* Four corners that all turn the same way cannot wind twice. Clockwise on entry. */
static bool is_convex_quad(const point q[4])
{
    for (int i = 0; i < 4; i++) {
        point a = q[i], b = q[(i + 1) & 3], c = q[(i + 2) & 3];
        if ((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) < 0) return false;
    }
    return true;
}

double rs_geom_quad_iou(const double a[8], const double b[8])
{
    point p[4], q[4];
    if (boxes_apart(a, 4, b, 4)) return 0;
    if (!comes_first(a, 4, b, 4)) {
        const double *kept = a;
        a = b;
        b = kept;
    }
    double twice_a = load(a, 4, a[0], a[1], p), twice_b = load(b, 4, a[0], a[1], q);
    /* the general way decides about self-crossing and concave quads */
    if (!is_convex_quad(p) || !is_convex_quad(q)) return rs_geom_polygon_iou(a, 4, b, 4);
    if (!(twice_a > 0) || !(twice_b > 0)) return 0;
    return ratio(overlap_of(p, 4, q, 4), twice_a / 2, twice_b / 2);
}
