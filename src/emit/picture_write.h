/* Writing pictures into an output: linked, copied, rendered, or left where they are; each only when
 * it is still the picture that was indexed. */
#ifndef RS_EMIT_PICTURE_WRITE_H
#define RS_EMIT_PICTURE_WRITE_H

#include "emit/pictures.h"

/* Writes the used pictures below out/images and counts how.
 *
 * A picture that is linked, copied or left in place must lie in a file of the size and time of the
 * index; one that is copied or rendered, and with `verify` every one, must have the index's hash.
 * One that does not, or that cannot be opened, decoded or named, is marked as failed and gets a
 * line in `failures`. A disk that cannot be read or written is an error, as is `verify` where the
 * index has no hashes. */
rsift_status rs_emit_pictures_write(rs_emit_pictures *pictures, rs_session *session,
                                    rsift_error *err);

#endif
