/* Questions to the whole pool. The relational part of each is a .sql file next to its C; the
 * kernels that are ours (selection, allocation) are plain C over arrays. Results go into
 * rsift.duckdb in one transaction. Nothing here depends on threads or on the order in which the
 * database gives rows. */
#ifndef RS_DECIDE_DECIDE_H
#define RS_DECIDE_DECIDE_H

#include "base/buf.h"
#include "catalog/catalog.h"
#include "decide/recipe.h"
#include "model/finding.h"
#include "store/store.h"

/* Levels of an overlap, in the order of how bad they are. */
enum { RS_LEVEL_IMAGE = 1, RS_LEVEL_CROP, RS_LEVEL_SCENE, RS_LEVEL_TEXT };

/* ---- leaks ----------------------------------------------------------------------------------- */

/* What is asked of leaks: what of protected data shows in all other data, or of one set of data in
 * another. */
typedef struct rs_leak_question {
    rs_texts protect;  /* dataset ids or benchmark names; n 0 or "all" = every known one */
    rs_str between[2]; /* a dataset or a release, each with "@SPLIT" or not; ptr NULL = `protect` */
} rs_leak_question;

/* Finds samples that share pictures with protected evaluation data, or with another set of data,
 * and stores the pairs as overlaps of kind 'leak' or 'between'. Appends the JSON answer
 * (docs/cli.md, rsift.leaks/1). *n_leaks counts them, but for a benchmark's own official training
 * data. Only a method that could have seen a picture calls it clean.
 * Errors: RSIFT_E_ARG for an unknown name, with a suggestion. */
rsift_status rs_decide_leaks(rs_store *store, const rs_catalog *catalog,
                             const rs_leak_question *question, rs_buf *json, int64_t *n_leaks,
                             rsift_error *err);
/* The same answer over every known benchmark, nothing stored: also on a store that only reads. */
rsift_status rs_decide_leak_table(rs_store *store, const rs_catalog *catalog, rs_buf *json,
                                  rsift_error *err);

/* A protected sample beside a mixture: whether any picture of it is known to be shared with what
 * the mixture keeps, and which methods looked at all of its pictures. `undecided` (else ptr NULL):
 * all hashes were compared, and why they say nothing of one of its pictures. */
typedef struct rs_unshared {
    rs_str benchmark, slug; /* slug: a word that may be a file's name */
    rs_id id;
    rs_str undecided;
    bool shared, by_bytes, by_lineage, by_perceptual, by_pixels, by_crop;
} rs_unshared;
/* Calls back with every protected sample that has pictures, by benchmark and id. Works on a store
 * that only reads. */
typedef rsift_status rs_unshared_fn(void *ctx, const rs_unshared *sample, rsift_error *err);
rsift_status rs_decide_unshared(rs_store *store, const rs_catalog *catalog, rs_str mixture_id,
                                rs_unshared_fn *fn, void *ctx, rsift_error *err);

/* ---- audit (duplicates: decide/duplicates.h) ------------------------------------------------- */

typedef struct rs_audit_job {
    rs_store *store; /* which is only read */
    const rs_catalog *catalog;
    rs_texts datasets; /* n 0 = all */
    rs_severity level; /* findings at or above it are counted */
    size_t n_threads;  /* 0 = one per core */
} rs_audit_job;
rsift_status rs_decide_audit(const rs_audit_job *job, rs_buf *json, int64_t *n_findings,
                             rsift_error *err);

/* ---- mix ------------------------------------------------------------------------------------- */

/* What came of a mix. */
typedef struct rs_mix_result {
    char mixture_id[RS_ID_TEXT];
    int64_t n_kept; /* samples */
} rs_mix_result;

typedef struct rs_mix_job {
    rs_store *store;  /* RS_STORE_DECIDE */
    rs_store *reader; /* RS_STORE_READ on the same workspace, opened after `store` */
    const rs_catalog *catalog;
    const rs_recipe *recipe;
    uint32_t max_images; /* that a record of the recipe's format may have; 0 = any number */
    double max_aspect;   /* of pictures that the recipe's model takes; 0 = any */
    bool needs_pixels;   /* its model's boxes hold for one min and max of pixels, told to emit */
    bool crops_square;   /* its trainer shows the middle square where the model's boxes need all */
    rs_str file;         /* the recipe, for messages */
    rs_str choices;      /* path of its file of choices, whose hash was compared; len 0 = none */
    rs_str recipe_text;  /* as written, kept with the mixture */
    rs_str made_at;
    int64_t group;         /* samples joined at a time, at least; 0 = 2^20 */
    rs_mix_result *result; /* NULL = not wanted */
} rs_mix_job;

/* Decides every candidate of the recipe's datasets: one ledger row each. Appends the JSON answer
 * (rsift.mix/1). The same recipe over the same workspace gives the same mixture_id and ledger.
 * In: what rs_protect_make made of the recipe's `protect` in `store`. */
rsift_status rs_decide_mix(const rs_mix_job *job, rs_buf *json, rsift_error *err);

/* ---- recommend ------------------------------------------------------------------------------- */

typedef struct rs_recommend_job {
    rs_store *store; /* indexed data; NULL = from the catalogue alone */
    const rs_catalog *catalog;
    rs_texts goals; /* tasks, skills, benchmark names, dataset ids; none = everything alike */
    const double *goal_shares; /* [goals.n], above 0; NULL = alike */
    rs_texts protect;          /* n 0 = all */
    rs_recipe_licence licence;
    int64_t budget;                          /* above 0 */
    bool budget_in_images, budget_in_tokens; /* neither: samples */
    int64_t max_bytes;   /* of all downloads together; -1 = any. Then a dataset whose size nobody
                          * knows is left out */
    size_t max_datasets; /* to download; 0 = any number */
    double gsd_m[2];     /* {0, 0} = any */
    rs_texts sensors;
    int64_t seed;
    rs_str recipe_name;
} rs_recommend_job;

/* Appends the JSON answer (docs/cli.md, rsift.recommend/1) and the recipe. *n_unserved counts goals
 * that nothing serves. Errors: RSIFT_E_ARG for an unknown goal, with a suggestion. */
rsift_status rs_decide_recommend(const rs_recommend_job *job, rs_buf *json, rs_buf *recipe,
                                 int64_t *n_unserved, rsift_error *err);

/* Makes the temporary table parted_list(sample_id, dataset, locator, code) of this connection:
 * samples of whose picture another record lists other objects, and those of one's own
 * splits in which no picture has any, and of one's own sources whose boxes are no pixels of their
 * pictures. `code` is the finding that says so. */
rsift_status rs_decide_parted_lists(rs_store *store, rsift_error *err);

#endif
