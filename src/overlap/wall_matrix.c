/* See wall_matrix.h. */
#include "overlap/wall_matrix.h"

#include "base/escape.h"
#include "base/map.h"

typedef enum verdict { LEAKS, NOT_CHECKED, PART_CHECKED, CLEAN, OTHER } verdict;
static const char *const classes[] = {"leaks", "unchecked", "unchecked", "clean", "other"};

static verdict verdict_of(rs_str text)
{
    if (rs_str_starts(text, RS_STR("leaks"))) return LEAKS;
    if (rs_str_starts(text, RS_STR("NOT CHECKED"))) return NOT_CHECKED;
    if (rs_str_starts(text, RS_STR("PART CHECKED"))) return PART_CHECKED;
    return rs_str_starts(text, RS_STR("clean")) ? CLEAN : OTHER;
}

/* What a field's methods say together. Clean is only what every one of them calls clean. */
static void put_summary(const rs_wall_cell *const *cells, size_t n, rs_buf *out)
{
    size_t n_of[OTHER + 1] = {0};
    const rs_wall_cell *leak = NULL;
    for (size_t i = 0; i < n; i++) {
        const verdict v = verdict_of(cells[i]->verdict);
        n_of[v]++;
        if (v == LEAKS && !leak) leak = cells[i];
    }
    const verdict v = leak                               ? LEAKS
                      : n_of[CLEAN] == n                 ? CLEAN
                      : n_of[NOT_CHECKED] == n           ? NOT_CHECKED
                      : n_of[CLEAN] + n_of[PART_CHECKED] ? PART_CHECKED
                                                         : OTHER;
    static const char *const words[] = {"leaks", "NOT CHECKED", "PART CHECKED", "clean", "other"};
    rs_buf_printf(out, "<summary class=\"%s\">%s</summary>", classes[v], words[v]);
}

static void put_field(const rs_wall_cell *const *cells, size_t n, rs_buf *out)
{
    if (n == 0) {
        rs_buf_cstr(out, "<td></td>");
        return;
    }
    rs_buf_cstr(out, "<td><details>");
    put_summary(cells, n, out);
    rs_buf_cstr(out, "<ul>");
    for (size_t i = 0; i < n; i++) {
        rs_buf_printf(out, "<li class=\"%s\"><b>", classes[verdict_of(cells[i]->verdict)]);
        rs_escape_put(out, RS_ESCAPE_HTML, cells[i]->method);
        rs_buf_cstr(out, "</b> ");
        rs_escape_put(out, RS_ESCAPE_HTML, cells[i]->verdict);
        rs_buf_cstr(out, "</li>");
    }
    rs_buf_cstr(out, "</ul></details></td>");
}

static void put_head(const rs_strmap *columns, rs_buf *out)
{
    rs_buf_cstr(out, "<thead><tr><td></td>");
    for (size_t i = 0; i < columns->n; i++) {
        rs_buf_cstr(out, "<th scope=\"col\">");
        rs_escape_put(out, RS_ESCAPE_HTML, columns->keys[i]);
        rs_buf_cstr(out, "</th>");
    }
    rs_buf_cstr(out, "</tr></thead>");
}

enum { MOST_METHODS = 16 };

static void put_row(const rs_wall_cell *cells, size_t n, rs_str row, const rs_strmap *columns,
                    rs_buf *out)
{
    rs_buf_cstr(out, "<tr><th scope=\"row\">");
    rs_escape_put(out, RS_ESCAPE_HTML, row);
    rs_buf_cstr(out, "</th>");
    for (size_t c = 0; c < columns->n; c++) {
        const rs_wall_cell *of[MOST_METHODS];
        size_t n_of = 0;
        for (size_t i = 0; i < n && n_of < MOST_METHODS; i++)
            if (rs_str_eq(cells[i].row, row) && rs_str_eq(cells[i].column, columns->keys[c]))
                of[n_of++] = &cells[i];
        put_field(of, n_of, out);
    }
    rs_buf_cstr(out, "</tr>\n");
}

void rs_wall_put_matrix(const rs_wall_cell *cells, size_t n, rs_buf *out)
{
    if (n == 0) return;
    rs_strmap columns = {0};
    for (size_t i = 0; i < n; i++)
        if (rs_strmap_put(&columns, cells[i].column, NULL) == RS_NPOS) out->failed = true;
    rs_buf_cstr(out, "<section class=\"matrix\" aria-label=\"what was compared\" tabindex=\"0\">"
                     "<table>");
    put_head(&columns, out);
    rs_buf_cstr(out, "<tbody>\n");
    /* Cells come row by row. */
    for (size_t begin = 0, end; begin < n; begin = end) {
        for (end = begin; end < n && rs_str_eq(cells[end].row, cells[begin].row); end++) {
        }
        put_row(cells + begin, end - begin, cells[begin].row, &columns, out);
    }
    rs_buf_cstr(out, "</tbody></table></section>\n");
    rs_strmap_fini(&columns);
}
