/* WHAT datasets are: the records of catalog/<id>.yaml as plain structs. docs/catalogue.md explains
 * every key; this header has the same names. Absent facts are 0, -1 for counts, or ptr NULL.
 *
 * A catalogue is immutable once loaded and may be shared by threads; every text and array in it
 * lives until rs_catalog_close. */
#ifndef RS_CATALOG_CATALOG_H
#define RS_CATALOG_CATALOG_H

#include "base/arena.h"
#include "catalog/pattern.h"
#include "model/sample.h"

typedef enum rs_released {
    RS_RELEASED_NO,
    RS_RELEASED_YES,
    RS_RELEASED_PARTIAL,
    RS_RELEASED_MIRROR,
    RS_RELEASED_WITHDRAWN
} rs_released;
/* In order of what they allow; unknown is never treated as open. */
typedef enum rs_licence_class {
    RS_LICENCE_UNKNOWN,
    RS_LICENCE_OPEN,
    RS_LICENCE_RESEARCH,
    RS_LICENCE_RESTRICTED
} rs_licence_class;
typedef enum rs_redistribution {
    RS_REDISTRIBUTION_UNKNOWN,
    RS_REDISTRIBUTION_YES,
    RS_REDISTRIBUTION_NO
} rs_redistribution;
typedef enum rs_origin {
    RS_ORIGIN_UNKNOWN,
    RS_ORIGIN_HUMAN,
    RS_ORIGIN_TEMPLATE,
    RS_ORIGIN_LLM,
    RS_ORIGIN_MIXED
} rs_origin;
typedef enum rs_role { RS_ROLE_UNSET, RS_ROLE_TRAIN, RS_ROLE_EVAL } rs_role;
typedef enum rs_relation {
    RS_RELATION_SAME,
    RS_RELATION_CROP,
    RS_RELATION_SCENE,
    RS_RELATION_PAIR
} rs_relation;
/* How much of what a release holds becomes samples. */
typedef enum rs_reads { RS_READS_UNSTATED, RS_READS_NO, RS_READS_PARTLY, RS_READS_FULL } rs_reads;
/* What the description of the releases' layout rests on. */
typedef enum rs_layout_from {
    RS_LAYOUT_UNSTATED,
    RS_LAYOUT_PAPER,
    RS_LAYOUT_CODE,
    RS_LAYOUT_RECORDS
} rs_layout_from;
typedef enum rs_sureness { RS_SURE_LOW, RS_SURE_MEDIUM, RS_SURE_HIGH } rs_sureness;

const char *rs_catalog_released_name(rs_released v); /* yes no partial mirror withdrawn */
const char *rs_catalog_licence_class_name(
    rs_licence_class v);                       /* open research restricted unknown */
bool rs_catalog_is_licence_class(rs_str word); /* one of these, in lower case */
const char *rs_catalog_redistribution_name(rs_redistribution v); /* yes no unknown */
const char *rs_catalog_origin_name(rs_origin v);
const char *rs_catalog_role_name(rs_role v); /* train eval, "" when unset */
const char *rs_catalog_relation_name(rs_relation v);
const char *rs_catalog_sureness_name(rs_sureness v);
const char *rs_catalog_reads_name(rs_reads v);             /* full partly no, "" when unstated */
const char *rs_catalog_layout_from_name(rs_layout_from v); /* records code paper, "" */

typedef struct rs_texts {
    const rs_str *items;
    size_t n;
} rs_texts;

/* A word of the release -> a word of ours. */
typedef struct rs_catalog_word {
    rs_str from, to;
} rs_catalog_word;
typedef struct rs_catalog_words {
    const rs_catalog_word *items;
    size_t n;
} rs_catalog_words;

/* A reader parameter; a scalar is a list of one, a map a list of "from=to". */
typedef struct rs_catalog_param {
    rs_str key;
    rs_texts values;
} rs_catalog_param;
typedef struct rs_catalog_params {
    const rs_catalog_param *items;
    size_t n;
} rs_catalog_params;

typedef struct rs_catalog_licence_part {
    rs_str id;
    rs_licence_class class;
    rs_str note;
} rs_catalog_licence_part;
typedef struct rs_catalog_licence {
    rs_catalog_licence_part annotations, imagery;
    rs_redistribution redistribution;
    rs_str note;
} rs_catalog_licence;

typedef struct rs_catalog_split_size {
    rs_str name;
    int64_t images, samples;
} rs_catalog_split_size;
typedef struct rs_catalog_sizes {
    int64_t images, samples, bytes; /* -1 = not known */
    struct {
        const rs_catalog_split_size *items;
        size_t n;
    } splits;
} rs_catalog_sizes;

typedef struct rs_catalog_lineage {
    rs_str source, what;
    rs_relation relation;
    rs_str note;
} rs_catalog_lineage;

/* What others score on: protected by default. */
typedef struct rs_catalog_benchmark {
    rs_str name, scheme; /* scheme "official" unless stated */
    rs_texts splits, sources;
    struct {
        const rs_task *items;
        size_t n;
    } tasks;
    rs_texts metrics;
} rs_catalog_benchmark;

