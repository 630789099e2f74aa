/* JSON answers: read as a release's turn is read, rendered for every model. A document stays valid
 * JSON and keeps every byte that is no coordinate; a list of boxes with labels is spelled anew. */
#include "make.h"

#include "codec/json.h"
#include "lang/boxtext.h"
#include "render/decode.h"
#include "render/in_place.h"

/* One question and `answer`, its boxes found in the text as pixels of a picture 1000 x 500. */
static rig answered(const char *model, const char *answer)
{
    rig r = rig_of(model, RS_TASK_CONVERSATION, 1000, 500);
    turn(&r, RS_TURN_USER, "<image>\nList all objects as JSON.");
    turn(&r, RS_TURN_ASSISTANT, answer);
    return r;
}

static const rs_rendered *render_found(rig *r)
{
    rs_boxtext found;
    rs_str text = r->turns[1].text;
    assert_int_equal(rs_lang_boxtext_parse(&r->arena, text, RS_BOXTEXT_ALL, &found, NULL),
                     RSIFT_OK);
    for (size_t i = 0; i < found.n; i++) {
        const rs_boxtext_span *span = &found.spans[i];
        if (span->shape == RS_BOXTEXT_UNPARSED) continue;
        char label[64];
        const size_t n_label = span->phrase ? span->phrase_end - span->phrase_begin : 0;
        snprintf(label, sizeof label, "%.*s", (int)n_label, text.ptr + span->phrase_begin);
        rs_str words = rs_arena_str(&r->arena, rs_str_of(label));
        rs_region *g = region(r,
                              span->n_numbers == 2   ? "px-point"
                              : span->n_numbers == 4 ? "px"
                              : span->n_numbers == 8 ? "px-quad"
                                                     : "px-polygon",
                              words.ptr, span->n_numbers, span->numbers);
        g->n_coords = (uint32_t)span->n_numbers;
        g->flags = RS_REGION_FROM_TEXT;
        g->turn = 1;
        g->begin = (uint32_t)span->begin;
        g->end = (uint32_t)span->end;
        g->group = span->group;
    }
    return render(r);
}

static const char document[] = "{\"image_description\": \"a pier <p>\", \"objects\": [{\"name\": "
                               "\"ship\", \"bbox_2d\": [10, 50, "
                               "300, 400], \"description\": \"white \\\"hull\\\"\"}, "
                               "{\"name\":\"crane\",\"bbox_2d\":[400,100,500,"
                               "350],\"score\":0.75}]}";

static void numbers_only(void **state)
{
    (void)state;
    rig r = answered("qwen3-vl", document);
    (void)render_found(&r);
    assert_message(&r, 1,
                   "{\"image_description\": \"a pier <p>\", \"objects\": [{\"name\": \"ship\", "
                   "\"bbox_2d\": [10, 100, 300, 800], \"description\": \"white \\\"hull\\\"\"}, "
                   "{\"name\":\"crane\",\"bbox_2d\":[400,200,500,700],\"score\":0.75}]}");
    assert_int_equal(r.out.n_boxes, 2);
    rs_arena_fini(&r.arena);
    r = answered("llava-1.5", document);
    (void)render_found(&r);
    assert_message(&r, 1,
                   "{\"image_description\": \"a pier <p>\", \"objects\": [{\"name\": \"ship\", "
                   "\"bbox_2d\": [0.01, 0.30, 0.30, 0.65], \"description\": \"white "
                   "\\\"hull\\\"\"}, {\"name\":\"crane\",\"bbox_2d\":[0.40,0.35,0.50,0.60],"
                   "\"score\":0.75}]}");
    rs_arena_fini(&r.arena);
    r = answered("internvl", document);
    (void)render_found(&r);
    assert_string_equal(r.drop, "json-boxes");
    rs_arena_fini(&r.arena);
}

/* A list of nothing but boxes and labels is the model's own, with each its own label. */
static void lists_are_spelled(void **state)
{
    (void)state;
    static const char list[] = "```json\n[{\"bbox_2d\": [0, 0, 100, 100], \"label\": \"ship\"}, "
                               "{\"bbox\": [500, 250, 1000, 500]},\n{\"label\": \"tug\", \"box\": "
                               "[100, 0, 200, 50]}]\n```";
    rig r = answered("internvl", list);
    (void)render_found(&r);
    assert_message(&r, 1,
                   "<ref>ship</ref><box>[[0, 0, 100, 200]]</box>\n<box>[[500, 500, 1000, "
                   "1000]]</box>\n<ref>tug</ref><box>[[100, 0, 200, 100]]</box>");
    rs_arena_fini(&r.arena);
    r = answered("qwen3-vl", list);
    (void)render_found(&r);
    assert_message(
        &r, 1,
        "[\n\t{\"bbox_2d\": [0, 0, 100, 200], \"label\": \"ship\"},\n\t{\"bbox_2d\": [500, "
        "500, 1000, 1000]},\n\t{\"bbox_2d\": [100, 0, 200, 100], \"label\": \"tug\"}\n]");
    rs_arena_fini(&r.arena);
    r = answered("llava-1.5", "{\"bbox_2d\": [0, 0, 100, 100], \"label\": \"ship\"}");
    (void)render_found(&r);
    assert_message(&r, 1, "ship [0.00, 0.25, 0.10, 0.35]");
    rs_arena_fini(&r.arena);
}

