/* Rows: the same however they are read; fields no longer than their row. */
#include "base/hash.h"
#include "codec/csv.h"

static rs_id read_rows(const uint8_t *bytes, size_t n, size_t step)
{
    rs_text_source in = {rs_str_make((const char *)bytes, n), step};
    rs_csv csv = {.source = rs_byte_source_of_text(&in)};
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
