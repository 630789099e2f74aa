/* Rows of a file -> unit vectors in a temporary file -> pairs; see embedding.h. */
#include "overlap/embedding.h"

#include "base/alloc.h"
#include "base/map.h"
#include "codec/npy.h"
#include "decide/ask.h"
#include "io/io.h"
#include "similar/cosine.h"
#include "store/lock.h"
#include "store/quote.h"

#include <inttypes.h>
#include <math.h>

enum { MOST_WIDTH = 1 << 16, MOST_PAIRS = 50000000, FLUSH_AT = 1 << 16 };

typedef struct run {
    const rs_embedding_job *job;
    rs_duplicates_vectors *counts;
    rs_str tmp;
    rs_arena arena;
    bool parquet;
    /* .npy */
    rs_io_tree *tree;
    rs_io_random *in;
    rs_npy npy;
    unsigned char *bytes; /* of one row */
    /* of both */
    size_t width;
    float *row;
    rs_idmap seen;
    rs_io_out *out; /* vectors.f32, then embedding_pairs.tsv */
    rs_buf lines;
    rs_io_random *vectors;
} run;

static rsift_status tmp_file(const run *r, const char *name, rs_buf *path, rsift_error *err)
{
    path->len = 0;
    rs_buf_printf(path, "%.*s/%s", RS_STR_ARG(r->tmp), name);
    return path->failed ? rs_err_nomem(err, "a file's name") : RSIFT_OK;
}

static rsift_status open_out(run *r, const char *name, rsift_error *err)
{
    rs_buf path = {0};
    rsift_status status = tmp_file(r, name, &path, err);
    if (status == RSIFT_OK) status = rs_io_out_open(rs_buf_view(&path), &r->out, err);
    rs_buf_fini(&path);
    return status;
}

static rsift_status commit_out(run *r, rsift_error *err)
{
    rs_io_out *out = r->out;
    r->out = NULL;
    return rs_io_out_commit(out, err);
}

/* A single file as a member that can be read anywhere. */
static rsift_status open_random(rs_str path, rs_io_tree **tree, rs_io_random **in, rsift_error *err)
{
    const rs_io_options options = {.keep_archives_closed = true};
    RS_TRY(rs_io_tree_open(path, &options, tree, err));
    if (rs_io_n_members(*tree) != 1)
        return rs_err_set(err, RSIFT_E_ARG, "%.*s is no file", RS_STR_ARG(path));
    return rs_io_random_open(*tree, 0, in, err);
}

/* ---- ids ------------------------------------------------------------------------------------- */

/* Table embedding_given from the lines of a file; what no line can hold is no id. */
static rsift_status give_lines(run *r, rsift_error *err)
{
    rs_buf sql = {0};
    rs_io_tree *tree = NULL;
    const rs_io_options options = {.keep_archives_closed = true,
                                   .limits = &r->job->session->limits};
    if (!r->job->ids.len)
        return rs_err_set(err, RSIFT_E_ARG, "--ids FILE says which picture each row of a .npy is");
    RS_TRY(rs_io_tree_open(r->job->ids, &options, &tree, err));
    rsift_status status = rs_io_n_members(tree) == 1
                              ? RSIFT_OK
                              : rs_err_set(err, RSIFT_E_ARG, "expected a file of ids");
    rs_io_tree_close(tree);
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE embedding_given AS SELECT row_number() OVER () "
                      "- 1 AS i, id FROM read_csv(");
    rs_store_put_path(&sql, r->job->ids);
    rs_buf_cstr(&sql, ", delim = '\\t', quote = '', escape = '', header = false, auto_detect = "
                      "false, null_padding = true, columns = {'id': 'VARCHAR'})");
    if (status == RSIFT_OK && sql.failed) status = rs_err_nomem(err, "a statement");
    if (status == RSIFT_OK) status = rs_store_exec(r->job->store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return rs_err_within(err, status, "%.*s", RS_STR_ARG(r->job->ids));
}

/* "<before>read_parquet('FILE', ..)<behind>" */
static rsift_status parquet_sql(const run *r, const char *before, const char *behind, rs_buf *sql,
                                rsift_error *err)
{
    rs_buf_printf(sql, "%sread_parquet(", before);
    rs_store_put_path(sql, r->job->file);
    rs_buf_printf(sql, ", file_row_number = true)%s", behind);
    return sql->failed ? rs_err_nomem(err, "a statement") : RSIFT_OK;
}

