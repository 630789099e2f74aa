/* Mixtures over a workspace written by hand: every reason, determinism, transactions. */
#include "workspace.h"

static void mix_in_groups(const world *w, const rs_catalog *catalog, const char *text, int threads,
                          int64_t group, rs_buf *json)
{
    rs_arena arena = {0};
    rs_recipe recipe;
    OK(rs_recipe_parse(&arena, RS_STR("r.yaml"), rs_str_of(text), &recipe, err));
    rs_mix_job job = {.catalog = catalog,
                      .recipe = &recipe,
                      .recipe_text = rs_str_of(text),
                      .file = RS_STR("r.yaml"),
                      .made_at = RS_STR("2026-01-01T00:00:00Z"),
                      .group = group};
    job.store = open_world(w, RS_STORE_DECIDE, threads);
    job.reader = open_world(w, RS_STORE_READ, threads);
    OK(rs_protect_make(job.store, catalog, recipe.protect, err));
    OK(rs_decide_mix(&job, json, err));
    rs_store_close(job.reader);
    rs_store_close(job.store);
    rs_arena_fini(&arena);
}

static void mix_text(const world *w, const rs_catalog *catalog, const char *text, int threads,
                     rs_buf *json)
{
    mix_in_groups(w, catalog, text, threads, 0, json);
}

static void expect_reason(rs_store *store, rs_id id, const char *reason)
{
    rs_result *result = NULL;
    rs_arg arg = {.type = RS_ARG_ID, .id = id};
    OK(rs_store_query(store,
                      RS_STR("SELECT reason, kept, n_repeats FROM ledger WHERE sample_id = $1"),
                      &arg, 1, &result, err));
    OK(rs_result_next(result, err));
    rs_str found = rs_result_str(result, 0);
    if (!rs_str_eq(found, rs_str_of(reason)))
        fail_msg("expected %s, found %.*s", reason, RS_STR_ARG(found));
    assert_int_equal(rs_result_i64(result, 1), rs_str_eq(found, RS_STR("kept")));
    assert_int_equal(rs_result_i64(result, 2) > 0, rs_str_eq(found, RS_STR("kept")));
    rs_result_close(result);
}

/* A record that lists the objects of a picture. */
static rs_id put_list(world *w, const char *picture, const char *bytes, const char *objects,
                      rs_complete complete)
{
    return put_sample(w, (put){.dataset = "mine",
                               .task = "detection-hbb",
                               .picture = picture,
                               .bytes = bytes,
                               .question = "all",
                               .answer = objects,
                               .complete = complete});
}

/* An answer that contradicts every other answer about the same bytes. */
static rs_id put_conflict(world *w, const char *dataset, const char *picture, const char *bytes,
                          const char *answer)
{
    return put_sample(w, (put){.dataset = dataset,
                               .picture = picture,
                               .bytes = bytes,
                               .question = "is it?",
                               .answer = answer});
}

