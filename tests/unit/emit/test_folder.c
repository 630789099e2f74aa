/* The output folder: what is accepted, what is refused and left alone, what the next emit
 * removes. */
#include "emit/folder.h"

#include "temporary.h"

#include <unistd.h>

static void put_file(const char *name, const char *text)
{
    FILE *file = fopen(in_root(name), "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static rsift_status begin(const char *name, rsift_error *err)
{
    *err = (rsift_error){0};
    rs_emit_folder folder;
    rsift_status status = rs_emit_folder_open(&folder, rs_str_of(in_root(name)), err);
    if (status == RSIFT_OK) status = rs_emit_folder_clear(&folder, err);
    rs_emit_folder_close(&folder);
    return status;
}

static void test_accepted(void **state)
{
    (void)state;
    rsift_error err;
    assert_int_equal(begin("new/deep", &err), RSIFT_OK);
    assert_true(is_there("new/deep/.rsift-output"));
    put_file("new/deep/train.json", "[]");
    put_file("new/deep/manifest.json", "{}");
    assert_int_equal(begin("new/deep", &err), RSIFT_OK); /* its own */
    assert_true(is_there("new/deep/train.json"));        /* which it did not list */
    assert_false(is_there("new/deep/manifest.json"));    /* not finished any more */
    mkdir(in_root("empty"), 0700);
    assert_int_equal(begin("empty", &err), RSIFT_OK);
    mkdir(in_root("killed"), 0700);
    put_file("killed/.rsift-output.partial-123", "");
    assert_int_equal(begin("killed", &err), RSIFT_OK);
    mkdir(in_root("older"), 0700);
    put_file("older/train.json", "[]");
    put_file("older/manifest.json", "{\"schema\":\"rsift.manifest/1\"}");
    assert_int_equal(begin("older", &err), RSIFT_OK);
    assert_true(is_there("older/.rsift-output"));
    assert_true(is_there("older/train.json"));
    mkdir(in_root("listed"), 0700);
    put_file("listed/train.json", "[]");
    put_file("listed/mine.txt", "");
    put_file("listed/manifest.json", "{\"schema\":\"rsift.manifest/1\",\"files\":[{\"name\":"
                                     "\"train.json\"},{\"name\":\"../older/train.json\"}]}");
    assert_int_equal(begin("listed", &err), RSIFT_OK);
    assert_false(is_there("listed/train.json"));
    assert_true(is_there("listed/mine.txt"));
    assert_true(is_there("older/train.json")); /* no name leads out */
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const manifests[] = {
        NULL, "", "{", "[]", "{\"schema\":1}", "{\"schema\":\"rsift.emit/1\"}", "{\"schema\":\"\"}",
    };
    rsift_error err;
    for (size_t i = 0; i < sizeof manifests / sizeof *manifests; i++) {
        char name[32], file[64], mark[64];
        snprintf(name, sizeof name, "other%zu", i);
        snprintf(file, sizeof file, "%s/%s", name, i % 2 ? "manifest.json" : "train.json");
        snprintf(mark, sizeof mark, "%s/.rsift-output", name);
        mkdir(in_root(name), 0700);
        put_file(file, manifests[i] ? manifests[i] : "[]");
        snprintf(file, sizeof file, "%s/manifest.json", name);
        if (manifests[i]) put_file(file, manifests[i]);
        assert_int_equal(begin(name, &err), RSIFT_E_ARG);
        assert_non_null(strstr(err.message, "is not an output of rsift emit"));
        assert_false(is_there(mark));
        assert_true(!manifests[i] || is_there(file));
    }
    put_file("file", "");
    assert_int_equal(begin("file", &err), RSIFT_E_ARG);
    assert_int_equal(symlink("nowhere", in_root("link")), 0);
    assert_int_equal(begin("link", &err), RSIFT_E_ARG);
    assert_false(is_there("nowhere"));
}

/* Claims `name` in the folder, writes it unless it is refused, and lets the folder go. */
static rsift_status write_one(const char *folder_name, const char *name, rsift_error *err)
{
    *err = (rsift_error){0};
    rs_emit_folder folder;
    rsift_status status = rs_emit_folder_open(&folder, rs_str_of(in_root(folder_name)), err);
    if (status == RSIFT_OK) status = rs_emit_folder_clear(&folder, err);
    if (status == RSIFT_OK) status = rs_emit_folder_claim(&folder, rs_str_of(name), err);
    if (status == RSIFT_OK) status = rs_emit_folder_flush(&folder, err);
    char path[256];
    snprintf(path, sizeof path, "%s/%s/%s", root, folder_name, name);
    if (status == RSIFT_OK) status = rs_io_make_dirs(rs_str_dirname(rs_str_of(path)), err);
    if (status == RSIFT_OK) status = rs_io_write_small(rs_str_of(path), "ours", 4, err);
    rs_emit_folder_close(&folder);
    return status;
}

static void test_list(void **state)
{
    (void)state;
    rsift_error err;
    assert_int_equal(write_one("set", "images/a/1.png", &err), RSIFT_OK);
    put_file("set/notes.txt", "mine");
    put_file("set/images/mine.png", "mine");
    /* the file of the first is gone with its folder, what somebody added is there */
    assert_int_equal(write_one("set", "images/b/2.png", &err), RSIFT_OK);
    assert_false(is_there("set/images/a"));
    assert_true(is_there("set/images/b/2.png"));
    assert_true(is_there("set/notes.txt"));
    assert_int_equal(write_one("set", "images/mine.png", &err), RSIFT_E_ARG);
    assert_non_null(strstr(err.message, "was not written by rsift"));
    assert_false(is_there("set/images/b")); /* cleared before */
    /* a folder that became a link is not followed, neither to remove nor to write */
    assert_int_equal(write_one("set", "images/c/3.png", &err), RSIFT_OK);
    assert_int_equal(rename(in_root("set/images/c"), in_root("elsewhere")), 0);
    assert_int_equal(symlink("../../elsewhere", in_root("set/images/c")), 0);
    assert_int_equal(write_one("set", "images/c/4.png", &err), RSIFT_E_ARG);
    assert_true(is_there("elsewhere/3.png"));
    assert_false(is_there("elsewhere/4.png"));
}

static void test_held(void **state)
{
    (void)state;
    rs_emit_folder first, second;
    rsift_error err = {0};
    const rs_str path = rs_str_of(in_root("held"));
    assert_int_equal(rs_emit_folder_open(&first, path, &err), RSIFT_OK);
    assert_int_equal(rs_emit_folder_open(&second, path, &err), RSIFT_E_IO);
    assert_non_null(strstr(err.message, "held by pid"));
    rs_emit_folder_close(&first);
    assert_int_equal(rs_emit_folder_open(&second, path, &err), RSIFT_OK);
    rs_emit_folder_close(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_held),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
