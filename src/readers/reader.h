/* The contract of a reader: a release's own layout -> samples. One reader is one annotation family;
 * what differs between datasets of the family comes from the catalogue as parameters. Which readers
 * exist stands in table.h, what they share in parse.h, feed_json.h, feed_files.h and jump.h.
 *
 * Reading a source is done in two steps so that big files are parsed by all cores and still come
 * out in order:
 *   cut    sequential and cheap: finds the next raw records (bytes, no meaning)
 *   parse  pure: raw records of one chunk -> samples, findings, counts; any thread, any order
 *
 * The contract is replay: cut over the same source gives the same records with the same ordinals,
 * in the same chunks (chunking depends on the bytes only). Nothing is silently skipped: for every
 * pass seen = used + merged + skipped + set_aside, each set-aside record names one finding. */
#ifndef RS_READERS_READER_H
#define RS_READERS_READER_H

#include "io/io.h"
#include "model/batch.h"

/* ---- a source: which files, which parameters ------------------------------------------------- */

/* Parameters of a source, as the catalogue or the command line gives them. */
typedef struct rs_param_value {
    rs_str key;
    const rs_str *values; /* a scalar is a list of one */
    size_t n;
} rs_param_value;

/* Files of a source by what they are for: {"questions", members}, {"records", members}. */
typedef struct rs_source_files {
    rs_str use;
    const size_t *members; /* indices into the tree, ascending */
    const rs_str *logical; /* logical file name of each: what the catalogue's pattern matched */
    size_t n;
    const rs_str *splits; /* what the name of each says of its split, "" = nothing; NULL = none */
} rs_source_files;

/* Picture path templates: {name} as the annotation spells it, {stem}, {id}, {class}, {split}. */
typedef struct rs_source_media {
    rs_asset_role role;
    rs_str template;
} rs_source_media;

/* A word of the release -> a word of ours ("[refer]" -> grounding-obb; "comp" -> comparison). */
typedef struct rs_word_map {
    rs_str from, to;
} rs_word_map;

/* What the numbers of one spelling of boxes were decided to mean (index/survey). */
typedef struct rs_meaning {
    rs_str spelling;   /* "bracket", "bbox_2d", ...: readers/meaning.h */
    rs_str convention; /* of boxes; empty = not decided */
    rs_str verdict;    /* decided, tie, contradiction */
    rs_str question;   /* what to type when it is not decided or wrong */
    rs_str evidence;   /* the numbers, in words */
} rs_meaning;

typedef struct rs_source {
    const rs_io_tree *tree;
    const rsift_limits *limits;
    rs_str dataset, name; /* dataset id; source name within the release */
    rs_task task;         /* of samples whose record does not state one */
    rs_str skill;         /* likewise */
    const rs_source_files *files;
    size_t n_files;
    const rs_source_media *media;
    size_t n_media;
    const rs_word_map *skills; /* release_type -> skill */
    size_t n_skills;
    const rs_str *classes; /* the dataset's class list; may be empty */
    size_t n_classes;
    rs_split split; /* of every sample of this source; scheme.ptr NULL = none */
    const rs_param_value *params;
    size_t n_params;
    const rs_meaning *meanings; /* of spellings that no parameter names; none before the survey */
    size_t n_meanings;
    bool survey; /* only boxes are wanted: a record that cannot hold one may be skipped */
} rs_source;

/* First value of a parameter, or `default_value`. */
rs_str rs_source_param(const rs_source *source, const char *key, rs_str default_value);
const rs_param_value *rs_source_param_list(const rs_source *source, const char *key); /* or NULL */
const rs_source_files *rs_source_files_of(const rs_source *source, const char *use);  /* or NULL */
/* The picture's logical path for media entry `i` (or "{name}" when the source has none). */
rs_str rs_source_media_path(rs_arena *arena, const rs_source *source, size_t i, rs_str name,
                            rs_str id, rs_str class_name);
rs_str rs_source_skill(const rs_source *source, rs_str release_type); /* mapped, or source->skill */

