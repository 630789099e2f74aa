/* Tells formats apart by their first bytes (never by the name), hands over to one parser each,
 * and judges completeness. The parsers see the file through rs_image_source only. */
#include "image/probe.h"

#include "image/bands.h"
#include "image/probe_parts.h"

/* ---- telling apart ---- */

typedef rsift_status probe_fn(rs_image_source *src, rs_image_info *out);

static rsift_status probe_codestream(rs_image_source *src, rs_image_info *out)
{
    RS_TRY(rs_image_probe_j2k(src, 0, out));
    rs_image_choose_bands(out, false, NULL); /* a bare codestream says nothing of colours */
    return RSIFT_OK;
}

/* Formats whose first bytes are constant; `at` is its offset. */
static const struct {
    rs_image_format format;
    uint8_t at, n;
    const char *magic;
    probe_fn *probe; /* NULL: named only */
} kinds[] = {
    {RS_IMAGE_JPEG, 0, 3, "\xff\xd8\xff", rs_image_probe_jpeg},
    {RS_IMAGE_PNG, 0, 8, "\x89PNG\r\n\x1a\n", rs_image_probe_png},
    {RS_IMAGE_TIFF, 0, 4, "II*\0", rs_image_probe_tiff},
    {RS_IMAGE_TIFF, 0, 4, "MM\0*", rs_image_probe_tiff},
    {RS_IMAGE_TIFF, 0, 4, "II+\0", rs_image_probe_tiff},
    {RS_IMAGE_TIFF, 0, 4, "MM\0+", rs_image_probe_tiff},
    {RS_IMAGE_GIF, 0, 6, "GIF87a", rs_image_probe_gif},
    {RS_IMAGE_GIF, 0, 6, "GIF89a", rs_image_probe_gif},
    {RS_IMAGE_JP2, 0, 12, "\0\0\0\x0cjP  \r\n\x87\n", rs_image_probe_jp2},
    {RS_IMAGE_JP2, 0, 4, "\xff\x4f\xff\x51", probe_codestream},
    {RS_IMAGE_NPY, 0, 6, "\x93NUMPY", rs_image_probe_npy},
    {RS_IMAGE_WEBP, 8, 4, "WEBP", rs_image_probe_webp},
    {RS_IMAGE_AVI, 8, 4, "AVI ", rs_image_probe_avi},
    {RS_IMAGE_HEIF, 4, 8, "ftypheic", NULL},
    {RS_IMAGE_HEIF, 4, 8, "ftypheix", NULL},
    {RS_IMAGE_HEIF, 4, 8, "ftypmif1", NULL},
    {RS_IMAGE_HEIF, 4, 8, "ftypavif", NULL},
    {RS_IMAGE_MP4, 4, 4, "ftyp", rs_image_probe_mp4},
    {RS_IMAGE_MP4, 4, 4, "moov", rs_image_probe_mp4}, /* QuickTime before ftyp existed */
    {RS_IMAGE_MP4, 4, 4, "mdat", rs_image_probe_mp4},
    {RS_IMAGE_HDF5, 0, 8, "\x89HDF\r\n\x1a\n", NULL},
    {RS_IMAGE_NETCDF, 0, 4, "CDF\x01", NULL},
    {RS_IMAGE_NETCDF, 0, 4, "CDF\x02", NULL},
    {RS_IMAGE_NETCDF, 0, 4, "CDF\x05", NULL},
    {RS_IMAGE_BMP, 0, 2, "BM", rs_image_probe_bmp}, /* the weakest magic is last */
};

static rsift_status not_a_picture(rs_image_source *src, const uint8_t *head, size_t n)
{
    char quote[RS_QUOTE_SIZE];
    if (n > 16) n = 16;
    src->status = rs_err_set(src->err, RSIFT_E_FORMAT, "not a known picture: begins with \"%s\"",
                             rs_err_quote(quote, rs_str_make((const char *)head, n)));
    return src->status;
}

static rsift_status probe_kind(rs_image_source *src, rs_image_info *out)
{
    enum { HEAD = 12 };
    size_t n = HEAD;
    if (src->n_total == 0) return rs_image_bad(src, "the file is empty");
    if (src->n_total > 0 && src->n_total < HEAD) n = (size_t)src->n_total;
    const rs_cur head = rs_image_cur(src, 0, n);
    if (head.bad) return src->status;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (n < (size_t)kinds[i].at + kinds[i].n) continue;
        if (memcmp(head.p + kinds[i].at, kinds[i].magic, kinds[i].n) != 0) continue;
        out->format = kinds[i].format;
        out->format_name = rs_image_format_name(out->format);
        if (!kinds[i].probe)
            return rs_err_set(src->err, RSIFT_E_UNSUPPORTED, "%s files are not read as pictures",
                              out->format_name);
        return kinds[i].probe(src, out);
    }
    return not_a_picture(src, head.p, n);
}

