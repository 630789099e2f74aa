/* The selection: shares add up, budgets and bounds hold, order in memory does not matter. */
#include "decide/workspace.h"

#include "choose/select.h"

static rs_choose_item *make_picks(uint64_t seed, size_t n, size_t n_entries, uint64_t n_pictures)
{
    rs_choose_item *items = calloc(n + 1, sizeof *items);
    rs_rng rng = rs_rng_of(seed, number_id(n));
    for (size_t i = 0; i < n; i++)
        items[i] = (rs_choose_item){.key = rs_rng_key(seed, number_id(i)),
                                    .row = (uint32_t)i,
                                    .picture = rs_rng_below(&rng, n_pictures),
                                    .question = (uint32_t)rs_rng_below(&rng, 4),
                                    .entry = (uint16_t)rs_rng_below(&rng, n_entries)};
    return items;
}

static void shuffle(rs_choose_item *items, size_t n, uint64_t seed)
{
    rs_rng rng = rs_rng_of(seed, number_id(1));
    for (size_t i = n; i > 1; i--) {
        size_t k = (size_t)rs_rng_below(&rng, i);
        rs_choose_item t = items[i - 1];
        items[i - 1] = items[k];
        items[k] = t;
    }
}

static int by_row(const void *a, const void *b)
{
    const rs_choose_item *x = a, *y = b;
    return x->row < y->row ? -1 : x->row > y->row;
}

static void shares_add_up(void **state)
{
    (void)state;
    rs_rng rng = rs_rng_of(3, number_id(3));
    for (int round = 0; round < 500; round++) {
        double weights[6];
        int64_t limits[6], out[6], total = 0, sum = 0;
        size_t n = 1 + (size_t)rs_rng_below(&rng, 6);
        for (size_t i = 0; i < n; i++) {
            weights[i] = rs_rng_below(&rng, 3) ? (double)rs_rng_below(&rng, 100) / 7 : 0;
            limits[i] = (int64_t)rs_rng_below(&rng, 1000);
            total += limits[i];
        }
        int64_t budget = (int64_t)rs_rng_below(&rng, 4000) - 1;
        OK(rs_choose_shares(weights, limits, n, budget, out, err));
        for (size_t i = 0; i < n; i++) {
            assert_true(out[i] >= 0 && out[i] <= limits[i]);
            sum += out[i];
        }
        assert_int_equal(sum, budget < 0 || budget > total ? total : budget);
    }
}

static void sorting_agrees_with_qsort(void **state)
{
    (void)state;
    for (size_t n = 0; n < 3000; n = n * 2 + 1) {
        rs_choose_item *items = make_picks(n, n, 3, n / 3 + 1);
        for (int order = RS_BY_QUESTION; order <= RS_BY_ENTRY_IMAGE; order++) {
            shuffle(items, n, (uint64_t)order);
            rs_choose_item *twin = malloc((n + 1) * sizeof *twin);
            if (n) memcpy(twin, items, n * sizeof *twin);
            shuffle(twin, n, 99);
            rs_choose_sort(items, n, (rs_choose_order)order, 5);
            rs_choose_sort(twin, n, (rs_choose_order)order, 5);
            for (size_t i = 0; i < n; i++) assert_int_equal(items[i].row, twin[i].row);
            free(twin);
        }
        qsort(items, n, sizeof *items, by_row);
        for (size_t i = 0; i < n; i++) assert_int_equal(items[i].row, i); /* nothing lost */
        free(items);
    }
}

static void equal_keys_end(void **state)
{
    (void)state;
    enum { n = 5000 };
    rs_choose_item *items = calloc(n, sizeof *items);
    for (size_t i = 0; i < n; i++) items[i].row = (uint32_t)(n - i);
    rs_choose_sort(items, n, RS_BY_ENTRY, 0);
    for (size_t i = 0; i < n; i++) assert_int_equal(items[i].row, i + 1);
    free(items);
}

