/* The short forms of a record, `each_split: [train, val]`, `each: [...]` and {class}, written out
 * as one source or split list each. Private to src/catalog. */
#ifndef RS_CATALOG_EXPAND_H
#define RS_CATALOG_EXPAND_H

#include "catalog/decode.h"

/* A source or split list as written, before `each_split` and `each` are expanded. */
struct source_template {
    rs_catalog_source source;
    rs_texts each_split;
    rs_str split_scheme;
};

struct split_template {
    rs_catalog_split_list list;
    rs_texts each;
};

struct release_template {
    rs_catalog_release release; /* all but sources and splits */
    struct {
        const struct source_template *items;
        size_t n;
    } sources;
    struct {
        const struct split_template *items;
        size_t n;
    } splits;
};

/* `node` is where errors point to. */
rsift_status rs_catalog_expand(rs_decoder *decoder, const rs_yaml *node,
                               const struct release_template *in, rs_catalog_release *out);
/* {class} in file patterns becomes the class list; needs the decoded record. */
rsift_status rs_catalog_fill_classes(rs_decoder *decoder, const rs_catalog_dataset *dataset);

#endif
