/* Tars and the archives that are read from the start; visits; the same members whatever the
 * container. Archives are written by libarchive, which is not the reader of plain tars and zips. */
#include "support.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <pthread.h>

typedef struct content {
    const char *name;
    const char *bytes;
} content;

static const content three[] = {
    {"ann/1.json", "[1]"},
    {"img/\xe4\xb8\xad.png", "not really a picture"},
    {"empty", ""},
};

typedef enum form { TAR, TAR_GZ, TAR_XZ, TAR_ZST, TAR_BZ2, SEVEN, ZIP, GNU_TAR, N_FORMS } form;

static const char *const form_ends[] = {".tar",     ".tar.gz", ".tar.xz", ".tar.zst",
                                        ".tar.bz2", ".7z",     ".zip",    ".gnu.tar"};

static void set_form(struct archive *a, form how)
{
    if (how == SEVEN) archive_write_set_format_7zip(a);
    else if (how == ZIP) archive_write_set_format_zip(a);
    else if (how == GNU_TAR) archive_write_set_format_gnutar(a);
    else archive_write_set_format_pax_restricted(a);
    if (how == TAR_GZ) archive_write_add_filter_gzip(a);
    if (how == TAR_XZ) archive_write_add_filter_xz(a);
    if (how == TAR_ZST) archive_write_add_filter_zstd(a);
    if (how == TAR_BZ2) archive_write_add_filter_bzip2(a);
}

static void write_archive(const char *name, form how, const content *members, size_t n)
{
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = uselocale(utf8);
    struct archive *a = archive_write_new();
    set_form(a, how);
    assert_int_equal(archive_write_open_filename(a, in_root(name)), ARCHIVE_OK);
    for (size_t i = 0; i < n; i++) {
        struct archive_entry *e = archive_entry_new();
        size_t n_bytes = rs_str_of(members[i].bytes).len;
        archive_entry_set_pathname(e, members[i].name);
        archive_entry_set_size(e, (la_int64_t)n_bytes);
        archive_entry_set_filetype(e, AE_IFREG);
        archive_entry_set_perm(e, 0644);
        assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
        assert_int_equal(archive_write_data(a, members[i].bytes, n_bytes), n_bytes);
        archive_entry_free(e);
    }
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    archive_write_free(a);
    uselocale(before);
    freelocale(utf8);
}

static void test_every_container(void **state)
{
    (void)state;
    for (form how = 0; how < N_FORMS; how++) {
        char name[64];
        snprintf(name, sizeof name, "every%s", form_ends[how]);
        write_archive(name, how, three, 3);
        expect_listing(name,
                       how == SEVEN
                           /* 7-Zip keeps empty files behind the others */
                           ? "ann/1.json=[1]\nimg/\xe4\xb8\xad.png=not really a picture\nempty=\n"
                           : "ann/1.json=[1]\nimg/\xe4\xb8\xad.png=not really a picture\nempty=\n");
        rs_io_tree *tree = open_tree(name);
        bool random = how == TAR || how == ZIP || how == GNU_TAR;
        assert_int_equal(rs_io_member_at(tree, 0)->random, random);
        rs_io_tree_close(tree);
    }
}

static void test_long_names(void **state)
{
    (void)state;
    char name[700];
    snprintf(name, sizeof name, "%0150d/%0160d/%0300d.txt", 1, 2, 3);
    const content members[] = {{name, "long"}, {"short", "s"}};
    write_archive("long.tar", TAR, members, 2);
    write_archive("long.gnu.tar", GNU_TAR, members, 2);
    for (int i = 0; i < 2; i++) {
        rs_arena arena = {0};
        rs_io_tree *tree = open_tree(i ? "long.gnu.tar" : "long.tar");
        assert_int_equal(rs_io_n_members(tree), 2);
        assert_string_equal(rs_io_member_at(tree, 0)->path.ptr, name);
        assert_string_equal(contents(tree, 0, &arena), "long");
        assert_string_equal(rs_io_member_at(tree, 1)->path.ptr, "short");
        rs_io_tree_close(tree);
        rs_arena_fini(&arena);
    }
}

