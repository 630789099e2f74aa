/* Pictures of boxes by words and tags: see which_picture.h. A text is walked word by word; a
 * mention is a word for a picture with a number, a letter or an ordinal. Anything that may mean a
 * picture and cannot be resolved ("the other image", "images 1 and 2") spoils the text. */
#include "readers/which_picture.h"

#include "base/ascii.h"

enum {
    MOST_MENTIONS = 32,
    UNCLEAR = -2,
    NO_PICTURE = -1,
    ORDINAL = 1000 /* added to an ordinal, which counts from 0 and needs no definition */
};

typedef struct mention {
    size_t at, end;
    int32_t picture; /* number as written, ORDINAL + n, or UNCLEAR = not told which */
    bool defines;    /* "Image 1: <image>" */
    bool heads;      /* "Image 1: ..." at the start of a sentence */
    bool places;     /* "in image 1", "on the first picture" */
} mention;

typedef struct mentions {
    mention items[MOST_MENTIONS];
    size_t n;
    bool zero_based; /* "image 0" is met */
} mentions;

static const rs_str image_tag = {"<image>", 7};

/* ---- words ----------------------------------------------------------------------------------- */

static bool is_word_byte(char c)
{
    return rs_ascii_is_letter(c) || rs_ascii_is_digit(c);
}

/* The next run of letters or of digits at or behind *i, tags passed over; empty at the end. */
static rs_str next_word(rs_str text, size_t *i)
{
    while (*i < text.len && !is_word_byte(text.ptr[*i])) {
        bool tag = rs_str_starts(rs_str_sub(text, *i, text.len), image_tag);
        *i += tag ? image_tag.len : 1;
    }
    size_t begin = *i;
    bool digits = begin < text.len && rs_ascii_is_digit(text.ptr[begin]);
    while (*i < text.len && is_word_byte(text.ptr[*i]) && rs_ascii_is_digit(text.ptr[*i]) == digits)
        ++*i;
    return rs_str_sub(text, begin, *i);
}

static bool is_one_of(rs_str word, const char *const *list)
{
    for (; *list; list++)
        if (rs_str_eq_nocase(word, rs_str_of(*list))) return true;
    return false;
}

static bool is_picture(rs_str word)
{
    static const char *const words[] = {"image", "picture", "photo", "img",        "frame",
                                        "scene", "figure",  "view",  "photograph", NULL};
    return is_one_of(word, words);
}

static bool is_pictures(rs_str word)
{
    return word.len > 1 && (word.ptr[word.len - 1] == 's' || word.ptr[word.len - 1] == 'S') &&
           is_picture(rs_str_sub(word, 0, word.len - 1));
}

/* "second" -> 1, "last" -> n - 1; NO_PICTURE = no ordinal. */
static int32_t ordinal_of(rs_str word, uint32_t n)
{
    static const char *const words[] = {"first", "second", "third", "fourth", "fifth", "sixth"};
    for (int32_t i = 0; i < 6; i++)
        if (rs_str_eq_nocase(word, rs_str_of(words[i]))) return i;
    if (rs_str_eq_nocase(word, RS_STR("last"))) return (int32_t)n - 1;
    if (rs_str_eq_nocase(word, RS_STR("former"))) return n == 2 ? 0 : UNCLEAR;
    if (rs_str_eq_nocase(word, RS_STR("latter"))) return n == 2 ? 1 : UNCLEAR;
    return NO_PICTURE;
}

/* "2" -> 2, "B" -> 2; -1 = neither. */
static int32_t number_of(rs_str word)
{
    if (word.len == 1 && word.ptr[0] >= 'A' && word.ptr[0] <= 'H') return word.ptr[0] - 'A' + 1;
    if (word.len == 0 || word.len > 3 || !rs_ascii_is_digit(word.ptr[0])) return -1;
    int32_t v = 0;
    for (size_t i = 0; i < word.len; i++) v = v * 10 + (word.ptr[i] - '0');
    return v;
}

/* Words of place and time in front of a picture that count it in some way of their own. */
static bool is_vague(rs_str word)
{
    static const char *const words[] = {
        "other",    "another",  "before", "after",  "pre",       "post",  "earlier", "later",
        "previous", "next",     "former", "latter", "left",      "right", "top",     "bottom",
        "event",    "disaster", "target", "query",  "reference", "each",  "change",  NULL};
    return is_one_of(word, words);
}

/* Words behind an ordinal that leave it standing for the picture: "not in the first one". */
static bool leaves_alone(rs_str word)
{
    static const char *const words[] = {
        "",     "one",    "but",  "and",  "or",   "is",    "was",  "has",   "in",
        "with", "by",     "than", "not",  "to",   "which", "that", "where", "compared",
        "vs",   "versus", "are",  "does", "when", "from",  NULL};
    return is_one_of(word, words);
}

