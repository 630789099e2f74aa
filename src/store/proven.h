/* The proof of a whole workspace. DIR/proven.txt remembers which parts were proved, by the sizes,
 * times and inodes of their files: it only ever saves hashing again. It proves itself, and damaged
 * it is ignored. */
#ifndef RS_STORE_PROVEN_H
#define RS_STORE_PROVEN_H

#include "base/arena.h"
#include "store/seal.h"

/* "<release>/<part>" of every part in DIR, sorted, "_schema/_schema" too; in the arena.
 * RSIFT_E_FORMAT when something lies there that rsift does not make (links, devices, names of no
 * part). */
rsift_status rs_proven_list(const char *dir, rs_arena *arena, rs_str **names, size_t *n,
                            rsift_error *err);
/* Proves every part. Those whose files are the ones that were proved before are not hashed again.
 * `tmp` is a folder on the same disk for the new proven.txt; "" = none is written. */
rsift_status rs_proven_all(const char *dir, const char *tmp, const rs_cancel *cancel,
                           rsift_error *err);

#endif
