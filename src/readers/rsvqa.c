/* RSVQA's triple: questions, answers and images in three JSON files, joined by id. One sample is
 * one question with its answer. Quirks met:
 *   - a split's file holds the complete database, with the rows of other splits replaced by the
 *     two-key row {"id": N, "active": false}; such rows are skipped
 *   - the picture is named by the image row's id (RSVQA) or file_name (CDVQA)
 *   - CDVQA has 16 image rows for one pair of pictures: merge_images_by: file_name
 *   - ids restart in every split; a source is one split */
#include "base/alloc.h"
#include "base/map.h"
#include "readers/feed_json.h"
#include "readers/parse.h"
#include "readers/rows.h"

#include <inttypes.h>

enum { QUESTIONS, ANSWERS, IMAGES };

typedef struct rs_picture {
    rs_str name;    /* fills {name} */
    uint32_t group; /* equal for rows that are one picture */
} rs_picture;

struct rsvqa {
    const rs_source *source;
    rs_json_feed questions;
    rs_rows answers, images;
    rs_picture *pictures; /* one for each image row */
    size_t cap_pictures;
    rs_strmap groups;
    bool has_answers, has_images, finished;
    rs_arena arena, scratch;
    rs_str image_name, merge_by, type_field;
};

/* ---- the two tables ----------------------------------------------------------------------- */

/* Placeholders of other splits are not active; a row without the key is. */
static bool is_active(const rs_json *row)
{
    bool active;
    return !rs_json_bool(rs_json_get(row, "active"), &active) || active;
}

typedef rsift_status rs_row_fn(struct rsvqa *state, const rs_json *value, rs_row *row,
                               rsift_error *err);

/* A file of rows that questions are joined with. */
typedef struct rs_table_file {
    const char *use; /* also the key of its rows */
    int pass;
    rs_rows *rows;
    rs_row_fn *fn; /* what the table keeps of a row beyond its id */
} rs_table_file;

