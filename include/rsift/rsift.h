/* The public interface of rsift: everything that the command can do.
 *
 * Most calls answer with one JSON document (rsift_answer), whose first field is
 * "schema": "rsift.<verb>/1"; docs/cli.md lists the shapes. Tables come as an Arrow C stream
 * (rsift_query_arrow). Option structs begin with their own size: start from RSIFT_OPTIONS(type).
 * Strings are NUL-terminated UTF-8; NULL means "not given". Errors: a status and a caller-owned
 * rsift_error (may be NULL). A context may be used by one thread at a time; several contexts may
 * work side by side. */
#ifndef RSIFT_RSIFT_H
#define RSIFT_RSIFT_H

#include "rsift/error.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RSIFT_VERSION "0.1.0"
RSIFT_API const char *rsift_version(void);

#define RSIFT_OPTIONS(type) ((type){.size = sizeof(type)})

/* ---- context ------------------------------------------------------------------------------- */

typedef struct rsift_context rsift_context;

/* Called at most every 100 ms from any thread; `final` for the last line of a piece of work. */
typedef void rsift_progress_fn(void *user, const char *line, int final);

typedef struct rsift_context_options {
    size_t size;
    const char *workspace;       /* folder; NULL = no workspace needed */
    const char *const *catalogs; /* folders that overlay the built-in catalogue */
    size_t n_catalogs;
    int threads;                 /* 0 = one per core */
    int memory_mb;               /* for the decision engine; 0 = 1024 */
    const rsift_limits *limits;  /* NULL = defaults */
    rsift_progress_fn *progress; /* NULL = silent */
    void *progress_user;
} rsift_context_options;

RSIFT_API rsift_status rsift_context_new(const rsift_context_options *options, rsift_context **out,
                                         rsift_error *err);
RSIFT_API void rsift_context_free(rsift_context *context);
/* Asks running work to stop soon (RSIFT_E_CANCELLED). Any thread, also a signal handler. */
RSIFT_API void rsift_cancel(rsift_context *context);

/* One JSON document; free with rsift_answer_free. NUL-terminated (not counted in len). */
typedef struct rsift_answer {
    char *json;
    size_t len;
    int n_findings; /* findings at or above the asked level: exit code 1 of the command */
} rsift_answer;
RSIFT_API void rsift_answer_free(rsift_answer *answer);

/* ---- the catalogue --------------------------------------------------------------------------- */

RSIFT_API rsift_status rsift_list(rsift_context *context, rsift_answer *out, rsift_error *err);
RSIFT_API rsift_status rsift_show(rsift_context *context, const char *id, rsift_answer *out,
                                  rsift_error *err);
RSIFT_API rsift_status rsift_search(rsift_context *context, const char *words, rsift_answer *out,
                                    rsift_error *err);
/* Readers, formats, models and conventions that this build knows (the README's table). */
RSIFT_API rsift_status rsift_capabilities(rsift_context *context, rsift_answer *out,
                                          rsift_error *err);
/* Which datasets and releases lie under the paths, how sure, what is missing. */
RSIFT_API rsift_status rsift_scan(rsift_context *context, const char *const *paths, size_t n_paths,
                                  rsift_answer *out, rsift_error *err);
/* Drafts a catalogue record (YAML in the answer's "yaml") for what lies at `path`. */
RSIFT_API rsift_status rsift_new(rsift_context *context, const char *id, const char *path,
                                 rsift_answer *out, rsift_error *err);

/* ---- index ----------------------------------------------------------------------------------- */

typedef struct rsift_index_options {
    size_t size;
    const char *path;
    const char *dataset; /* id in the catalogue; NULL = found by rsift_scan's rules, or own data */
    const char *release; /* release id within the dataset; NULL = the one that fits */
    /* your own data */
    const char *reader;        /* "llava", "coco", ... */
    const char *name;          /* dataset id to give it */
    const char *images;        /* folder or archive with its pictures */
    const char *licence;       /* SPDX id or open|research|restricted|unknown */
    const char *role;          /* train (default) or eval */
    const char *split;         /* name of its split */
    const char *const *params; /* "key=value" for the reader */
    size_t n_params;
    int unit, n_units; /* --unit i/N, 1-based; 0, 0 = everything */
    bool no_text;      /* leave the text of turns out of the workspace */
    bool no_hash;      /* leave the content hash of pictures out (header only) */
} rsift_index_options;
RSIFT_API rsift_status rsift_index(rsift_context *context, const rsift_index_options *options,
                                   rsift_answer *out, rsift_error *err);