static void every_reason(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    world_begin(&w);
    put_release(&w, "mine", "open", "llm");
    put_release(&w, "written", "research", "human");
    put_release(&w, "shut", "restricted", "human");
    put_release(&w, "dota", "research", "human");
    struct {
        rs_id id;
        const char *reason;
    } cases[] = {
        {put_sample(&w, (put){.dataset = "mine"}), "kept"},
        {put_sample(&w, (put){.dataset = "mine", .role = "eval"}), "eval-role"},
        {put_sample(&w, (put){.dataset = "mine", .task = "caption"}), "task-not-wanted"},
        {put_sample(&w, (put){.dataset = "shut"}), "licence"},
        {put_sample(&w, (put){.dataset = "mine", .withheld = true}), "answer-withheld"},
        {put_sample(&w, (put){.dataset = "mine", .serious = "box-text-unparsed"}),
         "box-text-unparsed"},
        {put_sample(&w, (put){.dataset = "mine", .serious = "answer-empty"}), "serious-finding"},
        /* findings are capped: the ledger does not depend on their rows */
        {put_sample(&w, (put){.dataset = "mine", .serious = "box-text-unparsed", .capped = true}),
         "box-text-unparsed"},
        {put_sample(&w, (put){.dataset = "mine", .complete = RS_COMPLETE_NO}),
         "annotation-incomplete"},
        {put_sample(&w, (put){.dataset = "mine", .complete = RS_COMPLETE_YES}), "kept"},
        /* two lists of one picture: by its name, by its bytes, beside one that is not whole */
        {put_list(&w, "l1.png", "l1", "a", RS_COMPLETE_YES), "annotation-incomplete"},
        {put_list(&w, "l1.png", "l1", "b", RS_COMPLETE_YES), "annotation-incomplete"},
        {put_list(&w, "l2.png", "l2", "a", RS_COMPLETE_YES), "annotation-incomplete"},
        {put_list(&w, "l3.png", "l2", "none", RS_COMPLETE_YES), "annotation-incomplete"},
        {put_list(&w, "l4.png", "l4", "a", RS_COMPLETE_YES), "annotation-incomplete"},
        {put_list(&w, "l4.png", "l4", "a", RS_COMPLETE_NO), "annotation-incomplete"},
        /* the same list twice is a duplicate */
        {put_list(&w, "l5.png", "l5", "a", RS_COMPLETE_YES), NULL},
        {put_list(&w, "l5.png", "l5", "a", RS_COMPLETE_YES), NULL},
        {put_sample(&w, (put){.dataset = "mine", .unresolved = true}), "unresolved-picture"},
        {put_sample(&w, (put){.dataset = "mine", .damage = "image-truncated"}), "serious-finding"},
        {put_sample(&w, (put){.dataset = "mine", .unwritable = "task-not-text"}), "task-not-text"},
        {put_sample(&w, (put){.dataset = "mine", .unwritable = "internvl:json-boxes"}), "kept"},
        {put_sample(&w, (put){.dataset = "mine", .key = "DOTA/P0001", .relation = "same"}),
         "leak-image"},
        {put_sample(&w, (put){.dataset = "mine", .key = "DOTA/P0001", .relation = "crop"}),
         "leak-crop"},
        {put_sample(&w, (put){.dataset = "mine", .key = "DOTA/P0001", .relation = "scene"}),
         "leak-scene"},
        {put_sample(&w, (put){.dataset = "mine", .bytes = "test picture"}), "leak-image"},
        {put_sample(&w, (put){.dataset = "mine", .key = "DOTA/P0002"}), "kept"},
        {put_sample(&w,
                    (put){.dataset = "mine", .picture = "d.png", .bytes = "d", .question = "q"}),
         "duplicate"},
        {put_sample(&w,
                    (put){.dataset = "written", .picture = "e.png", .bytes = "d", .question = "q"}),
         "kept"},
        {put_sample(&w, (put){.dataset = "mine",
                              .picture = "d.png",
                              .bytes = "d",
                              .question = "q2",
                              .answer = "no"}),
         "kept"},
        /* answered in two ways, by two datasets, under two names of one picture: not both are true,
         * also where one is no training data; what is known to be wrong contradicts nothing */
        {put_conflict(&w, "mine", "c1.png", "c", "yes"), "answer-conflict"},
        {put_conflict(&w, "written", "c2.png", "c", "no"), "answer-conflict"},
        {put_conflict(&w, "mine", "c1.png", "c", "yes"), "answer-conflict"},
        {put_conflict(&w, "mine", "c3.png", "e", "yes"), "answer-conflict"},
        {put_sample(&w, (put){.dataset = "mine",
                              .role = "eval",
                              .picture = "c3.png",
                              .bytes = "e",
                              .question = "is it?",
                              .answer = "no"}),
         "eval-role"},
        {put_conflict(&w, "mine", "c4.png", "f", "yes"), "kept"},
        {put_sample(&w, (put){.dataset = "mine",
                              .serious = "answer-empty",
                              .picture = "c4.png",
                              .bytes = "f",
                              .question = "is it?",
                              .answer = ""}),
         "serious-finding"},
        /* its own benchmark's training split is not thinned */
        {put_sample(&w, (put){.dataset = "dota",
                              .task = "detection-obb",
                              .split = "train",
                              .key = "DOTA/P0001"}),
         "kept"},
        {put_sample(&w, (put){.dataset = "dota",
                              .task = "detection-obb",
                              .split = "val",
                              .role = "eval",
                              .key = "DOTA/P0001",
                              .bytes = "test picture"}),
         "eval-role"},
    };
    world_commit(&w);
    rs_buf json = {0};
    mix_text(&w, catalog,
             "name: all\ndatasets: [{id: mine, tasks: [vqa, detection-hbb]}, {id: written}, {id: "
             "shut}, {id: dota}]\n",
             2, &json);
    rs_store *store = open_world(&w, RS_STORE_READ, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!cases[i].reason) continue;
        print_message("case %zu: %s\n", i, cases[i].reason);
        expect_reason(store, cases[i].id, cases[i].reason);
    }
    assert_int_equal(ask(store, "SELECT count(*) FROM ledger"), sizeof cases / sizeof *cases);
    assert_int_equal(ask(store, "SELECT count(*) FROM mixture WHERE name = 'all'"), 1);
    assert_int_equal(ask(store, "SELECT count(*) FROM ledger WHERE detail = 'list-parted'"), 5);
    assert_int_equal(ask(store, "SELECT count(*) FROM ledger WHERE reason = 'duplicate'"), 2);
    rs_store_close(store);
    /* strict: the benchmark's own training data goes too */
    mix_text(&w, catalog,
             "name: strict\nstrict: yes\nlicence: any\nleaks: {scene: keep}\nunresolved: "
             "keep\nduplicates: keep\n"
             "datasets: [{id: mine}, {id: dota}, {id: shut}]\n",
             1, &json);
    store = open_world(&w, RS_STORE_READ, 1);
    assert_int_equal(ask(store, "SELECT count(*) FROM ledger l JOIN mixture m USING (mixture_id) "
                                "WHERE name = 'strict' AND"
                                " reason = 'leak-image'"),
                     4);
    assert_int_equal(ask(store,
                         "SELECT count(*) FROM ledger l JOIN mixture m USING (mixture_id) WHERE "
                         "name = 'strict' AND"
                         " reason IN ('leak-scene', 'licence', 'duplicate', 'unresolved-picture')"),
                     0);
    rs_store_close(store);
    rs_buf_fini(&json);
    world_end(&w);
    rs_catalog_close(catalog);
}

