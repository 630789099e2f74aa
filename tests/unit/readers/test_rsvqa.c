/* RSVQA triples: placeholders, joins, CDVQA's variant, broken links. */
#include "harness.h"

#define IMAGES                                                                            \
    "{\"images\":[{\"id\":0,\"active\":false},{\"id\":1,\"original_name\":\"S_1-2.tif\"," \
    "\"questions_ids\":[1],\"active\":true},{\"id\":2,\"questions_ids\":[],\"active\":true}]}"

static void start(harness *h, const char *questions, const char *answers, const char *images)
{
    harness_init(h, "rsvqa", RS_TASK_VQA);
    put_file(h, "q.json", rs_str_of(questions));
    if (answers) put_file(h, "a.json", rs_str_of(answers));
    if (images) put_file(h, "i.json", rs_str_of(images));
    use(h, "questions", "q.json");
    if (answers) use(h, "answers", "a.json");
    if (images) use(h, "images", "i.json");
    media(h, RS_ASSET_IMAGE, "Images_LR/{id}.tif");
}

static void skips_placeholders(void **unused)
{
    (void)unused;
    harness h;
    start(&h,
          "{\"questions\":[{\"id\":0,\"active\":false},{\"id\":1,\"img_id\":1,\"type\":\"count\","
          "\"question\":"
          "\"How many?\",\"answers_ids\":[1],\"active\":true}]}",
          "{\"answers\":[{\"id\":0,\"active\":false},{\"id\":1,\"question_id\":1,\"answer\":\"4\","
          "\"active\":true},"
          "{\"id\":2,\"question_id\":9,\"answer\":\"x\",\"active\":true}]}",
          IMAGES);
    rs_word_map skills[] = {{RS_STR("count"), RS_STR("counting")}};
    h.source.skills = skills;
    h.source.n_skills = 1;
    h.source.split = (rs_split){RS_STR("official"), RS_STR("val")};
    harness_read(&h);
    check_counts(&h, 0, 2, 1, 0, 1, 0);
    check_counts(&h, 1, 3, 1, 0, 1, 1);
    check_counts(&h, 2, 3, 1, 0, 2, 0);
    assert_string_equal(show(&h, 0),
                        "vqa id=1 type=count skill=counting official/val | user:How many? | "
                        "assistant:4 | image=Images_LR/1.tif");
    assert_int_equal(n_findings(&h, RS_F_LINK_ORPHAN), 1);
    check_replay(&h);
    harness_fini(&h);
}

static void merges_image_rows(void **unused)
{
    (void)unused;
    harness h;
    rs_buf q = {0}, a = {0}, i = {0};
    rs_buf_cstr(&q, "{\"questions\":[");
    rs_buf_cstr(&a, "{\"answers\":[");
    rs_buf_cstr(&i, "{\"images\":[");
    for (int k = 0; k < 32; k++) {
        const char *comma = k ? "," : "";
        rs_buf_printf(
            &q,
            "%s{\"id\":%d,\"img_id\":%d,\"type\":\"t\",\"question\":\"q%d\",\"answers_ids\":[%d],"
            "\"active\":true}",
            comma, k, k, k, k);
        rs_buf_printf(&a, "%s{\"id\":%d,\"question_id\":%d,\"answer\":\"a%d\",\"active\":true}",
                      comma, k, k, k);
        rs_buf_printf(&i, "%s{\"id\":%d,\"file_name\":\"%05d.png\",\"active\":true}", comma, k,
                      k / 16);
    }
    rs_buf_printf(&i, ",{\"id\":32,\"file_name\":\"00009.png\",\"active\":true}]}%c", 0);
    rs_buf_printf(&q, "]}%c", 0);
    rs_buf_printf(&a, "]}%c", 0);
    start(&h, q.ptr, a.ptr, i.ptr);
    h.source.n_media = 0;
    media(&h, RS_ASSET_BEFORE, "im1/{name}");
    media(&h, RS_ASSET_AFTER, "im2/{name}");
    param(&h, "image_name", "file_name");
    param(&h, "merge_images_by", "file_name");
    harness_read(&h);
    check_counts(&h, 0, 32, 32, 0, 0, 0);
    check_counts(&h, 1, 32, 32, 0, 0, 0);
    check_counts(&h, 2, 33, 2, 30, 1, 0);
    assert_string_equal(show(&h, 20),
                        "vqa id=20 type=t | user:q20 | assistant:a20 | before=im1/00001.png | "
                        "after=im2/00001.png");
    rs_buf_fini(&q);
    rs_buf_fini(&a);
    rs_buf_fini(&i);
    harness_fini(&h);
}