/* Probes and bounds: what a damaged header states beyond INT32_MAX is not a size of a picture. */
static rsift_status probe_source(rs_image_source *src, rs_image_info *out)
{
    *out = (rs_image_info){
        .format_name = "unknown", .dtype = "other", .orientation = 1, .n_frames = 1};
    rsift_status st = probe_kind(src, out);
    if (st == RSIFT_OK && src->status != RSIFT_OK) st = src->status;
    if (out->n_frames > INT32_MAX) out->n_frames = 0;
    if (out->width <= INT32_MAX && out->height <= INT32_MAX) return st;
    out->width = out->height = 0;
    if (st == RSIFT_OK)
        st = rs_err_set(src->err, RSIFT_E_FORMAT, "a picture of 2^31 or more pixels a side");
    return st;
}

rsift_status rs_image_probe(rs_str bytes, int64_t n_total, rs_image_info *out, size_t *need,
                            rsift_error *err)
{
    rs_image_source src = {.prefix = bytes, .n_total = n_total, .err = err};
    rsift_status st = probe_source(&src, out);
    if (need) *need = st == RSIFT_END ? src.need : bytes.len;
    return st;
}

rsift_status rs_image_probe_at(rs_image_read_fn *read, void *ctx, int64_t n_total,
                               rs_image_info *out, rsift_error *err)
{
    if (n_total < 0) {
        *out = (rs_image_info){.format_name = "unknown", .dtype = "other"};
        return rs_err_set(err, RSIFT_E_ARG, "probing at random needs the file's size");
    }
    rs_image_source src = {.n_total = n_total, .read = read, .ctx = ctx, .err = err};
    return probe_source(&src, out);
}

/* ---- completeness ---- */

/* Padding that some tools leave behind the picture. */
static rs_str without_padding(rs_str tail)
{
    while (tail.len > 0) {
        char c = tail.ptr[tail.len - 1];
        if (c != 0 && c != '\n' && c != '\r' && c != '\xff') break;
        tail.len--;
    }
    return tail;
}

static rs_image_extent holds(rs_str tail, rs_str mark, bool at_end)
{
    if (tail.len == 0) return RS_IMAGE_EXTENT_UNKNOWN;
    rs_str body = without_padding(tail);
    if (body.len == 0) return RS_IMAGE_EXTENT_UNKNOWN; /* all padding: the end lies before it */
    bool found = at_end ? rs_str_ends(body, mark) : rs_str_find(body, mark) != RS_NPOS;
    return found ? RS_IMAGE_COMPLETE : RS_IMAGE_TRUNCATED;
}

/* Within coded data FF is always stuffed, so FF D9 behind the first SOS is the real end; only
 * a thumbnail in the header could show another one, and that precedes data_at. */
static rs_image_extent jpeg_extent(const rs_image_info *info, rs_str tail, int64_t n_total)
{
    int64_t tail_at = n_total - (int64_t)tail.len;
    if (info->data_at > tail_at) {
        int64_t cut = info->data_at - tail_at;
        if (cut >= (int64_t)tail.len) return RS_IMAGE_TRUNCATED;
        tail = rs_str_sub(tail, (size_t)cut, tail.len);
    }
    return holds(tail, RS_STR("\xff\xd9"), false);
}

rs_image_extent rs_image_complete(const rs_image_info *info, rs_str tail, int64_t n_total)
{
    if (n_total < 0 || (int64_t)tail.len > n_total) return RS_IMAGE_EXTENT_UNKNOWN;
    if (info->n_declared > n_total) return RS_IMAGE_TRUNCATED;
    switch (info->format) {
    case RS_IMAGE_JPEG: return jpeg_extent(info, tail, n_total);
    case RS_IMAGE_PNG: return holds(tail, RS_STR("IEND\xae\x42\x60\x82"), false);
    case RS_IMAGE_GIF: return holds(tail, RS_STR(";"), true);
    case RS_IMAGE_JP2:
        if (info->n_declared > 0) return RS_IMAGE_COMPLETE;
        return holds(tail, RS_STR("\xff\xd9"), false);
    default: return info->n_declared > 0 ? RS_IMAGE_COMPLETE : RS_IMAGE_EXTENT_UNKNOWN;
    }
}
