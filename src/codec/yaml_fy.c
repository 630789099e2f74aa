/* The general YAML parser: libfyaml's events, with everything refused that a record has no use
 * for. Its own messages are passed on, cut to one line, with the line and column that it names. */
#include "codec/yaml_tree.h"

#include <libfyaml.h>

struct level {
    rs_yaml *node, *last, *key;
};

struct build {
    rs_yaml_tree *tree;
    struct level levels[72]; /* max_depth is at most 64 */
    uint32_t depth;
    rs_yaml *root;
    bool ended;
};

static void mark_of(struct fy_event *event, uint32_t *line, uint32_t *column)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    *line = mark && mark->line >= 0 ? (uint32_t)mark->line + 1 : 1;
    *column = mark && mark->column >= 0 ? (uint32_t)mark->column + 1 : 1;
}

/* Hangs a node under the innermost container; in a map every other node is a key. */
static rsift_status add_node(struct build *b, rs_yaml *node)
{
    if (b->depth == 0) {
        b->root = node;
        return RSIFT_OK;
    }
    struct level *level = &b->levels[b->depth - 1];
    if (level->node->kind == RS_YAML_MAP && !level->key) {
        if (node->kind != RS_YAML_SCALAR)
            return rs_yaml_fail(b->tree, RSIFT_E_FORMAT, node->line, node->column,
                                "expected a text as key, found %s",
                                node->kind == RS_YAML_MAP ? "a map" : "a list");
        level->key = node;
        return RSIFT_OK;
    }
    rs_yaml *key = level->key;
    level->key = NULL;
    return rs_yaml_append(b->tree, level->node, &level->last, key, node);
}

static rsift_status begin(struct build *b, rs_yaml_kind kind, uint32_t line, uint32_t column)
{
    if (b->depth >= b->tree->max_depth)
        return rs_yaml_fail(b->tree, RSIFT_E_LIMIT, line, column, "nested deeper than max_depth %u",
                            b->tree->max_depth);
    rs_yaml *node = rs_yaml_node(b->tree, kind, line, column);
    if (!node) return b->tree->err ? b->tree->err->status : RSIFT_E_NOMEM;
    RS_TRY(add_node(b, node));
    b->levels[b->depth++] = (struct level){.node = node};
    return RSIFT_OK;
}

static rsift_status scalar(struct build *b, struct fy_token *value, uint32_t line, uint32_t column)
{
    size_t len = 0;
    const char *text = value ? fy_token_get_text(value, &len) : "";
    if (!text) return rs_err_nomem(b->tree->err, "a YAML scalar");
    if (len > b->tree->max_string)
        return rs_yaml_fail(b->tree, RSIFT_E_LIMIT, line, column, "a text above max_string");
    enum fy_scalar_style style = value ? fy_token_scalar_style(value) : FYSS_PLAIN;
    /* libfyaml's mark of a quoted text is behind the quote, ours on it */
    if ((style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED) && column > 1) column--;
    rs_yaml *node = rs_yaml_node(b->tree, RS_YAML_SCALAR, line, column);
    if (!node) return b->tree->err ? b->tree->err->status : RSIFT_E_NOMEM;
    node->quoted = style != FYSS_PLAIN;
    node->text = rs_arena_str(b->tree->arena, rs_str_make(text, len));
    if (!node->text.ptr) return rs_err_nomem(b->tree->err, "a YAML scalar");
    if (memchr(text, 0, len))
        return rs_yaml_fail(b->tree, RSIFT_E_FORMAT, line, column, "expected text without NUL");
    return add_node(b, node);
}

