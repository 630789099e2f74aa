/* Meanings of box numbers: see meaning.h. */
#include "readers/meaning.h"

#include "lang/boxtext.h"

/* Spellings with what their publishers say of them. The names of lang/boxtext's styles; of JSON the
 * key. "numbers" is an array in a field of its own. */
static const struct {
    const char *spelling;
    rs_spelling_prior prior;
} priors[] = {
    {"bbox", {.corner_size = true}},
    {"bbox_2d", {0}}, /* pixels for Qwen2.5-VL, thousandths for Qwen3-VL */
    {"box-list", {.usual = "permille"}},
    {"box-pairs", {.usual = "qwen-vl"}},
    {"box_2d", {.y_first = true}}, /* Gemini writes y first */
    {"bracket", {.padded = true}},
    {"coco", {.usual = "px-xywh", .defined = true}},
    {"falcon", {.usual = "falcon", .only = true}},
    {"geochat", {.usual = "percent", .only = true}},
    {"loc", {.usual = "florence", .only = true}},
    {"loc-quad", {.usual = "florence", .only = true}},
    {"molmo-point", {.usual = "percent", .only = true}},
    {"numbers", {.corner_size = true}},
    {"paligemma", {.usual = "paligemma", .only = true}},
    {"paren", {.padded = true}},
    {"qwen2", {.usual = "permille"}},
};
enum { N_PRIORS = sizeof priors / sizeof *priors };

rs_spelling_prior rs_spelling_prior_of(rs_str spelling)
{
    for (size_t i = 0; i < N_PRIORS; i++)
        if (rs_str_eq(rs_str_of(priors[i].spelling), spelling)) return priors[i].prior;
    return (rs_spelling_prior){0};
}

/* ---- named ----------------------------------------------------------------------------------- */

static bool is_spelling(rs_str s)
{
    bool found = rs_lang_boxtext_is_spelling(s);
    for (size_t i = 0; i < N_PRIORS; i++)
        found = found || rs_str_eq(s, rs_str_of(priors[i].spelling));
    return found;
}

/* "json" names all of its keys. */
static bool names_spelling(rs_str named, rs_str spelling)
{
    if (rs_str_eq(named, spelling)) return true;
    return rs_lang_boxtext_is_key(spelling) && rs_str_eq(named, RS_STR("json"));
}

/* One value of the parameter: a name, or a spelling and its name. */
static rsift_status add_value(rs_named_meanings *out, const rs_convention **plain,
                              rs_str *spellings, rs_str *names, const char *key, rs_str value,
                              rsift_error *err)
{
    size_t colon = rs_str_find_char(value, ':');
    rs_str name = colon == RS_NPOS ? value : rs_str_sub(value, colon + 1, value.len);
    rs_str spelling = colon == RS_NPOS ? (rs_str){0} : rs_str_sub(value, 0, colon);
    if (!spelling.ptr && rs_str_eq(name, RS_STR("auto"))) return RSIFT_OK;
    const rs_convention *c;
    RS_TRY(rs_convention_named(key, name, &c, err));
    if (!spelling.ptr) {
        plain[out->n_plain++] = c;
        return RSIFT_OK;
    }
    if (!is_spelling(spelling))
        return rs_err_set(
            err, RSIFT_E_ARG,
            "%s: no spelling \"%.*s\"; there are bracket, paren, box-list, box-pairs, qwen2, "
            "falcon, geochat, loc, molmo-point, numbers, and for JSON its key (bbox_2d) or json",
            key, RS_STR_ARG(rs_str_sub(spelling, 0, 24)));
    spellings[out->n_spelled] = spelling;
    names[out->n_spelled++] = name;
    return RSIFT_OK;
}

rsift_status rs_named_meanings_of(rs_arena *arena, const rs_source *source, const char *key,
                                  rs_named_meanings *out, rsift_error *err)
{
    *out = (rs_named_meanings){0};
    size_t n = 0;
    for (size_t i = 0; i < source->n_params; i++)
        if (rs_str_eq(source->params[i].key, rs_str_of(key))) n += source->params[i].n;
    const rs_convention **plain = rs_arena_calloc(arena, n + 1, sizeof *plain);
    rs_str *spellings = rs_arena_calloc(arena, n + 1, sizeof *spellings);
    rs_str *names = rs_arena_calloc(arena, n + 1, sizeof *names);
    if (!plain || !spellings || !names) return rs_err_nomem(err, "a parameter");
    out->plain = plain;
    out->spellings = spellings;
    out->names = names;
    for (size_t i = 0; i < source->n_params; i++) {
        const rs_param_value *p = &source->params[i];
        if (!rs_str_eq(p->key, rs_str_of(key))) continue;
        for (size_t v = 0; v < p->n; v++)
            RS_TRY(add_value(out, plain, spellings, names, key, p->values[v], err));
    }
    return RSIFT_OK;
}

