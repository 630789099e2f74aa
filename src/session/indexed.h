/* Names of datasets that somebody typed. */
#ifndef RS_SESSION_INDEXED_H
#define RS_SESSION_INDEXED_H

#include "store/store.h"

/* RSIFT_E_ARG when the workspace holds no sample of the dataset; the message says which there
 * are. */
rsift_status rs_session_check_indexed(rs_store *store, const char *dataset, rsift_error *err);

#endif
