/* Connected parts, by runs: each run of one class in a row joins the runs of that class in the row
 * above that it touches. Only the runs of two rows are kept. The oracle is
 * scipy.ndimage.label(map == class, ones((3, 3))). */
#include "geom/parts.h"

#include "base/alloc.h"
#include "base/buf.h"

typedef struct run {
    uint32_t begin, end; /* columns, half-open */
    uint32_t part;
    uint16_t class_number;
} run;

typedef struct row {
    run *runs;
    size_t n, cap;
} row;

typedef struct growing {
    rs_part *parts;
    uint32_t *parents; /* parts that have grown together form a tree; a root is its own parent */
    size_t n, cap_parts, cap_parents;
} growing;

void rs_geom_parts_fini(rs_parts *parts)
{
    rs_free(parts->items);
    *parts = (rs_parts){0};
}

static uint32_t root_of(growing *g, uint32_t part)
{
    while (g->parents[part] != part) {
        g->parents[part] = g->parents[g->parents[part]];
        part = g->parents[part];
    }
    return part;
}

/* The part that has grown first keeps its number, so that parts stay in order of first pixels. */
static uint32_t join(growing *g, uint32_t a, uint32_t b)
{
    a = root_of(g, a);
    b = root_of(g, b);
    if (a == b) return a;
    const uint32_t keep = a < b ? a : b, other = a < b ? b : a;
    rs_part *to = &g->parts[keep];
    const rs_part *from = &g->parts[other];
    if (from->x0 < to->x0) to->x0 = from->x0;
    if (from->y0 < to->y0) to->y0 = from->y0;
    if (from->x1 > to->x1) to->x1 = from->x1;
    if (from->y1 > to->y1) to->y1 = from->y1;
    to->n_pixels += from->n_pixels;
    g->parents[other] = keep;
    return keep;
}

/* A part of the run alone. */
static rsift_status start_part(growing *g, run *r, uint32_t y, rsift_error *err)
{
    if (g->n == RS_PARTS_MAX)
        return rs_err_set(err, RSIFT_E_LIMIT, "a mask of more than %d parts", RS_PARTS_MAX);
    if (!RS_VEC_RESERVE(g->parts, g->cap_parts, g->n + 1) ||
        !RS_VEC_RESERVE(g->parents, g->cap_parents, g->n + 1))
        return rs_err_nomem(err, "parts of a mask");
    r->part = (uint32_t)g->n;
    g->parents[g->n] = r->part;
    g->parts[g->n++] = (rs_part){.x0 = r->begin,
                                 .y0 = y,
                                 .x1 = r->end,
                                 .y1 = y + 1,
                                 .n_pixels = r->end - r->begin,
                                 .class_number = r->class_number};
    return RSIFT_OK;
}

/* The runs of one row of pixels. */
static rsift_status find_runs(const uint16_t *at, uint32_t width, const uint16_t *classes, row *out,
                              rsift_error *err)
{
    out->n = 0;
    for (uint32_t x = 0; x < width;) {
        const uint16_t class_number = classes[at[x]];
        const uint32_t begin = x;
        while (x < width && classes[at[x]] == class_number) x++;
        if (class_number == RS_PARTS_NONE) continue;
        if (!RS_VEC_RESERVE(out->runs, out->cap, out->n + 1))
            return rs_err_nomem(err, "parts of a mask");
        out->runs[out->n++] = (run){.begin = begin, .end = x, .class_number = class_number};
    }
    return RSIFT_OK;
}

/* The run belongs to this part. */
static void add_run(growing *g, run *r, uint32_t part, uint32_t y)
{
    rs_part *to = &g->parts[part];
    r->part = part;
    if (r->begin < to->x0) to->x0 = r->begin;
    if (r->end > to->x1) to->x1 = r->end;
    if (y + 1 > to->y1) to->y1 = y + 1;
    to->n_pixels += r->end - r->begin;
}

/* Joins the runs of a row to those above, both in order of columns. */
static rsift_status join_rows(growing *g, const row *above, row *below, uint32_t y,
                              rsift_error *err)
{
    size_t first = 0;
    for (size_t i = 0; i < below->n; i++) {
        run *r = &below->runs[i];
        bool touches = false;
        /* corners touch: a run above may end where this one begins */
        while (first < above->n && above->runs[first].end < r->begin) first++;
        for (size_t k = first; k < above->n && above->runs[k].begin <= r->end; k++) {
            if (above->runs[k].class_number != r->class_number) continue;
            if (touches) r->part = join(g, r->part, above->runs[k].part);
            else add_run(g, r, root_of(g, above->runs[k].part), y);
            touches = true;
        }
        if (!touches) RS_TRY(start_part(g, r, y, err));
    }
    return RSIFT_OK;
}

/* Roots alone, in their order. */
static void keep_roots(growing *g, rs_parts *out)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++)
        if (g->parents[i] == i) g->parts[n++] = g->parts[i];
    *out = (rs_parts){g->parts, n};
    g->parts = NULL;
}

rsift_status rs_geom_parts_find(const uint16_t *at, uint32_t width, uint32_t height,
                                const uint16_t *classes, rs_parts *out, rsift_error *err)
{
    growing g = {0};
    row above = {0}, below = {0};
    rsift_status status = RSIFT_OK;
    *out = (rs_parts){0};
    for (uint32_t y = 0; y < height && status == RSIFT_OK; y++) {
        status = find_runs(at + (size_t)y * width, width, classes, &below, err);
        if (status == RSIFT_OK) status = join_rows(&g, &above, &below, y, err);
        const row swap = above;
        above = below;
        below = swap;
    }
    if (status == RSIFT_OK) keep_roots(&g, out);
    rs_free(above.runs);
    rs_free(below.runs);
    rs_free(g.parts);
    rs_free(g.parents);
    return status;
}
