/* Words of what a dataset's answers are made of; see value_unit.h. */
#include "decide/value_unit.h"

#include "base/num.h"

const char *rs_value_form_name(rs_value_form form)
{
    static const char *const names[RS_VALUE_N_FORMS] = {"yes-no",  "number",  "phrase",  "sentence",
                                                        "box-hbb", "box-obb", "polygon", "point",
                                                        "mask",    "empty"};
    return names[form];
}

rs_value_form rs_value_form_of(rs_str answer)
{
    static const struct {
        const char *answer;
        rs_value_form form;
    } kinds[] = {
        {"yes", RS_VALUE_YES_NO},    {"no", RS_VALUE_YES_NO},   {"<text>", RS_VALUE_SENTENCE},
        {"<hbb>", RS_VALUE_HBB},     {"<obb>", RS_VALUE_OBB},   {"<polygon>", RS_VALUE_POLYGON},
        {"<point>", RS_VALUE_POINT}, {"<mask>", RS_VALUE_MASK}, {"<none>", RS_VALUE_EMPTY}};
    double number;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (rs_str_eq(answer, rs_str_of(kinds[i].answer))) return kinds[i].form;
    return rs_num_double(answer, &number) ? RS_VALUE_NUMBER : RS_VALUE_PHRASE;
}
