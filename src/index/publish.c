/* What is asked is what the names of parts say, and one question to the rows. */
#include "index/publish.h"

#include "index/hash.h"
#include "index/hash_changed.h"
#include "index/parts.h"

static rsift_status source_is_complete(rs_index_media *media, const rs_plan_source *source,
                                       bool *out, rsift_error *err)
{
    char family[160], prefix[200];
    rs_index_ranges done;
    snprintf(family, sizeof family, "s-%.*s+", RS_STR_ARG(source->id));
    snprintf(prefix, sizeof prefix, "%s%.*s", family, RS_STR_ARG(source->fingerprint));
    RS_TRY(rs_index_ranges_load(&done, media->store, media->plan->release_id, rs_str_of(family),
                                rs_str_of(prefix), err));
    *out = rs_index_ranges_complete(&done);
    rs_index_ranges_fini(&done);
    return RSIFT_OK;
}

static rsift_status is_complete(rs_index_media *media, bool *out, rsift_error *err)
{
    RS_TRY(rs_index_media_complete(media, out, err));
    for (size_t i = 0; *out && i < media->plan->n_sources; i++)
        RS_TRY(source_is_complete(media, &media->plan->sources[i], out, err));
    return RSIFT_OK;
}

static rsift_status has_samples(const rs_index_media *media, bool *out, rsift_error *err)
{
    const rs_arg id = {.type = RS_ARG_STR, .str = media->plan->release_id};
    rs_store *reading;
    rs_result *result = NULL;
    RS_TRY(rs_session_reading(media->session, media->store, &reading, err));
    rsift_status status =
        rs_store_query(reading, RS_STR("SELECT 1 FROM sample WHERE release_id = $1 LIMIT 1"), &id,
                       1, &result, err);
    if (status == RSIFT_OK) status = rs_result_next(result, err);
    *out = status == RSIFT_OK;
    rs_result_close(result);
    rs_store_close(reading);
    return status == RSIFT_END ? RSIFT_OK : status;
}

rsift_status rs_index_publish(rs_index_media *media, bool *pending, rsift_error *err)
{
    *pending = rs_release_is_staged(media->store);
    if (!*pending) return RSIFT_OK;
    bool ready;
    RS_TRY(is_complete(media, &ready, err));
    if (ready) RS_TRY(has_samples(media, &ready, err));
    if (!ready) return RSIFT_OK;
    RS_TRY(
        rs_part_remove(media->store, media->plan->release_id, RS_STR(RS_INDEX_CHANGED_PART), err));
    /* what rsift link and rsift hash added meanwhile; pictures that changed have other hashes */
    static const char *const keep[] = {"link-", RS_INDEX_HASH_FAMILY, NULL};
    RS_TRY(rs_release_publish(media->store, keep, err));
    *pending = false;
    return RSIFT_OK;
}
