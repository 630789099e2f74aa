/* Connected parts of label maps, against a flood fill. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "geom/parts.h"

#include <stdio.h>

#include <string.h>

enum { SIDE = 24 };

/* Letters are classes, '.' is none. */
static void check(const char *const *rows, uint32_t height, const char *expected)
{
    const uint32_t width = (uint32_t)strlen(rows[0]);
    uint16_t at[64] = {0};
    const uint16_t classes[] = {RS_PARTS_NONE, 0, 1};
    char found[256] = "";
    size_t n = 0;
    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++)
            at[y * width + x] = rows[y][x] == 'a' ? 1 : rows[y][x] == 'b' ? 2 : 0;
    rs_parts parts;
    assert_int_equal(rs_geom_parts_find(at, width, height, classes, &parts, NULL), RSIFT_OK);
    for (size_t i = 0; i < parts.n; i++) {
        const rs_part *p = &parts.items[i];
        n += (size_t)snprintf(found + n, sizeof found - n, "%c %u,%u,%u,%u %u;",
                              'a' + p->class_number, p->x0, p->y0, p->x1, p->y1,
                              (unsigned)p->n_pixels);
    }
    assert_string_equal(found, expected);
    rs_geom_parts_fini(&parts);
}

static void shapes(void **state)
{
    (void)state;
    check((const char *const[]){"...", "..."}, 2, "");
    check((const char *const[]){"a"}, 1, "a 0,0,1,1 1;");
    /* corners touch, also to the left; classes do not */
    check((const char *const[]){"a..", ".a.", "a.b"}, 3, "a 0,0,2,3 3;b 2,2,3,3 1;");
    /* two arms grow together in the last row, and a third stays alone */
    check((const char *const[]){"a.a.a", "a.a.a", "aaa.."}, 3, "a 0,0,3,3 7;a 4,0,5,2 2;");
    /* a ring around a part of the other class, and one inside of it */
    check((const char *const[]){"aaaaa", "a...a", "a.b.a", "a...a", "aaaaa"}, 5,
          "a 0,0,5,5 16;b 2,2,3,3 1;");
    check((const char *const[]){"ab", "ba"}, 2, "a 0,0,2,2 2;b 0,0,2,2 2;");
}

static size_t flood(uint16_t *at, int x, int y, uint16_t value)
{
    if (x < 0 || y < 0 || x >= SIDE || y >= SIDE || at[y * SIDE + x] != value) return 0;
    size_t n = 1;
    at[y * SIDE + x] = 0;
    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++) n += flood(at, x + dx, y + dy, value);
    return n;
}

/* Random maps: the same count of parts, and the same sizes in order of their first pixels. */
static void random_maps(void **state)
{
    (void)state;
    const uint16_t classes[] = {RS_PARTS_NONE, 0, 1};
    rs_rng rng = rs_rng_of(7, (rs_id){0});
    for (int round = 0; round < 400; round++) {
        uint16_t at[SIDE * SIDE];
        for (size_t i = 0; i < SIDE * SIDE; i++) {
            const uint64_t r = rs_rng_below(&rng, 10);
            at[i] = r < (uint64_t)(round % 7) + 1 ? 1 : r == 9 ? 2 : 0;
        }
        rs_parts parts;
        assert_int_equal(rs_geom_parts_find(at, SIDE, SIDE, classes, &parts, NULL), RSIFT_OK);
        size_t n = 0;
        for (int i = 0; i < SIDE * SIDE; i++) {
            const uint16_t value = at[i];
            if (!value) continue;
            assert_true(n < parts.n);
            assert_int_equal(parts.items[n].class_number, value - 1);
            assert_int_equal(parts.items[n++].n_pixels, flood(at, i % SIDE, i / SIDE, value));
        }
        assert_int_equal(n, parts.n);
        rs_geom_parts_fini(&parts);
    }
}

/* A pixel in every other column and row: more parts than any picture has objects. */
static void many_are_refused(void **state)
{
    (void)state;
    enum { WIDE = 1100 };
    static uint16_t at[WIDE * WIDE];
    const uint16_t classes[] = {RS_PARTS_NONE, 0};
    rs_parts parts;
    for (size_t y = 0; y < WIDE; y += 2)
        for (size_t x = 0; x < WIDE; x += 2) at[y * WIDE + x] = 1;
    assert_int_equal(rs_geom_parts_find(at, WIDE, WIDE, classes, &parts, NULL), RSIFT_E_LIMIT);
    assert_null(parts.items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes),
        cmocka_unit_test(random_maps),
        cmocka_unit_test(many_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
