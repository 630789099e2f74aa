/* References: a pickle of sentences, and the COCO file that has their objects. */
#include "harness.h"

/* [{ref_id, ann_id, image_id, split, sentences: [{raw, sent_id} ...]}], as Python writes it. */
typedef struct ref {
    int id, ann, image;
    const char *split, *sentences[3];
} ref;

static void put_text(rs_buf *out, const char *text)
{
    rs_buf_printf(out, "X%c%c%c%c%s", (int)strlen(text), 0, 0, 0, text);
}

static void put_number(rs_buf *out, const char *key, int v)
{
    put_text(out, key);
    rs_buf_printf(out, "K%c", v);
}

static void put_pickle(harness *h, const char *path, const ref *refs, size_t n)
{
    rs_buf out = {0};
    rs_buf_add(&out, "\x80\x02](", 4);
    for (size_t i = 0; i < n; i++) {
        rs_buf_cstr(&out, "}(");
        put_number(&out, "ref_id", refs[i].id);
        put_number(&out, "ann_id", refs[i].ann);
        put_number(&out, "image_id", refs[i].image);
        put_text(&out, "split");
        put_text(&out, refs[i].split);
        put_text(&out, "sentences");
        rs_buf_cstr(&out, "](");
        for (int k = 0; k < 3 && refs[i].sentences[k]; k++) {
            rs_buf_cstr(&out, "}(");
            put_text(&out, "raw");
            put_text(&out, refs[i].sentences[k]);
            put_number(&out, "sent_id", 10 * refs[i].id + k);
            rs_buf_char(&out, 'u');
        }
        rs_buf_cstr(&out, "eu");
    }
    rs_buf_cstr(&out, "e.");
    put_file(h, path, rs_buf_view(&out));
    rs_buf_fini(&out);
}

static const char instances[] =
    "{\"images\":[{\"id\":1,\"file_name\":\"a.jpg\",\"width\":4,\"height\":4},"
    "{\"id\":2,\"file_name\":\"b.jpg\"},{\"id\":9,\"file_name\":\"c.jpg\"}],"
    "\"annotations\":["
    "{\"id\":5,\"image_id\":1,\"categories_id\":0,\"bbox\":[1,0,2,2],\"segmentation\":"
    "[{\"size\":[4,4],\"counts\":\"42:\"}]},"
    "{\"id\":6,\"image_id\":2,\"categories_id\":7,\"bbox\":[3,3,4,4],\"segmentation\":"
    "[{\"size\":[4,4],\"counts\":\"42:\"}]},"
    "{\"id\":7,\"image_id\":2,\"categories_id\":0,\"segmentation\":[[0,0,2,0,2,2]]},"
    "{\"id\":8,\"image_id\":2,\"categories_id\":0,\"bbox\":[0,0,1,1],\"segmentation\":"
    "[{\"size\":[4,4],\"counts\":\"4444444\"}]},"
    "{\"id\":9,\"image_id\":2,\"categories_id\":0,\"bbox\":[0,0,1,1]},"
    "{\"id\":9,\"image_id\":1,\"categories_id\":0,\"bbox\":[0,0,1,1]},"
    "{\"image_id\":1,\"bbox\":[0,0,1,1]}],"
    "\"categories\":[{\"id\":0,\"name\":\"dam\"}]}";

static void references_are_joined(void **unused)
{
    (void)unused;
    static const ref refs[] = {
        {1, 5, 1, "train", {"the dam", "a dam at the top"}}, /* two sentences of one object */
        {2, 6, 2, "test", {"the other dam"}},                /* its mask lies elsewhere */
        {3, 7, 2, "val", {"the corner"}},                    /* an outline and no box */
        {4, 8, 2, "val", {"the runs"}},                      /* runs that do not fill 4 x 4 */
        {5, 9, 2, "val", {"twice"}},                         /* an id that stands twice */
        {6, 77, 2, "val", {"nothing"}},                      /* no annotation */
        {7, 5, 1, "val", {NULL}},                            /* no sentence */
        {8, 5, 1, "val", {" "}},                             /* an empty one */
    };
    harness h;
    harness_init(&h, "refer", RS_TASK_REFERRING_SEG);
    put_pickle(&h, "refs(unc).p", refs, sizeof refs / sizeof *refs);
    put_file(&h, "instances.json", rs_str_of(instances));
    use(&h, "refs", ".p");
    use(&h, "records", ".json");
    param(&h, "box_convention", "px");
    harness_read(&h);
    check_counts(&h, 3, 8, 4, 0, 0, 4);
    check_counts(&h, 0, 3, 2, 0, 1, 0);
    check_counts(&h, 1, 7, 5, 0, 1, 1);
    assert_string_equal(show(&h, 0),
                        "referring-seg id=10 official/train label=dam | phrase:the dam | "
                        "image=a.jpg 4x4 | hbb 'the dam' [1 0 2 2] px | "
                        "mask 'the dam' [4 4 4 2 10] mask");
    assert_int_equal(h.batch.n_samples, 5);
    assert_int_equal(n_findings(&h, RS_F_MASK_APART), 1);
    assert_int_equal(n_findings(&h, RS_F_CLASS_UNKNOWN), 1);
    assert_int_equal(n_findings(&h, RS_F_LINK_ORPHAN), 2);
    assert_int_equal(n_findings(&h, RS_F_FIELD_MISSING), 3);
    assert_int_equal(n_findings(&h, RS_F_NUMBER), 1);
    assert_int_equal(n_findings(&h, RS_F_ID_REPEATED), 1);
    check_replay(&h);
    harness_fini(&h);
}

/* What is found of an object is about every sample of it. */
static void findings_are_of_all_sentences(void **unused)
{
    (void)unused;
    static const ref refs[] = {{2, 6, 2, "test", {"the dam", "that dam", "this dam"}}};
    harness h;
    harness_init(&h, "refer", RS_TASK_REFERRING_SEG);
    put_pickle(&h, "refs(unc).p", refs, 1);
    put_file(&h, "instances.json", rs_str_of(instances));
    use(&h, "refs", ".p");
    use(&h, "records", ".json");
    param(&h, "box_convention", "px");
    harness_read(&h);
    assert_int_equal(h.batch.n_samples, 3);
    assert_int_equal(n_findings(&h, RS_F_MASK_APART), 3);
    bool told[3] = {false};
    for (size_t i = 0; i < h.n_findings; i++)
        if (h.findings[i].code == RS_F_MASK_APART) told[h.findings[i].sample] = true;
    assert_true(told[0] && told[1] && told[2]);
    harness_fini(&h);
}

/* A pickle that cannot be read is one finding; the run goes on. */
static void code_is_a_finding(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "refer", RS_TASK_REFERRING_SEG);
    put_file(&h, "refs(unc).p",
             RS_STR("\x80\x02"
                    "cos\nsystem\n"));
    put_file(&h, "instances.json", rs_str_of(instances));
    use(&h, "refs", ".p");
    use(&h, "records", ".json");
    harness_read(&h);
    check_counts(&h, 3, 1, 0, 0, 0, 1);
    assert_int_equal(h.batch.n_samples, 0);
    harness_fini(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_are_joined),
        cmocka_unit_test(findings_are_of_all_sentences),
        cmocka_unit_test(code_is_a_finding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
