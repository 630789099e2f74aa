/* A source stores at most limits.max_findings rows of one code. What comes after them is counted
 * and stored as one row per part and code, whose `n` is the count; readers of the table sum `n`. */
#include "index/finding.h"

#include "base/escape.h"

static const rs_str rest_message = {"more of the same, counted but not listed", 40};

void rs_index_put_finding(rs_part *part, const rs_index_finding *f)
{
    const rs_finding_info *info = rs_model_finding_info(f->code);
    rs_arena scratch = {0};
    rs_rows *rows = rs_part_rows(part, RS_T_FINDING);
    rs_put_str(rows, RS_FINDING_release_id, f->release_id);
    if (f->sample) rs_put_id(rows, RS_FINDING_sample_id, *f->sample);
    if (f->asset) rs_put_id(rows, RS_FINDING_asset_id, *f->asset);
    rs_put_str(rows, RS_FINDING_severity, rs_str_of(rs_model_severity_name(info->severity)));
    rs_put_str(rows, RS_FINDING_code, rs_str_of(info->code));
    rs_put_str(rows, RS_FINDING_locator, rs_escape_text(&scratch, RS_ESCAPE_BYTES, f->locator));
    rs_put_str(rows, RS_FINDING_message, rs_escape_text(&scratch, RS_ESCAPE_BYTES, f->message));
    rs_put_i64(rows, RS_FINDING_n, f->n);
    rs_put_str(rows, RS_FINDING_source, f->source);
    rs_put_bool(rows, RS_FINDING_rest, f->rest);
    rs_put_end(rows);
    rs_arena_fini(&scratch);
}

bool rs_index_cap_admits(rs_index_cap *cap, rs_finding_code code)
{
    if (cap->stored[code] < cap->most) {
        cap->stored[code]++;
        return true;
    }
    cap->rest[code]++;
    return false;
}

void rs_index_put_rest(rs_part *part, rs_index_cap *cap, rs_str release_id, rs_str source,
                       rs_str locator)
{
    for (int code = 0; code < RS_N_FINDINGS; code++) {
        if (cap->rest[code] == 0) continue;
        rs_index_put_finding(part, &(rs_index_finding){.code = (rs_finding_code)code,
                                                       .release_id = release_id,
                                                       .source = source,
                                                       .locator = locator,
                                                       .message = rest_message,
                                                       .rest = true,
                                                       .n = cap->rest[code]});
        cap->rest[code] = 0;
    }
}

rsift_status rs_index_cap_load(rs_index_cap *cap, rs_store *store, rs_str release_id, rs_str source,
                               rsift_error *err)
{
    rs_arg args[2] = {{.type = RS_ARG_STR, .str = release_id}, {.type = RS_ARG_STR, .str = source}};
    rs_result *result = NULL;
    RS_TRY(rs_store_query(store,
                          RS_STR("SELECT code, count(*) FROM finding WHERE release_id = $1 AND "
                                 "source = $2 AND NOT coalesce(rest, false) GROUP BY code"),
                          args, 2, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_finding_code code;
        if (rs_model_finding_parse(rs_result_str(result, 0), &code))
            cap->stored[code] = rs_result_i64(result, 1);
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}
