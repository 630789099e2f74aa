/* Paths on a command line: see typed.h. */
#include "release/typed.h"

#include "base/ascii.h"

/* A word for a POSIX shell: bare when it cannot mean anything else. */
static void put_word(rs_buf *out, rs_str word)
{
    bool bare = word.len > 0 && word.ptr[0] != '~';
    for (size_t i = 0; i < word.len; i++) {
        const char c = word.ptr[i];
        bare = bare && (rs_ascii_is_alnum(c) || strchr("/._-+=:@,~", c) || (unsigned char)c >= 128);
    }
    if (bare) {
        rs_buf_str(out, word);
        return;
    }
    rs_buf_char(out, '\'');
    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] == '\'') rs_buf_cstr(out, "'\\''");
        else rs_buf_char(out, word.ptr[i]);
    }
    rs_buf_char(out, '\'');
}

rs_str rs_typed_join(rs_arena *arena, rs_str path, rs_str below)
{
    while (path.len > 1 && path.ptr[path.len - 1] == '/') path.len--;
    if (!below.len) return rs_arena_str(arena, path);
    return rs_arena_join(arena, path, rs_str_ends(path, RS_STR("/")) ? RS_STR("") : RS_STR("/"),
                         below);
}

void rs_typed_path(rs_buf *out, rs_arena *arena, rs_str path, rs_str below)
{
    const rs_str joined = rs_typed_join(arena, path, below);
    if (!joined.ptr) out->failed = true;
    if (joined.len && joined.ptr[0] == '-') rs_buf_cstr(out, "./");
    put_word(out, joined);
}
