/* Flat records: several lists of one record, alternatives of a field, a list of texts, the boxes of
 * all members. */
#include "harness.h"

/* A parameter whose one value holds bars. */
static void param_text(harness *h, const char *key, const char *value)
{
    rs_str *at = &h->values[h->n_values++];
    *at = rs_str_of(value);
    h->params[h->source.n_params++] = (rs_param_value){rs_str_of(key), at, 1};
}

static const char picture[] =
    "{\"caption\":\"A dam.\",\"objects\":[{\"obj_id\":0,\"says\":\"the dam\",\"cls\":\"dam\","
    "\"corner\":[0.25,0.25,0.75,0.25,0.75,0.5,0.25,0.5]}],\"qa_pairs\":[{\"ques_id\":1,"
    "\"question\":\"Dam?\",\"type\":\"presence\",\"answer\":\"Yes\"}],\"image\":\"a.png\"}";

static void name_fields(harness *h)
{
    param(h, "image", "image");
    param_text(h, "each", ".|objects|qa_pairs");
    param(h, "caption", ".caption");
    param(h, "phrase", "objects.says");
    param(h, "class", "objects.cls");
    param(h, "box", "objects.corner");
    param(h, "box_convention", "fraction-quad");
    param(h, "question", "qa_pairs.question");
    param(h, "answer", "qa_pairs.answer");
    param(h, "type", "qa_pairs.type");
}

static void several_lists(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "records", RS_TASK_CAPTION);
    put_file(&h, "a.json", rs_str_of(picture));
    put_file(&h, "b.json", RS_STR("{\"caption\":\"B.\",\"objects\":1,\"image\":\"b.png\"}"));
    put_file(&h, "c.json",
             RS_STR("{\"caption\":\"C.\",\"objects\":[],\"qa_pairs\":[],\"image\":\"c.png\"}"));
    use(&h, "records", ".json");
    name_fields(&h);
    harness_read(&h);
    check_counts(&h, 0, 3, 2, 0, 0, 1);
    assert_string_equal(show(&h, 0),
                        "caption id= skill=description | reference:A dam. | image=a.png");
    assert_string_equal(show(&h, 1),
                        "grounding-obb id= skill=localization | phrase:the dam | image=a.png | obb "
                        "'dam' [0.25 0.25 0.75 0.25 0.75 0.5 0.25 0.5] fraction-quad");
    assert_string_equal(show(&h, 2),
                        "vqa id= type=presence | user:Dam? | assistant:Yes | image=a.png");
    for (size_t i = 0; i < 3; i++) assert_int_equal(h.batch.samples[i].sub, i);
    assert_string_equal(show(&h, 3), "caption id= skill=description | reference:C. | image=c.png");
    assert_int_equal(n_findings(&h, RS_F_FIELD_TYPE), 1);
    /* no parameter names the ids */
    assert_int_equal(h.batch.n_unkept, 2);
    assert_true(rs_str_eq(h.batch.unkept[0].name, RS_STR("objects[].obj_id")));
    assert_true(rs_str_eq(h.batch.unkept[1].name, RS_STR("qa_pairs[].ques_id")));
    check_replay(&h);
    harness_fini(&h);
}

/* A list of which no field is named would be left out without a word. */
static void list_without_fields(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "records", RS_TASK_CAPTION);
    put_file(&h, "a.json", rs_str_of(picture));
    use(&h, "records", ".json");
    param(&h, "image", "image");
    param_text(&h, "each", "objects|qa_pairs");
    param(&h, "question", "qa_pairs.question");
    assert_int_equal(harness_try(&h), RSIFT_E_ARG);
    assert_non_null(strstr(h.err.message, "\"objects\""));
    harness_fini(&h);
}

/* GRES: texts and shapes; both alternatives of a name; a member that has no box. */
static void texts_and_all_boxes(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "records", RS_TASK_REFERRING_SEG);
    put_file(&h, "a.json",
             RS_STR("{\"text\":[\"the bus\",\"a bus\"],\"shapes\":[{\"points\":[[1,2],[3,4],[5,2]]"
                    ",\"image_name\":\"a.jpg\"},{\"points\":[[7,8],[9,9],[7,9]]}]}"));
    put_file(&h, "b.json",
             RS_STR("{\"text\":[\"x\"],\"image\":\"b.jpg\",\"shapes\":[{\"points\":[[1,2],[3,4],"
                    "[5,2]]},{\"label\":\"y\"}]}"));
    use(&h, "records", ".json");
    param(&h, "each", "text");
    param_text(&h, "image", "image|shapes.0.image_name");
    param(&h, "phrase", ".");
    param(&h, "box", "shapes.*.points");
    param(&h, "box_convention", "px-polygon");
    harness_read(&h);
    check_counts(&h, 0, 2, 2, 0, 0, 0);
    assert_string_equal(show(&h, 0),
                        "referring-seg id= | phrase:the bus | image=a.jpg | polygon 'the bus' "
                        "[1 2 3 4 5 2] px-polygon | polygon 'the bus' [7 8 9 9 7 9] px-polygon");
    assert_string_equal(show(&h, 2),
                        "referring-seg id= | phrase:x | image=b.jpg | polygon 'x' [1 2 3 4 5 2] "
                        "px-polygon");
    assert_int_equal(n_findings(&h, RS_F_OBJECT_UNREAD), 1);
    check_replay(&h);
    harness_fini(&h);
}