/* A group of m samples gives m rows, each naming one that it contradicts; `conflicts: keep` keeps
 * them, and what agrees is a duplicate then. */
static void conflicts(void **state)
{
    (void)state;
    enum { MANY = 3000 };
    rs_catalog *catalog = builtin_catalog();
    world w;
    world_begin(&w);
    put_release(&w, "mine", "open", "llm");
    for (int i = 0; i < MANY; i++)
        put_conflict(&w, "mine", "c.png", "c", i % 3 ? "yes" : i % 2 ? "no" : "maybe");
    world_commit(&w);
    rs_buf json = {0};
    mix_text(&w, catalog, "name: drop\ndatasets: [{id: mine}]\n", 2, &json);
    rs_store *store = open_world(&w, RS_STORE_READ, 2);
    assert_int_equal(ask(store, "SELECT count(*) FROM ledger WHERE reason = 'answer-conflict' AND "
                                "NOT kept"),
                     MANY);
    assert_int_equal(ask(store,
                         "SELECT count(*) FROM ledger l JOIN sample s USING (sample_id) JOIN "
                         "sample o ON CAST(o.sample_id AS VARCHAR) = l.detail WHERE "
                         "o.key_answer <> s.key_answer"),
                     MANY);
    rs_store_close(store);
    json.len = 0;
    mix_text(&w, catalog, "name: keep\nconflicts: keep\ndatasets: [{id: mine}]\n", 1, &json);
    store = open_world(&w, RS_STORE_READ, 1);
    assert_int_equal(ask(store, "SELECT count(*) FROM ledger JOIN mixture USING (mixture_id) WHERE "
                                "name = 'keep' AND kept"),
                     3);
    assert_int_equal(ask(store, "SELECT count(*) FROM ledger WHERE reason = 'duplicate'"),
                     MANY - 3);
    rs_store_close(store);
    rs_buf_fini(&json);
    world_end(&w);
    rs_catalog_close(catalog);
}

