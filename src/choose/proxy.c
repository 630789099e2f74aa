/* Softmax regression on words x picture numbers; see proxy.h. */
#include "choose/proxy.h"

#include "base/alloc.h"
#include "base/rng.h"

#include <math.h>
#include <string.h>

enum {
    N_ROWS = (RS_PROXY_BUCKETS + 1) * (RS_PROXY_NUMBERS + 1), /* features */
    N_STEPS = 40,                                             /* of the subspace iteration */
};

static const float RATE = 0.5f;

typedef struct model {
    const rs_proxy_data *data;
    uint32_t local[RS_PROXY_MOST_ANSWERS]; /* number of an answer among those of the mixture */
    uint32_t global[RS_PROXY_MOST_ANSWERS];
    size_t n_answers;
    float *weights; /* [N_ROWS * n_answers] */
    float *sums;    /* [N_ROWS]: squared steps so far */
    float *scores;  /* [n_answers] */
    uint32_t *order;
} model;

/* The features of one example: rows of the weights and their values. */
typedef struct feature_rows {
    size_t n;
    uint32_t row[(RS_PROXY_MOST_WORDS + 1) * (RS_PROXY_NUMBERS + 1)];
    float value[(RS_PROXY_MOST_WORDS + 1) * (RS_PROXY_NUMBERS + 1)];
} feature_rows;

static void find_rows(const rs_proxy_data *data, const rs_proxy_example *e, feature_rows *out)
{
    const rs_proxy_question *q = &data->questions[e->question];
    const float *picture = &data->pictures[(size_t)e->picture * RS_PROXY_NUMBERS];
    const float of_word = q->n ? 1 / sqrtf((float)q->n) : 0;
    out->n = 0;
    for (size_t w = 0; w <= q->n; w++) {
        const uint32_t first =
            (w < q->n ? q->bucket[w] : (uint32_t)RS_PROXY_BUCKETS) * (RS_PROXY_NUMBERS + 1);
        const float scale = w < q->n ? of_word : 1;
        for (uint32_t k = 0; k <= RS_PROXY_NUMBERS; k++) {
            out->row[out->n] = first + k;
            out->value[out->n++] = scale * (k < RS_PROXY_NUMBERS ? picture[k] : 1);
        }
    }
}

/* scores = sum over rows of value * weights. */
static void find_scores(const model *m, const feature_rows *rows)
{
    const size_t n = m->n_answers;
    float *restrict scores = m->scores;
    memset(scores, 0, n * sizeof *scores);
    for (size_t r = 0; r < rows->n; r++) {
        const float *restrict w = &m->weights[rows->row[r] * n];
        const float v = rows->value[r];
        for (size_t a = 0; a < n; a++) scores[a] += v * w[a];
    }
}

/* Scores into probabilities minus the truth: the gradient of -ln p(truth). Its squared length. */
static float find_gradient(const model *m, uint32_t truth)
{
    float most = m->scores[0], sum = 0, square = 0;
    for (size_t a = 1; a < m->n_answers; a++) most = fmaxf(most, m->scores[a]);
    for (size_t a = 0; a < m->n_answers; a++) sum += m->scores[a] = expf(m->scores[a] - most);
    for (size_t a = 0; a < m->n_answers; a++) m->scores[a] /= sum;
    m->scores[truth] -= 1;
    for (size_t a = 0; a < m->n_answers; a++) square += m->scores[a] * m->scores[a];
    return square;
}

static void step_weights(model *m, const feature_rows *rows, float square)
{
    const size_t n = m->n_answers;
    const float *restrict gradient = m->scores;
    for (size_t r = 0; r < rows->n; r++) {
        const float v = rows->value[r];
        float *sum = &m->sums[rows->row[r]];
        *sum += v * v * square;
        if (*sum <= 0) continue;
        const float step = RATE * v / sqrtf(*sum);
        float *restrict w = &m->weights[rows->row[r] * n];
        for (size_t a = 0; a < n; a++) w[a] -= step * gradient[a];
    }
}

