/* The cap on stored findings: rows up to it, one row for the rest, the same after a resume. */
#include "index/finding.h"

#include "index_help.h"

#include "store/files.h"

static rs_store *open_store(const char *dir, rs_store_mode mode)
{
    rs_store *store = NULL;
    const rs_store_options options = {.memory_limit_mb = 256, .threads = 1};
    OK(rs_store_open(rs_str_of(dir), mode, true, &options, &store, err));
    return store;
}

/* One part with `n` findings of one code as a source puts them. */
static void put_part(const char *dir, const char *name, rs_index_cap *cap, int n)
{
    rs_store *store = open_store(dir, RS_STORE_PARTS);
    rs_part *part = NULL;
    OK(rs_part_new(store, RS_STR("rel"), rs_str_of(name), &part, err));
    for (int i = 0; i < n; i++) {
        if (!rs_index_cap_admits(cap, RS_F_FORMAT)) continue;
        rs_index_put_finding(part, &(rs_index_finding){.code = RS_F_FORMAT,
                                                       .release_id = RS_STR("rel"),
                                                       .source = RS_STR("s"),
                                                       .locator = RS_STR("a\xff"),
                                                       .message = RS_STR("m"),
                                                       .n = 1});
    }
    rs_index_put_rest(part, cap, RS_STR("rel"), RS_STR("s"), RS_STR("s"));
    OK(rs_part_commit(part, err));
    rs_store_close(store);
}

static int64_t ask(const char *dir, const char *sql)
{
    rs_store *store = open_store(dir, RS_STORE_READ);
    rs_result *result = NULL;
    OK(rs_store_query(store, rs_str_of(sql), NULL, 0, &result, err));
    OK(rs_result_next(result, err));
    int64_t v = rs_result_i64(result, 0);
    rs_result_close(result);
    rs_store_close(store);
    return v;
}

static void test_cap(void **state)
{
    (void)state;
    char dir[64];
    fresh_folder(dir);
    rs_index_cap cap = {.most = 5};
    put_part(dir, "a", &cap, 3);
    assert_int_equal(ask(dir, "SELECT count(*) FROM finding"), 3);
    put_part(dir, "b", &cap, 3);
    assert_int_equal(ask(dir, "SELECT count(*) FROM finding"), 6);
    assert_int_equal(ask(dir, "SELECT sum(n) FROM finding"), 6);
    assert_int_equal(ask(dir, "SELECT count(*) FROM finding WHERE locator = 'a\\xff'"), 5);
    put_part(dir, "c", &cap, 4);
    assert_int_equal(ask(dir, "SELECT sum(n) FROM finding"), 10);
    assert_int_equal(ask(dir, "SELECT count(*) FROM finding"), 7);
    remove_folder(dir);
}

/* A rest of one finding is a rest, and not a stored finding. */
static void test_resume(void **state)
{
    (void)state;
    char dir[64];
    fresh_folder(dir);
    rs_index_cap cap = {.most = 2};
    put_part(dir, "a", &cap, 3);
    assert_int_equal(ask(dir, "SELECT count(*) FROM finding WHERE n = 1"), 3);
    rs_index_cap resumed = {.most = 4};
    rs_store *store = open_store(dir, RS_STORE_READ);
    OK(rs_index_cap_load(&resumed, store, RS_STR("rel"), RS_STR("s"), err));
    assert_int_equal(resumed.stored[RS_F_FORMAT], 2);
    assert_int_equal(resumed.stored[RS_F_ENCODING], 0);
    rs_index_cap other = {.most = 4};
    OK(rs_index_cap_load(&other, store, RS_STR("rel"), RS_STR("another"), err));
    assert_int_equal(other.stored[RS_F_FORMAT], 0);
    rs_store_close(store);
    put_part(dir, "b", &resumed, 2);
    assert_int_equal(ask(dir, "SELECT count(*) FROM finding WHERE message = 'm'"), 4);
    remove_folder(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cap),
        cmocka_unit_test(test_resume),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
