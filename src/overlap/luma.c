/* Reads pictures by content hash, decodes them on all threads within the image budget, and hands
 * their luma on; see luma.h. */
#include "overlap/luma.h"

#include "base/alloc.h"
#include "image/cost.h"
#include "image/decode.h"

typedef struct luma_call {
    const rs_luma_asking *asking;
    rs_luma_fn *fn;
    void *ctx;
} luma_call;

/* Decodes while the budget holds `cost` bytes, which the luma is part of. */
static rsift_status decode_luma(const luma_call *call, const rs_asset_picture *picture,
                                rs_luma *luma, uint8_t **owned, rsift_error *err)
{
    rs_pixels pixels = {0};
    RS_TRY(rs_image_decode_view(picture->bytes, &call->asking->session->limits, &picture->view,
                                &pixels, err));
    const size_t n = (size_t)pixels.width * pixels.height;
    rsift_status status = RSIFT_OK;
    if (pixels.damaged) status = rs_err_set(err, RSIFT_E_FORMAT, "damaged");
    if (status == RSIFT_OK && !(*owned = rs_alloc(n + 1))) status = rs_err_nomem(err, "a picture");
    if (status == RSIFT_OK) {
        rs_image_luma(pixels.rgb, n, *owned);
        *luma = (rs_luma){.at = *owned, .width = pixels.width, .height = pixels.height};
    }
    rs_pixels_fini(&pixels);
    return status;
}

/* Hands the luma of one picture over, within the memory for pictures; one that cannot be decoded is
 * passed over. */
static rsift_status show_luma(const luma_call *call, const rs_asset_picture *picture,
                              rsift_error *err)
{
    rsift_error why = {0};
    rs_budget *budget = &call->asking->session->images;
    rs_luma luma = {0};
    uint8_t *owned = NULL;
    uint64_t cost = 0;
    rsift_status status = rs_image_cost_of(picture->bytes, RS_IMAGE_AS_PIXELS, &cost, &why);
    if (rs_err_ends_call(status)) {
        if (err) *err = why;
        return status;
    }
    if (status != RSIFT_OK) return RSIFT_OK;
    /* three bytes a pixel and one more */
    cost += cost / 2;
    RS_TRY(rs_budget_take(budget, cost, &call->asking->session->cancel, err));
    status = decode_luma(call, picture, &luma, &owned, &why);
    if (status == RSIFT_OK) {
        status = call->fn(call->ctx, picture->i, &luma, err);
    } else if (rs_err_ends_call(status)) {
        if (err) *err = why;
    } else {
        status = RSIFT_OK;
    }
    rs_free(owned);
    rs_budget_give(budget, cost);
    return status;
}

static rsift_status take_picture(void *ctx, const rs_asset_picture *picture, rsift_error *err)
{
    const luma_call *call = ctx;
    rs_progress_add(call->asking->progress, 1);
    if (!picture->why) return show_luma(call, picture, err);
    if (call->asking->unread) atomic_store(call->asking->unread, true);
    return RSIFT_OK;
}

rsift_status rs_overlap_each_luma(const rs_luma_asking *asking, rs_luma_fn *fn, void *ctx,
                                  rsift_error *err)
{
    luma_call call = {.asking = asking, .fn = fn, .ctx = ctx};
    return rs_asset_bytes_ask(asking->bytes, asking->hashes, asking->n, take_picture, &call, err);
}
