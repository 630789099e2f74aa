/* The command: a client of the public interface, plus base and codec/json for printing.
 *
 *   main.c      finds the verb; --help, --version
 *   args.c      a command line -> options in JSON, by the verb's table (rsift_parameters)
 *   help.c      --help and docs/cli.md out of the same table
 *   guard.c     what is printed passes here: nothing that a terminal obeys
 *   print.c     errors, tables of at most 80 columns, wrapped text, numbers
 *   verb_*.c    how a verb's answer is printed for people; the demo
 *   verbs.c     which verb is printed by what
 *
 * A verb's options stand in src/api; nothing here names one but to print. */
#ifndef RS_CLI_CLI_H
#define RS_CLI_CLI_H

#include "base/arena.h"
#include "base/buf.h"
#include "codec/json.h"
#include "rsift/rsift.h"

#include <stdbool.h>

enum { CLI_DONE = 0, CLI_FINDINGS = 1, CLI_ERROR = 2, CLI_GO_ON = -1 };

/* One run of the command. */
typedef struct cli {
    rs_arena arena;
    const rs_json *verb; /* its entry of rsift_parameters */
    const char *name;    /* of the verb */
    rsift_context *context;
    rsift_workspace *workspace;
    bool json, quiet, help;
    const char *folder; /* of the workspace: given, found upwards, or NULL */
    bool folder_given;
    int64_t threads, memory_mb, max_image_mb;
    const char **catalogs;
    size_t n_catalogs, cap_catalogs;
    rs_buf options_text;
    const rs_json *options; /* as given to rsift_run; and the command's own ones */
    rsift_error err;
} cli;

/* How a verb's answer is shown. */
typedef struct cli_verb {
    const char *name;
    void (*print)(cli *c, const rs_json *answer);
    int (*run)(cli *c);     /* instead of rsift_run; returns the exit code */
    void (*failed)(cli *c); /* optional: what helps after the error, which is printed */
    bool runs_anything;     /* what it computes is the user's: its memory is bounded */
} cli_verb;
extern const cli_verb cli_verbs[]; /* in the order of the work; name NULL ends it */

/* ---- args.c ---------------------------------------------------------------------------------- */

/* Reads the options and positional arguments behind the verb into c->options and the fields for
 * the options that all verbs have. CLI_GO_ON, or the exit code after a usage error. */
int cli_parse(cli *c, int argc, char **argv);
/* Makes the context and opens the workspace as the verb needs it. CLI_GO_ON or an exit code. */
int cli_open(cli *c);
/* Memory beyond about three times --memory is refused to whoever asks for it. */
void cli_bound(const cli *c);

/* ---- help.c ---------------------------------------------------------------------------------- */

/* The table of one verb, or of all (name NULL: the array); NULL after an error that is printed. */
const rs_json *cli_parameters(cli *c, const char *name);
void cli_print_verbs(FILE *to, cli *c);
void cli_print_help(cli *c);
void cli_print_markdown(cli *c, const rs_json *verbs); /* docs/cli.md */

/* ---- guard.c --------------------------------------------------------------------------------- */

/* From here on standard output and error pass through the guard: nothing that a terminal obeys. */
void cli_guard_output(void);
/* Standard output is JSON from here on. */
void cli_guard_json(void);
/* Writes a sequence of ours to the terminal on standard error. */
void cli_terminal(const char *sequence);

/* ---- print.c --------------------------------------------------------------------------------- */

/* Prints an error: where, what, and returns CLI_ERROR. */
int cli_fail(cli *c, const char *doing);
int cli_usage(cli *c, const char *fmt, ...) RS_PRINTF(2, 3);

/* The parsed answer, in the arena; NULL (and an error on stderr) when that fails. */
const rs_json *cli_read(cli *c, const rsift_answer *answer);
/* Ends a verb: frees the answer, exit code by its findings. */
int cli_done(rsift_answer *answer);

typedef struct cli_column {
    const char *title;
    const char *key; /* dotted path in each row object */
    bool right;      /* numbers */
    int most;        /* widest, 0 = as needed; longer text is cut with an ellipsis */
} cli_column;

/* `most` of a last column whose longer text goes on in the next line. */
enum { CLI_FOLDS = -1 };

/* Prints rows (array of objects) as a table of at most 80 columns; the last text column is cut to
 * the width that is left. Integers get thousands separators. */
void cli_table(const rs_json *rows, const cli_column *columns, size_t n_columns);
/* The same for cells [n_rows * n_columns] that are texts already; columns[].key is not used. A row
 * whose other cells are NULL is a heading: its text goes over all columns, uncut. */
void cli_cells(const char *indent, const rs_str *cells, size_t n_rows, const cli_column *columns,
               size_t n_columns);

/* Values of an answer with defaults. A text is one line, and shown: "\x1b" for an escape. */
rs_str cli_text(cli *c, const rs_json *object, const char *key, const char *fallback);
/* The same for a text whose lines stay lines. */
rs_str cli_lines(cli *c, const rs_json *object, const char *key, const char *fallback);
int64_t cli_int(const rs_json *object, const char *key, int64_t fallback);
double cli_number(const rs_json *object, const char *key, double fallback);
bool cli_flag(const rs_json *object, const char *key);
/* "1,234,567"; valid until eight others are made. */
const char *cli_count(int64_t n);
/* "1.2 GB" likewise. */
const char *cli_bytes(int64_t n);
/* Prints text wrapped at 80 columns, every line begun by `indent`. */
void cli_wrap(const char *indent, rs_str text);
/* The same behind what stands on the line already: `column` columns of it. */
void cli_wrap_on(const char *indent, size_t column, rs_str text);

#endif
