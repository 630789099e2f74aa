/* text_pair and text_look over a workspace written by hand. */
#include "workspace.h"

#include "decide/protect.h"
#include "decide/text_pairs.h"

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

enum { N_PICTURES = 60, N_CAPTIONS = 3 };

/* A caption sample with random captions and the given ones. */
static rs_id put_captions(world *w, put p, rs_rng *rng, const char *const *more)
{
    p.task = "caption";
    const rs_id id = put_sample(w, p);
    int n = 0;
    for (int i = 0; i < N_CAPTIONS; i++) {
        char text[160];
        size_t len = 0;
        for (int k = 0; k < 8; k++)
            len += (size_t)snprintf(text + len, sizeof text - len, "w%llux ",
                                    (unsigned long long)rs_rng_below(rng, 200));
        put_turn(w, id, n++, "reference", text);
    }
    for (; more && *more; more++) put_turn(w, id, n++, "reference", *more);
    return id;
}

static void put_all(world *w, const char *dataset, const char *role, rs_rng *rng)
{
    for (int i = 0; i < N_PICTURES; i++)
        put_captions(w, (put){.dataset = dataset, .role = role}, rng, NULL);
}

static const char *const shared[] = {"An anchored trawler beside two rusty barges",
                                     "two \x1b[1m rusty barges and a trawler, on grey water", NULL};

static rs_store *decide(world *w, rs_catalog **catalog)
{
    world_commit(w);
    *catalog = builtin_catalog();
    rs_store *store = open_world(w, RS_STORE_DECIDE, 2);
    OK(rs_protect_make(store, *catalog, (rs_texts){0}, err));
    OK(rs_decide_text_pairs(store, err));
    return store;
}

static void end(world *w, rs_store *store, rs_catalog *catalog)
{
    rs_store_close(store);
    rs_catalog_close(catalog);
    world_end(w);
}

static void test_pairs_of_captions(void **state)
{
    (void)state;
    world w;
    rs_catalog *catalog;
    rs_rng rng = {5};
    world_begin(&w);
    put_release(&w, "mine", "open", "human");
    put_release(&w, "theirs", "open", "human");
    put_all(&w, "mine", "eval", &rng);
    put_all(&w, "theirs", "train", &rng);
    const rs_id a = put_captions(&w, (put){.dataset = "mine", .role = "eval"}, &rng, shared);
    const rs_id b =
        put_captions(&w, (put){.dataset = "theirs", .picture = "trawler.png"}, &rng, shared);
    /* another sample of that picture shows it as well */
    const rs_id also = put_sample(&w, (put){.dataset = "theirs", .picture = "trawler.png"});
    put_turn(&w, also, 0, "user", "How many barges are there?");
    put_turn(&w, also, 1, "assistant", "2");
    rs_store *store = decide(&w, &catalog);
    assert_int_equal(ask(store, "SELECT count(*) FROM text_pair"), 2);
    rs_result *result;
    OK(rs_store_query(store,
                      RS_STR("SELECT a, b, method, level, score, evidence FROM text_pair "
                             "WHERE b IN (SELECT sample_id FROM sample WHERE task = 'caption')"),
                      NULL, 0, &result, err));
    OK(rs_result_next(result, err));
    assert_true(rs_id_eq(rs_result_id(result, 0), a) && rs_id_eq(rs_result_id(result, 1), b));
    assert_true(rs_str_eq(rs_result_str(result, 2), RS_STR("text")));
    assert_true(rs_str_eq(rs_result_str(result, 3), RS_STR("image")));
    assert_true(rs_result_double(result, 4) == 0.4);
    const rs_str evidence = rs_result_str(result, 5);
    assert_true(rs_str_starts(evidence, RS_STR("2 of 5 texts: \"")));
    assert_true(rs_str_find(evidence, RS_STR("(in 1 picture of mine, 1 of theirs)")) != RS_NPOS);
    assert_true(rs_str_find(evidence, RS_STR("\x1b")) == RS_NPOS);
    rs_result_close(result);
    assert_int_equal(ask(store, "SELECT count(*) FROM text_look"), 1);
    assert_int_equal(ask(store, "SELECT count(*) FROM text_look WHERE benchmark = 'mine' AND "
                                "dataset = 'mine' AND pool = 'theirs' AND samples = 61 AND looked "
                                "= 61 AND pool_samples = 62 AND pool_looked = 62 AND why IS NULL"),
                     1);
    /* again: nothing is compared, which a row that was taken out shows; by another mark all is */
    OK(rs_store_exec(store, RS_STR("DELETE FROM text_pair WHERE score < 2"), err));
    OK(rs_decide_text_pairs(store, err));
    assert_int_equal(ask(store, "SELECT count(*) FROM text_pair"), 0);
    OK(rs_store_exec(store, RS_STR("UPDATE text_look SET mark = NULL"), err));
    OK(rs_decide_text_pairs(store, err));
    assert_int_equal(ask(store, "SELECT count(*) FROM text_pair"), 2);
    assert_int_equal(ask(store, "SELECT count(*) FROM text_look WHERE mark IS NOT NULL"), 1);
    end(&w, store, catalog);
}

