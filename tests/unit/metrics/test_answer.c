/* Answer rules against the shared cases, and the traps of the scoring rules. */
#include "metrics/answer.h"
#include "metrics/choice.h"
#include "metrics/text.h"

#include "base/alloc.h"

#include "case_json.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void assert_near(double got, double expected, double within)
{
    if (!(fabs(got - expected) <= within)) fail_msg("%.17g, expected %.17g", got, expected);
}

enum { MOST = 4096 };
static const rs_json *lines[MOST];

static size_t load(rs_arena *arena, const char *folder, const char *name)
{
    const size_t n = case_lines(arena, folder, name, lines, MOST);
    if (!n) print_message("skipped: %s/%s is not beside the repository\n", folder, name);
    return n;
}

static void same(rs_str got, rs_str expected, rs_str of)
{
    if (!rs_str_eq(got, expected))
        fail_msg("\"%.*s\": \"%.*s\", expected \"%.*s\"", RS_STR_ARG(of), RS_STR_ARG(got),
                 RS_STR_ARG(expected));
}

static void normalisers(void **state)
{
    (void)state;
    rs_arena arena = {0};
    const size_t n = load(&arena, "cases/answer-extraction", "vqa_normalise.jsonl");
    for (size_t i = 0; i < n; i++) {
        const rs_str text = case_text(lines[i], "text");
        same(rs_metrics_norm_evalai(&arena, text), case_text(lines[i], "evalai"), text);
        same(rs_metrics_norm_lhrs(&arena, text), case_text(lines[i], "lhrs_bench_normalise"), text);
    }
    rs_arena_fini(&arena);
    if (!n) skip();
}

static rs_str letter(rs_arena *arena, char c)
{
    return c ? rs_arena_printf(arena, "%c", c) : RS_STR("");
}

static void choices(void **state)
{
    (void)state;
    rs_arena arena = {0};
    const size_t n = load(&arena, "cases/answer-extraction", "mcq.jsonl");
    for (size_t i = 0; i < n; i++) {
        const rs_str output = case_text(lines[i], "output");
        rs_str options[8];
        size_t n_options = 0;
        rs_json_iter it = rs_json_each(rs_json_get(lines[i], "choices"));
        for (const rs_json *v; (v = rs_json_next(&it, NULL));)
            options[n_options++] = rs_json_str(v);
        same(letter(&arena, rs_metrics_choice_mme(&arena, output, true, options, n_options)),
             case_text(lines[i], "mme_realworld_official"), output);
        same(letter(&arena, rs_metrics_choice_mme(&arena, output, false, NULL, 0)),
             case_text(lines[i], "mme_realworld_lmms_eval_default_choices"), output);
        char set[6];
        const size_t n_set = rs_metrics_choice_xlrs(&arena, output, set);
        same(rs_str_make(set, n_set), case_text(lines[i], "xlrs_lmms_eval_set"), output);
    }
    rs_arena_fini(&arena);
    if (!n) skip();
}

static void urbench(void **state)
{
    (void)state;
    rs_arena arena = {0};
    const size_t n = load(&arena, "cases/answer-extraction", "urbench_mcq.jsonl");
    const rs_str options[] = {RS_STR("red roof"), RS_STR("blue roof"),
                              RS_STR("the white car near the bridge"), RS_STR("12")};
    for (size_t i = 0; i < n; i++) {
        const rs_str output = case_text(lines[i], "output");
        const char c = rs_metrics_choice_urbench(&arena, output, options, 4);
        same(c ? letter(&arena, c) : RS_STR("?RANDOM"), case_text(lines[i], "parsed"), output);
    }
    const size_t n_open = load(&arena, "cases/answer-extraction", "urbench_open.jsonl");
    for (size_t i = 0; i < n_open; i++) {
        const rs_str output = case_text(lines[i], "output");
        rs_urbench_value values[RS_URBENCH_MOST];
        const size_t n_values = rs_metrics_urbench_open(&arena, output, values);
        assert_int_equal(n_values, rs_json_len(rs_json_get(lines[i], "parsed_sorted")));
        rs_json_iter it = rs_json_each(rs_json_get(lines[i], "parsed_sorted"));
        for (const rs_json *v; (v = rs_json_next(&it, NULL));) {
            bool found = false;
            double number;
            for (size_t k = 0; k < n_values; k++)
                found = found || (values[k].number ? rs_num_double(rs_json_str(v), &number) &&
                                                         number == values[k].value
                                                   : rs_str_eq(values[k].text, rs_json_str(v)));
            if (!found) fail_msg("%.*s: no %.*s", RS_STR_ARG(output), RS_STR_ARG(rs_json_str(v)));
        }
        bool right;
        assert_true(rs_json_bool(rs_json_get(lines[i], "correct"), &right));
        assert_int_equal(
            rs_metrics_urbench_open_right(&arena, output, case_text(lines[i], "answer")), right);
    }
    rs_arena_fini(&arena);
    if (!n) skip();
}

