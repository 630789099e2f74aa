/* A command line -> the options of rsift_run, by the verb's table: `--name value`, `--name=value`,
 * positional arguments in the table's order, lists with commas or by repetition. What all verbs
 * have (--workspace, --json, ...) is kept apart. */
#include "cli/cli.h"

#include "base/num.h"
#include "base/utf8.h"
#include "codec/json_writer.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

/* What was given for one parameter of the verb. */
typedef struct given {
    const rs_json *param;
    rs_str name, option, type;
    const char **values; /* a flag has one, "" */
    size_t n, cap;
} given;

typedef struct scanner {
    cli *c;
    given *all;
    size_t n;
    int argc, at;
    char **argv;
} scanner;

static bool push(cli *c, const char ***items, size_t *n, size_t *cap, const char *value)
{
    if (!rs_arena_grow(&c->arena, (void **)items, cap, *n + 1, sizeof **items)) return false;
    (*items)[(*n)++] = value;
    return true;
}

static int no_memory(cli *c)
{
    rs_err_nomem(&c->err, "the options");
    return cli_fail(c, c->name);
}

/* Adds a value; "a,b,c" is three when the option is a list. Positional lists keep their commas. */
static int add_value(scanner *s, given *g, const char *value)
{
    rs_str rest = rs_str_of(value), piece;
    /* A positional argument may be a path, whose commas belong to it. */
    if (!g->option.ptr || !rs_str_eq(g->type, RS_STR("texts")) ||
        cli_flag(g->param, "keeps_commas"))
        return push(s->c, &g->values, &g->n, &g->cap, value) ? CLI_GO_ON : no_memory(s->c);
    bool any = false;
    while (rs_str_split(&rest, ',', &piece)) {
        piece = rs_str_trim(piece);
        const char *text = rs_arena_cstr(&s->c->arena, piece);
        if (!text) return no_memory(s->c);
        /* "a,,b" has two: a doubled or final comma is no value. */
        any = any || piece.len;
        if (piece.len && !push(s->c, &g->values, &g->n, &g->cap, text)) return no_memory(s->c);
    }
    /* a variable of the shell that is not set must not mean "not given" */
    return any ? CLI_GO_ON
               : cli_usage(s->c, "%.*s: expected a value, found nothing", RS_STR_ARG(g->option));
}

/* An option of all verbs: stores it and returns CLI_GO_ON; CLI_DONE when it is none of them. */
static int common_option(cli *c, rs_str name, const char *value)
{
    int64_t *const number = rs_str_eq(name, RS_STR("--threads"))        ? &c->threads
                            : rs_str_eq(name, RS_STR("--memory"))       ? &c->memory_mb
                            : rs_str_eq(name, RS_STR("--max-image-mb")) ? &c->max_image_mb
                                                                        : NULL;
    if (number) {
        /* 2^24 MB is 16 TB; a larger number is a slip of the hand. */
        if (rs_num_i64(rs_str_of(value), number) && *number >= 0 && *number <= 1 << 24)
            return CLI_GO_ON;
        return cli_usage(c, "%.*s: expected a whole number, found \"%s\"", RS_STR_ARG(name), value);
    }
    if (rs_str_eq(name, RS_STR("--workspace"))) {
        c->folder = value;
        return CLI_GO_ON;
    }
    if (!rs_str_eq(name, RS_STR("--catalog"))) return CLI_DONE;
    rs_str rest = rs_str_of(value), piece;
    while (rs_str_split(&rest, ',', &piece)) {
        const char *text = rs_arena_cstr(&c->arena, rs_str_trim(piece));
        /* In the order given; their records go before those of the built-in catalogue. */
        if (!text || !push(c, &c->catalogs, &c->n_catalogs, &c->cap_catalogs, text))
            return no_memory(c);
    }
    return CLI_GO_ON;
}

