/* The parameters that a reader takes: which names, and what a value may be. */
#ifndef RS_READERS_PARAMS_H
#define RS_READERS_PARAMS_H

#include "readers/reader.h"

/* The reader's parameter of that name, or the one that every reader has (`task`); NULL = none. */
const rs_param *rs_reader_param(const rs_reader *reader, rs_str name);
/* Does the parameter take several values? A text is one value, whatever stands in it. */
bool rs_param_is_list(const rs_param *param);
/* What parts the values of a list on the command line: '|', or ',' where no bar stands. Texts may
 * hold commas and are parted by bars only. */
char rs_param_separator(const rs_param *param, rs_str value);
/* RSIFT_E_ARG for a name that the reader lacks, with the names that it has, and for a value that is
 * none of the parameter's type. */
rsift_status rs_reader_check_params(const rs_reader *reader, const rs_param_value *params, size_t n,
                                    rsift_error *err);

#endif