static void budget_is_exact_and_order_free(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 40; seed++) {
        size_t n = 50 + seed * 37, n_entries = 1 + seed % 4;
        rs_choose_item *a = make_picks(seed, n, n_entries, n / 2), *b = malloc(n * sizeof *b);
        memcpy(b, a, n * sizeof *b);
        shuffle(b, n, seed);
        rs_choose_entry ea[4], eb[4];
        for (size_t i = 0; i < 4; i++)
            ea[i] = eb[i] = (rs_choose_entry){.most = i == 1 ? 30 : -1,
                                              .fraction = i == 2 ? 0.5 : 0,
                                              .weight = (double)(seed % 3),
                                              .repeats = 1 + (int64_t)(i % 2)};
        rs_choose_rules rules = {.budget = (int64_t)(seed * 20),
                                 .per_image = (int64_t)(seed % 5),
                                 .per_question = (int64_t)(seed % 2),
                                 .seed = seed};
        OK(rs_choose_select(a, n, ea, n_entries, &rules, err));
        OK(rs_choose_select(b, n, eb, n_entries, &rules, err));
        qsort(a, n, sizeof *a, by_row);
        qsort(b, n, sizeof *b, by_row);
        int64_t used = 0, target = 0;
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(a[i].outcome, b[i].outcome);
            assert_int_equal(a[i].repeats, b[i].repeats);
            assert_true((a[i].outcome == RS_CHOOSE_KEPT) == (a[i].repeats > 0));
            assert_true(a[i].repeats <= ea[a[i].entry].repeats);
            used += a[i].repeats;
        }
        for (size_t i = 0; i < n_entries; i++) {
            target += ea[i].target;
            if (ea[i].most >= 0) assert_true(ea[i].target <= ea[i].most);
        }
        assert_int_equal(used, target);
        assert_true(used <= rules.budget);
        free(a);
        free(b);
    }
}

static void caps_hold(void **state)
{
    (void)state;
    enum { n = 2000, n_pictures = 50 };
    rs_choose_item *p = make_picks(9, n, 2, n_pictures);
    rs_choose_entry e[2] = {{.most = -1, .repeats = 1}, {.most = -1, .repeats = 1}};
    rs_choose_rules rules = {.budget = -1, .per_image = 7, .per_question = 2, .seed = 9};
    OK(rs_choose_select(p, n, e, 2, &rules, err));
    int per_image[n_pictures] = {0}, per_question[n_pictures][4] = {{0}};
    for (size_t i = 0; i < n; i++) {
        if (p[i].outcome != RS_CHOOSE_KEPT) continue;
        per_image[p[i].picture]++;
        per_question[p[i].picture][p[i].question]++;
    }
    for (size_t i = 0; i < n_pictures; i++) {
        assert_int_equal(per_image[i], 7);
        for (size_t q = 0; q < 4; q++) assert_true(per_question[i][q] <= 2);
    }
    free(p);
}

static void a_budget_of_pictures(void **state)
{
    (void)state;
    enum { n = 600, n_pictures = 40 };
    rs_choose_item *p = make_picks(4, n, 1, n_pictures);
    rs_choose_entry e = {.most = -1, .repeats = 1};
    rs_choose_rules rules = {.budget = 11, .budget_in_images = true, .seed = 4};
    OK(rs_choose_select(p, n, &e, 1, &rules, err));
    bool used[n_pictures] = {false}, left[n_pictures] = {false};
    int pictures = 0;
    for (size_t i = 0; i < n; i++)
        *(p[i].outcome == RS_CHOOSE_KEPT ? &used[p[i].picture] : &left[p[i].picture]) = true;
    for (size_t i = 0; i < n_pictures; i++) {
        pictures += used[i];
        assert_false(used[i] && left[i]); /* a picture comes with all that is asked about it */
    }
    assert_int_equal(pictures, 11);
    free(p);
}

static void more_budget_keeps_what_was_kept(void **state)
{
    (void)state;
    enum { n = 900 };
    bool kept[n] = {false};
    for (int64_t budget = 50; budget <= 900; budget += 170) {
        rs_choose_item *p = make_picks(2, n, 3, n);
        rs_choose_entry e[3] = {
            {.most = -1, .repeats = 1}, {.most = -1, .repeats = 1}, {.most = -1, .repeats = 1}};
        rs_choose_rules rules = {.budget = budget, .seed = 2};
        OK(rs_choose_select(p, n, e, 3, &rules, err));
        qsort(p, n, sizeof *p, by_row);
        for (size_t i = 0; i < n; i++) {
            if (kept[i]) assert_int_equal(p[i].outcome, RS_CHOOSE_KEPT);
            kept[i] = p[i].outcome == RS_CHOOSE_KEPT;
        }
        free(p);
    }
}

