/* The recipe's schema as a table, its checks, and its canonical text. */
#include "decide/recipe.h"

#include "base/ascii.h"
#include "base/num.h"
#include "catalog/decode.h"
#include "codec/json_writer.h"
#include "decide/keep.h"
#include "decide/near.h"

#define AT(type, member) offsetof(type, member)
#define TEXT(k, T, m) {.key = k, .kind = RS_D_TEXT, .at = AT(T, m)}
#define TEXTS(k, T, m) {.key = k, .kind = RS_D_TEXTS, .at = AT(T, m)}
#define INT(k, T, m) {.key = k, .kind = RS_D_INT, .at = AT(T, m)}
#define BOOL(k, T, m) {.key = k, .kind = RS_D_BOOL, .at = AT(T, m)}
#define END {.key = NULL}

/* each entry asks the store anew, about 5 ms: a recipe of 1,000 takes seconds */
enum { most_repeats = 4, most_captions = 5, most_entries = 1000 };

static const char *const licence_words[] = {"open", "research", "any", NULL};

const char *rs_recipe_licence_name(rs_recipe_licence licence)
{
    return licence_words[licence];
}

/* ---- fields ---------------------------------------------------------------------------------- */

static void entry_init(void *item)
{
    rs_recipe_entry *entry = item;
    entry->samples = -1;
    entry->repeats = 1;
}

/* Ranges of one entry's numbers. */
static rsift_status entry_check(rs_decoder *d, const rs_yaml *node, void *item)
{
    rs_recipe_entry *entry = item;
    entry->line = node->line;
    entry->column = node->column;
    if (entry->repeats < 1 || entry->repeats > most_repeats)
        return rs_decode_expected(d, rs_yaml_get(node, "repeats"), "repeats from 1 to 4");
    const rs_yaml *take = rs_yaml_get(node, "take"), *weight = rs_yaml_get(node, "weight");
    if (take && (take->kind != RS_YAML_SCALAR || !(entry->take[1] > 0) || entry->take[1] > 1))
        return rs_decode_expected(d, take, "a share above 0 and at most 1");
    if (weight &&
        (weight->kind != RS_YAML_SCALAR || !(entry->weight[1] > 0) || entry->weight[1] > 1e6))
        return rs_decode_expected(d, weight, "a weight above 0 and at most 1000000");
    return RSIFT_OK;
}

static const rs_field entry_fields[] = {
    {.key = "id", .kind = RS_D_TEXT, .at = AT(rs_recipe_entry, id), .required = true},
    {.key = "tasks", .kind = RS_D_TASKS, .at = AT(rs_recipe_entry, tasks)},
    TEXTS("skills", rs_recipe_entry, skills),
    TEXTS("splits", rs_recipe_entry, splits),
    INT("samples", rs_recipe_entry, samples),
    {.key = "take", .kind = RS_D_RANGE, .at = AT(rs_recipe_entry, take)},
    {.key = "weight", .kind = RS_D_RANGE, .at = AT(rs_recipe_entry, weight)},
    INT("repeats", rs_recipe_entry, repeats),
    END,
};

static rsift_status read_budget(rs_decoder *d, const rs_yaml *node, void *field)
{
    rs_recipe *r = (rs_recipe *)field; /* at offset 0 of the recipe: see the table */
    const rs_yaml *samples = rs_yaml_get(node, "samples"), *images = rs_yaml_get(node, "images");
    if (node->kind != RS_YAML_MAP || node->n != 1 || (!samples && !images))
        return rs_decode_expected(d, node, "{samples: N} or {images: N}");
    int64_t *to = samples ? &r->budget_samples : &r->budget_images;
    RS_TRY(rs_decode_int(d, samples ? samples : images, to));
    return *to > 0 ? RSIFT_OK
                   : rs_decode_expected(d, samples ? samples : images, "a number above 0");
}

static rsift_status read_keep(rs_decoder *d, const rs_yaml *node, bool *keep)
{
    if (node->kind == RS_YAML_SCALAR && rs_str_eq(node->text, RS_STR("keep"))) *keep = true;
    else if (node->kind == RS_YAML_SCALAR && rs_str_eq(node->text, RS_STR("drop"))) *keep = false;
    else return rs_decode_expected(d, node, "keep or drop");
    return RSIFT_OK;
}

static rsift_status read_keep_field(rs_decoder *d, const rs_yaml *node, void *field)
{
    return read_keep(d, node, field);
}

