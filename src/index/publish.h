/* A release that replaces itself appears when all of it is there. */
#ifndef RS_INDEX_PUBLISH_H
#define RS_INDEX_PUBLISH_H

#include "index/index.h"
#include "index/media.h"

/* Lets what is staged of the release take the position of the release, when every source and every
 * picture of it is there, also those of other units, and a sample at all: a release of which
 * nothing could be read replaces none. `*pending`: it is still staged. */
rsift_status rs_index_publish(rs_index_media *media, bool *pending, rsift_error *err);

#endif
