/* One question to an index of pieces: lossless anchors first, scaled ones where the index has them;
 * see crop.h. */
#include "similar/crop_lossless.h"
#include "similar/crop_scaled.h"

rsift_status rs_crop_index_ask(const rs_crop_index *index, const rs_luma *picture,
                               rs_crop_candidate *out, size_t max, size_t *n, rsift_error *err)
{
    RS_ASSERT(index->sealed);
    *n = 0;
    RS_TRY(rs_crop_ask_lossless(index, picture, out, max, n, err));
    return index->options.scaled ? rs_crop_ask_scaled(index, picture, out, max, n, err) : RSIFT_OK;
}
