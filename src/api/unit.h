/* The parameter `unit` of index and link. */
#ifndef RS_API_UNIT_H
#define RS_API_UNIT_H

#include "api/call.h"
#include "index/units.h"

/* Reads "2/8"; {0, 0} when it is not given. */
rsift_status rs_api_read_unit(const rs_call *call, rs_index_unit *out, rsift_error *err);

#endif
