/* Every style of box text, what must be left alone, and hostile text. */
#include "base/alloc.h"
#include "lang/boxtext.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

typedef struct fixture {
    rs_arena arena;
    rs_boxtext got;
} fixture;

static rs_boxtext parse_with(fixture *f, const char *text, unsigned styles)
{
    rsift_error err;
    rs_arena_reset(&f->arena);
    assert_int_equal(rs_lang_boxtext_parse(&f->arena, rs_str_of(text), styles, &f->got, &err),
                     RSIFT_OK);
    return f->got;
}

static rs_boxtext parse(fixture *f, const char *text)
{
    return parse_with(f, text, RS_BOXTEXT_ALL);
}

static void check_span(const rs_boxtext *got, size_t i, rs_boxtext_style style,
                       rs_boxtext_shape shape, const double *numbers, size_t n)
{
    assert_true(i < got->n);
    assert_string_equal(rs_lang_boxtext_style_name(got->spans[i].style),
                        rs_lang_boxtext_style_name(style));
    assert_int_equal(got->spans[i].shape, shape);
    assert_int_equal(got->spans[i].n_numbers, n);
    for (size_t k = 0; k < n; k++) assert_true(got->spans[i].numbers[k] == numbers[k]);
}

#define CHECK(i, style, shape, ...)                                  \
    check_span(&got, i, style, shape, (const double[]){__VA_ARGS__}, \
               sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

static void check_text(const char *text, const rs_boxtext_span *span, const char *covered)
{
    rs_str got = rs_str_sub(rs_str_of(text), span->begin, span->end);
    assert_true(rs_str_eq(got, rs_str_of(covered)));
}

static void check_phrase(const char *text, const rs_boxtext_span *span, rs_boxtext_phrase kind,
                         const char *words)
{
    assert_int_equal(span->phrase, kind);
    rs_str got = rs_str_sub(rs_str_of(text), span->phrase_begin, span->phrase_end);
    assert_true(rs_str_eq(got, rs_str_of(words)));
}

static void geochat(void **state)
{
    fixture f = {0};
    const char *text =
        "I see <p> two planes </p> {<25><33><40><51>|<90>}{<-3><0><104><7>|<-12>} near "
        "<p>a road</p>{ <1> <2><3> < 4 > } , {<5><6><7><8>}<delim>{<9><10><11><12>|<0>}.";
    rs_boxtext got = parse(&f, text);
    assert_int_equal(got.n, 5);
    assert_int_equal(got.n_unparsed, 0);
    assert_int_equal(got.n_groups, 2);
    CHECK(0, RS_BOXTEXT_GEOCHAT, RS_BOXTEXT_BOX_ANGLE, 25, 33, 40, 51, 90);
    CHECK(1, RS_BOXTEXT_GEOCHAT, RS_BOXTEXT_BOX_ANGLE, -3, 0, 104, 7, -12);
    CHECK(2, RS_BOXTEXT_GEOCHAT, RS_BOXTEXT_BOX, 1, 2, 3, 4);
    CHECK(4, RS_BOXTEXT_GEOCHAT, RS_BOXTEXT_BOX_ANGLE, 9, 10, 11, 12, 0);
    assert_int_equal(got.spans[1].group, 0);
    assert_int_equal(got.spans[4].group, 1);
    check_phrase(text, &got.spans[1], RS_BOXTEXT_PHRASE_P, "two planes");
    check_phrase(text, &got.spans[4], RS_BOXTEXT_PHRASE_P, "a road");
    check_text(text, &got.spans[0], "{<25><33><40><51>|<90>}");
    assert_true(rs_str_starts(rs_str_sub(rs_str_of(text), got.spans[0].phrase_outer_begin, 200),
                              RS_STR("<p> two")));
    rs_arena_fini(&f.arena);
    (void)state;
}

static void boxes_in_tags(void **state)
{
    fixture f = {0};
    const char *text =
        "<ref>ship</ref><box>[[1, 2, 3, 4],[5,6,7,8]]</box> "
        "<ref>pier</ref><box>(10,20),(30,40)</box>"
        "<|object_ref_start|>car<|object_ref_end|><|box_start|>(1,2),(3,4)<|box_end|>";
    rs_boxtext got = parse(&f, text);
    assert_int_equal(got.n, 4);
    assert_int_equal(got.n_unparsed, 0);
    CHECK(0, RS_BOXTEXT_BOX_LIST, RS_BOXTEXT_BOX, 1, 2, 3, 4);
    CHECK(1, RS_BOXTEXT_BOX_LIST, RS_BOXTEXT_BOX, 5, 6, 7, 8);
    CHECK(2, RS_BOXTEXT_BOX_PAIRS, RS_BOXTEXT_BOX, 10, 20, 30, 40);
    CHECK(3, RS_BOXTEXT_QWEN2, RS_BOXTEXT_BOX, 1, 2, 3, 4);
    check_text(text, &got.spans[0], "<box>[[1, 2, 3, 4]");
    check_text(text, &got.spans[1], "[5,6,7,8]]</box>");
    check_phrase(text, &got.spans[1], RS_BOXTEXT_PHRASE_REF, "ship");
    check_phrase(text, &got.spans[3], RS_BOXTEXT_PHRASE_OBJECT, "car");

    got = parse(
        &f, "<box>[[87, 34, 91, 35, 90]]</box><box>[1,2,3,4]</box><box>[[1,2,3,4,5,6,7,8]]</box>"
            "<quad>(1,2),(3,4),(5,6),(7,8)</quad><box>(1,2,3,4)</box><bbox>[1,2,3,4]</bbox>");
    assert_int_equal(got.n, 6);
    assert_int_equal(got.n_unparsed, 0);
    CHECK(0, RS_BOXTEXT_BOX_LIST, RS_BOXTEXT_BOX_ANGLE, 87, 34, 91, 35, 90);
    CHECK(2, RS_BOXTEXT_BOX_LIST, RS_BOXTEXT_QUAD, 1, 2, 3, 4, 5, 6, 7, 8);
    CHECK(3, RS_BOXTEXT_BOX_PAIRS, RS_BOXTEXT_QUAD, 1, 2, 3, 4, 5, 6, 7, 8);
    rs_arena_fini(&f.arena);
    (void)state;
}

static void falcon(void **state)
{
    fixture f = {0};
    rs_boxtext got = parse(&f, "Classify <box><855><297><891><355></box>.\n"
                               "<quad><703><420><703><292><571><292><571><420></quad>"
                               "<poly><0><0><10><0><10><10></poly>");
    assert_int_equal(got.n, 3);
    CHECK(0, RS_BOXTEXT_FALCON, RS_BOXTEXT_BOX, 855, 297, 891, 355);
    CHECK(1, RS_BOXTEXT_FALCON, RS_BOXTEXT_QUAD, 703, 420, 703, 292, 571, 292, 571, 420);
    CHECK(2, RS_BOXTEXT_FALCON, RS_BOXTEXT_POLYGON, 0, 0, 10, 0, 10, 10);
    assert_int_equal(got.spans[1].group, 1);
    assert_int_equal(got.spans[2].group, 1);
    rs_arena_fini(&f.arena);
    (void)state;
}

static void brackets(void **state)
{
    fixture f = {0};
    const char *text = "There are <p>2 ships</p>[0.75,0.69,0.76,0.71;0.1, 0.2, 0.3, 0.4].";
    rs_boxtext got = parse(&f, text);
    assert_int_equal(got.n, 2);
    CHECK(0, RS_BOXTEXT_BRACKET, RS_BOXTEXT_BOX, 0.75, 0.69, 0.76, 0.71);
    CHECK(1, RS_BOXTEXT_BRACKET, RS_BOXTEXT_BOX, 0.1, 0.2, 0.3, 0.4);
    assert_int_equal(got.n_groups, 1);
    check_text(text, &got.spans[0], "[0.75,0.69,0.76,0.71");
    check_text(text, &got.spans[1], "0.1, 0.2, 0.3, 0.4]");
    check_phrase(text, &got.spans[1], RS_BOXTEXT_PHRASE_P, "2 ships");

    got = parse(&f, "[[88, 33, 96, 41, 57]][[53, 18, 57, 22, 57]] and [135, 114, 1016, 672]");
    assert_int_equal(got.n, 3);
    assert_int_equal(got.n_groups, 2);
    CHECK(1, RS_BOXTEXT_BRACKET, RS_BOXTEXT_BOX_ANGLE, 53, 18, 57, 22, 57);
    CHECK(2, RS_BOXTEXT_BRACKET, RS_BOXTEXT_BOX, 135, 114, 1016, 672);

    got = parse(&f, "[(1,2),(3,4)] [[0.635, 0.659], [0.71, 0.66], [0.713, 0.584], [0.636, 0.583]] "
                    "(1, 2, 3, 4)");
    assert_int_equal(got.n, 3);
    CHECK(0, RS_BOXTEXT_BRACKET, RS_BOXTEXT_BOX, 1, 2, 3, 4);
    CHECK(1, RS_BOXTEXT_BRACKET, RS_BOXTEXT_QUAD, 0.635, 0.659, 0.71, 0.66, 0.713, 0.584, 0.636,
          0.583);
    CHECK(2, RS_BOXTEXT_PAREN, RS_BOXTEXT_BOX, 1, 2, 3, 4);
    rs_arena_fini(&f.arena);
    (void)state;
}

static void loc_tokens(void **state)
{
    fixture f = {0};
    const char *text = "car<loc_52><loc_332><loc_932><loc_774><loc_1><loc_2><loc_3><loc_4>"
                       "big door<loc_5><loc_6><loc_7><loc_8>";
    rs_boxtext got = parse(&f, text);
    assert_int_equal(got.n, 3);
    CHECK(0, RS_BOXTEXT_LOC, RS_BOXTEXT_BOX, 52, 332, 932, 774);
    check_phrase(text, &got.spans[1], RS_BOXTEXT_PHRASE_RUN, "car");
    check_phrase(text, &got.spans[2], RS_BOXTEXT_PHRASE_RUN, "big door");
    assert_int_equal(got.n_groups, 1); /* a list */

    got = parse_with(&f, text, RS_BOXTEXT_LOC_QUAD);
    assert_int_equal(got.n, 2);
    CHECK(0, RS_BOXTEXT_LOC_QUAD, RS_BOXTEXT_QUAD, 52, 332, 932, 774, 1, 2, 3, 4);
    assert_int_equal(got.spans[1].shape, RS_BOXTEXT_UNPARSED);

    const char *gemma =
        "<loc0332><loc0052><loc0774><loc0932> ship ; <loc0001><loc0002><loc0003><loc1023> plane";
    got = parse(&f, gemma);
    assert_int_equal(got.n, 2);
    CHECK(1, RS_BOXTEXT_PALIGEMMA, RS_BOXTEXT_BOX, 1, 2, 3, 1023);
    check_phrase(gemma, &got.spans[0], RS_BOXTEXT_PHRASE_RUN, "ship");
    check_phrase(gemma, &got.spans[1], RS_BOXTEXT_PHRASE_RUN, "plane");
    rs_arena_fini(&f.arena);
    (void)state;
}

/* A list of tokens and labels is one group that covers the labels; a sentence keeps its words. */
static void token_lists(void **state)
{
    fixture f = {0};
    const char *gemma = "<loc0332><loc0052><loc0774><loc0932> ship ; "
                        "<loc0001><loc0002><loc0003><loc0004><loc0005><loc0006><loc0007><loc0008> "
                        "white car.";
    rs_boxtext got = parse(&f, gemma);
    assert_int_equal(got.n, 3);
    assert_int_equal(got.n_groups, 1);
    assert_int_equal(got.spans[0].begin, 0);
    check_phrase(gemma, &got.spans[0], RS_BOXTEXT_PHRASE_RUN, "ship");
    check_phrase(gemma, &got.spans[1], RS_BOXTEXT_PHRASE_RUN, "white car");
    check_phrase(gemma, &got.spans[2], RS_BOXTEXT_PHRASE_RUN, "white car");
    assert_true(rs_str_eq(rs_str_sub(rs_str_of(gemma), got.spans[2].end, 1000), RS_STR(".")));
    const char *florence = "car<loc_1><loc_2><loc_3><loc_4>big door<loc_5><loc_6><loc_7><loc_8>";
    got = parse(&f, florence);
    assert_int_equal(got.n_groups, 1);
    assert_int_equal(got.spans[0].begin, 0);
    check_phrase(florence, &got.spans[1], RS_BOXTEXT_PHRASE_RUN, "big door");
    static const char *const sentences[] = {
        "The ship<loc_1><loc_2><loc_3><loc_4> lies in the harbour.",
        "Where is <loc0001><loc0002><loc0003><loc0004>?",
        "The picture shows a large white ship in the open sea<loc_1><loc_2><loc_3><loc_4>",
        "<loc0001><loc0002><loc0003><loc0004> is a ship: it lies in the harbour"};
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        got = parse(&f, sentences[i]);
        assert_int_equal(got.n, 1);
        assert_true(rs_str_starts(rs_str_sub(rs_str_of(sentences[i]), got.spans[0].begin, 1000),
                                  RS_STR("<loc")));
        assert_int_equal(sentences[i][got.spans[0].end - 1], '>');
    }
    rs_arena_fini(&f.arena);
    (void)state;
}

