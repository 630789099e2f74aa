/* Views of a picture: stated sizes, all orientations, and that boxes turn as pixels do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "image/resize.h"
#include "model/view.h"

static rs_view view(double sw, double sh, double w, double h, unsigned orientation)
{
    const double stated[2] = {sw, sh};
    const rs_view_picture picture = {w, h, orientation};
    return rs_model_view(stated, &picture);
}

static void stated_sizes(void **unused)
{
    (void)unused;
    static const struct {
        double sw, sh, w, h;
        rs_view_kind kind;
        bool scaled;
    } cases[] = {
        {0, 0, 640, 480, RS_VIEW_PLAIN, false},
        {640, 480, 640, 480, RS_VIEW_PLAIN, false},
        {1280, 720, 854, 480, RS_VIEW_PLAIN, true}, /* 853.3: within a pixel */
        {1280, 960, 640, 480, RS_VIEW_PLAIN, true},
        {641, 480, 640, 480, RS_VIEW_PLAIN, true},
        {643, 480, 640, 480, RS_VIEW_OTHER_SIZE, true},
        {480, 640, 640, 480, RS_VIEW_OTHER_SIZE, true},
        {640, 480, 0, 0, RS_VIEW_PLAIN, false}, /* not here: stated is all */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_view v = view(cases[i].sw, cases[i].sh, cases[i].w, cases[i].h, 1);
        assert_int_equal(v.kind, cases[i].kind);
        assert_int_equal(v.scaled, cases[i].scaled);
        assert_int_equal(rs_model_view_is_known(&v), v.kind == RS_VIEW_PLAIN);
        if (v.kind == RS_VIEW_OTHER_SIZE)
            assert_int_equal(rs_model_view_trouble(&v), RS_F_BOX_SIZE);
    }
}

static void orientations(void **unused)
{
    (void)unused;
    for (unsigned o = 0; o <= 8; o++) {
        bool upright = o < 2, sideways = o >= 5;
        assert_int_equal(view(0, 0, 60, 40, o).kind,
                         upright ? RS_VIEW_PLAIN : RS_VIEW_UNKNOWN_TURN);
        assert_int_equal(view(60, 40, 60, 40, o).kind, upright    ? RS_VIEW_PLAIN
                                                       : sideways ? RS_VIEW_STORED
                                                                  : RS_VIEW_UNKNOWN_TURN);
        assert_int_equal(view(40, 60, 60, 40, o).kind,
                         sideways ? RS_VIEW_SHOWN : RS_VIEW_OTHER_SIZE);
        assert_int_equal(view(120, 80, 60, 40, o).kind, upright    ? RS_VIEW_PLAIN
                                                        : sideways ? RS_VIEW_STORED
                                                                   : RS_VIEW_UNKNOWN_TURN);
        assert_int_equal(view(50, 50, 50, 50, o).kind,
                         upright ? RS_VIEW_PLAIN : RS_VIEW_UNKNOWN_TURN);
        assert_int_equal(view(90, 10, 60, 40, o).kind, RS_VIEW_OTHER_SIZE);
    }
}

/* A box of set pixels in the stored picture covers the same pixels once the picture is upright. */
static void boxes_turn_as_pixels(void **unused)
{
    (void)unused;
    enum { W = 7, H = 4 };
    for (unsigned o = 5; o <= 8; o++) {
        rs_pixels pixels = {.width = W, .height = H, .rgb = rs_calloc(W * H, 3)};
        for (int y = 1; y < 3; y++)
            for (int x = 2; x < 6; x++) pixels.rgb[(y * W + x) * 3] = 255;
        assert_int_equal(rs_image_orient(&pixels, o, NULL), RSIFT_OK);
        const double half[4] = {2 * 2, 1 * 2, 6 * 2, 3 * 2}, exact[4] = {2, 1, 6, 3};
        for (int scaled = 0; scaled < 2; scaled++) {
            rs_arena arena = {0};
            const rs_view_picture picture = {W, H, o};
            rs_view v = scaled ? view(2 * W, 2 * H, W, H, o) : view(W, H, W, H, o);
            rs_region region = {.kind = RS_REGION_HBB,
                                .coords = scaled ? half : exact,
                                .n_coords = 4,
                                .convention = rs_geom_convention(RS_STR("px"))},
                      shown;
            assert_true(rs_model_region_shown(&arena, &region, &v, &picture, &shown));
            for (uint32_t y = 0; y < pixels.height; y++)
                for (uint32_t x = 0; x < pixels.width; x++) {
                    bool inside = x >= shown.coords[0] && x < shown.coords[2] &&
                                  y >= shown.coords[1] && y < shown.coords[3];
                    assert_int_equal(inside, pixels.rgb[(y * pixels.width + x) * 3] == 255);
                }
            rs_arena_fini(&arena);
        }
        rs_pixels_fini(&pixels);
    }
}

static void scales(void **unused)
{
    (void)unused;
    rs_arena arena = {0};
    const rs_view_picture picture = {854, 480, 1};
    rs_view v = view(1280, 720, 854, 480, 1);
    const double xywh[4] = {640, 360, 320, 180}, parts[4] = {0.5, 0.5, 0.75, 0.75},
                 quad[8] = {0, 0, 1280, 0, 1280, 720, 0, 720};
    rs_region out, region = {.kind = RS_REGION_HBB,
                             .coords = xywh,
                             .n_coords = 4,
                             .convention = rs_geom_convention(RS_STR("px-xywh"))};
    assert_true(rs_model_region_shown(&arena, &region, &v, &picture, &out));
    assert_string_equal(out.convention->name, "px");
    assert_true(out.coords[0] == 427 && out.coords[1] == 240 && out.coords[3] == 360);
    region.convention = rs_geom_convention(RS_STR("fraction"));
    region.coords = parts;
    assert_false(rs_model_region_moves(&region, &v)); /* parts of a side are the same */
    assert_true(rs_model_region_shown(&arena, &region, &v, &picture, &out));
    assert_ptr_equal(out.coords, parts);
    region = (rs_region){.kind = RS_REGION_OBB,
                         .coords = quad,
                         .n_coords = 8,
                         .convention = rs_geom_convention(RS_STR("px-quad"))};
    assert_true(rs_model_region_shown(&arena, &region, &v, &picture, &out));
    assert_true(out.coords[2] == 854 && out.coords[5] == 480);
    rs_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stated_sizes),
        cmocka_unit_test(orientations),
        cmocka_unit_test(boxes_turn_as_pixels),
        cmocka_unit_test(scales),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
