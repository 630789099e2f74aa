/* Parquet files as members of a tree, over the files of the golden folder own-parquet: rows as JSON
 * Lines, pictures in row order and by themselves, files inside of archives, damage and limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "store/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *source_dir(void)
{
    const char *root = getenv("RSIFT_SOURCE_DIR");
    return root ? root : ".";
}

static rs_io_tree *open_with(const char *path, const rsift_limits *limits)
{
    const rs_io_options options = {.limits = limits, .rows = &rs_store_columns};
    rs_io_tree *tree = NULL;
    rsift_error err = {0};
    if (rs_io_tree_open(rs_str_of(path), &options, &tree, &err) != RSIFT_OK)
        fail_msg("%s: %s", err.where, err.message);
    return tree;
}

static rs_io_tree *open_golden(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/golden/own-parquet/in/%s", source_dir(), name);
    return open_with(path, NULL);
}

static void read_stream(rs_io_stream *stream, rs_buf *out)
{
    assert_int_equal(rs_io_read_all(stream, -1, 1 << 20, out, NULL), RSIFT_OK);
}

/* All of a member as text; the same whatever the size of the reads. */
static void assert_text(const rs_io_tree *tree, const char *path, const char *expected)
{
    const size_t member = rs_io_find(tree, rs_str_of(path));
    rs_io_stream *stream;
    rs_buf text = {0};
    assert_true(member != RS_NPOS);
    assert_int_equal(rs_io_open(tree, member, &stream, NULL), RSIFT_OK);
    read_stream(stream, &text);
    rs_io_close(stream);
    rs_buf_char(&text, 0);
    assert_string_equal(text.ptr, expected);
    assert_int_equal(rs_io_open(tree, member, &stream, NULL), RSIFT_OK);
    for (size_t i = 0, got = 1; got; i += got) {
        char byte;
        assert_int_equal(rs_io_read(stream, &byte, 1, &got, NULL), RSIFT_OK);
        if (got) assert_int_equal(byte, text.ptr[i]);
        else assert_int_equal(i, text.len - 1);
    }
    rs_io_close(stream);
    rs_buf_fini(&text);
}

#define SCENES "data/train-00000-of-00001.parquet"

static void rows_are_json_lines(void **state)
{
    (void)state;
    rs_io_tree *tree = open_golden("scenes");
    assert_text(
        tree, SCENES,
        "{\"image\":\"train-00000-of-00001.parquet/0/airport_1.png\",\"label\":\"airport\"}\n"
        "{\"image\":\"train-00000-of-00001.parquet/1\",\"label\":\"bare land\"}\n"
        "{\"image\":\"train-00000-of-00001.parquet/2/up.png\",\"label\":\"beach\"}\n"
        "{\"image\":null,\"label\":\"bare land\"}\n");
    rs_io_tree_close(tree);
    tree = open_golden("multi");
    assert_text(tree, SCENES,
                "{\"image\":\"train-00000-of-00001.parquet/0\",\"label\":[\"airport\",\"beach\"]}\n"
                "{\"image\":\"train-00000-of-00001.parquet/1\",\"label\":[\"bare land\"]}\n");
    rs_io_tree_close(tree);
    tree = open_golden("plain");
    assert_text(tree, SCENES,
                "{\"jpg\":\"train-00000-of-00001.parquet/0\",\"caption\":\"a field\"}\n"
                "{\"jpg\":\"train-00000-of-00001.parquet/1\",\"caption\":\"a lake\"}\n");
    rs_io_tree_close(tree);
}

static void members_are_cells_in_row_order(void **state)
{
    static const char *const expected[] = {SCENES, SCENES "/0/images/0", SCENES "/1/images/0/x.png",
                                           SCENES "/1/images/1/x.png"};
    (void)state;
    rs_io_tree *tree = open_golden("talks");
    assert_int_equal(rs_io_n_members(tree), 4);
    for (size_t i = 0; i < 4; i++) {
        const rs_io_member *m = rs_io_member_at(tree, i);
        assert_true(rs_str_eq(m->path, rs_str_of(expected[i])));
        assert_int_equal(m->is_picture, i > 0);
        assert_int_equal(m->random, i == 0);
    }
    /* the column of other bytes is told */
    assert_int_equal(rs_io_n_notes(tree), 1);
    assert_string_equal(rs_io_note_at(tree, 0)->code, "member-unsupported");
    rs_io_tree_close(tree);
}

typedef struct seen {
    const rs_io_tree *tree;
    size_t n;
    rs_id hashes[16];
} seen;

static rsift_status see(void *ctx, size_t member, rs_io_stream *stream, const rsift_error *why,
                        rsift_error *err)
{
    seen *s = ctx;
    rs_buf bytes = {0};
    (void)member;
    (void)err;
    assert_null(why);
    read_stream(stream, &bytes);
    assert_true(bytes.len > 60 && memcmp(bytes.ptr, "\x89PNG", 4) == 0);
    s->hashes[s->n++] = rs_hash128(bytes.ptr, bytes.len);
    rs_buf_fini(&bytes);
    return RSIFT_OK;
}

