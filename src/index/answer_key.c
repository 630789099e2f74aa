/* Question and answer in normal form; see answer_key.h. */
#include "index/answer_key.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "base/num.h"
#include "base/utf8.h"
#include "metrics/text.h"

#include <stdlib.h>

static const rs_str image_tag = {"<image>", 7};

/* ---- the question ---------------------------------------------------------------------------- */

/* Does the sentence only say how to answer? "Answer the question using a single word or phrase." */
static bool is_format_phrase(rs_str sentence)
{
    static const char *const starts[] = {"answer ",        "please answer", "respond",
                                         "please respond", "reply ",        "give a short",
                                         "use a single"};
    static const char *const forms[] = {"word",   "phrase", "yes or no", "yes/no", "'yes' or 'no'",
                                        "option", "letter", "directly",  "brief",  "short"};
    bool begins = false;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        begins = begins || rs_str_starts(sentence, rs_str_of(starts[i]));
    for (size_t i = 0; begins && i < sizeof forms / sizeof *forms; i++)
        if (rs_str_find(sentence, rs_str_of(forms[i])) != RS_NPOS) return true;
    return false;
}

/* The sentences of a question but those of the response format, which emit adds to questions that
 * come without: in the training set both are one question. Format phrases alone stay. */
static bool put_asking_sentences(rs_buf *out, rs_arena *scratch, rs_str text)
{
    for (rs_str rest = text; rest.len;) {
        size_t end = 0;
        while (end < rest.len && !memchr(".?!\n", rest.ptr[end], 4)) end++;
        const rs_str sentence = rs_str_sub(rest, 0, end), folded = rs_utf8_fold(scratch, sentence);
        if (!folded.ptr) return false;
        const bool asks = end < rest.len && rest.ptr[end] == '?';
        if (asks || !is_format_phrase(folded)) {
            rs_buf_str(out, sentence);
            rs_buf_char(out, ' ');
        }
        rest = rs_str_sub(rest, end < rest.len ? end + 1 : end, rest.len);
    }
    if (rs_str_trim(rs_buf_view(out)).len == 0) rs_buf_str(out, text);
    return !out->failed;
}

/* The text without picture tags, which are the layout's and no part of a question, folded. */
static bool hash_question(rs_hasher *h, rs_arena *scratch, rs_str text)
{
    rs_buf asking = {0};
    const rs_str plain = rs_metrics_replace(scratch, text, image_tag, RS_STR(" "));
    bool ok = plain.ptr && put_asking_sentences(&asking, scratch, plain);
    const rs_str folded = ok ? rs_utf8_fold(scratch, rs_buf_view(&asking)) : (rs_str){NULL, 0};
    if (folded.ptr) rs_hash_field(h, folded);
    rs_buf_fini(&asking);
    return folded.ptr != NULL;
}

/* Where a region lies; its label is the answer. */
static void hash_geometry(rs_hasher *h, const rs_region *region)
{
    rs_hash_u64(h, region->kind);
    rs_hash_u64(h, (uint64_t)region->asset);
    rs_hash_field(h, region->convention ? rs_str_of(region->convention->name) : RS_STR(""));
    for (uint32_t i = 0; i < region->n_coords; i++) {
        const double v = region->coords[i] == 0 ? 0 : region->coords[i]; /* -0 is 0 */
        uint64_t bits;
        memcpy(&bits, &v, sizeof bits);
        rs_hash_u64(h, bits);
    }
}

static bool is_marked(const rs_sample *sample, const rs_region *region)
{
    return (region->flags & RS_REGION_MARK) || sample->task == RS_TASK_REGION_CLASSIFICATION;
}

/* Questions of the release are compared whatever task they are tagged with; letters of options,
 * sets of classes and questions that the task alone asks are compared within the task. */
static uint64_t question_kind(const rs_sample *sample, bool in_words)
{
    const bool own =
        !in_words || sample->task == RS_TASK_CHOICE_VQA || sample->task == RS_TASK_MULTILABEL;
    return own ? (uint64_t)sample->task + 1 : 0;
}

