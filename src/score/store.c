/* Scoring's two ways to the workspace: truth of an indexed dataset, and Parquet written. */
#include "score/report.h"

#include "base/alloc.h"
#include "session/indexed.h"
#include "score/join.h"
#include "io/io.h"
#include "model/sample.h"

#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* One row a sample. Boxes are those asked for (not marks of the question; of the first expression
 * where a sample has several), as released, whole numbers without a fraction; several conventions =
 * no boxes. */
static const char truth_sql[] =
    "WITH chosen AS (SELECT * FROM sample s WHERE s.dataset = $1 AND ($2 = '' OR EXISTS "
    "(SELECT 1 FROM split p WHERE p.sample_id = s.sample_id AND p.name = $2))), "
    "answers AS (SELECT sample_id, list(text ORDER BY i) AS texts FROM turn WHERE role IN "
    "('assistant', 'reference') "
    "GROUP BY sample_id), "
    "questions AS (SELECT sample_id, first(text ORDER BY i) AS text FROM turn WHERE role IN "
    "('user', 'phrase') "
    "GROUP BY sample_id), "
    "phrases AS (SELECT sample_id, count(*) AS n, min(i) AS first FROM turn WHERE role = 'phrase' "
    "GROUP BY sample_id), "
    "pictures AS (SELECT sample_id, arg_min(asset_id, i) AS asset_id FROM sample_asset WHERE "
    "asset_role <> 'mask' "
    "GROUP BY sample_id), "
    "regions AS (SELECT r.sample_id, min(r.convention) AS convention, '[' || string_agg('[' || "
    "array_to_string("
    "list_transform(r.coords, x -> regexp_replace(x::VARCHAR, '\\.0$', '')), ', ') || ']', ', ' "
    "ORDER BY r.i) || ']' AS boxes "
    "FROM region r JOIN chosen USING (sample_id) LEFT JOIN phrases p USING (sample_id) "
    "WHERE (r.flags & $3) = 0 AND r.convention IS NOT NULL AND len(r.coords) > 0 "
    "AND (coalesce(p.n, 0) < 2 OR r.turn < 0 OR r.turn = p.first) "
    "GROUP BY r.sample_id HAVING count(DISTINCT r.convention) = 1) "
    "SELECT c.sample_id, c.original_id, coalesce(c.release_type, ''), coalesce(q.text, ''), "
    "coalesce(a.texts, c.labels), coalesce(p.asset_id::VARCHAR, ''), c.task, g.boxes, "
    "g.convention, "
    "coalesce(x.width, 0), coalesce(x.height, 0) FROM chosen c LEFT JOIN questions q USING "
    "(sample_id) "
    "LEFT JOIN answers a USING (sample_id) LEFT JOIN pictures p USING (sample_id) LEFT JOIN "
    "regions g USING (sample_id) "
    "LEFT JOIN asset x ON x.asset_id = p.asset_id ORDER BY c.release_id, c.source, c.ordinal, "
    "c.sub, c.sample_id";

static rs_str kept(rs_arena *arena, rs_str s)
{
    return rs_arena_str(arena, s.ptr ? s : RS_STR(""));
}

