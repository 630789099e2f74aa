/* Groups matches by the placement that they imply and keeps those that several support; see
 * crop_vote.h. */
#include "similar/crop_vote.h"

#include <stdlib.h>

#define COMPARE(x, y) \
    if ((x) != (y)) return (x) < (y) ? -1 : 1

static int compare_placements(const rs_crop_match *a, const rs_crop_match *b)
{
    COMPARE(a->sheet, b->sheet);
    COMPARE(a->orientation, b->orientation);
    COMPARE(a->dy, b->dy);
    COMPARE(a->dx, b->dx);
    return 0;
}

static int by_placement(const void *left, const void *right)
{
    const rs_crop_match *a = left, *b = right;
    int order = compare_placements(a, b);
    if (order != 0) return order;
    COMPARE(a->y, b->y);
    COMPARE(a->x, b->x);
    return 0;
}

static int by_votes(const void *left, const void *right)
{
    const rs_crop_proposal *a = left, *b = right;
    COMPARE(b->votes, a->votes);
    COMPARE(a->sheet, b->sheet);
    COMPARE(a->orientation, b->orientation);
    COMPARE(a->dy, b->dy);
    COMPARE(a->dx, b->dx);
    return 0;
}

static int by_sheet(const void *left, const void *right)
{
    const rs_crop_proposal *a = left, *b = right;
    COMPARE(a->sheet, b->sheet);
    return by_votes(left, right);
}

/* Counts the anchors of n matches of one placement, once each. False when they lie too close to
 * each other to prove an orientation and a place. */
static bool count_votes(const rs_crop_match *matches, size_t n, uint32_t *votes)
{
    uint32_t left = matches[0].x, right = left, top = matches[0].y, bottom = top;
    bool alone = matches[0].alone;
    *votes = 1;
    for (size_t i = 1; i < n; i++) {
        const rs_crop_match *m = &matches[i];
        alone |= m->alone;
        if (m->x == m[-1].x && m->y == m[-1].y) continue;
        (*votes)++;
        if (m->x < left) left = m->x;
        if (m->x > right) right = m->x;
        if (m->y > bottom) bottom = m->y;
    }
    return alone || right - left >= RS_CROP_MIN_APART || bottom - top >= RS_CROP_MIN_APART;
}

static size_t keep_best_of_sheets(rs_crop_proposal *proposals, size_t n)
{
    size_t n_kept = 0, of_sheet = 0;
    if (n > 0) qsort(proposals, n, sizeof *proposals, by_sheet);
    for (size_t i = 0; i < n; i++) {
        bool same = n_kept > 0 && proposals[n_kept - 1].sheet == proposals[i].sheet;
        of_sheet = same ? of_sheet + 1 : 0;
        if (of_sheet < RS_CROP_PER_SHEET) proposals[n_kept++] = proposals[i];
    }
    return n_kept;
}

size_t rs_crop_vote(rs_crop_match *matches, size_t n, rs_crop_proposal *out)
{
    size_t n_out = 0;
    if (n > 0) qsort(matches, n, sizeof *matches, by_placement);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && compare_placements(&matches[i], &matches[end]) == 0;) end++;
        uint32_t votes;
        if (!count_votes(matches + i, end - i, &votes)) continue;
        out[n_out++] = (rs_crop_proposal){matches[i].sheet, matches[i].orientation, matches[i].dx,
                                          matches[i].dy, votes};
    }
    n_out = keep_best_of_sheets(out, n_out);
    if (n_out > 0) qsort(out, n_out, sizeof *out, by_votes);
    return n_out;
}
