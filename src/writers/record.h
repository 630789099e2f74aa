/* What the record layouts share: LLaVA's record of {from, value} turns, pictures by path, and the
 * reading of both back. Keys are written into a JSON writer whose object is open. */
#ifndef RS_WRITERS_RECORD_H
#define RS_WRITERS_RECORD_H

#include "codec/json.h"
#include "codec/json_writer.h"
#include "writers/writer.h"

/* "id": the sample id, with "-2" at its end for the sample's second repeat and so on. */
void rs_writer_put_id(rs_json_writer *w, const rs_rendered *r);
/* "image": one path, a list where the set has lists, or no key at all for text (the key's presence
 * makes a picture record of it). */
void rs_writer_put_image(rs_json_writer *w, const rs_writer_set *set, const rs_rendered *r);
/* Whether the record's pictures, and what goes with them, stand in a list. */
bool rs_writer_has_image_list(const rs_writer_set *set, const rs_rendered *r);
/* "images": always a list; relative paths are put below `root`, which these trainers do not add. */
void rs_writer_put_images(rs_json_writer *w, const rs_rendered *r, rs_str root);
/* "conversations": [{"from": "human", "value": ..}, ..]. Trainers that know no system turn treat
 * everything that is not human as an answer, so its text is put in front of the first question. */
void rs_writer_put_conversations(rs_json_writer *w, const rs_rendered *r);

/* The record of LLaVA and of Qwen's own code: id, image, conversations. */
rsift_status rs_writer_record_llava(const rs_writer_set *set, const rs_rendered *r,
                                    rs_json_writer *w, rsift_error *err);

/* For sidecars, which people read: a key on a line of its own, after the text `blank`. */
void rs_writer_put_line(rs_json_writer *w, const char *blank, rs_str key);
/* Closes the outermost object, hands the file over and frees the writer's buffer. */
rsift_status rs_writer_finish_sidecar(rs_json_writer *w, const rs_writer_sink *sink,
                                      const char *file, rsift_error *err);

/* Reads a record back: `conversations` or `messages`, `system`, `image` or `images`, `id`. */
rsift_status rs_writer_read_json(rs_arena *arena, rs_str record, rs_rendered *out,
                                 rsift_error *err);
/* The two halves of it, for layouts with keys of their own: the record must be an object. */
rsift_status rs_writer_parse(rs_arena *arena, rs_str record, const rs_json **root,
                             rsift_error *err);
rsift_status rs_writer_read_root(rs_arena *arena, const rs_json *root, rs_rendered *out,
                                 rsift_error *err);

extern const rs_writer rs_writer_internvl, rs_writer_llama_factory, rs_writer_llava,
    rs_writer_ms_swift, rs_writer_qwen;

#endif
