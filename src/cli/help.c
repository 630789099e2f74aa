/* --help and docs/cli.md, both made from the verbs' tables (rsift_parameters). */
#include "cli/cli.h"

#include <stdio.h>

enum { PAGE = 80, DOCUMENT = 118, HELP_COLUMN = 25 };

const rs_json *cli_parameters(cli *c, const char *name)
{
    rsift_answer answer;
    if (rsift_parameters(name, &answer, &c->err) != RSIFT_OK) {
        fprintf(stderr, "rsift: %s; `rsift --help` lists the verbs\n", c->err.message);
        return NULL;
    }
    /* Parsed texts point into the JSON, which must outlive the answer. */
    const rs_str kept = rs_arena_str(&c->arena, rs_str_make(answer.json, answer.len));
    rsift_answer_free(&answer);
    const rs_json *root = NULL;
    if (!kept.ptr || rs_json_parse(&c->arena, kept, NULL, &root, &c->err) != RSIFT_OK) {
        cli_fail(c, "the table of options");
        return NULL;
    }
    const rs_json *verbs = rs_json_get(root, "verbs");
    return name ? rs_json_path(verbs, RS_STR("0")) : verbs;
}

/* The verb's entry in an array of rsift_parameters. */
static const rs_json *find_verb(const rs_json *verbs, const char *name)
{
    rs_json_iter it = rs_json_each(verbs);
    const rs_json *v;
    while ((v = rs_json_next(&it, NULL)))
        if (rs_str_eq(rs_json_str(rs_json_get(v, "name")), rs_str_of(name))) break;
    return v;
}

void cli_print_verbs(FILE *to, cli *c)
{
    const rs_json *verbs = cli_parameters(c, NULL);
    /* The table is in the order of the work, so the list reads as a plan. */
    for (const cli_verb *v = cli_verbs; v->name; v++)
        fprintf(to, "  %-11s %.*s\n", v->name,
                RS_STR_ARG(cli_text(c, find_verb(verbs, v->name), "summary", "")));
}

/* ---- one verb -------------------------------------------------------------------------------- */

/* A parameter's help with what the table knows besides: the words, the list, the default. */
static rs_str help_of(cli *c, const rs_json *param)
{
    rs_str text = cli_text(c, param, "help", "");
    const rs_str fallback = cli_text(c, param, "default", ""),
                 list = cli_text(c, param, "list", "");
    /* The only words that are accepted: "auto, link, copy or path". */
    const rs_json *words = rs_json_get(param, "choices");
    const size_t n = rs_json_len(words);
    rs_str choices = {NULL, 0};
    rs_json_iter it = rs_json_each(words);
    for (size_t i = 0; i < n; i++) {
        const rs_str word = rs_json_str(rs_json_next(&it, NULL));
        const char *between = i == 0 ? "" : i + 1 == n ? " or " : ", ";
        choices = rs_arena_printf(&c->arena, "%.*s%s%.*s", RS_STR_ARG(choices), between,
                                  RS_STR_ARG(word));
    }
    if (choices.len)
        text = rs_arena_printf(&c->arena, "%.*s: %.*s", RS_STR_ARG(text), RS_STR_ARG(choices));
    /* A list is too long to print here; the command that prints it is named. */
    if (rs_str_eq(list, RS_STR("profiles")))
        text = rs_arena_printf(&c->arena, "%.*s (rsift score --list)", RS_STR_ARG(text));
    else if (list.len)
        text = rs_arena_printf(&c->arena, "%.*s (rsift list --%.*s)", RS_STR_ARG(text),
                               RS_STR_ARG(list));
    if (fallback.len)
        text = rs_arena_printf(&c->arena, "%.*s; default %.*s", RS_STR_ARG(text),
                               RS_STR_ARG(fallback));
    return text;
}

