/* Rules for free-text answers, one function a rule. Each follows a published scorer to the letter,
 * its mistakes included; what differs between scorers is how output and reference are normalised
 * before they are compared, and what is done when nothing can be read. Rules that read an option
 * letter stand on choice.h. */
#include "metrics/answer.h"

#include "base/num.h"
#include "lang/ngram.h"
#include "lang/nltk_words.h"
#include "metrics/choice.h"
#include "metrics/text.h"

/* A judgement by the rule itself. read.ptr NULL = out of memory. */
static rsift_status decide(rs_judgement *out, rs_str read, double score, rsift_error *err)
{
    *out = (rs_judgement){.score = score, .read = read};
    return read.ptr ? RSIFT_OK : rs_err_nomem(err, "an answer");
}

/* Right when output and reference, both normalised, are equal. */
static rsift_status compare(rs_judgement *out, rs_str read, rs_str reference, rsift_error *err)
{
    return reference.ptr ? decide(out, read, rs_str_eq(read, reference), err)
                         : rs_err_nomem(err, "an answer");
}

/* Our own normalisation where nothing is published: trimmed, lower case, one final dot off. */
static rs_str plain_text(rs_arena *arena, rs_str s)
{
    s = rs_metrics_lower(arena, rs_metrics_trim(s));
    if (s.len && s.ptr[s.len - 1] == '.') s.len--;
    return rs_metrics_trim(s);
}

rsift_status rs_judge_equal(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                            rsift_error *err)
{
    return compare(out, plain_text(arena, a->output), plain_text(arena, a->reference), err);
}

rsift_status rs_judge_lower(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                            rsift_error *err)
{
    return compare(out, rs_metrics_lower(arena, a->output), rs_metrics_lower(arena, a->reference),
                   err);
}

/* ---- RSVQA ----------------------------------------------------------------------------------- */

/* The name of the bin that a count or an area in square metres falls into. */
static const char *bin_of(int64_t n, bool area)
{
    static const char *const counts[] = {"between 0 and 10", "between 10 and 100",
                                         "between 100 and 1000", "more than 1000"};
    static const char *const areas[] = {"between 0m2 and 10m2", "between 10m2 and 100m2",
                                        "between 100m2 and 1000m2", "more than 1000m2"};
    const int k = n <= 10 ? 0 : n <= 100 ? 1 : n <= 1000 ? 2 : 3;
    return area ? areas[k] : counts[k];
}

static bool is_bin_name(rs_str s)
{
    /* 1, 10, 100 .. 100000 fall into all four bins */
    for (int area = 0; area < 2; area++)
        for (int64_t n = 1; n <= 10000; n *= 100)
            if (rs_str_eq(s, rs_str_of(bin_of(n, area))) ||
                rs_str_eq(s, rs_str_of(bin_of(10 * n, area))))
                return true;
    return false;
}

static rs_str last_word(rs_str s)
{
    rs_str word, last = s;
    while (rs_lang_next_word(&s, &word)) last = word;
    return last;
}

rs_str rs_metrics_rsvqa_class(rs_arena *arena, rs_str answer, bool bins)
{
    rs_str s = rs_metrics_lower(arena, rs_metrics_trim(answer));
    if (s.len && (s.ptr[s.len - 1] == '?' || s.ptr[s.len - 1] == '.'))
        s = rs_metrics_trim(rs_str_sub(s, 0, s.len - 1));
    if (!s.ptr || is_bin_name(s)) return s;
    s = last_word(s); /* "the answer is yes" */
    const bool area = rs_str_ends(s, RS_STR("m2"));
    const rs_str digits = rs_str_sub(s, 0, area ? s.len - 2 : s.len);
    int64_t n;
    if (!rs_metrics_is_number_text(digits) || (!area && !bins)) return s;
    if (!rs_num_i64(digits, &n)) n = INT64_MAX; /* too many digits: the last bin */
    /* 0 is a class of its own */
    return n > 0 ? rs_str_of(bin_of(n, area)) : s;
}

rsift_status rs_judge_rsvqa(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                            rsift_error *err)
{
    return compare(out, rs_metrics_rsvqa_class(arena, a->output, true),
                   rs_metrics_rsvqa_class(arena, a->reference, true), err);
}

rsift_status rs_judge_rsvqa_hr(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                               rsift_error *err)
{
    return compare(out, rs_metrics_rsvqa_class(arena, a->output, false),
                   rs_metrics_rsvqa_class(arena, a->reference, false), err);
}

