/* File patterns and expressions. */
#include "catalog/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void file_patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *path, *tail; /* tail NULL: no match */
    } cases[] = {
        {"a.json", "a.json", "a.json"},
        {"a.json", "x/y/a.json", "a.json"},
        {"a.json", "xa.json", NULL},
        {"a.json", "a.json/b", NULL},
        {"a/b.txt", "b.txt", NULL},
        {"*.tif", "Images/1.tif", "1.tif"},
        {"Images/*.tif", "r/Images/1.tif", "Images/1.tif"},
        {"Images/*.tif", "r/Images/x/1.tif", NULL},
        {"Images/**/*.tif", "r/Images/x/y/1.tif", "Images/x/y/1.tif"},
        {"Images/**/*.tif", "r/Images/1.tif", "Images/1.tif"},
        {"a/**/b/*.x", "a/q/b/r/b/1.x", "a/q/b/r/b/1.x"},
        {"a/**/b/**/c", "z/a/b/q/b/c", "a/b/q/b/c"},
        {"a/**/b/**/c", "z/a/q/c", NULL},
        {"**/x.txt", "a/b/x.txt", "x.txt"},
        {"/a/*.txt", "a/1.txt", "a/1.txt"},
        {"/a/*.txt", "b/a/1.txt", NULL},
        {"/**/1.txt", "b/a/1.txt", "b/a/1.txt"},
        {"Annotations/Horizontal Bounding Boxes/*.xml",
         "DIOR/Annotations/Horizontal Bounding Boxes/00001.xml",
         "Annotations/Horizontal Bounding Boxes/00001.xml"},
        {"?????.jpg", "d/00001.jpg", "00001.jpg"},
        {"?????.jpg", "d/0001.jpg", NULL},
        {"*a*b*.c", "xxaybyb.c", "xxaybyb.c"},
        {"*a*b", "xxay", NULL},
        {"{Forest,River}/{Forest,River}_*.jpg", "q/River/River_2.jpg", "River/River_2.jpg"},
        {"{Forest,River}/*.jpg", "q/Rivers/River_2.jpg", NULL},
        {"{air,airport}/x", "airport/x", "airport/x"},
        {"train/images/P*.png", "train/images/P0001.png", "train/images/P0001.png"},
        {"*", "", NULL},
        {"", "a", NULL},
        {"{a", "a", NULL},
        {"x/{?,??}.xml", "x/7.xml", "x/7.xml"},
        {"x/{?,??}.xml", "x/77.xml", "x/77.xml"},
        {"x/{?,??}.xml", "x/777.xml", NULL},
        {"{a*,b}c", "axyc", "axyc"},
        {"{a*,b}c", "bxc", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_str tail = {0};
        bool match = rs_catalog_match(rs_str_of(cases[i].pattern), rs_str_of(cases[i].path), &tail);
        if (match != (cases[i].tail != NULL))
            fail_msg("%s against %s: %d", cases[i].pattern, cases[i].path, match);
        if (match && !rs_str_eq(tail, rs_str_of(cases[i].tail)))
            fail_msg("%s against %s: tail %.*s", cases[i].pattern, cases[i].path, RS_STR_ARG(tail));
    }
}

