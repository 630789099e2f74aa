/* Shared by the tests of this folder: a folder of files that is removed at the end. */
#ifndef RS_TEST_EMIT_TEMPORARY_H
#define RS_TEST_EMIT_TEMPORARY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "io/io.h"

static char root[] = "/tmp/rsift-emit-XXXXXX";

static int make_root(void **state)
{
    (void)state;
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    (void)state;
    return rs_io_remove_tree(rs_str_of(root), NULL) == RSIFT_OK ? 0 : -1;
}

/* The path of a file of the folder; good for three more calls. */
static const char *in_root(const char *name)
{
    static char paths[4][128];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", root, name);
    return path;
}

__attribute__((unused)) static bool is_there(const char *name)
{
    struct stat st;
    return stat(in_root(name), &st) == 0;
}

#endif
