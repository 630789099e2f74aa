/* The first Porter stemmer with NLTK's extensions: irregular words, ies/ied of four letters, y -> i
 * behind a consonant, alli first, fulli, logi. In each step the first suffix that matches decides,
 * also when its condition then fails. */
#include "lang/stem.h"

#include "lang/suffix.h"

#define T(a, b) RS_SUFFIX(a, b)
#define N_OF(a) (sizeof(a) / sizeof *(a))

static bool is_consonant(const rs_suffix_word *w, size_t i)
{
    switch (w->p[i]) {
    case 'a':
    case 'e':
    case 'i':
    case 'o':
    case 'u': return false;
    case 'y': break;
    default: return true;
    }
    bool consonant = true; /* of the first y in a run; it alternates from there */
    size_t first = i;
    while (first > 0 && w->p[first - 1] == 'y') first--;
    if (first > 0) {
        char c = w->p[first - 1];
        consonant = c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
    }
    return (i - first) % 2 == 0 ? consonant : !consonant;
}

/* Vowel-consonant sequences in the first n letters. */
static size_t measure(const rs_suffix_word *w, size_t n)
{
    size_t m = 0;
    for (size_t i = 1; i < n; i++) m += !is_consonant(w, i - 1) && is_consonant(w, i);
    return m;
}

static bool has_vowel(const rs_suffix_word *w, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is_consonant(w, i)) return true;
    return false;
}

static bool ends_cvc(const rs_suffix_word *w, size_t n)
{
    /* NLTK: a vowel and a consonant alone */
    if (n == 2) return !is_consonant(w, 0) && is_consonant(w, 1);
    if (n < 3) return false;
    char last = w->p[n - 1];
    return is_consonant(w, n - 3) && !is_consonant(w, n - 2) && is_consonant(w, n - 1) &&
           last != 'w' && last != 'x' && last != 'y';
}

static void step_1a(rs_suffix_word *w)
{
    static const rs_suffix_rule rules[] = {T("sses", "ss"), T("ies", "i"), T("ss", "ss"),
                                           T("s", "")};
    /* NLTK: "dies" -> "die" */
    if (w->n == 4 && rs_suffix_ends(w, RS_STR("ies"))) {
        w->n--;
        return;
    }
    const rs_suffix_rule *r = rs_suffix_find(w, rules, N_OF(rules));
    if (r) rs_suffix_replace(w, r->from.len, r->to);
}

static void after_1b(rs_suffix_word *w)
{
    size_t n = w->n;
    if (rs_suffix_ends(w, RS_STR("at")) || rs_suffix_ends(w, RS_STR("bl")) ||
        rs_suffix_ends(w, RS_STR("iz"))) {
        w->p[w->n++] = 'e';
    } else if (n >= 2 && w->p[n - 1] == w->p[n - 2] && is_consonant(w, n - 1)) {
        /* "hopping" -> "hop", "falling" -> "fall" */
        if (!memchr("lsz", w->p[n - 1], 3)) w->n--;
    } else if (measure(w, n) == 1 && ends_cvc(w, n)) {
        w->p[w->n++] = 'e';
    }
}

static void step_1b(rs_suffix_word *w)
{
    if (rs_suffix_ends(w, RS_STR("ied"))) {
        /* NLTK: "died" -> "die", "cried" -> "cri" */
        w->n -= w->n == 4 ? 1 : 2;
        return;
    }
    if (rs_suffix_ends(w, RS_STR("eed"))) {
        if (measure(w, w->n - 3) > 0) w->n--;
        return;
    }
    size_t cut = rs_suffix_ends(w, RS_STR("ed")) ? 2 : rs_suffix_ends(w, RS_STR("ing")) ? 3 : 0;
    if (cut == 0 || !has_vowel(w, w->n - cut)) return;
    w->n -= cut;
    after_1b(w);
}

static void step_1c(rs_suffix_word *w)
{
    if (w->n > 2 && w->p[w->n - 1] == 'y' && is_consonant(w, w->n - 2)) w->p[w->n - 1] = 'i';
}

static void apply(rs_suffix_word *w, const rs_suffix_rule *rules, size_t n, size_t more_than)
{
    const rs_suffix_rule *r = rs_suffix_find(w, rules, n);
    if (r && measure(w, w->n - r->from.len) > more_than) rs_suffix_replace(w, r->from.len, r->to);
}

