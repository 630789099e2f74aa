/* Models: how each one spells a box, where its numbers are measured, what its trainers reserve.
 *
 * A model is one row of data. Writing (boxes.c), reading back (decode.c), the prompts and the lists
 * shown to people follow the row, so a new model is a row in models.c and no code elsewhere.
 * What its numbers mean is a convention of src/geom, named by the row; a new scale is a row
 * there. */
#ifndef RS_RENDER_MODELS_H
#define RS_RENDER_MODELS_H

#include "base/buf.h"
#include "geom/convention.h"
#include "lang/tokens.h"

/* Text around something. NULL = nothing, in every string of a row. */
typedef struct rs_render_affix {
    const char *open, *close;
} rs_render_affix;

/* Text around and between the items of a list. */
typedef struct rs_render_list {
    const char *open, *between, *close;
} rs_render_list;

/* How boxes stand in text. From the inside out:
 *
 *   number      number.open 12 number.close          12   0.28   <loc0052>
 *   numbers     numbers.open 12 , 30 , 25 , 41 numbers.close       [12, 30, 25, 41]
 *   box         box.open NUMBERS label.open ship label.close box.close
 *                                                    {"bbox_2d": [12, 30, 25, 41], "label": "ship"}
 *   run         phrase.open ship phrase.close phrase_gap LIST
 *                                                    <ref>ship</ref><box>[[12, 30, 25, 41]]</box>
 *
 * where LIST is `answer` for a message of nothing but boxes, else `one` or `several` by count. */
typedef struct rs_render_spelling {
    rs_render_affix number;
    int min_digits; /* integers are padded with zeros up to this width */
    int decimals;   /* digits after the point; 0 = integers */
    bool y_first;   /* corners and points: y before x (of a box, the convention's shape decides) */
    rs_render_list numbers;
    rs_render_affix box, quad, point; /* around one box of 4, 8 or 2 numbers */
    bool label_in_box;                /* each box holds its label; false = a run is named once */
    bool label_as_json;               /* the label inside a box is a JSON string */
    rs_render_affix label;            /* around the label inside a box */
    rs_render_affix phrase;           /* around words that boxes belong to, with or without boxes */
    const char *phrase_gap;           /* between such words and their boxes */
    bool names_boxes;                 /* boxes without such words are given their label as words */
    rs_render_list answer, several, one;
    const char *between_runs; /* in an answer, between the runs of two labels */
} rs_render_spelling;

/* What its input costs (cost.h). One of `factor`, `fixed` and `tile` says how pictures count. */
typedef struct rs_render_cost {
    rs_lang_vocabulary vocabulary;
    int factor;                    /* a token for so many pixels squared, after smart_resize */
    int fixed;                     /* tokens of any picture */
    int tile, tile_tokens;         /* side of a tile in pixels, and what it costs */
    double min_pixels, max_pixels; /* of a picture, where the training run says nothing */
} rs_render_cost;

typedef struct rs_render_model {
    const char *name, *summary, *source;
    const rs_convention *hbb;   /* of its axis-aligned boxes */
    const rs_convention *quad;  /* of four corners; NULL = on the scale of hbb */
    const rs_convention *point; /* NULL = points cannot be written */
    int resize_factor;  /* of smart_resize, 28 for qwen2.5-vl; 0 = numbers do not depend on it */
    double max_aspect;  /* its code refuses pictures whose sides differ more; 0 = none */
    bool needs_pixels;  /* the training run's min and max pixels must be declared */
    bool native_quad;   /* four corners are its makers' own form, not only ours or a follower's */
    bool swift_objects; /* ms-swift writes its boxes itself, from `objects` in stored pixels */
    const char *own_format; /* record layout of its own trainer (src/writers); NULL = none */
    /* Told to the model in prompts of ours. */
    const char *hbb_format, *quad_format, *point_format;
    const rs_render_spelling *spelling;
    rs_render_cost cost;
    /* Beginnings of its trainer's tokens, NULL-terminated; may be NULL. Those that do not begin
     * with '<' come first: they are searched for everywhere. */
    const char *const *reserved;
} rs_render_model;

enum { RS_RENDER_MODELS_MAX = 8 };
extern const rs_render_model *const rs_render_models[];   /* NULL-terminated, alphabetical */
const rs_render_model *rs_render_model_find(rs_str name); /* NULL = unknown */

/* Whether the model's own code refuses a picture of this size; false when it is not known. */
bool rs_render_refuses_size(const rs_render_model *model, double width, double height);

/* Whether the model's boxes are measured on the picture padded to a square. */
bool rs_render_pads_square(const rs_render_model *model);

/* Appends "internvl, llava-1.5, ...": the names of a NULL-terminated table, for messages and
 * help. */
void rs_render_put_model_names(rs_buf *buf, const rs_render_model *const *models);

#endif
