/* NLTK's word_tokenize for captions. Each sentence is first spread out (blanks around what is a
 * word of its own), then split at blanks, then contractions are cut off. */
#include "lang/nltk_words.h"

#include "base/buf.h"
#include "lang/ngram.h"

typedef struct words {
    rs_arena *arena;
    rs_str *items;
    size_t n, cap;
    bool failed;
} words;

static void put(words *out, rs_str word)
{
    if (word.len == 0 || out->failed) return;
    word = rs_arena_str(out->arena, word);
    if (!word.ptr || !rs_arena_grow(out->arena, (void **)&out->items, &out->cap, out->n + 1,
                                    sizeof *out->items)) {
        out->failed = true;
        return;
    }
    out->items[out->n++] = word;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_word_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static char at(rs_str s, size_t i)
{
    return i < s.len ? s.ptr[i] : '\0';
}

static void pad(rs_buf *out, rs_str piece)
{
    rs_buf_char(out, ' ');
    rs_buf_str(out, piece);
    rs_buf_char(out, ' ');
}

/* Does "'" at i begin a contraction, 's 'm 'd 't 'n 'll 're 've, with no letter behind? */
static bool is_clitic(rs_str s, size_t i)
{
    static const rs_str tails[] = {{"s", 1}, {"m", 1},  {"d", 1},  {"t", 1},
                                   {"n", 1}, {"ll", 2}, {"re", 2}, {"ve", 2}};
    for (size_t k = 0; k < sizeof tails / sizeof *tails; k++)
        if (rs_str_eq_nocase(rs_str_sub(s, i + 1, i + 1 + tails[k].len), tails[k]) &&
            !is_word_char(at(s, i + 1 + tails[k].len)))
            return true;
    return false;
}

/* The last dot of a sentence: only closing marks and blanks follow, and no dot stands before it. */
static bool is_final_dot(rs_str s, size_t i)
{
    if (i == 0 || s.ptr[i - 1] == '.') return false;
    for (size_t k = i + 1; k < s.len; k++)
        if (!is_blank(s.ptr[k]) && !memchr("])}>\"'", s.ptr[k], 6)) return false;
    return true;
}

static size_t run_of(rs_str s, size_t i)
{
    size_t end = i;
    while (at(s, end) == s.ptr[i] && end < s.len) end++;
    return end - i;
}

static void spread(rs_str s, rs_buf *out)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        size_t n = 1;
        bool after_opener = i == 0 || memchr(" ([{<", s.ptr[i - 1], 5) != NULL;
        if (memchr(";@#$%&?!*()[]{}<>", c, 17)) {
            pad(out, rs_str_make(&s.ptr[i], 1));
        } else if (c == '"' || (c == '\'' && at(s, i + 1) == '\'')) {
            n = c == '"' ? 1 : 2;
            pad(out, after_opener && (n == 1 || i > 0) ? RS_STR("``") : RS_STR("''"));
        } else if (c == '`' || (c == '.' && run_of(s, i) >= 2)) {
            n = run_of(s, i);
            pad(out, rs_str_make(&s.ptr[i], n));
        } else if (c == '-' && at(s, i + 1) == '-') {
            n = 2;
            pad(out, RS_STR("--"));
        } else if ((c == ',' || c == ':') && !(at(s, i + 1) >= '0' && at(s, i + 1) <= '9')) {
            pad(out, rs_str_make(&s.ptr[i], 1));
        } else if (c == '.' && is_final_dot(s, i)) {
            pad(out, RS_STR("."));
        } else if (c == '\'' && (i == 0 || !is_word_char(s.ptr[i - 1])) &&
                   is_word_char(at(s, i + 1)) && !is_clitic(s, i)) {
            rs_buf_cstr(out, "' ");
        } else {
            rs_buf_char(out, c);
        }
        i += n - 1;
    }
}

