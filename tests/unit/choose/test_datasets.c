/* Few datasets: limits hold, what is held costs nothing, and the greedy set is hardly worse than
 * the best of all sets. */
#include "decide/workspace.h"

#include "choose/datasets.h"

enum { N_DATASETS = 6, N_CELLS = 4, N_OFFERS = 14, BUDGET = 300 };

typedef struct made {
    rs_offer offers[N_OFFERS];
    double weights[N_CELLS];
    rs_dataset_terms terms[N_DATASETS];
    rs_datasets_rules rules;
    rs_dataset_choice chosen[N_DATASETS];
    double adds[N_DATASETS];
    rs_datasets_answer answer;
} made;

static void make(uint64_t seed, made *m)
{
    rs_rng rng = rs_rng_of(seed, number_id(11));
    *m = (made){0};
    for (size_t c = 0; c < N_CELLS; c++) m->weights[c] = 1 + (double)rs_rng_below(&rng, 3);
    for (size_t d = 0; d < N_DATASETS; d++)
        m->terms[d] = (rs_dataset_terms){.bytes = (int64_t)rs_rng_below(&rng, 80) * 1000000000,
                                         .key = rs_rng_next(&rng),
                                         .offered = true};
    for (size_t i = 0; i < N_OFFERS; i++)
        m->offers[i] = (rs_offer){.dataset = (uint32_t)rs_rng_below(&rng, N_DATASETS),
                                  .cell = (uint32_t)rs_rng_below(&rng, N_CELLS),
                                  .n = 20 + (int64_t)rs_rng_below(&rng, 400),
                                  .quality = 0.3 + rs_rng_unit(&rng) * 0.7,
                                  .repeats = 1};
    m->rules = (rs_datasets_rules){.allocation =
                                       {
                                           .budget = BUDGET,
                                           .n_datasets = N_DATASETS,
                                           .n_cells = N_CELLS,
                                           .weights = m->weights,
                                       },
                                   .terms = m->terms,
                                   .max_bytes = -1,
                                   .max_datasets = N_DATASETS,
                                   .cost_each = 0.02,
                                   .cost_per_gb = 0.0005,
                                   .assumed_bytes = 5000000000};
    m->answer = (rs_datasets_answer){.chosen = m->chosen, .adds = m->adds};
}

static void choose(made *m)
{
    OK(rs_choose_datasets(m->offers, N_OFFERS, &m->rules, &m->answer, err));
}

static bool is_in(const made *m, uint32_t dataset)
{
    for (size_t i = 0; i < m->answer.n_chosen; i++)
        if (m->chosen[i].dataset == dataset) return true;
    return false;
}

/* What the set of bits covers less what it costs, measured as the choice measures. */
static double net_of(const made *m, unsigned set)
{
    rs_offer offers[N_OFFERS];
    int64_t allocated[N_OFFERS];
    double covered[2];
    for (int whole = 0; whole < 2; whole++) {
        size_t n = 0;
        for (size_t i = 0; i < N_OFFERS; i++)
            if (whole || set & 1u << m->offers[i].dataset) offers[n++] = m->offers[i];
        rs_allocation_rules rules = m->rules.allocation;
        rules.steps = 20;
        OK(rs_choose_allocate(offers, n, &rules, err));
        for (size_t i = 0; i < n; i++) allocated[i] = offers[i].allocated;
        OK(rs_choose_utility(offers, allocated, n, &rules, &covered[whole], err));
    }
    double net = covered[0] / covered[1];
    for (uint32_t d = 0; d < N_DATASETS; d++)
        if (set & 1u << d) net -= rs_choose_dataset_cost(&m->rules, d);
    return net;
}

static void nearly_the_best_set(void **state)
{
    (void)state;
    int n_best = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        made m;
        make(seed, &m);
        choose(&m);
        unsigned set = 0;
        for (size_t i = 0; i < m.answer.n_chosen; i++) set |= 1u << m.chosen[i].dataset;
        double best = -1;
        for (unsigned s = 1; s < 1u << N_DATASETS; s++) {
            const double other = net_of(&m, s);
            if (other > best) best = other;
        }
        const double net = net_of(&m, set);
        assert_true(net >= best - 0.04);
        n_best += net >= best - 1e-9;
    }
    assert_true(n_best >= 32); /* of 40 */
}

