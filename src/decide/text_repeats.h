/* Texts that repeat each other about one picture: captions of one sample that are one but for
 * spelling or a word, and samples that ask and say the same but for that. Only told; nothing is
 * dropped for it. */
#ifndef RS_DECIDE_TEXT_REPEATS_H
#define RS_DECIDE_TEXT_REPEATS_H

#include "codec/json_writer.h"
#include "store/store.h"

/* Stores overlaps of kind 'near-duplicate-text' (first the one that says more, then that with
 * the smaller id) and appends a member "texts" to the open object:
 *   n_near             samples that repeat another
 *   captions[]         {dataset pictures captions spelled distinct repeating}: pictures with two
 *                      captions or more; captions different but for spelling, and but for one word;
 *                      pictures with such a repeat
 *   pairs[]            {kept_in repeated_in samples example_kept example_repeated evidence}
 *   not_checked[]      {dataset samples}: indexed without texts
 * In: pool.sql's pool; want_dataset. Outside a transaction. */
rsift_status rs_text_repeats(rs_store *store, rs_json_writer *json, rsift_error *err);

#endif
