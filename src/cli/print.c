/* Printing answers for people: errors, tables of at most 80 columns, wrapped text, numbers. */
#include "cli/cli.h"

#include "base/escape.h"

#include <inttypes.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAGE = 80 };

static void wrap_to(FILE *to, const char *indent, size_t column, rs_str text);

int cli_fail(cli *c, const char *doing)
{
    const rs_str message =
        rs_str_of(c->err.message[0] ? c->err.message : rsift_status_name(c->err.status));
    const int column = fprintf(stderr, "rsift: %s:", doing);
    /* for people at a terminal; a program that searches the message finds it on one line */
    if (isatty(2)) wrap_to(stderr, "  ", column < 0 ? 0 : (size_t)column, message);
    else fprintf(stderr, " %.*s\n", RS_STR_ARG(message));
    /* A place can be long and gets a line to itself, unbroken: it is copied from there. */
    if (c->err.where[0]) fprintf(stderr, "  at %.*s\n", RS_STR_ARG(rs_str_of(c->err.where)));
    return CLI_ERROR;
}

int cli_usage(cli *c, const char *fmt, ...)
{
    char message[1024];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    fprintf(stderr, "rsift: %.*s\nusage: rsift %.*s\n       rsift %s --help explains it\n",
            RS_STR_ARG(rs_escape_text(&c->arena, RS_ESCAPE_LINE, rs_str_of(message))),
            RS_STR_ARG(cli_text(c, c->verb, "usage", c->name)), c->name);
    return CLI_ERROR;
}

int cli_done(rsift_answer *answer)
{
    int code = answer->n_findings > 0 ? CLI_FINDINGS : CLI_DONE;
    rsift_answer_free(answer);
    if (fflush(stdout) != 0 ||
        ferror(stdout)) { /* a reader that has seen enough (| head) is no news */
        if (errno != EPIPE) fprintf(stderr, "rsift: the output could not be written\n");
        return CLI_ERROR;
    }
    return code;
}

const rs_json *cli_read(cli *c, const rsift_answer *answer)
{
    const rs_json *root = NULL;
    rsift_limits limits = rsift_limits_default();
    /* The limits guard against data of others; this document is our own and may be large. */
    limits.max_record = UINT64_MAX;
    limits.max_string = UINT64_MAX;
    const rs_str kept = rs_arena_str(&c->arena, rs_str_make(answer->json, answer->len));
    if (!kept.ptr) rs_err_nomem(&c->err, "the answer");
    else if (rs_json_parse(&c->arena, kept, &limits, &root, &c->err) == RSIFT_OK) return root;
    cli_fail(c, "reading the answer");
    return NULL;
}

rs_str cli_text(cli *c, const rs_json *object, const char *key, const char *fallback)
{
    const rs_json *v = rs_json_path(object, rs_str_of(key));
    rs_str text = rs_json_text(&c->arena, v);
    return text.ptr ? rs_escape_text(&c->arena, RS_ESCAPE_LINE, text) : rs_str_of(fallback);
}

rs_str cli_lines(cli *c, const rs_json *object, const char *key, const char *fallback)
{
    const rs_str text = rs_json_text(&c->arena, rs_json_path(object, rs_str_of(key)));
    return text.ptr ? rs_escape_text(&c->arena, RS_ESCAPE_TEXT, text) : rs_str_of(fallback);
}

int64_t cli_int(const rs_json *object, const char *key, int64_t fallback)
{
    int64_t v;
    return rs_json_i64(rs_json_path(object, rs_str_of(key)), &v) ? v : fallback;
}

double cli_number(const rs_json *object, const char *key, double fallback)
{
    double v;
    return rs_json_double(rs_json_path(object, rs_str_of(key)), &v) ? v : fallback;
}

bool cli_flag(const rs_json *object, const char *key)
{
    bool v;
    return rs_json_bool(rs_json_get(object, key), &v) && v;
}

/* Numbers as text, eight at a time: enough for one printf. The command has one thread. */
static char ring[8][64];
static unsigned ring_at;

