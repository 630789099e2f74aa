/* What the catalogue states of datasets that are not indexed: whether they can be had and read, how
 * much of them is for training, and which cells that may serve. */
#ifndef RS_DECIDE_STATED_H
#define RS_DECIDE_STATED_H

#include "decide/offers.h"

/* Adds every dataset of the catalogue that the pool does not have yet, with the reason where a
 * training set cannot be made of it: not released, withdrawn, no link, not readable, no training
 * data. */
rsift_status rs_pool_add_stated(const rs_recommend_job *job, rs_pool *pool, rsift_error *err);
/* Offers of the candidates that are not indexed: the stated size, shared evenly among the tasks
 * that are answered in text (offers.h), and among skills where the task asks questions. Only of
 * those without a reason against them. */
rsift_status rs_pool_offer_stated(rs_pool *pool, rsift_error *err);
/* The cell of a task and skill. */
rs_cell rs_stated_cell(rs_task task, rs_str skill);

#endif