typedef struct rs_catalog_evidence {
    rs_str path, from;
    rs_sureness sure;
} rs_catalog_evidence;

typedef struct rs_catalog_files {
    rs_str use;
    rs_texts patterns;
} rs_catalog_files;
typedef struct rs_catalog_media {
    rs_str role_name, template;
    rs_asset_role role;
} rs_catalog_media;
typedef struct rs_catalog_images_from {
    rs_str dataset, path;
} rs_catalog_images_from;
typedef struct rs_catalog_role_of {
    rs_str split;
    rs_role role;
} rs_catalog_role_of;
typedef struct rs_catalog_count {
    rs_str split, what;
    int64_t value;
} rs_catalog_count; /* split ptr NULL = of the source */

/* One annotation reading. `each_split` is already expanded. */
typedef struct rs_catalog_source {
    rs_str name, reader;
    rs_role role; /* of the source; RS_ROLE_UNSET only with role_by_split */
    struct {
        const rs_catalog_role_of *items;
        size_t n;
    } role_by_split;
    rs_split split; /* scheme.ptr NULL = records or lists state it */
    rs_task task;
    bool has_task;
    rs_str skill;
    rs_catalog_words skill_by_type;
    struct {
        const rs_catalog_files *items;
        size_t n;
    } files;
    struct {
        const rs_catalog_media *items;
        size_t n;
    } media;
    rs_texts image_roots, image_extensions;
    struct {
        const rs_catalog_images_from *items;
        size_t n;
    } images_from;
    rs_catalog_params params;
    struct {
        const rs_catalog_count *items;
        size_t n;
    } expect;
    bool optional, truth;
} rs_catalog_source;

typedef enum rs_split_format { RS_SPLIT_LINES, RS_SPLIT_CSV, RS_SPLIT_COOP } rs_split_format;
typedef enum rs_split_key { RS_SPLIT_KEY_PATH, RS_SPLIT_KEY_NAME, RS_SPLIT_KEY_STEM } rs_split_key;
typedef struct rs_catalog_split_list {
    rs_str scheme, name,
        file; /* name ptr NULL: the file names it (coop-json); `each` is expanded */
    rs_split_format format;
    rs_split_key key;
    rs_str column; /* csv: number from 0, or a name */
} rs_catalog_split_list;

typedef struct rs_catalog_key_rule {
    rs_str match, match_path, key, fn;
    rs_relation relation;
    rs_sureness confidence;
    const rs_catalog_regex *regex;
} rs_catalog_key_rule;

typedef struct rs_catalog_release {
    rs_str id, note;
    rs_str instead_of; /* the same texts in another form: read where that release is not here */
    rs_texts images;
    struct {
        const rs_catalog_source *items;
        size_t n;
    } sources;
    struct {
        const rs_catalog_split_list *items;
        size_t n;
    } splits;
    struct {
        const rs_catalog_key_rule *items;
        size_t n;
    } keys;
} rs_catalog_release;

/* `partly` says in `why` what is not read, `no` why nothing is. */
typedef struct rs_catalog_reads {
    rs_reads how;
    rs_str why;
} rs_catalog_reads;

typedef struct rs_catalog_dataset {
    rs_str id, name, section, venue, title, paper;
    int64_t year;
    rs_catalog_reads reads;
    rs_layout_from layout_from;
    struct {
        rs_texts code, download;
    } links;
    rs_released released;
    rs_catalog_licence licence;
    struct {
        const rs_task *items;
        size_t n;
    } tasks;
    rs_texts skills, sensors, classes;
    double gsd_m[2];      /* {0, 0} = unknown */
    double image_size[2]; /* smallest and largest side in pixels */
    rs_origin origin;
    rs_catalog_sizes sizes;
    struct {
        const rs_catalog_lineage *items;
        size_t n;
    } lineage;
    struct {
        const rs_catalog_benchmark *items;
        size_t n;
    } benchmarks;
    rs_texts known_defects, notes, tips;
    struct {
        const rs_catalog_evidence *items;
        size_t n;
    } evidence;
    struct {
        const rs_catalog_release *items;
        size_t n;
    } releases;  /* none = short record */
    rs_str file; /* "catalog/rsicd.yaml", or the overlay's path */
} rs_catalog_dataset;

typedef struct rs_catalog rs_catalog;

/* The records built into the program, then every *.yaml of `overlay_dirs` in order; a later record
 * replaces an earlier one of the same id. Errors: RSIFT_E_FORMAT or RSIFT_E_LIMIT with
 * where = "file:line:column", RSIFT_E_IO for a folder that cannot be read. */
rsift_status rs_catalog_load(const char *const *overlay_dirs, size_t n_dirs, rs_catalog **out,
                             rsift_error *err);
void rs_catalog_close(rs_catalog *catalog);

/* One record from bytes, for tests, `rsift new` and fuzzing; bytes are copied. */
rsift_status rs_catalog_parse(rs_arena *arena, rs_str file, rs_str bytes, rs_catalog_dataset *out,
                              rsift_error *err);

