/* Names of classes and the licence out of a hub's card: see hub_card.h. */
#include "release/hub_card.h"

#include "base/buf.h"
#include "codec/yaml.h"
#include "readers/params.h"

/* ---- the card -------------------------------------------------------------------------------- */

/* The YAML between the first two lines "---"; empty = there is none. */
static rs_str front_matter(rs_str card)
{
    rs_str rest = card, line;
    if (rs_str_starts(rest, RS_STR("\xEF\xBB\xBF"))) rest = rs_str_sub(rest, 3, rest.len);
    if (!rs_str_line(&rest, &line) || !rs_str_eq(rs_str_trim(line), RS_STR("---")))
        return RS_STR("");
    const char *begin = rest.ptr;
    while (rs_str_line(&rest, &line))
        if (rs_str_eq(rs_str_trim(line), RS_STR("---")))
            return rs_str_make(begin, (size_t)(line.ptr - begin));
    return RS_STR("");
}

static const rs_yaml *names_in(const rs_yaml *features, rs_str field);

/* The names in one feature, of which `rest` is the path below it. A list or a struct of features
 * stands under one of a few keys. */
static const rs_yaml *names_of_feature(const rs_yaml *feature, rs_str rest)
{
    static const char *const keys[] = {"dtype", "sequence", "list", "struct", "large_list"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const rs_yaml *of = rs_yaml_get(feature, keys[i]);
        if (of && of->kind == RS_YAML_LIST) return names_in(of, rest);
        if (!of || of->kind != RS_YAML_MAP) continue;
        const rs_yaml *label = rs_yaml_get(of, "class_label");
        if (label) return rest.len ? NULL : rs_yaml_get(label, "names");
        return names_of_feature(of, rest);
    }
    return NULL;
}

static const rs_yaml *names_in(const rs_yaml *features, rs_str field)
{
    const size_t dot = rs_str_find_char(field, '.');
    const rs_str first = rs_str_sub(field, 0, dot);
    const rs_str rest = dot == RS_NPOS ? RS_STR("") : rs_str_sub(field, dot + 1, field.len);
    if (!features || features->kind != RS_YAML_LIST) return NULL;
    for (const rs_yaml *one = features->first; one; one = one->next) {
        const rs_yaml *name = rs_yaml_get(one, "name");
        if (name && rs_str_eq(name->text, first)) return names_of_feature(one, rest);
    }
    return NULL;
}

/* Do two lists or maps name the same classes in the same order? */
static bool are_equal(const rs_yaml *a, const rs_yaml *b)
{
    const rs_yaml *x = a->first, *y = b->first;
    while (x && y && rs_str_eq(x->text, y->text)) {
        if (x->key && y->key && !rs_str_eq(x->key->text, y->key->text)) return false;
        x = x->next;
        y = y->next;
    }
    return !x && !y;
}

const rs_yaml *rs_hub_card_names(rs_arena *arena, rs_str card, rs_str field)
{
    rs_yaml *root;
    const rs_str text = front_matter(card);
    rsift_error ignored;
    if (!text.len ||
        rs_yaml_parse(arena, RS_STR("README.md"), text, NULL, &root, &ignored) != RSIFT_OK)
        return NULL;
    const rs_yaml *info = rs_yaml_get(root, "dataset_info"), *found = NULL;
    if (info && info->kind == RS_YAML_MAP) return names_in(rs_yaml_get(info, "features"), field);
    if (!info || info->kind != RS_YAML_LIST) return NULL;
    /* one for each configuration: which of them a file belongs to is not told by its name */
    for (const rs_yaml *one = info->first; one; one = one->next) {
        const rs_yaml *names = names_in(rs_yaml_get(one, "features"), field);
        if (names && found && !are_equal(names, found)) return NULL;
        if (names) found = names;
    }
    return found;
}

/* ---- the plan -------------------------------------------------------------------------------- */

/* The card in the nearest folder that is above all files; RS_NPOS = there is none. */
static size_t card_above(const rs_io_tree *tree, const rs_source_files *files)
{
    size_t best = RS_NPOS, n_best = 0;
    for (size_t i = 0; i < rs_io_n_members(tree); i++) {
        const rs_str path = rs_io_member_at(tree, i)->path;
        if (!rs_str_eq_nocase(rs_str_basename(path), RS_STR("readme.md"))) continue;
        const size_t n = path.len - rs_str_basename(path).len; /* of its folder, with the '/' */
        bool above = true;
        for (size_t k = 0; k < files->n && above; k++)
            above = rs_str_starts(rs_io_member_at(tree, files->members[k])->path,
                                  rs_str_sub(path, 0, n));
        if (!above || (best != RS_NPOS && n <= n_best)) continue;
        best = i;
        n_best = n;
    }
    return best;
}

/* "class_names=0=airport|1=beach"; a name that could not stand in it is left out. */
static void put_param(const rs_yaml *names, rs_buf *out)
{
    size_t i = 0;
    if (names->kind == RS_YAML_SCALAR) return;
    for (const rs_yaml *one = names->first; one; one = one->next, i++) {
        if (one->kind != RS_YAML_SCALAR || !one->text.len ||
            rs_str_find_char(one->text, '|') != RS_NPOS ||
            rs_str_find_char(one->text, '=') != RS_NPOS)
            continue;
        rs_buf_cstr(out, out->len ? "|" : "class_names=");
        if (one->key) rs_buf_str(out, one->key->text);
        else rs_buf_printf(out, "%zu", i);
        rs_buf_char(out, '=');
        rs_buf_str(out, one->text);
    }
}