/* `leaks: keep`, or keep and drop by level. */
static rsift_status read_leaks(rs_decoder *d, const rs_yaml *node, void *field)
{
    static const char *const levels[] = {NULL, "image", "crop", "scene", "text"};
    bool *keep = field;
    /* one word for all levels */
    if (node->kind != RS_YAML_MAP) {
        RS_TRY(read_keep(d, node, &keep[1]));
        keep[2] = keep[3] = keep[4] = keep[1];
        return RSIFT_OK;
    }
    for (const rs_yaml *child = node->first; child; child = child->next) {
        int level = 4;
        while (level > 0 && !rs_str_eq(child->key->text, rs_str_of(levels[level]))) level--;
        if (level == 0) return rs_decode_expected(d, child->key, "one of image, crop, scene, text");
        RS_TRY(read_keep(d, child, &keep[level]));
    }
    return RSIFT_OK;
}

static const char *const near_words[] = {"drop", "count", "keep"};

static rsift_status read_near(rs_decoder *d, const rs_yaml *node, rs_recipe *r)
{
    for (int i = 0; node->kind == RS_YAML_SCALAR && i <= RS_RECIPE_NEAR_KEEP; i++)
        if (rs_str_eq(node->text, rs_str_of(near_words[i]))) {
            r->near = (rs_recipe_near)i;
            return RSIFT_OK;
        }
    return rs_decode_expected(d, node, "drop, count or keep");
}

static rsift_status read_near_methods(rs_decoder *d, const rs_yaml *node, rs_recipe *r)
{
    rs_texts methods;
    RS_TRY(rs_decode_texts(d, node, &methods));
    /* a list of nothing is no way to say `near: keep` */
    if (methods.n == 0)
        return rs_decode_expected(d, node,
                                  "some of pixels, perceptual, embedding; `near: keep` for none");
    r->near_methods = 0;
    for (size_t i = 0; i < methods.n; i++) {
        const unsigned bit = rs_near_method_bit(methods.items[i]);
        if (!bit) return rs_decode_expected(d, node, "methods: pixels, perceptual, embedding");
        r->near_methods |= bit;
    }
    return RSIFT_OK;
}

static rsift_status read_near_score(rs_decoder *d, const rs_yaml *node, rs_recipe *r)
{
    if (node->kind == RS_YAML_SCALAR && rs_num_double(node->text, &r->near_score) &&
        r->near_score >= 0 && r->near_score <= 1)
        return RSIFT_OK;
    return rs_decode_expected(d, node, "a correlation from 0 to 1");
}

static rsift_status read_near_keep(rs_decoder *d, const rs_yaml *node, rs_recipe *r)
{
    RS_TRY(rs_decode_texts(d, node, &r->near_keep));
    if (r->near_keep.n == 0) return rs_decode_expected(d, node, "some of " RS_KEEP_WORDS);
    rs_buf order = {0};
    const rsift_status status = rs_keep_put_order(r->near_keep, &order, NULL);
    rs_buf_fini(&order);
    return status == RSIFT_OK ? status
                              : rs_decode_expected(d, node, "each of " RS_KEEP_WORDS " once");
}

/* `duplicates: keep` for all of them, or by what repeats: {samples: drop, near: count}. */
static rsift_status read_duplicates(rs_decoder *d, const rs_yaml *node, void *field)
{
    rs_recipe *r = (rs_recipe *)field; /* at offset 0 of the recipe: see the table */
    const rs_yaml *samples = node->kind == RS_YAML_MAP ? rs_yaml_get(node, "samples") : node;
    if (samples) RS_TRY(read_keep(d, samples, &r->keep_duplicates));
    /* who keeps exact copies keeps near ones, unless it is said */
    r->near = r->keep_duplicates ? RS_RECIPE_NEAR_KEEP : RS_RECIPE_NEAR_DROP;
    for (const rs_yaml *child = node->kind == RS_YAML_MAP ? node->first : NULL; child;
         child = child->next) {
        if (rs_str_eq(child->key->text, RS_STR("near"))) RS_TRY(read_near(d, child, r));
        else if (rs_str_eq(child->key->text, RS_STR("methods")))
            RS_TRY(read_near_methods(d, child, r));
        else if (rs_str_eq(child->key->text, RS_STR("score"))) RS_TRY(read_near_score(d, child, r));
        else if (rs_str_eq(child->key->text, RS_STR("keep"))) RS_TRY(read_near_keep(d, child, r));
        else if (!rs_str_eq(child->key->text, RS_STR("samples")))
            return rs_decode_expected(d, child->key, "one of samples, near, methods, score, keep");
    }
    return RSIFT_OK;
}

static const rs_field caps_fields[] = {
    INT("per_image", rs_recipe, per_image),
    INT("per_question_on_image", rs_recipe, per_question),
    END,
};

