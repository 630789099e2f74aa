/* Choosing the reader of one's own data, and the names it gets. */
#include "temporary.h"

#include "release/own_scan.h"

static const char coco[] = "{\"images\":[{\"id\":1,\"file_name\":\"1.png\"}],\"annotations\":[],"
                           "\"categories\":[]}";
static const char chat[] = "[{\"image\":\"1.png\",\"conversations\":[{\"from\":\"human\",\"value\":"
                           "\"a\"},{\"from\":\"gpt\",\"value\":\"b\"}]}]";

/* "reader name sure", or the error's first words */
static void expect_choice(const char *name, const char *want)
{
    rsift_error err;
    rs_plan *plan;
    char got[300];
    const rsift_status status = plan_of(name, NULL, "", &plan, &err);
    if (status != RSIFT_OK) {
        if (rs_str_find(rs_str_of(err.message), rs_str_of(want)) == RS_NPOS)
            fail_msg("%s: %s, expected %s", name, err.message, want);
        return;
    }
    snprintf(got, sizeof got, "%.*s %.*s %d", RS_STR_ARG(plan->choice.reader),
             RS_STR_ARG(plan->dataset_id), plan->sure);
    rs_plan_free(plan);
    assert_string_equal(got, want);
}

static void sure_forms_are_read_and_others_asked(void **state)
{
    (void)state;
    put_text("chosen-1/a.json", coco);
    expect_choice("chosen-1", "coco mine 95");
    /* folders of one form are one dataset; what no reader takes does not make it two */
    put_text("chosen-2/train/labelTxt/1.txt", "1 1 5 1 5 5 1 5 ship 0\n");
    put_text("chosen-2/val/labelTxt/1.txt", "1 1 5 1 5 5 1 5 ship 0\n");
    put_text("chosen-2/table.csv", "a,b\n1,2\n");
    expect_choice("chosen-2", "dota mine 95");
    put_text("chosen-3/a.json", coco);
    put_text("chosen-3/b/b.json", chat);
    expect_choice("chosen-3", "2 kinds of data lie here: coco (a.json), llava (b.json)");
    /* LLaMA-Factory's list of data sets is none of them */
    put_text("chosen-5/dataset_info.json", "{\"a\":{\"columns\":{\"images\":\"image\"}}}");
    put_text("chosen-5/a.json", chat);
    expect_choice("chosen-5", "llava mine 95");
    /* captions beside their pictures */
    put_text("chosen-6/1.jpg", "");
    put_text("chosen-6/1.txt", "a road");
    put_text("chosen-6/2.jpg", "");
    put_text("chosen-6/2.json", "{\"caption\":\"a road\",\"url\":\"x\"}");
    expect_choice("chosen-6", "webdataset mine 70");
    put_text("chosen-7/1.jpg", "");
    put_text("chosen-7/readme.txt", "a road");
    expect_choice("chosen-7", "no reader knows");
    /* detection as the library datasets keeps it */
    put_text("chosen-8/a.jsonl", "{\"image\":\"1.jpg\",\"objects\":{\"bbox\":[[1,2,3,4]],"
                                 "\"category\":[0]}}\n");
    expect_choice("chosen-8", "records mine 60");
    put_text("chosen-4/notes.md", "hello");
    expect_choice("chosen-4", "no reader knows");
    /* with a box beside it, a class is that of an object: it is not the picture's */
    put_text("boxed/t.csv", "image,bbox,label\n1.png,\"[1, 2, 3, 4]\",ship\n");
    expect_choice("boxed", "no reader knows");
}

/* Masks beside a panoptic JSON are read with it: they are no files that the reader refuses. */
static void masks_are_not_refused(void **state)
{
    (void)state;
    rsift_error err;
    rs_plan *plan;
    put_text("masks-1/p.json",
             "{\"images\":[{\"id\":1,\"file_name\":\"1.jpg\"}],\"annotations\":"
             "[{\"image_id\":1,\"file_name\":\"1.png\",\"segments_info\":[{\"id\":7,"
             "\"category_id\":1}]}],\"categories\":[{\"id\":1,\"name\":\"A\"}]}");
    put_text("masks-1/m/1.png", "\x89PNG\r\n\x1a\n....");
    if (plan_of("masks-1", NULL, "", &plan, &err) != RSIFT_OK) fail_msg("%s", err.message);
    assert_true(rs_str_eq(plan->choice.reader, RS_STR("panoptic")));
    assert_int_equal(plan->n_refused, 0);
    rs_plan_free(plan);
}

static void names_are_ids(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"/data/My Set/", "my-set"},
                                           {"a/b.json", "b"},
                                           {".hidden", "hidden"},
                                           {"/", "mine"},
                                           {"x/..", "mine"}};
    rs_arena arena = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rs_str name = rs_own_name(&arena, rs_str_of(cases[i][0]), NULL);
        if (!rs_str_eq(name, rs_str_of(cases[i][1])))
            fail_msg("%s: %.*s", cases[i][0], RS_STR_ARG(name));
    }
    rs_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sure_forms_are_read_and_others_asked),
                                       cmocka_unit_test(masks_are_not_refused),
                                       cmocka_unit_test(names_are_ids)};
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
