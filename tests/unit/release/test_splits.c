/* Split lists out of CSV: quoted commas and line ends, a column by its name or number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "release/splits.h"

static char folder[] = "/tmp/rsift-splits-XXXXXX";

static rsift_status load(const char *text, const char *column, const char *picture, size_t *n,
                         rsift_error *err)
{
    char path[64];
    snprintf(path, sizeof path, "%s/list.csv", folder);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    const rs_catalog_split_list list = {.scheme = RS_STR("own"),
                                        .name = RS_STR("train"),
                                        .file = RS_STR("list.csv"),
                                        .format = RS_SPLIT_CSV,
                                        .key = RS_SPLIT_KEY_NAME,
                                        .column = rs_str_of(column)};
    rs_catalog_release release = {0};
    release.splits.items = &list;
    release.splits.n = 1;
    const rsift_limits limits = rsift_limits_default();
    rs_io_tree *tree;
    rs_split_lists *lists = NULL;
    const rs_str paths[] = {RS_STR("list.csv")};
    assert_int_equal(rs_io_tree_open(rs_str_of(folder), NULL, &tree, NULL), RSIFT_OK);
    const rsift_status status =
        rs_split_lists_load(tree, &release, (rs_texts){paths, 1}, &limits, &lists, err);
    rs_arena arena = {0};
    rs_split *splits = NULL;
    *n = 0;
    if (lists)
        assert_int_equal(rs_split_lists_find(lists, &arena, rs_str_of(picture), &splits, n, NULL),
                         RSIFT_OK);
    rs_arena_fini(&arena);
    rs_split_lists_free(lists);
    rs_io_tree_close(tree);
    return status;
}

static void expect(const char *text, const char *column, const char *picture, size_t wanted)
{
    size_t n;
    rsift_error err = {0};
    if (load(text, column, picture, &n, &err) != RSIFT_OK)
        fail_msg("%s: %s", err.where, err.message);
    assert_int_equal(n, wanted);
}

static void reads_columns(void **unused)
{
    (void)unused;
    expect("a.png,1\nb.png,2\n", "", "x/b.png", 1);
    expect("\xEF\xBB\xBF"
           "caption,image\r\n\"red, large\nroof\",a.png\r\n",
           "image", "a.png", 1);
    expect("\"one, two\",a.png\n", "1", "a.png", 1); /* a comma in quotes ended the cell before */
    expect("caption,image\n\"x\",a.png\nonly one\n", "image", "only one", 0);
    expect("image\nimage\n", "image", "image", 1); /* the header is no key, the row is */
    size_t n;
    rsift_error err = {0};
    assert_int_equal(load("caption,image\nx,a.png\n", "picture", "a.png", &n, &err),
                     RSIFT_E_FORMAT);
    assert_true(strstr(err.where, "list.csv") && strstr(err.message, "no column \"picture\""));
}

static int make_folder(void **unused)
{
    (void)unused;
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **unused)
{
    (void)unused;
    return rs_io_remove_tree(rs_str_of(folder), NULL) == RSIFT_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_columns)};
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
