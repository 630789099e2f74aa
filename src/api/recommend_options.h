/* recommend's options, checked and turned into the jobs of src/decide. */
#ifndef RS_API_RECOMMEND_OPTIONS_H
#define RS_API_RECOMMEND_OPTIONS_H

#include "api/call.h"
#include "decide/aim.h"
#include "overlap/duplicates.h"
#include "overlap/embedding.h"

rsift_status rs_api_recommend_options(rs_call *call, rs_recommend_job *job, rsift_error *err);

/* The job of a choice among samples: the general share, the limit, epochs, pictures, --diverse and
 * --signals, whose job is written to `signals`. Goals and vectors are the caller's. */
rsift_status rs_api_aim_options(rs_call *call, rs_recommend_job *job, rs_brought_job *signals,
                                rs_aim_job *aim, rsift_error *err);

/* Vectors of --embeddings and --ids; rows->at NULL = none are given. Fini also after a failure. */
rsift_status rs_api_read_vectors(rs_call *call, rs_store *store, rs_embedding_rows *rows,
                                 rs_duplicates_vectors *counts, rsift_error *err);
/* The same for --diverse, without which they are refused. */
rsift_status rs_api_vectors_option(rs_call *call, rs_store *store, rs_embedding_rows *rows,
                                   rs_duplicates_vectors *counts, rsift_error *err);

#endif
