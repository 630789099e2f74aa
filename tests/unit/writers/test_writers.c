/* Record layouts: golden texts, exactly the keys of each trainer, and reading back. */
#include "render/make.h"

#include "base/alloc.h"
#include "codec/json.h"
#include "writers/record.h"

#include <math.h>

static const double one_width[3] = {640, 320, 100}, one_height[3] = {480, 240, 100};

static rs_writer_set set_of(const rs_render_options *options)
{
    return (rs_writer_set){
        .name = RS_STR("mix"), .image_root = RS_STR("images"), .n_records = 3, .render = options};
}

static rs_rendered two_turns(const rs_message *messages, uint32_t n, const rs_str *images,
                             uint32_t n_images)
{
    return (rs_rendered){.id = {1, 2},
                         .dataset = RS_STR("dior"),
                         .task = RS_STR("vqa"),
                         .images = images,
                         .widths = one_width,
                         .heights = one_height,
                         .n_images = n_images,
                         .messages = messages,
                         .n_messages = n};
}

static void assert_record(const char *format, const rs_rendered *r,
                          const rs_render_options *options, const char *want)
{
    rs_buf b = {0};
    const rs_writer_set set = set_of(options);
    const rs_writer *f = rs_writer_find(rs_str_of(format));
    assert_non_null(f);
    assert_int_equal(f->record(&set, r, &(rs_json_writer){.buf = &b}, NULL), RSIFT_OK);
    assert_text(rs_buf_view(&b), want);
    rs_buf_fini(&b);
}

#define ID "00000000000000010000000000000002"

static void test_golden(void **state)
{
    (void)state;
    const rs_message m[] = {{RS_MESSAGE_SYSTEM, RS_STR("Be \"brief\".")},
                            {RS_MESSAGE_USER, RS_STR("<image>\nHow many?")},
                            {RS_MESSAGE_ASSISTANT, RS_STR("3")}};
    const rs_str images[] = {RS_STR("dior/1.jpg"), RS_STR("dior/2.jpg")};
    const rs_render_options o = {.model = rs_render_model_find(RS_STR("qwen3-vl"))};
    rs_rendered r = two_turns(m, 3, images, 1);
    assert_record("llava", &r, &o,
                  "{\"id\":\"" ID "\",\"image\":\"dior/1.jpg\",\"conversations\":["
                  "{\"from\":\"human\",\"value\":\"Be \\\"brief\\\".\\n<image>\\nHow "
                  "many?\"},{\"from\":\"gpt\",\"value\":\"3\"}]}");
    assert_record("llama-factory", &r, &o,
                  "{\"conversations\":[{\"from\":\"human\",\"value\":\"<image>\\nHow many?\"},"
                  "{\"from\":\"gpt\",\"value\":\"3\"}],\"images\":[\"images/dior/"
                  "1.jpg\"],\"system\":\"Be \\\"brief\\\".\"}");
    assert_record("ms-swift", &r, &o,
                  "{\"messages\":[{\"role\":\"system\",\"content\":\"Be \\\"brief\\\".\"},"
                  "{\"role\":\"user\",\"content\":\"<image>\\nHow "
                  "many?\"},{\"role\":\"assistant\",\"content\":\"3\"}],"
                  "\"images\":[\"images/dior/1.jpg\"],\"channel\":\"dior\"}");
    r = two_turns(m + 1, 2, images, 2);
    r.repeat = 1;
    assert_record("internvl", &r, &o,
                  "{\"id\":\"" ID "-2\",\"image\":[\"dior/1.jpg\",\"dior/2.jpg\"],"
                  "\"width_list\":[640,320],\"height_list\":[480,240],\"conversations\":["
                  "{\"from\":\"human\",\"value\":\"<image>\\nHow "
                  "many?\"},{\"from\":\"gpt\",\"value\":\"3\"}]}");
    r = two_turns(m + 1, 2, images, 1);
    assert_record("qwen", &r, &o,
                  "{\"id\":\"" ID "\",\"image\":\"dior/1.jpg\",\"conversations\":["
                  "{\"from\":\"human\",\"value\":\"<image>\\nHow "
                  "many?\"},{\"from\":\"gpt\",\"value\":\"3\"}]}");
    assert_record("internvl", &r, &o,
                  "{\"id\":\"" ID
                  "\",\"image\":\"dior/1.jpg\",\"width\":640,\"height\":480,\"conversations\":["
                  "{\"from\":\"human\",\"value\":\"<image>\\nHow "
                  "many?\"},{\"from\":\"gpt\",\"value\":\"3\"}]}");
    r.n_images = 0; /* text only: no image key at all */
    assert_record("llava", &r, &o,
                  "{\"id\":\"" ID "\",\"conversations\":["
                  "{\"from\":\"human\",\"value\":\"<image>\\nHow "
                  "many?\"},{\"from\":\"gpt\",\"value\":\"3\"}]}");
}

