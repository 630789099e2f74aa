/* LLaMA-Factory, ShareGPT form, and its dataset_info.json. Box text passes through unchanged there,
 * while pictures above image_max_pixels (768 * 768 unless told) are shrunk: per-mille models are
 * safe, for qwen2.5-vl give image_max_pixels the max_pixels that this mixture was made with.
 * Its loader stops when "<image>" and pictures differ in number and silently empties records whose
 * turns do not alternate. */
#include "writers/record.h"

static rsift_status factory_record(const rs_writer_set *set, const rs_rendered *r, rs_buf *out,
                                   rsift_error *err)
{
    rs_rendered rest = *r;
    rs_str system = RS_STR("");
    if (rest.n_messages && rest.messages[0].role == RS_MESSAGE_SYSTEM) {
        system = rest.messages[0].text;
        rest.messages++;
        rest.n_messages--;
    }
    rs_buf_char(out, '{');
    rs_writer_put_conversations(out, &rest);
    rs_writer_put_images(out, r, set->image_root);
    rs_json_put_key(out, "system"); /* a column must be there in all records or in none */
    rs_json_put_str(out, system);
    rs_buf_char(out, '}');
    return rs_writer_done(out, err);
}

static rsift_status factory_beside(const rs_writer_set *set, const rs_writer_sink *sink,
                                   rsift_error *err)
{
    rs_buf b = {0};
    rs_buf_cstr(&b, "{\n  ");
    rs_json_put_str(&b, set->name);
    rs_buf_cstr(&b, ": {\n    \"file_name\": \"train.json\",\n    \"formatting\": \"sharegpt\",\n"
                    "    \"columns\": {\"messages\": \"conversations\", \"images\": \"images\", "
                    "\"system\": \"system\"},\n"
                    "    \"tags\": {\"role_tag\": \"from\", \"content_tag\": \"value\", "
                    "\"user_tag\": \"human\", "
                    "\"assistant_tag\": \"gpt\"}\n  }\n}\n");
    rsift_status status = rs_writer_done(&b, err);
    if (status == RSIFT_OK)
        status = sink->write(sink->ctx, RS_STR("dataset_info.json"), b.ptr, b.len, err);
    rs_buf_fini(&b);
    return status;
}

const rs_writer rs_writer_llama_factory = {
    .name = "llama-factory",
    .summary = "ShareGPT records and dataset_info.json",
    .source = "hiyouga/LLaMA-Factory data/README.md, src/llamafactory/data/mm_plugin.py",
    .file = "train.json",
    .record_separator = ",\n",
    .begin = "[\n",
    .end = "\n]\n",
    .record = factory_record,
    .beside = factory_beside,
    .read = rs_writer_read,
};
