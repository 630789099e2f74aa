/* The statement's type is not enough: SELECT * FROM enable_logging(...) is a SELECT that writes a
 * file. So the statement is taken apart by the engine's own parser (json_serialize_sql) and every
 * table function in it is looked up in a short list of those that make rows from their arguments.
 * `query` is not among them: it runs a text that nobody has looked at. */
#include "api/select.h"

#include "codec/json.h"

/* Below the parser's own limits, and more than a person writes. */
enum { MAX_NESTING = 2000 };

static const char *const makes_rows[] = {"generate_series", "json_each", "json_tree",
                                         "range",           "repeat",    "unnest"};

static bool is_allowed(rs_str name)
{
    for (size_t i = 0; i < sizeof makes_rows / sizeof *makes_rows; i++)
        if (rs_str_eq_nocase(name, rs_str_of(makes_rows[i]))) return true;
    return false;
}

/* Walks the tree; the nesting was bounded when it was parsed. A table function is a node with a
 * member "function", which holds its name; other functions are nodes themselves. */
static rsift_status check_node(const rs_json *node, rsift_error *err)
{
    const rs_json_type kind = rs_json_kind(node);
    if (kind != RS_JSON_OBJECT && kind != RS_JSON_ARRAY) return RSIFT_OK;
    if (kind == RS_JSON_OBJECT) {
        const rs_json *function = rs_json_get(node, "function");
        const rs_str name = rs_json_str(rs_json_get(function, "function_name"));
        if (name.ptr && !is_allowed(name))
            return rs_err_set(err, RSIFT_E_ARG,
                              "%.64s(...) is not allowed in a query: only tables of the workspace "
                              "and functions that make rows (range, unnest, json_each, ...)",
                              name.ptr);
    }
    rs_json_iter it = rs_json_each(node);
    for (const rs_json *child; (child = rs_json_next(&it, NULL));) RS_TRY(check_node(child, err));
    return RSIFT_OK;
}

static rsift_status check_tree(rs_str text, rsift_error *err)
{
    rs_arena arena = {0};
    rsift_limits limits = rsift_limits_default();
    limits.max_depth = MAX_NESTING;
    const rs_json *root = NULL;
    bool failed = false;
    rsift_status status = rs_json_parse(&arena, text, &limits, &root, err);
    if (status == RSIFT_OK) (void)rs_json_bool(rs_json_get(root, "error"), &failed);
    /* A pragma runs as a SELECT but has no tree of one; a statement with a mistake is told by the
     * engine, in its own words, when it is prepared. */
    if (status == RSIFT_OK && failed &&
        !rs_str_eq(rs_json_str(rs_json_get(root, "error_type")), RS_STR("parser")))
        status = rs_err_set(err, RSIFT_E_ARG,
                            "expected a SELECT: the workspace is read-only, and so is everything "
                            "outside it");
    else if (status == RSIFT_OK && !failed)
        status = check_node(rs_json_get(root, "statements"), err);
    rs_arena_fini(&arena);
    return status;
}

rsift_status rs_api_check_select(rs_store *store, rs_str sql, rsift_error *err)
{
    rs_result *result = NULL;
    const rs_arg text = {.type = RS_ARG_STR, .str = sql};
    RS_TRY(rs_store_query(store, RS_STR("SELECT json_serialize_sql($1::VARCHAR)"), &text, 1,
                          &result, err));
    rsift_status status = rs_result_next(result, err);
    if (status == RSIFT_OK) status = check_tree(rs_result_str(result, 0), err);
    rs_result_close(result);
    return status;
}
