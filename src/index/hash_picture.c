/* The header tells what a picture will take before it is read: so many bytes are taken at once, by
 * a thread that holds nothing but a header, and no two threads wait for each other. */
#include "index/hash_picture.h"

#include "image/cost.h"
#include "image/probe.h"
#include "model/finding.h"

#include <stdio.h>

enum {
    HEAD_BYTES = 64 << 10,
    MOST_HEAD = 4 << 20, /* of a header that is read before anything is taken */
};

static void say(char out[256], const char *text)
{
    snprintf(out, 256, "%s", text);
}

/* At least `n` bytes of the stream, or all of it. */
static rsift_status read_head(rs_io_stream *stream, size_t n, rs_buf *out, bool *ended,
                              rsift_error *err)
{
    while (out->len < n && !*ended) {
        size_t got;
        if (!rs_buf_reserve(out, n - out->len)) return rs_err_nomem(err, "a picture");
        RS_TRY(rs_io_read(stream, out->ptr + out->len, n - out->len, &got, err));
        out->len += got;
        *ended = got == 0;
    }
    return RSIFT_OK;
}

/* What the pixels take by the header; 0 when none is found: then nothing is decoded. */
static rsift_status find_cost(rs_io_stream *stream, int64_t n_bytes, rs_buf *out, uint64_t *cost,
                              rsift_error *err)
{
    size_t want = HEAD_BYTES;
    bool ended = false;
    *cost = 0;
    for (;;) {
        rs_image_info info;
        size_t need = 0;
        RS_TRY(read_head(stream, want, out, &ended, err));
        const int64_t total = ended ? (int64_t)out->len : n_bytes;
        const rsift_status status = rs_image_probe(
            rs_buf_view(out), total >= (int64_t)out->len ? total : -1, &info, &need, NULL);
        if (status == RSIFT_E_NOMEM) return rs_err_nomem(err, "a picture");
        if (status == RSIFT_OK || ended) {
            *cost = status == RSIFT_OK ? rs_image_cost(&info, RS_IMAGE_AS_HASHES) : 0;
            return RSIFT_OK;
        }
        if (status != RSIFT_END) return RSIFT_OK;
        if (need > MOST_HEAD || want >= MOST_HEAD) { /* a directory at the end: all there is */
            *cost = UINT64_MAX;
            return RSIFT_OK;
        }
        want = need > 2 * want ? need : 2 * want;
    }
}

