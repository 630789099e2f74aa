/* Pictures that are the same by their texts alone: a protected picture and one of the pool share
 * captions, or free answers, or questions with their answers, that hardly any other picture has. */
#ifndef RS_DECIDE_TEXT_PAIRS_H
#define RS_DECIDE_TEXT_PAIRS_H

#include "decide/decide.h"

/* Makes the tables text_pair and text_look (store/tables.h) anew, in one transaction, unless they
 * were made of the same texts, pictures and protected samples. In: the temporary table
 * protected_sample of rs_protect_make; the pool is every other sample.
 * RSIFT_E_LIMIT when the protected texts are more than memory is meant to hold. */
rsift_status rs_decide_text_pairs(rs_store *store, rsift_error *err);

#endif
