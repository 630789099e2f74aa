/* Where reasoning ends and the answer begins. What harnesses take off before a rule reads the
 * output; which rules do so is not known here. */
#include "metrics/reasoning.h"

#include "base/ascii.h"

typedef struct tags {
    rs_str open, close;
} tags;

static const tags known[] = {
    {{"<think>", 7}, {"</think>", 8}},
    {{"<thinking>", 10}, {"</thinking>", 11}},
    {{"<thought>", 9}, {"</thought>", 10}},
    {{"[THINK]", 7}, {"[/THINK]", 8}},
    {{"\xe2\x97\x81think\xe2\x96\xb7", 11}, {"\xe2\x97\x81/think\xe2\x96\xb7", 12}}};

/* Where the tag stands last (ASCII case ignored); RS_NPOS = nowhere. */
static size_t last_of(rs_str s, rs_str tag)
{
    for (size_t i = s.len < tag.len ? 0 : s.len - tag.len + 1; i-- > 0;)
        if (s.ptr[i] == tag.ptr[0] && rs_str_eq_nocase(rs_str_sub(s, i, i + tag.len), tag))
            return i;
    return RS_NPOS;
}

/* The inside of the last <answer> ... </answer>; the text itself without one. */
static rs_str inside_answer(rs_str s)
{
    const rs_str open = RS_STR("<answer>"), close = RS_STR("</answer>");
    const size_t begin = last_of(s, open);
    if (begin == RS_NPOS) return s;
    const rs_str inside = rs_str_sub(s, begin + open.len, s.len);
    const size_t end = last_of(inside, close);
    return end == RS_NPOS ? inside : rs_str_sub(inside, 0, end);
}

/* Most outputs hold no byte that a tag begins with. */
static bool may_hold_tag(rs_str s)
{
    return s.len &&
           (memchr(s.ptr, '<', s.len) || memchr(s.ptr, '[', s.len) || memchr(s.ptr, '\xe2', s.len));
}

bool rs_metrics_reasoning(rs_str s, rs_str *answer)
{
    bool any = false;
    *answer = s;
    if (!may_hold_tag(s)) return false;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        const size_t close = last_of(*answer, known[k].close);
        if (close != RS_NPOS)
            *answer = rs_str_sub(*answer, close + known[k].close.len, answer->len);
        any = any || close != RS_NPOS;
        if (last_of(*answer, known[k].open) == RS_NPOS) continue;
        *answer = RS_STR(""); /* opened and never closed */
        return true;
    }
    if (any) *answer = rs_str_trim(inside_answer(*answer));
    return any;
}
