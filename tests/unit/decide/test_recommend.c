/* The recommendation: goals, filters, recipes that mix accepts. */
#include "workspace.h"

#include "decide/candidates.h"

static rs_recommend_job job_of(const rs_catalog *catalog, rs_store *store, rs_str *goals, size_t n,
                               int64_t budget)
{
    return (rs_recommend_job){.catalog = catalog,
                              .store = store,
                              .goals = {goals, n},
                              .licence = RS_RECIPE_RESEARCH,
                              .budget = budget,
                              .max_bytes = -1,
                              .recipe_name = RS_STR("rec")};
}

static const rs_json *answer(const rs_recommend_job *job, rs_arena *arena, rs_recipe *recipe)
{
    rs_buf json = {0}, text = {0};
    int64_t n_unserved;
    const rs_json *root = NULL;
    OK(rs_decide_recommend(job, &json, &text, &n_unserved, err));
    OK(rs_json_parse(arena, rs_arena_str(arena, rs_buf_view(&json)), NULL, &root, err));
    OK(rs_recipe_parse(arena, RS_STR("rec.yaml"), rs_buf_view(&text), recipe, err));
    rs_buf_fini(&json);
    rs_buf_fini(&text);
    return root;
}

static int64_t number(const rs_json *row, const char *key)
{
    int64_t v = -1;
    assert_true(rs_json_i64(rs_json_get(row, key), &v));
    return v;
}

static void from_the_catalogue(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    rs_arena arena = {0};
    rs_str goals[] = {RS_STR("vqa"), RS_STR("counting")};
    rs_recommend_job job = job_of(catalog, NULL, goals, 2, 20000);
    rs_recipe recipe;
    const rs_json *root = answer(&job, &arena, &recipe), *rows = rs_json_get(root, "rows");
    assert_int_equal(number(root, "allocated"), 20000);
    int64_t sum = 0, in_recipe = 0;
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        sum += number(row, "samples");
        assert_true(rs_json_len(rs_json_get(row, "reasons")) >= 3);
        rs_json_iter reasons = rs_json_each(rs_json_get(row, "reasons"));
        for (const rs_json *r; (r = rs_json_next(&reasons, NULL));) {
            rs_str basis = rs_json_str(rs_json_get(r, "basis"));
            assert_true(rs_str_eq(basis, RS_STR("catalogue")) ||
                        rs_str_eq(basis, RS_STR("assumed"))); /* nothing is measured */
        }
    }
    assert_int_equal(sum, 20000);
    for (size_t i = 0; i < recipe.datasets.n; i++) in_recipe += recipe.datasets.items[i].samples;
    assert_int_equal(in_recipe, 20000);
    assert_int_equal(recipe.budget_samples, 20000);
    /* open: nothing else is taken */
    job.licence = RS_RECIPE_OPEN;
    root = answer(&job, &arena, &recipe);
    it = rs_json_each(rs_json_get(root, "rows"));
    for (const rs_json *row; (row = rs_json_next(&it, NULL));)
        assert_true(rs_str_eq(rs_json_str(rs_json_get(row, "licence")), RS_STR("open")));
    rs_arena_fini(&arena);
    rs_catalog_close(catalog);
}

/* The row of a list whose "dataset" is `id`, or NULL. */
static const rs_json *row_of(const rs_json *root, const char *list, const char *id)
{
    rs_json_iter it = rs_json_each(rs_json_get(root, list));
    for (const rs_json *row; (row = rs_json_next(&it, NULL));)
        if (rs_str_eq(rs_json_str(rs_json_get(row, "dataset")), rs_str_of(id))) return row;
    return NULL;
}

/* What was once answered with 27 datasets and 3 TB, among them a withdrawn one, a benchmark and
 * fourteen that nothing could read. */
