/* Reader versions of a dataset's parts against those of this program. */
#include "release/current.h"

#include "readers/table.h"

#include <inttypes.h>

static const char sql[] =
    "SELECT DISTINCT g.release_id, g.source, coalesce(g.reader, ''), "
    "coalesce(g.reader_version, 0)::BIGINT, r.root FROM reading g JOIN (SELECT DISTINCT "
    "release_id, "
    "root FROM release WHERE dataset = $1) r ON r.release_id = g.release_id ORDER BY 1, 2, 4";

/* One row of the query above: release, source, reader, version, root. Parts from before versions
 * were kept have the version 0. */
static rsift_status check_row(rs_result *row, rsift_error *err)
{
    const rs_reader *reader = rs_reader_find(rs_result_str(row, 2));
    int64_t version = rs_result_i64(row, 3);
    if (reader && version == reader->version) return RSIFT_OK;
    /* the reader may have left the program, or another version of it reads differently */
    char current[48] = "no such reader";
    if (reader) snprintf(current, sizeof current, "version %" PRIu32, reader->version);
    rs_str name = rs_result_str(row, 2);
    rs_err_set(err, RSIFT_E_FORMAT,
               "read by version %" PRId64
               " of the reader %.*s, this program has %s; index it again: "
               "rsift index \"%.*s\"",
               version, RS_STR_ARG(name.len ? name : RS_STR("(not noted)")), current,
               RS_STR_ARG(rs_result_str(row, 4)));
    return rs_err_within(err, RSIFT_E_FORMAT, "%.*s > %.*s", RS_STR_ARG(rs_result_str(row, 0)),
                         RS_STR_ARG(rs_result_str(row, 1)));
}

rsift_status rs_release_check_readers(rs_store *store, rs_str dataset, rsift_error *err)
{
    /* one row per source and version: a source whose parts are of two versions gives two rows */
    rs_arg arg = {.type = RS_ARG_STR, .str = dataset};
    rs_result *result;
    RS_TRY(rs_store_query(store, rs_str_of(sql), &arg, 1, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK)
        if ((status = check_row(result, err)) != RSIFT_OK) break;
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}
