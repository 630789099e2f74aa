/* What of a shape its picture shows. Corners are judged by their convex hull, so that their order
 * plays no part. */
#include "geom/visible.h"

#include "geom/box.h"
#include "geom/obb.h"

#include <math.h>

/* Is a side of a box written by its size below zero? */
static bool has_negative_side(const rs_convention *c, const double *px, size_t n)
{
    bool sized = c->shape == RS_SHAPE_HBB_XYWH || c->shape == RS_SHAPE_HBB_CXCYWH;
    return n == 4 && sized && (px[2] < px[0] || px[3] < px[1]);
}

/* No area? A rotated rectangle of height 0 has corners that rounding moves off their line. */
static bool is_flat(const double *hull, size_t n_hull, const double box[4])
{
    double w = box[2] - box[0], h = box[3] - box[1];
    if (!(w > 0) || !(h > 0)) return true;
    return n_hull && (n_hull < 3 || rs_geom_area(hull, n_hull) <= 1e-9 * (w * w + h * h));
}

/* Has the shape surely an area? A box, and four corners whose winding area is far above what
 * is_flat calls flat: no hull is smaller than it. Far from the origin the last digits are lost,
 * and the hull decides. */
static bool has_area(const double *px, size_t n, const double box[4])
{
    double w = box[2] - box[0], h = box[3] - box[1], far = 1e3 * (w + h);
    if (!(w > 0) || !(h > 0)) return false;
    if (n == 4) return true;
    if (n != 8 || box[0] < -far || box[1] < -far || box[2] > far || box[3] > far) return false;
    /* half the cross product of the diagonals */
    double area = ((px[4] - px[0]) * (px[7] - px[3]) - (px[5] - px[1]) * (px[6] - px[2])) / 2;
    return fabs(area) > 1e-6 * (w * w + h * h);
}

static bool is_inside(const double box[4], const rs_canvas *canvas)
{
    return box[0] >= 0 && box[1] >= 0 && box[2] <= canvas->width && box[3] <= canvas->height;
}

/* Does it share no pixel with the picture? A hull of 0 corners means the box itself. */
static bool is_outside(const double *hull, size_t n_hull, const double box[4],
                       const rs_canvas *canvas)
{
    if (box[2] <= 0 || box[3] <= 0 || box[0] >= canvas->width || box[1] >= canvas->height)
        return true;
    if (is_inside(box, canvas)) return false;
    const double picture[8] = {
        0, 0, canvas->width, 0, canvas->width, canvas->height, 0, canvas->height};
    return n_hull && !(rs_geom_polygon_overlap(hull, n_hull, picture, 4) > 0);
}

/* Does a corner lie farther outside than rounding to the convention's grid moves it? */
static bool leaves(const rs_convention *c, const rs_canvas *canvas, const double *px, size_t n)
{
    double step[2];
    rs_geom_quantum(c, canvas, step);
    double slack_x = fmax(0.5, step[0]), slack_y = fmax(0.5, step[1]);
    for (size_t i = 0; i + 1 < n; i += 2)
        if (px[i] < -slack_x || px[i] > canvas->width + slack_x || px[i + 1] < -slack_y ||
            px[i + 1] > canvas->height + slack_y)
            return true;
    return false;
}

rs_visible rs_geom_visible(const rs_convention *c, const rs_canvas *canvas, const double *px,
                           size_t n)
{
    double box[4], hull[2 * RS_POLY_MAX];
    if (n < 2) return RS_VISIBLE_UNKNOWN;
    for (size_t i = 0; i < n; i++)
        if (!isfinite(px[i])) return RS_VISIBLE_UNKNOWN;
    bool known = canvas->width > 0 && canvas->height > 0;
    if (n == 2) { /* a point has no area by its nature */
        if (!known) return RS_VISIBLE_UNKNOWN;
        return leaves(c, canvas, px, n) ? RS_VISIBLE_NONE : RS_VISIBLE_WHOLE;
    }
    if (has_negative_side(c, px, n)) return RS_VISIBLE_FLAT;
    rs_geom_box_of_points(px, n / 2, box);
    if (has_area(px, n, box)) { /* most shapes need no hull */
        if (!known) return RS_VISIBLE_UNKNOWN;
        if (is_inside(box, canvas)) return RS_VISIBLE_WHOLE;
    }
    size_t n_hull = n == 4 ? 0 : rs_geom_hull(px, n / 2, hull);
    if (is_flat(hull, n_hull, box)) return RS_VISIBLE_FLAT;
    if (!known) return RS_VISIBLE_UNKNOWN;
    if (is_outside(hull, n_hull, box, canvas)) return RS_VISIBLE_NONE;
    return leaves(c, canvas, px, n) ? RS_VISIBLE_PART : RS_VISIBLE_WHOLE;
}
