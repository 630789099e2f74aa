/* The search against comparing everything: the same pairs in the same order, whatever the radius,
 * the threads and the batches, also where most hashes share values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "similar/hamming.h"
#include "similar/hamming_parts.h"

#define OK(call)                                                       \
    do {                                                               \
        rsift_error e_ = {0};                                          \
        rsift_error *err = &e_;                                        \
        if ((call) != RSIFT_OK) fail_msg("%s: %s", #call, e_.message); \
    } while (0)

enum { N_INDEX = 2300, N_QUERIES = 2200, MOST_PAIRS = 60000 };

typedef struct pairs {
    rs_hamming_pair *at;
    size_t n;
    size_t fail_at; /* the call that fails, counted from 1 */
} pairs;

static rsift_status keep(void *ctx, const rs_hamming_pair *pair, rsift_error *err)
{
    pairs *p = ctx;
    if (p->fail_at && p->n + 1 == p->fail_at) return rs_err_set(err, RSIFT_E_IO, "no more");
    assert_true(p->n < MOST_PAIRS);
    p->at[p->n++] = *pair;
    return RSIFT_OK;
}

static pairs new_pairs(void)
{
    return (pairs){.at = malloc(MOST_PAIRS * sizeof(rs_hamming_pair))};
}

static rs_rng seeded(uint64_t seed)
{
    return rs_rng_of(seed, (rs_id){3, 5});
}

static rs_image_phash random_hash(rs_rng *rng)
{
    rs_image_phash hash;
    for (size_t i = 0; i < 4; i++) hash.word[i] = rs_rng_next(rng);
    return hash;
}

/* Turns exactly n bits over. */
static rs_image_phash flipped(rs_image_phash hash, unsigned n, rs_rng *rng)
{
    const rs_image_phash from = hash;
    while (rs_hamming_distance(&from, &hash) < n) {
        const uint64_t bit = rs_rng_below(rng, 256);
        const uint64_t mask = 1ull << bit % 64;
        if (!((from.word[bit / 64] ^ hash.word[bit / 64]) & mask)) hash.word[bit / 64] ^= mask;
    }
    return hash;
}

/* n bits turned over, spread over the slots as evenly as can be: what a wrong pigeonhole misses. */
static rs_image_phash spread_flips(rs_image_phash hash, unsigned n, unsigned start)
{
    for (unsigned i = 0; i < n; i++) {
        const unsigned bit = 16 * ((start + i) % 16) + (start + i / 16 * 5) % 16;
        hash.word[bit / 64] ^= 1ull << bit % 64;
    }
    return hash;
}

/* Random hashes with planted relatives of the first ones of `of`; `shared` of ten have half of
 * their slots alike. */
static void fill(rs_image_phash *hashes, size_t n, const rs_image_phash *of, unsigned shared,
                 rs_rng *rng)
{
    for (size_t i = 0; i < n; i++) {
        hashes[i] = random_hash(rng);
        if (rs_rng_below(rng, 10) < shared) {
            const size_t half = 2 * rs_rng_below(rng, 2);
            hashes[i].word[half] = hashes[i].word[half + 1] = 0x5500ffff00ull;
        }
    }
    for (size_t i = 0; of && i < n / 2; i++) {
        const rs_image_phash laid = rs_image_phash_orient(of[i % 400], (unsigned)(i % 8));
        hashes[i] = i % 3 ? spread_flips(laid, (unsigned)(i % 49), (unsigned)i)
                          : flipped(laid, (unsigned)(i % 49), rng);
    }
    for (size_t i = 0; i < n / 20; i++) /* equal ones */
        hashes[rs_rng_below(rng, n)] = hashes[rs_rng_below(rng, n)];
}

static uint32_t first_of(const rs_image_phash *hashes, size_t i)
{
    size_t first = 0;
    while (memcmp(&hashes[first], &hashes[i], sizeof *hashes) != 0) first++;
    return (uint32_t)first;
}

/* The nearest way to lay b on a within the largest radius; false = none. */
static bool nearest(const rs_image_phash *a, const rs_image_phash *laid, unsigned n_orientations,
                    rs_hamming_pair *out)
{
    out->distance = RS_HAMMING_MAX_RADIUS + 1;
    for (unsigned o = 0; o < n_orientations; o++) {
        /* a few bits that differ more often than not spare the test most of its time */
        if (__builtin_popcountll(a->word[0] ^ laid[o].word[0]) > RS_HAMMING_MAX_RADIUS) continue;
        const unsigned distance = rs_hamming_distance(a, &laid[o]);
        if (distance >= out->distance) continue;
        out->distance = (uint16_t)distance;
        out->orientation = (uint8_t)o;
    }
    return out->distance <= RS_HAMMING_MAX_RADIUS;
}

