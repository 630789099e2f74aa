/* DOTA's label text: one file per image; up to three header lines (imagesource:, gsd:, acquisition
 * dates:), then `x1 y1 x2 y2 x3 y3 x4 y4 class difficult` a line. Quirks met: CRLF, no header, no
 * difficulty (9 fields), difficulty 2 in versions 1.5 and 2.0, corners outside the picture. */
#include "base/num.h"
#include "readers/feed_files.h"
#include "readers/parse.h"

enum { FILES, OBJECTS, MAX_FIELDS = 12 };

struct dota {
    rs_file_feed *feed; /* first: rs_file_feed_cut_state */
    const rs_source *source;
    const rs_convention *const *conventions;
    size_t n_conventions;
    const rs_convention *quad;
    rs_arena arena;
};

/* Without a convention in the catalogue the eight numbers are corners in pixels. */
static rsift_status dota_open(void *opened, const rs_source *source, rs_chunk *first,
                              rsift_error *err)
{
    (void)first;
    struct dota *state = opened;
    state->source = source;
    RS_TRY(rs_conventions_of(&state->arena, source, "box_convention", &state->conventions,
                             &state->n_conventions, err));
    if (state->n_conventions == 0) {
        state->quad = rs_geom_convention(RS_STR("px-quad"));
        state->conventions = &state->quad;
        state->n_conventions = 1;
    }
    return rs_file_feed_open(source, "labels", FILES, &state->feed, err);
}

static void dota_close(void *opened)
{
    struct dota *state = opened;
    rs_file_feed_close(state->feed);
    rs_arena_fini(&state->arena);
}

/* Notepad's byte-order mark is no part of the first line. */
static rs_str without_mark(rs_str text)
{
    return rs_str_starts(text, RS_STR("\xEF\xBB\xBF")) ? rs_str_sub(text, 3, text.len) : text;
}

static bool is_header(rs_str line)
{
    return rs_str_starts(line, RS_STR("imagesource:")) || rs_str_starts(line, RS_STR("gsd:")) ||
           rs_str_starts(line, RS_STR("acquisition dates:"));
}

/* The fields of a line, parted by blanks and tabs; at most MAX_FIELDS are given. */
static size_t split_fields(rs_str line, rs_str fields[MAX_FIELDS])
{
    size_t n = 0;
    const char *p = line.ptr, *const end = line.ptr + line.len;
    while (p < end && n < MAX_FIELDS) {
        while (p < end && (*p == ' ' || *p == '\t')) p++;
        const char *begin = p;
        while (p < end && *p != ' ' && *p != '\t') p++;
        if (p > begin) fields[n++] = rs_str_make(begin, (size_t)(p - begin));
    }
    return n;
}

/* A line that gives no object. */
typedef struct dota_line {
    size_t number;
    rs_str text;
} dota_line;

static rsift_status bad_line(rs_parse *p, const dota_line *line, rs_finding_code code,
                             const char *why)
{
    char where[RS_WHERE_SIZE], quote[RS_QUOTE_SIZE];
    p->batch->counts[OBJECTS].set_aside++;
    return rs_parse_find(p, code, rs_parse_where(where, "line ", line->number, ""), "%s: \"%s\"",
                         why, rs_err_quote(quote, line->text));
}

/* Is the ninth field a class? A number is one only where the dataset's list names it, or behind
 * pixels and before a difficulty, as of aircraft ("737"): YOLO's lines begin with the class and end
 * with a coordinate. */
static bool is_class(const rs_source *source, const rs_str *fields, size_t n,
                     const double coords[8])
{
    double number;
    for (size_t i = 0; i < source->n_classes; i++)
        if (rs_str_eq(source->classes[i], fields[8])) return true;
    if (!rs_num_double(fields[8], &number)) return true;
    bool pixels = false;
    for (int i = 0; i < 8; i++) pixels |= coords[i] < 0 || coords[i] > 1;
    return pixels && n == 10 && fields[9].len == 1 && rs_model_is_name(fields[8]);
}

