/* Some of the samples that were chosen for each form of question, to be looked at by a person. */
#ifndef RS_DECIDE_AIM_SHOWN_H
#define RS_DECIDE_AIM_SHOWN_H

#include "codec/json_writer.h"
#include "decide/aim_plan.h"

enum { RS_AIM_SHOWN = 3 /* of a form */ };

/* A chosen sample in the release's words. Texts are cut; question len 0 = one of ours asks it. */
typedef struct rs_aim_shown {
    uint32_t at; /* of rs_aim_plan.samples */
    rs_str question, answer;
    rs_id picture; /* content hash of its first picture; {0} = none that is read */
} rs_aim_shown;

typedef struct rs_aim_shows {
    rs_arena arena;
    rs_aim_shown *items; /* by form */
    size_t *first;       /* [n_parts + 1] */
    rs_idmap at_of_id;   /* of items */
} rs_aim_shows;

/* Chooses them by their keys, each with another answer of the form where it has several, and reads
 * their texts. */
rsift_status rs_aim_shows_make(const rs_aim_plan *p, rs_aim_shows *out, rsift_error *err);
void rs_aim_shows_fini(rs_aim_shows *shows);
/* The samples of a form as an array "chosen". */
void rs_aim_shows_put(const rs_aim_plan *p, const rs_aim_shows *shows, uint32_t part,
                      rs_json_writer *json);

/* At most 120 bytes of a text, by whole characters. */
rs_str rs_aim_shortened(rs_str text);

#endif
