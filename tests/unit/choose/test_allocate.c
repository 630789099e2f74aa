/* The allocation: bounds hold, more budget never takes less, scarce cells come first. */
#include "decide/workspace.h"

#include "choose/allocate.h"

enum { n_datasets = 5, n_cells = 6, n_offers = 18 };

static void make(uint64_t seed, rs_offer *offers, double *weights, uint8_t *related)
{
    rs_rng rng = rs_rng_of(seed, number_id(7));
    for (size_t c = 0; c < n_cells; c++) weights[c] = (double)rs_rng_below(&rng, 4);
    for (size_t i = 0; i < n_datasets * n_datasets; i++) related[i] = rs_rng_below(&rng, 4) == 0;
    for (size_t i = 0; i < n_offers; i++)
        offers[i] = (rs_offer){.dataset = (uint32_t)rs_rng_below(&rng, n_datasets),
                               .cell = (uint32_t)rs_rng_below(&rng, n_cells),
                               .n = (int64_t)rs_rng_below(&rng, 2000),
                               .quality = 0.3 + rs_rng_unit(&rng) * 0.7,
                               .repeats = 1 + (int)rs_rng_below(&rng, 4)};
}

static void bounds_hold_and_more_is_never_less(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 30; seed++) {
        rs_offer offers[n_offers];
        double weights[n_cells];
        uint8_t related[n_datasets * n_datasets];
        make(seed, offers, weights, related);
        rs_allocation_rules rules = {
            .n_datasets = n_datasets, .n_cells = n_cells, .weights = weights, .related = related};
        int64_t before[n_offers] = {0}, offer = 0;
        for (size_t i = 0; i < n_offers; i++)
            if (weights[offers[i].cell] > 0) offer += offers[i].n * offers[i].repeats;
        for (int64_t budget = 1; budget < 100000; budget = budget * 3 + 7) {
            rules.budget = budget;
            OK(rs_choose_allocate(offers, n_offers, &rules, err));
            int64_t sum = 0;
            for (size_t i = 0; i < n_offers; i++) {
                assert_true(offers[i].allocated >= before[i]);
                assert_true(offers[i].allocated <= offers[i].n * offers[i].repeats);
                if (!(weights[offers[i].cell] > 0)) assert_int_equal(offers[i].allocated, 0);
                before[i] = offers[i].allocated;
                sum += offers[i].allocated;
            }
            assert_int_equal(sum, budget < offer ? budget : offer);
        }
    }
}

static void no_rule_is_worth_more_by_far(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 20; seed++) {
        rs_offer offers[n_offers];
        double weights[n_cells];
        uint8_t related[n_datasets * n_datasets];
        make(seed, offers, weights, related);
        rs_allocation_rules rules = {
            .n_datasets = n_datasets, .n_cells = n_cells, .weights = weights, .budget = 1500};
        int64_t allocated[n_offers];
        OK(rs_choose_allocate(offers, n_offers, &rules, err));
        for (size_t i = 0; i < n_offers; i++) allocated[i] = offers[i].allocated;
        double ours, theirs;
        OK(rs_choose_utility(offers, allocated, n_offers, &rules, &ours, err));
        for (int r = 0; r < RS_N_RULES; r++) {
            int64_t sum = 0;
            OK(rs_choose_by_rule(offers, n_offers, &rules, (rs_simple_rule)r, allocated, err));
            for (size_t i = 0; i < n_offers; i++) {
                const int uses = r == RS_RULE_UNIMAX ? offers[i].repeats : 1;
                assert_true(allocated[i] >= 0 && allocated[i] <= offers[i].n * uses);
                sum += allocated[i];
            }
            assert_true(sum <= 1500);
            OK(rs_choose_utility(offers, allocated, n_offers, &rules, &theirs, err));
            assert_true(theirs <= ours * 1.02);
        }
    }
}

/* A random draw takes each sample with the same chance, whatever dataset it is of. */
static void a_random_draw_is_in_proportion(void **state)
{
    (void)state;
    rs_offer offers[] = {{.dataset = 0, .cell = 0, .n = 60000, .quality = 1, .repeats = 1},
                         {.dataset = 1, .cell = 0, .n = 20000, .quality = 1, .repeats = 1},
                         {.dataset = 1, .cell = 1, .n = 90000, .quality = 1, .repeats = 1}};
    double weights[] = {1, 0};
    rs_allocation_rules rules = {.budget = 8000, .n_datasets = 2, .n_cells = 2, .weights = weights};
    int64_t allocated[3], other[3];
    OK(rs_choose_by_rule(offers, 3, &rules, RS_RULE_RANDOM, allocated, err));
    assert_int_equal(allocated[0] + allocated[1], 8000);
    assert_int_equal(allocated[2], 0);               /* is not wanted */
    assert_in_range(allocated[0], 6000 - 160, 6160); /* four standard deviations */
    rules.seed = 1;
    OK(rs_choose_by_rule(offers, 3, &rules, RS_RULE_RANDOM, other, err));
    assert_int_not_equal(allocated[0], other[0]);
    /* above what is drawn one by one the draw is scaled; above the supply everything is taken */
    rules.budget = 70000;
    OK(rs_choose_by_rule(offers, 3, &rules, RS_RULE_RANDOM, other, err));
    assert_int_equal(other[0] + other[1], 70000);
    rules.budget = 1000000;
    OK(rs_choose_by_rule(offers, 3, &rules, RS_RULE_RANDOM, other, err));
    assert_int_equal(other[0], 60000);
}

static void out_of_memory_is_told(void **state)
{
    (void)state;
    rs_offer offers[] = {{.dataset = 0, .cell = 0, .n = 10, .quality = 1, .repeats = 1}};
    double weights[] = {1};
    rs_allocation_rules rules = {.budget = 5, .n_datasets = 1, .n_cells = 1, .weights = weights};
    for (int64_t at = 1;; at++) {
        int64_t allocated[1];
        rs_alloc_fail_at(at);
        rsift_status status = rs_choose_allocate(offers, 1, &rules, NULL);
        if (status == RSIFT_OK)
            status = rs_choose_by_rule(offers, 1, &rules, RS_RULE_STRATIFIED, allocated, NULL);
        if (status == RSIFT_OK)
            status = rs_choose_by_rule(offers, 1, &rules, RS_RULE_RANDOM, allocated, NULL);
        rs_alloc_fail_at(0);
        if (status == RSIFT_OK) break;
        assert_int_equal(status, RSIFT_E_NOMEM);
        assert_true(at < 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bounds_hold_and_more_is_never_less),
                                       cmocka_unit_test(no_rule_is_worth_more_by_far),
                                       cmocka_unit_test(a_random_draw_is_in_proportion),
                                       cmocka_unit_test(out_of_memory_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
