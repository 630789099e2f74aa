#include "metrics/ground.h"

#include "base/num.h"
#include "geom/box.h"

#include <math.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digit_runs(rs_str s, double *numbers, size_t most)
{
    size_t n = 0;
    for (size_t i = 0, end; i < s.len && n < most; i = end) {
        for (end = i; end < s.len && is_digit(s.ptr[end]);) end++;
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
        while (end < s.len && is_digit(s.ptr[end])) end++;
        if (end + 1 < s.len && s.ptr[end] == '.' && is_digit(s.ptr[end + 1]))
            for (end++; end < s.len && is_digit(s.ptr[end]);) end++;
        if (end == digits || !rs_num_double(rs_str_sub(s, i, end), &numbers[n])) {
            i++;
            continue;
        }
        n++;
        i = end;
    }
    return n;
}

static size_t bracket_list(rs_str s, double *numbers, size_t most)
{
    for (size_t begin = 0; begin < s.len; begin++) {
        if (s.ptr[begin] != '[') continue;
        size_t end = begin + 1;
        while (end < s.len &&
               (is_digit(s.ptr[end]) || s.ptr[end] == '.' || s.ptr[end] == ',' || s.ptr[end] == ' '))
            end++;
        if (end == begin + 1 || end >= s.len || s.ptr[end] != ']') continue;
        rs_str rest = rs_str_sub(s, begin + 1, end), piece;
        size_t n = 0;
        while (n < most && rs_str_split(&rest, ',', &piece))
            if (!rs_num_double(rs_str_trim(piece), &numbers[n++])) return 0;
        return n;
    }
    return 0;
}

/* Four numbers with nothing but commas and blanks between them. */
static size_t four_in_a_row(rs_str s, double *numbers, size_t most)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_digit(s.ptr[i]) && s.ptr[i] != '-') continue;
        size_t at = i, n = 0;
        while (n < most && n < 4) {
            size_t end = at + (at < s.len && s.ptr[at] == '-');
            const size_t digits = end;
            while (end < s.len && is_digit(s.ptr[end])) end++;
            if (end == digits) break;
            if (end < s.len && s.ptr[end] == '.')
                for (end++; end < s.len && is_digit(s.ptr[end]);) end++;
            if (!rs_num_double(rs_str_sub(s, at, end), &numbers[n])) break;
            n++;
            for (at = end; at < s.len && (s.ptr[at] == ',' || s.ptr[at] == ' ' || s.ptr[at] == '\n');) at++;
            if (at == end) break;
        }
        if (n == 4) return 4;
    }
    return 0;
}

size_t rs_metrics_box_numbers(rs_box_text reading, rs_str s, double *numbers, size_t most)
{
    switch (reading) {
    case RS_BOX_TEXT_DIGITS: return digit_runs(s, numbers, most);
    case RS_BOX_TEXT_BRACKET: return bracket_list(s, numbers, most);
    case RS_BOX_TEXT_URBENCH: return four_in_a_row(s, numbers, most);
    case RS_BOX_TEXT_OUTERMOST: break;
    }
    const size_t begin = rs_str_find_char(s, '['), end = rs_str_rfind_char(s, ']');
    if (begin == RS_NPOS || end == RS_NPOS || end < begin) return 0;
    return loose_numbers(rs_str_sub(s, begin + 1, end), numbers, most);
}

rs_ground_one rs_metrics_ground_boxes(const rs_ground_rule *rule, const double predicted[4],
                                      const double gold[4])
{
    double p[4];
    for (int k = 0; k < 4; k++) {
        p[k] = predicted[k];
        if (rule->clamp_unit) p[k] = p[k] < 0 ? 0 : p[k] > 1 ? 1 : p[k];
    }
    rs_ground_one one = {.valid = true};
    rs_geom_box_overlap(p, gold, rule->plus, &one.inter, &one.whole);
    if (rule->gold_ordered && (gold[2] < gold[0] || gold[3] < gold[1])) return one;
    const double whole = one.whole + rule->eps_union;
    if (whole != 0) one.iou = (one.inter + rule->eps_inter) / whole;
    return one;
}

