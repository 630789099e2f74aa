/* Axis-aligned boxes. Plain arithmetic; no rule of any benchmark stands here. With w and h the
 * sides of the intersection, lengthened by `plus` like all others:
 *     inter = max(0, w) * max(0, h),   united = area a + area b - inter,   IoU = inter / united */
#include "geom/box.h"

#include <math.h>

static double least(double a, double b)
{
    return a < b ? a : b;
}

static double most(double a, double b)
{
    return a > b ? a : b;
}

static bool swap_if_inverted(double *low, double *high)
{
    if (!(*high < *low)) return false;
    double kept = *low;
    *low = *high;
    *high = kept;
    return true;
}

static bool clamp_value(double *v, double high)
{
    double cut = *v < 0 ? 0 : *v > high ? high : *v;
    bool changed = cut != *v;
    *v = cut;
    return changed;
}

unsigned rs_geom_box_state(const double box[4], double width, double height)
{
    for (int i = 0; i < 4; i++)
        if (!isfinite(box[i])) return RS_BOX_NOT_FINITE;
    unsigned state = 0;
    if (box[2] < box[0] || box[3] < box[1]) state |= RS_BOX_INVERTED;
    if (box[2] == box[0] || box[3] == box[1]) state |= RS_BOX_EMPTY;
    if (!(width > 0) || !(height > 0)) return state;
    /* of the ordered box, so that an inverted one is judged by where it lies */
    double left = least(box[0], box[2]), right = most(box[0], box[2]);
    double top = least(box[1], box[3]), bottom = most(box[1], box[3]);
    if (left < 0 || top < 0 || right > width || bottom > height) state |= RS_BOX_LEAVES;
    /* A box that only touches the border from outside shares no pixel with the image. */
    if (left >= width || top >= height || (right <= 0 && left < 0) || (bottom <= 0 && top < 0))
        state |= RS_BOX_OUTSIDE | RS_BOX_LEAVES;
    return state;
}

bool rs_geom_box_order(double box[4])
{
    bool x = swap_if_inverted(&box[0], &box[2]);
    bool y = swap_if_inverted(&box[1], &box[3]);
    return x || y;
}

bool rs_geom_box_clamp(double box[4], double width, double height)
{
    bool changed = false;
    for (int i = 0; i < 4; i++) changed |= clamp_value(&box[i], i % 2 ? height : width);
    return changed;
}

double rs_geom_box_area(const double box[4])
{
    return (box[2] - box[0]) * (box[3] - box[1]);
}

void rs_geom_box_hull(const double a[4], const double b[4], double out[4])
{
    double hull[4] = {least(a[0], b[0]), least(a[1], b[1]), most(a[2], b[2]), most(a[3], b[3])};
    for (int i = 0; i < 4; i++) out[i] = hull[i];
}

void rs_geom_box_of_xywh(const double in[4], double out[4])
{
    double x = in[0], y = in[1], w = in[2], h = in[3];
    out[0] = x, out[1] = y, out[2] = x + w, out[3] = y + h;
}

void rs_geom_box_to_xywh(const double in[4], double out[4])
{
    double x0 = in[0], y0 = in[1], x1 = in[2], y1 = in[3];
    out[0] = x0, out[1] = y0, out[2] = x1 - x0, out[3] = y1 - y0;
}

void rs_geom_box_overlap(const double a[4], const double b[4], double plus, double *inter,
                         double *united)
{
    double w = least(a[2], b[2]) - most(a[0], b[0]) + plus;
    double h = least(a[3], b[3]) - most(a[1], b[1]) + plus;
    double area_a = (a[2] - a[0] + plus) * (a[3] - a[1] + plus);
    double area_b = (b[2] - b[0] + plus) * (b[3] - b[1] + plus);
    *inter = w > 0 && h > 0 ? w * h : 0;
    *united = area_a + area_b - *inter;
}

/* IoU in [0, 1]; 0 for inverted and empty boxes. */
static double ratio(const double a[4], const double b[4], double plus)
{
    if (a[2] < a[0] || a[3] < a[1] || b[2] < b[0] || b[3] < b[1]) return 0;
    double inter, united;
    rs_geom_box_overlap(a, b, plus, &inter, &united);
    return united > 0 ? least(inter / united, 1) : 0;
}

double rs_geom_iou(const double a[4], const double b[4])
{
    return ratio(a, b, 0);
}

double rs_geom_iou_inclusive(const double a[4], const double b[4])
{
    return ratio(a, b, 1);
}

double rs_geom_iou_xywh(const double det[4], const double truth[4], bool crowd)
{
    double w = least(det[2] + det[0], truth[2] + truth[0]) - most(det[0], truth[0]);
    if (w <= 0) return 0;
    double h = least(det[3] + det[1], truth[3] + truth[1]) - most(det[1], truth[1]);
    if (h <= 0) return 0;
    double inter = w * h, area = det[2] * det[3];
    double united = crowd ? area : area + truth[2] * truth[3] - inter;
    return inter / united;
}