/* Words that compare pictures, deny one, or tell of another time: the picture that is named beside
 * them need not be the box's. */
static bool is_comparison(rs_str word)
{
    static const char *const words[] = {
        "not",        "no",          "none",     "t",         "unlike",     "without",
        "never",      "neither",     "nor",      "except",    "excluding",  "but",
        "than",       "compare",     "compared", "comparing", "comparison", "versus",
        "vs",         "differ",      "differs",  "different", "difference", "differences",
        "change",     "changes",     "changed",  "moved",     "move",       "before",
        "after",      "previously",  "earlier",  "later",     "now",        "then",
        "other",      "another",     "both",     "was",       "were",       "had",
        "did",        "gone",        "went",     "go",        "instead",    "rather",
        "originally", "disappeared", "missing",  "whereas",   "while",      "since",
        "relative",   "match",       "matches",  "matching",  "same",       "corresponding",
        "correspond", "similar",     NULL};
    return is_one_of(word, words);
}

static bool compares(rs_str text)
{
    for (size_t i = 0; i < text.len;)
        if (is_comparison(next_word(text, &i))) return true;
    return false;
}

/* ---- mentions -------------------------------------------------------------------------------- */

/* Where the words end before byte `at`: behind the last letter or digit. */
static size_t words_end(rs_str text, size_t at)
{
    while (at > 0 && !is_word_byte(text.ptr[at - 1]) && !memchr(".;:\n!?>", text.ptr[at - 1], 7))
        at--;
    return at;
}

/* The word that ends before byte *at of the same clause, which moves to its begin. */
static rs_str word_before(rs_str text, size_t *at)
{
    const size_t end = words_end(text, *at);
    size_t begin = end;
    while (begin > 0 && is_word_byte(text.ptr[begin - 1])) begin--;
    *at = begin;
    return rs_str_sub(text, begin, end);
}

/* What stands in front of a mention: nothing but "in the", or a word of place. */
static void look_before(mention *m, rs_str text, bool colon)
{
    static const char *const places[] = {"in", "on", "within", "inside", NULL};
    size_t at = m->at;
    rs_str word = word_before(text, &at);
    if (rs_str_eq_nocase(word, RS_STR("the"))) word = word_before(text, &at);
    m->places = is_one_of(word, places);
    if (rs_str_eq_nocase(word, RS_STR("in"))) word = word_before(text, &at);
    else if (rs_str_eq_nocase(word, RS_STR("for"))) word = word_before(text, &at);
    m->heads = colon && word.len == 0;
}

static void add_mention(mentions *m, rs_str text, size_t at, size_t end, int32_t picture)
{
    if (m->n == MOST_MENTIONS) { /* so many: nothing is clear any more */
        m->items[0].picture = UNCLEAR;
        return;
    }
    size_t i = end;
    while (i < text.len && (text.ptr[i] == ' ' || text.ptr[i] == '*' || text.ptr[i] == ')')) i++;
    bool colon = i < text.len && text.ptr[i] == ':';
    if (colon) i++;
    while (i < text.len && rs_ascii_is_space(text.ptr[i])) i++;
    bool defines = rs_str_starts(rs_str_sub(text, i, text.len), image_tag);
    mention *new = &m->items[m->n++];
    *new = (mention){.at = at, .end = end, .picture = picture, .defines = defines};
    look_before(new, text, colon);
}

/* "image 2", "Image-B", "<image 2>"; the word for a picture ends at `end`. */
static bool add_numbered(mentions *m, rs_str text, size_t at, size_t end)
{
    size_t i = end;
    rs_str word = next_word(text, &i);
    int32_t number = number_of(word);
    size_t gap = (size_t)(word.ptr - text.ptr) - end;
    if (number < 0 || gap > 3) return false;
    for (size_t k = end; k < end + gap; k++)
        if (!memchr(" -_#(", text.ptr[k], 5)) return false;
    if (number == 0) m->zero_based = true;
    add_mention(m, text, at, i, number);
    return true;
}