bool rs_source_is_open(const rs_source *source, const char *key)
{
    for (size_t i = 0; i < source->n_params; i++) {
        const rs_param_value *p = &source->params[i];
        if (!rs_str_eq(p->key, rs_str_of(key))) continue;
        for (size_t v = 0; v < p->n; v++)
            if (rs_str_find_char(p->values[v], ':') == RS_NPOS &&
                !rs_str_eq(p->values[v], RS_STR("auto")))
                return false;
    }
    return true;
}

/* ---- named or decided ------------------------------------------------------------------------ */

/* A fraction's box in a source of larger numbers, or the other way round: nothing says what it
 * means. */
static bool is_stray(const rs_convention *c, const double *numbers, size_t n)
{
    rs_box_numbers one = {0};
    rs_geom_numbers_add(&one, numbers, n, 0, 0);
    return c->scale == 1 ? one.max > 2 : one.n_parts > 0;
}

const rs_convention *rs_box_meaning(const rs_source *source, const rs_named_meanings *named,
                                    rs_str spelling, const double *numbers, size_t n)
{
    if (named->n_plain) return rs_parse_convention(named->plain, named->n_plain, n);
    for (size_t i = 0; i < named->n_spelled; i++) {
        if (!names_spelling(named->spellings[i], spelling)) continue;
        const rs_convention *c = rs_geom_convention(named->names[i]);
        if (c && rs_parse_n_numbers(c) == n) return c;
        c = rs_geom_convention_like(named->names[i], n);
        if (c) return c;
    }
    for (size_t i = 0; i < source->n_meanings; i++) {
        const rs_meaning *m = &source->meanings[i];
        if (!rs_str_eq(m->spelling, spelling) || !m->convention.len) continue;
        const rs_convention *c = rs_geom_convention_like(m->convention, n);
        return c && is_stray(c, numbers, n) ? NULL : c;
    }
    return NULL;
}

const rs_convention *rs_box_defined(const rs_source *source, rs_str spelling,
                                    const rs_convention *defined)
{
    if (source->survey) return NULL;
    for (size_t i = 0; i < source->n_meanings; i++)
        if (rs_str_eq(source->meanings[i].spelling, spelling))
            return source->meanings[i].convention.len ? defined : NULL;
    return defined;
}

bool rs_box_is_unordered(const rs_convention *convention, const rs_boxtext_span *span)
{
    const double *v = span->numbers;
    return (span->style == RS_BOXTEXT_BRACKET || span->style == RS_BOXTEXT_PAREN) &&
           span->n_numbers == 4 && convention->shape == RS_SHAPE_HBB_XYXY &&
           (v[2] < v[0] || v[3] < v[1]);
}

/* What to type, from the decision; without one the spelling alone. */
static rs_str question_of(const rs_source *source, rs_str spelling)
{
    for (size_t i = 0; i < source->n_meanings; i++)
        if (rs_str_eq(source->meanings[i].spelling, spelling)) return source->meanings[i].question;
    return RS_STR("say it: --param box_convention=px (or permille, percent, fraction)");
}

rsift_status rs_parse_open_box(rs_parse *p, rs_str spelling, const double *numbers, size_t n,
                               int32_t asset, rs_str where)
{
    rs_open_box *box = rs_batch_open_box(p->batch);
    double *copy = rs_arena_alloc(&p->batch->arena, (n + 1) * sizeof *copy);
    if (!box || !copy) return rs_err_nomem(p->err, "a box");
    memcpy(copy, numbers, n * sizeof *copy);
    *box = (rs_open_box){p->sample, asset, spelling, copy, (uint32_t)n};
    if (p->source->survey) return RSIFT_OK; /* nobody reads its findings */
    rs_str question = question_of(p->source, spelling);
    return rs_parse_find(p, RS_F_BOX_CONVENTION, where, "boxes written as %.*s: %.*s",
                         RS_STR_ARG(spelling), RS_STR_ARG(question));
}
