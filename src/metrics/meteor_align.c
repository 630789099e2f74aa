/* METEOR's alignment: a beam search over reference positions, 40 paths wide. Paths are ordered by
 * the highest number of matched words, then the fewest chunks, then the smallest sum of position
 * differences; among equals the first made is kept. Two habits of the original are kept because
 * scores depend on them: inexact single matches add nothing to the matched words (its weight 0.5 is
 * cut to an integer), and trying a match adds its distance to the path it came from, so that later
 * siblings inherit it.
 *
 * A path does not hold its matches but the number of its last step, and each step its predecessor;
 * candidates of a position are ranked by number, so that nothing large is moved. */
#include "metrics/meteor_align.h"

#include "base/alloc.h"

enum { beam = 40 };
static const uint32_t no_step = UINT32_MAX;

typedef struct path {
    int matched; /* words of both sides, weighted and cut */
    int chunks;
    int32_t distance;
    int matched_1, matched_2;
    int index, last_end; /* next reference word; end of the last match there, -1 = none */
    uint32_t step;       /* the last match, not counting the certain ones */
    uint32_t slot;       /* of the words that are matched */
} path;

typedef struct candidate {
    path path;
    const rs_meteor_match *match; /* NULL = the word stays without a match */
} candidate;

/* A candidate's place in the order. quality: matched words, and below them 2^32 - 1 - chunks. */
typedef struct ranked {
    uint64_t quality;
    int32_t distance;
    uint32_t candidate;
} ranked;

typedef struct step {
    const rs_meteor_match *match;
    uint32_t at, before;
} step;

typedef struct search {
    const rs_meteor_stage *stage;
    const rs_meteor_match **certain; /* by reference position */
    path paths[beam];
    candidate candidates[beam];
    ranked rank[beam]; /* best first */
    size_t n, n_candidates;
    step *steps;
    uint32_t n_steps, cap_steps;
    uint64_t *used; /* words matched, prediction then reference, by slot: 2 * beam of them */
    size_t n_words_1, n_words;
    uint32_t free[2 * beam]; /* slots of no path */
    size_t n_free;
} search;

static uint64_t *used_1(const search *s, const path *p)
{
    return s->used + p->slot * s->n_words;
}

static uint64_t *used_2(const search *s, const path *p)
{
    return s->used + p->slot * s->n_words + s->n_words_1;
}

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

/* The order among paths. */
static bool better(const ranked *a, const ranked *b)
{
    return a->quality != b->quality ? a->quality > b->quality : a->distance < b->distance;
}

/* Keeps the best `beam` candidates, ties in order of arrival. */
static void offer(search *s, const path *p, const rs_meteor_match *match)
{
    size_t i = s->n_candidates;
    ranked here = {.quality =
                       (uint64_t)(uint32_t)p->matched << 32 | (UINT32_MAX - (uint32_t)p->chunks),
                   .distance = p->distance,
                   .candidate = (uint32_t)i};
    if (i == beam) {
        if (!better(&here, &s->rank[--i])) return;
        here.candidate = s->rank[i].candidate; /* the worst one is replaced */
    } else {
        s->n_candidates++;
    }
    s->candidates[here.candidate] = (candidate){*p, match};
    for (; i > 0 && better(&here, &s->rank[i - 1]); i--) s->rank[i] = s->rank[i - 1];
    s->rank[i] = here;
}

/* Adds |reference position - prediction position|; wraps around as the original's 32 bits do. */
static void add_distance(path *p, const rs_meteor_match *m, int at)
{
    const uint32_t here = (uint32_t)at;
    const uint32_t far = here > m->start ? here - m->start : m->start - here;
    const uint32_t sum = (uint32_t)p->distance + far;
    memcpy(&p->distance, &sum, sizeof sum);
}

/* Adds match m at reference word `at` to a path: everything but the distance. A word of an inexact
 * match counts half, and the sum is cut after each match. */
