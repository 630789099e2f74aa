/* Occurrence numbers beside a map that keeps every count: in memory, over many runs in a temporary
 * file, where no such file can be written, and without memory. */
#include "temporary.h"

#include "base/alloc.h"
#include "base/map.h"
#include "base/rng.h"
#include "release/occurrence.h"

/* Many keys once, some often, 0 and 1 among them (they count as one key), some first and last
 * ones of blocks. */
static void count_both(rs_occurrence *o, int n)
{
    rs_map64 all = {0};
    rs_rng rng = rs_rng_of(3, (rs_id){1, 2});
    uint64_t last[64] = {0};
    for (int i = 0; i < n; i++) {
        uint64_t key = rs_rng_below(&rng, UINT64_MAX);
        if (i % 5 == 0) key = (key % 50) * 0x9e3779b97f4a7c15u;
        if (i % 1001 == 0) key = (uint64_t)(i % 2);
        if (i % 7 == 3) key = last[key % 64]; /* soon again, mostly in another run */
        last[i % 64] = i % 3 ? last[i % 64] : key;
        uint64_t before, *want = rs_map64_put(&all, key ? key : 1, 0, NULL);
        assert_non_null(want);
        assert_int_equal(rs_occurrence_next(o, key, &before, NULL), RSIFT_OK);
        assert_int_equal(before, (*want)++);
    }
    rs_map64_fini(&all);
}

static void in_memory(void **state)
{
    (void)state;
    rs_occurrence o;
    rs_occurrence_init(&o, NULL, 0);
    count_both(&o, 300000);
    assert_int_equal(o.n_runs, 0);
    rs_occurrence_fini(&o);
    rs_occurrence_init(&o, NULL, 1000); /* without a tree the bound cannot be kept */
    count_both(&o, 20000);
    assert_int_equal(o.n_runs, 0);
    rs_occurrence_fini(&o);
}

static rs_io_tree *open_tree(const rsift_limits *limits)
{
    rs_io_tree *tree = NULL;
    put_bytes("a.txt", "a", 1);
    const rs_io_options options = {.limits = limits};
    assert_int_equal(rs_io_tree_open(rs_str_of(folder), &options, &tree, NULL), RSIFT_OK);
    return tree;
}

static void in_runs(void **state)
{
    (void)state;
    const rsift_limits limits = rsift_limits_default();
    rs_io_tree *tree = open_tree(&limits);
    static const size_t most[] = {1, 2, 255, 256, 257, 5000, 70000};
    for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
        rs_occurrence o;
        rs_occurrence_init(&o, tree, most[i]);
        count_both(&o, most[i] < 5 ? 700 : most[i] < 5000 ? 30000 : 300000);
        assert_true(o.n_runs >= 2);
        rs_occurrence_fini(&o);
    }
    rs_io_tree_close(tree);
}

/* Spilling ends, counting does not. */
static void full_disk(void **state)
{
    (void)state;
    rsift_limits limits = rsift_limits_default();
    limits.max_spool = 100000;
    rs_io_tree *tree = open_tree(&limits);
    rs_occurrence o;
    rs_occurrence_init(&o, tree, 2000);
    count_both(&o, 50000);
    assert_in_range(o.n_runs, 2, 4);
    rs_occurrence_fini(&o);
    rs_io_tree_close(tree);
}

/* Without memory a key is not counted, and the next call counts it. */
static void no_memory(void **state)
{
    (void)state;
    rs_occurrence o;
    rs_occurrence_init(&o, NULL, 0);
    uint64_t before;
    int n_failed = 0;
    for (uint64_t key = 2; key < 40; key++) {
        rs_alloc_fail_at(1);
        const rsift_status status = rs_occurrence_next(&o, key, &before, NULL);
        rs_alloc_fail_at(0);
        n_failed += status == RSIFT_E_NOMEM;
        if (status != RSIFT_OK)
            assert_int_equal(rs_occurrence_next(&o, key, &before, NULL), RSIFT_OK);
        assert_int_equal(before, 0);
    }
    assert_true(n_failed > 1);
    for (uint64_t i = 1; i < 4; i++) {
        assert_int_equal(rs_occurrence_next(&o, 5, &before, NULL), RSIFT_OK);
        assert_int_equal(before, i);
    }
    rs_occurrence_fini(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(in_memory), cmocka_unit_test(in_runs),
                                       cmocka_unit_test(full_disk), cmocka_unit_test(no_memory)};
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
