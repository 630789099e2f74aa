/* Pickles: whatever the bytes, memory is linear in them and items are JSON. */
#include "base/arena.h"
#include "codec/json.h"
#include "codec/pickle.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    rs_pickle *pickle;
    rsift_error err = {0};
    rsift_limits limits = rsift_limits_default();
    limits.max_record = 4096;
    const rs_str all = rs_str_make((const char *)bytes, n);
    if (rs_pickle_open(all, &pickle, &err) != RSIFT_OK) {
        RS_ASSERT(err.message[0]);
        return 0;
    }
    RS_ASSERT(rs_pickle_len(pickle) <= n);
    rs_buf out = {0};
    rs_arena arena = {0};
    for (size_t i = 0; i < rs_pickle_len(pickle) && i < 64; i++) {
        const rs_json *root;
        out.len = 0;
        rs_arena_reset(&arena);
        if (rs_pickle_json(pickle, i, &limits, &out, &err) != RSIFT_OK) continue;
        RS_ASSERT(out.len <= 4096 + 2 * n * 6 + 64);
        /* only bytes that are no UTF-8 make it no JSON */
        const rsift_status status = rs_json_parse(&arena, rs_buf_view(&out), &limits, &root, &err);
        RS_ASSERT(status == RSIFT_OK || status == RSIFT_E_FORMAT || status == RSIFT_E_LIMIT);
    }
    rs_arena_fini(&arena);
    rs_buf_fini(&out);
    rs_pickle_close(pickle);
    return 0;
}