/* A visit gives what opening each by itself gives, over several columns, lists and row groups. */
static void check_visit(const char *name)
{
    rs_io_tree *tree = open_golden(name);
    size_t members[16], n = 0;
    for (size_t i = 0; i < rs_io_n_members(tree); i++)
        if (rs_io_member_at(tree, i)->is_picture) members[n++] = i;
    seen all = {.tree = tree}, one = {.tree = tree};
    assert_int_equal(rs_io_visit(tree, members, n, see, &all, NULL), RSIFT_OK);
    assert_int_equal(all.n, n);
    for (size_t i = n; i-- > 0;) {
        rs_io_stream *stream;
        assert_int_equal(rs_io_open(tree, members[i], &stream, NULL), RSIFT_OK);
        one.n = i;
        see(&one, members[i], stream, NULL, NULL);
        rs_io_close(stream);
    }
    for (size_t i = 0; i < n; i++) {
        assert_true(rs_id_eq(all.hashes[i], one.hashes[i]));
        if (i) assert_false(rs_id_eq(all.hashes[i], all.hashes[i - 1]));
    }
    rs_io_tree_close(tree);
}

static void pictures_read_in_turn_and_alone(void **state)
{
    static const char *const names[] = {"scenes", "questions", "changes",
                                        "talks",  "plain",     "archive.zip"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) check_visit(names[i]);
}

static void damage_is_told(void **state)
{
    (void)state;
    rs_io_tree *tree = open_golden("archive.zip");
    const size_t member = rs_io_find(tree, RS_STR("data/damaged-00000-of-00001.parquet"));
    rsift_error err = {0};
    rs_io_stream *stream;
    assert_int_equal(rs_io_n_notes(tree), 1);
    assert_string_equal(rs_io_note_at(tree, 0)->code, "archive-damaged");
    assert_int_equal(rs_io_open(tree, member, &stream, &err), RSIFT_E_FORMAT);
    assert_non_null(strstr(err.where, "damaged-00000-of-00001.parquet"));
    assert_null(strstr(err.message, "/proc/")); /* the descriptor means nothing to anybody */
    rs_io_tree_close(tree);
}

static void limits_hold(void **state)
{
    (void)state;
    char path[512];
    rsift_limits limits = rsift_limits_default();
    limits.max_members = 3;
    snprintf(path, sizeof path, "%s/tests/golden/own-parquet/in/scenes", source_dir());
    rs_io_tree *tree = open_with(path, &limits);
    assert_int_equal(rs_io_n_members(tree), 1);
    assert_string_equal(rs_io_note_at(tree, 0)->code, "archive-limit");
    rs_io_tree_close(tree);
}

/* A file cut short at any byte, and one of any byte changed, opens or is refused. */
static void any_cut_ends(void **state)
{
    (void)state;
    char path[512], name[] = "/tmp/rsift-columns-XXXXXX";
    snprintf(path, sizeof path, "%s/tests/golden/own-parquet/in/multi/" SCENES, source_dir());
    FILE *in = fopen(path, "rb");
    static char bytes[8192];
    assert_non_null(in);
    const size_t n = fread(bytes, 1, sizeof bytes, in);
    fclose(in);
    assert_non_null(mkdtemp(name));
    snprintf(path, sizeof path, "%s/x.parquet", name);
    for (size_t i = 4; i < n; i += 37) {
        FILE *out = fopen(path, "wb");
        fwrite(bytes, 1, i, out);
        fclose(out);
        rs_io_tree *tree = open_with(name, NULL);
        assert_int_equal(rs_io_n_members(tree), 1);
        assert_int_equal(rs_io_n_notes(tree), 1);
        rs_io_tree_close(tree);
    }
    unlink(path);
    rmdir(name);
}

/* Every allocation of ours fails once; it ends in an error and no leak, or succeeds. */
static void every_failed_allocation_is_told(void **state)
{
    (void)state;
    char path[512];
    snprintf(path, sizeof path, "%s/tests/golden/own-parquet/in/talks", source_dir());
    const rs_io_options options = {.rows = &rs_store_columns};
    rsift_status status = RSIFT_E_NOMEM;
    for (int64_t i = 1; status != RSIFT_OK; i++) {
        rs_io_tree *tree = NULL;
        assert_true(i < 1000);
        rs_alloc_fail_at(i);
        status = rs_io_tree_open(rs_str_of(path), &options, &tree, NULL);
        rs_alloc_fail_at(0);
        if (tree) {
            /* all of it, never a part of its pictures */
            assert_int_equal(rs_io_n_members(tree), 4);
            rs_io_tree_close(tree);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_json_lines),
        cmocka_unit_test(members_are_cells_in_row_order),
        cmocka_unit_test(pictures_read_in_turn_and_alone),
        cmocka_unit_test(damage_is_told),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(any_cut_ends),
        cmocka_unit_test(every_failed_allocation_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
