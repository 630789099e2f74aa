/* Preference data: rejected answers are never read, chosen ones only where it is said. */
#include "harness.h"

#define USER "{\"role\":\"user\",\"content\":\"Q\"}"
#define GOOD "{\"role\":\"assistant\",\"content\":\"good\"}"
#define BAD "{\"role\":\"assistant\",\"content\":\"bad\"}"

static const char *const pairs[] = {
    "{\"image\":\"a.png\",\"prompt\":\"Q\",\"chosen\":\"good\",\"rejected\":\"bad\"}",
    "{\"image\":\"a.png\",\"prompt\":[" USER "],\"chosen\":[" GOOD "],\"rejected\":[" BAD "]}",
    "{\"image\":\"a.png\",\"chosen\":[" USER "," GOOD "],\"rejected\":[" USER "," BAD "]}",
    "{\"image\":\"a.png\",\"prompt\":\"Q\",\"chosen\":[" USER "," GOOD "],\"rejected\":[" USER
    "," BAD "]}",
    "{\"image\":\"a.png\",\"conversations\":[{\"from\":\"human\",\"value\":\"Q\"}],\"chosen\":{"
    "\"from\":\"gpt\",\"value\":\"good\"},\"rejected\":{\"from\":\"gpt\",\"value\":\"bad\"}}",
    "{\"image\":\"a.png\",\"messages\":[" USER "," GOOD "],\"rejected_response\":\"bad\"}",
    "{\"image\":\"a.png\",\"messages\":[" USER "," GOOD "],\"rejected_messages\":[" USER "," BAD
    "]}",
    "{\"image\":\"a.png\",\"instruction\":\"Q\",\"input\":\"\",\"chosen\":\"good\",\"rejected\":"
    "\"bad\"}",
    "{\"image\":\"a.png\",\"query\":\"Q\",\"response\":\"good\",\"rejected_response\":\"bad\"}",
};

static void pairs_of_answers(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        for (int chosen = 0; chosen < 2; chosen++) {
            harness h;
            harness_init(&h, "llava", RS_TASK_VQA);
            put_file(&h, "r.jsonl", rs_str_of(pairs[i]));
            use(&h, "records", "r.jsonl");
            if (chosen) param(&h, "preference", "chosen");
            harness_read(&h);
            if (!chosen) {
                check_counts(&h, 0, 1, 0, 0, 0, 1);
                assert_int_equal(n_findings(&h, RS_F_ANSWER_REJECTED), 1);
            } else {
                check_counts(&h, 0, 1, 1, 0, 0, 0);
                assert_string_equal(show(&h, 0), "vqa id= | user:Q | assistant:good | image=a.png");
            }
            harness_fini(&h);
        }
    harness h; /* what is empty is no answer that was rejected */
    harness_init(&h, "llava", RS_TASK_VQA);
    put_file(
        &h, "r.jsonl",
        RS_STR("{\"messages\":[" USER "," GOOD "],\"rejected_response\":null,\"rejected\":\"\"}"));
    use(&h, "records", "r.jsonl");
    harness_read(&h);
    check_counts(&h, 0, 1, 1, 0, 0, 0);
    harness_fini(&h);
}

/* In flat records the parameter that names the answer is the rule; marks count as in dialogues. */
static void flat_records(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "records", RS_TASK_VQA);
    put_file(&h, "r.jsonl",
             RS_STR("{\"q\":\"Q\",\"chosen\":\"good\",\"rejected\":\"bad\"}\n"
                    "{\"q\":\"Q\",\"chosen\":\"good\",\"loss\":false}\n"
                    "{\"q\":\"Q\",\"chosen\":\"good\",\"kto_tag\":\"false\"}\n"
                    "{\"q\":\"Q\",\"chosen\":\"good\",\"weight\":0}\n"
                    "{\"q\":\"Q\",\"chosen\":\"good\",\"label\":false}\n"
                    "{\"q\":\"Q\",\"chosen\":\"good\",\"label\":0}\n"));
    use(&h, "records", "r.jsonl");
    param(&h, "question", "q");
    param(&h, "answer", "chosen");
    harness_read(&h);
    check_counts(&h, 0, 6, 2, 0, 0, 4);
    assert_int_equal(n_findings(&h, RS_F_ANSWER_REJECTED), 4);
    assert_string_equal(show(&h, 0), "vqa id= | user:Q | assistant:good");
    harness_fini(&h);

    harness_init(&h, "records", RS_TASK_VQA);
    put_file(&h, "r.jsonl", RS_STR("{\"q\":\"Is it so?\",\"label\":false}\n"));
    use(&h, "records", "r.jsonl");
    param(&h, "question", "q");
    param(&h, "answer", "label"); /* named: no mark */
    harness_read(&h);
    check_counts(&h, 0, 1, 1, 0, 0, 0);
    harness_fini(&h);

    harness_init(&h, "records", RS_TASK_VQA);
    put_file(&h, "r.jsonl", RS_STR("{\"q\":\"Q\",\"rejected\":\"bad\"}\n"));
    use(&h, "records", "r.jsonl");
    param(&h, "question", "q");
    param(&h, "answer", "rejected");
    assert_int_equal(harness_try(&h), RSIFT_E_ARG);
    assert_int_equal(h.batch.n_samples, 0);
    harness_fini(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(pairs_of_answers),
                                       cmocka_unit_test(flat_records)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
