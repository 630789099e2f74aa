/* Samples for the tests of this room, and the shortest way to a rendering. */
#ifndef TEST_RENDER_MAKE_H
#define TEST_RENDER_MAKE_H

#include "writers/writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

typedef struct rig {
    rs_arena arena;
    rs_render_options options;
    rs_sample sample;
    rs_turn turns[8];
    rs_asset_ref assets[3];
    rs_region regions[8];
    double coords[8][16];
    rs_str labels[4];
    rs_str images[3];
    double widths[3], heights[3];
    rs_rendered out;
    const char *drop;
    uint32_t repeat;
    rsift_error err;
} rig;

static inline rig rig_of(const char *model, rs_task task, double width, double height)
{
    rig r = {.options = {.model = rs_render_model_find(rs_str_of(model)),
                         .min_pixels = 3136,
                         .max_pixels = 1003520,
                         .seed = 7}};
    assert_non_null(r.options.model);
    r.sample.task = task;
    r.sample.truth = true;
    r.sample.complete = RS_COMPLETE_YES;
    r.sample.id = (rs_id){1, 2};
    r.sample.n_assets = 1;
    for (int i = 0; i < 3; i++) {
        r.images[i] = RS_STR("set/a.jpg");
        r.widths[i] = width;
        r.heights[i] = height;
    }
    return r;
}

static inline void turn(rig *r, rs_turn_role role, const char *text)
{
    r->turns[r->sample.n_turns++] = (rs_turn){.role = role, .text = rs_str_of(text)};
}

static inline rs_region *region(rig *r, const char *convention, const char *label, size_t n,
                                const double *coords)
{
    uint32_t i = r->sample.n_regions++;
    for (size_t k = 0; k < n; k++) r->coords[i][k] = coords[k];
    const rs_convention *c = rs_geom_convention(rs_str_of(convention));
    assert_non_null(c);
    r->regions[i] = (rs_region){.kind = n == 4   ? RS_REGION_HBB
                                        : n == 2 ? RS_REGION_POINT
                                                 : RS_REGION_OBB,
                                .label = rs_str_of(label),
                                .n_coords = (uint32_t)n,
                                .convention = c,
                                .turn = -1};
    return &r->regions[i];
}

/* A region written in the text of turn `at` as `text`, behind `phrase` when that is not NULL. */
static inline rs_region *text_region(rig *r, int at, const char *text, const char *phrase,
                                     uint32_t group, const char *convention, const char *label,
                                     size_t n, const double *coords)
{
    rs_region *g = region(r, convention, label, n, coords);
    size_t begin = rs_str_find(r->turns[at].text, rs_str_of(text));
    assert_true(begin != RS_NPOS);
    g->flags = RS_REGION_FROM_TEXT;
    g->turn = at;
    g->begin = (uint32_t)begin;
    g->end = (uint32_t)(begin + rs_str_of(text).len);
    g->group = group;
    if (phrase) {
        size_t p = rs_str_find(r->turns[at].text, rs_str_of(phrase));
        assert_true(p != RS_NPOS);
        g->phrase_begin = (uint32_t)p;
        g->phrase_end = (uint32_t)(p + rs_str_of(phrase).len);
    }
    return g;
}

static inline rs_render_input input_of(const rig *r)
{
    return (rs_render_input){.sample = &r->sample,
                             .dataset = RS_STR("set"),
                             .images = r->images,
                             .widths = r->widths,
                             .heights = r->heights,
                             .repeat = r->repeat};
}

static inline const rs_rendered *render(rig *r)
{
    r->sample.turns = r->turns;
    r->sample.assets = r->assets;
    r->sample.regions = r->regions;
    r->sample.labels = r->labels;
    for (int i = 0; i < 8; i++) r->regions[i].coords = r->coords[i];
    const rs_render_input input = input_of(r);
    assert_int_equal(rs_render(&r->options, &input, &r->arena, &r->out, &r->err), RSIFT_OK);
    r->drop = r->out.drop;
    return &r->out;
}

static inline void assert_text(rs_str got, const char *want)
{
    char text[4096];
    assert_true(got.len < sizeof text);
    if (got.len) memcpy(text, got.ptr, got.len);
    text[got.len] = '\0';
    assert_string_equal(text, want);
}

static inline void assert_message(const rig *r, uint32_t i, const char *want)
{
    if (r->drop) fail_msg("dropped: %s", r->drop);
    assert_true(i < r->out.n_messages);
    assert_text(r->out.messages[i].text, want);
}

#define BOX(...)         \
    4, (const double[4]) \
    {                    \
        __VA_ARGS__      \
    }
#define QUAD(...)        \
    8, (const double[8]) \
    {                    \
        __VA_ARGS__      \
    }

#endif
