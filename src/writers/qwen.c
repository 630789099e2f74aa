/* The official finetuning code of Qwen2-VL to Qwen3-VL: JSON Lines, LLaVA's keys. Everything that
 * is not "human" becomes the assistant's there, and each "<image>" must match one file. */
#include "writers/record.h"

const rs_writer rs_writer_qwen = {
    .name = "qwen",
    .summary = "JSON Lines of Qwen's own finetuning code",
    .source = "QwenLM/Qwen3-VL qwen-vl-finetune/README.md, qwenvl/data/data_processor.py",
    .file = "train.jsonl",
    .container = &rs_container_json_lines,
    .own_models_only = true,
    .record = rs_writer_record_llava,
    .read = rs_writer_read_json,
};
