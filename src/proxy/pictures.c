/* Pictures -> descriptors; see pictures.h. */
#include "proxy/pictures.h"

#include "image/cost.h"
#include "image/decode.h"
#include "image/describe.h"
#include "release/asset_bytes.h"

typedef struct describing {
    rs_session *session;
    float *out;
    bool *known; /* each thread writes those of its own pictures */
    rs_progress *progress;
} describing;

/* Decodes one picture while the memory for pictures holds its cost. */
static rsift_status decode_picture(const describing *d, const rs_asset_picture *picture,
                                   uint64_t *cost, rsift_error *err)
{
    rs_pixels pixels = {0};
    RS_TRY(rs_image_cost_of(picture->bytes, RS_IMAGE_AS_PIXELS, cost, err));
    RS_TRY(rs_budget_take(&d->session->images, *cost, &d->session->cancel, err));
    rsift_status status =
        rs_image_decode_view(picture->bytes, &d->session->limits, &picture->view, &pixels, err);
    if (status == RSIFT_OK && pixels.damaged) status = rs_err_set(err, RSIFT_E_FORMAT, "damaged");
    if (status == RSIFT_OK)
        status = rs_image_describe(&pixels, &d->out[picture->i * RS_IMAGE_DESCRIPTOR], err);
    rs_pixels_fini(&pixels);
    rs_budget_give(&d->session->images, *cost);
    return status;
}

static rsift_status describe_picture(void *ctx, const rs_asset_picture *picture, rsift_error *err)
{
    const describing *d = ctx;
    rsift_error why = {0};
    uint64_t cost = 0;
    rs_progress_add(d->progress, 1);
    if (picture->why) return RSIFT_OK;
    const rsift_status status = decode_picture(d, picture, &cost, &why);
    d->known[picture->i] = status == RSIFT_OK;
    if (!rs_err_ends_call(status)) return RSIFT_OK;
    if (err) *err = why;
    return status;
}

rsift_status rs_proxy_describe(rs_session *session, rs_store *store, const rs_id *hashes, size_t n,
                               float *out, bool *known, rsift_error *err)
{
    rs_asset_bytes *bytes;
    RS_TRY(rs_asset_bytes_open(session, store, &bytes, err));
    describing d = {
        .session = session,
        .out = out,
        .known = known,
        .progress = rs_session_progress(session, "describing pictures", "pictures", (int64_t)n)};
    const rsift_status status = rs_asset_bytes_ask(bytes, hashes, n, describe_picture, &d, err);
    rs_progress_end(d.progress);
    rs_asset_bytes_close(bytes);
    return status;
}
