/* The report of an emit: which files were written, what was dropped and why.
 * Small files are written through here; the container of the records and the pictures write their
 * own, and each file but the pictures is noted here for the manifest. */
#ifndef RS_EMIT_OUTPUT_H
#define RS_EMIT_OUTPUT_H

#include "base/buf.h"
#include "base/hash.h"
#include "codec/json_writer.h"
#include "emit/folder.h"
#include "emit/pictures.h"

/* Why samples were not written, and how many for each reason. */
typedef struct rs_emit_reason {
    const char *reason; /* static */
    int64_t n;
} rs_emit_reason;

/* A file of the output, for the manifest. */
typedef struct rs_emit_file {
    char name[240];
    int64_t n_bytes;
    rs_id hash;
} rs_emit_file;

/* A sample of the mixture that is not in the output, and why. */
typedef struct rs_emit_left {
    rs_id id;
    const char *reason;
} rs_emit_left;

typedef struct rs_emit_report {
    rs_str out;             /* folder */
    rs_emit_folder *folder; /* the same, held by this emit; NULL = nobody keeps a list */
    rs_str eval;            /* dataset of an evaluation; empty = a mixture */
    int64_t n_records, n_verified, n_boxes, n_degenerate, n_decoded, n_dropped;
    bool oriented;              /* a kept sample has oriented boxes, or its task is about them */
    int64_t n_unanswered;       /* questions of an evaluation whose truth holds no answer */
    rs_emit_reason reasons[32]; /* in the order of their names */
    size_t n_reasons;
    rs_buf dropped; /* lines of dropped.jsonl */
    rs_emit_left *left;
    size_t n_left, cap_left;
    bool ledger_marked; /* the workspace's ledger tells the same */
    rs_emit_picture_counts pictures;
    rs_emit_file *files; /* in the order of writing */
    size_t n_files, cap_files;
} rs_emit_report;

void rs_emit_report_fini(rs_emit_report *report);

/* Notes a file that is complete and will get its name next, for the manifest and the folder's list;
 * the form of rs_container_target.note, with the report as its context. */
rsift_status rs_emit_note_file(void *report, rs_str name, int64_t n_bytes, rs_id hash,
                               rsift_error *err);

/* Writes and notes a small file; it appears when it is complete. */
rsift_status rs_emit_write_file(rs_emit_report *report, rs_str name, rs_str bytes,
                                rsift_error *err);

/* A kept sample that is not written: a line of dropped.jsonl. `reason` is static. */
rsift_status rs_emit_note_dropped(rs_emit_report *report, rs_id id, const char *reason,
                                  rsift_error *err);

/* "dropped":{reason: n} and "pictures":{...}, which the answer and the manifest share. */
void rs_emit_put_counts(const rs_emit_report *report, rs_json_writer *w);
/* The answer of an emit (rsift.emit/1), which always says what was written: the mixture (its id is
 * empty for an evaluation), its name and when it was made. */
rsift_status rs_emit_report_json(const rs_emit_report *report, rs_str mixture_id, rs_str name,
                                 rs_str made_at, rs_buf *out, rsift_error *err);

#endif