const char *cli_count(int64_t n)
{
    char digits[32];
    int len = snprintf(digits, sizeof digits, "%" PRId64, n < 0 ? -n : n);
    /* 19 digits, 6 commas and a sign fit into an entry of the ring. */
    char *out = ring[ring_at++ % 8], *p = out;
    if (n < 0) *p++ = '-';
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0) *p++ = ',';
        *p++ = digits[i];
    }
    *p = 0;
    return out;
}

const char *cli_bytes(int64_t n)
{
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB", "PB"};
    char *out = ring[ring_at++ % 8];
    double v = (double)n;
    size_t u = 0;
    /* Decimal units, as download pages and disks count. */
    while (v >= 1000 && u < 5) v /= 1000, u++;
    snprintf(out, sizeof ring[0], v < 10 && u ? "%.1f %s" : "%.0f %s", v, units[u]);
    return out;
}

/* Code points, which is close enough to columns for names and file paths. */
static size_t columns_of(rs_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    return n;
}

/* The first n columns of a text; continuation bytes (10xxxxxx) of the last code point belong to it.
 */
static size_t bytes_of_columns(rs_str text, size_t n)
{
    size_t i = 0;
    while (i < text.len && (n > 0 || ((unsigned char)text.ptr[i] & 0xc0) == 0x80)) {
        if (((unsigned char)text.ptr[i] & 0xc0) != 0x80) n--;
        i++;
    }
    return i;
}

/* Prints a cell of exactly `width` columns, cut when it is longer; the last one is not padded. */
static void put_cell(rs_str text, size_t width, bool right, bool last)
{
    size_t n = columns_of(text);
    if (n > width) {
        /* one column is the ellipsis */
        const size_t end = bytes_of_columns(text, width > 1 ? width - 1 : 0);
        printf("%.*s…", RS_STR_ARG(rs_str_make(text.ptr, end)));
        n = width;
    } else if (right) {
        printf("%*s%.*s", (int)(width - n), "", RS_STR_ARG(text));
        n = width;
    } else {
        printf("%.*s", RS_STR_ARG(text));
    }
    /* No blanks at the end of a line. */
    if (!last && n < width) printf("%*s", (int)(width - n), "");
}

/* The text of a cell: numbers formatted, lists joined by blanks, "-" for what is absent. */
static rs_str cell_text(rs_arena *arena, const rs_json *row, const cli_column *column)
{
    /* A column of a query may have dots in its name: count(h.version). */
    const rs_json *own = rs_json_get(row, column->key);
    const rs_json *v = own ? own : rs_json_path(row, rs_str_of(column->key));
    int64_t integer;
    /* Only counts get commas; a year in a column of texts has none. */
    if (column->right && rs_json_kind(v) == RS_JSON_INT && rs_json_i64(v, &integer))
        return rs_arena_str(arena, rs_str_of(cli_count(integer)));
    if (rs_json_kind(v) == RS_JSON_REAL) {
        double real = 0;
        rs_json_double(v, &real);
        return rs_arena_printf(arena, "%.4g", real);
    }
    /* a list is its items with blanks between */
    if (rs_json_kind(v) == RS_JSON_ARRAY) {
        rs_buf joined = {0};
        rs_json_iter it = rs_json_each(v);
        for (const rs_json *e; (e = rs_json_next(&it, NULL));) {
            if (joined.len) rs_buf_char(&joined, ' ');
            rs_str piece = rs_json_text(arena, e);
            if (piece.ptr) rs_buf_str(&joined, piece);
        }
        rs_str text = rs_arena_str(arena, rs_buf_view(&joined));
        rs_buf_fini(&joined);
        return text;
    }
    rs_str text = rs_json_text(arena, v);
    return text.ptr ? text : RS_STR("-");
}

/* Takes the words off `rest` that fit into `width` columns, one at least. */
static rs_str cut_line(rs_str *rest, size_t width)
{
    size_t end = 0;
    while (end < rest->len) {
        size_t next = end ? end + 1 : 0;
        while (next < rest->len && rest->ptr[next] != ' ') next++;
        if (end && columns_of(rs_str_sub(*rest, 0, next)) > width) break;
        end = next;
    }
    const rs_str line = rs_str_sub(*rest, 0, end);
    *rest = end < rest->len ? rs_str_sub(*rest, end + 1, rest->len) : (rs_str){0};
    return line;
}

