/* Blocks of rows against blocks of rows; see cosine.h. */
#include "similar/cosine.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "run/pipeline.h"

enum {
    LANES = 16,         /* sums side by side, so that one instruction adds many */
    TILE = 4,           /* rows that share one reading of another */
    ROWS_PER_ITEM = 64, /* of b, for one thread at a time */
    BLOCK_BYTES = 64 << 20,
};

typedef struct search {
    const rs_cosine_job *job;
    size_t stride; /* width, rounded up to lanes; the rest is 0 */
    float *a, *b;
    size_t a_begin, n_a, b_begin, n_b;
    rs_cosine_fn *fn;
    void *ctx;
} search;

typedef struct item {
    rs_range range; /* rows of block b */
    rs_cosine_pair *pairs;
    size_t n, cap;
} item;

/* Sums of products of `row` with TILE rows that stand one behind the other. The lanes are added in
 * one order, so that the result is the same on every machine without fused operations. */
static void multiply(const float *row, const float *rows, size_t stride, float out[TILE])
{
    float sum[TILE][LANES] = {{0}};
    for (size_t i = 0; i < stride; i += LANES)
        for (size_t t = 0; t < TILE; t++)
            for (size_t l = 0; l < LANES; l++) sum[t][l] += row[i + l] * rows[t * stride + i + l];
    for (size_t t = 0; t < TILE; t++) {
        for (size_t half = LANES / 2; half > 0; half /= 2)
            for (size_t l = 0; l < half; l++) sum[t][l] += sum[t][l + half];
        out[t] = sum[t][0];
    }
}

static rsift_status compare_rows(void *ctx, void *raw, rsift_error *err)
{
    const search *s = ctx;
    item *it = raw;
    it->n = 0;
    for (size_t b = it->range.begin; b < it->range.end; b++)
        for (size_t a = 0; a < s->n_a && s->a_begin + a < s->b_begin + b; a += TILE) {
            float score[TILE];
            multiply(s->b + b * s->stride, s->a + a * s->stride, s->stride, score);
            for (size_t t = 0; t < TILE && a + t < s->n_a; t++) {
                if ((double)score[t] < s->job->least || s->a_begin + a + t >= s->b_begin + b)
                    continue;
                if (!RS_VEC_RESERVE(it->pairs, it->cap, it->n + 1))
                    return rs_err_nomem(err, "pairs of vectors");
                it->pairs[it->n++] =
                    (rs_cosine_pair){(uint32_t)(s->a_begin + a + t), (uint32_t)(s->b_begin + b),
                                     score[t] > 1 ? 1 : score[t]};
            }
        }
    return RSIFT_OK;
}

static rsift_status hand_out(void *ctx, void *raw, rsift_error *err)
{
    const search *s = ctx;
    const item *it = raw;
    for (size_t i = 0; i < it->n; i++) RS_TRY(s->fn(s->ctx, &it->pairs[i], err));
    return RSIFT_OK;
}

static void free_item(void *ctx, void *raw)
{
    (void)ctx;
    rs_free(((item *)raw)->pairs);
}

/* Rows into a block, each from the stride's multiple on; what stands behind `width` stays 0. */
static rsift_status read_block(const search *s, size_t begin, size_t n, float *block,
                               rsift_error *err)
{
    const size_t width = s->job->width;
    RS_TRY(s->job->read(s->job->ctx, begin, n, block, err));
    for (size_t i = n; i-- > 0 && s->stride != width;) {
        memmove(block + i * s->stride, block + i * width, width * sizeof *block);
        memset(block + i * s->stride + width, 0, (s->stride - width) * sizeof *block);
    }
    /* the last tile may reach beyond the last row */
    memset(block + n * s->stride, 0, TILE * s->stride * sizeof *block);
    return RSIFT_OK;
}

/* All rows of one block of b with all blocks of a up to it. */
static rsift_status search_block(search *s, size_t rows, rsift_error *err)
{
    const rs_pipeline pipeline = {.item_size = sizeof(item),
                                  .n_threads = s->job->n_threads,
                                  .ctx = s,
                                  .cancel = s->job->cancel,
                                  .work = compare_rows,
                                  .consume = hand_out,
                                  .fini = free_item};
    RS_TRY(read_block(s, s->b_begin, s->n_b, s->b, err));
    for (s->a_begin = 0; s->a_begin <= s->b_begin; s->a_begin += rows) {
        s->n_a = s->job->n - s->a_begin < rows ? s->job->n - s->a_begin : rows;
        RS_TRY(read_block(s, s->a_begin, s->n_a, s->a, err));
        RS_TRY(rs_run_ranges(&pipeline, s->n_b, ROWS_PER_ITEM, err));
    }
    return RSIFT_OK;
}

rsift_status rs_cosine_pairs(const rs_cosine_job *job, rs_cosine_fn *fn, void *ctx,
                             rsift_error *err)
{
    search s = {.job = job, .fn = fn, .ctx = ctx};
    if (job->n < 2 || job->width == 0) return RSIFT_OK;
    if (job->n > UINT32_MAX - 1) return rs_err_set(err, RSIFT_E_LIMIT, "too many vectors");
    s.stride = (job->width + LANES - 1) / LANES * LANES;
    size_t rows = (job->block_bytes ? job->block_bytes : BLOCK_BYTES) / (s.stride * sizeof *s.a);
    if (rows < TILE) rows = TILE;
    if (rows > job->n) rows = job->n;
    s.a = rs_calloc((rows + TILE) * s.stride, sizeof *s.a);
    s.b = rs_calloc((rows + TILE) * s.stride, sizeof *s.b);
    rsift_status status = s.a && s.b ? RSIFT_OK : rs_err_nomem(err, "vectors");
    for (; status == RSIFT_OK && s.b_begin < job->n; s.b_begin += rows) {
        s.n_b = job->n - s.b_begin < rows ? job->n - s.b_begin : rows;
        status = search_block(&s, rows, err);
    }
    rs_free(s.a);
    rs_free(s.b);
    return status;
}
