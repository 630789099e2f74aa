/* Kinds of imagery behind the datasets of the catalogue. A source that is not listed here (another
 * dataset that the catalogue does not describe) may hold anything. */
#include "decide/apart.h"

#include "decide/protect.h"
#include "store/quote.h"

enum {
    SENTINEL_1 = 1,
    SENTINEL_2 = 2,
    LANDSAT = 4,
    SDGSAT = 8,
    DRONE = 16,
    GAOFEN = 32,
    /* What web maps show: aerial pictures and very-high-resolution satellites, each of which may
     * stand in another's mosaic. */
    WEB_MAP = 64,
    UNKNOWN = 128,
};
/* Deeper chains of datasets than the catalogue has; also ends a circle. */
enum { MOST_GENERATIONS = 8 };

static const struct {
    const char *source;
    unsigned kind;
} imagery[] = {
    {"Sentinel-1", SENTINEL_1},
    {"Sentinel-2", SENTINEL_2},
    {"Landsat-8", LANDSAT},
    {"SDGSAT-1", SDGSAT},
    {"own drone flights", DRONE},
    {"GF-2 and JL-1", GAOFEN},
    {"GF-2 and other Gaofen", GAOFEN},
    {"Google Earth", WEB_MAP},
    {"Google Maps", WEB_MAP},
    {"Google street view and satellite", WEB_MAP},
    {"Airbus SPOT", WEB_MAP},
    {"Planet SkySat", WEB_MAP},
    {"NAIP", WEB_MAP},
    {"USGS orthoimagery", WEB_MAP},
    {"SWISSIMAGE", WEB_MAP},
    {"NRW open data", WEB_MAP},
};

static unsigned kind_of_source(rs_str source)
{
    for (size_t i = 0; i < sizeof imagery / sizeof *imagery; i++)
        if (rs_str_eq(source, rs_str_of(imagery[i].source))) return imagery[i].kind;
    return UNKNOWN;
}

/* The kinds of imagery of all pictures of a dataset, as bits. */
static unsigned kinds_of(const rs_catalog *catalog, const rs_catalog_dataset *d, int generation)
{
    unsigned kinds = 0;
    if (!d || generation > MOST_GENERATIONS) return UNKNOWN;
    const rs_catalog_evidence *evidence = rs_catalog_evidence_of(d, RS_STR("lineage"));
    if (evidence && evidence->sure == RS_SURE_LOW) return UNKNOWN;
    for (size_t i = 0; i < d->lineage.n; i++) {
        const rs_catalog_lineage *from = &d->lineage.items[i];
        if (rs_str_eq(from->what, RS_STR("annotations"))) continue;
        const rs_catalog_dataset *parent = rs_catalog_find(catalog, from->source);
        kinds |= parent ? kinds_of(catalog, parent, generation + 1) : kind_of_source(from->source);
    }
    return kinds ? kinds : UNKNOWN;
}

bool rs_apart(const rs_catalog *catalog, const rs_catalog_dataset *a, const rs_catalog_dataset *b)
{
    const unsigned x = kinds_of(catalog, a, 0), y = kinds_of(catalog, b, 0);
    return !((x | y) & UNKNOWN) && !(x & y);
}

static void put_pairs(rs_buf *sql, const rs_catalog *catalog, const rs_strmap *indexed)
{
    for (size_t i = 0; i < indexed->n; i++)
        for (size_t k = 0; k < indexed->n; k++) {
            if (!rs_apart(catalog, rs_catalog_find(catalog, indexed->keys[i]),
                          rs_catalog_find(catalog, indexed->keys[k])))
                continue;
            rs_buf_cstr(sql, "INSERT INTO apart VALUES (");
            rs_store_put_literals(sql, (const rs_str[]){indexed->keys[i], indexed->keys[k]}, 2);
            rs_buf_cstr(sql, ");\n");
        }
}

rsift_status rs_apart_make(rs_store *store, const rs_catalog *catalog, rsift_error *err)
{
    rs_buf sql = {0};
    rs_strmap indexed = {0};
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE apart(a VARCHAR, b VARCHAR);\n");
    rsift_status status = rs_protect_list_indexed(store, &indexed, err);
    if (status == RSIFT_OK) put_pairs(&sql, catalog, &indexed);
    if (status == RSIFT_OK && sql.failed) status = rs_err_nomem(err, "a statement");
    if (status == RSIFT_OK) status = rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    rs_strmap_fini(&indexed);
    return status;
}
