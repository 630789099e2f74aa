/* LLaVA: one JSON array; `image` is one path, and is absent in text-only records (its presence
 * decides the modality). The original code moves "<image>" to the front of its turn and joins
 * `image` to the picture folder as one text: a list of two ends its training with a TypeError. */
#include "writers/record.h"

const rs_writer rs_writer_llava = {
    .name = "llava",
    .summary = "one JSON array of image and conversations",
    .source = "haotian-liu/LLaVA docs/Finetune_Custom_Data.md; llava/train/train.py",
    .file = "train.json",
    .container = &rs_container_json_array,
    .max_images = 1,
    .record = rs_writer_record_llava,
    .read = rs_writer_read_json,
};
