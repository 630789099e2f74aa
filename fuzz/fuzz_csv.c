/* Rows: the same however they are read; fields no longer than their row. */
#include "base/hash.h"
#include "codec/csv.h"

typedef struct input {
    const uint8_t *bytes;
    size_t n, at, step;
} input;

static rsift_status input_read(void *ctx, void *dst, size_t n, size_t *got, rsift_error *err)
{
    (void)err;
    input *in = ctx;
    size_t left = in->n - in->at, give = in->step < n ? in->step : n;
    *got = give < left ? give : left;
    if (*got) memcpy(dst, in->bytes + in->at, *got);
    in->at += *got;
    return RSIFT_OK;
}

static rs_id read_rows(const uint8_t *bytes, size_t n, size_t step)
{
    input in = {bytes, n, 0, step};
    rs_csv csv = {.read = input_read, .ctx = &in};
    rs_arena arena = {0};
    rs_hasher hasher;
    rs_str *fields;
    size_t n_fields, n_bytes = 0;
    int64_t offset;
    rsift_error err = {0};
    rsift_status status;
    rs_hash_start(&hasher);
    while ((status = rs_csv_next(&csv, &arena, &fields, &n_fields, &offset, &err)) == RSIFT_OK) {
        RS_ASSERT(n_fields >= 1 && (size_t)offset < n);
        for (size_t i = 0; i < n_fields; i++) {
            n_bytes += fields[i].len;
            rs_hash_field(&hasher, fields[i]);
        }
        rs_arena_reset(&arena);
    }
    RS_ASSERT(n_bytes <= n && (status == RSIFT_END || err.where[0]));
    rs_hash_u64(&hasher, status);
    rs_csv_fini(&csv);
    rs_arena_fini(&arena);
    return rs_hash_end(&hasher);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    RS_ASSERT(rs_id_eq(read_rows(bytes, n, n + 1), read_rows(bytes, n, 3)));
    return 0;
}