/* ---- other models' own scorers --------------------------------------------------------------- */

rsift_status rs_judge_geochat_class(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                                    rsift_error *err)
{
    return compare(out, rs_metrics_drop(arena, rs_metrics_lower(arena, a->output), " ."),
                   rs_metrics_lower(arena, a->reference), err);
}

rsift_status rs_judge_teochat(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                              rsift_error *err)
{
    const char *drop = RS_METRICS_PUNCTUATION;
    return compare(out, rs_metrics_drop(arena, rs_metrics_lower(arena, a->output), drop),
                   rs_metrics_drop(arena, rs_metrics_lower(arena, a->reference), drop), err);
}

static bool among(rs_str word, const rs_str *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (rs_str_eq(word, words[i])) return true;
    return false;
}

/* |set of output tokens and set of reference tokens| / number of reference tokens. */
rsift_status rs_judge_earthdial(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                                rsift_error *err)
{
    const rs_str read = rs_metrics_norm_nospace(arena, a->output);
    const rs_str reference = rs_metrics_norm_nospace(arena, a->reference);
    if (!read.ptr || !reference.ptr) return rs_err_nomem(err, "an answer");
    rs_str *predicted, *wanted;
    size_t n_predicted, n_wanted, n = 0;
    RS_TRY(rs_lang_nltk_words(arena, read, &predicted, &n_predicted, err));
    RS_TRY(rs_lang_nltk_words(arena, reference, &wanted, &n_wanted, err));
    /* a token that stands twice in the reference is counted once, but divides twice */
    for (size_t i = 0; i < n_wanted; i++)
        n += !among(wanted[i], wanted, i) && among(wanted[i], predicted, n_predicted);
    return decide(out, read, n_wanted ? (double)n / (double)n_wanted : 0, err);
}

/* Blanks are dropped on both sides; the empty output lies in every reference. */
rsift_status rs_judge_rsevalkit(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                                rsift_error *err)
{
    const rs_str read = rs_metrics_drop(arena, rs_metrics_lower(arena, a->output), " ");
    const rs_str reference = rs_metrics_drop(arena, rs_metrics_lower(arena, a->reference), " ");
    return decide(out, read, reference.ptr && read.ptr && rs_metrics_contains(reference, read),
                  err);
}

/* The first capital A to E of the output, in lower case, must stand in the reference text. */
rsift_status rs_judge_rsevalkit_mc(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                                   rsift_error *err)
{
    for (size_t i = 0; i < a->output.len; i++) {
        if (a->output.ptr[i] < 'A' || a->output.ptr[i] > 'E') continue;
        const rs_str read = rs_metrics_lower(arena, rs_str_sub(a->output, i, i + 1));
        const rs_str reference = rs_metrics_lower(arena, a->reference);
        return decide(out, read, read.ptr && reference.ptr && rs_metrics_contains(reference, read),
                      err);
    }
    *out = (rs_judgement){.verdict = RS_VERDICT_UNPARSED, .read = RS_STR("")};
    return RSIFT_OK;
}

/* "No" with a capital letter is not seen as no: it becomes unknown, as in the original. */
rsift_status rs_judge_rsevalkit_presence(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                                         rsift_error *err)
{
    const bool yes = rs_metrics_contains_nocase(arena, a->output, RS_STR("yes"));
    const bool no = rs_metrics_contains(a->output, RS_STR("no")) ||
                    rs_metrics_contains(a->output, RS_STR("false"));
    const rs_str reference = plain_text(arena, a->reference);
    if (!reference.ptr) return rs_err_nomem(err, "an answer");
    if (yes == no) { /* neither, or both */
        *out = (rs_judgement){.verdict = RS_VERDICT_UNPARSED, .read = RS_STR("unknown")};
        return RSIFT_OK;
    }
    return compare(out, yes ? RS_STR("yes") : RS_STR("no"), reference, err);
}

/* ---- LHRS-Bot and LHRS-Bench ----------------------------------------------------------------- */

/* VQA's soft score: for each annotator left out, min(1, matches among the others / 3). */
static double soft_score(rs_arena *arena, rs_str read, const rs_str *references, size_t n)
{
    size_t matches = 0;
    for (size_t i = 0; i < n; i++)
        matches += rs_str_eq(read, rs_metrics_norm_evalai(arena, references[i]));
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const bool own = rs_str_eq(read, rs_metrics_norm_evalai(arena, references[i]));
        const double score = (double)(matches - own) / 3;
        sum += score < 1 ? score : 1;
    }
    return sum / (double)n;
}