static void few_datasets_that_can_be_had(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    rs_arena arena = {0};
    rs_str goals[] = {RS_STR("vqa"), RS_STR("grounding-hbb"), RS_STR("caption")};
    rs_recommend_job job = job_of(catalog, NULL, goals, 3, 500);
    rs_recipe recipe;
    const rs_json *root = answer(&job, &arena, &recipe), *rows = rs_json_get(root, "rows");
    assert_in_range(rs_json_len(rows), 1, 5);
    int64_t bytes = 0, adds = 0;
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        const rs_catalog_dataset *d =
            rs_catalog_find(catalog, rs_json_str(rs_json_get(row, "dataset")));
        assert_true(d->released == RS_RELEASED_YES || d->released == RS_RELEASED_MIRROR);
        assert_true(rs_catalog_is_read(d) && d->links.download.n > 0);
        assert_true(number(row, "adds_permille") >= number(row, "cost_permille"));
        adds += number(row, "adds_permille");
        if (d->sizes.bytes > 0) bytes += d->sizes.bytes;
    }
    assert_true(bytes < 50000000000);
    assert_in_range(number(root, "covered_permille") - adds + 5, 0, 10); /* each is rounded */
    assert_int_equal(number(root, "n_unserved"), 0);
    static const struct {
        const char *id, *reason;
    } out[] = {{"falcon-fcd78m", "withdrawn by its authors"},
               {"mme-realworld", "for evaluation only"},
               {"mmm-rs", "released only in part"},
               {"uav-captions", "not released"},
               {"cdd", "serves none of the goals"}};
    for (size_t i = 0; i < sizeof out / sizeof *out; i++) {
        const rs_json *row = row_of(root, "left_out", out[i].id);
        assert_non_null(row);
        assert_true(rs_str_eq(rs_json_str(rs_json_get(row, "reason")), rs_str_of(out[i].reason)));
    }
    it = rs_json_each(rs_json_get(root, "left_out"));
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        const rs_str reason = rs_json_str(rs_json_get(row, "reason"));
        if (rs_str_eq(reason, RS_STR("rsift cannot read it yet")))
            assert_false(rs_catalog_is_read(
                rs_catalog_find(catalog, rs_json_str(rs_json_get(row, "dataset")))));
    }
    /* every dataset is told once */
    assert_int_equal(rs_json_len(rows) + rs_json_len(rs_json_get(root, "left_out")),
                     rs_catalog_n(catalog));
    rs_arena_fini(&arena);
    rs_catalog_close(catalog);
}

static void limits_of_a_download(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    rs_arena arena = {0};
    rs_str goals[] = {RS_STR("vqa"), RS_STR("caption")};
    rs_recommend_job job = job_of(catalog, NULL, goals, 2, 20000);
    rs_recipe recipe;
    job.max_bytes = 5000000000;
    const rs_json *root = answer(&job, &arena, &recipe);
    int64_t bytes = 0;
    rs_json_iter it = rs_json_each(rs_json_get(root, "rows"));
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) bytes += number(row, "bytes");
    assert_true(bytes <= job.max_bytes);
    /* a size that nobody knows is not 0 */
    const rs_json *unknown = row_of(root, "left_out", "earthvqa");
    assert_non_null(unknown);
    assert_true(rs_str_starts(rs_json_str(rs_json_get(unknown, "reason")),
                              RS_STR("nobody says how large its download is")));
    job.max_datasets = 1;
    root = answer(&job, &arena, &recipe);
    assert_int_equal(rs_json_len(rs_json_get(root, "rows")), 1);
    job.max_bytes = 1000;
    rs_buf json = {0}, text = {0};
    int64_t n_unserved;
    FAILS(RSIFT_E_ARG, "--max-download", rs_decide_recommend(&job, &json, &text, &n_unserved, err));
    rs_buf_fini(&json);
    rs_buf_fini(&text);
    rs_arena_fini(&arena);
    rs_catalog_close(catalog);
}

