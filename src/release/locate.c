/* One sample by its reference: by a jump where the reader can, else by replay. See locate.h. */
#include "release/locate.h"

#include "base/alloc.h"
#include "release/records.h"

#include <inttypes.h>

/* A record that is repeated in a file above this number is found by replay: trying all numbers
 * would cost as much. */
enum { MAX_OCCURRENCES = 1 << 16 };

/* One source of the plan with all that stays open between calls. */
typedef struct open_source {
    const rs_plan_source *source;
    rs_records jump, replay; /* two states: a jump must not move the replay */
    bool jump_open, replay_open;
    rs_record_chunk jump_chunk;
    rs_record_chunk replay_chunk; /* the last one, kept to continue from */
    rs_strmap files;              /* logical name -> member of the first use */
    bool files_listed;
} open_source;

struct rs_locator {
    const rs_plan *plan;
    open_source *sources;  /* [plan->n_sources] */
    rs_record_chunk found; /* the one record, borrowed from a chunk of its source */
    rs_batch batch;
};

rsift_status rs_locator_new(const rs_plan *plan, rs_locator **out, rsift_error *err)
{
    *out = NULL;
    rs_locator *l = rs_calloc(1, sizeof *l);
    if (l) l->sources = rs_calloc(plan->n_sources, sizeof *l->sources);
    if (!l || !l->sources) {
        rs_free(l);
        return rs_err_nomem(err, "a locator");
    }
    l->plan = plan;
    for (size_t i = 0; i < plan->n_sources; i++) l->sources[i].source = &plan->sources[i];
    *out = l;
    return RSIFT_OK;
}

static void close_replay(open_source *s)
{
    if (s->replay_open) rs_records_close(&s->replay);
    rs_record_chunk_fini(&s->replay_chunk);
    s->replay_open = false;
}

void rs_locator_free(rs_locator *l)
{
    if (!l) return;
    for (size_t i = 0; i < l->plan->n_sources; i++) {
        open_source *s = &l->sources[i];
        close_replay(s);
        if (s->jump_open) rs_records_close(&s->jump);
        rs_record_chunk_fini(&s->jump_chunk);
        rs_strmap_fini(&s->files);
    }
    rs_batch_fini(&l->batch);
    rs_free(l->sources);
    rs_free(l);
}

/* ---- the jump -------------------------------------------------------------------------------- */

/* Number of the file with this logical name among those of the reader's first use; RS_NPOS = none.
 * Where every file is one record its number is mostly the record's: that one is tried first. */
static rsift_status find_file(open_source *s, rs_str name, int64_t ordinal, size_t *out,
                              rsift_error *err)
{
    const rs_source *source = &s->source->source;
    const rs_source_files *files = rs_source_files_of(source, s->source->reader->uses[0].name);
    *out = RS_NPOS;
    if (!files) return RSIFT_OK;
    if (ordinal >= 0 && (uint64_t)ordinal < files->n && rs_str_eq(files->logical[ordinal], name)) {
        *out = (size_t)ordinal;
        return RSIFT_OK;
    }
    for (size_t i = 0; !s->files_listed && i < files->n; i++) {
        bool made;
        size_t number = rs_strmap_put(&s->files, files->logical[i], &made);
        if (number == RS_NPOS) return rs_err_nomem(err, "a list of files");
        /* two files of one logical name: numbers no longer agree, so nothing is jumped to */
        if (!made) return RSIFT_OK;
    }
    s->files_listed = true;
    *out = rs_strmap_get(&s->files, name);
    return RSIFT_OK;
}

/* Which occurrence of its bytes the record is, by the id that the sample must have. */
static bool find_occurrence(const rs_sample_ref *ref, uint32_t *out)
{
    for (uint32_t i = 0; i < MAX_OCCURRENCES; i++) {
        if (!rs_id_eq(rs_model_sample_id(ref->record_hash, i, ref->sub), ref->sample_id)) continue;
        *out = i;
        return true;
    }
    return false;
}

/* *found false = it has to be replayed. Only the disk and memory are errors here: whatever the data
 * makes of a jump is settled by the replay. */
