/* The allocation: bounds hold, more budget never takes less, scarce cells come first. */
#include "decide/workspace.h"

#include "choose/allocate.h"

enum { n_datasets = 5, n_cells = 6, n_supplies = 18 };

static void make(uint64_t seed, rs_supply *supplies, double *weights, uint8_t *related)
{
    rs_rng rng = rs_rng_of(seed, number_id(7));
    for (size_t c = 0; c < n_cells; c++) weights[c] = (double)rs_rng_below(&rng, 4);
    for (size_t i = 0; i < n_datasets * n_datasets; i++) related[i] = rs_rng_below(&rng, 4) == 0;
    for (size_t i = 0; i < n_supplies; i++)
        supplies[i] = (rs_supply){.dataset = (uint32_t)rs_rng_below(&rng, n_datasets),
                                  .cell = (uint32_t)rs_rng_below(&rng, n_cells),
                                  .n = (int64_t)rs_rng_below(&rng, 2000),
                                  .quality = 0.3 + rs_rng_unit(&rng) * 0.7,
                                  .repeats = 1 + (int)rs_rng_below(&rng, 4)};
}

static void bounds_hold_and_more_is_never_less(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 30; seed++) {
        rs_supply supplies[n_supplies];
        double weights[n_cells];
        uint8_t related[n_datasets * n_datasets];
        make(seed, supplies, weights, related);
        rs_allocate_rules rules = {.n_datasets = n_datasets,
                                   .n_cells = n_cells,
                                   .weights = weights,
                                   .related = related,
                                   .most_of_one = 0.5};
        int64_t before[n_supplies] = {0}, supply = 0;
        for (size_t i = 0; i < n_supplies; i++)
            if (weights[supplies[i].cell] > 0) supply += supplies[i].n * supplies[i].repeats;
        for (int64_t budget = 1; budget < 100000; budget = budget * 3 + 7) {
            rules.budget = budget;
            OK(rs_allocate(supplies, n_supplies, &rules, err));
            int64_t sum = 0;
            for (size_t i = 0; i < n_supplies; i++) {
                assert_true(supplies[i].taken >= before[i]);
                assert_true(supplies[i].taken <= supplies[i].n * supplies[i].repeats);
                if (!(weights[supplies[i].cell] > 0)) assert_int_equal(supplies[i].taken, 0);
                before[i] = supplies[i].taken;
                sum += supplies[i].taken;
            }
            assert_int_equal(sum, budget < supply ? budget : supply);
        }
    }
}

static void no_rule_is_worth_more_by_far(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 20; seed++) {
        rs_supply supplies[n_supplies];
        double weights[n_cells];
        uint8_t related[n_datasets * n_datasets];
        make(seed, supplies, weights, related);
        rs_allocate_rules rules = {.n_datasets = n_datasets,
                                   .n_cells = n_cells,
                                   .weights = weights,
                                   .budget = 1500,
                                   .most_of_one = 1};
        int64_t taken[n_supplies];
        OK(rs_allocate(supplies, n_supplies, &rules, err));
        for (size_t i = 0; i < n_supplies; i++) taken[i] = supplies[i].taken;
        double ours, theirs;
        OK(rs_allocate_worth(supplies, taken, n_supplies, &rules, &ours, err));
        for (int r = 0; r < RS_N_RULES; r++) {
            int64_t sum = 0;
            OK(rs_allocate_simple(supplies, n_supplies, &rules, (rs_simple_rule)r, taken, err));
            for (size_t i = 0; i < n_supplies; i++) {
                assert_true(taken[i] >= 0 && taken[i] <= supplies[i].n);
                sum += taken[i];
            }
            assert_true(sum <= 1500);
            OK(rs_allocate_worth(supplies, taken, n_supplies, &rules, &theirs, err));
            assert_true(theirs <= ours * 1.02);
        }
    }
}

static void one_dataset_takes_half(void **state)
{
    (void)state;
    rs_supply supplies[] = {{.dataset = 0, .cell = 0, .n = 100000, .quality = 1, .repeats = 1},
                            {.dataset = 1, .cell = 0, .n = 100000, .quality = 0.2, .repeats = 1}};
    double weights[] = {1};
    rs_allocate_rules rules = {
        .budget = 1000, .n_datasets = 2, .n_cells = 1, .weights = weights, .most_of_one = 0.5};
    OK(rs_allocate(supplies, 2, &rules, err));
    assert_in_range(supplies[0].taken, 490, 515);
    /* alone it may have everything */
    OK(rs_allocate(supplies, 1, &rules, err));
    assert_int_equal(supplies[0].taken, 1000);
}

static void out_of_memory_is_told(void **state)
{
    (void)state;
    rs_supply supplies[] = {{.dataset = 0, .cell = 0, .n = 10, .quality = 1, .repeats = 1}};
    double weights[] = {1};
    rs_allocate_rules rules = {
        .budget = 5, .n_datasets = 1, .n_cells = 1, .weights = weights, .most_of_one = 0.5};
    for (int64_t at = 1;; at++) {
        int64_t taken[1];
        rs_alloc_fail_at(at);
        rsift_status status = rs_allocate(supplies, 1, &rules, NULL);
        if (status == RSIFT_OK)
            status = rs_allocate_simple(supplies, 1, &rules, RS_RULE_STRATIFIED, taken, NULL);
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
                                       cmocka_unit_test(one_dataset_takes_half),
                                       cmocka_unit_test(out_of_memory_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