/* Reads the next word of the command line, with its value when it is an option that has one. */
static int scan_one(scanner *s)
{
    cli *c = s->c;
    const char *word = s->argv[s->at++];
    /* "-" alone is no option: by custom it names the standard input. */
    if (word[0] != '-' || word[1] == 0) {
        /* It belongs to the first positional parameter that has no value yet, or to a list. */
        for (size_t i = 0; i < s->n; i++) {
            given *g = &s->all[i];
            if (g->option.ptr || (g->n && !rs_str_eq(g->type, RS_STR("texts")))) continue;
            return add_value(s, g, word);
        }
        return cli_usage(c, "expected no further argument, found \"%s\"", word);
    }
    rs_str name = rs_str_of(word);
    const size_t equals = rs_str_find_char(name, '=');
    const char *value = equals == RS_NPOS ? NULL : word + equals + 1;
    if (value) name.len = equals;
    /* The verb's own options come first: a verb may have one that is named like a common one. */
    given *own = NULL;
    for (size_t i = 0; i < s->n && !own; i++)
        if (s->all[i].option.ptr && rs_str_eq_name(s->all[i].option, name)) own = &s->all[i];
    if (own && rs_str_eq(own->type, RS_STR("flag"))) return add_value(s, own, "");
    bool *const flag = rs_str_eq(name, RS_STR("--json"))    ? &c->json
                       : rs_str_eq(name, RS_STR("--quiet")) ? &c->quiet
                       : rs_str_eq(name, RS_STR("--help")) || rs_str_eq(name, RS_STR("-h"))
                           ? &c->help
                           : NULL;
    if (!own && flag) {
        *flag = true;
        return CLI_GO_ON;
    }
    /* Known or not is settled before the value is read: an unknown option swallows no word. */
    static const char *const common[] = {"--workspace", "--catalog", "--threads", "--memory",
                                         "--max-image-mb"};
    bool known = own != NULL;
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        known = known || rs_str_eq(name, rs_str_of(common[i]));
    if (!known) return cli_usage(c, "unknown option \"%s\"", word);
    if (!value && s->at == s->argc) return cli_usage(c, "%.*s wants a value", RS_STR_ARG(name));
    if (!value) value = s->argv[s->at++];
    return own ? add_value(s, own, value) : common_option(c, name, value);
}

/* ---- options as JSON ------------------------------------------------------------------------- */

/* Numbers are spelled as they are given, so that rsift_run judges them. */
static int put_value(cli *c, rs_json_writer *w, const given *g)
{
    const char *last = g->values[g->n - 1]; /* given again: the last one counts */
    int64_t integer;
    double number;
    if (rs_str_eq(g->type, RS_STR("flag"))) {
        rs_json_write_bool(w, true);
    } else if (rs_str_eq(g->type, RS_STR("texts"))) {
        rs_json_begin_array(w);
        for (size_t i = 0; i < g->n; i++) rs_json_write_cstr(w, g->values[i]);
        rs_json_end_array(w);
    } else if (rs_str_eq(g->type, RS_STR("integer"))) {
        if (!rs_num_i64(rs_str_of(last), &integer))
            return cli_usage(c, "%.*s: expected a whole number, found \"%s\"",
                             RS_STR_ARG(g->option), last);
        rs_json_write_i64(w, integer);
    } else if (rs_str_eq(g->type, RS_STR("number"))) {
        if (!rs_num_double(rs_str_of(last), &number))
            return cli_usage(c, "%.*s: expected a number, found \"%s\"", RS_STR_ARG(g->option),
                             last);
        rs_json_write_double(w, number);
    } else {
        rs_json_write_cstr(w, last);
    }
    return CLI_GO_ON;
}

/* Two documents: what rsift_run gets (options_text), and the same with the command's own options
 * for the printers (options). */
