/* LLaVA: one JSON array; `image` is a path, or a list for the forks that take several pictures, and
 * is absent in text-only records (its presence decides the modality). The original code moves
 * "<image>" to the front of its turn and takes one picture a record. */
#include "writers/record.h"

const rs_writer rs_writer_llava = {
    .name = "llava",
    .summary = "one JSON array of image and conversations",
    .source = "haotian-liu/LLaVA docs/Finetune_Custom_Data.md; llava/train/train.py",
    .file = "train.json",
    .container = &rs_container_json_array,
    .record = rs_writer_record_llava,
    .read = rs_writer_read_json,
};