/* A recipe that names its model leaves out what this model cannot be taught, and nothing else. */
static void named_model(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    world_begin(&w);
    put_release(&w, "mine", "open", "llm");
    rs_id some = put_sample(&w, (put){.dataset = "mine",
                                      .unwritable = "internvl:json-boxes qwen3-vl:size-unknown"}),
          other = put_sample(&w, (put){.dataset = "mine", .unwritable = "llava-1.5:json-boxes"}),
          all = put_sample(&w, (put){.dataset = "mine", .unwritable = "roles"});
    world_commit(&w);
    rs_buf json = {0};
    mix_text(&w, catalog, "name: any\ndatasets: [{id: mine}]\n", 1, &json);
    assert_true(rs_str_find(rs_buf_view(&json), RS_STR("model-unnamed")) != RS_NPOS);
    rs_store *store = open_world(&w, RS_STORE_READ, 1);
    assert_int_equal(ask(store, "SELECT count(*) FROM ledger WHERE kept"), 2);
    rs_store_close(store);
    json.len = 0;
    mix_text(&w, catalog, "name: any\nmodel: qwen3-vl\nformat: qwen\ndatasets: [{id: mine}]\n", 1,
             &json);
    assert_true(rs_str_find(rs_buf_view(&json), RS_STR("model-unnamed")) == RS_NPOS);
    store = open_world(&w, RS_STORE_DECIDE, 1);
    OK(rs_store_exec(store,
                     RS_STR("DELETE FROM ledger WHERE mixture_id IN (SELECT mixture_id FROM "
                            "mixture WHERE model IS NULL)"),
                     err));
    expect_reason(store, some, "size-unknown");
    expect_reason(store, other, "kept");
    expect_reason(store, all, "roles");
    assert_int_equal(ask(store, "SELECT count(*) FROM mixture WHERE format = 'qwen'"), 1);
    rs_store_close(store);
    rs_buf_fini(&json);
    world_end(&w);
    rs_catalog_close(catalog);
}

/* In three parts. */
static void put_many(world *w, int n)
{
    world_begin(w);
    put_release(w, "big", "open", "template");
    put_release(w, "small", "open", "human");
    for (int i = 0; i < n; i++) {
        char picture[32], question[32];
        snprintf(picture, sizeof picture, "%d.png", i / 8);
        snprintf(question, sizeof question, "q%d", i % 5);
        if (i > 0 && i % (n / 3 + 1) == 0) {
            OK(rs_part_commit(w->part, err));
            OK(rs_part_new(w->store, RS_STR("all"), rs_str_of(i < n / 2 ? "p1" : "p2"), &w->part,
                           err));
        }
        put_sample(w, (put){.dataset = i % 5 ? "big" : "small",
                            .picture = picture,
                            .question = question,
                            .split = i % 3 ? "train" : "extra",
                            .skill = i % 2 ? "counting" : NULL});
    }
    world_commit(w);
}

static const char many_recipe[] =
    "name: many\nseed: 11\nbudget: {samples: 500}\ncaps: {per_image: 6}\n"
    "datasets: [{id: big, splits: [train], weight: 3}, {id: big, skills: [counting], weight: 1},"
    " {id: small, weight: 1, repeats: 2}]\n";

static int64_t ledger_sum(const world *w)
{
    rs_store *store = open_world(w, RS_STORE_READ, 1);
    /* every row once, in any order: a sum of row hashes */
    int64_t sum = ask(store, "SELECT CAST(sum(hash(mixture_id, sample_id, kept, reason, detail, "
                             "n_repeats)) % 1000000007 AS BIGINT) FROM ledger");
    rs_store_close(store);
    return sum;
}

