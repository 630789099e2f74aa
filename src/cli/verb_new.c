/* new: a draft of a catalogue record. */
#include "cli/verbs.h"

#include <stdio.h>

static int run_new(cli *c, int argc, char **argv)
{
    cli_list words = {0};
    int code = cli_parse(c, &cli_verb_new, NULL, 0, argc, argv, &words);
    if (code >= 0) return code;
    if (words.n != 2) return cli_usage(&cli_verb_new, "new wants an id and a path");
    rsift_answer answer;
    if (rsift_new(c->context, words.items[0], words.items[1], &answer, &c->err) != RSIFT_OK)
        return cli_fail(c, "new");
    if (!cli_print_json(c, &answer)) {
        rs_str yaml = cli_text(c, cli_read(c, &answer), "yaml", "");
        fwrite(yaml.ptr, 1, yaml.len, stdout);
    }
    return cli_done(&answer);
}

const cli_verb cli_verb_new = {.name = "new",
                               .summary = "drafts a catalogue record for data of a known family",
                               .usage = "new ID PATH > DIR/ID.yaml",
                               .help =
                                   "Looks at names and first bytes, finds the reader, writes a "
                                   "record with TODO marks where only\n"
                                   "you know. Then: rsift index PATH --catalog DIR --dataset ID\n\n"
                                   "  rsift new my-set ~/data/my_set > my-catalog/my-set.yaml\n",
                               .run = run_new};