/* All mentions of a text. */
static void find_mentions(rs_str text, uint32_t n_pictures, mentions *m)
{
    rs_str before = {0};
    for (size_t i = 0; i < text.len;) {
        rs_str word = next_word(text, &i);
        if (!word.len) break;
        size_t at = (size_t)(word.ptr - text.ptr), behind = i;
        int32_t ordinal = ordinal_of(word, n_pictures);
        if (ordinal == NO_PICTURE && rs_ascii_is_digit(word.ptr[0])) { /* 2nd */
            size_t k = i;
            rs_str suffix = next_word(text, &k);
            static const char *const suffixes[] = {"st", "nd", "rd", "th", NULL};
            if (suffix.ptr == text.ptr + i && is_one_of(suffix, suffixes)) {
                ordinal = number_of(word) - 1;
                behind = i = k;
            }
        }
        if (ordinal != NO_PICTURE) {
            rs_str one = next_word(text, &behind), two = next_word(text, &behind);
            bool named = is_picture(one) || (is_picture(two) && ordinal_of(one, 2) == NO_PICTURE);
            if (named || leaves_alone(one))
                add_mention(m, text, at, i, ordinal == UNCLEAR ? UNCLEAR : ORDINAL + ordinal);
        } else if (is_picture(word)) {
            if (!add_numbered(m, text, at, i) && is_vague(before))
                add_mention(m, text, at, i, UNCLEAR);
        } else if (is_pictures(word)) {
            size_t n = m->n;
            if (add_numbered(m, text, at, i)) m->items[n].picture = UNCLEAR;
        }
        before = word;
    }
}

/* ---- which one ------------------------------------------------------------------------------- */

/* What "image k" names: the tag that the texts put behind these words, else the k-th picture. */
typedef struct naming {
    int32_t tag_of[MOST_MENTIONS]; /* by number; -1 = not defined */
    bool any, zero_based;
    uint32_t n_pictures, n_tags;
} naming;

static void learn_names(const rs_sample *sample, naming *names)
{
    *names = (naming){.n_pictures = 0};
    for (int i = 0; i < MOST_MENTIONS; i++) names->tag_of[i] = -1;
    for (uint32_t a = 0; a < sample->n_assets; a++)
        names->n_pictures += sample->assets[a].role != RS_ASSET_MASK;
    int32_t tag = 0;
    for (uint32_t t = 0; t < sample->n_turns; t++) {
        rs_str text = sample->turns[t].text;
        mentions m = {.n = 0};
        find_mentions(text, names->n_pictures, &m);
        names->zero_based = names->zero_based || m.zero_based;
        size_t k = 0;
        for (size_t at = 0, found;
             (found = rs_str_find(rs_str_sub(text, at, text.len), image_tag)) != RS_NPOS; tag++) {
            size_t begin = at + found;
            for (; k < m.n && m.items[k].at < begin; k++) {
                int32_t number = m.items[k].picture;
                if (!m.items[k].defines || number < 0 || number >= MOST_MENTIONS) continue;
                names->tag_of[number] = tag;
                names->any = true;
            }
            at = begin + image_tag.len;
        }
    }
    names->n_tags = (uint32_t)tag;
}

static int32_t resolve(const naming *names, int32_t number)
{
    if (number == UNCLEAR) return UNCLEAR;
    int32_t picture = number - (names->zero_based ? 0 : 1);
    if (number >= ORDINAL) picture = number - ORDINAL;
    else if (names->any)
        picture = number >= 0 && number < MOST_MENTIONS ? names->tag_of[number] : -1;
    return picture >= 0 && (uint32_t)picture < names->n_pictures ? picture : UNCLEAR;
}

/* The sentence or the part of one that holds bytes [begin, end). */
static rs_str clause_of(rs_str text, size_t *begin, size_t end)
{
    size_t from = *begin, to = end;
    while (from > 0 && !memchr(".;\n!?", text.ptr[from - 1], 5)) from--;
    while (to < text.len && !memchr(".;\n!?", text.ptr[to], 5)) to++;
    *begin = from;
    return rs_str_sub(text, from, to);
}

/* The one picture in which a clause places what it speaks of; NO_PICTURE = it names none. */
static int32_t of_clause(const mentions *m, const naming *names, size_t from, rs_str clause)
{
    int32_t found = NO_PICTURE;
    for (size_t i = 0; i < m->n; i++) {
        const mention *one = &m->items[i];
        if (one->defines || one->at < from || one->at >= from + clause.len) continue;
        const bool told = (one->places || one->heads) && !compares(clause);
        const int32_t picture = told ? resolve(names, one->picture) : UNCLEAR;
        if (found != NO_PICTURE && found != picture) return UNCLEAR;
        found = picture;
    }
    return found;
}

/* The heading above a box ("Image 2: [..]"), in a text that names pictures by headings alone and
 * compares nothing since. */
static int32_t of_heading(const mentions *m, const naming *names, rs_str text, size_t begin)
{
    const mention *heading = NULL;
    for (size_t i = 0; i < m->n; i++) {
        if (m->items[i].defines) continue;
        if (!m->items[i].heads) return NO_PICTURE;
        if (m->items[i].at < begin) heading = &m->items[i];
    }
    if (!heading || compares(rs_str_sub(text, heading->end, begin))) return NO_PICTURE;
    return resolve(names, heading->picture);
}

