/* What is asked of one emit run. NULL and 0 = not given. */
#ifndef RS_EMIT_OPTIONS_H
#define RS_EMIT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct rs_emit_options {
    const char *mixture;           /* mixture id or name; NULL = the newest */
    const char *format;            /* a writer's name */
    const char *model;             /* a model's name */
    const char *out;               /* folder */
    const char *images;            /* auto | link | copy | path */
    const char *image_root;        /* prefix written before picture paths; NULL = "images" of out */
    const char *bands;             /* "4,3,2" of pictures with more than three; NULL = as indexed */
    const char *stretch;           /* "percent" or "LOW,HIGH"; NULL = percent */
    double min_pixels, max_pixels; /* demanded by qwen2.5-vl */
    const char *obb;  /* hbb | quad | native: how oriented boxes are written; NULL = hbb */
    const char *eval; /* dataset id: write its questions as prompts instead */
    const char *split;
    uint64_t seed;
    bool verify_pictures; /* compare every picture's bytes with the index's hash */
} rs_emit_options;

#endif
