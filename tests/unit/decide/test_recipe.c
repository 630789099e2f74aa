/* Recipes: what they mean, and where they are wrong. */
#include "workspace.h"

#include "decide/protect.h"

static rsift_status parse(rs_arena *arena, const char *text, rs_recipe *out, rsift_error *err)
{
    return rs_recipe_parse(arena, RS_STR("r.yaml"), rs_str_of(text), out, err);
}

static void defaults(void **state)
{
    (void)state;
    rs_arena arena = {0};
    rs_recipe r;
    OK(parse(&arena, "name: a\ndatasets: [{id: x}]\n", &r, err));
    assert_true(rs_protect_all(r.protect));
    assert_int_equal(r.licence, RS_RECIPE_RESEARCH);
    assert_int_equal(r.budget_samples, -1);
    assert_int_equal(r.budget_images, -1);
    assert_int_equal(r.datasets.n, 1);
    assert_int_equal(r.datasets.items[0].samples, -1);
    assert_int_equal(r.datasets.items[0].repeats, 1);
    assert_false(r.allow_eval || r.strict || r.keep_leaks[1] || r.keep_conflicts ||
                 r.keep_duplicates || r.keep_unresolved);
    rs_arena_fini(&arena);
}

static void everything(void **state)
{
    (void)state;
    rs_arena arena = {0};
    rs_recipe r;
    OK(parse(
        &arena,
        "recipe: 1\nname: my-mix\nseed: 5\nversion: v2\nprotect: [dota, RSVQA-LR]\nlicence: open\n"
        "budget: {images: 300}\n"
        "datasets:\n"
        "  - {id: dior, tasks: [detection-hbb], splits: [official/train, val], take: 0.25, "
        "repeats: 3}\n"
        "  - {id: rsvqa-lr, skills: [counting, none], weight: 2.5, samples: 100}\n"
        "caps: {per_image: 20, per_question_on_image: 1}\ncaptions_per_image: 2\nallow_eval: "
        "yes\nstrict: yes\n"
        "leaks: {scene: keep}\nconflicts: keep\nduplicates: keep\nunresolved: keep\n",
        &r, err));
    assert_int_equal(r.budget_images, 300);
    assert_int_equal(r.per_image, 20);
    assert_int_equal(r.per_question, 1);
    assert_true(r.keep_conflicts && r.keep_duplicates);
    assert_true(r.keep_leaks[3] && !r.keep_leaks[1] && !r.keep_leaks[2]);
    assert_true(r.datasets.items[0].take[1] > 0.24 && r.datasets.items[0].splits.n == 2);
    assert_int_equal(r.datasets.items[1].skills.n, 2);
    assert_int_equal(r.datasets.items[1].line, 10);
    rs_arena_fini(&arena);
}

