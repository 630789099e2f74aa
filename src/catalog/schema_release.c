/* The schema of a record's releases: sources, split lists and lineage keys, in the order of
 * docs/catalogue.md. */
#include "catalog/schema_fields.h"

#include "catalog/expand.h"
#include "catalog/schema.h"

static const char *const split_formats[] = {"lines", "csv", "coop-json", NULL};
static const char *const split_keys[] = {"path", "name", "stem", NULL};

/* ---- sources ---------------------------------------------------------------------------- */

/* `files`: a map of use -> pattern or patterns. */
static rsift_status decode_files(rs_decoder *d, const rs_yaml *node, void *field)
{
    if (node->kind != RS_YAML_MAP || node->n == 0)
        return rs_decode_expected(d, node, "a map of file patterns");
    rs_catalog_files *files = rs_decode_alloc(d, node->n, sizeof *files);
    if (!files) return RSIFT_E_NOMEM;
    size_t n = 0;
    for (const rs_yaml *c = node->first; c; c = c->next, n++) {
        files[n].use = c->key->text;
        RS_TRY(rs_decode_texts(d, c, &files[n].patterns));
    }
    struct {
        const rs_catalog_files *items;
        size_t n;
    } out = {files, n};
    memcpy(field, &out, sizeof out);
    return RSIFT_OK;
}

/* `media`: a map of asset role -> path template or templates. */
static rsift_status decode_media(rs_decoder *d, const rs_yaml *node, void *field)
{
    if (node->kind != RS_YAML_MAP) return rs_decode_expected(d, node, "a map of picture templates");
    size_t n_templates = 0;
    for (const rs_yaml *c = node->first; c; c = c->next)
        n_templates += c->kind == RS_YAML_LIST ? c->n : 1;
    rs_catalog_media *media = rs_decode_alloc(d, n_templates, sizeof *media);
    if (!media) return RSIFT_E_NOMEM;
    size_t n = 0;
    for (const rs_yaml *c = node->first; c; c = c->next) {
        rs_asset_role role;
        rs_texts templates;
        if (!rs_model_asset_role_parse(c->key->text, &role))
            return rs_decode_expected(d, c->key, "one of image, before, after, frame, mask, view");
        RS_TRY(rs_decode_texts(d, c, &templates));
        for (size_t i = 0; i < templates.n; i++)
            media[n++] = (rs_catalog_media){
                .role_name = c->key->text, .role = role, .template = templates.items[i]};
    }
    struct {
        const rs_catalog_media *items;
        size_t n;
    } out = {media, n};
    memcpy(field, &out, sizeof out);
    return RSIFT_OK;
}

/* `role_by_split`: a map of split -> train or eval. */
static rsift_status decode_roles(rs_decoder *d, const rs_yaml *node, void *field)
{
    if (node->kind != RS_YAML_MAP) return rs_decode_expected(d, node, "a map of split: role");
    rs_catalog_role_of *roles = rs_decode_alloc(d, node->n, sizeof *roles);
    if (!roles) return RSIFT_E_NOMEM;
    size_t n = 0;
    for (const rs_yaml *c = node->first; c; c = c->next, n++) {
        roles[n].split = c->key->text;
        bool train = c->kind == RS_YAML_SCALAR && rs_str_eq(c->text, RS_STR("train"));
        bool eval = c->kind == RS_YAML_SCALAR && rs_str_eq(c->text, RS_STR("eval"));
        if (!train && !eval) return rs_decode_expected(d, c, "one of train, eval");
        roles[n].role = train ? RS_ROLE_TRAIN : RS_ROLE_EVAL;
    }
    struct {
        const rs_catalog_role_of *items;
        size_t n;
    } out = {roles, n};
    memcpy(field, &out, sizeof out);
    return RSIFT_OK;
}

struct counts {
    const rs_catalog_count *items;
    size_t n;
};

/* The counts of one map, for one split (ptr NULL = of the source). */
static rsift_status add_counts(rs_decoder *d, const rs_yaml *node, rs_str split,
                               rs_catalog_count *counts, size_t *n)
{
    for (const rs_yaml *c = node->first; c; c = c->next) {
        if (rs_str_eq(c->key->text, RS_STR("by_split"))) continue; /* a map, read by the caller */
        counts[*n] = (rs_catalog_count){.split = split, .what = c->key->text};
        RS_TRY(rs_decode_int(d, c, &counts[(*n)++].value));
    }
    return RSIFT_OK;
}

