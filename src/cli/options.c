/* Options: the common ones once, a verb's own ones from its table. `--name value` and
 * `--name=value`. */
#include "cli/cli.h"

#include "base/alloc.h"
#include "base/num.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static rsift_context *running; /* for the signal handler only */

static void on_signal(int number)
{
    (void)number;
    if (running) rsift_cancel(running);
    signal(SIGINT, SIG_DFL); /* a second one ends at once */
}

static void print_progress(void *user, const char *line, int final)
{
    const cli *c = user;
    if (c->quiet) return;
    if (isatty(2)) fprintf(stderr, "\r\033[K%s%s", line, final ? "\n" : "");
    else if (final) fprintf(stderr, "%s\n", line);
    fflush(stderr);
}

int cli_usage(const cli_verb *verb, const char *fmt, ...)
{
    va_list args;
    fputs("rsift: ", stderr);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fprintf(stderr, "\nusage: rsift %s\n       rsift %s --help says more\n", verb->usage,
            verb->name);
    return CLI_ERROR;
}

static void print_option(const char *name, const char *argument, const char *help)
{
    char left[64];
    snprintf(left, sizeof left, "%s%s%s", name, argument ? " " : "", argument ? argument : "");
    printf("  %-22s ", left);
    if (strnlen(left, sizeof left) > 22) printf("\n  %-22s ", "");
    size_t column = 25;
    rs_str rest = rs_str_of(help), word;
    bool first = true;
    while (rs_str_split(&rest, ' ', &word)) {
        if (column + word.len + 1 > 80) {
            printf("\n%25s", "");
            column = 25;
            first = true;
        }
        column += (size_t)printf("%s%.*s", first ? "" : " ", RS_STR_ARG(word));
        first = false;
    }
    putchar('\n');
}

static void print_help(const cli_verb *verb, const cli_option *options, size_t n)
{
    printf("rsift %s: %s\n\nusage: rsift %s\n\n%s\n", verb->name, verb->summary, verb->usage,
           verb->help ? verb->help : "");
    if (n) printf("options:\n");
    for (size_t i = 0; i < n; i++)
        print_option(options[i].name, options[i].argument, options[i].help);
    printf("\ncommon options:\n");
    print_option("--workspace", "DIR", "default: rsift-work here or in a folder above");
    print_option("--catalog", "DIR", "your own catalogue records; may be given again");
    print_option("--threads", "N", "default: one per core");
    print_option("--memory", "MB", "for the decision engine; default 1024");
    print_option("--json", NULL, "the answer as JSON (docs/cli.md lists the shapes)");
    print_option("--quiet", NULL, "no progress lines");
}

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* rsift-work in this folder or one above. */
static const char *find_workspace(cli *c)
{
    char path[4096];
    if (!getcwd(path, sizeof path - 16)) return NULL;
    for (;;) {
        size_t n = strnlen(path, sizeof path);
        rs_str candidate = rs_arena_printf(&c->arena, "%s/rsift-work", n == 1 ? "" : path);
        if (!candidate.ptr) return NULL;
        if (is_folder(candidate.ptr)) return candidate.ptr;
        if (n <= 1) return NULL;
        size_t slash = rs_str_rfind_char(rs_str_make(path, n), '/');
        path[slash ? slash : 1] = 0;
    }
}

static bool push(cli *c, cli_list *list, const char *value)
{
    const char **bigger = rs_arena_calloc(&c->arena, list->n + 2, sizeof *bigger);
    if (!bigger) return false;
    if (list->n) memcpy(bigger, list->items, list->n * sizeof *bigger);
    bigger[list->n] = value;
    list->items = bigger;
    list->n++;
    return true;
}

/* "a,b,c" is three items. */
static bool push_all(cli *c, cli_list *list, const char *value)
{
    rs_str rest = rs_str_of(value), piece;
    while (rs_str_split(&rest, ',', &piece)) {
        piece = rs_str_trim(piece);
        if (piece.len && !push(c, list, rs_arena_cstr(&c->arena, piece))) return false;
    }
    return true;
}

