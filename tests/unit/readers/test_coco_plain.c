/* Annotations that are read from their text say what they say when their JSON is parsed: a member
 * of null, which holds nothing, is enough to have all of a picture's parsed. */
#include "harness.h"

#include "base/rng.h"
#include "readers/coco_annotation.h"

/* One of the texts, mostly the first. */
static const char *any_of(rs_rng *rng, const char *const *texts, uint64_t n)
{
    return texts[rs_rng_below(rng, 2) ? 0 : rs_rng_below(rng, n)];
}
#define ANY_OF(rng, ...)                            \
    any_of(rng, (const char *const[]){__VA_ARGS__}, \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* A member that most annotations have. */
static void put_member(rs_buf *out, rs_rng *rng, const char *name, const char *value)
{
    if (rs_rng_below(rng, 12) == 0) return;
    const char *comma = ANY_OF(rng, ", ", ",", " , ", "\n,\t");
    if (out->len > 1) rs_buf_cstr(out, comma);
    rs_buf_printf(out, "\"%s\"%s%s", name, ANY_OF(rng, ": ", ":", " :"), value);
}

static void put_annotation(rs_buf *out, rs_rng *rng, bool parsed)
{
    rs_buf row = {0};
    char id[32];
    snprintf(id, sizeof id, "%u", (unsigned)rs_rng_below(rng, 60));
    rs_buf_cstr(&row, parsed ? "{\"nothing\":null" : "{");
    put_member(&row, rng, "id", ANY_OF(rng, id, "\"7\"", "1.0", "-3"));
    snprintf(id, sizeof id, "%u", (unsigned)rs_rng_below(rng, 5));
    put_member(&row, rng, "image_id", ANY_OF(rng, id, id, id, "9", "007", "2.0"));
    put_member(&row, rng, "category_id", ANY_OF(rng, "1", "2", "3", "77", "-1", "\"1\"", "null"));
    put_member(&row, rng, "bbox",
               ANY_OF(rng, "[1, 2, 30, 40]", "[0.25,1.5,3,4]", "[ 1,-2.125,3,4 ]", "[1,2,3]", "[]",
                      "[1e1,2,3,4]", "[1,2,-0,4]", "[473.07000000000005,1,2,3]", "null"));
    put_member(&row, rng, "area",
               ANY_OF(rng, "1200", "702.1057499999998", "0", "\"large\"", "1e3"));
    put_member(&row, rng, "iscrowd", ANY_OF(rng, "0", "1", "true", "\"1\"", "0.0"));
    if (rs_rng_below(rng, 4) == 0)
        put_member(&row, rng, ANY_OF(rng, "ignore", "difficult"), ANY_OF(rng, "1", "0", "false"));
    if (rs_rng_below(rng, 4) == 0) put_member(&row, rng, "difficult", ANY_OF(rng, "1", "0"));
    if (rs_rng_below(rng, 2))
        put_member(&row, rng, "segmentation", ANY_OF(rng, "[]", "[ ]", "[[1,2,31,2,31,42]]"));
    if (rs_rng_below(rng, 20) == 0)
        put_member(&row, rng, ANY_OF(rng, "score", "id", "bbox", "iscrowd"), "1");
    rs_buf_char(&row, '}');
    rs_buf_str(out, rs_buf_view(&row));
    rs_buf_fini(&row);
}

static void put_document(rs_buf *out, uint64_t seed, bool parsed)
{
    rs_rng rng = rs_rng_of(seed, (rs_id){0});
    rs_buf_cstr(out, "{\"images\":[{\"id\":0,\"file_name\":\"a\",\"width\":99,\"height\":99}");
    for (int i = 1; i < 4; i++) rs_buf_printf(out, ",{\"id\":%d,\"file_name\":\"%d.jpg\"}", i, i);
    rs_buf_cstr(out, "],\"annotations\":[");
    const uint64_t n = rs_rng_below(&rng, 12);
    for (uint64_t i = 0; i < n; i++) {
        if (i) rs_buf_cstr(out, ANY_OF(&rng, ", ", ","));
        put_annotation(out, &rng, parsed);
    }
    rs_buf_cstr(out, "],\"categories\":[{\"id\":1,\"name\":\"plane\"},{\"id\":2,\"name\":\"7\"}]}");
}

/* Everything but the places of bytes, which differ. */
static const char *read_document(rs_arena *arena, uint64_t seed, bool parsed, rs_task task)
{
    harness h;
    rs_buf text = {0}, told = {0};
    harness_init(&h, "coco", task);
    put_document(&text, seed, parsed);
    put_file(&h, "instances.json", rs_buf_view(&text));
    use(&h, "records", "instances.json");
    param(&h, "class_names", "77=seventy");
    harness_read(&h);
    for (size_t i = 0; i < h.batch.n_samples; i++)
        rs_buf_printf(&told, "%s %d\n", show(&h, i), is_whole(&h, i));
    for (size_t i = 0; i < h.n_findings; i++) {
        const rs_finding *f = &h.findings[i];
        const rs_str where = rs_str_sub(f->where, 0, rs_str_find(f->where, RS_STR("byte ")));
        const bool placed = strstr(f->message.ptr, "byte ") != NULL;
        rs_buf_printf(&told, "%d %d %.*s %s\n", (int)f->code, (int)f->ordinal, RS_STR_ARG(where),
                      placed ? "" : f->message.ptr);
    }
    for (size_t i = 0; i < h.batch.n_unkept; i++)
        rs_buf_printf(&told, "%.*s\n", RS_STR_ARG(h.batch.unkept[i].name));
    for (int i = 0; i < 3; i++)
        rs_buf_printf(&told, "%d %d %d ", (int)h.counts[i].seen, (int)h.counts[i].used,
                      (int)h.counts[i].set_aside);
    const char *out = rs_arena_cstr(arena, rs_buf_view(&told));
    rs_buf_fini(&told);
    rs_buf_fini(&text);
    harness_fini(&h);
    return out;
}

static void plain_annotations_say_the_same(void **unused)
{
    (void)unused;
    static const rs_task tasks[] = {RS_TASK_DETECTION_HBB, RS_TASK_SEGMENTATION};
    for (uint64_t seed = 0; seed < 1000; seed++) {
        rs_arena arena = {0};
        const rs_task task = tasks[seed % 5 == 0];
        assert_string_equal(read_document(&arena, seed, false, task),
                            read_document(&arena, seed, true, task));
        rs_arena_fini(&arena);
    }
}

static bool is_plain(const char *text)
{
    rs_coco_annotation one;
    rs_json_quick q = rs_json_quick_of(rs_str_of(text));
    return rs_coco_read_plain(&q, &one) && rs_json_quick_ends(&q);
}

static void knows_plain_annotations(void **unused)
{
    (void)unused;
    rs_coco_annotation one;
    rs_json_quick q = rs_json_quick_of(
        RS_STR("{\"id\": 5, \"image_id\": 6, \"category_id\": 7, \"bbox\": [1, 2, 30.5, 40], "
               "\"area\": 1220.0000000000002, \"segmentation\": [], \"iscrowd\": 1}"));
    assert_true(rs_coco_read_plain(&q, &one) && rs_json_quick_ends(&q));
    assert_true(!one.value && one.id == 5 && one.image_id == 6 && one.category_id == 7);
    assert_true(one.box.v[0] == 1 && one.box.v[2] == 30.5 && one.flags == RS_REGION_CROWD);
    assert_true(is_plain("{\"bbox\":[1,2,3,4],\"category_id\":1,\"image_id\":1}"));
    assert_false(is_plain("{\"bbox\":[1,2,3,4],\"category_id\":1,\"image_id\":1,}"));
    assert_false(is_plain("{\"bbox\":[1,2,3,4],\"category_id\":1,\"image_id\":1,\"score\":1}"));
    assert_false(is_plain("{\"bbox\":[1,2,3,4],\"category_id\":1,\"image_id\":1,\"bbox\":[]}"));
    assert_false(is_plain("{\"category_id\":1,\"image_id\":1}"));
    assert_false(is_plain("{}"));
    rsift_limits limits = rsift_limits_default();
    assert_true(rs_coco_may_be_plain(RS_STR("bbox"), &limits));
    assert_false(rs_coco_may_be_plain(RS_STR("obb"), &limits));
    limits.max_depth = 2;
    assert_false(rs_coco_may_be_plain(RS_STR("bbox"), &limits));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_plain_annotations),
        cmocka_unit_test(plain_annotations_say_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