static int make_options(scanner *s)
{
    cli *c = s->c;
    rs_buf own = {0};
    rs_json_writer run = rs_json_writer_to(&c->options_text), print = rs_json_writer_to(&own);
    int code = CLI_GO_ON;
    /* Side by side, so that the two cannot differ but in the command's own options. */
    rs_json_begin_object(&run);
    rs_json_begin_object(&print);
    for (size_t i = 0; i < s->n && code == CLI_GO_ON; i++) {
        const given *g = &s->all[i];
        if (!g->n) {
            /* "--model", or the word of a positional argument */
            const rs_str shown = g->option.ptr ? g->option : cli_text(c, g->param, "argument", "?");
            if (cli_flag(g->param, "required"))
                code = cli_usage(c, "%s wants %.*s: %.*s", c->name, RS_STR_ARG(shown),
                                 RS_STR_ARG(cli_text(c, g->param, "help", "")));
            continue;
        }
        /* Such an option chooses how people see the answer, which --json does too. */
        if (c->json && cli_flag(g->param, "command_only")) {
            code = cli_usage(c, "%.*s and --json are two outputs: name one", RS_STR_ARG(g->option));
            continue;
        }
        rs_json_write_key_str(&print, g->name);
        code = put_value(c, &print, g);
        if (code != CLI_GO_ON || cli_flag(g->param, "command_only") ||
            cli_flag(g->param, "of_context"))
            continue;
        rs_json_write_key_str(&run, g->name);
        code = put_value(c, &run, g);
    }
    if (code == CLI_GO_ON) {
        rs_json_end_object(&run);
        rs_json_end_object(&print);
        /* rsift_run takes a C string. */
        rs_buf_char(&c->options_text, 0);
        const rs_str kept = rs_arena_str(&c->arena, rs_buf_view(&own));
        if (own.failed || c->options_text.failed || !kept.ptr) code = no_memory(c);
        else if (rs_json_parse(&c->arena, kept, NULL, &c->options, &c->err) != RSIFT_OK)
            code = cli_fail(c, c->name); /* an argument that is not UTF-8 */
    }
    rs_buf_fini(&own);
    return code;
}

int cli_parse(cli *c, int argc, char **argv)
{
    const rs_json *params = rs_json_get(c->verb, "parameters");
    scanner s = {.c = c, .n = rs_json_len(params), .argc = argc, .argv = argv};
    s.all = rs_arena_calloc(&c->arena, s.n + 1, sizeof *s.all);
    if (!s.all) return no_memory(c);
    rs_json_iter it = rs_json_each(params);
    for (size_t i = 0; i < s.n; i++) {
        const rs_json *p = rs_json_next(&it, NULL);
        s.all[i] = (given){.param = p,
                           .name = rs_json_str(rs_json_get(p, "name")),
                           .option = rs_json_str(rs_json_get(p, "option")),
                           .type = rs_json_str(rs_json_get(p, "type"))};
    }
    for (int i = 0; i < argc; i++) {
        char quoted[RS_QUOTE_SIZE];
        const rs_str word = rs_str_of(argv[i]);
        if (rs_utf8_valid(word) != word.len)
            return cli_usage(c, "expected UTF-8, found \"%s\"", rs_err_quote(quoted, word));
    }
    while (s.at < argc) {
        const int code = scan_one(&s);
        if (code != CLI_GO_ON) return code;
    }
    /* With --help nothing is required and nothing is run. */
    return c->help ? CLI_GO_ON : make_options(&s);
}

/* ---- context and workspace ------------------------------------------------------------------- */

static rsift_context *running; /* for the signal handler only */

/* What could not be stopped in order is ended here, as by a kill: nothing half-written has its
 * final name, and the next run goes on. */
static void on_deadline(int number)
{
    static const char message[] =
        "rsift: stopped; the same command goes on from what is finished\n";
    (void)number;
    (void)!write(STDERR_FILENO, message, sizeof message - 1);
    _exit(CLI_ERROR);
}

static void on_signal(int number)
{
    /* The one call of the library that a signal handler may make. */
    rsift_context_cancel(running);
    signal(number, SIG_DFL); /* a second one ends at once */
    /* One decoder or one statement may take long before it looks at the flag. */
    const struct itimerval deadline = {.it_value = {.tv_usec = 700 * 1000}};
    signal(SIGALRM, on_deadline);
    setitimer(ITIMER_REAL, &deadline, NULL);
}

void cli_bound(const cli *c)
{
    /* The engine bounds its tables, but not one value that a function makes (repeat, range). */
    const int64_t memory_mb = c->memory_mb > 0 ? c->memory_mb : 1024;
    long long used = 0; /* pages of data; the sixth number */
    FILE *statm = fopen("/proc/self/statm", "r");
    const bool known = statm && fscanf(statm, "%*s %*s %*s %*s %*s %lld", &used) == 1;
    if (statm) (void)fclose(statm);
    struct rlimit limit;
    if (!known || getrlimit(RLIMIT_DATA, &limit) != 0) return;
    const rlim_t most =
        (rlim_t)used * (rlim_t)sysconf(_SC_PAGESIZE) + (((rlim_t)memory_mb * 2 + 1024) << 20);
    if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur <= most) return;
    limit.rlim_cur = most;
    (void)setrlimit(RLIMIT_DATA, &limit);
}