/* Resolves pictures of `dataset` in a folder, an archive or another indexed dataset. */
RSIFT_API rsift_status rsift_link(rsift_context *context, const char *dataset, const char *images,
                                  rsift_answer *out, rsift_error *err);
/* One sample as understood, and its bytes at the source. `id`: 32 hex digits, with or without '-'.
 */
RSIFT_API rsift_status rsift_sample(rsift_context *context, const char *id, rsift_answer *out,
                                    rsift_error *err);

/* ---- asking the workspace -------------------------------------------------------------------- */

/* A bare JSON array of objects. */
RSIFT_API rsift_status rsift_query(rsift_context *context, const char *sql, rsift_answer *out,
                                   rsift_error *err);
struct ArrowArrayStream;
RSIFT_API rsift_status rsift_query_arrow(rsift_context *context, const char *sql,
                                         struct ArrowArrayStream *stream, rsift_error *err);

/* level: "note", "warning" (default) or "serious": what counts for n_findings. datasets NULL = all.
 */
RSIFT_API rsift_status rsift_audit(rsift_context *context, const char *const *datasets,
                                   size_t n_datasets, const char *level, rsift_answer *out,
                                   rsift_error *err);
RSIFT_API rsift_status rsift_duplicates(rsift_context *context, const char *const *datasets,
                                        size_t n_datasets, rsift_answer *out, rsift_error *err);
/* protect: benchmark or dataset ids; n_protect 0 = every known eval split. */
RSIFT_API rsift_status rsift_leaks(rsift_context *context, const char *const *protect,
                                   size_t n_protect, rsift_answer *out, rsift_error *err);

/* ---- recommend, mix, emit -------------------------------------------------------------------- */

typedef struct rsift_recommend_options {
    size_t size;
    const char *const *goals; /* tasks, skills or benchmark names */
    size_t n_goals;
    const char *const *protect; /* NULL = every known eval split */
    size_t n_protect;
    const char *licence; /* open | research (default) | any */
    int64_t budget;      /* samples, or pictures when budget_in_images */
    bool budget_in_images;
    double gsd_min_m, gsd_max_m; /* 0, 0 = any */
    const char *const *sensors;
    size_t n_sensors;
    uint64_t seed;
    const char *recipe;  /* file to write, NULL = none */
    bool catalogue_only; /* what to download, even if a workspace exists */
} rsift_recommend_options;
RSIFT_API rsift_status rsift_recommend(rsift_context *context,
                                       const rsift_recommend_options *options, rsift_answer *out,
                                       rsift_error *err);

RSIFT_API rsift_status rsift_mix(rsift_context *context, const char *recipe, rsift_answer *out,
                                 rsift_error *err);

typedef struct rsift_emit_options {
    size_t size;
    const char *mixture;    /* mixture id or name; NULL = the newest */
    const char *format;     /* llava, ms-swift, llama-factory, qwen, internvl */
    const char *model;      /* llava-1.5, qwen2.5-vl, qwen3-vl, internvl */
    const char *out;        /* folder */
    const char *images;     /* auto | link | copy | path */
    const char *image_root; /* prefix written before picture paths; NULL = "images" of the output */
    double min_pixels, max_pixels; /* demanded by qwen2.5-vl */
    const char *eval;              /* dataset id: write its questions as prompts instead */
    const char *split;
    uint64_t seed;
} rsift_emit_options;
RSIFT_API rsift_status rsift_emit(rsift_context *context, const rsift_emit_options *options,
                                  rsift_answer *out, rsift_error *err);

#ifdef __cplusplus
}
#endif
#endif