/* A list at the top of one file, under a key of the other; choices in one text. */
static void list_or_key_and_choices(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "records", RS_TASK_CHOICE_VQA);
    put_file(
        &h, "a.json",
        RS_STR("[{\"i\":\"a.jpg\",\"q\":\"What?\",\"c\":\"A. Factory; B. Park.\",\"a\":\"B.\"}]"));
    put_file(
        &h, "b.json",
        RS_STR(" {\"n\":[1],\"data\":[{\"i\":\"b.jpg\",\"q\":\"What?\",\"c\":\"A. One; B. Two; "
               "D. x\",\"a\":\"C.\"},{\"i\":\"b.jpg\",\"q\":\"Q?\",\"c\":\"A. One; B. Two;\","
               "\"a\":\"C.\"}]}"));
    use(&h, "records", ".json");
    param_text(&h, "path", "|data");
    param(&h, "image", "i");
    param(&h, "question", "q");
    param(&h, "options", "c");
    param(&h, "answer", "a");
    harness_read(&h);
    check_counts(&h, 0, 3, 3, 0, 0, 0);
    assert_string_equal(show(&h, 0), "choice-vqa id= | user:What?\nA. Factory\nB. Park. | "
                                     "assistant:B. | image=a.jpg");
    /* letters with a gap are no list: the release's own words */
    assert_string_equal(show(&h, 1), "choice-vqa id= | user:What?\nA. One; B. Two; D. x | "
                                     "assistant:C. | image=b.jpg");
    assert_int_equal(n_findings(&h, RS_F_LABEL_NAMELESS), 2);
    check_replay(&h);
    harness_fini(&h);
}

/* Fields of lists in parallel that no parameter names are counted as those of members are. */
static void parallel_lists_not_kept(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "records", RS_TASK_VQA);
    put_file(&h, "a.json",
             RS_STR("[{\"image\":\"a.jpg\",\"qa\":{\"q\":[\"x?\",\"y?\"],\"a\":[\"1\",\"2\"],"
                    "\"score\":[3,4]}}]"));
    use(&h, "records", ".json");
    param(&h, "image", "image");
    param(&h, "each", "qa");
    param(&h, "question", "q");
    param(&h, "answer", "a");
    harness_read(&h);
    check_counts(&h, 0, 1, 1, 0, 0, 0);
    assert_int_equal(h.batch.n_unkept, 1);
    assert_true(rs_str_eq(h.batch.unkept[0].name, RS_STR("qa[].score")));
    harness_fini(&h);
}

/* A cell of a table holds a list of numbers as text. */
static void box_of_a_cell(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "records", RS_TASK_GROUNDING_HBB);
    put_file(&h, "a.json",
             RS_STR("[{\"image\":\"a.png\",\"box\":\"[1, 2, 30, 40]\",\"says\":\"dam\"},"
                    "{\"image\":\"b.png\",\"box\":\"[1, 2, 3\",\"says\":\"dam\"}]"));
    use(&h, "records", ".json");
    param(&h, "image", "image");
    param(&h, "box", "box");
    param(&h, "phrase", "says");
    param(&h, "box_convention", "px");
    harness_read(&h);
    check_counts(&h, 0, 2, 2, 0, 0, 0);
    assert_string_equal(show(&h, 0), "grounding-hbb id= | phrase:dam | image=a.png | "
                                     "hbb 'dam' [1 2 30 40] px");
    assert_int_equal(h.batch.samples[1].n_regions, 0);
    assert_true(n_findings(&h, RS_F_BOX_TEXT_UNPARSED) == 1);
    harness_fini(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_lists),           cmocka_unit_test(list_without_fields),
        cmocka_unit_test(texts_and_all_boxes),     cmocka_unit_test(list_or_key_and_choices),
        cmocka_unit_test(parallel_lists_not_kept), cmocka_unit_test(box_of_a_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
