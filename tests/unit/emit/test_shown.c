/* The contact sheet shows every dataset and task, over different pictures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "emit/shown.h"

#include <stdio.h>

static void add(rs_emit_shown_list *list, const char *dataset, const char *task, uint64_t id,
                uint32_t picture)
{
    const uint32_t none = 0;
    const rs_emit_shown shown = {{0, id}, RS_STR("{}"), &picture, 1, &none, 0};
    assert_int_equal(rs_emit_shown_add(list, rs_str_of(dataset), rs_str_of(task), &shown, NULL),
                     RSIFT_OK);
}

static void test_every_kind(void **state)
{
    (void)state;
    rs_emit_shown_list list = {0};
    rs_emit_choice out[RS_EMIT_SHOWN_MAX];
    /* many of one dataset over two pictures, few of two others behind them */
    for (uint64_t i = 0; i < 500; i++) add(&list, "large", i % 3 ? "vqa" : "count", i, i % 2);
    for (uint64_t i = 0; i < 4; i++) add(&list, "b-small", "caption", 1000 + i, 10 + (uint32_t)i);
    add(&list, "a-one", "vqa", 2000, 20);
    const size_t n = rs_emit_shown_choose(&list, out);
    assert_int_equal(n, RS_EMIT_SHOWN_MAX);
    int64_t seen[4] = {0};
    for (size_t i = 0; i < n; i++) {
        const rs_emit_stratum *s = out[i].stratum;
        seen[0] += rs_str_eq(s->dataset, RS_STR("a-one"));
        seen[1] += rs_str_eq(s->dataset, RS_STR("b-small"));
        seen[2] += rs_str_eq(s->task, RS_STR("count"));
        seen[3] += rs_str_eq(s->dataset, RS_STR("large")) && rs_str_eq(s->task, RS_STR("vqa"));
        for (size_t k = 0; k < i; k++) assert_true(out[k].shown != out[i].shown);
    }
    assert_int_equal(seen[0], 1);
    assert_int_equal(seen[1], 4);
    assert_true(seen[2] >= 9 && seen[3] >= 9);
    assert_int_equal(out[0].shown->id.lo, 2000); /* datasets in the order of their names */
    assert_int_equal(out[0].stratum->n, 1);
    rs_arena_fini(&list.arena);
}

/* A picture is shown twice only when there is no other. */
static void test_pictures_differ(void **state)
{
    (void)state;
    rs_emit_shown_list list = {0};
    rs_emit_choice out[RS_EMIT_SHOWN_MAX];
    for (uint64_t i = 0; i < 400; i++) add(&list, "d", "vqa", i, i < 380 ? 0 : (uint32_t)i);
    const size_t n = rs_emit_shown_choose(&list, out);
    assert_int_equal(n, RS_EMIT_SHOWN_MAX);
    for (size_t i = 0; i < 21; i++)
        for (size_t k = 0; k < i; k++)
            assert_true(out[i].shown->pictures[0] != out[k].shown->pictures[0]);
    /* of 21 pictures some are shown twice: others would be kept yet */
    assert_false(rs_emit_shown_passes(&list, RS_STR("d"), RS_STR("vqa")));
    rs_arena_fini(&list.arena);
}

/* A kind with as many pictures as the sheet has room for needs no more, and is counted. */
static void test_passes(void **state)
{
    (void)state;
    rs_emit_shown_list list = {0};
    assert_false(rs_emit_shown_passes(&list, RS_STR("d"), RS_STR("vqa")));
    for (uint32_t i = 0; i <= RS_EMIT_SHOWN_MAX + 1; i++) add(&list, "d", "vqa", i, i);
    assert_false(rs_emit_shown_passes(&list, RS_STR("d"), RS_STR("caption")));
    assert_true(rs_emit_shown_passes(&list, RS_STR("d"), RS_STR("vqa")));
    assert_int_equal(list.strata[0]->n, RS_EMIT_SHOWN_MAX + 3);
    assert_int_equal(list.strata[0]->n_items, RS_EMIT_SHOWN_MAX);
    rs_arena_fini(&list.arena);
}

static void test_few(void **state)
{
    (void)state;
    rs_emit_shown_list list = {0};
    rs_emit_choice out[RS_EMIT_SHOWN_MAX];
    assert_int_equal(rs_emit_shown_choose(&list, out), 0);
    add(&list, "d", "vqa", 1, 1);
    assert_int_equal(rs_emit_shown_choose(&list, out), 1);
    rs_arena_fini(&list.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_pictures_differ),
        cmocka_unit_test(test_passes),
        cmocka_unit_test(test_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