static void a_benchmark_trains_on_its_own_first(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    rs_arena arena = {0};
    rs_str goals[] = {RS_STR("RSVQA-LR"), RS_STR("DIOR-RSVG"), RS_STR("panoptic")};
    rs_recommend_job job = job_of(catalog, NULL, goals, 3, 1000);
    rs_recipe recipe;
    const rs_json *root = answer(&job, &arena, &recipe);
    bool own_first[2] = {false, false};
    assert_true(rs_json_bool(rs_json_path(root, RS_STR("rows.0.first")), &own_first[0]));
    assert_true(rs_json_bool(rs_json_path(root, RS_STR("rows.1.first")), &own_first[1]));
    assert_true(own_first[0] && own_first[1]);
    /* also where other data of the same task is written by people and its own is not; the answers
     * of the last goal are pixels, which no record holds as text */
    const rs_json *other = rs_json_path(root, RS_STR("goals_served.1"));
    assert_null(rs_json_path(other, RS_STR("own.left_out")));
    assert_true(number(rs_json_get(other, "own"), "samples") * 2 > number(other, "samples"));
    assert_int_equal(number(rs_json_path(root, RS_STR("goals_served.2")), "samples"), 0);
    assert_int_equal(number(root, "n_unserved"), 1);
    assert_int_equal(rs_json_len(rs_json_get(root, "rows")) +
                         rs_json_len(rs_json_get(root, "left_out")),
                     rs_catalog_n(catalog));
    /* what a benchmark has of its own cannot be trained on, and that is said */
    rs_str tested[] = {RS_STR("BigEarthNet.txt")};
    job = job_of(catalog, NULL, tested, 1, 1000);
    root = answer(&job, &arena, &recipe);
    assert_true(rs_str_eq(rs_json_str(rs_json_path(root, RS_STR("goals_served.0.own.left_out"))),
                          RS_STR("for evaluation only")));
    /* shares: three parts of four */
    rs_str two[] = {RS_STR("vqa"), RS_STR("change-caption")};
    const double shares[] = {3, 1};
    job = job_of(catalog, NULL, two, 2, 1000);
    job.goal_shares = shares;
    root = answer(&job, &arena, &recipe);
    assert_true(number(rs_json_path(root, RS_STR("goals_served.0")), "samples") >
                2 * number(rs_json_path(root, RS_STR("goals_served.1")), "samples"));
    rs_arena_fini(&arena);
    rs_catalog_close(catalog);
}

