/* emit: a mixture, or a benchmark's questions, in a trainer's format. */
#include "cli/verbs.h"

#include <stdio.h>

static void print_report(cli *c, const rs_json *r)
{
    printf("%s records in %.*s\n", cli_count(cli_int(r, "records", 0)),
           RS_STR_ARG(cli_text(c, r, "out", "")));
    printf("  boxes     %s (%s without area at this model's step)\n",
           cli_count(cli_int(r, "boxes", 0)), cli_count(cli_int(r, "degenerate_boxes", 0)));
    printf("  pictures  %s linked, %s copied, %s rendered, %s left in place, %s failed\n",
           cli_count(cli_int(r, "pictures.linked", 0)), cli_count(cli_int(r, "pictures.copied", 0)),
           cli_count(cli_int(r, "pictures.rendered", 0)),
           cli_count(cli_int(r, "pictures.left_in_place", 0)),
           cli_count(cli_int(r, "pictures.failed", 0)));
    printf("  verified  %s records read back, %s boxes decoded again\n",
           cli_count(cli_int(r, "verified", 0)), cli_count(cli_int(r, "boxes_decoded_again", 0)));
    rs_json_iter it = rs_json_each(rs_json_get(r, "dropped"));
    rs_str reason;
    for (const rs_json *v; (v = rs_json_next(&it, &reason));) {
        int64_t n = 0;
        rs_json_i64(v, &n);
        printf("  not written  %s: %.*s\n", cli_count(n), RS_STR_ARG(reason));
    }
    printf("Look at %.*s/contact-sheet.html before you train.\n",
           RS_STR_ARG(cli_text(c, r, "out", "")));
}

static int run_emit(cli *c, int argc, char **argv)
{
    rsift_emit_options o = RSIFT_OPTIONS(rsift_emit_options);
    cli_list rest = {0};
    int64_t seed = 0;
    const cli_option options[] = {
        {"--mixture", CLI_TEXT, &o.mixture, "ID", "id or name; default: the newest"},
        {"--format", CLI_TEXT, &o.format, "F", "llava, ms-swift, llama-factory, qwen, internvl"},
        {"--model", CLI_TEXT, &o.model, "M", "llava-1.5, qwen2.5-vl, qwen3-vl, internvl"},
        {"-o", CLI_TEXT, &o.out, "DIR", "folder to write"},
        {"--images", CLI_TEXT, &o.images, "HOW",
         "auto (link what may be linked), link, copy, path"},
        {"--image-root", CLI_TEXT, &o.image_root, "P",
         "prefix of picture paths for trainers that want one"},
        {"--min-pixels", CLI_NUMBER, &o.min_pixels, "N", "qwen2.5-vl: as in your training run"},
        {"--max-pixels", CLI_NUMBER, &o.max_pixels, "N", "qwen2.5-vl: as in your training run"},
        {"--eval", CLI_TEXT, &o.eval, "ID",
         "write this dataset's questions as prompts, with truth.jsonl"},
        {"--split", CLI_TEXT, &o.split, "S", "of --eval: its split; default all"},
        {"--seed", CLI_INT, &seed, "N", "of --eval: order and templates"}};
    int code =
        cli_parse(c, &cli_verb_emit, options, sizeof options / sizeof *options, argc, argv, &rest);
    if (code >= 0) return code;
    if (!o.out) return cli_usage(&cli_verb_emit, "emit wants -o DIR");
    if (!o.format || !o.model) return cli_usage(&cli_verb_emit, "emit wants --format and --model");
    o.seed = (uint64_t)seed;
    rsift_answer answer;
    if (rsift_emit(c->context, &o, &answer, &c->err) != RSIFT_OK) return cli_fail(c, "emit");
    if (!cli_print_json(c, &answer)) {
        const rs_json *root = cli_read(c, &answer);
        if (root) print_report(c, root);
    }
    return cli_done(&answer);
}

const cli_verb cli_verb_emit = {
    .name = "emit",
    .summary = "writes a mixture, or a benchmark's questions, for a trainer",
    .usage = "emit --format F --model M -o DIR [--mixture ID | --eval ID --split S]",
    .help =
        "Reads the kept samples from their releases again, writes boxes in the model's own\n"
        "convention, and draws a contact sheet from what was written.\n\n"
        "  rsift emit --format llava --model llava-1.5 -o out\n"
        "  rsift emit --format qwen --model qwen2.5-vl --min-pixels 3136 --max-pixels 1003520 -o "
        "out\n"
        "  rsift emit --eval rsvqa-lr --split test --format llava --model llava-1.5 -o questions\n",
    .run = run_emit};