static rsift_status try_jump(rs_locator *l, open_source *s, const rs_sample_ref *ref, bool *found,
                             rsift_error *err)
{
    *found = false;
    if (!s->source->reader->at) return RSIFT_OK;
    size_t file;
    RS_TRY(find_file(s, ref->file, ref->ordinal, &file, err));
    if (file == RS_NPOS) return RSIFT_OK;
    if (!s->jump_open) RS_TRY(rs_records_open(&s->jump, s->source, err));
    s->jump_open = true;
    /* where to jump; a reader whose records are files needs no offset */
    rs_record_ref to = {(uint32_t)file, ref->ordinal, ref->offset, ref->length};
    rsift_error why = {0};
    rsift_status status = rs_records_at(&s->jump, &to, &s->jump_chunk, &why);
    if (status == RSIFT_E_NOMEM || status == RSIFT_E_IO) {
        if (err) *err = why;
        return status;
    }
    /* the proof: the same bytes, and an occurrence that makes the id that was asked for */
    if (status != RSIFT_OK || !rs_id_eq(s->jump_chunk.hashes[0], ref->record_hash) ||
        !find_occurrence(ref, &s->jump_chunk.occurrences[0]))
        return RSIFT_OK;
    l->found = s->jump_chunk;
    *found = true;
    return RSIFT_OK;
}

/* ---- the replay ------------------------------------------------------------------------------ */

static rsift_status not_there(rsift_error *err, const rs_sample_ref *ref, const char *why)
{
    return rs_err_set(err, RSIFT_E_FORMAT, "record %" PRId64 " %s: changed since the index",
                      ref->ordinal, why);
}

/* Reads on until the chunk with the record; from the start when the record lies behind. */
static rsift_status replay_record(rs_locator *l, open_source *s, const rs_sample_ref *ref,
                                  rsift_error *err)
{
    size_t at;
    /* the last chunk is kept: a record in it or behind it needs no new beginning */
    bool passed = s->replay_chunk.chunk.n && ref->ordinal < s->replay_chunk.chunk.raws[0].ordinal;
    if (s->replay_open && passed) close_replay(s);
    const rs_raw *raw = NULL;
    if (!s->replay_open) RS_TRY(rs_records_open(&s->replay, s->source, err));
    else raw = rs_record_of(&s->replay_chunk, ref->ordinal, &at);
    s->replay_open = true;
    rsift_status status = RSIFT_OK;
    /* ordinals ascend, so that a chunk that ends behind the record ends the search */
    while (!raw && (status = rs_records_next(&s->replay, &s->replay_chunk, err)) == RSIFT_OK) {
        raw = rs_record_of(&s->replay_chunk, ref->ordinal, &at);
        size_t n = s->replay_chunk.chunk.n;
        if (!raw && n && s->replay_chunk.chunk.raws[n - 1].ordinal > ref->ordinal) break;
    }
    if (status != RSIFT_OK && status != RSIFT_END) {
        close_replay(s);
        return status;
    }
    if (!raw) {
        close_replay(s);
        return not_there(err, ref, "is not in the source");
    }
    if (!rs_id_eq(s->replay_chunk.hashes[at], ref->record_hash))
        return not_there(err, ref, "is another one now");
    /* the chunk's one record, so that no other is parsed */
    l->found = s->replay_chunk;
    l->found.chunk.raws += at;
    l->found.chunk.n = 1;
    l->found.hashes += at;
    l->found.occurrences += at;
    return RSIFT_OK;
}

/* ---- both ------------------------------------------------------------------------------------ */

rsift_status rs_locate(rs_locator *l, const rs_sample_ref *ref, rs_located *out, rsift_error *err)
{
    *out = (rs_located){0};
    open_source *s = NULL;
    for (size_t i = 0; i < l->plan->n_sources; i++)
        if (rs_str_eq(l->plan->sources[i].id, ref->source)) s = &l->sources[i];
    if (!s)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "the source \"%.*s\" is not here: changed since the index",
                          RS_STR_ARG(ref->source));
    bool jumped;
    RS_TRY(try_jump(l, s, ref, &jumped, err));
    if (!jumped) RS_TRY(replay_record(l, s, ref, err));
    RS_TRY(rs_records_parse(jumped ? &s->jump : &s->replay, &l->found, &l->batch, err));
    /* a record may give several samples, of which one is asked for */
    for (size_t i = 0; i < l->batch.n_samples; i++) {
        if (!rs_id_eq(l->batch.samples[i].id, ref->sample_id)) continue;
        *out = (rs_located){s->source, &l->found.chunk.raws[0], &l->batch.samples[i], jumped};
        return RSIFT_OK;
    }
    return not_there(err, ref, "gives no such sample");
}