/* `expect`: counts of the source, and under `by_split` those of its splits. */
static rsift_status decode_expect(rs_decoder *d, const rs_yaml *node, void *field)
{
    if (node->kind != RS_YAML_MAP) return rs_decode_expected(d, node, "a map of counts");
    const rs_yaml *by_split = rs_yaml_get(node, "by_split");
    if (by_split && by_split->kind != RS_YAML_MAP)
        return rs_decode_expected(d, by_split, "a map of splits");
    size_t cap = node->n; /* counted first: the arena's arrays do not grow */
    for (const rs_yaml *s = by_split ? by_split->first : NULL; s; s = s->next) {
        if (s->kind != RS_YAML_MAP) return rs_decode_expected(d, s, "a map of counts");
        cap += s->n;
    }
    rs_catalog_count *counts = rs_decode_alloc(d, cap, sizeof *counts);
    if (!counts) return RSIFT_E_NOMEM;
    struct counts out = {counts, 0}; /* those of the source first, then split by split */
    RS_TRY(add_counts(d, node, (rs_str){0}, counts, &out.n));
    for (const rs_yaml *s = by_split ? by_split->first : NULL; s; s = s->next)
        RS_TRY(add_counts(d, s, s->key->text, counts, &out.n));
    memcpy(field, &out, sizeof out);
    return RSIFT_OK;
}

static const rs_field split_fields[] = {
    TEXT("scheme", rs_split, scheme),
    {.key = "name", .kind = RS_D_TEXT, .at = AT(rs_split, name), .required = true},
    END,
};

static rsift_status decode_split(rs_decoder *d, const rs_yaml *node, void *field)
{
    rs_split split = {.scheme = RS_STR("official")};
    RS_TRY(rs_decode_map(d, node, split_fields, &split));
    memcpy(field, &split, sizeof split);
    return RSIFT_OK;
}

static const rs_field images_from_fields[] = {
    {.key = "dataset",
     .kind = RS_D_TEXT,
     .at = AT(rs_catalog_images_from, dataset),
     .required = true},
    {.key = "path", .kind = RS_D_TEXT, .at = AT(rs_catalog_images_from, path), .required = true},
    END,
};

#define SRC(m) offsetof(struct source_template, source.m)

static const rs_field source_fields[] = {
    {.key = "name", .kind = RS_D_TEXT, .at = SRC(name), .required = true},
    {.key = "reader", .kind = RS_D_TEXT, .at = SRC(reader), .required = true},
    {.key = "role", .kind = RS_D_WORD, .at = SRC(role), .words = rs_catalog_role_words},
    {.key = "role_by_split", .kind = RS_D_CUSTOM, .at = SRC(role_by_split), .custom = decode_roles},
    {.key = "split", .kind = RS_D_CUSTOM, .at = SRC(split), .custom = decode_split},
    TEXTS("each_split", struct source_template, each_split),
    TEXT("split_scheme", struct source_template, split_scheme),
    {.key = "task", .kind = RS_D_TASK, .at = SRC(task), .flag = SRC(has_task)},
    {.key = "skill", .kind = RS_D_TEXT, .at = SRC(skill)},
    {.key = "skill_by_type", .kind = RS_D_WORDS, .at = SRC(skill_by_type)},
    {.key = "files",
     .kind = RS_D_CUSTOM,
     .at = SRC(files),
     .custom = decode_files,
     .required = true},
    {.key = "media", .kind = RS_D_CUSTOM, .at = SRC(media), .custom = decode_media},
    {.key = "image_roots", .kind = RS_D_TEXTS, .at = SRC(image_roots)},
    {.key = "image_extensions", .kind = RS_D_TEXTS, .at = SRC(image_extensions)},
    {.key = "images_from",
     .kind = RS_D_STRUCTS,
     .at = SRC(images_from),
     .fields = images_from_fields,
     .size = sizeof(rs_catalog_images_from)},
    {.key = "params", .kind = RS_D_PARAMS, .at = SRC(params)},
    {.key = "expect", .kind = RS_D_CUSTOM, .at = SRC(expect), .custom = decode_expect},
    {.key = "optional", .kind = RS_D_BOOL, .at = SRC(optional)},
    {.key = "truth", .kind = RS_D_BOOL, .at = SRC(truth)},
    END,
};

static void source_init(void *item)
{
    ((struct source_template *)item)->source.truth = true;
}

/* A source must have a role, and one way to name its splits. */
static rsift_status source_check(rs_decoder *d, const rs_yaml *node, void *item)
{
    const struct source_template *t = item;
    if (t->source.role == RS_ROLE_UNSET && t->source.role_by_split.n == 0)
        return rs_decode_expected(d, node, "`role` or `role_by_split` in a source");
    if (t->each_split.n > 0 && t->source.split.name.ptr)
        return rs_decode_expected(d, node, "`split` or `each_split`, not both");
    return RSIFT_OK;
}

/* ---- split lists and keys --------------------------------------------------------------- */

#define LIST(m) offsetof(struct split_template, list.m)

static const rs_field split_list_fields[] = {
    {.key = "scheme", .kind = RS_D_TEXT, .at = LIST(scheme)},
    {.key = "name", .kind = RS_D_TEXT, .at = LIST(name)},
    TEXTS("each", struct split_template, each),
    {.key = "file", .kind = RS_D_TEXT, .at = LIST(file), .required = true},
    {.key = "format",
     .kind = RS_D_WORD,
     .at = LIST(format),
     .words = split_formats,
     .required = true},
    {.key = "key", .kind = RS_D_WORD, .at = LIST(key), .words = split_keys},
    {.key = "column", .kind = RS_D_TEXT, .at = LIST(column)},
    END,
};

