/* Reader versions of a dataset's parts against those of this program. */
#include "release/current.h"

#include "readers/table.h"

#include <inttypes.h>

static const char sql[] =
    "SELECT DISTINCT g.release_id, g.source, coalesce(g.reader, ''), "
    "coalesce(g.reader_version, 0)::BIGINT, r.root "
    "FROM reading g "
    "JOIN (SELECT DISTINCT release_id, root FROM release WHERE dataset = $1) r "
    "ON r.release_id = g.release_id "
    "ORDER BY 1, 2, 4";

rsift_status rs_release_check_readers(rs_store *store, rs_str dataset, rsift_error *err)
{
    rs_arg arg = {.type = RS_ARG_STR, .str = dataset};
    rs_result *rows;
    RS_TRY(rs_store_query(store, rs_str_of(sql), &arg, 1, &rows, err));
    rsift_status status;
    /* a source whose parts are of two versions gives two rows: release, source, reader, version,
     * root; parts from before versions were kept have the version 0 */
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        rs_str name = rs_result_str(rows, 2);
        const rs_reader *reader = rs_reader_find(name);
        int64_t version = rs_result_i64(rows, 3);
        if (reader && version == reader->version) continue;
        /* the reader may have left the program, or another version of it reads differently */
        char current[48] = "no such reader";
        if (reader) snprintf(current, sizeof current, "version %" PRIu32, reader->version);
        status = rs_err_set(err, RSIFT_E_FORMAT,
                            "read by version %" PRId64 " of the reader %.*s, this program has %s; "
                            "index it again: rsift index \"%.*s\"",
                            version, RS_STR_ARG(name.len ? name : RS_STR("(not noted)")), current,
                            RS_STR_ARG(rs_result_str(rows, 4)));
        rs_err_within(err, status, "%.*s > %.*s", RS_STR_ARG(rs_result_str(rows, 0)),
                      RS_STR_ARG(rs_result_str(rows, 1)));
        break;
    }
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}
