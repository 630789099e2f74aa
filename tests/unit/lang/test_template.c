/* Prompt templates: reading, choosing, filling, and every file of prompts/. */
#include "base/alloc.h"
#include "lang/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char vqa[] = "# c\n@format Use one word.\n\n{question}\\n{format}\r\nQ: {question}\n";

static void reads_and_fills(void **state)
{
    rs_arena arena = {0};
    rs_template_set set;
    rs_str out;
    rsift_error err;
    assert_int_equal(rs_lang_template_parse(&arena, rs_str_of(vqa), &set, &err), RSIFT_OK);
    assert_int_equal(set.n, 2);
    rs_template_values values = {.question = RS_STR("Is {class} \\n there?")};
    assert_int_equal(rs_lang_template_fill(&arena, &set, 0, &values, &out, &err), RSIFT_OK);
    assert_true(rs_str_eq(out, RS_STR("Is {class} \\n there?\nUse one word.")));
    values.format = RS_STR("");
    assert_int_equal(rs_lang_template_fill(&arena, &set, 0, &values, &out, &err), RSIFT_OK);
    assert_true(rs_str_eq(out, RS_STR("Is {class} \\n there?")));
    values.question = (rs_str){0};
    assert_int_equal(rs_lang_template_fill(&arena, &set, 1, &values, &out, &err), RSIFT_E_ARG);
    assert_non_null(strstr(err.message, "{question}"));
    rs_arena_fini(&arena);
    (void)state;
}

static void refuses_bad_files(void **state)
{
    static const char *const bad[] = {"", "# only\n", "ok\nSay {klass}\n", "an open { brace", "{}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rs_arena arena = {0};
        rs_template_set set;
        rsift_error err;
        assert_int_equal(rs_lang_template_parse(&arena, rs_str_of(bad[i]), &set, &err),
                         RSIFT_E_FORMAT);
        if (i == 2) assert_non_null(strstr(err.message, "line 2"));
        rs_arena_fini(&arena);
    }
    (void)state;
}

static void picks_evenly_and_always_the_same(void **state)
{
    rs_template_set set = {.n = 4};
    size_t counts[4] = {0};
    for (uint64_t i = 0; i < 4000; i++) {
        rs_id id = {i * 7919, ~i};
        size_t k = rs_lang_template_pick(&set, 5, id);
        assert_true(k < 4 && k == rs_lang_template_pick(&set, 5, id));
        counts[k]++;
    }
    for (size_t k = 0; k < 4; k++) assert_in_range(counts[k], 850, 1150);
    (void)state;
}

static void every_allocation_failing(void **state)
{
    int64_t n = 1;
    for (; n < 50; n++) {
        rs_arena arena = {0};
        rs_template_set set;
        rs_template_values values = {.question = RS_STR("q")};
        rs_str out;
        rs_alloc_fail_at(n);
        rsift_status st = rs_lang_template_parse(&arena, rs_str_of(vqa), &set, NULL);
        if (st == RSIFT_OK) st = rs_lang_template_fill(&arena, &set, 0, &values, &out, NULL);
        rs_alloc_fail_at(0);
        rs_arena_fini(&arena);
        if (st == RSIFT_OK) break;
        assert_int_equal(st, RSIFT_E_NOMEM);
    }
    assert_true(n > 1 && n < 50);
    (void)state;
}

/* Files of prompts/ where they lie: each reads, and each template fills when all values are known.
 */
static void shipped_prompts(void **state)
{
    static const char *const tasks[] = {
        "caption",
        "change-caption",
        "video-caption",
        "classification",
        "region-classification",
        "multilabel",
        "detection-hbb",
        "detection-obb",
        "grounding-hbb",
        "grounding-obb",
        "grounding-point",
        "vqa",
        "change-vqa",
        "choice-vqa",
        "hallucination-probe",
        "region-caption",
        "grounded-caption",
        "change-detection",
        "segmentation",
        "referring-seg",
        "counting",
        "regression",
        "relation",
        "geolocation",
    };
    static const char *const roots[] = {"prompts", "../prompts", "../../prompts",
                                        "../../../prompts"};
    size_t n_read = 0;
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++) {
        FILE *file = NULL;
        for (size_t r = 0; r < 4 && !file; r++) {
            char path[256];
            snprintf(path, sizeof path, "%s/%s.txt", roots[r], tasks[i]);
            file = fopen(path, "rb");
        }
        if (!file) continue;
        char text[8192];
        size_t n = fread(text, 1, sizeof text, file);
        fclose(file);
        rs_arena arena = {0};
        rs_template_set set;
        rsift_error err;
        if (rs_lang_template_parse(&arena, rs_str_make(text, n), &set, &err))
            fail_msg("%s: %s", tasks[i], err.message);
        rs_template_values values = {RS_STR("C"), RS_STR("A, B"), RS_STR("Q?"), RS_STR("P"),
                                     RS_STR("F.")};
        for (size_t k = 0; k < set.n; k++) {
            rs_str out;
            assert_int_equal(rs_lang_template_fill(&arena, &set, k, &values, &out, &err), RSIFT_OK);
            assert_true(rs_str_find_char(out, '{') == RS_NPOS);
        }
        rs_arena_fini(&arena);
        n_read++;
    }
    if (n_read == 0) {
        print_message("skipped: prompts/ not found from the working directory\n");
        skip();
    }
    assert_int_equal(n_read, sizeof tasks / sizeof *tasks);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_fills),
        cmocka_unit_test(refuses_bad_files),
        cmocka_unit_test(picks_evenly_and_always_the_same),
        cmocka_unit_test(every_allocation_failing),
        cmocka_unit_test(shipped_prompts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
