/* Words that stand for a picture in a text, in the spellings of many trainers and models: <image>,
 * <image_0>, <|image_1|>, <ImageHere>, <Img>..</Img>, [IMG], <|vision_start|><|image_pad|>
 * <|vision_end|>. A text that keeps one of a foreign spelling teaches a word that no picture ever
 * takes the place of. Nothing is replaced here. */
#ifndef RS_LANG_PICTURE_TAG_H
#define RS_LANG_PICTURE_TAG_H

#include "base/str.h"

#include <stdbool.h>

typedef enum rs_picture_tag_kind {
    RS_PICTURE_TAG_OWN,   /* "<image>" */
    RS_PICTURE_TAG_PLACE, /* a picture stands here */
    RS_PICTURE_TAG_OPEN,  /* "<Img>", "<|vision_start|>": places or a name up to the closing one */
    RS_PICTURE_TAG_CLOSE, /* "</Img>", "<|vision_end|>" */
    RS_PICTURE_TAG_UNCLEAR, /* about a picture, a video or a sound, in a way that is not read */
} rs_picture_tag_kind;

typedef struct rs_picture_tag {
    size_t begin, end;
    rs_picture_tag_kind kind;
    int32_t number; /* "<image_2>": 2; -1 = it has none */
} rs_picture_tag;

/* The first tag at or behind byte `from`; false = there is none. */
bool rs_lang_picture_tag(rs_str text, size_t from, rs_picture_tag *out);

/* The first tag of the text that is not "<image>"; false = there is none. */
bool rs_lang_foreign_picture_tag(rs_str text, rs_picture_tag *out);

#endif
