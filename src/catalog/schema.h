/* Between the schema's tables and what is done with them. Private to src/catalog. */
#ifndef RS_CATALOG_SCHEMA_H
#define RS_CATALOG_SCHEMA_H

#include "catalog/decode.h"

extern const rs_field rs_catalog_dataset_fields[];

/* A source or split list as written, before `each_split` and `each` are unrolled. */
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

rsift_status rs_catalog_unroll(rs_decoder *decoder, const rs_yaml *node,
                               const struct release_template *in, rs_catalog_release *out);
/* {class} in file patterns becomes the class list; needs the whole record. */
rsift_status rs_catalog_fill_classes(rs_decoder *decoder, const rs_catalog_dataset *dataset);
bool rs_catalog_is_key_function(rs_str name);

#endif