static void test_tar_kinds(void **state)
{
    (void)state;
    rs_buf buf = {0};
    tar_add(&buf, "dir/", '5', "", 0);
    tar_add(&buf, "../up.txt", '0', "up", 2);
    tar_add(&buf, "link", '2', "", 0);
    tar_add(&buf, "sparse", 'S', "s", 1);
    tar_add(&buf, "global", 'g', "30 comment=unimportant things\n", 30);
    tar_add(&buf, "PaxHeader", 'x',
            "20 path=d/\xff"
            "name.txt\n",
            20);
    tar_add(&buf, "cut", '0', "pax", 3);
    tar_add(&buf, "dup", '0', "1", 1);
    tar_add(&buf, "dup", '0', "2", 1);
    tar_end(&buf);
    write_buf("kinds.tar", &buf);
    rs_buf_fini(&buf);
    expect_listing("kinds.tar",
                   "up.txt=up\nd/%FFname.txt=pax\ndup=2\n"
                   "! member-name kinds.tar > up.txt\n! link-skipped kinds.tar > link\n"
                   "! member-unsupported kinds.tar > sparse\n"
                   "! member-name kinds.tar > d/%FFname.txt\n"
                   "! member-repeated kinds.tar > dup\n");
}

/* WebDataset's tars count their samples from 0 in each: their members get the tars' folders, and so
 * do those of flat tars beside them. */
static void test_tar_shards(void **state)
{
    (void)state;
    rs_buf buf = {0};
    make_dir("wds/val");
    tar_add(&buf, "0.txt", '0', "a", 1);
    tar_add(&buf, "0.txt", '0', "b", 1);
    tar_end(&buf);
    write_buf("wds/s-0.tar", &buf);
    buf.len = 0;
    tar_add(&buf, "0.txt", '0', "c", 1);
    tar_add(&buf, "1.txt", '0', "d", 1);
    tar_add(&buf, "0.txt", '0', "h", 1);
    tar_end(&buf);
    write_buf("wds/s-1.tar", &buf);
    buf.len = 0;
    tar_add(&buf, "0.txt", '0', "e", 1);
    tar_end(&buf);
    write_buf("wds/val/s-2.tar", &buf);
    buf.len = 0;
    tar_add(&buf, "deep/0.txt", '0', "f", 1);
    tar_end(&buf);
    write_buf("wds/val/other.tar", &buf);
    rs_buf_fini(&buf);
    expect_listing("wds", "s-0/0.txt=b\ns-1/1.txt=d\ns-1/0.txt=h\nval/deep/0.txt=f\n"
                          "val/s-2/0.txt=e\n! member-repeated s-0.tar > 0.txt\n"
                          "! member-repeated s-1.tar > 0.txt\n");
    expect_listing("wds/val", "deep/0.txt=f\n0.txt=e\n");
}

static void test_tar_cuts(void **state)
{
    (void)state;
    rs_buf buf = {0};
    rs_arena arena = {0};
    tar_add(&buf, "a", '0', "first", 5);
    tar_add(&buf, "b", '0', "second", 6);
    tar_end(&buf);
    make_dir("tarcut");
    for (size_t cut = 0; cut <= buf.len; cut += cut % 512 < 20 ? 1 : 41) {
        write_file("tarcut/x.tar", buf.ptr, cut);
        rs_io_tree *tree = open_tree("tarcut");
        const char *text = listing(tree, &arena);
        /* a: header 0, data 512..517; b: header 1024, data 1536..1542; zeros from 2048 */
        bool has_a = cut >= 517, has_b = cut >= 1542;
        bool clean = cut >= 2560;
        char want[128];
        snprintf(want, sizeof want, "%s%s%s", has_a ? "a=first\n" : "", has_b ? "b=second\n" : "",
                 clean ? "" : "! archive-damaged x.tar\n");
        if (has_a) assert_string_equal(text, want);
        else assert_non_null(strstr(text, "! archive-damaged x.tar\n"));
        rs_io_tree_close(tree);
        rs_arena_reset(&arena);
    }
    rs_arena_fini(&arena);
    write_file("short.tar", buf.ptr, 1540);
    rs_buf_fini(&buf);
    expect_refusal("short.tar", RSIFT_E_FORMAT, "short.tar > byte 1024 | cut short");
}

