/* Question-answer text, one item a line, spelled by a pattern such as `<image>:<question>?<answer>`
 * (RSIVQA). What stands between two fields is matched where it comes first after the field before;
 * a
 * '?' or '.' behind the question belongs to its words.
 * Quirks met: a blank behind ':' and no file extension in some files, questions whose object is
 * missing ("How many  in the picture"), lines that stand twice, CRLF, empty lines (skipped); a
 * comma for a decimal point among numbers that commas part (RSVG-HR). */
#include "base/alloc.h"
#include "base/num.h"
#include "codec/lines.h"
#include "readers/jump.h"
#include "readers/parse.h"

#include <inttypes.h>

enum { MAX_FIELDS = 8 };

typedef enum rs_line_field {
    IMAGE,
    QUESTION,
    ANSWER,
    CAPTION,
    PHRASE,
    ID,
    TYPE,
    XMIN,
    YMIN,
    XMAX,
    YMAX,
    SKIP,
    N_FIELDS
} rs_line_field;
static const char *const field_names[] = {"image",  "question", "answer", "caption",
                                          "phrase", "id",       "type",   "xmin",
                                          "ymin",   "xmax",     "ymax",   "skip"};
enum { N_SIDES = 4 };

struct lines {
    const rs_source *source;
    const rs_source_files *files;
    uint32_t use;
    size_t file;
    rs_io_stream *stream;
    rs_lines reader;
    int64_t ordinal;
    rs_arena arena;
    rs_str before; /* literal in front of the first field */
    rs_line_field fields[MAX_FIELDS];
    rs_str behind[MAX_FIELDS]; /* literal behind each field; the last may be empty */
    size_t n_fields;
    bool trim, has_box;
    const rs_convention *const *conventions; /* of the box */
    size_t n_conventions;
    const rs_convention *px;
    rs_jump jump;
    rs_words task_by_text, skill_by_text;
};

/* ---- the pattern ----------------------------------------------------------------------------- */

static rsift_status bad_pattern(rs_str pattern, const char *why, rsift_error *err)
{
    return rs_err_set(err, RSIFT_E_ARG, "parameter pattern \"%.*s\": %s",
                      RS_STR_ARG(rs_str_sub(pattern, 0, 100)), why);
}

/* "<image>:<question>?<answer>" -> the fields in order and the literal behind each. */
static rsift_status read_pattern(struct lines *state, rs_str pattern, rsift_error *err)
{
    rs_str left = pattern; /* always begins with '<' in the loop below */
    size_t open = rs_str_find_char(left, '<');
    if (open == RS_NPOS) return bad_pattern(pattern, "expected fields such as <image>", err);
    state->before = rs_str_sub(left, 0, open);
    left = rs_str_sub(left, open, left.len);
    while (left.len) {
        size_t close = rs_str_find_char(left, '>');
        if (close == RS_NPOS || state->n_fields == MAX_FIELDS)
            return bad_pattern(pattern, "a '>' is missing or there are too many fields", err);
        rs_str name = rs_str_sub(left, 1, close);
        size_t field = 0;
        while (field < N_FIELDS && !rs_str_eq(name, rs_str_of(field_names[field]))) field++;
        if (field == N_FIELDS) return bad_pattern(pattern, "a field has an unknown name", err);
        left = rs_str_sub(left, close + 1, left.len);
        open = rs_str_find_char(left, '<');
        if (open == RS_NPOS) open = left.len;
        if (open == 0 && left.len) return bad_pattern(pattern, "two fields follow each other", err);
        state->fields[state->n_fields] = (rs_line_field)field;
        state->behind[state->n_fields++] = rs_str_sub(left, 0, open);
        left = rs_str_sub(left, open, left.len);
    }
    return RSIFT_OK;
}

