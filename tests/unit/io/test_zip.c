/* Zips: what is read, what is refused, and that no cut or lie does more than that. */
#include "support.h"

#define M(...) (&(zip_member){__VA_ARGS__})
#define N(array) (sizeof(array) / sizeof *(array))

static void write_zip(const char *name, const zip_member *members, size_t n)
{
    rs_buf buf = {0};
    zip_write(&buf, members, n, false, 0);
    write_buf(name, &buf);
    rs_buf_fini(&buf);
}

static void test_plain(void **state)
{
    (void)state;
    const zip_member members[] = {
        {.name = "ann/1.json", .bytes = "[1]", .n = 3, .method = 8},
        {.name = "empty.txt", .bytes = "", .n = 0},
        {.name = "dir/", .bytes = "", .n = 0},
        {.name = "a/late sizes.txt", .bytes = "later", .n = 5, .method = 8, .flags = 8},
        {.name = "stored", .bytes = "as it is", .n = 8},
    };
    write_zip("plain.zip", members, N(members));
    expect_listing("plain.zip",
                   "ann/1.json=[1]\nempty.txt=\na/late sizes.txt=later\nstored=as it is\n");
    rs_io_tree *tree = open_tree("plain.zip");
    const rs_io_member *m = rs_io_member_at(tree, 0);
    assert_string_equal(m->chain.ptr, "plain.zip > ann/1.json");
    assert_true(m->random);
    assert_int_equal(m->n_bytes, 3);
    assert_int_equal(rs_io_find(tree, RS_STR("stored")), 3);
    assert_int_equal(rs_io_find(tree, RS_STR("nothing")), RS_NPOS);
    assert_int_equal(rs_io_n_files(tree), 1);
    assert_string_equal(rs_io_file_at(tree, 0)->path.ptr, "plain.zip");
    rs_io_tree_close(tree);
}

static void test_zip64_and_prefix(void **state)
{
    (void)state;
    const zip_member members[] = {
        {.name = "a", .bytes = "first", .n = 5, .method = 8, .zip64 = true},
        {.name = "b", .bytes = "second", .n = 6, .zip64 = true},
    };
    for (int variant = 0; variant < 4; variant++) {
        rs_buf buf = {0};
        if (variant & 1) rs_buf_cstr(&buf, "#!/bin/sh a stub that offsets do not count\n");
        zip_write(&buf, members, N(members), variant & 2, buf.len);
        write_buf("64.zip", &buf);
        rs_buf_fini(&buf);
        expect_listing("64.zip", "a=first\nb=second\n");
    }
}

static void test_many_members(void **state)
{
    (void)state;
    enum { n = 70000 }; /* more than the 16-bit count holds */
    static char names[n][16];
    zip_member *members = calloc(n, sizeof *members);
    for (size_t i = 0; i < n; i++) {
        snprintf(names[i], sizeof names[i], "d/%zu.txt", i);
        members[i] = (zip_member){.name = names[i], .bytes = names[i], .n = 4};
    }
    write_zip("many.zip", members, n);
    free(members);
    rs_io_tree *tree = open_tree("many.zip");
    assert_int_equal(rs_io_n_members(tree), n);
    assert_int_equal(rs_io_find(tree, RS_STR("d/69999.txt")), 69999);
    rs_io_tree_close(tree);
}

static void test_names(void **state)
{
    (void)state;
    const zip_member members[] = {
        {.name = "../../etc/passwd", .bytes = "a", .n = 1},
        {.name = "/abs/x", .bytes = "b", .n = 1},
        {.name = "C:\\win\\y.txt", .bytes = "c", .n = 1},
        {.name = "\xd6\xd0\xce\xc4.txt", .bytes = "d", .n = 1}, /* GBK */
        {.name = "\xe4\xb8\xad.txt", .bytes = "e", .n = 1},     /* UTF-8, no flag */
        {.name = "old", .bytes = "f", .n = 1, .unicode = "\xc3\xa9t\xc3\xa9"},
        {.name = "../..", .bytes = "g", .n = 1},
        {.name = "a\x1b[2Jb", .bytes = "h", .n = 1},
    };
    write_zip("names.zip", members, N(members));
    expect_listing("names.zip",
                   "etc/passwd=a\nabs/x=b\nwin/y.txt=c\n%D6%D0%CE%C4.txt=d\n\xe4\xb8\xad.txt=e\n"
                   "\xc3\xa9t\xc3\xa9=f\na%1B[2Jb=h\n"
                   "! member-name names.zip > etc/passwd\n! member-name names.zip > abs/x\n"
                   "! member-name names.zip > win/y.txt\n"
                   "! member-name names.zip > %D6%D0%CE%C4.txt\n! member-name names.zip\n"
                   "! member-name names.zip > a%1B[2Jb\n");
}

