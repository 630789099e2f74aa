/* Ids of COCO's images and categories: integers or texts, as pycocotools takes them; 7 and "7" are
 * one. They are numbered in ascending order, integers before texts, as COCO's own evaluation sorts
 * them. */
#ifndef RS_SCORE_COCO_IDS_H
#define RS_SCORE_COCO_IDS_H

#include "base/arena.h"
#include "base/map.h"
#include "codec/json.h"

/* An id as it stands in a file; name.ptr NULL = none of either kind. */
typedef struct rs_coco_id {
    bool text;
    int64_t value; /* of an integer */
    rs_str name;
} rs_coco_id;

/* Built once, then shared, immutable. */
typedef struct rs_coco_ids {
    rs_strmap names;
    uint32_t *number; /* [names.n] of names.keys[k] */
    uint32_t n;       /* numbers are below it */
    uint32_t *small;  /* [n_small] numbers of small integers, UINT32_MAX = no such id */
    size_t n_small;
} rs_coco_ids;

/* The name is in the arena. */
rs_coco_id rs_coco_id_of(rs_arena *arena, const rs_json *v);

/* Numbers the n ids of a list, which are sorted on the way; ids that stand twice count once.
 *   what    the list in messages: "images"
 *   errors  RSIFT_E_FORMAT when 7 stands next to "7": results could mean either; RSIFT_E_NOMEM */
rsift_status rs_coco_ids_make(rs_coco_ids *ids, rs_coco_id *list, size_t n, const char *what,
                              rsift_error *err);
void rs_coco_ids_fini(rs_coco_ids *ids);

/* The number of an id; false = it is not among them. */
bool rs_coco_ids_find(const rs_coco_ids *ids, const rs_json *v, uint32_t *out);

#endif