static bool names_any(const mentions *m)
{
    for (size_t i = 0; i < m->n; i++)
        if (!m->items[i].defines) return true;
    return false;
}

/* By the words of the box's own turn; UNCLEAR where it names pictures and does not place the box:
 * what the question says does not count then. */
static int32_t of_words(const mentions *m, const naming *names, rs_str text, size_t begin,
                        size_t end)
{
    if (!names_any(m)) return NO_PICTURE;
    int32_t found = of_heading(m, names, text, begin);
    if (found != NO_PICTURE) return found;
    size_t from = begin;
    const rs_str clause = clause_of(text, &from, end);
    found = of_clause(m, names, from, clause);
    return found == NO_PICTURE ? UNCLEAR : found;
}

/* By the question, whose every mention must place what is asked for in one picture. */
static int32_t of_question(const mentions *m, const naming *names, rs_str text)
{
    int32_t found = NO_PICTURE;
    const size_t asked = rs_str_rfind_char(text, '?'); /* behind it: how to answer */
    if (names_any(m) && compares(rs_str_sub(text, 0, asked))) return UNCLEAR;
    for (size_t i = 0; i < m->n; i++) {
        if (m->items[i].defines) continue;
        size_t from = m->items[i].at;
        const rs_str clause = clause_of(text, &from, m->items[i].end);
        const int32_t picture = of_clause(m, names, from, clause);
        if (found != NO_PICTURE && found != picture) return UNCLEAR;
        found = picture;
    }
    return found;
}

/* By tags alone: the turn's or the last question's single tag, or a box between two tags. */
static int32_t of_tags(const rs_sample *sample, const naming *names, size_t turn, size_t begin)
{
    if (names->n_tags != names->n_pictures) return NO_PICTURE;
    int32_t before = 0, in_turn = 0, last = NO_PICTURE;
    for (size_t t = 0; t <= turn; t++) {
        rs_str text = sample->turns[t].text;
        size_t n = 0, n_before_box = 0;
        for (size_t at = 0, found;
             (found = rs_str_find(rs_str_sub(text, at, text.len), image_tag)) != RS_NPOS;
             at += found + image_tag.len, n++)
            n_before_box += at + found < begin;
        if (n == 0) continue;
        in_turn = (int32_t)n;
        last = in_turn == 1 ? before : NO_PICTURE;
        if (t == turn && n > 1 && n_before_box > 0 && n_before_box < n)
            last = before + (int32_t)n_before_box - 1;
        before += in_turn;
    }
    return last;
}

/* The picture whose file name stands in the box's own object. */
static int32_t of_name(const rs_sample *sample, rs_str object)
{
    int32_t found = NO_PICTURE;
    for (uint32_t a = 0; a < sample->n_assets; a++) {
        rs_str name = rs_str_basename(sample->assets[a].path);
        if (name.len < 3 || rs_str_find(object, name) == RS_NPOS) continue;
        if (found != NO_PICTURE) return UNCLEAR;
        found = (int32_t)a;
    }
    /* a number of a picture counts from 0 or from 1: nobody says */
    static const char *const keys[] = {"\"image_id\"", "\"image_index\"", "\"img_idx\"",
                                       "\"frame\""};
    for (size_t i = 0; i < sizeof keys / sizeof *keys && found == NO_PICTURE; i++)
        if (rs_str_find(object, rs_str_of(keys[i])) != RS_NPOS) found = UNCLEAR;
    return found;
}

int32_t rs_box_picture(const rs_sample *sample, size_t turn, size_t begin, size_t end)
{
    naming names;
    if (sample->n_assets == 0) return -1;
    if (sample->n_assets == 1) return 0;
    learn_names(sample, &names);
    if (names.n_pictures == 1) return 0;
    rs_str text = sample->turns[turn].text;
    int32_t found = of_name(sample, rs_str_sub(text, begin, end));
    mentions m = {.n = 0};
    if (found == NO_PICTURE) {
        find_mentions(text, names.n_pictures, &m);
        found = of_words(&m, &names, text, begin, end);
    }
    bool answer = sample->turns[turn].role == RS_TURN_ASSISTANT && turn > 0;
    if (found == NO_PICTURE && answer) { /* the question says it */
        m = (mentions){.n = 0};
        rs_str question = sample->turns[turn - 1].text;
        find_mentions(question, names.n_pictures, &m);
        found = of_question(&m, &names, question);
    }
    if (found == NO_PICTURE) found = of_tags(sample, &names, turn, begin);
    return found >= 0 ? found : -1;
}
