/* What a file looks like by its first bytes, and whether a reader takes it. One table holds the
 * kinds that people hand to a reader by mistake: containers that no reader opens, error pages saved
 * under a data file's name, annotations of other programs. */
#ifndef RS_RELEASE_KIND_H
#define RS_RELEASE_KIND_H

#include "base/buf.h"
#include "catalog/catalog.h"
#include "readers/reader.h"

typedef struct rs_file_kind {
    const char *name; /* "a Parquet file" */
    const char *todo; /* what to do with it; NULL = name the reader that fits */
    unsigned takes;   /* RS_TAKES_*: its syntax; 0 = no reader takes it */
} rs_file_kind;

/* The first bytes of a member (at most 64 KiB), in the arena. */
rsift_status rs_kind_head(const rs_io_tree *tree, size_t member, rs_arena *arena,
                          rs_probe_input *out, rsift_error *err);
/* The same of a member that is open already, in a visit. */
rsift_status rs_kind_head_of(const rs_io_tree *tree, size_t member, rs_io_stream *stream,
                             rs_arena *arena, rs_probe_input *out, rsift_error *err);
/* Never NULL. */
const rs_file_kind *rs_kind_of(const rs_probe_input *input);
bool rs_kind_is_empty(const rs_file_kind *kind);
/* Is it another program's JSON, which only a reader that knows it can read? */
bool rs_kind_is_foreign(const rs_file_kind *kind);
bool rs_kind_is_table(const rs_file_kind *kind);
/* The head without a byte-order mark and blanks around it. */
rs_str rs_kind_text(rs_str head);
/* True when the reader cannot read such a file; `why` then gets the sentence, with what the file
 * looks like, the keys it has and the reader that fits. */
bool rs_kind_refuses(const rs_reader *reader, const rs_probe_input *input, rs_buf *why);
/* The same sentence about any file: what it is, and what the reader reads instead. */
void rs_kind_explain(const rs_reader *reader, const rs_probe_input *input, rs_buf *why);

/* The reader whose probe is surest of the file, the first of several; NULL = none is sure. */
const rs_reader *rs_kind_reader(const rs_probe_input *input);
/* All readers whose probes are equally sure of the file, at most `most`, and how sure, 0..100. */
size_t rs_kind_readers(const rs_probe_input *input, const rs_reader **out, size_t most, int *sure);
/* What to do with a file that no reader takes; its fields are named, if it has some. */
rsift_status rs_kind_todo(const rs_file_kind *kind, const rs_probe_input *input, rs_arena *arena,
                          rs_str *out, rsift_error *err);
/* "image=img", "caption=text": parameters for the reader records, by the names of the fields of a
 * table's header or of the first record; none when they do not tell. */
rsift_status rs_kind_params(rs_arena *arena, const rs_probe_input *input, rs_texts *out,
                            rsift_error *err);
/* Is the file a list of data sets or a count that a program keeps beside one, by its name:
 * LLaMA-Factory's dataset_info.json, those of the library datasets, img2dataset's
 * 00000_stats.json? */
bool rs_kind_is_registry(rs_str path);

/* Does the file look like annotation, by its name or its first bytes? Of a file without a head the
 * name decides. */
bool rs_kind_is_annotation(const rs_probe_input *input);
/* "x.json" is JSON with the keys "a", "b". */
void rs_kind_describe(const rs_probe_input *input, rs_buf *out);
/* What a file is that no source reads, and what to type. */
void rs_kind_explain_unread(const rs_probe_input *input, rs_buf *why);

#endif
