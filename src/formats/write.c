/* Shared pieces of the record formats. */
#include "formats/write.h"

void rs_write_conversations(const rs_rendered *r, rs_buf *out)
{
    static const char *const speakers[] = {"system", "human", "gpt"};
    rs_buf_char(out, '[');
    for (uint32_t i = 0; i < r->n_messages; i++) {
        rs_buf_cstr(out, i ? ",{\"from\":\"" : "{\"from\":\"");
        rs_buf_cstr(out, speakers[r->messages[i].role]);
        rs_buf_cstr(out, "\",\"value\":");
        rs_json_put_str(out, r->messages[i].text);
        rs_buf_char(out, '}');
    }
    rs_buf_char(out, ']');
}

static void put_path(rs_buf *out, rs_str prefix, rs_str path)
{
    if (prefix.len == 0 || (path.len && path.ptr[0] == '/')) {
        rs_json_put_str(out, path);
        return;
    }
    rs_buf whole = {0};
    rs_buf_str(&whole, prefix);
    if (prefix.ptr[prefix.len - 1] != '/') rs_buf_char(&whole, '/');
    rs_buf_str(&whole, path);
    out->failed = out->failed || whole.failed;
    rs_json_put_str(out, rs_buf_view(&whole));
    rs_buf_fini(&whole);
}

void rs_write_images(const char *key, const rs_rendered *r, rs_str prefix, bool list, rs_buf *out)
{
    if (r->n_images == 0) return;
    rs_json_put_key(out, key);
    bool many = list || r->n_images > 1;
    if (many) rs_buf_char(out, '[');
    for (uint32_t i = 0; i < r->n_images; i++) {
        if (i) rs_buf_char(out, ',');
        put_path(out, prefix, r->images[i]);
    }
    if (many) rs_buf_char(out, ']');
}

static rs_message_role role_of(rs_str word)
{
    if (rs_str_eq(word, RS_STR("system"))) return RS_MESSAGE_SYSTEM;
    return rs_str_eq(word, RS_STR("human")) || rs_str_eq(word, RS_STR("user")) ? RS_MESSAGE_USER : RS_MESSAGE_ASSISTANT;
}

static rsift_status read_messages(rs_arena *arena, const rs_json *turns, rs_rendered *out, rsift_error *err)
{
    rs_message *messages = rs_arena_calloc(arena, rs_json_len(turns) + 1, sizeof *messages);
    if (!messages) return rs_err_nomem(err, "messages");
    rs_json_iter it = rs_json_each(turns);
    for (const rs_json *turn; (turn = rs_json_next(&it, NULL));) {
        const rs_json *from = rs_json_get(turn, "from"), *value = rs_json_get(turn, "value");
        if (!from) from = rs_json_get(turn, "role");
        if (!value) value = rs_json_get(turn, "content");
        rs_str text = rs_json_str(value);
        if (!text.ptr) return rs_err_set(err, RSIFT_E_FORMAT, "a turn without text");
        messages[out->n_messages++] = (rs_message){role_of(rs_json_str(from)), text};
    }
    out->messages = messages;
    return RSIFT_OK;
}

rsift_status rs_read_record(rs_arena *arena, rs_str record, rs_rendered *out, rsift_error *err)
{
    rsift_limits limits = rsift_limits_default();
    const rs_json *root;
    *out = (rs_rendered){0};
    RS_TRY(rs_json_parse(arena, record, &limits, &root, err));
    const rs_json *turns = rs_json_get(root, "conversations"), *images = rs_json_get(root, "images");
    if (!turns) turns = rs_json_get(root, "messages");
    if (!images) images = rs_json_get(root, "image");
    if (rs_json_kind(turns) != RS_JSON_ARRAY) return rs_err_set(err, RSIFT_E_FORMAT, "a record without turns");
    RS_TRY(read_messages(arena, turns, out, err));
    rs_str *paths = rs_arena_calloc(arena, rs_json_len(images) + 1, sizeof *paths);
    if (!paths) return rs_err_nomem(err, "pictures");
    if (rs_json_kind(images) == RS_JSON_STR) {
        paths[out->n_images++] = rs_json_str(images);
    } else {
        rs_json_iter it = rs_json_each(images);
        for (const rs_json *v; (v = rs_json_next(&it, NULL));) paths[out->n_images++] = rs_json_str(v);
    }
    out->images = paths;
    return RSIFT_OK;
}
