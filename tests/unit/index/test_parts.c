/* Ranges of finished parts, read off their names. */
#include "index/parts.h"

#include "index_help.h"

#include "store/files.h"

static void put_part(rs_store *store, const char *name)
{
    rs_part *part = NULL;
    OK(rs_part_new(store, RS_STR("rel"), rs_str_of(name), &part, err));
    OK(rs_part_commit(part, err));
}

static void test_ranges(void **state)
{
    (void)state;
    char dir[64];
    fresh_folder(dir);
    rs_store *store = NULL;
    const rs_store_options options = {.memory_limit_mb = 256, .threads = 1};
    OK(rs_store_open(rs_str_of(dir), RS_STORE_PARTS, true, &options, &store, err));
    put_part(store, "s-a+new-0000000007-0000000009");
    put_part(store, "s-a+new-0000000000-0000000003");
    put_part(store, "s-a+old-0000000003-0000000007"); /* of files that have changed */
    put_part(store, "s-b+new-0000000003-0000000007"); /* of another source */
    rs_index_ranges ranges;
    OK(rs_index_ranges_load(&ranges, store, RS_STR("rel"), RS_STR("s-a+"), RS_STR("s-a+new"), err));
    assert_int_equal(ranges.n, 2);
    static const struct {
        int64_t at;
        bool has;
        int64_t end, next;
    } cases[] = {{0, true, 3, 7},         {2, true, 3, 7},         {3, false, 3, 7},
                 {6, false, 6, 7},        {7, true, 9, INT64_MAX}, {8, true, 9, INT64_MAX},
                 {9, false, 9, INT64_MAX}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(rs_index_ranges_has(&ranges, cases[i].at), cases[i].has);
        assert_int_equal(rs_index_ranges_end(&ranges, cases[i].at), cases[i].end);
        assert_int_equal(rs_index_ranges_next(&ranges, cases[i].at), cases[i].next);
    }
    assert_false(rs_index_ranges_complete(&ranges));
    rs_index_ranges_fini(&ranges);

    rs_arena arena = {0};
    rs_str *names;
    size_t n;
    OK(rs_part_list(store, RS_STR("rel"), &arena, &names, &n, err));
    assert_int_equal(n, 3); /* the old one is removed */
    rs_arena_fini(&arena);

    put_part(store, "s-a+new-0000000009-0000000010-end");
    OK(rs_index_ranges_load(&ranges, store, RS_STR("rel"), RS_STR("s-a+"), RS_STR("s-a+new"), err));
    assert_false(rs_index_ranges_complete(&ranges)); /* 3 to 7 is missing */
    rs_index_ranges_fini(&ranges);
    put_part(store, "s-a+new-0000000003-0000000007");
    OK(rs_index_ranges_load(&ranges, store, RS_STR("rel"), RS_STR("s-a+"), RS_STR("s-a+new"), err));
    assert_true(rs_index_ranges_complete(&ranges));
    rs_index_ranges_fini(&ranges);
    rs_store_close(store);
    remove_folder(dir);
}

static void names_tell_whether_a_source_is_complete(void **state)
{
    (void)state;
    const rs_str names[] = {RS_STR("n-own+01-0-1"),
                            RS_STR("s-a+01-0000000000-0000000004"),
                            RS_STR("s-a+01-0000000004-0000000009-end"),
                            RS_STR("s-b+02-0000000000-0000000004"),
                            RS_STR("s-b+02-0000000005-0000000009-end"),
                            RS_STR("s-c+03-0000000000-0000000004"),
                            RS_STR("whatever")};
    const size_t n = sizeof names / sizeof names[0];
    assert_true(rs_str_eq(rs_index_part_prefix(names[2]), RS_STR("s-a+01")));
    assert_null(rs_index_part_prefix(names[6]).ptr);
    assert_true(rs_index_names_complete(names, n, RS_STR("s-a+01")));
    assert_false(rs_index_names_complete(names, n, RS_STR("s-b+02"))); /* a gap */
    assert_false(rs_index_names_complete(names, n, RS_STR("s-c+03"))); /* no end */
    assert_false(rs_index_names_complete(names, n, RS_STR("s-d+04")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_tell_whether_a_source_is_complete),
                                       cmocka_unit_test(test_ranges)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
