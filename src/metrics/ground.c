/* Reading boxes from outputs as published scorers read them, and their ratios. The readers restate
 * regular expressions of the originals; each stands above its function. */
#include "metrics/ground.h"

#include "base/ascii.h"
#include "base/num.h"
#include "geom/box.h"
#include "geom/obb.h"

#include <math.h>

/* Every \d+ of the text. */
static size_t digit_runs(rs_str s, double *numbers, size_t most)
{
    size_t n = 0;
    for (size_t i = 0, end; i < s.len && n < most; i = end) {
        for (end = i; end < s.len && rs_ascii_is_digit(s.ptr[end]);) end++;
        if (end > i) n += rs_num_double(rs_str_sub(s, i, end), &numbers[n]);
        else end = i + 1;
    }
    return n;
}

/* Every [-+]?\d*\.?\d+ */
static size_t loose_numbers(rs_str s, double *numbers, size_t most)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len && n < most;) {
        size_t end = i + (s.ptr[i] == '-' || s.ptr[i] == '+'), digits = end;
        while (end < s.len && rs_ascii_is_digit(s.ptr[end])) end++;
        if (end + 1 < s.len && s.ptr[end] == '.' && rs_ascii_is_digit(s.ptr[end + 1]))
            for (end++; end < s.len && rs_ascii_is_digit(s.ptr[end]);) end++;
        if (end == digits || !rs_num_double(rs_str_sub(s, i, end), &numbers[n])) {
            i++;
            continue;
        }
        n++;
        i = end;
    }
    return n;
}

/* The next [0-9., ]+ list in brackets at or behind *at, its numbers cut at commas as float() reads
 * them. false = there is none; *n == RS_NPOS when a piece is no number. */
static bool next_bracket(rs_str s, size_t *at, double *numbers, size_t most, size_t *n)
{
    for (size_t begin = *at; begin < s.len; begin++) {
        if (s.ptr[begin] != '[') continue;
        size_t end = begin + 1;
        while (end < s.len && (rs_ascii_is_digit(s.ptr[end]) || s.ptr[end] == '.' ||
                               s.ptr[end] == ',' || s.ptr[end] == ' '))
            end++;
        /* "[]" and anything with another character is no list */
        if (end == begin + 1 || end >= s.len || s.ptr[end] != ']') continue;
        rs_str rest = rs_str_sub(s, begin + 1, end), piece;
        *at = end + 1;
        *n = 0;
        while (rs_str_split(&rest, ',', &piece)) {
            double v;
            if (!rs_num_double(rs_str_trim(piece), &v)) {
                *n = RS_NPOS;
                return true;
            }
            if (*n < most) numbers[*n] = v;
            ++*n;
        }
        return true;
    }
    return false;
}