/* Conversations: sentences are texts of their own, short answers go with their questions. */
static void test_pairs_of_answers(void **state)
{
    (void)state;
    static const char *const told[] = {"It is an oil depot with eleven white tanks by the canal",
                                       "Eleven tanks of an oil depot stand by the dark canal"};
    world w;
    rs_catalog *catalog;
    rs_rng rng = {6};
    world_begin(&w);
    put_release(&w, "mine", "open", "human");
    put_release(&w, "theirs", "open", "human");
    put_all(&w, "mine", "eval", &rng);
    put_all(&w, "theirs", "train", &rng);
    const char *const datasets[] = {"mine", "theirs"};
    rs_id ids[2];
    for (size_t d = 0; d < 2; d++) {
        const char *role = d ? "train" : "eval";
        ids[d] = put_sample(&w, (put){.dataset = datasets[d], .role = role, .picture = "x.png"});
        put_turn(&w, ids[d], 0, "user", d ? "<image>\nDescribe it." : "What do you see?");
        put_turn(&w, ids[d], 1, "assistant", told[0]);
        put_turn(&w, ids[d], 2, "user", "In other words?");
        put_turn(&w, ids[d], 3, "assistant", told[1]);
        /* "yes" to a common question, and two answers that are rare with their questions alone */
        const rs_id other =
            put_sample(&w, (put){.dataset = datasets[d], .role = role, .picture = "y.png"});
        put_turn(&w, other, 0, "user", "Is a depot left of the abandoned ferry terminal?");
        put_turn(&w, other, 1, "assistant", "Yes");
        put_turn(&w, other, 2, "user", "How many cranes does the ferry terminal have?");
        put_turn(&w, other, 3, "assistant", "2");
    }
    rs_store *store = decide(&w, &catalog);
    assert_int_equal(ask(store, "SELECT count(*) FROM text_pair"), 1);
    rs_result *result;
    OK(rs_store_query(store, RS_STR("SELECT a, b, score FROM text_pair"), NULL, 0, &result, err));
    OK(rs_result_next(result, err));
    assert_true(rs_id_eq(rs_result_id(result, 0), ids[0]));
    assert_true(rs_id_eq(rs_result_id(result, 1), ids[1]));
    assert_true(rs_result_double(result, 2) == 1);
    rs_result_close(result);
    end(&w, store, catalog);
}

/* What could not be compared is not said to have been. */
static void test_what_was_looked_at(void **state)
{
    (void)state;
    static const char *const han[] = {
        "\xe6\x9c\xba\xe5\x9c\xba\xe9\x87\x8c\xe5\x81\x9c\xe7\x9d\x80\xe9\xa3\x9e\xe6\x9c\xba",
        NULL};
    world w;
    rs_catalog *catalog;
    rs_rng rng = {7};
    world_begin(&w);
    const char *const datasets[] = {"mine", "silent", "untold", "han", "mixed", "alike"};
    for (size_t i = 0; i < 6; i++) put_release(&w, datasets[i], "open", "human");
    put_captions(&w, (put){.dataset = "mine", .role = "eval"}, &rng, NULL);
    /* indexed without texts; questions without answers; another script */
    const rs_id silent = put_sample(&w, (put){.dataset = "silent", .task = "caption"});
    put_turn(&w, silent, 0, "reference", NULL);
    const rs_id untold = put_sample(&w, (put){.dataset = "untold"});
    put_turn(&w, untold, 0, "user", "How many of the white planes are there?");
    const rs_id chinese = put_sample(&w, (put){.dataset = "han", .task = "caption"});
    put_turn(&w, chinese, 0, "reference", han[0]);
    put_turn(&w, chinese, 1, "reference",
             "\xe4\xb8\x80\xe6\x9d\xa1\xe6\xb2\xb3\xe6\xb5\x81\xe7\xa9\xbf\xe8\xbf\x87\xe5\x86\x9c"
             "\xe7\x94\xb0");
    /* six pictures of one caption: none could be told from another */
    for (int i = 0; i < 6; i++) {
        const char *const pictures[] = {"a.png", "b.png", "c.png", "d.png", "e.png", "f.png"};
        const rs_id same =
            put_sample(&w, (put){.dataset = "alike", .task = "caption", .picture = pictures[i]});
        put_turn(&w, same, 0, "reference",
                 "many planes are parked next to a long building in an airport");
    }
    put_captions(&w, (put){.dataset = "mixed"}, &rng, han);
    put_sample(&w, (put){.dataset = "mixed", .task = "classification"});
    rs_store *store = decide(&w, &catalog);
    static const char *const rows[] = {
        "pool = 'silent' AND looked = 0 AND pool_looked = 0 AND why = 'text not kept'",
        "pool = 'untold' AND looked = 0 AND pool_looked = 0 AND why = 'no text that few pictures "
        "share'",
        "pool = 'han' AND looked = 0 AND pool_looked = 0 AND why = 'no script in common'",
        "pool = 'mixed' AND looked = 1 AND pool_samples = 2 AND pool_looked = 1 AND "
        "why = 'no text that few pictures share'",
        "pool = 'alike' AND pool_samples = 6 AND pool_looked = 0 AND why = 'no text that few "
        "pictures share'"};
    for (size_t i = 0; i < 5; i++) {
        char sql[256];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM text_look WHERE samples = 1 AND %s",
                 rows[i]);
        if (ask(store, sql) != 1) fail_msg("no row with %s", rows[i]);
    }
    assert_int_equal(ask(store, "SELECT count(*) FROM text_look"), 5);
    assert_int_equal(ask(store, "SELECT count(*) FROM text_pair"), 0);
    end(&w, store, catalog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs_of_captions),
        cmocka_unit_test(test_pairs_of_answers),
        cmocka_unit_test(test_what_was_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