static double judge(rs_judge_fn *rule, const char *output, const char *reference)
{
    rs_arena arena = {0};
    rs_answer a = {
        .output = rs_str_of(output), .reference = rs_str_of(reference), .type = RS_STR("")};
    rs_judgement out;
    assert_int_equal(rule(&arena, &a, &out, NULL), RSIFT_OK);
    rs_arena_fini(&arena);
    return out.verdict == RS_VERDICT_UNDECIDED ? -1 : out.score;
}

static double share(rs_judge_fn *rule, size_t n)
{
    double sum = 0;
    rs_arena arena = {0};
    for (size_t i = 0; i < n; i++) {
        rs_answer a = {.output = case_text(lines[i], "answer"),
                       .reference = case_text(lines[i], "annotation"),
                       .type = RS_STR("")};
        rs_judgement out;
        assert_int_equal(rule(&arena, &a, &out, NULL), RSIFT_OK);
        sum += out.score;
        rs_arena_reset(&arena);
    }
    rs_arena_fini(&arena);
    return sum / (double)n;
}

static void earthdial_files(void **state)
{
    (void)state;
    rs_arena arena = {0};
    const char *folder = "cases/earthdial-ucm-classification";
    const rs_json *expected = case_json(&arena, folder, "expected.json");
    size_t n = load(&arena, folder, "results.jsonl");
    if (n) {
        assert_near(share(rs_judge_geochat_class, n), case_value(expected, "geochat_rule"), 1e-12);
        assert_near(share(rs_judge_rsevalkit, n),
                    case_value(expected, "rsevalkit_rule_pred_in_answer"), 1e-12);
        assert_near(share(rs_judge_teochat, n), case_value(expected, "teochat_rule"), 1e-12);
        assert_near(share(rs_judge_earthdial, n), case_value(expected, "strip_lower_nospace_exact"),
                    1e-12);
    }
    folder = "cases/earthdial-rsvqa-lr";
    expected = case_json(&arena, folder, "expected.json");
    n = load(&arena, folder, "results.jsonl");
    if (n)
        assert_near(share(rs_judge_earthdial, n), case_value(expected, "overall_accuracy"), 1e-12);
    rs_arena_fini(&arena);
    if (!n) skip();
}

