/* YOLO's labels, of any edition: one text file per picture, a line is the number of a class and
 * fractions of the picture: centre and size (4), four corners (8, oriented), a ring (6, 10 ..), or
 * a box and key points where data.yaml says kpt_shape. A fifth number may be a confidence or an
 * angle, and is read only as the parameter says. Names of the classes come from data.yaml (`names`,
 * a list or a map), or from a list with a line each (classes.txt, obj.names).
 * Quirks met: an empty file is a picture without objects; classes.txt among the labels; class
 * numbers written "0.0"; pixels where fractions are due, which are refused. The picture of
 * labels/train/1.txt is images/train/1.jpg. */
#include "base/num.h"
#include "base/utf8.h"
#include "codec/yaml.h"
#include "readers/feed_files.h"
#include "readers/shape.h"

#include <inttypes.h>
#include <math.h>

enum { FILES, OBJECTS, MOST_FIELDS = 1 << 13, MOST_CLASSES = 1 << 16 };

struct yolo {
    rs_file_feed *feed; /* first: rs_file_feed_cut_state */
    const rs_source *source;
    const rs_convention *box, *quad, *polygon;
    rs_str *names; /* by class number; ptr NULL = not named */
    size_t n_names;
    size_t n_key_numbers; /* of the key points behind a box */
    bool confidence;      /* a last number of predictions */
    rs_arena arena;
};

/* ---- class names ----------------------------------------------------------------------------- */

static rsift_status set_name(struct yolo *state, int64_t number, rs_str name, rsift_error *err)
{
    if (number < 0 || number >= MOST_CLASSES)
        return rs_err_set(err, RSIFT_E_FORMAT, "names: %" PRId64 " is no class number", number);
    if (rs_utf8_valid(name) != name.len)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "the name of class %" PRId64 " is not valid UTF-8 (--encoding)", number);
    while (state->n_names <= (size_t)number) state->names[state->n_names++] = (rs_str){NULL, 0};
    state->names[number] = rs_arena_str(&state->arena, name);
    return state->names[number].ptr ? RSIFT_OK : rs_err_nomem(err, "class names");
}

/* `names: [a, b]`, or `names: {0: a, 1: b}`. */
static rsift_status take_names(struct yolo *state, const rs_yaml *names, rsift_error *err)
{
    int64_t next = 0;
    for (const rs_yaml *c = names->first; c; c = c->next, next++) {
        int64_t number = next;
        if (names->kind == RS_YAML_MAP && !rs_num_i64(c->key->text, &number))
            return rs_err_set(err, RSIFT_E_FORMAT, "names: \"%.*s\" is no class number",
                              RS_STR_ARG(rs_str_sub(c->key->text, 0, 64)));
        if (c->kind == RS_YAML_SCALAR) RS_TRY(set_name(state, number, c->text, err));
    }
    return RSIFT_OK;
}

/* `kpt_shape: [17, 3]`. */
static void take_key_points(struct yolo *state, const rs_yaml *shape)
{
    int64_t n = 1, number;
    if (!shape || shape->kind != RS_YAML_LIST || shape->n != 2) return;
    for (const rs_yaml *c = shape->first; c; c = c->next) {
        if (c->kind != RS_YAML_SCALAR || !rs_num_i64(c->text, &number) || number < 1 ||
            number > 1000)
            return;
        n *= number;
    }
    state->n_key_numbers = (size_t)n;
}

static bool is_yaml(rs_str path)
{
    return rs_str_ends_nocase(path, RS_STR(".yaml")) || rs_str_ends_nocase(path, RS_STR(".yml"));
}

