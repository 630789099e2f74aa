/* The page of one dataset: everything that its record says, each list only where there is one. */
#include "page/catalogue.h"
#include "page/catalogue_text.h"
#include "page/page.h"

#include <inttypes.h>

static void put_fact(const char *name, rs_str text, rs_buf *b)
{
    if (!text.len) return;
    rs_buf_printf(b, "<div><dt>%s</dt><dd>", name);
    rs_page_put_link(b, text, NULL);
    rs_buf_cstr(b, "</dd></div>\n");
}

static void put_facts_of(const char *name, rs_texts texts, rs_buf *b)
{
    if (!texts.n) return;
    rs_buf_printf(b, "<div><dt>%s</dt><dd>", name);
    for (size_t i = 0; i < texts.n; i++) {
        if (i) rs_buf_cstr(b, ", ");
        rs_page_put_link(b, texts.items[i], NULL);
    }
    rs_buf_cstr(b, "</dd></div>\n");
}

static void put_licence(const char *name, const rs_catalog_licence_part *part, rs_buf *b)
{
    rs_buf_printf(b, "<div><dt>%s</dt><dd>%s: ", name, rs_catalog_licence_class_name(part->class));
    rs_page_put_text(b, part->id);
    if (part->note.ptr) {
        rs_buf_cstr(b, " (");
        rs_page_put_text(b, part->note);
        rs_buf_char(b, ')');
    }
    rs_buf_cstr(b, "</dd></div>\n");
}

static void put_sizes(const rs_catalog_dataset *d, rs_buf *b)
{
    rs_buf_cstr(b, "<div><dt>size</dt><dd>");
    if (d->sizes.images < 0) rs_buf_char(b, '?');
    else rs_page_put_count(b, d->sizes.images);
    rs_buf_cstr(b, " images, ");
    if (d->sizes.samples < 0) rs_buf_char(b, '?');
    else rs_page_put_count(b, d->sizes.samples);
    rs_buf_cstr(b, " samples, ");
    rs_page_put_bytes(b, d->sizes.bytes);
    rs_buf_cstr(b, " to download</dd></div>\n<div><dt>metres per pixel</dt><dd>");
    rs_page_put_range(b, d->gsd_m);
    rs_buf_cstr(b, "</dd></div>\n<div><dt>side in pixels</dt><dd>");
    rs_page_put_range(b, d->image_size);
    rs_buf_cstr(b, "</dd></div>\n");
}

static void put_facts(const rs_catalog_dataset *d, rs_buf *b)
{
    rs_buf_cstr(b, "<dl class=\"facts\">\n");
    rs_buf_printf(b, "<div><dt>read</dt><dd>%s", rs_page_reads_of(d));
    if (d->reads.why.ptr) {
        rs_buf_cstr(b, d->reads.how == RS_READS_PARTLY ? "; not read: " : ": ");
        rs_page_put_text(b, d->reads.why);
    }
    rs_buf_printf(b, "</dd></div>\n<div><dt>released</dt><dd>%s</dd></div>\n",
                  rs_catalog_released_name(d->released));
    put_fact("layout known from", rs_str_of(rs_catalog_layout_from_name(d->layout_from)), b);
    put_fact("section", d->section, b);
    put_fact("venue", d->venue, b);
    put_fact("paper", d->paper, b);
    put_facts_of("code", d->links.code, b);
    put_facts_of("download", d->links.download, b);
    put_licence("annotations", &d->licence.annotations, b);
    put_licence("imagery", &d->licence.imagery, b);
    put_fact("redistribution", rs_str_of(rs_catalog_redistribution_name(d->licence.redistribution)),
             b);
    rs_buf_cstr(b, "<div><dt>tasks</dt><dd>");
    for (size_t i = 0; i < d->tasks.n; i++)
        rs_buf_printf(b, "%s%s", i ? ", " : "", rs_model_task_name(d->tasks.items[i]));
    rs_buf_cstr(b, "</dd></div>\n");
    put_facts_of("skills", d->skills, b);
    put_facts_of("sensors", d->sensors, b);
    put_fact("written by", rs_str_of(rs_catalog_origin_name(d->origin)), b);
    put_sizes(d, b);
    put_facts_of("classes", d->classes, b);
    rs_buf_cstr(b, "</dl>\n");
}

static void put_list(const char *title, rs_texts texts, rs_buf *b)
{
    if (!texts.n) return;
    rs_buf_printf(b, "<section><h2>%s</h2><ul>\n", title);
    for (size_t i = 0; i < texts.n; i++) {
        rs_buf_cstr(b, "<li>");
        rs_page_put_text(b, texts.items[i]);
        rs_buf_cstr(b, "</li>\n");
    }
    rs_buf_cstr(b, "</ul></section>\n");
}

static void put_splits(const rs_catalog_dataset *d, rs_buf *b)
{
    if (!d->sizes.splits.n) return;
    rs_buf_cstr(b, "<section><h2>Splits</h2><table class=\"small\"><thead><tr><th>split</th>"
                   "<th class=\"n\">images</th><th class=\"n\">samples</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < d->sizes.splits.n; i++) {
        const rs_catalog_split_size *s = &d->sizes.splits.items[i];
        rs_buf_cstr(b, "<tr><td>");
        rs_page_put_text(b, s->name);
        const int64_t numbers[2] = {s->images, s->samples};
        for (int k = 0; k < 2; k++) {
            rs_buf_cstr(b, "</td><td class=\"n\">");
            if (numbers[k] < 0) rs_buf_char(b, '?');
            else rs_page_put_count(b, numbers[k]);
        }
        rs_buf_cstr(b, "</td></tr>\n");
    }
    rs_buf_cstr(b, "</tbody></table></section>\n");
}

