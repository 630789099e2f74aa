/* Words that both halves of the schema know: see schema_fields.h. */
#include "catalog/schema_fields.h"

const char *const rs_catalog_role_words[] = {"", "train", "eval", NULL};
const char *const rs_catalog_relation_words[] = {"same", "crop", "scene", "pair", NULL};
const char *const rs_catalog_sure_words[] = {"low", "medium", "high", NULL};

const char *rs_catalog_role_name(rs_role v)
{
    return rs_catalog_role_words[v];
}

const char *rs_catalog_relation_name(rs_relation v)
{
    return rs_catalog_relation_words[v];
}

const char *rs_catalog_sureness_name(rs_sureness v)
{
    return rs_catalog_sure_words[v];
}
