/* Proving a release: see proof.h. */
#include "release/proof.h"

#include "base/alloc.h"
#include "base/map.h"
#include "release/meanings.h"
#include "release/proof_pictures.h"
#include "release/records.h"

/* ---- files ----------------------------------------------------------------------------------- */

/* A file as it lies there: its number in `known` is that of its facts. */
typedef struct files_now {
    rs_idmap known;
    struct file_facts {
        int64_t n_bytes, mtime_ns;
    } *facts;
    size_t cap;
} files_now;

static rsift_status list_files(const rs_plan *plan, files_now *now, rsift_error *err)
{
    for (size_t t = 0; t < plan->n_trees; t++) {
        for (size_t i = 0; i < rs_io_n_files(plan->trees[t]); i++) {
            const rs_io_file *file = rs_io_file_at(plan->trees[t], i);
            const rs_id id = rs_model_record_hash(plan->dataset_id, plan->roots[t], file->path,
                                                  (rs_str){NULL, 0});
            const size_t at = rs_idmap_put(&now->known, id, NULL);
            if (at == RS_NPOS || !RS_VEC_RESERVE(now->facts, now->cap, at + 1))
                return rs_err_nomem(err, "the list of files");
            now->facts[at] = (struct file_facts){file->n_bytes, file->mtime_ns};
        }
    }
    return RSIFT_OK;
}

/* Every file of the index must be there, with its size and time. One that was added since is no
 * part of what was indexed. */
