/* Shared by the fuzz targets of room io: bytes become a file in a folder of this process, in memory
 * where the system offers that, and the tree over it is listed and read to the end. */
#ifndef RS_FUZZ_IO_H
#define RS_FUZZ_IO_H

#include "io/io.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char fuzz_root[64];

static void fuzz_drop_root(void)
{
    rs_io_remove_tree(rs_str_of(fuzz_root), NULL);
}

static void fuzz_write(const char *name, const uint8_t *bytes, size_t n)
{
    char path[128];
    if (!fuzz_root[0]) {
        snprintf(fuzz_root, sizeof fuzz_root, "%s/rsift-fuzz-XXXXXX",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        RS_ASSERT(mkdtemp(fuzz_root));
        atexit(fuzz_drop_root);
    }
    snprintf(path, sizeof path, "%s/%s", fuzz_root, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    RS_ASSERT(fd >= 0);
    while (n > 0) {
        ssize_t k = write(fd, bytes, n);
        RS_ASSERT(k > 0);
        bytes += k;
        n -= (size_t)k;
    }
    close(fd);
}

/* The member's bytes by stream; its size when it declares one must be kept. */
static void fuzz_read(const rs_io_tree *tree, size_t member)
{
    char bytes[4096];
    rs_io_stream *stream;
    rsift_error err = {0};
    size_t got = 1;
    int64_t n = 0;
    if (rs_io_open(tree, member, &stream, &err) != RSIFT_OK) {
        RS_ASSERT(err.status != RSIFT_OK && err.where[0]);
        return;
    }
    rsift_status status = RSIFT_OK;
    while (status == RSIFT_OK && got > 0 && n < 8 << 20) {
        status = rs_io_read(stream, bytes, sizeof bytes, &got, &err);
        n += (int64_t)got;
    }
    rs_io_close(stream);
    int64_t promised = rs_io_member_at(tree, member)->n_bytes;
    RS_ASSERT(status != RSIFT_OK || got > 0 || promised < 0 || promised == n);
}

static void fuzz_check_name(const rs_io_tree *tree, size_t member)
{
    rs_arena arena = {0};
    bool changed;
    rs_str path = rs_io_member_at(tree, member)->path;
    RS_ASSERT(rs_io_clean_name(&arena, path, &changed).ptr && !changed);
    RS_ASSERT(rs_io_find(tree, path) != RS_NPOS);
    rs_arena_fini(&arena);
}

static rsift_status fuzz_see(void *ctx, size_t member, rs_io_stream *stream, const rsift_error *why,
                             rsift_error *err)
{
    char bytes[512];
    size_t got;
    (void)ctx;
    (void)member;
    RS_ASSERT(stream || why->where[0]);
    if (stream) (void)rs_io_read(stream, bytes, sizeof bytes, &got, err);
    return RSIFT_OK;
}

/* `rows`: what reads files of rows; NULL = they are plain files. */
__attribute__((unused)) static void fuzz_tree_with(const char *name, const uint8_t *bytes, size_t n,
                                                   const struct rs_io_rows_face *rows)
{
    enum { most = 64 };
    char path[128];
    size_t some[most];
    rsift_limits limits = rsift_limits_default();
    limits.max_spool = 4 << 20;
    limits.max_members = 10000;
    limits.max_record = 1 << 20;
    rs_io_options options = {.limits = &limits, .rows = rows};
    rs_io_tree *tree;
    rsift_error err = {0};
    fuzz_write(name, bytes, n);
    options.spool_dir = fuzz_root;
    snprintf(path, sizeof path, "%s/%s", fuzz_root, name);
    if (rs_io_tree_open(rs_str_of(path), &options, &tree, &err) == RSIFT_OK) {
        size_t n_members = rs_io_n_members(tree);
        if (n_members > most) n_members = most;
        for (size_t i = 0; i < n_members; i++) {
            fuzz_check_name(tree, i);
            fuzz_read(tree, i);
            some[i] = i;
        }
        RS_ASSERT(rs_io_visit(tree, some, n_members, fuzz_see, NULL, NULL) == RSIFT_OK);
        rs_io_tree_close(tree);
    } else {
        RS_ASSERT(err.status != RSIFT_OK && err.message[0]);
    }
    unlink(path);
}

__attribute__((unused)) static void fuzz_tree(const char *name, const uint8_t *bytes, size_t n)
{
    fuzz_tree_with(name, bytes, n, NULL);
}

#endif
