/* Goals of one call against what is indexed: words, and examples (`--like FILE|NAME[@SPLIT]`). */
#ifndef RS_API_LIKE_H
#define RS_API_LIKE_H

#include "api/goal.h"
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

/* `job`: its store is the workspace's, where datasets are looked for. Call rs_likes_close also
 * after a failure. Errors: RSIFT_E_ARG for an unknown word, for what is neither a file nor an
 * indexed dataset, and for a file that no reader takes. */
rsift_status rs_likes_open(rs_call *call, const rs_typed_goals *typed, const rs_recommend_job *job,
                           rs_likes *out, rsift_error *err);
void rs_likes_close(rs_likes *likes);

#endif
