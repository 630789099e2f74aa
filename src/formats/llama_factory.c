/* LLaMA-Factory, "sharegpt": conversations and images, registered in dataset_info.json. The number of <image> tags
 * over all turns must equal the number of pictures. Text passes through unchanged, and pictures above
 * image_max_pixels are shrunk without touching coordinates: for qwen2.5-vl train with the declared max_pixels. */
#include "formats/write.h"

static rsift_status record(const rs_format_set *set, const rs_rendered *r, rs_buf *out, rsift_error *err)
{
    rs_buf_cstr(out, "{\"conversations\":");
    rs_write_conversations(r, out);
    rs_write_images("images", r, set->image_root, true, out);
    rs_buf_char(out, '}');
    return out->failed ? rs_err_nomem(err, "a record") : RSIFT_OK;
}

static rsift_status beside(const rs_format_set *set, const rs_format_sink *sink, rsift_error *err)
{
    rs_buf b = {0};
    rs_buf_cstr(&b, "{");
    rs_json_put_str(&b, set->name);
    rs_buf_cstr(&b, ": {\"file_name\": \"train.json\", \"formatting\": \"sharegpt\",\n"
                    "  \"columns\": {\"messages\": \"conversations\", \"images\": \"images\"},\n"
                    "  \"tags\": {\"role_tag\": \"from\", \"content_tag\": \"value\", \"user_tag\": \"human\", \"assistant_tag\": \"gpt\"}}}\n");
    rsift_status status = b.failed ? rs_err_nomem(err, "dataset_info.json")
                                   : sink->write(sink->ctx, RS_STR("dataset_info.json"), b.ptr, b.len, err);
    rs_buf_fini(&b);
    return status;
}

const rs_format rs_format_llama_factory = {
    .name = "llama-factory", .summary = "sharegpt JSON and dataset_info.json", .source = "hiyouga/LLaMA-Factory data/README.md",
    .file = "train.json", .record_separator = ",\n", .begin = "[\n", .end = "\n]\n", .record = record, .beside = beside,
    .read = rs_read_record};
