/* Units share the pictures of a release: each reads its own blocks, all together hold the rows of
 * one run, and every size is had by every unit. */
#include "index/media.h"

#include "index_help.h"

#include "session/session.h"

enum { N_PICTURES = 5000 };

typedef struct world {
    char dir[64], pictures[96], workspace[96];
    rs_session *session;
    rs_io_tree *tree;
    rs_pictures list;
    rs_plan plan;
} world;

/* A tar of small pictures, the height of number i being 1 + i % 100. */
static void write_pictures(const char *dir)
{
    enum { BLOCK = 512 };
    char *tar = rs_calloc(2 * N_PICTURES + 2, BLOCK);
    assert_non_null(tar);
    for (int i = 0; i < N_PICTURES; i++) {
        char *head = tar + (size_t)i * 2 * BLOCK, *data = head + BLOCK;
        snprintf(head, 100, "%05d.jpg", i);
        memcpy(head + 100, "0000644", 8);
        snprintf(head + 124, 12, "%011o", JPEG_HEAD + 2);
        snprintf(head + 136, 12, "%011o", 0);
        memset(head + 148, ' ', 8);
        head[156] = '0';
        memcpy(head + 257,
               "ustar\0"
               "00",
               8);
        unsigned sum = 0;
        for (int k = 0; k < BLOCK; k++) sum += (unsigned char)head[k];
        snprintf(head + 148, 8, "%06o", sum);
        memcpy(data, jpeg_head, JPEG_HEAD);
        memcpy(data + JPEG_HEAD, "\xff\xd9", 2);
        data[8] = (char)(1 + i % 100);
    }
    write_file(dir, "p.tar", rs_str_make(tar, (2 * N_PICTURES + 2) * BLOCK));
    rs_free(tar);
}

static void make_world(world *w)
{
    *w = (world){0};
    fresh_folder(w->dir);
    snprintf(w->pictures, sizeof w->pictures, "%s/p.tar", w->dir);
    snprintf(w->workspace, sizeof w->workspace, "%s/ws", w->dir);
    write_pictures(w->dir);
    rsift_context_options options = {.size = sizeof options, .threads = 2};
    OK(rs_session_new(&options, NULL, &w->session, err));
    w->tree = open_tree(w->pictures, &w->session->limits);
    const rs_io_tree *const *trees = (const rs_io_tree *const *)&w->tree;
    OK(rs_pictures_open(&w->list, trees, 1, NULL, err));
    assert_int_equal(w->list.n, N_PICTURES);
    w->plan = (rs_plan){.dataset_id = RS_STR("d"),
                        .release_id = RS_STR("d@own"),
                        .roots = {rs_str_of(w->pictures)}};
}

static void free_world(world *w)
{
    rs_pictures_fini(&w->list);
    rs_io_tree_close(w->tree);
    rs_session_free(w->session);
    remove_folder(w->dir);
}

static rs_store *open_workspace(world *w, rs_store_mode mode)
{
    rs_store *store = NULL;
    const rs_store_options options = {.memory_limit_mb = 256, .threads = 1};
    OK(rs_store_open(rs_str_of(w->workspace), mode, true, &options, &store, err));
    if (!w->session->workspace.ptr) w->session->workspace = rs_str_of(w->workspace);
    return store;
}

static rs_index_media media_of(world *w, rs_store *store, int unit, int n_units)
{
    return (rs_index_media){.session = w->session,
                            .store = store,
                            .plan = &w->plan,
                            .pictures = &w->list,
                            .unit = unit,
                            .n_units = n_units};
}

static int64_t ask(world *w, const char *sql)
{
    rs_store *store = open_workspace(w, RS_STORE_READ);
    rs_result *result = NULL;
    OK(rs_store_query(store, rs_str_of(sql), NULL, 0, &result, err));
    OK(rs_result_next(result, err));
    int64_t v = rs_result_i64(result, 0);
    rs_result_close(result);
    rs_store_close(store);
    return v;
}

/* Runs one unit; gives how many pictures it has read by itself. */
static size_t run_unit(world *w, int unit, int n_units)
{
    rs_store *store = open_workspace(w, RS_STORE_PARTS);
    rs_index_media media = media_of(w, store, unit, n_units);
    OK(rs_index_media_run(&media, err));
    size_t n_known = 0;
    for (size_t i = 0; i < N_PICTURES; i++) n_known += atomic_load(&media.sizes[i]) != 0;
    for (size_t i = 0; i < N_PICTURES; i++) {
        uint32_t width, height;
        rs_view_picture view;
        OK(rs_index_media_view(&media, i, &view, err));
        width = (uint32_t)view.width;
        height = (uint32_t)view.height;
        assert_int_equal(width, 16);
        assert_int_equal(height, 1 + i % 100);
    }
    rs_index_media_fini(&media);
    rs_store_close(store);
    return n_known;
}

static void test_units(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    size_t first = run_unit(&w, 2, 3);
    assert_int_equal(first, 2048);
    assert_int_equal(ask(&w, "SELECT count(*) FROM asset"), 2048);
    /* the next units read theirs and load what finished parts hold */
    assert_int_equal(run_unit(&w, 1, 3), 2 * 2048);
    assert_int_equal(ask(&w, "SELECT count(*) FROM asset"), 2 * 2048);
    assert_int_equal(run_unit(&w, 3, 3), N_PICTURES);
    assert_int_equal(ask(&w, "SELECT count(*) FROM asset"), N_PICTURES);
    assert_int_equal(ask(&w, "SELECT count(DISTINCT asset_id) FROM asset"), N_PICTURES);
    assert_int_equal(ask(&w, "SELECT count(*) FROM finding"), 0);
    /* nothing is left for a run without units */
    run_unit(&w, 0, 0);
    assert_int_equal(ask(&w, "SELECT count(*) FROM asset"), N_PICTURES);
    free_world(&w);
}

/* A run without units fills the gaps that units have left. */
static void test_gaps(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    assert_int_equal(run_unit(&w, 2, 3), 2048);
    assert_int_equal(run_unit(&w, 0, 0), N_PICTURES);
    assert_int_equal(ask(&w, "SELECT count(*) FROM asset"), N_PICTURES);
    assert_int_equal(ask(&w, "SELECT count(DISTINCT asset_id) FROM asset"), N_PICTURES);
    free_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_gaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
