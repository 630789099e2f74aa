/* Folders, single files, joined parts, names, and the same members whatever the container. */
#include "support.h"

#include <sys/time.h>

static void test_order(void **state)
{
    (void)state;
    make_dir("order/a");
    make_dir("order/a-b");
    make_dir("order/empty");
    write_text("order/a/x", "1");
    write_text("order/a-b/x", "2");
    write_text("order/a.txt", "3");
    write_text("order/B", "4");
    expect_listing("order", "B=4\na-b/x=2\na.txt=3\na/x=1\n");
}

static void test_single_file(void **state)
{
    (void)state;
    write_text("single.json", "[]");
    expect_listing("single.json", "single.json=[]\n");
    expect_refusal("missing.json", RSIFT_E_IO, in_root("missing.json"));
    rs_io_tree *tree;
    assert_int_equal(rs_io_tree_open(RS_STR(""), NULL, &tree, NULL), RSIFT_E_ARG);
}

static void test_links(void **state)
{
    (void)state;
    make_dir("links/sub");
    write_text("outside.txt", "secret");
    write_text("links/sub/in.txt", "in");
    assert_int_equal(symlink("sub/in.txt", in_root("links/good")), 0);
    assert_int_equal(symlink("../outside.txt", in_root("links/out")), 0);
    assert_int_equal(symlink("sub", in_root("links/folder")), 0);
    assert_int_equal(symlink("nowhere", in_root("links/dangling")), 0);
    assert_int_equal(mkfifo(in_root("links/pipe"), 0600), 0);
    expect_listing("links", "good=in\nsub/in.txt=in\n! link-skipped dangling\n"
                            "! link-skipped folder\n! link-skipped out\n");
}

/* What rsift made of the folder's data and wrote beside it is no part of them. */
static void test_own_output(void **state)
{
    (void)state;
    make_dir("own/data");
    make_dir("own/out/images");
    make_dir("own/work/parts");
    write_text("own/data/a.txt", "a");
    write_text("own/out/.rsift-output", "");
    write_text("own/out/train.json", "[]");
    write_text("own/out/images/b.txt", "b");
    write_text("own/work/rsift-workspace.json", "{}");
    write_text("own/work/parts/c.txt", "c");
    expect_listing("own", "data/a.txt=a\n! own-output out\n! own-output work\n");
    expect_listing("own/out", ".rsift-output=\nimages/b.txt=b\ntrain.json=[]\n");
}

/* What a program keeps for itself is no data; asked for by itself, it is read. */
static void test_tool_folders(void **state)
{
    (void)state;
    make_dir("tools/.git");
    make_dir("tools/a/site-packages");
    make_dir("tools/env/lib");
    write_text("tools/.git/config", "x");
    write_text("tools/a/site-packages/b.json", "{}");
    write_text("tools/a/c.txt", "c");
    write_text("tools/env/pyvenv.cfg", "");
    write_text("tools/env/lib/d.json", "{}");
    expect_listing("tools",
                   "a/c.txt=c\n! tool-folder .git\n! tool-folder a/site-packages\n! tool-folder "
                   "env\n");
    expect_listing("tools/a/site-packages", "b.json={}\n");
}

/* What may not be read is told and ends nothing; once it may, the listing is another. */
static void test_no_permission(void **state)
{
    (void)state;
    make_dir("locked/shut");
    write_text("locked/a", "a");
    write_text("locked/b", "b");
    write_text("locked/shut/c", "c");
    assert_int_equal(chmod(in_root("locked/b"), 0), 0);
    assert_int_equal(chmod(in_root("locked/shut"), 0), 0);
    /* root may read everything: ask as somebody else */
    const bool is_root = geteuid() == 0;
    if (is_root) {
        assert_int_equal(chmod(in_root("."), 0755), 0);
        assert_int_equal(seteuid(65534), 0);
    }
    expect_listing("locked", "a=a\n! file-closed b\n! file-closed shut\n");
    if (is_root) assert_int_equal(seteuid(0), 0);
    assert_int_equal(chmod(in_root("locked/b"), 0600), 0);
    assert_int_equal(chmod(in_root("locked/shut"), 0700), 0);
    expect_listing("locked", "a=a\nb=b\nshut/c=c\n");
}

static void test_odd_names(void **state)
{
    (void)state;
    make_dir("odd");
    write_text("odd/\xd6\xd0.txt", "gbk");
    write_text("odd/a\nb", "line");
    expect_listing("odd",
                   "a%0Ab=line\n%D6%D0.txt=gbk\n! member-name a%0Ab\n! member-name %D6%D0.txt\n");
}

