/* The table of embedded files: sorted, complete, and equal to the files it was made of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/embedded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void table_is_sorted(void **state)
{
    (void)state;
    for (size_t i = 1; i < rs_n_embedded_files; i++)
        assert_true(strcmp(rs_embedded_files[i - 1].name, rs_embedded_files[i].name) < 0);
}

static void each_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < rs_n_embedded_files; i++) {
        const rs_embedded *found = rs_embedded_find(rs_embedded_files[i].name);
        assert_ptr_equal(found, &rs_embedded_files[i]);
        assert_int_equal(found->data[found->len], 0);
    }
}

static void others_are_not(void **state)
{
    (void)state;
    assert_null(rs_embedded_find(""));
    assert_null(rs_embedded_find("catalog"));
    assert_null(rs_embedded_find("~"));
}

static void bytes_are_the_files(void **state)
{
    (void)state;
    const char *root = getenv("RSIFT_SOURCE_DIR");
    if (!root) {
        print_message("skipped: RSIFT_SOURCE_DIR is not set\n");
        skip();
    }
    for (size_t i = 0; i < rs_n_embedded_files; i++) {
        char path[4096];
        const rs_embedded *file = &rs_embedded_files[i];
        snprintf(path, sizeof path, "%s/%s", root, file->name);
        FILE *in = fopen(path, "rb");
        assert_non_null(in);
        for (size_t k = 0; k < file->len; k++) assert_int_equal(getc(in), file->data[k]);
        assert_int_equal(getc(in), EOF);
        fclose(in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_sorted),
        cmocka_unit_test(each_is_found),
        cmocka_unit_test(others_are_not),
        cmocka_unit_test(bytes_are_the_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