/* Cut short, a compressed tar keeps the members that are whole and says what happened. */
static void test_packed_cuts(void **state)
{
    (void)state;
    static char bytes[4096];
    make_dir("gzcut");
    write_archive("whole.tar.gz", TAR_GZ, three, 3);
    FILE *in = fopen(in_root("whole.tar.gz"), "rb");
    size_t n = fread(bytes, 1, sizeof bytes, in);
    fclose(in);
    for (size_t cut = 0; cut < n; cut++) {
        rs_arena arena = {0};
        write_file("gzcut/x.tar.gz", bytes, cut);
        rs_io_tree *tree = open_tree("gzcut");
        listing(tree, &arena);
        if (cut < n - 8) assert_true(rs_io_n_notes(tree) > 0);
        rs_io_tree_close(tree);
        rs_arena_fini(&arena);
    }
    write_file("cut.tar.gz", bytes, n / 2);
    expect_refusal("cut.tar.gz", RSIFT_E_FORMAT, "cut.tar.gz > byte");
    write_text("web.tar.gz", "<html>");
    expect_refusal("web.tar.gz", RSIFT_E_FORMAT, "web.tar.gz | not an archive");
}

static void read_whole(const char *name, rs_buf *out)
{
    FILE *in = fopen(in_root(name), "rb");
    assert_non_null(in);
    assert_true(rs_buf_reserve(out, 1 << 20));
    out->len += fread(out->ptr + out->len, 1, out->cap - out->len, in);
    fclose(in);
}

static void test_nested(void **state)
{
    (void)state;
    rs_buf inner = {0}, outer = {0}, zip = {0};
    write_archive("in.7z", SEVEN, three, 3);
    read_whole("in.7z", &inner);
    tar_add(&outer, "before.txt", '0', "b", 1);
    tar_add(&outer, "deep/in.7z", '0', inner.ptr, inner.len);
    tar_add(&outer, "after.txt", '0', "a", 1);
    tar_end(&outer);
    make_dir("nested");
    const zip_member members[] = {
        {.name = "t/in.tar", .bytes = outer.ptr, .n = outer.len, .method = 8}};
    zip_write(&zip, members, 1, false, 0);
    write_buf("nested/all.zip", &zip);
    expect_listing("nested", "t/before.txt=b\nt/deep/ann/1.json=[1]\n"
                             "t/deep/img/\xe4\xb8\xad.png=not really a picture\nt/deep/empty=\n"
                             "t/after.txt=a\n");
    rs_io_tree *tree = open_tree("nested");
    assert_string_equal(rs_io_member_at(tree, 1)->chain.ptr,
                        "all.zip > t/in.tar > deep/in.7z > ann/1.json");
    rs_io_tree_close(tree);
    rs_buf_fini(&inner);
    rs_buf_fini(&outer);
    rs_buf_fini(&zip);
}

static void test_single_compressed(void **state)
{
    (void)state;
    struct archive *a = archive_write_new();
    archive_write_set_format_raw(a);
    archive_write_add_filter_gzip(a);
    make_dir("raw/d");
    assert_int_equal(archive_write_open_filename(a, in_root("raw/d/ann.json.gz")), ARCHIVE_OK);
    struct archive_entry *e = archive_entry_new();
    archive_entry_set_filetype(e, AE_IFREG);
    assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
    assert_int_equal(archive_write_data(a, "[1, 2]", 6), 6);
    archive_entry_free(e);
    archive_write_free(a);
    expect_listing("raw", "d/ann.json=[1, 2]\n");
    rs_io_tree *tree = open_tree("raw");
    assert_int_equal(rs_io_member_at(tree, 0)->n_bytes, -1);
    assert_string_equal(rs_io_member_at(tree, 0)->chain.ptr, "d/ann.json.gz > ann.json");
    rs_io_tree_close(tree);
}

