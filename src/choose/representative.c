/* K-means, equal shares and the draw; see representative.h. */
#include "choose/representative.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/rng.h"
#include "choose/share.h"
#include "run/pipeline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { most_clusters = 128, rows_per_cluster = 64, n_moves = 10, block = 4096 };

typedef struct member {
    uint64_t key;
    size_t at; /* in the job's arrays */
    size_t row;
    uint32_t cluster;
    float distance; /* squared, to the centre */
    double rank;    /* of the draw */
} member;

typedef struct clusters {
    const rs_representative_job *job;
    member *members;  /* [n], those with a vector first, each part by key */
    size_t n, n_with; /* all, with a vector */
    float *centres;   /* [k][width] */
    float *half;      /* [k]: half the square of a centre's length */
    size_t k;
    float *sample; /* [n_sample][width]: what the centres are made of */
    size_t n_sample;
} clusters;

/* ---- order ----------------------------------------------------------------------------------- */

static int by_vector_and_key(const void *a, const void *b)
{
    const member *x = a, *y = b;
    const bool has_x = x->row != SIZE_MAX, has_y = y->row != SIZE_MAX;
    if (has_x != has_y) return has_x ? -1 : 1;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static int by_cluster_and_rank(const void *a, const void *b)
{
    const member *x = a, *y = b;
    if (x->cluster != y->cluster) return x->cluster < y->cluster ? -1 : 1;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    return by_vector_and_key(a, b);
}

/* In (0, 1), from a seed and a number. */
static double unit_of(uint64_t seed, uint64_t number)
{
    const uint64_t both[2] = {seed, number};
    return rs_rng_open_unit(rs_hash64(both, sizeof both));
}

/* ---- distances ------------------------------------------------------------------------------- */

/* Eight sums side by side: the compiler makes vector code of it, and their order is fixed. */
static float dot(const float *a, const float *b, size_t width)
{
    float sums[8] = {0};
    size_t i = 0;
    for (; i + 8 <= width; i += 8)
        for (size_t k = 0; k < 8; k++) sums[k] += a[i + k] * b[i + k];
    float rest = 0;
    for (; i < width; i++) rest += a[i] * b[i];
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) +
           ((sums[2] + sums[6]) + (sums[3] + sums[7])) + rest;
}

/* The nearest centre of a row, and the square of the distance to it. */
static uint32_t nearest(const clusters *c, const float *row, float *distance)
{
    const size_t width = c->job->width;
    uint32_t best = 0;
    float most = -INFINITY;
    for (size_t k = 0; k < c->k; k++) {
        /* |x - c|^2 = |x|^2 - 2 (x c - |c|^2 / 2): the largest bracket is the nearest */
        const float near = dot(row, &c->centres[k * width], width) - c->half[k];
        if (near > most) {
            most = near;
            best = (uint32_t)k;
        }
    }
    const float squared = dot(row, row, width) - 2 * most;
    *distance = squared > 0 ? squared : 0;
    return best;
}

static void measure_centres(clusters *c)
{
    const size_t width = c->job->width;
    for (size_t k = 0; k < c->k; k++) {
        const float *centre = &c->centres[k * width];
        c->half[k] = dot(centre, centre, width) / 2;
    }
}

/* ---- centres --------------------------------------------------------------------------------- */

/* Every n-th member by key: keys are hashes, so that this is a draw. */
static bool draw_sample(clusters *c)
{
    const size_t width = c->job->width, most = c->k * rows_per_cluster;
    c->n_sample = c->n_with < most ? c->n_with : most;
    c->sample = rs_calloc(c->n_sample * width + 1, sizeof *c->sample);
    for (size_t i = 0; c->sample && i < c->n_sample; i++) {
        const size_t at = i * c->n_with / c->n_sample;
        memcpy(&c->sample[i * width], &c->job->vectors[c->members[at].row * width],
               width * sizeof *c->sample);
    }
    return c->sample != NULL;
}

/* Each next centre is drawn by the square of the distance to those before. */
static bool start_centres(clusters *c)
{
    const size_t width = c->job->width, n_wanted = c->k;
    double *far = rs_calloc(c->n_sample + 1, sizeof *far);
    if (!far) return false;
    for (c->k = 0; c->k < n_wanted; c->k++) {
        double sum = 0;
        for (size_t i = 0; i < c->n_sample; i++) sum += c->k ? far[i] : 1;
        if (!(sum > 0)) break; /* all others are equal to a centre */
        double left = unit_of(c->job->seed, c->k) * sum;
        size_t at = 0;
        while (at + 1 < c->n_sample && (left -= c->k ? far[at] : 1) > 0) at++;
        const float *row = &c->sample[at * width];
        memcpy(&c->centres[c->k * width], row, width * sizeof *row);
        for (size_t i = 0; i < c->n_sample; i++) {
            double d = 0;
            for (size_t w = 0; w < width; w++) {
                const double by = (double)c->sample[i * width + w] - (double)row[w];
                d += by * by;
            }
            if (c->k == 0 || d < far[i]) far[i] = d;
        }
    }
    rs_free(far);
    return true;
}