/* A box has all four sides, or the pattern has none of them. */
static rsift_status check_sides(struct lines *state, rs_str pattern, rsift_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < state->n_fields; i++)
        n += state->fields[i] >= XMIN && state->fields[i] <= YMAX;
    state->has_box = n == N_SIDES;
    if (n == 0 || n == N_SIDES) return RSIFT_OK;
    return bad_pattern(pattern, "a box needs <xmin>, <ymin>, <xmax> and <ymax>", err);
}

/* Cuts a line into its fields; false = it does not follow the pattern. */
static bool match(const struct lines *state, rs_str line, rs_str out[N_FIELDS])
{
    for (size_t i = 0; i < N_FIELDS; i++) out[i] = (rs_str){0};
    if (!rs_str_starts(line, state->before)) return false;
    line = rs_str_sub(line, state->before.len, line.len);
    for (size_t i = 0; i < state->n_fields; i++) {
        rs_str literal = state->behind[i];
        /* the last field has no literal and reaches to the line's end */
        size_t at = literal.len ? rs_str_find(line, literal) : line.len;
        if (at == RS_NPOS) return false;
        /* "how many?" keeps its mark although the pattern spells it as a literal */
        bool mark = literal.len && (literal.ptr[0] == '?' || literal.ptr[0] == '.');
        size_t end = state->fields[i] == QUESTION && mark ? at + 1 : at;
        out[state->fields[i]] = rs_str_sub(line, 0, end);
        line = rs_str_sub(line, at + literal.len, line.len);
    }
    return line.len == 0;
}

/* ---- cut ------------------------------------------------------------------------------------- */

static rsift_status lines_open(void *opened, const rs_source *source, rs_chunk *first,
                               rsift_error *err)
{
    (void)first;
    struct lines *state = opened;
    state->source = source;
    state->files = rs_source_files_of(source, "lines");
    if (!state->files) return rs_err_set(err, RSIFT_E_ARG, "the source names no \"lines\" files");
    state->use = (uint32_t)(state->files - source->files);
    rs_str trim = rs_source_param(source, "trim", RS_STR("yes"));
    state->trim = rs_str_eq(trim, RS_STR("yes")) || rs_str_eq(trim, RS_STR("true"));
    RS_TRY(read_pattern(
        state, rs_source_param(source, "pattern", RS_STR("<image>:<question>?<answer>")), err));
    RS_TRY(check_sides(state, rs_source_param(source, "pattern", RS_STR("")), err));
    RS_TRY(rs_conventions_of(&state->arena, source, "box_convention", &state->conventions,
                             &state->n_conventions, err));
    if (state->n_conventions == 0) { /* xmin and ymax are words for corners in pixels */
        state->px = rs_geom_convention(RS_STR("px"));
        state->conventions = &state->px;
        state->n_conventions = 1;
    }
    RS_TRY(rs_words_of(&state->arena, source, "task_by_text", &state->task_by_text, err));
    RS_TRY(rs_words_of(&state->arena, source, "skill_by_text", &state->skill_by_text, err));
    rs_task task;
    for (size_t i = 0; i < state->task_by_text.n; i++)
        if (!rs_model_task_parse(state->task_by_text.to[i], &task))
            return rs_err_set(err, RSIFT_E_ARG, "parameter task_by_text: \"%.*s\" is no known task",
                              RS_STR_ARG(rs_str_sub(state->task_by_text.to[i], 0, 64)));
    return RSIFT_OK;
}

static void close_file(struct lines *state)
{
    rs_lines_fini(&state->reader);
    rs_io_close(state->stream);
    state->stream = NULL;
}

static void lines_close(void *opened)
{
    struct lines *state = opened;
    close_file(state);
    rs_jump_close(&state->jump);
    rs_arena_fini(&state->arena);
}

static rsift_status lines_at(void *opened, const rs_record_ref *ref, rs_chunk *chunk,
                             rsift_error *err)
{
    struct lines *state = opened;
    rs_jump_to to = {state->source, state->files, ref, .keyed = false};
    return rs_jump_record(&state->jump, &to, chunk, NULL, err);
}

