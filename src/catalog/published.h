/* Published scores and what was trained on for them: catalog/evidence.csv, one row per model,
 * benchmark and metric (docs/evidence.md). Evidence for a choice of training data, no facts of
 * datasets; those, with evidence of their own, are catalog.h. */
#ifndef RS_CATALOG_PUBLISHED_H
#define RS_CATALOG_PUBLISHED_H

#include "catalog/catalog.h"

/* How far `datasets` names the remote-sensing data that the model was trained on. */
typedef enum rs_trained_known {
    RS_TRAINED_UNKNOWN, /* not at all */
    RS_TRAINED_SOME,    /* there was more */
    RS_TRAINED_ALL,     /* as far as the catalogue knows the sets */
    RS_TRAINED_NONE     /* on none */
} rs_trained_known;
const char *rs_published_known_name(rs_trained_known v); /* unknown some all none */

typedef struct rs_published {
    rs_str model, paper, trained_on;
    rs_trained_known trained_known;
    rs_texts datasets;                   /* ids of the catalogue, in alphabetical order */
    rs_str benchmark;                    /* as the source calls it */
    rs_str dataset, catalogue_benchmark; /* of the catalogue; empty: not in it */
    rs_str metric, score;                /* score as published */
    double value;                        /* the score where it is a number */
    bool has_value;
    rs_str conditions, source;
    rs_sureness sure;
} rs_published;

/* The rows that the program carries, in their order. Texts and array live in the arena. */
rsift_status rs_published_load(rs_arena *arena, const rs_published **rows, size_t *n,
                               rsift_error *err);
/* Rows of any bytes in that form, for tests and fuzzing. Errors: RSIFT_E_FORMAT with file and line
 * for another header, a missing field, a word or a number that is none. */
rsift_status rs_published_parse(rs_arena *arena, rs_str file, rs_str bytes,
                                const rs_published **rows, size_t *n, rsift_error *err);

/* Whether `word` names what the row was scored on: the benchmark as published or of the catalogue,
 * or the benchmark's dataset; ASCII case ignored. */
bool rs_published_is_of(const rs_published *row, rs_str word);

#endif
