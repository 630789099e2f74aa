/* Coverage of a goal; see aim_cover.h. */
#include "choose/aim_cover.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "choose/aim_share.h"

#include <math.h>
#include <stdlib.h>

/* ---- coverage -------------------------------------------------------------------------------- */

/* One part, whose cells are given; `budget` is its share of the goal's, not a whole number. */
static double part_covered(const rs_aim_input *in, const rs_aim_cell *cells, size_t n,
                           const int64_t *n_of_cell, double budget)
{
    const double alpha = rs_aim_alpha(in);
    double weights = 0, got = 0, wanted = 0;
    for (size_t c = 0; c < n; c++) weights += rs_aim_answer_weight(in, cells[c].demand);
    for (size_t c = 0; c < n; c++) {
        const double demand = cells[c].demand,
                     share = rs_aim_answer_weight(in, cells[c].demand) / weights;
        got += demand * pow((double)n_of_cell[c], alpha);
        wanted += demand * pow(budget * share, alpha);
    }
    return wanted > 0 && got < wanted ? got / wanted : 1;
}

double rs_aim_covered(const rs_aim_input *in, const rs_aim_result *result, const int64_t *n_of_cell,
                      double *by_part)
{
    double shares = 0, sum = 0;
    for (uint32_t p = 0; p < in->n_parts; p++) shares += in->shares[p];
    for (uint32_t p = 0; p < in->n_parts; p++) by_part[p] = 0;
    for (size_t begin = 0, end; begin < result->n_cells; begin = end) {
        const uint32_t p = result->cells[begin].part;
        for (end = begin; end < result->n_cells && result->cells[end].part == p;) end++;
        by_part[p] = part_covered(in, &result->cells[begin], end - begin, &n_of_cell[begin],
                                  (double)(in->budget - in->n_general) * in->shares[p] / shares);
        sum += by_part[p] * in->shares[p] / shares;
    }
    return sum;
}

/* ---- gains ----------------------------------------------------------------------------------- */

/* What the supply of a cell changes by when a source goes. */
typedef struct change {
    uint32_t source, cell;
    int64_t by;
    uint8_t room; /* of the sample */
    bool within;  /* it is not beyond its picture's share */
} change;

static int by_source_and_cell(const void *a, const void *b)
{
    const change *x = a, *y = b;
    if (x->source != y->source) return x->source < y->source ? -1 : 1;
    return (x->cell > y->cell) - (x->cell < y->cell);
}

/* Members that ask the same of the same picture, the one that is no copy first. */
typedef struct twin {
    uint64_t group, key;
    uint32_t at;
    bool copy;
} twin;

