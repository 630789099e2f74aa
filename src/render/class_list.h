/* The classes that a question lists, made of the names that data use for them. A question about
 * "all objects" would be false of every picture that shows something the data have no class for. */
#ifndef RS_RENDER_CLASS_LIST_H
#define RS_RENDER_CLASS_LIST_H

#include "base/arena.h"
#include "render/rendered.h"

/* More names than a question lists. */
enum { RS_CLASS_LIST_MAX = 100 };

/* A list in the making; everything lies in the arena. */
typedef struct rs_class_list_maker {
    rs_arena *arena;
    const rs_render_model *model; /* whose own words name nothing; NULL = those of any model */
    rs_str *names;                /* [RS_CLASS_LIST_MAX] */
    rs_render_classes made;
} rs_class_list_maker;

/* An empty list. RSIFT_E_NOMEM. */
rsift_status rs_class_list_begin(rs_class_list_maker *maker, rs_arena *arena,
                                 const rs_render_model *model, rsift_error *err);
/* Adds one name as words, once however it is spelled. Numbers and blanks name nothing; a word that
 * models keep for themselves is in no record of the set either. */
rsift_status rs_class_list_add(rs_class_list_maker *maker, rs_str name, rsift_error *err);
/* The list, sorted. */
rs_render_classes rs_class_list_end(rs_class_list_maker *maker);

#endif