static rsift_status give_parquet(run *r, rsift_error *err)
{
    rs_buf sql = {0};
    rsift_status status = parquet_sql(r,
                                      "CREATE OR REPLACE TEMP TABLE embedding_given AS SELECT "
                                      "file_row_number AS i, CAST(id AS VARCHAR) AS id FROM ",
                                      "", &sql, err);
    if (status == RSIFT_OK) status = rs_store_exec(r->job->store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static rsift_status set_width(run *r, uint64_t width, rsift_error *err)
{
    if (width == 0 || width > MOST_WIDTH)
        return rs_err_set(err, RSIFT_E_LIMIT, "expected rows of 1 to %d numbers, found %" PRIu64,
                          MOST_WIDTH, width);
    r->width = (size_t)width;
    r->row = rs_calloc(r->width, sizeof *r->row);
    r->bytes = rs_calloc(r->width, 8);
    return r->row && r->bytes ? RSIFT_OK : rs_err_nomem(err, "a vector");
}

static rsift_status open_npy(run *r, rsift_error *err)
{
    static const size_t most = RS_NPY_HEADER_MAX;
    RS_TRY(open_random(r->job->file, &r->tree, &r->in, err));
    const int64_t size = rs_io_random_size(r->in);
    const size_t n = size < (int64_t)most ? (size_t)size : most;
    char *head = rs_arena_alloc(&r->arena, n + 1);
    if (!head) return rs_err_nomem(err, "a header");
    RS_TRY(rs_io_random_read(r->in, 0, head, n, err));
    RS_TRY(rs_npy_parse(rs_str_make(head, n), (uint64_t)size, &r->npy, err));
    return set_width(r, r->npy.width, err);
}

/* Length 1; false for what has no direction: NaN, infinity, zeros. */
static bool make_unit(float *row, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += (double)row[i] * (double)row[i];
    if (!isfinite(sum) || !(sum > 0)) return false;
    const double length = sqrt(sum);
    for (size_t i = 0; i < n; i++) row[i] = (float)((double)row[i] / length);
    return true;
}

/* Row i of the file into r->row; *fits is false for one of another length. */
static rsift_status read_row(run *r, rs_result *rows, int64_t i, bool *fits, rsift_error *err)
{
    *fits = true;
    if (!r->parquet) {
        const size_t n = r->width * r->npy.item_bytes;
        RS_TRY(rs_io_random_read(r->in, (int64_t)r->npy.offset + i * (int64_t)n, r->bytes, n, err));
        rs_npy_floats(r->bytes, r->npy.item_bytes, r->width, r->row);
        return RSIFT_OK;
    }
    const double *v;
    const size_t n = rs_result_doubles(rows, 2, &v);
    if (r->width == 0 && n > 0) RS_TRY(set_width(r, n, err)); /* the first row says how long */
    *fits = n == r->width && n > 0;
    for (size_t k = 0; *fits && k < n; k++) r->row[k] = (float)v[k];
    return RSIFT_OK;
}

/* Counts one row, and writes its unit vector when it is the first of a picture here. */
static rsift_status use_row(run *r, rs_result *rows, rsift_error *err)
{
    rs_duplicates_vectors *counts = r->counts;
    const int64_t i = rs_result_i64(rows, 0);
    bool made, fits;
    counts->rows++;
    if (!r->parquet && (uint64_t)i >= r->npy.rows)
        return rs_err_set(err, RSIFT_E_ARG, "more ids than the %" PRIu64 " rows of the vectors",
                          r->npy.rows);
    RS_TRY(read_row(r, rows, i, &fits, err));
    if (rs_result_null(rows, 1)) {
        counts->unknown++;
        return RSIFT_OK;
    }
    if (!fits) {
        counts->wrong_length++;
        return RSIFT_OK;
    }
    if (!make_unit(r->row, r->width)) {
        counts->not_finite++;
        return RSIFT_OK;
    }
    const rs_id picture = rs_result_id(rows, 1);
    if (rs_idmap_put(&r->seen, picture, &made) == RS_NPOS) return rs_err_nomem(err, "vectors");
    if (!made) {
        counts->repeated++; /* the first row of a picture counts */
        return RSIFT_OK;
    }
    counts->used++;
    return rs_io_out_write(r->out, r->row, r->width * sizeof *r->row, err);
}

/* The rows with their pictures, in the order of the file. */
static rsift_status ask_rows(run *r, rs_result **rows, rsift_error *err)
{
    if (!r->parquet)
        return rs_decide_ask(r->job->store, "embedding", "rows", RS_STR(""), rows, err);
    rs_buf sql = {0};
    rsift_status status =
        parquet_sql(r, "SELECT e.i, e.content_hash, CAST(p.embedding AS DOUBLE[]) FROM ",
                    " p JOIN embedding_row e ON e.i = p.file_row_number ORDER BY e.i", &sql, err);
    if (status == RSIFT_OK)
        status = rs_store_query(r->job->store, rs_buf_view(&sql), NULL, 0, rows, err);
    rs_buf_fini(&sql);
    return status;
}

static rsift_status write_vectors(run *r, rsift_error *err)
{
    rs_result *rows;
    RS_TRY(ask_rows(r, &rows, err));
    rsift_status status = open_out(r, "vectors.f32", err);
    while (status == RSIFT_OK && (status = rs_result_next(rows, err)) == RSIFT_OK)
        status = use_row(r, rows, err);
    rs_result_close(rows);
    if (status != RSIFT_END) return status;
    if (!r->parquet && (uint64_t)r->counts->rows < r->npy.rows)
        return rs_err_set(err, RSIFT_E_ARG, "%" PRId64 " ids for %" PRIu64 " rows of vectors",
                          r->counts->rows, r->npy.rows);
    return commit_out(r, err);
}

/* ---- pairs ----------------------------------------------------------------------------------- */

static rsift_status read_vectors(void *ctx, size_t begin, size_t n, float *out, rsift_error *err)
{
    const run *r = ctx;
    const size_t bytes = r->width * sizeof *out;
    return rs_io_random_read(r->vectors, (int64_t)(begin * bytes), out, n * bytes, err);
}

static rsift_status put_pair(void *ctx, const rs_cosine_pair *pair, rsift_error *err)
{
    run *r = ctx;
    char a[RS_ID_TEXT], b[RS_ID_TEXT];
    if (++r->counts->pairs > MOST_PAIRS)
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "more than %d pairs reach a cosine of %g: raise --cosine", MOST_PAIRS,
                          r->job->cosine);
    rs_buf_printf(&r->lines, "%s\t%s\t", rs_id_text(a, r->seen.keys[pair->a]),
                  rs_id_text(b, r->seen.keys[pair->b]));
    rs_buf_double(&r->lines, (double)pair->score);
    rs_buf_char(&r->lines, '\n');
    if (r->lines.failed) return rs_err_nomem(err, "pairs of vectors");
    if (r->lines.len < FLUSH_AT) return RSIFT_OK;
    const rsift_status status = rs_io_out_write(r->out, r->lines.ptr, r->lines.len, err);
    r->lines.len = 0;
    return status;
}

/* Compares all vectors; pairs go to embedding_pairs.tsv. */
static rsift_status find_pairs(run *r, rsift_error *err)
{
    rs_buf path = {0};
    rs_io_tree *tree = NULL;
    const rs_cosine_job job = {.n = r->seen.n,
                               .width = r->width,
                               .least = r->job->cosine,
                               .n_threads = r->job->session->n_threads,
                               .cancel = &r->job->session->cancel,
                               .read = read_vectors,
                               .ctx = r};
    rsift_status status = tmp_file(r, "vectors.f32", &path, err);
    if (status == RSIFT_OK && r->seen.n > 1)
        status = open_random(rs_buf_view(&path), &tree, &r->vectors, err);
    if (status == RSIFT_OK) status = open_out(r, "embedding_pairs.tsv", err);
    if (status == RSIFT_OK) status = rs_cosine_pairs(&job, put_pair, r, err);
    if (status == RSIFT_OK) status = rs_io_out_write(r->out, r->lines.ptr, r->lines.len, err);
    if (status == RSIFT_OK) status = commit_out(r, err);
    if (r->vectors) rs_io_random_close(r->vectors);
    if (tree) rs_io_tree_close(tree);
    rs_buf_fini(&path);
    return status;
}

static rsift_status store_pairs(run *r, rsift_error *err)
{
    rs_store *store = r->job->store;
    RS_TRY(rs_store_begin(store, err));
    const rsift_status status = rs_decide_run_section(store, "embedding", "store", r->tmp, err);
    const rsift_status end =
        rs_store_end(store, status == RSIFT_OK, status == RSIFT_OK ? err : NULL);
    return status == RSIFT_OK ? end : status;
}

/* ---- all ------------------------------------------------------------------------------------- */

/* Reads the rows of both files into vectors.f32. */
static rsift_status read_rows(run *r, rsift_error *err)
{
    rsift_status status = r->parquet ? give_parquet(r, err) : open_npy(r, err);
    if (status != RSIFT_OK) return rs_err_within(err, status, "%.*s", RS_STR_ARG(r->job->file));
    if (!r->parquet) RS_TRY(give_lines(r, err));
    RS_TRY(rs_decide_run_section(r->job->store, "embedding", "known", r->tmp, err));
    status = write_vectors(r, err);
    return rs_err_within(err, status, "%.*s", RS_STR_ARG(r->job->file));
}

static rsift_status find_and_store(run *r, rs_embedding_rows *unused, rsift_error *err)
{
    (void)unused;
    RS_TRY(find_pairs(r, err));
    return store_pairs(r, err);
}

/* All vectors in memory. */
static rsift_status keep_rows(run *r, rs_embedding_rows *out, rsift_error *err)
{
    rs_buf path = {0};
    rs_io_tree *tree = NULL;
    const size_t n = r->seen.n * r->width;
    out->width = r->width;
    out->at = rs_calloc(n + 1, sizeof *out->at);
    rsift_status status =
        out->at ? tmp_file(r, "vectors.f32", &path, err) : rs_err_nomem(err, "the vectors");
    if (status == RSIFT_OK && n) {
        status = open_random(rs_buf_view(&path), &tree, &r->vectors, err);
        if (status == RSIFT_OK) status = read_vectors(r, 0, r->seen.n, out->at, err);
        if (r->vectors) rs_io_random_close(r->vectors);
        if (tree) rs_io_tree_close(tree);
    }
    rs_buf_fini(&path);
    out->pictures = r->seen;
    r->seen = (rs_idmap){0};
    return status;
}

/* Reads the files, and has `use` do something with the rows. */
static rsift_status run_job(const rs_embedding_job *job, rs_duplicates_vectors *counts,
                            rsift_status (*use)(run *r, rs_embedding_rows *out, rsift_error *err),
                            rs_embedding_rows *out, rsift_error *err)
{
    rs_lock lock;
    rs_path dir, tmp;
    run r = {.job = job, .counts = counts};
    r.parquet = !rs_str_ends(job->file, RS_STR(".npy"));
    *counts = (rs_duplicates_vectors){.cosine = job->cosine};
    RS_TRY(rs_path_set(&dir, err, "%.*s", RS_STR_ARG(rs_store_dir(job->store))));
    RS_TRY(rs_lock_own_tmp(&lock, dir.text, &tmp, err));
    r.tmp = rs_str_of(tmp.text);
    rsift_status status = read_rows(&r, err);
    if (status == RSIFT_OK) status = use(&r, out, err);
    if (r.out) rs_io_out_discard(r.out);
    if (r.in) rs_io_random_close(r.in);
    if (r.tree) rs_io_tree_close(r.tree);
    rs_free(r.bytes);
    rs_free(r.row);
    rs_idmap_fini(&r.seen);
    rs_buf_fini(&r.lines);
    rs_arena_fini(&r.arena);
    (void)rs_store_remove_tree(tmp.text, NULL);
    rs_lock_drop(&lock, true);
    return status;
}

rsift_status rs_overlap_embedding(const rs_embedding_job *job, rs_duplicates_vectors *counts,
                                  rsift_error *err)
{
    return run_job(job, counts, find_and_store, NULL, err);
}

rsift_status rs_overlap_embedding_rows(const rs_embedding_job *job, rs_duplicates_vectors *counts,
                                       rs_embedding_rows *out, rsift_error *err)
{
    *out = (rs_embedding_rows){0};
    return run_job(job, counts, keep_rows, out, err);
}

void rs_embedding_rows_fini(rs_embedding_rows *rows)
{
    rs_free(rows->at);
    rs_idmap_fini(&rows->pictures);
    *rows = (rs_embedding_rows){0};
}
