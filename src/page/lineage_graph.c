/* See lineage_graph.h. Layered drawing: a dataset stands one column right of the last of its
 * parents; within a column the order is improved by the mean place of the neighbours, ties by name,
 * so that the same catalogue gives the same picture. */
#include "page/lineage_graph.h"

#include "base/alloc.h"
#include "base/embedded.h"
#include "codec/yaml.h"
#include "page/page.h"

#include <stdlib.h>

enum { COLUMN = 230, ROW = 24, BOX_WIDTH = 150, BOX_HEIGHT = 18, SWEEPS = 6, MOST_COLUMNS = 12 };

typedef struct node {
    rs_str name;
    const rs_catalog_dataset *dataset; /* NULL = a source outside of the catalogue */
    size_t n_parents, n_children;
    int column, row;
    double place; /* mean row of the neighbours */
} node;

typedef struct edge {
    size_t parent, child;
    const rs_catalog_lineage *lineage;
} edge;

typedef struct graph {
    node *nodes;
    edge *edges;
    size_t n_nodes, cap_nodes, n_edges, cap_edges;
    size_t *order; /* nodes by column, then row */
    size_t n_order;
    const rs_yaml *imagery; /* taxonomy/imagery.yaml */
} graph;

static void graph_fini(graph *g)
{
    rs_free(g->nodes);
    rs_free(g->edges);
    rs_free(g->order);
}

/* The node of that name, made when it is new; SIZE_MAX = out of memory. */
static size_t node_of(graph *g, rs_str name, const rs_catalog_dataset *dataset)
{
    for (size_t i = 0; i < g->n_nodes; i++)
        if (rs_str_eq(g->nodes[i].name, name)) return i;
    if (!RS_VEC_RESERVE(g->nodes, g->cap_nodes, g->n_nodes + 1)) return SIZE_MAX;
    g->nodes[g->n_nodes] = (node){.name = name, .dataset = dataset};
    return g->n_nodes++;
}

/* Google Earth is behind half of all sets and relates none of them, and so are other kinds of
 * imagery, and maps that texts were made of. */
static bool is_common_source(const graph *g, const rs_catalog_lineage *lineage)
{
    if (rs_str_eq(lineage->what, RS_STR("annotations"))) return true;
    for (const rs_yaml *kind = g->imagery->first; kind; kind = kind->next) {
        const rs_yaml *sources = rs_yaml_get(kind, "sources");
        for (const rs_yaml *s = sources ? sources->first : NULL; s; s = s->next)
            if (rs_str_eq(s->text, lineage->source)) return true;
    }
    return false;
}

static bool add_edge(graph *g, const rs_catalog *catalog, const rs_catalog_dataset *child,
                     const rs_catalog_lineage *lineage)
{
    const rs_catalog_dataset *parent = rs_catalog_find(catalog, lineage->source);
    if (parent == child || (!parent && is_common_source(g, lineage))) return true;
    const size_t a = node_of(g, lineage->source, parent), b = node_of(g, child->id, child);
    if (a == SIZE_MAX || b == SIZE_MAX) return false;
    for (size_t i = 0; i < g->n_edges; i++)
        if (g->edges[i].parent == a && g->edges[i].child == b) return true;
    if (!RS_VEC_RESERVE(g->edges, g->cap_edges, g->n_edges + 1)) return false;
    g->edges[g->n_edges++] = (edge){a, b, lineage};
    g->nodes[a].n_children++;
    g->nodes[b].n_parents++;
    return true;
}

/* A source outside that one dataset names relates nobody. */
static bool is_shown_edge(const graph *g, const edge *e)
{
    return g->nodes[e->parent].dataset || g->nodes[e->parent].n_children > 1;
}

