/* emit, build: what was written. */
#include "cli/verbs.h"

#include <stdio.h>

/* What could not be written, for an evaluation or of a mixture: the reason for exit code 1. */
static void put_left_out(cli *c, const rs_json *r)
{
    const rs_json *dropped = rs_json_get(r, "dropped");
    if (rs_json_len(dropped) == 0) return;
    const rs_str out = cli_text(c, r, "out", "");
    const bool mixture = rs_json_get(r, "mixture_id") != NULL;
    int64_t n_dropped = 0;
    bool of_model = false; /* for a reason that mix knows when it knows the model */
    rs_json_iter it = rs_json_each(dropped);
    rs_str reason;
    for (const rs_json *v; (v = rs_json_next(&it, &reason));) {
        int64_t n = 0;
        rs_json_i64(v, &n);
        n_dropped += n;
        of_model = of_model || !(rs_str_eq(reason, RS_STR("picture-changed")) ||
                                 rs_str_eq(reason, RS_STR("picture-failed")) ||
                                 rs_str_eq(reason, RS_STR("unresolved-picture")));
    }
    if (mixture)
        printf("Not all that was kept is written: %.*s/dropped.jsonl names each sample.\n",
               RS_STR_ARG(out));
    else
        printf("INCOMPLETE: %s of %s questions cannot be asked; a score will say so.\n"
               "  %.*s/dropped.jsonl names each.\n",
               cli_count(n_dropped), cli_count(n_dropped + cli_int(r, "records", 0)),
               RS_STR_ARG(out));
    const bool changed = rs_json_get(dropped, "picture-changed") != NULL;
    if (changed || rs_json_get(dropped, "picture-failed"))
        printf("Which pictures, and why: %.*s/pictures-failed.txt\n", RS_STR_ARG(out));
    /* link reads only what is not here yet */
    if (changed)
        printf("Changed since the index: `rsift index` reads them again, then mix and emit\n"
               "again; those that came by link: rsift remove, index, link, mix, emit.\n");
    if (rs_json_get(dropped, "unresolved-picture"))
        printf("Where pictures lie elsewhere: `rsift link ID --images DIR`, then emit again.\n");
    if (mixture && of_model)
        printf("Name `format` and `model` in the recipe and mix again: a mixture that knows\n"
               "its model leaves such samples out before the budget is spent.\n");
}

/* Files that lie in the folder and are not rsift's. */
static void put_other(cli *c, const rs_json *r)
{
    const int64_t n = cli_int(r, "other_files", 0);
    if (n == 0) return;
    printf("%s file%s in %.*s %s not rsift's and stay%s as they are:\n", cli_count(n),
           n == 1 ? "" : "s", RS_STR_ARG(cli_text(c, r, "out", "")), n == 1 ? "is" : "are",
           n == 1 ? "s" : "");
    rs_json_iter it = rs_json_each(rs_json_get(r, "other"));
    for (const rs_json *p; (p = rs_json_next(&it, NULL));)
        printf("  %.*s\n", RS_STR_ARG(rs_json_str(p)));
}

/* What comes next: looking, then training or scoring. */
static void put_next(cli *c, const rs_json *r)
{
    const rs_str out = cli_text(c, r, "out", "");
    if (rs_json_get(r, "mixture_id")) {
        printf("Look at %.*s/contact-sheet.html before you train.\n", RS_STR_ARG(out));
        return;
    }
    const rs_json *profiles = rs_json_get(r, "profiles");
    printf("Look at %.*s/contact-sheet.html, ask the model, then score its answers:\n"
           "  rsift score PROFILE --truth %.*s/truth.jsonl --predictions FILE\n",
           RS_STR_ARG(out), RS_STR_ARG(out));
    if (!rs_json_len(profiles))
        printf("PROFILE is one of `rsift score --list`, such as caption.coco for captions,\n"
               "ground.hbb for one box an answer, det.geobench-vlm for lists of boxes.\n");
    rs_json_iter it = rs_json_each(profiles);
    for (const rs_json *p; (p = rs_json_next(&it, NULL));)
        printf("  PROFILE  %.*s\n", RS_STR_ARG(rs_json_str(p)));
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
    put_other(c, r);
    put_next(c, r);
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
    cli_print_mix_warnings(c, rs_json_get(root, "mix"));
    put_left_out(c, r);
    put_other(c, r);
}