static void same_for_any_threads(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    put_many(&w, 3000);
    rs_buf first = {0};
    int64_t sum = 0;
    for (int threads = 1; threads <= 4; threads *= 2) {
        rs_buf json = {0};
        mix_text(&w, catalog, many_recipe, threads, &json);
        if (threads == 1) {
            first = json;
            sum = ledger_sum(&w);
            continue;
        }
        assert_true(rs_str_eq(rs_buf_view(&json), rs_buf_view(&first)));
        assert_int_equal(ledger_sum(&w), sum); /* replaced, not added */
        rs_buf_fini(&json);
    }
    rs_store *store = open_world(&w, RS_STORE_READ, 1);
    assert_int_equal(ask(store, "SELECT sum(n_repeats) FROM ledger"), 500);
    assert_int_equal(ask(store, "SELECT count(*) FROM ledger"), 3000);
    assert_int_equal(
        ask(store,
            "SELECT max(n) FROM (SELECT count(*) n FROM ledger JOIN sample_asset USING (sample_id)"
            " WHERE kept GROUP BY asset_id)") <= 6,
        1);
    assert_int_equal(
        ask(store, "SELECT count(*) FROM ledger WHERE reason = 'split-not-wanted'") > 0, 1);
    assert_int_equal(ask(store, "SELECT max(n_repeats) <= 2 FROM ledger"), 1);
    rs_store_close(store);
    rs_buf_fini(&first);
    world_end(&w);
    rs_catalog_close(catalog);
}

static void same_in_groups_of_parts(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    put_many(&w, 3000);
    rs_buf whole = {0}, grouped = {0};
    mix_text(&w, catalog, many_recipe, 1, &whole);
    const int64_t sum = ledger_sum(&w);
    mix_in_groups(&w, catalog, many_recipe, 1, 1, &grouped);
    assert_true(rs_str_eq(rs_buf_view(&whole), rs_buf_view(&grouped)));
    assert_int_equal(ledger_sum(&w), sum);
    rs_store *store = open_world(&w, RS_STORE_READ, 1);
    rs_part_groups *groups;
    int64_t samples = 0, pictures = 0;
    OK(rs_part_groups_new(store, 1, &groups, err));
    assert_int_equal(rs_part_groups_n(groups), 3);
    for (size_t i = 0; i < 3; i++) {
        OK(rs_part_groups_show(groups, i, err));
        samples += ask(store, "SELECT count(*) FROM sample_here");
        pictures += ask(store, "SELECT count(*) FROM sample_here JOIN sample_asset_here USING "
                               "(sample_id)");
    }
    assert_int_equal(samples, 3000);
    assert_int_equal(pictures, ask(store, "SELECT count(*) FROM sample_asset"));
    rs_part_groups_free(groups);
    rs_store_close(store);
    rs_buf_fini(&whole);
    rs_buf_fini(&grouped);
    world_end(&w);
    rs_catalog_close(catalog);
}

/* The parts of other datasets may lie before and behind those of the recipe. */
static void groups_without_candidates(void **state)
{
    (void)state;
    static const char *const datasets[] = {"early", "middle", "late"};
    rs_catalog *catalog = builtin_catalog();
    world w;
    world_begin(&w);
    rs_id ids[3];
    for (int i = 0; i < 3; i++) {
        if (i > 0) {
            OK(rs_part_commit(w.part, err));
            OK(rs_part_new(w.store, RS_STR("all"), rs_str_of(datasets[i]), &w.part, err));
        }
        put_release(&w, datasets[i], "open", "human");
        ids[i] = put_sample(&w, (put){.dataset = datasets[i], .picture = "a.png"});
    }
    world_commit(&w);
    for (int i = 0; i < 3; i++) {
        char recipe[64];
        rs_buf json = {0};
        snprintf(recipe, sizeof recipe, "name: %s\ndatasets: [{id: %s}]\n", datasets[i],
                 datasets[i]);
        mix_in_groups(&w, catalog, recipe, 1, 1, &json);
        rs_store *store = open_world(&w, RS_STORE_READ, 1);
        expect_reason(store, ids[i], "kept");
        rs_store_close(store);
        rs_buf_fini(&json);
    }
    world_end(&w);
    rs_catalog_close(catalog);
}