/* All pairs within the largest radius by comparing all; `queries` NULL = those inside the index. */
static void compare_all(const rs_image_phash *index, size_t n_index, const rs_image_phash *queries,
                        size_t n_queries, bool orientations, pairs *out)
{
    const rs_image_phash *b = queries ? queries : index;
    uint32_t *first = malloc(n_index * sizeof *first);
    for (size_t i = 0; i < n_index; i++) first[i] = first_of(index, i);
    for (size_t j = 0; j < n_queries; j++) {
        if (!queries && first[j] != j) continue;
        rs_image_phash laid[8];
        for (unsigned o = 0; o < 8; o++) laid[o] = rs_image_phash_orient(b[j], o);
        for (size_t i = 0; i < (queries ? n_index : j); i++) {
            rs_hamming_pair pair = {.a = (uint32_t)i, .b = (uint32_t)j};
            if (first[i] == i && nearest(&index[i], laid, orientations ? 8 : 1, &pair))
                out->at[out->n++] = pair;
        }
    }
    free(first);
}

static pairs within(const pairs *all, unsigned radius)
{
    pairs out = new_pairs();
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].distance <= radius) out.at[out.n++] = all->at[i];
    return out;
}

static void same(const pairs *expected, const pairs *found)
{
    assert_int_equal(expected->n, found->n);
    for (size_t i = 0; i < expected->n; i++) {
        const rs_hamming_pair *e = &expected->at[i], *f = &found->at[i];
        if (e->a != f->a || e->b != f->b || e->distance != f->distance ||
            e->orientation != f->orientation)
            fail_msg("pair %zu: (%u, %u) at %u in %u, found (%u, %u) at %u in %u", i, e->a, e->b,
                     e->distance, e->orientation, f->a, f->b, f->distance, f->orientation);
    }
}

/* The pairs of all queries at once, and of batches that grow. */
static void check_join(const rs_hamming *h, const rs_image_phash *queries, const pairs *all,
                       const rs_hamming_options *options)
{
    pairs expected = within(all, options->radius), found = new_pairs(), batches = new_pairs();
    OK(rs_hamming_join(h, queries, N_QUERIES, options, keep, &found, err));
    same(&expected, &found);
    for (size_t at = 0, n = 1; options->n_threads > 1 && at < N_QUERIES; at += n, n = n * 6 + 1) {
        const size_t before = batches.n;
        if (n > N_QUERIES - at) n = N_QUERIES - at;
        OK(rs_hamming_join(h, queries + at, n, options, keep, &batches, err));
        for (size_t i = before; i < batches.n; i++) batches.at[i].b += (uint32_t)at;
    }
    if (options->n_threads > 1) same(&expected, &batches);
    free(expected.at);
    free(found.at);
    free(batches.at);
}

static void check_self(const rs_hamming *h, const pairs *all, const rs_hamming_options *options)
{
    pairs expected = within(all, options->radius), found = new_pairs();
    OK(rs_hamming_self(h, options, keep, &found, err));
    same(&expected, &found);
    free(expected.at);
    free(found.at);
}

