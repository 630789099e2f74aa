/* Vectors of the samples' pictures, and representatives of each cell; see aim_diverse.h. */
#include "decide/aim_diverse.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "choose/representative.h"
#include "decide/ask.h"
#include "store/picture_hash.h"

#include <stdlib.h>
#include <string.h>

enum { hash_bits = 256 };

/* ---- looks ----------------------------------------------------------------------------------- */

/* A hash as a vector of length 1: each bit is 1/16 or -1/16. */
static void put_bits(const rs_image_phash *hash, float *out)
{
    for (size_t i = 0; i < hash_bits; i++)
        out[i] = hash->word[i / 64] >> (i % 64) & 1 ? 1.0f / 16 : -1.0f / 16;
}

/* The row of a picture's hash; pictures that several samples show have one row. */
static rsift_status add_hash(rs_aim_looks *looks, rs_idmap *pictures, rs_result *rows, size_t *row,
                             rsift_error *err)
{
    rs_image_phash hash;
    bool made;
    *row = SIZE_MAX;
    if (rs_result_null(rows, 2) || !rs_picture_hash_parse_phash(rs_result_bytes(rows, 2), &hash))
        return RSIFT_OK;
    *row = rs_idmap_put(pictures, rs_result_id(rows, 1), &made);
    if (*row == RS_NPOS) return rs_err_nomem(err, "the hashes of pictures");
    if (!made) return RSIFT_OK;
    if (!RS_VEC_RESERVE(looks->own, looks->cap_own, (*row + 1) * hash_bits))
        return rs_err_nomem(err, "the hashes of pictures");
    put_bits(&hash, &looks->own[*row * hash_bits]);
    return RSIFT_OK;
}

static rsift_status add_row(rs_aim_plan *p, rs_idmap *pictures, rs_result *rows, size_t i,
                            rsift_error *err)
{
    rs_aim_looks *looks = &p->looks;
    const rs_aim_vectors *given = p->job->vectors;
    if (!given) return add_hash(looks, pictures, rows, &looks->rows[i], err);
    const size_t at = rs_idmap_get(given->pictures, rs_result_id(rows, 1));
    looks->rows[i] = at == RS_NPOS ? SIZE_MAX : at;
    return RSIFT_OK;
}

rsift_status rs_aim_read_looks(rs_aim_plan *p, rsift_error *err)
{
    rs_idmap numbers = {0}, pictures = {0};
    rs_result *rows;
    bool ok = true;
    p->looks.rows = rs_calloc(p->n_samples + 1, sizeof *p->looks.rows);
    for (size_t i = 0; p->looks.rows && ok && i < p->n_samples; i++) {
        p->looks.rows[i] = SIZE_MAX;
        ok = rs_idmap_put(&numbers, p->ids[i], NULL) != RS_NPOS;
    }
    rsift_status status = p->looks.rows && ok ? rs_decide_ask(p->job->recommend->store, "aim",
                                                              "looks", RS_STR(""), &rows, err)
                                              : rs_err_nomem(err, "what pictures look like");
    if (status == RSIFT_OK) {
        while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
            const size_t i = rs_idmap_get(&numbers, rs_result_id(rows, 0));
            if (i == RS_NPOS) continue;
            status = add_row(p, &pictures, rows, i, err);
            if (status != RSIFT_OK) break;
            p->looks.n_without -= p->looks.rows[i] != SIZE_MAX;
        }
        rs_result_close(rows);
        if (status == RSIFT_END) status = RSIFT_OK;
    }
    rs_idmap_fini(&numbers);
    rs_idmap_fini(&pictures);
    p->looks.n_without += (int64_t)p->n_samples;
    p->looks.at = p->job->vectors ? p->job->vectors->at : p->looks.own;
    p->looks.width = p->job->vectors ? p->job->vectors->width : hash_bits;
    if (status != RSIFT_OK || p->looks.n_without < (int64_t)p->n_samples) return status;
    return rs_err_set(err, RSIFT_E_ARG,
                      p->job->vectors
                          ? "--embeddings holds no picture of a sample that can be chosen"
                          : "--diverse needs to know what pictures look like: `rsift hash` first, "
                            "or bring --embeddings");
}

void rs_aim_looks_fini(rs_aim_looks *looks)
{
    rs_free(looks->rows);
    rs_free(looks->own);
    *looks = (rs_aim_looks){0};
}

/* ---- cells ----------------------------------------------------------------------------------- */

/* Members of one cell, as the kernel takes them. */
typedef struct cell_members {
    uint32_t *samples;
    size_t *rows;
    uint64_t *keys;
    double *values;
    uint8_t *taken;
    size_t n;
} cell_members;