static void unknown_goals(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    static const struct {
        const char *goal, *hint;
    } cases[] = {{"coutning", "counting"},
                 {"captoin", "caption"},
                 {"rsvqa-lt", "rsvqa-lr"},
                 {"DOTTA", "dota"},
                 {"zzzzzzzz", "no task"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_str goals[] = {rs_str_of(cases[i].goal)};
        rs_recommend_job job = job_of(catalog, NULL, goals, 1, 10);
        int64_t n_unserved;
        rs_buf json = {0}, recipe = {0};
        FAILS(RSIFT_E_ARG, cases[i].hint,
              rs_decide_recommend(&job, &json, &recipe, &n_unserved, err));
        rs_buf_fini(&json);
        rs_buf_fini(&recipe);
    }
    rs_recommend_job job = job_of(catalog, NULL, NULL, 0, 0);
    int64_t n_unserved;
    rs_buf json = {0}, recipe = {0};
    FAILS(RSIFT_E_ARG, "budget", rs_decide_recommend(&job, &json, &recipe, &n_unserved, err));
    rs_catalog_close(catalog);
}

/* Never more is offered than mix could keep: repeated, damaged and unwritable samples are no
 * supply, nor is evaluation data. */
static void supply_is_what_mix_keeps(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    world_begin(&w);
    put_release(&w, "mine", "open", "human");
    for (int i = 0; i < 30; i++) {
        char picture[16];
        snprintf(picture, sizeof picture, "p%d", i);
        /* the last is the first once more */
        for (int k = 0; k < 3; k++)
            put_sample(&w, (put){.dataset = "mine",
                                 .skill = k == 1 ? "counting" : "presence",
                                 .question = k == 1 ? "how many" : "is there",
                                 .picture = picture});
    }
    for (int i = 0; i < 5; i++) {
        put_sample(&w, (put){.dataset = "mine", .damage = "image-truncated"});
        put_sample(&w, (put){.dataset = "mine", .unwritable = "roles"});
        put_sample(&w, (put){.dataset = "mine", .role = "eval"});
    }
    world_commit(&w);
    rs_arena arena = {0};
    rs_store *store = open_world(&w, RS_STORE_READ, 1);
    rs_recommend_job job = job_of(catalog, store, NULL, 0, 500);
    rs_pool pool;
    OK(rs_pool_make(&job, &arena, &pool, err));
    rs_store_close(store);
    int64_t offered = 0;
    for (size_t i = 0; i < pool.n_offers; i++) offered += pool.offers[i].n;
    assert_int_equal(offered, 60);
    assert_int_equal(rs_pool_find(&pool, RS_STR("mine"))->usable, 60);
    rs_recipe recipe;
    OK(rs_recipe_parse(&arena, RS_STR("r.yaml"),
                       RS_STR("recipe: 1\nname: r\ndatasets:\n  - {id: mine}\n"), &recipe, err));
    rs_mix_job mix = {.catalog = catalog,
                      .recipe = &recipe,
                      .recipe_text = RS_STR("x"),
                      .file = RS_STR("r"),
                      .made_at = RS_STR("t")};
    mix.store = open_world(&w, RS_STORE_DECIDE, 1);
    mix.reader = open_world(&w, RS_STORE_READ, 1);
    rs_buf json = {0};
    OK(rs_protect_make(mix.store, catalog, recipe.protect, err));
    OK(rs_decide_mix(&mix, &json, err));
    assert_int_equal(ask(mix.store, "SELECT count(*) FROM ledger WHERE kept"), offered);
    rs_store_close(mix.reader);
    rs_store_close(mix.store);
    rs_buf_fini(&json);
    rs_arena_fini(&arena);
    world_end(&w);
    rs_catalog_close(catalog);
}

/* What a record promises is spread over tasks that are answered in text, none of it over masks. */
static void stated_sizes_are_of_text(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    rs_arena arena = {0};
    rs_recommend_job job = job_of(catalog, NULL, NULL, 0, 500);
    rs_pool pool;
    OK(rs_pool_make(&job, &arena, &pool, err));
    const rs_candidate *c = rs_pool_find(&pool, RS_STR("earthvqa")); /* vqa and segmentation */
    assert_true(c && !c->left_out && c->usable > 0 && c->record->tasks.n == 2);
    int64_t offered = 0;
    for (size_t i = 0; i < pool.n_offers; i++) {
        assert_true(rs_recommend_is_text(pool.cells[pool.offers[i].cell].task));
        if (&pool.candidates[pool.offers[i].dataset] == c) offered += pool.offers[i].n;
    }
    assert_int_equal(offered, c->usable);
    rs_arena_fini(&arena);
    rs_catalog_close(catalog);
}

static void bands(void **state)
{
    (void)state;
    const double cases[][2] = {{0, 0}, {0.1, 0.2}, {0.5, 0.5}, {0.5, 8}, {10, 10}, {30, 30}};
    for (int i = 0; i < 6; i++) assert_int_equal(rs_recommend_band(cases[i]), i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(from_the_catalogue),
                                       cmocka_unit_test(few_datasets_that_can_be_had),
                                       cmocka_unit_test(limits_of_a_download),
                                       cmocka_unit_test(a_benchmark_trains_on_its_own_first),
                                       cmocka_unit_test(unknown_goals),
                                       cmocka_unit_test(supply_is_what_mix_keeps),
                                       cmocka_unit_test(stated_sizes_are_of_text),
                                       cmocka_unit_test(bands)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
