/* InternVL 2 to 3.5: JSON Lines with the picture's size, and a meta file that names them. A record
 * whose picture cannot be opened is replaced by another without a word there: every picture is
 * written before these files are. `width_list` and `height_list` of several pictures: recalled. */
#include "writers/record.h"

#include <inttypes.h>
#include <math.h>

static void put_size(rs_buf *out, const char *key, const double *values, uint32_t n)
{
    rs_json_put_key(out, key);
    if (n > 1) rs_buf_char(out, '[');
    for (uint32_t i = 0; i < n; i++) {
        if (i) rs_buf_char(out, ',');
        rs_buf_i64(out, (int64_t)rint(values[i]));
    }
    if (n > 1) rs_buf_char(out, ']');
}

static bool all_known(const rs_rendered *r)
{
    for (uint32_t i = 0; i < r->n_images; i++)
        if (!(r->widths[i] > 0) || !(r->heights[i] > 0)) return false;
    return r->n_images > 0;
}

static rsift_status internvl_record(const rs_writer_set *set, const rs_rendered *r, rs_buf *out,
                                    rsift_error *err)
{
    (void)set;
    rs_buf_add(out, "{\"id\":", 6);
    rs_writer_put_id(out, r);
    rs_writer_put_image(out, r);
    if (all_known(r)) {
        put_size(out, r->n_images > 1 ? "width_list" : "width", r->widths, r->n_images);
        put_size(out, r->n_images > 1 ? "height_list" : "height", r->heights, r->n_images);
    }
    rs_writer_put_conversations(out, r);
    rs_buf_char(out, '}');
    return rs_writer_done(out, err);
}

/* Tiles of 448 pixels: as many as the largest picture fills, within the trainer's usual 12. */
static int64_t n_tiles(int64_t max_side)
{
    int64_t side = (max_side + 447) / 448;
    if (max_side <= 0 || side * side > 12) return 12;
    return side < 1 ? 1 : side * side;
}

static rsift_status internvl_beside(const rs_writer_set *set, const rs_writer_sink *sink,
                                    rsift_error *err)
{
    rs_buf b = {0};
    rs_buf_cstr(&b, "{\n  ");
    rs_json_put_str(&b, set->name);
    rs_buf_cstr(&b, ": {\n    \"root\": ");
    rs_json_put_str(&b, set->image_root);
    rs_buf_cstr(&b, ",\n    \"annotation\": \"train.jsonl\",\n    \"data_augment\": false,\n    "
                    "\"max_dynamic_patch\": ");
    rs_buf_i64(&b, n_tiles(set->max_side));
    rs_buf_cstr(&b, ",\n    \"repeat_time\": 1,\n    \"length\": ");
    rs_buf_i64(&b, set->n_records);
    rs_buf_cstr(&b, "\n  }\n}\n");
    rsift_status status = rs_writer_done(&b, err);
    if (status == RSIFT_OK) status = sink->write(sink->ctx, RS_STR("meta.json"), b.ptr, b.len, err);
    rs_buf_fini(&b);
    return status;
}

static const char *const models[] = {"internvl", NULL};

const rs_writer rs_writer_internvl = {
    .name = "internvl",
    .summary = "JSON Lines with sizes, and a meta file",
    .source =
        "OpenGVLab/InternVL internvl_chat/shell/data, internvl/train/internvl_chat_finetune.py",
    .file = "train.jsonl",
    .record_separator = "\n",
    .begin = "",
    .end = "\n",
    .models = models,
    .record = internvl_record,
    .beside = internvl_beside,
    .read = rs_writer_read,
};
