/* One pass over all records of a release, for the names of their pictures. */
#include "index/claims.h"

#include "base/alloc.h"
#include "release/records.h"

#include <pthread.h>

#define SEVERAL UINT64_MAX

struct rs_index_claims {
    rs_session *session;
    const rs_plan *plan;
    const rs_pictures *pictures;
    pthread_mutex_t lock;
    bool made;
    rsift_status status;
    rsift_error err;
    uint64_t *name_of; /* per picture: hash of the one name that means it; 0 none, SEVERAL */
};

rs_index_claims *rs_index_claims_new(rs_session *session, const rs_plan *plan,
                                     const rs_pictures *pictures)
{
    rs_index_claims *c = rs_calloc(1, sizeof *c);
    if (!c) return NULL;
    c->session = session;
    c->plan = plan;
    c->pictures = pictures;
    pthread_mutex_init(&c->lock, NULL);
    return c;
}

void rs_index_claims_free(rs_index_claims *c)
{
    if (!c) return;
    pthread_mutex_destroy(&c->lock);
    rs_free(c->name_of);
    rs_free(c);
}

/* Enters the names of one chunk's samples. */
static void add_names(rs_index_claims *c, const rs_records *records, const rs_record_chunk *chunk,
                      const rs_batch *batch)
{
    for (size_t s = 0; s < batch->n_samples; s++) {
        const rs_sample *sample = &batch->samples[s];
        for (uint32_t a = 0; a < sample->n_assets; a++) {
            const rs_picture_name name =
                rs_record_picture(records, chunk, sample->ordinal, sample->assets[a].path);
            size_t at;
            if (rs_pictures_resolve(c->pictures, &name, &at) < RS_EXACT) continue;
            /* neither of the two words that mean something else */
            uint64_t hash = rs_hash64(name.path.ptr, name.path.len);
            /* a label file's own name is its picture's: train/1.txt and val/1.txt mean two */
            if (records->source->reader->probe_decides && name.record_folder.len)
                hash ^= rs_hash64(name.record_folder.ptr, name.record_folder.len) * 3;
            hash = hash == 0 || hash == SEVERAL ? 1 : hash;
            if (c->name_of[at] == 0) c->name_of[at] = hash;
            else if (c->name_of[at] != hash) c->name_of[at] = SEVERAL;
        }
    }
}

static rsift_status read_names(rs_index_claims *c, const rs_plan_source *source, rsift_error *err)
{
    rs_records records;
    rs_record_chunk chunk = {0};
    rs_batch batch = {0};
    RS_TRY(rs_records_open(&records, source, err));
    rsift_status status;
    while ((status = rs_records_next(&records, &chunk, err)) == RSIFT_OK) {
        status = rs_records_parse(&records, &chunk, &batch, err);
        if (status == RSIFT_OK && rs_cancelled(&c->session->cancel)) status = rs_err_cancelled(err);
        if (status != RSIFT_OK) break;
        add_names(c, &records, &chunk, &batch);
    }
    rs_batch_fini(&batch);
    rs_record_chunk_fini(&chunk);
    rs_records_close(&records);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status make(rs_index_claims *c, rsift_error *err)
{
    c->name_of = rs_calloc(c->pictures->n + 1, sizeof *c->name_of);
    if (!c->name_of) return rs_err_nomem(err, "the names of pictures");
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < c->plan->n_sources; i++)
        status = read_names(c, &c->plan->sources[i], err);
    return status;
}

rsift_status rs_index_claims_several(rs_index_claims *c, size_t at, bool *several, rsift_error *err)
{
    pthread_mutex_lock(&c->lock); /* the others wait for the one that makes the pass */
    if (!c->made) c->status = make(c, &c->err);
    c->made = true;
    *several = c->status == RSIFT_OK && c->name_of[at] == SEVERAL;
    if (c->status != RSIFT_OK && err) *err = c->err;
    pthread_mutex_unlock(&c->lock);
    return c->status;
}