/* ---- raw records and chunks ------------------------------------------------------------------ */

/* One raw record. `content` + `extra` are what sample_id is made of; parse gets them too. */
typedef struct rs_raw {
    int64_t ordinal; /* running number within the source */
    int64_t offset; /* true byte offset of content in its member; -1 = it is not one run of bytes */
    uint32_t use;   /* index into source->files */
    uint32_t file;  /* index into that use's members */
    uint32_t n_more; /* members behind it that belong to the record as well */
    rs_str key;      /* key of a keyed record, image path for folder-like readers; may be empty */
    rs_str content;
    rs_str extra; /* ptr NULL = nothing */
    bool partial; /* cutting lost something that may belong to it: its objects are not all here */
} rs_raw;

typedef struct rs_chunk {
    rs_arena arena; /* holds the raw bytes */
    rs_raw *raws;
    size_t n, cap;
    size_t n_bytes;
    rs_count counts[RS_MAX_PASSES]; /* records that cutting itself decided (skipped placeholders,
                                       merged rows) */
    rs_finding *findings;           /* likewise; sample is always -1 */
    size_t n_findings, cap_findings;
    /* Per code: how many findings the chunk lists, and how many beyond `max_findings` it only
     * counted, so that a table of 400,000 bad rows costs no memory of its own. */
    uint64_t n_listed[RS_N_FINDINGS], max_findings; /* 0 = RS_CHUNK_FINDINGS */
    int64_t n_unlisted[RS_N_FINDINGS];
} rs_chunk;
enum { RS_CHUNK_RECORDS = 1024, RS_CHUNK_BYTES = 4 << 20, RS_CHUNK_FINDINGS = 1000 };

void rs_chunk_fini(rs_chunk *chunk);
void rs_chunk_reset(rs_chunk *chunk);
rs_raw *rs_chunk_add(rs_chunk *chunk); /* zeroed; NULL = out of memory */
/* Lists a finding about record `ordinal` (-1 = about the source), or only counts it when the chunk
 * already lists max_findings of this code. */
rsift_status rs_chunk_find(rs_chunk *chunk, rs_finding_code code, int64_t ordinal, rs_str where,
                           rsift_error *err, const char *fmt, ...) RS_PRINTF(6, 7);
/* Adds the findings and counts of `from`, as if they had been found now. */
rsift_status rs_chunk_repeat(rs_chunk *chunk, const rs_chunk *from, rsift_error *err);
/* Turns a cutter's or container's failure into a finding of the chunk, counted as one record set
 * aside; passes on what is the disk's or ours. */
rsift_status rs_chunk_broken(rs_chunk *chunk, int pass, int64_t ordinal, rsift_status status,
                             const rsift_error *why, rsift_error *err);

/* ---- the reader ------------------------------------------------------------------------------ */

enum {
    RS_HAS_TEXT = 1,
    RS_HAS_HBB = 2,
    RS_HAS_OBB = 4,
    RS_HAS_POLYGON = 8,
    RS_HAS_MASK = 16,
    RS_HAS_CLASS = 32,
    RS_HAS_PAIRS = 64
};

/* Syntaxes that a reader's files may have. */
enum { RS_TAKES_JSON = 1, RS_TAKES_XML = 2, RS_TAKES_TEXT = 4, RS_TAKES_TABLE = 8 };

typedef struct rs_param {
    const char *name;
    const char *type; /* "text", "bool", "int", "list", "texts" (with commas), "map",
                         "convention", "task", or the words that it may be: "hbb|obb" */
    const char *default_value;
    const char *help; /* one line */
} rs_param;

/* What a file of a source is for. Records stand in the files of a reader's first use. */
typedef struct rs_reader_use {
    const char *name;     /* "questions" */
    const char *patterns; /* which files of one's own data these are: patterns of the catalogue,
                             blank-separated, case ignored; '!' before one leaves its files out */
    bool required;        /* without such files there is nothing to read */
    bool instead;         /* serves in place of the use before it, which then may be absent */
    bool sidecar;         /* says something about the records (class names, split lists) and holds
                             none: any text will do */
    bool single;          /* ids are unique in one file only, so that two cannot be joined */
} rs_reader_use;