static void corners_stay_corners(void **state)
{
    (void)state;
    rig r =
        answered("qwen3-vl", "[{\"label\": \"ship\", \"points\": [[10, 10], [20, 10], [20, 20], "
                             "[10, 20]]}]");
    (void)render_found(&r);
    assert_message(&r, 1,
                   "[{\"label\": \"ship\", \"points\": [[10, 20], [20, 20], [20, 40], [10, 40]]}]");
    rs_arena_fini(&r.arena);
}

/* What must not pass in the release's own scale. */
static void unreadable(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "{\"x1\": 10, \"y1\": 20, \"x2\": 30, \"y2\": 40, \"label\": \"ship\"}",
        "{\"object\": {\"x\": 10, \"y\": 20, \"w\": 30, \"h\": 40}}",
        "{\"answer\": \"the ship at [10, 20, 30, 40]\", \"n\": 1}",
        "{\"colour\": [10, 20, 30, 40], \"label\": \"ship\"}",
        "[{\"bbox\": [10, 20, 30, 40], \"name\": \"ship\"}, {\"bbox\": [1, 2",
        "{'bbox': [10, 20, 30, 40], 'name': 'ship'}",
        "{\"bbox\": [10, 20, 30], \"name\": \"ship\"}",
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        rig r = answered("qwen3-vl", answers[i]);
        (void)render_found(&r);
        if (!r.drop) fail_msg("written: %s", answers[i]);
        assert_string_equal(r.drop, "box-text-unparsed");
        rs_arena_fini(&r.arena);
    }
}

/* The text without its numbers. */
static rs_str without_numbers(rs_arena *arena, rs_str text)
{
    char *out = rs_arena_alloc(arena, text.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        if (!strchr("0123456789.-", text.ptr[i])) out[n++] = text.ptr[i];
    return rs_str_make(out, n);
}

/* For every model: JSON in, JSON out with the same bytes but for numbers, which decode to the boxes
 * that were meant; or a reason. */
static void every_model(void **state)
{
    (void)state;
    static const char *const answers[] = {
        document,
        "{\"objects\": [{\"bbox\": [100, 20, 300, 400], \"label\": \"a\", \"id\": 7}], \"count\": "
        "1}",
        "{\"boxes\": [[10, 20, 30, 40], [50, 60, 70, 80]], \"labels\": [\"a\", \"b\"]}",
        "[{\"category\": \"ship\", \"polygon\": [[1, 2], [30, 4], [50, 60], [7, 80], [9, 10]]}]",
        "{\"quad\": [10, 10, 60, 10, 60, 60, 10, 60], \"score\": 0.5, \"ok\": true, \"no\": null}",
        "{\"a\": {\"b\": [{\"box\": [100, 100, 200, 200], \"tags\": [\"x\", \"y\"]}]}}",
    };
    for (size_t m = 0; rs_render_models[m]; m++)
        for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
            rig r = answered(rs_render_models[m]->name, answers[i]);
            (void)render_found(&r);
            if (r.drop) {
                assert_string_equal(r.drop, "json-boxes");
                assert_false(rs_render_reads_json(rs_render_models[m]));
                rs_arena_fini(&r.arena);
                continue;
            }
            rs_str got = r.out.messages[1].text;
            const rs_json *root = NULL;
            assert_int_equal(rs_json_parse(&r.arena, got, NULL, &root, NULL), RSIFT_OK);
            assert_true(rs_str_eq(without_numbers(&r.arena, got),
                                  without_numbers(&r.arena, rs_str_of(answers[i]))));
            rs_render_boxes back = {0};
            const double size[2] = {1000, 500};
            assert_int_equal(rs_render_decode(&r.options, got, size, &r.arena, &back, &r.err),
                             RSIFT_OK);
            assert_int_equal(back.n, r.out.n_boxes);
            for (size_t k = 0; k < back.n; k++)
                assert_int_equal(back.items[k].begin, r.out.boxes[k].begin);
            rs_arena_fini(&r.arena);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_only),
                                       cmocka_unit_test(lists_are_spelled),
                                       cmocka_unit_test(corners_stay_corners),
                                       cmocka_unit_test(unreadable), cmocka_unit_test(every_model)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
