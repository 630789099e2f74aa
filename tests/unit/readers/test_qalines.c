/* Questions and answers on alternate lines. */
#include "harness.h"

static void pairs_of_a_file(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "qalines", RS_TASK_VQA);
    put_file(&h, "text/7.txt",
             RS_STR("\xEF\xBB\xBFWhat is the theme of this picture?\r\nresidential\r\n"
                    "How many planes?\r\n3\r\n\r\n  \r\n"));
    put_file(&h, "text/8.old.txt",
             RS_STR("Is there a road\xEF\xBC\x9F\nyes\nno question\nWhat shape?\n"
                    "What shape?\nround\nHow many cars?"));
    put_file(&h, "text/9.txt", RS_STR(" \n"));
    use(&h, "texts", ".txt");
    media(&h, RS_ASSET_IMAGE, "image/{name}.png");
    param(&h, "skill_by_text", "many=counting");
    harness_read(&h);
    check_counts(&h, 0, 3, 2, 0, 0, 1);
    check_counts(&h, 1, 6, 4, 0, 0, 2);
    assert_string_equal(show(&h, 0), "vqa id=7 | user:What is the theme of this picture? | "
                                     "assistant:residential | image=image/7.png");
    assert_string_equal(show(&h, 1), "vqa id=7 skill=counting | user:How many planes? | "
                                     "assistant:3 | image=image/7.png");
    assert_string_equal(show(&h, 2), "vqa id=8 | user:Is there a road\xEF\xBC\x9F | "
                                     "assistant:yes | image=image/8.png");
    /* a pair that is none keeps its number, so that those behind it keep their ids */
    assert_int_equal(h.batch.samples[3].sub, 2);
    assert_int_equal(n_findings(&h, RS_F_FORMAT), 3);
    check_replay(&h);
    harness_fini(&h);
}

static void probe_wants_questions(void **unused)
{
    (void)unused;
    static const struct {
        const char *path, *head;
        bool taken;
    } cases[] = {
        {"1.txt", "How many planes?\n3\nIs it rural?\nno\n", true},
        {"1.txt", "How many planes?\n3", true},
        {"1.txt", "", false},
        {"1.txt", "How many planes?\n", false},
        {"1.txt", "How many planes?\nHow many cars?\n", false},
        {"README.txt", "What is this?\nA file.\nIt has no more questions.\nNone.\n", false},
        {"1.md", "How many planes?\n3\n", false},
    };
    const rs_reader *reader = rs_reader_find(RS_STR("qalines"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rs_probe_input input = {rs_str_of(cases[i].path), rs_str_of(cases[i].head), 100};
        assert_int_equal(reader->probe(&input) > 50, cases[i].taken);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_of_a_file),
        cmocka_unit_test(probe_wants_questions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
