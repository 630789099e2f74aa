/* The VQA answer normaliser (EvalAIAnswerProcessor, which LHRS-Bot main_vqa.py carries).
 * Quirks kept: whether a sign is deleted or becomes a blank depends on the text as it came in; the
 * lookbehind that should protect "3." is malformed, so every dot not followed by a digit goes (the
 * first 32 of them: a flag stands where the count belongs). */
#include "metrics/text.h"

#include "base/buf.h"
#include "lang/ngram.h"

static const char signs[] = ";/[]\"{}()=+\\_-><@`,?!";

static const char *const digits[][2] = {
    {"none", "0"}, {"zero", "0"}, {"one", "1"},   {"two", "2"},   {"three", "3"}, {"four", "4"},
    {"five", "5"}, {"six", "6"},  {"seven", "7"}, {"eight", "8"}, {"nine", "9"},  {"ten", "10"},
};

/* clang-format off */
static const char *const contractions[][2] = {
    {"aint", "ain't"}, {"arent", "aren't"}, {"cant", "can't"}, {"couldve", "could've"},
    {"couldnt", "couldn't"}, {"couldn'tve", "couldn't've"}, {"couldnt've", "couldn't've"},
    {"didnt", "didn't"}, {"doesnt", "doesn't"}, {"dont", "don't"}, {"hadnt", "hadn't"},
    {"hadnt've", "hadn't've"}, {"hadn'tve", "hadn't've"}, {"hasnt", "hasn't"},
    {"havent", "haven't"}, {"hed", "he'd"}, {"hed've", "he'd've"}, {"he'dve", "he'd've"},
    {"hes", "he's"}, {"howd", "how'd"}, {"howll", "how'll"}, {"hows", "how's"},
    {"Id've", "I'd've"}, {"I'dve", "I'd've"}, {"Im", "I'm"}, {"Ive", "I've"}, {"isnt", "isn't"},
    {"itd", "it'd"}, {"itd've", "it'd've"}, {"it'dve", "it'd've"}, {"itll", "it'll"},
    {"let's", "let's"}, {"maam", "ma'am"}, {"mightnt", "mightn't"},
    {"mightnt've", "mightn't've"}, {"mightn'tve", "mightn't've"}, {"mightve", "might've"},
    {"mustnt", "mustn't"}, {"mustve", "must've"}, {"neednt", "needn't"}, {"notve", "not've"},
    {"oclock", "o'clock"}, {"oughtnt", "oughtn't"}, {"ow's'at", "'ow's'at"},
    {"'ows'at", "'ow's'at"}, {"'ow'sat", "'ow's'at"}, {"shant", "shan't"},
    {"shed've", "she'd've"}, {"she'dve", "she'd've"}, {"she's", "she's"},
    {"shouldve", "should've"}, {"shouldnt", "shouldn't"}, {"shouldnt've", "shouldn't've"},
    {"shouldn'tve", "shouldn't've"}, {"somebody'd", "somebodyd"},
    {"somebodyd've", "somebody'd've"}, {"somebody'dve", "somebody'd've"},
    {"somebodyll", "somebody'll"}, {"somebodys", "somebody's"}, {"someoned", "someone'd"},
    {"someoned've", "someone'd've"}, {"someone'dve", "someone'd've"},
    {"someonell", "someone'll"}, {"someones", "someone's"}, {"somethingd", "something'd"},
    {"somethingd've", "something'd've"}, {"something'dve", "something'd've"},
    {"somethingll", "something'll"}, {"thats", "that's"}, {"thered", "there'd"},
    {"thered've", "there'd've"}, {"there'dve", "there'd've"}, {"therere", "there're"},
    {"theres", "there's"}, {"theyd", "they'd"}, {"theyd've", "they'd've"},
    {"they'dve", "they'd've"}, {"theyll", "they'll"}, {"theyre", "they're"},
    {"theyve", "they've"}, {"twas", "'twas"}, {"wasnt", "wasn't"}, {"wed've", "we'd've"},
    {"we'dve", "we'd've"}, {"weve", "we've"}, {"werent", "weren't"}, {"whatll", "what'll"},
    {"whatre", "what're"}, {"whats", "what's"}, {"whatve", "what've"}, {"whens", "when's"},
    {"whered", "where'd"}, {"wheres", "where's"}, {"whereve", "where've"}, {"whod", "who'd"},
    {"whod've", "who'd've"}, {"who'dve", "who'd've"}, {"wholl", "who'll"}, {"whos", "who's"},
    {"whove", "who've"}, {"whyll", "why'll"}, {"whyre", "why're"}, {"whys", "why's"},
    {"wont", "won't"}, {"wouldve", "would've"}, {"wouldnt", "wouldn't"},
    {"wouldnt've", "wouldn't've"}, {"wouldn'tve", "wouldn't've"}, {"yall", "y'all"},
    {"yall'll", "y'all'll"}, {"y'allll", "y'all'll"}, {"yall'd've", "y'all'd've"},
    {"y'alld've", "y'all'd've"}, {"y'all'dve", "y'all'd've"}, {"youd", "you'd"},
    {"youd've", "you'd've"}, {"you'dve", "you'd've"}, {"youll", "you'll"}, {"youre", "you're"},
    {"youve", "you've"},
};
/* clang-format on */

