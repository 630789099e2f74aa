/* Classes of one's own data under other names: rename_classes, which every reader has. */
#ifndef RS_READERS_RENAME_H
#define RS_READERS_RENAME_H

#include "readers/words.h"

/* The parameter's pairs, old name to new; none without it. */
rsift_status rs_rename_of(rs_arena *arena, const rs_source *source, rs_words *out,
                          rsift_error *err);
/* Renames labels of pictures and regions of the batch's samples from `first` on. Two labels of one
 * picture that get the same name become one. Phrases and texts stay: they are the release's words.
 */
rsift_status rs_rename_classes(const rs_words *names, rs_batch *batch, size_t first,
                               rsift_error *err);

#endif