/* One event: begins or ends a container, adds a scalar, refuses anchors, tags and aliases. */
static rsift_status add_event(struct build *b, struct fy_event *event)
{
    uint32_t line, column;
    mark_of(event, &line, &column);
    struct fy_token *anchor = NULL, *tag = NULL;
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (b->ended)
            return rs_yaml_fail(b->tree, RSIFT_E_FORMAT, line, column,
                                "expected one document, found a second");
        return RSIFT_OK;
    case FYET_DOCUMENT_END: b->ended = true; return RSIFT_OK;
    case FYET_MAPPING_START:
        anchor = event->mapping_start.anchor, tag = event->mapping_start.tag;
        break;
    case FYET_SEQUENCE_START:
        anchor = event->sequence_start.anchor, tag = event->sequence_start.tag;
        break;
    case FYET_SCALAR: anchor = event->scalar.anchor, tag = event->scalar.tag; break;
    case FYET_ALIAS:
        return rs_yaml_fail(b->tree, RSIFT_E_UNSUPPORTED, line, column,
                            "expected a value, found an alias");
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        if (b->depth > 0) b->depth--;
        return RSIFT_OK;
    default: return RSIFT_OK;
    }
    if (anchor || tag)
        return rs_yaml_fail(b->tree, RSIFT_E_UNSUPPORTED, line, column,
                            "expected a plain value, found %s", anchor ? "an anchor" : "a tag");
    if (event->type == FYET_MAPPING_START) return begin(b, RS_YAML_MAP, line, column);
    if (event->type == FYET_SEQUENCE_START) return begin(b, RS_YAML_LIST, line, column);
    return scalar(b, event->scalar.value, line, column);
}

static rsift_status syntax_error(rs_yaml_tree *tree, struct fy_diag *diag)
{
    void *prev = NULL;
    const struct fy_diag_error *first = fy_diag_errors_iterate(diag, &prev);
    if (!first) return rs_yaml_fail(tree, RSIFT_E_FORMAT, 1, 1, "expected YAML");
    char quote[RS_QUOTE_SIZE];
    rs_err_quote(quote, rs_str_of(first->msg ? first->msg : "not YAML"));
    return rs_yaml_fail(tree, RSIFT_E_FORMAT, first->line > 0 ? (uint32_t)first->line : 1,
                        first->column > 0 ? (uint32_t)first->column : 1,
                        "expected well-formed YAML, found: %s", quote);
}

rsift_status rs_yaml_parse_fy(rs_yaml_tree *tree, rs_yaml **out)
{
    struct fy_diag_cfg diag_cfg;
    fy_diag_cfg_default(&diag_cfg);
    diag_cfg.fp = NULL;
    diag_cfg.level = FYET_ERROR;
    struct fy_diag *diag = fy_diag_create(&diag_cfg);
    if (!diag) return rs_err_nomem(tree->err, "a YAML parser");
    /* errors are collected, not printed */
    fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg cfg = {
        .flags = FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_AUTO | FYPCF_JSON_NONE, .diag = diag};
    struct fy_parser *parser = fy_parser_create(&cfg);
    rsift_status st = RSIFT_OK;
    if (!parser) {
        st = rs_err_nomem(tree->err, "a YAML parser");
        goto done;
    }
    if (fy_parser_set_string(parser, tree->bytes.len ? tree->bytes.ptr : "\n",
                             tree->bytes.len ? tree->bytes.len : 1) != 0) {
        st = rs_err_nomem(tree->err, "a YAML parser");
        goto done;
    }
    struct build build = {.tree = tree};
    struct fy_event *event;
    while (st == RSIFT_OK && (event = fy_parser_parse(parser)) != NULL) {
        st = add_event(&build, event);
        fy_parser_event_free(parser, event);
    }
    if (st == RSIFT_OK && fy_parser_get_stream_error(parser)) st = syntax_error(tree, diag);
    if (st == RSIFT_OK && !build.root) {
        /* an empty document is an empty scalar */
        build.root = rs_yaml_node(tree, RS_YAML_SCALAR, 1, 1);
        if (!build.root) st = rs_err_nomem(tree->err, "a YAML tree");
        else build.root->text = RS_STR("");
    }
    if (st == RSIFT_OK) *out = build.root;
done:
    if (parser) fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    return st;
}
