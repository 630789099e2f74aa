/* One picture: the header from the first bytes (as many as it needs), then, when all bytes are
 * wanted, the rest in large reads. Errors of the source and of the header are kept apart: the sizes
 * that a header tells stay known when a later byte cannot be read. */
#include "index/picture.h"

#include "base/alloc.h"
#include "image/png_sums.h"

#include <string.h>

enum {
    FIRST_READ = 64 << 10,  /* of a picture that is read to its end */
    FIRST_HEADER = 4 << 10, /* of one whose header is all that is wanted */
    KEPT = 64 << 10,        /* last bytes of a picture larger than the buffer */
};

/* A picture while it is read. */
typedef struct reading {
    const rs_io_tree *tree;
    size_t member;
    rs_byte_source source;
    char *buf;        /* RS_INDEX_PICTURE_BUFFER bytes */
    size_t n;         /* bytes in buf */
    int64_t n_read;   /* bytes that the source has given */
    int64_t n_stated; /* size that the container states; -1 = none */
    bool at_end;      /* the source has given its last byte */
    bool failed;      /* the source has given an error; it is not asked again */
} reading;

/* One read behind what the buffer holds, of at most `most` bytes. */
static rsift_status read_some(reading *r, size_t most, rsift_error *err)
{
    size_t got;
    rsift_status status = rs_byte_source_read(r->source, r->buf + r->n, most, &got, err);
    r->failed = status != RSIFT_OK;
    if (r->failed) return status;
    r->at_end = got == 0;
    r->n += got;
    r->n_read += (int64_t)got;
    return RSIFT_OK;
}

static rsift_status read_at(void *ctx, int64_t at, void *dst, size_t n, rsift_error *err)
{
    return rs_io_random_read(ctx, at, dst, n, err);
}

/* A header that stands behind what the buffer can hold: a TIFF's directory at its end. */
static rsift_status probe_at_random(const reading *r, rs_image_info *out, rsift_error *err)
{
    rs_io_random *source;
    RS_TRY(rs_io_random_open(r->tree, r->member, &source, err));
    rsift_status status = rs_image_probe_at(read_at, source, rs_io_random_size(source), out, err);
    rs_io_random_close(source);
    return status;
}

/* Probes the first `want` bytes, and further ones as long as the parser asks. The file's size is
 * the one that the container states, so that a picture has one width and height however much of it
 * is read. */
static rsift_status probe_header(reading *r, size_t want, rs_image_info *out, rsift_error *err)
{
    for (;;) {
        while (r->n < want && !r->at_end) RS_TRY(read_some(r, want - r->n, err));
        int64_t n_total = r->at_end ? r->n_read : r->n_stated;
        /* a size that is smaller than what was read would make the parser refuse good bytes */
        if (n_total < r->n_read) n_total = -1; /* not stated, or wrongly */
        size_t need = 0;
        rsift_status status = rs_image_probe(rs_str_make(r->buf, r->n), n_total, out, &need, err);
        if (status != RSIFT_END) return status;
        if (need > RS_INDEX_PICTURE_BUFFER || r->n == RS_INDEX_PICTURE_BUFFER)
            return probe_at_random(r, out, err);
        want = 2 * want > need ? 2 * want : need; /* doubling: few rounds for many small wishes */
        if (want > RS_INDEX_PICTURE_BUFFER) want = RS_INDEX_PICTURE_BUFFER;
    }
}

/* What is taken of all bytes of a picture. */
typedef struct passing {
    rs_hasher hasher;
    rs_png_sums png;
    bool is_png;
} passing;

static void add_bytes(passing *s, const char *bytes, size_t n)
{
    rs_hash_bytes(&s->hasher, bytes, n);
    if (s->is_png) rs_png_sums_add(&s->png, bytes, n);
}

/* Reads to the end and hashes. *tail is then all of a picture that the buffer can hold, and the
 * last KEPT bytes of a larger one: they are moved to the front when the buffer is full, so that the
 * end mark is found whatever the sizes of the reads were. */
static rsift_status read_rest(reading *r, passing *sums, rs_str *tail, rsift_error *err)
{
    add_bytes(sums, r->buf, r->n);
    while (!r->at_end) {
        if (r->n == RS_INDEX_PICTURE_BUFFER) {
            memmove(r->buf, r->buf + r->n - KEPT, KEPT);
            r->n = KEPT;
        }
        size_t before = r->n;
        RS_TRY(read_some(r, RS_INDEX_PICTURE_BUFFER - r->n, err));
        add_bytes(sums, r->buf + before, r->n - before);
    }
    size_t n_tail = r->n_read > RS_INDEX_PICTURE_BUFFER && r->n > KEPT ? KEPT : r->n;
    *tail = rs_str_make(r->buf + r->n - n_tail, n_tail);
    return RSIFT_OK;
}

