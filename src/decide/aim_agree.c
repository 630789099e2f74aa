/* Answers against those of like pictures; see aim_agree.h. */
#include "decide/aim_agree.h"

#include "base/alloc.h"
#include "choose/agree.h"
#include "image/describe.h"

#include <math.h>

/* What is known of the turns that are compared. */
typedef struct weighing {
    rs_aim_plan *plan;
    bool *wanted; /* [n_questions]: there is more of it than is chosen */
    rs_agree_ask *asks;
    size_t n_asks, cap_asks;
    uint32_t *sample_of; /* [n_asks] */
    size_t cap_sample_of;
    rs_idmap pictures; /* hash of the bytes that stand for a picture -> row of descriptors */
    float *descriptors, *share;
    bool *known;
    double *sum; /* [n_questions]: of the weights that are known */
    int64_t *n;  /* [n_questions]: how many these are */
} weighing;

static double weight_of(float share)
{
    return (double)share > RS_AIM_AGREE_FLOOR ? (double)share : RS_AIM_AGREE_FLOOR;
}

/* Questions of samples whose cell has more than it gives: elsewhere there is no choice. */
static rsift_status find_questions(weighing *w, rsift_error *err)
{
    rs_aim_plan *p = w->plan;
    rs_aim_input in = p->in;
    rs_aim_result result;
    /* how many samples another unit buys is not known yet: then every question is looked at */
    if (p->job->limit.unit != RS_AIM_SAMPLES) in.budget = 1;
    in.n_general = in.n_general < in.budget ? in.n_general : 0;
    w->wanted = rs_arena_calloc(&p->arena, (size_t)in.n_questions + 1, sizeof *w->wanted);
    w->sum = rs_arena_calloc(&p->arena, (size_t)in.n_questions + 1, sizeof *w->sum);
    w->n = rs_arena_calloc(&p->arena, (size_t)in.n_questions + 1, sizeof *w->n);
    if (!w->wanted || !w->sum || !w->n) return rs_err_nomem(err, "the questions");
    RS_TRY(rs_aim_choose(&in, p->samples, p->n_samples, &result, err));
    for (size_t i = 0; i < p->n_samples; i++) {
        const rs_aim_sample *s = &p->samples[i];
        if (s->cell == RS_AIM_NONE || result.cells[s->cell].supply <= result.cells[s->cell].chosen)
            continue;
        for (uint32_t k = 0; k < s->n_turns; k++)
            w->wanted[in.turns[s->first_turn + k].question] = true;
    }
    rs_aim_result_fini(&result);
    return RSIFT_OK;
}

/* Which bytes stand for each picture, [pictures]: of its copies those of the least hash, so that
 * copies add nothing. Samples and what was asked are both in the order of their ids. */
static rs_id *list_bytes(const rs_aim_plan *p)
{
    size_t n = 0, asked = 0;
    for (size_t i = 0; i < p->n_samples; i++)
        if (p->samples[i].picture >= n) n = (size_t)p->samples[i].picture + 1;
    rs_id *bytes = rs_calloc(n + 1, sizeof *bytes);
    bool *set = rs_calloc(n + 1, sizeof *set);
    for (size_t i = 0; bytes && set && i < p->n_samples; i++) {
        while (!rs_id_eq(p->asked.samples[asked].id, p->ids[i])) asked++;
        const uint32_t picture = p->samples[i].picture;
        const rs_id own = p->asked.samples[asked].picture;
        if (!set[picture] || rs_id_cmp(own, bytes[picture]) < 0) bytes[picture] = own;
        set[picture] = true;
    }
    const bool ok = bytes && set;
    rs_free(set);
    if (ok) return bytes;
    rs_free(bytes);
    return NULL;
}

/* Adds the turns of sample i that ask a wanted question, with the row of its picture. */
static bool add_asks(weighing *w, size_t i, rs_id bytes)
{
    const rs_aim_sample *s = &w->plan->samples[i];
    for (uint32_t k = 0; k < s->n_turns; k++) {
        const rs_aim_turn *turn = &w->plan->in.turns[s->first_turn + k];
        if (!w->wanted[turn->question]) continue;
        const size_t row = rs_idmap_put(&w->pictures, bytes, NULL);
        if (row == RS_NPOS || !RS_VEC_RESERVE(w->asks, w->cap_asks, w->n_asks + 1) ||
            !RS_VEC_RESERVE(w->sample_of, w->cap_sample_of, w->n_asks + 1))
            return false;
        w->sample_of[w->n_asks] = (uint32_t)i;
        w->asks[w->n_asks++] = (rs_agree_ask){.question = turn->question,
                                              .answer = turn->answer,
                                              .picture = s->picture,
                                              .descriptor = (uint32_t)row,
                                              .key = s->key};
    }
    return true;
}

