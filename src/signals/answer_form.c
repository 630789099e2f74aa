/* Answers are short or long, and a short one is known by its words. See answer_form.h. */
#include "signals/answer_form.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "base/num.h"
#include "base/utf8.h"
#include "lang/question.h"

enum {
    MOST_READ = 64,     /* words of an answer that are looked at */
    MOST_YES_NO = 10,   /* "yes, there are two in the north": longer ones explain */
    LEAST_SENTENCE = 8, /* words; with a full stop LEAST_STOPPED are enough */
    LEAST_STOPPED = 4,
    LEAST_TOLD = 10, /* words beside boxes from which on boxes are not all that is said */
    MOST_NAME = 4,   /* words of one name of a list, */
    MOST_SIGNS = 5,  /* or Chinese signs */
};

static const char *const form_names[] = {
#define X(name, text) text,
    RS_ANSWER_FORMS(X)
#undef X
};

const char *rs_signals_answer_form_name(rs_answer_form form)
{
    return form_names[form];
}

bool rs_signals_answer_form_parse(rs_str name, rs_answer_form *out)
{
    for (int i = 1; i < RS_N_ANSWER_FORMS; i++)
        if (rs_str_eq(name, rs_str_of(form_names[i]))) {
            *out = (rs_answer_form)i;
            return true;
        }
    return false;
}

/* ---- words ----------------------------------------------------------------------------------- */

typedef struct answer_words {
    rs_str items[MOST_READ];
    size_t n; /* of all words; items holds the first of them */
} answer_words;

static bool put_word(void *ctx, rs_str word)
{
    answer_words *words = ctx;
    if (words->n < MOST_READ) words->items[words->n] = word;
    return ++words->n < 4 * MOST_READ;
}

static bool is_one_of(rs_str word, const char *const *list)
{
    for (; *list; list++)
        if (rs_str_eq(word, rs_str_of(*list))) return true;
    return false;
}

/* "3", "3.5", "1,000", "0m2", "35%", "three". */
static bool is_number(rs_str word)
{
    static const char *const names[] = {
        "zero",         "one",          "two",          "three",
        "four",         "five",         "six",          "seven",
        "eight",        "nine",         "ten",          "eleven",
        "twelve",       "thirteen",     "fourteen",     "fifteen",
        "sixteen",      "seventeen",    "eighteen",     "nineteen",
        "twenty",       "thirty",       "forty",        "fifty",
        "sixty",        "seventy",      "eighty",       "ninety",
        "hundred",      "thousand",     "none",         "\xe9\x9b\xb6",
        "\xe4\xb8\x80", "\xe4\xba\x8c", "\xe4\xb8\xa4", "\xe4\xb8\x89",
        "\xe5\x9b\x9b", "\xe4\xba\x94", "\xe5\x85\xad", "\xe4\xb8\x83",
        "\xe5\x85\xab", "\xe4\xb9\x9d", "\xe5\x8d\x81", NULL};
    size_t i = word.len && word.ptr[0] == '-';
    const size_t first = i;
    while (i < word.len && rs_ascii_is_digit(word.ptr[i])) i++;
    if (i == first) return is_one_of(word, names);
    const rs_str unit = rs_str_sub(word, i, word.len);
    static const char *const units[] = {"", "m", "m2", "km", "km2", "px", "ha", "s", "-", NULL};
    /* "11-100" is a range */
    if (unit.len > 1 && unit.ptr[0] == '-') return is_number(rs_str_sub(unit, 1, unit.len));
    return is_one_of(unit, units);
}

/* Words around a number that leave it one: units, bounds. */
static bool goes_with_number(rs_str word)
{
    static const char *const words[] = {"m",
                                        "m2",
                                        "km",
                                        "km2",
                                        "meters",
                                        "metres",
                                        "square",
                                        "pixels",
                                        "percent",
                                        "hectares",
                                        "between",
                                        "and",
                                        "to",
                                        "more",
                                        "less",
                                        "than",
                                        "about",
                                        "over",
                                        "under",
                                        "at",
                                        "least",
                                        "most",
                                        "around",
                                        "approximately",
                                        "or",
                                        "up",
                                        "from",
                                        "in",
                                        "total",
                                        "only",
                                        "degrees",
                                        "\xe4\xb8\xaa",
                                        "\xe8\xbe\x86",
                                        "\xe6\x9e\xb6",
                                        "\xe8\x89\x98",
                                        "\xe6\x9d\xa1",
                                        "\xe5\xba\xa7",
                                        NULL};
    return is_one_of(word, words);
}

