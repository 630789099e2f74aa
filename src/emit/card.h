/* README.md, the data card: what the training set is made of and under which licences. */
#ifndef RS_EMIT_CARD_H
#define RS_EMIT_CARD_H

#include "emit/job.h"

rsift_status rs_emit_write_card(rs_emit_job *job, rsift_error *err);

#endif
