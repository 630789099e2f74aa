/* What a turn's content is made of besides words: parts of texts and pictures, and words that stand
 * for a picture. Each is read, or refused with a finding. */
#ifndef RS_READERS_CONTENT_H
#define RS_READERS_CONTENT_H

#include "readers/parse.h"

/* Pictures in the order of the turns that show them. {0} at the start of a record. */
typedef struct rs_named_pictures {
    rs_str *names; /* of those that the turns name; in scratch */
    size_t n, cap;
    size_t n_places;     /* where a picture stands, named or not */
    int32_t next_number; /* of "<image_0>", "<image_1>" ..; -1 = the places have no numbers */
} rs_named_pictures;

/* A record about a video or a sound: *bad, after a finding. `frames`: the field of the record's
 * pictures; one called "video" may list the pictures of a series (TEOChatlas). */
rsift_status rs_content_refuse_media(rs_parse *p, const rs_json *root, rs_str frames, bool *bad);

/* "<video>" stands for all n pictures of a series: it becomes "<image>" n times. */
rsift_status rs_content_take_series(rs_parse *p, size_t n, rs_str *text);

/* Is the "name" of a picture its bytes: a data URI, or base64 that begins as a picture does? No
 * file holds it. */
bool rs_content_is_bytes(rs_str name);

/* The finding that it is. */
rsift_status rs_content_find_bytes(rs_parse *p, rs_str where);

/* OpenAI's and Anthropic's content parts as one text: a picture part stands as "<image>", and its
 * name joins `pictures` when it has one. *bad for parts that are neither text nor a picture's file,
 * and for a list of anything else: several texts are not one. */
rsift_status rs_content_join_parts(rs_parse *p, const rs_json *parts, rs_named_pictures *pictures,
                                   rs_str *out, bool *bad);

/* Foreign words for a picture become "<image>": "<image_0>", "<ImageHere>", Qwen-VL's
 * "<img>a.jpg</img>", whose name joins `pictures`. Numbers must count the record's places. A text
 * of which one cannot be read stays as it is: rs_check_turns makes a finding of it.
 *   signs   those of the text (lang/boxtext.h); 0 = not known */
rsift_status rs_content_take_picture_tags(rs_parse *p, rs_named_pictures *pictures, unsigned signs,
                                          rs_str *text, bool *bad);

#endif
