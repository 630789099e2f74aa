/* Shares of like pictures that answer alike; see agree.h. */
#include "choose/agree.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "run/pipeline.h"

#include <math.h>
#include <stdlib.h>

enum { ASKS_PER_ITEM = 64, LANES = 8 };

/* One ask, and where it stands in the comparison of its question. */
typedef struct entry {
    const rs_agree_ask *ask;
    uint64_t draw; /* a hash of the key: not the draw by which samples are chosen */
    size_t at;     /* in the input */
} entry;

typedef struct question_job {
    const rs_agree_input *in;
    const entry *asks; /* of one question */
    const entry *compared;
    size_t n_compared;
    float *share;
} question_job;

/* ---- descriptors ----------------------------------------------------------------------------- */

void rs_agree_scale(float *descriptors, const bool *known, size_t n, size_t width)
{
    for (size_t k = 0; k < width; k++) {
        double sum = 0, squares = 0;
        size_t n_known = 0;
        for (size_t i = 0; i < n; i++) {
            sum += known[i] ? (double)descriptors[i * width + k] : 0;
            n_known += known[i];
        }
        const double mean = n_known ? sum / (double)n_known : 0;
        for (size_t i = 0; i < n; i++) {
            const double d = known[i] ? (double)descriptors[i * width + k] - mean : 0;
            squares += d * d;
        }
        const double deviation = n_known ? sqrt(squares / (double)n_known) : 0;
        for (size_t i = 0; i < n; i++)
            descriptors[i * width + k] =
                deviation > 1e-9 ? (float)((double)descriptors[i * width + k] / deviation) : 0;
    }
}

/* Squared distance, in lanes whose order of addition is fixed. */
static float distance_of(const float *a, const float *b, size_t width)
{
    float sum[LANES] = {0}, total = 0;
    size_t i = 0;
    for (; i + LANES <= width; i += LANES)
        for (size_t k = 0; k < LANES; k++) {
            const float d = a[i + k] - b[i + k];
            sum[k] += d * d;
        }
    for (; i < width; i++) total += (a[i] - b[i]) * (a[i] - b[i]);
    for (size_t k = 0; k < LANES; k++) total += sum[k];
    return total;
}

/* ---- one question ---------------------------------------------------------------------------- */

/* Distance of the k-th compared picture from this descriptor. */
static float distance_to(const question_job *job, const float *from, size_t k)
{
    const rs_agree_input *in = job->in;
    return sqrtf(distance_of(from, &in->descriptors[job->compared[k].ask->descriptor * in->width],
                             in->width));
}

/* Removes from `far` the pictures of all but the k-th's descriptor. By the triangle inequality only
 * those can whose distance from the asking picture is nearly that of the k-th. */
static void remove_same(const question_job *job, size_t k, float *far)
{
    const rs_agree_input *in = job->in;
    const float *from = &in->descriptors[job->compared[k].ask->descriptor * in->width];
    const float at = far[k];
    for (size_t i = 0; i < job->n_compared; i++)
        if (fabsf(far[i] - at) <= in->same && distance_to(job, from, i) <= in->same)
            far[i] = INFINITY;
    far[k] = INFINITY;
}

/* Share of the nearest of other pictures that answer alike. One of all but the same descriptor as
 * the asking picture, or as one already counted, may be a copy of it and is not counted: how many
 * copies there are must not matter. Of equal distances the first in the order of the draw
 * counts. */
static float share_of(const question_job *job, const rs_agree_ask *own)
{
    const rs_agree_input *in = job->in;
    float far[RS_AGREE_COMPARED]; /* INFINITY: not counted */
    for (size_t i = 0; i < job->n_compared; i++) {
        far[i] = distance_to(job, &in->descriptors[own->descriptor * in->width], i);
        if (job->compared[i].ask->picture == own->picture || far[i] <= in->same) far[i] = INFINITY;
    }
    size_t n_same = 0;
    for (size_t n = 0; n < RS_AGREE_NEAREST; n++) {
        size_t k = 0;
        for (size_t i = 1; i < job->n_compared; i++)
            if (far[i] < far[k]) k = i;
        if (!isfinite(far[k])) return NAN;
        n_same += job->compared[k].ask->answer == own->answer;
        remove_same(job, k, far);
    }
    return (float)n_same / RS_AGREE_NEAREST;
}

