/* Rendering: each model's numbers by hand, each task's shape, each reason to drop; and records that
 * read back as they were written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "codec/json.h"
#include "render/decode.h"
#include "writers/record.h"

#include <math.h>
#include <stdio.h>

static const rs_asset_ref picture = {.role = RS_ASSET_IMAGE};
static const rs_str path = {"d/1.jpg", 7};

typedef struct fixture {
    rs_arena arena;
    rs_rendered r;
    const char *drop;
} fixture;

static void render(fixture *f, const char *model, const rs_sample *sample, double width,
                   double height)
{
    rs_render_options o = {.model = rs_render_model_find(rs_str_of(model)),
                           .min_pixels = 56 * 56,
                           .max_pixels = 14 * 14 * 4 * 1280,
                           .seed = 1};
    assert_non_null(o.model);
    const rs_render_input input = {sample, RS_STR("d"), &path, &width, &height, 0};
    assert_int_equal(rs_render(&o, &input, &f->arena, &f->r, NULL), RSIFT_OK);
    f->drop = f->r.drop;
}

/* A released question with one box of percents in its answer. */
static rs_sample refer(rs_turn turns[2], rs_region *region, const double coords[4])
{
    turns[0] = (rs_turn){
        RS_TURN_USER, RS_STR("<image>\n[refer] Give me the location of <p> the white ship </p>")};
    turns[1] = (rs_turn){RS_TURN_ASSISTANT, RS_STR("{<10><20><30><40>}")};
    *region = (rs_region){.kind = RS_REGION_HBB,
                          .label = RS_STR("the white ship"),
                          .coords = coords,
                          .n_coords = 4,
                          .convention = rs_geom_convention(RS_STR("percent")),
                          .flags = RS_REGION_FROM_TEXT,
                          .turn = 1,
                          .begin = 0,
                          .end = 18};
    return (rs_sample){.id = {1, 2},
                       .task = RS_TASK_GROUNDING_HBB,
                       .turns = turns,
                       .n_turns = 2,
                       .assets = &picture,
                       .n_assets = 1,
                       .regions = region,
                       .n_regions = 1,
                       .truth = true,
                       .complete = RS_COMPLETE_YES};
}

static void box_text_of_each_model(void **state)
{
    (void)state;
    static const struct {
        const char *model, *question, *answer;
        double width, height;
    } cases[] = {
        /* 1000 x 500: padded to 1000 x 1000 with 250 above: y = (0.2 * 500 + 250) / 1000 */
        {"llava-1.5", "<image>\nGive me the location of the white ship", "[0.10, 0.35, 0.30, 0.45]",
         1000, 500},
        {"qwen3-vl", "<image>\nGive me the location of the white ship",
         "[\n\t{\"bbox_2d\": [100, 200, 300, 400], \"label\": \"the white ship\"}\n]", 1000, 500},
        /* smart_resize(500, 1000) keeps 504 x 1008: x = 100 * 1008 / 1000 = 100.8, y = 100 * 504 /
           500 = 100.8 */
        {"qwen2.5-vl", "<image>\nGive me the location of the white ship",
         "[\n\t{\"bbox_2d\": [101, 101, 302, 202], \"label\": \"the white ship\"}\n]", 1000, 500},
        {"internvl", "<image>\nGive me the location of <ref>the white ship</ref>",
         "<ref>the white ship</ref><box>[[100, 200, 300, 400]]</box>", 1000, 500},
    };
    const double coords[4] = {10, 20, 30, 40};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture f = {0};
        rs_turn turns[2];
        rs_region region;
        rs_sample sample = refer(turns, &region, coords);
        render(&f, cases[i].model, &sample, cases[i].width, cases[i].height);
        assert_null(f.drop);
        assert_int_equal(f.r.n_messages, 2);
        assert_string_equal(rs_arena_cstr(&f.arena, f.r.messages[0].text), cases[i].question);
        assert_string_equal(rs_arena_cstr(&f.arena, f.r.messages[1].text), cases[i].answer);
        assert_int_equal(f.r.n_boxes, 1);
        rs_arena_fini(&f.arena);
    }
}