/* One relation; the other dataset is linked where it has a record. */
static void put_relation(const rs_page_catalogue *page, rs_str other,
                         const rs_catalog_lineage *lineage, rs_buf *b)
{
    rs_buf_printf(b, "<tr><td>%s</td><td>", rs_catalog_relation_name(lineage->relation));
    rs_page_put_text(b, lineage->what);
    rs_buf_cstr(b, "</td><td>");
    const bool has_page = rs_catalog_find(page->catalog, other) != NULL;
    if (has_page) {
        rs_buf_cstr(b, "<a href=\"");
        rs_page_put_text(b, other);
        rs_buf_cstr(b, ".html\">");
    }
    rs_page_put_text(b, other);
    rs_buf_cstr(b, has_page ? "</a></td><td>" : "</td><td>");
    rs_page_put_text(b, lineage->note);
    rs_buf_cstr(b, "</td></tr>\n");
}

#define RELATIONS                                                                              \
    "<table class=\"small\"><thead><tr><th>relation</th><th>what</th><th>dataset</th><th>note" \
    "</th></tr></thead><tbody>\n"

static void put_lineage(const rs_page_catalogue *page, const rs_catalog_dataset *d, rs_buf *b)
{
    if (d->lineage.n) {
        rs_buf_cstr(b, "<section><h2>Made from</h2>" RELATIONS);
        for (size_t i = 0; i < d->lineage.n; i++)
            put_relation(page, d->lineage.items[i].source, &d->lineage.items[i], b);
        rs_buf_cstr(b, "</tbody></table></section>\n");
    }
    bool any = false;
    for (size_t i = 0; i < rs_catalog_n(page->catalog); i++) {
        const rs_catalog_dataset *child = rs_catalog_at(page->catalog, i);
        for (size_t k = 0; k < child->lineage.n; k++) {
            if (!rs_str_eq(child->lineage.items[k].source, d->id)) continue;
            if (!any) rs_buf_cstr(b, "<section><h2>Others are made from it</h2>" RELATIONS);
            any = true;
            put_relation(page, child->id, &child->lineage.items[k], b);
        }
    }
    if (any) rs_buf_cstr(b, "</tbody></table></section>\n");
}

static void put_releases(const rs_catalog_dataset *d, rs_buf *b)
{
    for (size_t i = 0; i < d->releases.n; i++) {
        const rs_catalog_release *r = &d->releases.items[i];
        rs_buf_cstr(b, "<section><h2>Release ");
        rs_page_put_text(b, r->id);
        rs_buf_cstr(b, "</h2><p class=\"note\">");
        rs_page_put_text(b, r->note);
        rs_buf_cstr(b, "</p><table class=\"small\"><thead><tr><th>source</th><th>reader</th><th>"
                       "role</th><th>split</th><th>files</th></tr></thead><tbody>\n");
        for (size_t k = 0; k < r->sources.n; k++) {
            const rs_catalog_source *s = &r->sources.items[k];
            rs_buf_cstr(b, "<tr><td>");
            rs_page_put_text(b, s->name);
            rs_buf_cstr(b, "</td><td>");
            rs_page_put_text(b, s->reader);
            rs_buf_printf(b, "</td><td>%s</td><td>", rs_catalog_role_name(s->role));
            rs_page_put_text(b, s->split.name);
            rs_buf_cstr(b, "</td><td class=\"text\"><code>");
            for (size_t f = 0; f < s->files.n; f++)
                for (size_t p = 0; p < s->files.items[f].patterns.n; p++) {
                    if (f + p) rs_buf_cstr(b, "</code> <code>");
                    rs_page_put_text(b, s->files.items[f].patterns.items[p]);
                }
            rs_buf_cstr(b, "</code></td></tr>\n");
        }
        rs_buf_cstr(b, "</tbody></table></section>\n");
    }
}

static void put_evidence(const rs_catalog_dataset *d, rs_buf *b)
{
    rs_buf_cstr(b, "<section><h2>Where this is from</h2><table class=\"small\"><thead><tr><th>fact"
                   "</th><th>sure</th><th>from</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < d->evidence.n; i++) {
        const rs_catalog_evidence *e = &d->evidence.items[i];
        rs_buf_cstr(b, "<tr><td>");
        rs_page_put_text(b, e->path);
        rs_buf_printf(b, "</td><td>%s</td><td>", rs_catalog_sureness_name(e->sure));
        rs_page_put_text(b, e->from);
        rs_buf_cstr(b, "</td></tr>\n");
    }
    rs_buf_cstr(b, "</tbody></table></section>\n");
}

rsift_status rs_page_put_dataset(const rs_page_catalogue *page, const rs_catalog_dataset *d,
                                 rs_buf *out, rsift_error *err)
{
    rs_page_begin(
        out, &(rs_page_head){.title = "A dataset of rsift", .style = "src/page/catalogue.css"});
    rs_buf_cstr(out, "<header><p><a href=\"index.html\">All datasets</a></p><h1>");
    rs_page_put_text(out, d->name);
    rs_buf_printf(out, " (%" PRId64 ")</h1><p>", d->year);
    rs_page_put_text(out, d->title);
    rs_buf_cstr(out, "</p></header>\n");
    put_facts(d, out);
    put_splits(d, out);
    put_lineage(page, d, out);
    put_list("Known defects", d->known_defects, out);
    put_list("Notes", d->notes, out);
    put_list("Tips", d->tips, out);
    put_releases(d, out);
    put_evidence(d, out);
    rs_buf_cstr(out, "</body></html>\n");
    return out->failed ? rs_err_nomem(err, "the page") : RSIFT_OK;
}
