/* Which pictures of a release are still to be hashed, and where they lie. */
#ifndef RS_INDEX_HASH_LIST_H
#define RS_INDEX_HASH_LIST_H

#include "index/units.h"
#include "io/io.h"
#include "session/session.h"

/* A file that holds one of the contents. Millions of them are held: no larger than it needs. */
typedef struct rs_index_hash_want {
    rs_id content;
    size_t member;
    int64_t n_bytes; /* as the index counted them; -1 = not known */
    uint32_t n;      /* number of the content: done[n] */
    uint32_t tree;
    uint16_t bands[3]; /* shown as red, green and blue, from 1; 0 = by the header */
    int16_t damage;    /* the finding that the index gave it (rs_finding_code); -1 = none */
    uint8_t place;     /* 0 = the first file of this content, 1 = tried when that one fails, ... */
    bool is_random;    /* can be opened by itself */
    bool was_refused;  /* the row that is there says that it crosses a limit */
} rs_index_hash_want;

/* One per run and release; not shared. */
typedef struct rs_index_hash_list {
    rs_io_tree **trees; /* NULL where one could not be opened */
    size_t n_trees, cap_trees;
    /* by place, then tree; those that can be opened by themselves first; then by member */
    rs_index_hash_want *items;
    size_t n, cap;
    bool *done; /* by content; set by whoever works through the list */
    size_t n_contents, cap_done;
    int64_t n_gone; /* contents of which no file is where it was: told to `wrong`, not listed */
} rs_index_hash_list;

typedef struct rs_index_hash_question {
    rs_session *session;
    rs_store *reading, *writing; /* writing: parts, for the marks of hash_changed.h */
    rs_str release_id;
    bool no_exact; /* a hash of a scaled decode is enough */
    rs_index_unit unit;
    /* Is the picture of this canonical path the unit's? NULL = shares go by the content. */
    bool (*is_mine)(void *ctx, rs_str path, rs_id content);
    void *is_mine_ctx;
    /* A picture that is not where it was. */
    void (*wrong)(void *ctx, rs_str place, const char *why);
    void *wrong_ctx;
} rs_index_hash_question;

/* The contents of the release's pictures that were found and have a content hash, as far as the
 * workspace has no hash of this version that does for them. */
rsift_status rs_index_hash_list_load(rs_index_hash_list *list, const rs_index_hash_question *of,
                                     rsift_error *err);
void rs_index_hash_list_fini(rs_index_hash_list *list);

/* The share of a content when nothing else divides the work; 1-based. */
int rs_index_hash_unit_of(rs_id content, int n_units);

#endif