static const rs_field choices_fields[] = {
    {.key = "file", .kind = RS_D_TEXT, .at = AT(rs_recipe, choices_file), .required = true},
    {.key = "hash", .kind = RS_D_TEXT, .at = AT(rs_recipe, choices_hash), .required = true},
    END,
};

/* `caps` is a map of its own whose fields lie in the recipe itself: STRUCT at offset 0. */
static const rs_field recipe_fields[] = {
    INT("recipe", rs_recipe, format),
    {.key = "name", .kind = RS_D_TEXT, .at = AT(rs_recipe, name), .required = true},
    INT("seed", rs_recipe, seed),
    TEXT("version", rs_recipe, version),
    TEXT("format", rs_recipe, for_format),
    TEXT("model", rs_recipe, for_model),
    TEXTS("protect", rs_recipe, protect),
    TEXTS("split_files", rs_recipe, split_files),
    {.key = "licence", .kind = RS_D_WORD, .at = AT(rs_recipe, licence), .words = licence_words},
    {.key = "budget", .kind = RS_D_CUSTOM, .at = 0, .custom = read_budget},
    {.key = "datasets",
     .kind = RS_D_STRUCTS,
     .at = AT(rs_recipe, datasets),
     .fields = entry_fields,
     .size = sizeof(rs_recipe_entry),
     .init = entry_init,
     .check = entry_check,
     .required = true},
    {.key = "choices", .kind = RS_D_STRUCT, .at = 0, .fields = choices_fields},
    {.key = "caps", .kind = RS_D_STRUCT, .at = 0, .fields = caps_fields},
    INT("captions_per_image", rs_recipe, captions_per_image),
    BOOL("allow_eval", rs_recipe, allow_eval),
    BOOL("strict", rs_recipe, strict),
    {.key = "leaks", .kind = RS_D_CUSTOM, .at = AT(rs_recipe, keep_leaks), .custom = read_leaks},
    {.key = "conflicts",
     .kind = RS_D_CUSTOM,
     .at = AT(rs_recipe, keep_conflicts),
     .custom = read_keep_field},
    {.key = "duplicates", .kind = RS_D_CUSTOM, .at = 0, .custom = read_duplicates},
    {.key = "unresolved",
     .kind = RS_D_CUSTOM,
     .at = AT(rs_recipe, keep_unresolved),
     .custom = read_keep_field},
    END,
};

/* ---- reading --------------------------------------------------------------------------------- */

static bool name_is_plain(rs_str name)
{
    if (name.len == 0 || name.len > 100 || name.ptr[0] == '.') return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool fine = rs_ascii_is_alnum(c) || c == '-' || c == '_' || c == '.';
        if (!fine) return false;
    }
    return true;
}

static rsift_status check(rs_decoder *d, const rs_yaml *root, const rs_recipe *r)
{
    /* a later format may mean something else by the same keys */
    if (r->format != 1)
        return rs_decode_expected(d, rs_yaml_get(root, "recipe"), "recipe format 1");
    if (!name_is_plain(r->name))
        return rs_decode_expected(d, rs_yaml_get(root, "name"),
                                  "a name of letters, digits, '-', '_' and '.'");
    if (r->datasets.n == 0)
        return rs_decode_expected(d, rs_yaml_get(root, "datasets"), "at least one dataset");
    if (r->datasets.n > most_entries)
        return rs_decode_expected(d, rs_yaml_get(root, "datasets"), "at most 1000 entries");
    if (r->captions_per_image < 1 || r->captions_per_image > most_captions)
        return rs_decode_expected(d, rs_yaml_get(root, "captions_per_image"),
                                  "a number from 1 to 5");
    return RSIFT_OK;
}

rsift_status rs_recipe_parse(rs_arena *arena, rs_str file, rs_str bytes, rs_recipe *out,
                             rsift_error *err)
{
    static const rs_str all = {"all", 3};
    *out = (rs_recipe){.budget_samples = -1,
                       .budget_images = -1,
                       .captions_per_image = 1,
                       .licence = RS_RECIPE_RESEARCH,
                       .format = 1,
                       .near_methods = RS_NEAR_PROVED,
                       .protect = {.items = &all, .n = 1}};
    rs_str copy = rs_arena_str(arena, bytes); /* scalars may point into it */
    if (!copy.ptr) return rs_err_nomem(err, "a recipe");
    /* anything that is absent keeps the default above */
    rs_yaml *root = NULL;
    RS_TRY(rs_yaml_parse(arena, file, copy, NULL, &root, err));
    rs_decoder decoder = {.arena = arena, .file = file, .err = err};
    RS_TRY(rs_decode_map(&decoder, root, recipe_fields, out));
    return check(&decoder, root, out);
}

