/* Between the schema's tables and what is done with them. Private to src/catalog. */
#ifndef RS_CATALOG_SCHEMA_H
#define RS_CATALOG_SCHEMA_H

#include "catalog/decode.h"

extern const rs_field rs_catalog_dataset_fields[];

/* Whether the word is a function that key rules may name (lineage.c). */
bool rs_catalog_is_key_function(rs_str name);

#endif
