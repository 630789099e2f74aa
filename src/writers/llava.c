/* LLaVA: one JSON array; `image` is a path, or a list for the forks that take several pictures, and
 * is absent in text-only records (its presence decides the modality). The original code moves
 * "<image>" to the front of its turn and takes one picture a record. */
#include "writers/record.h"

static rsift_status llava_record(const rs_writer_set *set, const rs_rendered *r, rs_buf *out,
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

const rs_writer rs_writer_llava = {
    .name = "llava",
    .summary = "one JSON array of image and conversations",
    .source = "haotian-liu/LLaVA docs/Finetune_Custom_Data.md; llava/train/train.py",
    .file = "train.json",
    .record_separator = ",\n",
    .begin = "[\n",
    .end = "\n]\n",
    .record = llava_record,
    .read = rs_writer_read,
};
