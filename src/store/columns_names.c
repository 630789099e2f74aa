/* Names of values: the library datasets writes what its columns mean into the file's metadata,
 * {"info": {"features": {"label": {"names": ["airport", ..], "_type": "ClassLabel"}}}}. Lists are
 * {"feature": F, "_type": "Sequence" | "List" | "LargeList"} or [F], structs plain objects; a
 * Sequence of an object is stored as a struct of lists. */
#include "codec/json.h"
#include "store/columns_parts.h"

static rsift_status copy_names(rs_arena *arena, const rs_json *names, rs_vtype *type,
                               rsift_error *err)
{
    const size_t n = rs_json_len(names);
    rs_str *copy = rs_arena_calloc(arena, n + 1, sizeof *copy);
    if (!copy) return rs_err_nomem(err, "names of classes");
    rs_json_iter it = rs_json_each(names);
    for (size_t i = 0; i < n; i++) {
        const rs_str name = rs_json_str(rs_json_next(&it, NULL));
        if (!name.ptr) return RSIFT_OK; /* not what the library writes: numbers stay numbers */
        copy[i] = rs_arena_str(arena, name);
        if (!copy[i].ptr) return rs_err_nomem(err, "names of classes");
    }
    type->value_names = copy;
    type->n_value_names = n;
    return RSIFT_OK;
}

static rs_vtype *innermost(rs_vtype *type)
{
    while (type->id == DUCKDB_TYPE_LIST || type->id == DUCKDB_TYPE_ARRAY) type = type->children;
    return type;
}

static rs_vtype *child_of(rs_vtype *type, rs_str name)
{
    if (type->id != DUCKDB_TYPE_STRUCT) return NULL;
    for (size_t i = 0; i < type->n; i++)
        if (rs_str_eq(type->names[i], name)) return &type->children[i];
    return NULL;
}

/* A feature and the type that stores it, level by level; what does not agree is left as it is. */
static rsift_status name_type(rs_arena *arena, const rs_json *feature, rs_vtype *type,
                              rsift_error *err)
{
    rs_str key;
    const bool list = type->id == DUCKDB_TYPE_LIST || type->id == DUCKDB_TYPE_ARRAY;
    if (rs_json_kind(feature) == RS_JSON_ARRAY) {
        rs_json_iter it = rs_json_each(feature);
        const rs_json *of = rs_json_next(&it, NULL);
        return list && of ? name_type(arena, of, type->children, err) : RSIFT_OK;
    }
    if (rs_json_kind(feature) != RS_JSON_OBJECT) return RSIFT_OK;
    if (rs_str_eq(rs_json_str(rs_json_get(feature, "_type")), RS_STR("ClassLabel")))
        return copy_names(arena, rs_json_get(feature, "names"), innermost(type), err);
    const rs_json *of = rs_json_get(feature, "feature");
    if (of && rs_json_str(rs_json_get(feature, "_type")).ptr)
        return name_type(arena, of, list ? type->children : type, err);
    rs_json_iter it = rs_json_each(feature);
    for (const rs_json *member; (member = rs_json_next(&it, &key));) {
        rs_vtype *child = child_of(innermost(type), key);
        if (child) RS_TRY(name_type(arena, member, child, err));
    }
    return RSIFT_OK;
}

rsift_status rs_columns_name_values(rs_columns *table, rs_str metadata, rsift_error *err)
{
    const rs_json *root;
    rsift_error why = {0};
    rs_arena scratch = {0};
    /* metadata of another origin under the same key mean nothing */
    if (rs_json_parse(&scratch, metadata, &table->engine->limits, &root, &why) != RSIFT_OK) {
        rs_arena_fini(&scratch);
        return why.status == RSIFT_E_NOMEM ? rs_err_nomem(err, "names of classes") : RSIFT_OK;
    }
    const rs_json *features = rs_json_path(root, RS_STR("info.features"));
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; i < table->n && status == RSIFT_OK; i++) {
        rs_file_column *column = &table->items[i];
        const rs_json *feature = rs_json_get(features, column->name);
        if (!feature) continue;
        status = name_type(&table->arena, feature, &column->type, err);
        const rs_str kind = rs_json_str(rs_json_get(feature, "_type"));
        /* sound and films are stored like pictures */
        if (kind.ptr && (rs_str_eq(kind, RS_STR("Audio")) || rs_str_eq(kind, RS_STR("Video"))) &&
            rs_column_is_picture(column->kind))
            column->kind = RS_COLUMN_LEFT_OUT;
    }
    rs_arena_fini(&scratch);
    return status;
}