static int store_value(cli *c, const cli_verb *verb, const cli_option *option, const char *value)
{
    rs_str text = rs_str_of(value);
    int64_t whole;
    switch (option->kind) {
    case CLI_TEXT: *(const char **)option->value = value; return -1;
    case CLI_LIST:
        if (!push_all(c, option->value, value)) return CLI_ERROR;
        return -1;
    case CLI_INT:
        if (rs_num_i64(text, &whole)) {
            *(int64_t *)option->value = whole;
            return -1;
        }
        return cli_usage(verb, "%s wants a whole number, found \"%s\"", option->name, value);
    case CLI_NUMBER:
        if (rs_num_double(text, option->value)) return -1;
        return cli_usage(verb, "%s wants a number, found \"%s\"", option->name, value);
    case CLI_FLAG: break;
    }
    return -1;
}

typedef struct scanner {
    cli *c;
    const cli_verb *verb;
    const cli_option *options;
    size_t n_options;
    int argc, at;
    char **argv;
    int64_t threads, memory;
    cli_list catalogs;
    bool help;
} scanner;

static const cli_option *find_option(const cli_option *options, size_t n, rs_str name)
{
    for (size_t i = 0; i < n; i++)
        if (rs_str_eq(name, rs_str_of(options[i].name))) return &options[i];
    return NULL;
}

static int scan_one(scanner *s, cli_list *positional)
{
    const char *word = s->argv[s->at++];
    if (word[0] != '-' || word[1] == 0) return push(s->c, positional, word) ? -1 : CLI_ERROR;
    const cli_option common[] = {
        {"--workspace", CLI_TEXT, &s->c->workspace, "DIR", ""},
        {"--catalog", CLI_LIST, &s->catalogs, "DIR", ""},
        {"--threads", CLI_INT, &s->threads, "N", ""},
        {"--memory", CLI_INT, &s->memory, "MB", ""},
        {"--json", CLI_FLAG, &s->c->json, NULL, ""},
        {"--quiet", CLI_FLAG, &s->c->quiet, NULL, ""},
        {"--help", CLI_FLAG, &s->help, NULL, ""},
        {"-h", CLI_FLAG, &s->help, NULL, ""},
    };
    rs_str name = rs_str_of(word);
    size_t equals = rs_str_find_char(name, '=');
    const char *value = equals == RS_NPOS ? NULL : word + equals + 1;
    if (value) name.len = equals;
    const cli_option *option = find_option(s->options, s->n_options, name);
    if (!option) option = find_option(common, sizeof common / sizeof *common, name);
    if (!option) return cli_usage(s->verb, "unknown option \"%s\"", word);
    if (option->kind == CLI_FLAG) {
        *(bool *)option->value = true;
        return -1;
    }
    if (!value) {
        if (s->at == s->argc) return cli_usage(s->verb, "%s wants a value", option->name);
        value = s->argv[s->at++];
    }
    return store_value(s->c, s->verb, option, value);
}

int cli_parse(cli *c, const cli_verb *verb, const cli_option *options, size_t n_options, int argc,
              char **argv, cli_list *positional)
{
    scanner s = {.c = c,
                 .verb = verb,
                 .options = options,
                 .n_options = n_options,
                 .argc = argc,
                 .argv = argv};
    while (s.at < argc) {
        int code = scan_one(&s, positional);
        if (code >= 0) return code;
    }
    if (s.help) {
        print_help(verb, options, n_options);
        return CLI_DONE;
    }
    c->workspace_given = c->workspace != NULL;
    if (!c->workspace) c->workspace = find_workspace(c);
    if (!c->workspace && verb->makes_workspace) c->workspace = "rsift-work";
    rsift_context_options made = RSIFT_OPTIONS(rsift_context_options);
    made.workspace = c->workspace;
    made.catalogs = s.catalogs.items;
    made.n_catalogs = s.catalogs.n;
    made.threads = (int)s.threads;
    made.memory_mb = (int)s.memory;
    made.progress = print_progress;
    made.progress_user = c;
    if (rsift_context_new(&made, &c->context, &c->err) != RSIFT_OK) return cli_fail(c, "starting");
    running = c->context;
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    signal(SIGPIPE, SIG_IGN);
    return -1;
}