/* \w, with every byte of a non-ASCII character counted as a letter. */
static bool is_word(rs_str s, size_t i)
{
    const char c = i < s.len ? s.ptr[i] : ' ';
    return rs_ascii_is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

/* [-+]?\d*\.?\d+ at i: the longest reading that ends where it may (before a separator, or, for the
 * last number, at a word's end), as a regular expression would backtrack; 0 = none. */
static size_t number_end(rs_str s, size_t i, bool last)
{
    if (i < s.len && (s.ptr[i] == '-' || s.ptr[i] == '+')) i++;
    size_t point = i;
    while (point < s.len && rs_ascii_is_digit(s.ptr[point])) point++;
    size_t ends[2] = {point, point}, n = point > i; /* with the fraction first, then without */
    if (point + 1 < s.len && s.ptr[point] == '.' && rs_ascii_is_digit(s.ptr[point + 1])) {
        size_t end = point + 1;
        while (end < s.len && rs_ascii_is_digit(s.ptr[end])) end++;
        ends[0] = end;
        n++;
    }
    for (size_t k = 0; k < n; k++) {
        const char next = ends[k] < s.len ? s.ptr[ends[k]] : 0;
        if (last ? !is_word(s, ends[k]) : next == ',' || rs_ascii_is_space(next)) return ends[k];
    }
    return 0;
}

/* UrBench: \b, four numbers separated by commas and blanks, \b. The boundary in front excludes a
 * leading minus. */
static size_t four_in_a_row(rs_str s, double *numbers, size_t most)
{
    for (size_t i = 0; i < s.len && most >= 4; i++) {
        if ((i > 0 && is_word(s, i - 1)) == is_word(s, i)) continue; /* no \b here */
        size_t at = i, n = 0;
        for (; n < 4; n++) {
            const size_t end = number_end(s, at, n == 3);
            const size_t begin = at + (end && s.ptr[at] == '+');
            if (!end || !rs_num_double(rs_str_sub(s, begin, end), &numbers[n])) break;
            for (at = end; at < s.len && (s.ptr[at] == ',' || rs_ascii_is_space(s.ptr[at])); at++)
                continue;
        }
        if (n == 4) return 4;
    }
    return 0;
}

/* \[\s*(\d+(?:,\s*\d+)*)\s*\] at i; returns the byte behind it, 0 = not here. */
static size_t integer_list(rs_str s, size_t i, double *numbers, size_t most, size_t *n)
{
    *n = 0;
    for (i++; i < s.len && rs_ascii_is_space(s.ptr[i]);) i++;
    for (;;) {
        size_t end = i;
        double v;
        while (end < s.len && rs_ascii_is_digit(s.ptr[end])) end++;
        if (end == i || !rs_num_double(rs_str_sub(s, i, end), &v)) return 0;
        if (*n < most) numbers[*n] = v;
        ++*n;
        if (end >= s.len || s.ptr[end] != ',') {
            while (end < s.len && rs_ascii_is_space(s.ptr[end])) end++;
            return end < s.len && s.ptr[end] == ']' ? end + 1 : 0;
        }
        for (i = end + 1; i < s.len && rs_ascii_is_space(s.ptr[i]);) i++;
    }
}

/* -?(\d+(\.\d+)?|\.\d+) at i; returns the byte behind it, 0 = not here. */
static size_t plain_number(rs_str s, size_t i)
{
    const size_t begin = i + (s.ptr[i] == '-');
    size_t end = begin;
    while (end < s.len && rs_ascii_is_digit(s.ptr[end])) end++;
    if (end + 1 < s.len && s.ptr[end] == '.' && rs_ascii_is_digit(s.ptr[end + 1]))
        for (end++; end < s.len && rs_ascii_is_digit(s.ptr[end]);) end++;
    return end > begin ? end : 0;
}

/* Numbers of a text that are no part of a word: "bbox_2d" has none. */
static size_t free_numbers(rs_str s, double *numbers, size_t most)
{
    size_t n = 0;
    for (size_t i = 0, end; i < s.len && n < most; i = end) {
        end = i + 1;
        if (i > 0 && is_word(s, i - 1)) continue;
        const size_t behind = plain_number(s, i);
        if (!behind) continue;
        n += rs_num_double(rs_str_sub(s, i, behind), &numbers[n]);
        end = behind;
    }
    return n;
}

/* The first innermost list of four numbers; without any list, four free numbers. */
static size_t first_list(rs_str s, double *numbers, size_t most)
{
    double row[5];
    bool any = false;
    for (size_t begin = 0, end; most >= 4 && begin < s.len; begin = end) {
        end = begin + 1;
        if (s.ptr[begin] != '[') continue;
        while (end < s.len && s.ptr[end] != '[' && s.ptr[end] != ']') end++;
        if (end >= s.len || s.ptr[end] == '[') continue; /* not innermost */
        const size_t n = free_numbers(rs_str_sub(s, begin + 1, end), row, 5);
        any = any || n;
        if (n != 4) continue;
        memcpy(numbers, row, 4 * sizeof *numbers);
        return 4;
    }
    if (any || free_numbers(s, row, 5) != 4) return 0; /* exactly four, not the first four */
    memcpy(numbers, row, 4 * sizeof *numbers);
    return 4;
}

size_t rs_metrics_box_numbers(rs_box_text reading, rs_str s, double *numbers, size_t most)
{
    switch (reading) {
    case RS_BOX_TEXT_DIGITS: return digit_runs(s, numbers, most);
    case RS_BOX_TEXT_BRACKET: {
        size_t at = 0, n = 0;
        return next_bracket(s, &at, numbers, most, &n) && n != RS_NPOS ? (n < most ? n : most) : 0;
    }
    case RS_BOX_TEXT_FIRST_LIST: return first_list(s, numbers, most);
    case RS_BOX_TEXT_URBENCH: return four_in_a_row(s, numbers, most);
    case RS_BOX_TEXT_INTEGERS:
    case RS_BOX_TEXT_OUTERMOST: break;
    }
    const size_t begin = rs_str_find_char(s, '['), end = rs_str_rfind_char(s, ']');
    if (begin == RS_NPOS || end == RS_NPOS || end < begin) return 0;
    return loose_numbers(rs_str_sub(s, begin + 1, end), numbers, most);
}

/* IoU = (intersection + eps_inter) / (union + eps_union), sides lengthened by `plus`. */
rs_ground_one rs_metrics_ground_boxes(const rs_ground_rule *rule, const double predicted[4],
                                      const double reference[4])
{
    rs_ground_one one = {.valid = true};
    rs_geom_box_overlap(predicted, reference, rule->plus, &one.inter, &one.area_union);
    /* the areas are kept for the sums, the ratio is 0 */
    if (rule->reference_ordered && (reference[2] < reference[0] || reference[3] < reference[1]))
        return one;
    const double united = one.area_union + rule->eps_union;
    if (united != 0) one.iou = (one.inter + rule->eps_inter) / united;
    return one;
}

bool rs_metrics_ground_inverted(const double box[4])
{
    return box[2] < box[0] || box[3] < box[1];
}

void rs_metrics_ground_clamp(double predicted[4], const double reference[4], double width,
                             double height)
{
    bool unit = true; /* the reference is normalised */
    for (int k = 0; k < 4; k++) unit = unit && reference[k] >= 0 && reference[k] <= 1;
    const double limits[2] = {unit ? 1 : width, unit ? 1 : height};
    for (int k = 0; k < 4; k++) {
        if (!(limits[k % 2] > 0)) continue; /* size not known */
        predicted[k] = predicted[k] < 0               ? 0
                       : predicted[k] > limits[k % 2] ? limits[k % 2]
                                                      : predicted[k];
    }
}

bool rs_metrics_ground_hit(const rs_ground_rule *rule, double iou, double threshold)
{
    return rule->strict ? iou > threshold : iou >= threshold;
}

void rs_metrics_earthdial_quad(const double box[5], double quad[8])
{
    const double pi = 3.14159265358979323846;
    const double angle = box[4] * pi / 180, c = cos(angle), s = sin(angle);
    const double x = (box[0] + box[2]) / 2, y = (box[1] + box[3]) / 2;
    const double w = (box[2] - box[0]) / 2, h = (box[3] - box[1]) / 2;
    /* [x' y'] = [x y] * [[c, -s], [s, c]] + centre */
    const double corners[4][2] = {{-w, -h}, {w, -h}, {w, h}, {-w, h}};
    for (int k = 0; k < 4; k++) {
        quad[2 * k] = corners[k][0] * c + corners[k][1] * s + x;
        quad[2 * k + 1] = -corners[k][0] * s + corners[k][1] * c + y;
    }
}

size_t rs_metrics_box_lists(rs_box_text reading, rs_str s, double (*numbers)[8], size_t *lengths,
                            size_t most)
{
    size_t n = 0;
    for (size_t begin = 0, end; begin < s.len && n < most; begin = end) {
        double spare[8], *row = numbers ? numbers[n] : spare;
        size_t length = 0;
        end = begin + 1;
        if (s.ptr[begin] != '[') continue;
        if (reading == RS_BOX_TEXT_INTEGERS) {
            const size_t behind = integer_list(s, begin, row, 8, &length);
            end = behind ? behind : end;
            length = behind ? length : 0;
        } else {
            while (end < s.len && s.ptr[end] != '[' && s.ptr[end] != ']') end++;
            if (end < s.len && s.ptr[end] == ']')
                length = loose_numbers(rs_str_sub(s, begin + 1, end), row, 8);
        }
        if (!length) continue;
        if (lengths) lengths[n] = length;
        n++;
    }
    return n;
}

/* ---- LHRS-Bot -------------------------------------------------------------------------------- */

/* Adds one pair of lists to the sums. */
static void add_pair(const rs_ground_rule *rule, const double predicted[4], size_t n_predicted,
                     const double reference[4], rs_ground_pairs *out)
{
    if (n_predicted < 4) {
        out->n_failed++;
        return;
    }
    const rs_ground_one one = rs_metrics_ground_boxes(rule, predicted, reference);
    out->n_pairs++;
    out->n_inverted += rs_metrics_ground_inverted(predicted);
    out->n_hits += rs_metrics_ground_hit(rule, one.iou, rule->thresholds[0]);
    out->iou += one.iou;
    out->inter += one.inter;
    out->area_union += one.area_union;
}

bool rs_metrics_ground_pairs(const rs_ground_rule *rule, rs_str output, rs_str reference,
                             rs_ground_pairs *out)
{
    double predicted[4], expected[4];
    size_t n_predicted, n_expected, n = 0, n_lists = 0, at, at_reference;
    bool broken = false;
    *out = (rs_ground_pairs){0};
    for (at = 0; next_bracket(reference, &at, expected, 4, &n_expected); n_lists++)
        if (n_expected != 4) return false;
    if (!n_lists) return false;
    for (at = 0; next_bracket(output, &at, predicted, 4, &n_predicted); n++)
        broken = broken || n_predicted == RS_NPOS;
    if (broken || !n) { /* nothing of such an output is compared */
        out->n_failed = 1;
        return true;
    }
    for (at = at_reference = 0; next_bracket(output, &at, predicted, 4, &n_predicted) &&
                                next_bracket(reference, &at_reference, expected, 4, &n_expected);)
        add_pair(rule, predicted, n_predicted, expected, out);
    return true;
}

/* ---- oriented boxes
 * ---------------------------------------------------------------------------- */

/* Corners of {cx, cy, w, h, theta}, theta counter-clockwise on screen and taken as radians. */
static void bbox_toolkit_quad(const double b[5], double quad[8])
{
    const double c = cos(b[4]), s = sin(b[4]);
    const double ux = b[2] / 2 * c, uy = -b[2] / 2 * s, vx = -b[3] / 2 * s, vy = -b[3] / 2 * c;
    const double signs[4][2] = {{1, 1}, {1, -1}, {-1, -1}, {-1, 1}};
    for (int k = 0; k < 4; k++) {
        quad[2 * k] = b[0] + signs[k][0] * ux + signs[k][1] * vx;
        quad[2 * k + 1] = b[1] + signs[k][0] * uy + signs[k][1] * vy;
    }
}

/* Two corners and an angle in degrees -> centre, longer and shorter side; the angle stays in
 * degrees. */
static void corner_to_obb(const double in[5], double out[5])
{
    const double pi = 3.14159265358979323846;
    const double angle = in[4] - 180 * floor(in[4] / 180), theta = angle * pi / 180;
    const double dx = in[2] - in[0], dy = in[3] - in[1], diagonal = sqrt(dx * dx + dy * dy);
    const double w = fabs(diagonal * cos(theta)), h = fabs(diagonal * sin(theta));
    const double made[5] = {(in[0] + in[2]) / 2, (in[1] + in[3]) / 2, w > h ? w : h, w > h ? h : w,
                            angle};
    for (int k = 0; k < 5; k++) out[k] = made[k];
}

/* Numbers -> corners by their count, as BboxToolkit's bbox2type does it; false = no such type. */
static bool vrsbench_quad(rs_oriented_rule oriented, const double *numbers, size_t n,
                          double quad[8])
{
    double obb[5];
    if (oriented == RS_ORIENTED_VRSBENCH_V2) {
        if (n < 5) return false;
        corner_to_obb(numbers, obb);
        bbox_toolkit_quad(obb, quad);
        return true;
    }
    if (n == 4) rs_geom_quad_of_box(numbers, quad);
    else if (n == 5) bbox_toolkit_quad(numbers, quad);
    else if (n == 8)
        for (int k = 0; k < 8; k++) quad[k] = numbers[k];
    return n == 4 || n == 5 || n == 8;
}

bool rs_metrics_ground_oriented(rs_oriented_rule oriented, const double *predicted,
                                size_t n_predicted, const double *reference, size_t n_reference,
                                rs_ground_one *out)
{
    double a[8], b[8], hull_a[4], hull_b[4];
    *out = (rs_ground_one){0};
    /* a prediction of four numbers is no oriented box; a reference may be */
    if (n_predicted < 5 || !vrsbench_quad(oriented, predicted, n_predicted, a) ||
        !vrsbench_quad(oriented, reference, n_reference, b))
        return false;
    rs_geom_box_of_points(a, 4, hull_a);
    rs_geom_box_of_points(b, 4, hull_b);
    double hull_inter, hull_union, inter = 0, united = 0;
    rs_geom_box_overlap(hull_a, hull_b, 0, &hull_inter, &hull_union);
    if (hull_inter > 0) {
        inter = rs_geom_polygon_overlap(a, 4, b, 4);
        united = rs_geom_area(a, 4) + rs_geom_area(b, 4) - inter;
    }
    const double eps = 1e-6;
    united = united < eps ? eps : (double)(float)united; /* the original keeps float32 */
    *out = (rs_ground_one){true, inter / united, inter, united};
    return true;
}

void rs_metrics_geochat_quad(const double box[5], double width, double height, double quad[8])
{
    const double pi = 3.14159265358979323846, sx = width > 0 && height > 0 ? width / 100 : 1;
    const double sy = width > 0 && height > 0 ? height / 100 : 1;
    const rs_obb obb = {.cx = (box[0] + box[2]) / 2 * sx,
                        .cy = (box[1] + box[3]) / 2 * sy,
                        .w = (box[2] - box[0]) * sx,
                        .h = (box[3] - box[1]) * sy,
                        .angle_rad = box[4] * pi / 180};
    rs_geom_obb_quad(&obb, quad);
}