static void other_seed_other_choice(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    put_many(&w, 1000);
    rs_buf json = {0};
    mix_text(&w, catalog, "name: a\nseed: 1\nbudget: {samples: 100}\ndatasets: [{id: big}]\n", 1,
             &json);
    mix_text(&w, catalog, "name: b\nseed: 2\nbudget: {samples: 100}\ndatasets: [{id: big}]\n", 1,
             &json);
    rs_store *store = open_world(&w, RS_STORE_READ, 1);
    assert_int_equal(ask(store, "SELECT count(DISTINCT mixture_id) FROM mixture"), 2);
    int64_t both = ask(store, "SELECT count(*) FROM (SELECT sample_id FROM ledger WHERE kept GROUP "
                              "BY 1 HAVING count(*) = 2)");
    assert_true(both < 60);
    rs_store_close(store);
    rs_buf_fini(&json);
    world_end(&w);
    rs_catalog_close(catalog);
}

static void several_captions(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    world_begin(&w);
    put_release(&w, "a", "open", "human");
    /* with 1, 2 and 3 references; the last sample repeats its only one with other blanks */
    static const char *const texts[] = {"a road", "a river", "a field"};
    static const char *const same[] = {"a road", " a road\n", "", "a road"};
    for (int s = 0; s < 4; s++) {
        rs_id id = put_sample(&w, (put){.dataset = "a", .task = "caption"});
        for (int i = 0; i <= s; i++) {
            rs_rows *r = rs_part_rows(w.part, RS_T_TURN);
            rs_put_id(r, RS_TURN_sample_id, id);
            rs_put_i64(r, RS_TURN_i, i);
            put_text(r, RS_TURN_role, "reference");
            put_text(r, RS_TURN_text, s < 3 ? texts[i] : same[i]);
            rs_put_i64(r, RS_TURN_text_hash, 1);
            rs_put_end(r);
        }
    }
    world_commit(&w);
    rs_buf json = {0};
    mix_text(&w, catalog, "name: a\ncaptions_per_image: 2\ndatasets: [{id: a}]\n", 1, &json);
    rs_store *store = open_world(&w, RS_STORE_READ, 1);
    assert_int_equal(ask(store, "SELECT sum(n_repeats) FROM ledger"), 1 + 2 + 2 + 1);
    rs_store_close(store);
    rs_buf_fini(&json);
    world_end(&w);
    rs_catalog_close(catalog);
}

static void unknown_names(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    put_many(&w, 10);
    rs_arena arena = {0};
    rs_recipe recipe;
    rs_buf json = {0};
    rs_mix_job job = {.catalog = catalog,
                      .recipe = &recipe,
                      .recipe_text = RS_STR("x"),
                      .file = RS_STR("r.yaml"),
                      .made_at = RS_STR("t")};
    job.store = open_world(&w, RS_STORE_DECIDE, 1);
    job.reader = open_world(&w, RS_STORE_READ, 1);
    OK(rs_recipe_parse(&arena, RS_STR("r.yaml"), RS_STR("name: a\ndatasets:\n  - {id: bigg}\n"),
                       &recipe, err));
    FAILS(RSIFT_E_ARG, "r.yaml:3:5", rs_decide_mix(&job, &json, err));
    FAILS(RSIFT_E_ARG, "did you mean big?", rs_decide_mix(&job, &json, err));
    OK(rs_recipe_parse(&arena, RS_STR("r.yaml"),
                       RS_STR("name: a\nprotect: [dotta]\ndatasets:\n  - {id: big}\n"), &recipe,
                       err));
    FAILS(RSIFT_E_ARG, "did you mean dota",
          rs_protect_make(job.store, catalog, recipe.protect, err));
    FAILS(RSIFT_E_ARG, "`rsift list --goals` the benchmarks",
          rs_protect_make(job.store, catalog, recipe.protect, err));
    assert_int_equal(ask(job.store, "SELECT count(*) FROM ledger"), 0);
    rs_store_close(job.reader);
    rs_store_close(job.store);
    rs_buf_fini(&json);
    rs_arena_fini(&arena);
    world_end(&w);
    rs_catalog_close(catalog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_reason),
                                       cmocka_unit_test(conflicts),
                                       cmocka_unit_test(named_model),
                                       cmocka_unit_test(same_for_any_threads),
                                       cmocka_unit_test(same_in_groups_of_parts),
                                       cmocka_unit_test(groups_without_candidates),
                                       cmocka_unit_test(other_seed_other_choice),
                                       cmocka_unit_test(several_captions),
                                       cmocka_unit_test(unknown_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