/* Every turn of the pool that asks a wanted question. */
static rsift_status list_asks(weighing *w, rsift_error *err)
{
    rs_id *bytes = list_bytes(w->plan);
    bool ok = bytes != NULL;
    for (size_t i = 0; ok && i < w->plan->n_samples; i++)
        ok = add_asks(w, i, bytes[w->plan->samples[i].picture]);
    rs_free(bytes);
    return ok ? RSIFT_OK : rs_err_nomem(err, "the answers of like pictures");
}

/* Numbers of the pictures; those that cannot be read have none. */
static rsift_status describe_pictures(weighing *w, rsift_error *err)
{
    rs_aim_plan *p = w->plan;
    const size_t n = w->pictures.n, width = RS_IMAGE_DESCRIPTOR;
    w->descriptors = rs_calloc(n * width + 1, sizeof *w->descriptors);
    w->known = rs_calloc(n + 1, sizeof *w->known);
    w->share = rs_calloc(w->n_asks + 1, sizeof *w->share);
    if (!w->descriptors || !w->known || !w->share)
        return rs_err_nomem(err, "what pictures look like");
    RS_TRY(
        p->job->describe(p->job->describe_ctx, w->pictures.keys, n, w->descriptors, w->known, err));
    for (size_t i = 0; i < n; i++) p->agreement.n_unread += !w->known[i];
    for (size_t i = 0; i < w->n_asks; i++)
        if (!w->known[w->asks[i].descriptor]) w->asks[i].descriptor = RS_AGREE_NO_DESCRIPTOR;
    rs_agree_scale(w->descriptors, w->known, n, width);
    const rs_agree_input in = {.asks = w->asks,
                               .n = w->n_asks,
                               .descriptors = w->descriptors,
                               .width = width,
                               .same = RS_AIM_AGREE_SAME,
                               .n_threads = p->job->n_threads,
                               .cancel = p->job->cancel};
    return rs_choose_agree(&in, w->share, err);
}

/* A sample's weight is the mean over its turns: 1 for those that nothing is known of, the mean of
 * its question for one that cannot be judged. The turns of a sample lie side by side. */
static void weigh_samples(weighing *w)
{
    rs_aim_plan *p = w->plan;
    for (size_t i = 0; i < w->n_asks; i++) {
        if (isnan(w->share[i])) continue;
        w->sum[w->asks[i].question] += weight_of(w->share[i]);
        w->n[w->asks[i].question]++;
        p->agreement.sum += (double)w->share[i];
        p->agreement.n_judged++;
    }
    for (size_t begin = 0, end; begin < w->n_asks; begin = end) {
        rs_aim_sample *s = &p->samples[w->sample_of[begin]];
        double lost = 0; /* of one for each turn */
        for (end = begin; end < w->n_asks && w->sample_of[end] == w->sample_of[begin]; end++) {
            const uint32_t q = w->asks[end].question;
            if (!isnan(w->share[end])) lost += 1 - weight_of(w->share[end]);
            else if (w->n[q]) lost += 1 - w->sum[q] / (double)w->n[q];
        }
        s->quality *= (float)(1 - lost / s->n_turns);
    }
}

rsift_status rs_aim_agree(rs_aim_plan *p, rsift_error *err)
{
    weighing w = {.plan = p};
    if (!p->job->describe || p->n_samples == 0) return RSIFT_OK;
    rsift_status status = find_questions(&w, err);
    if (status == RSIFT_OK) status = list_asks(&w, err);
    p->agreement.n_pictures = (int64_t)w.pictures.n;
    p->agreement.too_many = w.pictures.n > RS_AIM_AGREE_PICTURES;
    if (status == RSIFT_OK && w.n_asks && !p->agreement.too_many) {
        status = describe_pictures(&w, err);
        if (status == RSIFT_OK) weigh_samples(&w);
    }
    rs_idmap_fini(&w.pictures);
    rs_free(w.asks);
    rs_free(w.sample_of);
    rs_free(w.descriptors);
    rs_free(w.known);
    rs_free(w.share);
    return status;
}

void rs_aim_put_agreement(const rs_aim_plan *p, rs_json_writer *json)
{
    const rs_aim_agreement *a = &p->agreement;
    if (!p->job->describe) return;
    rs_json_field_object(json, "agreement");
    rs_json_field_i64(json, "pictures", a->n_pictures);
    rs_json_field_i64(json, "pictures_unread", a->n_unread);
    rs_json_field_bool(json, "too_many", a->too_many);
    rs_json_field_i64(json, "judged", a->n_judged);
    if (a->n_judged)
        rs_json_field_i64(json, "share_permille",
                          (int64_t)(a->sum / (double)a->n_judged * 1000 + 0.5));
    else rs_json_field_null(json, "share_permille");
    rs_json_end_object(json);
}