/* A list of references gives the soft score, and a full one where that is 0 and the list holds the
 * answer as it stands; one reference counts when the answer stands in it. */
rsift_status rs_judge_lhrs(rs_arena *arena, const rs_answer *a, rs_judgement *out, rsift_error *err)
{
    const rs_str read = rs_metrics_norm_evalai(arena, a->output);
    if (!read.ptr) return rs_err_nomem(err, "an answer");
    if (!a->n_references) return decide(out, read, rs_metrics_contains(a->reference, read), err);
    const double score = soft_score(arena, read, a->references, a->n_references);
    return decide(out, read, score > 0 ? score : among(read, a->references, a->n_references), err);
}

rsift_status rs_judge_lhrs_bench(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                                 rsift_error *err)
{
    return compare(out, rs_metrics_norm_lhrs(arena, a->output),
                   rs_metrics_norm_lhrs(arena, a->reference), err);
}

/* The script takes the output's first character only: an index too many. */
rsift_status rs_judge_lhrs_bench_first(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                                       rsift_error *err)
{
    /* one character, which may be several bytes */
    size_t n = a->output.len ? 1 : 0;
    while (n && n < a->output.len && ((unsigned char)a->output.ptr[n] & 0xc0) == 0x80) n++;
    return compare(out, rs_metrics_norm_lhrs(arena, rs_str_sub(a->output, 0, n)),
                   rs_metrics_norm_lhrs(arena, a->reference), err);
}

/* Length of the longest substring that both have. */
static size_t common_substring(rs_str a, rs_str b)
{
    size_t best = 0;
    for (size_t i = 0; i < a.len; i++)
        for (size_t k = 0; k < b.len; k++) {
            size_t n = 0;
            while (i + n < a.len && k + n < b.len && a.ptr[i + n] == b.ptr[k + n]) n++;
            if (n > best) best = n;
        }
    return best;
}

/* Class names as the script has them: lower case, '_' as blanks. */
static rs_str lhrs_class_name(rs_arena *arena, rs_str class)
{
    return rs_metrics_replace(arena, rs_metrics_lower(arena, rs_str_trim(class)), RS_STR("_"),
                              RS_STR(" "));
}

/* The output is not put into lower case. Nothing in common with any class means the last class, as
 * an index of -1 does in the original. */
rsift_status rs_judge_lhrs_class(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                                 rsift_error *err)
{
    /* cut: the search is quadratic */
    const rs_str predicted = rs_str_sub(rs_metrics_trim(a->output), 0, 4096),
                 reference = lhrs_class_name(arena, a->reference);
    rs_str read = predicted;
    size_t longest = 0;
    for (size_t i = 0; i < a->n_options; i++) {
        const rs_str class = lhrs_class_name(arena, a->options[i]);
        if (!class.ptr) return rs_err_nomem(err, "classes");
        const size_t n = rs_str_eq(class, predicted) ? RS_NPOS : common_substring(predicted, class);
        if (n > longest || (!longest && i + 1 == a->n_options)) read = class;
        if (n > longest) longest = n;
    }
    return compare(out, read, reference, err);
}

/* ---- VRSBench -------------------------------------------------------------------------------- */

/* Yes, no and numbers from 0 to 99 are never left to a language model. */
static bool is_closed_answer(rs_str reference)
{
    if (rs_str_eq(reference, RS_STR("yes")) || rs_str_eq(reference, RS_STR("no"))) return true;
    return rs_metrics_is_number_text(reference) && reference.len <= 2 &&
           (reference.len == 1 || reference.ptr[0] != '0');
}

/* Right when the output holds the reference; a closed answer that is not held is wrong, any other
 * is for a language model. */
rsift_status rs_judge_vrsbench(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                               rsift_error *err)
{
    const rs_str read = rs_metrics_lower(arena, a->output),
                 reference = rs_metrics_lower(arena, a->reference);
    if (!read.ptr || !reference.ptr) return rs_err_nomem(err, "an answer");
    if (rs_metrics_contains(read, reference)) return decide(out, read, 1, err);
    if (is_closed_answer(reference)) return decide(out, read, 0, err);
    *out = (rs_judgement){.verdict = RS_VERDICT_UNDECIDED, .read = read};
    return RSIFT_OK;
}

