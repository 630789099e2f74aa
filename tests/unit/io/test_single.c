/* One file by its path: read whole or from the front; a folder is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/single.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void reads_a_file_and_no_folder(void **state)
{
    (void)state;
    char path[] = "/tmp/rsift-single-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "a,b\n1,2\n", 8), 8);
    close(fd);
    rs_arena arena = {0};
    rs_io_single file;
    rsift_error err;
    rs_str text;
    char bytes[16];
    size_t n;
    assert_int_equal(rs_io_single_slurp(rs_str_of(path), NULL, &arena, &text, &err), RSIFT_OK);
    assert_true(rs_str_eq(text, RS_STR("a,b\n1,2\n")));
    assert_int_equal(rs_io_single_open(rs_str_of(path), NULL, &file, &err), RSIFT_OK);
    assert_int_equal(rs_io_read(file.stream, bytes, sizeof bytes, &n, &err), RSIFT_OK);
    assert_int_equal(n, 8);
    rs_io_single_close(&file);
    unlink(path);
    assert_int_equal(rs_io_single_slurp(rs_str_of(path), NULL, &arena, &text, &err), RSIFT_E_IO);
    rs_arena_fini(&arena);
    /* also what could not be opened is closed */
    char folder[] = "/tmp/rsift-single-XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_int_equal(rs_io_single_open(rs_str_of(folder), NULL, &file, &err), RSIFT_E_ARG);
    rs_io_single_close(&file);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_a_file_and_no_folder)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