static void test_repeats_and_links(void **state)
{
    (void)state;
    const zip_member members[] = {
        {.name = "a", .bytes = "old", .n = 3},
        {.name = "b", .bytes = "b", .n = 1},
        {.name = "a", .bytes = "new", .n = 3},
        {.name = "link", .bytes = "/etc/passwd", .n = 11, .mode = 0120777},
    };
    write_zip("repeats.zip", members, N(members));
    expect_listing("repeats.zip", "b=b\na=new\n! link-skipped repeats.zip > link\n"
                                  "! member-repeated repeats.zip > a\n");
}

static void test_unsupported(void **state)
{
    (void)state;
    const zip_member members[] = {
        {.name = "deflate64.txt", .bytes = "x", .n = 1, .method = 9},
        {.name = "secret.txt", .bytes = "x", .n = 1, .flags = 1},
        {.name = "fine.txt", .bytes = "x", .n = 1},
    };
    write_zip("methods.zip", members, N(members));
    rs_io_tree *tree = open_tree("methods.zip");
    rs_io_stream *stream;
    rsift_error err;
    assert_int_equal(rs_io_n_members(tree), 3);
    assert_int_equal(rs_io_n_notes(tree), 2);
    assert_string_equal(rs_io_note_at(tree, 0)->code, "member-unsupported");
    assert_int_equal(rs_io_open(tree, 0, &stream, &err), RSIFT_E_UNSUPPORTED);
    assert_null(stream);
    assert_string_equal(err.where, "methods.zip > deflate64.txt");
    assert_non_null(strstr(err.message, "7z"));
    rs_io_tree_close(tree);
}

static void test_lies(void **state)
{
    (void)state;
    rs_arena arena = {0};
    const zip_member members[] = {
        {.name = "longer", .bytes = "0123456789", .n = 10, .method = 8, .lie_n = (uint32_t)-4},
        {.name = "shorter", .bytes = "0123456789", .n = 10, .method = 8, .lie_n = 4},
        {.name = "crc", .bytes = "0123456789", .n = 10, .method = 8, .lie_crc = 1},
        {.name = "crc0", .bytes = "0123456789", .n = 10, .lie_crc = 1},
        {.name = "stored", .bytes = "0123456789", .n = 10, .lie_n = 1},
    };
    write_zip("lies.zip", members, N(members));
    rs_io_tree *tree = open_tree("lies.zip");
    for (size_t i = 0; i < N(members); i++) {
        rs_str bytes;
        rsift_error err;
        assert_int_equal(rs_io_slurp(tree, i, &arena, &bytes, &err), RSIFT_E_FORMAT);
        assert_non_null(strstr(err.where, members[i].name));
    }
    rs_io_tree_close(tree);
    rs_arena_fini(&arena);
}

static void test_overlap_and_bomb(void **state)
{
    (void)state;
    const zip_member overlap[] = {
        {.name = "a", .bytes = "same", .n = 4},
        {.name = "b", .bytes = "same", .n = 4, .at_previous = true},
    };
    write_zip("overlap.zip", overlap, N(overlap));
    expect_refusal("overlap.zip", RSIFT_E_FORMAT, "overlap.zip > byte 0 | two members overlap");
    const zip_member bomb[] = {
        {.name = "a", .bytes = "x", .n = 1, .method = 8, .lie_n = 0x7fffffff}};
    write_zip("bomb.zip", bomb, N(bomb));
    rs_io_tree *tree = open_tree("bomb.zip");
    rs_io_stream *stream;
    rsift_error err;
    assert_int_equal(rs_io_open(tree, 0, &stream, &err), RSIFT_E_LIMIT);
    assert_non_null(strstr(err.message, "max_ratio = 100"));
    rs_io_tree_close(tree);
}

