/* Releases and pictures that a workspace handle has opened and keeps open: plans with their lists
 * of files, locators that jump to records, trees that pictures lie in. Listing an archive of
 * 300,000 members costs most of a second; this is why they are kept. One thread. */
#ifndef RS_API_RELEASES_H
#define RS_API_RELEASES_H

#include "release/locate.h"

typedef struct rs_releases rs_releases;

rs_releases *rs_releases_new(void); /* NULL = no memory */
void rs_releases_free(rs_releases *releases);
/* Closes all: something was indexed, so that plans may differ. */
void rs_releases_reset(rs_releases *releases);

/* The locator of a release, opened on first use. */
rsift_status rs_releases_locator(rs_releases *releases, rs_session *session, rs_store *store,
                                 rs_str release_id, rs_locator **out, rsift_error *err);
/* The tree at `root`, opened on first use unless an open release has it. */
rsift_status rs_releases_tree(rs_releases *releases, rs_session *session, rs_str root,
                              const rs_io_tree **out, rsift_error *err);

#endif
