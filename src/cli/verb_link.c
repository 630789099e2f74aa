/* link: pictures that live elsewhere. */
#include "cli/verbs.h"

#include <stdio.h>

static int run_link(cli *c, int argc, char **argv)
{
    cli_list ids = {0};
    const char *images = NULL;
    const cli_option options[] = {
        {"--images", CLI_TEXT, &images, "PATH|ID", "folder, archive, or another indexed dataset"}};
    int code = cli_parse(c, &cli_verb_link, options, 1, argc, argv, &ids);
    if (code >= 0) return code;
    if (ids.n != 1 || !images)
        return cli_usage(&cli_verb_link, "link wants a dataset id and --images");
    rsift_answer answer;
    if (rsift_link(c->context, ids.items[0], images, &answer, &c->err) != RSIFT_OK)
        return cli_fail(c, "link");
    if (!cli_print_json(c, &answer)) {
        const rs_json *r = cli_read(c, &answer);
        printf("%s of %s unresolved pictures linked, %s names were ambiguous\n",
               cli_count(cli_int(r, "linked", 0)), cli_count(cli_int(r, "unresolved", 0)),
               cli_count(cli_int(r, "ambiguous", 0)));
    }
    return cli_done(&answer);
}

const cli_verb cli_verb_link = {
    .name = "link",
    .summary = "finds the pictures of a dataset in another folder or dataset",
    .usage = "link ID --images PATH|OTHER_ID",
    .help = "Annotations often come without pictures: RSIVQA's lie in five other datasets, CDVQA's "
            "are\n"
            "SECOND's. A picture that is not found stays 'unresolved', which is no error.\n\n"
            "  rsift link cdvqa --images ~/data/SECOND_train_set.zip\n"
            "  rsift link ucm-captions --images uc-merced\n",
    .run = run_link};