static void names_broken_links(void **unused)
{
    (void)unused;
    harness h;
    start(&h,
          "{\"questions\":["
          "{\"id\":1,\"img_id\":1,\"question\":\"no answer\",\"answers_ids\":[77],\"active\":true},"
          "{\"id\":2,\"img_id\":5,\"question\":\"no image\",\"answers_ids\":[2],\"active\":true},"
          "{\"id\":3,\"img_id\":1,\"question\":\"other's "
          "answer\",\"answers_ids\":[9],\"active\":true},"
          "{\"id\":4,\"img_id\":1,\"question\":\"by owner\",\"active\":true},"
          "{\"id\":5,\"img_id\":1,\"answers_ids\":[5],\"active\":true},"
          "{\"id\":6,\"question\":\"no img_id\"},"
          "{\"id\":7,\"img_id\":1,\"question\":\"number\",\"answers_ids\":[7]},"
          "{\"id\":8,\"img_id\":1,\"question\":\"no text\",\"answers_ids\":[8]}, 5]}",
          "{\"answers\":[{\"id\":2,\"question_id\":2,\"answer\":\"x\"},{\"id\":9,\"question_id\":"
          "99,\"answer\":\"x\"},"
          "{\"id\":44,\"question_id\":4,\"answer\":\"found\"},{\"id\":5,\"question_id\":5,"
          "\"answer\":\"x\"},"
          "{\"id\":7,\"question_id\":7,\"answer\":12},{\"id\":8,\"question_id\":8},{\"no\":1}]}",
          IMAGES);
    harness_read(&h);
    check_counts(&h, 0, 9, 2, 0, 0, 7);
    check_counts(&h, 1, 7, 4, 0, 0, 3);
    assert_string_equal(show(&h, 0),
                        "vqa id=4 | user:by owner | assistant:found | image=Images_LR/1.tif");
    assert_string_equal(show(&h, 1),
                        "vqa id=7 | user:number | assistant:12 | image=Images_LR/1.tif");
    assert_int_equal(n_findings(&h, RS_F_ANSWER_MISSING), 2);
    assert_int_equal(n_findings(&h, RS_F_LINK_ORPHAN), 4);
    assert_int_equal(n_findings(&h, RS_F_FIELD_MISSING), 2);
    assert_int_equal(n_findings(&h, RS_F_FIELD_COERCED), 1);
    harness_fini(&h);
}

static void keeps_questions_without_answers_file(void **unused)
{
    (void)unused;
    harness h;
    start(&h, "{\"questions\":[{\"id\":1,\"img_id\":3,\"question\":\"q\"}]}", NULL, NULL);
    harness_read(&h);
    assert_string_equal(show(&h, 0), "vqa id=1 withheld | user:q | image=Images_LR/3.tif");
    harness_fini(&h);
}

/* Many rows, answers in another order than the questions: several chunks, all joined. */
static void joins_across_chunks(void **unused)
{
    (void)unused;
    harness h;
    rs_buf q = {0}, a = {0};
    int n = 3000;
    rs_buf_cstr(&q, "{\"questions\":[");
    rs_buf_cstr(&a, "{\"answers\":[");
    for (int k = 0; k < n; k++) {
        rs_buf_printf(&q, "%s\n{\"id\":%d,\"img_id\":1,\"question\":\"q%d\",\"answers_ids\":[%d]}",
                      k ? "," : "", k, k, k + 10000);
        int r = (k * 7919) % n;
        rs_buf_printf(&a, "%s\n{\"id\":%d,\"question_id\":%d,\"answer\":\"a%d\"}", k ? "," : "",
                      r + 10000, r, r);
    }
    rs_buf_printf(&q, "]}%c", 0);
    rs_buf_printf(&a, "]}%c", 0);
    start(&h, q.ptr, a.ptr, IMAGES);
    harness_read(&h);
    check_counts(&h, 0, n, n, 0, 0, 0);
    assert_true(h.n_chunks >= 3);
    for (int k = 0; k < n; k++) {
        char want[16];
        snprintf(want, sizeof want, "a%d", k);
        assert_true(rs_str_eq(h.batch.samples[k].turns[1].text, rs_str_of(want)));
    }
    rs_buf_fini(&q);
    rs_buf_fini(&a);
    harness_fini(&h);
}

/* A table of bad rows: all are counted, only the first max_findings of a code are listed. */
static void counts_bad_rows_without_listing_them(void **unused)
{
    (void)unused;
    harness h;
    rs_buf a = {0};
    enum { N_BAD = 5000 };
    rs_buf_cstr(&a, "{\"answers\":[");
    for (int i = 0; i < N_BAD; i++) rs_buf_printf(&a, "%s{\"answer\":\"no id\"}", i ? "," : "");
    rs_buf_printf(&a, "]}%c", 0);
    start(&h, "{\"questions\":[]}", a.ptr, IMAGES);
    rs_chunk chunk = {.max_findings = 7};
    void *state = rs_calloc(1, h.reader->state_size);
    assert_int_equal(h.reader->open(state, &h.source, &chunk, NULL), RSIFT_OK);
    assert_int_equal(chunk.counts[1].seen, N_BAD);
    assert_int_equal(chunk.counts[1].set_aside, N_BAD);
    assert_int_equal(chunk.n_findings, 7);
    assert_int_equal(chunk.n_unlisted[RS_F_FORMAT], N_BAD - 7);
    rs_chunk_reset(&chunk);
    assert_int_equal(chunk.max_findings, 7);
    assert_int_equal(chunk.n_unlisted[RS_F_FORMAT], 0);
    h.reader->close(state);
    rs_free(state);
    rs_chunk_fini(&chunk);
    rs_buf_fini(&a);
    harness_fini(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(skips_placeholders),
        cmocka_unit_test(merges_image_rows),
        cmocka_unit_test(names_broken_links),
        cmocka_unit_test(keeps_questions_without_answers_file),
        cmocka_unit_test(joins_across_chunks),
        cmocka_unit_test(counts_bad_rows_without_listing_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