/* One object line -> one region. */
static rsift_status add_line(rs_parse *p, const struct dota *state, rs_str line, size_t number,
                             rs_region_list *list)
{
    rs_str fields[MAX_FIELDS];
    size_t n = split_fields(line, fields);
    double coords[8];
    const dota_line at = {number, line};
    p->batch->counts[OBJECTS].seen++;
    /* 8 numbers and a class; the difficulty may be missing */
    if (n != 9 && n != 10)
        return bad_line(p, &at, RS_F_NUMBER, "expected 8 numbers, a class and a difficulty");
    for (size_t i = 0; i < 8; i++)
        if (!rs_num_double(fields[i], &coords[i]))
            return bad_line(p, &at, RS_F_NUMBER, "expected 8 numbers");
    if (!is_class(p->source, fields, n, coords))
        return bad_line(p, &at, RS_F_OBJECT_UNREAD,
                        "a number stands for the class: YOLO's form is not DOTA's");
    const rs_convention *convention =
        rs_parse_convention(state->conventions, state->n_conventions, 8);
    if (!convention) return bad_line(p, &at, RS_F_NUMBER, "the convention does not have 8 numbers");
    double *kept = rs_arena_alloc(&p->batch->arena, sizeof coords);
    rs_region *region = kept ? rs_parse_region(p, list) : NULL;
    if (!region) return rs_err_nomem(p->err, "a region");
    memcpy(kept, coords, sizeof coords);
    RS_TRY(rs_parse_copy(p, fields[8], &region->label));
    region->kind = rs_parse_kind(convention);
    region->coords = kept;
    region->n_coords = 8;
    region->convention = convention;
    /* every difficulty but 0 marks the object as difficult; later versions also write 2 */
    if (n == 10 && !rs_str_eq(fields[9], RS_STR("0"))) region->flags = RS_REGION_DIFFICULT;
    p->batch->counts[OBJECTS].used++;
    char where[RS_WHERE_SIZE];
    return rs_parse_check_class(p, region->label, rs_parse_where(where, "line ", number, ""));
}

/* One label file -> the sample of its picture, which it names by its own name only. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const struct dota *state = opened;
    rs_str text, line, stem = rs_str_stem(p->raw->key);
    RS_TRY(rs_parse_utf8(p, p->raw->content, &text));
    text = without_mark(text);
    rs_sample *sample;
    RS_TRY(rs_parse_sample(p, &sample));
    RS_TRY(rs_parse_copy(p, stem, &sample->original_id));
    RS_TRY(rs_parse_media(p, sample, stem, stem, (rs_str){0}));
    rs_region_list list = {0};
    /* a file without objects is a picture without objects: a sample like any other */
    for (size_t number = 1; rs_str_line(&text, &line); number++) {
        line = rs_str_trim(line);
        if (line.len && !is_header(line)) RS_TRY(add_line(p, state, line, number, &list));
    }
    sample->regions = list.items;
    sample->n_regions = (uint32_t)list.n;
    sample->complete = RS_COMPLETE_YES;
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status dota_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                               rsift_error *err)
{
    const struct dota *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, FILES, parse_one}, chunk, batch,
                         err);
}

/* A header alone is a hint; eight numbers and a word that is no number are DOTA's own line. */
static int dota_probe(const rs_probe_input *input)
{
    if (!rs_str_ends_nocase(input->path, RS_STR(".txt"))) return 0;
    rs_str text = without_mark(input->head), line, fields[MAX_FIELDS];
    int score = 0;
    for (int i = 0; i < 4 && rs_str_line(&text, &line); i++) {
        line = rs_str_trim(line);
        if (is_header(line)) {
            score = 60;
            continue;
        }
        size_t n = split_fields(line, fields);
        double number;
        if (n != 9 && n != 10) return score;
        for (size_t k = 0; k < 8; k++) /* NaN is a bad number of this layout */
            if (!rs_num_double(fields[k], &number) && !rs_str_eq_nocase(fields[k], RS_STR("nan")))
                return 0;
        return rs_num_double(fields[8], &number) ? 0 : 95; /* nine numbers are another format */
    }
    return score;
}

static const rs_reader_use uses[] = {
    {"labels", "*.txt", .required = true},
    {0},
};
static const char *const passes[] = {"files", "objects", NULL};
static const rs_param params[] = {
    {"box_convention", "convention", "px-quad", "what the eight numbers mean"},
    {"version", "text", "1.0", "edition of the labels; kept for people, not used to read them"},
    {0},
};

const rs_reader rs_reader_dota = {
    .name = "dota",
    .version = 2,
    .summary = "one text file per image, eight corner numbers, class, difficulty",
    .source = "captain-whu.github.io/DOTA/dataset.html; CAPTAIN-WHU/DOTA_devkit dota_utils.py",
    .reads = "lines of eight numbers, a class and a difficulty",
    .takes = RS_TAKES_TEXT,
    .probe_decides = true,
    .gives = RS_HAS_OBB | RS_HAS_CLASS,
    .task = RS_TASK_DETECTION_OBB,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct dota),
    .probe = dota_probe,
    .open = dota_open,
    .cut = rs_file_feed_cut_state,
    .parse = dota_parse,
    .at = rs_file_feed_at_state,
    .close = dota_close,
};
