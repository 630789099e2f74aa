/* Pictures of an output: what was written is counted, what could not be written is not. */
#include "emit/picture_write.h"

#include "temporary.h"

/* The path of a file of the folder, in the arena. */
static rs_str kept_path(rs_arena *arena, const char *name)
{
    const rs_str path = rs_arena_str(arena, rs_str_of(in_root(name)));
    assert_non_null(path.ptr);
    return path;
}

/* Writes one used picture, of which the index knows the hash of `indexed`, by copying it to the
 * folder `out`, which stands in the arena. */
static rsift_status copy_one(rs_arena *arena, rs_str out, const char *indexed,
                             rs_emit_picture_counts *counts, rsift_error *err)
{
    rsift_context_options options = RSIFT_OPTIONS(rsift_context_options);
    options.threads = 1;
    rs_session *session;
    assert_int_equal(rs_session_new(&options, NULL, &session, NULL), RSIFT_OK);
    rs_emit_pictures pictures = {.mode = RS_EMIT_IMAGES_COPY, .out = out};
    assert_int_equal(rs_idmap_put(&pictures.ids, (rs_id){1, 2}, NULL), 0);
    rs_emit_picture picture = {.root = kept_path(arena, "release"),
                               .member = RS_STR("a.jpg"),
                               .name = RS_STR("set/a.jpg"),
                               .plain = true,
                               .loose = true,
                               .file_bytes = -1,
                               .file_mtime = -1,
                               .has_hash = true,
                               .content_hash = rs_hash128(indexed, strlen(indexed)),
                               .used = true};
    assert_true(RS_VEC_RESERVE(pictures.items, pictures.cap, 1));
    pictures.items[0] = picture;
    *err = (rsift_error){0};
    const rsift_status status = rs_emit_pictures_write(&pictures, session, err);
    *counts = pictures.counts;
    rs_emit_pictures_fini(&pictures);
    rs_session_free(session);
    return status;
}

static void test_counts(void **state)
{
    (void)state;
    rs_arena arena = {0};
    rs_emit_picture_counts counts;
    rsift_error err;
    assert_int_equal(rs_io_make_dirs(kept_path(&arena, "release"), NULL), RSIFT_OK);
    assert_int_equal(rs_io_write_small(kept_path(&arena, "release/a.jpg"), "bytes", 5, NULL),
                     RSIFT_OK);
    assert_int_equal(rs_io_make_dirs(kept_path(&arena, "good"), NULL), RSIFT_OK);
    assert_int_equal(copy_one(&arena, kept_path(&arena, "good"), "bytes", &counts, &err), RSIFT_OK);
    assert_int_equal(counts.copied, 1);
    assert_int_equal(counts.failed, 0);

    assert_int_equal(copy_one(&arena, kept_path(&arena, "good"), "other", &counts, &err), RSIFT_OK);
    assert_int_equal(counts.copied, 0);
    assert_int_equal(counts.failed, 1);

    /* A file stands where the folder of the pictures belongs. */
    assert_int_equal(rs_io_make_dirs(kept_path(&arena, "bad"), NULL), RSIFT_OK);
    assert_int_equal(rs_io_write_small(kept_path(&arena, "bad/images"), "", 0, NULL), RSIFT_OK);
    assert_int_equal(copy_one(&arena, kept_path(&arena, "bad"), "bytes", &counts, &err), RSIFT_OK);
    assert_int_equal(counts.copied, 0);
    assert_int_equal(counts.failed, 1);
    rs_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_counts)};
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