static void step_2(rs_suffix_word *w)
{
    static const rs_suffix_rule rules[] = {
        T("ational", "ate"), T("tional", "tion"), T("enci", "ence"),   T("anci", "ance"),
        T("izer", "ize"),    T("bli", "ble"),     T("alli", "al"),     T("entli", "ent"),
        T("eli", "e"),       T("ousli", "ous"),   T("ization", "ize"), T("ation", "ate"),
        T("ator", "ate"),    T("alism", "al"),    T("iveness", "ive"), T("fulness", "ful"),
        T("ousness", "ous"), T("aliti", "al"),    T("iviti", "ive"),   T("biliti", "ble"),
        T("fulli", "ful"),
    };
    if (rs_suffix_ends(w, RS_STR("alli")) && measure(w, w->n - 4) > 0) {
        w->n -= 2;
        step_2(w); /* once: the word no longer ends in alli */
        return;
    }
    if (rs_suffix_ends(w, RS_STR("logi")) && !rs_suffix_find(w, rules, N_OF(rules))) {
        if (measure(w, w->n - 3) > 0) w->n--;
        return;
    }
    apply(w, rules, N_OF(rules), 0);
}

static void step_3(rs_suffix_word *w)
{
    static const rs_suffix_rule rules[] = {T("icate", "ic"), T("ative", ""),  T("alize", "al"),
                                           T("iciti", "ic"), T("ical", "ic"), T("ful", ""),
                                           T("ness", "")};
    apply(w, rules, N_OF(rules), 0);
}

static void step_4(rs_suffix_word *w)
{
    static const rs_suffix_rule rules[] = {
        T("al", ""),   T("ance", ""), T("ence", ""), T("er", ""),    T("ic", ""),
        T("able", ""), T("ible", ""), T("ant", ""),  T("ement", ""), T("ment", ""),
        T("ent", ""),  T("ion", ""),  T("ou", ""),   T("ism", ""),   T("ate", ""),
        T("iti", ""),  T("ous", ""),  T("ive", ""),  T("ize", ""),
    };
    const rs_suffix_rule *r = rs_suffix_find(w, rules, N_OF(rules));
    if (!r) return;
    size_t n = w->n - r->from.len;
    if (measure(w, n) <= 1) return;
    if (rs_str_eq(r->from, RS_STR("ion")) && w->p[n - 1] != 's' && w->p[n - 1] != 't') return;
    w->n = n;
}

static void step_5(rs_suffix_word *w)
{
    if (rs_suffix_ends(w, RS_STR("e"))) {
        size_t m = measure(w, w->n - 1);
        if (m > 1 || (m == 1 && !ends_cvc(w, w->n - 1))) w->n--;
    }
    if (rs_suffix_ends(w, RS_STR("ll")) && measure(w, w->n - 1) > 1) w->n--;
}

static const rs_suffix_rule irregular[] = {
    T("sky", "sky"),         T("skies", "sky"),        T("dying", "die"),
    T("lying", "lie"),       T("tying", "tie"),        T("news", "news"),
    T("innings", "inning"),  T("inning", "inning"),    T("outings", "outing"),
    T("outing", "outing"),   T("cannings", "canning"), T("canning", "canning"),
    T("howe", "howe"),       T("proceed", "proceed"),  T("exceed", "exceed"),
    T("succeed", "succeed"),
};

static rs_str stem(rs_str text, char *out)
{
    if (text.len > RS_STEM_MAX || text.len <= 2) return text;
    for (size_t k = 0; k < N_OF(irregular); k++)
        if (rs_str_eq(text, irregular[k].from)) return irregular[k].to;
    memcpy(out, text.ptr, text.len);
    rs_suffix_word w = {.p = out, .n = text.len};
    step_1a(&w);
    step_1b(&w);
    step_1c(&w);
    step_2(&w);
    step_3(&w);
    step_4(&w);
    step_5(&w);
    return rs_str_make(out, w.n);
}

rs_str rs_lang_stem_porter_nltk(rs_str text, char out[RS_STEM_MAX + 8])
{
    return rs_lang_stem_is_wide(text) ? rs_lang_stem_wide(text, out, stem) : stem(text, out);
}