static void json(void **state)
{
    fixture f = {0};
    const char *text =
        "```json\n[\n\t{\"bbox_2d\": [135, 114, 1016, 672], \"label\": \"a \\\"ship\\\"\"},\n"
        "\t{\"label\": \"pier\", \"bbox_2d\": [1,2,3,4]}\n]\n``` done";
    rs_boxtext got = parse(&f, text);
    assert_int_equal(got.n, 2);
    assert_int_equal(got.n_groups, 1);
    CHECK(0, RS_BOXTEXT_JSON, RS_BOXTEXT_BOX, 135, 114, 1016, 672);
    CHECK(1, RS_BOXTEXT_JSON, RS_BOXTEXT_BOX, 1, 2, 3, 4);
    check_phrase(text, &got.spans[0], RS_BOXTEXT_PHRASE_LABEL, "a \\\"ship\\\"");
    check_phrase(text, &got.spans[1], RS_BOXTEXT_PHRASE_LABEL, "pier");
    assert_int_equal(got.spans[0].begin, 0);
    assert_true(rs_str_eq(rs_str_sub(rs_str_of(text), got.spans[1].end, 1000), RS_STR(" done")));

    got = parse(&f, "{\"point_2d\": [3, 4], \"label\": \"x\"} {\"oriented bbox\": [1,2,3,4,-45]} "
                    "{\"quadrant bbox\": [1,2,3,4,5,6,7,8]} {\"bbox_2d\": [1,2,3]} {\"count\": 3}");
    assert_int_equal(got.n, 4);
    CHECK(0, RS_BOXTEXT_JSON, RS_BOXTEXT_XY, 3, 4);
    CHECK(1, RS_BOXTEXT_JSON, RS_BOXTEXT_BOX_ANGLE, 1, 2, 3, 4, -45);
    assert_int_equal(got.spans[3].shape, RS_BOXTEXT_UNPARSED);
    rs_arena_fini(&f.arena);
    (void)state;
}

