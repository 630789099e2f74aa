/* Water-filling and the draws of simple rules: sums, limits, remainders, and what must not matter.
 */
#include "decide/workspace.h"

#include "choose/draw.h"
#include "choose/share.h"

#include <string.h>

static int64_t given(const rs_claim *claims, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += claims[i].got;
    return sum;
}

static void limits_hold_and_the_rest_goes_by_weight(void **state)
{
    (void)state;
    rs_claim claims[] = {{.weight = 1, .limit = 10},
                         {.weight = 1, .limit = 1000},
                         {.weight = 2, .limit = 1000},
                         {.weight = 5, .limit = 0}};
    assert_true(rs_choose_share_out(claims, 4, 100));
    assert_int_equal(claims[0].got, 10);
    assert_int_equal(claims[1].got, 30);
    assert_int_equal(claims[2].got, 60);
    assert_int_equal(claims[3].got, 0);
    assert_true(rs_choose_share_out(claims, 4, 5000)); /* above all limits */
    assert_int_equal(given(claims, 4), 2010);
}

static void remainders_go_by_size_then_tie(void **state)
{
    (void)state;
    rs_claim claims[] = {{.weight = 1, .limit = 9, .tie = 7},
                         {.weight = 1, .limit = 9, .tie = 3},
                         {.weight = 1, .limit = 9, .tie = 5}};
    assert_true(rs_choose_share_out(claims, 3, 4));
    assert_int_equal(claims[0].got, 1);
    assert_int_equal(claims[1].got, 2);
    assert_int_equal(claims[2].got, 1);
}

static void sums_are_exact(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 200; seed++) {
        rs_rng rng = rs_rng_of(seed, number_id(1));
        rs_claim claims[12];
        int64_t limits = 0;
        for (size_t i = 0; i < 12; i++) {
            claims[i] = (rs_claim){.weight = rs_rng_unit(&rng) + 0.01,
                                   .limit = (int64_t)rs_rng_below(&rng, 50),
                                   .tie = seed * 31 + i};
            limits += claims[i].limit;
        }
        const int64_t budget = (int64_t)rs_rng_below(&rng, 700);
        assert_true(rs_choose_share_out(claims, 12, budget));
        assert_int_equal(given(claims, 12), budget < limits ? budget : limits);
        for (size_t i = 0; i < 12; i++) assert_true(claims[i].got <= claims[i].limit);
    }
}

enum { N = 130 };

/* Sources of 100, 20 and 10 samples, in two strata of 65. */
static void make_pool(rs_draw_pool *pool, uint64_t *keys, uint32_t *sources, uint32_t *strata)
{
    for (uint32_t i = 0; i < N; i++) {
        keys[i] = rs_rng_key(5, number_id(i));
        sources[i] = i < 100 ? 0 : i < 120 ? 1 : 2;
        strata[i] = i % 2;
    }
    *pool = (rs_draw_pool){.keys = keys,
                           .sources = sources,
                           .strata = strata,
                           .n = N,
                           .n_sources = 3,
                           .n_strata = 2,
                           .budget = 60};
}

static void each_rule_draws_what_its_name_says(void **state)
{
    (void)state;
    static const int64_t expected[RS_N_DRAW_RULES][3] = {{46, 9, 5},   {30, 20, 10}, {35, 15, 10},
                                                         {20, 20, 20}, {-1, -1, -1}, {-1, -1, -1}};
    uint64_t keys[N];
    uint32_t sources[N], strata[N];
    rs_draw_pool pool;
    make_pool(&pool, keys, sources, strata);
    for (int r = 0; r < RS_N_DRAW_RULES; r++) {
        uint8_t uses[N];
        int64_t by_source[3] = {0}, by_stratum[2] = {0}, sum = 0;
        assert_true(rs_choose_draw(&pool, (rs_draw_rule)r, uses));
        for (size_t i = 0; i < N; i++) {
            by_source[sources[i]] += uses[i];
            by_stratum[strata[i]] += uses[i];
            sum += uses[i];
            assert_true(uses[i] <= (r == RS_DRAW_UNIMAX ? RS_DRAW_EPOCHS : 1));
        }
        assert_int_equal(sum, 60);
        for (size_t s = 0; s < 3 && expected[r][0] >= 0; s++)
            assert_int_equal(by_source[s], expected[r][s]);
        if (r == RS_DRAW_STRATIFIED) assert_int_equal(by_stratum[0], 30);
    }
}

static void the_order_of_the_pool_does_not_matter(void **state)
{
    (void)state;
    uint64_t keys[N], turned_keys[N];
    uint32_t sources[N], strata[N], turned_sources[N], turned_strata[N];
    rs_draw_pool pool, turned;
    make_pool(&pool, keys, sources, strata);
    for (size_t i = 0; i < N; i++) {
        turned_keys[i] = keys[N - 1 - i];
        turned_sources[i] = 2 - sources[N - 1 - i]; /* other numbers as well */
        turned_strata[i] = 1 - strata[N - 1 - i];
    }
    turned = pool;
    turned.keys = turned_keys, turned.sources = turned_sources, turned.strata = turned_strata;
    for (int r = 0; r < RS_N_DRAW_RULES; r++) {
        uint8_t uses[N], others[N];
        assert_true(rs_choose_draw(&pool, (rs_draw_rule)r, uses));
        assert_true(rs_choose_draw(&turned, (rs_draw_rule)r, others));
        for (size_t i = 0; i < N; i++) assert_int_equal(uses[i], others[N - 1 - i]);
    }
}

static void out_of_memory_is_told(void **state)
{
    (void)state;
    uint64_t keys[N];
    uint32_t sources[N], strata[N];
    rs_draw_pool pool;
    make_pool(&pool, keys, sources, strata);
    for (int64_t at = 1;; at++) {
        uint8_t uses[N];
        rs_alloc_fail_at(at);
        const bool ok = rs_choose_draw(&pool, RS_DRAW_SQRT, uses);
        rs_alloc_fail_at(0);
        if (ok) break;
        assert_true(at < 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(limits_hold_and_the_rest_goes_by_weight),
                                       cmocka_unit_test(remainders_go_by_size_then_tie),
                                       cmocka_unit_test(sums_are_exact),
                                       cmocka_unit_test(each_rule_draws_what_its_name_says),
                                       cmocka_unit_test(the_order_of_the_pool_does_not_matter),
                                       cmocka_unit_test(out_of_memory_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