static void prose_keeps_its_words(void **state)
{
    (void)state;
    const char *text = "There is <p>a ship</p> {<10><20><30><40>} near the pier.";
    const rs_turn turns[] = {
        {RS_TURN_USER, RS_STR("<image>\n[grounding] describe the image in detail")},
        {RS_TURN_ASSISTANT, rs_str_of(text)}};
    const double coords[4] = {10, 20, 30, 40};
    rs_region region = {.kind = RS_REGION_HBB,
                        .coords = coords,
                        .n_coords = 4,
                        .convention = rs_geom_convention(RS_STR("percent")),
                        .flags = RS_REGION_FROM_TEXT,
                        .turn = 1,
                        .begin = 23,
                        .end = 41,
                        .phrase_begin = 9,
                        .phrase_end = 22};
    rs_sample sample = {.task = RS_TASK_GROUNDED_CAPTION,
                        .turns = turns,
                        .n_turns = 2,
                        .assets = &picture,
                        .n_assets = 1,
                        .regions = &region,
                        .n_regions = 1,
                        .truth = true,
                        .complete = RS_COMPLETE_YES};
    fixture f = {0};
    render(&f, "internvl", &sample, 100, 100);
    assert_null(f.drop);
    assert_string_equal(
        rs_arena_cstr(&f.arena, f.r.messages[1].text),
        "There is <ref>a ship</ref><box>[[100, 200, 300, 400]]</box> near the pier.");
    render(&f, "qwen3-vl", &sample, 100, 100);
    assert_string_equal(rs_arena_cstr(&f.arena, f.r.messages[1].text),
                        "There is a ship {\"bbox_2d\": [100, 200, 300, 400], \"label\": \"a "
                        "ship\"} near the pier.");
    rs_arena_fini(&f.arena);
}

static void short_questions_ask_for_short_answers(void **state)
{
    (void)state;
    const rs_turn turns[] = {{RS_TURN_USER, RS_STR("Is a road there?")},
                             {RS_TURN_ASSISTANT, RS_STR("yes")}};
    rs_sample sample = {.task = RS_TASK_VQA,
                        .turns = turns,
                        .n_turns = 2,
                        .assets = &picture,
                        .n_assets = 1,
                        .truth = true,
                        .complete = RS_COMPLETE_YES};
    fixture f = {0};
    render(&f, "llava-1.5", &sample, 0, 0); /* no boxes: no size needed */
    assert_null(f.drop);
    assert_string_equal(
        rs_arena_cstr(&f.arena, f.r.messages[0].text),
        "<image>\nIs a road there?\nAnswer the question using a single word or phrase.");
    rs_arena_fini(&f.arena);
}

static void reasons_to_drop(void **state)
{
    (void)state;
    const double coords[4] = {10, 20, 30, 40}, tiny[4] = {10, 20, 10, 20};
    rs_turn turns[2];
    rs_region region;
    fixture f = {0};
    rs_sample sample = refer(turns, &region, coords);
    render(&f, "llava-1.5", &sample, 0, 0);
    assert_string_equal(f.drop, "size-unknown");
    region.coords = tiny;
    render(&f, "qwen3-vl", &sample, 100, 100);
    assert_string_equal(f.drop, "degenerate-box");
    sample.n_regions = 0; /* the reader could not read it: the text is never passed through */
    render(&f, "qwen3-vl", &sample, 100, 100);
    assert_string_equal(f.drop, "box-text-unparsed");
    turns[1].text = RS_STR("here <image>");
    render(&f, "qwen3-vl", &sample, 100, 100);
    assert_string_equal(f.drop, "special-token");
    turns[1].text = RS_STR("  ");
    render(&f, "qwen3-vl", &sample, 100, 100);
    assert_string_equal(f.drop, "no-answer");
    turns[1].text = RS_STR("fine");
    turns[0].text = RS_STR("<image><image> two tags, one picture");
    render(&f, "qwen3-vl", &sample, 100, 100);
    assert_string_equal(f.drop, "placeholders");
    sample.n_turns = 1;
    turns[0].text = RS_STR("only a question");
    render(&f, "qwen3-vl", &sample, 100, 100);
    assert_string_equal(f.drop, "no-answer");
    sample.truth = false;
    render(&f, "qwen3-vl", &sample, 100, 100);
    assert_string_equal(f.drop, "no-answer");
    rs_sample mask = {.task = RS_TASK_SEGMENTATION,
                      .assets = &picture,
                      .n_assets = 1,
                      .truth = true,
                      .complete = RS_COMPLETE_YES};
    render(&f, "qwen3-vl", &mask, 100, 100);
    assert_string_equal(f.drop, "task-not-text");
    rs_arena_fini(&f.arena);
}

