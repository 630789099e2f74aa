/* Names by which another dataset holds a picture: media templates read backwards, images_from
 * templates filled. */
#include "index/link_names.h"

#include "index_help.h"

static void check(const char *media, const char *from, const char *path, const char *expected)
{
    rs_catalog_media m = {.template = rs_str_of(media ? media : "")};
    rs_catalog_images_from f = {.dataset = RS_STR("other"), .path = rs_str_of(from)};
    rs_catalog_source source = {.media = {&m, media ? 1 : 0}, .images_from = {&f, 1}};
    rs_catalog_release release = {.sources = {&source, 1}};
    rs_catalog_dataset dataset = {.releases = {&release, 1}};
    rs_arena arena = {0};
    rs_texts names;
    OK(rs_index_link_names(&arena, &dataset, RS_STR("other"), rs_str_of(path), &names, err));
    assert_int_equal(names.n, 1);
    if (!rs_str_eq(names.items[0], rs_str_of(expected)))
        fail_msg("%s: expected %s, found %.*s", path, expected, RS_STR_ARG(names.items[0]));
    OK(rs_index_link_names(&arena, &dataset, RS_STR("third"), rs_str_of(path), &names, err));
    assert_int_equal(names.n, 1);
    assert_true(rs_str_eq(names.items[0], rs_str_of(path)));
    rs_arena_fini(&arena);
}

static void test_templates(void **state)
{
    (void)state;
    check("DOTA/{name}.png", "train/images/{name}.png", "DOTA/P1.png", "train/images/P1.png");
    check("UCM/{name}", "imgs/{name}", "UCM/1.tif", "imgs/1.tif");
    check("UCM/{name}", "imgs/{name}", "Sydney/1.tif", "Sydney/1.tif"); /* not of this source */
    check(NULL, "imgs/{name}", "a/1.tif", "imgs/a/1.tif");
    check(NULL, "imgs/{name}.png", "P1.png", "imgs/P1.png"); /* not P1.png.png */
    check(NULL, "imgs/{name}.png", "P1.PNG", "imgs/P1.PNG");
    check(NULL, "imgs/{name}.png", "P1.jpg", "imgs/P1.jpg.png");
    check(NULL, "imgs/{stem}.png", "P1.jpg", "imgs/P1.png");
    check("{class}/{stem}.jpg", "{stem}_{class}.jpg", "river/river_1.jpg", "river_1_river.jpg");
    check(NULL, "{class}/{name}", "river_1.jpg", "{class}/river_1.jpg");
    check("{split}/{id}.png", "{id}/{split}.png", "train/7.png", "7/train.png");
    check(NULL, "{id}.png", "7.png", "7.png"); /* no id is known: the path itself */
    check("{id}.png", "{word}/{id}.png", "7.png", "{word}/7.png");
}

static void test_several(void **state)
{
    (void)state;
    rs_catalog_media m = {.template = RS_STR("DOTA/{name}.png")};
    rs_catalog_images_from f[] = {{RS_STR("dota"), RS_STR("train/images/{name}.png")},
                                  {RS_STR("dota"), RS_STR("val/images/{name}.png")},
                                  {RS_STR("dota"), RS_STR("val/images/{name}.png")},
                                  {RS_STR("x"), RS_STR("{name}")}};
    rs_catalog_source sources[] = {{.media = {&m, 1}, .images_from = {f, 1}},
                                   {.media = {&m, 1}, .images_from = {f + 1, 3}}};
    rs_catalog_release release = {.sources = {sources, 2}};
    rs_catalog_dataset dataset = {.releases = {&release, 1}};
    rs_arena arena = {0};
    rs_texts names;
    OK(rs_index_link_names(&arena, &dataset, RS_STR("dota"), RS_STR("DOTA/P1.png"), &names, err));
    assert_int_equal(names.n, 2);
    assert_true(rs_str_eq(names.items[0], RS_STR("train/images/P1.png")));
    assert_true(rs_str_eq(names.items[1], RS_STR("val/images/P1.png")));
    OK(rs_index_link_names(&arena, NULL, RS_STR("dota"), RS_STR("a"), &names, err));
    assert_int_equal(names.n, 1);
    rs_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_templates),
        cmocka_unit_test(test_several),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
