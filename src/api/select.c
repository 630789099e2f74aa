/* The statement's type is not enough: SELECT * FROM enable_logging(...) is a SELECT that writes a
 * file. So the statement is taken apart by the engine's own parser (json_serialize_sql), and every
 * table function in it is looked up in a short list of those that make rows from their arguments.
 * `query` is not among them: it runs a text that nobody has looked at. A table is a name: one that
 * the engine would take for a file is refused, also inside the workspace, where a link could lead
 * out of it. This is the second wall; the first is the engine itself, which is opened so that it
 * can reach no file outside the workspace and changes no setting (store/views.c). */
#include "api/select.h"

#include "base/ascii.h"
#include "codec/json.h"

/* Below the parser's own limits, and more than a person writes. */
enum { MAX_NESTING = 2000 };

static const char *const makes_rows[] = {"generate_series", "json_each", "json_tree",
                                         "range",           "repeat",    "unnest"};
/* Scalar functions that change something or tell what is none of the workspace. */
static const char *const refused[] = {"current_setting", "getenv", "nextval", "write_log"};
/* Where tables may lie: the views, the decisions, what the engine tells of itself. */
static const char *const schemas[] = {"",     "decisions", "information_schema", "main", "memory",
                                      "temp", "system",    "pg_catalog"};

#define IS_ONE_OF(name, list) is_one_of(name, list, sizeof(list) / sizeof *(list))

static bool is_one_of(rs_str name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (rs_str_eq_nocase(name, rs_str_of(list[i]))) return true;
    return false;
}

static rsift_status refuse(rsift_error *err, rs_str name, const char *why)
{
    char quoted[RS_QUOTE_SIZE];
    return rs_err_set(err, RSIFT_E_ARG, "%s%s", rs_err_quote(quoted, name), why);
}

/* A table's name that the engine would look for as a file has a dot or a folder in it. */
static bool is_file(rs_str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (memchr("./\\:*?[~", name.ptr[i], 8)) return true;
    return false;
}

static rsift_status check_table(const rs_json *node, rsift_error *err)
{
    const rs_str name = rs_json_str(rs_json_get(node, "table_name"));
    if (!is_file(name) && IS_ONE_OF(rs_json_str(rs_json_get(node, "schema_name")), schemas) &&
        IS_ONE_OF(rs_json_str(rs_json_get(node, "catalog_name")), schemas))
        return RSIFT_OK;
    return refuse(err, name,
                  " is no table of the workspace: a query reads its views, no files (SHOW TABLES "
                  "lists them)");
}

/* Walks the tree; the nesting was bounded when it was parsed. A table function is a node with a
 * member "function", which holds its name; other functions are nodes themselves. */
static rsift_status check_node(const rs_json *node, rsift_error *err)
{
    const rs_json_type kind = rs_json_kind(node);
    if (kind != RS_JSON_OBJECT && kind != RS_JSON_ARRAY) return RSIFT_OK;
    if (kind == RS_JSON_OBJECT) {
        const rs_str of_rows =
            rs_json_str(rs_json_get(rs_json_get(node, "function"), "function_name"));
        if (of_rows.ptr && !IS_ONE_OF(of_rows, makes_rows))
            return refuse(err, of_rows,
                          "(...) is not allowed in a query: only tables of the workspace and "
                          "functions that make rows (range, unnest, json_each, ...)");
        const rs_str scalar = rs_json_str(rs_json_get(node, "function_name"));
        if (scalar.ptr && IS_ONE_OF(scalar, refused))
            return refuse(err, scalar, "(...) is not allowed in a query, which only reads");
        const rs_str type = rs_json_str(rs_json_get(node, "type"));
        if (rs_str_eq(type, RS_STR("BASE_TABLE"))) RS_TRY(check_table(node, err));
        else if (rs_str_eq(type, RS_STR("SHOW_REF")) &&
                 is_file(rs_json_str(rs_json_get(node, "table_name"))))
            return check_table(node, err);
    }
    rs_json_iter it = rs_json_each(node);
    for (const rs_json *child; (child = rs_json_next(&it, NULL));) RS_TRY(check_node(child, err));
    return RSIFT_OK;
}

/* `explained`: the engine has not seen the statement alone, so what it cannot parse is refused. */
static rsift_status check_tree(rs_str text, bool explained, rsift_error *err)
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
    const bool mistake = rs_str_eq(rs_json_str(rs_json_get(root, "error_type")), RS_STR("parser"));
    if (status == RSIFT_OK && failed && (explained || !mistake))
        status = rs_err_set(err, RSIFT_E_ARG,
                            "expected a SELECT: the workspace is read-only, and so is everything "
                            "outside it");
    else if (status == RSIFT_OK && !failed)
        status = check_node(rs_json_get(root, "statements"), err);
    rs_arena_fini(&arena);
    return status;
}

/* Takes a word and the blanks behind it off the front of `sql`. */
static bool skip_word(rs_str *sql, rs_str word)
{
    rs_str rest = *sql;
    while (rest.len && rs_ascii_is_space(rest.ptr[0])) rest = rs_str_sub(rest, 1, rest.len);
    if (rest.len <= word.len || !rs_str_eq_nocase(rs_str_sub(rest, 0, word.len), word) ||
        !rs_ascii_is_space(rest.ptr[word.len]))
        return false;
    *sql = rs_str_sub(rest, word.len, rest.len);
    return true;
}

rsift_status rs_api_check_select(rs_store *store, rs_str sql, rsift_error *err)
{
    /* ANALYZE runs what it explains; both are as good or bad as the statement behind them, which
     * has no tree while they stand there. */
    const bool explained = skip_word(&sql, RS_STR("EXPLAIN"));
    if (explained) (void)skip_word(&sql, RS_STR("ANALYZE"));
    rs_result *result = NULL;
    const rs_arg text = {.type = RS_ARG_STR, .str = sql};
    RS_TRY(rs_store_query(store, RS_STR("SELECT json_serialize_sql($1::VARCHAR)"), &text, 1,
                          &result, err));
    rsift_status status = rs_result_next(result, err);
    if (status == RSIFT_OK) status = check_tree(rs_result_str(result, 0), explained, err);
    rs_result_close(result);
    return status;
}
