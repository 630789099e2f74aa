/* rsift: the command. Finds the verb and runs it. */
#include "cli/cli.h"

#include <stdio.h>

static const cli_verb *find_verb(const char *name)
{
    for (const cli_verb *const *v = cli_verbs; *v; v++)
        if (rs_str_eq(rs_str_of((*v)->name), rs_str_of(name))) return *v;
    return NULL;
}

static int help(FILE *to)
{
    fputs("rsift reads remote-sensing vision-language datasets as published, audits them,\n"
          "recommends a training mixture under a budget and writes it for your trainer.\n\n"
          "usage: rsift VERB [arguments] [options]      rsift VERB --help says more\n\n",
          to);
    for (const cli_verb *const *v = cli_verbs; *v; v++)
        if (!(*v)->hidden) fprintf(to, "  %-11s %s\n", (*v)->name, (*v)->summary);
    fputs("\nA first look:\n"
          "  rsift demo                              the whole flow on small made-up data\n"
          "  rsift list                              what the catalogue knows\n"
          "  rsift scan ~/data                       which releases lie on this disk\n"
          "  rsift index ~/data/RSVQA_LR             read one into ./rsift-work\n"
          "  rsift audit                             what is wrong with it\n",
          to);
    return to == stdout ? CLI_DONE : CLI_ERROR;
}

int main(int argc, char **argv)
{
    if (argc < 2) return help(stderr);
    rs_str word = rs_str_of(argv[1]);
    if (rs_str_eq(word, RS_STR("--help")) || rs_str_eq(word, RS_STR("-h")) ||
        rs_str_eq(word, RS_STR("help")))
        return help(stdout);
    if (rs_str_eq(word, RS_STR("--version"))) {
        printf("rsift %s\n", rsift_version());
        return CLI_DONE;
    }
    const cli_verb *verb = find_verb(argv[1]);
    if (!verb) {
        fprintf(stderr, "rsift: there is no verb \"%s\"; `rsift --help` lists them\n", argv[1]);
        return CLI_ERROR;
    }
    cli c = {0};
    int code = verb->run(&c, argc - 2, argv + 2);
    rsift_context_free(c.context);
    rs_arena_fini(&c.arena);
    return code;
}