/* The same of a file. */
rsift_status rs_catalog_parse_file(rs_arena *arena, const char *path, rs_catalog_dataset *out,
                                   rsift_error *err);

size_t rs_catalog_n(const rs_catalog *catalog);
const rs_catalog_dataset *rs_catalog_at(const rs_catalog *catalog,
                                        size_t i); /* alphabetical by id */
const rs_catalog_dataset *rs_catalog_find(const rs_catalog *catalog, rs_str id); /* NULL = none */
/* The id that differs least from a mistyped one (edit distance up to 3), or ptr NULL. */
rs_str rs_catalog_suggest(const rs_catalog *catalog, rs_str id);
const rs_catalog_release *rs_catalog_release_find(const rs_catalog_dataset *dataset, rs_str id);

/* Whether `index` can make samples of it: it has a release with a source,
 * and its record does not say `no`. */
bool rs_catalog_is_read(const rs_catalog_dataset *dataset);

/* The evidence of a fact ("sizes.images"): the longest path that begins it, else `default`. */
const rs_catalog_evidence *rs_catalog_evidence_of(const rs_catalog_dataset *dataset, rs_str path);

/* What both licences together allow: the stricter one; unknown unless both are stated. */
rs_licence_class rs_catalog_licence_of(const rs_catalog_licence *licence);

/* Role of a sample of this source in that split (ptr NULL = no split known). */
rs_role rs_catalog_role_in(const rs_catalog_source *source, rs_str split);

/* ---- lineage ---------------------------------------------------------------------------- */

typedef struct rs_catalog_key {
    rs_str key;
    rs_relation relation;
    rs_sureness confidence;
    rs_str evidence; /* the rule */
} rs_catalog_key;
enum { RS_CATALOG_MAX_KEYS = 8 };

/* Source keys of a picture by its logical path; texts in the arena. *n = how many, at most 8. */
rsift_status rs_catalog_keys_of(rs_arena *arena, const rs_catalog_release *release, rs_str path,
                                rs_catalog_key out[RS_CATALOG_MAX_KEYS], size_t *n,
                                rsift_error *err);

/* ---- pictures --------------------------------------------------------------------------- */

/* The part of a picture's logical path that is left when the folders at the head of its template
 * are left out: what stands behind an entry of image_roots. */
rs_str rs_catalog_media_rest(rs_str template, rs_str path);

/* ---- search ----------------------------------------------------------------------------- */

typedef struct rs_catalog_hit {
    const rs_catalog_dataset *dataset;
    int score;
} rs_catalog_hit;

/* Datasets that contain every word (blank-separated, ASCII case ignored) in a field (id, name,
 * tasks, skills, sensors, section, title, venue, origin, licence, lineage, year), or in the notes
 * when no record has the word in a field; best first, then id. The name of a licence class means
 * the class of both licences together, the name of a task the task.
 * hits: room for rs_catalog_n entries. Returns how many. */
size_t rs_catalog_search(const rs_catalog *catalog, rs_str words, rs_catalog_hit *hits);

/* ---- scan ------------------------------------------------------------------------------- */

typedef struct rs_catalog_candidate_source {
    const rs_catalog_source *source;
    size_t n_uses, n_uses_found; /* file uses; a source is usable when all of them are found */
    size_t n_files;
} rs_catalog_candidate_source;

typedef struct rs_catalog_candidate {
    const rs_catalog_dataset *dataset;
    const rs_catalog_release *release;
    int score;                         /* 0..100: weighted share of the release that is there */
    bool tied;                         /* another dataset matches equally well */
    bool certain;                      /* by names of files, class lists or counts of its own */
    size_t n_sources, n_sources_found; /* complete ones; optional ones count when found */
    size_t n_images;                   /* members that match the release's picture patterns */
    const rs_catalog_candidate_source
        *sources; /* [release->sources.n], in the arena of rs_catalog_scan */
} rs_catalog_candidate;

typedef struct rs_catalog_candidates {
    const rs_catalog_candidate *items; /* in the arena of rs_catalog_scan */
    size_t n;
} rs_catalog_candidates;

/* Which releases the logical paths of a tree match, best first (score, then specific before
 * general, then id); only those with a complete source or, without any, pictures whose names are
 * their own. Decides from file names inside, never from the title of a folder above. */
rsift_status rs_catalog_scan(rs_arena *arena, const rs_catalog *catalog, rs_texts paths,
                             rs_catalog_candidates *candidates, rsift_error *err);

/* Paths that a list of patterns selects. */
typedef struct rs_catalog_selection {
    size_t *members; /* indices into the paths, ascending */
    rs_str *logical; /* the tail of each that its pattern matched */
    size_t n;
} rs_catalog_selection;

/* The paths that the first matching pattern of the list matches; arrays in the arena. */
rsift_status rs_catalog_select(rs_arena *arena, rs_texts patterns, rs_texts paths,
                               rs_catalog_selection *out, rsift_error *err);

#endif
