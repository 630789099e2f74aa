/* What a sample asks and what it answers, as two hashes: samples of one picture and one question
 * whose answers differ contradict each other. Unlike the duplicate keys of the record model these
 * see through spelling: "Two." is "2", "1,000" is "1000.0", "(B) forest" is the option B. */
#ifndef RS_INDEX_ANSWER_KEY_H
#define RS_INDEX_ANSWER_KEY_H

#include "model/sample.h"

typedef struct rs_answer_keys {
    bool comparable; /* false: several answers may be true, or none is known */
    rs_id asked, answer;
} rs_answer_keys;

/* Comparable are the tasks with a short answer (rs_model_task_is_short), unless the release itself
 * gives several answers to the question, and the first answer of a conversation where it is yes,
 * no, a number, or the single word that was asked for. Captions, descriptions of regions and boxes
 * can differ and be true. false = out of memory. */
bool rs_index_answer_keys(rs_arena *scratch, const rs_sample *sample, rs_answer_keys *out);

#endif
