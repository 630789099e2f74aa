/* Snowball English stemmer. 'Y' marks a y that is a consonant, as in the definition. Tables of
 * rules are sorted longest suffix first, so that the first match is the longest. */
#include "lang/stem.h"

#include "lang/suffix.h"

#define T(a, b) RS_SUFFIX(a, b)

static bool is_vowel(char c)
{
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y';
}

static bool has_vowel(const rs_suffix_word *w, size_t end)
{
    for (size_t i = 0; i < end; i++)
        if (is_vowel(w->p[i])) return true;
    return false;
}

/* Behind the first consonant that follows a vowel, at or after i. */
static size_t region(const rs_suffix_word *w, size_t i)
{
    while (i < w->n && !is_vowel(w->p[i])) i++;
    while (i < w->n && is_vowel(w->p[i])) i++;
    return i < w->n ? i + 1 : w->n;
}

static void set_regions(rs_suffix_word *w)
{
    static const rs_str starts[] = {{"gener", 5}, {"commun", 6}, {"arsen", 5}};
    /* R1 and R2 of the definition: suffixes count only inside them */
    w->r1 = region(w, 0);
    for (size_t k = 0; k < sizeof starts / sizeof *starts; k++)
        if (rs_str_starts(rs_str_make(w->p, w->n), starts[k])) w->r1 = starts[k].len;
    w->r2 = region(w, w->r1);
}

static void mark_consonant_y(rs_suffix_word *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->p[i] == 'y' && (i == 0 || is_vowel(w->p[i - 1]))) w->p[i] = 'Y';
}

/* Does [0, end) end in a short syllable? */
static bool short_syllable(const rs_suffix_word *w, size_t end)
{
    /* a vowel at the start and a consonant */
    if (end == 2) return is_vowel(w->p[0]) && !is_vowel(w->p[1]);
    if (end < 3) return false;
    char last = w->p[end - 1];
    return !is_vowel(last) && last != 'w' && last != 'x' && last != 'Y' &&
           is_vowel(w->p[end - 2]) && !is_vowel(w->p[end - 3]);
}

static void step_0(rs_suffix_word *w)
{
    static const rs_suffix_rule rules[] = {T("'s'", ""), T("'s", ""), T("'", "")};
    const rs_suffix_rule *r = rs_suffix_find(w, rules, 3);
    if (r) w->n -= r->from.len;
}

static void step_1a(rs_suffix_word *w)
{
    static const rs_suffix_rule rules[] = {T("sses", "ss"), T("ied", ""), T("ies", ""),
                                           T("us", ""),     T("ss", ""),  T("s", "")};
    const rs_suffix_rule *r = rs_suffix_find(w, rules, sizeof rules / sizeof *rules);
    if (!r) return;
    switch (r - rules) {
    case 0: w->n -= 2; break;
    case 1:
    /* ied, ies: "tie" stays, "cry" becomes "cri" */
    case 2: rs_suffix_replace(w, 3, w->n > 4 ? RS_STR("i") : RS_STR("ie")); break;
    case 5:
        /* a vowel not right before the s: "gas" stays, "gaps" loses it */
        if (w->n >= 2 && has_vowel(w, w->n - 2)) w->n--;
        break;
    default: break;
    }
}

static void after_1b(rs_suffix_word *w)
{
    /* "hopped" -> "hop" */
    static const char doubles[] = "bdfgmnprt";
    if (rs_suffix_ends(w, RS_STR("at")) || rs_suffix_ends(w, RS_STR("bl")) ||
        rs_suffix_ends(w, RS_STR("iz"))) {
        w->p[w->n++] = 'e';
    } else if (w->n >= 2 && w->p[w->n - 1] == w->p[w->n - 2] &&
               memchr(doubles, w->p[w->n - 1], 9)) {
        w->n--;
    } else if (w->n <= w->r1 && short_syllable(w, w->n)) {
        w->p[w->n++] = 'e';
    }
}

static void step_1b(rs_suffix_word *w)
{
    static const rs_suffix_rule rules[] = {T("eedly", "ee"), T("ingly", ""), T("edly", ""),
                                           T("eed", "ee"),   T("ing", ""),   T("ed", "")};
    const rs_suffix_rule *r = rs_suffix_find(w, rules, sizeof rules / sizeof *rules);
    if (!r) return;
    size_t begin = w->n - r->from.len;
    if (r->to.len) {
        if (begin >= w->r1) rs_suffix_replace(w, r->from.len, r->to);
    } else if (has_vowel(w, begin)) {
        w->n = begin;
        after_1b(w);
    }
}

static void step_1c(rs_suffix_word *w)
{
    if (w->n > 2 && (w->p[w->n - 1] == 'y' || w->p[w->n - 1] == 'Y') && !is_vowel(w->p[w->n - 2]))
        w->p[w->n - 1] = 'i';
}