/* Where memory runs out, no sample is dropped for it: it is an error, or the box is there. */
static void no_memory_is_no_reason(void **state)
{
    (void)state;
    enum { N_NUMBERS = 8192 }; /* of a polygon whose corners need memory of their own */
    static double corners[N_NUMBERS];
    for (size_t i = 0; i < N_NUMBERS; i++) corners[i] = 10 + (double)(i * i % 79);
    const rs_region region = {.kind = RS_REGION_POLYGON,
                              .label = RS_STR("ship"),
                              .coords = corners,
                              .n_coords = N_NUMBERS,
                              .turn = -1,
                              .convention = rs_geom_convention(RS_STR("px-polygon"))};
    const rs_sample sample = {.task = RS_TASK_DETECTION_HBB,
                              .regions = &region,
                              .n_regions = 1,
                              .assets = &picture,
                              .n_assets = 1,
                              .truth = true,
                              .complete = RS_COMPLETE_YES};
    const rs_render_options o = {.model = rs_render_model_find(RS_STR("internvl")), .seed = 1};
    const double side = 100;
    const rs_render_input input = {&sample, RS_STR("d"), &path, &side, &side, 0};
    int64_t n_failed = 0;
    for (rsift_status status = RSIFT_E_NOMEM; status != RSIFT_OK;) {
        rs_arena arena = {0};
        rs_rendered r = {0};
        rs_alloc_fail_at(n_failed + 1);
        status = rs_render(&o, &input, &arena, &r, NULL);
        rs_alloc_fail_at(0);
        if (status == RSIFT_OK) {
            assert_null(r.drop);
            assert_int_equal(r.n_boxes, 1);
        } else {
            assert_int_equal(status, RSIFT_E_NOMEM);
            n_failed++;
        }
        rs_arena_fini(&arena);
        assert_true(n_failed < 500);
    }
    assert_true(n_failed > 1);
}

/* A trainer's own way with pictures moves the numbers, or forbids them. */
static void trainers_resize_as_they_do(void **state)
{
    (void)state;
    const double coords[4] = {10, 20, 30, 40}, width = 1024, height = 1024, high = 1000;
    rs_turn turns[2];
    rs_region region;
    const rs_sample sample = refer(turns, &region, coords);
    rs_arena arena = {0};
    rs_rendered r;
    rs_render_options o = {.model = rs_render_model_find(RS_STR("qwen2.5-vl")),
                           .min_pixels = 3136,
                           .max_pixels = 1003520};
    rs_render_input input = {&sample, RS_STR("d"), &path, &width, &height, 0};
    assert_int_equal(rs_render(&o, &input, &arena, &r, NULL), RSIFT_OK);
    /* 980 x 980 by smart_resize */
    assert_non_null(strstr(rs_arena_cstr(&arena, r.messages[1].text), "[98, 196, 294, 392]"));
    o.resize = RS_RESIZE_LLAMA_FACTORY; /* 1008 x 1008 */
    assert_int_equal(rs_render(&o, &input, &arena, &r, NULL), RSIFT_OK);
    assert_non_null(strstr(rs_arena_cstr(&arena, r.messages[1].text), "[101, 202, 302, 403]"));
    o = (rs_render_options){.model = rs_render_model_find(RS_STR("llava-1.5")),
                            .crops_square = true};
    assert_int_equal(rs_render(&o, &input, &arena, &r, NULL), RSIFT_OK);
    assert_null(r.drop); /* of a square there is nothing to crop or to pad */
    input.heights = &high;
    assert_int_equal(rs_render(&o, &input, &arena, &r, NULL), RSIFT_OK);
    assert_string_equal(r.drop, "picture-cropped");
    o.crops_square = false;
    assert_int_equal(rs_render(&o, &input, &arena, &r, NULL), RSIFT_OK);
    assert_null(r.drop);
    rs_arena_fini(&arena);
}