static void test_limit_members(void **state)
{
    (void)state;
    const zip_member members[] = {{.name = "a", .bytes = "", .n = 0},
                                  {.name = "b", .bytes = "", .n = 0}};
    write_zip("two.zip", members, 2);
    rsift_limits limits = rsift_limits_default();
    limits.max_members = 1;
    rs_io_options options = {.limits = &limits};
    rs_io_tree *tree;
    rsift_error err;
    assert_int_equal(rs_io_tree_open(rs_str_of(in_root("two.zip")), &options, &tree, &err),
                     RSIFT_E_LIMIT);
    assert_non_null(strstr(err.message, "max_members"));
    assert_null(tree);
}

/* A member large enough to be decoded while it is read, stored and deflated. */
static void test_large(void **state)
{
    (void)state;
    enum { n = 9 * 1024 * 1024 + 17 };
    char *bytes = noise(n);
    const zip_member members[] = {
        {.name = "deflated", .bytes = bytes, .n = n, .method = 8},
        {.name = "stored", .bytes = bytes, .n = n},
        {.name = "shorter", .bytes = bytes, .n = n, .method = 8, .lie_n = 1},
        {.name = "longer", .bytes = bytes, .n = n, .method = 8, .lie_n = (uint32_t)-1},
    };
    write_zip("large.zip", members, N(members));
    rs_io_tree *tree = open_tree("large.zip");
    char *got = malloc(n + 1);
    for (size_t i = 0; i < N(members); i++) {
        rs_io_stream *stream;
        rsift_error err = {0};
        size_t done = 0, k = 1;
        assert_int_equal(rs_io_open(tree, i, &stream, NULL), RSIFT_OK);
        rsift_status status = RSIFT_OK;
        while (k > 0 && status == RSIFT_OK) {
            status = rs_io_read(stream, got + done, n + 1 - done < 77777 ? n + 1 - done : 77777, &k,
                                &err);
            done += k;
        }
        rs_io_close(stream);
        assert_int_equal(status, i < 2 ? RSIFT_OK : RSIFT_E_FORMAT);
        if (i < 2) assert_int_equal(done, n);
        if (i < 2) assert_memory_equal(got, bytes, n);
        else assert_non_null(strstr(err.where, " > byte 9"));
    }
    rs_io_tree_close(tree);
    free(got);
    free(bytes);
}

/* What a member gives: its bytes, or why not. */
typedef struct given {
    rsift_status status;
    rsift_error err;
    rs_id hash;
} given;

static void read_given(rs_io_stream *stream, given *g)
{
    char bytes[5000];
    rs_hasher h;
    rs_hash_start(&h);
    for (size_t got = 1; g->status == RSIFT_OK && got > 0;) {
        g->status = rs_io_read(stream, bytes, sizeof bytes, &got, &g->err);
        rs_hash_bytes(&h, bytes, got);
    }
    g->hash = rs_hash_end(&h);
}

typedef struct visit_check {
    const rs_io_tree *tree;
    size_t n, n_good;
} visit_check;

static rsift_status compare_given(void *ctx, size_t member, rs_io_stream *stream,
                                  const rsift_error *why, rsift_error *err)
{
    visit_check *c = ctx;
    given visited = {.status = stream ? RSIFT_OK : why->status}, opened = {0};
    rs_io_stream *alone;
    (void)err;
    if (stream) read_given(stream, &visited);
    else visited.err = *why;
    opened.status = rs_io_open(c->tree, member, &alone, &opened.err);
    if (opened.status == RSIFT_OK) read_given(alone, &opened);
    rs_io_close(alone);
    assert_int_equal(visited.status, opened.status);
    assert_string_equal(visited.err.where, opened.err.where);
    assert_string_equal(visited.err.message, opened.err.message);
    assert_true(rs_id_eq(visited.hash, opened.hash));
    c->n++;
    c->n_good += visited.status == RSIFT_OK;
    return RSIFT_OK;
}

/* Small members that stand together are read together, and give what each gives alone: whole,
 * damaged and cut short, all of them or every third. */