/* Visits ---- */

typedef struct seen {
    rs_buf text;
    size_t n;
    bool skip_reading;
    size_t stop_at;
} seen;

static rsift_status see(void *ctx, size_t member, rs_io_stream *stream, const rsift_error *why,
                        rsift_error *err)
{
    seen *s = ctx;
    char bytes[8];
    size_t got = 1;
    if (s->stop_at && s->n == s->stop_at) return rs_err_set(err, RSIFT_E_CANCELLED, "enough");
    s->n++;
    rs_buf_printf(&s->text, "%zu:", member);
    if (!stream) rs_buf_printf(&s->text, "(%s)", why->message);
    while (stream && got > 0 && !s->skip_reading) {
        RS_TRY(rs_io_read(stream, bytes, sizeof bytes, &got, err));
        rs_buf_add(&s->text, bytes, got);
    }
    rs_buf_char(&s->text, '\n');
    return RSIFT_OK;
}

static void test_visit(void **state)
{
    (void)state;
    rs_buf inner = {0}, outer = {0};
    write_archive("v-in.tar.gz", TAR_GZ, three, 3);
    read_whole("v-in.tar.gz", &inner);
    tar_add(&outer, "0", '0', "zero", 4);
    tar_add(&outer, "x.tar.gz", '0', inner.ptr, inner.len);
    tar_add(&outer, "4", '0', "a text of more than eight bytes", 31);
    tar_end(&outer);
    make_dir("visit");
    write_buf("v.tar", &outer);
    /* the outer one sequential too: tar in gz by libarchive's raw writer */
    struct archive *a = archive_write_new();
    archive_write_set_format_raw(a);
    archive_write_add_filter_gzip(a);
    assert_int_equal(archive_write_open_filename(a, in_root("visit/o.tgz")), ARCHIVE_OK);
    struct archive_entry *e = archive_entry_new();
    archive_entry_set_filetype(e, AE_IFREG);
    archive_write_header(a, e);
    archive_write_data(a, outer.ptr, outer.len);
    archive_entry_free(e);
    archive_write_free(a);
    write_text("visit/p.txt", "loose");
    write_text("visit/q.txt", "gone");
    rs_io_tree *tree = open_tree("visit");
    assert_int_equal(rs_io_n_members(tree), 7);
    unlink(in_root("visit/q.txt"));
    const size_t all[] = {0, 1, 2, 3, 4, 5, 6}, some[] = {1, 4, 5};
    seen s = {0};
    assert_int_equal(rs_io_visit(tree, all, 7, see, &s, NULL), RSIFT_OK);
    rs_buf_char(&s.text, 0);
    assert_string_equal(s.text.ptr,
                        "0:zero\n1:[1]\n2:not really a picture\n3:\n4:a text of more than eight "
                        "bytes\n5:loose\n6:(cannot open the file: No such file or directory)\n");
    s.text.len = 0;
    assert_int_equal(rs_io_visit(tree, some, 3, see, &s, NULL), RSIFT_OK);
    rs_buf_char(&s.text, 0);
    assert_string_equal(s.text.ptr, "1:[1]\n4:a text of more than eight bytes\n5:loose\n");
    s = (seen){.text = s.text, .skip_reading = true, .stop_at = 3};
    s.text.len = 0;
    rsift_error err;
    assert_int_equal(rs_io_visit(tree, all, 7, see, &s, &err), RSIFT_E_CANCELLED);
    assert_int_equal(s.n, 3);
    rs_buf_fini(&s.text);
    rs_io_tree_close(tree);
    rs_buf_fini(&inner);
    rs_buf_fini(&outer);
}

