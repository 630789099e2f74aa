/* See catalogue.h. The list; the page of one dataset is dataset.c. */
#include "page/catalogue.h"

#include "page/catalogue_text.h"
#include "page/lineage_graph.h"
#include "page/page.h"

#include <inttypes.h>

/* ---- the table ------------------------------------------------------------------------------- */

static void put_tasks(const rs_catalog_dataset *d, rs_buf *b)
{
    for (size_t i = 0; i < d->tasks.n; i++)
        rs_buf_printf(b, "%s%s", i ? " " : "", rs_model_task_name(d->tasks.items[i]));
}

static void put_words(const char *name, rs_texts texts, rs_buf *b)
{
    rs_buf_printf(b, " data-%s=\"", name);
    for (size_t i = 0; i < texts.n; i++) {
        if (i) rs_buf_char(b, ' ');
        rs_page_put_text(b, texts.items[i]);
    }
    rs_buf_char(b, '"');
}

/* What the filters and the search of the page look at. */
static void put_row_facts(const rs_catalog_dataset *d, rs_buf *b)
{
    rs_buf_cstr(b, "<tr data-task=\"");
    put_tasks(d, b);
    rs_buf_char(b, '"');
    put_words("skill", d->skills, b);
    put_words("sensor", d->sensors, b);
    rs_buf_printf(b, " data-licence=\"%s\" data-released=\"%s\" data-reads=\"%s\"",
                  rs_catalog_licence_class_name(rs_catalog_licence_of(&d->licence)),
                  rs_catalog_released_name(d->released), rs_page_reads_of(d));
    if (d->gsd_m[1] > 0) {
        rs_buf_cstr(b, " data-finest=\"");
        rs_buf_double(b, d->gsd_m[0]);
        rs_buf_cstr(b, "\" data-coarsest=\"");
        rs_buf_double(b, d->gsd_m[1]);
        rs_buf_char(b, '"');
    }
    put_words("more", d->classes, b);
    rs_buf_char(b, '>');
}

static void put_number_cell(int64_t n, rs_buf *b)
{
    if (n < 0) {
        rs_buf_cstr(b, "<td class=\"n\" data-v=\"-1\">?</td>");
        return;
    }
    rs_buf_printf(b, "<td class=\"n\" data-v=\"%" PRId64 "\">", n);
    rs_page_put_count(b, n);
    rs_buf_cstr(b, "</td>");
}

static void put_row(const rs_catalog_dataset *d, rs_buf *b)
{
    put_row_facts(d, b);
    rs_buf_cstr(b, "<th scope=\"row\"><a href=\"");
    rs_page_put_text(b, d->id);
    rs_buf_cstr(b, ".html\">");
    rs_page_put_text(b, d->name);
    rs_buf_printf(b, "</a></th><td class=\"n\" data-v=\"%" PRId64 "\">%" PRId64 "</td><td>",
                  d->year, d->year);
    rs_page_put_text(b, d->section);
    rs_buf_cstr(b, "</td><td class=\"text\">");
    put_tasks(d, b);
    rs_buf_printf(b, "</td><td>%s</td>",
                  rs_catalog_licence_class_name(rs_catalog_licence_of(&d->licence)));
    put_number_cell(d->sizes.images, b);
    put_number_cell(d->sizes.samples, b);
    rs_buf_printf(b, "<td class=\"n\" data-v=\"%" PRId64 "\">", d->sizes.bytes);
    rs_page_put_bytes(b, d->sizes.bytes);
    rs_buf_cstr(b, "</td><td class=\"n\" data-v=\"");
    rs_buf_double(b, d->gsd_m[1] > 0 ? d->gsd_m[0] : -1);
    rs_buf_cstr(b, "\">");
    rs_page_put_range(b, d->gsd_m);
    rs_buf_printf(b, "</td><td>%s</td><td>%s</td><td>%s</td></tr>\n",
                  rs_catalog_released_name(d->released), rs_page_reads_of(d),
                  rs_catalog_layout_from_name(d->layout_from));
}

static void put_table(const rs_page_catalogue *page, rs_buf *b)
{
    static const char *const heads[] = {"dataset",  "year",     "section", "tasks",
                                        "licence",  "images",   "samples", "download",
                                        "m per px", "released", "read",    "layout from"};
    rs_buf_cstr(b, "<div class=\"wide\"><table id=\"datasets\"><thead><tr>");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        rs_buf_printf(b, "<th scope=\"col\">%s</th>", heads[i]);
    rs_buf_cstr(b, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < rs_catalog_n(page->catalog); i++)
        put_row(rs_catalog_at(page->catalog, i), b);
    rs_buf_cstr(b, "</tbody></table></div>\n");
}

