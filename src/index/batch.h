/* What one chunk of records becomes before it is stored: samples with their pictures resolved,
 * checked, keyed, located and joined with their splits. Made by any thread; no workspace. */
#ifndef RS_INDEX_BATCH_H
#define RS_INDEX_BATCH_H

#include "index/answer_key.h"
#include "index/media.h"
#include "release/records.h"
#include "signals/tag.h"

/* A sample as the index knows it, in addition to what its reader gave. */
typedef struct rs_index_sample {
    rs_id record_hash;
    rs_id key_whole, key_question; /* duplicate keys */
    const rs_raw *raw;
    rs_str locator;
    rs_id *asset_ids; /* [n_assets] */
    rs_str *missing;  /* [n_assets]: the name of a picture that is not here; ptr NULL = it is */
    rs_split *splits; /* the record's own and those of the release's lists */
    size_t n_splits;
    double *sizes;              /* widths of all assets, then heights; 0 = unknown */
    uint32_t n_serious;         /* findings that keep it out of training */
    bool stopped;               /* by the finding `stopped_by` */
    rs_finding_code stopped_by; /* the one that decides */
    rs_str unwritable;          /* why no record can be made of it, by model; empty = it can */
    rs_answer_keys answered;
    rs_tag *tags; /* [n_turns]; NULL = not asked for */
} rs_index_sample;

typedef struct rs_index_batch {
    rs_record_chunk records;
    rs_batch parsed;            /* what the reader made of them */
    rs_index_sample *samples;   /* [parsed.n_samples], in its arena */
    rs_render_classes *classes; /* by file, where files list them; names NULL = not made yet */
    bool skip;                  /* in a finished part, or another unit's: nothing is made */
} rs_index_batch;

/* What the batches of one source are made with; shared by threads. */
typedef struct rs_index_source {
    const rs_plan *plan;
    const rs_plan_source *source;
    const rs_records *records;
    const rs_index_media *media;
    const rs_tag_rules *tag_rules; /* NULL = questions are not tagged */
    const struct rs_prompts *prompts;
} rs_index_source;

/* Parses batch->records into samples. Findings of the checks join those of the reader. */
rsift_status rs_index_batch_make(const rs_index_source *source, rs_index_batch *batch,
                                 rsift_error *err);
void rs_index_batch_fini(rs_index_batch *batch);

#endif