/* One type under one key: where some record of the set has two pictures, `image` is a list in all;
 * LLaVA's code joins paths as text and takes no list at all. */
static void test_several_pictures(void **state)
{
    (void)state;
    const rs_message m[] = {{RS_MESSAGE_USER, RS_STR("<image>\nHow many?")},
                            {RS_MESSAGE_ASSISTANT, RS_STR("3")}};
    const rs_str images[] = {RS_STR("a.png"), RS_STR("b.png")};
    const char *const layouts[] = {"internvl", "qwen"};
    const rs_render_options o = {.model = rs_render_model_find(RS_STR("qwen3-vl"))};
    for (size_t i = 0; i < 2; i++) {
        const rs_writer *f = rs_writer_find(rs_str_of(layouts[i]));
        assert_null(rs_writer_refuses(f, 2));
        rs_writer_set set = set_of(&o);
        set.image_lists = true;
        rs_arena arena = {0};
        rs_buf b = {0};
        rs_rendered r = two_turns(m, 2, images, 1), back;
        assert_int_equal(f->record(&set, &r, &(rs_json_writer){.buf = &b}, NULL), RSIFT_OK);
        assert_int_not_equal(rs_str_find(rs_buf_view(&b), RS_STR("\"image\":[\"a.png\"]")),
                             RS_NPOS);
        if (i == 0)
            assert_int_not_equal(rs_str_find(rs_buf_view(&b), RS_STR("\"width_list\":[640]")),
                                 RS_NPOS);
        assert_int_equal(f->read(&arena, rs_buf_view(&b), &back, NULL), RSIFT_OK);
        assert_int_equal(back.n_images, 1);
        rs_arena_fini(&arena);
        rs_buf_fini(&b);
    }
    assert_string_equal(rs_writer_refuses(&rs_writer_llava, 2), "pictures-many");
    assert_null(rs_writer_refuses(&rs_writer_llava, 1));
    assert_null(rs_writer_refuses(&rs_writer_llava, 0));
}

/* Lines for other models stay out, numbers and names are the set's, and no brace is left over. */
static void test_usage(void **state)
{
    (void)state;
    for (size_t i = 0; rs_writers[i]; i++) {
        for (size_t m = 0; rs_render_models[m]; m++) {
            for (int eval = 0; eval < 2; eval++) {
                const rs_render_options o = {.model = rs_render_models[m],
                                             .min_pixels = 3136,
                                             .max_pixels = 1003520,
                                             .for_eval = eval};
                const rs_writer_set set = set_of(&o);
                rs_buf b = {0};
                rs_writer_put_usage(rs_writers[i], &set, &b);
                const rs_str text = rs_buf_view(&b);
                assert_true(rs_str_find(text, RS_STR("Tried: ")) == 0);
                assert_true(rs_str_find(text, RS_STR("\n|")) == RS_NPOS);
                assert_true(rs_str_find(text, RS_STR("{name}")) == RS_NPOS);
                assert_true(rs_str_find(text, RS_STR("{model}")) == RS_NPOS);
                const bool pixels = rs_str_find(text, RS_STR("1003520")) != RS_NPOS;
                if (o.model->needs_pixels && rs_writer_allows(rs_writers[i], o.model))
                    assert_true(pixels);
                const bool new_boxes =
                    rs_str_find(text, RS_STR("QWENVL_BBOX_FORMAT=new")) != RS_NPOS;
                assert_int_equal(new_boxes,
                                 rs_writers[i] == &rs_writer_ms_swift &&
                                     rs_str_starts(rs_str_of(o.model->name), RS_STR("qwen")));
                rs_buf_fini(&b);
            }
        }
    }
}