static void test_visit_reads_ahead(void **state)
{
    (void)state;
    enum { n = 90, largest = 2 * 1024 * 1024 };
    static const size_t sizes[] = {0, 1, 700, 900, 5000, 40000, 200000, largest};
    char *bytes = noise(largest);
    static char names[n][16];
    zip_member members[n];
    size_t list[n], n_good = 0;
    rs_buf buf = {0};
    for (size_t i = 0; i < n; i++) {
        snprintf(names[i], sizeof names[i], "%zu.bin", i);
        members[i] = (zip_member){.name = names[i],
                                  .bytes = bytes + i,
                                  .n = sizes[i * 7 % (i % 30 ? 7 : 8)],
                                  .method = i % 3 ? 8 : 0,
                                  .flags = i % 5 ? 0 : 8,
                                  .lie_crc = i % 11 == 10};
        if (members[i].n > largest - n) members[i].n -= n;
    }
    zip_write(&buf, members, n, false, 0);
    for (size_t damage = 0; damage < 40; damage++) {
        char *at = buf.ptr + (damage ? damage * 2477 * 31 % (buf.len - 9000) : 0), before = *at;
        if (damage) *at ^= 0x55;
        write_buf("ahead.zip", &buf);
        *at = before;
        rs_io_tree *tree = open_tree("ahead.zip");
        const size_t step = damage % 2 ? 3 : 1, n_listed = rs_io_n_members(tree);
        visit_check c = {.tree = tree};
        for (size_t i = 0; i < n_listed / step; i++) list[i] = i * step;
        assert_int_equal(rs_io_visit(tree, list, n_listed / step, compare_given, &c, NULL),
                         RSIFT_OK);
        assert_int_equal(c.n, n_listed / step);
        n_good += c.n_good;
        rs_io_tree_close(tree);
    }
    assert_true(n_good > 1500);
    rs_buf_fini(&buf);
    free(bytes);
}

/* Cut anywhere: an error that names the archive, or the whole archive. Never more. */
static void test_every_cut(void **state)
{
    (void)state;
    rs_buf buf = {0};
    const zip_member members[] = {
        {.name = "ann/1.json", .bytes = "[1, 2, 3, 4, 5, 6, 7]", .n = 21, .method = 8},
        {.name = "b.txt", .bytes = "second", .n = 6},
    };
    zip_write(&buf, members, N(members), true, 0);
    for (size_t cut = 0; cut < buf.len; cut++) {
        write_file("cut.zip", buf.ptr, cut);
        expect_refusal("cut.zip", RSIFT_E_FORMAT, "cut.zip");
    }
    rs_buf_fini(&buf);
}

/* Each byte set to other values: opens or refuses, reads or fails, and ends. */
static void test_every_flip(void **state)
{
    (void)state;
    rs_buf buf = {0};
    rs_arena arena = {0};
    const zip_member members[] = {
        {.name = "a.json", .bytes = "[1, 2, 3, 3, 3, 3, 3]", .n = 21, .method = 8},
        {.name = "in.zip", .bytes = "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", .n = 22},
    };
    zip_write(&buf, members, N(members), false, 0);
    for (size_t i = 0; i < buf.len; i++) {
        for (int v = 0; v < 3; v++) {
            char before = buf.ptr[i];
            buf.ptr[i] = (char)(v == 0 ? 0 : v == 1 ? 255 : before ^ 1);
            write_buf("flip.zip", &buf);
            buf.ptr[i] = before;
            rs_io_tree *tree;
            if (rs_io_tree_open(rs_str_of(in_root("flip.zip")), NULL, &tree, NULL) != RSIFT_OK)
                continue;
            listing(tree, &arena);
            rs_io_tree_close(tree);
            rs_arena_reset(&arena);
        }
    }
    rs_arena_fini(&arena);
    rs_buf_fini(&buf);
}

static void test_nested(void **state)
{
    (void)state;
    rs_buf inner = {0}, outer = {0};
    const zip_member in[] = {{.name = "x/1.txt", .bytes = "one", .n = 3, .method = 8}};
    zip_write(&inner, in, 1, false, 0);
    const zip_member out[] = {
        {.name = "first.txt", .bytes = "1st", .n = 3},
        {.name = "ucm/stored.zip", .bytes = inner.ptr, .n = inner.len},
        {.name = "ucm/deflated.zip", .bytes = inner.ptr, .n = inner.len, .method = 8},
        {.name = "page.zip", .bytes = "<html>", .n = 6},
        {.name = "last.txt", .bytes = "end", .n = 3},
    };
    make_dir("nest/sub");
    zip_write(&outer, out, N(out), false, 0);
    write_buf("nest/sub/outer.zip", &outer);
    expect_listing("nest", "sub/first.txt=1st\nsub/ucm/x/1.txt=one\nsub/ucm/x/1.txt=one\n"
                           "sub/page.zip=<html>\nsub/last.txt=end\n"
                           "! archive-damaged sub/outer.zip > page.zip\n"
                           "! member-repeated sub/outer.zip > ucm/deflated.zip > x/1.txt\n");
    rs_buf_fini(&inner);
    rs_buf_fini(&outer);
}

