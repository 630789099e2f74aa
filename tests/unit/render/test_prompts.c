/* Parsed prompts: those of a run are those that each rendering would parse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/embedded.h"
#include "render/prompts.h"

static void equal_sets(const char *file, rs_arena *arena, const rs_prompts *all, size_t *n_lines)
{
    rs_template_set one, same;
    rsift_error err = {0};
    assert_int_equal(rs_prompts_find(NULL, file, arena, &one, &err), RSIFT_OK);
    assert_int_equal(rs_prompts_find(all, file, arena, &same, &err), RSIFT_OK);
    assert_int_equal(same.n, one.n);
    *n_lines += one.n;
    if (one.n == 0) return;
    assert_true(rs_str_eq(same.format, one.format));
    for (size_t i = 0; i < one.n; i++) assert_true(rs_str_eq(same.lines[i], one.lines[i]));
}

static void every_file(void **state)
{
    (void)state;
    rs_arena arena = {0};
    rsift_error err = {0};
    const rs_prompts *all = NULL;
    size_t n_lines = 0, none = 0;
    assert_int_equal(rs_prompts_load(&arena, &all, &err), RSIFT_OK);
    for (size_t i = 0; i < rs_n_embedded_files; i++)
        if (rs_str_starts(rs_str_of(rs_embedded_files[i].name), RS_STR("prompts/")))
            equal_sets(rs_embedded_files[i].name, &arena, all, &n_lines);
    assert_true(n_lines > 25); /* at least one for each task that has a prompt */
    equal_sets("prompts/absent.txt", &arena, all, &none);
    assert_int_equal(none, 0);
    rs_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
