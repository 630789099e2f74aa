/* Both YAML parsers: the same tree, exact places of errors, everything odd declined or refused. */
#include "codec/yaml.h"

#include "base/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static bool same(const rs_yaml *a, const rs_yaml *b)
{
    if (!a || !b) return a == b;
    if (a->kind != b->kind || a->n != b->n || a->line != b->line || a->column != b->column)
        return false;
    if (a->kind == RS_YAML_SCALAR) return a->quoted == b->quoted && rs_str_eq(a->text, b->text);
    const rs_yaml *x = a->first, *y = b->first;
    for (; x && y; x = x->next, y = y->next) {
        if ((x->key == NULL) != (y->key == NULL)) return false;
        if (x->key && !same(x->key, y->key)) return false;
        if (!same(x, y)) return false;
    }
    return !x && !y;
}

static void both_agree(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "a: 1\nb: two words\n",
        "# comment\n\na: 1 # one\n\n# two\nb:\n  c: [1, 2, \"x, y\"]\n  d: {e: f, 'g h': i}\n",
        "list:\n- a\n- b: 1\n  c: 2\n-   d: 3\n    e:\n    - x\n    - y\nend: z\n",
        "list:\n  - [a, b]\n  - {c: d}\n  -\n    e: f\n  - \"g\"\n",
        "t: a plain text\n  that goes on\n  and on\nu: 'it''s'\nv: \"a \\\"b\\\" c\\\\d\\n\"\n",
        "u: http://x/y#z\nneg: -5\nodd: a:b, c\nlast: end",
        "flow: [a,\n  b, # c\n  c]\nm: {\n  a: b,\n  c: d }\n",
        "k: caf\xc3\xa9 ol\xc3\xa9\nl: {\xc3\xa9: 1, z: 2}\n",
        "a: []\nb: {}\n",
        "- 1\n- 2\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        rs_arena arena = {0};
        rsift_error err = {0};
        rs_yaml *quick, *general;
        rs_str text = rs_str_of(texts[i]);
        if (rs_yaml_parse_by(RS_YAML_QUICK, &arena, text, NULL, &quick, &err) != RSIFT_OK)
            fail_msg("the quick parser declines text %zu", i);
        if (rs_yaml_parse_by(RS_YAML_LIBFYAML, &arena, text, NULL, &general, &err))
            fail_msg("libfyaml refuses text %zu: %s %s", i, err.where, err.message);
        if (!same(quick, general)) fail_msg("the parsers differ on text %zu", i);
        rs_arena_fini(&arena);
    }
}

static void reads_values(void **state)
{
    (void)state;
    rs_arena arena = {0};
    rs_yaml *root;
    rs_str text = RS_STR("a: {b: [x, 'y']}\nc: plain\n  more\nd: ~\n");
    assert_int_equal(rs_yaml_parse(&arena, RS_STR("t"), text, NULL, &root, NULL), 0);
    const rs_yaml *b = rs_yaml_get(rs_yaml_get(root, "a"), "b");
    assert_int_equal(b->n, 2);
    assert_true(rs_str_eq(b->first->next->text, RS_STR("y")));
    assert_true(b->first->next->quoted);
    assert_int_equal(b->first->next->line, 1);
    assert_int_equal(b->first->next->column, 12);
    assert_true(rs_str_eq(rs_yaml_get(root, "c")->text, RS_STR("plain more")));
    assert_true(rs_yaml_is_null(rs_yaml_get(root, "d")));
    assert_null(rs_yaml_get(root, "e"));
    rs_arena_fini(&arena);
}

static void declined_but_read(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "a: |\n  block\n  text\n", "---\na: 1\n",      "a:\t1\n",
        "a: >-\n  x\n  y\n",       "a:\nb: 1\n",       "a: 1\r\nb: 2\r\n",
        "a: \"multi\n  line\"\n",  "? a\n: b\n",       "",
        "- - a\n  - b\n",          "a: \"\\u00e9\"\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        rs_arena arena = {0};
        rsift_error err = {0};
        rs_yaml *root;
        rs_str text = rs_str_of(texts[i]);
        rsift_status st = rs_yaml_parse_by(RS_YAML_QUICK, &arena, text, NULL, &root, &err);
        if (st != RSIFT_E_UNSUPPORTED) fail_msg("text %zu: %d", i, (int)st);
        st = rs_yaml_parse(&arena, RS_STR("t"), text, NULL, &root, &err);
        if (st != RSIFT_OK) fail_msg("text %zu: %s: %s", i, err.where, err.message);
        rs_arena_fini(&arena);
    }
}

