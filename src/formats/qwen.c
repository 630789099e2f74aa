/* Qwen's own finetune code: LLaVA's record in a JSON array, image (path or list below data_path) and conversations; every <image>
 * of the human turns must match one file. Registered in Python as {"annotation_path", "data_path"}. */
#include "formats/write.h"

static const char *const models[] = {"qwen2.5-vl", "qwen3-vl", NULL};

const rs_format rs_format_qwen = {
    .name = "qwen", .summary = "Qwen's own finetune JSON", .source = "QwenLM/Qwen3-VL qwen-vl-finetune/README.md",
    .file = "train.json", .record_separator = ",\n", .begin = "[\n", .end = "\n]\n", .models = models, .record = rs_write_llava,
    .read = rs_read_record};