/* A document's boxes are spans of their own brackets, each with the words of its own object. */
static void json_documents(void **state)
{
    fixture f = {0};
    const char *text =
        "See {\"objects\": [{\"bbox_2d\": [1,2,3,4], \"name\": \"ship\"},\n"
        "{\"name\": \"pier\", \"note\": \"[5]\", \"corners\": [[1,2],[3,2],[3,4],[1,4]]}, "
        "{\"boxes\": [[1,2,3,4], [5,6,7,8]]}], \"size\": [512, 512]}!";
    rs_boxtext got = parse(&f, text);
    assert_int_equal(got.n, 4);
    assert_int_equal(got.n_unparsed, 0);
    CHECK(0, RS_BOXTEXT_JSON, RS_BOXTEXT_BOX, 1, 2, 3, 4);
    CHECK(1, RS_BOXTEXT_JSON, RS_BOXTEXT_QUAD, 1, 2, 3, 2, 3, 4, 1, 4);
    CHECK(3, RS_BOXTEXT_JSON, RS_BOXTEXT_BOX, 5, 6, 7, 8);
    check_phrase(text, &got.spans[0], RS_BOXTEXT_PHRASE_LABEL, "ship");
    check_phrase(text, &got.spans[1], RS_BOXTEXT_PHRASE_LABEL, "pier");
    for (size_t i = 0; i < got.n; i++) {
        assert_true(got.spans[i].in_place);
        assert_int_equal(text[got.spans[i].begin], '[');
        assert_int_equal(text[got.spans[i].end - 1], ']');
        assert_int_equal(got.spans[i].document_begin, 4);
        assert_int_equal(text[got.spans[i].document_end], '!');
    }
    assert_int_equal(got.spans[3].phrase, RS_BOXTEXT_NO_PHRASE);
    /* the words that describe a form, a document without boxes, and half of one */
    assert_int_equal(parse(&f, "Write [{\"bbox_2d\": [x1, y1, x2, y2], \"label\": \"..\"}].").n, 0);
    assert_int_equal(parse(&f, "{\"answer\": \"two\", \"size\": [512, 512], \"on\": [1, 2, 3]}").n,
                     0);
    assert_int_equal(parse(&f, "{\"bbox\": [1, 2, 3, 4], \"name\": ").n_unparsed, 1);
    rs_arena_fini(&f.arena);
    (void)state;
}