static bool hash_asked(rs_arena *scratch, const rs_sample *s, rs_id *out)
{
    rs_hasher h;
    rs_hash_start(&h);
    bool in_words = false;
    for (uint32_t i = 0; i < s->n_assets; i++) rs_hash_u64(&h, s->assets[i].role);
    for (uint32_t i = 0; i < s->n_turns; i++) {
        if (s->turns[i].role != RS_TURN_USER && s->turns[i].role != RS_TURN_PHRASE) continue;
        in_words = in_words || s->turns[i].role == RS_TURN_USER;
        if (!hash_question(&h, scratch, s->turns[i].text)) return false;
    }
    rs_hash_u64(&h, question_kind(s, in_words));
    if (!in_words && s->task == RS_TASK_REGRESSION) { /* names the quantity */
        rs_hash_field(&h, s->skill);
        rs_hash_field(&h, s->release_type);
    }
    for (uint32_t i = 0; i < s->n_options; i++)
        if (!hash_question(&h, scratch, s->options[i])) return false;
    for (uint32_t i = 0; i < s->n_regions; i++)
        if (is_marked(s, &s->regions[i])) hash_geometry(&h, &s->regions[i]);
    *out = rs_hash_end(&h);
    return true;
}

/* ---- the answer ------------------------------------------------------------------------------ */

/* A number as its shortest text, else the text. */
static rs_str plain_number(rs_arena *arena, rs_str text)
{
    char digits[RS_DOUBLE_SIZE];
    double v;
    if (!rs_num_double(text, &v)) return text;
    const size_t n = rs_num_format(digits, v == 0 ? 0 : v);
    return rs_arena_str(arena, rs_str_make(digits, n));
}

/* Does the comma at `i` part thousands, as in "1,000"? */
static bool parts_thousands(rs_str text, size_t i)
{
    size_t n = 0;
    while (i + 1 + n < text.len && rs_ascii_is_digit(text.ptr[i + 1 + n])) n++;
    return n == 3;
}

/* The signs of the text that the normaliser takes off and that change what is said: "> 10", "-3 m",
 * "1,5", "C++". */
static void put_signs(rs_buf *out, rs_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        const bool after_digit = i > 0 && rs_ascii_is_digit(text.ptr[i - 1]),
                   after_word = after_digit || (i > 0 && rs_ascii_is_letter(text.ptr[i - 1])),
                   before_digit = i + 1 < text.len && rs_ascii_is_digit(text.ptr[i + 1]);
        if (memchr("<>+", c, 3) || (c == '-' && before_digit && !after_word) ||
            (c == ',' && after_digit && before_digit && !parts_thousands(text, i)))
            rs_buf_char(out, c);
    }
}

/* Lower case, without punctuation and articles, number words as digits (the VQA normaliser), and
 * each number in one form. ptr NULL = out of memory. */
static rs_str normal_answer(rs_arena *arena, rs_str text)
{
    double number;
    rs_str folded = rs_utf8_fold(arena, text);
    if (!folded.ptr || rs_num_double(folded, &number)) /* the normaliser would take its sign off */
        return folded.ptr ? plain_number(arena, folded) : folded;
    rs_str words = rs_metrics_norm_evalai(arena, folded);
    if (!words.ptr) return words;
    rs_buf out = {0};
    for (size_t at = 0; at < words.len;) {
        size_t end = at;
        while (end < words.len && words.ptr[end] != ' ') end++;
        if (out.len) rs_buf_char(&out, ' ');
        const rs_str word = plain_number(arena, rs_str_sub(words, at, end));
        out.failed = out.failed || !word.ptr;
        rs_buf_str(&out, word);
        at = end + 1;
    }
    if (out.len) put_signs(&out, folded);
    rs_str normal = out.failed ? (rs_str){NULL, 0}
                    : out.len  ? rs_arena_str(arena, rs_buf_view(&out))
                               : folded; /* of articles alone: the option "A" */
    rs_buf_fini(&out);
    return normal;
}

/* "yes" of "yes there is": how it goes on can be said in many ways. */
static rs_str first_yes_or_no(rs_str normal)
{
    static const char *const words[] = {"yes", "no"};
    for (size_t i = 0; i < 2; i++) {
        const rs_str word = rs_str_of(words[i]);
        if (rs_str_starts(normal, word) && (normal.len == word.len || normal.ptr[word.len] == ' '))
            return rs_str_sub(normal, 0, word.len);
    }
    return normal;
}