/* Random access gives the same bytes in place, from memory and from a temporary file. */
static void test_random(void **state)
{
    (void)state;
    enum { n = 1200 * 1024 + 5 };
    char *big = noise(n);
    const content members[] = {{"small", "0123456789"}, {"big", big}};
    for (form how = 0; how < N_FORMS; how++) {
        char name[64], got[16];
        snprintf(name, sizeof name, "random%s", form_ends[how]);
        write_archive(name, how, members, 2);
        rs_io_tree *tree = open_tree(name);
        for (size_t i = 0; i < 2; i++) {
            rs_io_random *r;
            rsift_error err = {0};
            int64_t size = i ? n : 10;
            assert_int_equal(rs_io_random_open(tree, i, &r, &err), RSIFT_OK);
            assert_int_equal(rs_io_random_size(r), size);
            assert_int_equal(rs_io_random_read(r, size - 4, got, 4, &err), RSIFT_OK);
            assert_memory_equal(got, members[i].bytes + size - 4, 4);
            assert_int_equal(rs_io_random_read(r, 3, got, 5, &err), RSIFT_OK);
            assert_memory_equal(got, members[i].bytes + 3, 5);
            assert_int_equal(rs_io_random_read(r, size - 4, got, 5, &err), RSIFT_E_FORMAT);
            assert_int_equal(rs_io_random_read(r, -1, got, 1, &err), RSIFT_E_FORMAT);
            rs_io_random_close(r);
        }
        rs_io_tree_close(tree);
    }
    free(big);
}

/* Threads ---- */

typedef struct reader {
    const rs_io_tree *tree;
    size_t first;
    uint64_t hash;
    bool failed;
} reader;

static void *read_members(void *ctx)
{
    reader *r = ctx;
    size_t n = rs_io_n_members(r->tree);
    for (size_t k = 0; k < n; k++) {
        size_t i = (k + r->first) % n;
        rs_arena arena = {0};
        rs_str bytes;
        if (rs_io_slurp(r->tree, i, &arena, &bytes, NULL) != RSIFT_OK) r->failed = true;
        else r->hash += rs_hash64(bytes.ptr, bytes.len) * (i + 1);
        rs_arena_fini(&arena);
    }
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    enum { n_threads = 4, n_each = 40 };
    static char names[n_each][16];
    content members[n_each];
    char *big = noise(20000);
    for (size_t i = 0; i < n_each; i++) {
        snprintf(names[i], sizeof names[i], "%02zu.txt", i);
        members[i] = (content){names[i], big + i * 400};
    }
    make_dir("threads");
    write_archive("threads/a.zip", ZIP, members, n_each);
    write_archive("threads/b.tar", TAR, members, n_each);
    write_archive("threads/c.tar.gz", TAR_GZ, members, 5);
    rs_io_tree *tree = open_tree("threads");
    reader readers[n_threads];
    pthread_t threads[n_threads];
    for (size_t i = 0; i < n_threads; i++) {
        readers[i] = (reader){.tree = tree, .first = i * 17};
        assert_int_equal(pthread_create(&threads[i], NULL, read_members, &readers[i]), 0);
    }
    for (size_t i = 0; i < n_threads; i++) pthread_join(threads[i], NULL);
    for (size_t i = 0; i < n_threads; i++) {
        assert_false(readers[i].failed);
        assert_true(readers[i].hash == readers[0].hash);
    }
    rs_io_tree_close(tree);
    free(big);
}