static void points(void **state)
{
    fixture f = {0};
    const char *text =
        "<point x=\"61.5\" y=\"40.6\" alt=\"ships\">ships</point> Counting the "
        "<points x1=\"10.0\" y1=\"20.5\" x2=\"30.1\" y2=\"40.0\" alt=\"ships\">ships</points>.";
    rs_boxtext got = parse(&f, text);
    assert_int_equal(got.n, 3);
    assert_int_equal(got.n_unparsed, 0);
    CHECK(0, RS_BOXTEXT_POINT, RS_BOXTEXT_XY, 61.5, 40.6);
    CHECK(2, RS_BOXTEXT_POINT, RS_BOXTEXT_XY, 30.1, 40.0);
    assert_int_equal(got.spans[1].group, got.spans[2].group);
    check_phrase(text, &got.spans[2], RS_BOXTEXT_PHRASE_LABEL, "ships");
    rs_arena_fini(&f.arena);
    (void)state;
}

static void left_alone(void **state)
{
    static const char *const texts[] = {
        "",
        "no box",
        "[vqa] How many ships?",
        "[refer] [hr_rgb_0.5] <image> \n Give me",
        "[grounding]",
        "see [1] and [2, 3]",
        "in 2019, 2020 and 2021 (see 10.1109/TGRS.2020.1234)",
        "doi:10.3390/rs12091444 [2019]",
        "covers 1,000 m2 (about 3, 4)",
        "{not a box}",
        "<image>\n<p>x</p>",
        "a < b and b > 3",
        "[ships, 3 cars, 2 planes]",
        "Answer as [x1, y1, x2, y2].",
        "the format is {<x1><y1><x2><y2>|<theta>}",
        "<box>[[x1, y1, x2, y2]]</box> please",
        "<bbox><bbox>",
        "<ref-object>",
        "{\"count\": 3}",
        "(1, 2, 3)",
        "(x1, y1, x2, y2)",
        "[[",
        "((((",
        "{\"a\":\"b\"",
        "<point>",
        "<1><2>",
        "[-1]",
        "<locality>",
        "[infrastructure, roads]",
        "[nano]",
    };
    fixture f = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        rs_boxtext got = parse(&f, texts[i]);
        if (got.n) fail_msg("taken for box text: %s", texts[i]);
    }
    rs_arena_fini(&f.arena);
    (void)state;
}

