/* recipe.yaml: which mixture will be made. docs/recipe.md explains every key; this struct has the
 * same names. Every text lives in the arena given to rs_recipe_parse. */
#ifndef RS_DECIDE_RECIPE_H
#define RS_DECIDE_RECIPE_H

#include "base/buf.h"
#include "base/hash.h"
#include "catalog/catalog.h"

/* One line of `datasets`. A sample belongs to the first entry that covers it. */
typedef struct rs_recipe_entry {
    rs_str id;
    struct {
        const rs_task *items;
        size_t n;
    } tasks;               /* none = any */
    rs_texts skills;       /* none = any; "none" = samples without one */
    rs_texts splits;       /* "train" or "scheme/train"; none = any */
    int64_t samples;       /* at most, repeats counted; -1 = no bound */
    double take[2];        /* share of the usable samples, 0 = all */
    double weight[2];      /* of the budget; 0 = by what is there */
    int64_t repeats;       /* a sample is used at most that often, 1..4 */
    uint32_t line, column; /* of the entry in the file */
} rs_recipe_entry;

typedef enum rs_recipe_licence {
    RS_RECIPE_OPEN,
    RS_RECIPE_RESEARCH,
    RS_RECIPE_ANY
} rs_recipe_licence;

/* Near-duplicate pictures (decide/near.h). */
typedef enum rs_recipe_near {
    RS_RECIPE_NEAR_DROP,  /* samples that ask and answer the same about them are left out */
    RS_RECIPE_NEAR_COUNT, /* nothing is left out; caps and budget count them as one picture */
    RS_RECIPE_NEAR_KEEP   /* nobody asks */
} rs_recipe_near;

typedef struct rs_recipe {
    rs_str name, version;
    rs_str for_format, for_model; /* the emit that the mixture is for; empty = any */
    int64_t seed;
    rs_texts split_files; /* of `rsift resplit`: splits of the scheme "resplit" */
    rs_texts protect;     /* dataset ids or benchmark names; "all" alone = every known one */
    rs_recipe_licence licence;
    int64_t budget_samples, budget_images; /* -1 = no bound; at most one is given */
    struct {
        const rs_recipe_entry *items;
        size_t n;
    } datasets;
    rs_str choices_file; /* beside the recipe: the samples that are wanted; len 0 = all */
    rs_str choices_hash; /* of that file's bytes, 32 hex digits */
    int64_t per_image, per_question; /* caps; 0 = none */
    int64_t captions_per_image;
    bool allow_eval, strict;
    bool keep_leaks[5]; /* by level: [1] image, [2] crop, [3] scene, [4] text */
    bool keep_conflicts, keep_duplicates, keep_unresolved;
    rs_recipe_near near;
    unsigned near_methods; /* bits of decide/near.h */
    double near_score;     /* least correlation of perceptual pairs; 0 = all */
    rs_texts near_keep;    /* decide/keep.h: who stays */
    int64_t format;        /* version of the recipe format: 1 */
} rs_recipe;

/* Reads a recipe.
 *   file     for messages
 *   catalog  dataset ids are not checked here: your own data may have any id
 *   errors   RSIFT_E_FORMAT with where = "file:line:column" */
rsift_status rs_recipe_parse(rs_arena *arena, rs_str file, rs_str bytes, rs_recipe *out,
                             rsift_error *err);
/* The same recipe always gives the same text, however it was written; appended. */
void rs_recipe_canonical(const rs_recipe *recipe, rs_buf *out);
const char *rs_recipe_licence_name(rs_recipe_licence licence);

/* Appends the keys that every written recipe begins with: its format, then name, seed, protect
 * (none = all) and licence of `head`. */
void rs_recipe_put_head(rs_buf *out, const rs_recipe *head);

#endif
