/* ms-swift: JSON Lines of messages and images; `channel` gives loss curves per source. Boxes are written into the
 * text in the model's own form, which is exact for every model here: `objects` would be converted at load, refuses
 * oriented boxes, and swaps inverted corners silently. */
#include "formats/write.h"

static rsift_status record(const rs_format_set *set, const rs_rendered *r, rs_buf *out, rsift_error *err)
{
    static const char *const roles[] = {"system", "user", "assistant"};
    rs_buf_cstr(out, "{\"messages\":[");
    for (uint32_t i = 0; i < r->n_messages; i++) {
        rs_buf_cstr(out, i ? ",{\"role\":\"" : "{\"role\":\"");
        rs_buf_cstr(out, roles[r->messages[i].role]);
        rs_buf_cstr(out, "\",\"content\":");
        rs_json_put_str(out, r->messages[i].text);
        rs_buf_char(out, '}');
    }
    rs_buf_char(out, ']');
    rs_write_images("images", r, set->image_root, true, out);
    rs_json_put_key(out, "channel");
    rs_json_put_str(out, r->dataset);
    rs_buf_char(out, '}');
    return out->failed ? rs_err_nomem(err, "a record") : RSIFT_OK;
}

const rs_format rs_format_ms_swift = {
    .name = "ms-swift", .summary = "JSON Lines of messages, images, channel", .source = "modelscope/ms-swift docs Custom-dataset.md",
    .file = "train.jsonl", .record_separator = "\n", .begin = "", .end = "\n", .record = record, .read = rs_read_record};
