/* The tiny pictures of make_pictures.py, read into memory for the tests of src/image. */
#ifndef TEST_IMAGE_PICTURES_H
#define TEST_IMAGE_PICTURES_H

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PICTURE_W = 20, PICTURE_H = 12 };

/* A path relative to the repository's root, which CTest names; else found from this file's place.
 */
static inline void source_path(char *out, size_t size, const char *tail)
{
    const char *root = getenv("RSIFT_SOURCE_DIR");
    if (root) {
        snprintf(out, size, "%s/%s", root, tail);
        return;
    }
    rs_str here = rs_str_dirname(rs_str_of(__FILE__));
    snprintf(out, size, "%.*s/../../../%s", RS_STR_ARG(here), tail);
}

/* Whole file on the heap; ptr == NULL when it cannot be read. */
static inline rs_str read_whole(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) return (rs_str){0};
    char *bytes = NULL;
    long n = -1;
    if (fseek(f, 0, SEEK_END) == 0 && (n = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0) {
        bytes = malloc((size_t)n + 1);
        if (bytes && fread(bytes, 1, (size_t)n, f) != (size_t)n) {
            free(bytes);
            bytes = NULL;
        }
    }
    fclose(f);
    return (rs_str){bytes, bytes ? (size_t)n : 0};
}

static inline rs_str picture(const char *name)
{
    char tail[256], path[4096];
    snprintf(tail, sizeof tail, "fuzz/corpus/image_decode/%s", name);
    source_path(path, sizeof path, tail);
    rs_str bytes = read_whole(path);
    if (!bytes.ptr) print_message("cannot read %s\n", path);
    assert_non_null(bytes.ptr);
    return bytes;
}

/* What make_pictures.py drew at (x, y). */
static inline void drawn(int x, int y, uint8_t rgb[3])
{
    bool square = x >= 4 && x < 9 && y >= 3 && y < 6;
    rgb[0] = (uint8_t)(square ? 250 : x * 12);
    rgb[1] = (uint8_t)(square ? 250 : y * 20);
    rgb[2] = (uint8_t)(square ? 250 : (x + y) * 8);
}

static const char *const all_pictures[] = {
    "alpha-turned3.webp",
    "back.mp4",
    "bands6.tif",
    "bits1.png",
    "bits1.tif",
    "cmyk.jpg",
    "cmyk.tif",
    "complex.tif",
    "deflate-big-endian.tif",
    "degrees.tif",
    "feet.tif",
    "float-mercator.tif",
    "float.npy",
    "front.mp4",
    "grey.j2k",
    "grey.jpg",
    "grey.png",
    "grey16.jp2",
    "grey16.png",
    "hwc.npy",
    "interlaced.png",
    "jpeg-in.tif",
    "lossless.webp",
    "lossy.webp",
    "nodata.tif",
    "pages.tif",
    "palette.bmp",
    "palette.gif",
    "palette.png",
    "palette.tif",
    "planar.tif",
    "progressive-turned6.jpg",
    "rgb.bmp",
    "rgb.jp2",
    "rgb.jpg",
    "rgb.png",
    "rgb.tif",
    "rgba.png",
    "tiled-bigtiff.tif",
    "turned8.png",
    "uint16-utm.tif",
    "video.avi",
};
enum { N_PICTURES = sizeof all_pictures / sizeof *all_pictures };

#endif
