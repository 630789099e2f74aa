/* One picture: its end mark is found whatever the sizes of the reads and of the last read; its size
 * does not depend on how much of it is read; errors late in it leave the header known. */
#include "index/picture.h"

#include "index_help.h"

/* A picture in memory, given out in reads of at most `most` bytes, failing at `fail_at`. */
typedef struct fake {
    const char *bytes;
    size_t n, at, most, fail_at;
    size_t n_reads;
} fake;

static rsift_status read_fake(void *ctx, void *dst, size_t n, size_t *got, rsift_error *err)
{
    fake *f = ctx;
    f->n_reads++;
    if (f->fail_at && f->at >= f->fail_at) return rs_err_set(err, RSIFT_E_FORMAT, "planted");
    size_t left = f->n - f->at;
    if (n > left) n = left;
    if (f->most && n > f->most) n = f->most;
    if (f->fail_at && n > f->fail_at - f->at) n = f->fail_at - f->at;
    memcpy(dst, f->bytes + f->at, n);
    f->at += n;
    *got = n;
    return RSIFT_OK;
}

typedef struct world {
    char dir[64], path[128];
    rsift_limits limits;
    rs_io_tree *tree;
    char *bytes, *buf;
} world;

enum { MOST = RS_INDEX_PICTURE_BUFFER + (4 << 16) };

/* A JPEG head and coded data without any mark; its end is set by the test. */
static world make_world(void)
{
    world w = {.limits = rsift_limits_default()};
    w.bytes = rs_alloc(MOST);
    w.buf = rs_alloc(RS_INDEX_PICTURE_BUFFER);
    assert_non_null(w.bytes);
    assert_non_null(w.buf);
    memset(w.bytes, 0x55, MOST);
    memcpy(w.bytes, jpeg_head, JPEG_HEAD);
    fresh_folder(w.dir);
    write_file(w.dir, "a.jpg", rs_str_make(w.bytes, MOST));
    snprintf(w.path, sizeof w.path, "%s/a.jpg", w.dir);
    w.tree = open_tree(w.path, &w.limits);
    return w;
}

static void free_world(world *w)
{
    rs_io_tree_close(w->tree);
    remove_folder(w->dir);
    rs_free(w->bytes);
    rs_free(w->buf);
}

static rs_index_picture read_one(world *w, size_t n, size_t most, rs_index_reading mode)
{
    fake f = {.bytes = w->bytes, .n = n, .most = most};
    rs_index_picture out;
    rs_index_picture_read(w->tree, 0, (rs_byte_source){read_fake, &f}, mode, w->buf, &out);
    return out;
}

/* With the mark: complete; without: truncated. */
static void check_both(world *w, size_t n, size_t most)
{
    char kept[2];
    memcpy(kept, w->bytes + n - 2, 2);
    memcpy(w->bytes + n - 2, "\xff\xd9", 2);
    rs_index_picture r = read_one(w, n, most, RS_INDEX_ALL_BYTES);
    if (r.status != RSIFT_OK || r.extent != RS_IMAGE_COMPLETE)
        fail_msg("%zu bytes in reads of %zu: status %d, extent %d", n, most, r.status, r.extent);
    assert_int_equal(r.n_bytes, n);
    assert_true(r.has_hash);
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_bytes(&h, w->bytes, n);
    assert_true(rs_id_eq(r.hash, rs_hash_end(&h)));
    memcpy(w->bytes + n - 2, kept, 2);
    r = read_one(w, n, most, RS_INDEX_ALL_BYTES);
    assert_int_equal(r.extent, RS_IMAGE_TRUNCATED);
}

static void test_read_sizes(void **state)
{
    (void)state;
    world w = make_world();
    const size_t large = RS_INDEX_PICTURE_BUFFER;
    /* a last read of 1, 2, ... bytes behind a full buffer, and around the window that is kept */
    for (size_t more = 0; more < 6; more++) check_both(&w, large + more, 0);
    check_both(&w, large + 3 * (64 << 10) + 1, 64 << 10); /* of issue 7 */
    for (size_t more = 1; more < 4; more++) check_both(&w, large + more * (64 << 10) + 1, 0);
    static const size_t reads[] = {1, 7, 1023, 1024, 1025, 4095, 4096, 65535, 65536, 65537, 999983};
    for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
        check_both(&w, large + 1, reads[i]);
        check_both(&w, large + 65537, reads[i]);
        check_both(&w, 70000, reads[i]);
    }
    /* every size of the reads of a small picture */
    for (size_t most = 1; most <= 300; most++) check_both(&w, 300, most);
    for (size_t n = JPEG_HEAD + 2; n < 300; n++) check_both(&w, n, 0);
    free_world(&w);
}

static void test_modes_agree(void **state)
{
    (void)state;
    world w = make_world();
    static const rs_index_reading modes[] = {RS_INDEX_ALL_BYTES, RS_INDEX_HEADER, RS_INDEX_SIZE};
    for (size_t i = 0; i < 3; i++) {
        rs_index_picture r = read_one(&w, MOST, 0, modes[i]);
        assert_int_equal(r.status, RSIFT_OK);
        assert_int_equal(r.info.width, 16);
        assert_int_equal(r.info.height, 8);
        assert_int_equal(r.has_hash, i == 0);
    }
    free_world(&w);
}

/* The file on disk, by its own stream: the header and the end are read and not what is between. */
static void test_header_only(void **state)
{
    (void)state;
    world w = make_world();
    rs_index_picture r;
    rs_index_picture_open(w.tree, 0, RS_INDEX_HEADER, w.buf, &r);
    assert_int_equal(r.status, RSIFT_OK);
    assert_int_equal(r.extent, RS_IMAGE_TRUNCATED);
    assert_int_equal(r.n_bytes, MOST);
    assert_false(r.has_hash);
    rs_io_tree_close(w.tree);
    memcpy(w.bytes + MOST - 2, "\xff\xd9", 2);
    write_file(w.dir, "a.jpg", rs_str_make(w.bytes, MOST));
    w.tree = open_tree(w.path, &w.limits);
    rs_index_picture_open(w.tree, 0, RS_INDEX_HEADER, w.buf, &r);
    assert_int_equal(r.extent, RS_IMAGE_COMPLETE);

    fake f = {.bytes = w.bytes, .n = MOST};
    rs_index_picture_read(w.tree, 0, (rs_byte_source){read_fake, &f}, RS_INDEX_HEADER, w.buf, &r);
    assert_int_equal(f.at, 4096); /* of the stream no more than a header */
    free_world(&w);
}

static void test_late_error(void **state)
{
    (void)state;
    world w = make_world();
    static const size_t places[] = {1, 100000, RS_INDEX_PICTURE_BUFFER + 5};
    for (size_t i = 0; i < 3; i++) {
        fake f = {.bytes = w.bytes, .n = MOST, .fail_at = places[i]};
        rs_index_picture r;
        rs_index_picture_read(w.tree, 0, (rs_byte_source){read_fake, &f}, RS_INDEX_ALL_BYTES, w.buf,
                              &r);
        assert_int_equal(r.status, RSIFT_E_FORMAT);
        assert_string_equal(r.err.message, "planted");
        assert_int_equal(r.info.width, i ? 16 : 0);
        assert_false(r.has_hash);
        assert_int_equal(r.extent, RS_IMAGE_EXTENT_UNKNOWN);
    }
    free_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_sizes),
        cmocka_unit_test(test_modes_agree),
        cmocka_unit_test(test_header_only),
        cmocka_unit_test(test_late_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