/* Prints an option with its help in a second column, which is wrapped to the page. */
static void print_option(rs_str name, rs_str argument, rs_str help)
{
    char left[64];
    snprintf(left, sizeof left, "%.*s%s%.*s", RS_STR_ARG(name), name.len && argument.len ? " " : "",
             RS_STR_ARG(argument));
    printf("  %-22s ", left);
    /* A long name has its line to itself and the help begins in the next. */
    if (strnlen(left, sizeof left) > 22) printf("\n  %-22s ", "");
    size_t column = HELP_COLUMN;
    bool first = true;
    for (rs_str word; rs_str_split(&help, ' ', &word); first = false) {
        /* The first word of a line is printed even when it is too long: nothing is cut. */
        if (column + word.len + 1 > PAGE && !first) {
            printf("\n%*s", HELP_COLUMN, "");
            column = HELP_COLUMN;
            first = true;
        }
        column += (size_t)printf("%s%.*s", first ? "" : " ", RS_STR_ARG(word));
    }
    putchar('\n');
}

static void print_params(cli *c, const rs_json *verb, bool positional, const char *title)
{
    rs_json_iter it = rs_json_each(rs_json_get(verb, "parameters"));
    bool any = false;
    for (const rs_json *p; (p = rs_json_next(&it, NULL));) {
        if (cli_flag(p, "positional") != positional) continue;
        /* The title appears with the first parameter of its kind, or not at all. */
        if (!any) printf("\n%s:\n", title);
        any = true;
        print_option(positional ? RS_STR("") : cli_text(c, p, "option", ""),
                     cli_text(c, p, "argument", ""), help_of(c, p));
    }
}

void cli_print_help(cli *c)
{
    static const char *const common[][3] = {
        {"--workspace", "DIR", "default: rsift-work here or in a folder above"},
        {"--catalog", "DIR", "your own catalogue records; may be given again"},
        {"--threads", "N", "default: one per core"},
        {"--memory", "MB", "for the SQL engine; default 1024"},
        {"--max-image-mb", "MB", "decoded pictures of all threads; default 512 (docs/limits.md)"},
        {"--json", "", "the answer as JSON (docs/cli.md lists the shapes)"},
        {"--quiet", "", "no progress lines"}};
    const rs_json *v = c->verb;
    printf("rsift %s: %.*s\n\nusage: rsift %.*s\n\n", c->name,
           RS_STR_ARG(cli_text(c, v, "summary", "")), RS_STR_ARG(cli_text(c, v, "usage", "")));
    cli_wrap("", cli_text(c, v, "description", ""));
    putchar('\n');
    rs_json_iter it = rs_json_each(rs_json_get(v, "examples"));
    for (const rs_json *e; (e = rs_json_next(&it, NULL));) {
        /* An example that does not fit into a line goes on in the next, behind a backslash. 3 =
         * the blank before a word, and " \" behind it. */
        rs_str text = rs_json_str(e);
        size_t column = 0;
        for (rs_str word; rs_str_split(&text, ' ', &word);) {
            if (column && column + word.len + 3 > PAGE) {
                printf(" \\\n");
                column = (size_t)printf("     ");
            } else if (!column) {
                column = (size_t)printf(" ");
            }
            column += (size_t)printf(" %.*s", RS_STR_ARG(word));
        }
        putchar('\n');
    }
    print_params(c, v, true, "arguments");
    print_params(c, v, false, "options");
    printf("\ncommon options:\n");
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        print_option(rs_str_of(common[i][0]), rs_str_of(common[i][1]), rs_str_of(common[i][2]));
}

/* ---- docs/cli.md ----------------------------------------------------------------------------- */

static const char head[] =
    "# The command\n\n"
    "Made by `rsift help --markdown` from the verbs' tables (`src/api`); a test compares the two.\n"
    "\n"
    "`--json` on any verb prints one JSON document with `\"schema\": \"rsift.<verb>/1\"` (or "
    "`query`'s bare array). Fields may\nbe added, never renamed. Exit code: 0 done, 1 findings at "
    "or above the asked level, 2 usage or error. Errors go to\nstderr as `rsift: <verb>: <what was "
    "expected and found>` and a line `at <place>`, for example\n`train.zip > ann/1.json > record "
    "1812 > byte 88123`. An absent field means \"not known\".\n\n"
    "Common options: `--workspace DIR` (default `rsift-work`, searched upwards; only `index` makes "
    "one), `--catalog DIR`,\n`--threads N`, `--memory MB`, `--max-image-mb MB`, `--json`, "
    "`--quiet`, "
    "`--help`. A list option takes commas or\nrepetition. `docs/limits.md` has every limit with "
    "its default.\n\n"
    "The second column of each table is the option's key in the JSON that `rsift_run` takes "
    "(`docs/c-api.md`);\n`list` in the third means that it is given as an array there. A dash: the "
    "command's own option.\n";

