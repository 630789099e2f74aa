/* How a model spells boxes; shared by the files of this room. */
#ifndef RS_FORMATS_SPELL_H
#define RS_FORMATS_SPELL_H

#include "formats/format.h"

typedef enum rs_spelling { RS_SPELL_BRACKETS, RS_SPELL_JSON, RS_SPELL_REF_BOX } rs_spelling;

rs_spelling rs_spelling_of(const rs_model_spec *model);
/* The sentence that asks for boxes in this model's form: {format} of the box prompts. */
const char *rs_spell_hint(const rs_model_spec *model);
/* false when a size is unknown or cannot be resized. */
bool rs_canvas_for(const rs_render_options *o, double width, double height, rs_canvas *out);
/* Numbers of one box in the model's convention; sets box->degenerate. false = cannot be encoded. */
bool rs_spell_box(const rs_render_options *o, const rs_canvas *canvas, rs_written_box *box, double numbers[4]);
/* Appends the text of a list of boxes and sets their begin and end (bytes of `b`). `alone`: the list is the
 * whole turn. `phrase`: what they are, for <ref>. */
bool rs_spell_group(const rs_render_options *o, const rs_canvas *canvas, rs_written_box *boxes, size_t n, bool alone,
                    rs_str phrase, rs_buf *b);

/* ---- building messages ----------------------------------------------------------------------- */

typedef struct rs_build {
    const rs_render_options *options;
    const rs_sample *sample;
    const double *widths, *heights;
    uint32_t n_images;
    uint32_t repeat;
    rs_arena *arena;
    rs_message *messages;
    size_t n_messages, cap_messages;
    rs_written_box *boxes;
    size_t n_boxes, cap_boxes;
    rs_buf text;            /* of the message being written */
    const char *drop;       /* reason, NULL = fine */
    rs_str template_id;
} rs_build;

/* Ends the message whose text is in `text`. */
rsift_status rs_build_message(rs_build *b, rs_message_role role, rsift_error *err);
/* Pixels of a region; sets drop to "size-unknown" when that cannot be told. */
bool rs_build_pixels(rs_build *b, const rs_region *region, rs_written_box *out);
/* Room for n more boxes; NULL = out of memory. */
rs_written_box *rs_build_boxes(rs_build *b, size_t n);
/* Appends prompts/<set>.txt's template for this sample. `values` may leave out `format`. */
rsift_status rs_build_prompt(rs_build *b, const char *set, rs_str class_name, rs_str classes, rs_str phrase, rs_str format,
                             rsift_error *err);
/* The @format phrase of prompts/<set>.txt, or an empty text. */
rs_str rs_build_format_phrase(rs_build *b, const char *set);
/* "StorageTank", "storage_tank" -> "storage tank". */
rs_str rs_build_words(rs_arena *arena, rs_str name);

/* Released conversations: box text rewritten, everything else verbatim. */
rsift_status rs_build_dialogue(rs_build *b, rsift_error *err);
/* Tasks without a user turn. */
rsift_status rs_build_task(rs_build *b, rsift_error *err);

#endif
