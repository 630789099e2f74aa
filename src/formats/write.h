/* What the record formats share: writing conversations and pictures, reading them back. */
#ifndef RS_FORMATS_WRITE_H
#define RS_FORMATS_WRITE_H

#include "codec/json.h"
#include "formats/format.h"

extern const rs_format rs_format_internvl, rs_format_llama_factory, rs_format_llava, rs_format_ms_swift, rs_format_qwen;

/* [{"from":"human","value":..}, ..] */
void rs_write_conversations(const rs_rendered *r, rs_buf *out);
/* "key": path, or a list when there are several (or always, when `list`); nothing when there are none. */
void rs_write_images(const char *key, const rs_rendered *r, rs_str prefix, bool list, rs_buf *out);
/* LLaVA's record, which Qwen's finetune code reads too. */
rsift_status rs_write_llava(const rs_format_set *set, const rs_rendered *r, rs_buf *out, rsift_error *err);
/* Both back again: `conversations` with from/value or `messages` with role/content; `image` or `images`. */
rsift_status rs_read_record(rs_arena *arena, rs_str record, rs_rendered *out, rsift_error *err);

#endif
