/* Goals of examples as they are typed: `--like FILE|NAME[@SPLIT][:share]`. */
#ifndef RS_API_LIKE_H
#define RS_API_LIKE_H

#include "api/call.h"
#include "decide/aim.h"
#include "store/lock.h"

/* The goals of one call, with the stores that hold the examples of files: a file is indexed in a
 * folder of the workspace that goes again. */
typedef struct rs_likes {
    rs_aim_goal *goals; /* in the call's arena */
    size_t n;
    rs_store *store; /* the workspace's; not closed here */
    rs_lock lock;
    rs_path tmp; /* text[0] = 0: no file was read */
    rs_session **sessions;
    size_t n_sessions;
} rs_likes;

/* `store`: the workspace's, where datasets are looked for. Call rs_likes_close also after a
 * failure. Errors: RSIFT_E_ARG for what is neither a file nor an indexed dataset, for a file that
 * no reader takes, and for a share that is no number above 0. */
rsift_status rs_likes_open(rs_call *call, rs_texts texts, rs_store *store, rs_likes *out,
                           rsift_error *err);
void rs_likes_close(rs_likes *likes);

#endif
