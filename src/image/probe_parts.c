/* The file as the header parsers see it: bounds, one window, the first failure. */
#include "image/probe_parts.h"

static rs_cur no_bytes(rs_image_source *src, rsift_status status)
{
    if (src->status == RSIFT_OK) src->status = status;
    return (rs_cur){.bad = true};
}

rsift_status rs_image_bad(rs_image_source *src, const char *what)
{
    if (src->status == RSIFT_OK) src->status = rs_err_set(src->err, RSIFT_E_FORMAT, "%s", what);
    return src->status;
}

bool rs_image_within(const rs_image_source *src, uint64_t at, uint64_t n)
{
    /* offsets come from the file: their sum must not overflow */
    if (at > INT64_MAX || n > INT64_MAX - at) return false;
    return src->n_total < 0 || at + n <= (uint64_t)src->n_total;
}

static rs_cur read_window(rs_image_source *src, uint64_t at, size_t n)
{
    uint64_t left = (uint64_t)src->n_total - at;
    size_t n_read = left < RS_IMAGE_WINDOW ? (size_t)left : RS_IMAGE_WINDOW;
    src->window_n = 0;
    rsift_status st = src->read(src->ctx, (int64_t)at, src->window, n_read, src->err);
    if (st != RSIFT_OK) return no_bytes(src, st);
    src->window_at = (int64_t)at;
    src->window_n = n_read;
    return rs_cur_of(src->window, n);
}

rs_cur rs_image_cur(rs_image_source *src, uint64_t at, size_t n)
{
    RS_ASSERT(n <= RS_IMAGE_WINDOW);
    if (src->status != RSIFT_OK) return (rs_cur){.bad = true};
    if (!rs_image_within(src, at, n)) {
        rsift_status st = rs_err_set(src->err, RSIFT_E_FORMAT,
                                     "the file ends before its header says (%llu bytes at %llu)",
                                     (unsigned long long)n, (unsigned long long)at);
        return no_bytes(src, st);
    }
    if (at + n <= src->prefix.len) return rs_cur_of(src->prefix.ptr + at, n);
    if (src->read) {
        uint64_t w = (uint64_t)src->window_at;
        if (at >= w && at + n <= w + src->window_n) return rs_cur_of(src->window + (at - w), n);
        return read_window(src, at, n);
    }
    /* Ask for complete windows, so that a caller does not return for every few bytes. */
    uint64_t need = (at + n + RS_IMAGE_WINDOW - 1) / RS_IMAGE_WINDOW * RS_IMAGE_WINDOW;
    if (src->n_total >= 0 && need > (uint64_t)src->n_total) need = (uint64_t)src->n_total;
    if (need > src->need) src->need = (size_t)need;
    return no_bytes(src, RSIFT_END);
}

const char *rs_image_dtype(rs_image_kind kind, uint32_t bits)
{
    static const char *const uints[] = {
        "other", "uint1",  "uint2",  "uint3",  "uint4",  "uint5",  "uint6",  "uint7",  "uint8",
        "uint9", "uint10", "uint11", "uint12", "uint13", "uint14", "uint15", "uint16",
    };
    switch (kind) {
    case RS_KIND_UINT:
        if (bits <= 16) return uints[bits];
        return bits == 32 ? "uint32" : bits == 64 ? "uint64" : bits == 24 ? "uint24" : "other";
    case RS_KIND_INT:
        return bits == 8    ? "int8"
               : bits == 16 ? "int16"
               : bits == 32 ? "int32"
               : bits == 64 ? "int64"
                            : "other";
    case RS_KIND_FLOAT:
        return bits == 16 ? "float16" : bits == 32 ? "float32" : bits == 64 ? "float64" : "other";
    case RS_KIND_COMPLEX: return bits == 64 ? "complex64" : bits == 128 ? "complex128" : "complex";
    }
    return "other";
}