static void print_progress(void *user, const rsift_progress *progress)
{
    const cli *c = user;
    if (c->quiet) return;
    /* On a terminal one line is written over and over; a log gets the last one of each stage. */
    if (isatty(2)) {
        cli_terminal("\r\033[K");
        fprintf(stderr, "%s%s", progress->text, progress->final ? "\n" : "");
    } else if (progress->final) {
        fprintf(stderr, "%s\n", progress->text);
    }
    fflush(stderr);
}

/* rsift-work in this folder or one above; NULL = none. */
static const char *find_folder(cli *c)
{
    char path[4096];
    struct stat st;
    /* A folder whose path fills the buffer (4 KiB) counts as having none. */
    if (!getcwd(path, sizeof path - 16)) return NULL;
    for (;;) {
        size_t n = strnlen(path, sizeof path);
        /* The root is "/" and ends in the slash that every other folder lacks. */
        rs_str candidate = rs_arena_printf(&c->arena, "%s/rsift-work", n == 1 ? "" : path);
        if (!candidate.ptr) return NULL;
        if (stat(candidate.ptr, &st) == 0 && S_ISDIR(st.st_mode)) return candidate.ptr;
        if (n <= 1) return NULL;
        size_t slash = rs_str_rfind_char(rs_str_make(path, n), '/');
        path[slash ? slash : 1] = 0;
    }
}

/* Does the workspace that was found lie in the current folder? */
static bool is_here(const char *folder)
{
    struct stat found, here;
    return stat(folder, &found) == 0 && stat("rsift-work", &here) == 0 &&
           found.st_dev == here.st_dev && found.st_ino == here.st_ino;
}

int cli_open(cli *c)
{
    rsift_context_options options = RSIFT_OPTIONS(rsift_context_options);
    options.catalogs = c->catalogs;
    options.n_catalogs = c->n_catalogs;
    options.threads = (int)c->threads;
    options.memory_mb = (int)c->memory_mb;
    rsift_limits limits = rsift_limits_default();
    if (c->max_image_mb) limits.max_image = (uint64_t)c->max_image_mb << 20;
    options.limits = &limits;
    options.unsafe_sql = cli_flag(c->options, "unsafe");
    options.progress = print_progress;
    options.progress_user = c;
    if (rsift_context_new(&options, &c->context, &c->err) != RSIFT_OK) return cli_fail(c, c->name);
    /* The table of the verb tells what it does with the workspace: none, optional, read, write or
     * create. A verb that only reads cannot harm it by mistake. */
    const rs_str use = cli_text(c, c->verb, "workspace", "none");
    const bool creates = rs_str_eq(use, RS_STR("create")),
               optional = rs_str_eq(use, RS_STR("optional"));
    const rsift_mode mode = creates                           ? RSIFT_CREATE
                            : rs_str_eq(use, RS_STR("write")) ? RSIFT_WRITE
                                                              : RSIFT_READ;
    c->folder_given = c->folder != NULL;
    if (rs_str_eq(use, RS_STR("none"))) c->folder = NULL;
    else if (!c->folder) c->folder = find_folder(c);
    /* found above, it may be another project's: one must know that the data goes there */
    if (c->folder && creates && !c->folder_given && !c->quiet && !is_here(c->folder))
        fprintf(stderr,
                "rsift: into %s, the workspace of a folder above; --workspace rsift-work makes one "
                "here\n",
                c->folder);
    if (!c->folder && creates) c->folder = "rsift-work";
    rsift_status status = rsift_workspace_open(c->context, c->folder, mode, &c->workspace, &c->err);
    if (status != RSIFT_OK && optional && !c->folder_given) /* found by chance: do without */
        status = rsift_workspace_open(c->context, NULL, mode, &c->workspace, &c->err);
    if (status != RSIFT_OK) return cli_fail(c, c->name);
    /* Only now: before there is a context, a signal ends the command as usual. */
    running = c->context;
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is seen when the output is flushed (cli_done) */
    return CLI_GO_ON;
}
