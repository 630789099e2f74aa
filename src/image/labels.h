/* Label maps: pictures whose pixels are class numbers or class colours, read without any of the
 * conversions that make pictures visible. One call per thread at a time is safe. */
#ifndef RS_IMAGE_LABELS_H
#define RS_IMAGE_LABELS_H

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

enum {
    RS_LABELS_MAX = 1024,      /* different labels in one map; a photograph has more */
    RS_LABEL_COLOUR = 1 << 24, /* label of a colour: this + 0xrrggbb; class numbers are below */
};

typedef struct rs_label_map {
    uint16_t *at;    /* [width * height], rows top to bottom: the pixel's index in `labels` */
    int32_t *labels; /* [n] different labels in order of their first pixel */
    size_t n;
    uint32_t width, height;
} rs_label_map;

void rs_label_map_fini(rs_label_map *map);

/* Reads one map.
 *   one band      PNG, BMP, TIFF: the stored number, 1 to 16 bits grey, or the index into a
 *                 palette; TIFF and NPY also signed, 32 and 64 bits, and floats that are integers
 *   three bands   of 8 bits: (v, v, v) is the number v, as many tools store an index map; any other
 *                 colour is RS_LABEL_COLOUR + 0xrrggbb; alpha is left out
 *   by_colour     palettes give their colours, and a grey v is the colour (v, v, v)
 *   out           rs_label_map_fini in any case
 *   errors        RSIFT_E_FORMAT: damaged, a fraction, a number of 2^24 or more, too many labels;
 *                 RSIFT_E_UNSUPPORTED: JPEG (lossy) and formats that hold no label maps;
 *                 RSIFT_E_LIMIT; RSIFT_E_NOMEM */
rsift_status rs_image_labels(rs_str bytes, const rsift_limits *limits, bool by_colour,
                             rs_label_map *out, rsift_error *err);

/* Is the extension that of a label map this file can read? Case does not matter. */
bool rs_image_is_label_name(rs_str path);

#endif