/* Numbers the answers that the mixture gives, and its examples that can be learned. */
static size_t list_examples(model *m, const uint32_t *train, size_t n)
{
    bool given[RS_PROXY_MOST_ANSWERS] = {false};
    size_t n_kept = 0;
    for (size_t i = 0; i < n; i++) {
        const uint32_t answer = m->data->examples[train[i]].answer;
        if (answer >= RS_PROXY_MOST_ANSWERS) continue;
        given[answer] = true;
        m->order[n_kept++] = train[i];
    }
    for (uint32_t a = 0; a < RS_PROXY_MOST_ANSWERS; a++) {
        if (!given[a]) continue;
        m->local[a] = (uint32_t)m->n_answers;
        m->global[m->n_answers++] = a;
    }
    return n_kept;
}

static void train_model(model *m, size_t n)
{
    feature_rows rows;
    for (uint64_t epoch = 0; epoch < RS_PROXY_EPOCHS; epoch++) {
        rs_rng rng = rs_rng_of(m->data->seed, (rs_id){epoch, n});
        for (size_t i = n; i > 1; i--) {
            const size_t k = (size_t)rs_rng_below(&rng, i);
            const uint32_t other = m->order[i - 1];
            m->order[i - 1] = m->order[k];
            m->order[k] = other;
        }
        for (size_t i = 0; i < n; i++) {
            const rs_proxy_example *e = &m->data->examples[m->order[i]];
            find_rows(m->data, e, &rows);
            find_scores(m, &rows);
            step_weights(m, &rows, find_gradient(m, m->local[e->answer]));
        }
    }
}

/* The share of a target's tests that are answered right. */
static double test_model(const model *m, size_t target)
{
    const size_t begin = m->data->first_test[target], end = m->data->first_test[target + 1];
    size_t n_right = 0;
    feature_rows rows;
    for (size_t i = begin; i < end && m->n_answers; i++) {
        size_t best = 0;
        find_rows(m->data, &m->data->tests[i], &rows);
        find_scores(m, &rows);
        for (size_t a = 1; a < m->n_answers; a++)
            if (m->scores[a] > m->scores[best]) best = a;
        n_right += m->global[best] == m->data->tests[i].answer;
    }
    return end > begin ? (double)n_right / (double)(end - begin) : 0;
}

rsift_status rs_choose_proxy(const rs_proxy_data *data, const uint32_t *train, size_t n,
                             double *accuracy, rsift_error *err)
{
    model m = {.data = data, .order = rs_calloc(n + 1, sizeof *m.order)};
    const size_t n_kept = m.order ? list_examples(&m, train, n) : 0;
    m.weights = rs_calloc(N_ROWS * m.n_answers + 1, sizeof *m.weights);
    m.sums = rs_calloc(N_ROWS, sizeof *m.sums);
    m.scores = rs_calloc(m.n_answers + 1, sizeof *m.scores);
    const bool ok = m.order && m.weights && m.sums && m.scores;
    if (ok) {
        train_model(&m, n_kept);
        for (size_t t = 0; t < data->n_targets; t++) accuracy[t] = test_model(&m, t);
    }
    rs_free(m.order);
    rs_free(m.weights);
    rs_free(m.sums);
    rs_free(m.scores);
    return ok ? RSIFT_OK : rs_err_nomem(err, "a small model");
}

/* ---- descriptors ----------------------------------------------------------------------------- */

/* What shortening works on. */
typedef struct shortening {
    const float *in;
    size_t n, width, kept; /* kept: directions, at most `width` */
    double *mean, *scale;  /* [width]: 1 / deviation, 0 where nothing varies */
    double *covariance;    /* [width * width] */
    double *basis, *next;  /* [kept * width], one direction a row */
    double *row;           /* [width] */
} shortening;

static void standardise_row(const shortening *s, size_t i)
{
    for (size_t j = 0; j < s->width; j++)
        s->row[j] = ((double)s->in[i * s->width + j] - s->mean[j]) * s->scale[j];
}

static void find_covariance(shortening *s)
{
    const size_t w = s->width;
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; j < w; j++) s->mean[j] += (double)s->in[i * w + j] / (double)s->n;
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; j < w; j++) {
            const double d = (double)s->in[i * w + j] - s->mean[j];
            s->scale[j] += d * d / (double)s->n;
        }
    for (size_t j = 0; j < w; j++) s->scale[j] = s->scale[j] > 1e-12 ? 1 / sqrt(s->scale[j]) : 0;
    for (size_t i = 0; i < s->n; i++) {
        standardise_row(s, i);
        for (size_t a = 0; a < w; a++)
            for (size_t b = 0; b <= a; b++)
                s->covariance[a * w + b] += s->row[a] * s->row[b] / (double)s->n;
    }
    for (size_t a = 0; a < w; a++)
        for (size_t b = 0; b < a; b++) s->covariance[b * w + a] = s->covariance[a * w + b];
}

