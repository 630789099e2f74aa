/* The command: verbs over the public interface, nothing more. A verb is one file with one const
 * struct and a line in verbs.c. Answers come as JSON; a verb prints them as they are (--json) or as
 * a table that fits 80 columns. */
#ifndef RS_CLI_CLI_H
#define RS_CLI_CLI_H

#include "base/arena.h"
#include "base/buf.h"
#include "codec/json.h"
#include "rsift/rsift.h"

#include <stdbool.h>

/* What every verb accepts besides its own options. */
typedef struct cli {
    rs_arena arena;
    rsift_context *context;
    bool json, quiet;
    const char *workspace; /* given, found upwards, or NULL */
    bool workspace_given;
    const char **catalogs;
    size_t n_catalogs;
    int threads, memory_mb;
    rsift_error err;
} cli;

typedef enum cli_kind { CLI_FLAG, CLI_TEXT, CLI_LIST, CLI_INT, CLI_NUMBER } cli_kind;

/* An option of a verb; `value` points to bool, const char *, cli_list, int64_t or double. */
typedef struct cli_option {
    const char *name; /* "--dataset" */
    cli_kind kind;
    void *value;
    const char *argument; /* "ID", shown in help; NULL for flags */
    const char *help;
} cli_option;

typedef struct cli_list {
    const char **items;
    size_t n;
} cli_list;

typedef struct cli_verb {
    const char *name, *summary, *usage;
    const char *help; /* a paragraph and examples */
    int (*run)(cli *c, int argc, char **argv);
    bool hidden;
    bool makes_workspace; /* works in ./rsift-work when there is none yet */
} cli_verb;

extern const cli_verb *const cli_verbs[]; /* NULL-terminated, in the order of the work */

enum { CLI_DONE = 0, CLI_FINDINGS = 1, CLI_ERROR = 2 };

/* Reads options (own ones and the common ones) and positional arguments; makes the context.
 * Returns -1 to go on, else the exit code (help was asked for, or usage was wrong). */
int cli_parse(cli *c, const cli_verb *verb, const cli_option *options, size_t n_options, int argc,
              char **argv, cli_list *positional);

/* Prints an error: where, what, and returns CLI_ERROR. */
int cli_fail(const cli *c, const char *doing);
int cli_usage(const cli_verb *verb, const char *fmt, ...) RS_PRINTF(2, 3);

/* Parses the answer for printing; NULL (and an error on stderr) when that fails. */
const rs_json *cli_read(cli *c, const rsift_answer *answer);
/* With --json prints the answer and returns true. Frees nothing. */
bool cli_print_json(const cli *c, const rsift_answer *answer);
/* Ends a verb: frees the answer, exit code by its findings. */
int cli_done(rsift_answer *answer);

/* ---- tables ---------------------------------------------------------------------------------- */

typedef struct cli_column {
    const char *title;
    const char *key; /* dotted path in each row object */
    bool right;      /* numbers */
    int most;        /* widest, 0 = as needed; longer text is cut with an ellipsis */
} cli_column;

/* Prints rows (array of objects) as a table of at most 80 columns; the last text column is cut to
 * fit. Integers get thousands separators. */
void cli_table(const rs_json *rows, const cli_column *columns, size_t n_columns);

/* The same for cells [n_rows * n_columns] that are texts already; columns[].key is not used. */
void cli_cells(const char *indent, const rs_str *cells, size_t n_rows, const cli_column *columns,
               size_t n_columns);

/* Small accessors with defaults, for printing. */
rs_str cli_text(cli *c, const rs_json *object, const char *key, const char *otherwise);
int64_t cli_int(const rs_json *object, const char *key, int64_t otherwise);
double cli_number(const rs_json *object, const char *key, double otherwise);
/* "1,234,567" in a static ring of buffers. */
const char *cli_count(int64_t n);
/* "1.2 GB" likewise. */
const char *cli_bytes(int64_t n);
/* Prints text wrapped at 80 columns, every line begun by `indent`. */
void cli_wrap(const char *indent, rs_str text);

#endif
