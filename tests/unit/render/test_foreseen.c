/* What is said of a sample without rendering it is what renderings for every model say, on
 * generated samples: tasks, roles, tags, box text, reserved words, regions of every kind. */
#include "make.h"

#include "base/rng.h"
#include "lang/boxtext.h"
#include "render/foreseen.h"
#include "render/unwritable.h"

#define LOST "\xef\xbf\xbd"
#define COUNT(list) (sizeof(list) / sizeof *(list))
/* One of the list. */
#define ANY(rng, list) ((list)[rs_rng_below(rng, COUNT(list))])

static bool one_in(rs_rng *rng, uint64_t n)
{
    return rs_rng_below(rng, n) == 0;
}

/* Mostly words, the more unusual the rarer. */
static const char *any_piece(rs_rng *rng)
{
    static const char *const plain[] = {"Where is ", "the ship", " near a road",
                                        "?",         " ",        "(left)"};
    static const char *const usual[] = {"<p>the ship</p>",
                                        "<ref>a road</ref>",
                                        "{<26><3><38><12>|<88>}",
                                        "{<26><3><38><12>}",
                                        " [100, 20, 300, 40]",
                                        "[0.1, 0.2, 0.3, 0.205]",
                                        "<box>[[1, 2, 300, 400], [5, 6, 8, 8]]</box>",
                                        "[refer] ",
                                        "[identify] ",
                                        "<image>\n",
                                        "ca. 12 m\xc3\xa9"};
    static const char *const odd[] = {LOST,
                                      "<bbox>",
                                      "<loc_",
                                      "< 3 m",
                                      "</p>",
                                      "<s>",
                                      "<|im_end|>",
                                      "<p></p>",
                                      "<p>" LOST,
                                      "</phrase>",
                                      "\v",
                                      "",
                                      "<phrase>",
                                      "Answer",
                                      "<image",
                                      "[<image>] ",
                                      "<p>a <box> b</p>",
                                      "{\"bbox_2d\": [10, 20, 30, 40], \"label\": \"ship\"}",
                                      "[1, 2, 3",
                                      "<p>",
                                      "[vqa] <image>",
                                      "<points x1=\"5\" y1=\"6\">a</points>"};
    return one_in(rng, 30) ? ANY(rng, odd) : one_in(rng, 3) ? ANY(rng, usual) : ANY(rng, plain);
}

static rs_str any_text(rig *r, rs_rng *rng, bool first)
{
    rs_str text = first && !one_in(rng, 4) ? RS_STR("<image>\n") : RS_STR("");
    for (uint64_t n = one_in(rng, 40) ? 0 : 1 + rs_rng_below(rng, 4); n; n--)
        text = rs_arena_join(&r->arena, text, rs_str_of(any_piece(rng)), RS_STR(""));
    return text;
}

static rs_str any_label(rs_rng *rng)
{
    static const char *const usual[] = {"ship", "storage_tank", "", "a road"};
    static const char *const odd[] = {"<box>", "lost " LOST, "ship <image>", "1", "_"};
    return rs_str_of(one_in(rng, 30) ? ANY(rng, odd) : ANY(rng, usual));
}

static const rs_convention *any_convention(rs_rng *rng, size_t n)
{
    static const char *const two[] = {"px-point", "percent-point"},
                             *const four[] = {"px",         "px-xywh",        "permille",
                                              "percent",    "fraction",       "fraction-cxcywh",
                                              "qwen2.5-vl", "fraction-padded"},
                             *const five[] = {"percent-obb", "px-cxcywha"},
                             *const eight[] = {"px-quad", "permille-quad", "px-polygon"};
    return rs_geom_convention(rs_str_of(n == 2   ? ANY(rng, two)
                                        : n == 4 ? ANY(rng, four)
                                        : n == 5 ? ANY(rng, five)
                                        : n == 8 ? ANY(rng, eight)
                                                 : "px-polygon"));
}

