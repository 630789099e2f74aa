/* What a picture's header tells: the format and rs_image_info. Filled by rs_image_probe. */
#ifndef RS_IMAGE_INFO_H
#define RS_IMAGE_INFO_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
     * Degrees are not converted to metres. */
    double gsd_m;
    /* Of a picture with more than three bands of colour (TIFF, JPEG 2000): the bands, from 1, that
     * are red, green and blue, and how that is known. 0 and NULL = nothing to choose. */
    uint16_t shown[3];
    const char *shown_by;
    bool bands_unknown; /* nothing says which three they are */
    /* For rs_image_complete: */
    int64_t data_at;    /* where coded data begin (JPEG: behind the first SOS); 0 = not known */
    int64_t n_declared; /* the header accounts for at least this many bytes; 0 = not known */
} rs_image_info;

/* Reads exactly n bytes at `at` (within the size given); rs_io_random_read has this shape. */
typedef rsift_status rs_image_read_fn(void *ctx, int64_t at, void *dst, size_t n, rsift_error *err);

const char *rs_image_format_name(rs_image_format format); /* static; "unknown" for others */

#endif
