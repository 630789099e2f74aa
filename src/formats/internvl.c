/* InternVL: JSON Lines with width and height, and a meta file that names root, annotation and length. A picture
 * that cannot be read is replaced by a random other sample at training time: emit reads every picture first. */
#include "formats/write.h"

static void put_sizes(const char *key, const double *sizes, uint32_t n, rs_buf *out)
{
    rs_json_put_key(out, key);
    if (n > 1) rs_buf_char(out, '[');
    for (uint32_t i = 0; i < n; i++) {
        if (i) rs_buf_char(out, ',');
        rs_buf_i64(out, (int64_t)sizes[i]);
    }
    if (n > 1) rs_buf_char(out, ']');
}

static rsift_status record(const rs_format_set *set, const rs_rendered *r, rs_buf *out, rsift_error *err)
{
    (void)set;
    char id[RS_ID_TEXT];
    rs_buf_cstr(out, "{\"id\":\"");
    rs_buf_cstr(out, rs_id_text(id, r->id));
    if (r->repeat) rs_buf_printf(out, "-%u", r->repeat);
    rs_buf_char(out, '"');
    rs_write_images("image", r, RS_STR(""), false, out);
    if (r->n_images) {
        put_sizes("width", r->widths, r->n_images, out);
        put_sizes("height", r->heights, r->n_images, out);
    }
    rs_json_put_key(out, "conversations");
    rs_write_conversations(r, out);
    rs_buf_char(out, '}');
    return out->failed ? rs_err_nomem(err, "a record") : RSIFT_OK;
}

static rsift_status beside(const rs_format_set *set, const rs_format_sink *sink, rsift_error *err)
{
    int64_t tiles = set->max_side ? (set->max_side + 447) / 448 : 12;
    int64_t patches = tiles * tiles < 1 ? 1 : tiles * tiles > 12 ? 12 : tiles * tiles;
    rs_buf b = {0};
    rs_buf_char(&b, '{');
    rs_json_put_str(&b, set->name);
    rs_buf_cstr(&b, ": {\"root\": ");
    rs_json_put_str(&b, set->image_root);
    rs_buf_cstr(&b, ", \"annotation\": \"train.jsonl\", \"data_augment\": false, \"max_dynamic_patch\": ");
    rs_buf_i64(&b, patches);
    rs_buf_cstr(&b, ", \"repeat_time\": 1, \"length\": ");
    rs_buf_i64(&b, set->n_records);
    rs_buf_cstr(&b, "}}\n");
    rsift_status status = b.failed ? rs_err_nomem(err, "meta.json") : sink->write(sink->ctx, RS_STR("meta.json"), b.ptr, b.len, err);
    rs_buf_fini(&b);
    return status;
}

static const char *const models[] = {"internvl", NULL};

const rs_format rs_format_internvl = {
    .name = "internvl", .summary = "JSON Lines with sizes, and a meta file", .source = "OpenGVLab/InternVL internvl_chat/shell/data",
    .file = "train.jsonl", .record_separator = "\n", .begin = "", .end = "\n", .models = models, .record = record, .beside = beside,
    .read = rs_read_record};
