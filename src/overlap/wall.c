/* See wall.h: the pairs are chosen and kept, then every picture is read once, then the page is
 * written. What is held is the chosen pairs and their small pictures. */
#include "overlap/wall.h"

#include "base/alloc.h"
#include "catalog/ancestry.h"
#include "decide/walls.h"
#include "image/hash.h"
#include "overlap/wall_page.h"

#include <math.h>

/* A piece that covers more of a picture than this is all of it. */
#define ALL_OF_IT 0.98

typedef struct wall {
    const rs_wall_job *job;
    rs_arena arena;
    rs_wall_page page;
    size_t cap_shown, cap_cells;
    rs_wall_views views;
} wall;

/* Copies texts into the wall's arena; false = no memory. */
static bool keep_texts(wall *w, rs_str *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!texts[i]->ptr) continue;
        *texts[i] = rs_arena_str(&w->arena, *texts[i]);
        if (!texts[i]->ptr) return false;
    }
    return true;
}

/* ---- where the piece lies -------------------------------------------------------------------- */

/* Marks the share `cut` of a picture unless that is all of it. */
static void put_frame(rs_wall_shown *s, int side, const double cut[4])
{
    s->framed[side] = cut[2] * cut[3] < ALL_OF_IT;
    memcpy(s->frame[side], cut, sizeof s->frame[side]);
}

/* What both pictures show, as shares of a and of the laid b: the place of b, as far as it lies on
 * a. false = it is not told, or makes no sense: then all of both. */
static bool find_common(const rs_wall_pair *p, double on_a[4], double on_b[4])
{
    const double *at = p->place, width = p->a.width, height = p->a.height;
    if (!p->has_place || !(width > 0) || !(height > 0) || !(at[2] > 0) || !(at[3] > 0) ||
        !isfinite(at[0] + at[1] + at[2] + at[3]))
        return false;
    const double x0 = fmax(at[0], 0), y0 = fmax(at[1], 0);
    const double x1 = fmin(at[0] + at[2], width), y1 = fmin(at[1] + at[3], height);
    if (!(x1 > x0) || !(y1 > y0)) return false;
    const double a[4] = {x0 / width, y0 / height, (x1 - x0) / width, (y1 - y0) / height};
    const double b[4] = {(x0 - at[0]) / at[2], (y0 - at[1]) / at[3], (x1 - x0) / at[2],
                         (y1 - y0) / at[3]};
    memcpy(on_a, a, sizeof a);
    memcpy(on_b, b, sizeof b);
    return true;
}

static rsift_status add_views(wall *w, rs_wall_shown *s, rsift_error *err)
{
    double common[2][4];
    static const double all[4] = {0, 0, 1, 1};
    const rs_wall_pair *p = &s->pair;
    const bool is_placed = find_common(p, common[0], common[1]);
    for (int side = 0; side < 2; side++) {
        rs_wall_view view = {.picture = side ? p->b.picture : p->a.picture,
                             .orientation = side ? p->orientation : 0};
        memcpy(view.cut, all, sizeof all);
        if (is_placed) put_frame(s, side, common[side]);
        /* Of a picture that is all piece one view is enough. */
        if (s->framed[side]) {
            RS_TRY(rs_wall_views_add(&w->views, &view, &s->whole[side], err));
            memcpy(view.cut, common[side], sizeof view.cut);
        }
        RS_TRY(rs_wall_views_add(&w->views, &view, &s->part[side], err));
        if (!s->framed[side]) s->whole[side] = s->part[side];
    }
    return RSIFT_OK;
}

/* ---- pairs and cells ------------------------------------------------------------------------- */

static rsift_status keep_pair(void *ctx, const rs_wall_pair *pair, rsift_error *err)
{
    wall *w = ctx;
    rs_wall_page *page = &w->page;
    if (!RS_VEC_RESERVE(page->shown, w->cap_shown, page->n_shown + 1))
        return rs_err_nomem(err, "the pairs");
    rs_wall_shown *s = &page->shown[page->n_shown];
    *s = (rs_wall_shown){.pair = *pair};
    rs_wall_pair *p = &s->pair;
    p->orientation &= RS_IMAGE_N_ORIENTATIONS - 1;
    rs_str *const texts[] = {&p->benchmark, &p->method,    &p->level,  &p->evidence,
                             &p->a.dataset, &p->a.name,    &p->b.name, &p->b.dataset,
                             &p->a.samples, &p->b.samples, &p->methods};
    if (!keep_texts(w, texts, sizeof texts / sizeof *texts)) return rs_err_nomem(err, "the pairs");
    s->lineage = rs_catalog_ancestry(w->job->catalog, p->a.dataset, p->b.dataset, &w->arena);
    RS_TRY(add_views(w, s, err));
    page->n_shown++;
    return RSIFT_OK;
}

static rsift_status keep_cell(void *ctx, const rs_wall_cell *cell, rsift_error *err)
{
    wall *w = ctx;
    rs_wall_page *page = &w->page;
    if (!RS_VEC_RESERVE(page->cells, w->cap_cells, page->n_cells + 1))
        return rs_err_nomem(err, "the table");
    rs_wall_cell *c = &page->cells[page->n_cells++];
    *c = *cell;
    rs_str *const texts[] = {&c->row, &c->column, &c->method, &c->verdict};
    return keep_texts(w, texts, sizeof texts / sizeof *texts) ? RSIFT_OK
                                                              : rs_err_nomem(err, "the table");
}

static rsift_status write_page(const wall *w, rsift_error *err)
{
    rs_io_out *out;
    RS_TRY(rs_io_out_open(w->job->file, &out, err));
    const rsift_status status = rs_wall_page_write(&w->page, out, err);
    if (status == RSIFT_OK) return rs_io_out_commit(out, err);
    rs_io_out_discard(out);
    return status;
}

rsift_status rs_overlap_wall(const rs_wall_job *job, rsift_error *err)
{
    wall w = {.job = job, .page = {.kind = job->kind}};
    const int64_t asked = job->n_pairs > 0 ? job->n_pairs : RS_WALL_PAIRS;
    const int64_t most = asked < RS_WALL_MOST_PAIRS ? asked : RS_WALL_MOST_PAIRS;
    const rs_wall_visitor visitor = {.pair = keep_pair, .cell = keep_cell, .ctx = &w};
    rsift_status status = rs_decide_wall(job->store, job->kind, most, &visitor, &w.page.n_all, err);
    if (status == RSIFT_OK) status = rs_wall_views_make(&w.views, job->session, job->store, err);
    w.page.views = &w.views;
    if (status == RSIFT_OK) status = write_page(&w, err);
    rs_wall_views_fini(&w.views);
    rs_free(w.page.shown);
    rs_free(w.page.cells);
    rs_arena_fini(&w.arena);
    return status;
}
