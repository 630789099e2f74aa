/* The option letter of an output, where a benchmark ships no scorer: our own rule.
 *
 * Every letter A to E that stands alone is a candidate and gets a standing from the words around
 * it: "the answer is D" states it, "so D" concludes it, "option (A) shows" weighs it, "not A" and
 * "A is wrong" reject it. The article of "A ship" is no candidate. Letters that are offered
 * together ("A or D", "B/C", "A, B") stand and fall together: which one is meant is not said. The
 * word lists are ours. */
#include "metrics/choice.h"

#include "base/ascii.h"

typedef enum standing { REJECTED, WEIGHED, BARE, CONCLUDED, STATED } standing;

/* Does the list hold the word (ASCII case ignored)? */
static bool is_one_of(rs_str word, const char *const *list)
{
    for (; *list; list++)
        if (rs_str_eq_nocase(word, rs_str_of(*list))) return true;
    return false;
}

static bool is_word_byte(char c)
{
    return rs_ascii_is_alnum(c) || c == '\'';
}

/* A letter A to E that is no part of a word: not in "A380", "C-shaped", "type-B" or "D's". */
static bool stands_alone(rs_str s, size_t i)
{
    const char before = i ? s.ptr[i - 1] : ' ', after = i + 1 < s.len ? s.ptr[i + 1] : ' ';
    if (s.ptr[i] < 'A' || s.ptr[i] > 'E') return false;
    if (rs_ascii_is_alnum(before) || rs_ascii_is_alnum(after)) return false;
    if (before == '-' && i > 1 && rs_ascii_is_alnum(s.ptr[i - 2])) return false;
    return !((after == '-' || after == '\'') && i + 2 < s.len && rs_ascii_is_alnum(s.ptr[i + 2]));
}

/* The word at or behind *at on the same line, behind blanks and closing marks; empty at any other
 * character. *at moves behind it. */
static rs_str next_word(rs_str s, size_t *at)
{
    size_t i = *at;
    while (i < s.len && s.ptr[i] && strchr(" \t)]}*\"'`,", s.ptr[i])) i++;
    size_t end = i;
    while (end < s.len && is_word_byte(s.ptr[end])) end++;
    *at = end;
    return rs_str_sub(s, i, end);
}

/* "A ship": an 'A' with a blank and a lower-case word behind it is English, unless the word cannot
 * follow an article. */
static bool is_article(rs_str s, size_t i)
{
    static const char *const verbs[] = {
        "is",      "was",   "are",   "would",   "could", "can",  "does", "has",  "as",
        "and",     "or",    "nor",   "because", "since", "but",  "due",  "for",  "which",
        "with",    "if",    "so",    "in",      "on",    "at",   "by",   "from", "not",
        "that",    "where", "while", "to",      "of",    "than", "then", "also", "fits",
        "matches", "shows", "seems", "appears", "best",  NULL};
    if (s.ptr[i] != 'A' || i + 2 >= s.len || s.ptr[i + 1] != ' ') return false;
    size_t at = i + 1;
    while (at < s.len && s.ptr[at] == ' ') at++;
    if (at >= s.len || !rs_ascii_is_lower(s.ptr[at])) return false;
    return !is_one_of(next_word(s, &at), verbs);
}

/* What stands behind the letter: "D is the correct option" states it, "A is wrong" rejects it. */
static standing standing_behind(rs_str s, size_t i)
{
    static const char *const links[] = {
        "is",      "seems",      "appears", "looks", "to",  "be",   "the", "most", "likely",
        "clearly", "definitely", "option",  "a",     "are", "both", "all", NULL};
    static const char *const right[] = {"correct", "right", "best", "answer", "accurate", NULL};
    static const char *const wrong[] = {"not",    "incorrect", "wrong", "isn't", "doesn't",
                                        "cannot", "unlikely",  "false", NULL};
    size_t at = i + 1;
    bool linked = false;
    for (int k = 0; k < 6; k++) {
        const rs_str word = next_word(s, &at);
        if (is_one_of(word, wrong)) return REJECTED;
        if (linked && is_one_of(word, right)) return STATED;
        if (!word.len || !is_one_of(word, links)) break;
        linked = true;
    }
    return BARE;
}

/* The word that ends before *at, over marks that part no sentences; empty when there is none. *at
 * moves to its first byte. */
static rs_str word_before(rs_str s, size_t *at)
{
    size_t end = *at;
    while (end > 0 && !is_word_byte(s.ptr[end - 1]) && !strchr(".?!;", s.ptr[end - 1])) end--;
    size_t begin = end;
    while (begin > 0 && is_word_byte(s.ptr[begin - 1])) begin--;
    *at = begin;
    return rs_str_sub(s, begin, end);
}

/* What stands before the letter, read backwards over words that only link. `before`: the standing
 * of the letter in front of this one, which "or" and "and" hand on. */
