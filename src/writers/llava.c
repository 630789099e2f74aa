/* LLaVA: one JSON array; `image` is one path, and is absent in text-only records (its presence
 * decides the modality). The original code moves "<image>" to the front of its turn and joins
 * `image` to the picture folder as one text: a list of two ends its training with a TypeError. */
#include "writers/record.h"

/* clang-format off */
static const char usage[] =
    "Tried: the record rule of haotian-liu/LLaVA `llava/train/train.py` (2024-05-12), restated in\n"
    "`tests/trainers`; training itself is not run there. Run in this folder.\n"
    "\n"
    "|train|```sh\n"
    "|train|deepspeed llava/train/train_mem.py --data_path train.json --image_folder images \\\n"
    "|train|    --image_aspect_ratio pad --model_name_or_path lmsys/vicuna-7b-v1.5 --version v1  # and yours\n"
    "|train|```\n"
    "|train|\n"
    "|llava-1.5|`--image_aspect_ratio pad` is part of the boxes: they are fractions of the padded square.\n"
    "|qwen2.5-vl,qwen3-vl,internvl|The boxes are those of {model}, which this code does not train: for another reader of LLaVA records.\n"
    "|pixels|Pictures must reach the model by `smart_resize` with min_pixels {min} and max_pixels {max}.\n"
    "|eval|`train.json` holds questions without answers: ask each record's `human` turn about its `image` below\n"
    "|eval|`images/`, and write lines `{\"id\": .., \"answer\": ..}` for `rsift score`.\n";
/* clang-format on */

const rs_writer rs_writer_llava = {
    .name = "llava",
    .summary = "one JSON array of image and conversations",
    .source = "haotian-liu/LLaVA docs/Finetune_Custom_Data.md; llava/train/train.py",
    .file = "train.json",
    .container = &rs_container_json_array,
    .max_images = 1,
    .record = rs_writer_record_llava,
    .usage = usage,
    .read = rs_writer_read_json,
};
