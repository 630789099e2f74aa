/* The database's word on the views of pictures is the record model's, for every combination. */
#include "decide/usable.h"

#include "model/view.h"
#include "workspace.h"

enum { SIZES = 5, TURNS = 10 };
static const int sizes[SIZES][2] = {{60, 40}, {40, 60}, {30, 20}, {50, 50}, {60, 41}};

/* A sample with a box on a picture, whose annotation states a size ({0, 0}: none). */
static rs_id put_boxed(world *w, const int stated[2], const int size[2], int orientation)
{
    const uint64_t number = 1000 + w->n_samples++;
    char name[32];
    snprintf(name, sizeof name, "%llu.jpg", (unsigned long long)number);
    const rs_id sample = number_id(number), asset = text_id("asset", name);
    rs_rows *r = rs_part_rows(w->part, RS_T_ASSET);
    rs_put_id(r, RS_ASSET_asset_id, asset);
    put_text(r, RS_ASSET_release_id, "a");
    put_text(r, RS_ASSET_path, name);
    put_text(r, RS_ASSET_state, "found");
    rs_put_i64(r, RS_ASSET_width, size[0]);
    rs_put_i64(r, RS_ASSET_height, size[1]);
    rs_put_i64(r, RS_ASSET_orientation, orientation);
    rs_put_end(r);
    r = rs_part_rows(w->part, RS_T_SAMPLE_ASSET);
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
                ids[n] = put_boxed(&w, stated, sizes[p], turn);
                due[n] = rs_model_view_is_known(&view)
                             ? ""
                             : rs_model_finding_info(rs_model_view_trouble(&view))->code;
                n_faults += *due[n] != 0;
            }
    assert_in_range(n_faults, n / 4, n * 3 / 4);
    world_commit(&w);
    rs_store *store = open_world(&w, RS_STORE_READ, 2);
    OK(rs_decide_make_usable(store, err));
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
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(views_of_every_kind)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
