/* emit: the kept samples of a mixture, or the questions of an evaluation -> a training set in a
 * trainer's record layout for a model.
 *
 *   replay     each source is read again in its own order (an archive that cannot be sought in is
 *              read once); samples are found by ordinal and proven by their id          replay.c
 *   render     messages with box text in the model's convention, then one record (all threads)
 *   order      by hash of (seed, sample id), through a bounded spill: output bytes do not depend on
 *              threads, containers or interruptions                                       spill.c
 *   pictures   linked, copied or rendered, each by a stated rule                  picture_write.c
 *   records    those whose pictures are there, into the layout's container                write.c
 *   verify     records are read back by the layout's own reader, their boxes decoded from the text
 *              and compared with what was meant                                          verify.c
 *   describe   contact sheet, data card, ledger, manifest
 *
 * Every file appears under its name only when it is complete; manifest.json is the last one. */
#ifndef RS_EMIT_EMIT_H
#define RS_EMIT_EMIT_H

#include "emit/options.h"
#include "session/session.h"

/* Writes a mixture, or the questions of a benchmark, as training records; answers rsift.emit/1.
 * Errors: RSIFT_E_ARG (unknown format, model or mixture; a folder that is not rsift's), RSIFT_E_IO,
 * RSIFT_E_FORMAT when the release is not what was indexed or a record does not read back as it was
 * meant, RSIFT_E_NOMEM, RSIFT_E_CANCELLED. */
rsift_status rs_emit_make(rs_session *session, const rs_emit_options *options, rsift_answer *out,
                          rsift_error *err);

#endif
