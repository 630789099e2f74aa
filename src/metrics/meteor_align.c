/* Beam search over reference positions, 40 paths wide. Order among paths: more matched words, fewer
 * chunks, smaller sum of position differences, first made first kept. Two habits of the original
 * are kept because scores depend on them: inexact single matches add nothing to the matched words
 * (its weight 0.5 is cut to an integer), and trying a match adds its distance to the path it came
 * from, so that later siblings inherit it. */
#include "metrics/meteor_align.h"

#include "base/alloc.h"

enum { beam = 40 };

typedef struct path {
    int matched; /* words of both sides, weighted and cut */
    int chunks, distance;
    int matched_1, matched_2;
    int index,
        last_end; /* next reference word; end of the last match in the prediction, -1 = none */
    uint64_t *used_1, *used_2; /* words taken, prediction and reference */
    const rs_meteor_match **chosen;
    size_t parent;               /* candidates only: path it extends ... */
    const rs_meteor_match *take; /* ... and with what; NULL = goes on without a match */
} path;

typedef struct search {
    const rs_meteor_stage *stage;
    path paths[beam], next[beam]; /* with storage of their own */
    path candidates[beam];        /* best so far, in order */
    size_t n, n_candidates;
    size_t n_words_1, n_words_2; /* of the bit sets */
} search;

static bool bit(const uint64_t *set, size_t i)
{
    return set[i / 64] >> (i % 64) & 1;
}

static void set_bits(uint64_t *set, size_t begin, size_t n)
{
    for (size_t i = begin; i < begin + n; i++) set[i / 64] |= (uint64_t)1 << (i % 64);
}

static bool any_bit(const uint64_t *set, size_t begin, size_t n)
{
    for (size_t i = begin; i < begin + n; i++)
        if (bit(set, i)) return true;
    return false;
}

static bool better(const path *a, const path *b)
{
    if (a->matched != b->matched) return a->matched > b->matched;
    if (a->chunks != b->chunks) return a->chunks < b->chunks;
    return a->distance < b->distance;
}

/* Keeps the best `beam` candidates, ties in order of arrival. */
static void offer(search *s, const path *candidate)
{
    size_t i = s->n_candidates;
    if (i == beam) {
        if (!better(candidate, &s->candidates[beam - 1])) return;
        i = beam - 1;
    } else {
        s->n_candidates++;
    }
    for (; i > 0 && better(candidate, &s->candidates[i - 1]); i--)
        s->candidates[i] = s->candidates[i - 1];
    s->candidates[i] = *candidate;
}

static int distance_of(const rs_meteor_match *m, int at)
{
    return at > m->start ? at - m->start : m->start - at;
}

/* Takes m at reference word `at`: everything but the distance. */
static void advance(path *p, const rs_meteor_match *m, int at)
{
    double weight = m->module == 0 ? 1 : 0.5;
    p->matched_1 = (int)(p->matched_1 + m->n_start * weight);
    p->matched_2 = (int)(p->matched_2 + m->length * weight);
    p->matched = p->matched_1 + p->matched_2;
    if (p->last_end != -1 && m->start != p->last_end) p->chunks++;
    p->index = at + m->length;
    p->last_end = m->start + m->n_start;
}

static void extend(search *s, size_t rank, int at)
{
    path p = s->paths[rank];
    p.parent = rank;
    p.take = NULL;
    if (bit(p.used_2, (size_t)at)) {
        if (at >= p.index) {
            const rs_meteor_match *fixed = p.chosen[p.index];
            if (!fixed) return;
            advance(&p, fixed, p.index);
            p.distance += distance_of(fixed, p.index - fixed->length);
        }
        offer(s, &p);
        return;
    }
    const rs_meteor_stage *stage = s->stage;
    for (uint32_t k = stage->first[at]; k < stage->first[at + 1]; k++) {
        const rs_meteor_match *m = &stage->matches[k];
        if (any_bit(p.used_2, (size_t)at, m->length) || any_bit(p.used_1, m->start, m->n_start))
            continue;
        path taken = p;
        taken.take = m;
        advance(&taken, m, at);
        offer(s, &taken);
        p.distance += distance_of(m, at);
    }
    if (p.last_end != -1) {
        p.chunks++;
        p.last_end = -1;
    }
    p.index++;
    offer(s, &p);
}

