/* Rows of a COCO file: see coco_row.h. */
#include "readers/coco_row.h"

#include <inttypes.h>

/* The picture of an annotation that is no JSON (NaN stands in it), where its text tells: image_id
 * and a whole number, once. */
static bool tells_owner(rs_str text, int64_t *owner)
{
    const rs_str key = RS_STR("\"image_id\"");
    const size_t at = rs_str_find(text, key);
    if (at == RS_NPOS) return false;
    rs_str rest = rs_str_trim(rs_str_sub(text, at + key.len, text.len));
    if (rs_str_find(rest, key) != RS_NPOS || !rest.len || rest.ptr[0] != ':') return false;
    rest = rs_str_trim(rs_str_sub(rest, 1, rest.len));
    size_t n = 0;
    while (n < rest.len && n < 18 && rest.ptr[n] >= '0' && rest.ptr[n] <= '9') n++;
    const rs_str behind = rs_str_trim(rs_str_sub(rest, n, rest.len));
    if (n == 0 || !behind.len || (behind.ptr[0] != ',' && behind.ptr[0] != '}')) return false;
    *owner = 0;
    for (size_t i = 0; i < n; i++) *owner = 10 * *owner + (rest.ptr[i] - '0');
    return true;
}

rsift_status rs_coco_parse_rows(rs_arena *scratch, const rs_json_feed *feed, size_t first, size_t n,
                                const rs_json ***values, rsift_error *err)
{
    *values = rs_arena_alloc(scratch, (n + 1) * sizeof **values);
    if (!*values) return rs_err_nomem(err, "rows");
    return rs_json_parse_cuts(scratch, feed->cuts + first, n, feed->source->limits, *values, err);
}

rsift_status rs_coco_read_row(rs_arena *scratch, const rs_json_feed *feed, size_t i,
                              rs_coco_row *out, rs_chunk *chunk, rsift_error *err)
{
    const rs_json_cut *cut = &feed->cuts[i];
    const rs_json *value = out->value;
    rsift_error why = {0};
    *out = (rs_coco_row){.pass = feed->pass + (int)cut->path, .value = value};
    out->row =
        (rs_row){.owner = -1, .offset = cut->offset, .len = (uint32_t)cut->bytes.len, .active = 1};
    rsift_status status = RSIFT_OK;
    if (!value) /* says why */
        status = rs_json_parse(scratch, cut->bytes, feed->source->limits, &out->value, &why);
    /* an annotation needs its image only; its own id is not used for anything */
    bool is_annotation = out->pass == RS_COCO_ANNOTATIONS;
    if (status == RSIFT_OK) {
        bool has_id = rs_row_id(rs_json_get(out->value, "id"), &out->row.id);
        bool has_owner = rs_row_id(rs_json_get(out->value, "image_id"), &out->row.owner);
        if (!(is_annotation ? has_owner : has_id))
            status =
                rs_err_set(&why, RSIFT_E_FORMAT,
                           is_annotation ? "the annotation has no image_id" : "the row has no id");
    }
    if (status == RSIFT_OK) return RSIFT_OK;
    out->value = NULL;
    /* of an annotation its picture alone loses an object; an image row is of no other picture, and
     * its annotations are orphans */
    if (status == RSIFT_E_FORMAT && is_annotation && tells_owner(cut->bytes, &out->row.owner))
        out->row.active = 0;
    out->told = out->pass == RS_COCO_IMAGES || !out->row.active;
    rs_err_within(&why, status, "%.*s > byte %" PRId64, RS_STR_ARG(rs_json_feed_chain(feed)),
                  cut->offset);
    return rs_chunk_broken(chunk, out->pass, -1, status, &why, err);
}
