/* emit: a mixture in a trainer's format, or a benchmark's questions. */
#include "api/emit.h"

#include "emit/emit.h"

rs_emit_options rs_api_emit_options(const rs_call *call)
{
    return (rs_emit_options){.format = rs_call_text(call, "format"),
                             .model = rs_call_text(call, "model"),
                             .out = rs_call_text(call, "out"),
                             .images = rs_call_text(call, "images"),
                             .bands = rs_call_text(call, "bands"),
                             .stretch = rs_call_text(call, "stretch"),
                             .image_root = rs_call_text(call, "image_root"),
                             .min_pixels = rs_call_number(call, "min_pixels", 0),
                             .max_pixels = rs_call_number(call, "max_pixels", 0),
                             .obb = rs_call_text(call, "obb"),
                             .verify_pictures = rs_call_flag(call, "verify_pictures")};
}

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rs_emit_options options = rs_api_emit_options(call);
    /* What only emit has; build takes its mixture from mix. */
    options.mixture = rs_call_text(call, "mixture");
    options.eval = rs_call_text(call, "eval");
    options.split = rs_call_text(call, "split");
    options.seed = (uint64_t)rs_call_integer(call, "seed", 0);
    /* A mixture has its own seed and splits: an option that would change nothing is refused. */
    if (!options.eval && (options.split || rs_call_given(call, "seed")))
        return rs_err_set(err, RSIFT_E_ARG,
                          "--split and --seed go with --eval ID; a mixture has its "
                          "own seed and splits");
    return rs_emit_make(call->session, &options, out, err);
}

static const rs_verb_param params[] = {
    {.name = "mixture",
     .option = "--mixture",
     .kind = RS_PARAM_TEXT,
     .argument = "ID",
     .help = "id or name; default: what the last mix made"},
    RS_EMIT_PARAMS,
    {.name = "eval",
     .option = "--eval",
     .kind = RS_PARAM_TEXT,
     .argument = "ID",
     .help = "write this dataset's questions as prompts, with truth.jsonl"},
    {.name = "split",
     .option = "--split",
     .kind = RS_PARAM_TEXT,
     .argument = "S",
     .help = "of --eval: its split, or scheme/split; default: all that is for evaluation"},
    {.name = "seed",
     .option = "--seed",
     .kind = RS_PARAM_INTEGER,
     .argument = "N",
     .least = 0,
     .most = 9007199254740992.0,
     .help = "of --eval: order and templates"},
};
static const char *const examples[] = {
    "rsift emit --format llava --model llava-1.5 -o out",
    "rsift emit --format qwen --model qwen2.5-vl --min-pixels 3136 --max-pixels 1003520 -o out",
    "rsift emit --eval rsvqa-lr --split test --format llava --model llava-1.5 -o questions", NULL};

const rs_verb rs_verb_emit = {
    .name = "emit",
    .summary = "writes a mixture, or a benchmark's questions, for a trainer",
    .usage = "emit --format F --model M -o DIR [--mixture ID | --eval ID]",
    .about = "Reads the kept samples from their releases again, writes boxes in the model's own "
             "convention, and draws a contact sheet from what was written. Exits with 1 when not "
             "all that the mixture keeps, or all questions, could be written: dropped.jsonl says "
             "why.",
    .examples = examples,
    .answer =
        "`out mixture_id name made_at records verified boxes boxes_decoded_again degenerate_boxes "
        "unanswered profiles[] dropped{reason: n} pictures{linked copied rendered left_in_place "
        "failed} "
        "ledger_marked other_files other[] files[]`",
    .use = RS_READS,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
