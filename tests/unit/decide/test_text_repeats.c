/* Repeated captions and samples that repeat each other about one picture. */
#include "workspace.h"

#include "decide/duplicates.h"

static void put_turn(world *w, rs_id sample, int i, const char *role, const char *text)
{
    rs_rows *r = rs_part_rows(w->part, RS_T_TURN);
    rs_put_id(r, RS_TURN_sample_id, sample);
    rs_put_i64(r, RS_TURN_i, i);
    put_text(r, RS_TURN_role, role);
    put_text(r, RS_TURN_text, text);
    rs_put_i64(r, RS_TURN_text_hash, 0);
    rs_put_end(r);
}

static rs_id put_captions(world *w, const char *dataset, const char *picture, uint64_t id,
                          const char *const *captions)
{
    char answer[32];
    snprintf(answer, sizeof answer, "%llu", (unsigned long long)id);
    const rs_id sample = put_sample(w, (put){.dataset = dataset,
                                             .task = "caption",
                                             .picture = picture,
                                             .bytes = picture,
                                             .answer = answer,
                                             .id = id});
    for (int i = 0; captions[i]; i++) put_turn(w, sample, i, "reference", captions[i]);
    return sample;
}

static rs_id put_question(world *w, const char *picture, uint64_t id, const char *question,
                          const char *answer)
{
    char key[32]; /* of the answer: no two are exact duplicates */
    snprintf(key, sizeof key, "%llu", (unsigned long long)id);
    const rs_id sample = put_sample(w, (put){.dataset = "two",
                                             .picture = picture,
                                             .bytes = picture,
                                             .question = question,
                                             .answer = key,
                                             .id = id});
    put_turn(w, sample, 0, "user", question);
    put_turn(w, sample, 1, "assistant", answer);
    return sample;
}

static const char *const captions[] = {
    "Two planes stand on the green grass.", "two planes stand on the green grass .",
    "Three planes stand on the green grass.", "A hangar with a white roof.", NULL};
static const char *const edited[] = {"Two planes stand on green grass",
                                     "A hangar with a white roof", NULL};
static const char *const other[] = {"Two planes stand on green grass", "A hangar with a red door",
                                    "Nobody is there to be seen", NULL};

#define LONG_START                                                                               \
    "Two white planes stand on the green grass beside the long grey runway of a small airport, " \
    "which lies between brown fields, a dark forest and the houses of a village by the lake, "

static void test_repeats(void **state)
{
    (void)state;
    world w;
    world_begin(&w);
    put_release(&w, "one", "open", "human");
    put_release(&w, "two", "open", "human");
    put_captions(&w, "one", "a.png", 1, captions);
    put_captions(&w, "one", "b.png", 2, other + 1);
    put_captions(&w, "two", "a.png", 3, edited); /* repeats 1 */
    put_captions(&w, "two", "a.png", 4, other);
    put_captions(&w, "two", "c.png", 5, edited); /* another picture */
    put_question(&w, "a.png", 6, "How many planes are there?", "2");
    put_question(&w, "a.png", 7, "how many planes are there", "2."); /* repeats 6 */
    put_question(&w, "a.png", 8, "How many ships are there?", "2");
    put_question(&w, "a.png", 9, "How many planes are there?", "3");
    /* two words of many, and half of them */
    put_question(&w, "a.png", 10, "Describe it.", LONG_START "in the morning light of summer");
    put_question(&w, "a.png", 11, "Describe it.", LONG_START "in the evening light of winter");
    put_question(&w, "a.png", 12, "Describe it.",
                 LONG_START
                 "next to which a hangar of steel with a "
                 "red door, two fire engines, a fuel truck, a windsock and many small buses stand, "
                 "all of which are seen from above");
    world_commit(&w);
    rs_catalog *catalog = builtin_catalog();
    rs_store *store = open_world(&w, RS_STORE_DECIDE, 2);
    rs_buf json = {0};
    int64_t n;
    const rs_duplicates_job job = {.store = store, .catalog = catalog, .near = true};
    OK(rs_decide_duplicates(&job, &json, &n, err));
    assert_int_equal(ask(store, "SELECT count(*) FROM overlap WHERE kind = 'near-duplicate-text'"),
                     3);
    /* of the captions those that say more come first, of the questions the smaller id */
    const uint64_t pairs[][2] = {{1, 3}, {6, 7}, {10, 11}};
    for (size_t i = 0; i < 3; i++) {
        const rs_id x = number_id(pairs[i][0]), y = number_id(pairs[i][1]);
        const bool swap = i > 0 && rs_id_cmp(x, y) > 0;
        const rs_arg args[] = {{.type = RS_ARG_ID, .id = swap ? y : x},
                               {.type = RS_ARG_ID, .id = swap ? x : y}};
        rs_result *row;
        OK(rs_store_query(store,
                          RS_STR("SELECT count(*) FROM overlap WHERE kind = 'near-duplicate-text' "
                                 "AND (a = CAST($1 AS VARCHAR) AND b = CAST($2 AS VARCHAR))"),
                          args, 2, &row, err));
        OK(rs_result_next(row, err));
        assert_int_equal(rs_result_i64(row, 0), 1);
        rs_result_close(row);
    }
    static const char *const parts[] = {
        "\"n_near\":3",
        "{\"dataset\":\"one\",\"pictures\":2,\"captions\":6,\"spelled\":5,\"distinct\":4,"
        "\"repeating\":1}",
        "\"kept_in\":"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (rs_str_find(rs_buf_view(&json), rs_str_of(parts[i])) == RS_NPOS)
            fail_msg("no %s in %.*s", parts[i], RS_STR_ARG(rs_buf_view(&json)));
    /* again: the same rows, not twice */
    json.len = 0;
    OK(rs_decide_duplicates(&job, &json, &n, err));
    assert_int_equal(ask(store, "SELECT count(*) FROM overlap WHERE kind = 'near-duplicate-text'"),
                     3);
    rs_buf_fini(&json);
    rs_store_close(store);
    rs_catalog_close(catalog);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_repeats)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