/* Centres become the means of their rows; one without rows stays where it is. */
static bool move_centres(clusters *c)
{
    const size_t width = c->job->width;
    double *sums = rs_calloc(c->k * width + 1, sizeof *sums);
    size_t *counts = rs_calloc(c->k + 1, sizeof *counts);
    for (size_t i = 0; sums && counts && i < c->n_sample; i++) {
        float d;
        const uint32_t k = nearest(c, &c->sample[i * width], &d);
        counts[k]++;
        for (size_t w = 0; w < width; w++) sums[k * width + w] += (double)c->sample[i * width + w];
    }
    for (size_t k = 0; sums && counts && k < c->k; k++)
        for (size_t w = 0; counts[k] && w < width; w++)
            c->centres[k * width + w] = (float)(sums[k * width + w] / (double)counts[k]);
    const bool ok = sums && counts;
    rs_free(sums);
    rs_free(counts);
    return ok;
}

/* ---- assignment ------------------------------------------------------------------------------ */

typedef struct work {
    rs_range range;
} work;

static rsift_status assign(void *ctx, void *item, rsift_error *err)
{
    clusters *c = ctx;
    const work *w = item;
    (void)err;
    for (size_t i = w->range.begin; i < w->range.end; i++) {
        member *m = &c->members[i];
        m->cluster = nearest(c, &c->job->vectors[m->row * c->job->width], &m->distance);
    }
    return RSIFT_OK;
}

static rsift_status assign_all(clusters *c, rsift_error *err)
{
    const rs_pipeline pipeline = {.item_size = sizeof(work),
                                  .n_threads = c->job->n_threads,
                                  .ctx = c,
                                  .cancel = c->job->cancel,
                                  .work = assign};
    return rs_run_ranges(&pipeline, c->n_with, block, err);
}

static rsift_status find_clusters(clusters *c, rsift_error *err)
{
    const size_t width = c->job->width, most = (size_t)lround(sqrt((double)c->n_with / 2));
    c->k = c->job->n_taken < most_clusters ? c->job->n_taken : most_clusters;
    if (c->k > most) c->k = most ? most : 1;
    c->centres = rs_calloc(c->k * width + 1, sizeof *c->centres);
    c->half = rs_calloc(c->k + 1, sizeof *c->half);
    if (!c->centres || !c->half || !draw_sample(c) || !start_centres(c))
        return rs_err_nomem(err, "the clusters");
    measure_centres(c);
    for (int i = 0; i < n_moves; i++) {
        if (rs_cancelled(c->job->cancel)) return rs_err_cancelled(err);
        if (!move_centres(c)) return rs_err_nomem(err, "the clusters");
        measure_centres(c);
    }
    return assign_all(c, err);
}

/* ---- draw ------------------------------------------------------------------------------------ */

/* The order in which members are drawn: by value and, with a vector, by typicality. */
static void rank_members(clusters *c)
{
    double sum = 0;
    for (size_t i = 0; i < c->n_with; i++) sum += sqrt((double)c->members[i].distance);
    const double mean = c->n_with ? sum / (double)c->n_with : 0;
    for (size_t i = 0; i < c->n; i++) {
        member *m = &c->members[i];
        const double u = unit_of(c->job->seed, m->key);
        double weight = c->job->values[m->at];
        if (i < c->n_with && mean > 0) weight /= 1 + sqrt((double)m->distance) / mean;
        if (i >= c->n_with) m->cluster = (uint32_t)c->k;
        m->rank = -log(u) / (weight > 0 ? weight : 1e-12);
    }
}

/* Equal shares, none above its cluster, and as many of each as it got. */
static bool draw(clusters *c, uint8_t *taken)
{
    rs_claim *claims = rs_calloc(c->k + 2, sizeof *claims);
    if (!claims) return false;
    for (size_t k = 0; k <= c->k; k++)
        claims[k] = (rs_claim){.weight = 1, .tie = rs_hash64(&(uint64_t[2]){c->job->seed, k}, 16)};
    for (size_t i = 0; i < c->n; i++) claims[c->members[i].cluster].limit++;
    const bool ok = rs_choose_share_out(claims, c->k + 1, (int64_t)c->job->n_taken);
    qsort(c->members, c->n, sizeof *c->members, by_cluster_and_rank);
    for (size_t i = 0; ok && i < c->n; i++)
        if (claims[c->members[i].cluster].got-- > 0) taken[c->members[i].at] = 1;
    rs_free(claims);
    return ok;
}

rsift_status rs_choose_representatives(const rs_representative_job *job, uint8_t *taken,
                                       size_t *n_clusters, rsift_error *err)
{
    clusters c = {.job = job, .n = job->n};
    memset(taken, job->n_taken >= job->n, job->n);
    if (n_clusters) *n_clusters = 0;
    if (job->n_taken >= job->n || job->n_taken == 0) return RSIFT_OK;
    c.members = rs_calloc(job->n, sizeof *c.members);
    if (!c.members) return rs_err_nomem(err, "the clusters");
    for (size_t i = 0; i < job->n; i++) {
        c.members[i] = (member){.key = job->keys[i], .at = i, .row = job->rows[i]};
        c.n_with += job->rows[i] != SIZE_MAX;
    }
    qsort(c.members, c.n, sizeof *c.members, by_vector_and_key);
    rsift_status status = c.n_with ? find_clusters(&c, err) : RSIFT_OK;
    if (status == RSIFT_OK) {
        rank_members(&c);
        if (!draw(&c, taken)) status = rs_err_nomem(err, "the clusters");
    }
    if (n_clusters) *n_clusters = c.k;
    rs_free(c.members);
    rs_free(c.centres);
    rs_free(c.half);
    rs_free(c.sample);
    return status;
}
