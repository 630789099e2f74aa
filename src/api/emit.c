/* rsift_emit: a mixture in a trainer's format, or a benchmark's questions. */
#include "emit/emit.h"

rsift_status rsift_emit(rsift_context *context, const rsift_emit_options *options,
                        rsift_answer *out, rsift_error *err)
{
    return rs_emit_make(context, options, out, err);
}
