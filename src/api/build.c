/* build: mix, then emit. */
#include "api/emit.h"
#include "api/mix.h"

#include "codec/json.h"
#include "codec/json_writer.h"
#include "emit/emit.h"

/* The id of the mixture that an answer of mix tells. */
static rsift_status mixture_of(rs_call *call, const rsift_answer *mix, const char **out,
                               rsift_error *err)
{
    const rs_json *root;
    RS_TRY(rs_json_parse(&call->arena, rs_str_make(mix->json, mix->len), NULL, &root, err));
    *out = rs_arena_cstr(&call->arena, rs_json_str(rs_json_get(root, "mixture_id")));
    return *out ? RSIFT_OK : rs_err_nomem(err, "the mixture's id");
}

/* Mixes the recipe, emits the mixture that this made, and answers with both answers. */
static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rs_emit_options options = rs_api_emit_options(call);
    rsift_answer mix = {0}, emit = {0};
    const rs_mix_target target = {options.format, options.model};
    rsift_status status = rs_api_mix(call, rs_call_str(call, "recipe"), &target, &mix, err);
    /* By id, never "the newest": another process may make a mixture between the two steps. */
    if (status == RSIFT_OK) status = mixture_of(call, &mix, &options.mixture, err);
    if (status == RSIFT_OK) status = rs_emit_make(call->session, &options, &emit, err);
    if (status == RSIFT_OK) {
        rs_buf b = {0};
        rs_json_writer w = rs_json_writer_to(&b);
        rs_json_begin_object(&w);
        rs_json_field_cstr(&w, "schema", "rsift.build/1");
        /* Each part is a document of its own and keeps its schema. */
        rs_json_field_raw(&w, "mix", rs_str_make(mix.json, mix.len));
        rs_json_field_raw(&w, "emit", rs_str_make(emit.json, emit.len));
        rs_json_end_object(&w);
        status = rs_session_answer(&b, out, err);
    }
    /* A mixture has no findings; the exit code is that of emit. */
    if (status == RSIFT_OK) out->n_findings = emit.n_findings;
    rsift_answer_free(&mix);
    rsift_answer_free(&emit);
    return status;
}

static const rs_verb_param params[] = {
    {.name = "recipe",
     .kind = RS_PARAM_TEXT,
     .argument = "recipe.yaml",
     .help = "the recipe's file (docs/recipe.md)",
     .required = true},
    RS_EMIT_PARAMS,
};
static const char *const examples[] = {
    "rsift build recipe.yaml --format ms-swift --model qwen3-vl -o out", NULL};

const rs_verb rs_verb_build = {.name = "build",
                               .summary = "mix and emit in one go",
                               .usage = "build recipe.yaml --format F --model M -o DIR",
                               .about = "The same as `rsift mix recipe.yaml`, then `rsift emit`.",
                               .examples = examples,
                               .answer = "`mix{...} emit{...}`",
                               .use = RS_WRITES,
                               .params = params,
                               .n_params = sizeof params / sizeof *params,
                               .run = run};
