/* Contents of turns: parts, and the words for pictures of other models and trainers. */
#include "harness.h"

#include "codec/json.h"

/* One conversation of a question and an answer about n pictures. */
static void start(harness *h, const char *question, const char *answer, size_t n)
{
    char text[1024];
    harness_init(h, "llava", RS_TASK_VQA);
    snprintf(text, sizeof text,
             "[{\"images\":[%s],\"messages\":[{\"role\":\"user\",\"content\":%s},{\"role\":"
             "\"assistant\",\"content\":%s}]}]",
             n == 0   ? ""
             : n == 1 ? "\"a.png\""
                      : "\"a.png\",\"b.png\"",
             question, answer);
    put_file(h, "r.json", rs_str_of(text));
    use(h, "records", "r.json");
    harness_read(h);
}

static void picture_tags(void **unused)
{
    (void)unused;
    static const struct {
        const char *written, *read;
        size_t n;
    } cases[] = {
        {"\"<image_0>\\nQ\"", "<image>\nQ", 1},
        {"\"<image_1> and <image_2>?\"", "<image> and <image>?", 2},
        {"\"<|image_1|>\\nQ\"", "<image>\nQ", 1},
        {"\"<Img><ImageHere></Img> Q\"", "<image> Q", 1},
        {"\"<|vision_start|><|image_pad|><|image_pad|><|vision_end|>Q\"", "<image>Q", 1},
        {"\"<start_of_image>Q\"", "<image>Q", 1},
        {"\"<image></image>Q\"", "<image>Q", 1},
        {"\"[IMG]Q\"", "<image>Q", 1},
        {"\"Picture 1: <img>a.png</img>Q\"", "Picture 1: <image>Q", 0},
        {"[{\"type\":\"image\"},{\"type\":\"text\",\"text\":\"Q\"}]", "<image>Q", 1},
        /* not told which picture is where: the text stays and rs_check_turns finds it */
        {"\"<image_2> and <image_1>?\"", "<image_2> and <image_1>?", 2},
        {"\"<image_1> or <image_1>?\"", "<image_1> or <image_1>?", 2},
        {"\"<image> or <image_1>?\"", "<image> or <image_1>?", 2},
        {"\"<img src='a.png'> Q\"", "<img src='a.png'> Q", 1},
        {"\"<Img>Q\"", "<Img>Q", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        harness h;
        start(&h, cases[i].written, "\"yes\"", cases[i].n);
        assert_int_equal(h.batch.n_samples, 1);
        const rs_str got = h.batch.samples[0].turns[0].text;
        if (!rs_str_eq(got, rs_str_of(cases[i].read)))
            fail_msg("%s: \"%.*s\"", cases[i].written, RS_STR_ARG(got));
        harness_fini(&h);
    }
    harness h; /* nothing is shown in an answer */
    start(&h, "\"<image_0>Q\"", "\"<image_0> yes\"", 1);
    assert_true(rs_str_eq(h.batch.samples[0].turns[1].text, RS_STR("<image_0> yes")));
    harness_fini(&h);
}

static size_t n_found(const harness *h, rs_finding_code code)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n_findings; i++) n += h->findings[i].code == code;
    return n;
}

/* A picture that a turn names is the record's, in whatever folder. */
static void names_agree(void **unused)
{
    (void)unused;
    static const char *const questions[] = {"\"<img>x/A.png</img>Q\"", "\"<img>b.png</img>Q\""};
    for (size_t i = 0; i < 2; i++) {
        harness h;
        start(&h, questions[i], "\"yes\"", 1);
        assert_int_equal(n_found(&h, RS_F_PLACEHOLDERS), i);
        harness_fini(&h);
    }
}

/* The words of a slot are a label. */
static void slots_name_objects(void **unused)
{
    (void)unused;
    static const char *const refs[] = {"ship", "3"};
    for (size_t i = 0; i < 2; i++) {
        char text[512];
        harness h;
        harness_init(&h, "llava", RS_TASK_VQA);
        snprintf(text, sizeof text,
                 "[{\"images\":[\"a.png\"],\"messages\":[{\"role\":\"user\",\"content\":"
                 "\"<image>Find <ref-object>\"},{\"role\":\"assistant\",\"content\":\"<bbox>\"}],"
                 "\"objects\":{\"ref\":[\"%s\"],\"bbox\":[[1,2,30,40]]}}]",
                 refs[i]);
        put_file(&h, "r.json", rs_str_of(text));
        use(&h, "records", "r.json");
        harness_read(&h);
        assert_int_equal(n_found(&h, RS_F_LABEL_NAMELESS), i);
        harness_fini(&h);
    }
}

