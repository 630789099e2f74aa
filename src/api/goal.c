/* Goals as they are typed; what they mean is found out by decide/goal_words.h and api/like.h. */
#include "api/goal.h"

#include "base/num.h"
#include "codec/yaml.h"
#include "io/single.h"

enum { most_goals = 256 };

bool rs_goal_take_share(rs_str *text, double *share)
{
    *share = 1;
    for (size_t i = text->len; i-- > 0;) {
        if (text->ptr[i] != ':') continue;
        const rs_str number = rs_str_sub(*text, i + 1, text->len);
        if (!rs_num_double(number, share)) return true; /* "C:\data\dev.json" */
        *text = rs_str_sub(*text, 0, i);
        return *share > 0 && *share <= 1e6;
    }
    return true;
}

static rsift_status add_goal(rs_call *call, rs_typed_goals *out, rs_typed_goal goal,
                             rsift_error *err)
{
    if (out->n == most_goals)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than %d goals", most_goals);
    if (!rs_arena_grow(&call->arena, (void **)&out->items, &out->cap, out->n + 1,
                       sizeof *out->items))
        return rs_err_nomem(err, "the goals");
    out->items[out->n++] = goal;
    return RSIFT_OK;
}

static rsift_status bad_share(rs_str text, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    return rs_err_set(err, RSIFT_E_ARG, "expected a share above 0, found \"%s\"",
                      rs_err_quote(quoted, text));
}

/* ---- a file of goals ------------------------------------------------------------------------- */

/* "caption", "vqa:3" or {word: vqa, share: 3}. */
static rsift_status read_entry(rs_call *call, const rs_yaml *node, rs_str path, rs_typed_goals *out,
                               rsift_error *err)
{
    static const char *const keys[] = {"word", "for", "like"};
    static const char expected[] = "a word, or {word: | for: | like:, share:}",
                      a_share[] = "a share above 0";
    rs_typed_goal goal = {.share = 1, .folder = rs_str_dirname(path)};
    if (node->kind == RS_YAML_SCALAR) {
        goal.text = node->text;
        if (!goal.text.len) return rs_yaml_expected(err, path, node, expected);
        if (!rs_goal_take_share(&goal.text, &goal.share))
            return rs_yaml_expected(err, path, node, a_share);
        return add_goal(call, out, goal, err);
    }
    for (const rs_yaml *field = node->kind == RS_YAML_MAP ? node->first : NULL; field;
         field = field->next) {
        size_t k = 0;
        while (k < 3 && !rs_str_eq(field->key->text, rs_str_of(keys[k]))) k++;
        if (rs_str_eq(field->key->text, RS_STR("share"))) {
            if (!rs_num_double(field->text, &goal.share) || !(goal.share > 0) || goal.share > 1e6)
                return rs_yaml_expected(err, path, field, a_share);
        } else if (k == 3 || goal.text.len || field->kind != RS_YAML_SCALAR || !field->text.len) {
            return rs_yaml_expected(err, path, field->key, expected);
        } else {
            goal.form = (rs_goal_form)k;
            goal.text = field->text;
        }
    }
    return goal.text.len ? add_goal(call, out, goal, err)
                         : rs_yaml_expected(err, path, node, expected);
}

static rsift_status read_file(rs_call *call, rs_str path, rs_typed_goals *out, rsift_error *err)
{
    const rsift_limits *limits = &call->session->limits;
    rs_str bytes;
    rs_yaml *root;
    RS_TRY(rs_io_single_slurp(path, limits, &call->arena, &bytes, err));
    RS_TRY(rs_yaml_parse(&call->arena, path, bytes, limits, &root, err));
    if (root->kind != RS_YAML_LIST) return rs_yaml_expected(err, path, root, "a list of goals");
    for (const rs_yaml *node = root->first; node; node = node->next)
        RS_TRY(read_entry(call, node, path, out, err));
    return RSIFT_OK;
}

/* ---- options --------------------------------------------------------------------------------- */

static rsift_status add_texts(rs_call *call, const char *option, rs_goal_form form,
                              rs_typed_goals *out, rsift_error *err)
{
    const rs_texts texts = rs_call_texts(call, option);
    for (size_t i = 0; i < texts.n; i++) {
        rs_typed_goal goal = {.form = form, .text = texts.items[i]};
        if (form == RS_GOAL_WORD &&
            (rs_str_ends(goal.text, RS_STR(".yaml")) || rs_str_ends(goal.text, RS_STR(".yml")))) {
            RS_TRY(read_file(call, goal.text, out, err));
            continue;
        }
        if (!rs_goal_take_share(&goal.text, &goal.share))
            return rs_err_within(err, bad_share(texts.items[i], err), "recommend > %s", option);
        RS_TRY(add_goal(call, out, goal, err));
    }
    return RSIFT_OK;
}

rsift_status rs_goals_typed(rs_call *call, rs_typed_goals *out, rsift_error *err)
{
    *out = (rs_typed_goals){0};
    RS_TRY(add_texts(call, "goals", RS_GOAL_WORD, out, err));
    RS_TRY(add_texts(call, "benchmarks", RS_GOAL_BENCHMARK, out, err));
    return add_texts(call, "like", RS_GOAL_LIKE, out, err);
}
