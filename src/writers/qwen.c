/* The official finetuning code of Qwen2-VL to Qwen3-VL: JSON Lines, LLaVA's keys. Everything that
 * is not "human" becomes the assistant's there, and each "<image>" must match one file. */
#include "writers/record.h"

/* clang-format off */
static const char usage[] =
    "Tried: the record rules of QwenLM/Qwen3-VL `qwen-vl-finetune/qwenvl/data/data_processor.py` (2026-01-30),\n"
    "restated in `tests/trainers`, and `smart_resize` of transformers 4.57.3; training itself is not run there.\n"
    "Name the set in `qwenvl/data/__init__.py`, with the path of this folder:\n"
    "\n"
    "```python\n"
    "SET = {\"annotation_path\": \"THIS_FOLDER/train.jsonl\", \"data_path\": \"THIS_FOLDER/images\"}\n"
    "data_dict = {\"{name}\": SET}\n"
    "```\n"
    "\n"
    "```sh\n"
    "|qwen2.5-vl|torchrun qwenvl/train/train_qwen.py --model_name_or_path Qwen/Qwen2.5-VL-7B-Instruct \\\n"
    "|qwen3-vl|torchrun qwenvl/train/train_qwen.py --model_name_or_path Qwen/Qwen3-VL-8B-Instruct \\\n"
    "|pixels|    --min_pixels {min} --max_pixels {max} \\\n"
    "    --dataset_use {name}\n"
    "```\n"
    "\n"
    "|pixels|The scripts of that repository pass `--max_pixels 50176`: with them every box of a larger picture is wrong.\n"
    "|eval|`train.jsonl` holds questions without answers: ask each record's `human` turn about its `image` below\n"
    "|eval|`images/`, and write lines `{\"id\": .., \"answer\": ..}` for `rsift score`.\n";
/* clang-format on */

const rs_writer rs_writer_qwen = {
    .name = "qwen",
    .summary = "JSON Lines of Qwen's own finetuning code",
    .source = "QwenLM/Qwen3-VL qwen-vl-finetune/README.md, qwenvl/data/data_processor.py",
    .file = "train.jsonl",
    .container = &rs_container_json_lines,
    .own_models_only = true,
    .record = rs_writer_record_llava,
    .usage = usage,
    .read = rs_writer_read_json,
};