static int by_cell(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The samples of cells, cell by cell: cell above, sample below. What fills the budget stays, and a
 * cell whose samples are repeated: it has none to exchange for. Nothing is exchanged for what is
 * beyond its picture's share. */
static uint64_t *list_members(const rs_aim_plan *p, size_t *n)
{
    uint64_t *list = rs_calloc(p->n_samples + 1, sizeof *list);
    *n = 0;
    for (size_t i = 0; list && i < p->n_samples; i++) {
        const rs_aim_sample *s = &p->samples[i];
        if (s->cell != RS_AIM_NONE && !s->copy && s->aimed == s->chosen &&
            p->result.cells[s->cell].chosen <= p->result.cells[s->cell].supply &&
            (!s->beyond || s->aimed))
            list[(*n)++] = (uint64_t)s->cell << 32 | i;
    }
    if (list) qsort(list, *n, sizeof *list, by_cell);
    return list;
}

/* Takes n_taken of the members of one cell and tier. */
static rsift_status represent(rs_aim_plan *p, cell_members *m, size_t n_taken, rsift_error *err)
{
    const rs_representative_job job = {.vectors = p->looks.at,
                                       .width = p->looks.width,
                                       .rows = m->rows,
                                       .keys = m->keys,
                                       .values = m->values,
                                       .n = m->n,
                                       .n_taken = n_taken,
                                       .seed = (uint64_t)p->job->recommend->seed,
                                       .n_threads = p->job->n_threads};
    size_t n_clusters;
    RS_TRY(rs_choose_representatives(&job, m->taken, &n_clusters, err));
    p->looks.n_clusters += (int64_t)n_clusters;
    for (size_t i = 0; i < m->n; i++) {
        rs_aim_sample *s = &p->samples[m->samples[i]];
        p->looks.n_exchanged += m->taken[i] && !s->aimed;
        s->uses = m->taken[i];
        s->chosen = s->aimed = s->uses > 0;
    }
    return RSIFT_OK;
}

/* The members of `list` that ask closely, or those that do not. */
static void gather(const rs_aim_plan *p, const uint64_t *list, size_t n, bool close,
                   cell_members *m)
{
    m->n = 0;
    for (size_t i = 0; i < n; i++) {
        const uint32_t at = (uint32_t)(list[i] & UINT32_MAX);
        const rs_aim_sample *s = &p->samples[at];
        if ((s->sim >= (float)RS_AIM_CLOSE) != close) continue;
        m->samples[m->n] = at;
        m->rows[m->n] = p->looks.rows[at];
        m->keys[m->n] = s->key;
        m->values[m->n++] = s->value > 0 ? (double)s->value : 1e-6;
    }
}

static rsift_status represent_cell(rs_aim_plan *p, const uint64_t *list, size_t n, cell_members *m,
                                   rsift_error *err)
{
    size_t n_taken = 0;
    for (size_t i = 0; i < n; i++) n_taken += p->samples[list[i] & UINT32_MAX].aimed;
    if (n_taken == 0 || n_taken == n) return RSIFT_OK;
    gather(p, list, n, true, m);
    const size_t n_close = m->n < n_taken ? m->n : n_taken;
    RS_TRY(represent(p, m, n_close, err));
    gather(p, list, n, false, m);
    return represent(p, m, n_taken - n_close, err);
}

rsift_status rs_aim_diversify(rs_aim_plan *p, rsift_error *err)
{
    size_t n;
    uint64_t *list = list_members(p, &n);
    cell_members m = {.samples = rs_calloc(n + 1, sizeof *m.samples),
                      .rows = rs_calloc(n + 1, sizeof *m.rows),
                      .keys = rs_calloc(n + 1, sizeof *m.keys),
                      .values = rs_calloc(n + 1, sizeof *m.values),
                      .taken = rs_calloc(n + 1, sizeof *m.taken)};
    rsift_status status = list && m.samples && m.rows && m.keys && m.values && m.taken
                              ? RSIFT_OK
                              : rs_err_nomem(err, "the representatives");
    p->looks.n_clusters = p->looks.n_exchanged = 0;
    for (size_t begin = 0, end; status == RSIFT_OK && begin < n; begin = end) {
        for (end = begin; end < n && list[end] >> 32 == list[begin] >> 32;) end++;
        status = represent_cell(p, &list[begin], end - begin, &m, err);
    }
    rs_free(list);
    rs_free(m.samples);
    rs_free(m.rows);
    rs_free(m.keys);
    rs_free(m.values);
    rs_free(m.taken);
    return status;
}

void rs_aim_put_diverse(const rs_aim_plan *p, rs_json_writer *json)
{
    if (!p->job->diverse) return;
    rs_json_field_object(json, "diverse");
    rs_json_field_cstr(json, "by", p->job->vectors ? "embeddings" : "hashes");
    rs_json_field_i64(json, "clusters", p->looks.n_clusters);
    rs_json_field_i64(json, "exchanged", p->looks.n_exchanged);
    rs_json_field_i64(json, "without_look", p->looks.n_without);
    if (p->job->vectors) {
        const rs_duplicates_vectors *c = &p->job->vectors->counts;
        rs_json_field_i64(json, "rows", c->rows);
        rs_json_field_i64(json, "used", c->used);
        rs_json_field_i64(json, "unknown", c->unknown);
        rs_json_field_i64(json, "wrong_length", c->wrong_length);
        rs_json_field_i64(json, "not_finite", c->not_finite);
        rs_json_field_i64(json, "repeated", c->repeated);
    }
    rs_json_end_object(json);
}