static bool is_quantity(const answer_words *w)
{
    size_t n_numbers = 0;
    if (w->n == 0 || w->n > MOST_YES_NO) return false;
    for (size_t i = 0; i < w->n; i++) {
        const bool number = is_number(w->items[i]);
        if (!number && !goes_with_number(w->items[i])) return false;
        n_numbers += number;
    }
    return n_numbers > 0;
}

bool rs_signals_has_number(rs_arena *scratch, rs_str answer)
{
    answer_words words = {.n = 0};
    const rs_str folded = rs_utf8_fold(scratch, rs_str_sub(answer, 0, 512));
    if (!folded.ptr) return false;
    (void)rs_lang_each_word(folded, put_word, &words);
    static const char *const vague[] = {"many",     "several",  "some", "few",
                                        "multiple", "numerous", NULL};
    bool number = false;
    for (size_t i = 0; i < words.n && i < MOST_READ; i++) {
        if (is_one_of(words.items[i], vague)) return false;
        number = number || is_number(words.items[i]);
    }
    return words.n <= 2 * MOST_YES_NO && number;
}

static bool says_yes_or_no(const answer_words *w, rs_str folded)
{
    static const char *const words[] = {"yes", "no", "true", "false", NULL};
    static const char *const chinese[] = {"\xe6\x98\xaf",
                                          "\xe5\x90\xa6",
                                          "\xe6\x9c\x89",
                                          "\xe6\xb2\xa1\xe6\x9c\x89",
                                          "\xe4\xb8\x8d\xe6\x98\xaf",
                                          "\xe6\x97\xa0",
                                          "\xe5\xad\x98\xe5\x9c\xa8",
                                          NULL};
    return w->n && w->n <= MOST_YES_NO &&
           (is_one_of(w->items[0], words) || is_one_of(folded, chinese));
}

/* "B", "(B)", "B.", "B. forest", "(B) forest": a letter of at most ten options. */
static bool names_option(rs_str text)
{
    const rs_str t = rs_str_trim(text);
    const size_t at = t.len && t.ptr[0] == '(';
    if (t.len <= at || rs_ascii_lower(t.ptr[at]) < 'a' || rs_ascii_lower(t.ptr[at]) > 'j')
        return false;
    return at + 1 == t.len || memchr(").:", t.ptr[at + 1], 3) != NULL;
}

/* Several short names, parted by commas, semicolons or lines. */
static bool is_list(rs_str folded)
{
    size_t n_names = 1, n_words = 0, n_signs = 0;
    bool in_word = false;
    for (size_t i = 0; i < folded.len; i++) {
        const char c = folded.ptr[i];
        /* Chinese parts no words by blanks: a name has a few signs, which begin with these bytes */
        n_signs += (unsigned char)c >= 0xE3;
        if (n_signs > MOST_SIGNS) return false;
        if (memchr(",;\n", c, 3)) {
            n_names += n_words > 0;
            n_words = n_signs = 0;
            in_word = false;
        } else if (c == ' ') {
            in_word = false;
        } else if (!in_word) {
            in_word = true;
            if (++n_words > MOST_NAME + 1) return false; /* one more for the "and" of the last */
        }
    }
    return n_names >= 2;
}

/* ---- regions --------------------------------------------------------------------------------- */

bool rs_signals_turn_regions(rs_arena *scratch, const rs_sample *sample, rs_turn_regions *out)
{
    uint32_t *first = rs_arena_alloc(scratch, (sample->n_turns + 1) * sizeof *first),
             *next = rs_arena_alloc(scratch, (sample->n_regions + 1) * sizeof *next);
    if (!first || !next) return false;
    for (uint32_t t = 0; t < sample->n_turns; t++) first[t] = RS_NO_REGION;
    for (uint32_t i = sample->n_regions; i > 0; i--) {
        const int32_t turn = sample->regions[i - 1].turn;
        if (turn < 0 || (uint32_t)turn >= sample->n_turns) continue;
        next[i - 1] = first[turn];
        first[turn] = i - 1;
    }
    *out = (rs_turn_regions){first, next};
    return true;
}