static void unparsed(void **state)
{
    static const char *const texts[] = {
        "{<a><3><4><5>}",
        "{<1><2><3>}",
        "{<1><2><3><4><5><6>}",
        "{<1><2><3><4>|<90>",
        "{<1><2><3><4>|}",
        "<1><2><3><4>}",
        "{<nan><3><4><5>}",
        "{<1><2><3><4",
        "{<1><2><inf><4>}",
        "<box></box>",
        "<box>ship</box>",
        "<box>[[1, 2, 3]]</box>",
        "<box>[[1, 2, 3, 4]]",
        "<box>(1,2),(3,4)<box>",
        "<box>[[1, 2, 3, 4, 5, 6]]</box>",
        "<quad><1><2><3><4></quad>",
        "<poly><1><2><3></poly>",
        "<loc_1><loc_2><loc_3>",
        "<loc0001>",
        "<|box_start|>(1,2)<|box_end",
        "[1, 2, 3, 4, 5, 6]",
        "[0.1, 0.2, 0.3",
        "[0.1, 0.2, 0.3, nan]",
        "[nan, 1, 2, 3]",
        "[1, 2, 3, 4",
        "[1,2,3,4;5,6]",
        "[[1,2,3,4],[5,6]]",
        "<object><patch_index_0044><patch_index_0863></object>",
        "<loc_1><loc_2><loc_3><loc_4><loc_5>",
        "{\"bbox_2d\": [1, 2, null, 4]}",
        "{\"bbox_2d\": [1, 2",
        "[{\"bbox_2d\": [1, 2, 3, 4], \"label\": \"a\"},",
        "```json\n[{\"bbox_2d\": [1, 2, 3, 4]}\n```",
        "{\"bbox_2d\": null, \"label\": \"a\"}",
        "[{\"bbox_2d\": [], \"label\": \"a\"}]",
        "<point x=\"1\">",
        "<point y=\"1\" x=\"2\">a</point>",
        "<seg>0*1,1*2;0*3;</seg>",
        "<seg000><seg001>",
        "[1e999, 2, 3, 4, 5]",
        "<box>[[nan, 1, 2, 3]]</box>",
    };
    fixture f = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        rs_boxtext got = parse(&f, texts[i]);
        if (got.n_unparsed == 0) fail_msg("passed over: %s", texts[i]);
        for (size_t k = 0; k < got.n; k++)
            if (got.spans[k].shape != RS_BOXTEXT_UNPARSED) fail_msg("read: %s", texts[i]);
    }
    rs_arena_fini(&f.arena);
    (void)state;
}