static const char tail[] =
    "\n## What `emit` writes\n\n"
    "`emit` writes into a new or empty folder, or again into one of its own outputs: the file "
    "`.rsift-output` marks\nthem and lists what was written, and the next emit removes what is "
    "listed "
    "and nothing else; another folder is refused\nand left as it is. What it writes: the format's "
    "own "
    "file(s), `images/`, `README.md` (data card), `ledger.parquet`,\n`dropped.jsonl` (samples that "
    "were kept and could not be written, with the reason; `picture-failed` and "
    "`picture-changed`,\na "
    "picture that is not the one that was indexed: `pictures-failed.txt` says why), "
    "`contact-sheet.html`,\n`clean/<benchmark>.ids`, `pictures.jsonl` (every picture: `name`, "
    "`how` "
    "it got there, `bytes`, `xxh3_128`, of a rendered\none also `source_xxh3_128`), "
    "`manifest.json` "
    "(`rsift.manifest/1`: every other file with size and XXH3-128); with `--eval` also "
    "`truth.jsonl`, one line a question:\n`id original_id task type images[] question answer "
    "references[] width height resized[] boxes[] labels[] convention\nprediction_boxes`, as far as "
    "known.\n";

/* A paragraph, wrapped where the other documents are. */
static void put_paragraph(rs_str text)
{
    size_t column = 0;
    for (rs_str word; rs_str_split(&text, ' ', &word);) {
        if (column && column + 1 + word.len > DOCUMENT) column = 0, putchar('\n');
        column += (size_t)printf("%s%.*s", column ? " " : "", RS_STR_ARG(word));
    }
    putchar('\n');
}

/* A cell of a Markdown table: a bar would end it. */
static void put_cell(rs_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '|') putchar('\\');
        putchar(text.ptr[i]);
    }
}

void cli_print_markdown(cli *c, const rs_json *verbs)
{
    fputs(head, stdout);
    /* In the order of the work, as cli_verbs has them; rsift_parameters is alphabetical. */
    for (const cli_verb *each = cli_verbs; each->name; each++) {
        const rs_json *v = find_verb(verbs, each->name);
        printf("\n## %s\n\n", each->name);
        put_paragraph(cli_text(c, v, "description", ""));
        printf("\n    rsift %.*s\n", RS_STR_ARG(cli_text(c, v, "usage", "")));
        if (rs_json_len(rs_json_get(v, "parameters")))
            printf("\n| option | key | type | |\n|---|---|---|---|\n");
        rs_json_iter it = rs_json_each(rs_json_get(v, "parameters"));
        for (const rs_json *p; (p = rs_json_next(&it, NULL));) {
            const rs_str type = cli_text(c, p, "type", ""), option = cli_text(c, p, "option", ""),
                         argument = cli_text(c, p, "argument", "");
            const double least = cli_number(p, "minimum", 0), most = cli_number(p, "maximum", 0);
            printf("| `");
            put_cell(option); /* empty for a positional argument */
            if (option.len && argument.len) putchar(' ');
            put_cell(argument);
            if (cli_flag(p, "command_only") || cli_flag(p, "of_context")) printf("` | - | ");
            else printf("` | `%.*s` | ", RS_STR_ARG(cli_text(c, p, "name", "")));
            printf("%.*s", RS_STR_ARG(rs_str_eq(type, RS_STR("texts")) ? RS_STR("list") : type));
            /* 17 digits: 2^53, a bound of seeds, must not become 9.0072e+15. */
            if (least < most) printf(", %.17g to %.17g", least, most);
            printf("%s | ", cli_flag(p, "required") ? ", required" : "");
            put_cell(help_of(c, p));
            printf(" |\n");
        }
        putchar('\n');
        put_paragraph(
            rs_arena_printf(&c->arena, "Answer: %.*s.", RS_STR_ARG(cli_text(c, v, "answer", ""))));
    }
    fputs(tail, stdout);
}