static void expressions(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text, *group; /* group 1, "" = empty or unset; NULL = no match */
    } cases[] = {
        {"(P[0-9]{4})_[0-9]{4}\\.png", "P2866_0133.png", "P2866"},
        {"^(P[0-9]{4})_[0-9]{4}\\.png$", "P2866_0133.png", "P2866"},
        {"(P[0-9]{4})_[0-9]{4}\\.png", "P2866_0133xpng", NULL},
        {"(P[0-9]{4})_[0-9]{4}\\.png", "xP2866_0133.png", NULL},
        {"([0-9]{5})\\.(jpg|png)", "02033.png", "02033"},
        {"([0-9]{5})\\.(jpg|png)", "02033.tif", NULL},
        {"((train|val|test)_[0-9]+)_[0-9]{4}\\.[a-z]+", "train_5007_0017.png", "train_5007"},
        {"([a-z]+(_[a-z]+)*_[0-9]{3})\\.jpg", "golf_course_393.jpg", "golf_course_393"},
        {"(a|ab)(c|bcd)", "abcd", "a"},
        {"(a*)a", "aaa", "aa"},
        {"(a?){3}b", "aab", ""},
        {"(a{2,3})a*", "aaaa", "aaa"},
        {"(a{2,})", "a", NULL},
        {"([^/]+)/.*", "x/y/z", "x"},
        {"([]a]+)", "a]a", "a]a"},
        {"\\d+(\\.)", "12.", "."},
        {"(.*/)?im[12]/([0-9]+)\\.png", "im1/00001.png", ""},
        {"(.*/)?im[12]/([0-9]+)\\.png", "a/b/im2/00001.png", "a/b/"},
        {"([A-Za-z]+)-", "Foo-", "Foo"},
        {"(x|)", "", ""},
        {"((a*)*)*", "aaaa", "aaaa"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_arena arena = {0};
        rs_catalog_regex *regex;
        rsift_error err = {0};
        if (rs_catalog_regex_compile(&arena, rs_str_of(cases[i].pattern), &regex, &err))
            fail_msg("%s: %s", cases[i].pattern, err.message);
        rs_str groups[RS_CATALOG_GROUPS];
        bool match = rs_catalog_regex_match(regex, rs_str_of(cases[i].text), groups);
        if (match != (cases[i].group != NULL))
            fail_msg("%s against %s: %d", cases[i].pattern, cases[i].text, match);
        if (match && !rs_str_eq(groups[1], rs_str_of(cases[i].group)))
            fail_msg("%s against %s: %.*s", cases[i].pattern, cases[i].text, RS_STR_ARG(groups[1]));
        rs_arena_fini(&arena);
    }
}

static void bad_expressions(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "",
        "(",
        ")",
        "a)",
        "[a",
        "[]",
        "*a",
        "a**",
        "a{",
        "a{x}",
        "a{3,2}",
        "a{65}",
        "{2}",
        "a\\",
        "\\w",
        "[b-a]",
        "a$b",
        "(((((((((a)))))))))",
        "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)",
        "(((a{64}){64}){64})",
        "a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a",
    };
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        rs_arena arena = {0};
        rs_catalog_regex *regex;
        rsift_error err = {0};
        rsift_status st = rs_catalog_regex_compile(&arena, rs_str_of(patterns[i]), &regex, &err);
        if (st != RSIFT_E_FORMAT && st != RSIFT_E_LIMIT) fail_msg("%s: %d", patterns[i], (int)st);
        assert_string_not_equal(err.message, "");
        rs_arena_fini(&arena);
    }
}

/* What takes others exponential time takes pattern times text. */
static void hostile_expression(void **state)
{
    (void)state;
    rs_arena arena = {0};
    rs_catalog_regex *regex;
    assert_int_equal(rs_catalog_regex_compile(&arena, RS_STR("(a*)*(a*)*(a*)*b"), &regex, NULL), 0);
    char text[RS_CATALOG_REGEX_TEXT + 1];
    memset(text, 'a', sizeof text);
    rs_str groups[RS_CATALOG_GROUPS];
    assert_false(rs_catalog_regex_match(regex, rs_str_make(text, RS_CATALOG_REGEX_TEXT), groups));
    assert_false(rs_catalog_regex_match(regex, rs_str_make(text, sizeof text), groups));
    text[RS_CATALOG_REGEX_TEXT - 1] = 'b';
    assert_true(rs_catalog_regex_match(regex, rs_str_make(text, RS_CATALOG_REGEX_TEXT), groups));
    rs_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_patterns),
        cmocka_unit_test(expressions),
        cmocka_unit_test(bad_expressions),
        cmocka_unit_test(hostile_expression),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