static void mistakes_have_a_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *place, *what;
    } cases[] = {
        {"datasets: [{id: x}]\n", "r.yaml:1:1", "name"},
        {"name: a\n", "r.yaml:1:1", "datasets"},
        {"name: a\ndatasets: []\n", "r.yaml:2:11", "at least one"},
        {"name: ../a\ndatasets: [{id: x}]\n", "r.yaml:1:7", "letters"},
        {"name: a\ndatasets:\n  - {id: x, take: 1.5}\n", "r.yaml:3:19", "share"},
        {"name: a\ndatasets:\n  - {id: x, repeats: 9}\n", "r.yaml:3:22", "1 to 4"},
        {"name: a\ndatasets:\n  - {id: x, tasks: [fly]}\n", "r.yaml:3:21", "fly"},
        {"name: a\ndatasets:\n  - {id: x, wieght: 2}\n", "r.yaml:3:13",
         "expected the key `weight`, found \"wieght\""},
        {"name: a\nbudget: 10\ndatasets: [{id: x}]\n", "r.yaml:2:9", "{samples: N}"},
        {"name: a\nduplicates: {methods: []}\ndatasets: [{id: x}]\n", "r.yaml:2:23",
         "pixels, perceptual, embedding"},
        {"name: a\nduplicates: {keep: []}\ndatasets: [{id: x}]\n", "r.yaml:2:20",
         "protected, origin, size, licence"},
        {"name: a\nbudget: {samples: 0}\ndatasets: [{id: x}]\n", "r.yaml:2:19", "above 0"},
        {"name: a\nbudget: {samples: 1, images: 1}\ndatasets: [{id: x}]\n", "r.yaml:2:9",
         "{samples: N}"},
        {"name: a\nleaks: {picture: keep}\ndatasets: [{id: x}]\n", "r.yaml:2:9",
         "image, crop, scene"},
        {"name: a\nconflicts: ask\ndatasets: [{id: x}]\n", "r.yaml:2:12", "keep or drop"},
        {"name: a\nleaks: maybe\ndatasets: [{id: x}]\n", "r.yaml:2:8", "keep or drop"},
        {"name: a\nlicence: free\ndatasets: [{id: x}]\n", "r.yaml:2:10", "open"},
        {"name: a\nrecipe: 2\ndatasets: [{id: x}]\n", "r.yaml:2:9", "format 1"},
        {"name: a\ncaptions_per_image: 9\ndatasets: [{id: x}]\n", "r.yaml:2:21", "1 to 5"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_arena arena = {0};
        rs_recipe r;
        FAILS(RSIFT_E_FORMAT, cases[i].place, parse(&arena, cases[i].text, &r, err));
        FAILS(RSIFT_E_FORMAT, cases[i].what, parse(&arena, cases[i].text, &r, err));
        rs_arena_fini(&arena);
    }
}

/* Each entry costs a question to the store: a hostile recipe must not take minutes. */
static void entries_are_bounded(void **state)
{
    (void)state;
    for (size_t n = 1000; n <= 1001; n++) {
        rs_arena arena = {0};
        rs_buf text = {0};
        rs_recipe r;
        rsift_error err = {0};
        rs_buf_cstr(&text, "name: a\ndatasets:\n");
        for (size_t i = 0; i < n; i++) rs_buf_cstr(&text, "  - {id: x}\n");
        rs_buf_char(&text, '\0');
        const rsift_status status = parse(&arena, (const char *)text.ptr, &r, &err);
        assert_int_equal(status, n == 1000 ? RSIFT_OK : RSIFT_E_FORMAT);
        rs_buf_fini(&text);
        rs_arena_fini(&arena);
    }
}

static void spelling_does_not_matter(void **state)
{
    (void)state;
    rs_arena arena = {0};
    rs_recipe a, b, c;
    OK(parse(&arena, "name: a\nseed: 1\ndatasets: [{id: x, weight: 2}]\n", &a, err));
    OK(parse(&arena, "# hello\nseed: 1\ndatasets:\n  - weight: 2.0\n    id: \"x\"\nname: a\n", &b,
             err));
    OK(parse(&arena, "name: a\nseed: 2\ndatasets: [{id: x, weight: 2}]\n", &c, err));
    rs_buf ta = {0}, tb = {0}, tc = {0};
    rs_recipe_canonical(&a, &ta);
    rs_recipe_canonical(&b, &tb);
    rs_recipe_canonical(&c, &tc);
    assert_true(rs_str_eq(rs_buf_view(&ta), rs_buf_view(&tb)));
    assert_false(rs_str_eq(rs_buf_view(&ta), rs_buf_view(&tc)));
    rs_buf_fini(&ta);
    rs_buf_fini(&tb);
    rs_buf_fini(&tc);
    rs_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(defaults), cmocka_unit_test(everything),
                                       cmocka_unit_test(mistakes_have_a_place),
                                       cmocka_unit_test(entries_are_bounded),
                                       cmocka_unit_test(spelling_does_not_matter)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