static void traps(void **state)
{
    (void)state;
    assert_true(judge(rs_judge_rsevalkit, "", "forest") == 1); /* the empty output is right */
    assert_true(judge(rs_judge_rsevalkit, "for est", "Forest") == 1);
    assert_true(judge(rs_judge_rsevalkit, "forests", "forest") == 0);
    assert_true(judge(rs_judge_lhrs_bench, "", "A") == 1); /* the article rule eats the letter */
    assert_true(judge(rs_judge_lhrs_bench, "B", "b.") == 1);
    assert_true(judge(rs_judge_mme, "", "A") == 1);
    assert_true(judge(rs_judge_rsevalkit_presence, "No", "no") == 0);
    assert_true(judge(rs_judge_rsevalkit_presence, "no", "no") == 1);
    assert_true(judge(rs_judge_rsevalkit_presence, "Yes, there is", "yes") == 1);
    assert_true(judge(rs_judge_rsevalkit_mc, "I say B", "b. harbour") == 1);
    assert_true(judge(rs_judge_vrsbench, "There are 12", "12") == 1);
    assert_true(judge(rs_judge_vrsbench, "three", "3") == 0);
    assert_true(judge(rs_judge_vrsbench, "a big ship", "vessel") == -1);
    assert_true(judge(rs_judge_lhrs, "The Rural.", "rural area") == 1);
    assert_true(judge(rs_judge_equal, " Yes. ", "yes") == 1);
    assert_true(judge(rs_judge_lower, "Yes ", "yes") == 0);
    assert_true(judge(rs_judge_rsvqa, "7", "between 0 and 10") == 1);
    assert_true(judge(rs_judge_rsvqa, "0", "between 0 and 10") == 0);
    assert_true(judge(rs_judge_rsvqa, "10", "10") == 1);
    assert_true(judge(rs_judge_rsvqa, "11m2", "between 10m2 and 100m2") == 1);
    assert_true(judge(rs_judge_rsvqa, "99999999999999999999", "more than 1000") == 1);
    assert_true(judge(rs_judge_rsvqa, "Rural?", "rural") == 1);
    assert_true(judge(rs_judge_rsvqa, "The answer is Yes.", "yes") == 1); /* last word */
    assert_true(judge(rs_judge_rsvqa, "more than 1000", "5000") == 1);
    assert_true(judge(rs_judge_rsvqa, "between 100m2 and 1000m2", "101m2") == 1);
    assert_true(judge(rs_judge_rsvqa_hr, "7", "8") == 0); /* HR has no bins of counts */
    assert_true(judge(rs_judge_rsvqa_hr, "7m2", "8m2") == 1);
    assert_true(judge(rs_judge_lhrs_bench, "B. Park", "B.") == 0);
    assert_true(judge(rs_judge_lhrs_bench_first, "B. Park", "B.") == 1);
    assert_true(judge(rs_judge_lhrs_bench_first, "", "A.") == 1);
    assert_true(judge(rs_judge_fit_rsrc, "b", "B") == 1);
    assert_true(judge(rs_judge_fit_rsrc, "The answer: C", "C") == 1);
    assert_true(judge(rs_judge_fit_rsrc, "(D)", "C") == 0);
    assert_true(judge(rs_judge_fit_rsrc, "AB_ C3", "C") == 0); /* letters inside words */
    assert_true(judge(rs_judge_rsevalkit_color, "Red and grey", "red, light blue") == 0.5);
    assert_true(judge(rs_judge_geochat_class, "\xc3\x89glise.", "\xc3\xa9glise") ==
                1); /* lower() beyond ASCII */
    assert_true(judge(rs_judge_equal, "\xc2\xa0yes\xe2\x80\x83", "yes") ==
                1); /* strip() beyond ASCII */
}

static void yes_no_and_counts(void **state)
{
    (void)state;
    assert_true(rs_metrics_pope_yes(RS_STR("Yes, there is no car")) == false);
    assert_true(rs_metrics_pope_yes(RS_STR("Yes. No car")));
    assert_true(rs_metrics_pope_yes(RS_STR("")));
    assert_true(rs_metrics_pope_yes(RS_STR("NO")));
    assert_false(rs_metrics_pope_yes(RS_STR("No, it is not")));
    assert_true(rs_metrics_pope_yes(RS_STR("nothing")));
    rs_arena arena = {0};
    double n;
    assert_true(rs_metrics_count_of(&arena, RS_STR("there are 12 or 13"), &n) && n == 12);
    assert_true(rs_metrics_count_of(&arena, RS_STR("Forty-two ships"), &n) && n == 42);
    assert_true(rs_metrics_count_of(&arena, RS_STR("ninety"), &n) && n == 90);
    assert_true(rs_metrics_count_of(&arena, RS_STR("forty two ships"), &n) &&
                n == 40); /* whole words only */
    assert_false(
        rs_metrics_count_of(&arena, RS_STR("I see three."), &n)); /* "three." is no number word */
    assert_false(rs_metrics_count_of(&arena, RS_STR("sixty-zero"), &n));
    assert_false(rs_metrics_count_of(&arena, RS_STR("many"), &n));
    assert_int_equal(rs_metrics_choice_letter(RS_STR("ABC then (C)")), 'C');
    assert_int_equal(rs_metrics_choice_letter(RS_STR("none")), 0);
    rs_arena_fini(&arena);
}

