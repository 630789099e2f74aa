/* Designed mixtures: sums, supply, spread, and what must not matter. */
#include "decide/workspace.h"

#include "choose/design.h"

enum { K = 6, M = 32 };

static const int64_t supply[K] = {40000, 9000, 3000, 20000, 700, 12000};

static rs_design design_of(uint64_t seed, uint64_t *hashes)
{
    for (size_t s = 0; s < K; s++) hashes[s] = rs_hash64(&supply[s], sizeof supply[s]);
    return (rs_design){.supply = supply,
                       .source_hash = hashes,
                       .n_sources = K,
                       .n_mixtures = M,
                       .budget = 10000,
                       .seed = seed};
}

static void sums_and_supply(void **state)
{
    (void)state;
    uint64_t hashes[K];
    int64_t counts[M * K];
    rs_design_kind kinds[M];
    const rs_design design = design_of(0, hashes);
    assert_int_equal(rs_choose_design(&design, counts, kinds, NULL), RSIFT_OK);
    for (size_t m = 0; m < M; m++) {
        int64_t sum = 0;
        for (size_t s = 0; s < K; s++) {
            assert_in_range(counts[m * K + s], 0, supply[s]);
            sum += counts[m * K + s];
        }
        assert_int_equal(sum, 10000);
    }
    assert_int_equal(kinds[0], RS_DESIGN_UNIFORM);
    assert_int_equal(counts[4], 700); /* all there is; the others share the rest alike */
    assert_int_equal(counts[0], 1860);
    assert_int_equal(kinds[1], RS_DESIGN_PROPORTIONAL);
    assert_int_equal(counts[K], 10000 * 40000 / 84700);
    /* three quarters of the source with 700 would be the uniform mixture again */
    for (size_t m = 2; m < M; m++)
        assert_int_equal(kinds[m], m < 1 + K ? RS_DESIGN_HEAVY : RS_DESIGN_DRAWN);
}

/* Every source is now scarce and now plenty, and no two mixtures are one. */
static void mixtures_differ(void **state)
{
    (void)state;
    uint64_t hashes[K];
    int64_t counts[M * K];
    rs_design_kind kinds[M];
    for (uint64_t seed = 0; seed < 5; seed++) {
        const rs_design design = design_of(seed, hashes);
        assert_int_equal(rs_choose_design(&design, counts, kinds, NULL), RSIFT_OK);
        for (size_t s = 0; s < K; s++) {
            int64_t least = INT64_MAX, most = 0;
            for (size_t m = 1 + K; m < M; m++) {
                if (counts[m * K + s] < least) least = counts[m * K + s];
                if (counts[m * K + s] > most) most = counts[m * K + s];
            }
            assert_true(least < 300);
            assert_true(most >= supply[s] || most > 3000);
        }
        for (size_t a = 0; a < M; a++)
            for (size_t b = 0; b < a; b++)
                assert_memory_not_equal(&counts[a * K], &counts[b * K], K * sizeof *counts);
    }
}

static void seeds_and_order(void **state)
{
    (void)state;
    uint64_t hashes[K];
    int64_t counts[M * K], again[M * K];
    rs_design_kind kinds[M];
    rs_design design = design_of(3, hashes);
    assert_int_equal(rs_choose_design(&design, counts, kinds, NULL), RSIFT_OK);
    assert_int_equal(rs_choose_design(&design, again, kinds, NULL), RSIFT_OK);
    assert_memory_equal(counts, again, sizeof counts);
    design.seed = 4;
    assert_int_equal(rs_choose_design(&design, again, kinds, NULL), RSIFT_OK);
    assert_memory_not_equal(counts, again, sizeof counts);
    /* sources in another order have the same counts */
    int64_t turned[K];
    uint64_t turned_hashes[K];
    for (size_t s = 0; s < K; s++) {
        turned[s] = supply[K - 1 - s];
        turned_hashes[s] = hashes[K - 1 - s];
    }
    design.seed = 3;
    design.supply = turned;
    design.source_hash = turned_hashes;
    assert_int_equal(rs_choose_design(&design, again, kinds, NULL), RSIFT_OK);
    for (size_t m = 0; m < M; m++)
        for (size_t s = 0; s < K; s++)
            assert_int_equal(counts[m * K + s], again[m * K + K - 1 - s]);
}

static void few_mixtures(void **state)
{
    (void)state;
    uint64_t hashes[K];
    int64_t counts[2 * K];
    rs_design_kind kinds[2];
    rs_design design = design_of(0, hashes);
    design.n_mixtures = 2;
    assert_int_equal(rs_choose_design(&design, counts, kinds, NULL), RSIFT_OK);
    assert_int_equal(kinds[1], RS_DESIGN_PROPORTIONAL);
    for (int64_t at = 1;; at++) {
        rs_alloc_fail_at(at);
        const rsift_status status = rs_choose_design(&design, counts, kinds, NULL);
        rs_alloc_fail_at(0);
        if (status == RSIFT_OK) break;
        assert_int_equal(status, RSIFT_E_NOMEM);
        assert_true(at < 50);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_and_supply), cmocka_unit_test(mixtures_differ),
        cmocka_unit_test(seeds_and_order), cmocka_unit_test(few_mixtures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
