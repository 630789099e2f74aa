/* The official finetuning code of Qwen2-VL to Qwen3-VL: JSON Lines, LLaVA's keys. Everything that
 * is not "human" becomes the assistant's there, and each "<image>" must match one file. */
#include "writers/record.h"

static rsift_status qwen_record(const rs_writer_set *set, const rs_rendered *r, rs_buf *out,
                                rsift_error *err)
{
    (void)set;
    rs_buf_add(out, "{\"id\":", 6);
    rs_writer_put_id(out, r);
    rs_writer_put_image(out, r);
    rs_writer_put_conversations(out, r);
    rs_buf_char(out, '}');
    return rs_writer_done(out, err);
}

static const char *const models[] = {"qwen2.5-vl", "qwen3-vl", NULL};

const rs_writer rs_writer_qwen = {
    .name = "qwen",
    .summary = "JSON Lines of Qwen's own finetuning code",
    .source = "QwenLM/Qwen3-VL qwen-vl-finetune/README.md, qwenvl/data/data_processor.py",
    .file = "train.jsonl",
    .record_separator = "\n",
    .begin = "",
    .end = "\n",
    .models = models,
    .record = qwen_record,
    .read = rs_writer_read,
};
