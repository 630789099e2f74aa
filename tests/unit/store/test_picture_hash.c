/* Table picture_hash: round trip, which row the view shows, rows that rsift does not write. */
#include "store_help.h"

#include "store/picture_hash.h"

#include <string.h>

static rs_picture_hash made(uint64_t content, bool exact)
{
    rs_picture_hash row = {.content = id_of(content),
                           .version = RS_IMAGE_HASH_VERSION,
                           .image = {.exact = exact,
                                     .phash = {{1, UINT64_MAX, 0x0123456789abcdef, content}},
                                     .quality = 200,
                                     .width = 640,
                                     .height = 480,
                                     .scale = exact ? 1 : 2,
                                     .rule = RS_RULE_STRETCH,
                                     .blur = 12.5,
                                     .no_data = 0.25}};
    if (exact) {
        row.image.pixel_hash = id_of(content + 1000);
        row.image.block_hash = id_of(content + 2000);
    }
    for (size_t i = 0; i < sizeof row.image.thumb; i++) row.image.thumb[i] = (uint8_t)(i * 7);
    return row;
}

static void put_part(rs_store *store, const char *release, const char *name,
                     const rs_picture_hash *rows, size_t n)
{
    rs_part *part = NULL;
    OK(rs_part_new(store, rs_str_of(release), rs_str_of(name), &part, err));
    for (size_t i = 0; i < n; i++) rs_picture_hash_put(part, &rows[i]);
    OK(rs_part_commit(part, err));
}

static rs_result *ask_rows(rs_store *store, const char *where)
{
    rs_result *r = NULL;
    rs_buf sql = {0};
    rs_buf_printf(&sql, "SELECT 1, " RS_PICTURE_HASH_COLUMNS " FROM picture_hash %s", where);
    OK(rs_store_query(store, rs_buf_view(&sql), NULL, 0, &r, err));
    rs_buf_fini(&sql);
    assert_int_equal(rs_result_n_columns(r), 1 + RS_PICTURE_HASH_N_COLUMNS);
    return r;
}

static void rows_come_back_as_they_were(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    rs_picture_hash rows[] = {made(1, true),
                              made(2, false),
                              {.content = id_of(3),
                               .version = RS_IMAGE_HASH_VERSION,
                               .bands = RS_STR("4,3,2"),
                               .failed = RS_STR("image-unreadable")}};
    rows[0].bands = RS_STR("8,4,3");
    rows[1].image.damaged = rows[1].flat = true;
    put_part(store, "rel", "hash-a-0-3", rows, 3);
    rs_store_close(store);
    store = open_store(dir, RS_STORE_READ);
    rs_result *r = ask_rows(store, "");
    for (size_t i = 0; i < 3; i++) {
        rs_picture_hash got;
        OK(rs_result_next(r, err));
        OK(rs_picture_hash_read(r, 1, &got, err));
        const rs_image_hash *a = &rows[i].image, *b = &got.image;
        assert_true(rs_id_eq(got.content, rows[i].content));
        assert_true(rs_str_eq(got.bands, rows[i].bands.ptr ? rows[i].bands : RS_STR("")));
        assert_true(rs_str_eq(got.failed, rows[i].failed));
        assert_int_equal(got.flat, rows[i].flat);
        assert_int_equal(got.version, rows[i].version);
        assert_true(rs_id_eq(b->pixel_hash, a->pixel_hash));
        assert_true(rs_id_eq(b->block_hash, a->block_hash));
        assert_memory_equal(&b->phash, &a->phash, sizeof a->phash);
        assert_memory_equal(b->thumb, a->thumb, sizeof a->thumb);
        assert_int_equal(b->exact, a->exact);
        assert_int_equal(b->damaged, a->damaged);
        assert_int_equal(b->rule, a->rule);
        assert_int_equal(b->scale, a->scale);
        assert_int_equal(b->quality, a->quality);
        assert_true(b->width == a->width && b->height == a->height);
        assert_true(b->blur == a->blur && b->no_data == a->no_data);
    }
    assert_int_equal(rs_result_next(r, NULL), RSIFT_END);
    rs_result_close(r);
    /* the bytes of the words are stored in one order, whatever the machine */
    assert_int_equal(ask(store,
                         "SELECT count(*) FROM picture_hash WHERE hex(phash) = "
                         "'0100000000000000FFFFFFFFFFFFFFFFEFCDAB89674523010100000000000000'"),
                     1);
    assert_int_equal(ask(store, "SELECT count(*) FROM picture_hash WHERE failed IS NOT NULL AND "
                                "phash IS NULL AND thumb IS NULL AND width IS NULL"),
                     1);
    rs_store_close(store);
    remove_folder(dir);
}

/* Exact before scaled, a hash before a failure, the newest version before all, in parts of any
 * name and release. */