/* LLaMA-Factory's loader empties records that end with a question. */
static void test_factory_questions(void **state)
{
    (void)state;
    const rs_message m[] = {{RS_MESSAGE_USER, RS_STR("<image>\nHow many?")}};
    const rs_str images[] = {RS_STR("a.png")};
    const rs_render_options o = {.model = rs_render_model_find(RS_STR("qwen3-vl")),
                                 .for_eval = true};
    rs_rendered r = two_turns(m, 1, images, 1);
    assert_record("llama-factory", &r, &o,
                  "{\"conversations\":[{\"from\":\"human\",\"value\":\"<image>\\nHow many?\"},"
                  "{\"from\":\"gpt\",\"value\":\"\"}],\"images\":[\"images/a.png\"],"
                  "\"system\":\"\"}");
}

/* Boxes through ms-swift's objects: one "<bbox>" each, in stored pixels, and back. */
static void test_objects(void **state)
{
    (void)state;
    static const struct {
        const char *model, *content;
    } cases[] = {
        {"internvl", "<ref>ship</ref><bbox><bbox>\n<ref>tank</ref><bbox>"},
        {"qwen3-vl", "[\n\t{\"bbox_2d\": <bbox>, \"label\": \"ship\"},\n\t{\"bbox_2d\": <bbox>, "
                     "\"label\": \"ship\"},\n"
                     "\t{\"bbox_2d\": <bbox>, \"label\": \"tank\"}\n]"},
        {"llava-1.5",
         "ship [0.10, 0.10, 0.20, 0.20], [0.30, 0.30, 0.40, 0.40]\ntank [0.50, 0.50, 0.60, 0.60]"},
    };
    for (size_t i = 0; i < 3; i++) {
        rig r = rig_of(cases[i].model, RS_TASK_DETECTION_HBB, 200, 200);
        region(&r, "px", "tank", BOX(100, 100, 120, 120));
        region(&r, "px", "ship", BOX(60, 60, 80, 80));
        region(&r, "px", "ship", BOX(20, 20, 40.123, 40));
        render(&r);
        assert_null(r.drop);
        const rs_writer_set set = set_of(&r.options);
        const rs_writer *f = rs_writer_find(RS_STR("ms-swift"));
        rs_buf b = {0};
        assert_int_equal(f->record(&set, &r.out, &(rs_json_writer){.buf = &b}, NULL), RSIFT_OK);
        rs_rendered back;
        assert_int_equal(f->read(&r.arena, rs_buf_view(&b), &back, &r.err), RSIFT_OK);
        assert_text(back.messages[1].text, cases[i].content);
        assert_int_equal(back.n_boxes, i == 2 ? 0 : 3);
        for (uint32_t k = 0; k < back.n_boxes; k++) {
            assert_text(rs_str_sub(back.messages[1].text, back.boxes[k].begin, back.boxes[k].end),
                        "<bbox>");
            for (int c = 0; c < 4; c++)
                assert_true(fabs(back.boxes[k].pixels[c] - r.out.boxes[k].pixels[c]) <= 0.005);
        }
        rs_buf_fini(&b);
        rs_arena_fini(&r.arena);
    }
}

static void assert_refused(const char *format, const char *record)
{
    rs_arena arena = {0};
    rs_rendered out;
    rsift_error err;
    assert_int_equal(rs_writer_find(rs_str_of(format))->read(&arena, rs_str_of(record), &out, &err),
                     RSIFT_E_FORMAT);
    rs_arena_fini(&arena);
}

static void test_bad_records(void **state)
{
    (void)state;
    for (size_t i = 0; rs_writers[i]; i++) {
        assert_refused(rs_writers[i]->name, "");
        assert_refused(rs_writers[i]->name, "[]");
        assert_refused(rs_writers[i]->name, "{\"image\":\"a\"}");
        assert_refused(rs_writers[i]->name, "{\"messages\":[{\"role\":\"user\"}]}");
        assert_refused(rs_writers[i]->name,
                       "{\"messages\":[{\"role\":\"nobody\",\"content\":\"x\"}]}");
        assert_refused(rs_writers[i]->name, "{\"conversations\":[],\"image\":[1]}");
    }
    assert_refused("ms-swift", "{\"messages\":[{\"role\":\"user\",\"content\":\"<bbox>\"}],"
                               "\"images\":[\"a\"],\"objects\":{\"bbox\":[]}}");
    assert_refused("ms-swift", "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"images\":["
                               "\"a\"],\"objects\":{\"bbox\":[[1,2,3,4]]}}");
    assert_refused("ms-swift", "{\"messages\":[{\"role\":\"user\",\"content\":\"<bbox>\"}],"
                               "\"images\":[\"a\"],\"objects\":{\"bbox\":[[1,2,3]]}}");
    assert_refused("ms-swift",
                   "{\"messages\":[{\"role\":\"user\",\"content\":\"<bbox>\"}],\"images\":[\"a\"],"
                   "\"objects\":{\"bbox\":[[1,2,3,4]],\"image_id\":[1]}}");
}

