/* One picture's bytes: which are read, how much of the memory for pictures they take, what is a
 * failure and what a change. */
#include "index/hash_picture.h"

#include "index_help.h"

#include "image/cost.h"
#include "image/encode.h"

typedef struct world {
    char dir[64];
    rs_session *session;
    rs_io_tree *tree;
} world;

/* A PNG whose pixels are no plain colour. */
static void put_png(const char *dir, const char *name, uint32_t side, size_t keep)
{
    rs_pixels pixels;
    rs_buf png = {0};
    OK(rs_pixels_init(&pixels, side, side, NULL, err));
    for (size_t i = 0; i < (size_t)side * side * 3; i++)
        pixels.rgb[i] = (uint8_t)((i / 24 * 2654435761u) >> 24);
    OK(rs_image_encode_png(&pixels, &png, err));
    rs_pixels_fini(&pixels);
    write_file(dir, name, rs_str_sub(rs_buf_view(&png), 0, keep ? keep : png.len));
    rs_buf_fini(&png);
}

static void make_world(world *w, uint64_t max_image)
{
    *w = (world){0};
    fresh_folder(w->dir);
    put_png(w->dir, "a.png", 64, 0);
    put_png(w->dir, "cut.png", 64, 200);
    write_file(w->dir, "text.png", RS_STR("no picture at all, and long enough to be looked at"));
    const rsift_limits limits = {.size = sizeof limits, .max_image = max_image};
    rsift_context_options options = {.size = sizeof options, .threads = 2, .limits = &limits};
    OK(rs_session_new(&options, NULL, &w->session, err));
    w->tree = open_tree(w->dir, &w->session->limits);
}

static void free_world(world *w)
{
    rs_io_tree_close(w->tree);
    rs_session_free(w->session);
    remove_folder(w->dir);
}

static int64_t size_of(const world *w, const char *name)
{
    return rs_io_member_at(w->tree, rs_io_find(w->tree, rs_str_of(name)))->n_bytes;
}

static void read_member(world *w, const char *name, int64_t n_bytes, bool take,
                        rs_index_member_bytes *out)
{
    rs_io_stream *stream;
    OK(rs_io_open(w->tree, rs_io_find(w->tree, rs_str_of(name)), &stream, err));
    OK(rs_index_member_read(w->session, stream, NULL, n_bytes, take, out, err));
    rs_io_close(stream);
}

static void judge(const world *w, const rs_index_member_bytes *read, const char *damage,
                  rs_index_hash_result *out)
{
    const rs_index_hash_options options = {.damage = damage};
    OK(rs_index_hash_judge(w->session, read, read->hash, &options, out, err));
}

/* What is taken is what the header says, and comes back. */
static void pixels_take_their_memory(void **state)
{
    (void)state;
    world w;
    make_world(&w, (uint64_t)1 << 20);
    rs_budget *images = &w.session->images;
    rs_index_member_bytes read = {0};
    const int64_t n = size_of(&w, "a.png");
    const rs_image_info info = {
        .format = RS_IMAGE_PNG, .width = 64, .height = 64, .bands = 3, .bits = 8};
    const int64_t rows = (int64_t)rs_image_cost(&info, RS_IMAGE_AS_HASHES);
    read_member(&w, "a.png", n, true, &read);
    assert_true(read.good);
    assert_int_equal(read.bytes.len, n);
    assert_int_equal(read.taken, rows + n);
    assert_int_equal(images->n_free, images->n_all - read.taken);
    rs_index_member_give(w.session, &read);
    assert_int_equal(images->n_free, images->n_all);
    OK(rs_index_member_take(w.session, &read, err)); /* bytes that are held already */
    assert_int_equal(read.taken, rows);
    rs_index_member_give(w.session, &read);
    rs_index_member_give(w.session, &read); /* once only */
    assert_int_equal(images->n_free, images->n_all);
    rs_buf_fini(&read.bytes);
    free_world(&w);
}

static void bytes_are_those_of_the_index(void **state)
{
    (void)state;
    world w;
    make_world(&w, 0);
    rs_index_member_bytes read = {0};
    rs_index_hash_result result;
    read_member(&w, "a.png", -1, false, &read);
    judge(&w, &read, NULL, &result);
    assert_int_equal(result.outcome, RS_INDEX_HASHED);
    assert_true(result.image.exact && result.image.width == 64);
    const rs_index_hash_options options = {0};
    OK(rs_index_hash_judge(w.session, &read, (rs_id){1, 2}, &options, &result, err));
    assert_int_equal(result.outcome, RS_INDEX_HASH_CHANGED);
    assert_string_equal(result.why, "other bytes than at the index");
    rs_buf_fini(&read.bytes);
    /* a file that has grown is not read to its end */
    for (int take = 0; take < 2; take++) {
        read = (rs_index_member_bytes){0};
        read_member(&w, "a.png", 100, take, &read);
        assert_false(read.good);
        judge(&w, &read, NULL, &result);
        assert_int_equal(result.outcome, RS_INDEX_HASH_CHANGED);
        assert_string_equal(result.why, "more bytes than at the index");
        rs_index_member_give(w.session, &read);
        rs_buf_fini(&read.bytes);
    }
    /* one that cannot be opened */
    const rsift_error why = {.status = RSIFT_E_IO, .message = "closed"};
    read = (rs_index_member_bytes){0};
    OK(rs_index_member_read(w.session, NULL, &why, 9, true, &read, err));
    judge(&w, &read, NULL, &result);
    assert_int_equal(result.outcome, RS_INDEX_HASH_CHANGED);
    assert_string_equal(result.why, "closed");
    free_world(&w);
}

static void failures_have_codes(void **state)
{
    (void)state;
    world w;
    make_world(&w, 4096); /* bytes: no picture here can be held */
    rs_index_member_bytes read = {0};
    rs_index_hash_result result;
    read_member(&w, "text.png", size_of(&w, "text.png"), true, &read);
    judge(&w, &read, NULL, &result);
    assert_int_equal(result.outcome, RS_INDEX_HASH_FAILED);
    assert_string_equal(result.failed, "image-unreadable");
    judge(&w, &read, "bands-unknown", &result);
    assert_string_equal(result.failed, "bands-unknown");
    rs_index_member_give(w.session, &read);
    rs_buf_fini(&read.bytes);
    /* more bytes than may be held: not read at all */
    read = (rs_index_member_bytes){0};
    read_member(&w, "a.png", 1 << 20, true, &read);
    assert_true(read.too_large && read.bytes.len == 0 && read.taken == 0);
    judge(&w, &read, "image-unreadable", &result);
    assert_int_equal(result.outcome, RS_INDEX_HASH_FAILED);
    assert_string_equal(result.failed, "limit"); /* another run may have a higher one */
    free_world(&w);
    make_world(&w, 0);
    read = (rs_index_member_bytes){0};
    read_member(&w, "cut.png", -1, true, &read);
    judge(&w, &read, "image-truncated", &result);
    if (result.outcome == RS_INDEX_HASHED) assert_true(result.image.damaged && !result.image.exact);
    else assert_string_equal(result.failed, "image-truncated");
    rs_index_member_give(w.session, &read);
    rs_buf_fini(&read.bytes);
    free_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pixels_take_their_memory),
        cmocka_unit_test(bytes_are_those_of_the_index),
        cmocka_unit_test(failures_have_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
