/* What the header parsers share. Private to the probe_*.c files. */
#ifndef RS_IMAGE_PROBE_PARTS_H
#define RS_IMAGE_PROBE_PARTS_H

#include "base/cur.h"
#include "base/str.h"
#include "image/info.h"

#define RS_IMAGE_WINDOW 4096

/* The file as far as it can be seen: a prefix, or a window moved about by a read function. */
typedef struct rs_image_source {
    rs_str prefix;
    int64_t n_total; /* -1 = not known */
    rs_image_read_fn *read;
    void *ctx;
    int64_t window_at;
    size_t window_n;
    uint8_t window[RS_IMAGE_WINDOW];
    rsift_status status; /* the first failure; sticky */
    size_t need;
    rsift_error *err;
} rs_image_source;

/* Cursor over exactly n bytes (<= RS_IMAGE_WINDOW) at `at`; valid until the next call. On failure
 * an empty cursor with `bad` set, and src->status says why. */
rs_cur rs_image_cur(rs_image_source *src, uint64_t at, size_t n);
/* Are n bytes at `at` within the file, as far as its size is known? Does not fail. */
bool rs_image_within(const rs_image_source *src, uint64_t at, uint64_t n);
rsift_status rs_image_bad(rs_image_source *src, const char *what);

typedef enum rs_image_kind {
    RS_KIND_UINT,
    RS_KIND_INT,
    RS_KIND_FLOAT,
    RS_KIND_COMPLEX
} rs_image_kind;
const char *rs_image_dtype(rs_image_kind kind, uint32_t bits);

rsift_status rs_image_probe_tiff(rs_image_source *src, rs_image_info *out);
/* Orientation from an EXIF block (a small TIFF) at [base, base + n); 1 when it has none. */
uint8_t rs_image_exif_orientation(rs_image_source *src, uint64_t base, uint64_t n);
/* GSD from the GeoTIFF tags of a small TIFF at `base` (the GeoJP2 box); 0 when it has none. */
double rs_image_geo_gsd(rs_image_source *src, uint64_t base, uint64_t n);

rsift_status rs_image_probe_jpeg(rs_image_source *src, rs_image_info *out);
rsift_status rs_image_probe_png(rs_image_source *src, rs_image_info *out);
rsift_status rs_image_probe_gif(rs_image_source *src, rs_image_info *out);
rsift_status rs_image_probe_bmp(rs_image_source *src, rs_image_info *out);
rsift_status rs_image_probe_webp(rs_image_source *src, rs_image_info *out);
rsift_status rs_image_probe_avi(rs_image_source *src, rs_image_info *out);
rsift_status rs_image_probe_npy(rs_image_source *src, rs_image_info *out);
rsift_status rs_image_probe_jp2(rs_image_source *src, rs_image_info *out);
rsift_status rs_image_probe_j2k(rs_image_source *src, uint64_t at, rs_image_info *out);
rsift_status rs_image_probe_mp4(rs_image_source *src, rs_image_info *out);

#endif