static rs_region *add_any_region(rig *r, rs_rng *rng, size_t n, const double *numbers)
{
    if (r->sample.n_regions == 8 || n > 16) return NULL;
    const uint32_t i = r->sample.n_regions++;
    memcpy(r->coords[i], numbers, n * sizeof *numbers);
    r->regions[i] = (rs_region){.kind = n == 2   ? RS_REGION_POINT
                                        : n == 4 ? RS_REGION_HBB
                                                 : RS_REGION_OBB,
                                .label = any_label(rng),
                                .n_coords = (uint32_t)n,
                                .convention = any_convention(rng, n),
                                .turn = -1};
    if (one_in(rng, 30)) r->regions[i].kind = (rs_region_kind)rs_rng_below(rng, 5);
    if (one_in(rng, 40)) r->regions[i].convention = NULL;
    if (one_in(rng, 20)) r->regions[i].asset = (int32_t)rs_rng_below(rng, 4) - 1;
    if (one_in(rng, 20)) r->regions[i].flags |= 1u << rs_rng_below(rng, 6);
    if (one_in(rng, 20)) r->regions[i].turn = (int32_t)rs_rng_below(rng, 4);
    return &r->regions[i];
}

/* The box text of a turn as readers note it: regions, and with the turn itself or not. */
static void note_boxes(rig *r, rs_rng *rng, uint32_t turn)
{
    rs_boxtext found;
    rs_turn *t = &r->turns[turn];
    assert_int_equal(rs_lang_boxtext_parse(&r->arena, t->text, RS_BOXTEXT_ALL, &found, &r->err),
                     RSIFT_OK);
    for (size_t i = 0; i < found.n; i++) {
        const rs_boxtext_span *span = &found.spans[i];
        if (span->shape == RS_BOXTEXT_UNPARSED || one_in(rng, 40)) continue;
        rs_region *region = add_any_region(r, rng, span->n_numbers, span->numbers);
        if (!region) continue;
        region->flags |= RS_REGION_FROM_TEXT;
        region->turn = one_in(rng, 40) ? 1 : (int32_t)turn;
        region->begin = (uint32_t)span->begin + one_in(rng, 60);
        region->end = (uint32_t)span->end;
        region->group = span->group;
        if (span->phrase == RS_BOXTEXT_PHRASE_P) {
            region->phrase_begin = (uint32_t)span->phrase_outer_begin;
            region->phrase_end = (uint32_t)span->phrase_end + 4;
        }
    }
    if (one_in(rng, 2)) t->signs = rs_lang_boxtext_signs(t->text);
    if (one_in(rng, 4)) return;
    t->boxes = rs_lang_boxtext_copy(&r->arena, &found);
    assert_non_null(t->boxes);
}

static void add_turns(rig *r, rs_rng *rng)
{
    const bool asks = !one_in(rng, 3);
    const uint64_t n = asks ? 2 * (1 + rs_rng_below(rng, 2)) : rs_rng_below(rng, 3);
    const rs_turn_role own = one_in(rng, 2) ? RS_TURN_REFERENCE : RS_TURN_PHRASE;
    for (uint32_t i = 0; i < n; i++) {
        rs_turn_role role = !asks ? own : i % 2 ? RS_TURN_ASSISTANT : RS_TURN_USER;
        if (one_in(rng, 40)) role = (rs_turn_role)rs_rng_below(rng, 5);
        r->turns[i] = (rs_turn){.role = role, .text = any_text(r, rng, i == 0 && asks)};
        note_boxes(r, rng, i);
    }
    r->sample.n_turns = (uint32_t)n;
}

/* Boxes of no text: inside and outside, small, flat and inverted. */
static void add_regions(rig *r, rs_rng *rng)
{
    static const size_t counts[] = {4, 4, 4, 4, 8, 8, 5, 2, 6};
    static const double sides[] = {1, 1, 300, 300, 60, 12, 4, 1, 0.3, 0, -20};
    for (uint64_t left = rs_rng_below(rng, 4); left; left--) {
        const size_t n = ANY(rng, counts);
        const double scale = one_in(rng, 12) ? 5000 : one_in(rng, 4) ? 1 : 600;
        const double x = scale * rs_rng_unit(rng), y = scale * rs_rng_unit(rng),
                     w = ANY(rng, sides), h = ANY(rng, sides);
        const double quad[8] = {x, y, x + w, y + (n == 8 ? 0 : h), x + w, y + h, x, y + h};
        add_any_region(r, rng, n, quad);
    }
}