static size_t cut_place(rs_str word)
{
    static const struct {
        rs_str word;
        size_t at;
    } cuts[] = {{{"cannot", 6}, 3}, {{"gimme", 5}, 3}, {{"gonna", 5}, 3}, {{"gotta", 5}, 3},
                {{"lemme", 5}, 3},  {{"wanna", 5}, 3}, {{"'tis", 4}, 2},  {{"'twas", 5}, 2}};
    for (size_t k = 0; k < sizeof cuts / sizeof *cuts; k++)
        if (rs_str_eq_nocase(word, cuts[k].word)) return cuts[k].at;
    return 0;
}

/* "don't" -> do n't, "it's" -> it 's, "cannot" -> can not, "dogs'" -> dogs '. */
static void put_contracted(words *out, rs_str word)
{
    static const rs_str tails[] = {{"'s", 2},  {"'m", 2},  {"'d", 2},  {"'ll", 3},
                                   {"'re", 3}, {"'ve", 3}, {"n't", 3}, {"'", 1}};
    for (size_t k = 0; k < sizeof tails / sizeof *tails; k++) {
        size_t n = tails[k].len;
        if (word.len <= n || !rs_str_ends_nocase(word, tails[k]) ||
            word.ptr[word.len - n - 1] == '\'')
            continue;
        put(out, rs_str_sub(word, 0, word.len - n));
        put(out, rs_str_sub(word, word.len - n, word.len));
        return;
    }
    size_t cut = cut_place(word);
    put(out, rs_str_sub(word, 0, cut));
    put(out, rs_str_sub(word, cut, word.len));
}

static void sentence(words *out, rs_str s)
{
    rs_buf spaced = {0};
    spread(rs_str_trim(s), &spaced);
    rs_str rest = rs_buf_view(&spaced);
    for (rs_str word; !spaced.failed && rs_lang_next_word(&rest, &word);) put_contracted(out, word);
    out->failed |= spaced.failed;
    rs_buf_fini(&spaced);
}

/* "Mr.", "e.g.", "J.": the dot ends no sentence. */
static bool is_abbreviation(rs_str word)
{
    static const char list[] = " mr mrs ms dr st vs prof col gen lt sgt capt rev hon sen rep gov "
                               "inc co corp ltd jr sr jan feb mar apr"
                               " aug sept oct nov dec no fig e.g i.e u.s u.k a.m p.m d.c ";
    char key[16];
    if (word.len == 1) return (word.ptr[0] | 32) >= 'a' && (word.ptr[0] | 32) <= 'z';
    if (word.len > sizeof key - 2) return false;
    key[0] = key[word.len + 1] = ' ';
    for (size_t i = 0; i < word.len; i++)
        key[i + 1] =
            word.ptr[i] >= 'A' && word.ptr[i] <= 'Z' ? (char)(word.ptr[i] + 32) : word.ptr[i];
    return rs_str_find(rs_str_make(list, sizeof list - 1), rs_str_make(key, word.len + 2)) !=
           RS_NPOS;
}

rsift_status rs_lang_nltk_words(rs_arena *arena, rs_str text, rs_str **items, size_t *n_items,
                                rsift_error *err)
{
    words out = {.arena = arena};
    size_t begin = 0, word = 0;
    for (size_t i = 0; i < text.len && !out.failed; i++) {
        char c = text.ptr[i];
        if (is_blank(c)) word = i + 1;
        if (c != '.' && c != '?' && c != '!') continue;
        size_t end = i + 1;
        while (end < text.len && memchr(")]}\"'", text.ptr[end], 5)) end++;
        if (end < text.len && !is_blank(text.ptr[end])) continue;
        if (c == '.' && i > word && is_abbreviation(rs_str_sub(text, word, i))) continue;
        sentence(&out, rs_str_sub(text, begin, end));
        begin = end;
    }
    sentence(&out, rs_str_sub(text, begin, text.len));
    *items = out.items;
    *n_items = out.n;
    return out.failed ? rs_err_nomem(err, "words of a caption") : RSIFT_OK;
}