/* Reads all rows of a use into a table. Rows that are no objects with an id are set aside. */
static rsift_status load(struct rsvqa *state, const rs_table_file *table, rs_chunk *first,
                         rsift_error *err)
{
    rs_json_feed feed;
    rsift_status status = rs_json_feed_open(&feed, state->source, table->use, rs_str_of(table->use),
                                            table->pass, err);
    while (status == RSIFT_OK) {
        rs_arena_reset(&state->scratch);
        status = rs_json_feed_next(&feed, &state->scratch, first, err);
        /* of each row its ids and the offset of its bytes are kept, not its text */
        for (size_t i = 0; i < feed.n_cuts && status == RSIFT_OK; i++) {
            const rs_json_cut *cut = &feed.cuts[i];
            const rs_json *value;
            rs_row row = {.owner = -1,
                          .offset = cut->offset,
                          .len = (uint32_t)cut->bytes.len,
                          .file = (uint16_t)feed.file};
            rsift_error why = {0};
            int64_t ordinal = feed.ordinal++;
            rsift_status parsed =
                rs_json_parse(&state->scratch, cut->bytes, state->source->limits, &value, &why);
            if (parsed == RSIFT_OK && !rs_row_id(rs_json_get(value, "id"), &row.id))
                parsed = rs_err_set(&why, RSIFT_E_FORMAT, "the row has no id");
            if (parsed != RSIFT_OK) {
                rs_err_within(&why, parsed, "%.*s > byte %" PRId64,
                              RS_STR_ARG(rs_json_feed_chain(&feed)), cut->offset);
                status = rs_chunk_broken(first, table->pass, ordinal, parsed, &why, err);
                continue;
            }
            row.active = is_active(value);
            status = table->fn(state, value, &row, err);
            if (status == RSIFT_OK) status = rs_rows_add(table->rows, &row, err);
        }
    }
    rs_json_feed_close(&feed);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* The question that the answer belongs to. */
static rsift_status load_answer(struct rsvqa *state, const rs_json *value, rs_row *row,
                                rsift_error *err)
{
    (void)state;
    (void)err;
    if (!rs_row_id(rs_json_get(value, "question_id"), &row->owner)) row->owner = -1;
    return RSIFT_OK;
}

/* The name that fills {name}, and which rows are one picture. */
static rsift_status load_image(struct rsvqa *state, const rs_json *value, rs_row *row,
                               rsift_error *err)
{
    if (!RS_VEC_RESERVE(state->pictures, state->cap_pictures, state->images.n + 1))
        return rs_err_nomem(err, "image rows");
    rs_str name = rs_json_text(&state->arena, rs_json_path(value, state->image_name));
    rs_str group = {0};
    if (state->merge_by.len)
        group = rs_json_text(&state->arena, rs_json_path(value, state->merge_by));
    /* without the field every row is a picture of its own */
    if (!group.ptr) group = rs_json_text(&state->arena, rs_json_get(value, "id"));
    rs_str kept = rs_arena_str(&state->arena, name.ptr ? name : RS_STR(""));
    size_t number = rs_strmap_put(&state->groups, group.ptr ? group : RS_STR(""), NULL);
    if (!kept.ptr || number == RS_NPOS) return rs_err_nomem(err, "an image row");
    state->pictures[state->images.n] = (rs_picture){.name = kept, .group = (uint32_t)number};
    (void)row;
    return RSIFT_OK;
}

/* Reads the tables of answers and images; questions are read while cutting. */
static rsift_status rsvqa_open(void *opened, const rs_source *source, rs_chunk *first,
                               rsift_error *err)
{
    struct rsvqa *state = opened;
    state->source = source;
    state->image_name = rs_source_param(source, "image_name", RS_STR("id"));
    state->merge_by = rs_source_param(source, "merge_images_by", RS_STR(""));
    state->type_field = rs_source_param(source, "type_field", RS_STR("type"));
    const rs_source_files *answers = rs_source_files_of(source, "answers");
    const rs_source_files *images = rs_source_files_of(source, "images");
    /* the answers may be withheld; without an images file the question's img_id is the name */
    state->has_answers = answers && answers->n;
    state->has_images = images && images->n;
    if (source->n_files &&
        ((answers && answers->n > UINT16_MAX) || (images && images->n > UINT16_MAX)))
        return rs_err_set(err, RSIFT_E_LIMIT, "a source has more than 65535 files of one use");
    if (state->has_answers) {
        RS_TRY(load(state, &(rs_table_file){"answers", ANSWERS, &state->answers, load_answer},
                    first, err));
        RS_TRY(rs_rows_open(&state->answers, source, answers, err));
    }
    if (state->has_images)
        RS_TRY(load(state, &(rs_table_file){"images", IMAGES, &state->images, load_image}, first,
                    err));
    rs_str path = RS_STR("questions");
    return rs_json_feed_open(&state->questions, source, "questions", path, QUESTIONS, err);
}

static void rsvqa_close(void *opened)
{
    struct rsvqa *state = opened;
    rs_json_feed_close(&state->questions);
    rs_rows_close(&state->answers);
    rs_rows_close(&state->images);
    rs_free(state->pictures);
    rs_strmap_fini(&state->groups);
    rs_arena_fini(&state->arena);
    rs_arena_fini(&state->scratch);
}

/* ---- joining ------------------------------------------------------------------------------ */

/* The answer row of a question: through answers_ids, else through the answers' question_id. */
static rsift_status find_answer(struct rsvqa *state, const rs_json *question, int64_t id,
                                size_t *out, rsift_error *err)
{
    *out = RS_NPOS;
    int64_t answer_id;
    const rs_json *ids = rs_json_get(question, "answers_ids");
    rs_json_iter it = rs_json_each(ids); /* of several answers the first one counts */
    if (rs_row_id(rs_json_next(&it, NULL), &answer_id)) {
        RS_TRY(rs_rows_by_id(&state->answers, answer_id, out, err));
        if (*out != RS_NPOS && state->answers.items[*out].active) return RSIFT_OK;
    }
    size_t at, n;
    *out = RS_NPOS;
    RS_TRY(rs_rows_by_owner(&state->answers, id, &at, &n, err));
    for (size_t i = 0; i < n; i++) {
        size_t row = state->answers.by_owner[at + i];
        if (!state->answers.items[row].active) continue;
        *out = row;
        break;
    }
    return RSIFT_OK;
}

/* A question that cannot be joined: counted and reported. */
static rsift_status set_aside(rs_chunk *chunk, rs_finding_code code, int64_t ordinal,
                              const char *what, int64_t id, rsift_error *err)
{
    chunk->counts[QUESTIONS].seen++;
    chunk->counts[QUESTIONS].set_aside++;
    return rs_chunk_find(chunk, code, ordinal, RS_STR(""), err, "question %" PRId64 " %s", id,
                         what);
}

/* What a question's row is joined with, before its text is read. */
typedef struct rs_joined {
    bool understood, skipped;
    int64_t id, image;
    size_t answer, picture; /* row numbers, RS_NPOS = none */
} rs_joined;

/* Finds the question's answer and image rows. A row that is no question is not understood here:
 * parse reports it. */
static rsift_status join(struct rsvqa *state, rs_str bytes, rs_joined *out, rsift_error *err)
{
    *out = (rs_joined){.answer = RS_NPOS, .picture = RS_NPOS};
    const rs_json *row;
    rsift_status status = rs_json_parse(&state->scratch, bytes, state->source->limits, &row, NULL);
    if (status == RSIFT_E_NOMEM) return rs_err_nomem(err, "a question");
    if (status != RSIFT_OK || rs_json_kind(row) != RS_JSON_OBJECT) return RSIFT_OK;
    out->skipped = !is_active(row);
    if (out->skipped) return RSIFT_OK;
    if (!rs_row_id(rs_json_get(row, "id"), &out->id) ||
        !rs_row_id(rs_json_get(row, "img_id"), &out->image))
        return RSIFT_OK;
    out->understood = true;
    if (state->has_answers) RS_TRY(find_answer(state, row, out->id, &out->answer, err));
    if (state->has_images) RS_TRY(rs_rows_by_id(&state->images, out->image, &out->picture, err));
    return RSIFT_OK;
}

/* extra = the answer's row, a line feed, the picture's name: all that is known of a question. */
static rsift_status attach(struct rsvqa *state, const rs_joined *joined, rs_chunk *chunk,
                           rs_raw *raw, rsift_error *err)
{
    rs_str name = RS_STR("");
    if (joined->picture != RS_NPOS) name = state->pictures[joined->picture].name;
    const rs_row *answer = joined->answer == RS_NPOS ? NULL : &state->answers.items[joined->answer];
    size_t n = answer ? answer->len : 0;
    char *extra = rs_arena_alloc(&chunk->arena, n + 1 + name.len);
    if (!extra) return rs_err_nomem(err, "a question's answer");
    if (answer) RS_TRY(rs_rows_read(&state->answers, answer, extra, err));
    extra[n] = '\n';
    if (name.len) memcpy(extra + n + 1, name.ptr, name.len);
    raw->extra = rs_str_make(extra, n + 1 + name.len);
    raw->key = rs_str_make(extra + n + 1, name.len);
    /* rows that no question uses are found at the end by this mark */
    if (answer) state->answers.items[joined->answer].used = 1;
    if (joined->picture != RS_NPOS) state->images.items[joined->picture].used = 1;
    chunk->n_bytes += raw->extra.len;
    return RSIFT_OK;
}

/* One question row: skipped, set aside, or a raw record with what it is joined with. */
static rsift_status cut_one(struct rsvqa *state, const rs_json_cut *cut, rs_chunk *chunk,
                            rsift_error *err)
{
    int64_t ordinal = state->questions.ordinal++;
    rs_joined joined;
    RS_TRY(join(state, cut->bytes, &joined, err));
    if (joined.skipped) {
        chunk->counts[QUESTIONS].seen++;
        chunk->counts[QUESTIONS].skipped++;
        return RSIFT_OK;
    }
    if (joined.understood && state->has_answers && joined.answer == RS_NPOS)
        return set_aside(chunk, RS_F_ANSWER_MISSING, ordinal, "has no answer row", joined.id, err);
    if (joined.understood && state->has_images && joined.picture == RS_NPOS)
        return set_aside(chunk, RS_F_LINK_ORPHAN, ordinal, "names an image that is not there",
                         joined.id, err);
    /* answers_ids and question_id must agree: else one of the files is of another edition */
    if (joined.answer != RS_NPOS) {
        const rs_row *answer = &state->answers.items[joined.answer];
        if (answer->owner != -1 && answer->owner != joined.id)
            return set_aside(chunk, RS_F_LINK_ORPHAN, ordinal,
                             "names an answer of another question", joined.id, err);
    }
    rs_raw *raw = rs_chunk_add(chunk);
    if (!raw) return rs_err_nomem(err, "a raw record");
    raw->ordinal = ordinal;
    raw->offset = cut->offset;
    raw->use = state->questions.use;
    raw->file = (uint32_t)state->questions.file;
    raw->content = rs_arena_str(&chunk->arena, cut->bytes);
    if (!raw->content.ptr) return rs_err_nomem(err, "a raw record");
    chunk->n_bytes += cut->bytes.len;
    return joined.understood ? attach(state, &joined, chunk, raw, err) : RSIFT_OK;
}

/* ---- the other two passes, at the end ------------------------------------------------------- */

/* Answers that no used question names are orphans. */
static rsift_status count_answers(struct rsvqa *state, rs_chunk *chunk, rsift_error *err)
{
    rs_count *count = &chunk->counts[ANSWERS];
    for (size_t i = 0; i < state->answers.n; i++) {
        const rs_row *row = &state->answers.items[i];
        count->seen++;
        if (!row->active) count->skipped++;
        else if (row->used) count->used++;
        else {
            count->set_aside++;
            RS_TRY(rs_chunk_find(chunk, RS_F_LINK_ORPHAN, -1, RS_STR("answers"), err,
                                 "answer %" PRId64 " belongs to no question that is used",
                                 row->id));
        }
    }
    return RSIFT_OK;
}

/* One row of each picture that a question uses is used, its other rows are merged into it; rows
 * without questions are skipped. */
static rsift_status count_images(struct rsvqa *state, rs_chunk *chunk, rsift_error *err)
{
    rs_count *count = &chunk->counts[IMAGES];
    size_t n = state->groups.n + 1;
    unsigned char *seen = rs_arena_calloc(&state->arena, n, 1); /* 1 = has questions, 2 = counted */
    if (!seen) return rs_err_nomem(err, "image counts");
    for (size_t i = 0; i < state->images.n; i++)
        if (state->images.items[i].used) seen[state->pictures[i].group] = 1;
    for (size_t i = 0; i < state->images.n; i++) {
        unsigned char *group = &seen[state->pictures[i].group];
        count->seen++;
        if (!state->images.items[i].active || *group == 0) count->skipped++;
        else if (*group == 2) count->merged++;
        else {
            count->used++;
            *group = 2;
        }
    }
    return RSIFT_OK;
}

static rsift_status rsvqa_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    struct rsvqa *state = opened;
    rsift_status status = RSIFT_OK;
    while (chunk->n < RS_CHUNK_RECORDS && chunk->n_bytes < RS_CHUNK_BYTES) {
        rs_arena_reset(&state->scratch);
        status = rs_json_feed_next(&state->questions, &state->scratch, chunk, err);
        for (size_t i = 0; i < state->questions.n_cuts && status == RSIFT_OK; i++)
            status = cut_one(state, &state->questions.cuts[i], chunk, err);
        if (status == RSIFT_END) break;
        RS_TRY(status);
    }
    if (chunk->n) return RSIFT_OK;
    if (!state->finished) { /* once, behind the last question */
        state->finished = true;
        RS_TRY(count_answers(state, chunk, err));
        RS_TRY(count_images(state, chunk, err));
    }
    return RSIFT_END;
}