/* Where a record is, as the table `sample` keeps it. */
typedef struct rs_record_ref {
    uint32_t file; /* index into the members of the reader's first use */
    int64_t ordinal;
    int64_t offset, length; /* of content; -1 = not one run of bytes */
} rs_record_ref;

/* What probe sees of a candidate file: its logical name and first bytes. */
typedef struct rs_probe_input {
    rs_str path;
    rs_str head; /* up to 64 KiB */
    int64_t n_bytes;
} rs_probe_input;

typedef struct rs_reader {
    const char *name, *summary, *source;
    const char *reads;  /* what a file must hold, behind "reads": "lines of eight numbers ..." */
    unsigned takes;     /* RS_TAKES_* of its files; 0 = they are pictures */
    bool probe_decides; /* the layout is fixed: what `probe` scores 0 is no such file */
    bool many_records;  /* a file holds those of many pictures, and may be called by its split */
    uint32_t version;   /* raised when the same bytes give other samples; older parts are refused */
    unsigned gives;
    rs_task task; /* of one's own data, unless the parameter `task` names another */
    rs_task (*task_of)(
        const rs_source *source); /* optional: what the other parameters tell of it */
    /* optional: what a file's head tells of it; false = nothing, as an empty file */
    bool (*task_of_file)(const rs_probe_input *input, rs_task *out);
    const rs_reader_use *uses; /* .name == NULL ends; at most 4 */
    const char *const *passes; /* names of its passes, NULL-terminated, at most RS_MAX_PASSES */
    const rs_param *params;    /* .name == NULL ends */
    size_t state_size; /* zeroed before open, freed after close by the framework, also on failure */
    int (*probe)(const rs_probe_input *input); /* 0..100 from names and first bytes */
    /* Does the source leave the meaning of box numbers to be decided? NULL = never. */
    bool (*is_open)(const rs_source *source);
    /* May read files to their end (COCO's annotation index). Counts and findings of that go to
     * `first`. */
    rsift_status (*open)(void *state, const rs_source *source, rs_chunk *first, rsift_error *err);
    /* Optional: begins the open source anew, as close and open would, with what is known of its
     * files. `source` differs from that of open in `survey` and its meanings only. */
    rsift_status (*again)(void *state, const rs_source *source, rs_chunk *first, rsift_error *err);
    /* Fills chunk (reset by the framework, except the first which open may have begun): complete
     * records up to about RS_CHUNK_RECORDS or RS_CHUNK_BYTES. RSIFT_END when nothing was left
     * (chunk then holds 0 raws, but perhaps counts). */
    rsift_status (*cut)(void *state, rs_chunk *chunk, rsift_error *err);
    /* Must not change state. Appends samples with ordinal and sub set; counts every raw once. */
    rsift_status (*parse)(const void *state, const rs_chunk *chunk, rs_batch *batch,
                          rsift_error *err);
    /* Optional direct jump: fills the chunk with the one record that stands there, as cut would
     * give it, on a state that is open and was never cut. RSIFT_E_UNSUPPORTED when this record
     * cannot be jumped to. The caller proves the record by its hash and replays when it differs. */
    rsift_status (*at)(void *state, const rs_record_ref *ref, rs_chunk *chunk, rsift_error *err);
    /* Optional: the class names that a file of the first use lists beside its objects, once the
     * source is open. */
    size_t (*classes)(const void *state, size_t file, const rs_str **names);
    void (*close)(void *state);
} rs_reader;

/* For probes: the head begins with this byte (blanks and BOM skipped); holds this text. */
bool rs_probe_begins(const rs_probe_input *input, char c);
bool rs_probe_holds(const rs_probe_input *input, const char *text);

#endif