static void unweighted_beside_weighted_weighs_one(void **state)
{
    (void)state;
    enum { n = 900 };
    rs_choose_item *p = make_picks(2, n, 2, n);
    rs_choose_entry e[2] = {{.most = -1, .repeats = 1, .weight = 3}, {.most = -1, .repeats = 1}};
    rs_choose_rules rules = {.budget = 100, .seed = 2};
    OK(rs_choose_select(p, n, e, 2, &rules, err));
    assert_int_equal(e[0].target, 75);
    assert_int_equal(e[1].target, 25);
    free(p);
}

/* Items that a recipe's choices name several times count as often for every bound. */
static void items_count_by_their_uses(void **state)
{
    (void)state;
    enum { n = 60 };
    for (int64_t budget = -1; budget < 400; budget += 29) {
        rs_choose_item *p = make_picks(5, n, 2, n);
        int64_t supply = 0, used = 0;
        for (size_t i = 0; i < n; i++) {
            p[i].uses = (uint8_t)(p[i].row % 5);
            supply += p[i].uses ? p[i].uses : 1;
        }
        rs_choose_entry e[2] = {{.most = -1, .repeats = 1}, {.most = -1, .repeats = 2}};
        rs_choose_rules rules = {.budget = budget, .seed = 5};
        OK(rs_choose_select(p, n, e, 2, &rules, err));
        const int64_t most = e[0].n_usable + 2 * e[1].n_usable;
        assert_int_equal(e[0].n_usable + e[1].n_usable, supply);
        for (size_t i = 0; i < n; i++) {
            used += p[i].repeats;
            assert_true(p[i].repeats <= (p[i].uses ? p[i].uses : 1) * (1 + p[i].entry));
            assert_int_equal(p[i].outcome == RS_CHOOSE_KEPT, p[i].repeats > 0);
        }
        assert_int_equal(used, budget < 0 ? supply : budget < most ? budget : most);
        free(p);
    }
}

static void what_nothing_limits_needs_no_order(void **state)
{
    (void)state;
    enum { N = 500, ENTRIES = 4 };
    for (uint64_t round = 0; round < 20; round++) {
        rs_choose_item *all = make_picks(round, N, ENTRIES, 40),
                       *one = make_picks(round, N, ENTRIES, 40);
        rs_choose_entry want[ENTRIES], found[ENTRIES];
        for (size_t i = 0; i < ENTRIES; i++)
            want[i] =
                (rs_choose_entry){.most = -1, .weight = (double)(i % 2), .repeats = 1 + (int64_t)i};
        memcpy(found, want, sizeof found);
        rs_choose_rules rules = {.budget = -1, .seed = round};
        assert_true(rs_choose_keeps_all(want, ENTRIES, &rules));
        for (size_t i = 0; i < N; i++) all[i].uses = one[i].uses = (uint8_t)(i % 5);
        OK(rs_choose_select(all, N, want, ENTRIES, &rules, err));
        qsort(all, N, sizeof *all, by_row);
        for (size_t i = 0; i < N; i++) {
            rs_choose_keep(&one[i], found);
            assert_int_equal(one[i].outcome, all[i].outcome);
            assert_int_equal(one[i].repeats, all[i].repeats);
        }
        for (size_t i = 0; i < ENTRIES; i++) {
            assert_int_equal(found[i].n_usable, want[i].n_usable);
            assert_int_equal(found[i].target, want[i].target);
            assert_int_equal(found[i].n_kept, want[i].n_kept);
        }
        want[round % ENTRIES].most = 10;
        assert_false(rs_choose_keeps_all(want, ENTRIES, &rules));
        rules.per_image = 1;
        assert_false(rs_choose_keeps_all(found, ENTRIES, &rules));
        free(all);
        free(one);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(shares_add_up),
                                       cmocka_unit_test(sorting_agrees_with_qsort),
                                       cmocka_unit_test(equal_keys_end),
                                       cmocka_unit_test(budget_is_exact_and_order_free),
                                       cmocka_unit_test(caps_hold),
                                       cmocka_unit_test(a_budget_of_pictures),
                                       cmocka_unit_test(more_budget_keeps_what_was_kept),
                                       cmocka_unit_test(unweighted_beside_weighted_weighs_one),
                                       cmocka_unit_test(items_count_by_their_uses),
                                       cmocka_unit_test(what_nothing_limits_needs_no_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