/* ---- options --------------------------------------------------------------------------------- */

/* Right when the letter read (0 = none) is the reference, brackets or not. */
static rsift_status decide_letter(rs_arena *arena, char letter, const rs_answer *a,
                                  rs_judgement *out, rsift_error *err)
{
    if (!letter) {
        *out = (rs_judgement){.verdict = RS_VERDICT_UNPARSED, .read = RS_STR("")};
        return RSIFT_OK;
    }
    const rs_str read = rs_arena_printf(arena, "%c", letter);
    const rs_str reference = rs_metrics_strip(rs_str_trim(a->reference), "()");
    return decide(out, read, read.ptr && rs_str_eq(read, reference), err);
}

rsift_status rs_judge_mme(rs_arena *arena, const rs_answer *a, rs_judgement *out, rsift_error *err)
{
    const char c = rs_metrics_choice_mme(arena, a->output, true, a->options, a->n_options);
    return decide_letter(arena, c, a, out, err);
}

rsift_status rs_judge_mme_harness(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                                  rsift_error *err)
{
    return decide_letter(arena, rs_metrics_choice_mme(arena, a->output, false, NULL, 0), a, out,
                         err);
}

/* The sets of letters A to E of output and reference must be equal. */
rsift_status rs_judge_xlrs(rs_arena *arena, const rs_answer *a, rs_judgement *out, rsift_error *err)
{
    char letters[6];
    const size_t n = rs_metrics_choice_xlrs(arena, a->output, letters);
    bool seen[5] = {false};
    for (size_t i = 0; i < a->reference.len; i++)
        if (a->reference.ptr[i] >= 'A' && a->reference.ptr[i] <= 'E')
            seen[a->reference.ptr[i] - 'A'] = true;
    char reference[6];
    size_t n_reference = 0;
    for (int k = 0; k < 5; k++)
        if (seen[k]) reference[n_reference++] = (char)('A' + k);
    /* both sets in order: equal sets are equal texts */
    const rs_str read = rs_arena_str(arena, rs_str_make(letters, n));
    RS_TRY(decide(out, read, rs_str_eq(read, rs_str_make(reference, n_reference)), err));
    if (!n) out->verdict = RS_VERDICT_UNPARSED;
    return RSIFT_OK;
}

/* The letter may be any of several references. */
rsift_status rs_judge_urbench(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                              rsift_error *err)
{
    const char c = rs_metrics_choice_urbench(arena, a->output, a->options, a->n_options);
    RS_TRY(decide_letter(arena, c, a, out, err));
    if (c && a->n_references && among(out->read, a->references, a->n_references)) out->score = 1;
    return RSIFT_OK;
}

/* Any of several references is enough. */
rsift_status rs_judge_urbench_open(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                                   rsift_error *err)
{
    bool right = !a->n_references && rs_metrics_urbench_open_right(arena, a->output, a->reference);
    for (size_t i = 0; i < a->n_references && !right; i++)
        right = rs_metrics_urbench_open_right(arena, a->output, a->references[i]);
    return decide(out, a->output, right, err);
}

/* FIT-RSRC: equal in lower case, else the first capital A..E that is a word of its own. */
rsift_status rs_judge_fit_rsrc(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                               rsift_error *err)
{
    const rs_str predicted = rs_metrics_lower(arena, a->output),
                 reference = rs_metrics_lower(arena, a->reference);
    if (!predicted.ptr || !reference.ptr) return rs_err_nomem(err, "an answer");
    if (rs_str_eq(predicted, reference)) return decide(out, predicted, 1, err);
    const char letter = rs_metrics_choice_word(a->output);
    if (letter)
        return compare(out, rs_metrics_lower(arena, rs_str_make(&letter, 1)), reference, err);
    *out = (rs_judgement){.verdict = RS_VERDICT_UNPARSED, .read = RS_STR("")};
    return RSIFT_OK;
}

/* Share of the reference's colours, parted by commas, that stand in the output. */
rsift_status rs_judge_rsevalkit_color(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                                      rsift_error *err)
{
    const rs_str predicted = rs_metrics_drop(arena, rs_metrics_lower(arena, a->output), " ");
    rs_str rest = rs_metrics_drop(arena, rs_metrics_lower(arena, a->reference), " "), color;
    if (!predicted.ptr || !rest.ptr) return rs_err_nomem(err, "an answer");
    double n = 0, n_found = 0;
    for (; rs_str_split(&rest, ',', &color); n++) n_found += rs_metrics_contains(predicted, color);
    return decide(out, predicted, n > 0 ? n_found / n : 0, err);
}