static void few_when_each_is_dear(void **state)
{
    (void)state;
    size_t n_cheap = 0, n_dear = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        made m;
        make(seed, &m);
        m.rules.cost_per_gb = m.rules.cost_each = 0;
        choose(&m);
        n_cheap += m.answer.n_chosen;
        assert_true(m.answer.covered > 0.97);
        m.rules.cost_each = 0.2;
        choose(&m);
        n_dear += m.answer.n_chosen;
        assert_true(m.answer.n_chosen >= 1);
    }
    assert_true(n_dear * 2 < n_cheap);
}

static void limits_hold(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        made m;
        make(seed, &m);
        m.rules.cost_each = m.rules.cost_per_gb = 0;
        m.terms[2].bytes = -1;
        m.rules.max_datasets = 2;
        choose(&m);
        assert_int_equal(m.answer.n_chosen, 2);
        m.rules.max_datasets = N_DATASETS;
        m.rules.max_bytes = 60000000000;
        choose(&m);
        int64_t bytes = 0;
        for (size_t i = 0; i < m.answer.n_chosen; i++) bytes += m.terms[m.chosen[i].dataset].bytes;
        assert_true(bytes <= m.rules.max_bytes);
        assert_false(is_in(&m, 2)); /* unknown is not nothing */
    }
}

static void held_and_first_ones_come_before(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        made m;
        make(seed, &m);
        m.offers[0] = (rs_offer){.dataset = 1, .cell = 0, .n = 50, .quality = 0.5, .repeats = 1};
        m.offers[1] = (rs_offer){.dataset = 4, .cell = 1, .n = 50, .quality = 0.5, .repeats = 1};
        m.terms[1].held = true;
        m.terms[4].first = true;
        m.rules.cost_each = 0.9;  /* nothing is worth that */
        m.rules.max_datasets = 1; /* what is held does not count */
        choose(&m);
        assert_int_equal(m.chosen[0].dataset, 1);
        assert_true(is_in(&m, 4) || m.adds[4] <= 1e-9);
        double sum = 0;
        for (size_t i = 0; i < m.answer.n_chosen; i++) sum += m.chosen[i].adds;
        assert_true(sum > m.answer.covered - 1e-6 && sum < m.answer.covered + 1e-6);
    }
}

/* Two that are equally good: the key decides, not the number. */
static void ties_go_by_key(void **state)
{
    (void)state;
    for (uint64_t key = 1; key <= 3; key += 2) {
        made m;
        make(1, &m);
        for (size_t i = 0; i < N_OFFERS; i++)
            m.offers[i] = (rs_offer){
                .dataset = (uint32_t)i % 2, .cell = 0, .n = 1000, .quality = 0.5, .repeats = 1};
        m.terms[0] = (rs_dataset_terms){.bytes = 5, .key = key, .offered = true};
        m.terms[1] = (rs_dataset_terms){.bytes = 5, .key = 2, .offered = true};
        choose(&m);
        assert_int_equal(m.answer.n_chosen, 1);
        assert_int_equal(m.chosen[0].dataset, key < 2 ? 0 : 1);
    }
}

static void out_of_memory_is_told(void **state)
{
    (void)state;
    for (int64_t at = 1;; at++) {
        made m;
        make(3, &m);
        rs_alloc_fail_at(at);
        const rsift_status status =
            rs_choose_datasets(m.offers, N_OFFERS, &m.rules, &m.answer, NULL);
        rs_alloc_fail_at(0);
        if (status == RSIFT_OK) break;
        assert_int_equal(status, RSIFT_E_NOMEM);
        assert_true(at < 5000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearly_the_best_set), cmocka_unit_test(few_when_each_is_dear),
        cmocka_unit_test(limits_hold),         cmocka_unit_test(held_and_first_ones_come_before),
        cmocka_unit_test(ties_go_by_key),      cmocka_unit_test(out_of_memory_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
