/* Output files and folders: nothing under a final name before commit, nothing left after. */
#include "support.h"

static bool exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

static void test_commit(void **state)
{
    (void)state;
    rs_io_out *out;
    char *bytes = noise(700000);
    rs_str path = rs_str_of(in_root("out.bin"));
    assert_int_equal(rs_io_out_open(path, &out, NULL), RSIFT_OK);
    assert_int_equal(rs_io_out_write(out, bytes, 5, NULL), RSIFT_OK);
    assert_int_equal(rs_io_out_write(out, bytes + 5, 600000, NULL), RSIFT_OK);
    assert_int_equal(rs_io_out_write(out, bytes + 600005, 99995, NULL), RSIFT_OK);
    assert_int_equal(rs_io_out_size(out), 700000);
    rs_id hash = rs_io_out_hash(out);
    assert_true(rs_id_eq(hash, rs_hash128(bytes, 700000)));
    assert_false(exists(path.ptr));
    assert_int_equal(rs_io_out_commit(out, NULL), RSIFT_OK);
    rs_io_tree *tree = open_tree("out.bin");
    rs_arena arena = {0};
    assert_string_equal(contents(tree, 0, &arena), bytes);
    rs_io_tree_close(tree);
    rs_arena_fini(&arena);
    free(bytes);
}

static void test_discard(void **state)
{
    (void)state;
    rs_io_out *out;
    char partial[1200];
    rs_str path = rs_str_of(in_root("never.bin"));
    snprintf(partial, sizeof partial, "%s.partial-%ld", path.ptr, (long)getpid());
    assert_int_equal(rs_io_out_open(path, &out, NULL), RSIFT_OK);
    assert_int_equal(rs_io_out_write(out, "x", 1, NULL), RSIFT_OK);
    assert_true(exists(partial));
    rs_io_out_discard(out);
    assert_false(exists(partial));
    assert_false(exists(path.ptr));
}

static void test_no_room(void **state)
{
    (void)state;
    rs_io_out *out;
    rsift_error err;
    assert_int_equal(rs_io_out_open(rs_str_of(in_root("no/such/folder")), &out, &err), RSIFT_E_IO);
    assert_null(out);
    assert_string_equal(err.where, in_root("no/such/folder"));
    assert_int_equal(rs_io_out_open(RS_STR(""), &out, &err), RSIFT_E_ARG);
    /* a folder comes to stand where the file should go: told at commit, the partial file is gone */
    assert_int_equal(rs_io_out_open(rs_str_of(in_root("taken")), &out, &err), RSIFT_OK);
    assert_int_equal(rs_io_out_write(out, "x", 1, NULL), RSIFT_OK);
    make_dir("taken/full");
    assert_int_equal(rs_io_out_commit(out, &err), RSIFT_E_IO);
    assert_string_equal(err.where, in_root("taken"));
    expect_listing("taken", "");
    /* what is there already is told at once: a folder, a device */
    assert_int_equal(rs_io_out_open(rs_str_of(in_root("taken")), &out, &err), RSIFT_E_ARG);
    assert_string_equal(err.where, in_root("taken"));
    assert_int_equal(rs_io_out_open(RS_STR("/dev/null"), &out, &err), RSIFT_E_ARG);
    assert_null(out);
}

static void test_full_disk(void **state)
{
    (void)state;
    rs_io_out *out;
    rsift_error err;
    char *bytes = noise(300000), partial[1200];
    rs_str path = rs_str_of(in_root("full.bin"));
    snprintf(partial, sizeof partial, "%s.partial-%ld", path.ptr, (long)getpid());
    assert_int_equal(symlink("/dev/full", partial), 0);
    assert_int_equal(rs_io_out_open(path, &out, &err), RSIFT_OK);
    assert_int_equal(rs_io_out_write(out, bytes, 300000, &err), RSIFT_E_IO);
    assert_string_equal(err.where, path.ptr);
    assert_int_equal(rs_io_out_commit(out, &err), RSIFT_E_IO);
    assert_false(exists(path.ptr));
    assert_false(exists(partial));
    free(bytes);
}

static void test_folders(void **state)
{
    (void)state;
    rsift_error err;
    rs_str deep = rs_str_of(in_root("m/a//b/c/"));
    assert_int_equal(rs_io_make_dirs(deep, &err), RSIFT_OK);
    assert_int_equal(rs_io_make_dirs(deep, &err), RSIFT_OK);
    write_text("m/a/file", "x");
    assert_int_equal(rs_io_make_dirs(rs_str_of(in_root("m/a/file/d")), &err), RSIFT_E_IO);
    assert_string_equal(err.where, in_root("m/a/file"));
    write_text("kept.txt", "kept");
    make_dir("keptdir");
    assert_int_equal(symlink("../kept.txt", in_root("m/link")), 0);
    assert_int_equal(symlink("../keptdir", in_root("m/dirlink")), 0);
    assert_int_equal(rs_io_remove_tree(rs_str_of(in_root("m")), &err), RSIFT_OK);
    assert_false(exists(in_root("m")));
    assert_true(exists(in_root("kept.txt")));
    assert_true(exists(in_root("keptdir")));
    assert_int_equal(rs_io_remove_tree(rs_str_of(in_root("m")), &err), RSIFT_OK);
    assert_int_equal(rs_io_remove_tree(RS_STR(""), &err), RSIFT_E_ARG);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    for (int64_t at = 1; at < 20; at++) {
        rs_io_out *out = NULL;
        rs_alloc_fail_at(at);
        rsift_status status = rs_io_out_open(rs_str_of(in_root("oom.bin")), &out, NULL);
        if (status == RSIFT_OK) status = rs_io_out_write(out, "x", 1, NULL);
        if (status == RSIFT_OK) status = rs_io_out_commit(out, NULL);
        rs_alloc_fail_at(0);
        if (status == RSIFT_OK) return;
        assert_int_equal(status, RSIFT_E_NOMEM);
    }
    fail_msg("never succeeds");
}

/* No process has this id: leftovers go, hidden ones too, and with the flat sweep only here. */
static void test_sweep(void **state)
{
    (void)state;
    make_dir("swept");
    make_dir("swept/in");
    static const char *const names[] = {"swept/a.partial-2147480000", "swept/.b.partial-2147480000",
                                        "swept/in/c.partial-2147480000", "swept/kept.json"};
    for (size_t i = 0; i < 4; i++) write_text(names[i], "x");
    rs_io_out_sweep_flat(rs_str_of(in_root("swept")));
    for (size_t i = 0; i < 4; i++) assert_int_equal(exists(in_root(names[i])), i >= 2);
    rs_io_out_sweep(rs_str_of(in_root("swept")));
    assert_false(exists(in_root(names[2])));
    assert_true(exists(in_root(names[3])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commit),        cmocka_unit_test(test_sweep),
        cmocka_unit_test(test_discard),       cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_full_disk),     cmocka_unit_test(test_folders),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, make_root, drop_root);
}