static void advance(path *p, const rs_meteor_match *m, int at)
{
    p->matched_1 += m->module == 0 ? m->n_start : m->n_start / 2;
    p->matched_2 += m->module == 0 ? m->length : m->length / 2;
    p->matched = p->matched_1 + p->matched_2;
    if (p->last_end != -1 && (int)m->start != p->last_end) p->chunks++;
    p->index = at + m->length;
    p->last_end = (int)m->start + m->n_start;
}

static const rs_meteor_match *match_of(const rs_meteor_position *position, uint32_t k)
{
    return k < position->n[0] ? &position->lists[0][k] : &position->lists[1][k - position->n[0]];
}

/* Offers every way in which a path can treat reference word `at`: each match whose words are free,
 * and no match. A word that is matched already is passed, with the certain match that begins
 * there. */
static void extend(search *s, size_t rank, int at)
{
    path p = s->paths[rank];
    const uint64_t *matched_words_1 = used_1(s, &p), *matched_words_2 = used_2(s, &p);
    if (bit(matched_words_2, (size_t)at)) {
        if (at >= p.index) {
            const rs_meteor_match *m = s->certain[p.index];
            if (!m) return;
            advance(&p, m, p.index);
            add_distance(&p, m, p.index - m->length);
        }
        offer(s, &p, NULL);
        return;
    }
    const rs_meteor_position *position = &s->stage->positions[at];
    for (uint32_t k = 0; k < position->n[0] + position->n[1]; k++) {
        const rs_meteor_match *m = match_of(position, k);
        /* every word is matched at most once */
        if (any_bit(matched_words_2, (size_t)at, m->length)) continue;
        if (any_bit(matched_words_1, m->start, m->n_start)) continue;
        path next = p;
        advance(&next, m, at);
        offer(s, &next, m);
        add_distance(&p, m, at);
    }
    if (p.last_end != -1) {
        p.chunks++;
        p.last_end = -1;
    }
    p.index++;
    offer(s, &p, NULL);
}

/* A slot with the matched words of another one. */
static uint32_t copy_used(search *s, uint32_t slot)
{
    const uint32_t made = s->free[--s->n_free];
    const uint64_t *from = s->used + slot * s->n_words;
    uint64_t *to = s->used + made * s->n_words;
    if (s->n_words == 2) { /* nearly all sentences: a call would cost more than the copy */
        to[0] = from[0];
        to[1] = from[1];
    } else {
        memcpy(to, from, s->n_words * sizeof *to);
    }
    return made;
}

/* Candidates become the paths of the next position. One without a match keeps the slot of the path
 * that it extends, of which there is one a path at most; the others copy it. */
static void settle(search *s, int at)
{
    if (s->n_candidates == 0) { /* no path could be extended: the best one waits here */
        for (size_t i = 1; i < s->n; i++) s->free[s->n_free++] = s->paths[i].slot;
        s->n = 1;
        return;
    }
    bool kept[2 * beam] = {false}; /* by slot */
    uint32_t old[beam];
    const size_t n_old = s->n;
    for (size_t i = 0; i < n_old; i++) old[i] = s->paths[i].slot;
    for (size_t i = 0; i < s->n_candidates; i++) {
        const candidate *c = &s->candidates[s->rank[i].candidate];
        path *made = &s->paths[i];
        *made = c->path;
        if (!c->match) {
            kept[made->slot] = true;
            continue;
        }
        made->slot = copy_used(s, made->slot);
        set_bits(used_1(s, made), c->match->start, c->match->n_start);
        set_bits(used_2(s, made), (size_t)at, c->match->length);
        s->steps[s->n_steps] = (step){c->match, (uint32_t)at, made->step};
        made->step = s->n_steps++;
    }
    for (size_t i = 0; i < n_old; i++)
        if (!kept[old[i]]) s->free[s->n_free++] = old[i];
    s->n = s->n_candidates;
}

/* Fixes certain matches: one that is alone at its position, and whose words no other match touches.
 * Returns how many. */