/* Gram and Schmidt, in order; a direction that the earlier ones hold becomes 0. */
static void make_orthonormal(double *basis, size_t n, size_t width)
{
    for (size_t a = 0; a < n; a++) {
        double *v = &basis[a * width], length = 0;
        for (size_t b = 0; b < a; b++) {
            double dot = 0;
            for (size_t j = 0; j < width; j++) dot += v[j] * basis[b * width + j];
            for (size_t j = 0; j < width; j++) v[j] -= dot * basis[b * width + j];
        }
        for (size_t j = 0; j < width; j++) length += v[j] * v[j];
        length = length > 1e-20 ? 1 / sqrt(length) : 0;
        for (size_t j = 0; j < width; j++) v[j] *= length;
    }
}

static void find_directions(shortening *s)
{
    const size_t w = s->width;
    rs_rng rng = rs_rng_of(0, (rs_id){w, s->kept});
    for (size_t i = 0; i < s->kept * w; i++) s->basis[i] = rs_rng_unit(&rng) - 0.5;
    make_orthonormal(s->basis, s->kept, w);
    for (int step = 0; step < N_STEPS; step++) {
        for (size_t a = 0; a < s->kept; a++)
            for (size_t i = 0; i < w; i++) {
                double sum = 0;
                for (size_t j = 0; j < w; j++)
                    sum += s->covariance[i * w + j] * s->basis[a * w + j];
                s->next[a * w + i] = sum;
            }
        memcpy(s->basis, s->next, s->kept * w * sizeof *s->basis);
        make_orthonormal(s->basis, s->kept, w);
    }
}

/* Every row on the directions, each over the fourth root of its variance. */
static void project_rows(const shortening *s, float *out)
{
    double variance[RS_PROXY_NUMBERS] = {0};
    for (size_t i = 0; i < s->n; i++) {
        standardise_row(s, i);
        for (size_t a = 0; a < RS_PROXY_NUMBERS; a++) {
            double sum = 0;
            for (size_t j = 0; a < s->kept && j < s->width; j++)
                sum += s->row[j] * s->basis[a * s->width + j];
            out[i * RS_PROXY_NUMBERS + a] = (float)sum;
            variance[a] += sum * sum / (double)s->n;
        }
    }
    for (size_t i = 0; i < s->n; i++)
        for (size_t a = 0; a < RS_PROXY_NUMBERS; a++) {
            const double scale = variance[a] > 1e-12 ? 1 / sqrt(sqrt(variance[a])) : 0;
            out[i * RS_PROXY_NUMBERS + a] = (float)((double)out[i * RS_PROXY_NUMBERS + a] * scale);
        }
}

rsift_status rs_choose_proxy_shorten(const float *in, size_t n, size_t width, float *out,
                                     rsift_error *err)
{
    shortening s = {.in = in,
                    .n = n,
                    .width = width,
                    .kept = width < RS_PROXY_NUMBERS ? width : RS_PROXY_NUMBERS,
                    .mean = rs_calloc(width + 1, sizeof *s.mean),
                    .scale = rs_calloc(width + 1, sizeof *s.scale),
                    .covariance = rs_calloc(width * width + 1, sizeof *s.covariance),
                    .basis = rs_calloc(RS_PROXY_NUMBERS * width + 1, sizeof *s.basis),
                    .next = rs_calloc(RS_PROXY_NUMBERS * width + 1, sizeof *s.next),
                    .row = rs_calloc(width + 1, sizeof *s.row)};
    const bool ok = s.mean && s.scale && s.covariance && s.basis && s.next && s.row;
    if (ok && n > 0) {
        find_covariance(&s);
        find_directions(&s);
        project_rows(&s, out);
    }
    rs_free(s.mean);
    rs_free(s.scale);
    rs_free(s.covariance);
    rs_free(s.basis);
    rs_free(s.next);
    rs_free(s.row);
    return ok ? RSIFT_OK : rs_err_nomem(err, "descriptors of pictures");
}
