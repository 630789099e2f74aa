/* Descriptors: all bytes or an error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/fd.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int temporary(void)
{
    char path[] = "/tmp/rsift-fd-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    return fd;
}

static void writes_and_reads(void **state)
{
    (void)state;
    enum { size = 300000 };
    char *bytes = malloc(size), *back = malloc(size + 8);
    assert_non_null(bytes);
    assert_non_null(back);
    for (size_t i = 0; i < size; i++) bytes[i] = (char)(i * 7);
    int fd = temporary();
    size_t got = 0;
    assert_int_equal(rs_io_fd_write(fd, bytes, 100000, NULL), RSIFT_OK);
    assert_int_equal(rs_io_fd_write(fd, bytes + 100000, size - 100000, NULL), RSIFT_OK);
    assert_int_equal(rs_io_fd_write(fd, bytes, 0, NULL), RSIFT_OK);
    assert_int_equal(rs_io_fd_read(fd, 0, back, size + 8, &got, NULL), RSIFT_OK);
    assert_int_equal(got, size);
    assert_memory_equal(back, bytes, size);
    assert_int_equal(rs_io_fd_read(fd, size - 5, back, 100, &got, NULL), RSIFT_OK);
    assert_int_equal(got, 5);
    assert_memory_equal(back, bytes + size - 5, 5);
    assert_int_equal(rs_io_fd_read(fd, size + 5, back, 100, &got, NULL), RSIFT_OK);
    assert_int_equal(got, 0);
    close(fd);
    free(bytes);
    free(back);
}

static void names_what_failed(void **state)
{
    (void)state;
    rsift_error err = {0};
    size_t got;
    char bytes[8] = {0};
    int full = open("/dev/full", O_WRONLY);
    assert_true(full >= 0);
    assert_int_equal(rs_io_fd_write(full, bytes, 8, &err), RSIFT_E_IO);
    assert_non_null(strstr(err.message, "cannot write: No space"));
    close(full);
    int write_only = open("/dev/null", O_WRONLY);
    assert_true(write_only >= 0);
    assert_int_equal(rs_io_fd_read(write_only, 3, bytes, 8, &got, &err), RSIFT_E_IO);
    assert_string_equal(err.where, "byte 3");
    close(write_only);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_and_reads),
        cmocka_unit_test(names_what_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
