/* Texts are compared without tags and white space: a prompt is the question inside a model's chat
 * template. */
#include "score/telling.h"

#include "base/ascii.h"

const char *const rs_score_told_as[RS_TELLINGS] = {"asks", "shows", "has the label"};

rs_str rs_score_told_text(const rs_score_record *r, rs_score_telling which)
{
    return which == RS_TELLS_QUESTION  ? r->question
           : which == RS_TELLS_PICTURE ? rs_str_basename(r->image)
           : r->reference.ptr          ? r->reference
                                       : RS_STR("");
}

/* The length of a tag at s[i]: "<image>", "<|im_start|>", "</s>", "[INST]"; 0 = none. Comparisons
 * such as "a < b" hold blanks and stay. */
static size_t tag_length(rs_str s, size_t i)
{
    enum { LONGEST = 40 };
    static const rs_str bracketed[] = {
        {"[INST]", 6}, {"[/INST]", 7}, {"[IMG]", 5}, {"[IMG_BREAK]", 11}, {"[IMG_END]", 9}};
    const rs_str rest = rs_str_sub(s, i, s.len);
    for (size_t k = 0; k < sizeof bracketed / sizeof *bracketed; k++)
        if (rs_str_starts(rest, bracketed[k])) return bracketed[k].len;
    if (rest.ptr[0] != '<') return 0;
    for (size_t n = 1; n < rest.len && n < LONGEST; n++) {
        if (rest.ptr[n] == '>') return n + 1;
        if (rest.ptr[n] == '<' || rs_ascii_is_space(rest.ptr[n])) break;
    }
    return 0;
}

rs_str rs_score_bare_text(rs_arena *memory, rs_str s)
{
    char *out = rs_arena_alloc(memory, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < s.len;) {
        const size_t tag = tag_length(s, i);
        if (!tag && !rs_ascii_is_space(s.ptr[i])) out[n++] = s.ptr[i];
        i += tag ? tag : 1;
    }
    return out ? rs_str_make(out, n) : (rs_str){NULL, 0};
}

bool rs_score_same_question(rs_arena *memory, rs_str question, rs_str stated)
{
    static const rs_str roles[] = {
        {"assistant", 9}, {"assistant:", 10}, {"model", 5}, {"bot", 3}, {"gpt:", 4}};
    const rs_str asked = rs_score_bare_text(memory, question);
    rs_str told = rs_score_bare_text(memory, stated);
    if (!asked.len || !told.len) return false;
    if (rs_str_ends(told, asked)) return true;
    for (size_t k = 0; k < sizeof roles / sizeof *roles; k++)
        if (rs_str_ends_nocase(told, roles[k]))
            return rs_str_ends(rs_str_sub(told, 0, told.len - roles[k].len), asked);
    return false;
}

bool rs_score_other_question(rs_arena *memory, rs_str question, rs_str stated)
{
    const rs_str asked = rs_score_bare_text(memory, question),
                 told = rs_score_bare_text(memory, stated);
    return asked.len && told.len && rs_str_find(asked, told) == RS_NPOS &&
           rs_str_find(told, asked) == RS_NPOS;
}
