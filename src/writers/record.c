/* Writing and reading the parts that several formats share. */
#include "writers/record.h"

#include <inttypes.h>

void rs_writer_put_id(rs_buf *out, const rs_rendered *r)
{
    char text[RS_ID_TEXT];
    rs_buf_char(out, '"');
    rs_buf_add(out, rs_id_text(text, r->id), RS_ID_TEXT - 1);
    if (r->repeat) {
        rs_buf_char(out, '-');
        rs_buf_u64(out, (uint64_t)r->repeat + 1);
    }
    rs_buf_char(out, '"');
}

/* Two texts as one JSON string, without joining them first. */
static void put_joined(rs_buf *out, rs_str a, rs_str between, rs_str b)
{
    const rs_str parts[3] = {a, between, b};
    rs_buf_char(out, '"');
    for (int i = 0; i < 3; i++) {
        size_t at = out->len;
        if (parts[i].len == 0) continue;
        rs_json_put_str(out, parts[i]);
        if (out->failed) return;
        memmove(out->ptr + at, out->ptr + at + 1, out->len - at - 2); /* without its quotes */
        out->len -= 2;
    }
    rs_buf_char(out, '"');
}

static void put_path(rs_buf *out, rs_str root, rs_str path)
{
    if (root.len == 0 || rs_str_starts(path, RS_STR("/"))) rs_json_put_str(out, path);
    else put_joined(out, root, rs_str_ends(root, RS_STR("/")) ? RS_STR("") : RS_STR("/"), path);
}

static void put_list(rs_buf *out, const rs_rendered *r, rs_str root)
{
    rs_buf_char(out, '[');
    for (uint32_t i = 0; i < r->n_images; i++) {
        if (i) rs_buf_char(out, ',');
        put_path(out, root, r->images[i]);
    }
    rs_buf_char(out, ']');
}

void rs_writer_put_image(rs_buf *out, const rs_rendered *r)
{
    if (r->n_images == 0) return; /* the key alone would make it a picture record */
    rs_json_put_key(out, "image");
    if (r->n_images == 1) rs_json_put_str(out, r->images[0]);
    else put_list(out, r, RS_STR(""));
}

void rs_writer_put_images(rs_buf *out, const rs_rendered *r, rs_str root)
{
    rs_json_put_key(out, "images");
    put_list(out, r, root);
}

void rs_writer_put_conversations(rs_buf *out, const rs_rendered *r)
{
    rs_json_put_key(out, "conversations");
    rs_buf_char(out, '[');
    rs_str system = {0};
    bool first = true;
    for (uint32_t i = 0; i < r->n_messages; i++) {
        const rs_message *m = &r->messages[i];
        if (m->role == RS_MESSAGE_SYSTEM) {
            system = m->text;
            continue;
        }
        if (!first) rs_buf_char(out, ',');
        first = false;
        if (m->role == RS_MESSAGE_USER) rs_buf_add(out, "{\"from\":\"human\",\"value\":", 24);
        else rs_buf_add(out, "{\"from\":\"gpt\",\"value\":", 22);
        if (system.len) put_joined(out, system, RS_STR("\n"), m->text);
        else rs_json_put_str(out, m->text);
        system = (rs_str){0};
        rs_buf_char(out, '}');
    }
    rs_buf_char(out, ']');
}

rsift_status rs_writer_done(const rs_buf *out, rsift_error *err)
{
    return out->failed ? rs_err_nomem(err, "a record") : RSIFT_OK;
}

/* ---- reading back --------------------------------------------------------------------------- */

static bool role_of(rs_str word, rs_message_role *out)
{
    if (rs_str_eq(word, RS_STR("human")) || rs_str_eq(word, RS_STR("user"))) *out = RS_MESSAGE_USER;
    else if (rs_str_eq(word, RS_STR("gpt")) || rs_str_eq(word, RS_STR("assistant")))
        *out = RS_MESSAGE_ASSISTANT;
    else if (rs_str_eq(word, RS_STR("system"))) *out = RS_MESSAGE_SYSTEM;
    else return false;
    return true;
}

