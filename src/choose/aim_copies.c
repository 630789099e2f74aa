/* Copies and repeated sources; see aim_copies.h. */
#include "choose/aim_copies.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/rng.h"

#include <math.h>
#include <stdlib.h>

/* What makes a sample a copy of another: its picture and the first question about it. */
static uint64_t asked_of_picture(const rs_aim_input *in, const rs_aim_sample *s)
{
    const uint64_t both[2] = {s->picture, s->n_turns ? in->turns[s->first_turn].question
                                                     : (uint64_t)RS_AIM_NONE};
    return rs_hash64(both, sizeof both);
}

void rs_aim_group_copies(const rs_aim_input *in, const rs_aim_sample *samples, size_t n,
                         rs_aim_ordered *list)
{
    for (size_t i = 0; i < n; i++)
        list[i] = (rs_aim_ordered){asked_of_picture(in, &samples[i]), samples[i].source,
                                   samples[i].key, (uint32_t)i};
    qsort(list, n, sizeof *list, rs_aim_in_order);
}

/* ---- repeated sources ------------------------------------------------------------------------ */

static void join_sources(uint32_t *same_as, uint32_t x, uint32_t y)
{
    x = rs_aim_class_of(same_as, x);
    y = rs_aim_class_of(same_as, y);
    if (x != y) same_as[x > y ? x : y] = x > y ? y : x;
}

/* Counts, for each two sources in a run of copies, that they share one more question of a picture.
 * `both` is counted by pair; of very many sources only neighbours are. */
static bool count_shared(const rs_aim_sample *samples, const rs_aim_ordered *list, size_t n,
                         rs_map64 *both)
{
    enum { MOST = 16 };
    size_t n_sources = 0, first[MOST + 1] = {0};
    for (size_t i = 0; i < n; i++) {
        const uint32_t own = samples[list[i].at].source;
        if (n_sources && own == samples[list[first[(n_sources - 1) % MOST]].at].source) continue;
        const size_t n_compared = n_sources < MOST ? n_sources : 1;
        for (size_t k = 0; k < n_compared; k++) {
            const size_t other = n_sources < MOST ? k : (n_sources - 1) % MOST;
            bool made;
            uint64_t *count = rs_map64_put(
                both, (uint64_t)samples[list[first[other]].at].source << 32 | own, 0, &made);
            if (!count) return false;
            ++*count;
        }
        first[n_sources++ % MOST] = i;
    }
    return true;
}

/* Sources that share half of the smaller one are one: a set that somebody repeats under ten names
 * gets no more of what is filled up than the set alone. */
static bool join_repeated(const rs_aim_sample *samples, size_t n, const rs_aim_ordered *list,
                          const rs_map64 *both, uint32_t *same_as, uint32_t n_sources)
{
    int64_t *size = rs_calloc((size_t)n_sources + 1, sizeof *size);
    if (!size) return false;
    for (size_t i = 0; i < n; i++) {
        const uint32_t own = samples[list[i].at].source;
        size[own] +=
            i == 0 || list[i].group != list[i - 1].group || own != samples[list[i - 1].at].source;
    }
    for (uint32_t x = 0; both->n && x < n_sources; x++)
        for (uint32_t y = x + 1; y < n_sources; y++) {
            const uint64_t *shared = rs_map64_get(both, (uint64_t)x << 32 | y);
            if (shared && (int64_t)*shared * 2 >= (size[x] < size[y] ? size[x] : size[y]))
                join_sources(same_as, x, y);
        }
    rs_free(size);
    return true;
}

bool rs_aim_find_repeated(const rs_aim_input *in, const rs_aim_sample *samples, size_t n,
                          const rs_aim_ordered *list, uint32_t *same_as)
{
    rs_map64 both = {0};
    bool ok = true;
    for (uint32_t s = 0; s < in->n_sources; s++) same_as[s] = s;
    for (uint32_t s = 0; in->same_as && s < in->n_sources; s++)
        join_sources(same_as, s, in->same_as[s]);
    for (size_t begin = 0, end; ok && begin < n; begin = end) {
        for (end = begin; end < n && list[end].group == list[begin].group;) end++;
        ok = count_shared(samples, &list[begin], end - begin, &both);
    }
    ok = ok && join_repeated(samples, n, list, &both, same_as, in->n_sources);
    rs_map64_fini(&both);
    return ok;
}

/* ---- copies ---------------------------------------------------------------------------------- */

/* Which of its copies stays: one of the best tier, drawn by value. It is not the draw of the order
 * that follows: the best of ten draws would bring to the front whatever is there ten times. */
static double copy_rank(const rs_aim_sample *s)
{
    if (s->cell == RS_AIM_NONE) return 4.0 * RS_AIM_TIER;
    const uint64_t own[2] = {s->key, 1};
    const double u = rs_rng_open_unit(rs_hash64(own, sizeof own));
    return floor(rs_aim_rank_of(s) / RS_AIM_TIER) * RS_AIM_TIER -
           log(u) / (s->value > 0 ? s->value : 1e-6);
}

void rs_aim_mark_copies(const rs_aim_input *in, rs_aim_sample *samples, size_t n,
                        rs_aim_ordered *list)
{
    for (size_t i = 0; i < n; i++) {
        const rs_aim_sample *s = &samples[i];
        list[i] = (rs_aim_ordered){asked_of_picture(in, s), copy_rank(s), s->key, (uint32_t)i};
    }
    qsort(list, n, sizeof *list, rs_aim_in_order);
    for (size_t i = 0; i < n; i++)
        samples[list[i].at].copy = i > 0 && list[i].group == list[i - 1].group;
}
