/* LLaVA: one JSON array; `id`, `image` (a path below --image_folder), `conversations`. The key `image` is left
 * out of text-only records (its presence decides the modality). Several pictures: a list, as LLaVA-NeXT reads. */
#include "formats/write.h"

rsift_status rs_write_llava(const rs_format_set *set, const rs_rendered *r, rs_buf *out, rsift_error *err)
{
    (void)set;
    char id[RS_ID_TEXT];
    rs_buf_cstr(out, "{\"id\":\"");
    rs_buf_cstr(out, rs_id_text(id, r->id));
    if (r->repeat) rs_buf_printf(out, "-%u", r->repeat);
    rs_buf_char(out, '"');
    rs_write_images("image", r, RS_STR(""), false, out);
    rs_json_put_key(out, "conversations");
    rs_write_conversations(r, out);
    rs_buf_char(out, '}');
    return out->failed ? rs_err_nomem(err, "a record") : RSIFT_OK;
}

const rs_format rs_format_llava = {
    .name = "llava", .summary = "one JSON array of id, image, conversations", .source = "haotian-liu/LLaVA docs/Finetune_Custom_Data.md",
    .file = "train.json", .record_separator = ",\n", .begin = "[\n", .end = "\n]\n", .record = rs_write_llava, .read = rs_read_record};
