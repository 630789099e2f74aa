/* Which of several pictures, or samples about them, stays: criteria in the order in which they
 * are asked. The id decides what they leave open, so that the answer never depends on the order
 * of rows. */
#ifndef RS_DECIDE_KEEP_H
#define RS_DECIDE_KEEP_H

#include "base/buf.h"
#include "catalog/catalog.h"

/* "protected": evaluation data before the rest. "origin": human, mixed, template, LLM-written,
 * unknown. "size": the most pixels. "licence": open, research, unknown, restricted. A criterion
 * that is not named is not asked; none named = all four in this order. */
#define RS_KEEP_WORDS "protected, origin, size, licence"

/* Appends "open_, origin, area DESC, licence, " for ORDER BY over columns of these names.
 * RSIFT_E_ARG for another word, and for one that stands twice. */
rsift_status rs_keep_put_order(rs_texts keep, rs_buf *sql, rsift_error *err);

#endif