/* ---- parse --------------------------------------------------------------------------------- */

/* The answer's text out of its row; *truth false = there is no answer row. */
static rsift_status read_answer(rs_parse *p, rs_str *out, bool *truth)
{
    /* extra is "row\nname"; the name's length is that of the key */
    rs_str row = rs_str_sub(p->raw->extra, 0, p->raw->extra.len - p->raw->key.len - 1);
    const rs_json *root;
    *out = (rs_str){0};
    *truth = row.len != 0;
    if (!row.len) return RSIFT_OK;
    RS_TRY(rs_parse_json(p, row, &root));
    if (!root) return RSIFT_OK;
    bool bad = false;
    RS_TRY(rs_parse_text(p, rs_json_get(root, "answer"), RS_STR("answer"), out, &bad));
    if (out->ptr || bad) return RSIFT_OK;
    return rs_parse_find(p, RS_F_ANSWER_MISSING, RS_STR("answer"), "the answer row has no answer");
}

/* The sample of a joined question. */
static rsift_status fill(rs_parse *p, const struct rsvqa *state, const rs_json *root,
                         rs_outcome *outcome)
{
    rs_sample *sample;
    rs_turn *turns;
    bool bad = false, truth;
    RS_TRY(rs_parse_sample(p, &sample));
    RS_TRY(rs_parse_turns(p, 2, &turns));
    turns[0].role = RS_TURN_USER;
    turns[1].role = RS_TURN_ASSISTANT;
    RS_TRY(
        rs_parse_text(p, rs_json_get(root, "question"), RS_STR("question"), &turns[0].text, &bad));
    if (bad) return RSIFT_OK;
    if (!turns[0].text.ptr)
        return rs_parse_find(p, RS_F_FIELD_MISSING, RS_STR("question"),
                             "the question row has no question");
    RS_TRY(read_answer(p, &turns[1].text, &truth));
    if (truth && !turns[1].text.ptr) return RSIFT_OK; /* set aside, with a finding */
    sample->truth = truth;
    sample->turns = turns;
    sample->n_turns = truth ? 2 : 1;
    rs_str id = rs_json_text(&p->batch->arena, rs_json_get(root, "id"));
    rs_str image = rs_json_text(p->scratch, rs_json_get(root, "img_id"));
    if (!id.ptr || !image.ptr) return rs_err_nomem(p->err, "an id");
    RS_TRY(rs_parse_copy(p, id, &sample->original_id));
    rs_str type = rs_json_str(rs_json_path(root, state->type_field));
    if (type.ptr) {
        RS_TRY(rs_parse_copy(p, type, &sample->release_type));
        RS_TRY(rs_parse_copy(p, rs_source_skill(p->source, type), &sample->skill));
    }
    /* without an image row the id itself is the picture's name ("Images_LR/{id}.tif") */
    RS_TRY(rs_parse_media(p, sample, p->raw->key.len ? p->raw->key : image, image, (rs_str){0}));
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

/* One question with its answer -> one sample. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const rs_json *root;
    RS_TRY(rs_parse_object(p, &root));
    if (!root) return RSIFT_OK;
    if (!p->raw->extra.ptr)
        return rs_parse_find(p, RS_F_FIELD_MISSING, RS_STR("img_id"),
                             "the question has no id or no img_id");
    return fill(p, opened, root, outcome);
}

static rsift_status rsvqa_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                rsift_error *err)
{
    const struct rsvqa *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, QUESTIONS, parse_one}, chunk, batch,
                         err);
}

/* The key `questions` together with the keys that only this family has. */
static int rsvqa_probe(const rs_probe_input *input)
{
    if (!rs_probe_begins(input, '{')) return 0;
    bool rows = rs_probe_holds(input, "\"answers_ids\"") || rs_probe_holds(input, "\"active\"");
    if (rs_probe_holds(input, "\"questions\"") && rows) return 95;
    return 0;
}

static const rs_reader_use uses[] = {
    {"questions", "*question*.json", .required = true, .single = true},
    {"answers", "*answer*.json", .required = false, .single = true},
    {"images", "*image*.json", .required = false, .single = true},
    {0},
};
static const char *const passes[] = {"questions", "answers", "images", NULL};
static const rs_param params[] = {
    {"image_name", "text", "id", "field of the image row that fills {name}"},
    {"merge_images_by", "text", "", "image rows with an equal value of this field are one picture"},
    {"type_field", "text", "type", "field of the question's type"},
    {0},
};

const rs_reader rs_reader_rsvqa = {
    .name = "rsvqa",
    .version = 2,
    .summary =
        "questions, answers and images in three JSON files joined by id, placeholder rows skipped",
    .source = "syvlo/RSVQA AutomaticDB/Splits.py; YZHJessica/CDVQA",
    .reads = "JSON objects with the lists questions, answers and images",
    .takes = RS_TAKES_JSON,
    .gives = RS_HAS_TEXT,
    .task = RS_TASK_VQA,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct rsvqa),
    .probe = rsvqa_probe,
    .open = rsvqa_open,
    .cut = rsvqa_cut,
    .parse = rsvqa_parse,
    .close = rsvqa_close,
};
