/* What is told of each goal: what serves it, what it got, and what is in its way. */
#ifndef RS_DECIDE_AIM_GOALS_H
#define RS_DECIDE_AIM_GOALS_H

#include "codec/json_writer.h"
#include "decide/aim_plan.h"

/* What is known of a part once samples are chosen. */
typedef struct rs_aim_form {
    int64_t n_examples, members, copies, pictures;
    int64_t chosen, different; /* aimed: uses, and the samples that they are of */
    int64_t repeats;           /* the most uses of one of them */
    double wanted;             /* its share of the budget, were everything there */
    double covered;
    int64_t also; /* samples that count in another form and ask for this one too */
} rs_aim_form;

/* "no", "few" (fewer than 50 pictures) or "yes". */
const char *rs_aim_served(int64_t n_pictures);

/* The field "goals". *n_unserved: goals in words, and forms of examples, that few pictures or none
 * serve. */
rsift_status rs_aim_put_goals(const rs_aim_plan *p, const rs_aim_form *forms, rs_json_writer *json,
                              int64_t *n_unserved, rsift_error *err);

const rs_candidate *rs_aim_candidate(const rs_aim_plan *p, rs_str dataset); /* NULL = none */

#endif