bool rs_metrics_ground_hit(const rs_ground_rule *rule, double iou, double threshold)
{
    return rule->strict ? iou > threshold : iou >= threshold;
}

void rs_metrics_ground_sum(const rs_ground_rule *rule, const rs_ground_one *ones, size_t n,
                           const unsigned char *only, rs_ground_sum *out)
{
    *out = (rs_ground_sum){0};
    double inter = 0, whole = 0, iou = 0;
    for (size_t i = 0; i < n; i++) {
        if (only && !only[i]) continue;
        out->n++;
        if (!ones[i].valid) continue;
        out->n_valid++;
        iou += ones[i].iou;
        inter += ones[i].inter;
        whole += ones[i].whole;
        for (size_t t = 0; t < rule->n_thresholds && t < RS_GROUND_THRESHOLDS; t++)
            out->hits[t] += rs_metrics_ground_hit(rule, ones[i].iou, rule->thresholds[t]);
    }
    const size_t over = rule->in_valid_only ? out->n_valid : out->n;
    if (over) out->mean_iou = iou / (double)over;
    if (whole != 0) out->cum_iou = inter / whole;
    for (size_t t = 0; over && t < rule->n_thresholds && t < RS_GROUND_THRESHOLDS; t++)
        out->accuracy[t] = (double)out->hits[t] / (double)over;
}

rs_ground_one rs_metrics_refseg_areas(double inter, double whole)
{
    return (rs_ground_one){true, whole > 0 ? inter / whole : 0, inter, whole};
}

void rs_metrics_refseg_sum(const rs_ground_one *ones, size_t n, const unsigned char *only,
                           rs_refseg_sum *out)
{
    static const double thresholds[] = {0.5, 0.6, 0.7, 0.8, 0.9};
    *out = (rs_refseg_sum){0};
    double inter = 0, whole = 0;
    for (size_t i = 0; i < n; i++) {
        if (only && !only[i]) continue;
        out->n++;
        out->mean_iou += ones[i].iou;
        inter += ones[i].inter;
        whole += ones[i].whole;
        for (int t = 0; t < 5; t++) out->precision[t] += ones[i].iou >= thresholds[t];
    }
    if (!out->n) return;
    out->mean_iou /= (double)out->n;
    out->overall_iou = whole > 0 ? inter / whole : 0;
    for (int t = 0; t < 5; t++) out->precision[t] /= (double)out->n;
}

void rs_metrics_earthdial_quad(const double box[5], double quad[8])
{
    const double pi = 3.14159265358979323846;
    const double angle = box[4] * pi / 180, c = cos(angle), s = sin(angle);
    const double x = (box[0] + box[2]) / 2, y = (box[1] + box[3]) / 2;
    const double w = (box[2] - box[0]) / 2, h = (box[3] - box[1]) / 2;
    const double corners[4][2] = {{-w, -h}, {w, -h}, {w, h}, {-w, h}};
    for (int k = 0; k < 4; k++) {
        quad[2 * k] = corners[k][0] * c + corners[k][1] * s + x;
        quad[2 * k + 1] = -corners[k][0] * s + corners[k][1] * c + y;
    }
}

size_t rs_metrics_box_lists(rs_str s, double (*numbers)[8], size_t *lengths, size_t most)
{
    size_t n = 0;
    for (size_t begin = 0; begin < s.len && n < most; begin++) {
        if (s.ptr[begin] != '[') continue;
        size_t end = begin + 1;
        while (end < s.len && s.ptr[end] != '[' && s.ptr[end] != ']') end++;
        if (end >= s.len || s.ptr[end] != ']') continue;
        lengths[n] = loose_numbers(rs_str_sub(s, begin + 1, end), numbers[n], 8);
        if (lengths[n]) n++;
        begin = end;
    }
    return n;
}