/* The next line of the current file, which is opened first when needed. */
static rsift_status next_line(struct lines *state, rs_str *line, int64_t *offset, rsift_error *err)
{
    if (!state->stream) {
        RS_TRY(rs_io_open(state->source->tree, state->files->members[state->file], &state->stream,
                          err));
        state->reader = (rs_lines){.source = rs_io_source(state->stream)};
        if (state->source->limits) state->reader.max_line = state->source->limits->max_string;
    }
    return rs_lines_next(&state->reader, line, offset, err);
}

/* A line as a raw record; empty ones are counted as skipped. */
static rsift_status add_line(struct lines *state, rs_str line, int64_t offset, rs_chunk *chunk,
                             rsift_error *err)
{
    int64_t ordinal = state->ordinal++;
    /* a byte order mark belongs to no line; the record begins behind it */
    if (offset == 0 && rs_str_starts(line, RS_STR("\xEF\xBB\xBF"))) {
        line = rs_str_sub(line, 3, line.len);
        offset = 3;
    }
    if (rs_str_trim(line).len == 0) {
        chunk->counts[0].seen++;
        chunk->counts[0].skipped++;
        return RSIFT_OK;
    }
    rs_raw *raw = rs_chunk_add(chunk);
    if (!raw) return rs_err_nomem(err, "a raw record");
    raw->ordinal = ordinal;
    raw->offset = offset;
    raw->use = state->use;
    raw->file = (uint32_t)state->file;
    raw->content = rs_arena_str(&chunk->arena, line);
    chunk->n_bytes += line.len;
    return raw->content.ptr ? RSIFT_OK : rs_err_nomem(err, "a raw record");
}

/* Lines of one file after the other. */
static rsift_status lines_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    struct lines *state = opened;
    while (state->file < state->files->n && chunk->n < RS_CHUNK_RECORDS &&
           chunk->n_bytes < RS_CHUNK_BYTES) {
        rs_str line;
        int64_t offset = 0;
        rsift_error why = {0};
        rsift_status status = next_line(state, &line, &offset, &why);
        if (status == RSIFT_OK) {
            RS_TRY(add_line(state, line, offset, chunk, err));
            continue;
        }
        /* a line above the limit or a damaged archive ends the file, not the source */
        if (status != RSIFT_END) {
            rs_str chain =
                rs_io_member_at(state->source->tree, state->files->members[state->file])->chain;
            if (!rs_str_starts(rs_str_of(why.where), chain))
                rs_err_within(&why, status, "%.*s", RS_STR_ARG(chain));
            RS_TRY(rs_chunk_broken(chunk, 0, state->ordinal++, status, &why, err));
        }
        close_file(state);
        state->file++;
    }
    return chunk->n ? RSIFT_OK : RSIFT_END;
}

/* ---- parse ----------------------------------------------------------------------------------- */

static rsift_status add_turn(rs_parse *p, rs_sample *sample, rs_turn *turns, rs_turn_role role,
                             rs_str text)
{
    if (!text.ptr) return RSIFT_OK;
    turns[sample->n_turns].role = role;
    return rs_parse_copy(p, text, &turns[sample->n_turns++].text);
}

/* Does a number stand at the head of the field behind the box, parted from the rest like the box's
 * own numbers? Then one of them holds the separator ("216,00") and none is where it seems to be. */
static bool is_shifted(const struct lines *state, const rs_str fields[N_FIELDS])
{
    for (size_t i = 0; i + 1 < state->n_fields; i++) {
        const rs_line_field field = state->fields[i], next = state->fields[i + 1];
        if (field < XMIN || field > YMAX || (next >= XMIN && next <= YMAX)) continue;
        const rs_str rest = rs_str_trim(fields[next]);
        const size_t n = rs_num_span(rest);
        if (n && rs_str_starts(rs_str_sub(rest, n, rest.len), state->behind[i])) return true;
    }
    return false;
}

