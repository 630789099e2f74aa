/* rsift_score: predictions by a benchmark's own rule. */
#include "rsift/score.h"

#include "score/report.h"
#include "score/score.h"

rsift_status rsift_score(rsift_context *context, const rsift_score_options *o, rsift_answer *out,
                         rsift_error *err)
{
    const rs_score_options options = {.profile = o->profile,
                                      .truth = o->truth,
                                      .dataset = o->dataset,
                                      .split = o->split,
                                      .predictions = o->predictions,
                                      .compare = o->compare,
                                      .only = o->only,
                                      .judge_verdicts = o->judge_verdicts,
                                      .blind_train = o->blind_train,
                                      .meteor = o->meteor,
                                      .without_types = o->without_types,
                                      .samples = o->samples,
                                      .by = o->by,
                                      .boxes = o->boxes,
                                      .compare_boxes = o->compare_boxes,
                                      .min_pixels = o->min_pixels,
                                      .max_pixels = o->max_pixels,
                                      .seed = o->seed,
                                      .n_resamples = o->n_resamples,
                                      .no_blind = o->no_blind,
                                      .classes = o->classes,
                                      .ignore_labels = o->ignore_labels,
                                      .prediction_offset = o->prediction_offset};
    return rs_score_make(context, &options, out, err);
}

rsift_status rsift_score_profiles(rsift_context *context, rsift_answer *out, rsift_error *err)
{
    (void)context;
    return rs_score_list_profiles(out, err);
}