static uint64_t add_bounded(uint64_t a, uint64_t b)
{
    uint64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

rsift_status rs_index_member_read(rs_session *session, rs_io_stream *stream, const rsift_error *why,
                                  int64_t n_bytes, bool take, rs_index_member_bytes *out,
                                  rsift_error *err)
{
    rsift_error bad = {0};
    rsift_status status = RSIFT_E_IO;
    const uint64_t max = rs_image_max_cost(&session->limits);
    const uint64_t most = n_bytes >= 0 && (uint64_t)n_bytes < max ? (uint64_t)n_bytes : max;
    out->good = false;
    if (!stream) {
        say(out->why, why->message);
        return RSIFT_OK;
    }
    if (n_bytes > 0 && (uint64_t)n_bytes > max) {
        out->too_large = true;
        snprintf(out->why, sizeof out->why, "a file of %lld MiB, --max-image-mb allows %llu",
                 (long long)(n_bytes >> 20), (unsigned long long)(max >> 20));
        return RSIFT_OK;
    }
    if (take) {
        uint64_t cost;
        status = find_cost(stream, n_bytes, &out->bytes, &cost, &bad);
        if (status == RSIFT_OK) {
            out->taken = add_bounded(cost, most);
            RS_TRY(rs_budget_take(&session->images, out->taken, &session->cancel, err));
        }
    }
    /* one byte beyond what the index counted is read, to know that there are more */
    if (!take || status == RSIFT_OK)
        status = out->bytes.len > most
                     ? rs_err_set(&bad, RSIFT_E_LIMIT, "more bytes than at the index")
                     : rs_io_read_all(stream, (int64_t)(most - out->bytes.len),
                                      most - out->bytes.len, &out->bytes, &bad);
    if (rs_err_ends_call(status)) {
        if (err) *err = bad;
        return status;
    }
    out->good = status == RSIFT_OK;
    if (out->good) out->hash = rs_hash128(out->bytes.ptr, out->bytes.len);
    else if (status == RSIFT_E_LIMIT) say(out->why, "more bytes than at the index");
    else say(out->why, bad.message);
    return RSIFT_OK;
}

rsift_status rs_index_member_take(rs_session *session, rs_index_member_bytes *read,
                                  rsift_error *err)
{
    uint64_t cost;
    if (!read->good ||
        rs_image_cost_of(rs_buf_view(&read->bytes), RS_IMAGE_AS_HASHES, &cost, NULL) != RSIFT_OK)
        return RSIFT_OK;
    RS_TRY(rs_budget_take(&session->images, cost, &session->cancel, err));
    read->taken = cost;
    return RSIFT_OK;
}

void rs_index_member_give(rs_session *session, rs_index_member_bytes *read)
{
    if (read->taken) rs_budget_give(&session->images, read->taken);
    read->taken = 0;
}

/* Which finding says that these bytes cannot be hashed. A limit comes first, since another run may
 * have a higher one; then what the index found, which has looked at the header and the end. */
static const char *code_of(rsift_status status, rs_str bytes, const char *damage)
{
    rs_image_info info;
    if (status == RSIFT_E_LIMIT) return rs_model_finding_info(RS_F_LIMIT)->code;
    if (damage) return damage;
    if (rs_image_probe(bytes, (int64_t)bytes.len, &info, NULL, NULL) == RSIFT_OK &&
        (info.is_video || info.n_frames > 1))
        return rs_model_finding_info(RS_F_MEDIA_UNSUPPORTED)->code;
    return rs_model_finding_info(RS_F_IMAGE_UNREADABLE)->code;
}

/* Animations and files of several pages decode to their first picture: what the others show would
 * not have been looked at. Overviews and masks of a TIFF are no pages. */
static bool has_more_frames(rs_str bytes)
{
    rs_image_info info;
    return rs_image_probe(bytes, (int64_t)bytes.len, &info, NULL, NULL) == RSIFT_OK &&
           info.n_frames > 1;
}

rsift_status rs_index_hash_judge(const rs_session *session, const rs_index_member_bytes *read,
                                 rs_id content, const rs_index_hash_options *options,
                                 rs_index_hash_result *out, rsift_error *err)
{
    *out = (rs_index_hash_result){.outcome = RS_INDEX_HASH_CHANGED};
    if (!read->good) {
        if (read->too_large) out->outcome = RS_INDEX_HASH_FAILED;
        out->failed = read->too_large ? rs_model_finding_info(RS_F_LIMIT)->code : NULL;
        say(out->why, read->why);
        return RSIFT_OK;
    }
    if (!rs_id_eq(read->hash, content)) {
        say(out->why, "other bytes than at the index");
        return RSIFT_OK;
    }
    rsift_error bad = {0};
    const rs_image_hash_options how = {.no_exact = options->no_exact, .view = options->view};
    const rs_str bytes = rs_buf_view(&read->bytes);
    const rsift_status status =
        has_more_frames(bytes)
            ? rs_err_set(&bad, RSIFT_E_UNSUPPORTED,
                         "several frames or pages, of which one would be compared")
            : rs_image_hash_bytes(bytes, &session->limits, &how, &out->image, &bad);
    if (rs_err_ends_call(status)) {
        if (err) *err = bad;
        return status;
    }
    out->outcome = status == RSIFT_OK ? RS_INDEX_HASHED : RS_INDEX_HASH_FAILED;
    if (status == RSIFT_OK) return RSIFT_OK;
    out->failed = code_of(status, bytes, options->damage);
    say(out->why, bad.message);
    return RSIFT_OK;
}
