/* Which pictures show the same, from the pairs that were proved (table picture_pair, level
 * image), and stars of them: a group is one picture, which stays, and those that are the same as
 * it. Nothing is concluded over a third picture: in a row of pictures each of which resembles
 * the next, the ends may differ. Only equality of pixels is handed on.
 *
 * picture_pair holds a star and not every pair of a group of equal hashes. Two pictures that
 * were both proved against a third are therefore compared here, by their hashes and thumbnails. */
#ifndef RS_DECIDE_NEAR_H
#define RS_DECIDE_NEAR_H

#include "base/buf.h"
#include "store/store.h"

typedef struct rs_near rs_near;

/* In the order of how much they prove. */
typedef enum rs_near_method {
    RS_NEAR_BYTES, /* one picture */
    RS_NEAR_PIXELS,
    RS_NEAR_PERCEPTUAL,
    RS_NEAR_EMBEDDING,
    RS_NEAR_N_METHODS
} rs_near_method;
const char *rs_near_method_name(rs_near_method method);
/* "pixels", "perceptual", "embedding" as a set of bits, 0 = not one of them. */
unsigned rs_near_method_bit(rs_str name);
enum {
    RS_NEAR_PROVED = 1 << RS_NEAR_PIXELS | 1 << RS_NEAR_PERCEPTUAL
}; /* by the pixels themselves */

/* How it is known that picture b is the same as picture a. */
typedef struct rs_near_proof {
    rs_near_method method;
    int orientation; /* in which b lies on a; -1 = not told */
    int distance;    /* bits; -1 = not told */
    double score;    /* 1 where pixels are equal, else the correlation or cosine */
} rs_near_proof;
/* "perceptual, turned 90 degrees, 12 bits"; appended. */
void rs_near_put_proof(const rs_near_proof *proof, rs_buf *out);

/* Which pairs count. */
typedef struct rs_near_choice {
    unsigned methods; /* bits */
    double score;     /* perceptual pairs of at least this correlation; 0 = all that were proved */
} rs_near_choice;

/* Reads the pairs that count, and the hashes that comparing within a group needs.
 * Memory: about 80 bytes a pair, and at most 256 MB of thumbnails; pictures beyond that are
 * compared by their pairs alone. */
rsift_status rs_near_load(rs_store *store, const rs_near_choice *choice, rs_near **out,
                          rsift_error *err);
void rs_near_free(rs_near *near);

enum { RS_NEAR_NONE = UINT32_MAX };
/* Pictures that have a pair, numbered from 0. */
size_t rs_near_n(const rs_near *near);
rs_id rs_near_id(const rs_near *near, uint32_t picture);
uint32_t rs_near_find(const rs_near *near, rs_id content); /* RS_NEAR_NONE = it has no pair */

bool rs_near_same(const rs_near *near, uint32_t a, uint32_t b, rs_near_proof *proof);

/* Stars over the pictures of `order`, best first: the first that is left is a centre, and those
 * that are the same as it join it. centre[picture] is set for all of order, to itself where it
 * stays; the others of centre[rs_near_n] are left as they are. */
rsift_status rs_near_stars(const rs_near *near, const uint32_t *order, size_t n, uint32_t *centre,
                           rsift_error *err);

/* Pictures that were proved to show the same, re-encoded or turned: each stands for its star. */
typedef struct rs_near_clusters {
    rs_near *near;
    uint32_t *centre; /* by number in near */
} rs_near_clusters;
rsift_status rs_near_load_clusters(rs_store *store, rs_near_clusters *out, rsift_error *err);
/* The picture that stands for `content`: itself when it has no pair. */
rs_id rs_near_cluster_of(const rs_near_clusters *clusters, rs_id content);
void rs_near_clusters_fini(rs_near_clusters *clusters);

/* Of things about pictures that come best first (samples that ask and answer the same), those that
 * are the same as one that stays: a group is given one by one. */
typedef struct rs_near_group rs_near_group;
rsift_status rs_near_group_new(const rs_near *near, rs_near_group **out, rsift_error *err);
void rs_near_group_free(rs_near_group *group);
void rs_near_group_start(rs_near_group *group);
/* Adds the next one. *same is the number, in the order of adding, of the one that stays for it,
 * with its proof; RS_NEAR_NONE when this one stays, as those without a pair do (picture
 * RS_NEAR_NONE). Two about one picture both stay: whether those are duplicates is not asked
 * here. */
rsift_status rs_near_group_add(rs_near_group *group, uint32_t picture, uint32_t *same,
                               rs_near_proof *proof, rsift_error *err);

#endif
