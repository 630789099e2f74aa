/* Pieces of JSON answers that several verbs write: the facts of a dataset, optional fields, lists
 * of texts. */
#ifndef RS_API_DATASET_H
#define RS_API_DATASET_H

#include "api/call.h"
#include "catalog/catalog.h"
#include "codec/json_writer.h"

/* A field that is left out when the text is absent (ptr NULL), or the number negative. */
void rs_api_field_text(rs_json_writer *w, const char *key, rs_str value);
void rs_api_field_count(rs_json_writer *w, const char *key, int64_t v);
void rs_api_field_texts(rs_json_writer *w, const char *key, rs_texts texts);

/* The fields of one line of `rsift list`, into an open object. */
void rs_api_dataset_fields(rs_json_writer *w, const rs_catalog_dataset *dataset);

/* The datasets whose records hold all the words, best first, as `datasets[]` with `score`. */
rsift_status rs_api_put_found(rs_call *call, rs_str words, rs_json_writer *w, rsift_error *err);

/* `upstream[]{name section year venue paper link layout_from download note}`: what the public list
 * names beside the records, with all the words in it; words.len 0 = everything. */
rsift_status rs_api_put_upstream(rs_call *call, rs_str words, rs_json_writer *w, rsift_error *err);

/* `own[]{id samples pictures licence tasks[] labels[]}` into an open object: indexed datasets that
 * the catalogue does not have, each word of which stands in their id, tasks, labels or is their
 * licence class (`exact`: the one word is the id); `labels` are those that hold a word. Without a
 * workspace that can be read there are none. */
rsift_status rs_api_put_own(rs_call *call, rs_texts words, bool exact, rs_json_writer *w, size_t *n,
                            rsift_error *err);

#endif