static rig any_sample(rs_rng *rng)
{
    static const double sides[] = {0, 30, 100, 640, 1000, 1001.5, 4000};
    rig r = rig_of("internvl", (rs_task)rs_rng_below(rng, RS_N_TASKS), 640, 640);
    static const rs_task usual[] = {RS_TASK_DETECTION_HBB, RS_TASK_GROUNDING_HBB, RS_TASK_CAPTION,
                                    RS_TASK_REGION_CAPTION, RS_TASK_VQA};
    if (!one_in(rng, 3)) r.sample.task = ANY(rng, usual);
    r.sample.n_assets = one_in(rng, 6) ? (uint32_t)rs_rng_below(rng, 4) : 1;
    for (uint32_t i = 0; i < 3; i++) {
        r.widths[i] = one_in(rng, 2) ? 640 : ANY(rng, sides);
        r.heights[i] = one_in(rng, 2) ? 640 : ANY(rng, sides);
        if (one_in(rng, 20)) r.assets[i].role = (rs_asset_role)rs_rng_below(rng, 6);
    }
    if (one_in(rng, 10)) r.sample.complete = (rs_complete)rs_rng_below(rng, 3);
    r.sample.truth = !one_in(rng, 40);
    r.sample.id = (rs_id){rs_rng_next(rng), rs_rng_next(rng)};
    if (one_in(rng, 20)) r.sample.release_type = RS_STR("[<image>]");
    add_turns(&r, rng);
    add_regions(&r, rng);
    return r;
}

static rs_render_options any_options(rs_rng *rng, rs_str names[2])
{
    rs_render_options out = {.seed = rs_rng_next(rng)};
    names[0] = any_label(rng);
    names[1] = any_label(rng);
    if (one_in(rng, 3)) out.classes = names;
    if (out.classes) out.n_classes = 2;
    out.detection.list = (rs_class_list)(one_in(rng, 4) ? rs_rng_below(rng, 3) : 0);
    if (one_in(rng, 3)) out.detection.names = names;
    if (out.detection.names) out.detection.n = 2;
    return out;
}

static bool same_reason(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static void as_rendered(void **state)
{
    (void)state;
    enum { N_SAMPLES = 30000 };
    uint32_t n_foreseen = 0, n_boxes = 0, n_flat = 0;
    for (uint32_t seed = 0; seed < N_SAMPLES; seed++) {
        rs_rng rng = rs_rng_of(seed, (rs_id){0});
        rig r = any_sample(&rng);
        rs_str names[2];
        const rs_render_options any = any_options(&rng, names);
        (void)render(&r); /* points the sample at its parts */
        const char *each[RS_RENDER_MODELS_MAX];
        const rs_render_input input = input_of(&r);
        if (rs_render_foreseen(&any, &input, &r.arena, each)) {
            n_foreseen++;
            n_boxes += r.sample.n_regions > 0;
            for (size_t i = 0; rs_render_models[i]; i++) {
                r.options = rs_render_options_for(rs_render_models[i], &any);
                (void)render(&r);
                if (!same_reason(each[i], r.drop))
                    fail_msg("sample %u for %s: foreseen %s, rendered %s", seed,
                             rs_render_models[i]->name, each[i] ? each[i] : "nothing",
                             r.drop ? r.drop : "nothing");
                n_flat += each[i] != NULL;
            }
        }
        rs_arena_fini(&r.arena);
    }
    /* else little was compared */
    assert_true(n_foreseen > N_SAMPLES / 10);
    assert_true(n_boxes > N_SAMPLES / 20);
    assert_true(n_flat > N_SAMPLES / 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_rendered)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
