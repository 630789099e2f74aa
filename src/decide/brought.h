/* Numbers that somebody brings (`recommend --signals`), used by name: gates leave samples out,
 * weights change how readily a sample is drawn. What is known of a sample is only what the file
 * says: one without a value is counted, and kept or left out as asked, never taken for a 0.
 *
 * A name is a column of the file, or one that is made of columns:
 *
 *     loss-ratio   of loss and loss_blind           weighs the middle
 *     votes        of influence_* (one column per target) or of votes_*    weighs high numbers
 *     coincide     of cluster, transferability, density
 *     leverage     of leverage
 *
 * with ":high", ":low" or ":middle" behind it for another direction; choose/brought.h has the
 * formulas. Gates come first, weights are made over the samples that pass. */
#ifndef RS_DECIDE_BROUGHT_H
#define RS_DECIDE_BROUGHT_H

#include "base/hash.h"
#include "catalog/catalog.h"
#include "codec/json_writer.h"
#include "store/store.h"

typedef struct rs_brought_job {
    rs_store *store;
    const rsift_limits *limits;
    rs_str file;       /* len 0 = nothing is brought */
    rs_texts gates;    /* "clip>=0.2" */
    rs_texts weights;  /* "clip", "loss-ratio", "loss:low" */
    bool drop_missing; /* samples without a value of a gate or weight are left out */
} rs_brought_job;

typedef struct rs_brought rs_brought; /* one per thread */

/* Reads the file for n samples, whose ids differ.
 * Errors: RSIFT_E_ARG for a file of no use (no id, no row of a known sample, a name that it does
 * not have, text where numbers are wanted), and for gates and weights that cannot be read. */
rsift_status rs_brought_read(const rs_brought_job *job, const rs_id *ids, size_t n,
                             rs_brought **out, rsift_error *err);
void rs_brought_free(rs_brought *brought); /* NULL is fine */

/* Whether sample i passes the gates, and what to multiply its value with, in (0, 1]. */
bool rs_brought_passes(const rs_brought *brought, size_t i);
double rs_brought_weight(const rs_brought *brought, size_t i);

/* The object of the answer, and lines of comment for the recipe. */
void rs_brought_put_answer(const rs_brought *brought, rs_json_writer *json);
void rs_brought_put_comment(const rs_brought *brought, rs_buf *recipe);

#endif
