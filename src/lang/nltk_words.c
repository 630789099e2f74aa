/* NLTK's word_tokenize for captions. Each sentence is spread out by the tokeniser's rules in its
 * order (blanks around what is a word of its own), then split at blanks. */
#include "lang/nltk_words.h"

#include "base/ascii.h"
#include "lang/ngram.h"
#include "lang/passes.h"

#include <utf8proc.h>

/* A copy of the word: its text is gone when the sentence is done. */
static void put(rs_words *out, rs_str word)
{
    if (word.len) rs_words_add(out, rs_arena_str(out->arena, word));
}

/* ---- rules: each is one pass from left to right over code points ----------------------------- */

static void add_padded(rs_passes *w, const char *piece)
{
    rs_passes_add(w, ' ');
    for (; *piece; piece++) rs_passes_add(w, (unsigned char)*piece);
    rs_passes_add(w, ' ');
}

static uint32_t code(const rs_passes *w, size_t i)
{
    return i < w->text.n ? w->text.p[i] : 0;
}

static uint32_t lower(uint32_t c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* Decimal digits of any script. */
static bool is_decimal(uint32_t c)
{
    if (c < 0x80) return c >= '0' && c <= '9';
    return utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_ND;
}

static bool is_blank(uint32_t c)
{
    char text[4];
    rs_str rest = rs_str_make(text, rs_utf8_put(text, c)), word;
    if (c >= '!' && c < 0x80) return false;
    return !rs_lang_next_word(&rest, &word);
}

static bool one_of(uint32_t c, const char *set)
{
    for (; *set; set++)
        if ((unsigned char)*set == c) return true;
    return false;
}

/* Is the text at i these (lower case) letters, in any case? */
static bool reads(const rs_passes *w, size_t i, rs_str letters)
{
    for (size_t k = 0; k < letters.len; k++)
        if (lower(code(w, i + k)) != (unsigned char)letters.ptr[k]) return false;
    return true;
}

/* Quotes that open a quotation become `` with blanks around them. */
static void opening_quotes(rs_passes *w)
{
    for (size_t i = 0; i < w->text.n; i++) {
        const uint32_t c = w->text.p[i];
        if (c != '`' && c != 0xab && c != 0x201c && c != 0x2018 && c != 0x201e) {
            rs_passes_add(w, c);
            continue;
        }
        rs_passes_add(w, ' ');
        rs_passes_add(w, c);
        while (c == '`' && code(w, i + 1) == '`') rs_passes_add(w, w->text.p[++i]);
        rs_passes_add(w, ' ');
    }
    rs_passes_next(w);
    for (size_t i = 0; i < w->text.n; i++) { /* a quote that opens the text */
        if (i == 0 && w->text.p[0] == '"') add_padded(w, "``");
        else rs_passes_add(w, w->text.p[i]);
    }
    rs_passes_next(w);
    for (size_t i = 0; i < w->text.n; i++) { /* pairs out of longer runs */
        const bool pair = w->text.p[i] == '`' && code(w, i + 1) == '`';
        if (pair) add_padded(w, "``");
        else rs_passes_add(w, w->text.p[i]);
        i += pair;
    }
    rs_passes_next(w);
    /* a quote behind a blank or an opening bracket */
    for (size_t i = 0; i < w->text.n; i++) {
        rs_passes_add(w, w->text.p[i]);
        const bool twice = code(w, i + 1) == '\'' && code(w, i + 2) == '\'';
        if (!one_of(w->text.p[i], " ([{<") || (!twice && code(w, i + 1) != '"')) continue;
        add_padded(w, "``");
        i += twice ? 2 : 1;
    }
    rs_passes_next(w);
    for (size_t i = 0; i < w->text.n; i++) { /* 'x: one letter that is no clitic */
        rs_passes_add(w, w->text.p[i]);
        if (w->text.p[i] != '\'' || i + 1 >= w->text.n) continue;
        const uint32_t letter = code(w, i + 1);
        if (rs_utf8_is_word(letter) && !rs_utf8_is_word(code(w, i + 2)) &&
            !one_of(lower(letter), "mtsdn"))
            rs_passes_add(w, ' ');
    }
    rs_passes_next(w);
}

/* The last dot: only closing marks and blanks follow, and no dot precedes it. */
static void final_dot(rs_passes *w)
{
    size_t dot = w->text.n;
    while (dot > 0) {
        const uint32_t c = w->text.p[dot - 1];
        if (!one_of(c, "])}>\"'") && c != 0xbb && c != 0x201d && c != 0x2019 && !is_blank(c)) break;
        dot--;
    }
    if (dot < 2 || w->text.p[dot - 1] != '.' || w->text.p[dot - 2] == '.') return;
    for (size_t i = 0; i < w->text.n; i++) {
        if (i + 1 == dot) add_padded(w, ".");
        else rs_passes_add(w, w->text.p[i]);
    }
    rs_passes_next(w);
}

/* ',' and ':' that no digit follows; the character behind one is passed over. */
static void commas(rs_passes *w)
{
    for (size_t i = 0; i < w->text.n; i++) {
        const uint32_t c = w->text.p[i];
        if ((c != ',' && c != ':') || is_decimal(code(w, i + 1))) {
            rs_passes_add(w, c);
            continue;
        }
        add_padded(w, (const char[]){(char)c, 0});
        if (i + 1 < w->text.n) rs_passes_add(w, w->text.p[++i]);
    }
    rs_passes_next(w);
    const uint32_t last = w->text.n ? w->text.p[w->text.n - 1] : 0; /* passed over above */
    /* the rule above does not see a last character that it has just passed over */
    if (last != ',' && last != ':') return;
    w->text.n--;
    for (size_t i = 0; i < w->text.n; i++) rs_passes_add(w, w->text.p[i]);
    add_padded(w, (const char[]){(char)last, 0});
    rs_passes_next(w);
}

static void pad_each(rs_passes *w, const char *set)
{
    for (size_t i = 0; i < w->text.n; i++) {
        if (one_of(w->text.p[i], set)) add_padded(w, (const char[]){(char)w->text.p[i], 0});
        else rs_passes_add(w, w->text.p[i]);
    }
    rs_passes_next(w);
}

static void dots(rs_passes *w)
{
    for (size_t i = 0; i < w->text.n; i++) {
        const bool run = w->text.p[i] == '.' && code(w, i + 1) == '.';
        if (run) rs_passes_add(w, ' ');
        rs_passes_add(w, w->text.p[i]);
        while (run && code(w, i + 1) == '.') rs_passes_add(w, w->text.p[++i]);
        if (run) rs_passes_add(w, ' ');
    }
    rs_passes_next(w);
}

static void pad_pairs(rs_passes *w, uint32_t of, const char *as)
{
    for (size_t i = 0; i < w->text.n; i++) {
        const bool pair = w->text.p[i] == of && code(w, i + 1) == of;
        if (pair) add_padded(w, as);
        else rs_passes_add(w, w->text.p[i]);
        i += pair;
    }
    rs_passes_next(w);
}

/* x' before a blank */
static void lone_quotes(rs_passes *w)
{
    for (size_t i = 0; i < w->text.n; i++) {
        rs_passes_add(w, w->text.p[i]);
        if (w->text.p[i] == '\'' || code(w, i + 1) != '\'' || code(w, i + 2) != ' ') continue;
        add_padded(w, "'");
        i += 2;
    }
    rs_passes_next(w);
}

static void closing_quotes(rs_passes *w)
{
    rs_passes_add(w, ' ');
    for (size_t i = 0; i < w->text.n; i++) {
        const uint32_t c = w->text.p[i];
        const bool closes = c == 0xbb || c == 0x201d || c == 0x2019;
        if (closes) rs_passes_add(w, ' ');
        rs_passes_add(w, c);
        if (closes) rs_passes_add(w, ' ');
    }
    rs_passes_add(w, ' ');
    rs_passes_next(w);
    pad_pairs(w, '\'', "''");
    for (size_t i = 0; i < w->text.n; i++) {
        if (w->text.p[i] == '"') add_padded(w, "''");
        else if (!is_blank(w->text.p[i])) rs_passes_add(w, w->text.p[i]);
        else if (!w->next.n || w->next.p[w->next.n - 1] != ' ') rs_passes_add(w, ' ');
    }
    rs_passes_next(w);
}

/* Length of the clitic at i that a blank follows, 0 = none; n't and N'T only as written. */
static size_t clitic(const rs_passes *w, size_t i, bool long_ones)
{
    static const char *const brief[] = {"'s", "'S", "'m", "'M", "'d", "'D", "'"};
    static const char *const lengthy[] = {"'ll", "'LL", "'re", "'RE", "'ve", "'VE", "n't", "N'T"};
    const char *const *list = long_ones ? lengthy : brief;
    for (size_t k = 0; k < (long_ones ? 8u : 7u); k++) {
        size_t n = 0;
        while (list[k][n] && code(w, i + n) == (unsigned char)list[k][n]) n++;
        if (!list[k][n] && code(w, i + n) == ' ') return n;
    }
    return 0;
}

static void clitics(rs_passes *w, bool long_ones)
{
    for (size_t i = 0; i < w->text.n; i++) {
        rs_passes_add(w, w->text.p[i]);
        size_t n = w->text.p[i] == '\'' || w->text.p[i] == ' ' ? 0 : clitic(w, i + 1, long_ones);
        if (!n) continue;
        rs_passes_add(w, ' ');
        for (; n > 0; n--) rs_passes_add(w, w->text.p[++i]);
        rs_passes_add(w, ' ');
        i++;
    }
    rs_passes_next(w);
}

/* Two words written as one. `blank`: a blank must precede it, else a word boundary; "wanna" needs a
 * blank behind it. */
static void cut_word(rs_passes *w, rs_str both, size_t at, bool blank)
{
    const size_t n = both.len;
    for (size_t i = 0; i < w->text.n; i++) {
        /* the boundaries of the regular expression's \b */
        const bool begins =
            blank ? i > 0 && w->text.p[i - 1] == ' ' : i == 0 || !rs_utf8_is_word(w->text.p[i - 1]);
        const bool ends =
            both.ptr[0] == 'w' ? is_blank(code(w, i + n)) : !rs_utf8_is_word(code(w, i + n));
        if (!begins || !ends || !reads(w, i, both)) {
            rs_passes_add(w, w->text.p[i]);
            continue;
        }
        rs_passes_add(w, ' ');
        for (size_t k = 0; k < n; k++) {
            if (k == at) rs_passes_add(w, ' ');
            rs_passes_add(w, w->text.p[i + k]);
        }
        rs_passes_add(w, ' ');
        i += n - 1;
    }
    rs_passes_next(w);
}

/* All rules of NLTK's word tokeniser, in its order. */
static void separate(rs_passes *w)
{
    static const struct {
        rs_str both;
        size_t at;
        bool blank;
    } cuts[] = {{{"cannot", 6}, 3, false}, {{"d'ye", 4}, 1, false},  {{"gimme", 5}, 3, false},
                {{"gonna", 5}, 3, false},  {{"gotta", 5}, 3, false}, {{"lemme", 5}, 3, false},
                {{"more'n", 6}, 4, false}, {{"wanna", 5}, 3, false}, {{"'tis", 4}, 2, true},
                {{"'twas", 5}, 2, true}};
    opening_quotes(w);
    final_dot(w);
    commas(w);
    dots(w);
    pad_each(w, ";@#$%&");
    pad_each(w, "?!");
    lone_quotes(w);
    pad_each(w, "*");
    pad_each(w, "][(){}<>");
    pad_pairs(w, '-', "--");
    closing_quotes(w);
    clitics(w, false);
    clitics(w, true);
    for (size_t k = 0; k < sizeof cuts / sizeof *cuts; k++)
        cut_word(w, cuts[k].both, cuts[k].at, cuts[k].blank);
}

static bool is_cut(rs_str word)
{
    static const rs_str list[] = {{"cannot", 6}, {"gimme", 5}, {"gonna", 5},
                                  {"gotta", 5},  {"lemme", 5}, {"wanna", 5}};
    for (size_t k = 0; k < sizeof list / sizeof *list; k++)
        if (rs_str_eq_nocase(word, list[k])) return true;
    return false;
}

/* Letters, digits and blanks, perhaps with a last dot: no rule but the dot's has anything to do.
 * False, and nothing put, for other sentences. */
static bool put_plain(rs_words *out, rs_str s)
{
    const bool dot = s.len > 1 && s.ptr[s.len - 1] == '.';
    const rs_str inner = rs_str_sub(s, 0, s.len - dot);
    for (size_t i = 0; i < inner.len; i++) {
        const char c = inner.ptr[i];
        if (c != ' ' && !rs_ascii_is_alnum(c)) return false;
    }
    rs_str rest = inner;
    for (rs_str word; rs_str_split(&rest, ' ', &word);)
        if (is_cut(word)) return false;
    rest = inner;
    for (rs_str word; rs_str_split(&rest, ' ', &word);) put(out, word);
    if (dot) put(out, RS_STR("."));
    return true;
}

static void sentence(rs_words *out, rs_str s)
{
    rs_passes w = {0};
    rs_buf text = {0};
    s = rs_str_trim(s);
    /* most sentences of captions */
    if (put_plain(out, s)) return;
    rs_passes_add_text(&w, s);
    rs_passes_next(&w);
    separate(&w);
    for (size_t i = 0; i < w.text.n; i++) {
        char bytes[4];
        rs_buf_add(&text, bytes, rs_utf8_put(bytes, w.text.p[i]));
    }
    out->failed |= w.failed || text.failed;
    rs_str rest = rs_buf_view(&text);
    for (rs_str word; !out->failed && rs_lang_next_word(&rest, &word);) put(out, word);
    rs_passes_fini(&w);
    rs_buf_fini(&text);
}

/* "Mr.", "e.g.", "J.": the dot ends no sentence. */
static bool is_abbreviation(rs_str word)
{
    static const char list[] = " mr mrs ms dr st vs prof col gen lt sgt capt rev hon sen rep gov "
                               "inc co corp ltd jr sr jan feb mar apr"
                               " aug sept oct nov dec no fig e.g i.e u.s u.k a.m p.m d.c ";
    char key[16];
    if (word.len == 1) return rs_ascii_is_letter(word.ptr[0]);
    if (word.len > sizeof key - 2) return false;
    key[0] = key[word.len + 1] = ' ';
    for (size_t i = 0; i < word.len; i++) key[i + 1] = rs_ascii_lower(word.ptr[i]);
    return rs_str_find(rs_str_make(list, sizeof list - 1), rs_str_make(key, word.len + 2)) !=
           RS_NPOS;
}

rsift_status rs_lang_nltk_words(rs_arena *arena, rs_str text, rs_str **items, size_t *n_items,
                                rsift_error *err)
{
    rs_words out = {.arena = arena};
    size_t begin = 0, word = 0;
    for (size_t i = 0; i < text.len && !out.failed; i++) {
        char c = text.ptr[i];
        if (rs_ascii_is_space(c)) word = i + 1;
        if (c != '.' && c != '?' && c != '!') continue;
        size_t end = i + 1;
        /* closing marks belong to the sentence */
        while (end < text.len && memchr(")]}\"'", text.ptr[end], 5)) end++;
        /* no blank behind it: "3.5", "a.b" */
        if (end < text.len && !rs_ascii_is_space(text.ptr[end])) continue;
        if (c == '.' && i > word && is_abbreviation(rs_str_sub(text, word, i))) continue;
        sentence(&out, rs_str_sub(text, begin, end));
        begin = end;
    }
    sentence(&out, rs_str_sub(text, begin, text.len));
    *items = out.items;
    *n_items = out.n;
    return out.failed ? rs_err_nomem(err, "words of a caption") : RSIFT_OK;
}
