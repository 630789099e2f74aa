/* Oriented boxes and polygons. Points are x y x y ... in pixels, x right, y DOWN: an angle that is
 * positive here turns clockwise as seen on the screen, and a positive signed area means clockwise
 * corners. Releases that count the other way are converted by the convention, not here. */
#ifndef RS_GEOM_OBB_H
#define RS_GEOM_OBB_H

#include <stdbool.h>
#include <stddef.h>

typedef struct rs_obb {
    double cx, cy, w, h;
    double angle_rad; /* of the side `w` against the x axis, positive clockwise on screen */
} rs_obb;

/* Corners top-left, top-right, bottom-right, bottom-left of the unrotated box, then rotated:
 * clockwise on screen. */
void rs_geom_obb_quad(const rs_obb *obb, double quad[8]);

/* The same rectangle, spelled by another rule.
 *   long edge  w >= h, angle in [-90, 90) degrees ("le90" in mmrotate; RSCoVLM's form)
 *   opencv     angle in (0, 90] degrees (cv2.minAreaRect since 4.5.1; an axis-aligned box has 90
 *              and its sides exchanged; GeoChat's stored angles are of this form) */
void rs_geom_obb_long_edge(rs_obb *obb);
void rs_geom_obb_opencv(rs_obb *obb);

/* Rectangle of least area around n points (rotating calipers on the convex hull), angle in
 * (-90, 90] degrees. A quad that is a rectangle comes back as itself up to rounding.
 *   xy      2 n numbers, n <= RS_POLY_MAX
 *   returns false when n is 0 or too large, or a number is not finite; points on one line give h =
 * 0 */
bool rs_geom_obb_of_points(const double *xy, size_t n, rs_obb *out);

/* Smallest axis-aligned box around n >= 1 points. */
void rs_geom_box_of_points(const double *xy, size_t n, double box[4]);
void rs_geom_quad_of_box(const double box[4], double quad[8]);

/* Half the shoelace sum, positive when the corners run clockwise on screen; |.| is the area of a
 * polygon that does not cross itself. 0 for n < 3. */
double rs_geom_signed_area(const double *xy, size_t n);
double rs_geom_area(const double *xy, size_t n);

/* Reverses the corners behind the first when they run counter-clockwise on screen; true if so. */
bool rs_geom_make_clockwise(double *xy, size_t n);
void rs_geom_reverse(double *xy, size_t n); /* first corner stays first */

/* Rotates the list so that it begins at the topmost, then leftmost corner. */
void rs_geom_start_at_top(double *xy, size_t n);

/* Convex: no turn in the wrong direction (points on one line are allowed), turning once. */
bool rs_geom_is_convex(const double *xy, size_t n);

/* Even-odd rule; a point on a left or top border is inside, on a right or bottom border outside. */
bool rs_geom_contains(const double *xy, size_t n, double x, double y);

/* Convex hull, clockwise on screen, no three corners on a line (Andrew's monotone chain).
 *   hull    room for 2 n numbers
 *   returns the number of corners; 0 when n is 0 or above RS_POLY_MAX */
#define RS_POLY_MAX 4096
size_t rs_geom_hull(const double *xy, size_t n, double *hull);

/* Area shared by two convex polygons in either direction, exact up to rounding.
 *   n_a, n_b  at most RS_CONVEX_MAX, else 0; fewer than three corners share nothing */
#define RS_CONVEX_MAX 32
double rs_geom_convex_overlap(const double *a, size_t n_a, const double *b, size_t n_b);

/* Area shared by two polygons that need not be convex (signed fans of triangles, as DOTA's polyiou
 * does it, here about a corner of `a` so that far-away coordinates lose nothing). A polygon that
 * crosses itself counts each part by its winding number. O(n_a n_b). */
double rs_geom_polygon_overlap(const double *a, size_t n_a, const double *b, size_t n_b);

/* Intersection over union of two polygons, in [0, 1]; exactly symmetric in its arguments; 0 when
 * the union is empty. Convex quads are computed the fast way.
 *   source  CAPTAIN-WHU/DOTA_devkit polyiou.cpp gives the same to about 1e-9 */
double rs_geom_polygon_iou(const double *a, size_t n_a, const double *b, size_t n_b);
double rs_geom_quad_iou(const double a[8], const double b[8]);

#endif