static void mixed_text_keeps_what_is_good(void **state)
{
    fixture f = {0};
    const char *text = "{<1><2><3><4>} {<5><6>{<7><8><9><10>|<3>}";
    rs_boxtext got = parse(&f, text);
    assert_int_equal(got.n, 3);
    assert_int_equal(got.n_unparsed, 1);
    check_text(text, &got.spans[1], "{<5><6>");
    CHECK(2, RS_BOXTEXT_GEOCHAT, RS_BOXTEXT_BOX_ANGLE, 7, 8, 9, 10, 3);
    got = parse_with(&f, "{<1><2><3><4>} [1,2,3,4]", RS_BOXTEXT_BRACKET);
    assert_int_equal(got.n, 1);
    assert_int_equal(got.spans[0].style, RS_BOXTEXT_BRACKET);
    rs_arena_fini(&f.arena);
    (void)state;
}

/* Basic blocks that the parser has entered. The build links a copy of the parser into this program
 * that calls __sanitizer_cov_trace_pc, the compiler's name, at each of them (cmake/tests.cmake). */
static uint64_t n_steps;

void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
    n_steps++;
}

/* Steps to parse n bytes: `lead`, then blanks up to the middle where there is one, then `pattern`
 * repeated to the end. */
static uint64_t steps_for(const char *pattern, const char *lead, size_t n)
{
    char *text = malloc(n);
    assert_non_null(text);
    size_t lead_len = rs_str_of(lead).len, len = rs_str_of(pattern).len;
    memset(text, ' ', n);
    memcpy(text, lead, lead_len);
    for (size_t i = lead_len ? n / 2 : 0; i + len <= n; i += len) memcpy(text + i, pattern, len);
    rs_arena arena = {0};
    rs_boxtext got;
    n_steps = 0;
    assert_int_equal(
        rs_lang_boxtext_parse(&arena, rs_str_make(text, n), RS_BOXTEXT_ALL, &got, NULL), RSIFT_OK);
    rs_arena_fini(&arena);
    free(text);
    return n_steps;
}

/* Four times the text costs four times the steps, not sixteen times. */
static void hostile_text_is_linear(void **state)
{
    static const char *const patterns[][2] = {
        {"[", ""},
        {"{", ""},
        {"<", ""},
        {"(", ""},
        {"{<", ""},
        {"<box>", ""},
        {"[[1,2],", ""},
        {"{\"", ""},
        {"{\"a\":\"{\",", ""},
        {"[(1,2)]", "[1,2,3,4]"},
        {"a[(1,2)]", "[1,2,3,4]"},
        {"a[1,2,3,4]", "<p>x</p>"},
        {"<p>", ""},
        {"</p>", ""},
        {"{<1>", ""},
        {"<loc_1>", ""},
        {"<loc_1> ", ""},
        {"<point x=\"1\" ", ""},
        {"[1,", ""},
        {"[nan", ""},
        {"<box>x1 ", ""},
        {"{\"bbox_2d\":[", ""},
        {"9", ""},
        {"[9", ""},
        {"<seg", ""},
        {"<patch_index_", ""},
        {"{\"a\":1,", ""},
        {"[{", ""},
        {"((1,2),", ""},
        {"<9", ""},
        {"[1 2 [", ""},
        {"<quad>(1,2),", ""},
    };
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        const size_t n = 1 << 15;
        const uint64_t few = steps_for(patterns[i][0], patterns[i][1], n);
        const uint64_t many = steps_for(patterns[i][0], patterns[i][1], 4 * n);
        assert_true(few > n / 2);
        /* 32 a byte more: a few bytes at the end decide whether a pattern is read or given up */
        if (many > 4 * few + 32 * 4 * n)
            fail_msg("%s: %" PRIu64 " steps for 32 KiB, %" PRIu64 " for 128 KiB", patterns[i][0],
                     few, many);
    }
    (void)state;
}

static void every_allocation_failing(void **state)
{
    const char *text = "<p>x</p>{<1><2><3><4>}{<5><6><7><8>} [1,2,3,4,5] {<1>";
    int64_t n = 1;
    for (; n < 100; n++) {
        rs_arena arena = {0};
        rs_boxtext got;
        rs_alloc_fail_at(n);
        rsift_status st =
            rs_lang_boxtext_parse(&arena, rs_str_of(text), RS_BOXTEXT_ALL, &got, NULL);
        rs_alloc_fail_at(0);
        rs_arena_fini(&arena);
        if (st == RSIFT_OK) break;
        assert_int_equal(st, RSIFT_E_NOMEM);
    }
    assert_true(n > 1 && n < 100);
    (void)state;
}