static bool take_row(rs_score_job *job, rs_result *row, rs_hasher *hasher)
{
    rs_arena *arena = &job->arena;
    rs_score_file *f = &job->truth;
    if (!rs_arena_grow(arena, (void **)&f->records, &f->cap, f->n + 1, sizeof *f->records))
        return false;
    rs_score_record *r = &f->records[f->n];
    char id[RS_ID_TEXT];
    const rs_str *texts;
    *r = (rs_score_record){.line = (int64_t)f->n + 1, .place = f->n};
    rs_score_more *more = rs_score_own_more(arena, r);
    if (!more) return false;
    r->id = rs_arena_str(arena, rs_str_of(rs_id_text(id, rs_result_id(row, 0))));
    if (!rs_result_null(row, 1)) r->original_id = kept(arena, rs_result_str(row, 1));
    r->type = kept(arena, rs_result_str(row, 2));
    r->question = kept(arena, rs_result_str(row, 3));
    r->image = kept(arena, rs_result_str(row, 5));
    r->n_golds = rs_result_null(row, 4) ? 0 : rs_result_strs(row, 4, &texts);
    rs_str *golds = rs_arena_calloc(arena, r->n_golds + 1, sizeof *golds);
    if (!golds) return false;
    for (size_t k = 0; k < r->n_golds; k++) golds[k] = kept(arena, texts[k]);
    r->golds = golds;
    if (r->n_golds) r->gold = golds[0];
    if (job->profile->family != RS_FAMILY_CAPTION) r->n_golds = 0;
    r->task = kept(arena, rs_result_str(row, 6));
    if (!rs_result_null(row, 7)) {
        more->boxes = kept(arena, rs_result_str(row, 7));
        more->convention = kept(arena, rs_result_str(row, 8));
    }
    more->width = rs_result_double(row, 9);
    more->height = rs_result_double(row, 10);
    rs_hash_field(hasher, r->id);
    rs_hash_field(hasher, r->gold.ptr ? r->gold : RS_STR(""));
    rs_hash_field(hasher, more->boxes.ptr ? more->boxes : RS_STR(""));
    f->n++;
    return r->id.ptr && r->type.ptr && r->question.ptr && r->image.ptr && r->task.ptr;
}

rsift_status rs_score_indexed(rs_session *session, rs_score_job *job, rsift_error *err)
{
    const rs_score_options *o = job->options;
    rs_store *store;
    RS_TRY(rs_session_store(session, RS_STORE_READ, false, &store, err));
    const rs_arg args[3] = {{.type = RS_ARG_STR, .str = rs_str_of(o->dataset)},
                            {.type = RS_ARG_STR, .str = rs_str_of(o->split ? o->split : "")},
                            {.type = RS_ARG_I64, .i64 = RS_REGION_MARK}};
    rs_result *rows = NULL;
    rs_hasher hasher;
    rs_hash_start(&hasher);
    rsift_status status = rs_session_check_indexed(store, o->dataset, o->split, err);
    if (status == RSIFT_OK)
        status = rs_store_query(store, rs_str_of(truth_sql), args, 3, &rows, err);
    while (status == RSIFT_OK && (status = rs_result_next(rows, err)) == RSIFT_OK)
        if (!take_row(job, rows, &hasher)) status = rs_err_nomem(err, "the truth");
    if (rows) rs_result_close(rows);
    rs_store_close(store);
    if (status != RSIFT_END) return status;
    job->truth_hash = rs_hash_end(&hasher);
    if (job->truth.n) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG, "\"%.64s\" has no sample for this profile", o->dataset);
}

/* ---- results of samples ---------------------------------------------------------------------- */

static const char *const state_names[] = {"ok", "missing", "unparsed", "undecided"};

static void put_sample(rs_buf *b, const rs_score_job *job, const rs_score_run *run, size_t i)
{
    const rs_score_record *t = run->items[i].truth, *p = run->items[i].said;
    const rs_str none = {NULL, 0};
    const struct {
        const char *key;
        rs_str text;
    } fields[] = {{"id", t->id},         {"category", t->type},
                  {"image", t->image},   {"question", t->question},
                  {"gold", t->gold},     {"prediction", p ? p->said : none},
                  {"read", run->read[i]}};
    (void)job;
    rs_buf_char(b, '{');
    for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
        rs_json_put_key(b, fields[k].key);
        if (fields[k].text.ptr) rs_json_put_str(b, fields[k].text);
        else rs_buf_cstr(b, "null");
    }
    rs_json_put_key(b, "state");
    rs_json_put_str(b, rs_str_of(state_names[run->state[i]]));
    rs_json_put_key(b, "score");
    rs_json_put_double(b, run->score[i]);
    rs_buf_cstr(b, "}\n");
}

