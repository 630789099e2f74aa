/* Writing and reading the parts of a record that several layouts share. */
#include "writers/record.h"

#include "base/num.h"

void rs_writer_put_id(rs_json_writer *w, const rs_rendered *r)
{
    char id[RS_ID_TEXT], repeat[16] = "";
    /* Repeats are counted from 2 in ids; the sample itself has no suffix. */
    if (r->repeat) snprintf(repeat, sizeof repeat, "-%llu", (unsigned long long)r->repeat + 1);
    const rs_str parts[2] = {rs_str_of(rs_id_text(id, r->id)), rs_str_of(repeat)};
    rs_json_write_key(w, "id");
    rs_json_write_parts(w, parts, 2);
}

/* A path below `root`; an absolute one stays as it is. */
static void put_path(rs_json_writer *w, rs_str root, rs_str path)
{
    if (root.len == 0 || rs_str_starts(path, RS_STR("/"))) {
        rs_json_write_str(w, path);
        return;
    }
    const rs_str slash = rs_str_ends(root, RS_STR("/")) ? RS_STR("") : RS_STR("/");
    const rs_str parts[3] = {root, slash, path};
    rs_json_write_parts(w, parts, 3);
}

void rs_writer_put_images(rs_json_writer *w, const rs_rendered *r, rs_str root)
{
    rs_json_field_array(w, "images");
    for (uint32_t i = 0; i < r->n_images; i++) put_path(w, root, r->images[i]);
    rs_json_end_array(w);
}

bool rs_writer_has_image_list(const rs_writer_set *set, const rs_rendered *r)
{
    return r->n_images > 1 || (r->n_images == 1 && set->image_lists);
}

void rs_writer_put_image(rs_json_writer *w, const rs_writer_set *set, const rs_rendered *r)
{
    if (r->n_images == 0) return;
    if (!rs_writer_has_image_list(set, r)) {
        rs_json_field_str(w, "image", r->images[0]);
        return;
    }
    rs_json_field_array(w, "image");
    for (uint32_t i = 0; i < r->n_images; i++) rs_json_write_str(w, r->images[i]);
    rs_json_end_array(w);
}

void rs_writer_put_conversations(rs_json_writer *w, const rs_rendered *r)
{
    rs_str system = {0};
    rs_json_field_array(w, "conversations");
    for (uint32_t i = 0; i < r->n_messages; i++) {
        const rs_message *m = &r->messages[i];
        if (m->role == RS_MESSAGE_SYSTEM) {
            system = m->text;
            continue;
        }
        /* The turn is spelled at once: most of a record is turns. */
        rs_buf *turn = rs_json_value_buf(w);
        rs_buf_str(turn, m->role == RS_MESSAGE_USER ? RS_STR("{\"from\":\"human\",\"value\":\"")
                                                    : RS_STR("{\"from\":\"gpt\",\"value\":\""));
        /* The system text goes in front of the first turn after it. */
        rs_json_put_letters(turn, system);
        if (system.len) rs_buf_cstr(turn, "\\n");
        rs_json_put_letters(turn, m->text);
        rs_buf_cstr(turn, "\"}");
        system = (rs_str){0};
    }
    rs_json_end_array(w);
}

rsift_status rs_writer_record_llava(const rs_writer_set *set, const rs_rendered *r,
                                    rs_json_writer *w, rsift_error *err)
{
    rs_json_begin_object(w);
    rs_writer_put_id(w, r);
    rs_writer_put_image(w, set, r);
    rs_writer_put_conversations(w, r);
    rs_json_end_object(w);
    return rs_json_finish(w, "a record", err);
}

void rs_writer_put_line(rs_json_writer *w, const char *blank, rs_str key)
{
    rs_json_blank(w, blank);
    rs_json_write_key_str(w, key);
    rs_json_blank(w, " ");
}

rsift_status rs_writer_finish_sidecar(rs_json_writer *w, const rs_writer_sink *sink,
                                      const char *file, rsift_error *err)
{
    rs_json_blank(w, "\n");
    rs_json_end_object(w);
    rs_buf_char(w->buf, '\n');
    rsift_status status = rs_json_finish(w, file, err);
    if (status == RSIFT_OK)
        status = sink->write(sink->ctx, rs_str_of(file), w->buf->ptr, w->buf->len, err);
    /* Freed in any case: the caller gave the buffer away. */
    rs_buf_fini(w->buf);
    return status;
}

/* ---- reading back --------------------------------------------------------------------------- */

/* The speaker by LLaVA's words or those of chat records. */
static bool role_of(rs_str word, rs_message_role *out)
{
    if (rs_str_eq(word, RS_STR("human")) || rs_str_eq(word, RS_STR("user"))) *out = RS_MESSAGE_USER;
    else if (rs_str_eq(word, RS_STR("gpt")) || rs_str_eq(word, RS_STR("assistant")))
        *out = RS_MESSAGE_ASSISTANT;
    else if (rs_str_eq(word, RS_STR("system"))) *out = RS_MESSAGE_SYSTEM;
    else return false;
    return true;
}

/* The turns, with the system text as the first message; LLaVA's keys or those of chat records. */
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
    /* LLaMA-Factory's column, which is "" where there is no system text. */
    if (system.len) messages[n++] = (rs_message){RS_MESSAGE_SYSTEM, system};
    rs_json_iter it = rs_json_each(list);
    for (const rs_json *item; (item = rs_json_next(&it, NULL)); n++) {
        rs_str role = rs_json_str(rs_json_get(item, llava ? "from" : "role"));
        messages[n].text = rs_json_str(rs_json_get(item, llava ? "value" : "content"));
        if (!messages[n].text.ptr || !role_of(role, &messages[n].role))
            return rs_err_set(err, RSIFT_E_FORMAT, "turn %u: expected a known speaker and a text",
                              n);
    }
    out->messages = messages;
    out->n_messages = n;
    return RSIFT_OK;
}

/* The pictures: one path, a list of them, or none. */
static rsift_status read_images(rs_arena *arena, const rs_json *root, rs_rendered *out,
                                rsift_error *err)
{
    const rs_json *value = rs_json_get(root, "image");
    /* `image` is LLaVA's key, a path or a list; `images` is always a list. */
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

/* "<32 hex digits>" or "<32 hex digits>-<repeat, counted from 2>"; other ids are left zero. */
static void read_id(rs_str id, rs_rendered *out)
{
    size_t dash = rs_str_find_char(id, '-');
    int64_t repeat = 0;
    (void)rs_id_parse(rs_str_sub(id, 0, dash == RS_NPOS ? id.len : dash), &out->id);
    /* Anything but a repeat of ours after the dash is left alone. */
    if (dash != RS_NPOS && rs_num_i64(rs_str_sub(id, dash + 1, id.len), &repeat) && repeat > 1 &&
        repeat <= UINT32_MAX)
        out->repeat = (uint32_t)repeat - 1;
}

rsift_status rs_writer_parse(rs_arena *arena, rs_str record, const rs_json **root, rsift_error *err)
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

rsift_status rs_writer_read_json(rs_arena *arena, rs_str record, rs_rendered *out, rsift_error *err)
{
    const rs_json *root = NULL;
    RS_TRY(rs_writer_parse(arena, record, &root, err));
    return rs_writer_read_root(arena, root, out, err);
}
