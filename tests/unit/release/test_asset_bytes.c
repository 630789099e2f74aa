/* Pictures by the hash of their bytes: loose, in a zip, in a tar.gz that is read once in its own
 * order; second places; what is gone or changed is told and ends nothing. */
#include "io/support.h"

#include "release/asset_bytes.h"

#include <archive.h>
#include <archive_entry.h>
#include <pthread.h>

enum { N_PACKED = 60, N_MOST = 80 };

static rsift_error error, *const err = &error;
#define OK(call) \
    if ((call) != RSIFT_OK) fail_msg("%s: %s: %s", #call, error.where, error.message)

/* What came of an asking. */
typedef struct given {
    pthread_mutex_t lock;
    size_t n, times[N_MOST];
    char text[N_MOST][300];
    size_t stop_at; /* an error of ours at this number; 0 = never */
} given;

static rsift_status keep(void *ctx, const rs_asset_picture *picture, rsift_error *e)
{
    given *g = ctx;
    pthread_mutex_lock(&g->lock);
    g->n++;
    g->times[picture->i]++;
    const bool stop = g->stop_at && g->n >= g->stop_at;
    if (picture->why) snprintf(g->text[picture->i], 300, "%s", picture->why->message);
    else snprintf(g->text[picture->i], 300, "=%.*s", RS_STR_ARG(picture->bytes));
    pthread_mutex_unlock(&g->lock);
    return stop ? rs_err_set(e, RSIFT_E_UNSUPPORTED, "enough") : RSIFT_OK;
}

static const char *packed_text(size_t i)
{
    static char text[32];
    snprintf(text, sizeof text, "packed picture %zu", i);
    return text;
}

static void write_tar_gz(void)
{
    struct archive *a = archive_write_new();
    archive_write_add_filter_gzip(a);
    archive_write_set_format_ustar(a);
    assert_int_equal(archive_write_open_filename(a, in_root("tree/packed.tar.gz")), ARCHIVE_OK);
    for (size_t i = 0; i < N_PACKED; i++) {
        char name[32];
        /* Stored in another order than that of their names. */
        snprintf(name, sizeof name, "p/%02zu.png", N_PACKED - 1 - i);
        const rs_str text = rs_str_of(packed_text(N_PACKED - 1 - i));
        struct archive_entry *e = archive_entry_new();
        archive_entry_set_pathname(e, name);
        archive_entry_set_size(e, (int64_t)text.len);
        archive_entry_set_filetype(e, AE_IFREG);
        archive_entry_set_perm(e, 0644);
        assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
        assert_int_equal(archive_write_data(a, text.ptr, text.len), (long)text.len);
        archive_entry_free(e);
    }
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    archive_write_free(a);
}

static rs_id hash_of(const char *text)
{
    return rs_hash128(text, rs_str_of(text).len);
}

static uint64_t n_assets;

static void put_asset(rs_part *part, const char *root, const char *member, rs_id hash,
                      const char *bands)
{
    rs_rows *r = rs_part_rows(part, RS_T_ASSET);
    n_assets++;
    rs_put_id(r, RS_ASSET_asset_id, rs_hash128(&n_assets, sizeof n_assets));
    rs_put_str(r, RS_ASSET_release_id, RS_STR("all"));
    rs_put_str(r, RS_ASSET_state, RS_STR("found"));
    rs_put_str(r, RS_ASSET_root, rs_str_of(root));
    rs_put_str(r, RS_ASSET_member, rs_str_of(member));
    if (bands) rs_put_str(r, RS_ASSET_rgb_bands, rs_str_of(bands));
    rs_put_id(r, RS_ASSET_content_hash, hash);
    rs_put_end(r);
}

/* "tree": loose files, a zip and a tar.gz; "gone" was indexed and is no more. */
static void write_world(rs_session *session)
{
    rs_store *store;
    rs_part *part;
    rs_buf zip = {0};
    char tree[300], gone[300];
    snprintf(tree, sizeof tree, "%s", in_root("tree"));
    snprintf(gone, sizeof gone, "%s", in_root("gone"));
    make_dir("tree");
    write_text("tree/loose.png", "loose");
    write_text("tree/changed.png", "new bytes");
    zip_write(&zip, (zip_member[]){{.name = "z/in.png", .bytes = "zipped", .n = 6, .method = 8}}, 1,
              false, 0);
    write_buf("tree/a.zip", &zip);
    rs_buf_fini(&zip);
    write_tar_gz();
    OK(rs_session_store(session, RS_STORE_PARTS, true, &store, err));
    OK(rs_part_new(store, RS_STR("all"), RS_STR("p0"), &part, err));
    put_asset(part, tree, "loose.png", hash_of("loose"), "4,3,2");
    put_asset(part, tree, "z/in.png", hash_of("zipped"), NULL);
    put_asset(part, tree, "changed.png", hash_of("old bytes"), NULL);
    put_asset(part, tree, "changed.png", hash_of("new bytes"), NULL); /* indexed again */
    put_asset(part, tree, "removed.png", hash_of("removed"), NULL);
    /* The first place of these is no longer there, the second is. */
    put_asset(part, gone, "01.png", hash_of(packed_text(1)), NULL);
    put_asset(part, gone, "alone.png", hash_of("alone"), NULL);
    for (size_t i = 0; i < N_PACKED; i++) {
        char name[32];
        snprintf(name, sizeof name, "p/%02zu.png", i);
        put_asset(part, tree, name, hash_of(packed_text(i)), NULL);
    }
    OK(rs_part_commit(part, err));
    OK(rs_store_finish(store, err));
}

static void asks_everything(void **state)
{
    static const char *const told[][2] = {
        {"loose", "=loose"},
        {"zipped", "=zipped"},
        {"old bytes", "other bytes than at the index"},
        {"new bytes", "=new bytes"},
        {"removed", "no longer there: changed since the index"},
        {"alone", "No such file or directory"},
        {"never indexed", "no file here holds this picture"},
    };
    enum { N_TOLD = sizeof told / sizeof *told };
    (void)state;
    char workspace[300];
    snprintf(workspace, sizeof workspace, "%s", in_root("ws"));
    const rsift_context_options options = {.size = sizeof options, .threads = 3};
    rs_session *session;
    rs_store *store;
    rs_asset_bytes *all;
    OK(rs_session_new(&options, workspace, &session, err));
    write_world(session);
    OK(rs_session_store(session, RS_STORE_READ, false, &store, err));
    OK(rs_asset_bytes_open(session, store, &all, err));
    rs_id hashes[N_MOST];
    size_t n = 0;
    for (; n < N_TOLD; n++) hashes[n] = hash_of(told[n][0]);
    for (size_t i = 0; i < N_PACKED; i++) hashes[n++] = hash_of(packed_text(i));
    hashes[n++] = hash_of("loose"); /* twice */
    for (int round = 0; round < 2; round++) {
        given g = {.lock = PTHREAD_MUTEX_INITIALIZER};
        OK(rs_asset_bytes_ask(all, hashes, n, keep, &g, err));
        assert_int_equal(g.n, n - 1);
        for (size_t i = 0; i < n - 1; i++) assert_int_equal(g.times[i], 1);
        for (size_t i = 0; i < N_TOLD; i++)
            if (!strstr(g.text[i], told[i][1])) fail_msg("%s: %s", told[i][0], g.text[i]);
        for (size_t i = 0; i < N_PACKED; i++)
            assert_string_equal(g.text[N_TOLD + i] + 1, packed_text(i));
    }
    given g = {.lock = PTHREAD_MUTEX_INITIALIZER, .stop_at = 3};
    assert_int_equal(rs_asset_bytes_ask(all, hashes, n, keep, &g, err), RSIFT_E_UNSUPPORTED);
    g.stop_at = 0;
    rs_cancel_request(&session->cancel);
    assert_int_equal(rs_asset_bytes_ask(all, hashes, n, keep, &g, err), RSIFT_E_CANCELLED);
    rs_cancel_reset(&session->cancel);
    rs_asset_bytes_close(all);
    rs_store_close(store);
    rs_session_free(session);
}

static rsift_status expect_view(void *ctx, const rs_asset_picture *picture, rsift_error *e)
{
    (void)e;
    *(bool *)ctx = picture->view.bands[0] == 4 && picture->view.bands[2] == 2;
    return RSIFT_OK;
}

static void tells_the_bands(void **state)
{
    (void)state;
    char workspace[300];
    snprintf(workspace, sizeof workspace, "%s", in_root("ws"));
    rs_session *session;
    rs_store *store;
    rs_asset_bytes *all;
    bool seen = false;
    const rs_id hash = hash_of("loose");
    OK(rs_session_new(NULL, workspace, &session, err));
    OK(rs_session_store(session, RS_STORE_READ, false, &store, err));
    OK(rs_asset_bytes_open(session, store, &all, err));
    OK(rs_asset_bytes_ask(all, &hash, 1, expect_view, &seen, err));
    OK(rs_asset_bytes_ask(all, &hash, 0, expect_view, &seen, err));
    assert_true(seen);
    rs_asset_bytes_close(all);
    rs_store_close(store);
    rs_session_free(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(asks_everything),
                                       cmocka_unit_test(tells_the_bands)};
    return cmocka_run_group_tests(tests, make_root, drop_root);
}