/* A row that no table of the page can hold: a line per column, an empty line behind it. */
static void put_block(const char *indent, const rs_str *cells, const cli_column *columns, size_t n)
{
    size_t widest = 0;
    for (size_t c = 0; c < n; c++) {
        const size_t width = columns_of(rs_str_of(columns[c].title));
        if (width > widest) widest = width < PAGE / 2 ? width : PAGE / 2;
    }
    const size_t left = strnlen(indent, PAGE) + widest + 2;
    for (size_t c = 0; c < n; c++) {
        fputs(indent, stdout);
        put_cell(rs_str_of(columns[c].title), widest, false, false);
        fputs("  ", stdout);
        const size_t width = columns_of(cells[c]);
        put_cell(cells[c], width > PAGE - left ? PAGE - left : width, false, true);
        putchar('\n');
    }
    putchar('\n');
}

/* A row of one text over all columns: the other cells are absent, not empty. */
static bool is_heading(const rs_str *cells, size_t n)
{
    size_t c = 1;
    while (c < n && !cells[c].ptr) c++;
    return n > 1 && c == n;
}

static void put_row(const char *indent, const rs_str *cells, const size_t *widths,
                    const cli_column *columns, size_t n)
{
    if (is_heading(cells, n)) {
        printf("%s%.*s\n", indent, RS_STR_ARG(cells[0]));
        return;
    }
    size_t before = strnlen(indent, PAGE);
    rs_str rest = {0};
    fputs(indent, stdout);
    for (size_t c = 0; c < n; c++) {
        rs_str cell = cells[c];
        if (columns[c].most == CLI_FOLDS) {
            rest = cell;
            cell = cut_line(&rest, widths[c]);
        } else if (c + 1 < n) {
            before += widths[c] + 2;
        }
        put_cell(cell, widths[c], columns[c].right, c + 1 == n);
        fputs(c + 1 == n ? "\n" : "  ", stdout);
    }
    while (rest.len) {
        const rs_str line = cut_line(&rest, widths[n - 1]);
        printf("%*s%.*s\n", (int)before, "", RS_STR_ARG(line));
    }
}

/* The work is done and on disk, but a page without its table would be read as if it were empty. */
static _Noreturn void end_without_memory(void)
{
    fputs("rsift: out of memory while printing a table; --json needs less\n", stderr);
    exit(CLI_ERROR);
}

/* Would a cut behind the first columns make neighbouring rows alike that are not? */
static bool hides_difference(const rs_str *lines, size_t n_rows, size_t n, size_t c, size_t width)
{
    for (size_t r = 1; r < n_rows; r++) {
        const rs_str one = lines[(r - 1) * n + c], other = lines[r * n + c];
        if (columns_of(one) <= width || columns_of(other) <= width || rs_str_eq(one, other))
            continue;
        const size_t end = bytes_of_columns(one, width - 1);
        if (end == bytes_of_columns(other, width - 1) &&
            rs_str_eq(rs_str_sub(one, 0, end), rs_str_sub(other, 0, end)))
            return true;
    }
    return false;
}

/* Cells that begin alike ("VRSBench-Cap", "VRSBench-VQA") lose their middle, not what tells them
 * apart. */
static void cut_middles(rs_arena *arena, rs_str *lines, size_t n_rows, size_t n, size_t c,
                        size_t width)
{
    if (width < 6 || !hides_difference(lines, n_rows, n, c, width)) return;
    for (size_t r = 0; r < n_rows; r++) {
        rs_str *cell = &lines[r * n + c];
        const size_t columns = columns_of(*cell), head = (width - 1) / 2, tail = width - 1 - head;
        if (columns <= width) continue;
        *cell =
            rs_arena_join(arena, rs_str_sub(*cell, 0, bytes_of_columns(*cell, head)), RS_STR("…"),
                          rs_str_sub(*cell, bytes_of_columns(*cell, columns - tail), cell->len));
        if (!cell->ptr) end_without_memory();
    }
}