static int by_group(const void *a, const void *b)
{
    const twin *x = a, *y = b;
    if (x->group != y->group) return x->group < y->group ? -1 : 1;
    if (x->copy != y->copy) return x->copy - y->copy;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* Each member that is no copy leaves with its source; a copy of it from elsewhere takes its place.
 * One that is held elsewhere stays. `changes` holds two for each sample. Returns their number. */
static size_t list_changes(const rs_aim_input *in, const rs_aim_sample *samples, size_t n,
                           twin *twins, change *changes)
{
    size_t n_twins = 0, n_changes = 0;
    for (size_t i = 0; i < n; i++) {
        const rs_aim_sample *s = &samples[i];
        if (s->cell == RS_AIM_NONE) continue;
        const uint64_t both[2] = {s->picture, in->turns[s->first_turn].question};
        twins[n_twins++] = (twin){rs_hash64(both, sizeof both), s->key, (uint32_t)i, s->copy};
    }
    qsort(twins, n_twins, sizeof *twins, by_group);
    for (size_t begin = 0, end; begin < n_twins; begin = end) {
        const rs_aim_sample *best = &samples[twins[begin].at];
        for (end = begin + 1; end < n_twins && twins[end].group == twins[begin].group;) end++;
        if (best->elsewhere) continue;
        changes[n_changes++] = (change){best->source, best->cell, -1, best->room, !best->beyond};
        for (size_t i = begin + 1; i < end; i++) {
            const rs_aim_sample *other = &samples[twins[i].at];
            if (other->source == best->source) continue;
            changes[n_changes++] =
                (change){best->source, other->cell, 1, best->room, !best->beyond};
            break;
        }
    }
    qsort(changes, n_changes, sizeof *changes, by_source_and_cell);
    return n_changes;
}

/* Arrays for the choice without one source. */
typedef struct without {
    rs_aim_result result; /* cells with the changed supplies; part_hash is borrowed */
    int64_t *n_of_cell;
    double *by_part;
} without;

static bool choose_without(const rs_aim_input *in, const rs_aim_result *all, without *w,
                           const change *changes, size_t n_changes)
{
    for (size_t c = 0; c < all->n_cells; c++) w->result.cells[c] = all->cells[c];
    for (size_t i = 0; i < n_changes; i++) {
        rs_aim_cell *cell = &w->result.cells[changes[i].cell];
        cell->supply += changes[i].by;
        cell->room += changes[i].by * changes[i].room;
        if (changes[i].within) cell->within += changes[i].by;
    }
    if (!rs_aim_share(in, all->part_hash, w->result.cells, all->n_cells)) return false;
    w->result.n_aimed = 0;
    for (size_t c = 0; c < all->n_cells; c++) {
        const rs_aim_cell *cell = &w->result.cells[c];
        w->n_of_cell[c] = cell->chosen < cell->supply ? cell->chosen : cell->supply;
        w->result.n_aimed += cell->chosen;
    }
    return true;
}

static bool gain_all(const rs_aim_input *in, const rs_aim_result *all, without *w,
                     const change *changes, size_t n_changes, rs_aim_gain *gains)
{
    if (!choose_without(in, all, w, NULL, 0)) return false;
    const double covered = rs_aim_covered(in, all, w->n_of_cell, w->by_part);
    const int64_t n_aimed = w->result.n_aimed;
    for (size_t begin = 0, end; begin < n_changes; begin = end) {
        const uint32_t source = changes[begin].source;
        for (end = begin; end < n_changes && changes[end].source == source;) end++;
        if (!choose_without(in, all, w, &changes[begin], end - begin)) return false;
        const double rest = rs_aim_covered(in, all, w->n_of_cell, w->by_part);
        gains[source] = (rs_aim_gain){.covered = covered > rest ? covered - rest : 0,
                                      .n_aimed = n_aimed - w->result.n_aimed};
    }
    return true;
}

rsift_status rs_aim_gains(const rs_aim_input *in, const rs_aim_sample *samples, size_t n,
                          const rs_aim_result *result, rs_aim_gain *gains, rsift_error *err)
{
    for (uint32_t s = 0; s < in->n_sources; s++) gains[s] = (rs_aim_gain){0};
    twin *twins = rs_calloc(n + 1, sizeof *twins);
    change *changes = rs_calloc(2 * n + 1, sizeof *changes);
    without w = {.result = {.cells = rs_calloc(result->n_cells + 1, sizeof *w.result.cells),
                            .n_cells = result->n_cells},
                 .n_of_cell = rs_calloc(result->n_cells + 1, sizeof *w.n_of_cell),
                 .by_part = rs_calloc((size_t)in->n_parts + 1, sizeof *w.by_part)};
    bool ok = twins && changes && w.result.cells && w.n_of_cell && w.by_part;
    if (ok) {
        const size_t n_changes = list_changes(in, samples, n, twins, changes);
        ok = gain_all(in, result, &w, changes, n_changes, gains);
    }
    rs_free(twins);
    rs_free(changes);
    rs_free(w.result.cells);
    rs_free(w.n_of_cell);
    rs_free(w.by_part);
    return ok ? RSIFT_OK : rs_err_nomem(err, "the gains");
}