/* Drops the edges that relate nobody, and counts again. */
static void drop_single_sources(graph *g)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n_edges; i++)
        if (is_shown_edge(g, &g->edges[i])) g->edges[n++] = g->edges[i];
    g->n_edges = n;
    for (size_t i = 0; i < g->n_nodes; i++) g->nodes[i].n_parents = g->nodes[i].n_children = 0;
    for (size_t i = 0; i < n; i++) {
        g->nodes[g->edges[i].parent].n_children++;
        g->nodes[g->edges[i].child].n_parents++;
    }
}

/* Longest way from a source; a circle in the records ends at the last column. */
static void set_columns(graph *g)
{
    for (int pass = 0; pass < MOST_COLUMNS; pass++)
        for (size_t i = 0; i < g->n_edges; i++) {
            const int column = g->nodes[g->edges[i].parent].column + 1;
            node *child = &g->nodes[g->edges[i].child];
            if (child->column < column && column < MOST_COLUMNS) child->column = column;
        }
}

/* What a node is sorted by. */
typedef struct rank {
    int column;
    double place;
    rs_str name;
    size_t node;
} rank;

static int by_place(const void *a, const void *b)
{
    const rank *x = a, *y = b;
    if (x->column != y->column) return x->column < y->column ? -1 : 1;
    if (x->place < y->place) return -1;
    if (x->place > y->place) return 1;
    return rs_str_cmp(x->name, y->name);
}

/* Sets the rows of the nodes that are shown by their places. */
static void sort_rows(graph *g, rank *ranks)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n_nodes; i++) {
        const node *v = &g->nodes[i];
        if (v->n_parents + v->n_children == 0) continue;
        ranks[n++] = (rank){v->column, v->place, v->name, i};
    }
    if (n > 1) qsort(ranks, n, sizeof *ranks, by_place);
    int column = -1, row = 0;
    for (size_t i = 0; i < n; i++) {
        node *v = &g->nodes[ranks[i].node];
        row = v->column == column ? row + 1 : 0;
        column = v->column;
        v->row = row;
        g->order[i] = ranks[i].node;
    }
    g->n_order = n;
}

/* Mean row of a node's parents (or of its children), where it has some. */
static void set_places(graph *g, bool by_parents)
{
    for (size_t i = 0; i < g->n_nodes; i++) {
        double sum = 0;
        size_t n = 0;
        for (size_t k = 0; k < g->n_edges; k++) {
            const edge *e = &g->edges[k];
            if ((by_parents ? e->child : e->parent) != i) continue;
            sum += g->nodes[by_parents ? e->parent : e->child].row;
            n++;
        }
        g->nodes[i].place = n ? sum / (double)n : g->nodes[i].row;
    }
}

static bool lay_out(graph *g)
{
    rank *ranks = rs_calloc(g->n_nodes + 1, sizeof *ranks);
    g->order = rs_calloc(g->n_nodes + 1, sizeof *g->order);
    const bool ok = ranks && g->order;
    if (ok) {
        set_columns(g);
        sort_rows(g, ranks);
        for (int i = 0; i < SWEEPS; i++) {
            set_places(g, i % 2 == 0);
            sort_rows(g, ranks);
        }
    }
    rs_free(ranks);
    return ok;
}

static int left_of(const node *v)
{
    return v->column * COLUMN + 1;
}
static int middle_of(const node *v)
{
    return v->row * ROW + BOX_HEIGHT / 2 + 1;
}

static void put_edge(const graph *g, const edge *e, rs_buf *b)
{
    const node *parent = &g->nodes[e->parent], *child = &g->nodes[e->child];
    const int x0 = left_of(parent) + BOX_WIDTH, x1 = left_of(child), bend = (x0 + x1) / 2;
    rs_buf_printf(
        b, "<path class=\"%s%s\" data-a=\"%zu\" data-b=\"%zu\" d=\"M%d %dC%d %d %d %d %d %d\">",
        rs_catalog_relation_name(e->lineage->relation),
        rs_str_eq(e->lineage->what, RS_STR("annotations")) ? " texts" : "", e->parent, e->child, x0,
        middle_of(parent), bend, middle_of(parent), bend, middle_of(child), x1, middle_of(child));
    rs_buf_cstr(b, "<title>");
    rs_page_put_text(b, child->name);
    rs_buf_printf(b, ": %s of ", rs_catalog_relation_name(e->lineage->relation));
    rs_page_put_text(b, parent->name);
    if (e->lineage->what.ptr) {
        rs_buf_cstr(b, ", ");
        rs_page_put_text(b, e->lineage->what);
    }
    if (e->lineage->note.ptr) {
        rs_buf_cstr(b, "; ");
        rs_page_put_text(b, e->lineage->note);
    }
    rs_buf_cstr(b, "</title></path>\n");
}