static void errors_name_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where;
        rsift_status status;
    } cases[] = {
        {"a: 1\nb: &x 2\n", "f.yaml:2:7", RSIFT_E_UNSUPPORTED},
        {"a: &x 1\nb: *x\n", "f.yaml:1:7", RSIFT_E_UNSUPPORTED},
        {"a: !!int 1\n", "f.yaml:1:10", RSIFT_E_UNSUPPORTED},
        {"a: 1\nb: 2\na: 3\n", "f.yaml:3:1", RSIFT_E_FORMAT},
        {"a: 1\n\xff\n", "f.yaml:2:1", RSIFT_E_FORMAT},
        {"a: 1\n---\nb: 2\n", "f.yaml:2:1", RSIFT_E_FORMAT},
        {"[a]: 1\n", "f.yaml:1:1", RSIFT_E_FORMAT},
        {"a: [1, 2\nb: 3\n", NULL, RSIFT_E_FORMAT},
        {"a: \"x\n", NULL, RSIFT_E_FORMAT},
        {"a: b: c\n", NULL, RSIFT_E_FORMAT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_arena arena = {0};
        rsift_error err = {0};
        rs_yaml *root;
        rsift_status st =
            rs_yaml_parse(&arena, RS_STR("f.yaml"), rs_str_of(cases[i].text), NULL, &root, &err);
        if (st != cases[i].status) fail_msg("case %zu: status %d %s", i, (int)st, err.message);
        assert_string_not_equal(err.message, "");
        if (cases[i].where && !rs_str_eq(rs_str_of(err.where), rs_str_of(cases[i].where)))
            fail_msg("case %zu: %s, %s", i, err.where, err.message);
        if (!rs_str_starts(rs_str_of(err.where), RS_STR("f.yaml:")))
            fail_msg("case %zu: no place: %s", i, err.where);
        rs_arena_fini(&arena);
    }
}

static void limits_hold(void **state)
{
    (void)state;
    char deep[400];
    memset(deep, '[', 200);
    memset(deep + 200, ']', 200);
    rs_arena arena = {0};
    rsift_error err = {0};
    rs_yaml *root;
    assert_int_equal(rs_yaml_parse(&arena, RS_STR("t"), rs_str_make(deep, 400), NULL, &root, &err),
                     RSIFT_E_LIMIT);
    rsift_limits limits = rsift_limits_default();
    limits.max_depth = 2;
    assert_int_equal(
        rs_yaml_parse(&arena, RS_STR("t"), RS_STR("a: {b: {c: d}}\n"), &limits, &root, &err),
        RSIFT_E_LIMIT);
    assert_int_equal(
        rs_yaml_parse(&arena, RS_STR("t"), RS_STR("a: {b: c}\n"), &limits, &root, &err), RSIFT_OK);
    limits = rsift_limits_default();
    limits.max_string = 4;
    assert_int_equal(rs_yaml_parse(&arena, RS_STR("t"), RS_STR("a: abcde\n"), &limits, &root, &err),
                     RSIFT_E_LIMIT);
    rs_arena_fini(&arena);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    rs_str text = RS_STR("a: [1, 2, \"x\\ny\"]\nb: more\n  text\nc: |\n  d\n");
    for (int64_t k = 1;; k++) {
        rs_arena arena = {0};
        rsift_error err = {0};
        rs_yaml *root;
        rs_alloc_fail_at(k);
        rsift_status st = rs_yaml_parse(&arena, RS_STR("t"), text, NULL, &root, &err);
        rs_alloc_fail_at(0);
        rs_arena_fini(&arena);
        if (st == RSIFT_OK) break;
        assert_int_equal(st, RSIFT_E_NOMEM);
    }
}

static void every_prefix(void **state)
{
    (void)state;
    rs_str text = RS_STR("a: [1, {b: 'c'}]\nl:\n  - x: \"y\\n\"\n    z: 1 # c\n  - w\n");
    for (size_t n = 0; n <= text.len; n++) {
        rs_arena arena = {0};
        rsift_error err = {0};
        rs_yaml *quick = NULL, *general = NULL;
        rs_str cut = rs_str_sub(text, 0, n);
        rsift_status q = rs_yaml_parse_by(RS_YAML_QUICK, &arena, cut, NULL, &quick, &err);
        rsift_status g = rs_yaml_parse_by(RS_YAML_LIBFYAML, &arena, cut, NULL, &general, &err);
        if (q == RSIFT_OK && (g != RSIFT_OK || !same(quick, general)))
            fail_msg("the parsers differ on the first %zu bytes", n);
        rs_arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_agree),        cmocka_unit_test(reads_values),
        cmocka_unit_test(declined_but_read), cmocka_unit_test(errors_name_the_place),
        cmocka_unit_test(limits_hold),       cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(every_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