/* The four sides as a region named by the phrase. *bad, after a finding: they are no box. */
static rsift_status add_box(rs_parse *p, const struct lines *state, const rs_str fields[N_FIELDS],
                            rs_sample *sample, bool *bad)
{
    char quote[RS_QUOTE_SIZE];
    rs_region_list list = {0};
    const rs_convention *convention =
        rs_parse_convention(state->conventions, state->n_conventions, N_SIDES);
    double *coords = rs_arena_alloc(&p->batch->arena, N_SIDES * sizeof *coords);
    rs_region *region = coords ? rs_parse_region(p, &list) : NULL;
    if (!region) return rs_err_nomem(p->err, "a region");
    for (size_t i = 0; i < N_SIDES && !*bad; i++) {
        const rs_str text = rs_str_trim(fields[XMIN + i]);
        *bad = !rs_num_double(text, &coords[i]);
        if (*bad)
            return rs_parse_find(p, RS_F_FORMAT, rs_str_of(field_names[XMIN + i]),
                                 "expected a number, found \"%s\"", rs_err_quote(quote, text));
    }
    *bad = is_shifted(state, fields);
    if (*bad)
        return rs_parse_find(p, RS_F_FORMAT, RS_STR(""),
                             "a number more than the pattern has, as of a comma for a point: "
                             "\"%s\"",
                             rs_err_quote(quote, p->raw->content));
    *bad = !convention;
    if (*bad)
        return rs_parse_find(p, RS_F_FORMAT, RS_STR("box_convention"),
                             "no convention is known for 4 numbers");
    *region = (rs_region){.kind = rs_parse_kind(convention),
                          .label = RS_STR(""),
                          .coords = coords,
                          .n_coords = N_SIDES,
                          .convention = convention,
                          .turn = -1};
    if (fields[PHRASE].ptr) RS_TRY(rs_parse_copy(p, fields[PHRASE], &region->label));
    sample->regions = list.items;
    sample->n_regions = 1;
    return RSIFT_OK;
}

/* The sample of a line's fields. */
static rsift_status fill(rs_parse *p, const struct lines *state, const rs_str fields[N_FIELDS],
                         bool *bad)
{
    rs_sample *sample;
    rs_turn *turns;
    RS_TRY(rs_parse_sample(p, &sample));
    RS_TRY(rs_parse_turns(p, 4, &turns));
    sample->turns = turns;
    RS_TRY(add_turn(p, sample, turns, RS_TURN_USER, fields[QUESTION]));
    RS_TRY(add_turn(p, sample, turns, RS_TURN_PHRASE, fields[PHRASE]));
    RS_TRY(add_turn(p, sample, turns, RS_TURN_REFERENCE, fields[CAPTION]));
    RS_TRY(add_turn(p, sample, turns, RS_TURN_ASSISTANT, fields[ANSWER]));
    /* a question without an answer field: the answers of this part are withheld */
    sample->truth = fields[ANSWER].ptr != NULL || !fields[QUESTION].ptr;
    sample->original_id = RS_STR("");
    if (fields[ID].ptr) RS_TRY(rs_parse_copy(p, fields[ID], &sample->original_id));
    if (fields[TYPE].ptr) {
        RS_TRY(rs_parse_copy(p, fields[TYPE], &sample->release_type));
        RS_TRY(rs_parse_copy(p, rs_source_skill(p->source, fields[TYPE]), &sample->skill));
    }
    /* skill and task by words of the question, where the release has no type field */
    rs_str about = fields[QUESTION].ptr ? fields[QUESTION] : RS_STR("");
    size_t skill = rs_words_contained(&state->skill_by_text, about);
    if (skill != RS_NPOS) RS_TRY(rs_parse_copy(p, state->skill_by_text.to[skill], &sample->skill));
    size_t task = rs_words_contained(&state->task_by_text, about);
    if (task != RS_NPOS) rs_model_task_parse(state->task_by_text.to[task], &sample->task);
    if (state->has_box) RS_TRY(add_box(p, state, fields, sample, bad));
    if (!fields[IMAGE].ptr || *bad) return RSIFT_OK;
    return rs_parse_media(p, sample, fields[IMAGE], fields[ID], (rs_str){0});
}