/* The only number of the words; ptr NULL = none, or several. */
static rs_str only_number(rs_str words)
{
    rs_str found = {0}, word;
    double v;
    while (rs_str_split(&words, ' ', &word)) {
        if (!rs_num_double(word, &v)) continue;
        if (found.ptr) return (rs_str){0};
        found = word;
    }
    return found;
}

/* Sentences that answer as one word does: "there are 3 ships" to "how many", "there is no water" to
 * "is there water". Others come back as they are. `question` is folded. */
static rs_str word_of_sentence(rs_str question, rs_str normal)
{
    static const char *const asks[] = {"is ", "are ", "does ", "do ", "can ", "has ", "have "};
    static const char *const denies[] = {"there is no ", "there are no ", "there is not ",
                                         "there are not ", "not at all"};
    if (rs_str_starts(question, RS_STR("how many "))) {
        const rs_str number = only_number(normal);
        return number.ptr ? number : normal;
    }
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++)
        for (size_t k = 0; k < sizeof denies / sizeof *denies; k++)
            if (rs_str_starts(question, rs_str_of(asks[i])) &&
                rs_str_starts(normal, rs_str_of(denies[k])))
                return RS_STR("no");
    return normal;
}

/* The sample's first question, folded, without picture tags; ptr NULL = out of memory. */
static rs_str folded_question(rs_arena *scratch, const rs_sample *s)
{
    for (uint32_t i = 0; i < s->n_turns; i++)
        if (s->turns[i].role == RS_TURN_USER)
            return rs_utf8_fold(
                scratch, rs_metrics_replace(scratch, s->turns[i].text, image_tag, RS_STR(" ")));
    return RS_STR("");
}

/* "b" of "B", "(B)", "B. forest" and "B) forest", or of the option whose words the answer gives. */
static rs_str option_letter(rs_arena *arena, const rs_sample *s, rs_str normal, rs_str text)
{
    rs_str t = rs_str_trim(text);
    if (t.len && t.ptr[0] == '(') t = rs_str_sub(t, 1, t.len);
    const bool letter = t.len && rs_ascii_is_letter(t.ptr[0]);
    if (letter && (t.len == 1 || memchr(".):", t.ptr[1], 3)))
        return rs_utf8_fold(arena, rs_str_sub(t, 0, 1));
    for (uint32_t i = 0; i < s->n_options && i < 26; i++) {
        const rs_str option = normal_answer(arena, s->options[i]);
        if (!option.ptr) return option;
        const char name = (char)('a' + i);
        if (rs_str_eq(option, normal)) return rs_arena_str(arena, rs_str_make(&name, 1));
    }
    return normal;
}

static int by_text(const void *a, const void *b)
{
    return rs_str_cmp(*(const rs_str *)a, *(const rs_str *)b);
}

/* A set of names: "harbor, ship" is "ship, harbor". Names of one text are parted by commas. */
static bool hash_names(rs_hasher *h, rs_arena *scratch, const rs_str *texts, size_t n, bool *any)
{
    size_t n_names = 0, cap = 0;
    rs_str *names = NULL;
    for (size_t i = 0; i < n; i++) {
        for (rs_str rest = texts[i]; rest.len;) {
            const size_t comma = rs_str_find_char(rest, ',');
            const size_t end = comma == RS_NPOS ? rest.len : comma;
            const rs_str name = normal_answer(scratch, rs_str_sub(rest, 0, end));
            if (!name.ptr ||
                !rs_arena_grow(scratch, (void **)&names, &cap, n_names + 1, sizeof *names))
                return false;
            if (name.len) names[n_names++] = name;
            rest = rs_str_sub(rest, end < rest.len ? end + 1 : end, rest.len);
        }
    }
    if (n_names > 1) qsort(names, n_names, sizeof *names, by_text);
    for (size_t i = 0; i < n_names; i++)
        if (i == 0 || !rs_str_eq(names[i], names[i - 1])) rs_hash_field(h, names[i]);
    *any = n_names > 0;
    return true;
}

