/* Shared by the tests of room io: a folder that is removed again, small writers of zips and tars,
 * and a listing of a tree as one text, so that a test compares two strings. */
#ifndef RS_TEST_IO_SUPPORT_H
#define RS_TEST_IO_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "io/io.h"

#include <fcntl.h>
#include <inttypes.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAYBE_UNUSED __attribute__((unused))

static char test_root[256];

MAYBE_UNUSED static int make_root(void **state)
{
    (void)state;
    snprintf(test_root, sizeof test_root, "%s/rsift-io-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    return mkdtemp(test_root) ? 0 : -1;
}

MAYBE_UNUSED static int drop_root(void **state)
{
    (void)state;
    return rs_io_remove_tree(rs_str_of(test_root), NULL) == RSIFT_OK ? 0 : -1;
}

/* "<root>/<name>", valid until four calls later. */
MAYBE_UNUSED static const char *in_root(const char *name)
{
    static char paths[4][1024];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", test_root, name);
    return paths[turn];
}

MAYBE_UNUSED static void make_dir(const char *name)
{
    assert_int_equal(rs_io_make_dirs(rs_str_of(in_root(name)), NULL), RSIFT_OK);
}

MAYBE_UNUSED static void write_file(const char *name, const void *bytes, size_t n)
{
    FILE *out = fopen(in_root(name), "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, n, out), n);
    assert_int_equal(fclose(out), 0);
}

MAYBE_UNUSED static void write_text(const char *name, const char *text)
{
    write_file(name, text, rs_str_of(text).len);
}

MAYBE_UNUSED static void write_buf(const char *name, const rs_buf *buf)
{
    assert_false(buf->failed);
    write_file(name, buf->ptr, buf->len);
}

/* Zip ---- */

typedef struct zip_member {
    const char *name;
    const void *bytes;
    size_t n;
    int method; /* 0 or 8; others are written stored under that number */
    unsigned flags;
    const char *unicode;     /* a 0x7075 field with this name */
    uint32_t mode;           /* unix mode, 0 = none */
    bool zip64;              /* all sizes in the zip64 field */
    uint32_t lie_n, lie_crc; /* added to the true values */
    bool at_previous;        /* its entry points at the member before */
} zip_member;

static void put16(rs_buf *b, unsigned v)
{
    rs_buf_char(b, (char)(v & 255));
    rs_buf_char(b, (char)(v >> 8 & 255));
}

static void put32(rs_buf *b, uint64_t v)
{
    put16(b, (unsigned)(v & 0xffff));
    put16(b, (unsigned)(v >> 16 & 0xffff));
}

static void put64(rs_buf *b, uint64_t v)
{
    put32(b, v);
    put32(b, v >> 32);
}

static void zip_extra(rs_buf *b, const zip_member *m, size_t n_packed, uint64_t at)
{
    rs_str name = rs_str_of(m->name);
    if (m->zip64) {
        put16(b, 1);
        put16(b, 24);
        put64(b, m->n + m->lie_n);
        put64(b, n_packed);
        put64(b, at);
    }
    if (m->unicode) {
        rs_str u = rs_str_of(m->unicode);
        put16(b, 0x7075);
        put16(b, (unsigned)u.len + 5);
        rs_buf_char(b, 1);
        put32(b, libdeflate_crc32(0, name.ptr, name.len));
        rs_buf_str(b, u);
    }
}

static void zip_central(rs_buf *dir, const zip_member *m, size_t n_packed, uint64_t at)
{
    rs_buf extra = {0};
    rs_str name = rs_str_of(m->name);
    zip_extra(&extra, m, n_packed, at);
    rs_buf_add(dir, "PK\1\2", 4);
    put16(dir, m->mode ? 3 << 8 | 20 : 20);
    put16(dir, 45);
    put16(dir, m->flags);
    put16(dir, (unsigned)m->method);
    put32(dir, 0);
    put32(dir, libdeflate_crc32(0, m->bytes, m->n) + m->lie_crc);
    put32(dir, m->zip64 ? UINT32_MAX : n_packed);
    put32(dir, m->zip64 ? UINT32_MAX : m->n + m->lie_n);
    put16(dir, (unsigned)name.len);
    put16(dir, (unsigned)extra.len);
    put16(dir, 0);
    put16(dir, 0);
    put16(dir, 0);
    put32(dir, (uint64_t)m->mode << 16);
    put32(dir, m->zip64 ? UINT32_MAX : at);
    rs_buf_str(dir, name);
    rs_buf_str(dir, rs_buf_view(&extra));
    rs_buf_fini(&extra);
}

static size_t zip_local(rs_buf *out, const zip_member *m)
{
    char *packed = malloc(m->n + 1024);
    size_t n_packed = m->n;
    if (m->method == 8) {
        struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
        n_packed = libdeflate_deflate_compress(c, m->bytes, m->n, packed, m->n + 1024);
        libdeflate_free_compressor(c);
        assert_true(n_packed > 0);
    } else if (m->n) {
        memcpy(packed, m->bytes, m->n);
    }
    rs_str name = rs_str_of(m->name);
    rs_buf_add(out, "PK\3\4", 4);
    put16(out, 45);
    put16(out, m->flags);
    put16(out, (unsigned)m->method);
    put32(out, 0);
    put32(out, m->flags & 8 ? 0 : libdeflate_crc32(0, m->bytes, m->n));
    put32(out, m->flags & 8 ? 0 : n_packed);
    put32(out, m->flags & 8 ? 0 : m->n);
    put16(out, (unsigned)name.len);
    put16(out, 0);
    rs_buf_str(out, name);
    rs_buf_add(out, packed, n_packed);
    if (m->flags & 8) {
        rs_buf_add(out, "PK\7\10", 4);
        put32(out, libdeflate_crc32(0, m->bytes, m->n));
        put32(out, n_packed);
        put32(out, m->n);
    }
    free(packed);
    return n_packed;
}

/* Appends a zip. `end64` writes the zip64 end record; offsets count from the buffer's begin less
 * `shift` bytes. */
MAYBE_UNUSED static void zip_write(rs_buf *out, const zip_member *members, size_t n, bool end64,
                                   size_t shift)
{
    rs_buf dir = {0};
    uint64_t at = 0;
    for (size_t i = 0; i < n; i++) {
        size_t n_packed = members[i].n;
        if (!members[i].at_previous) {
            at = out->len - shift;
            n_packed = zip_local(out, &members[i]);
        }
        zip_central(&dir, &members[i], n_packed, at);
    }
    uint64_t begin = out->len - shift, n_dir = dir.len;
    rs_buf_str(out, rs_buf_view(&dir));
    rs_buf_fini(&dir);
    uint64_t at64 = out->len - shift;
    if (end64) {
        rs_buf_add(out, "PK\6\6", 4);
        put64(out, 44);
        put16(out, 45);
        put16(out, 45);
        put32(out, 0);
        put32(out, 0);
        put64(out, n);
        put64(out, n);
        put64(out, n_dir);
        put64(out, begin);
        rs_buf_add(out, "PK\6\7", 4);
        put32(out, 0);
        put64(out, at64);
        put32(out, 1);
    }
    rs_buf_add(out, "PK\5\6", 4);
    put16(out, 0);
    put16(out, 0);
    put16(out, end64 ? 0xffff : (unsigned)(n & 0xffff));
    put16(out, end64 ? 0xffff : (unsigned)(n & 0xffff));
    put32(out, end64 ? UINT32_MAX : n_dir);
    put32(out, end64 ? UINT32_MAX : begin);
    put16(out, 0);
}

/* Tar ---- */

/* One ustar member; `type` '0' regular. */
MAYBE_UNUSED static void tar_add(rs_buf *out, const char *name, char type, const void *bytes,
                                 size_t n)
{
    char h[512] = {0};
    unsigned sum = 0;
    snprintf(h, 100, "%s", name);
    snprintf(h + 100, 8, "%07o", 0644u);
    snprintf(h + 108, 8, "%07o", 0u);
    snprintf(h + 116, 8, "%07o", 0u);
    snprintf(h + 124, 12, "%011zo", n);
    snprintf(h + 136, 12, "%011o", 0u);
    memset(h + 148, ' ', 8);
    h[156] = type;
    memcpy(h + 257, "ustar\00000", 8);
    for (size_t i = 0; i < 512; i++) sum += (unsigned char)h[i];
    snprintf(h + 148, 8, "%06o", sum);
    rs_buf_add(out, h, 512);
    rs_buf_add(out, bytes, n);
    while (out->len % 512) rs_buf_char(out, 0);
}

MAYBE_UNUSED static void tar_end(rs_buf *out)
{
    static const char zeros[1024];
    rs_buf_add(out, zeros, sizeof zeros);
}

/* Trees ---- */

/* Where the error is and what it says, in one text. */
MAYBE_UNUSED static const char *told(const rsift_error *err)
{
    static char text[1024];
    snprintf(text, sizeof text, "%s | %s", err->where, err->message);
    return text;
}

MAYBE_UNUSED static rs_io_tree *open_tree(const char *name)
{
    rs_io_tree *tree = NULL;
    rsift_error err = {0};
    if (rs_io_tree_open(rs_str_of(in_root(name)), NULL, &tree, &err) != RSIFT_OK)
        fail_msg("%s: %s", name, told(&err));
    return tree;
}

MAYBE_UNUSED static const char *contents(const rs_io_tree *tree, size_t i, rs_arena *arena)
{
    rs_str bytes;
    rsift_error err = {0};
    if (rs_io_slurp(tree, i, arena, &bytes, &err) != RSIFT_OK)
        return rs_arena_printf(arena, "(%s)", told(&err)).ptr;
    return bytes.ptr;
}

/* "path=contents\n" for each member, then "! code chain\n" for each note. */
MAYBE_UNUSED static const char *listing(const rs_io_tree *tree, rs_arena *arena)
{
    rs_buf buf = {0};
    for (size_t i = 0; i < rs_io_n_members(tree); i++) {
        rs_buf_str(&buf, rs_io_member_at(tree, i)->path);
        rs_buf_char(&buf, '=');
        rs_buf_cstr(&buf, contents(tree, i, arena));
        rs_buf_char(&buf, '\n');
    }
    for (size_t i = 0; i < rs_io_n_notes(tree); i++) {
        const rs_io_note *note = rs_io_note_at(tree, i);
        rs_buf_printf(&buf, "! %s %.*s\n", note->code, RS_STR_ARG(note->chain));
    }
    const char *text = rs_arena_cstr(arena, rs_buf_view(&buf));
    rs_buf_fini(&buf);
    return text ? text : "";
}

MAYBE_UNUSED static void expect_listing(const char *name, const char *want)
{
    rs_arena arena = {0};
    rs_io_tree *tree = open_tree(name);
    assert_string_equal(listing(tree, &arena), want);
    rs_io_tree_close(tree);
    rs_arena_fini(&arena);
}

/* The tree must not open, and say this ("where | message", compared at its begin). */
MAYBE_UNUSED static void expect_refusal(const char *name, rsift_status want, const char *begin)
{
    rs_io_tree *tree = NULL;
    rsift_error err = {0};
    rsift_status status = rs_io_tree_open(rs_str_of(in_root(name)), NULL, &tree, &err);
    rs_io_tree_close(tree);
    if (status != want || !rs_str_starts(rs_str_of(told(&err)), rs_str_of(begin)))
        fail_msg("%s: status %d: %s", name, (int)status, told(&err));
}

/* n bytes that compress badly but are always the same. */
MAYBE_UNUSED static char *noise(size_t n)
{
    char *bytes = malloc(n + 1);
    uint64_t state = 88172645463325252u;
    assert_non_null(bytes);
    for (size_t i = 0; i < n; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes[i] = (char)(33 + state % 64);
    }
    bytes[n] = 0;
    return bytes;
}

#endif