static rsift_status write_lines(const rs_score_job *job, const rs_score_run *run, rs_str path,
                                rsift_error *err)
{
    rs_io_out *out;
    RS_TRY(rs_io_out_open(path, &out, err));
    rs_buf b = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < job->n; i++) {
        put_sample(&b, job, run, i);
        if (b.failed) status = rs_err_nomem(err, "results");
        else if (b.len > 1 << 20 || i + 1 == job->n) {
            status = rs_io_out_write(out, b.ptr, b.len, err);
            b.len = 0;
        }
    }
    rs_buf_fini(&b);
    if (status == RSIFT_OK) return rs_io_out_commit(out, err);
    rs_io_out_discard(out);
    return status;
}

static void put_quoted(rs_buf *b, rs_str s)
{
    rs_buf_char(b, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\'') rs_buf_char(b, '\'');
        rs_buf_char(b, s.ptr[i]);
    }
    rs_buf_char(b, '\'');
}

/* The lines beside the target become Parquet through an in-passing workspace of their own. */
static rsift_status to_parquet(rs_str lines, rs_str workspace, rs_str path, rsift_error *err)
{
    rs_store *store;
    RS_TRY(rs_store_open(workspace, RS_STORE_DECIDE, true, &(rs_store_options){0}, &store, err));
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "COPY (SELECT * FROM read_json(");
    put_quoted(&sql, lines);
    rs_buf_cstr(
        &sql,
        ", format = 'newline_delimited', columns = {id: 'VARCHAR', category: 'VARCHAR', image: "
        "'VARCHAR', question: 'VARCHAR', gold: 'VARCHAR', prediction: 'VARCHAR', read: 'VARCHAR', "
        "state: 'VARCHAR', score: 'DOUBLE'})) TO ");
    put_quoted(&sql, path);
    rs_buf_cstr(&sql, " (FORMAT parquet, COMPRESSION zstd)");
    const rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                           : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    rs_store_close(store);
    return status;
}

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return a && b && stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

rsift_status rs_score_check_samples(const rs_score_options *o, rsift_error *err)
{
    const rs_str path = rs_str_of(o->samples);
    const char *const read[] = {o->truth, o->predictions,    o->compare,
                                o->only,  o->judge_verdicts, o->blind_train};
    struct stat st;
    rsift_status status = RSIFT_OK;
    if (path.len && path.ptr[0] == '-')
        status = rs_err_set(err, RSIFT_E_ARG,
                            "--samples wants a FILE (a name with '-' in front: ./%s)", path.ptr);
    else if (!rs_str_ends_nocase(path, RS_STR(".parquet")) &&
             !rs_str_ends_nocase(path, RS_STR(".jsonl")))
        status = rs_err_set(err, RSIFT_E_ARG, "--samples wants a name in .jsonl or .parquet");
    else if (lstat(o->samples, &st) == 0 && !S_ISREG(st.st_mode))
        status =
            rs_err_set(err, RSIFT_E_ARG, "--samples writes a file, and there is something else");
    for (size_t i = 0; status == RSIFT_OK && i < sizeof read / sizeof *read; i++)
        if (same_file(o->samples, read[i]))
            status = rs_err_set(err, RSIFT_E_ARG,
                                "--samples would overwrite this input; name another file");
    return status == RSIFT_OK ? status : rs_err_within(err, status, "%s", o->samples);
}

rsift_status rs_score_write_samples(rs_session *session, rs_score_job *job, const rs_score_run *run,
                                    rsift_error *err)
{
    (void)session;
    const rs_str path = rs_str_of(job->options->samples);
    if (!rs_str_ends_nocase(path, RS_STR(".parquet"))) return write_lines(job, run, path, err);
    const rs_str lines = rs_arena_printf(&job->arena, "%s.lines-%d", path.ptr, (int)getpid());
    const rs_str workspace = rs_arena_printf(&job->arena, "%s.work-%d", path.ptr, (int)getpid());
    if (!lines.ptr || !workspace.ptr) return rs_err_nomem(err, "a name");
    rsift_status status = write_lines(job, run, lines, err);
    if (status != RSIFT_OK && err)
        snprintf(err->where, sizeof err->where, "%s", path.ptr); /* not the lines' */
    if (status == RSIFT_OK) status = to_parquet(lines, workspace, path, err);
    unlink(lines.ptr);
    rs_io_remove_tree(workspace, NULL);
    return status;
}
