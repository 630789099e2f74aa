/* Sources that ask and answer as targets do; see own_kind.h. */
#include "proxy/own_kind.h"

#include "base/alloc.h"
#include "choose/aim_similar.h"

static const double OWN_SHARE = 0.25; /* of a source's examples that are the target's kind */

/* The questions of the targets as examples of parts, for rs_aim_match_questions. */
static rs_aim_example *list_target_turns(const rs_proxy_own *g, rs_map64 *vocabulary, size_t *n)
{
    const rs_asked *asked = g->asked;
    const size_t most = asked->n_turns + 1;
    rs_aim_example *list = rs_calloc(most, sizeof *list);
    bool ok = list != NULL;
    *n = 0;
    for (size_t t = 0; t < g->n_targets; t++)
        for (size_t i = g->first_sample[t]; ok && i < g->first_sample[t + 1]; i++) {
            const rs_asked_sample *s = &asked->samples[i];
            for (uint32_t k = 0; ok && k < s->n_turns; k++) {
                const rs_aim_turn *turn = &asked->turns[s->first_turn + k];
                bool made;
                list[(*n)++] = (rs_aim_example){.part = (uint32_t)t,
                                                .question = turn->question +
                                                            (uint32_t)(s->id.lo % turn->n_wordings),
                                                .answer = turn->answer};
                ok = rs_map64_put(vocabulary, (uint64_t)t << 32 | turn->answer, 1, &made) != NULL;
            }
        }
    if (ok) return list;
    rs_free(list);
    return NULL;
}

/* Does the sample ask like the target and answer with one of its answers, in its first turn? */
static bool is_like_target(const rs_proxy_own *g, const rs_aim_matches *matches,
                           const rs_map64 *vocabulary, const rs_asked_sample *s, uint32_t target)
{
    const rs_aim_turn *turn = &g->asked->turns[s->first_turn];
    const uint32_t q = turn->question + (uint32_t)(s->id.lo % turn->n_wordings);
    if (!rs_map64_get(vocabulary, (uint64_t)target << 32 | turn->answer)) return false;
    for (size_t m = matches->first[q]; m < matches->first[q + 1]; m++)
        if (matches->at[m].part == target && matches->at[m].sim >= (float)RS_AIM_MEMBER)
            return true;
    return false;
}

/* A source is of a target's own kind when a quarter of its samples is like the target's. */
static bool mark_own(const rs_proxy_own *g, const rs_aim_matches *matches,
                     const rs_map64 *vocabulary)
{
    const size_t n = g->n_sources;
    size_t *like = rs_calloc(n * g->n_targets + 1, sizeof *like), *all = rs_calloc(n, sizeof *all);
    const bool ok = like && all;
    for (size_t i = 0; ok && i < g->n_kept; i++) {
        const rs_asked_sample *s = &g->asked->samples[g->kept[i].sample];
        all[g->kept[i].source]++;
        for (uint32_t t = 0; t < g->n_targets; t++)
            like[t * n + g->kept[i].source] += is_like_target(g, matches, vocabulary, s, t);
    }
    for (size_t t = 0; ok && t < g->n_targets; t++)
        for (size_t s = 0; s < n; s++)
            g->own[t * n + s] = (double)like[t * n + s] >= OWN_SHARE * (double)all[s];
    rs_free(like);
    rs_free(all);
    return ok;
}

rsift_status rs_proxy_find_own(const rs_proxy_own *g, rsift_error *err)
{
    const rs_asked *asked = g->asked;
    double shares[RS_PROXY_MOST_TARGETS];
    rs_map64 vocabulary = {0};
    rs_aim_matches matches = {0};
    size_t n = 0;
    rs_aim_example *list = list_target_turns(g, &vocabulary, &n);
    for (size_t t = 0; t < RS_PROXY_MOST_TARGETS; t++) shares[t] = 1;
    const rs_aim_input in = {.questions = asked->question_words,
                             .n_questions = (uint32_t)asked->questions.n,
                             .n_words = (uint32_t)asked->words.n,
                             .word_hash = asked->word_hash,
                             .answer_hash = asked->answer_hash,
                             .examples = list,
                             .n_examples = n,
                             .shares = shares,
                             .n_parts = (uint32_t)g->n_targets,
                             .turns = asked->turns,
                             .n_turns = asked->n_turns,
                             .n_answers = (uint32_t)asked->answers.n,
                             .n_sources = (uint32_t)asked->datasets.n};
    rsift_status status =
        list ? rs_aim_match_questions(&in, &matches, err) : rs_err_nomem(err, "the targets");
    if (status == RSIFT_OK && !mark_own(g, &matches, &vocabulary))
        status = rs_err_nomem(err, "the targets");
    rs_aim_matches_fini(&matches);
    rs_map64_fini(&vocabulary);
    rs_free(list);
    return status;
}
