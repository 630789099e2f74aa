/* Covers record.c: which field is the reference and which the prediction, and the spellings of
 * options, wordings, boxes and types. */
#include "score/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static rs_arena arena;

static rs_score_record record_of(const char *json, rs_score_wants wants)
{
    const rsift_limits limits = rsift_limits_default();
    const rs_json *v;
    rs_score_record r = {.line = 1};
    assert_int_equal(rs_json_parse(&arena, rs_str_of(json), &limits, &v, NULL), RSIFT_OK);
    assert_true(rs_score_record_of_object(&arena, v, &wants, &r));
    return r;
}

/* expected NULL = absent */
static void is_text(rs_str found, const char *expected)
{
    if (!expected && !found.ptr) return;
    if (!expected || !found.ptr || !rs_str_eq(found, rs_str_of(expected)))
        fail_msg("expected \"%s\", found \"%.*s\"", expected ? expected : "nothing",
                 RS_STR_ARG(found.ptr ? found : RS_STR("nothing")));
}

static void sides(void **state)
{
    (void)state;
    const struct {
        const char *json;
        rs_score_role role;
        const char *reference, *prediction;
    } cases[] = {
        {"{\"answer\":\"yes\"}", RS_SCORE_TRUTH, "yes", NULL},
        {"{\"answer\":\"yes\"}", RS_SCORE_PREDICTIONS, NULL, "yes"},
        {"{\"answer\":\"a\",\"prediction\":\"b\"}", RS_SCORE_PREDICTIONS, "a", "b"},
        {"{\"answer\":\"b\",\"ground_truth\":\"a\"}", RS_SCORE_TRUTH, "a", "b"},
        {"{\"answer\":\"a\",\"output\":null}", RS_SCORE_PREDICTIONS, "a", ""},
        {"{\"resps\":[[\"b\"]],\"doc\":{\"answer\":\"a\"}}", RS_SCORE_PREDICTIONS, "a", "b"},
        {"{\"bbox\":[1,2,3.5,1e-7]}", RS_SCORE_TRUTH, "[1, 2, 3.5, 0.0000001]", NULL},
        {"{\"prediction\":[{\"bbox_2d\":[1,2,3,4]}]}", RS_SCORE_PREDICTIONS, NULL,
         "[[1, 2, 3, 4]]"},
        {"{\"prediction\":{\"k\":[1,true]}}", RS_SCORE_PREDICTIONS, NULL, "{\"k\": [1, true]}"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rs_score_record r = record_of(cases[i].json, (rs_score_wants){.role = cases[i].role});
        is_text(r.reference, cases[i].reference);
        is_text(r.prediction, cases[i].prediction);
    }
    const rs_score_record pope =
        record_of("{\"text\":\"Is it?\",\"label\":\"no\"}", (rs_score_wants){.text_asks = true});
    is_text(pope.reference, "no");
    is_text(pope.question, "Is it?");
}

static void details(void **state)
{
    (void)state;
    const rs_score_wants truth = {.role = RS_SCORE_TRUTH};
    rs_score_record r = record_of("{\"options\":\"['red roof', \\\"it's\\\"]\"}", truth);
    assert_int_equal(r.details->n_options, 2);
    is_text(r.details->options[1], "it's");
    r = record_of("{\"A\":\"sea\",\"B\":\"land\",\"D\":\"air\"}", truth);
    assert_int_equal(r.details->n_options, 2); /* up to the first that is absent */
    r = record_of("{\"type\":[\"count\",\"area\"],\"task\":\"vqa\"}", truth);
    is_text(r.type, "count");
    is_text(r.task, "vqa");
    assert_int_equal(r.details->n_types, 2);
    r = record_of("{\"width\":\"640\",\"height\":480,\"boxes\":[[1,2,3,4]]}", truth);
    assert_true(r.details->width == 640 && r.details->height == 480);
    is_text(r.details->boxes, "[[1, 2, 3, 4]]");
    r = record_of("{\"caption0\":\"a\",\"caption2\":\"c\"}", truth);
    assert_int_equal(r.n_references, 2);
    r = record_of("{\"prediction\":[\"a\",\"b\"]}", (rs_score_wants){.role = RS_SCORE_PREDICTIONS});
    assert_int_equal(r.details->n_wordings, 2);
    r = record_of("{\"id\":7}", truth);
    assert_null(r.details);
    assert_int_equal(rs_score_details_of(&r)->n_options, 0);
}

static void options_of_any_form(void **state)
{
    (void)state;
    const char *const forms[] = {"{\"A\":\"None\",\"B\":\"Two\",\"answer\":\"A\"}",
                                 "{\"options\":{\"A\":\"None\",\"B\":\"Two\"}}",
                                 "{\"options\":\"{'A': 'None', 'B': 'Two'}\"}",
                                 "{\"options\":\"['None', 'Two']\"}",
                                 "{\"doc\":{\"A\":\"None\",\"B\":\"Two\"},\"target\":\"A\"}"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const rs_score_record r = record_of(forms[i], (rs_score_wants){.role = RS_SCORE_TRUTH});
        assert_int_equal(rs_score_details_of(&r)->n_options, 2);
        is_text(r.details->options[0], "None");
        is_text(r.details->options[1], "Two");
    }
}

static void results_of_trainers(void **state)
{
    (void)state;
    const rs_score_wants predictions = {.role = RS_SCORE_PREDICTIONS};
    rs_score_record r = record_of(
        "{\"response\":\"no\",\"labels\":\"yes\",\"messages\":[{\"role\":\"user\",\"content\":[{"
        "\"type\":\"image\"},{\"text\":\"Is it?\"}]},{\"role\":\"assistant\",\"content\":\"no\"}],"
        "\"images\":[{\"bytes\":null,\"path\":\"a/b.png\"}]}",
        predictions);
    is_text(r.prediction, "no");
    is_text(r.reference, "yes");
    is_text(r.question, "Is it?");
    is_text(r.image, "a/b.png");
    is_text(r.id, NULL);
    r = record_of("{\"prompt\":\"user Is it?\",\"predict\":\"no\",\"label\":\"yes\"}", predictions);
    is_text(r.prediction, "no");
    is_text(r.reference, "yes");
    is_text(r.question, "user Is it?");
    r = record_of("{\"doc_id\":3,\"filtered_resps\":[\"no\"]}", predictions);
    assert_true(r.row_id);
    r = record_of("{\"id\":3,\"doc_id\":3,\"filtered_resps\":[\"no\"]}", predictions);
    assert_false(r.row_id);
}

static void truths_that_are_none(void **state)
{
    (void)state;
    const rs_score_wants truth = {.role = RS_SCORE_TRUTH};
    assert_true(record_of("{\"id\":1,\"withheld\":true}", truth).withheld);
    assert_true(record_of("{\"id\":1,\"answer\":null}", truth).withheld);
    assert_false(record_of("{\"id\":1,\"answer\":\"no\"}", truth).withheld);
    assert_false(record_of("{\"id\":1}", truth).withheld); /* no field for it: another file */
    assert_true(record_of("{\"id\":1,\"incomplete\":true}", truth).incomplete);
}

static int forget(void **state)
{
    (void)state;
    rs_arena_fini(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sides), cmocka_unit_test(details), cmocka_unit_test(options_of_any_form),
        cmocka_unit_test(results_of_trainers), cmocka_unit_test(truths_that_are_none)};
    return cmocka_run_group_tests(tests, NULL, forget);
}