static standing standing_before(rs_str s, size_t i, standing before)
{
    static const char *const links[] = {
        "is",   "was",      "be",      "would", "should",    "the",    "letter", "with",
        "most", "likely",   "clearly", "it",    "text",      "textbf", "mathbf", "to",
        "this", "question", "I",       "has",   "therefore", "my",     NULL};
    static const char *const stating[] = {"answer", "answers", "correct",  "right",      "best",
                                          "final",  "choose",  "select",   "pick",       "go",
                                          "boxed",  "chose",   "conclude", "conclusion", NULL};
    static const char *const concluding[] = {"so", "thus", "hence", "must", NULL};
    static const char *const weighing[] = {
        "consider", "considered", "considering", "between",  "either", "could", "might",
        "may",      "maybe",      "perhaps",     "possibly", "if",     NULL};
    static const char *const rejecting[] = {"not",  "isn't", "nor",       "neither", "cannot",
                                            "than", "out",   "eliminate", "exclude", NULL};
    static const char *const naming[] = {"option", "options", "choice", "choices", NULL};
    static const char *const joining[] = {"or", "and", NULL};
    standing found = BARE;
    size_t at = i;
    for (int k = 0; k < 12; k++) {
        const rs_str word = word_before(s, &at);
        if (is_one_of(word, stating)) return STATED;
        if (is_one_of(word, concluding)) return CONCLUDED;
        if (is_one_of(word, weighing)) return WEIGHED;
        if (is_one_of(word, rejecting)) return REJECTED;
        if (k == 0 && is_one_of(word, joining)) return before == STATED ? WEIGHED : before;
        if (is_one_of(word, naming)) found = WEIGHED; /* unless "the answer is" stands before it */
        else if (!word.len || !is_one_of(word, links)) return found;
        else if (rs_str_eq(word, RS_STR("therefore"))) found = CONCLUDED;
    }
    return found;
}

/* The letter that stands at or behind `at`, over marks and words that name a letter: "or (D)", "or
 * maybe option D"; RS_NPOS = another word, or the end. */
static size_t letter_at(rs_str s, size_t at)
{
    static const char *const names[] = {"option",   "choice",  "letter", "maybe",
                                        "possibly", "perhaps", "also",   "even",
                                        "both",     "answer",  NULL};
    for (int k = 0; k < 4; k++) {
        while (at < s.len && !rs_ascii_is_alnum(s.ptr[at]) && !strchr(".:;\n", s.ptr[at])) at++;
        if (at < s.len && stands_alone(s, at) && !is_article(s, at)) return at;
        if (!is_one_of(next_word(s, &at), names)) return RS_NPOS;
    }
    return RS_NPOS;
}

/* Does the output end behind the letter, but for marks? */
static bool closes(rs_str s, size_t i)
{
    for (i++; i < s.len && !rs_ascii_is_alnum(s.ptr[i]);) i++;
    return i == s.len;
}

/* The next letter that is offered together with the one at i; RS_NPOS = none. Marks alone join
 * where the next letter is not the subject of a sentence of its own: "B, D shows water"; not
 * where letters are rejected (by_words): "neither A nor B; C". */
static size_t joined_letter(rs_str s, size_t i, bool by_words)
{
    static const char *const joining[] = {"or", "and", "nor", "plus", "versus", "vs", NULL};
    static const char *const listing[] = {"or", "and", "nor", "are", "both", NULL};
    size_t at = i + 1;
    const rs_str word = next_word(s, &at);
    if (is_one_of(word, joining)) {
        const size_t next = letter_at(s, at);
        size_t behind = next == RS_NPOS ? 0 : next + 1;
        /* "D and A is wrong" rejects A alone */
        const bool alone = next != RS_NPOS && rs_str_eq_nocase(word, RS_STR("and")) &&
                           standing_behind(s, next) == REJECTED &&
                           !rs_str_eq_nocase(next_word(s, &behind), RS_STR("are"));
        return alone ? RS_NPOS : next;
    }
    if (by_words) return RS_NPOS;
    bool slash = false, sentence = false;
    for (at = i + 1; at < s.len && !rs_ascii_is_alnum(s.ptr[at]); at++) {
        slash = slash || s.ptr[at] == '/' || s.ptr[at] == '|';
        sentence = sentence || strchr(".:;\n", s.ptr[at]);
    }
    if (at >= s.len || !stands_alone(s, at) || is_article(s, at)) return RS_NPOS;
    if (sentence) return closes(s, at) ? at : RS_NPOS;
    size_t behind = at + 1;
    const rs_str next = next_word(s, &behind);
    const bool list =
        !next.len || is_one_of(next, listing) || (next.len == 1 && stands_alone(s, behind - 1));
    return slash || list ? at : RS_NPOS;
}

/* The letter opens the output, but for marks: "**D**", "(D) because ...". */
static bool is_opening(rs_str s, size_t i)
{
    while (i > 0 && !rs_ascii_is_alnum(s.ptr[i - 1]) && (unsigned char)s.ptr[i - 1] < 0x80) i--;
    return i == 0;
}

/* Letters that are offered together, from the first to the last. */
typedef struct offer {
    char letter; /* 0 = several ones: which is meant is not said */
    size_t first, last;
} offer;

static offer offer_at(rs_str s, size_t i)
{
    offer all = {s.ptr[i], i, i};
    const bool rejected = standing_before(s, i, BARE) == REJECTED;
    for (size_t next; (next = joined_letter(s, all.last, rejected)) != RS_NPOS; all.last = next)
        if (s.ptr[next] != s.ptr[i]) all.letter = 0;
    return all;
}

char rs_metrics_choice_letter(rs_str s)
{
    char best = 0, only = 0, opening = 0;
    standing level = WEIGHED, last = BARE;
    bool several = false;
    for (size_t i = 0; i < s.len; i++) {
        if (!stands_alone(s, i) || is_article(s, i)) continue;
        const offer all = offer_at(s, i);
        standing now = standing_behind(s, all.last);
        if (now == BARE) now = standing_before(s, i, last);
        last = now;
        i = all.last;
        if (now == REJECTED) continue;
        several = several || !all.letter || (only && only != all.letter);
        if (!only) only = all.letter;
        if (is_opening(s, all.first)) opening = all.letter;
        if (now <= WEIGHED) continue;
        /* Of statements and conclusions the last one counts, of bare letters the first. */
        if (now > level || (now == level && now > BARE)) best = all.letter;
        if (now > level) level = now;
    }
    if (level > BARE) return best;
    if (!several) return only;
    return opening ? opening : best;
}