static rsift_status read_names(struct yolo *state, rs_str path, rs_str text, rsift_error *err)
{
    rs_yaml *root;
    rs_str line;
    if (is_yaml(path)) {
        RS_TRY(rs_yaml_parse(&state->arena, path, text, state->source->limits, &root, err));
        const rs_yaml *names = rs_yaml_get(root, "names");
        take_key_points(state, rs_yaml_get(root, "kpt_shape"));
        return names ? take_names(state, names, err) : RSIFT_OK;
    }
    for (int64_t number = 0; rs_str_line(&text, &line); number++) {
        line = rs_str_trim(line);
        if (line.len) RS_TRY(set_name(state, number, line, err));
    }
    return RSIFT_OK;
}

/* A file's names into the state, which has none; one that cannot be read is a finding. */
static rsift_status try_names(struct yolo *state, const rs_source_files *files, size_t i,
                              rs_chunk *first, rsift_error *err)
{
    const rs_source *source = state->source;
    rsift_error why = {0};
    rs_str text;
    rsift_status status = rs_io_slurp(source->tree, files->members[i], &state->arena, &text, &why);
    if (status == RSIFT_OK) status = read_names(state, files->logical[i], text, &why);
    if (status == RSIFT_OK) return RSIFT_OK;
    state->n_names = 0; /* half a list is none */
    if (rs_err_ends_call(status)) {
        if (err) *err = why;
        return status;
    }
    return rs_chunk_find(first, RS_F_NOTHING_READ, -1, files->logical[i], err,
                         "the names of the classes cannot be read: %s", why.message);
}

/* Names of a second file that contradict those in use. */
static rsift_status compare_names(const struct yolo *state, struct yolo *other, rs_str path,
                                  rs_chunk *first, rsift_error *err)
{
    for (size_t i = 0; i < state->n_names && i < other->n_names; i++) {
        char a[RS_QUOTE_SIZE], b[RS_QUOTE_SIZE];
        if (rs_str_eq(state->names[i], other->names[i])) continue;
        return rs_chunk_find(first, RS_F_CLASS_UNKNOWN, -1, path, err,
                             "class %zu is \"%s\" here and \"%s\" in the file that is used", i,
                             rs_err_quote(a, other->names[i]), rs_err_quote(b, state->names[i]));
    }
    return RSIFT_OK;
}

/* A file beside the one whose names are used. */
static rsift_status check_names(struct yolo *state, const rs_source_files *files, size_t i,
                                rs_chunk *first, rsift_error *err)
{
    struct yolo other = {.source = state->source};
    other.names = rs_arena_calloc(&other.arena, MOST_CLASSES, sizeof *other.names);
    rsift_status status = other.names ? RSIFT_OK : rs_err_nomem(err, "class names");
    if (status == RSIFT_OK) status = try_names(&other, files, i, first, err);
    if (status == RSIFT_OK) status = compare_names(state, &other, files->logical[i], first, err);
    rs_arena_fini(&other.arena);
    return status;
}

/* The names of the first YAML file that has some, else of the first list. */
static rsift_status open_names(struct yolo *state, rs_chunk *first, rsift_error *err)
{
    const rs_source *source = state->source;
    const rs_source_files *files = rs_source_files_of(source, "names");
    const rs_param_value *given = rs_source_param_list(source, "classes");
    state->names = rs_arena_calloc(&state->arena, MOST_CLASSES, sizeof *state->names);
    if (!state->names) return rs_err_nomem(err, "class names");
    for (size_t i = 0; given && i < given->n; i++)
        RS_TRY(set_name(state, (int64_t)i, given->values[i], err));
    if (state->n_names || !files) return RSIFT_OK;
    size_t used = RS_NPOS;
    for (int yaml = 1; yaml >= 0; yaml--)
        for (size_t i = 0; i < files->n && used == RS_NPOS; i++) {
            if (is_yaml(files->logical[i]) != (yaml == 1)) continue;
            RS_TRY(try_names(state, files, i, first, err));
            if (state->n_names) used = i;
        }
    for (size_t i = 0; i < files->n && used != RS_NPOS; i++)
        if (i != used) RS_TRY(check_names(state, files, i, first, err));
    return RSIFT_OK;
}