static rsift_status prove_files(rs_proof *p, const rs_plan *plan, rsift_error *err)
{
    files_now now = {0};
    rs_result *rows = NULL;
    const rs_arg release = {.type = RS_ARG_STR, .str = p->release_id};
    rsift_status status = list_files(plan, &now, err);
    if (status == RSIFT_OK)
        status = rs_store_query(p->store,
                                RS_STR("SELECT file_id, n_bytes, mtime, path FROM file WHERE "
                                       "release_id = $1 ORDER BY path"),
                                &release, 1, &rows, err);
    while (status == RSIFT_OK && (status = rs_result_next(rows, err)) == RSIFT_OK) {
        const size_t at = rs_idmap_get(&now.known, rs_result_id(rows, 0));
        p->files.n_checked++;
        if (at == RS_NPOS)
            rs_proof_tell(p, &p->files, rs_result_str(rows, 3), "is not there any more");
        else if (now.facts[at].n_bytes != rs_result_i64(rows, 1))
            rs_proof_tell(p, &p->files, rs_result_str(rows, 3),
                          "has another size than at the index");
        else if (now.facts[at].mtime_ns != rs_result_i64(rows, 2))
            rs_proof_tell(p, &p->files, rs_result_str(rows, 3), "was changed after the index");
    }
    rs_result_close(rows);
    rs_idmap_fini(&now.known);
    rs_free(now.facts);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Sources of the plan of which the workspace holds nothing: each that was read left its counts. */
static rsift_status prove_sources(rs_proof *p, const rs_plan *plan, rsift_error *err)
{
    for (size_t i = 0; i < plan->n_sources; i++) {
        const rs_arg args[] = {{.type = RS_ARG_STR, .str = p->release_id},
                               {.type = RS_ARG_STR, .str = plan->sources[i].id}};
        rs_result *rows = NULL;
        RS_TRY(rs_store_query(
            p->store, RS_STR("SELECT 1 FROM reading WHERE release_id = $1 AND source = $2 LIMIT 1"),
            args, 2, &rows, err));
        const rsift_status status = rs_result_next(rows, err);
        rs_result_close(rows);
        if (status == RSIFT_END)
            rs_proof_tell(p, &p->files, plan->sources[i].id,
                          "nothing of this source is in the workspace");
        else if (status != RSIFT_OK) return status;
    }
    return RSIFT_OK;
}

/* ---- records --------------------------------------------------------------------------------- */

typedef struct record_walk {
    rs_proof *proof;
    rs_records records;
    rs_record_chunk chunk;
    bool ended;
} record_walk;

/* Reads on until the chunk that holds the record; NULL = it is not there. */
static rsift_status seek_record(record_walk *w, int64_t ordinal, const rs_raw **raw, size_t *at,
                                rsift_error *err)
{
    *raw = w->chunk.chunk.n ? rs_record_of(&w->chunk, ordinal, at) : NULL;
    while (!*raw && !w->ended) {
        const size_t n = w->chunk.chunk.n;
        if (n && w->chunk.chunk.raws[n - 1].ordinal > ordinal) return RSIFT_OK;
        if (rs_cancelled(&w->proof->session->cancel)) return rs_err_cancelled(err);
        const rsift_status status = rs_records_next(&w->records, &w->chunk, err);
        if (status != RSIFT_OK && status != RSIFT_END) return status;
        w->ended = status == RSIFT_END;
        if (!w->ended) *raw = rs_record_of(&w->chunk, ordinal, at);
    }
    return RSIFT_OK;
}

/* The samples of one source in the order of its records: each record must give the hash that is
 * stored, and the hash the sample's id. */
static rsift_status walk_source(record_walk *w, rs_result *rows, rs_progress *progress,
                                rsift_error *err)
{
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        const int64_t ordinal = rs_result_i64(rows, 0);
        const rs_raw *raw;
        size_t at = 0;
        RS_TRY(seek_record(w, ordinal, &raw, &at, err));
        w->proof->records.n_checked++;
        rs_progress_add(progress, 1);
        const rs_id hash = rs_result_id(rows, 2);
        if (raw && rs_id_eq(w->chunk.hashes[at], hash) &&
            rs_id_eq(rs_model_sample_id(hash, w->chunk.occurrences[at],
                                        (uint32_t)rs_result_i64(rows, 1)),
                     rs_result_id(rows, 3)))
            continue;
        rs_proof_tell(w->proof, &w->proof->records, rs_result_str(rows, 4),
                      raw ? "is another record than at the index" : "is not there any more");
    }
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status prove_source(rs_proof *p, const rs_plan_source *source, rs_progress *progress,
                                 rsift_error *err)
{
    static const char sql[] = "SELECT ordinal, sub, record_hash, sample_id, locator FROM sample "
                              "WHERE release_id = $1 AND source = $2 ORDER BY ordinal, sub";
    const rs_arg args[] = {{.type = RS_ARG_STR, .str = p->release_id},
                           {.type = RS_ARG_STR, .str = source->id}};
    record_walk walk = {.proof = p};
    rs_result *rows = NULL;
    RS_TRY(rs_store_query(p->store, rs_str_of(sql), args, 2, &rows, err));
    rsift_error why = {0};
    rsift_status status = rs_records_open(&walk.records, source, &why);
    if (status == RSIFT_OK) {
        status = walk_source(&walk, rows, progress, &why);
        rs_records_close(&walk.records);
    }
    rs_record_chunk_fini(&walk.chunk);
    rs_result_close(rows);
    return rs_proof_tell_error(p, &p->records, status, &why, err);
}

static rsift_status prove_records(rs_proof *p, const rs_plan *plan, rsift_error *err)
{
    rs_progress *progress = rs_session_progress(p->session, "proving records", "records", -1);
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < plan->n_sources; i++)
        status = prove_source(p, &plan->sources[i], progress, err);
    rs_progress_end(progress);
    return status;
}

/* ---- all of it ------------------------------------------------------------------------------- */

rsift_status rs_release_proof(rs_proof *p, rsift_error *err)
{
    p->files = (rs_proof_row){.what = "files"};
    p->records = (rs_proof_row){.what = "records"};
    p->pictures = (rs_proof_row){.what = "pictures"};
    rs_plan *plan = NULL;
    rsift_error why = {0};
    rsift_status status = rs_plan_remake(p->session, p->config, &plan, &why);
    if (status != RSIFT_OK) return rs_proof_tell_error(p, &p->files, status, &why, err);
    plan->release_id = p->release_id;
    status = prove_files(p, plan, err);
    if (status == RSIFT_OK) status = prove_sources(p, plan, err);
    if (status == RSIFT_OK) status = rs_proof_pictures(p, plan, err);
    if (status == RSIFT_OK && p->deep) {
        status = rs_proof_tell_error(p, &p->records, rs_plan_load_meanings(plan, p->store, &why),
                                     &why, err);
        if (status == RSIFT_OK && p->records.n_wrong == 0) status = prove_records(p, plan, err);
    }
    rs_plan_free(plan);
    return status;
}