static void check(unsigned shared, uint64_t seed)
{
    rs_rng rng = seeded(seed);
    rs_image_phash *index = malloc(N_INDEX * sizeof *index);
    rs_image_phash *queries = malloc(N_QUERIES * sizeof *queries);
    fill(index, N_INDEX, NULL, shared, &rng);
    fill(queries, N_QUERIES, index, shared, &rng);
    rs_hamming *h = NULL, *self = NULL;
    OK(rs_hamming_new(index, N_INDEX, &h, err));
    OK(rs_hamming_new(queries, N_QUERIES, &self, err));
    assert_true(rs_hamming_bytes(h) >= N_INDEX * sizeof(uint32_t));
    for (size_t i = 0; i < N_INDEX; i++)
        assert_int_equal(rs_hamming_first(h, (uint32_t)i), first_of(index, i));
    for (int way = 0; way < 2; way++) {
        pairs joined = new_pairs(), inside = new_pairs();
        compare_all(index, N_INDEX, queries, N_QUERIES, way == 1, &joined);
        compare_all(queries, N_QUERIES, NULL, N_QUERIES, way == 1, &inside);
        assert_true(joined.n > 100 && inside.n > 100);
        static const unsigned radii[] = {0, 15, 16, 31, 47};
        for (size_t r = 0; r < sizeof radii / sizeof *radii; r++)
            for (int threads = shared ? 4 : 1; threads <= 4; threads += 3) {
                const rs_hamming_options options = {
                    .radius = radii[r], .orientations = way == 1, .n_threads = threads};
                check_join(h, queries, &joined, &options);
                check_self(self, &inside, &options);
            }
        free(joined.at);
        free(inside.at);
    }
    rs_hamming_free(h);
    rs_hamming_free(self);
    free(index);
    free(queries);
}

static void random_and_planted(void **state)
{
    (void)state;
    check(0, 1);
}

static void most_share_half_of_their_slots(void **state)
{
    (void)state;
    check(7, 2);
}

/* Every possible spread of radius + 1 bits over the slots cannot be tried; those that leave a pair
 * to a single slot can: all other slots differ in one bit more than they are searched for. */
static void the_last_slot_finds_it(void **state)
{
    (void)state;
    enum { N = 512 };
    rs_rng rng = seeded(9);
    rs_image_phash *index = malloc(N * sizeof *index), *queries = malloc(N * sizeof *queries);
    fill(index, N, NULL, 0, &rng);
    for (unsigned radius = 0; radius <= RS_HAMMING_MAX_RADIUS; radius++) {
        for (size_t i = 0; i < N; i++)
            queries[i] = spread_flips(index[i], radius, (unsigned)rs_rng_below(&rng, 256));
        rs_hamming *h = NULL;
        OK(rs_hamming_new(index, N, &h, err));
        pairs found = new_pairs();
        const rs_hamming_options options = {.radius = radius};
        OK(rs_hamming_join(h, queries, N, &options, keep, &found, err));
        size_t n = 0;
        for (size_t i = 0; i < found.n; i++) {
            assert_int_equal(found.at[i].distance <= radius, 1);
            n += first_of(index, found.at[i].b) == found.at[i].a && found.at[i].distance == radius;
        }
        assert_int_equal(n, N);
        free(found.at);
        rs_hamming_free(h);
    }
    free(index);
    free(queries);
}

/* A group of equals is one entry, and so many pairs that a slice must be divided come in order. */
static void crowds(void **state)
{
    (void)state;
    enum { N = 3000 };
    rs_image_phash *hashes = calloc(N, sizeof *hashes);
    rs_hamming *h = NULL;
    OK(rs_hamming_new(hashes, N, &h, err));
    pairs found = new_pairs();
    const rs_hamming_options options = {.radius = 47, .orientations = true, .n_threads = 2};
    OK(rs_hamming_self(h, &options, keep, &found, err));
    assert_int_equal(found.n, 0);
    OK(rs_hamming_join(h, hashes, N, &options, keep, &found, err));
    assert_int_equal(found.n, N);
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(found.at[i].a, 0);
        assert_int_equal(found.at[i].b, i);
        assert_int_equal(found.at[i].distance, 0);
    }
    rs_hamming_free(h);
    free(hashes);
    free(found.at);
}

/* Counts and checks the order of pairs that are too many to keep. */
typedef struct order {
    uint64_t n, last;
} order;

static rsift_status in_order(void *ctx, const rs_hamming_pair *pair, rsift_error *err)
{
    (void)err;
    order *o = ctx;
    const uint64_t key = (uint64_t)pair->b << 32 | pair->a;
    assert_true(o->n == 0 || key > o->last);
    assert_true(pair->a < pair->b);
    o->last = key;
    o->n++;
    return RSIFT_OK;
}

static void more_pairs_than_a_slice_holds(void **state)
{
    (void)state;
    enum { N = 3000 };
    rs_image_phash *hashes = calloc(N, sizeof *hashes);
    for (size_t i = 0; i < N; i++) { /* 12 bits of a number, none far from another */
        hashes[i].word[0] = i & 0x3f;
        hashes[i].word[3] = i >> 6;
    }
    rs_hamming *h = NULL;
    OK(rs_hamming_new(hashes, N, &h, err));
    order seen = {0};
    const rs_hamming_options options = {.radius = 12, .n_threads = 2};
    OK(rs_hamming_self(h, &options, in_order, &seen, err));
    assert_int_equal(seen.n, (uint64_t)N * (N - 1) / 2);
    rs_hamming_free(h);
    free(hashes);
}

