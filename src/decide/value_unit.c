/* Words of what a dataset's answers are made of; see value_unit.h. */
#include "decide/value_unit.h"

#include "base/num.h"

static const char *const names[RS_VALUE_N_FORMS] = {
    "yes-no",  "number",  "phrase",  "label", "choice", "list",  "sentence",
    "box-hbb", "box-obb", "polygon", "point", "mask",   "empty", "unknown"};

const char *rs_value_form_name(rs_value_form form)
{
    return names[form];
}

/* What stands between the brackets of an answer that counts by its kind. */
static rs_value_form kind_of(rs_str kind)
{
    static const struct {
        const char *kind;
        rs_value_form form;
    } others[] = {{"text", RS_VALUE_SENTENCE},
                  {"none", RS_VALUE_EMPTY},
                  {"hbb", RS_VALUE_HBB},
                  {"obb", RS_VALUE_OBB}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (rs_str_eq(kind, rs_str_of(others[i].kind))) return others[i].form;
    for (size_t i = 0; i < RS_VALUE_N_FORMS; i++)
        if (rs_str_eq(kind, rs_str_of(names[i]))) return (rs_value_form)i;
    return RS_VALUE_NOT_KNOWN;
}

rs_value_form rs_value_form_of(rs_str answer, bool *judged)
{
    double number;
    *judged = false;
    if (answer.len > 1 && answer.ptr[0] == '<' && answer.ptr[answer.len - 1] == '>')
        return kind_of(rs_str_sub(answer, 1, answer.len - 1));
    *judged = true;
    if (rs_str_eq(answer, RS_STR("yes")) || rs_str_eq(answer, RS_STR("no"))) return RS_VALUE_YES_NO;
    return rs_num_double(answer, &number) ? RS_VALUE_NUMBER : RS_VALUE_PHRASE;
}