/* ---- canonical text -------------------------------------------------------------------------- */

/* Lengths precede texts, so that no two recipes give one canonical text. */
static void put_texts(rs_buf *out, const char *key, rs_texts texts)
{
    rs_buf_printf(out, "%s", key);
    for (size_t i = 0; i < texts.n; i++)
        rs_buf_printf(out, " %zu:%.*s", texts.items[i].len, RS_STR_ARG(texts.items[i]));
    rs_buf_char(out, '\n');
}

static void put_entry(rs_buf *out, const rs_recipe_entry *e)
{
    rs_buf_printf(out, "entry %zu:%.*s samples %lld repeats %lld take ", e->id.len,
                  RS_STR_ARG(e->id), (long long)e->samples, (long long)e->repeats);
    rs_buf_double(out, e->take[1]);
    rs_buf_cstr(out, " weight ");
    rs_buf_double(out, e->weight[1]);
    rs_buf_cstr(out, " tasks");
    for (size_t i = 0; i < e->tasks.n; i++)
        rs_buf_printf(out, " %s", rs_model_task_name(e->tasks.items[i]));
    rs_buf_char(out, '\n');
    put_texts(out, "skills", e->skills);
    put_texts(out, "splits", e->splits);
}

/* What is not by default of near-duplicates. */
static void put_near(rs_buf *out, const rs_recipe *r)
{
    const rs_recipe_near usual = r->keep_duplicates ? RS_RECIPE_NEAR_KEEP : RS_RECIPE_NEAR_DROP;
    if (r->near != usual) rs_buf_printf(out, "near %s\n", near_words[r->near]);
    if (r->near_methods != RS_NEAR_PROVED) rs_buf_printf(out, "near methods %u\n", r->near_methods);
    if (r->near_score > 0) {
        rs_buf_cstr(out, "near score ");
        rs_buf_double(out, r->near_score);
        rs_buf_char(out, '\n');
    }
    if (r->near_keep.n) put_texts(out, "near keep", r->near_keep);
}

void rs_recipe_canonical(const rs_recipe *r, rs_buf *out)
{
    rs_buf_printf(out,
                  "recipe 1 name %.*s seed %lld version %zu:%.*s licence %s budget %lld %lld\n",
                  RS_STR_ARG(r->name), (long long)r->seed, r->version.len,
                  RS_STR_ARG(r->version.ptr ? r->version : RS_STR("")), licence_words[r->licence],
                  (long long)r->budget_samples, (long long)r->budget_images);
    rs_buf_printf(
        out,
        "caps %lld %lld captions %lld eval %d strict %d leaks %d%d%d duplicates %d unresolved %d\n",
        (long long)r->per_image, (long long)r->per_question, (long long)r->captions_per_image,
        r->allow_eval, r->strict, r->keep_leaks[1], r->keep_leaks[2], r->keep_leaks[3],
        r->keep_duplicates, r->keep_unresolved);
    if (r->choices_hash.len) rs_buf_printf(out, "choices %.*s\n", RS_STR_ARG(r->choices_hash));
    /* only when named: recipes without keep the ids of their mixtures */
    if (r->keep_conflicts) rs_buf_cstr(out, "conflicts 1\n");
    if (r->keep_leaks[4]) rs_buf_cstr(out, "text leaks 1\n");
    put_near(out, r);
    if (r->for_format.len || r->for_model.len)
        rs_buf_printf(out, "for %zu:%.*s %zu:%.*s\n", r->for_format.len, RS_STR_ARG(r->for_format),
                      r->for_model.len, RS_STR_ARG(r->for_model));
    if (r->split_files.n) put_texts(out, "split files", r->split_files);
    put_texts(out, "protect", r->protect);
    for (size_t i = 0; i < r->datasets.n; i++) put_entry(out, &r->datasets.items[i]);
}

void rs_recipe_put_head(rs_buf *out, const rs_recipe *head)
{
    rs_buf_printf(out, "recipe: 1\nname: %.*s\nseed: %lld\nprotect: ", RS_STR_ARG(head->name),
                  (long long)head->seed);
    if (head->protect.n == 0) rs_buf_cstr(out, "all");
    for (size_t i = 0; i < head->protect.n; i++) {
        rs_buf_cstr(out, i ? ", " : "[");
        rs_json_put_str(out, head->protect.items[i]); /* a JSON string is a YAML one */
    }
    if (head->protect.n) rs_buf_char(out, ']');
    rs_buf_printf(out, "\nlicence: %s\n", rs_recipe_licence_name(head->licence));
}
