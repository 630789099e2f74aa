/* The last attempt to make a mixture, kept beside the decisions as last-mix.json. A mix that failed
 * changes no table, so without this an emit of "the newest" would silently write an older one. */
#ifndef RS_SESSION_ATTEMPT_H
#define RS_SESSION_ATTEMPT_H

#include "session/session.h"

typedef struct rs_attempt {
    rs_str recipe;     /* its file; ptr NULL = no attempt is known */
    rs_str made_at;    /* when it began */
    rs_str mixture_id; /* what it made; ptr NULL while it runs, and after it failed */
    rs_str why;        /* of a failure: "" while it runs, and when it was killed */
} rs_attempt;

/* Replaces the note of the attempt before. Does nothing without a workspace, or when the folder
 * cannot be written: whoever mixes there fails for that reason. */
void rs_attempt_write(const rs_session *session, const rs_attempt *attempt);
/* Texts in the arena. A note that is not there is no attempt; one that is not
 * as it was written (its last member is the hash of the rest) is one that failed. */
rs_attempt rs_attempt_read(const rs_session *session, rs_arena *arena);

#endif
