/* Inside readers/llava: one record while it becomes a sample, and the steps that it goes through:
 * turns, pictures, regions of box text. */
#ifndef RS_READERS_LLAVA_RECORD_H
#define RS_READERS_LLAVA_RECORD_H

#include "readers/content.h"
#include "readers/meaning.h"
#include "readers/preference.h"
#include "readers/slots.h"

/* Names of fields, and which box text is searched for. */
typedef struct rs_llava_fields {
    rs_str image, id, turns; /* turns: empty = "conversations" or "messages" */
    rs_str crop;             /* a part of the picture that the record is about; empty = no such */
    bool chosen;             /* of a pair of answers the chosen one is read */
    bool alternate;          /* turns without a speaker are the user's and the model's by turns */
    unsigned styles;
    rs_named_meanings conventions;
    const rs_str *kept; /* keys of a record that are read: n_kept of one with a list of turns, */
    size_t n_kept, n_kept_alone; /* and of one without; */
    size_t n_plain; /* records that have no more than these of them need no look for the others */
} rs_llava_fields;

typedef struct rs_llava_record {
    const rs_llava_fields *fields;
    const rs_json *root;
    rs_sample *sample;
    rs_turn *turns; /* the sample's, while they are made */
    size_t n_turns, cap_turns;
    rs_named_pictures shown; /* by the turns themselves */
    rs_filled_boxes filled;
    bool other_keys; /* it has a key behind the plain ones, */
    bool rare_keys;  /* one of those that are looked for */
    bool odd_turns;  /* a turn has a field that is not read */
    size_t n_series; /* pictures that "<video>" stands for; 0 = the record has no such list */
} rs_llava_record;

/* All turns of the record, a `system` text in front; any spelling of turns that trainers read.
 * *bad, after a finding, when one cannot be used: a conversation with a turn left out would be
 * another one. */
rsift_status rs_llava_read_turns(rs_parse *p, rs_llava_record *r, bool *bad);
/* The record's list of turns and its name; NULL = there is none under any name. */
const rs_json *rs_llava_turns_of(const rs_llava_record *r, const char **name);
/* The keys of a record that are read, by the fields that the parameters name. */
rsift_status rs_llava_name_kept(rs_llava_fields *fields, rs_arena *arena, rsift_error *err);
/* Finds out once which kinds of keys the record has: other_keys and rare_keys. */
void rs_llava_note_keys(rs_llava_record *r);
/* Counts the fields of the record and of its turns that are not read. */
rsift_status rs_llava_count_unkept(rs_parse *p, const rs_llava_record *r);
/* All pictures of the record; none at all is a text-only record. */
rsift_status rs_llava_read_pictures(rs_parse *p, rs_llava_record *r, bool *bad);
/* Regions of all turns, in reading order. What looks like coordinates and cannot be read, or whose
 * meaning or picture is not known, is a finding. */
rsift_status rs_llava_find_regions(rs_parse *p, const rs_llava_record *r);

#endif
