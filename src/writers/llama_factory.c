/* LLaMA-Factory, ShareGPT form, and its dataset_info.json. Box text passes through unchanged there,
 * while pictures above image_max_pixels (768 * 768 unless told) are shrunk by a rule of its own
 * (geom/resize.c): per-mille models are safe, qwen2.5-vl is written for that rule and the limits of
 * the run. LLaVA 1.5 sees the middle square of a picture, by transformers' CLIP processor.
 * Its loader stops when "<image>" and pictures differ in number and silently empties records whose
 * turns do not alternate, also where they end with a question: the questions of an evaluation get
 * an empty answer, which its prediction fills. */
#include "base/alloc.h"
#include "writers/record.h"

static rsift_status factory_record(const rs_writer_set *set, const rs_rendered *r,
                                   rs_json_writer *w, rsift_error *err)
{
    rs_rendered dialogue = *r;
    rs_str system = RS_STR("");
    /* The system text has a column of its own: as a turn it would break the alternation. */
    if (dialogue.n_messages && dialogue.messages[0].role == RS_MESSAGE_SYSTEM) {
        system = dialogue.messages[0].text;
        dialogue.messages++;
        dialogue.n_messages--;
    }
    rs_json_begin_object(w);
    rs_message *turns = NULL;
    if (set->render && set->render->for_eval) {
        turns = rs_alloc((dialogue.n_messages + 1) * sizeof *turns);
        if (!turns) return rs_err_nomem(err, "a record");
        for (uint32_t i = 0; i < dialogue.n_messages; i++) turns[i] = dialogue.messages[i];
        turns[dialogue.n_messages++] = (rs_message){RS_MESSAGE_ASSISTANT, RS_STR("")};
        dialogue.messages = turns;
    }
    rs_writer_put_conversations(w, &dialogue);
    rs_free(turns);
    rs_writer_put_images(w, r, set->image_root);
    rs_json_field_str(w, "system", system); /* a column must be in all records or in none */
    rs_json_end_object(w);
    return rs_json_finish(w, "a record", err);
}

/* One line of dataset_info.json: an object of short strings. names[0..n) are n / 2 pairs, each a
 * key and its value. */
static void put_names(rs_json_writer *w, const char *key, const char *const *names, size_t n)
{
    rs_writer_put_line(w, "\n    ", rs_str_of(key));
    rs_json_begin_object(w);
    for (size_t i = 0; i < n; i += 2) {
        rs_writer_put_line(w, i ? " " : "", rs_str_of(names[i]));
        rs_json_write_cstr(w, names[i + 1]);
    }
    rs_json_end_object(w);
}

/* dataset_info.json, which tells the trainer the columns and the words of the turns. */
static rsift_status factory_sidecars(const rs_writer_set *set, const rs_writer_sink *sink,
                                     rsift_error *err)
{
    static const char *const columns[] = {"messages", "conversations", "images",
                                          "images",   "system",        "system"};
    static const char *const tags[] = {"role_tag", "from",  "content_tag",   "value",
                                       "user_tag", "human", "assistant_tag", "gpt"};
    rs_buf b = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_writer_put_line(&w, "\n  ", set->name);
    rs_json_begin_object(&w);
    rs_writer_put_line(&w, "\n    ", RS_STR("file_name"));
    rs_json_write_str(&w, set->file);
    rs_writer_put_line(&w, "\n    ", RS_STR("formatting"));
    rs_json_write_cstr(&w, "sharegpt");
    put_names(&w, "columns", columns, sizeof columns / sizeof *columns);
    put_names(&w, "tags", tags, sizeof tags / sizeof *tags);
    rs_json_blank(&w, "\n  ");
    rs_json_end_object(&w);
    return rs_writer_finish_sidecar(&w, sink, "dataset_info.json", err);
}

const rs_writer rs_writer_llama_factory = {
    .name = "llama-factory",
    .summary = "ShareGPT records and dataset_info.json",
    .source = "hiyouga/LLaMA-Factory data/README.md, src/llamafactory/data/mm_plugin.py",
    .file = "train.json",
    .container = &rs_container_json_array,
    .resize = RS_RESIZE_LLAMA_FACTORY,
    .crops_square = true,
    .record = factory_record,
    .sidecars = factory_sidecars,
    .read = rs_writer_read_json,
};