static void test_too_deep(void **state)
{
    (void)state;
    rs_buf now = {0};
    const zip_member leaf[] = {{.name = "leaf.txt", .bytes = "leaf", .n = 4}};
    zip_write(&now, leaf, 1, false, 0);
    for (int i = 0; i < 5; i++) {
        rs_buf next = {0};
        const zip_member m[] = {
            {.name = "in.zip", .bytes = now.ptr, .n = now.len, .method = i % 2 ? 8 : 0}};
        zip_write(&next, m, 1, false, 0);
        rs_buf_fini(&now);
        now = next;
    }
    write_buf("deep.zip", &now);
    rs_buf_fini(&now);
    rs_io_tree *tree = open_tree("deep.zip");
    assert_int_equal(rs_io_n_members(tree), 1);
    assert_string_equal(rs_io_member_at(tree, 0)->path.ptr, "in.zip");
    assert_int_equal(rs_io_n_notes(tree), 1);
    assert_string_equal(rs_io_note_at(tree, 0)->code, "archive-limit");
    rs_io_tree_close(tree);
}

static void test_damaged_in_folder(void **state)
{
    (void)state;
    make_dir("dam");
    write_text("dam/a.zip", "PK\3\4 and nothing more");
    write_text("dam/b.zip", "");
    write_text("dam/c.docx", "PK\3\4");
    expect_listing("dam", "a.zip=PK\3\4 and nothing more\nb.zip=\nc.docx=PK\3\4\n"
                          "! archive-damaged a.zip\n! archive-damaged b.zip\n");
}

static void test_out_of_memory(void **state)
{
    (void)state;
    rs_buf inner = {0}, outer = {0};
    const zip_member in[] = {{.name = "1.txt", .bytes = "one", .n = 3, .method = 8}};
    zip_write(&inner, in, 1, false, 0);
    const zip_member out[] = {
        {.name = "a.txt", .bytes = "aaa", .n = 3, .method = 8},
        {.name = "../odd", .bytes = "b", .n = 1},
        {.name = "in.zip", .bytes = inner.ptr, .n = inner.len, .method = 8},
    };
    zip_write(&outer, out, N(out), false, 0);
    write_buf("oom.zip", &outer);
    rs_buf_fini(&inner);
    rs_buf_fini(&outer);
    rs_str path = rs_str_of(in_root("oom.zip"));
    for (int64_t at = 1; at < 1000; at++) {
        rs_arena arena = {0};
        rs_io_tree *tree = NULL;
        rs_str bytes = {NULL, 0};
        rsift_error err = {0};
        rs_alloc_fail_at(at);
        rsift_status status = rs_io_tree_open(path, NULL, &tree, &err);
        if (status == RSIFT_OK) status = rs_io_slurp(tree, 2, &arena, &bytes, &err);
        rs_alloc_fail_at(0);
        bool done = status == RSIFT_OK;
        if (done) assert_string_equal(bytes.ptr, "one");
        else assert_int_equal(status, RSIFT_E_NOMEM);
        rs_io_tree_close(tree);
        rs_arena_fini(&arena);
        if (done) {
            assert_true(at > 10);
            return;
        }
    }
    fail_msg("never succeeds");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_zip64_and_prefix),
        cmocka_unit_test(test_many_members),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_repeats_and_links),
        cmocka_unit_test(test_unsupported),
        cmocka_unit_test(test_lies),
        cmocka_unit_test(test_overlap_and_bomb),
        cmocka_unit_test(test_limit_members),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_visit_reads_ahead),
        cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_every_flip),
        cmocka_unit_test(test_nested),
        cmocka_unit_test(test_too_deep),
        cmocka_unit_test(test_damaged_in_folder),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, make_root, drop_root);
}
