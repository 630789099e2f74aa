/* build: mix, then emit. */
#include "cli/verbs.h"

#include <stdio.h>

static int run_build(cli *c, int argc, char **argv)
{
    rsift_emit_options o = RSIFT_OPTIONS(rsift_emit_options);
    cli_list rest = {0};
    const cli_option options[] = {
        {"--format", CLI_TEXT, &o.format, "F", "llava, ms-swift, llama-factory, qwen, internvl"},
        {"--model", CLI_TEXT, &o.model, "M", "llava-1.5, qwen2.5-vl, qwen3-vl, internvl"},
        {"-o", CLI_TEXT, &o.out, "DIR", "folder to write"},
        {"--images", CLI_TEXT, &o.images, "HOW", "auto, link, copy, path"},
        {"--image-root", CLI_TEXT, &o.image_root, "P", "prefix of picture paths"},
        {"--min-pixels", CLI_NUMBER, &o.min_pixels, "N", "qwen2.5-vl: as in your training run"},
        {"--max-pixels", CLI_NUMBER, &o.max_pixels, "N", "qwen2.5-vl: as in your training run"}};
    int code =
        cli_parse(c, &cli_verb_build, options, sizeof options / sizeof *options, argc, argv, &rest);
    if (code >= 0) return code;
    if (rest.n != 1) return cli_usage(&cli_verb_build, "build wants one recipe");
    if (!o.out || !o.format || !o.model)
        return cli_usage(&cli_verb_build, "build wants --format, --model and -o");
    rsift_answer mixed, emitted;
    if (rsift_mix(c->context, rest.items[0], &mixed, &c->err) != RSIFT_OK)
        return cli_fail(c, "mix");
    const rs_json *mix = cli_read(c, &mixed);
    rs_str id = cli_text(c, mix, "mixture_id", "");
    o.mixture = rs_arena_cstr(&c->arena, id);
    if (rsift_emit(c->context, &o, &emitted, &c->err) != RSIFT_OK) {
        rsift_answer_free(&mixed);
        return cli_fail(c, "emit");
    }
    if (c->json) {
        printf("{\"schema\":\"rsift.build/1\",\"mix\":%s,\"emit\":%s}\n", mixed.json, emitted.json);
    } else {
        const rs_json *r = cli_read(c, &emitted);
        printf("mixture %.*s\n%s records in %s, %s boxes\nLook at %s/contact-sheet.html before you "
               "train.\n",
               RS_STR_ARG(id), cli_count(cli_int(r, "records", 0)), o.out,
               cli_count(cli_int(r, "boxes", 0)), o.out);
    }
    rsift_answer_free(&mixed);
    return cli_done(&emitted);
}

const cli_verb cli_verb_build = {
    .name = "build",
    .summary = "mix and emit in one go",
    .usage = "build recipe.yaml --format F --model M -o DIR",
    .help = "  rsift build recipe.yaml --format ms-swift --model qwen3-vl -o out\n",
    .run = run_build};
