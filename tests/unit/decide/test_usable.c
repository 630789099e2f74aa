/* The database's word on the views of pictures is the record model's, for every combination. */
#include "decide/usable.h"

#include "model/view.h"
#include "workspace.h"

enum { SIZES = 5, TURNS = 10 };
static const int sizes[SIZES][2] = {{60, 40}, {40, 60}, {30, 20}, {50, 50}, {60, 41}};

typedef struct asset_size {
    const int *sides;
    int orientation;
} asset_size;

static rs_id put_sized(world *w, const char *name, const asset_size *size)
{
    const rs_id asset = text_id("asset", name);
    rs_rows *r = rs_part_rows(w->part, RS_T_ASSET);
    rs_put_id(r, RS_ASSET_asset_id, asset);
    put_text(r, RS_ASSET_release_id, "a");
    put_text(r, RS_ASSET_path, name);
    put_text(r, RS_ASSET_state, "found");
    rs_put_i64(r, RS_ASSET_width, size->sides[0]);
    rs_put_i64(r, RS_ASSET_height, size->sides[1]);
    rs_put_i64(r, RS_ASSET_orientation, size->orientation);
    rs_put_end(r);
    return asset;
}

/* A sample with a box on a picture, whose annotation states a size ({0, 0}: none). */
static rs_id put_boxed(world *w, const int stated[2], const asset_size *size)
{
    const uint64_t number = 1000 + w->n_samples++;
    char name[32];
    snprintf(name, sizeof name, "%llu.jpg", (unsigned long long)number);
    const rs_id sample = number_id(number), asset = put_sized(w, name, size);
    rs_rows *r = rs_part_rows(w->part, RS_T_SAMPLE_ASSET);
    rs_put_id(r, RS_SAMPLE_ASSET_sample_id, sample);
    rs_put_i64(r, RS_SAMPLE_ASSET_i, 0);
    rs_put_id(r, RS_SAMPLE_ASSET_asset_id, asset);
    put_text(r, RS_SAMPLE_ASSET_asset_role, "image");
    if (stated[0]) rs_put_i64(r, RS_SAMPLE_ASSET_stated_width, stated[0]);
    if (stated[1]) rs_put_i64(r, RS_SAMPLE_ASSET_stated_height, stated[1]);
    rs_put_end(r);
    r = rs_part_rows(w->part, RS_T_REGION);
    rs_put_id(r, RS_REGION_sample_id, sample);
    rs_put_i64(r, RS_REGION_i, 0);
    rs_put_id(r, RS_REGION_asset_id, asset);
    rs_put_end(r);
    return sample;
}

static void views_of_every_kind(void **state)
{
    (void)state;
    static const int none[2] = {0, 0};
    world w;
    world_begin(&w);
    put_release(&w, "a", "open", "human");
    rs_id ids[(SIZES + 1) * SIZES * TURNS];
    const char *due[(SIZES + 1) * SIZES * TURNS];
    size_t n = 0, n_faults = 0;
    for (int s = 0; s <= SIZES; s++)
        for (int p = 0; p < SIZES; p++)
            for (int turn = 0; turn < TURNS; turn++, n++) {
                const int *stated = s < SIZES ? sizes[s] : none;
                const rs_view_picture picture = {sizes[p][0], sizes[p][1], (unsigned)turn};
                const rs_view view =
                    rs_model_view((const double[]){stated[0], stated[1]}, &picture);
                ids[n] = put_boxed(&w, stated, &(asset_size){sizes[p], turn});
                due[n] = rs_model_view_is_known(&view)
                             ? ""
                             : rs_model_finding_info(rs_model_view_trouble(&view))->code;
                n_faults += *due[n] != 0;
            }
    assert_in_range(n_faults, n / 4, n * 3 / 4);
    world_commit(&w);
    rs_catalog *catalog = builtin_catalog();
    rs_store *store = open_world(&w, RS_STORE_READ, 2);
    OK(rs_decide_make_usable(store, catalog, err));
    assert_int_equal(ask(store, "SELECT count(*) FROM view_fault"), n_faults);
    for (size_t i = 0; i < n; i++) {
        rs_result *result = NULL;
        const rs_arg id = {.type = RS_ARG_ID, .id = ids[i]};
        OK(rs_store_query(
            store, RS_STR("SELECT coalesce(max(why), '') FROM view_fault WHERE sample_id = $1"),
            &id, 1, &result, err));
        OK(rs_result_next(result, err));
        if (!rs_str_eq(rs_result_str(result, 0), rs_str_of(due[i])))
            fail_msg("case %zu: expected \"%s\"", i, due[i]);
        rs_result_close(result);
    }
    rs_store_close(store);
    rs_catalog_close(catalog);
    world_end(&w);
}

/* A pair and a box that does not tell its picture: one size is enough, shown sizes count. */
static void pairs(void **state)
{
    (void)state;
    static const struct {
        int sizes[2][2], turn;
        bool told, fault;
    } cases[] = {{{{60, 40}, {60, 40}}, 0, false, false},
                 {{{60, 40}, {60, 41}}, 0, false, true},
                 {{{60, 40}, {60, 41}}, 0, true, false},
                 {{{60, 40}, {40, 60}}, 6, false, false}};
    enum { N = sizeof cases / sizeof *cases };
    world w;
    world_begin(&w);
    put_release(&w, "a", "open", "human");
    rs_id ids[N];
    for (int i = 0; i < N; i++) {
        ids[i] = number_id(1000 + w.n_samples++);
        rs_id assets[2];
        for (int k = 0; k < 2; k++) {
            char name[32];
            snprintf(name, sizeof name, "%d-%d.jpg", i, k);
            const asset_size size = {cases[i].sizes[k], k ? cases[i].turn : 0};
            assets[k] = put_sized(&w, name, &size);
            put_sample_asset(&w, ids[i], k, assets[k]);
        }
        rs_rows *r = rs_part_rows(w.part, RS_T_REGION);
        rs_put_id(r, RS_REGION_sample_id, ids[i]);
        rs_put_i64(r, RS_REGION_i, 0);
        if (cases[i].told) rs_put_id(r, RS_REGION_asset_id, assets[0]);
        rs_put_end(r);
    }
    world_commit(&w);
    rs_catalog *catalog = builtin_catalog();
    rs_store *store = open_world(&w, RS_STORE_READ, 2);
    OK(rs_decide_make_usable(store, catalog, err));
    for (int i = 0; i < N; i++) {
        rs_result *result = NULL;
        const rs_arg id = {.type = RS_ARG_ID, .id = ids[i]};
        OK(rs_store_query(store,
                          RS_STR("SELECT count(*) FROM view_fault WHERE sample_id = $1 AND why IN "
                                 "('box-picture-unknown', 'box-turn')"),
                          &id, 1, &result, err));
        OK(rs_result_next(result, err));
        /* the turned picture's own trouble: nobody states its size */
        const bool due = cases[i].fault || cases[i].turn;
        if ((rs_result_i64(result, 0) > 0) != due) fail_msg("case %d", i);
        rs_result_close(result);
    }
    assert_int_equal(
        ask(store, "SELECT count(*) FROM view_fault WHERE why = 'box-picture-unknown'"), 1);
    rs_store_close(store);
    rs_catalog_close(catalog);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(views_of_every_kind),
                                       cmocka_unit_test(pairs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