/* The last letter that the options have: by their number, or as they carry it ("(C) Two"); 0 = no
 * options are known. */
static char last_option(const rs_answer *a)
{
    char last = 0;
    for (size_t k = 0; k < a->n_options; k++) {
        const rs_str s = rs_metrics_strip(rs_str_trim(a->options[k]), "(");
        const char carried = s.len > 1 && strchr(").:", s.ptr[1]) ? s.ptr[0] : 0;
        const char here =
            carried >= 'A' && carried <= 'Z' ? carried : (char)('A' + (k < 26 ? k : 25));
        if (here > last) last = here;
    }
    return last;
}

/* A letter that is none of the options answers nothing. */
rsift_status rs_judge_option_letter(rs_arena *arena, const rs_answer *a, rs_judgement *out,
                                    rsift_error *err)
{
    const char letter = rs_metrics_choice_letter(a->output), last = last_option(a);
    return decide_letter(arena, last && letter > last ? 0 : letter, a, out, err);
}

/* ---- yes and no ------------------------------------------------------------------------------ */

bool rs_metrics_pope_yes(rs_str s)
{
    const size_t dot = rs_str_find_char(s, '.');
    s = rs_str_sub(s, 0, dot);
    bool no = false;
    for (size_t i = 0; i <= s.len;) { /* one word a round, its commas dropped */
        char word[4];
        size_t n = 0;
        for (; i < s.len && s.ptr[i] != ' '; i++) {
            if (s.ptr[i] == ',') continue;
            if (n < sizeof word) word[n] = s.ptr[i];
            n++;
        }
        i++;
        const rs_str text = rs_str_make(word, n < sizeof word ? n : 0);
        no = no || rs_str_eq(text, RS_STR("No")) || rs_str_eq(text, RS_STR("not")) ||
             rs_str_eq(text, RS_STR("no"));
    }
    return !no;
}

rsift_status rs_judge_pope(rs_arena *arena, const rs_answer *a, rs_judgement *out, rsift_error *err)
{
    const bool yes = rs_metrics_pope_yes(a->output);
    return compare(out, yes ? RS_STR("yes") : RS_STR("no"), plain_text(arena, a->reference), err);
}

/* ---- counts ---------------------------------------------------------------------------------- */

static const char *const units[] = {"zero",    "one",     "two",       "three",    "four",
                                    "five",    "six",     "seven",     "eight",    "nine",
                                    "ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                                    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
static const char *const tens[] = {"twenty", "thirty",  "forty",  "fifty",
                                   "sixty",  "seventy", "eighty", "ninety"};

/* The number word from `first` to nineteen; -1 = none. */
static int unit_of(rs_str word, int first)
{
    for (int i = first; i < 20; i++)
        if (rs_str_eq(word, rs_str_of(units[i]))) return i;
    return -1;
}

/* "zero" .. "nineteen", "twenty", "twenty-one" .. "ninety-nine"; -1 = no number word */
static int number_word(rs_str word)
{
    const int unit = unit_of(word, 0);
    if (unit >= 0) return unit;
    for (int t = 0; t < 8; t++) {
        const rs_str ten = rs_str_of(tens[t]);
        if (!rs_str_starts(word, ten)) continue;
        if (word.len == ten.len) return 20 + 10 * t;
        const int unit_part =
            word.ptr[ten.len] == '-' ? unit_of(rs_str_sub(word, ten.len + 1, word.len), 1) : -1;
        if (unit_part > 0 && unit_part < 10) return 20 + 10 * t + unit_part;
    }
    return -1;
}

bool rs_metrics_count_of(rs_arena *arena, rs_str text, double *out)
{
    /* Digits anywhere go before words. */
    for (size_t i = 0; i < text.len; i++) {
        size_t end = i;
        while (end < text.len && text.ptr[end] >= '0' && text.ptr[end] <= '9') end++;
        if (end > i) return rs_num_double(rs_str_sub(text, i, end), out);
    }
    rs_str rest = rs_metrics_lower(arena, text);
    for (rs_str word; rs_lang_next_word(&rest, &word);) {
        const int n = number_word(word);
        *out = n;
        if (n >= 0) return true;
    }
    return false;
}
