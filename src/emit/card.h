/* What documents an emitted mixture: data card, ledger, clean lists, manifest. */
#ifndef RS_EMIT_CARD_H
#define RS_EMIT_CARD_H

#include "emit/emit.h"

typedef struct rs_emit_facts {
    rs_session *session;
    rs_store *store;
    const rs_writer *format;
    const rs_render_options *render;
    const rs_writer_set *set;
    rs_str mixture_id, name; /* mixture_id empty: eval questions */
    uint64_t seed;
    rs_images_mode mode;
    const char *eval, *split;
} rs_emit_facts;

/* README.md (data card with the licences), ledger.parquet, clean/<benchmark>.ids, and at last
 * manifest.json. */
rsift_status rs_emit_papers(rs_emit_report *report, const rs_emit_facts *facts, rsift_error *err);
void rs_emit_report_json(const rs_emit_report *report, const rs_str *mixture_id, rs_buf *out);
void rs_emit_report_fini(rs_emit_report *report);

#endif