/* Released rows where they lie: every "[[..]]" answer and "{<..>}" truth must be read, except the
 * answers that the model's token limit cut short. */
static void released_rows(void **state)
{
    static const char *const files[] = {
        "geochat-bench/earthdial_results/rs_detection.GeoChat.jsonl",
        "geochat-bench/earthdial_results/rs_region_captioning.GeoChat.jsonl",
        "geochat-bench/referring_answer_example.jsonl",
        "vrsbench/VRSBench_EVAL_referring.json",
        "falcon-fcd78m/prompts_from_readme.txt",
    };
    const char *root = getenv("RSIFT_SAMPLES") ? getenv("RSIFT_SAMPLES") : "../shared/samples";
    size_t n_read = 0, n_unparsed = 0, n_files = 0, n_cut = 0;
    rs_arena arena = {0};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", root, files[i]);
        FILE *file = fopen(path, "rb");
        if (!file) continue;
        n_files++;
        char line[65536];
        while (fgets(line, sizeof line, file)) {
            rs_boxtext got;
            rs_arena_reset(&arena);
            /* the lines are JSON of their own, in whose strings the boxes stand */
            unsigned styles =
                i == 3 || i == 2 ? RS_BOXTEXT_GEOCHAT : RS_BOXTEXT_ALL & ~(unsigned)RS_BOXTEXT_JSON;
            assert_int_equal(rs_lang_boxtext_parse(&arena, rs_str_of(line), styles, &got, NULL),
                             RSIFT_OK);
            n_read += got.n - got.n_unparsed;
            n_unparsed += got.n_unparsed;
            rs_str answer =
                rs_str_sub(rs_str_of(line), rs_str_find(rs_str_of(line), RS_STR("\"answer\": \"")),
                           sizeof line);
            size_t end = rs_str_find(answer, RS_STR("\", \"gt_bbox"));
            n_cut +=
                i == 0 && end != RS_NPOS && !rs_str_ends(rs_str_sub(answer, 0, end), RS_STR("]]"));
        }
        fclose(file);
    }
    rs_arena_fini(&arena);
    if (n_files == 0) {
        print_message("skipped: no released samples beside the repository\n");
        skip();
    }
    print_message("%zu files, %zu spans read, %zu answers cut short\n", n_files, n_read, n_cut);
    assert_true(n_read >= 25);
    assert_int_equal(n_unparsed, n_cut);
    (void)state;
}