typedef struct catcher {
    rs_arena arena;
    rs_str name, bytes;
} catcher;

static rsift_status catch(void *ctx, rs_str file, const void *bytes, size_t n, rsift_error *err)
{
    (void)err;
    catcher *c = ctx;
    c->name = rs_arena_str(&c->arena, file);
    c->bytes = rs_arena_str(&c->arena, rs_str_make(bytes, n));
    return RSIFT_OK;
}

static void test_sidecars(void **state)
{
    (void)state;
    rs_writer_set set = set_of(NULL);
    for (size_t i = 0; rs_writers[i]; i++) {
        catcher c = {0};
        set.file = rs_str_of(rs_writers[i]->file);
        const rs_writer_sink sink = {.ctx = &c, .write = catch};
        if (!rs_writers[i]->sidecars) continue;
        assert_int_equal(rs_writers[i]->sidecars(&set, &sink, NULL), RSIFT_OK);
        const rs_json *root = NULL;
        assert_int_equal(rs_json_parse(&c.arena, c.bytes, NULL, &root, NULL), RSIFT_OK);
        const rs_json *mix = rs_json_get(root, "mix");
        assert_int_equal(rs_json_len(root), 1);
        if (rs_str_eq(c.name, RS_STR("meta.json"))) {
            int64_t n = 0, patches = 0;
            assert_true(rs_json_i64(rs_json_get(mix, "length"), &n) && n == 3);
            assert_true(rs_json_i64(rs_json_get(mix, "max_dynamic_patch"), &patches) &&
                        patches == 12);
            assert_text(rs_json_str(rs_json_get(mix, "annotation")), "train.jsonl");
        } else {
            assert_text(c.name, "dataset_info.json");
            assert_text(rs_json_str(rs_json_get(mix, "file_name")), "train.json");
            assert_text(rs_json_str(rs_json_path(mix, RS_STR("tags.user_tag"))), "human");
            assert_text(rs_json_str(rs_json_path(mix, RS_STR("columns.images"))), "images");
        }
        rs_arena_fini(&c.arena);
    }
}

/* Any allocation may fail: an error, no crash, and nothing half-written is called good. */
static void test_no_memory(void **state)
{
    (void)state;
    for (size_t i = 0; rs_writers[i]; i++) {
        bool done = false;
        for (int64_t at = 1; !done && at < 500; at++) {
            rig r = rig_of("qwen3-vl", RS_TASK_DETECTION_HBB, 200, 200);
            region(&r, "px", "StorageTank", BOX(100, 100, 120, 120));
            r.sample.turns = r.turns;
            r.sample.assets = r.assets;
            r.sample.regions = r.regions;
            r.regions[0].coords = r.coords[0];
            rs_buf b = {0};
            const rs_writer_set set = set_of(&r.options);
            const rs_render_input input = input_of(&r);
            rs_alloc_fail_at(at);
            rsift_status status = rs_render(&r.options, &input, &r.arena, &r.out, &r.err);
            r.drop = r.out.drop;
            if (status == RSIFT_OK && !r.drop)
                status = rs_writers[i]->record(&set, &r.out, &(rs_json_writer){.buf = &b}, &r.err);
            if (status == RSIFT_OK)
                status = rs_writers[i]->read(&r.arena, rs_buf_view(&b), &r.out, &r.err);
            rs_alloc_fail_at(0);
            assert_null(r.drop);
            assert_true(status == RSIFT_OK || status == RSIFT_E_NOMEM);
            done = status == RSIFT_OK;
            rs_buf_fini(&b);
            rs_arena_fini(&r.arena);
        }
        assert_true(done);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_several_pictures),
        cmocka_unit_test(test_factory_questions),
        cmocka_unit_test(test_usage),
        cmocka_unit_test(test_objects),
        cmocka_unit_test(test_bad_records),
        cmocka_unit_test(test_sidecars),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