void cli_cells(const char *indent, const rs_str *cells, size_t n_rows, const cli_column *columns,
               size_t n)
{
    rs_arena arena = {0};
    size_t *widths = rs_arena_calloc(&arena, n, sizeof *widths);
    rs_str *titles = rs_arena_calloc(&arena, n, sizeof *titles);
    rs_str *lines = rs_arena_calloc(&arena, n_rows * n + 1, sizeof *lines);
    if (!widths || !titles || !lines) end_without_memory();
    size_t total = strnlen(indent, PAGE) + 2 * (n - 1);
    for (size_t c = 0; c < n; c++) {
        titles[c] = rs_escape_text(&arena, RS_ESCAPE_LINE, rs_str_of(columns[c].title));
        widths[c] = columns_of(titles[c]);
        for (size_t r = 0; r < n_rows; r++) {
            if (c && !cells[r * n + c].ptr) continue;
            lines[r * n + c] = rs_escape_text(&arena, RS_ESCAPE_LINE, cells[r * n + c]);
            if (is_heading(cells + r * n, n)) continue;
            size_t width = columns_of(lines[r * n + c]);
            /* `most` bounds the cells; a longer title still fits. */
            if (columns[c].most > 0 && width > (size_t)columns[c].most)
                width = (size_t)columns[c].most;
            if (width > widths[c]) widths[c] = width;
        }
        total += widths[c];
    }
    for (size_t c = n; total > PAGE && c-- > 0;) { /* cut text columns from the right */
        if (columns[c].right) continue;
        /* At least 8 columns stay, so that a cell can be recognised; numbers are never cut. */
        size_t least = 8 < widths[c] ? 8 : widths[c];
        size_t give = total - PAGE < widths[c] - least ? total - PAGE : widths[c] - least;
        widths[c] -= give;
        total -= give;
    }
    for (size_t c = 0; total <= PAGE && c < n; c++)
        if (columns[c].most != CLI_FOLDS) cut_middles(&arena, lines, n_rows, n, c, widths[c]);
    for (size_t r = 0; total > PAGE && r < n_rows; r++)
        put_block(indent, lines + r * n, columns, n);
    if (total > PAGE) n_rows = 0;
    else put_row(indent, titles, widths, columns, n);
    for (size_t r = 0; r < n_rows; r++) put_row(indent, lines + r * n, widths, columns, n);
    rs_arena_fini(&arena);
}

void cli_table(const rs_json *rows, const cli_column *columns, size_t n_columns)
{
    rs_arena arena = {0};
    const size_t n = rs_json_len(rows);
    rs_str *cells = rs_arena_calloc(&arena, (n + 1) * n_columns, sizeof *cells);
    if (!cells) end_without_memory();
    rs_json_iter it = rs_json_each(rows);
    size_t r = 0;
    for (const rs_json *row; r < n && (row = rs_json_next(&it, NULL)); r++)
        for (size_t c = 0; c < n_columns; c++)
            cells[r * n_columns + c] = cell_text(&arena, row, &columns[c]);
    cli_cells("", cells, r, columns, n_columns);
    rs_arena_fini(&arena);
}

void cli_wrap(const char *indent, rs_str text)
{
    cli_wrap_on(indent, 0, text);
}

static void wrap_to(FILE *to, const char *indent, size_t column, rs_str text)
{
    const size_t left = strnlen(indent, PAGE);
    rs_str word;
    while (rs_str_split(&text, ' ', &word)) {
        size_t n = columns_of(word);
        /* A word longer than the page is printed on one line: it may be a path to be copied. */
        if (column && column + 1 + n > PAGE) {
            fputc('\n', to);
            column = 0;
        }
        if (column == 0) {
            fprintf(to, "%s%.*s", indent, RS_STR_ARG(word));
            column = left + n;
        } else {
            fprintf(to, " %.*s", RS_STR_ARG(word));
            column += 1 + n;
        }
    }
    fputc('\n', to);
}

void cli_wrap_on(const char *indent, size_t column, rs_str text)
{
    wrap_to(stdout, indent, column, text);
}
