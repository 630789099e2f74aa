/* Published scores: the file that the program carries is sound, and a broken one is refused with
 * its line. */
#include "decide/workspace.h"

#include "catalog/published.h"

static bool has_benchmark(const rs_catalog_dataset *d, rs_str name)
{
    for (size_t i = 0; i < d->benchmarks.n; i++)
        if (rs_str_eq(d->benchmarks.items[i].name, name)) return true;
    return false;
}

static bool is_same(const rs_published *a, const rs_published *b)
{
    return rs_str_eq(a->model, b->model) && rs_str_eq(a->benchmark, b->benchmark) &&
           rs_str_eq(a->metric, b->metric) && rs_str_eq(a->trained_on, b->trained_on) &&
           rs_str_eq(a->conditions, b->conditions) && rs_str_eq(a->source, b->source) &&
           rs_str_eq(a->score, b->score);
}

static void the_file_is_sound(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    rs_arena arena = {0};
    const rs_published *rows;
    size_t n;
    OK(rs_published_load(&arena, &rows, &n, err));
    assert_true(n > 400);
    for (size_t i = 0; i < n; i++) {
        const rs_published *r = &rows[i];
        const rs_catalog_dataset *d = r->dataset.len ? rs_catalog_find(catalog, r->dataset) : NULL;
        assert_true(!r->dataset.len || d);
        assert_true(!r->catalogue_benchmark.len || (d && has_benchmark(d, r->catalogue_benchmark)));
        for (size_t k = 0; k < r->datasets.n; k++) {
            assert_non_null(rs_catalog_find(catalog, r->datasets.items[k]));
            if (k) assert_true(rs_str_cmp(r->datasets.items[k - 1], r->datasets.items[k]) < 0);
        }
        /* what is named is known, what is known is named */
        const bool named =
            r->trained_known == RS_TRAINED_SOME || r->trained_known == RS_TRAINED_ALL;
        assert_int_equal(named, r->datasets.n > 0);
        for (size_t k = 0; k < i; k++) assert_false(is_same(&rows[k], r));
    }
    rs_arena_fini(&arena);
    rs_catalog_close(catalog);
}

static void names_of_benchmarks(void **state)
{
    (void)state;
    const rs_published row = {.benchmark = RS_STR("VRSBench-caption"),
                              .dataset = RS_STR("vrsbench"),
                              .catalogue_benchmark = RS_STR("VRSBench-Cap")};
    const char *const own[] = {"vrsbench-caption", "VRSBench", "vrsbench-cap"};
    for (size_t i = 0; i < 3; i++) assert_true(rs_published_is_of(&row, rs_str_of(own[i])));
    assert_false(rs_published_is_of(&row, RS_STR("VRSBench-VQA")));
    assert_false(rs_published_is_of(&(rs_published){0}, RS_STR("")));
}

#define HEADER                                                                                    \
    "model,paper,trained_on,trained_known,datasets,benchmark,dataset,catalogue_benchmark,metric," \
    "score,value,conditions,source,sure\n"

static void broken_rows_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *told;
    } cases[] = {
        {"", "header line"},
        {"model,paper\n", "trained_on"},
        {HEADER "a,b\n", "14 fields"},
        {HEADER ",p,t,all,x,b,,,m,1,1,,s,high\n", "model: expected a text"},
        {HEADER "a,p,t,most,x,b,,,m,1,1,,s,high\n", "trained_known"},
        {HEADER "a,p,t,all,x,b,,,m,1,one,,s,high\n", "value: expected a number"},
        {HEADER "a,p,t,all,x,b,,,m,1,1,,s,certain\n", "sure"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_arena arena = {0};
        const rs_published *rows;
        size_t n;
        FAILS(
            RSIFT_E_FORMAT, cases[i].told,
            rs_published_parse(&arena, RS_STR("e.csv"), rs_str_of(cases[i].bytes), &rows, &n, err));
        rs_arena_fini(&arena);
    }
    rs_arena arena = {0};
    const rs_published *rows;
    size_t n;
    OK(rs_published_parse(&arena, RS_STR("e.csv"),
                          RS_STR(HEADER "a,,\"t, u\",some,x y,b,,,m,above,,,s,low\n"), &rows, &n,
                          err));
    assert_int_equal(n, 1);
    assert_int_equal(rows->datasets.n, 2);
    assert_false(rows->has_value);
    rs_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_file_is_sound),
                                       cmocka_unit_test(names_of_benchmarks),
                                       cmocka_unit_test(broken_rows_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