static void test_changed(void **state)
{
    (void)state;
    rsift_error err;
    rs_io_stream *stream;
    write_text("changes.txt", "before");
    rs_io_tree *tree = open_tree("changes.txt");
    assert_int_equal(rs_io_file_check(tree, 0, &err), RSIFT_OK);
    write_text("changes.txt", "after that");
    assert_int_equal(rs_io_file_check(tree, 0, &err), RSIFT_E_IO);
    assert_string_equal(err.where, "changes.txt");
    assert_string_equal(err.message, "changed since it was listed");
    assert_int_equal(rs_io_open(tree, 0, &stream, &err), RSIFT_E_IO);
    unlink(in_root("changes.txt"));
    assert_int_equal(rs_io_file_check(tree, 0, &err), RSIFT_E_IO);
    rs_io_tree_close(tree);
}

static void write_parts(const char *folder, const rs_buf *whole, const char *const *names, size_t n)
{
    char name[256];
    size_t each = whole->len / n;
    for (size_t i = 0; i < n; i++) {
        size_t begin = i * each, end = i + 1 == n ? whole->len : begin + each;
        snprintf(name, sizeof name, "%s/%s", folder, names[i]);
        write_file(name, whole->ptr + begin, end - begin);
    }
}

static void test_joined(void **state)
{
    (void)state;
    static const char *const styles[][3] = {
        {"images_partaa", "images_partab", "images_partac"},
        {"x.part_aa", "x.part_ab", "x.part_ac"},
        {"x.zip.001", "x.zip.002", "x.zip.003"},
        {"x.zip.part1", "x.zip.part2", "x.zip.part3"},
        {"x.zipaa", "x.zipab", "x.zipac"},
        {"x.zip.00", "x.zip.01", "x.zip.02"},
    };
    rs_buf buf = {0};
    const zip_member members[] = {{.name = "d/1.txt", .bytes = "one", .n = 3, .method = 8},
                                  {.name = "d/2.txt", .bytes = "two", .n = 3}};
    zip_write(&buf, members, 2, false, 0);
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
        char folder[32], first[96];
        snprintf(folder, sizeof folder, "join%zu/imgs", i);
        make_dir(folder);
        write_parts(folder, &buf, styles[i], 3);
        snprintf(folder, sizeof folder, "join%zu", i);
        expect_listing(folder, "imgs/d/1.txt=one\nimgs/d/2.txt=two\n");
        snprintf(first, sizeof first, "join%zu/imgs/%s", i, styles[i][i % 3]);
        expect_listing(first, "d/1.txt=one\nd/2.txt=two\n");
    }
    unlink(in_root("join2/imgs/x.zip.002"));
    rs_io_tree *tree = open_tree("join2");
    assert_int_equal(rs_io_n_members(tree), 2);
    assert_int_equal(rs_io_n_notes(tree), 1);
    assert_string_equal(rs_io_note_at(tree, 0)->chain.ptr, "imgs/x.zip.003");
    rs_io_tree_close(tree);
    rs_buf_fini(&buf);
}

static void test_joined_plain(void **state)
{
    (void)state;
    make_dir("plainjoin");
    write_text("plainjoin/big.json.partaa", "[1, ");
    write_text("plainjoin/big.json.partab", "2]");
    write_text("plainjoin/departed", "not a part");
    write_text("plainjoin/frame.001", "nor this");
    expect_listing("plainjoin", "big.json=[1, 2]\ndeparted=not a part\nframe.001=nor this\n");
    rs_io_tree *tree = open_tree("plainjoin");
    assert_int_equal(rs_io_n_files(tree), 4);
    rs_io_random *r;
    char bytes[3];
    assert_int_equal(rs_io_random_open(tree, 0, &r, NULL), RSIFT_OK);
    assert_int_equal(rs_io_random_size(r), 6);
    assert_int_equal(rs_io_random_read(r, 2, bytes, 3, NULL), RSIFT_OK); /* across the pieces */
    assert_memory_equal(bytes, ", 2", 3);
    rsift_error err;
    assert_int_equal(rs_io_random_read(r, 5, bytes, 3, &err), RSIFT_E_FORMAT);
    assert_string_equal(err.where, "big.json");
    rs_io_random_close(r);
    rs_io_tree_close(tree);
}

