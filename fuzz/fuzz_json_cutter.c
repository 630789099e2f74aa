/* The cutter: whatever the bytes and however they are read, the same records at the same places,
 * each of them bytes of the file; kernels and their plain twin agree. */
#include "base/alloc.h"
#include "base/hash.h"
#include "codec/json.h"
#include "codec/json_scan.h"

static rsift_status fill(rs_json_cutter *cutter, rs_json_batch *batch, size_t *n, rsift_error *err)
{
    rsift_status status = rs_json_cutter_fill(cutter, batch, err);
    *n = batch->n;
    return status;
}

static rs_id cut_all(rs_str path, const uint8_t *bytes, size_t n, size_t step, size_t cap,
                     size_t max_bytes)
{
    rs_text_source in = {rs_str_make((const char *)bytes, n), step};
    rs_json_cutter *cutter;
    rs_arena arena = {0};
    rs_json_cut cuts[16];
    size_t got;
    rs_hasher hasher;
    rs_hash_start(&hasher);
    RS_ASSERT(rs_json_cutter_open(rs_byte_source_of_text(&in), &path, 1, NULL, &cutter, NULL) ==
              RSIFT_OK);
    rsift_error err = {0};
    rsift_status status;
    while ((status = fill(cutter, &(rs_json_batch){&arena, cuts, cap, max_bytes, 0}, &got, &err)) ==
           RSIFT_OK) {
        RS_ASSERT(got >= 1 && got <= cap);
        for (size_t i = 0; i < got; i++) {
            size_t at = (size_t)cuts[i].offset;
            RS_ASSERT(at + cuts[i].bytes.len <= n && cuts[i].bytes.len > 0);
            RS_ASSERT(memcmp(cuts[i].bytes.ptr, bytes + at, cuts[i].bytes.len) == 0);
            rs_hash_u64(&hasher, at);
            rs_hash_field(&hasher, cuts[i].bytes);
            rs_hash_field(&hasher, cuts[i].key);
            const rs_json *root;
            rs_json_parse(&arena, cuts[i].bytes, NULL, &root, NULL);
        }
        rs_arena_reset(&arena);
    }
    RS_ASSERT(status == RSIFT_END || (err.where[0] && err.message[0]));
    rs_hash_u64(&hasher, status);
    rs_json_cutter_close(cutter);
    rs_arena_fini(&arena);
    return rs_hash_end(&hasher);
}

static rs_json_head first_value(const uint8_t *bytes, size_t n, size_t step)
{
    rs_text_source in = {rs_str_make((const char *)bytes, n), step};
    rs_json_head head;
    RS_ASSERT(rs_json_first(rs_byte_source_of_text(&in), INT64_MAX, &head, NULL) == RSIFT_OK);
    RS_ASSERT(head.n_bytes <= (int64_t)n && (!head.followed || head.n_bytes > 0));
    return head;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const rs_str paths[] = {{"", 0}, {"{}", 2}, {"images", 6}, {"*", 1}, {"a.b", 3}};
    if (n == 0) return 0;
    rs_str path = paths[bytes[0] % 5];
    size_t step = 1 + bytes[0] / 5;
    bytes++;
    n--;
    rs_id one = cut_all(path, bytes, n, n + 1, 16, 1 << 20);
    RS_ASSERT(rs_id_eq(one, cut_all(path, bytes, n, step, 1 + step % 3, step)));
    const rs_json_head whole = first_value(bytes, n, n + 1), pieces = first_value(bytes, n, step);
    RS_ASSERT(whole.n_bytes == pieces.n_bytes && whole.lines == pieces.lines &&
              whole.followed == pieces.followed);
    rs_json_nest want = {.depth = 1, .max_depth = 1};
    const char *text = (const char *)bytes, *end = rs_json_nest_plain(&want, text, text + n);
    for (rs_json_nest_fn *const *fn = rs_json_nest_all(); *fn; fn++) {
        rs_json_nest got = {.depth = 1, .max_depth = 1};
        RS_ASSERT((*fn)(&got, text, text + n) == end && got.depth == want.depth);
        RS_ASSERT(got.in_string == want.in_string && got.escaped == want.escaped);
    }
    return 0;
}
