/* What trainers write into conversations besides words: pictures inside a turn, slots that a list
 * beside the turns fills, media that are no pictures. Each is read, or refused with a finding. */
#ifndef RS_READERS_FORMS_H
#define RS_READERS_FORMS_H

#include "readers/parse.h"

/* Names of pictures in the order of the turns that show them. In scratch. */
typedef struct rs_named_pictures {
    rs_str *names;
    size_t n, cap;
} rs_named_pictures;

/* A box that filled a slot of a turn's text. */
typedef struct rs_filled_box {
    uint32_t turn;
    size_t begin, end; /* bytes of its brackets in the turn */
    double numbers[4];
    size_t n_numbers;
    const rs_convention *convention;
    int32_t asset;
} rs_filled_box;

typedef struct rs_filled_boxes {
    rs_filled_box *items; /* ascending; in scratch */
    size_t n, cap;
} rs_filled_boxes;

/* A record about a video or a sound: *bad, after a finding. */
rsift_status rs_forms_refuse_media(rs_parse *p, const rs_json *root, bool *bad);

/* A record or turn that preference data marks as a bad answer (ms-swift's `label`, LLaMA-Factory's
 * `kto_tag`) or as one without a loss: *bad, after a finding. */
rsift_status rs_forms_refuse_rejected(rs_parse *p, const rs_json *item, bool *bad);

/* OpenAI's and Anthropic's content parts as one text: a picture part stands as "<image>", and its
 * name joins `pictures` when it has one. *bad for parts that are neither text nor a picture's
 * file. */
rsift_status rs_forms_join_parts(rs_parse *p, const rs_json *parts, rs_named_pictures *pictures,
                                 rs_str *out, bool *bad);

/* Qwen-VL's "<img>a.jpg</img>" becomes "<image>", its name joins `pictures`. */
rsift_status rs_forms_take_img_tags(rs_parse *p, rs_named_pictures *pictures, rs_str *text,
                                    bool *bad);

/* ms-swift's slots: the i-th "<ref-object>" of all turns gets the i-th of objects.ref, the i-th
 * "<bbox>" the i-th of objects.bbox as "[x, y, x, y]". Slots that nothing fills are a finding, and
 * the texts stay as they are. `turns` are the sample's, to be changed. */
rsift_status rs_forms_fill_slots(rs_parse *p, const rs_json *objects, const rs_sample *sample,
                                 rs_turn *turns, rs_filled_boxes *out);

/* The filled box that begins in [begin, end) of the turn; NULL = none. */
const rs_filled_box *rs_forms_filled_at(const rs_filled_boxes *boxes, size_t turn, size_t begin,
                                        size_t end);

#endif
