/* See ancestry.h. A dataset has few sources, and chains are short: plain breadth-first lists. */
#include "catalog/ancestry.h"

#include "base/buf.h"

enum { MOST_ANCESTORS = 64, NONE = -1 };

typedef struct ancestor {
    const rs_catalog_dataset *dataset;
    int child, depth; /* who is made from it; NONE at the dataset itself */
} ancestor;

/* The dataset and all that it is made from, nearest first. */
static int list_ancestors(const rs_catalog *catalog, const rs_catalog_dataset *d,
                          ancestor out[MOST_ANCESTORS])
{
    int n = 1;
    out[0] = (ancestor){d, NONE, 0};
    for (int i = 0; i < n; i++) {
        for (size_t k = 0; k < out[i].dataset->lineage.n && n < MOST_ANCESTORS; k++) {
            const rs_catalog_lineage *from = &out[i].dataset->lineage.items[k];
            const rs_catalog_dataset *parent = rs_catalog_find(catalog, from->source);
            bool known = !parent || rs_str_eq(from->what, RS_STR("annotations"));
            for (int j = 0; j < n && !known; j++) known = out[j].dataset == parent;
            if (!known) out[n++] = (ancestor){parent, i, out[i].depth + 1};
        }
    }
    return n;
}

/* Appends the way from `at` down to the dataset itself: " → child → ...". */
static void put_way_down(rs_buf *out, const ancestor *list, int at)
{
    for (int i = list[at].child; i != NONE; i = list[i].child) {
        rs_buf_cstr(out, " → ");
        rs_buf_str(out, list[i].dataset->id);
    }
}

/* The way from the dataset itself up to `at`, `at` included. */
static void put_way_up(rs_buf *out, const ancestor *list, int at)
{
    if (list[at].child != NONE) {
        put_way_up(out, list, list[at].child);
        rs_buf_cstr(out, " ← ");
    }
    rs_buf_str(out, list[at].dataset->id);
}

rs_str rs_catalog_ancestry(const rs_catalog *catalog, rs_str a, rs_str b, rs_arena *arena)
{
    ancestor of_a[MOST_ANCESTORS], of_b[MOST_ANCESTORS];
    const rs_catalog_dataset *x = rs_catalog_find(catalog, a), *y = rs_catalog_find(catalog, b);
    if (!x || !y || x == y) return (rs_str){NULL, 0};
    const int n_a = list_ancestors(catalog, x, of_a), n_b = list_ancestors(catalog, y, of_b);
    int at_a = NONE, at_b = NONE;
    for (int i = 0; i < n_a; i++)
        for (int k = 0; k < n_b; k++)
            if (of_a[i].dataset == of_b[k].dataset &&
                (at_a == NONE ||
                 of_a[i].depth + of_b[k].depth < of_a[at_a].depth + of_b[at_b].depth))
                at_a = i, at_b = k;
    if (at_a == NONE) return (rs_str){NULL, 0};
    rs_buf text = {0};
    put_way_up(&text, of_a, at_a);
    put_way_down(&text, of_b, at_b);
    const rs_str out = text.failed ? (rs_str){NULL, 0} : rs_arena_str(arena, rs_buf_view(&text));
    rs_buf_fini(&text);
    return out;
}