static void templated_tasks(void **state)
{
    (void)state;
    const rs_turn captions[] = {{RS_TURN_REFERENCE, RS_STR("a port . ")},
                                {RS_TURN_REFERENCE, RS_STR("a port .")}};
    rs_sample caption = {.id = {3, 4},
                         .task = RS_TASK_CAPTION,
                         .turns = captions,
                         .n_turns = 2,
                         .assets = &picture,
                         .n_assets = 1,
                         .truth = true,
                         .complete = RS_COMPLETE_YES};
    fixture f = {0};
    render(&f, "llava-1.5", &caption, 100, 100);
    assert_null(f.drop);
    assert_true(rs_str_starts(f.r.messages[0].text, RS_STR("<image>\n")));
    assert_true(rs_str_starts(f.r.template_id, RS_STR("caption#")));
    assert_string_equal(rs_arena_cstr(&f.arena, f.r.messages[1].text), "a port .");

    const rs_str label = RS_STR("StorageTanks");
    rs_sample scene = {.task = RS_TASK_CLASSIFICATION,
                       .labels = &label,
                       .n_labels = 1,
                       .assets = &picture,
                       .n_assets = 1,
                       .truth = true,
                       .complete = RS_COMPLETE_YES};
    render(&f, "llava-1.5", &scene, 100, 100);
    assert_string_equal(rs_arena_cstr(&f.arena, f.r.messages[1].text), "storage tanks");

    /* a rotated square of side 20 about (50, 50): its upright box is 50 -+ 14.14 */
    const double quad[8] = {50, 50 - sqrt(200), 50 + sqrt(200), 50,
                            50, 50 + sqrt(200), 50 - sqrt(200), 50};
    rs_region regions[2] = {{.kind = RS_REGION_OBB,
                             .label = RS_STR("ship"),
                             .coords = quad,
                             .n_coords = 8,
                             .turn = -1,
                             .convention = rs_geom_convention(RS_STR("px-quad"))}};
    rs_sample detection = {.task = RS_TASK_DETECTION_OBB,
                           .regions = regions,
                           .n_regions = 1,
                           .assets = &picture,
                           .n_assets = 1,
                           .truth = true,
                           .complete = RS_COMPLETE_YES};
    render(&f, "internvl", &detection, 100, 100);
    assert_null(f.drop);
    assert_string_equal(rs_arena_cstr(&f.arena, f.r.messages[1].text),
                        "<ref>ship</ref><box>[[359, 359, 641, 641]]</box>");
    detection.n_regions = 0;
    render(&f, "internvl", &detection, 100, 100);
    assert_string_equal(rs_arena_cstr(&f.arena, f.r.messages[1].text), "There are none.");
    rs_arena_fini(&f.arena);
}

static void eval_hides_the_answer(void **state)
{
    (void)state;
    const rs_turn turns[] = {{RS_TURN_USER, RS_STR("How many?")}, {RS_TURN_ASSISTANT, RS_STR("3")}};
    rs_sample sample = {.task = RS_TASK_VQA,
                        .turns = turns,
                        .n_turns = 2,
                        .assets = &picture,
                        .n_assets = 1,
                        .truth = true,
                        .complete = RS_COMPLETE_YES};
    rs_render_options o = {.model = rs_render_model_find(RS_STR("llava-1.5")), .for_eval = true};
    rs_arena arena = {0};
    rs_rendered r;
    double side = 10;
    const rs_render_input input = {&sample, RS_STR("d"), &path, &side, &side, 0};
    assert_int_equal(rs_render(&o, &input, &arena, &r, NULL), RSIFT_OK);
    assert_null(r.drop);
    assert_int_equal(r.n_messages, 1);
    assert_true(rs_str_eq(r.truth, RS_STR("3")));
    rs_arena_fini(&arena);
}

/* For random boxes and sizes: what is decoded from the written text lies within the convention's
 * step. */