/* One line -> one sample. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const struct lines *state = opened;
    rs_str line, fields[N_FIELDS];
    RS_TRY(rs_parse_utf8(p, p->raw->content, &line));
    if (!match(state, line, fields)) {
        char quote[RS_QUOTE_SIZE];
        return rs_parse_find(p, RS_F_FORMAT, RS_STR(""),
                             "the line does not follow the pattern: \"%s\"",
                             rs_err_quote(quote, line));
    }
    for (size_t i = 0; i < N_FIELDS && state->trim; i++)
        if (fields[i].ptr) fields[i] = rs_str_trim(fields[i]);
    fields[IMAGE] = fields[IMAGE].ptr ? rs_str_trim(fields[IMAGE]) : fields[IMAGE];
    if (fields[IMAGE].ptr && fields[IMAGE].len == 0)
        return rs_parse_find(p, RS_F_FIELD_MISSING, RS_STR("image"), "the line names no picture");
    bool bad = false;
    RS_TRY(fill(p, state, fields, &bad));
    if (!bad) *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status lines_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                rsift_error *err)
{
    const struct lines *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, 0, parse_one}, chunk, batch, err);
}

/* Up to five lines that each have a ':' and a '?' behind it; "Download: https://host/file?id=1" is
 * none. */
static int lines_probe(const rs_probe_input *input)
{
    if (!rs_str_ends_nocase(input->path, RS_STR(".txt"))) return 0;
    rs_str text = input->head, line;
    int n = 0;
    while (n < 5 && rs_str_line(&text, &line)) {
        size_t colon = rs_str_find_char(line, ':'), mark = rs_str_rfind_char(line, '?');
        if (colon == RS_NPOS || mark == RS_NPOS || mark < colon) return 0;
        if (rs_str_find(line, RS_STR("://")) != RS_NPOS) return 0;
        n++;
    }
    return n ? 70 : 0;
}

/* One's own lines: a pattern without a question is of captions, one of phrases and boxes of
 * grounding. */
static rs_task lines_task(const rs_source *source)
{
    rs_str pattern = rs_source_param(source, "pattern", RS_STR("<question>"));
    if (rs_str_find(pattern, RS_STR("<phrase>")) != RS_NPOS &&
        rs_str_find(pattern, RS_STR("<xmin>")) != RS_NPOS)
        return RS_TASK_GROUNDING_HBB;
    bool captions = rs_str_find(pattern, RS_STR("<caption>")) != RS_NPOS &&
                    rs_str_find(pattern, RS_STR("<question>")) == RS_NPOS;
    return captions ? RS_TASK_CAPTION : RS_TASK_VQA;
}

static const rs_reader_use uses[] = {
    {"lines", "*.txt *.csv *.tsv", .required = true},
    {0},
};
static const char *const passes[] = {"lines", NULL};
static const rs_param params[] = {
    {"box_convention", "convention", "px", "what the numbers of a box mean"},
    {"pattern", "text", "<image>:<question>?<answer>",
     "fields and what stands between them; a box is <xmin> <ymin> <xmax> <ymax>"},
    {"skill_by_text", "map", "", "words in the question -> skill"},
    {"task_by_text", "map", "", "words in the question -> task"},
    {"trim", "bool", "yes", "blanks around fields are dropped"},
    {0},
};

const rs_reader rs_reader_lines = {
    .name = "lines",
    .many_records = true,
    .version = 1,
    .summary = "text lines of picture, question and answer, cut by a pattern",
    .source = "spectralpublic/RSIVQA",
    .reads = "lines of text that follow its pattern",
    .takes = RS_TAKES_TEXT,
    .gives = RS_HAS_TEXT | RS_HAS_HBB,
    .task = RS_TASK_VQA,
    .task_of = lines_task,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct lines),
    .probe = lines_probe,
    .open = lines_open,
    .cut = lines_cut,
    .parse = lines_parse,
    .at = lines_at,
    .close = lines_close,
};
