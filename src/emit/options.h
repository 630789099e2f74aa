/* What is asked of one emit run. */
#ifndef RS_EMIT_OPTIONS_H
#define RS_EMIT_OPTIONS_H

#include "rsift/rsift.h"

typedef rsift_emit_options rs_emit_options;

#endif
