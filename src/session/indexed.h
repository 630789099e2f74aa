/* Names of datasets and splits that somebody typed. */
#ifndef RS_SESSION_INDEXED_H
#define RS_SESSION_INDEXED_H

#include "store/store.h"

/* RSIFT_E_ARG when the workspace holds no sample of the dataset, or (split not NULL) has no split
 * of that name for it; the message says which there are. */
rsift_status rs_session_check_indexed(rs_store *store, const char *dataset, const char *split,
                                      rsift_error *err);

#endif
