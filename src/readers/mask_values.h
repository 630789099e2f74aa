/* Inside readers/masks: what the values of a mask mean, and how many pixels each class has. */
#ifndef RS_READERS_MASK_VALUES_H
#define RS_READERS_MASK_VALUES_H

#include "image/labels.h"
#include "readers/parse.h"

/* Meanings of a value that are no class number. */
enum {
    RS_MASK_UNKNOWN = RS_LABELS_MAX, /* nobody says */
    RS_MASK_BACKGROUND,              /* nothing of any class */
    RS_MASK_UNLABELLED,              /* whatever is there, nobody labelled it */
};

typedef struct rs_mask_values {
    int32_t *values;    /* numbers, or RS_LABEL_COLOUR + 0xrrggbb */
    uint16_t *meanings; /* of each: the number of a class, or one of the above */
    size_t n;
    rs_str *classes; /* in the order in which the parameter names them */
    size_t n_classes;
    bool by_colour;    /* palettes mean their colours */
    int32_t threshold; /* grey values above it are 1, others 0; -1 = values count as they are */
} rs_mask_values;

/* Reads the parameters mask_values, background, unlabelled, palette and threshold. */
rsift_status rs_mask_values_of(rs_arena *arena, const rs_source *source, rs_mask_values *out,
                               rsift_error *err);

/* One mask: each pixel's label, and what the labels mean. */
typedef struct rs_mask {
    rs_label_map map;   /* rs_label_map_fini */
    uint16_t *meanings; /* [map.n], in scratch */
    uint64_t *counts;   /* [map.n] pixels of each label, in scratch */
} rs_mask;

/* Reads the mask's picture. *readable false: it is none, a finding says why. */
rsift_status rs_mask_read(rs_parse *p, const rs_mask_values *values, rs_mask *out, bool *readable);
void rs_mask_fini(rs_mask *mask);
/* Values without a meaning are a finding each: the most frequent ones, and how many others. */
rsift_status rs_mask_tell_unknown(rs_parse *p, const rs_mask *mask);
/* Pixels of a class, or of a meaning. */
uint64_t rs_mask_area(const rs_mask *mask, uint16_t meaning);

#endif
