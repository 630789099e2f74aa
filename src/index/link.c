/* Linking: pictures that lie elsewhere.
 *
 * Linking adds asset rows of state 'found' for pictures that were unresolved; the ids stay those of
 * the annotations' own names, so that what was decided about a sample stays true. */
#include "index/link.h"

#include "codec/json_writer.h"
#include "index/link_dataset.h"
#include "index/link_tree.h"

/* Does the workspace hold a release of the dataset? */
static rsift_status is_indexed(rs_store *store, rs_str dataset, bool *out, rsift_error *err)
{
    rs_arg arg = {.type = RS_ARG_STR, .str = dataset};
    rs_result *result;
    RS_TRY(rs_store_query(store, RS_STR("SELECT 1 FROM release WHERE dataset = $1 LIMIT 1"), &arg,
                          1, &result, err));
    rsift_status status = rs_result_next(result, err);
    *out = status == RSIFT_OK;
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* {"schema":"rsift.link/1", ...}: how many pictures were missing, and what became of them. */
static rsift_status answer(const rs_index_links *links, rsift_answer *out, rsift_error *err)
{
    rs_buf buf = {0};
    rs_json_writer w = rs_json_writer_to(&buf);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.link/1");
    rs_json_field_str(&w, "dataset", links->dataset);
    rs_json_field_i64(&w, "unresolved", (int64_t)links->n);
    rs_json_field_i64(&w, "linked", links->n_linked);
    rs_json_field_i64(&w, "ambiguous", links->n_ambiguous);
    rs_json_field_i64(&w, "left", (int64_t)links->n - links->n_linked - links->n_other_units);
    rs_json_field_i64(&w, "other_units", links->n_other_units);
    rs_json_field_array(&w, "missing"); /* the first of them */
    for (size_t i = 0, n = 0; i < links->n && n < 5; i++) {
        if (links->items[i].linked) continue;
        rs_json_write_str(&w, links->items[i].path);
        n++;
    }
    rs_json_end_array(&w);
    rs_json_end_object(&w);
    rsift_status status = rs_json_finish(&w, "an answer", err);
    if (status == RSIFT_OK) status = rs_session_answer(&buf, out, err);
    rs_buf_fini(&buf);
    return status;
}

/* No release is indexed, removed or linked by the same unit meanwhile. */
static rsift_status take_units(const rs_index_links *links, rsift_error *err)
{
    for (size_t begin = 0; begin < links->n; begin = rs_index_release_end(links, begin))
        RS_TRY(
            rs_index_unit_take(links->writing, links->items[begin].release_id, links->unit, err));
    return RSIFT_OK;
}

rsift_status rs_index_link(rs_session *session, const char *dataset, const char *images,
                           rs_index_unit unit, rsift_answer *out, rsift_error *err)
{
    *out = (rsift_answer){0};
    rs_index_links links = {.session = session, .dataset = rs_str_of(dataset), .unit = unit};
    bool indexed = false, other = false;
    rsift_status status = rs_session_store(session, RS_STORE_READ, false, &links.reading, err);
    if (status == RSIFT_OK) status = is_indexed(links.reading, links.dataset, &indexed, err);
    if (status == RSIFT_OK && !indexed)
        status = rs_err_set(err, RSIFT_E_ARG, "\"%s\" is not indexed here; `rsift index` it first",
                            dataset);
    if (status == RSIFT_OK) status = rs_index_links_load(&links, err);
    /* a dataset of that name comes before a folder of that name */
    if (status == RSIFT_OK) status = is_indexed(links.reading, rs_str_of(images), &other, err);
    if (status == RSIFT_OK)
        status = rs_session_store(session, RS_STORE_PARTS, false, &links.writing, err);
    if (status == RSIFT_OK) status = take_units(&links, err);
    if (status == RSIFT_OK)
        status = other ? rs_index_link_dataset(&links, rs_str_of(images), err)
                       : rs_index_link_tree(&links, rs_str_of(images), err);
    if (status == RSIFT_OK) status = answer(&links, out, err);
    rs_index_links_fini(&links);
    return status;
}