static bool at_once(void *ctx)
{
    (void)ctx;
    return true;
}

static void ends_and_failures(void **state)
{
    (void)state;
    enum { N = 5000 };
    rs_rng rng = seeded(4);
    rs_image_phash *hashes = malloc(N * sizeof *hashes);
    for (size_t i = 0; i < N; i++) hashes[i] = random_hash(&rng);
    for (size_t i = 0; i < N / 2; i++) hashes[N - 1 - i] = flipped(hashes[i], 5, &rng);
    rsift_error error = {0};
    rs_hamming *h = NULL;
    OK(rs_hamming_new(hashes, N, &h, err));
    pairs found = new_pairs();
    rs_hamming_options options = {.radius = 48};
    assert_int_equal(rs_hamming_self(h, &options, keep, &found, &error), RSIFT_E_ARG);
    options.radius = 15;
    found.fail_at = 7;
    assert_int_equal(rs_hamming_self(h, &options, keep, &found, &error), RSIFT_E_IO);
    assert_int_equal(found.n, 6);
    options.cancelled = at_once;
    assert_int_equal(rs_hamming_self(h, &options, keep, &found, &error), RSIFT_E_CANCELLED);
    OK(rs_hamming_join(h, hashes, 0, &options, keep, &found, err));
    rs_hamming_free(h);
    OK(rs_hamming_new(hashes, 0, &h, err));
    OK(rs_hamming_join(h, hashes, N, &options, keep, &found, err));
    OK(rs_hamming_self(h, &options, keep, &found, err));
    assert_int_equal(found.n, 6);
    rs_hamming_free(h);
    assert_int_equal(rs_hamming_new(hashes, (size_t)1 << 31, &h, &error), RSIFT_E_LIMIT);
    options = (rs_hamming_options){.radius = 15, .n_threads = 2};
    for (int64_t at = 1;; at++) {
        found = (pairs){.at = found.at};
        rs_alloc_fail_at(at);
        rsift_status status = rs_hamming_new(hashes, N, &h, &error);
        if (status == RSIFT_OK) status = rs_hamming_self(h, &options, keep, &found, &error);
        rs_alloc_fail_at(0);
        rs_hamming_free(h);
        if (status == RSIFT_OK) break;
        assert_int_equal(status, RSIFT_E_NOMEM);
        assert_true(at < 500);
    }
    assert_int_equal(found.n, N / 2);
    free(found.at);
    free(hashes);
}

static void all_scans_agree(void **state)
{
    (void)state;
    rs_hamming_scan_fn *const *all = rs_hamming_scan_all();
    rs_rng rng = seeded(5);
    uint64_t words[2][RS_HAMMING_SCAN_MOST];
    for (size_t n = 0; n <= RS_HAMMING_SCAN_MOST; n += n < 20 ? 1 : 59) {
        const uint64_t query[2] = {rs_rng_next(&rng), rs_rng_next(&rng)};
        for (size_t i = 0; i < n; i++)
            for (size_t w = 0; w < 2; w++)
                words[w][i] =
                    query[w] ^ (rs_rng_next(&rng) & rs_rng_next(&rng) & rs_rng_next(&rng));
        const uint64_t *const check[2] = {words[0], words[1]};
        uint16_t first[RS_HAMMING_SCAN_MOST], other[RS_HAMMING_SCAN_MOST];
        const size_t n_first = all[0](check, n, query, 15, first);
        assert_true(n < 40 || (n_first > 0 && n_first < n));
        for (size_t i = 1; all[i]; i++) {
            assert_int_equal(all[i](check, n, query, 15, other), n_first);
            assert_memory_equal(first, other, n_first * sizeof *first);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_and_planted),
        cmocka_unit_test(most_share_half_of_their_slots),
        cmocka_unit_test(the_last_slot_finds_it),
        cmocka_unit_test(crowds),
        cmocka_unit_test(more_pairs_than_a_slice_holds),
        cmocka_unit_test(ends_and_failures),
        cmocka_unit_test(all_scans_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
