/* Stars and repeated samples as files; see near_files.h. */
#include "decide/near_files.h"

#include "base/alloc.h"
#include "image/hash.h"
#include "io/io.h"

enum { FLUSH_AT = 1 << 16 };

/* ---- lines ----------------------------------------------------------------------------------- */

typedef struct lines {
    rs_io_out *out;
    rs_buf buf;
    int64_t n;
} lines;

static rsift_status open_lines(lines *l, const rs_near_job *job, const char *name, rsift_error *err)
{
    rs_buf path = {0};
    *l = (lines){0};
    rs_buf_printf(&path, "%.*s/%s", RS_STR_ARG(job->tmp), name);
    const rsift_status status = path.failed ? rs_err_nomem(err, "a file's name")
                                            : rs_io_out_open(rs_buf_view(&path), &l->out, err);
    rs_buf_fini(&path);
    return status;
}

static rsift_status put_line(lines *l, rs_id one, rs_id other, const rs_near_proof *proof,
                             rsift_error *err)
{
    char a[RS_ID_TEXT], b[RS_ID_TEXT];
    rs_buf_printf(&l->buf, "%s\t%s\t%s\t%s\t%d\t", rs_id_text(a, one), rs_id_text(b, other),
                  rs_near_method_name(proof->method),
                  proof->orientation < 0 ? ""
                                         : rs_image_orientation_name((unsigned)proof->orientation),
                  proof->distance);
    rs_buf_double(&l->buf, proof->score);
    rs_buf_char(&l->buf, '\t');
    rs_near_put_proof(proof, &l->buf);
    rs_buf_char(&l->buf, '\n');
    l->n++;
    if (l->buf.failed) return rs_err_nomem(err, "pairs of pictures");
    if (l->buf.len < FLUSH_AT) return RSIFT_OK;
    const rsift_status status = rs_io_out_write(l->out, l->buf.ptr, l->buf.len, err);
    l->buf.len = 0;
    return status;
}

static rsift_status end_lines(lines *l, rsift_status status, int64_t *n, rsift_error *err)
{
    if (status == RSIFT_OK && l->buf.len)
        status = rs_io_out_write(l->out, l->buf.ptr, l->buf.len, err);
    rs_buf_fini(&l->buf);
    *n = l->n;
    if (status == RSIFT_OK) return rs_io_out_commit(l->out, err);
    rs_io_out_discard(l->out);
    return status;
}

/* ---- pictures -------------------------------------------------------------------------------- */

typedef struct numbers {
    uint32_t *items;
    size_t n, cap;
} numbers;

static rsift_status read_order(const rs_near_job *job, rs_str sql, numbers *out, rsift_error *err)
{
    rs_result *rows;
    RS_TRY(rs_store_query(job->store, sql, NULL, 0, &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        const uint32_t picture = rs_near_find(job->near, rs_result_id(rows, 0));
        if (picture == RS_NEAR_NONE) continue;
        if (!RS_VEC_RESERVE(out->items, out->cap, out->n + 1)) {
            status = rs_err_nomem(err, "groups of pictures");
            break;
        }
        out->items[out->n++] = picture;
    }
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status put_stars(const rs_near_job *job, const numbers *order, const uint32_t *centre,
                              lines *l, rsift_error *err)
{
    for (size_t i = 0; i < order->n; i++) {
        const uint32_t picture = order->items[i], kept = centre[picture];
        rs_near_proof proof;
        if (kept == picture || !rs_near_same(job->near, kept, picture, &proof)) continue;
        RS_TRY(
            put_line(l, rs_near_id(job->near, picture), rs_near_id(job->near, kept), &proof, err));
    }
    return RSIFT_OK;
}

rsift_status rs_near_write_pictures(const rs_near_job *job, rs_str sql, int64_t *n,
                                    rsift_error *err)
{
    lines l;
    numbers order = {0};
    RS_TRY(open_lines(&l, job, "near_pictures.tsv", err));
    uint32_t *centre = rs_calloc(rs_near_n(job->near) + 1, sizeof *centre);
    rsift_status status = centre ? RSIFT_OK : rs_err_nomem(err, "groups of pictures");
    if (status == RSIFT_OK) status = read_order(job, sql, &order, err);
    if (status == RSIFT_OK) status = rs_near_stars(job->near, order.items, order.n, centre, err);
    if (status == RSIFT_OK) status = put_stars(job, &order, centre, &l, err);
    rs_free(centre);
    rs_free(order.items);
    return end_lines(&l, status, n, err);
}

/* ---- samples --------------------------------------------------------------------------------- */

/* The samples of the present key, in their order. */
typedef struct ids {
    rs_id *items;
    size_t n, cap;
    rs_id key;
} ids;

static rsift_status put_sample(const rs_near_job *job, rs_near_group *group, ids *seen,
                               rs_result *row, lines *l, rsift_error *err)
{
    const rs_id key = rs_result_id(row, 0), sample = rs_result_id(row, 1);
    if (seen->n == 0 || !rs_id_eq(seen->key, key)) {
        rs_near_group_start(group);
        seen->n = 0;
        seen->key = key;
    }
    if (!RS_VEC_RESERVE(seen->items, seen->cap, seen->n + 1))
        return rs_err_nomem(err, "repeated samples");
    seen->items[seen->n++] = sample;
    uint32_t same;
    rs_near_proof proof;
    RS_TRY(rs_near_group_add(group, rs_near_find(job->near, rs_result_id(row, 2)), &same, &proof,
                             err));
    return same == RS_NEAR_NONE ? RSIFT_OK : put_line(l, sample, seen->items[same], &proof, err);
}

rsift_status rs_near_write_samples(const rs_near_job *job, rs_str sql, int64_t *n, rsift_error *err)
{
    lines l;
    ids seen = {0};
    rs_near_group *group = NULL;
    rs_result *rows = NULL;
    RS_TRY(open_lines(&l, job, "near_samples.tsv", err));
    rsift_status status = rs_near_group_new(job->near, &group, err);
    if (status == RSIFT_OK) status = rs_store_query(job->store, sql, NULL, 0, &rows, err);
    while (status == RSIFT_OK && (status = rs_result_next(rows, err)) == RSIFT_OK)
        status = put_sample(job, group, &seen, rows, &l, err);
    if (rows) rs_result_close(rows);
    rs_near_group_free(group);
    rs_free(seen.items);
    return end_lines(&l, status == RSIFT_END ? RSIFT_OK : status, n, err);
}