/* Is a picture complete whose rest is not read? Its last bytes are read where they lie as they are;
 * where that would unpack the member, only the sizes in its header are compared. A mark that the
 * last 4 KiB do not hold may stand before trailing bytes and is searched for further up. */
static rsift_status judge_end(const reading *r, rs_index_picture *out, rsift_error *err)
{
    const int64_t n = out->n_bytes;
    if (r->at_end) {
        out->extent = rs_image_complete(&out->info, rs_str_make(r->buf, r->n), n);
        return RSIFT_OK;
    }
    out->extent = rs_image_complete(&out->info, (rs_str){NULL, 0}, n);
    if (n <= 0 || !rs_io_is_in_place(r->tree, r->member)) return RSIFT_OK;
    rs_io_random *source;
    RS_TRY(rs_io_random_open(r->tree, r->member, &source, err));
    static const size_t tails[] = {4 << 10, KEPT, RS_INDEX_PICTURE_BUFFER};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < sizeof tails / sizeof *tails; i++) {
        size_t n_tail = (uint64_t)n < tails[i] ? (size_t)n : tails[i];
        status = rs_io_random_read(source, n - (int64_t)n_tail, r->buf, n_tail, err);
        if (status != RSIFT_OK) break;
        out->extent = rs_image_complete(&out->info, rs_str_make(r->buf, n_tail), n);
        if (out->extent != RS_IMAGE_TRUNCATED) break;
        if (n_tail == (size_t)n || (i == 1 && n > RS_INDEX_PICTURE_BUFFER)) break;
    }
    rs_io_random_close(source);
    return status;
}

bool rs_index_stops_the_run(rsift_status status)
{
    return status == RSIFT_E_IO || rs_err_ends_call(status);
}

void rs_index_picture_read(const rs_io_tree *tree, size_t member, rs_byte_source source,
                           rs_index_reading mode, char *buf, rs_index_picture *out)
{
    *out = (rs_index_picture){0};
    reading r = {.tree = tree,
                 .member = member,
                 .source = source,
                 .buf = buf,
                 .n_stated = rs_io_member_at(tree, member)->n_bytes};
    size_t first = mode == RS_INDEX_ALL_BYTES ? FIRST_READ : FIRST_HEADER;
    const rsift_status probed = probe_header(&r, first, &out->info, &out->err);
    out->status = probed;
    out->n_bytes = r.at_end || r.failed ? r.n_read : r.n_stated;
    if (mode == RS_INDEX_SIZE || r.failed || rs_index_stops_the_run(probed)) return;
    rsift_error err = {0};
    rsift_status status = RSIFT_OK;
    if (mode == RS_INDEX_ALL_BYTES) {
        passing sums = {.is_png = probed == RSIFT_OK && out->info.format == RS_IMAGE_PNG};
        rs_str tail;
        rs_hash_start(&sums.hasher);
        status = read_rest(&r, &sums, &tail, &err);
        out->n_bytes = r.n_read;
        out->has_hash = status == RSIFT_OK;
        if (out->has_hash) out->hash = rs_hash_end(&sums.hasher);
        if (out->has_hash && probed == RSIFT_OK)
            out->extent = rs_image_complete(&out->info, tail, out->n_bytes);
        if (sums.is_png && out->extent == RS_IMAGE_COMPLETE && !rs_png_sums_hold(&sums.png))
            status =
                rs_err_set(&err, RSIFT_E_FORMAT,
                           "damaged: its chunk %.4s is not what its checksum says", sums.png.name);
    } else if (probed == RSIFT_OK) {
        status = judge_end(&r, out, &err);
    }
    if (status == RSIFT_OK) return;
    out->status = status; /* unreadable bytes are the cause of a wrong header, not the reverse */
    out->err = err;
}

void rs_index_picture_stream(const rs_io_tree *tree, size_t member, rs_io_stream *stream,
                             rs_index_reading mode, char *buf, rs_index_picture *out)
{
    rs_index_picture_read(tree, member, rs_io_source(stream), mode, buf, out);
}

void rs_index_picture_open(const rs_io_tree *tree, size_t member, rs_index_reading mode, char *buf,
                           rs_index_picture *out)
{
    *out = (rs_index_picture){0};
    rs_io_stream *stream;
    out->status = rs_io_open(tree, member, &stream, &out->err);
    if (out->status != RSIFT_OK) return;
    rs_index_picture_stream(tree, member, stream, mode, buf, out);
    rs_io_close(stream);
}
