/* Internal to the readers: feeding raw records out of files, and the loop and small steps of
 * parse. Nothing here knows a layout. */
#ifndef RS_READERS_COMMON_H
#define RS_READERS_COMMON_H

#include "codec/json.h"
#include "readers/reader.h"

/* ---- cut: records of JSON files --------------------------------------------------------- */

/* Cuts the JSON records of all members of one use, one file after the other. A file that cannot
 * be cut to its end gives its whole records and one `format` or `limit` finding (counted as one
 * record set aside); only the disk and memory are errors. One thread. */
typedef struct rs_json_feed {
    const rs_source *source;
    const rs_source_files *files;
    uint32_t use;
    int pass;
    rs_str paths[4];
    size_t n_paths;
    size_t file; /* the one being read */
    rs_io_stream *stream;
    rs_json_cutter *cutter;
    rs_json_cut *cuts; /* [RS_CHUNK_RECORDS] */
    int64_t ordinal;   /* of the next record */
    bool told_bom;
} rs_json_feed;

rsift_status rs_json_feed_open(rs_json_feed *feed, const rs_source *source, const char *use,
                               const rs_str *paths, size_t n_paths, int pass, rsift_error *err);
/* Next records of the current file, at most `cap` <= RS_CHUNK_RECORDS; in `arena`. *n == 0 at the
 * end of all files (RSIFT_END). Findings and counts of broken files go to `chunk`. */
rsift_status rs_json_feed_next(rs_json_feed *feed, rs_arena *arena, rs_chunk *chunk, size_t cap,
                               size_t max_bytes, size_t *n, size_t *file, rsift_error *err);
/* "release.zip > instances.json": where the records of the last rs_json_feed_next are; borrowed. */
rs_str rs_json_feed_chain(const rs_json_feed *feed);
/* Fills the chunk with raws (key = the record's key). RSIFT_END when there is none. */
rsift_status rs_json_feed_cut(rs_json_feed *feed, rs_chunk *chunk, rsift_error *err);
void rs_json_feed_close(rs_json_feed *feed);

/* ---- cut: many small files, each one record ---------------------------------------------- */

/* A thread visits the members in source order, so that an archive that cannot be sought in is
 * read once, and hands over whole files through a bounded queue. A file that cannot be read or is
 * too large becomes a finding. */
typedef struct rs_file_feed rs_file_feed;
rsift_status rs_file_feed_open(const rs_source *source, const char *use, int pass,
                               rs_file_feed **out, rsift_error *err);
/* Fills the chunk: content = the file's bytes, key = its logical name. */
rsift_status rs_file_feed_cut(rs_file_feed *feed, rs_chunk *chunk, rsift_error *err);
void rs_file_feed_close(rs_file_feed *feed);

/* ---- parse ------------------------------------------------------------------------------- */

typedef enum rs_fate { RS_FATE_USED, RS_FATE_MERGED, RS_FATE_SKIPPED, RS_FATE_SET_ASIDE } rs_fate;

typedef struct rs_parse {
    const rs_source *source;
    const rs_chunk *chunk;
    const rs_raw *raw;
    rs_batch *batch;
    rs_arena *scratch; /* emptied before every record */
    int32_t sample;    /* the sample being made, -1 = none: where findings point to */
    rsift_error *err;
} rs_parse;

/* Makes the samples of p->raw and says what became of it. A record set aside must leave a finding.
 */
typedef rsift_status rs_parse_fn(rs_parse *p, const void *state, rs_fate *fate);

/* The loop of every reader's parse: counts each raw once under `pass`, drops the samples of records
 * that were set aside. */
rsift_status rs_parse_each(const rs_source *source, const void *state, const rs_chunk *chunk,
                           rs_batch *batch, int pass, rs_parse_fn *fn, rsift_error *err);

rsift_status rs_parse_find(rs_parse *p, rs_finding_code code, rs_str place, const char *fmt, ...)
    RS_PRINTF(4, 5);
