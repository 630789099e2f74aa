/* rsift: the command. Finds the verb, reads its options, runs it, prints the answer. */
#include "cli/cli.h"

#include <stdio.h>

static int help(FILE *to, cli *c)
{
    fputs("rsift reads remote-sensing vision-language datasets as published, audits them,\n"
          "recommends a training mixture under a budget and writes it for your trainer.\n\n"
          "usage: rsift VERB [arguments] [options]      rsift VERB --help explains one\n\n",
          to);
    cli_print_verbs(to, c);
    fputs("\nTo begin with:\n"
          "  rsift demo                              every step on small made-up data\n"
          "  rsift list                              what the catalogue knows\n"
          "  rsift scan ~/data                       which releases lie on this disk\n"
          "  rsift index ~/data/RSVQA_LR             read one into ./rsift-work\n"
          "  rsift audit                             what is wrong with it\n",
          to);
    /* Help that was not asked for answers a usage error. */
    return to == stdout ? CLI_DONE : CLI_ERROR;
}

/* Runs the verb through the public interface and shows its answer. */
static int run_verb(cli *c, const cli_verb *verb)
{
    rsift_answer answer;
    if (rsift_run(c->workspace, c->name, c->options_text.ptr, &answer, &c->err) != RSIFT_OK) {
        const int code = cli_fail(c, c->name);
        if (verb->failed) verb->failed(c);
        return code;
    }
    if (c->json) {
        cli_guard_json();
        fwrite(answer.json, 1, answer.len, stdout);
        /* A line end, so that several answers in one file stay apart. */
        if (answer.len == 0 || answer.json[answer.len - 1] != '\n') putchar('\n');
    } else {
        /* people get the same document, printed as tables */
        const rs_json *root = cli_read(c, &answer);
        if (root) verb->print(c, root);
    }
    return cli_done(&answer);
}

/* Runs the command line: an option of rsift itself, or the verb that its first word names. */
static int run(cli *c, int argc, char **argv)
{
    const rs_str word = rs_str_of(argv[1]);
    if (rs_str_eq(word, RS_STR("--version"))) {
        printf("rsift %s\n", rsift_version());
        return CLI_DONE;
    }
    if (rs_str_eq(word, RS_STR("--help")) || rs_str_eq(word, RS_STR("-h"))) return help(stdout, c);
    if (rs_str_eq(word, RS_STR("help"))) {
        if (argc < 3) return help(stdout, c);
        const bool all = rs_str_eq(rs_str_of(argv[2]), RS_STR("--markdown"));
        c->name = all ? NULL : argv[2];
        c->verb = cli_parameters(c, c->name); /* an unknown verb is told with the nearest name */
        if (!c->verb) return CLI_ERROR;
        if (all) cli_print_markdown(c, c->verb);
        else cli_print_help(c);
        return CLI_DONE;
    }
    /* The tables of the library decide what is a verb; an unknown one gets their error. */
    c->name = argv[1];
    c->verb = cli_parameters(c, c->name);
    if (!c->verb) return CLI_ERROR;
    const cli_verb *verb = cli_verbs;
    while (verb->name && !rs_str_eq(rs_str_of(verb->name), word)) verb++;
    /* the library may not know a verb that the command cannot print */
    RS_ASSERT(verb->name); /* a test compares the two tables */
    /* Options before the workspace: a mistake in them must not depend on what lies here. */
    int code = cli_parse(c, argc - 2, argv + 2);
    if (code == CLI_GO_ON && c->help) {
        cli_print_help(c);
        return CLI_DONE;
    }
    if (code == CLI_GO_ON) code = cli_open(c);
    if (code != CLI_GO_ON) return code;
    if (verb->runs_anything) cli_bound(c);
    return verb->run ? verb->run(c) : run_verb(c, verb);
}

int main(int argc, char **argv)
{
    cli c = {0};
    cli_guard_output();
    const int code = argc < 2 ? help(stderr, &c) : run(&c, argc, argv);
    /* The workspace goes before its context; NULL is fine for both. */
    rsift_workspace_close(c.workspace);
    rsift_context_free(c.context);
    rs_buf_fini(&c.options_text);
    rs_arena_fini(&c.arena);
    return code;
}
