/* Where samples and pictures are: rows of the tables sample and asset by their id.
 *
 * The first questions go to the database, which reads a column of every part for each. When they
 * together have cost as much as reading all rows into memory would (about 100 bytes each), that is
 * done, and a question costs a microsecond. So the price is a small multiple of the best, for one
 * question as for a million. Rows that would fill more than half of the session's memory stay in
 * their parts: of samples the ids are read then (4 bytes each), and a question reads one part.
 * What is indexed later is noticed. One thread. */
#ifndef RS_API_POSITIONS_H
#define RS_API_POSITIONS_H

#include "release/locate.h"
#include "store/store.h"

typedef struct rs_positions rs_positions;

rs_positions *rs_positions_new(int memory_mb); /* NULL = no memory */
void rs_positions_free(rs_positions *positions);

typedef struct rs_sample_position {
    rs_sample_ref ref;
    rs_str release_id, dataset, role;
} rs_sample_position;

typedef struct rs_asset_position {
    rs_str root, member;    /* the folder or archive, and the logical path in it */
    rs_str format;          /* "jpeg", ... */
    uint32_t width, height; /* of the stored pixels; 0 = not known */
    uint8_t orientation;
    rs_id content_hash; /* {0, 0} = not known */
} rs_asset_position;

/* Texts live until the next question. RSIFT_E_ARG when the workspace has no such id, for a picture
 * also when it was never found. `store` is open for reading. */
rsift_status rs_positions_sample(rs_positions *positions, rs_store *store, rs_id id,
                                 rs_sample_position *out, rsift_error *err);
rsift_status rs_positions_asset(rs_positions *positions, rs_store *store, rs_id id,
                                rs_asset_position *out, rsift_error *err);

/* Something was indexed since the last call (true at the first). */
bool rs_positions_changed(rs_positions *positions, rs_store *store);

/* An id as SQL and JSON print it: 32 hex digits, dashes are fine. RSIFT_E_ARG; `what` is for the
 * message: "a sample id". */
rsift_status rs_positions_parse_id(const char *text, const char *what, rs_id *out,
                                   rsift_error *err);

#endif