/* The quick look passes over any layout of the numbers; what has no two numbers holds no box. */
static void possible(void **unused)
{
    (void)unused;
    static const char *const yes[] = {
        "[1, 2, 3, 4]",   "[1,\n                                        2]",
        "[1,\t\t2]",      "[.5, .6]",
        "[1,\\n      2]", "<1><2>"};
    static const char *const no[] = {"", "a 1 b", "3 ships and 4 planes", "1999"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (!rs_lang_boxtext_possible(rs_str_of(yes[i]))) fail_msg("%s", yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (rs_lang_boxtext_possible(rs_str_of(no[i]))) fail_msg("%s", no[i]);
}

/* What a span is called can be named by people: each style and each key, Molmo's apart. */
static void spellings(void **unused)
{
    (void)unused;
    static const char *const texts[] = {"<box>[[1, 2, 3, 4]]</box>",
                                        "{\"oriented bbox\": [1, 2, 3, 4, 5]}",
                                        "{\"boxes\": [[1, 2, 3, 4]]}", "{\"point\": [1, 2]}",
                                        "<point x=\"1.5\" y=\"2.5\" alt=\"a\">a</point>"};
    rs_arena arena = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        rs_boxtext found;
        assert_int_equal(
            rs_lang_boxtext_parse(&arena, rs_str_of(texts[i]), RS_BOXTEXT_ALL, &found, NULL),
            RSIFT_OK);
        assert_int_equal(found.n, 1);
        const char *name = rs_lang_boxtext_spelling(&found.spans[0]);
        if (!rs_lang_boxtext_is_spelling(rs_str_of(name))) fail_msg("%s: %s", texts[i], name);
        assert_int_equal(strcmp(name, "molmo-point") == 0, i == 4);
    }
    assert_false(rs_lang_boxtext_is_spelling(RS_STR("bbox2d")));
    rs_arena_fini(&arena);
}

/* The signs of a text as said byte by byte. */
static unsigned plain_signs(const char *text, size_t n)
{
    unsigned signs = 0;
    for (size_t i = 0; i < n; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (c >= '0' && c <= '9') signs |= RS_BOXTEXT_SIGN_DIGIT;
        if (c == '{') signs |= RS_BOXTEXT_SIGN_BRACE;
        if (c == '[' || c == '(') signs |= RS_BOXTEXT_SIGN_BRACKET;
        if (c >= 0x80) signs |= RS_BOXTEXT_SIGN_WIDE;
        if (c == '<') signs |= RS_BOXTEXT_SIGN_ANGLE;
        if (c == '<' && n - i >= 7 && memcmp(text + i, "<image>", 7) == 0) i += 6;
        else if (c == '<') signs |= RS_BOXTEXT_SIGN_TAG;
    }
    return signs | RS_BOXTEXT_SIGNS_KNOWN;
}

/* Of any bytes the signs are what they say, a text without signs holds no box text, and a copy of
 * what was found does not need the arena that it was found in. */
static void signs_and_copies(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a",
                                         "Z",
                                         "/",
                                         ":",
                                         " ",
                                         "x=",
                                         "\xef\xbc\x91",
                                         "\x7f",
                                         "<image>",
                                         "<",
                                         "{",
                                         "[10, 20, 30, 40]",
                                         "7",
                                         "nan, ",
                                         "{<1><2><3><4>}",
                                         "<p>ship</p> ",
                                         "(",
                                         "\xff",
                                         "long words without any of the signs, ",
                                         "cat"};
    enum { N_PIECES = sizeof pieces / sizeof *pieces };
    uint32_t seed = 1, n_none = 0, n_some = 0;
    fixture f = {0};
    for (int round = 0; round < 20000; round++) {
        char text[512] = "";
        size_t n = 0;
        const uint32_t most = (seed = seed * 1664525 + 1013904223) >> 16 & 7,
                       kinds = round % 2 ? N_PIECES : 9;
        for (uint32_t k = 0; k <= most; k++) {
            const char *piece = pieces[(seed = seed * 1664525 + 1013904223) / 65536 % kinds];
            memcpy(text + n, piece, strlen(piece));
            n += strlen(piece);
        }
        const unsigned signs = rs_lang_boxtext_signs(rs_str_make(text, n));
        assert_int_equal(signs, plain_signs(text, n));
        rs_boxtext got = parse(&f, text);
        if (!(signs & RS_BOXTEXT_SIGNS)) assert_int_equal(got.n, 0);
        n_none += !(signs & RS_BOXTEXT_SIGNS);
        rs_arena kept = {0};
        const rs_boxtext *copy = rs_lang_boxtext_copy(&kept, &got);
        assert_non_null(copy);
        rs_arena_fini(&f.arena);
        got = parse(&f, text);
        assert_int_equal(copy->n, got.n);
        assert_int_equal(copy->n_groups, got.n_groups);
        for (size_t i = 0; i < got.n; i++) {
            assert_int_equal(copy->spans[i].begin, got.spans[i].begin);
            assert_int_equal(copy->spans[i].end, got.spans[i].end);
            assert_int_equal(copy->spans[i].n_numbers, got.spans[i].n_numbers);
            for (size_t k = 0; k < got.spans[i].n_numbers; k++)
                assert_true(copy->spans[i].numbers[k] == got.spans[i].numbers[k]);
            n_some++;
        }
        rs_arena_fini(&kept);
    }
    assert_true(n_none > 1000 && n_some > 1000);
    rs_arena_fini(&f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(geochat),
        cmocka_unit_test(boxes_in_tags),
        cmocka_unit_test(falcon),
        cmocka_unit_test(brackets),
        cmocka_unit_test(loc_tokens),
        cmocka_unit_test(token_lists),
        cmocka_unit_test(json),
        cmocka_unit_test(json_documents),
        cmocka_unit_test(points),
        cmocka_unit_test(left_alone),
        cmocka_unit_test(unparsed),
        cmocka_unit_test(mixed_text_keeps_what_is_good),
        cmocka_unit_test(hostile_text_is_linear),
        cmocka_unit_test(every_allocation_failing),
        cmocka_unit_test(possible),
        cmocka_unit_test(signs_and_copies),
        cmocka_unit_test(spellings),
        cmocka_unit_test(released_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