static void soft_and_classes(void **state)
{
    (void)state;
    rs_arena arena = {0};
    const rs_str references[] = {RS_STR("yes"), RS_STR("yes"), RS_STR("no"), RS_STR("yes")};
    rs_answer a = {.output = RS_STR("Yes"),
                   .reference = RS_STR("yes"),
                   .references = references,
                   .n_references = 4};
    rs_judgement out;
    assert_int_equal(rs_judge_lhrs(&arena, &a, &out, NULL), RSIFT_OK);
    assert_near(out.score, (3 * (2.0 / 3) + 1.0) / 4, 1e-15);
    a = (rs_answer){.output = RS_STR("no"),
                    .reference = RS_STR("yes"),
                    .references = references,
                    .n_references = 4};
    assert_int_equal(rs_judge_lhrs(&arena, &a, &out, NULL), RSIFT_OK);
    assert_near(out.score, 3 * (1.0 / 3) / 4, 1e-15);
    a.n_references = 1; /* nobody else to agree with: 0, but the list holds the answer */
    a.output = RS_STR("yes");
    assert_int_equal(rs_judge_lhrs(&arena, &a, &out, NULL), RSIFT_OK);
    assert_true(out.score == 1);
    const rs_str classes[] = {RS_STR("Forest"), RS_STR("Harbor_area"), RS_STR("Port")};
    const struct {
        const char *said, *reference;
        double score;
    } cases[] = {{"the harbour", "Harbor_area", 1},
                 {"harbor area", "Harbor_area", 1},
                 {"FOREST", "Forest", 0},
                 {"QQQ", "Port", 1},
                 {"", "Port", 1},
                 {"forest", "Forest", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        a = (rs_answer){.output = rs_str_of(cases[i].said),
                        .reference = rs_str_of(cases[i].reference),
                        .options = classes,
                        .n_options = 3};
        assert_int_equal(rs_judge_lhrs_class(&arena, &a, &out, NULL), RSIFT_OK);
        if (out.score != cases[i].score)
            fail_msg("\"%s\" for %s: %g", cases[i].said, cases[i].reference, out.score);
    }
    rs_arena_fini(&arena);
}

static void memory_runs_out(void **state)
{
    (void)state;
    rs_judge_fn *const rules[] = {rs_judge_equal,    rs_judge_earthdial, rs_judge_lhrs,
                                  rs_judge_vrsbench, rs_judge_rsvqa,     rs_judge_lhrs_bench,
                                  rs_judge_rsevalkit};
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++)
        for (int64_t n = 1; n < 50; n++) {
            rs_arena arena = {0};
            rs_answer a = {.output = RS_STR("Two, trees."), .reference = RS_STR("2 trees")};
            rs_judgement out;
            rs_alloc_fail_at(n);
            const rsift_status status = rules[k](&arena, &a, &out, NULL);
            rs_alloc_fail_at(0);
            rs_arena_fini(&arena);
            if (status == RSIFT_OK) break;
            assert_int_equal(status, RSIFT_E_NOMEM);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normalisers),
        cmocka_unit_test(choices),
        cmocka_unit_test(urbench),
        cmocka_unit_test(earthdial_files),
        cmocka_unit_test(traps),
        cmocka_unit_test(yes_no_and_counts),
        cmocka_unit_test(soft_and_classes),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
