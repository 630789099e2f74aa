/* How two datasets are related, by what they are made from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "catalog/ancestry.h"

static const rs_catalog *catalog;

static void expect(const char *a, const char *b, const char *text)
{
    rs_arena arena = {0};
    const rs_str found = rs_catalog_ancestry(catalog, rs_str_of(a), rs_str_of(b), &arena);
    if (!text) {
        if (found.ptr) fail_msg("%s, %s: %.*s", a, b, RS_STR_ARG(found));
    } else if (!rs_str_eq(found, rs_str_of(text))) {
        fail_msg("%s, %s: expected %s, found %.*s", a, b, text, RS_STR_ARG(found));
    }
    rs_arena_fini(&arena);
}

static void finds_the_way(void **state)
{
    (void)state;
    expect("rsitmd", "rsicd", "rsitmd ← rsicd");
    expect("rsicd", "rsitmd", "rsicd → rsitmd");
    /* over what both are made from */
    expect("dior-rsvg", "vrsbench", "dior-rsvg ← dior → vrsbench");
    expect("rsicd", "rsicd", NULL);
    expect("rsicd", "no such dataset", NULL);
    /* sources outside the catalogue (Google Earth) are no relation */
    expect("rsitmd", "dior", NULL);
}

int main(void)
{
    rsift_error err;
    rs_catalog *loaded;
    if (rs_catalog_load(NULL, 0, &loaded, &err) != RSIFT_OK) return 1;
    catalog = loaded;
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_the_way)};
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rs_catalog_close(loaded);
    return failed;
}