/* Candidates become the paths of the next position; each copies what it extends. */
static void settle(search *s, int at)
{
    for (size_t i = 0; i < s->n_candidates; i++) {
        const path *c = &s->candidates[i], *parent = &s->paths[c->parent];
        path made = *c;
        made.used_1 = s->next[i].used_1;
        made.used_2 = s->next[i].used_2;
        made.chosen = s->next[i].chosen;
        memcpy(made.used_1, parent->used_1, s->n_words_1 * sizeof *made.used_1);
        memcpy(made.used_2, parent->used_2, s->n_words_2 * sizeof *made.used_2);
        memcpy(made.chosen, parent->chosen, s->stage->n_reference * sizeof *made.chosen);
        if (c->take) {
            set_bits(made.used_1, c->take->start, c->take->n_start);
            set_bits(made.used_2, (size_t)at, c->take->length);
            made.chosen[at] = c->take;
        }
        s->next[i] = made;
    }
    if (s->n_candidates == 0) { /* nothing could go on: the best path waits here */
        s->n = 1;
        return;
    }
    for (size_t i = 0; i < s->n_candidates; i++) {
        path old = s->paths[i];
        s->paths[i] = s->next[i];
        s->next[i] = old;
    }
    s->n = s->n_candidates;
}

/* A match that is alone at its place, and whose words no other match touches, is certain. */
static bool fix_certain(search *s, path *start, rs_arena *arena)
{
    const rs_meteor_stage *stage = s->stage;
    uint32_t *cover_1 = rs_arena_calloc(arena, stage->n_prediction + 1, sizeof *cover_1);
    uint32_t *cover_2 = rs_arena_calloc(arena, stage->n_reference + 1, sizeof *cover_2);
    if (!cover_1 || !cover_2) return false;
    for (size_t at = 0; at < stage->n_reference; at++)
        for (uint32_t k = stage->first[at]; k < stage->first[at + 1]; k++) {
            const rs_meteor_match *m = &stage->matches[k];
            for (size_t j = 0; j < m->n_start; j++) cover_1[m->start + j]++;
            for (size_t j = 0; j < m->length; j++) cover_2[at + j]++;
        }
    for (size_t at = 0; at < stage->n_reference; at++) {
        if (stage->first[at + 1] - stage->first[at] != 1) continue;
        const rs_meteor_match *m = &stage->matches[stage->first[at]];
        bool overlap = false;
        for (size_t j = 0; j < m->n_start; j++) overlap |= cover_1[m->start + j] != 1;
        for (size_t j = 0; j < m->length; j++) overlap |= cover_2[at + j] != 1;
        if (overlap) continue;
        start->chosen[at] = m;
        set_bits(start->used_1, m->start, m->n_start);
        set_bits(start->used_2, at, m->length);
    }
    return true;
}

static bool make_storage(search *s, rs_arena *arena)
{
    for (size_t i = 0; i < 2 * (size_t)beam; i++) {
        path *p = i < beam ? &s->paths[i] : &s->next[i - beam];
        p->used_1 = rs_arena_calloc(arena, s->n_words_1, sizeof *p->used_1);
        p->used_2 = rs_arena_calloc(arena, s->n_words_2, sizeof *p->used_2);
        p->chosen = rs_arena_calloc(arena, s->stage->n_reference + 1, sizeof *p->chosen);
        if (!p->used_1 || !p->used_2 || !p->chosen) return false;
        p->last_end = -1;
    }
    return true;
}

rsift_status rs_metrics_meteor_align(rs_arena *arena, const rs_meteor_stage *stage,
                                     const rs_meteor_match ***chosen, rsift_error *err)
{
    search *s = rs_arena_calloc(arena, 1, sizeof *s);
    if (!s) return rs_err_nomem(err, "an alignment");
    s->stage = stage;
    s->n_words_1 = stage->n_prediction / 64 + 1;
    s->n_words_2 = stage->n_reference / 64 + 1;
    if (!make_storage(s, arena) || !fix_certain(s, &s->paths[0], arena))
        return rs_err_nomem(err, "an alignment");
    s->n = 1;
    for (size_t at = 0; at < stage->n_reference; at++) {
        s->n_candidates = 0;
        for (size_t rank = 0; rank < s->n; rank++) extend(s, rank, (int)at);
        settle(s, (int)at);
    }
    s->n_candidates = 0; /* the last chunk of each path closes, then the best one wins */
    for (size_t rank = 0; rank < s->n; rank++) {
        path p = s->paths[rank];
        p.chunks += p.last_end != -1;
        offer(s, &p);
    }
    *chosen = s->candidates[0].chosen;
    return RSIFT_OK;
}