/* ---- the source ------------------------------------------------------------------------------ */

static rsift_status yolo_open(void *opened, const rs_source *source, rs_chunk *first,
                              rsift_error *err)
{
    struct yolo *state = opened;
    state->source = source;
    state->box = rs_geom_convention(RS_STR("fraction-cxcywh"));
    state->quad = rs_geom_convention(RS_STR("fraction-quad"));
    state->polygon = rs_geom_convention(RS_STR("fraction-polygon"));
    const rs_str confidence = rs_source_param(source, "confidence", RS_STR("no"));
    state->confidence =
        rs_str_eq(confidence, RS_STR("yes")) || rs_str_eq(confidence, RS_STR("true"));
    RS_TRY(open_names(state, first, err));
    return rs_file_feed_open(source, "labels", FILES, &state->feed, err);
}

static void yolo_close(void *opened)
{
    struct yolo *state = opened;
    rs_file_feed_close(state->feed);
    rs_arena_fini(&state->arena);
}

static size_t yolo_classes(const void *opened, size_t file, const rs_str **names)
{
    const struct yolo *state = opened;
    (void)file;
    *names = state->names;
    for (size_t i = 0; i < state->n_names; i++)
        if (!state->names[i].ptr) return 0; /* a list with gaps is no list of classes */
    return state->n_names;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* The numbers of a line, parted by blanks and tabs; 0 = something is no number, or too many. */
static size_t line_numbers(rs_str line, double *out, size_t most)
{
    size_t n = 0;
    const char *p = line.ptr, *const end = line.ptr + line.len;
    while (p < end) {
        while (p < end && (*p == ' ' || *p == '\t')) p++;
        const char *begin = p;
        while (p < end && *p != ' ' && *p != '\t') p++;
        if (p == begin) break;
        if (n == most || !rs_num_double(rs_str_make(begin, (size_t)(p - begin)), &out[n])) return 0;
        n++;
    }
    return n;
}

/* What n numbers behind the class mean; *n becomes how many of them are the region's. */
static const rs_convention *line_meaning(const struct yolo *state, size_t *n)
{
    if (state->n_key_numbers && *n == 4 + state->n_key_numbers) *n = 4;
    if (state->confidence && (*n == 5 || *n == 9)) --*n;
    if (*n == 4) return state->box;
    if (*n == 8) return state->quad;
    return *n >= 6 && *n % 2 == 0 ? state->polygon : NULL;
}

static bool is_class_number(double number)
{
    return number >= 0 && number < MOST_CLASSES && number == floor(number);
}

/* Fractions may leave the picture a little; a pixel is far outside. */
static bool are_fractions(const double *numbers, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (numbers[i] < -1 || numbers[i] > 2) return false;
    return true;
}

typedef struct reading {
    rs_parse *p;
    const struct yolo *state;
    rs_region_list list;
    double *numbers; /* of a line, in scratch */
} reading;

static rsift_status set_line_aside(reading *r, rs_str where, rs_finding_code code, rs_str line,
                                   const char *why)
{
    char quote[RS_QUOTE_SIZE];
    r->p->batch->counts[OBJECTS].set_aside++;
    return rs_parse_find(r->p, code, where, "%s: \"%s\"", why, rs_err_quote(quote, line));
}

/* One line -> one region. */
static rsift_status add_line(reading *r, rs_str line, size_t number)
{
    rs_parse *p = r->p;
    const struct yolo *state = r->state;
    char where[RS_WHERE_SIZE];
    const rs_str at = rs_parse_where(where, "line ", number, "");
    p->batch->counts[OBJECTS].seen++;
    size_t n = line_numbers(line, r->numbers, MOST_FIELDS);
    if (n == 0) return set_line_aside(r, at, RS_F_NUMBER, line, "expected a class and numbers");
    if (!is_class_number(r->numbers[0]))
        return set_line_aside(r, at, RS_F_NUMBER, line, "expected the number of a class");
    n--;
    const rs_convention *meaning = line_meaning(state, &n);
    if (!meaning)
        return set_line_aside(r, at, RS_F_OBJECT_UNREAD, line,
                              "expected 4, 8 or an even count of numbers behind the class");
    if (!are_fractions(r->numbers + 1, n))
        return set_line_aside(r, at, RS_F_NUMBER, line, "expected fractions of the picture");
    const size_t class = (size_t)r->numbers[0];
    rs_str name = class < state->n_names ? state->names[class] : (rs_str){NULL, 0};
    if (!name.ptr) name = rs_arena_printf(p->scratch, "%zu", class);
    rs_region *region;
    RS_TRY(rs_shape_add(p, &r->list, &(rs_drawn_shape){meaning, r->numbers + 1, n, name}, &region));
    p->batch->counts[OBJECTS].used++;
    return rs_parse_check_class(p, region->label, at);
}

/* ---- one file -------------------------------------------------------------------------------- */

/* labels/train/1.txt -> images/train/1: the last folder of that name, as YOLO's own loaders do.
 * Without one the stem. */
static rs_str picture_of(rs_parse *p)
{
    static const rs_str labels = {"labels/", 7};
    const rs_str key = p->raw->key, stem = rs_str_stem(key);
    size_t found = RS_NPOS;
    for (size_t i = 0; i + labels.len < key.len; i++)
        if ((i == 0 || key.ptr[i - 1] == '/') && rs_str_starts(rs_str_sub(key, i, key.len), labels))
            found = i;
    if (found == RS_NPOS) return stem;
    const rs_str folder = rs_str_dirname(rs_str_sub(key, found + labels.len, key.len));
    return rs_arena_printf(p->scratch, "%.*simages/%.*s%s%.*s",
                           RS_STR_ARG(rs_str_sub(key, 0, found)), RS_STR_ARG(folder),
                           folder.len ? "/" : "", RS_STR_ARG(stem));
}

/* One label file -> the sample of its picture; an empty one is of a picture without objects. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    rs_str text, line;
    rs_sample *sample;
    reading r = {.p = p, .state = opened};
    RS_TRY(rs_parse_utf8(p, p->raw->content, &text));
    if (rs_str_starts(text, RS_STR("\xEF\xBB\xBF"))) text = rs_str_sub(text, 3, text.len);
    const rs_str picture = picture_of(p), stem = rs_str_stem(p->raw->key);
    r.numbers = rs_arena_alloc(p->scratch, MOST_FIELDS * sizeof *r.numbers);
    if (!picture.ptr || !r.numbers) return rs_err_nomem(p->err, "a label file");
    RS_TRY(rs_parse_sample(p, &sample));
    RS_TRY(rs_parse_copy(p, stem, &sample->original_id));
    RS_TRY(rs_parse_media(p, sample, picture, stem, (rs_str){0}));
    for (size_t number = 1; rs_str_line(&text, &line); number++) {
        line = rs_str_trim(line);
        if (line.len) RS_TRY(add_line(&r, line, number));
    }
    sample->regions = r.list.items;
    sample->n_regions = (uint32_t)r.list.n;
    sample->complete = RS_COMPLETE_YES;
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status yolo_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                               rsift_error *err)
{
    const struct yolo *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, FILES, parse_one}, chunk, batch,
                         err);
}

/* Four lines of a class number and fractions. */
static int yolo_probe(const rs_probe_input *input)
{
    enum { MOST_PROBED = 1024 };
    if (!rs_str_ends_nocase(input->path, RS_STR(".txt"))) return 0;
    double numbers[MOST_PROBED];
    rs_str text = input->head, line;
    if (rs_str_starts(text, RS_STR("\xEF\xBB\xBF"))) text = rs_str_sub(text, 3, text.len);
    int n_lines = 0;
    while (n_lines < 4 && rs_str_line(&text, &line)) {
        line = rs_str_trim(line);
        if (!line.len) continue;
        if (text.len == 0 && n_lines && input->head.len < (size_t)input->n_bytes) break; /* cut */
        const size_t n = line_numbers(line, numbers, MOST_PROBED);
        if (n < 5 || !is_class_number(numbers[0])) return n_lines ? 60 : 0;
        for (size_t i = 1; i < n; i++)
            if (numbers[i] < -0.5 || numbers[i] > 1.5) return n_lines ? 60 : 0;
        n_lines++;
    }
    return n_lines ? 90 : 0;
}

/* `task: obb` of data.yaml; the boxes around rings are what is written of segments. */
static bool yaml_task(rs_str text, rs_task *out)
{
    rs_str line;
    while (rs_str_line(&text, &line)) {
        if (!rs_str_starts(line, RS_STR("task:"))) continue;
        const rs_str word = rs_str_trim(rs_str_sub(line, 5, line.len));
        const bool is_obb = rs_str_starts(word, RS_STR("obb"));
        *out = is_obb ? RS_TASK_DETECTION_OBB : RS_TASK_DETECTION_HBB;
        return is_obb || rs_str_starts(word, RS_STR("segment")) ||
               rs_str_starts(word, RS_STR("detect"));
    }
    return false;
}

/* Corners in every line are oriented boxes: boxes have 4 numbers, and rings any count of points. */
static bool yolo_task_of_file(const rs_probe_input *input, rs_task *out)
{
    enum { OF_CORNERS = 9, MOST_COUNTED = 64 };
    double numbers[MOST_COUNTED];
    rs_str text = input->head, line;
    size_t n_lines = 0, n_corners = 0;
    if (rs_str_starts(text, RS_STR("\xEF\xBB\xBF"))) text = rs_str_sub(text, 3, text.len);
    if (is_yaml(input->path)) return yaml_task(text, out);
    while (rs_str_line(&text, &line)) {
        line = rs_str_trim(line);
        if (!line.len) continue;
        if (text.len == 0 && n_lines && input->head.len < (size_t)input->n_bytes) break; /* cut */
        n_corners += line_numbers(line, numbers, MOST_COUNTED) == OF_CORNERS;
        n_lines++;
    }
    *out = n_lines == n_corners ? RS_TASK_DETECTION_OBB : RS_TASK_DETECTION_HBB;
    return n_lines > 0;
}

static const rs_reader_use uses[] = {
    {"labels",
     "*.txt !classes.txt !names.txt !obj.names.txt !train.txt !val.txt !valid.txt !test.txt "
     "!readme*.txt !requirements.txt",
     .required = true},
    {"names", "data.yaml data.yml dataset.yaml classes.txt names.txt obj.names *.names *.yaml",
     .sidecar = true},
    {0},
};
static const char *const passes[] = {"files", "objects", NULL};
static const rs_param params[] = {
    {"classes", "list", "", "names of 0..n; without them data.yaml or classes.txt tells"},
    {"confidence", "bool", "no", "a fifth or ninth number is a prediction's confidence"},
    {0},
};

const rs_reader rs_reader_yolo = {
    .name = "yolo",
    .version = 2,
    .summary = "one text file per image, a class number and fractions of the image",
    .source = "docs.ultralytics.com/datasets/detect, /obb, /segment; ultralytics data/utils.py",
    .reads = "lines of a class number and 4, 8 or more fractions",
    .takes = RS_TAKES_TEXT,
    .probe_decides = true,
    .gives = RS_HAS_HBB | RS_HAS_OBB | RS_HAS_POLYGON | RS_HAS_CLASS,
    .task = RS_TASK_DETECTION_HBB,
    .task_of_file = yolo_task_of_file,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct yolo),
    .probe = yolo_probe,
    .open = yolo_open,
    .cut = rs_file_feed_cut_state,
    .parse = yolo_parse,
    .at = rs_file_feed_at_state,
    .classes = yolo_classes,
    .close = yolo_close,
};
