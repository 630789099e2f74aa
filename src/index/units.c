/* A unit is a lock of the workspace: "index-<release>-<number>-of-<n>", or "...-1-of-1". */
#include "index/units.h"

#include <stdio.h>

static void name_lock(char out[160], rs_str release_id, rs_index_unit unit)
{
    const bool alone = unit.of <= 1;
    snprintf(out, 160, "index-%.*s-%d-of-%d", RS_STR_ARG(release_id), alone ? 1 : unit.number,
             alone ? 1 : unit.of);
}

rsift_status rs_index_unit_take(rs_store *store, rs_str release_id, rs_index_unit unit,
                                rsift_error *err)
{
    char name[160], prefix[160], suffix[32];
    const int n = unit.of <= 1 ? 1 : unit.of;
    name_lock(name, release_id, unit);
    RS_TRY(rs_store_lock(store, rs_str_of(name), err));
    /* Taken before the others are asked: of two that begin together at least one sees the other. */
    snprintf(prefix, sizeof prefix, "index-%.*s-", RS_STR_ARG(release_id));
    snprintf(suffix, sizeof suffix, "-of-%d.lock", n);
    if (!rs_store_is_locked(store, rs_str_of(prefix), rs_str_of(suffix))) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_IO,
                      "%.*s is being indexed in another number of units than %d: wait for those, "
                      "then go on with any number",
                      RS_STR_ARG(release_id), n);
}

bool rs_index_unit_runs(const rs_store *store, rs_str release_id, rs_index_unit unit)
{
    char name[160], file[168];
    name_lock(name, release_id, unit);
    snprintf(file, sizeof file, "%s.lock", name);
    return rs_store_is_locked(store, rs_str_of(file), (rs_str){NULL, 0});
}
