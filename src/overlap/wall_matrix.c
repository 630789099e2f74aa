/* See wall_matrix.h. */
#include "overlap/wall_matrix.h"

#include "base/alloc.h"
#include "base/escape.h"

#include <stdlib.h>

enum { MOST_OPEN = 24 }; /* cells: a table of so few stands open */

typedef enum verdict { LEAKS, NOT_CHECKED, PART_CHECKED, CLEAN, OTHER } verdict;
static const char *const classes[] = {"leaks", "unchecked", "unchecked", "clean", "other"};

static verdict verdict_of(rs_str text)
{
    if (rs_str_starts(text, RS_STR("leaks"))) return LEAKS;
    if (rs_str_starts(text, RS_STR("NOT CHECKED"))) return NOT_CHECKED;
    if (rs_str_starts(text, RS_STR("PART CHECKED"))) return PART_CHECKED;
    return rs_str_starts(text, RS_STR("clean")) ? CLEAN : OTHER;
}

/* The cells of one row of the table. */
typedef struct row {
    const rs_wall_cell *cells;
    size_t n;
    bool open; /* its fields stand open */
} row;

/* What the methods of a field say together; OTHER where there is none. Clean is only what every one
 * of them calls clean. */
static verdict judge(const row *r, rs_str column)
{
    size_t n_of[OTHER + 1] = {0}, n = 0;
    for (size_t i = 0; i < r->n; i++) {
        if (!rs_str_eq(r->cells[i].column, column)) continue;
        n_of[verdict_of(r->cells[i].verdict)]++;
        n++;
    }
    if (n_of[LEAKS]) return LEAKS;
    if (n_of[OTHER] || n == 0) return OTHER;
    if (n_of[CLEAN] == n) return CLEAN;
    return n_of[NOT_CHECKED] == n ? NOT_CHECKED : PART_CHECKED;
}

static void put_methods(const row *r, rs_str column, rs_buf *out)
{
    rs_buf_cstr(out, "<ul>");
    for (size_t i = 0; i < r->n; i++) {
        const rs_wall_cell *cell = &r->cells[i];
        if (!rs_str_eq(cell->column, column)) continue;
        rs_buf_printf(out, "<li class=\"%s\"><b>", classes[verdict_of(cell->verdict)]);
        rs_escape_put(out, RS_ESCAPE_HTML, cell->method);
        rs_buf_cstr(out, "</b> ");
        rs_escape_put(out, RS_ESCAPE_HTML, cell->verdict);
        rs_buf_cstr(out, "</li>");
    }
    rs_buf_cstr(out, "</ul>");
}

static void put_field(const row *r, rs_str column, rs_buf *out)
{
    static const char *const words[] = {"leaks", "NOT CHECKED", "PART CHECKED", "clean"};
    const verdict together = judge(r, column);
    rs_buf_cstr(out, "<td>");
    /* What is no verdict (numbers of pictures) stands open. */
    if (together != OTHER)
        rs_buf_printf(out, "<details%s><summary class=\"%s\">%s</summary>", r->open ? " open" : "",
                      classes[together], words[together]);
    put_methods(r, column, out);
    rs_buf_cstr(out, together != OTHER ? "</details></td>" : "</td>");
}

/* The columns of the table, in alphabetical order. */
typedef struct columns {
    rs_str *names;
    size_t n;
} columns;

static int by_name(const void *a, const void *b)
{
    return rs_str_cmp(*(const rs_str *)a, *(const rs_str *)b);
}

/* false = no memory. */
static bool list_columns(const rs_wall_cell *cells, size_t n, columns *out)
{
    size_t n_kept = 0;
    out->names = rs_alloc(n * sizeof *out->names);
    if (!out->names) return false;
    for (size_t i = 0; i < n; i++) out->names[i] = cells[i].column;
    qsort(out->names, n, sizeof *out->names, by_name);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !rs_str_eq(out->names[i], out->names[n_kept - 1]))
            out->names[n_kept++] = out->names[i];
    out->n = n_kept;
    return true;
}

static void put_head(const columns *all, rs_buf *out)
{
    rs_buf_cstr(out, "<thead><tr><td></td>");
    for (size_t i = 0; i < all->n; i++) {
        rs_buf_cstr(out, "<th scope=\"col\">");
        rs_escape_put(out, RS_ESCAPE_HTML, all->names[i]);
        rs_buf_cstr(out, "</th>");
    }
    rs_buf_cstr(out, "</tr></thead>");
}

static void put_row(const row *r, const columns *all, rs_buf *out)
{
    rs_buf_cstr(out, "<tr><th scope=\"row\">");
    rs_escape_put(out, RS_ESCAPE_HTML, r->cells[0].row);
    rs_buf_cstr(out, "</th>");
    for (size_t c = 0; c < all->n; c++) put_field(r, all->names[c], out);
    rs_buf_cstr(out, "</tr>\n");
}

void rs_wall_put_matrix(const rs_wall_cell *cells, size_t n, rs_buf *out)
{
    if (n == 0) return;
    columns all;
    if (!list_columns(cells, n, &all)) {
        out->failed = true;
        return;
    }
    rs_buf_cstr(out, "<section class=\"matrix\" aria-label=\"what was compared\" tabindex=\"0\">"
                     "<table>");
    put_head(&all, out);
    rs_buf_cstr(out, "<tbody>\n");
    /* Cells come row by row. */
    row r = {.cells = cells, .open = n <= MOST_OPEN};
    for (const rs_wall_cell *end = cells + n; r.cells < end; r.cells += r.n) {
        for (r.n = 1; r.cells + r.n < end && rs_str_eq(r.cells[r.n].row, r.cells->row);) r.n++;
        put_row(&r, &all, out);
    }
    rs_buf_cstr(out, "</tbody></table></section>\n");
    rs_free(all.names);
}