static rsift_status judge_range(void *ctx, void *item, rsift_error *err)
{
    const question_job *job = ctx;
    const rs_range *range = item;
    (void)err;
    for (size_t i = range->begin; i < range->end; i++) {
        const entry *e = &job->asks[i];
        if (e->ask->descriptor != RS_AGREE_NO_DESCRIPTOR) job->share[e->at] = share_of(job, e->ask);
    }
    return RSIFT_OK;
}

static int by_draw(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->draw != y->draw) return x->draw < y->draw ? -1 : 1;
    return (x->ask->picture > y->ask->picture) - (x->ask->picture < y->ask->picture);
}

/* One entry of each picture with a descriptor, in the order of the draw, at most RS_AGREE_COMPARED.
 * `asks` are by picture, then key. 0 = the question tells nothing. */
static size_t list_compared(const entry *asks, size_t n, entry *out)
{
    size_t n_pictures = 0;
    bool differ = false;
    for (size_t i = 0; i < n; i++) {
        if (asks[i].ask->descriptor == RS_AGREE_NO_DESCRIPTOR ||
            (n_pictures && out[n_pictures - 1].ask->picture == asks[i].ask->picture))
            continue;
        out[n_pictures++] = asks[i];
        differ = differ || asks[i].ask->answer != out[0].ask->answer;
    }
    if (n_pictures < RS_AGREE_LEAST || !differ) return 0;
    qsort(out, n_pictures, sizeof *out, by_draw);
    return n_pictures < RS_AGREE_COMPARED ? n_pictures : RS_AGREE_COMPARED;
}

/* ---- all ------------------------------------------------------------------------------------- */

static int by_question_and_picture(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->ask->question != y->ask->question) return x->ask->question < y->ask->question ? -1 : 1;
    if (x->ask->picture != y->ask->picture) return x->ask->picture < y->ask->picture ? -1 : 1;
    if (x->ask->key != y->ask->key) return x->ask->key < y->ask->key ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static rsift_status judge_question(const rs_agree_input *in, const entry *asks, size_t n,
                                   entry *room, float *share, rsift_error *err)
{
    question_job job = {.in = in,
                        .asks = asks,
                        .compared = room,
                        .n_compared = list_compared(asks, n, room),
                        .share = share};
    if (!job.n_compared) return RSIFT_OK;
    const rs_pipeline pipeline = {.item_size = sizeof(rs_range),
                                  .n_threads = in->n_threads,
                                  .ctx = &job,
                                  .cancel = in->cancel,
                                  .work = judge_range};
    return rs_run_ranges(&pipeline, n, ASKS_PER_ITEM, err);
}

rsift_status rs_choose_agree(const rs_agree_input *in, float *share, rsift_error *err)
{
    entry *asks = rs_calloc(in->n + 1, sizeof *asks), *room = rs_calloc(in->n + 1, sizeof *room);
    rsift_status status = asks && room ? RSIFT_OK : rs_err_nomem(err, "answers of like pictures");
    for (size_t i = 0; status == RSIFT_OK && i < in->n; i++) {
        const uint64_t drawn[2] = {in->asks[i].key, 2};
        asks[i] = (entry){&in->asks[i], rs_hash64(drawn, sizeof drawn), i};
        share[i] = NAN;
    }
    if (status == RSIFT_OK) qsort(asks, in->n, sizeof *asks, by_question_and_picture);
    for (size_t begin = 0, end; status == RSIFT_OK && begin < in->n; begin = end) {
        for (end = begin; end < in->n && asks[end].ask->question == asks[begin].ask->question;)
            end++;
        status = judge_question(in, &asks[begin], end - begin, room, share, err);
    }
    rs_free(asks);
    rs_free(room);
    return status;
}