/* More archives than descriptors that are kept open. */
static void test_many_archives(void **state)
{
    (void)state;
    rs_buf buf = {0};
    rs_arena arena = {0};
    tar_add(&buf, "x", '0', "x", 1);
    tar_end(&buf);
    make_dir("shards");
    for (int i = 0; i < 1500; i++) {
        char name[64];
        snprintf(name, sizeof name, "shards/%04d.tar", i);
        write_buf(name, &buf);
    }
    rs_buf_fini(&buf);
    rs_io_tree *tree = open_tree("shards");
    assert_int_equal(rs_io_n_members(tree), 1500);
    for (size_t i = 0; i < 1500; i++) assert_string_equal(contents(tree, i, &arena), "x");
    rs_io_tree_close(tree);
    rs_arena_fini(&arena);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    make_dir("oom");
    write_archive("oom/a.tar.gz", TAR_GZ, three, 3);
    write_archive("oom/b.tar", TAR, three, 3);
    write_text("oom/c.zip.partaa", "PK");
    write_text("oom/d.txt", "d");
    rs_str path = rs_str_of(in_root("oom"));
    for (int64_t at = 1; at < 1000; at++) {
        rs_arena arena = {0};
        rs_io_tree *tree = NULL;
        rsift_error err = {0};
        seen s = {.skip_reading = true};
        const size_t some[] = {0, 3, 5, 6, 7};
        rs_alloc_fail_at(at);
        rsift_status status = rs_io_tree_open(path, NULL, &tree, &err);
        if (status == RSIFT_OK) status = rs_io_visit(tree, some, 5, see, &s, &err);
        rs_io_random *r = NULL;
        if (status == RSIFT_OK) status = rs_io_random_open(tree, 0, &r, &err);
        rs_alloc_fail_at(0);
        rs_io_random_close(r);
        bool done = status == RSIFT_OK && !s.text.failed;
        if (status != RSIFT_OK) assert_int_equal(status, RSIFT_E_NOMEM);
        rs_buf_fini(&s.text);
        rs_io_tree_close(tree);
        rs_arena_fini(&arena);
        if (done) return;
    }
    fail_msg("never succeeds");
}

/* A real rar of a release, read where it lies. */
static void test_real_samples(void **state)
{
    (void)state;
    const char *samples = getenv("RSIFT_SAMPLES");
    static const struct {
        const char *name;
        size_t at_least;
    } cases[] = {
        {"rsicd/txtclasses_rsicd.rar", 30},
        {"images-dior/dior-annotations-full.tar.xz", 46000},
        {"images-ucmerced/UCMerced_LandUse_jpeg.zip", 1000},
    };
    bool any = false;
    for (size_t i = 0; samples && i < sizeof cases / sizeof *cases; i++) {
        char path[1024];
        rs_io_tree *tree;
        rsift_error err = {0};
        snprintf(path, sizeof path, "%s/%s", samples, cases[i].name);
        if (access(path, R_OK) != 0) {
            print_message("not there, left out: %s\n", path);
            continue;
        }
        any = true;
        if (rs_io_tree_open(rs_str_of(path), NULL, &tree, &err) != RSIFT_OK)
            fail_msg("%s: %s", path, told(&err));
        size_t n = rs_io_n_members(tree);
        assert_true(n >= cases[i].at_least);
        size_t *members = malloc(n * sizeof *members);
        for (size_t k = 0; k < n; k++) members[k] = k;
        seen s = {0};
        rsift_status status = rs_io_visit(tree, members, n, see, &s, &err);
        if (status != RSIFT_OK) fail_msg("%s: %s", path, told(&err));
        assert_int_equal(s.n, n);
        assert_true(s.text.len > n * 10);
        free(members);
        rs_buf_fini(&s.text);
        rs_io_tree_close(tree);
    }
    if (any) return;
    print_message("skipped: no release samples at RSIFT_SAMPLES\n");
    skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_container), cmocka_unit_test(test_long_names),
        cmocka_unit_test(test_tar_kinds),       cmocka_unit_test(test_tar_shards),
        cmocka_unit_test(test_tar_cuts),        cmocka_unit_test(test_packed_cuts),
        cmocka_unit_test(test_nested),          cmocka_unit_test(test_single_compressed),
        cmocka_unit_test(test_visit),           cmocka_unit_test(test_random),
        cmocka_unit_test(test_threads),         cmocka_unit_test(test_many_archives),
        cmocka_unit_test(test_out_of_memory),   cmocka_unit_test(test_real_samples),
    };
    return cmocka_run_group_tests(tests, make_root, drop_root);
}
