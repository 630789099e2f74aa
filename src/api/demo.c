/* demo: the command's own tour. It makes its data with tools/synth, which is no part of the
 * library, so only the table of its options stands here. */
#include "api/call.h"

static const rs_verb_param params[] = {
    {.name = "out",
     .option = "--out",
     .kind = RS_PARAM_TEXT,
     .argument = "DIR",
     .help = "folder to make (must be new or a demo's)",
     .fallback = "rsift-demo"},
};
static const char *const examples[] = {"rsift demo", NULL};

const rs_verb rs_verb_demo = {
    .name = "demo",
    .summary = "every step on small made-up releases with planted faults",
    .usage = "demo [--out DIR]",
    .about = "Makes three related releases, plants faults and leaks, runs scan, index, audit, "
             "leaks, recommend, mix, emit and score, and tells what was planted and what was "
             "found.",
    .examples = examples,
    .answer = "none: text for people; exit code 1 when a planted fault was not found",
    .use = RS_USES_NOTHING,
    .params = params,
    .n_params = sizeof params / sizeof *params};