static rsift_status read_messages(rs_arena *arena, const rs_json *root, rs_rendered *out,
                                  rsift_error *err)
{
    const rs_json *list = rs_json_get(root, "conversations");
    bool llava = list != NULL;
    if (!list) list = rs_json_get(root, "messages");
    if (rs_json_kind(list) != RS_JSON_ARRAY)
        return rs_err_set(err, RSIFT_E_FORMAT, "expected conversations or messages, found %s",
                          rs_json_kind_name(rs_json_kind(list)));
    rs_message *messages = rs_arena_calloc(arena, rs_json_len(list) + 1, sizeof *messages);
    if (!messages) return rs_err_nomem(err, "messages");
    uint32_t n = 0;
    rs_str system = rs_json_str(rs_json_get(root, "system"));
    if (system.len) messages[n++] = (rs_message){RS_MESSAGE_SYSTEM, system};
    rs_json_iter it = rs_json_each(list);
    for (const rs_json *item; (item = rs_json_next(&it, NULL)); n++) {
        rs_str role = rs_json_str(rs_json_get(item, llava ? "from" : "role"));
        messages[n].text = rs_json_str(rs_json_get(item, llava ? "value" : "content"));
        if (!messages[n].text.ptr || !role_of(role, &messages[n].role))
            return rs_err_set(err, RSIFT_E_FORMAT, "turn %u has no known speaker or no text", n);
    }
    out->messages = messages;
    out->n_messages = n;
    return RSIFT_OK;
}

static rsift_status read_images(rs_arena *arena, const rs_json *root, rs_rendered *out,
                                rsift_error *err)
{
    const rs_json *value = rs_json_get(root, "image");
    if (!value) value = rs_json_get(root, "images");
    if (!value) return RSIFT_OK;
    bool list = rs_json_kind(value) == RS_JSON_ARRAY;
    size_t n = list ? rs_json_len(value) : 1;
    rs_str *images = rs_arena_calloc(arena, n + 1, sizeof *images);
    if (!images) return rs_err_nomem(err, "pictures");
    rs_json_iter it = rs_json_each(value);
    for (size_t i = 0; i < n; i++) {
        images[i] = rs_json_str(list ? rs_json_next(&it, NULL) : value);
        if (!images[i].ptr) return rs_err_set(err, RSIFT_E_FORMAT, "picture %zu has no name", i);
    }
    out->images = images;
    out->n_images = (uint32_t)n;
    return RSIFT_OK;
}

static void read_id(rs_str id, rs_rendered *out)
{
    size_t dash = rs_str_find_char(id, '-');
    (void)rs_id_parse(rs_str_sub(id, 0, dash == RS_NPOS ? id.len : dash), &out->id);
    uint32_t repeat = 0;
    for (size_t i = dash + 1; dash != RS_NPOS && i < id.len && repeat < 100000000; i++)
        repeat =
            repeat * 10 + (uint32_t)(id.ptr[i] >= '0' && id.ptr[i] <= '9' ? id.ptr[i] - '0' : 0);
    out->repeat = repeat ? repeat - 1 : 0;
}

rsift_status rs_format_parse(rs_arena *arena, rs_str record, const rs_json **root, rsift_error *err)
{
    RS_TRY(rs_json_parse(arena, record, NULL, root, err));
    if (rs_json_kind(*root) == RS_JSON_OBJECT) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_FORMAT, "expected an object, found %s",
                      rs_json_kind_name(rs_json_kind(*root)));
}

rsift_status rs_writer_read_root(rs_arena *arena, const rs_json *root, rs_rendered *out,
                                 rsift_error *err)
{
    *out = (rs_rendered){0};
    rs_str id = rs_json_str(rs_json_get(root, "id"));
    if (id.ptr) read_id(id, out);
    RS_TRY(read_messages(arena, root, out, err));
    return read_images(arena, root, out, err);
}

rsift_status rs_writer_read(rs_arena *arena, rs_str record, rs_rendered *out, rsift_error *err)
{
    const rs_json *root = NULL;
    RS_TRY(rs_format_parse(arena, record, &root, err));
    return rs_writer_read_root(arena, root, out, err);
}
