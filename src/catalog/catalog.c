/* Questions to one decoded record: its releases, evidence, licence and roles. Finding a record by
 * its id is load.c, finding one by words search.c. */
#include "catalog/catalog.h"

const rs_catalog_release *rs_catalog_release_find(const rs_catalog_dataset *dataset, rs_str id)
{
    for (size_t i = 0; i < dataset->releases.n; i++)
        if (rs_str_eq(dataset->releases.items[i].id, id)) return &dataset->releases.items[i];
    return NULL;
}

bool rs_catalog_is_read(const rs_catalog_dataset *dataset)
{
    for (size_t i = 0; i < dataset->releases.n; i++)
        if (dataset->releases.items[i].sources.n > 0) return dataset->reads.how != RS_READS_NO;
    return false;
}

const rs_catalog_evidence *rs_catalog_evidence_of(const rs_catalog_dataset *dataset, rs_str path)
{
    const rs_catalog_evidence *best = NULL, *fallback = NULL;
    for (size_t i = 0; i < dataset->evidence.n; i++) {
        const rs_catalog_evidence *e = &dataset->evidence.items[i];
        if (rs_str_eq(e->path, RS_STR("default"))) fallback = e;
        bool begins = rs_str_starts(path, e->path) &&
                      (path.len == e->path.len || path.ptr[e->path.len] == '.');
        if (begins && (!best || e->path.len > best->path.len)) best = e;
    }
    return best ? best : fallback;
}

rs_licence_class rs_catalog_licence_of(const rs_catalog_licence *licence)
{
    rs_licence_class a = licence->annotations.class, b = licence->imagery.class;
    if (a == RS_LICENCE_RESTRICTED || b == RS_LICENCE_RESTRICTED) return RS_LICENCE_RESTRICTED;
    if (a == RS_LICENCE_UNKNOWN || b == RS_LICENCE_UNKNOWN) return RS_LICENCE_UNKNOWN;
    return a > b ? a : b; /* the classes are ordered from open to restricted */
}

rs_role rs_catalog_role_in(const rs_catalog_source *source, rs_str split)
{
    for (size_t i = 0; split.ptr && i < source->role_by_split.n; i++)
        if (rs_str_eq(source->role_by_split.items[i].split, split))
            return source->role_by_split.items[i].role;
    if (source->role != RS_ROLE_UNSET) return source->role;
    /* a split without a stated role: never trained on unasked */
    return RS_ROLE_EVAL;
}