static size_t fix_certain(search *s, uint32_t *cover_1, uint32_t *cover_2)
{
    const rs_meteor_stage *stage = s->stage;
    size_t n_certain = 0;
    for (size_t at = 0; at < stage->n_reference; at++) {
        const rs_meteor_position *position = &stage->positions[at];
        for (uint32_t k = 0; k < position->n[0] + position->n[1]; k++) {
            const rs_meteor_match *m = match_of(position, k);
            for (size_t j = 0; j < m->n_start; j++) cover_1[m->start + j]++;
            for (size_t j = 0; j < m->length; j++) cover_2[at + j]++;
        }
    }
    for (size_t at = 0; at < stage->n_reference; at++) {
        const rs_meteor_position *position = &stage->positions[at];
        if (position->n[0] + position->n[1] != 1) continue;
        const rs_meteor_match *m = match_of(position, 0);
        bool overlap = false;
        for (size_t j = 0; j < m->n_start; j++) overlap |= cover_1[m->start + j] != 1;
        for (size_t j = 0; j < m->length; j++) overlap |= cover_2[at + j] != 1;
        if (overlap) continue;
        s->certain[at] = m;
        n_certain++;
    }
    return n_certain;
}

static bool start(search *s, rs_arena *arena)
{
    const rs_meteor_stage *stage = s->stage;
    s->n_words_1 = stage->n_prediction / 64 + 1;
    s->n_words = s->n_words_1 + stage->n_reference / 64 + 1;
    s->used = rs_arena_alloc(arena, 2 * beam * s->n_words * sizeof *s->used);
    s->steps = rs_arena_alloc(arena, beam * (stage->n_reference + 1) * sizeof *s->steps);
    if (!s->used || !s->steps) return false;
    s->n_candidates = s->n_steps = 0;
    s->n_free = 0;
    for (uint32_t slot = 2 * beam; --slot > 0;) s->free[s->n_free++] = slot; /* 0 is the first's */
    s->n = 1;
    path *first = &s->paths[0];
    *first = (path){.last_end = -1, .step = no_step};
    memset(used_1(s, first), 0, s->n_words * sizeof *s->used);
    for (size_t at = 0; at < stage->n_reference; at++) {
        /* certain matches are in every path from the beginning */
        const rs_meteor_match *m = s->certain[at];
        if (!m) continue;
        set_bits(used_1(s, first), m->start, m->n_start);
        set_bits(used_2(s, first), at, m->length);
    }
    return true;
}

/* The best path's matches join the certain ones. */
static void finish(search *s)
{
    s->n_candidates = 0;
    for (size_t rank = 0; rank < s->n; rank++) {
        path p = s->paths[rank];
        p.chunks += p.last_end != -1; /* the last chunk closes */
        offer(s, &p, NULL);
    }
    const path *best = &s->candidates[s->rank[0].candidate].path;
    for (uint32_t k = best->step; k != no_step; k = s->steps[k].before)
        s->certain[s->steps[k].at] = s->steps[k].match;
}

rsift_status rs_metrics_meteor_align(rs_arena *arena, const rs_meteor_stage *stage,
                                     const rs_meteor_match ***chosen, rsift_error *err)
{
    search *s = rs_arena_alloc(arena, sizeof *s);
    const size_t n_1 = stage->n_prediction, n_2 = stage->n_reference;
    const rs_meteor_match **certain = rs_arena_calloc(arena, n_2 + 1, sizeof *certain);
    uint32_t *cover = rs_arena_calloc(arena, n_1 + n_2 + 1, sizeof *cover);
    if (!s || !certain || !cover) return rs_err_nomem(err, "an alignment");
    s->stage = stage;
    *chosen = s->certain = certain;
    if (fix_certain(s, cover, cover + n_1) == stage->n_matches) return RSIFT_OK; /* no choice */
    if (!start(s, arena)) return rs_err_nomem(err, "an alignment");
    for (size_t at = 0; at < n_2; at++) {
        s->n_candidates = 0;
        for (size_t rank = 0; rank < s->n; rank++) extend(s, rank, (int)at);
        settle(s, (int)at);
    }
    finish(s);
    return RSIFT_OK;
}
