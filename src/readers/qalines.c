/* One text file per picture, a question on one line and its answer on the next (CRSVQA). One sample
 * is one pair. Quirks met: CRLF, no final line end, questions that end with the full-width mark
 * (U+FF1F), names with a second dot (the picture's stem ends at the first one). */
#include "readers/feed_files.h"
#include "readers/parse.h"

#include <stdio.h>

enum { FILES, PAIRS };

struct qalines {
    rs_file_feed *feed; /* first: rs_file_feed_cut_state */
    const rs_source *source;
    rs_arena arena;
    rs_words skill_by_text;
};

static rsift_status qalines_open(void *opened, const rs_source *source, rs_chunk *first,
                                 rsift_error *err)
{
    (void)first;
    struct qalines *state = opened;
    state->source = source;
    RS_TRY(rs_words_of(&state->arena, source, "skill_by_text", &state->skill_by_text, err));
    return rs_file_feed_open(source, "texts", FILES, &state->feed, err);
}

static void qalines_close(void *opened)
{
    struct qalines *state = opened;
    rs_file_feed_close(state->feed);
    rs_arena_fini(&state->arena);
}

static bool is_question(rs_str line)
{
    return rs_str_ends(line, RS_STR("?")) || rs_str_ends(line, RS_STR("\xEF\xBC\x9F"));
}

/* Text without a byte order mark and the blank lines at its end, which are no pairs. */
static rs_str body_of(rs_str text)
{
    if (rs_str_starts(text, RS_STR("\xEF\xBB\xBF"))) text = rs_str_sub(text, 3, text.len);
    const rs_str words = rs_str_trim(text);
    return rs_str_sub(text, 0, words.len ? (size_t)(words.ptr - text.ptr) + words.len : 0);
}

/* The sample of one pair; `number` counts the pairs of the file from 0. */
static rsift_status add_pair(rs_parse *p, const struct qalines *state, const rs_str pair[2],
                             uint32_t number, rs_str stem)
{
    rs_sample *sample;
    rs_turn *turns;
    RS_TRY(rs_parse_sample(p, &sample));
    RS_TRY(rs_parse_turns(p, 2, &turns));
    sample->sub = number; /* a pair that cannot be read does not move those behind it */
    sample->turns = turns;
    sample->n_turns = 2;
    turns[0].role = RS_TURN_USER;
    turns[1].role = RS_TURN_ASSISTANT;
    RS_TRY(rs_parse_copy(p, pair[0], &turns[0].text));
    RS_TRY(rs_parse_copy(p, pair[1], &turns[1].text));
    RS_TRY(rs_parse_copy(p, stem, &sample->original_id));
    const size_t skill = rs_words_contained(&state->skill_by_text, pair[0]);
    if (skill != RS_NPOS) RS_TRY(rs_parse_copy(p, state->skill_by_text.to[skill], &sample->skill));
    return rs_parse_media(p, sample, stem, stem, (rs_str){0});
}

/* A pair that is none: an answer where a question is due, or a line without its partner. */
static rsift_status refuse_pair(rs_parse *p, size_t line, const char *why, rs_str text)
{
    char where[48], quote[RS_QUOTE_SIZE];
    snprintf(where, sizeof where, "line %zu", line);
    p->sample = -1; /* not about the pair before it */
    p->batch->counts[PAIRS].set_aside++;
    return rs_parse_find(p, RS_F_FORMAT, rs_str_of(where), "%s: \"%s\"", why,
                         rs_err_quote(quote, text));
}

/* One text file -> a sample for each of its pairs. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const struct qalines *state = opened;
    rs_str text, pair[2], name = rs_str_basename(p->raw->key);
    const rs_str stem = rs_str_sub(name, 0, rs_str_find_char(name, '.'));
    rs_count *count = &p->batch->counts[PAIRS];
    uint32_t n_used = 0;
    RS_TRY(rs_parse_utf8(p, p->raw->content, &text));
    text = body_of(text);
    for (uint32_t number = 0; rs_str_line(&text, &pair[0]); number++) {
        const bool has_answer = rs_str_line(&text, &pair[1]);
        pair[0] = rs_str_trim(pair[0]);
        pair[1] = has_answer ? rs_str_trim(pair[1]) : RS_STR("");
        const size_t line = 2 * (size_t)number + 1;
        count->seen++;
        if (!has_answer) {
            RS_TRY(refuse_pair(p, line, "the last question has no line of an answer", pair[0]));
        } else if (!pair[0].len || (!is_question(pair[0]) && is_question(pair[1]))) {
            RS_TRY(refuse_pair(p, line, "expected a question and its answer below, found",
                               pair[0].len ? pair[0] : pair[1]));
        } else {
            RS_TRY(add_pair(p, state, pair, number, stem));
            count->used++;
            n_used++;
        }
    }
    if (n_used) *outcome = RS_OUTCOME_USED;
    else if (!rs_str_trim(p->raw->content).len)
        return rs_parse_find(p, RS_F_FORMAT, RS_STR(""), "the file is empty");
    return RSIFT_OK;
}

static rsift_status qalines_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                  rsift_error *err)
{
    const struct qalines *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, FILES, parse_one}, chunk, batch,
                         err);
}

/* Up to three pairs: a line that ends with a question mark, and a short one that does not. */
static int qalines_probe(const rs_probe_input *input)
{
    enum { LONGEST_ANSWER = 200 };
    if (!rs_str_ends_nocase(input->path, RS_STR(".txt"))) return 0;
    rs_str text = body_of(input->head), line, answer;
    int n = 0;
    while (n < 3 && rs_str_line(&text, &line)) {
        if (!rs_str_line(&text, &answer)) return n ? 75 : 0;
        line = rs_str_trim(line);
        answer = rs_str_trim(answer);
        if (!is_question(line) || line.len < 5 || is_question(answer) || !answer.len ||
            answer.len > LONGEST_ANSWER)
            return 0;
        n++;
    }
    return n ? 75 : 0;
}

static const rs_reader_use uses[] = {
    {"texts", "*.txt", .required = true},
    {0},
};
static const char *const passes[] = {"files", "pairs", NULL};
static const rs_param params[] = {
    {"skill_by_text", "map", "", "words in the question -> skill"},
    {0},
};

const rs_reader rs_reader_qalines = {
    .name = "qalines",
    .many_records = true,
    .version = 1,
    .summary = "one text file per picture, a question and its answer on alternate lines",
    .source = "MeimeiZhang-data/MQVQA MQVQA_code/dataset.py",
    .reads = "a question on one line and its answer on the next",
    .takes = RS_TAKES_TEXT,
    .probe_decides = true,
    .gives = RS_HAS_TEXT,
    .task = RS_TASK_VQA,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct qalines),
    .probe = qalines_probe,
    .open = qalines_open,
    .cut = rs_file_feed_cut_state,
    .parse = qalines_parse,
    .at = rs_file_feed_at_state,
    .close = qalines_close,
};
