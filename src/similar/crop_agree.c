/* Two matches of one sheet and orientation give a scale and a place; the pair with which most
 * others agree wins and is fitted to all of them by least squares. */
#include "similar/crop_agree.h"

#include <math.h>
#include <stdlib.h>

enum {
    MOST = 64,  /* matches of one sheet and orientation that are tried, those of least distance */
    APART = 24, /* px of the sheet between two that give a scale */
};
#define PLACE_TOLERANCE 4.0    /* px of the sheet, at scales up to 1 */
#define SCALE_TOLERANCE 1.19   /* between a match's scale and the placement's */
#define STRETCH_TOLERANCE 0.04 /* of the vector between two anchors */

#define COMPARE(x, y) \
    if ((x) != (y)) return (x) < (y) ? -1 : 1

static int by_sheet(const void *left, const void *right)
{
    const rs_alike *a = left, *b = right;
    COMPARE(a->sheet, b->sheet);
    COMPARE(a->orientation, b->orientation);
    COMPARE(a->distance, b->distance);
    COMPARE(a->sheet_y, b->sheet_y);
    COMPARE(a->sheet_x, b->sheet_x);
    COMPARE(a->scale, b->scale);
    COMPARE(a->y, b->y);
    COMPARE(a->x, b->x);
    return 0;
}

static int by_votes(const void *left, const void *right)
{
    const rs_agreed *a = left, *b = right;
    COMPARE(b->votes, a->votes);
    COMPARE(a->sheet, b->sheet);
    COMPARE(a->orientation, b->orientation);
    return 0;
}

/* The placement that two matches give; false when it contradicts what they are. */
static bool place_pair(const rs_alike *a, const rs_alike *b, rs_agreed *out)
{
    double sx = (double)b->sheet_x - (double)a->sheet_x;
    double sy = (double)b->sheet_y - (double)a->sheet_y;
    double px = (double)b->x - (double)a->x, py = (double)b->y - (double)a->y;
    double length = px * px + py * py;
    if (sx * sx + sy * sy < APART * APART || length == 0) return false;
    double scale = (sx * px + sy * py) / length, low = scale / SCALE_TOLERANCE;
    double high = scale * SCALE_TOLERANCE;
    if (!((double)a->scale > low && (double)a->scale < high && (double)b->scale > low &&
          (double)b->scale < high))
        return false;
    double off = fmax(fabs(sx - scale * px), fabs(sy - scale * py));
    if (off > PLACE_TOLERANCE * fmax(1, scale) + STRETCH_TOLERANCE * sqrt(sx * sx + sy * sy))
        return false;
    out->scale = scale;
    out->x = ((double)a->sheet_x + (double)b->sheet_x - scale * (double)(a->x + b->x)) / 2;
    out->y = ((double)a->sheet_y + (double)b->sheet_y - scale * (double)(a->y + b->y)) / 2;
    return true;
}

static bool agrees(const rs_alike *m, const rs_agreed *p)
{
    double tolerance = PLACE_TOLERANCE * fmax(1, p->scale), ratio = (double)m->scale / p->scale;
    return fabs((double)m->sheet_x - p->x - p->scale * (double)m->x) <= tolerance &&
           fabs((double)m->sheet_y - p->y - p->scale * (double)m->y) <= tolerance &&
           ratio < SCALE_TOLERANCE && ratio > 1 / SCALE_TOLERANCE;
}

/* Distinct anchors of the sheet among those that agree. */
static uint32_t count_votes(const rs_alike *m, size_t n, const rs_agreed *p)
{
    uint32_t votes = 0;
    for (size_t i = 0; i < n; i++) {
        if (!agrees(&m[i], p)) continue;
        bool first = true;
        for (size_t k = 0; k < i && first; k++)
            first =
                !(m[k].sheet_x == m[i].sheet_x && m[k].sheet_y == m[i].sheet_y && agrees(&m[k], p));
        votes += first;
    }
    return votes;
}

/* Least squares over all that agree. */
static void fit_placement(const rs_alike *m, size_t n, rs_agreed *p)
{
    double count = 0, x = 0, y = 0, u = 0, v = 0, xx = 0, xu = 0;
    for (size_t i = 0; i < n; i++) {
        if (!agrees(&m[i], p)) continue;
        count++;
        x += (double)m[i].x, y += (double)m[i].y;
        u += (double)m[i].sheet_x, v += (double)m[i].sheet_y;
    }
    x /= count, y /= count, u /= count, v /= count;
    for (size_t i = 0; i < n; i++) {
        if (!agrees(&m[i], p)) continue;
        double dx = (double)m[i].x - x, dy = (double)m[i].y - y;
        xx += dx * dx + dy * dy;
        xu += dx * ((double)m[i].sheet_x - u) + dy * ((double)m[i].sheet_y - v);
    }
    if (!(xx > 0 && xu > 0)) return;
    p->scale = xu / xx;
    p->x = u - p->scale * x, p->y = v - p->scale * y;
}

static bool best_of_group(const rs_alike *m, size_t n, rs_agreed *out)
{
    if (n > MOST) n = MOST;
    rs_agreed best = {0}, p = {.sheet = m[0].sheet, .orientation = m[0].orientation};
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++) {
            if (!place_pair(&m[i], &m[k], &p)) continue;
            p.votes = count_votes(m, n, &p);
            if (p.votes > best.votes) best = p;
        }
    if (best.votes < 2) return false;
    fit_placement(m, n, &best);
    *out = best;
    return true;
}

size_t rs_alike_agree(rs_alike *alike, size_t n, rs_agreed *out)
{
    size_t n_out = 0;
    if (n > 0) qsort(alike, n, sizeof *alike, by_sheet);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && alike[end].sheet == alike[i].sheet &&
                          alike[end].orientation == alike[i].orientation;)
            end++;
        if (end - i >= 2) n_out += best_of_group(alike + i, end - i, &out[n_out]);
    }
    if (n_out > 0) qsort(out, n_out, sizeof *out, by_votes);
    return n_out;
}
