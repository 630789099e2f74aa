/* Coordinates in words come back unparsed; ordinary words with numbers are left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lang/boxtext.h"

static size_t n_unparsed(const char *text)
{
    rs_arena arena = {0};
    rs_boxtext found;
    assert_int_equal(rs_lang_boxtext_parse(&arena, rs_str_of(text), RS_BOXTEXT_ALL, &found, NULL),
                     RSIFT_OK);
    const size_t n = found.n_unparsed;
    rs_arena_fini(&arena);
    return n;
}

static void coordinates(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "It lies at (12%, 25%, 33%, 47%).",
        "[12%, 25%, 33%, 47%]",
        "(120, 210)",
        "[120, 210].",
        "A ship at (0.52, 0.31).",
        "The centre is (120, 210).",
        "top-left (15, 22) and bottom-right (35, 48)",
        "Plane: x=15, y=22, width=33, height=47.",
        "x1: 15, y1: 22, x2: 33, y2: 47",
        "xmin = 15, xmax = 33, ymin = 22, ymax = 47",
        "left: 15, top: 22",
        "bbox: 0.15 0.22 0.33 0.47",
        "The bounding box is 15, 22, 33, 47.",
        "0.15, 0.22, 0.33, 0.47",
        "<0.15,0.22,0.33,0.47>",
        "| plane | 15 | 22 | 33 | 47 |",
        "[15, 22], [33, 47]",
        "from (15,22)-(33,47)",
        "The ship spans (15, 22) to (33, 47).",
        "ship: 15,22,33,47; plane: 3,4,33,47",
        "[15px, 22px, 33px, 47px]",
        "[15\xef\xbc\x8c 22\xef\xbc\x8c 33\xef\xbc\x8c 47]",
        "\xef\xbc\xbb"
        "15\xef\xbc\x8c"
        "22\xef\xbc\x8c"
        "33\xef\xbc\x8c"
        "47\xef\xbc\xbd",
        "\xe3\x80\x90"
        "15, 22, 33, 47\xe3\x80\x91",
        "[\xef\xbc\x91, 22, 33, \xef\xbc\x94\xef\xbc\x97]",
        "[15; 22; 33; 47]",
        "[{\"bbox_2d\": \"15,22,33,47\", \"label\": \"ship\"}]",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (n_unparsed(texts[i]) == 0) fail_msg("%s", texts[i]);
}

static void words(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "Two floods were seen (1998, 2004).",
        "They were seen (1998, 2004), (2005, 2010).",
        "It covers 1,250,300,400 pixels.",
        "[{\"region\": \"north, 4 of 12\", \"label\": \"ship\"}]",
        "(1998, 2004)",
        "Built at (1998, 2004).",
        "There are between [13, 17] planes.",
        "Both kinds are there (3, 4).",
        "The share of water is 30%, of forest 40%, of road 10% and of the rest 20%.",
        "The scene is at [48.14, 11.58] (latitude, longitude).",
        "The scene is at [40.71, -74.00].",
        "(0, 0) is the top-left corner and (1000, 1000) the bottom-right corner.",
        "Give the box as [x1, y1, x2, y2] in the range [0, 1000].",
        "In 2015, 2017, 2019, 2021 the box was empty.",
        "Regions 1, 2, 3, 4 are built up.",
        "Counts: 12, 34, 56, 78 by class.",
        "| year | a | b | c |\n|---|---|---|---|\n| 12 | 15 | 22 | 33 |",
        "It is 12 x 34 m, seen at 10:30, with x = 3.",
        "Figure (1, 2) shows 3 ships, 4 planes.",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (n_unparsed(texts[i]) != 0) fail_msg("%s", texts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(coordinates), cmocka_unit_test(words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