static void split_list_init(void *item)
{
    rs_catalog_split_list *list = &((struct split_template *)item)->list;
    list->scheme = RS_STR("official");
    list->column = RS_STR("0");
}

/* A CoOp file names its splits itself; any other list needs them from the record. */
static rsift_status split_list_check(rs_decoder *d, const rs_yaml *node, void *item)
{
    const struct split_template *t = item;
    bool named = t->list.name.ptr != NULL, each = t->each.n > 0; /* exactly one, unless CoOp */
    if (t->list.format == RS_SPLIT_COOP ? named || each : named == each)
        return rs_decode_expected(d, node, "either `name` or `each` (none with coop-json)");
    return RSIFT_OK;
}

static const rs_field key_fields[] = {
    TEXT("match", rs_catalog_key_rule, match),
    TEXT("match_path", rs_catalog_key_rule, match_path),
    {.key = "key", .kind = RS_D_TEXT, .at = AT(rs_catalog_key_rule, key), .required = true},
    TEXT("fn", rs_catalog_key_rule, fn),
    {.key = "relation",
     .kind = RS_D_WORD,
     .at = AT(rs_catalog_key_rule, relation),
     .words = rs_catalog_relation_words,
     .required = true},
    {.key = "confidence",
     .kind = RS_D_WORD,
     .at = AT(rs_catalog_key_rule, confidence),
     .words = rs_catalog_sure_words,
     .required = true},
    END,
};

/* Compiles the rule's expression, so that a mistake in it has a line and a column. */
static rsift_status key_check(rs_decoder *d, const rs_yaml *node, void *item)
{
    rs_catalog_key_rule *rule = item;
    if ((rule->match.ptr != NULL) == (rule->match_path.ptr != NULL))
        return rs_decode_expected(d, node, "either `match` or `match_path`");
    const rs_yaml *at = rs_yaml_get(node, rule->match.ptr ? "match" : "match_path");
    rs_catalog_regex *regex;
    rsift_status st = rs_catalog_regex_compile(d->arena, at->text, &regex, d->err);
    if (st != RSIFT_OK)
        return rs_err_within(d->err, st, "%.*s:%u:%u", RS_STR_ARG(d->file), at->line, at->column);
    rule->regex = regex;
    if (rule->fn.ptr && !rs_catalog_is_key_function(rule->fn))
        return rs_decode_expected(d, rs_yaml_get(node, "fn"), "one of ucm-number, lower, number");
    return RSIFT_OK;
}

/* ---- releases and the record ------------------------------------------------------------ */

#define REL(m) offsetof(struct release_template, m)

static const rs_field release_fields[] = {
    {.key = "id", .kind = RS_D_TEXT, .at = REL(release.id), .required = true},
    {.key = "note", .kind = RS_D_TEXT, .at = REL(release.note)},
    {.key = "instead_of", .kind = RS_D_TEXT, .at = REL(release.instead_of)},
    {.key = "images", .kind = RS_D_TEXTS, .at = REL(release.images)},
    {.key = "sources",
     .kind = RS_D_STRUCTS,
     .at = REL(sources),
     .fields = source_fields,
     .size = sizeof(struct source_template),
     .init = source_init,
     .check = source_check,
     .required = true},
    {.key = "splits",
     .kind = RS_D_STRUCTS,
     .at = REL(splits),
     .fields = split_list_fields,
     .size = sizeof(struct split_template),
     .init = split_list_init,
     .check = split_list_check},
    {.key = "keys",
     .kind = RS_D_STRUCTS,
     .at = REL(release.keys),
     .fields = key_fields,
     .size = sizeof(rs_catalog_key_rule),
     .check = key_check},
    END,
};

/* Reads the releases as written, then writes their short forms out. */
rsift_status rs_catalog_decode_releases(rs_decoder *d, const rs_yaml *node, void *field)
{
    static const rs_field list = {
        .kind = RS_D_STRUCTS, .fields = release_fields, .size = sizeof(struct release_template)};
    struct {
        struct release_template *items;
        size_t n;
    } read = {0};
    RS_TRY(rs_decode_list(d, node, &list, &read));
    rs_catalog_release *releases = rs_decode_alloc(d, read.n, sizeof *releases);
    if (!releases) return RSIFT_E_NOMEM;
    const rs_yaml *at = node->first; /* the node of release i, where errors point to */
    for (size_t i = 0; i < read.n; i++, at = at->next) {
        for (size_t j = 0; j < i; j++)
            if (rs_str_eq(releases[j].id, read.items[i].release.id))
                return rs_decode_expected(d, rs_yaml_get(at, "id"), "an id of its own");
        RS_TRY(rs_catalog_expand(d, at, &read.items[i], &releases[i]));
    }
    struct {
        const rs_catalog_release *items;
        size_t n;
    } out = {releases, read.n};
    memcpy(field, &out, sizeof out);
    return RSIFT_OK;
}