static void step_2(rs_suffix_word *w)
{
    static const rs_suffix_rule rules[] = {
        T("ational", "ate"), T("fulness", "ful"), T("iveness", "ive"), T("ization", "ize"),
        T("ousness", "ous"), T("biliti", "ble"),  T("lessli", "less"), T("tional", "tion"),
        T("alism", "al"),    T("aliti", "al"),    T("ation", "ate"),   T("entli", "ent"),
        T("fulli", "ful"),   T("iviti", "ive"),   T("ousli", "ous"),   T("abli", "able"),
        T("alli", "al"),     T("anci", "ance"),   T("ator", "ate"),    T("enci", "ence"),
        T("izer", "ize"),    T("bli", "ble"),     T("ogi", "og"),      T("li", ""),
    };
    const rs_suffix_rule *r = rs_suffix_find(w, rules, sizeof rules / sizeof *rules);
    if (!r) return;
    size_t begin = w->n - r->from.len;
    if (begin < w->r1) return;
    /* li only behind a valid li-ending */
    if (r->from.len == 2 && (begin == 0 || !memchr("cdeghkmnrt", w->p[begin - 1], 10))) return;
    if (rs_str_eq(r->from, RS_STR("ogi")) && (begin == 0 || w->p[begin - 1] != 'l')) return;
    rs_suffix_replace(w, r->from.len, r->to);
}

static void step_3(rs_suffix_word *w)
{
    static const rs_suffix_rule rules[] = {
        T("ational", "ate"), T("tional", "tion"), T("alize", "al"),
        T("ative", ""),      T("icate", "ic"),    T("iciti", "ic"),
        T("ical", "ic"),     T("ness", ""),       T("ful", ""),
    };
    const rs_suffix_rule *r = rs_suffix_find(w, rules, sizeof rules / sizeof *rules);
    if (!r) return;
    size_t begin = w->n - r->from.len;
    if (begin < w->r1 || (rs_str_eq(r->from, RS_STR("ative")) && begin < w->r2)) return;
    rs_suffix_replace(w, r->from.len, r->to);
}

static void step_4(rs_suffix_word *w)
{
    static const rs_suffix_rule rules[] = {
        T("ement", ""), T("able", ""), T("ance", ""), T("ence", ""), T("ible", ""), T("ment", ""),
        T("ant", ""),   T("ate", ""),  T("ent", ""),  T("ion", ""),  T("ism", ""),  T("iti", ""),
        T("ive", ""),   T("ize", ""),  T("ous", ""),  T("al", ""),   T("er", ""),   T("ic", ""),
    };
    const rs_suffix_rule *r = rs_suffix_find(w, rules, sizeof rules / sizeof *rules);
    if (!r) return;
    size_t begin = w->n - r->from.len;
    if (begin < w->r2) return;
    if (rs_str_eq(r->from, RS_STR("ion")) && (begin == 0 || !memchr("st", w->p[begin - 1], 2)))
        return;
    w->n = begin;
}

static void step_5(rs_suffix_word *w)
{
    if (w->n == 0) return;
    size_t last = w->n - 1;
    if (w->p[last] == 'e') {
        if (last >= w->r2 || (last >= w->r1 && !short_syllable(w, last))) w->n--;
    } else if (w->p[last] == 'l' && last >= w->r2 && last > 0 && w->p[last - 1] == 'l') {
        w->n--;
    }
}

static const rs_suffix_rule exceptions[] = {
    T("skis", "ski"),    T("skies", "sky"),   T("dying", "die"),    T("lying", "lie"),
    T("tying", "tie"),   T("idly", "idl"),    T("gently", "gentl"), T("ugly", "ugli"),
    T("early", "earli"), T("only", "onli"),   T("singly", "singl"), T("sky", "sky"),
    T("news", "news"),   T("howe", "howe"),   T("atlas", "atlas"),  T("cosmos", "cosmos"),
    T("bias", "bias"),   T("andes", "andes"),
};

static const rs_str stop_after_1a[] = {{"inning", 6},  {"outing", 6},  {"canning", 7},
                                       {"herring", 7}, {"earring", 7}, {"proceed", 7},
                                       {"exceed", 6},  {"succeed", 7}};

/* The stem of a lower-case word: exceptions, then steps 0 to 5 of the definition. */
static rs_str stem(rs_str text, char *out)
{
    if (text.len > RS_STEM_MAX || text.len <= 2) return text;
    for (size_t k = 0; k < sizeof exceptions / sizeof *exceptions; k++)
        if (rs_str_eq(text, exceptions[k].from)) return exceptions[k].to;
    /* a leading apostrophe is no part of the word */
    size_t skip = text.ptr[0] == '\'';
    memcpy(out, text.ptr + skip, text.len - skip);
    rs_suffix_word w = {.p = out, .n = text.len - skip};
    mark_consonant_y(&w);
    set_regions(&w);
    step_0(&w);
    step_1a(&w);
    bool stop = false;
    for (size_t k = 0; k < sizeof stop_after_1a / sizeof *stop_after_1a; k++)
        stop = stop || rs_str_eq(rs_str_make(w.p, w.n), stop_after_1a[k]);
    /* these words have no further endings */
    if (!stop) {
        step_1b(&w);
        step_1c(&w);
        step_2(&w);
        step_3(&w);
        step_4(&w);
        step_5(&w);
    }
    for (size_t i = 0; i < w.n; i++)
        if (out[i] == 'Y') out[i] = 'y';
    return rs_str_make(out, w.n);
}

rs_str rs_lang_stem_snowball(rs_str text, char out[RS_STEM_MAX + 8])
{
    return rs_lang_stem_is_wide(text) ? rs_lang_stem_wide(text, out, stem) : stem(text, out);
}
