/* Kinds of imagery behind the datasets of the catalogue, as taxonomy/imagery.yaml lists them. A
 * source that is not listed there (another dataset that the catalogue does not describe) may hold
 * anything. */
#include "decide/apart.h"

#include "base/embedded.h"
#include "codec/yaml.h"
#include "decide/protect.h"
#include "store/quote.h"

/* Kinds are bits in the order of the file; this one stands for imagery of unknown kind. */
#define UNKNOWN (UINT64_C(1) << 63)
/* Deeper chains of datasets than the catalogue has; also ends a circle. */
enum { MOST_GENERATIONS = 8 };

typedef struct lineages {
    const rs_catalog *catalog;
    const rs_yaml *kinds; /* of imagery */
} lineages;

static rsift_status read_kinds(rs_arena *arena, lineages *out, rsift_error *err)
{
    static const char path[] = "taxonomy/imagery.yaml";
    const rs_embedded *file = rs_embedded_find(path);
    rs_yaml *kinds = NULL;
    RS_ASSERT(file);
    RS_TRY(rs_yaml_parse(arena, rs_str_of(path), rs_str_make((const char *)file->data, file->len),
                         NULL, &kinds, err));
    out->kinds = kinds;
    return RSIFT_OK;
}

static uint64_t kind_of_source(const lineages *l, rs_str source)
{
    uint64_t bit = 1;
    for (const rs_yaml *kind = l->kinds->first; kind && bit != UNKNOWN;
         kind = kind->next, bit <<= 1) {
        const rs_yaml *sources = rs_yaml_get(kind, "sources");
        for (const rs_yaml *s = sources ? sources->first : NULL; s; s = s->next)
            if (rs_str_eq(s->text, source)) return bit;
    }
    return UNKNOWN;
}

/* The kinds of imagery of all pictures of a dataset, as bits. */
static uint64_t kinds_of(const lineages *l, const rs_catalog_dataset *d, int generation)
{
    uint64_t kinds = 0;
    if (!d || generation > MOST_GENERATIONS) return UNKNOWN;
    const rs_catalog_evidence *evidence = rs_catalog_evidence_of(d, RS_STR("lineage"));
    if (evidence && evidence->sure == RS_SURE_LOW) return UNKNOWN;
    for (size_t i = 0; i < d->lineage.n; i++) {
        const rs_catalog_lineage *from = &d->lineage.items[i];
        if (rs_str_eq(from->what, RS_STR("annotations"))) continue;
        const rs_catalog_dataset *parent = rs_catalog_find(l->catalog, from->source);
        kinds |= parent ? kinds_of(l, parent, generation + 1) : kind_of_source(l, from->source);
    }
    return kinds ? kinds : UNKNOWN;
}

/* Is every picture of both traced, through all ancestors, to imagery of different kinds? Not for a
 * dataset without a record, without a lineage of pictures, with a recalled one, or with an ancestor
 * of which nothing is known. */
static bool are_apart(const lineages *l, rs_str a, rs_str b)
{
    const uint64_t x = kinds_of(l, rs_catalog_find(l->catalog, a), 0),
                   y = kinds_of(l, rs_catalog_find(l->catalog, b), 0);
    return !((x | y) & UNKNOWN) && !(x & y);
}

static void put_pairs(rs_buf *sql, const lineages *l, const rs_strmap *indexed)
{
    for (size_t i = 0; i < indexed->n; i++)
        for (size_t k = 0; k < indexed->n; k++) {
            if (!are_apart(l, indexed->keys[i], indexed->keys[k])) continue;
            rs_buf_cstr(sql, "INSERT INTO apart VALUES (");
            rs_store_put_literals(sql, (const rs_str[]){indexed->keys[i], indexed->keys[k]}, 2);
            rs_buf_cstr(sql, ");\n");
        }
}

rsift_status rs_apart_make(rs_store *store, const rs_catalog *catalog, rsift_error *err)
{
    rs_buf sql = {0};
    rs_strmap indexed = {0};
    rs_arena arena = {0};
    lineages l = {.catalog = catalog};
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE apart(a VARCHAR, b VARCHAR);\n");
    rsift_status status = read_kinds(&arena, &l, err);
    if (status == RSIFT_OK) status = rs_protect_list_indexed(store, &indexed, err);
    if (status == RSIFT_OK) put_pairs(&sql, &l, &indexed);
    if (status == RSIFT_OK && sql.failed) status = rs_err_nomem(err, "a statement");
    if (status == RSIFT_OK) status = rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    rs_strmap_fini(&indexed);
    rs_arena_fini(&arena);
    return status;
}