/* A sample with ordinal, sub, task, skill and split of the source set; *out is good until the next.
 */
rsift_status rs_parse_sample(rs_parse *p, rs_sample **out);
/* Parses `text` in scratch. *root NULL = unusable, a finding has been made. Invalid UTF-8 is
 * replaced and reported. */
rsift_status rs_parse_json(rs_parse *p, rs_str text, const rs_json **root);
/* `text` itself when valid UTF-8, else cleaned (in scratch) with an `encoding` finding. */
rsift_status rs_parse_utf8(rs_parse *p, rs_str text, rs_str *out);
/* A value as text in the batch; numbers and booleans are read as text with a finding. ptr NULL:
 * absent or null; an array or object makes a `field-type` finding and *bad true. */
rsift_status rs_parse_text(rs_parse *p, const rs_json *value, rs_str place, rs_str *out, bool *bad);
/* Copies into the batch. */
rsift_status rs_parse_copy(rs_parse *p, rs_str text, rs_str *out);

typedef struct rs_region_list {
    rs_region *items;
    size_t n, cap;
} rs_region_list;

/* A zeroed region (turn -1) appended, in the batch. NULL = out of memory. */
rs_region *rs_parse_region(rs_parse *p, rs_region_list *list);
/* Finite numbers of a JSON array (nested arrays flattened, at most `max`), in the batch. *n == 0
 * and a `number` finding when one is not a finite number. */
rsift_status rs_parse_numbers(rs_parse *p, const rs_json *array, rs_str place, size_t max,
                              double **out, size_t *n);
rs_region_kind rs_parse_kind(const rs_convention *convention);
/* How many numbers a convention takes; 0 = any even count from 6 on. */
size_t rs_parse_n_numbers(const rs_convention *convention);
/* The first of the conventions whose count of numbers is n; NULL = none. */
const rs_convention *rs_parse_fit(const rs_convention *const *list, size_t n_list, size_t n);
/* One turn array [n] in the batch. */
rsift_status rs_parse_turns(rs_parse *p, size_t n, rs_turn **out);
/* One asset per media entry of the source (or one image), from a picture's name. */
rsift_status rs_parse_media(rs_parse *p, rs_sample *sample, rs_str name, rs_str id,
                            rs_str class_name);
rsift_status rs_parse_split(rs_parse *p, rs_sample *sample, rs_str name);
rsift_status rs_parse_label(rs_parse *p, rs_sample *sample, rs_str label);
/* `class-unknown` when the source has a class list and the label is not in it. */
rsift_status rs_parse_check_class(rs_parse *p, rs_str label, rs_str place);

/* ---- parameters -------------------------------------------------------------------------- */

/* "from=to" of a map parameter: the text behind the first match. */
typedef struct rs_words {
    rs_str *from, *to;
    size_t n;
} rs_words;
rsift_status rs_words_of(rs_arena *arena, const rs_source *source, const char *key, rs_words *out,
                         rsift_error *err);
rs_str rs_words_get(const rs_words *words, rs_str from); /* ptr NULL = none */
size_t rs_words_contained(const rs_words *words,
                          rs_str text); /* first whose `from` stands in text */
/* Conventions named by a parameter; an unknown name is RSIFT_E_ARG. */
rsift_status rs_conventions_of(rs_arena *arena, const rs_source *source, const char *key,
                               const rs_convention *const **out, size_t *n, rsift_error *err);
/* Some probes: the head begins with this byte (blanks and BOM skipped); holds this text early. */
bool rs_probe_begins(const rs_probe_input *input, char c);
bool rs_probe_holds(const rs_probe_input *input, const char *text);

/* Turns a cutter's or container's failure into a finding of the chunk, counted as one record set
 * aside; passes on what is the disk's or ours. */
rsift_status rs_chunk_broken(rs_chunk *chunk, int pass, int64_t ordinal, rsift_status status,
                             const rsift_error *why, rsift_error *err);

#endif