static void one_row_a_content_is_shown(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    const rs_picture_hash exact = made(1, true), scaled = made(1, false), other = made(2, false);
    rs_picture_hash newer = scaled;
    const rs_picture_hash failed = {
        .content = id_of(2), .version = RS_IMAGE_HASH_VERSION, .failed = RS_STR("limit")};
    put_part(store, "rel", "hash-a-0-1", &exact, 1);
    put_part(store, "rel", "hash-b-0-1", &scaled, 1);
    put_part(store, "rel2", "hash-a-0-1", &exact, 1);
    put_part(store, "rel", "hash-c-0-1", &other, 1);
    put_part(store, "rel2", "hash-d-0-1", &failed, 1);
    rs_store_close(store);
    store = open_store(dir, RS_STORE_READ);
    assert_int_equal(ask(store, "SELECT count(*) FROM picture_hash"), 2);
    assert_int_equal(ask(store, "SELECT count(*) FROM picture_hash WHERE exact"), 1);
    assert_int_equal(ask(store, "SELECT count(*) FROM picture_hash WHERE failed IS NULL"), 2);
    rs_store_close(store);

    /* that it changed is shown before all of its version, whatever the names of the parts */
    const rs_picture_hash changed = {.content = id_of(1),
                                     .version = RS_IMAGE_HASH_VERSION,
                                     .failed = RS_STR(RS_PICTURE_HASH_CHANGED)};
    store = open_store(dir, RS_STORE_PARTS);
    put_part(store, "rel", "changed-pictures", &changed, 1);
    rs_store_close(store);
    store = open_store(dir, RS_STORE_READ);
    assert_int_equal(ask(store, "SELECT count(*) FROM picture_hash"), 2);
    assert_int_equal(ask(store, "SELECT count(*) FROM picture_hash WHERE failed = 'changed'"), 1);
    assert_int_equal(ask(store, "SELECT count(*) FROM picture_hash WHERE exact"), 0);
    rs_store_close(store);

    store = open_store(dir, RS_STORE_PARTS);
    newer.version++;
    put_part(store, "rel", "hash-0-0-1", &newer, 1);
    rs_store_close(store);
    store = open_store(dir, RS_STORE_READ);
    assert_int_equal(ask(store, "SELECT count(*) FROM picture_hash"), 2);
    assert_int_equal(ask(store, "SELECT max(version) FROM picture_hash"),
                     RS_IMAGE_HASH_VERSION + 1);
    assert_int_equal(ask(store, "SELECT count(*) FROM picture_hash WHERE exact"), 0);
    rs_store_close(store);
    remove_folder(dir);
}

/* Of a damaged picture there is no exact hash: that of all its pixels comes before a scaled one, in
 * whichever part it is. */
static void damaged_pictures_show_all_their_pixels(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    rs_picture_hash whole = made(1, false), scaled = made(1, false);
    whole.image.damaged = scaled.image.damaged = true;
    whole.image.scale = 1;
    put_part(store, "rel", "hash-a-0-1", &whole, 1);
    put_part(store, "rel", "hash-b-0-1", &scaled, 1);
    rs_store_close(store);
    store = open_store(dir, RS_STORE_READ);
    assert_int_equal(ask(store, "SELECT count(*) FROM picture_hash"), 1);
    assert_int_equal(ask(store, "SELECT scale FROM picture_hash"), 1);
    rs_store_close(store);
    remove_folder(dir);
}

static void foreign_rows_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"phash := '\\x00'::BLOB", "phash"},
        {"phash := NULL::BLOB", "phash"},
        {"thumb := '\\x00'::BLOB", "thumb"},
        {"quality := 257", "quality"},
        {"scale := 0", "scale"},
        {"rule := 'mirror'", "rule"},
        {"rule := NULL::VARCHAR", "rule"},
        {"exact := true", "block_hash"},
    };
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    const rs_picture_hash row = made(2, false);
    put_part(store, "rel", "hash-a-0-1", &row, 1);
    rs_store_close(store);
    store = open_store(dir, RS_STORE_READ);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        rs_result *r = NULL;
        rs_picture_hash got;
        rs_buf sql = {0};
        const rs_str set = rs_str_of(wrong[i][0]);
        const size_t is = rs_str_find(set, RS_STR(" := "));
        rs_buf_printf(&sql,
                      "SELECT " RS_PICTURE_HASH_COLUMNS
                      " FROM (SELECT * REPLACE (%.*s AS %.*s) FROM picture_hash)",
                      RS_STR_ARG(rs_str_sub(set, is + 4, set.len)),
                      RS_STR_ARG(rs_str_sub(set, 0, is)));
        OK(rs_store_query(store, rs_buf_view(&sql), NULL, 0, &r, err));
        OK(rs_result_next(r, err));
        FAILS(RSIFT_E_FORMAT, wrong[i][1], rs_picture_hash_read(r, 0, &got, err));
        rs_result_close(r);
        rs_buf_fini(&sql);
    }
    rs_store_close(store);
    remove_folder(dir);
}

/* A column takes its own type only. */
static void bytes_go_into_blobs(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    rs_part *part = NULL;
    OK(rs_part_new(store, RS_STR("rel"), RS_STR("p"), &part, err));
    rs_rows *rows = rs_part_rows(part, RS_T_PICTURE_HASH);
    rs_put_id(rows, RS_PICTURE_HASH_content_hash, id_of(1));
    rs_put_bytes(rows, RS_PICTURE_HASH_rule, RS_STR("bytes"));
    rs_put_end(rows);
    FAILS(RSIFT_E_ARG, "does not take bytes", rs_part_commit(part, err));
    OK(rs_part_new(store, RS_STR("rel"), RS_STR("p"), &part, err));
    rows = rs_part_rows(part, RS_T_PICTURE_HASH);
    rs_put_id(rows, RS_PICTURE_HASH_content_hash, id_of(1));
    rs_put_str(rows, RS_PICTURE_HASH_thumb, RS_STR("text"));
    rs_put_end(rows);
    FAILS(RSIFT_E_ARG, "does not take text", rs_part_commit(part, err));
    rs_store_close(store);
    remove_folder(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back_as_they_were),
        cmocka_unit_test(one_row_a_content_is_shown),
        cmocka_unit_test(damaged_pictures_show_all_their_pixels),
        cmocka_unit_test(foreign_rows_are_refused),
        cmocka_unit_test(bytes_go_into_blobs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
