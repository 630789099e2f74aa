/* What the record formats share: the LLaVA-like list of {from, value} turns and its reading back.
 */
#ifndef RS_WRITERS_RECORD_H
#define RS_WRITERS_RECORD_H

#include "codec/json.h"
#include "writers/writer.h"

/* "id" of a record: the sample id, "-2" behind it for its second repeat and so on, quoted. */
void rs_writer_put_id(rs_buf *out, const rs_rendered *r);
/* `"image": "a.jpg"`, a list when there are several, nothing when there is none. */
void rs_writer_put_image(rs_buf *out, const rs_rendered *r);
/* `"images": [..]`, also for one; relative paths stand below `root`, which these trainers do not
 * add. */
void rs_writer_put_images(rs_buf *out, const rs_rendered *r, rs_str root);
/* `"conversations": [{"from": "human", "value": ..}, ..]`. Trainers that know no system turn take
 * anything that is not human for an answer, so its text is put in front of the first question. */
void rs_writer_put_conversations(rs_buf *out, const rs_rendered *r);
rsift_status rs_writer_done(const rs_buf *out, rsift_error *err); /* out of memory? */

/* Reads `conversations` or `messages`, `image` or `images` back. */
rsift_status rs_writer_read(rs_arena *arena, rs_str record, rs_rendered *out, rsift_error *err);
/* Parses the record, which must be an object. */
rsift_status rs_format_parse(rs_arena *arena, rs_str record, const rs_json **root,
                             rsift_error *err);
rsift_status rs_writer_read_root(rs_arena *arena, const rs_json *root, rs_rendered *out,
                                 rsift_error *err);

extern const rs_writer rs_writer_internvl, rs_writer_llama_factory, rs_writer_llava,
    rs_writer_ms_swift, rs_writer_qwen;

#endif