/* \d,\d anywhere? */
static bool comma_in_number(rs_str s)
{
    for (size_t i = 1; i + 1 < s.len; i++)
        if (s.ptr[i] == ',' && s.ptr[i - 1] >= '0' && s.ptr[i - 1] <= '9' && s.ptr[i + 1] >= '0' &&
            s.ptr[i + 1] <= '9')
            return true;
    return false;
}

/* Does the sign stand next to a blank anywhere? */
static bool next_to_blank(rs_str s, char sign)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != sign) continue;
        if ((i + 1 < s.len && s.ptr[i + 1] == ' ') || (i > 0 && s.ptr[i - 1] == ' ')) return true;
    }
    return false;
}

/* What each byte becomes: itself, a blank, or nothing (0). */
static void plan_signs(rs_str s, char plan[256])
{
    for (int c = 0; c < 256; c++) plan[c] = (char)c;
    const bool comma = comma_in_number(s);
    for (size_t i = 0; i + 1 < sizeof signs; i++)
        plan[(unsigned char)signs[i]] = comma || next_to_blank(s, signs[i]) ? 0 : ' ';
}

/* The text with its signs as planned, then without dots that no digit follows. Both steps share one
 * allocation. */
static rs_str punctuation(rs_arena *arena, rs_str s)
{
    char plan[256];
    plan_signs(s, plan);
    char *out = rs_arena_alloc(arena, 2 * s.len + 2);
    if (!out) return (rs_str){NULL, 0};
    char *first = out + s.len + 1; /* after the signs, read again for the dots */
    size_t n_first = 0, n = 0;
    for (size_t i = 0; i < s.len; i++) {
        const char c = plan[(unsigned char)s.ptr[i]];
        if (c) first[n_first++] = c;
    }
    for (size_t i = 0, n_dots = 0; i < n_first; i++) {
        const bool number = i + 1 < n_first && first[i + 1] >= '0' && first[i + 1] <= '9';
        if (first[i] != '.' || number || n_dots++ >= 32) out[n++] = first[i];
    }
    return rs_str_make(out, n);
}

/* A word after the three tables: digits for numbers, nothing for articles, contractions. */
static rs_str mapped(rs_str word)
{
    /* in the order of the original: numbers, articles, contractions */
    for (size_t i = 0; i < sizeof digits / sizeof *digits; i++)
        if (digits[i][0][0] == word.ptr[0] && rs_str_eq(word, rs_str_of(digits[i][0])))
            word = rs_str_of(digits[i][1]);
    if (rs_str_eq(word, RS_STR("a")) || rs_str_eq(word, RS_STR("an")) ||
        rs_str_eq(word, RS_STR("the")))
        return (rs_str){"", 0};
    for (size_t i = 0; i < sizeof contractions / sizeof *contractions; i++)
        if (contractions[i][0][0] == word.ptr[0] && rs_str_eq(word, rs_str_of(contractions[i][0])))
            return rs_str_of(contractions[i][1]);
    return word;
}

rs_str rs_metrics_norm_evalai(rs_arena *arena, rs_str text)
{
    rs_str s = rs_metrics_lower(arena, text);
    s = rs_metrics_drop(arena, s, ",?");
    s = rs_metrics_replace(arena, s, RS_STR("'s"), RS_STR(" 's"));
    s = rs_metrics_replace(arena, rs_metrics_trim(s), RS_STR("\n"), RS_STR(" "));
    s = rs_metrics_replace(arena, s, RS_STR("\t"), RS_STR(" "));
    /* what tabs and line ends became is removed at the ends as well */
    if (s.ptr) s = punctuation(arena, rs_metrics_trim(s));
    if (!s.ptr) return s;
    rs_buf out = {0};
    for (rs_str word; rs_lang_next_word(&s, &word);) {
        word = mapped(word);
        if (out.len && word.len) rs_buf_char(&out, ' ');
        rs_buf_str(&out, word);
    }
    rs_str kept = out.failed ? (rs_str){NULL, 0}
                             : rs_arena_str(arena, rs_str_make(out.ptr ? out.ptr : "", out.len));
    rs_buf_fini(&out);
    return kept;
}
