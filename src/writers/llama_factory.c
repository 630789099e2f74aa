/* LLaMA-Factory, ShareGPT form, and its dataset_info.json. Box text passes through unchanged there,
 * while pictures above image_max_pixels (768 * 768 unless told) are shrunk by a rule of its own
 * (geom/resize.c): per-mille models are safe, qwen2.5-vl is written for that rule and the limits of
 * the run. LLaVA 1.5 sees the middle square of a picture, by transformers' CLIP processor.
 * Its loader stops when "<image>" and pictures differ in number and silently empties records whose
 * turns do not alternate, also where they end with a question: the questions of an evaluation get
 * an empty answer, which its prediction fills. */
#include "base/alloc.h"
#include "writers/record.h"

static rsift_status factory_record(const rs_writer_set *set, const rs_rendered *r, rs_buf *out,
                                   rsift_error *err)
{
    rs_rendered dialogue = *r;
    rs_str system = RS_STR("");
    /* The system text has a column of its own: as a turn it would break the alternation. */
    if (dialogue.n_messages && dialogue.messages[0].role == RS_MESSAGE_SYSTEM) {
        system = dialogue.messages[0].text;
        dialogue.messages++;
        dialogue.n_messages--;
    }
    rs_json_writer w = rs_json_writer_to(out);
    rs_json_begin_object(&w);
    rs_message *turns = NULL;
    if (set->render && set->render->for_eval) {
        turns = rs_alloc((dialogue.n_messages + 1) * sizeof *turns);
        if (!turns) return rs_err_nomem(err, "a record");
        for (uint32_t i = 0; i < dialogue.n_messages; i++) turns[i] = dialogue.messages[i];
        turns[dialogue.n_messages++] = (rs_message){RS_MESSAGE_ASSISTANT, RS_STR("")};
        dialogue.messages = turns;
    }
    rs_writer_put_conversations(&w, &dialogue);
    rs_free(turns);
    rs_writer_put_images(&w, r, set->image_root);
    rs_json_field_str(&w, "system", system); /* a column must be in all records or in none */
    rs_json_end_object(&w);
    return rs_json_finish(&w, "a record", err);
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

/* clang-format off */
static const char usage[] =
    "Tried: llamafactory 0.9.5 with transformers 4.57.3, datasets 4.0.0 and torch 2.11.0 loads every record in\n"
    "`tests/trainers` (no weights: training itself is not run there). Run in this folder with this YAML, and your own\n"
    "lines for the tuning:\n"
    "\n"
    "```yaml\n"
    "|train|# llamafactory-cli train train.yaml\n"
    "|eval|# llamafactory-cli train predict.yaml\n"
    "|qwen2.5-vl|model_name_or_path: Qwen/Qwen2.5-VL-7B-Instruct\n"
    "|qwen2.5-vl|template: qwen2_vl\n"
    "|qwen3-vl|model_name_or_path: Qwen/Qwen3-VL-8B-Instruct\n"
    "|qwen3-vl|template: qwen3_vl_nothink\n"
    "|internvl|model_name_or_path: OpenGVLab/InternVL3-8B-hf\n"
    "|internvl|template: intern_vl\n"
    "|llava-1.5|model_name_or_path: llava-hf/llava-1.5-7b-hf\n"
    "|llava-1.5|template: llava\n"
    "stage: sft\n"
    "dataset_dir: .\n"
    "media_dir: .\n"
    "|train|do_train: true\n"
    "|train|dataset: {name}\n"
    "|eval|do_predict: true\n"
    "|eval|predict_with_generate: true\n"
    "|eval|eval_dataset: {name}\n"
    "|pixels|image_min_pixels: {min}\n"
    "|pixels|image_max_pixels: {max}\n"
    "|qwen3-vl,internvl,llava-1.5|image_max_pixels: 1003520   # its default of 589824 shrinks larger pictures; boxes hold at any size\n"
    "cutoff_len: 8192   # longer records are cut\n"
    "```\n"
    "\n"
    "|pixels|It resizes a picture itself before the model's processor does; the boxes are written for that size, and are\n"
    "|pixels|right with exactly these two limits and a processor with its own min_pixels 3136 and max_pixels 12845056.\n"
    "|llava-1.5|The processor shows the middle square of a picture: boxes on pictures that are not square are left out\n"
    "|llava-1.5|(`picture-cropped`).\n"
    "|eval|Each question has an empty answer, because the loader skips records without one: it is a placeholder and no\n"
    "|eval|truth, so do not train on this file. `generated_predictions.jsonl` has the questions' order.\n";
/* clang-format on */

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
    .usage = usage,
    .read = rs_writer_read_json,
};
