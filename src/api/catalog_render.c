/* See catalog_render.h. */
#include "api/catalog_render.h"

#include "api/file.h"
#include "base/escape.h"
#include "page/catalogue.h"
#include "page/catalogue_text.h"
#include "page/page.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>

/* ---- Markdown -------------------------------------------------------------------------------- */

static void put_markdown(rs_buf *b, rs_str text)
{
    rs_escape_put(b, RS_ESCAPE_MARKDOWN, text);
}

static void put_number(rs_buf *b, int64_t n)
{
    rs_buf_cstr(b, " | ");
    if (n >= 0) rs_page_put_count(b, n);
    else rs_buf_char(b, '?');
}

/* The first whole link of a list, or ptr NULL. */
static rs_str link_of(rs_texts texts)
{
    for (size_t i = 0; i < texts.n; i++)
        if (rs_str_starts(texts.items[i], RS_STR("https://")) &&
            rs_str_find_char(texts.items[i], ' ') == RS_NPOS &&
            rs_str_find_char(texts.items[i], ')') == RS_NPOS)
            return texts.items[i];
    return (rs_str){0};
}

/* The cells that a row of either table begins with. */
static void put_row_head(rs_buf *b, rs_str name, rs_str link, int64_t year, rs_str section)
{
    rs_buf_cstr(b, link.ptr ? "| [" : "| ");
    put_markdown(b, name);
    if (link.ptr) {
        rs_buf_cstr(b, "](");
        rs_buf_str(b, link);
        rs_buf_char(b, ')');
    }
    rs_buf_printf(b, " | %" PRId64 " | ", year);
    put_markdown(b, section);
    rs_buf_cstr(b, " | ");
}

void rs_catalog_put_markdown_row(const rs_catalog_dataset *d, rs_buf *b)
{
    const rs_str code = link_of(d->links.code);
    const rs_str link = code.ptr ? code : link_of(d->links.download);
    put_row_head(b, d->name, link, d->year, d->section);
    for (size_t i = 0; i < d->tasks.n; i++)
        rs_buf_printf(b, "%s%s", i ? ", " : "", rs_model_task_name(d->tasks.items[i]));
    rs_buf_printf(b, " | %s", rs_catalog_licence_class_name(rs_catalog_licence_of(&d->licence)));
    put_number(b, d->sizes.images);
    put_number(b, d->sizes.samples);
    rs_buf_printf(b, " | %s | %s", rs_catalog_released_name(d->released), rs_page_reads_of(d));
    if (d->reads.why.ptr) {
        rs_buf_cstr(b, d->reads.how == RS_READS_PARTLY ? "; not: " : ": ");
        put_markdown(b, d->reads.why);
    }
    rs_buf_cstr(b, " |\n");
}

static void put_upstream_row(const rs_upstream *u, rs_buf *b)
{
    const rs_str link = link_of((rs_texts){&u->link, 1});
    put_row_head(b, u->name, link, u->year, u->section);
    put_markdown(b, u->note);
    rs_buf_cstr(b, " |\n");
}

static void put_markdown_list(const rs_page_catalogue *page, rs_buf *b)
{
    rs_buf_cstr(b, "# Remote-sensing vision-language datasets\n\nMade by `rsift catalog render`. "
                   "`index.html` is the same list with search, filters and lineage.\n\n"
                   "| dataset | year | section | tasks | licence | images | samples | released | "
                   "read by rsift |\n|---|---|---|---|---|---:|---:|---|---|\n");
    for (size_t i = 0; i < rs_catalog_n(page->catalog); i++)
        rs_catalog_put_markdown_row(rs_catalog_at(page->catalog, i), b);
    rs_buf_cstr(b, "\n## Listed only\n\nNo record describes these, and rsift reads none of them."
                   "\n\n| dataset | year | section | note |\n|---|---|---|---|\n");
    for (size_t i = 0; i < page->n_upstream; i++) put_upstream_row(&page->upstream[i], b);
}

/* ---- files ----------------------------------------------------------------------------------- */

static rsift_status write_one(rs_call *call, const char *folder, const char *name,
                              const rs_buf *text, rsift_error *err)
{
    const rs_str path = rs_arena_printf(&call->arena, "%s/%s", folder, name);
    if (text->failed || !path.ptr) return rs_err_nomem(err, "a page");
    return rs_api_write_file(path.ptr, text, err);
}

static rsift_status write_dataset(rs_call *call, const char *folder, const rs_page_catalogue *page,
                                  size_t i, rsift_error *err)
{
    const rs_catalog_dataset *d = rs_catalog_at(page->catalog, i);
    /* an id is a-z, 0-9 and '-': a file name everywhere */
    const rs_str name = rs_arena_printf(&call->arena, "%.*s.html", RS_STR_ARG(d->id));
    rs_buf html = {0};
    rsift_status status =
        name.ptr ? rs_page_put_dataset(page, d, &html, err) : rs_err_nomem(err, "a page");
    if (status == RSIFT_OK) status = write_one(call, folder, name.ptr, &html, err);
    rs_buf_fini(&html);
    return status;
}

static rsift_status write_lists(rs_call *call, const char *folder, const rs_page_catalogue *page,
                                rsift_error *err)
{
    rs_buf markdown = {0}, html = {0};
    put_markdown_list(page, &markdown);
    rsift_status status = rs_page_put_catalogue(page, &html, err);
    if (status == RSIFT_OK) status = write_one(call, folder, "README.md", &markdown, err);
    if (status == RSIFT_OK) status = write_one(call, folder, "index.html", &html, err);
    rs_buf_fini(&markdown);
    rs_buf_fini(&html);
    return status;
}

rsift_status rs_catalog_render(rs_call *call, const char *folder, size_t *n_files, rsift_error *err)
{
    rs_page_catalogue page = {0};
    RS_TRY(rs_session_catalog(call->session, &page.catalog, err));
    RS_TRY(rs_upstream_load(&call->arena, page.catalog, &page.upstream, &page.n_upstream, err));
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return rs_err_errno(err, errno, "cannot make the folder %s", folder);
    RS_TRY(write_lists(call, folder, &page, err));
    const size_t n = rs_catalog_n(page.catalog);
    for (size_t i = 0; i < n; i++) RS_TRY(write_dataset(call, folder, &page, i, err));
    *n_files = n + 2;
    return RSIFT_OK;
}