static void put_node(const graph *g, size_t i, rs_buf *b)
{
    enum { MOST_LETTERS = 21 }; /* that a box holds */
    const node *v = &g->nodes[i];
    if (v->dataset) {
        rs_buf_cstr(b, "<a href=\"");
        rs_page_put_text(b, v->name);
        rs_buf_cstr(b, ".html\">");
    }
    rs_buf_printf(b, "<g class=\"%s\" data-n=\"%zu\"><title>",
                  v->dataset ? rs_catalog_is_read(v->dataset) ? "read" : "unread" : "outside", i);
    rs_page_put_text(b, v->name);
    rs_buf_printf(b, "</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\"/>",
                  left_of(v), middle_of(v) - BOX_HEIGHT / 2, BOX_WIDTH, BOX_HEIGHT);
    rs_buf_printf(b, "<text x=\"%d\" y=\"%d\">", left_of(v) + 6, middle_of(v) + 4);
    const bool cut = v->name.len > MOST_LETTERS;
    rs_page_put_text(b, cut ? rs_str_sub(v->name, 0, MOST_LETTERS - 1) : v->name);
    rs_buf_cstr(b, cut ? "&#8230;</text></g>" : "</text></g>");
    rs_buf_cstr(b, v->dataset ? "</a>\n" : "\n");
}

static void put_svg(const graph *g, rs_buf *b)
{
    int columns = 0, rows = 0;
    for (size_t i = 0; i < g->n_order; i++) {
        const node *v = &g->nodes[g->order[i]];
        if (v->column >= columns) columns = v->column + 1;
        if (v->row >= rows) rows = v->row + 1;
    }
    const int width = columns * COLUMN - (COLUMN - BOX_WIDTH) + 2, height = rows * ROW + 2;
    rs_buf_printf(b,
                  "<svg class=\"lineage\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d "
                  "%d\" width=\"%d\" "
                  "height=\"%d\" role=\"img\" aria-label=\"which dataset is made from which\">\n",
                  width, height, width, height);
    for (size_t i = 0; i < g->n_edges; i++) put_edge(g, &g->edges[i], b);
    for (size_t i = 0; i < g->n_order; i++) put_node(g, g->order[i], b);
    rs_buf_cstr(b, "</svg>\n");
}

rsift_status rs_page_put_lineage(const rs_catalog *catalog, rs_buf *out, rsift_error *err)
{
    const rs_embedded *file = rs_embedded_find("taxonomy/imagery.yaml");
    rs_arena arena = {0};
    rs_yaml *imagery;
    graph g = {0};
    bool ok = true;
    RS_ASSERT(file);
    rsift_status status =
        rs_yaml_parse(&arena, rs_str_of(file->name),
                      rs_str_make((const char *)file->data, file->len), NULL, &imagery, err);
    if (status != RSIFT_OK) goto done;
    g.imagery = imagery;
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(catalog, i);
        for (size_t k = 0; ok && k < d->lineage.n; k++)
            ok = add_edge(&g, catalog, d, &d->lineage.items[k]);
    }
    if (ok) drop_single_sources(&g);
    if (ok) ok = lay_out(&g);
    if (ok) put_svg(&g, out);
    if (!ok || out->failed) status = rs_err_nomem(err, "the graph of lineage");
done:
    graph_fini(&g);
    rs_arena_fini(&arena);
    return status;
}
