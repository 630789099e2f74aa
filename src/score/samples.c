/* The file of --samples: one line a sample, as JSON lines or turned into Parquet by DuckDB.
 *
 * Checked before anything is read, so that no input is overwritten at the end of a long run.
 * Parquet goes through JSON lines and a temporary workspace next to the file; both are removed. */
#include "score/samples.h"

#include "base/alloc.h"
#include "codec/json_writer.h"
#include "io/io.h"
#include "store/quote.h"
#include "store/store.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- JSON lines ------------------------------------------------------------------------------ */

static void put_sample(rs_buf *b, const rs_score_run *run, size_t i)
{
    static const char *const states[] = {"ok", "missing", "unparsed", "undecided"};
    const rs_score_record *t = run->items[i].truth, *p = run->items[i].prediction;
    const struct {
        const char *key;
        rs_str text; /* ptr NULL = null */
    } fields[] = {{"id", t->id},          {"category", t->type},
                  {"image", t->image},    {"question", t->question},
                  {"gold", t->reference}, {"prediction", p ? p->prediction : (rs_str){NULL, 0}},
                  {"read", run->read[i]}};
    rs_json_writer w = rs_json_writer_to(b);
    rs_json_begin_object(&w);
    for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
        if (fields[k].text.ptr) rs_json_field_str(&w, fields[k].key, fields[k].text);
        else rs_json_field_null(&w, fields[k].key);
    }
    rs_json_field_cstr(&w, "state", states[run->state[i]]);
    rs_json_field_double(&w, "score", run->score[i]);
    rs_json_end_object(&w);
    rs_buf_char(b, '\n');
}

static rsift_status write_lines(const rs_score_job *job, const rs_score_run *run, rs_str path,
                                rsift_error *err)
{
    rs_io_out *out;
    RS_TRY(rs_io_out_open(path, &out, err));
    rs_buf b = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < job->n; i++) {
        put_sample(&b, run, i);
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

/* ---- Parquet --------------------------------------------------------------------------------- */

/* Turns the lines into Parquet through a temporary workspace. */
static rsift_status to_parquet(rs_str lines, rs_str workspace, rs_str path, rsift_error *err)
{
    rs_store *store;
    RS_TRY(rs_store_open(workspace, RS_STORE_DECIDE, true, &(rs_store_options){0}, &store, err));
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "COPY (SELECT * FROM read_json(");
    rs_store_put_literal(&sql, lines);
    rs_buf_cstr(
        &sql,
        ", format = 'newline_delimited', columns = {id: 'VARCHAR', category: 'VARCHAR', image: "
        "'VARCHAR', question: 'VARCHAR', gold: 'VARCHAR', prediction: 'VARCHAR', read: 'VARCHAR', "
        "state: 'VARCHAR', score: 'DOUBLE'})) TO ");
    rs_store_put_literal(&sql, path);
    rs_buf_cstr(&sql, " (FORMAT parquet, COMPRESSION zstd)");
    const rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                           : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    rs_store_close(store);
    return status;
}

/* ---- the file -------------------------------------------------------------------------------- */

static bool is_same_file(const char *a, const char *b)
{
    struct stat x, y;
    return a && b && stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

rsift_status rs_score_check_samples(const rs_score_options *o, rsift_error *err)
{
    const rs_str path = rs_str_of(o->samples);
    const char *const inputs[] = {o->truth, o->predictions,    o->compare,
                                  o->only,  o->judge_verdicts, o->blind_train};
    struct stat st;
    rsift_status status = RSIFT_OK;
    if (path.len && path.ptr[0] == '-') /* a forgotten FILE: the next option stands there */
        status = rs_err_set(err, RSIFT_E_ARG,
                            "--samples wants a FILE (a name with '-' in front: ./%s)", path.ptr);
    else if (!rs_str_ends_nocase(path, RS_STR(".parquet")) &&
             !rs_str_ends_nocase(path, RS_STR(".jsonl")))
        status = rs_err_set(err, RSIFT_E_ARG, "--samples wants a name in .jsonl or .parquet");
    else if (lstat(o->samples, &st) == 0 && !S_ISREG(st.st_mode))
        status =
            rs_err_set(err, RSIFT_E_ARG, "--samples writes a file, and there is something else");
    for (size_t i = 0; status == RSIFT_OK && i < sizeof inputs / sizeof *inputs; i++)
        if (is_same_file(o->samples, inputs[i]))
            status = rs_err_set(err, RSIFT_E_ARG,
                                "--samples would overwrite this input; name another file");
    return status == RSIFT_OK ? status : rs_err_within(err, status, "%s", o->samples);
}

rsift_status rs_score_write_samples(rs_score_job *job, const rs_score_run *run, rsift_error *err)
{
    const rs_str path = rs_str_of(job->options->samples);
    if (!rs_str_ends_nocase(path, RS_STR(".parquet"))) return write_lines(job, run, path, err);
    const rs_str lines = rs_arena_printf(&job->arena, "%s.lines-%d", path.ptr, (int)getpid());
    const rs_str workspace = rs_arena_printf(&job->arena, "%s.work-%d", path.ptr, (int)getpid());
    if (!lines.ptr || !workspace.ptr) return rs_err_nomem(err, "a name");
    rsift_status status = write_lines(job, run, lines, err);
    if (status != RSIFT_OK && err) /* names the file asked for, not the temporary one */
        snprintf(err->where, sizeof err->where, "%s", path.ptr);
    if (status == RSIFT_OK) status = to_parquet(lines, workspace, path, err);
    unlink(lines.ptr);
    rs_io_remove_tree(workspace, NULL);
    return status;
}
