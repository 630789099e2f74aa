/* Which bands are shown: by the header, by names, by the sensor's order, or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "image/bands.h"

static void expect(const rs_image_info *info, unsigned r, unsigned g, unsigned b)
{
    assert_int_equal(info->shown[0], r);
    assert_int_equal(info->shown[1], g);
    assert_int_equal(info->shown[2], b);
    assert_int_equal(info->bands_unknown, r == 0);
}

static rs_image_info choose(uint32_t bands, bool says_rgb, const rs_image_band_names *names)
{
    rs_image_info info = {.bands = bands};
    rs_image_choose_bands(&info, says_rgb, names);
    return info;
}

static void test_choose(void **state)
{
    (void)state;
    rs_image_info info = choose(3, false, NULL);
    assert_false(info.bands_unknown); /* three bands leave nothing to choose */
    assert_null(info.shown_by);
    info = choose(4, true, NULL);
    expect(&info, 1, 2, 3);
    info = choose(4, false, NULL);
    expect(&info, 0, 0, 0);
    /* Level 1C of Sentinel-2, as 16 bits; scaled ones are somebody's own */
    info = (rs_image_info){.bands = 13, .dtype = "uint16"};
    rs_image_choose_bands(&info, false, NULL);
    expect(&info, 4, 3, 2);
    assert_true(rs_image_is_sentinel_stack(&info));
    info = (rs_image_info){.bands = 13, .dtype = "float32"};
    rs_image_choose_bands(&info, false, NULL);
    expect(&info, 0, 0, 0);
    info = (rs_image_info){.bands = 12, .dtype = "uint16"}; /* of how many sensors or dates? */
    rs_image_choose_bands(&info, false, NULL);
    expect(&info, 0, 0, 0);
    info = choose(10, false, NULL); /* B2 first in BigEarthNet's stacks: nothing says so */
    expect(&info, 0, 0, 0);
}

/* names[i] is that of band i + 1; NULL ends. */
static rs_image_info named(const char *const *names)
{
    rs_image_band_names found = {0};
    uint32_t n = 0;
    for (; names[n]; n++) rs_image_name_band(&found, n + 1, rs_str_of(names[n]));
    return choose(n, false, &found);
}

static void test_names(void **state)
{
    (void)state;
    rs_image_info info = named((const char *const[]){"Blue", "Green", "Red", "NIR", NULL});
    expect(&info, 3, 2, 1);
    info = named((const char *const[]){"B02", "B03", "B04", "B05", NULL});
    expect(&info, 3, 2, 1);
    info = named((const char *const[]){"B2", "B3", "B4", "B8A", "B11", NULL});
    expect(&info, 3, 2, 1);
    /* Landsat 5 and 8 both have B2, B3 and B4, and mean other colours by them */
    info = named((const char *const[]){"B1", "B2", "B3", "B4", NULL});
    expect(&info, 0, 0, 0);
    info = named((const char *const[]){"blue", "green", "red", "red edge", "nir", NULL});
    expect(&info, 3, 2, 1);
    info = named((const char *const[]){"blue", "green", "red", "red", NULL}); /* which? */
    expect(&info, 0, 0, 0);
    info = named((const char *const[]){"a", "b", "c", "red", NULL});
    expect(&info, 0, 0, 0);
}

static void test_gdal(void **state)
{
    (void)state;
    rs_image_band_names names = {0};
    rs_image_name_bands_gdal(
        &names,
        RS_STR("<GDALMetadata>\n<Item name=\"DESCRIPTION\" sample=\"0\" role=\"description\">Blue"
               "</Item><Item name=\"X\">red</Item>"
               "<Item name=\"DESCRIPTION\" sample=\"1\" role=\"description\">Green</Item>"
               "<Item name=\"COLORINTERP\" sample=\"3\" role=\"colorinterp\">Red</Item>"
               "<Item name=\"DESCRIPTION\" sample=\"3\" role=\"description\">Red</Item>"));
    rs_image_info info = choose(4, false, &names);
    expect(&info, 4, 2, 1);
    assert_string_equal(info.shown_by, "the bands' names");
    /* torn metadata ends without a name */
    const rs_str torn = RS_STR("<Item name=\"DESCRIPTION\" sample=\"0\" role=\"description\">Red");
    for (size_t n = 0; n <= torn.len; n++) {
        rs_image_band_names none = {0};
        rs_image_name_bands_gdal(&none, rs_str_sub(torn, 0, n));
    }
}

static void test_parse(void **state)
{
    (void)state;
    uint16_t bands[3];
    assert_true(rs_image_parse_bands(RS_STR("4,3,2"), bands));
    assert_int_equal(bands[0], 4);
    assert_int_equal(bands[2], 2);
    assert_true(rs_image_parse_bands(RS_STR("1, 1, 1"), bands));
    static const char *const bad[] = {"",      "4",    "4,3",    "4,3,2,1",  "0,1,2",
                                      "4,3,x", "4,3,", "-1,2,3", "4,3,65536"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(rs_image_parse_bands(rs_str_of(bad[i]), bands));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choose),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_gdal),
        cmocka_unit_test(test_parse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