/* Several texts are not one text; a part holds one thing. */
static void parts(void **unused)
{
    (void)unused;
    static const struct {
        const char *answer, *read; /* NULL = set aside */
    } cases[] = {
        {"[{\"type\":\"text\",\"text\":\"a \"},{\"text\":\"ship\"}]", "a ship"},
        {"[\"y\",\"z\"]", NULL},
        {"[\"y\"]", NULL},
        {"[]", NULL},
        {"[[\"y\"]]", NULL},
        {"[{\"type\":\"text\",\"text\":\"a\"},\"b\"]", NULL},
        {"[{\"type\":\"thinking\",\"text\":\"a\"}]", NULL},
        {"[{\"type\":\"text\",\"text\":\"a\",\"image\":\"c.png\"}]", NULL},
        {"[{\"text\":\"a\",\"image\":\"c.png\"}]", NULL},
        {"[{\"type\":\"tool_use\",\"input\":{}}]", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        harness h;
        start(&h, "\"<image>Q\"", cases[i].answer, 1);
        if (h.batch.n_samples != (cases[i].read != NULL)) fail_msg("%s", cases[i].answer);
        if (cases[i].read)
            assert_true(rs_str_eq(h.batch.samples[0].turns[1].text, rs_str_of(cases[i].read)));
        else
            assert_int_equal(
                n_findings(&h, RS_F_FIELD_TYPE) + n_findings(&h, RS_F_MEDIA_UNSUPPORTED), 1);
        harness_fini(&h);
    }
}

/* Labels that name nothing, in any spelling. */
static void labels(void **unused)
{
    (void)unused;
    static const struct {
        const char *answer;
        int n;
    } cases[] = {
        {"{\"bbox_2d\": [1,2,3,4], \"label\": \"ship\"}", 0},
        {"{\"bbox_2d\": [1,2,3,4], \"label\": \"the ship. on the left\"}", 0},
        {"{\"bbox_2d\": [1,2,3,4]}", 0},
        {"{\"bbox_2d\": [1,2,3,4], \"label\": \"3\"}", 1},
        {"{\"bbox_2d\": [1,2,3,4], \"label\": \"class_3\"}", 1},
        {"{\"bbox_2d\": [1,2,3,4], \"label\": \"unknown\"}", 1},
        {"{\"bbox_2d\": [1,2,3,4], \"label\": \"{name}\"}", 1},
        {"{\"bbox_2d\": [1,2,3,4], \"label\": \"It lies here. The sea is calm.\"}", 1},
        {"<ref>7</ref><box>[[1,2,3,4]]</box>", 1},
        {"<ref>ship</ref><box>[[1,2,3,4]]</box>", 0},
        {"<ref>The ship. It is white.</ref><box>[[1,2,3,4]]</box>", 0},
        {"<loc0001><loc0002><loc0003><loc0004> 5 ; <loc0001><loc0002><loc0003><loc0004> ship", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_buf answer = {0};
        rs_json_put_str(&answer, rs_str_of(cases[i].answer));
        rs_buf_char(&answer, '\0');
        harness h;
        harness_init(&h, "llava", RS_TASK_GROUNDING_HBB);
        rs_buf text = {0};
        rs_buf_printf(&text,
                      "[{\"image\":\"a.png\",\"conversations\":[{\"from\":\"human\",\"value\":"
                      "\"Where?\"},{\"from\":\"gpt\",\"value\":%s}]}]",
                      answer.ptr);
        put_file(&h, "r.json", rs_buf_view(&text));
        use(&h, "records", "r.json");
        param(&h, "box_convention", "permille|paligemma");
        harness_read(&h);
        if ((int)n_findings(&h, RS_F_LABEL_NAMELESS) != cases[i].n) fail_msg("%s", cases[i].answer);
        rs_buf_fini(&answer);
        rs_buf_fini(&text);
        harness_fini(&h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(picture_tags), cmocka_unit_test(parts), cmocka_unit_test(names_agree),
        cmocka_unit_test(slots_name_objects), cmocka_unit_test(labels)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
