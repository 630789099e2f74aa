/* Reading and writing last-mix.json. */
#include "session/attempt.h"

#include "codec/json.h"
#include "codec/json_writer.h"
#include "io/io.h"

#include <stdio.h>
#include <unistd.h>

static rs_str path_of(const rs_session *session, rs_arena *arena)
{
    return session->workspace.ptr
               ? rs_arena_join(arena, session->workspace, RS_STR("/last-mix.json"), RS_STR(""))
               : (rs_str){NULL, 0};
}

#define HASH_KEY ",\"hash\":\""

/* Appends the hash of the object so far as its last member. */
static void seal(rs_buf *b)
{
    char print[RS_ID_TEXT];
    if (b->failed || b->len == 0) return;
    b->len--; /* the closing brace */
    rs_buf_printf(b, HASH_KEY "%s\"}", rs_id_text(print, rs_hash128(b->ptr, b->len)));
}

/* Do the bytes end in the hash of what stands before? */
static bool is_sealed(rs_str bytes)
{
    const size_t tail = strlen(HASH_KEY) + RS_ID_TEXT - 1 + strlen("\"}");
    char print[RS_ID_TEXT], expected[96];
    if (bytes.len < tail) return false;
    const rs_id id = rs_hash128(bytes.ptr, bytes.len - tail);
    snprintf(expected, sizeof expected, HASH_KEY "%s\"}", rs_id_text(print, id));
    return rs_str_eq(rs_str_sub(bytes, bytes.len - tail, bytes.len), rs_str_of(expected));
}

static void put_text(rs_json_writer *w, const char *key, rs_str text)
{
    if (text.ptr) rs_json_field_str(w, key, text);
}

void rs_attempt_write(const rs_session *session, const rs_attempt *attempt)
{
    rs_arena arena = {0};
    rs_buf b = {0};
    rs_io_out *out = NULL;
    const rs_str path = path_of(session, &arena);
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.last-mix/1");
    put_text(&w, "recipe", attempt->recipe);
    put_text(&w, "made_at", attempt->made_at);
    put_text(&w, "mixture_id", attempt->mixture_id);
    put_text(&w, "why", attempt->why);
    rs_json_end_object(&w);
    if (path.ptr) rs_io_out_sweep_flat(session->workspace);
    seal(&b);
    if (path.ptr && !b.failed && rs_io_out_open(path, &out, NULL) == RSIFT_OK) {
        if (rs_io_out_write(out, b.ptr, b.len, NULL) == RSIFT_OK) (void)rs_io_out_commit(out, NULL);
        else rs_io_out_discard(out);
    }
    rs_buf_fini(&b);
    rs_arena_fini(&arena);
}

static rs_str text_of(rs_arena *arena, const rs_json *root, const char *key)
{
    const rs_str text = rs_json_str(rs_json_get(root, key));
    return text.ptr ? rs_arena_str(arena, text) : text;
}

rs_attempt rs_attempt_read(const rs_session *session, rs_arena *arena)
{
    rs_attempt out = {0};
    const rs_attempt damaged = {.recipe = RS_STR("last-mix.json"),
                                .made_at = RS_STR("damaged"),
                                .why = RS_STR("it is not as it was written")};
    const rs_str path = path_of(session, arena);
    const rs_io_options options = {.keep_archives_closed = true};
    rs_io_tree *tree = NULL;
    if (!path.ptr || access(path.ptr, F_OK) != 0) return out;
    if (rs_io_tree_open(path, &options, &tree, NULL) != RSIFT_OK) return damaged;
    rs_str bytes = {NULL, 0};
    const rs_json *root = NULL;
    if (rs_io_n_members(tree) == 1 && rs_io_slurp(tree, 0, arena, &bytes, NULL) == RSIFT_OK &&
        is_sealed(bytes) && rs_json_parse(arena, bytes, NULL, &root, NULL) == RSIFT_OK) {
        out.recipe = text_of(arena, root, "recipe");
        out.made_at = text_of(arena, root, "made_at");
        out.mixture_id = text_of(arena, root, "mixture_id");
        out.why = text_of(arena, root, "why");
    } else {
        out = damaged;
    }
    rs_io_tree_close(tree);
    return out;
}
