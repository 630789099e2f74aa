/* InternVL 2 to 3.5: JSON Lines with the picture's size, and a meta file that names them. A record
 * whose picture cannot be opened is replaced by another without a word there: every picture is
 * written before these files are. `width_list` and `height_list` of several pictures: recalled. */
#include "writers/record.h"

#include <math.h>

/* One side of the pictures: a number, or a list of them. */
static void put_sides(rs_json_writer *w, bool list, const char *key, const double *values,
                      uint32_t n)
{
    /* Whole pixels, which the renderer keeps as doubles. */
    if (!list) {
        rs_json_field_i64(w, key, (int64_t)rint(values[0]));
        return;
    }
    rs_json_field_array(w, key);
    for (uint32_t i = 0; i < n; i++) rs_json_write_i64(w, (int64_t)rint(values[i]));
    rs_json_end_array(w);
}

/* The trainer reads sizes of all pictures or of none. */
static bool all_sizes_known(const rs_rendered *r)
{
    for (uint32_t i = 0; i < r->n_images; i++)
        if (!(r->widths[i] > 0) || !(r->heights[i] > 0)) return false;
    return r->n_images > 0;
}

static rsift_status internvl_record(const rs_writer_set *set, const rs_rendered *r,
                                    rs_json_writer *w, rsift_error *err)
{
    const bool list = rs_writer_has_image_list(set, r);
    rs_json_begin_object(w);
    rs_writer_put_id(w, r);
    rs_writer_put_image(w, set, r);
    if (all_sizes_known(r)) {
        put_sides(w, list, list ? "width_list" : "width", r->widths, r->n_images);
        put_sides(w, list, list ? "height_list" : "height", r->heights, r->n_images);
    }
    rs_writer_put_conversations(w, r);
    rs_json_end_object(w);
    return rs_json_finish(w, "a record", err);
}

/* Tiles of 448 pixels at most, as the model is asked later: the trainer takes fewer for a small
 * picture by itself. Its own number of a meta file wins over --max_dynamic_patch. */
enum { MAX_TILES = 12 };

/* meta.json, which names the training file to the trainer. */
static rsift_status internvl_sidecars(const rs_writer_set *set, const rs_writer_sink *sink,
                                      rsift_error *err)
{
    rs_buf b = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_writer_put_line(&w, "\n  ", set->name);
    rs_json_begin_object(&w);
    rs_writer_put_line(&w, "\n    ", RS_STR("root"));
    rs_json_write_str(&w, set->image_root);
    rs_writer_put_line(&w, "\n    ", RS_STR("annotation"));
    rs_json_write_str(&w, set->file);
    rs_writer_put_line(&w, "\n    ", RS_STR("data_augment"));
    rs_json_write_bool(&w, false);
    rs_writer_put_line(&w, "\n    ", RS_STR("max_dynamic_patch"));
    rs_json_write_i64(&w, MAX_TILES);
    /* Repeats of a sample are records of their own already. */
    rs_writer_put_line(&w, "\n    ", RS_STR("repeat_time"));
    rs_json_write_i64(&w, 1);
    rs_writer_put_line(&w, "\n    ", RS_STR("length"));
    rs_json_write_i64(&w, set->n_records);
    rs_json_blank(&w, "\n  ");
    rs_json_end_object(&w);
    return rs_writer_finish_sidecar(&w, sink, "meta.json", err);
}

const rs_writer rs_writer_internvl = {
    .name = "internvl",
    .summary = "JSON Lines with sizes, and a meta file",
    .source =
        "OpenGVLab/InternVL internvl_chat/shell/data, internvl/train/internvl_chat_finetune.py",
    .file = "train.jsonl",
    .container = &rs_container_json_lines,
    .own_models_only = true,
    .record = internvl_record,
    .sidecars = internvl_sidecars,
    .read = rs_writer_read_json,
};