/* A split zip counts its offsets from the piece, not from the first byte. */
static void test_split_zip(void **state)
{
    (void)state;
    rs_buf buf = {0};
    const zip_member members[] = {{.name = "a", .bytes = "one", .n = 3},
                                  {.name = "b", .bytes = "two", .n = 3}};
    zip_write(&buf, members, 2, false, 0);
    make_dir("split");
    size_t n_local = 30 + 1 + 3, n_central = 46 + 1;
    /* piece 1: member a; piece 2 (the .zip): member b and the directory */
    char *second = buf.ptr + 2 * n_local + n_central;
    second[34] = 1; /* disk where b starts */
    memset(second + 42, 0, 4);
    char *end = buf.ptr + buf.len - 22;
    end[4] = 1;
    end[6] = 1;
    end[16] = (char)n_local;
    write_file("split/x.z01", buf.ptr, n_local);
    write_file("split/x.zip", buf.ptr + n_local, buf.len - n_local);
    rs_buf_fini(&buf);
    expect_listing("split", "a=one\nb=two\n");
    expect_listing("split/x.zip", "a=one\nb=two\n");
    unlink(in_root("split/x.z01"));
    expect_refusal("split/x.zip", RSIFT_E_UNSUPPORTED, "x.zip | one piece of a split zip");
}

static void test_closed(void **state)
{
    (void)state;
    rs_io_options options = {.keep_archives_closed = true};
    rs_io_tree *tree;
    make_dir("closed");
    write_text("closed/a.zip", "PK\3\4");
    assert_int_equal(rs_io_tree_open(rs_str_of(in_root("closed")), &options, &tree, NULL),
                     RSIFT_OK);
    assert_int_equal(rs_io_n_members(tree), 1);
    assert_int_equal(rs_io_n_notes(tree), 0);
    rs_io_tree_close(tree);
}

static void test_slurp_limit(void **state)
{
    (void)state;
    rsift_limits limits = rsift_limits_default();
    limits.max_record = 4;
    rs_io_options options = {.limits = &limits};
    rs_io_tree *tree;
    rs_arena arena = {0};
    rs_str bytes;
    rsift_error err;
    write_text("five.txt", "12345");
    assert_int_equal(rs_io_tree_open(rs_str_of(in_root("five.txt")), &options, &tree, NULL),
                     RSIFT_OK);
    assert_int_equal(rs_io_slurp(tree, 0, &arena, &bytes, &err), RSIFT_E_LIMIT);
    assert_string_equal(err.where, "five.txt");
    rs_io_tree_close(tree);
    rs_arena_fini(&arena);
}

static void test_clean_name(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
        bool changed;
    } cases[] = {
        {"a/b.txt", "a/b.txt", false},
        {"./a", "a", true},
        {"a//b/", "a/b", true},
        {"../../a", "a", true},
        {"a/../b", "a/b", true},
        {"/", NULL, true},
        {"", NULL, true},
        {"..", NULL, true},
        {"a\\b", "a/b", true},
        {"C:/x", "x", true},
        {"...", "...", false},
        {"a:b", "a:b", false},
        {"\xff", "%FF", true},
        {"50%", "50%", false},
        {"a\tb", "a%09b", true},
        {"\xe4\xb8\xad/\xff\xe4", "\xe4\xb8\xad/%FF%E4", true},
    };
    rs_arena arena = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool changed;
        rs_str got = rs_io_clean_name(&arena, rs_str_of(cases[i].in), &changed);
        assert_int_equal(changed, cases[i].changed);
        if (!cases[i].out) assert_null(got.ptr);
        else assert_string_equal(got.ptr, cases[i].out);
    }
    bool changed;
    rs_str nul = rs_io_clean_name(&arena, rs_str_make("a\0b", 3), &changed);
    assert_string_equal(nul.ptr, "a%00b");
    rs_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),        cmocka_unit_test(test_single_file),
        cmocka_unit_test(test_links),        cmocka_unit_test(test_own_output),
        cmocka_unit_test(test_tool_folders), cmocka_unit_test(test_no_permission),
        cmocka_unit_test(test_odd_names),    cmocka_unit_test(test_changed),
        cmocka_unit_test(test_joined),       cmocka_unit_test(test_joined_plain),
        cmocka_unit_test(test_split_zip),    cmocka_unit_test(test_closed),
        cmocka_unit_test(test_slurp_limit),  cmocka_unit_test(test_clean_name),
    };
    return cmocka_run_group_tests(tests, make_root, drop_root);
}
