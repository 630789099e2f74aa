/* See catalogue_text.h. */
#include "page/catalogue_text.h"

#include "page/page.h"

const char *rs_page_reads_of(const rs_catalog_dataset *d)
{
    if (d->reads.how != RS_READS_UNSTATED) return rs_catalog_reads_name(d->reads.how);
    return rs_catalog_is_read(d) ? "unstated" : "no";
}

void rs_page_put_bytes(rs_buf *b, int64_t n)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double v = (double)n;
    size_t unit = 0;
    for (; v >= 1000 && unit < 4; unit++) v /= 1000;
    if (n < 0) rs_buf_char(b, '?');
    else rs_buf_printf(b, v < 100 && unit ? "%.3g %s" : "%.0f %s", v, units[unit]);
}

void rs_page_put_range(rs_buf *b, const double range[2])
{
    if (!(range[1] > 0)) {
        rs_buf_char(b, '?');
        return;
    }
    rs_buf_double(b, range[0]);
    if (!(range[1] > range[0])) return;
    rs_buf_cstr(b, " to ");
    rs_buf_double(b, range[1]);
}

void rs_page_put_link(rs_buf *b, rs_str text, const char *label)
{
    const bool is_link =
        (rs_str_starts(text, RS_STR("https://")) || rs_str_starts(text, RS_STR("http://"))) &&
        rs_str_find_char(text, ' ') == RS_NPOS;
    if (is_link) {
        rs_buf_cstr(b, "<a rel=\"noreferrer\" href=\"");
        rs_page_put_text(b, text);
        rs_buf_cstr(b, "\">");
    }
    if (is_link && label) rs_buf_cstr(b, label);
    else rs_page_put_text(b, text);
    if (is_link) rs_buf_cstr(b, "</a>");
}