static rsift_status add_param(rs_plan *plan, rs_str param, rsift_error *err)
{
    rs_plan_choice *choice = &plan->choice;
    rs_str *params = rs_arena_calloc(&plan->arena, choice->n_params + 1, sizeof *params);
    if (params && choice->n_params)
        memcpy(params, choice->params, choice->n_params * sizeof *params);
    if (params) params[choice->n_params] = rs_arena_str(&plan->arena, param);
    if (!params || !params[choice->n_params].ptr) return rs_err_nomem(err, "a plan");
    choice->params = params;
    choice->n_params++;
    return RSIFT_OK;
}

/* The value of "key=value" among the typed parameters; "" = it is not there. */
static rs_str typed_value(const rs_plan_choice *choice, const char *key)
{
    const rs_str name = rs_str_of(key);
    for (size_t i = 0; i < choice->n_params; i++) {
        const rs_str typed = choice->params[i];
        if (rs_str_starts(typed, name) && typed.len > name.len && typed.ptr[name.len] == '=')
            return rs_str_sub(typed, name.len + 1, typed.len);
    }
    return RS_STR("");
}

/* The field in the card's words: of a list in the record it is named behind the list. */
static const rs_yaml *find_names(rs_arena *arena, rs_str card, rs_str field, rs_str each)
{
    const rs_yaml *names = NULL;
    rs_str inner = RS_STR("");
    if (each.len && rs_str_find_char(each, '|') == RS_NPOS)
        inner = rs_arena_join(arena, each, RS_STR("."), field);
    if (inner.len) names = rs_hub_card_names(arena, card, inner);
    return names ? names : rs_hub_card_names(arena, card, field);
}

rsift_status rs_hub_card_name_classes(rs_plan *plan, const rs_plan_source *source, rsift_error *err)
{
    const rs_str field = typed_value(&plan->choice, "class");
    if (!field.len || typed_value(&plan->choice, "class_names").len ||
        !rs_reader_param(source->reader, RS_STR("class_names")) ||
        !rs_reader_param(source->reader, RS_STR("class")) || source->source.n_files == 0)
        return RSIFT_OK;
    const size_t card = card_above(plan->trees[0], &source->source.files[0]);
    if (card == RS_NPOS) return RSIFT_OK;
    rs_arena scratch = {0};
    rs_buf param = {0};
    rs_str text;
    rsift_error why;
    rsift_status status = rs_io_slurp(plan->trees[0], card, &scratch, &text, &why);
    if (status == RSIFT_OK) {
        const rs_yaml *names =
            find_names(&scratch, text, field, typed_value(&plan->choice, "each"));
        if (names) put_param(names, &param);
    } else if (status != RSIFT_E_NOMEM) {
        status = RSIFT_OK; /* a card that cannot be read names nothing */
    }
    if (status != RSIFT_OK || param.failed) status = rs_err_nomem(err, "a plan");
    if (status == RSIFT_OK && param.len) status = add_param(plan, rs_buf_view(&param), err);
    rs_buf_fini(&param);
    rs_arena_fini(&scratch);
    return status;
}

/* ---- licence --------------------------------------------------------------------------------- */

/* The id in the card's `license`; empty = none, several, or a word that is none. */
static rs_str licence_in(rs_arena *arena, rs_str card)
{
    rs_yaml *root;
    rsift_error ignored;
    const rs_str text = front_matter(card);
    if (!text.len ||
        rs_yaml_parse(arena, RS_STR("README.md"), text, NULL, &root, &ignored) != RSIFT_OK)
        return RS_STR("");
    const rs_yaml *licence = rs_yaml_get(root, "license");
    if (licence && licence->kind == RS_YAML_LIST && licence->n == 1) licence = licence->first;
    if (!licence || licence->kind != RS_YAML_SCALAR || rs_yaml_is_null(licence)) return RS_STR("");
    const bool says_none = rs_str_eq_nocase(licence->text, RS_STR("other")) ||
                           rs_str_eq_nocase(licence->text, RS_STR("unknown"));
    /* no id of the hub is a class, which the user alone may state */
    return says_none || rs_catalog_is_licence_class(licence->text) ? RS_STR("") : licence->text;
}

rsift_status rs_hub_card_licence(rs_plan *plan, const rs_plan_source *source, rs_str *out,
                                 rsift_error *err)
{
    if (source->source.n_files == 0) return RSIFT_OK;
    const size_t card = card_above(plan->trees[0], &source->source.files[0]);
    if (card == RS_NPOS) return RSIFT_OK;
    rs_arena scratch = {0};
    rs_str text, licence = RS_STR("");
    rsift_error why;
    rsift_status status = rs_io_slurp(plan->trees[0], card, &scratch, &text, &why);
    if (status == RSIFT_OK) licence = licence_in(&scratch, text);
    const bool lost = status == RSIFT_E_NOMEM;
    if (licence.len) *out = rs_arena_str(&plan->arena, licence);
    rs_arena_fini(&scratch);
    return lost || (licence.len && !out->ptr) ? rs_err_nomem(err, "a plan") : RSIFT_OK;
}
