/* What is unpacked to temporary files, and the bounds of archives inside archives: descriptors,
 * bytes, number, depth and ratio. Crossing one keeps an archive closed; the rest is read. */
#include "io/spool.h"

#include "support.h"

#include <sys/resource.h>

/* A zip of n deflated zips, each with one small text; `rest` stands behind them. */
static void nested_zip(rs_buf *out, size_t n)
{
    rs_buf inner = {0};
    const zip_member leaf[] = {{.name = "leaf.txt", .bytes = "leaf", .n = 4, .method = 8}};
    zip_write(&inner, leaf, 1, false, 0);
    zip_member *members = calloc(n + 1, sizeof *members);
    char (*names)[32] = calloc(n + 1, sizeof *names);
    assert_true(members && names);
    for (size_t i = 0; i < n; i++) {
        snprintf(names[i], sizeof names[i], "%04zu.zip", i);
        members[i] =
            (zip_member){.name = names[i], .bytes = inner.ptr, .n = inner.len, .method = 8};
    }
    members[n] = (zip_member){.name = "rest.txt", .bytes = "rest", .n = 4};
    zip_write(out, members, n + 1, false, 0);
    rs_buf_fini(&inner);
    free(members);
    free(names);
}

static void write_nested(const char *name, size_t n)
{
    rs_buf outer = {0};
    nested_zip(&outer, n);
    write_buf(name, &outer);
    rs_buf_fini(&outer);
}

static rs_io_tree *open_with(const char *name, const rsift_limits *limits)
{
    const rs_io_options options = {.limits = limits};
    rs_io_tree *tree = NULL;
    rsift_error err = {0};
    if (rs_io_tree_open(rs_str_of(in_root(name)), &options, &tree, &err) != RSIFT_OK)
        fail_msg("%s: %s", name, told(&err));
    return tree;
}

/* Members of this name; repeated ones are told apart by a suffix. */
static size_t count_named(const rs_io_tree *tree, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < rs_io_n_members(tree); i++)
        n += strstr(rs_io_member_at(tree, i)->path.ptr, name) != NULL;
    return n;
}

/* The one note says `code` and `words`; the member behind is there. */
static void expect_kept_closed(rs_io_tree *tree, const char *words)
{
    assert_int_equal(rs_io_n_notes(tree), 1);
    assert_string_equal(rs_io_note_at(tree, 0)->code, "archive-limit");
    if (!strstr(rs_io_note_at(tree, 0)->message.ptr, words))
        fail_msg("%s", rs_io_note_at(tree, 0)->message.ptr);
    assert_true(rs_io_find(tree, RS_STR("rest.txt")) != RS_NPOS);
    rs_io_tree_close(tree);
}

static void few_descriptors(void **state)
{
    struct rlimit before, few;
    rs_arena arena = {0};
    (void)state;
    write_nested("many.zip", 300);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = 40;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    rs_io_tree *tree = open_with("many.zip", NULL);
    assert_int_equal(rs_io_n_members(tree), 301);
    assert_int_equal(rs_io_n_notes(tree), 299); /* leaf.txt 300 times */
    for (size_t i = 0; i < 300; i++) assert_string_equal(contents(tree, i, &arena), "leaf");
    rs_io_tree_close(tree);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    rs_arena_fini(&arena);
}

static void bytes(void **state)
{
    (void)state;
    write_nested("bytes.zip", 1);
    rsift_limits limits = rsift_limits_default();
    limits.max_spool = 10;
    expect_kept_closed(open_with("bytes.zip", &limits), "max_spool = 10");
    /* what did not fit is given back: a small one behind it is opened */
    rs_buf big = {0}, small = {0}, outer = {0};
    char *noisy = noise(5000);
    const zip_member much[] = {{.name = "much.txt", .bytes = noisy, .n = 5000}};
    const zip_member little[] = {{.name = "leaf.txt", .bytes = "leaf", .n = 4}};
    zip_write(&big, much, 1, false, 0);
    zip_write(&small, little, 1, false, 0);
    const zip_member both[] = {
        {.name = "big.zip", .bytes = big.ptr, .n = big.len, .method = 8},
        {.name = "small.zip", .bytes = small.ptr, .n = small.len, .method = 8},
        {.name = "rest.txt", .bytes = "rest", .n = 4}};
    zip_write(&outer, both, 3, false, 0);
    write_buf("both.zip", &outer);
    limits.max_spool = 1000;
    rs_io_tree *tree = open_with("both.zip", &limits);
    assert_true(rs_io_find(tree, RS_STR("leaf.txt")) != RS_NPOS);
    expect_kept_closed(tree, "max_spool = 1000");
    rs_buf_fini(&big);
    rs_buf_fini(&small);
    rs_buf_fini(&outer);
    free(noisy);
}

static void number(void **state)
{
    (void)state;
    write_nested("number.zip", 5);
    rsift_limits limits = rsift_limits_default();
    limits.max_nested = 4;
    rs_io_tree *tree = open_with("number.zip", &limits);
    assert_int_equal(rs_io_n_members(tree), 6); /* four texts, 0004.zip as it is, rest.txt */
    assert_true(rs_io_find(tree, RS_STR("0004.zip")) != RS_NPOS);
    rs_io_tree_close(tree);
    write_nested("one.zip", 1);
    limits.max_archives = 1;
    expect_kept_closed(open_with("one.zip", &limits), "max_archives = 1");
}

/* Copies of copies cost no bytes: a file of n_copies deflated copies of a zip of 200 deflated zips.
 * No more than one archive in 64 bytes of the file is opened. */
static void number_by_size(void **state)
{
    (void)state;
    enum { n_copies = 20, by_size_at_least = 100 };
    rs_buf inner = {0}, outer = {0};
    nested_zip(&inner, 200);
    zip_member members[n_copies];
    char names[n_copies][8];
    for (size_t i = 0; i < n_copies; i++) {
        snprintf(names[i], sizeof names[i], "%zu.zip", i);
        members[i] =
            (zip_member){.name = names[i], .bytes = inner.ptr, .n = inner.len, .method = 8};
    }
    zip_write(&outer, members, n_copies, false, 0);
    write_buf("copies.zip", &outer);
    rs_io_tree *tree = open_with("copies.zip", NULL);
    const size_t n_leaves = count_named(tree, "leaf.txt");
    assert_in_range(n_leaves, by_size_at_least / 2, outer.len / 64);
    assert_true(n_leaves < n_copies * 200);
    bool told = false;
    for (size_t i = 0; i < rs_io_n_notes(tree); i++)
        told |= strcmp(rs_io_note_at(tree, i)->code, "archive-limit") == 0;
    assert_true(told);
    rs_io_tree_close(tree);
    rs_buf_fini(&inner);
    rs_buf_fini(&outer);
}

static void ratio(void **state)
{
    (void)state;
    write_nested("ratio.zip", 1);
    rs_io_tree *tree = open_with("ratio.zip", NULL);
    const int64_t gib = (int64_t)1 << 30;
    rsift_error err = {0};
    assert_int_equal(rs_io_check_ratio(tree, 1, gib, &err), RSIFT_OK); /* small ones may */
    assert_int_equal(rs_io_check_ratio(tree, gib / 50, gib * 2, &err), RSIFT_OK);
    assert_int_equal(rs_io_check_ratio(tree, gib / 200, gib + 1, &err), RSIFT_E_LIMIT);
    rs_io_tree_close(tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_descriptors), cmocka_unit_test(bytes), cmocka_unit_test(number),
        cmocka_unit_test(number_by_size),  cmocka_unit_test(ratio),
    };
    return cmocka_run_group_tests(tests, make_root, drop_root);
}
