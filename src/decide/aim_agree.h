/* Samples whose answers like pictures do not confirm are drawn less often: quality is multiplied by
 * max(RS_AIM_AGREE_FLOOR, share of the nearest pictures that answer alike) (choose/agree.h). Which
 * samples of a form and answer are taken changes, not how many. Measured before it was built in:
 * docs/recommendation.md. */
#ifndef RS_DECIDE_AIM_AGREE_H
#define RS_DECIDE_AIM_AGREE_H

#include "decide/aim_plan.h"

#define RS_AIM_AGREE_FLOOR 0.1
/* Descriptors no farther apart than this may be of copies in other bytes: two pictures drawn at
 * random lie about 21 apart, re-encoded copies (JPEG 70 to 88) 0.4 to 3.9, those of flat pictures,
 * which no hash recognises, less than 1. Measured: docs/recommendation.md. */
#define RS_AIM_AGREE_SAME 2.0F

/* Weighs the plan's samples, once, before they are chosen. Only questions of which there is more
 * than is chosen are looked at; where they show more than RS_AIM_AGREE_PICTURES pictures nothing is
 * weighed, and the answer says so. A sample that cannot be judged gets the mean of its question.
 * Does nothing where the job brings no way to describe pictures. */
rsift_status rs_aim_agree(rs_aim_plan *plan, rsift_error *err);

/* The object "agreement" of the answer; nothing when no pictures were to be described. */
void rs_aim_put_agreement(const rs_aim_plan *plan, rs_json_writer *json);

#endif