static rs_answer_form form_of_region(rs_region_kind kind)
{
    switch (kind) {
    case RS_REGION_HBB: return RS_ANSWER_BOX_HBB;
    case RS_REGION_OBB: return RS_ANSWER_BOX_OBB;
    case RS_REGION_POINT: return RS_ANSWER_POINT;
    case RS_REGION_POLYGON:
    case RS_REGION_MASK: break;
    }
    return RS_ANSWER_POLYGON;
}

/* The form of the regions that lie in the turn's text or are tied to it, and the text without
 * theirs; RS_ANSWER_UNKNOWN = there are none. */
static rs_answer_form form_of_regions(const rs_sample *sample, const rs_turn_regions *regions,
                                      uint32_t turn, rs_buf *rest)
{
    const rs_str text = sample->turns[turn].text;
    rs_answer_form form = RS_ANSWER_UNKNOWN;
    size_t at = 0;
    for (uint32_t i = regions->first[turn]; i != RS_NO_REGION; i = regions->next[i]) {
        const rs_region *r = &sample->regions[i];
        if (r->flags & (RS_REGION_OUTLINE | RS_REGION_MARK)) continue;
        if (form == RS_ANSWER_UNKNOWN) form = form_of_region(r->kind);
        if (!(r->flags & RS_REGION_FROM_TEXT) || r->end > text.len || r->begin > r->end) continue;
        if (r->begin > at) rs_buf_str(rest, rs_str_sub(text, at, r->begin));
        if (r->end > at) at = r->end;
    }
    rs_buf_str(rest, rs_str_sub(text, at, text.len));
    return form;
}

/* ---- the form -------------------------------------------------------------------------------- */

static rs_answer_form form_of_text(rs_arena *scratch, rs_str text, bool options, bool *failed)
{
    answer_words words = {.n = 0};
    const rs_str folded = rs_utf8_fold(scratch, text), whole = rs_str_trim(text);
    if (!folded.ptr) {
        *failed = true;
        return RS_ANSWER_UNKNOWN;
    }
    (void)rs_lang_each_word(folded, put_word, &words);
    if (words.n == 0) return RS_ANSWER_EMPTY;
    if (options && names_option(text)) return RS_ANSWER_CHOICE;
    if (says_yes_or_no(&words, folded)) return RS_ANSWER_YES_NO;
    if (is_quantity(&words)) return RS_ANSWER_NUMBER;
    if (is_list(folded)) return RS_ANSWER_LIST;
    const bool stopped =
        rs_str_ends(whole, RS_STR(".")) || rs_str_ends(whole, RS_STR("\xe3\x80\x82"));
    return words.n >= LEAST_SENTENCE || (stopped && words.n >= LEAST_STOPPED) ? RS_ANSWER_SENTENCE
                                                                              : RS_ANSWER_PHRASE;
}

rs_answer_form rs_signals_answer_form(rs_arena *scratch, const rs_sample *sample,
                                      const rs_turn_regions *regions, uint32_t answer, bool options,
                                      bool *failed)
{
    rs_buf rest = {0};
    const rs_answer_form boxes = form_of_regions(sample, regions, answer, &rest);
    rs_answer_form form = form_of_text(scratch, rs_buf_view(&rest), options, failed);
    *failed = *failed || rest.failed;
    /* sentences with boxes tied to their phrases are sentences; a few words only lead to the box */
    answer_words words = {.n = 0};
    if (boxes && form == RS_ANSWER_SENTENCE) {
        (void)rs_lang_each_word(rs_buf_view(&rest), put_word, &words);
        if (words.n < LEAST_TOLD) form = boxes;
    } else if (boxes) {
        form = boxes;
    }
    rs_buf_fini(&rest);
    return form;
}
