/* One emit run: what was asked, what is open, what was found and written so far. The steps of the
 * run (replay, write, contact sheet, card, ledger, manifest) work on it one after another; the
 * driver owns it. While the replay's pipeline runs, its workers only read it and one thread changes
 * it. */
#ifndef RS_EMIT_JOB_H
#define RS_EMIT_JOB_H

#include "decide/split.h"
#include "emit/options.h"
#include "emit/output.h"
#include "emit/pictures.h"
#include "emit/spill.h"
#include "writers/writer.h"

/* The record that is written first, whatever its place in the order. n_keys = 0: there is none. */
typedef struct rs_emit_first {
    uint32_t n_keys;
    uint64_t key;
    rs_id id;
    uint32_t repeat;
    rs_buf packed;
} rs_emit_first;

typedef struct rs_emit_job {
    rs_session *session;
    const rs_emit_options *options;
    const rs_writer *writer;
    rs_render_options render;
    rs_writer_set set;
    rs_str mixture_id;            /* empty: the questions of an evaluation */
    rs_str name;                  /* of the mixture or the evaluation */
    rs_str for_format, for_model; /* that the mixture was made for; empty = any */
    bool made_by_build;           /* its recipe names neither of these */
    rs_eval_part part;            /* of the evaluation's dataset */
    rs_str made_at;               /* of the mixture */
    uint64_t seed;
    rs_store *store; /* rows of the mixture */
    rs_emit_pictures pictures;
    rs_emit_folder folder;
    rs_emit_spill *spill; /* packed records (packed.h) */
    rs_emit_first first;
    rs_buf unasked; /* lines of the truth for questions that could not be written */
    rs_emit_report report;
} rs_emit_job;

#endif