/* ---- the other parts ------------------------------------------------------------------------- */

static void put_tile(size_t n, const char *what, rs_buf *b)
{
    rs_buf_printf(b, "<li><b>%zu</b><span>%s</span></li>", n, what);
}

static void put_tiles(const rs_page_catalogue *page, rs_buf *b)
{
    size_t full = 0, partly = 0, absent = 0;
    for (size_t i = 0; i < rs_catalog_n(page->catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(page->catalog, i);
        const bool read = rs_catalog_is_read(d);
        full += read && d->reads.how == RS_READS_FULL;
        partly += read && d->reads.how == RS_READS_PARTLY;
        absent += d->released == RS_RELEASED_NO || d->released == RS_RELEASED_WITHDRAWN;
    }
    rs_buf_cstr(b, "<ul class=\"tiles\">");
    put_tile(rs_catalog_n(page->catalog), "datasets with a record", b);
    put_tile(full, "are read in full", b);
    put_tile(partly, "are read in part", b);
    put_tile(absent, "are not to be had", b);
    put_tile(page->n_upstream, "are listed only", b);
    rs_buf_cstr(b, "</ul>\n");
}

static void put_upstream(const rs_page_catalogue *page, rs_buf *b)
{
    rs_buf_cstr(b,
                "<section><h2 id=\"upstream\">Listed only</h2>\n<p class=\"note\">The public list "
                "names them. No record describes them and rsift reads none of them. Looked at: "
                "what their form is known from; empty where nobody looked.</p>\n"
                "<div class=\"wide\"><table id=\"listed\"><thead><tr>"
                "<th scope=\"col\">dataset</th><th scope=\"col\">year</th><th scope=\"col\">"
                "section</th><th scope=\"col\">venue</th><th scope=\"col\">looked at</th>"
                "<th scope=\"col\">links</th><th scope=\"col\">note</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < page->n_upstream; i++) {
        const rs_upstream *u = &page->upstream[i];
        rs_buf_cstr(b, "<tr><th scope=\"row\">");
        rs_page_put_text(b, u->name);
        rs_buf_printf(b, "</th><td class=\"n\" data-v=\"%" PRId64 "\">%" PRId64 "</td><td>",
                      u->year, u->year);
        rs_page_put_text(b, u->section);
        rs_buf_cstr(b, "</td><td>");
        rs_page_put_text(b, u->venue);
        rs_buf_printf(b, "</td><td>%s</td><td class=\"text\">",
                      rs_catalog_layout_from_name(u->layout_from));
        rs_page_put_link(b, u->paper, "paper");
        if (u->paper.len && u->link.len) rs_buf_cstr(b, " ");
        rs_page_put_link(b, u->link, "page");
        rs_buf_cstr(b, "</td><td class=\"text\">");
        rs_page_put_text(b, u->download);
        if (u->download.len && u->note.len) rs_buf_cstr(b, ": ");
        rs_page_put_text(b, u->note);
        rs_buf_cstr(b, "</td></tr>\n");
    }
    rs_buf_cstr(b, "</tbody></table></div></section>\n");
}

rsift_status rs_page_put_catalogue(const rs_page_catalogue *page, rs_buf *out, rsift_error *err)
{
    rs_page_begin(out, &(rs_page_head){.title = "Remote-sensing vision-language datasets",
                                       .style = "src/page/catalogue.css"});
    rs_buf_cstr(out, "<header><h1>Remote-sensing vision-language datasets</h1><p>What each is, "
                     "under which licence, what it is cut from, and how much of it rsift reads. "
                     "? means unknown.</p></header>\n");
    put_tiles(page, out);
    rs_buf_cstr(out, "<section><h2>Datasets</h2>\n");
    rs_page_put_file(out, "src/page/catalogue.html");
    put_table(page, out);
    rs_buf_cstr(out,
                "</section>\n<section><h2 id=\"lineage\">Who is made from whom</h2>\n"
                "<p class=\"key\"><i class=\"same\"></i>same pictures<i class=\"crop\"></i>cut "
                "from<i class=\"scene\"></i>same scenes<i class=\"pair\"></i>one date of a "
                "pair; dashed: annotations alone. Frame: read by rsift. Grey: outside of the "
                "catalogue.</p>\n<div class=\"wide\">");
    RS_TRY(rs_page_put_lineage(page->catalog, out, err));
    rs_buf_cstr(out, "</div></section>\n");
    put_upstream(page, out);
    rs_buf_cstr(out, "<script>");
    rs_page_put_file(out, "src/page/catalogue.js");
    rs_buf_cstr(out, "</script>\n</body></html>\n");
    return out->failed ? rs_err_nomem(err, "the page") : RSIFT_OK;
}
