/* emit, build: what was written. */
#include "cli/verbs.h"

#include <stdio.h>

/* What the mixture keeps and this emit could not write: the reason for exit code 1. */
static void put_left_out(cli *c, const rs_json *r)
{
    if (rs_json_len(rs_json_get(r, "dropped")) == 0) return;
    const rs_str out = cli_text(c, r, "out", "");
    printf("Not all that was kept is written: %.*s/dropped.jsonl names each sample.\n",
           RS_STR_ARG(out));
    if (rs_json_get(r, "mixture_id"))
        printf("Name `format` and `model` in the recipe and mix again: a mixture that knows\n"
               "its model leaves such samples out before the budget is spent.\n");
}

/* Which mixture was written: whoever emits "the last one" reads here which that was. */
static void print_mixture(cli *c, const rs_json *emit)
{
    const rs_str id = cli_text(c, emit, "mixture_id", "");
    if (id.len == 0) return; /* the questions of an evaluation */
    printf("mixture %.*s, made %.*s\n  id        %.*s\n", RS_STR_ARG(cli_text(c, emit, "name", "")),
           RS_STR_ARG(cli_text(c, emit, "made_at", "")), RS_STR_ARG(id));
}

void cli_print_emit(cli *c, const rs_json *r)
{
    print_mixture(c, r);
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
    const int64_t unanswered = cli_int(r, "unanswered", 0);
    if (unanswered)
        printf("  unanswered  %s questions have no answer here: score leaves them out\n",
               cli_count(unanswered));
    /* Samples that the mixture keeps but this format cannot hold: {reason: n}. */
    rs_json_iter it = rs_json_each(rs_json_get(r, "dropped"));
    rs_str reason;
    for (const rs_json *v; (v = rs_json_next(&it, &reason));) {
        int64_t n = 0;
        rs_json_i64(v, &n);
        printf("  not written  %s: %.*s\n", cli_count(n), RS_STR_ARG(reason));
    }
    put_left_out(c, r);
    printf("Look at %.*s/contact-sheet.html before you train.\n",
           RS_STR_ARG(cli_text(c, r, "out", "")));
}

void cli_print_build(cli *c, const rs_json *root)
{
    /* The folder is taken from the options: it is printed as it was typed. */
    const rs_json *r = rs_json_get(root, "emit");
    const rs_str out = cli_text(c, c->options, "out", "");
    print_mixture(c, r);
    printf("%s records in %.*s, %s boxes\n"
           "Open %.*s/contact-sheet.html before you train.\n",
           cli_count(cli_int(r, "records", 0)), RS_STR_ARG(out), cli_count(cli_int(r, "boxes", 0)),
           RS_STR_ARG(out));
    put_left_out(c, r);
}
