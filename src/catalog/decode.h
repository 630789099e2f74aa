/* A tree of YAML nodes -> C structs, steered by tables of fields, so that every map of a record is
 * read with the same strictness and the same messages. For the catalogue, and for the recipes of
 * src/decide. */
#ifndef RS_CATALOG_DECODE_H
#define RS_CATALOG_DECODE_H

#include "catalog/catalog.h"
#include "codec/yaml.h"

#include <stddef.h>

typedef enum rs_decode_kind {
    RS_D_TEXT,    /* rs_str */
    RS_D_TEXTS,   /* rs_texts; a scalar is a list of one */
    RS_D_INT,     /* int64_t, >= 0 */
    RS_D_BOOL,    /* bool: yes no true false */
    RS_D_RANGE,   /* double[2]; one number, or a list whose smallest and largest are kept */
    RS_D_WORD,    /* enum (int-sized) out of `words` */
    RS_D_TASK,    /* rs_task, and a bool at `flag` when given */
    RS_D_TASKS,   /* {const rs_task *, size_t} */
    RS_D_STRUCT,  /* nested in place, by `fields` */
    RS_D_STRUCTS, /* {const T *, size_t} from a list of maps */
    RS_D_NAMED,   /* {const T *, size_t} from a map; T begins with the rs_str for the key */
    RS_D_WORDS,   /* rs_catalog_words */
    RS_D_PARAMS,  /* rs_catalog_params */
    RS_D_CUSTOM,  /* `custom` does it */
} rs_decode_kind;

typedef struct rs_decoder {
    rs_arena *arena;
    rs_str file;
    rsift_error *err;
} rs_decoder;

typedef struct rs_field {
    const char *key;
    rs_decode_kind kind;
    size_t at;
    const struct rs_field *fields; /* STRUCT, STRUCTS, NAMED; .key NULL ends */
    size_t size;                   /* STRUCTS, NAMED: sizeof T */
    const char *const *words;      /* WORD: NULL-terminated; the value is the index */
    size_t flag;                   /* TASK: offset of a bool, 0 = none */
    bool required;
    void (*init)(void *item); /* defaults of a T that are not zero */
    rsift_status (*custom)(rs_decoder *decoder, const rs_yaml *node, void *field);
    rsift_status (*check)(rs_decoder *decoder, const rs_yaml *node, void *item); /* after a T */
} rs_field;

rsift_status rs_decode_map(rs_decoder *decoder, const rs_yaml *node, const rs_field *fields,
                           void *out);
rsift_status rs_decode_text(rs_decoder *decoder, const rs_yaml *node, rs_str *out);
rsift_status rs_decode_int(rs_decoder *decoder, const rs_yaml *node, int64_t *out);
rsift_status rs_decode_texts(rs_decoder *decoder, const rs_yaml *node, rs_texts *out);
rsift_status rs_decode_task(rs_decoder *decoder, const rs_yaml *node, rs_task *out);
rsift_status rs_decode_list(rs_decoder *decoder, const rs_yaml *node, const rs_field *field,
                            void *out);
/* "expected ..., found ..." at the node. */
rsift_status rs_decode_expected(rs_decoder *decoder, const rs_yaml *node, const char *expected);
void *rs_decode_alloc(rs_decoder *decoder, size_t n, size_t size); /* zeroed; NULL: error is set */

#endif