static void decoding_undoes_writing(void **state)
{
    (void)state;
    rs_rng rng = rs_rng_of(11, (rs_id){1, 1});
    for (int round = 0; round < 2000; round++) {
        double width = 300 + (double)rs_rng_below(&rng, 2000),
               height = 300 + (double)rs_rng_below(&rng, 2000);
        double x0 = rs_rng_unit(&rng) * width * 0.7, y0 = rs_rng_unit(&rng) * height * 0.7;
        const double coords[4] = {x0, y0, x0 + width * 0.2, y0 + height * 0.2};
        rs_region region = {.kind = RS_REGION_HBB,
                            .label = RS_STR("ship"),
                            .coords = coords,
                            .n_coords = 4,
                            .turn = -1,
                            .convention = rs_geom_convention(RS_STR("px"))};
        rs_sample sample = {.task = RS_TASK_DETECTION_HBB,
                            .regions = &region,
                            .n_regions = 1,
                            .assets = &picture,
                            .n_assets = 1,
                            .truth = true,
                            .complete = RS_COMPLETE_YES};
        rs_render_options o = {
            .model = rs_render_models[round % 4], .min_pixels = 56 * 56, .max_pixels = 1003520};
        rs_arena arena = {0};
        rs_rendered r;
        const rs_render_input input = {&sample, RS_STR("d"), &path, &width, &height, 0};
        assert_int_equal(rs_render(&o, &input, &arena, &r, NULL), RSIFT_OK);
        assert_null(r.drop);
        rs_render_boxes found = {0};
        const double size[2] = {width, height};
        assert_int_equal(rs_render_decode(&o, r.messages[1].text, size, &arena, &found, NULL),
                         RSIFT_OK);
        const rs_written_box *boxes = found.items;
        assert_int_equal(found.n, 1);
        rs_canvas canvas = {.width = width, .height = height};
        if (o.model->resize_factor)
            assert_true(rs_geom_smart_resize(width, height, 28, o.min_pixels, o.max_pixels,
                                             &canvas.resized_width, &canvas.resized_height));
        double step[2];
        rs_geom_quantum(o.model->hbb, &canvas, step);
        for (int k = 0; k < 4; k++)
            assert_true(fabs(boxes[0].pixels[k] - coords[k]) <= step[k % 2] + 1e-6);
        rs_arena_fini(&arena);
    }
}

static void records_read_back(void **state)
{
    (void)state;
    const rs_message messages[] = {{RS_MESSAGE_USER, RS_STR("<image>\n\"quoted\" \t caf\xc3\xa9?")},
                                   {RS_MESSAGE_ASSISTANT, RS_STR("yes\\no")}};
    const double side = 256;
    rs_rendered r = {.id = {1, 2},
                     .dataset = RS_STR("d"),
                     .images = &path,
                     .widths = &side,
                     .heights = &side,
                     .n_images = 1,
                     .messages = messages,
                     .n_messages = 2};
    rs_writer_set set = {.name = RS_STR("mix"), .image_root = RS_STR("images")};
    for (size_t i = 0; rs_writers[i]; i++) {
        rs_buf b = {0};
        rs_arena arena = {0};
        rs_rendered back;
        assert_int_equal(rs_writers[i]->record(&set, &r, &(rs_json_writer){.buf = &b}, NULL),
                         RSIFT_OK);
        assert_int_equal(rs_writers[i]->read(&arena, rs_buf_view(&b), &back, NULL), RSIFT_OK);
        assert_int_equal(back.n_messages, 2);
        for (int m = 0; m < 2; m++) {
            assert_int_equal(back.messages[m].role, messages[m].role);
            assert_true(rs_str_eq(back.messages[m].text, messages[m].text));
        }
        assert_int_equal(back.n_images, 1);
        assert_true(rs_str_ends(back.images[0], path));
        if (i)
            assert_true(
                rs_str_cmp(rs_str_of(rs_writers[i - 1]->name), rs_str_of(rs_writers[i]->name)) < 0);
        rs_buf_fini(&b);
        rs_arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(box_text_of_each_model),
        cmocka_unit_test(prose_keeps_its_words),
        cmocka_unit_test(short_questions_ask_for_short_answers),
        cmocka_unit_test(reasons_to_drop),
        cmocka_unit_test(trainers_resize_as_they_do),
        cmocka_unit_test(no_memory_is_no_reason),
        cmocka_unit_test(templated_tasks),
        cmocka_unit_test(eval_hides_the_answer),
        cmocka_unit_test(decoding_undoes_writing),
        cmocka_unit_test(records_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
