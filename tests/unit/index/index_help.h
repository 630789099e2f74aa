/* Shared by the tests of this room: a fresh folder, files in it, small pictures. */
#ifndef INDEX_HELP_H
#define INDEX_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "io/io.h"

#define OK(call)                                                                     \
    do {                                                                             \
        rsift_error e_ = {0};                                                        \
        rsift_error *err = &e_;                                                      \
        if ((call) != RSIFT_OK) fail_msg("%s: %s: %s", #call, e_.where, e_.message); \
    } while (0)

static inline void fresh_folder(char out[64])
{
    snprintf(out, 64, "/tmp/rsift-index-XXXXXX");
    assert_non_null(mkdtemp(out));
}

static inline void remove_folder(const char *path)
{
    OK(rs_io_remove_tree(rs_str_of(path), err));
}

static inline void write_file(const char *dir, const char *name, rs_str bytes)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, f), bytes.len);
    assert_int_equal(fclose(f), 0);
}

/* The limits stay with the tree, so they are the caller's. */
static inline rs_io_tree *open_tree(const char *path, const rsift_limits *limits)
{
    rs_io_tree *tree = NULL;
    const rs_io_options options = {.limits = limits};
    OK(rs_io_tree_open(rs_str_of(path), &options, &tree, err));
    return tree;
}

/* The first bytes of a 16 x 8 JPEG up to its coded data. */
static const char jpeg_head[] = "\xff\xd8"
                                "\xff\xc0\x00\x0b\x08\x00\x08\x00\x10\x01\x01\x11\x00"
                                "\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00";
enum { JPEG_HEAD = sizeof jpeg_head - 1 };

#endif
