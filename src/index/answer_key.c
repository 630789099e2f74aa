/* Question and answer in normal form; see answer_key.h. */
#include "index/answer_key.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "base/num.h"
#include "base/utf8.h"
#include "lang/question.h"
#include "metrics/answer_words.h"
#include "metrics/text.h"

#include <stdlib.h>

static const rs_str image_tag = {"<image>", 7};

/* ---- the question ---------------------------------------------------------------------------- */

/* The text without picture tags, which are the layout's and no part of a question, folded. */
static bool hash_question(rs_hasher *h, rs_arena *scratch, rs_str text)
{
    rs_buf asking = {0};
    const rs_str plain = rs_metrics_replace(scratch, text, image_tag, RS_STR(" "));
    bool ok = plain.ptr && rs_lang_put_asking(&asking, scratch, plain);
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

/* ---- the answer ------------------------------------------------------------------------------ */

/* The text behind the picture tags that it begins with; most have no others. */
static rs_str behind_tags(rs_str text)
{
    while (rs_str_starts(text, image_tag))
        text = rs_str_trim(rs_str_sub(text, image_tag.len, text.len));
    return text;
}

/* The sample's first question, folded, without picture tags; ptr NULL = out of memory. */
static rs_str folded_question(rs_arena *scratch, const rs_sample *s)
{
    for (uint32_t i = 0; i < s->n_turns; i++)
        if (s->turns[i].role == RS_TURN_USER)
            return rs_utf8_fold(scratch, rs_metrics_replace(scratch, behind_tags(s->turns[i].text),
                                                            image_tag, RS_STR(" ")));
    return RS_STR("");
}

static int by_text(const void *a, const void *b)
{
    return rs_str_cmp(*(const rs_str *)a, *(const rs_str *)b);
}

/* "ship" of "(A) ship" and "A. ship". */
static rs_str option_words(rs_str option)
{
    const rs_str t = rs_str_trim(option);
    const bool bracket = t.len && t.ptr[0] == '(';
    const size_t begin = bracket;
    size_t i = begin;
    while (i < t.len && i - begin < 2 && rs_ascii_is_alnum(t.ptr[i])) i++;
    if (i == begin || i + 1 >= t.len || !memchr(").:", t.ptr[i], 3) || t.ptr[i + 1] != ' ')
        return t;
    return rs_str_trim(rs_str_sub(t, i + 1, t.len));
}

/* Is `name` the letter or number in front of the option? */
static bool option_is_called(rs_str option, rs_str name)
{
    const rs_str t = rs_str_trim(option);
    const size_t begin = t.len && t.ptr[0] == '(';
    return option_words(option).len < t.len && t.len > begin + name.len &&
           rs_str_eq_nocase(rs_str_sub(t, begin, begin + name.len), name) &&
           memchr(").:", t.ptr[begin + name.len], 3);
}

/* What the answer stands for: of "B", "(B)", "B. forest" the words of the option where the sample
 * has them, since another order of the options is the same question; else the letter. */
static rs_str chosen(rs_arena *arena, const rs_sample *s, rs_str normal, rs_str text)
{
    rs_str t = rs_str_trim(text);
    if (t.len && t.ptr[0] == '(') t = rs_str_sub(t, 1, t.len);
    size_t n = 0;
    while (n < t.len && n < 2 && rs_ascii_is_alnum(t.ptr[n])) n++;
    const bool named = n && (n == t.len || memchr(".):", t.ptr[n], 3)),
               letter = named && n == 1 && rs_ascii_is_letter(t.ptr[0]);
    const rs_str name = rs_str_sub(t, 0, n);
    for (uint32_t i = 0; i < s->n_options; i++) {
        const rs_str words = option_words(s->options[i]),
                     option = rs_metrics_answer_normal(arena, words);
        if (!option.ptr || rs_str_eq(option, normal)) return option;
        const bool plain = words.len == rs_str_trim(s->options[i]).len; /* its place names it */
        if (named && (plain ? letter && rs_ascii_lower(name.ptr[0]) == (char)('a' + i)
                            : option_is_called(s->options[i], name)))
            return option;
    }
    return letter ? rs_utf8_fold(arena, name) : normal;
}

/* The options as a set. */
static bool hash_options(rs_hasher *h, rs_arena *scratch, const rs_sample *s)
{
    rs_str *words = rs_arena_calloc(scratch, (size_t)s->n_options + 1, sizeof *words);
    if (!words) return false;
    for (uint32_t i = 0; i < s->n_options; i++) {
        words[i] = rs_utf8_fold(scratch, option_words(s->options[i]));
        if (!words[i].ptr) return false;
    }
    if (s->n_options > 1) qsort(words, s->n_options, sizeof *words, by_text);
    for (uint32_t i = 0; i < s->n_options; i++) rs_hash_field(h, words[i]);
    return true;
}

/* The question without the lines of its options, which readers put below it. */
static rs_str without_options(const rs_sample *s, rs_str text)
{
    rs_str rest = text;
    for (uint32_t i = s->n_options; i > 0; i--) {
        const rs_str option = s->options[i - 1];
        if (!rs_str_ends(rest, option) || rest.len == option.len ||
            rest.ptr[rest.len - option.len - 1] != '\n')
            return text;
        rest = rs_str_sub(rest, 0, rest.len - option.len - 1);
    }
    return rest;
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
            const rs_str name = rs_metrics_answer_normal(scratch, rs_str_sub(rest, 0, end));
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
    rs_str normal = rs_metrics_answer_normal(scratch, text);
    if (normal.ptr && (s->task == RS_TASK_CHOICE_VQA || s->n_options))
        normal = chosen(scratch, s, normal, text);
    const rs_str question = folded_question(scratch, s);
    if (!normal.ptr || !question.ptr) return false;
    normal = rs_metrics_answer_word(question, rs_metrics_answer_yes_or_no(normal));
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

/* The next word of `rest` when it has letters alone, with blanks or the text's ends around it, and
 * is no article; false = the text goes on with something else. */
static bool plain_word(rs_str *rest, rs_str *word)
{
    for (;;) {
        *rest = rs_str_trim(*rest);
        size_t n = 0;
        while (n < rest->len && rs_ascii_is_letter(rest->ptr[n])) n++;
        if (n == 0 || n == rest->len || rest->ptr[n] != ' ') return false;
        *word = rs_str_sub(*rest, 0, n);
        *rest = rs_str_sub(*rest, n, rest->len);
        if (!rs_str_eq_nocase(*word, RS_STR("a")) && !rs_str_eq_nocase(*word, RS_STR("an")) &&
            !rs_str_eq_nocase(*word, RS_STR("the")))
            return true;
    }
}

/* Do the first two words show that the answer's normal form is neither yes, no nor a number? Two
 * words stay two, so that it is no number, and only these first words become yes or no. Most
 * answers of conversations are sentences, whose normal form is long to make. */
static bool is_sentence(rs_str question, rs_str answer)
{
    static const rs_str short_ones[] = {{"yes", 3}, {"no", 2}, {"there", 5}, {"not", 3}};
    rs_str first, second;
    if (rs_str_starts(question, RS_STR("how many ")) || !plain_word(&answer, &first) ||
        !plain_word(&answer, &second))
        return false;
    for (size_t i = 0; i < sizeof short_ones / sizeof *short_ones; i++)
        if (rs_str_eq_nocase(first, short_ones[i])) return false;
    return true;
}

/* An answer of a conversation of which one alone is true: yes or no, a number, or a word where a
 * single one is asked for. */
static bool is_closed(rs_arena *scratch, const rs_sample *round, bool *closed)
{
    double v;
    const rs_str question = folded_question(scratch, round);
    if (!question.ptr) return false;
    *closed = rs_str_find(question, RS_STR("single word")) != RS_NPOS ||
              rs_str_find(question, RS_STR("one word")) != RS_NPOS;
    if (*closed || is_sentence(question, round->turns[1].text)) return true;
    const rs_str answer = rs_metrics_answer_normal(scratch, round->turns[1].text);
    if (!answer.ptr) return false;
    const rs_str word = rs_metrics_answer_word(question, rs_metrics_answer_yes_or_no(answer));
    *closed =
        rs_str_eq(word, RS_STR("yes")) || rs_str_eq(word, RS_STR("no")) || rs_num_double(word, &v);
    return true;
}

/* What is asked, of which picture's region and with which options. */
static bool hash_asked(rs_arena *scratch, const rs_sample *s, rs_id *out)
{
    rs_hasher h;
    rs_hash_start(&h);
    bool in_words = false;
    for (uint32_t i = 0; i < s->n_assets; i++) rs_hash_u64(&h, s->assets[i].role);
    for (uint32_t i = 0; i < s->n_turns; i++) {
        if (s->turns[i].role != RS_TURN_USER && s->turns[i].role != RS_TURN_PHRASE) continue;
        in_words = in_words || s->turns[i].role == RS_TURN_USER;
        if (!hash_question(&h, scratch, without_options(s, s->turns[i].text))) return false;
    }
    rs_hash_u64(&h, question_kind(s, in_words));
    if (!in_words && s->task == RS_TASK_REGRESSION) { /* names the quantity */
        rs_hash_field(&h, s->skill);
        rs_hash_field(&h, s->release_type);
    }
    if (!hash_options(&h, scratch, s)) return false;
    for (uint32_t i = 0; i < s->n_regions; i++)
        if (is_marked(s, &s->regions[i])) hash_geometry(&h, &s->regions[i]);
    *out = rs_hash_end(&h);
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
