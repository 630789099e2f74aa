/* The public list beside the records: the file that the program carries is sound, what has a record
 * is left out; a broken row is refused with its line. */
#include "decide/workspace.h"

#include "catalog/upstream.h"

static void the_file_is_sound(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    rs_arena arena = {0};
    const rs_upstream *rows;
    size_t n;
    OK(rs_upstream_load(&arena, catalog, &rows, &n, err));
    assert_true(n > 150);
    /* the file names it, and it has a record */
    for (size_t i = 0; i < n; i++) assert_false(rs_str_eq(rows[i].name, RS_STR("GRES")));
    for (size_t i = 0; i < n; i++) {
        assert_in_range(rows[i].year, 1990, 2030);
        for (size_t k = 0; k < rs_catalog_n(catalog); k++) {
            const rs_catalog_dataset *d = rs_catalog_at(catalog, k);
            if (rs_str_eq_nocase(d->name, rows[i].name) || rs_str_eq_nocase(d->id, rows[i].name))
                fail_msg("%.*s has a record", RS_STR_ARG(rows[i].name));
        }
        for (size_t k = 0; k < i; k++) assert_false(rs_str_eq_nocase(rows[k].name, rows[i].name));
    }
    rs_arena_fini(&arena);
    rs_catalog_close(catalog);
}

#define HEADER "name,section,year,venue,paper,link,layout_from,download,note\n"

static void words(void **state)
{
    (void)state;
    rs_arena arena = {0};
    const rs_upstream *rows;
    size_t n;
    OK(rs_upstream_parse(&arena, RS_STR("u.csv"),
                         RS_STR(HEADER "xView,Detection,2018,arXiv,,https://x.org,code,a/b,GPS\n"),
                         &rows, &n, err));
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].layout_from, RS_LAYOUT_CODE);
    static const char *const found[] = {"xview", "detect 2018", " gps  a/b "};
    for (size_t i = 0; i < 3; i++) assert_true(rs_upstream_has(&rows[0], rs_str_of(found[i])));
    static const char *const other[] = {"", "  ", "201", "xview captions"};
    for (size_t i = 0; i < 4; i++) assert_false(rs_upstream_has(&rows[0], rs_str_of(other[i])));
    rs_arena_fini(&arena);
}

static void broken_rows_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *told;
    } cases[] = {
        {"", "header line"},
        {"name,year\n", "section"},
        {HEADER "a,b\n", "9 fields"},
        {HEADER ",Detection,2018,,,,,,\n", "name: expected a text"},
        {HEADER "a,,2018,,,,,,\n", "section: expected a text"},
        {HEADER "a,Detection,soon,,,,,,\n", "year: expected a year, found \"soon\""},
        {HEADER "a,Detection,2018,,arXiv 1,,,,\n", "paper: expected a link"},
        {HEADER "a,Detection,2018,,,javascript:1,,,\n", "link: expected a link"},
        {HEADER "a,Detection,2018,,,,hearsay,,\n", "layout_from: expected paper"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_arena arena = {0};
        rsift_error error = {0};
        const rs_upstream *rows;
        size_t n;
        assert_int_equal(rs_upstream_parse(&arena, RS_STR("u.csv"), rs_str_of(cases[i].bytes),
                                           &rows, &n, &error),
                         RSIFT_E_FORMAT);
        assert_non_null(strstr(error.message, cases[i].told));
        assert_true(strncmp(error.where, "u.csv", 5) == 0);
        rs_arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_file_is_sound), cmocka_unit_test(words),
                                       cmocka_unit_test(broken_rows_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
