/* Checks of the options of a scoring run before any file is opened: the profile's name, options
 * that the family has no use for, and the family's own check.
 *
 * An option that would change nothing is an error and not a warning: the number would look like
 * the answer to another question. Files are not read here; what they lack is found by read.c and
 * prepare.c. */
#include "score/check.h"

#include "score/family.h"
#include "score/samples.h"

#include <stdio.h>

static rsift_status unknown_profile(rs_str name, rsift_error *err)
{
    const char *near[6];
    char quoted[RS_QUOTE_SIZE], hint[160] = "";
    const size_t n = rs_metrics_profile_suggest(name, near, 6);
    /* "; did you mean a, b?" */
    for (size_t i = 0, at = 0; i < n && at < sizeof hint; i++)
        at += (size_t)snprintf(hint + at, sizeof hint - at, "%s%s", i ? ", " : "; did you mean ",
                               near[i]);
    return rs_err_set(err, RSIFT_E_ARG, "no profile \"%s\"%s%s (rsift score --list names all)",
                      rs_err_quote(quoted, name), hint, n ? "?" : "");
}

/* Refuses options that the family does not use. */
static rsift_status check_use(const rs_score_options *o, const rs_profile *p,
                              const rs_score_family *family, rsift_error *err)
{
    const struct {
        const char *option;
        bool given;
        unsigned use;
    } uses[] = {{"--samples", o->samples, RS_SCORE_USES_SAMPLES},
                {"--by", o->by, RS_SCORE_USES_BY},
                {"--without-types", o->without_types, RS_SCORE_USES_TYPES},
                {"--judge-verdicts", o->judge_verdicts, RS_SCORE_USES_VERDICTS},
                {"--meteor", o->meteor, RS_SCORE_USES_METEOR},
                {"--blind-train", o->blind_train, RS_SCORE_USES_TRAIN},
                {"--classes", o->classes, RS_SCORE_USES_LABELS},
                {"--ignore-label", o->ignore_labels, RS_SCORE_USES_LABELS},
                {"--prediction-offset", o->prediction_offset, RS_SCORE_USES_LABELS},
                {"--join", o->join, RS_SCORE_USES_TYPES},
                {"--strip-thinking", o->strip_thinking, RS_SCORE_USES_TEXT}};
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        if (uses[i].given && !(uses[i].use & family->options))
            return rs_err_set(err, RSIFT_E_UNSUPPORTED, "%s %stakes no %s: it would change nothing",
                              p->name, family->shown_as ? family->shown_as : "", uses[i].option);
    if (o->strip_thinking && rs_metrics_profile_is_ours(p))
        return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                          "%s takes reasoning off by itself: --strip-thinking would change nothing",
                          p->name);
    /* Only profiles with a convention of their own can have boxes restated in it. */
    const bool boxes = o->boxes || o->compare_boxes || o->min_pixels > 0 || o->max_pixels > 0;
    if (boxes && !p->frame)
        return rs_err_set(
            err, RSIFT_E_UNSUPPORTED,
            "%s restates no boxes: --boxes, --min-pixels and --max-pixels would change nothing",
            p->name);
    return RSIFT_OK;
}

rsift_status rs_score_check(const rs_score_options *o, const rs_profile **profile,
                            const rs_score_family **family, rsift_error *err)
{
    if (!o->profile || !o->predictions)
        return rs_err_set(err, RSIFT_E_ARG, "score wants a profile and --predictions FILE");
    const rs_profile *p = *profile = rs_metrics_profile(rs_str_of(o->profile));
    if (!p) return unknown_profile(rs_str_of(o->profile), err);
    const rs_score_family *f = *family = rs_score_family_of(p, o);
    RS_TRY(check_use(o, p, f, err));
    /* Options that exclude or need each other. */
    if (o->join && strcmp(o->join, "ids") != 0 && strcmp(o->join, "position") != 0)
        return rs_err_set(err, RSIFT_E_ARG, "--join is ids or position");
    if (o->join && !o->truth && !o->dataset)
        return rs_err_set(err, RSIFT_E_ARG, "--join is of --truth and --predictions, two files");
    if (o->truth && o->dataset)
        return rs_err_set(err, RSIFT_E_ARG, "--truth and --dataset are two truths; give one");
    if (o->n_resamples > 1000000)
        return rs_err_set(err, RSIFT_E_ARG, "more than a million resamples");
    if (o->blind_train && o->no_blind)
        return rs_err_set(err, RSIFT_E_ARG, "--blind-train and --no-blind exclude each other");
    /* The verdicts cannot be told apart by model. */
    if (o->judge_verdicts && o->compare)
        return rs_err_set(
            err, RSIFT_E_UNSUPPORTED,
            "--judge-verdicts are of one model's answers: score the two apart, without --compare");
    if (o->compare_boxes && !o->compare)
        return rs_err_set(err, RSIFT_E_ARG, "--compare-boxes is of the predictions of --compare");
    if (o->split && !o->dataset) return rs_err_set(err, RSIFT_E_ARG, "--split is of a --dataset");
    if (o->dataset && f->no_dataset)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "%s %s", p->name, f->no_dataset);
    if (f->check) RS_TRY(f->check(o, p, err)); /* what depends on the profile */
    return o->samples ? rs_score_check_samples(o, err) : RSIFT_OK;
}