/* One answer in words; *any: it says something. */
static bool hash_words(rs_hasher *h, rs_arena *scratch, const rs_sample *s, rs_str text, bool *any)
{
    if (s->task == RS_TASK_MULTILABEL) return hash_names(h, scratch, &text, 1, any);
    rs_str normal = normal_answer(scratch, text);
    if (normal.ptr && s->task == RS_TASK_CHOICE_VQA)
        normal = option_letter(scratch, s, normal, text);
    const rs_str question = folded_question(scratch, s);
    if (!normal.ptr || !question.ptr) return false;
    normal = word_of_sentence(question, first_yes_or_no(normal));
    rs_hash_field(h, normal);
    *any = normal.len > 0;
    return true;
}

/* The labels of the picture or, of marked regions, theirs. */
static bool hash_labels(rs_hasher *h, rs_arena *scratch, const rs_sample *s, bool *any)
{
    if (s->n_labels) return hash_names(h, scratch, s->labels, s->n_labels, any);
    if (s->task != RS_TASK_REGION_CLASSIFICATION) return true;
    for (uint32_t i = 0; i < s->n_regions; i++) {
        bool named;
        if (!hash_names(h, scratch, &s->regions[i].label, 1, &named)) return false;
        *any = *any || named;
    }
    return true;
}

static uint32_t count_turns(const rs_sample *s, rs_turn_role role)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n_turns; i++) n += s->turns[i].role == role;
    return n;
}

/* What a sample of a task with a short answer says. */
static bool hash_short(rs_hasher *h, rs_arena *scratch, const rs_sample *s, bool *any)
{
    const uint32_t n_answers = count_turns(s, RS_TURN_ASSISTANT),
                   n_references = count_turns(s, RS_TURN_REFERENCE);
    if (!n_answers && n_references > 1) return true; /* several people's answers */
    if (!n_answers && !n_references) return hash_labels(h, scratch, s, any);
    const rs_turn_role from = n_answers ? RS_TURN_ASSISTANT : RS_TURN_REFERENCE;
    for (uint32_t i = 0; i < s->n_turns; i++) {
        bool says;
        if (s->turns[i].role != from) continue;
        if (!hash_words(h, scratch, s, s->turns[i].text, &says)) return false;
        *any = *any || says;
    }
    return true;
}

/* The first question and answer of a conversation, as a sample of their own; n_turns 0 = none.
 * Later questions mean what was said before. */
static rs_sample first_round(const rs_sample *s, rs_turn round[2])
{
    rs_sample out = *s;
    uint32_t i = s->n_turns && s->turns[0].role == RS_TURN_SYSTEM;
    out.turns = round;
    out.n_turns = 0;
    if (i + 2 > s->n_turns || s->turns[i].role != RS_TURN_USER ||
        s->turns[i + 1].role != RS_TURN_ASSISTANT)
        return out;
    round[0] = s->turns[i];
    round[1] = s->turns[i + 1];
    out.n_turns = 2;
    return out;
}

/* An answer of a conversation of which one alone is true: yes or no, a number, or a word where a
 * single one is asked for. */
static bool is_closed(rs_arena *scratch, const rs_sample *round, bool *closed)
{
    double v;
    const rs_str answer = normal_answer(scratch, round->turns[1].text),
                 question = folded_question(scratch, round);
    if (!answer.ptr || !question.ptr) return false;
    const rs_str word = word_of_sentence(question, first_yes_or_no(answer));
    *closed = rs_str_eq(word, RS_STR("yes")) || rs_str_eq(word, RS_STR("no")) ||
              rs_num_double(word, &v) || rs_str_find(question, RS_STR("single word")) != RS_NPOS ||
              rs_str_find(question, RS_STR("one word")) != RS_NPOS;
    return true;
}

bool rs_index_answer_keys(rs_arena *scratch, const rs_sample *s, rs_answer_keys *out)
{
    *out = (rs_answer_keys){0};
    rs_turn round[2];
    rs_sample one = *s;
    if (!s->truth) return true;
    if (s->task == RS_TASK_CONVERSATION) {
        bool closed = false;
        one = first_round(s, round);
        if (!one.n_turns || !is_closed(scratch, &one, &closed)) return one.n_turns == 0;
        if (!closed) return true;
    } else if (!rs_model_task_is_short(s->task)) {
        return true;
    }
    rs_hasher h;
    rs_hash_start(&h);
    if (!hash_short(&h, scratch, &one, &out->comparable)) return false;
    out->answer = rs_hash_end(&h);
    return hash_asked(scratch, &one, &out->asked);
}
