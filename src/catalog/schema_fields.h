/* Shorthands of the tables of a schema, and what its two files share. Private to both. */
#ifndef RS_CATALOG_SCHEMA_FIELDS_H
#define RS_CATALOG_SCHEMA_FIELDS_H

#include "catalog/catalog.h"
#include "catalog/decode.h"

#define AT(type, member) offsetof(type, member)
#define TEXT(k, T, m) {.key = k, .kind = RS_D_TEXT, .at = AT(T, m)}
#define TEXTS(k, T, m) {.key = k, .kind = RS_D_TEXTS, .at = AT(T, m)}
#define INT(k, T, m) {.key = k, .kind = RS_D_INT, .at = AT(T, m)}
#define END {.key = NULL}

/* Words of the record, in the order of their enumerations (schema_words.c). */
extern const char *const rs_catalog_role_words[], *const rs_catalog_relation_words[],
                                                      *const rs_catalog_sure_words[];

/* `releases`: read as written, with the short forms written out (expand.h). */
rsift_status rs_catalog_decode_releases(rs_decoder *d, const rs_yaml *node, void *field);

#endif
