/* What a picture is, read from its header without decoding: size, bands, sample type, frames,
 * orientation, ground sampling distance, and whether its bytes are all there.
 *
 * Sizes come from the coded picture itself (SOF, IHDR, the first IFD, ...). Sizes repeated in EXIF
 * are never used: releases made by cropping keep the parent's EXIF (RSICD has such files).
 * Width and height are of the stored pixels; `orientation` is told and not applied.
 * Pure functions of their bytes; may be called from any thread. */
#ifndef RS_IMAGE_PROBE_H
#define RS_IMAGE_PROBE_H

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

typedef enum rs_image_format {
    RS_IMAGE_UNKNOWN = 0,
    RS_IMAGE_JPEG,
    RS_IMAGE_PNG,
    RS_IMAGE_TIFF, /* classic and BigTIFF */
    RS_IMAGE_GIF,
    RS_IMAGE_BMP,
    RS_IMAGE_WEBP,
    RS_IMAGE_JP2, /* the jp2 file or a bare codestream */
    RS_IMAGE_NPY,
    RS_IMAGE_MP4, /* and QuickTime */
    RS_IMAGE_AVI,
    RS_IMAGE_HDF5,   /* named only */
    RS_IMAGE_NETCDF, /* named only */
    RS_IMAGE_HEIF,   /* named only; HEIC and AVIF */
    RS_IMAGE_N_FORMATS
} rs_image_format;

typedef enum rs_image_extent {
    RS_IMAGE_EXTENT_UNKNOWN = 0,
    RS_IMAGE_COMPLETE,
    RS_IMAGE_TRUNCATED
} rs_image_extent;

typedef struct rs_image_info {
    rs_image_format format;
    const char *format_name; /* static: "jpeg", "tiff", ... */
    uint32_t width, height;  /* stored pixels; 0 = not known (NPY that is no picture, some video) */
    uint32_t bands;          /* samples per pixel as stored; 1 for a palette */
    uint32_t bits;           /* per sample */
    const char *dtype;       /* static: "uint8", "int16", "float32", "complex64", ...; never NULL */
    int64_t n_frames;        /* pages, frames; 0 = not counted (GIF, animated WebP) */
    uint8_t orientation;     /* 1..8 as EXIF and TIFF number it; 1 when absent */
    bool has_alpha, has_palette;
    bool is_rgb8;        /* plain 8-bit RGB or grey: one frame, no palette, alpha, CMYK or Lab */
    bool is_progressive; /* progressive JPEG, interlaced PNG or GIF */
    bool is_video;
    /* Ground sampling distance in metres; 0 = not known. Only from a GeoTIFF whose CRS is projected
     * and whose linear unit is known (Web Mercator is corrected by the latitude of the tie point).
     * Degrees are not turned into metres. */
    double gsd_m;
    /* For rs_image_complete: */
    int64_t data_at;    /* where coded data begin (JPEG: behind the first SOS); 0 = not known */
    int64_t n_declared; /* the header accounts for at least this many bytes; 0 = not known */
} rs_image_info;

/* Probes the first bytes of a file.
 *   bytes    the file's beginning; 4096 bytes are enough for nearly all files with a front header
 *   n_total  size of the whole file, -1 when not known
 *   out      always filled with what is known so far, also on failure
 *   need     set with RSIFT_END: how many bytes from the beginning the next call should have
 *   returns  RSIFT_OK; RSIFT_END (more bytes wanted); RSIFT_E_FORMAT (not a picture, broken, or
 *            shorter than its header); RSIFT_E_UNSUPPORTED (HDF5, NetCDF, HEIF: format is set)
 * A TIFF may keep its directory at the end and then wants the whole file: use rs_image_probe_at. */
rsift_status rs_image_probe(rs_str bytes, int64_t n_total, rs_image_info *out, size_t *need,
                            rsift_error *err);

/* Reads exactly n bytes at `at` (within the size given); rs_io_random_read has this shape. */
typedef rsift_status rs_image_read_fn(void *ctx, int64_t at, void *dst, size_t n, rsift_error *err);

/* The same with random access: a few reads of at most 4096 bytes each. n_total must be known. */
rsift_status rs_image_probe_at(rs_image_read_fn *read, void *ctx, int64_t n_total,
                               rs_image_info *out, rsift_error *err);

/* Are all bytes there? A cheap test that decodes nothing and so finds cut files, not damaged ones.
 *   info     from a successful probe
 *   tail     the last bytes of the file (RS_IMAGE_TAIL of them or the whole file); may be empty,
 *            then only formats that declare their length can be judged
 *   n_total  size of the whole file */
#define RS_IMAGE_TAIL 1024
rs_image_extent rs_image_complete(const rs_image_info *info, rs_str tail, int64_t n_total);

/* Does the extension look like a picture or a video? Case does not matter. */
bool rs_image_is_name(rs_str path);
bool rs_image_is_video_name(rs_str path);

const char *rs_image_format_name(rs_image_format format); /* static; "unknown" for others */
const char *rs_image_extent_name(rs_image_extent extent); /* "unknown", "complete", "truncated" */

#endif
