/* Masks as run lengths in a table, one row an object: `ImageId,EncodedPixels` of Kaggle's Airbus
 * Ship Detection. Runs are pairs of start and length, starts count from 1, down the columns. An
 * empty second cell says that the picture shows none.
 *   source  kaggle.com/c/airbus-ship-detection, evaluation page and decoders of its kernels
 * A sample is a picture with all of its rows, which need not stand together: their places are
 * listed first (32 bytes a row), their text is read again picture by picture. */
#include "base/hash.h"
#include "base/num.h"
#include "codec/csv.h"
#include "readers/parse.h"
#include "readers/rows.h"

#include <inttypes.h>

enum { PICTURES, ROWS, MAX_SIDE = 1 << 15, MAX_RUNS = 1 << 20 };

struct runs {
    const rs_source *source;
    const rs_source_files *files;
    uint32_t use;
    rs_rows rows;
    size_t next;     /* row at which the search for the next picture begins */
    int64_t ordinal; /* of the next picture */
    rs_str label;
    int64_t height, width;
    size_t *image, *pixels; /* columns of each file */
    size_t *n_columns;
    rs_arena arena;
};

/* ---- listing the rows ------------------------------------------------------------------------ */

static size_t column_of(const rs_str *columns, size_t n, rs_str name)
{
    for (size_t i = 0; i < n; i++)
        if (rs_str_eq(rs_str_trim(columns[i]), name)) return i;
    return RS_NPOS;
}

static rs_str chain_of(const struct runs *state, size_t file)
{
    return rs_io_member_at(state->source->tree, state->files->members[file])->chain;
}

/* The columns of a file from its header; *serves false: it has others, as a finding tells. */
static rsift_status read_header(struct runs *state, size_t file, rs_csv *csv, rs_chunk *first,
                                bool *serves, rsift_error *err)
{
    rs_str row, *cells;
    int64_t offset;
    size_t n;
    *serves = false;
    RS_TRY(rs_csv_row(csv, &row, &offset, err));
    RS_TRY(rs_csv_cut(row, ',', &state->arena, &cells, &n, err));
    const rs_str image = rs_source_param(state->source, "image", RS_STR("ImageId")),
                 pixels = rs_source_param(state->source, "runs", RS_STR("EncodedPixels"));
    state->image[file] = column_of(cells, n, image);
    state->pixels[file] = column_of(cells, n, pixels);
    state->n_columns[file] = n;
    *serves = state->image[file] != RS_NPOS && state->pixels[file] != RS_NPOS;
    if (*serves) return RSIFT_OK;
    char quoted[RS_QUOTE_SIZE];
    return rs_chunk_find(first, RS_F_NOTHING_READ, -1, chain_of(state, file), err,
                         "expected the columns %.*s and %.*s, found \"%s\"", RS_STR_ARG(image),
                         RS_STR_ARG(pixels), rs_err_quote(quoted, rs_str_sub(row, 0, 64)));
}

/* A table whose rows are listed. */
typedef struct listing {
    struct runs *state;
    size_t file;
    rs_csv csv;
    rs_arena scratch; /* of a row */
    rs_chunk *first;
} listing;

/* Lists one row; one that cannot be cut, or of another width, is set aside. */
static rsift_status list_row(listing *l, rs_str row, int64_t offset, rsift_error *err)
{
    struct runs *state = l->state;
    const size_t file = l->file;
    rs_str *cells;
    size_t n;
    rsift_error why = {0};
    rs_arena_reset(&l->scratch);
    rsift_status status = rs_csv_cut(row, ',', &l->scratch, &cells, &n, &why);
    if (status == RSIFT_OK && n != state->n_columns[file])
        status = rs_err_set(&why, RSIFT_E_FORMAT, "expected %zu cells as in the header, found %zu",
                            state->n_columns[file], n);
    if (status == RSIFT_OK && rs_str_find_char(row, '\n') != RS_NPOS)
        status = rs_err_set(&why, RSIFT_E_FORMAT, "a cell holds a line end");
    if (status == RSIFT_OK && rs_str_trim(cells[state->image[file]]).len == 0)
        status = rs_err_set(&why, RSIFT_E_FORMAT, "the row names no picture");
    if (status != RSIFT_OK) {
        rs_err_within(&why, status, "line %" PRId64, l->csv.line);
        rs_err_within(&why, status, "%.*s", RS_STR_ARG(chain_of(state, file)));
        return rs_chunk_broken(l->first, ROWS, -1, status, &why, err);
    }
    const rs_str name = rs_str_trim(cells[state->image[file]]);
    const rs_row to = {.id = (int64_t)state->rows.n,
                       .owner = (int64_t)(rs_hash64(name.ptr, name.len) >> 2),
                       .offset = offset,
                       .len = (uint32_t)row.len,
                       .file = (uint16_t)file};
    return rs_rows_add(&state->rows, &to, err);
}

static rsift_status list_file(struct runs *state, size_t file, rs_chunk *first, rsift_error *err)
{
    rs_io_stream *stream;
    rsift_error why = {0};
    RS_TRY(rs_io_open(state->source->tree, state->files->members[file], &stream, err));
    listing l = {.state = state, .file = file, .csv.source = rs_io_source(stream), .first = first};
    if (state->source->limits) l.csv.max_row = state->source->limits->max_record;
    if (l.csv.max_row == 0 || l.csv.max_row > 16 << 20) l.csv.max_row = 16 << 20;
    bool serves;
    rsift_status status = read_header(state, file, &l.csv, first, &serves, &why), listed = RSIFT_OK;
    while (status == RSIFT_OK && serves && listed == RSIFT_OK) {
        rs_str row;
        int64_t offset;
        status = rs_csv_row(&l.csv, &row, &offset, &why);
        if (status == RSIFT_OK) listed = list_row(&l, row, offset, err);
    }
    if (listed == RSIFT_OK && status != RSIFT_OK && status != RSIFT_END) {
        rs_err_within(&why, status, "%.*s", RS_STR_ARG(chain_of(state, file)));
        listed = rs_chunk_broken(first, ROWS, -1, status, &why, err);
    }
    rs_csv_fini(&l.csv);
    rs_io_close(stream);
    rs_arena_fini(&l.scratch);
    return listed;
}

static rsift_status side_of(const rs_source *source, const char *key, int64_t *out,
                            rsift_error *err)
{
    const rs_str text = rs_source_param(source, key, RS_STR("768"));
    if (rs_num_i64(text, out) && *out >= 1 && *out <= MAX_SIDE) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG, "parameter %s: expected 1 to %d, found \"%.*s\"", key,
                      MAX_SIDE, RS_STR_ARG(rs_str_sub(text, 0, 32)));
}

static rsift_status runs_open(void *opened, const rs_source *source, rs_chunk *first,
                              rsift_error *err)
{
    struct runs *state = opened;
    state->source = source;
    state->files = rs_source_files_of(source, "tables");
    if (!state->files) return rs_err_set(err, RSIFT_E_ARG, "the source names no \"tables\" files");
    state->use = (uint32_t)(state->files - source->files);
    state->label = rs_source_param(source, "label", RS_STR("ship"));
    RS_TRY(side_of(source, "height", &state->height, err));
    RS_TRY(side_of(source, "width", &state->width, err));
    const size_t n = state->files->n;
    if (n > UINT16_MAX) return rs_err_set(err, RSIFT_E_LIMIT, "more than 65535 tables");
    state->image = rs_arena_calloc(&state->arena, n + 1, sizeof *state->image);
    state->pixels = rs_arena_calloc(&state->arena, n + 1, sizeof *state->pixels);
    state->n_columns = rs_arena_calloc(&state->arena, n + 1, sizeof *state->n_columns);
    if (!state->image || !state->pixels || !state->n_columns) return rs_err_nomem(err, "columns");
    for (size_t i = 0; i < n; i++) RS_TRY(list_file(state, i, first, err));
    return rs_rows_open(&state->rows, source, state->files, err);
}

static void runs_close(void *opened)
{
    struct runs *state = opened;
    rs_rows_close(&state->rows);
    rs_arena_fini(&state->arena);
}

/* ---- cut ------------------------------------------------------------------------------------- */

/* More rows of one picture than a record may hold: all of them are set aside. */
static rsift_status refuse_picture(struct runs *state, size_t at, size_t n, rs_chunk *chunk,
                                   rsift_error *err)
{
    for (size_t i = 0; i < n; i++) state->rows.items[state->rows.by_owner[at + i]].used = 1;
    chunk->counts[ROWS].seen += (int64_t)n;
    chunk->counts[ROWS].set_aside += (int64_t)n;
    chunk->counts[PICTURES].seen++;
    chunk->counts[PICTURES].set_aside++;
    return rs_chunk_find(chunk, RS_F_LIMIT, state->ordinal++, RS_STR(""), err,
                         "%zu rows of one picture exceed the limit max_record", n);
}

/* All rows of the picture whose first row is `row`, a line each. Their cells stand where those of
 * the first row's file do. */
static rsift_status add_picture(struct runs *state, const rs_row *row, rs_chunk *chunk,
                                rsift_error *err)
{
    size_t at, n, len = 0;
    RS_TRY(rs_rows_by_owner(&state->rows, row->owner, &at, &n, err));
    for (size_t i = 0; i < n; i++) len += state->rows.items[state->rows.by_owner[at + i]].len + 1u;
    const rsift_limits *limits = state->source->limits;
    if (limits && len > limits->max_record) return refuse_picture(state, at, n, chunk, err);
    rs_raw *raw = rs_chunk_add(chunk);
    char *text = raw ? rs_arena_alloc(&chunk->arena, len + 1) : NULL;
    if (!text) return rs_err_nomem(err, "the rows of a picture");
    size_t to = 0;
    for (size_t i = 0; i < n; i++) {
        rs_row *one = &state->rows.items[state->rows.by_owner[at + i]];
        one->used = 1;
        RS_TRY(rs_rows_read(&state->rows, one, text + to, err));
        to += one->len;
        text[to++] = '\n';
    }
    raw->ordinal = state->ordinal++;
    raw->use = state->use;
    raw->file = row->file;
    raw->content = rs_str_make(text, to);
    chunk->n_bytes += to;
    return RSIFT_OK;
}

static rsift_status runs_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    struct runs *state = opened;
    for (; state->next < state->rows.n && chunk->n < RS_CHUNK_RECORDS &&
           chunk->n_bytes < RS_CHUNK_BYTES;
         state->next++) {
        const rs_row *row = &state->rows.items[state->next];
        if (!row->used) RS_TRY(add_picture(state, row, chunk, err));
    }
    return chunk->n ? RSIFT_OK : RSIFT_END;
}

/* ---- parse ----------------------------------------------------------------------------------- */

/* Runs of a row: background and object in turn down the columns, as COCO counts them, and the box
 * around the object. */
typedef struct mask {
    double *numbers; /* height, width, counts */
    size_t n;
    int64_t x0, y0, x1, y1; /* half-open */
} mask;

static void grow_box(mask *m, int64_t start, int64_t length, int64_t height)
{
    const int64_t last = start + length - 1, x0 = start / height, x1 = last / height;
    const bool wraps = x0 != x1; /* from one column into the next */
    const int64_t y0 = wraps ? 0 : start % height, y1 = wraps ? height : last % height + 1;
    if (x0 < m->x0) m->x0 = x0;
    if (x1 + 1 > m->x1) m->x1 = x1 + 1;
    if (y0 < m->y0) m->y0 = y0;
    if (y1 > m->y1) m->y1 = y1;
}

/* "170930 6 171698 11" -> counts; NULL = good, "" = out of memory, else what is wrong. Runs ascend
 * in the release. */
static const char *read_runs(rs_parse *p, const struct runs *state, rs_str text, mask *m)
{
    const int64_t area = state->height * state->width;
    size_t n_words = 1;
    for (size_t i = 0; i < text.len; i++) n_words += text.ptr[i] == ' ';
    if (n_words > 2 * MAX_RUNS) return "too many runs";
    *m = (mask){.x0 = INT64_MAX, .y0 = INT64_MAX};
    m->numbers = rs_arena_alloc(&p->batch->arena, (n_words + 4) * sizeof *m->numbers);
    if (!m->numbers) return "";
    m->numbers[m->n++] = (double)state->height;
    m->numbers[m->n++] = (double)state->width;
    int64_t end = 0, start = 0, value;
    size_t k = 0;
    for (rs_str word; rs_str_split(&text, ' ', &word);) {
        if (word.len == 0) continue;
        if (!rs_num_i64(word, &value) || value < 1) return "expected whole numbers from 1 on";
        if (k++ % 2 == 0) {
            start = value - 1;
            continue;
        }
        if (start < end) return "the runs overlap or do not ascend";
        if (start >= area || value > area - start) return "a run leaves the picture";
        m->numbers[m->n++] = (double)(start - end);
        m->numbers[m->n++] = (double)value;
        end = start + value;
        grow_box(m, start, value, state->height);
    }
    if (k == 0 || k % 2) return "expected pairs of start and length";
    if (end < area) m->numbers[m->n++] = (double)(area - end);
    return NULL;
}

/* A box and behind it the mask that is its outline. */
static rsift_status add_regions(rs_parse *p, const struct runs *state, const mask *m,
                                rs_region_list *list)
{
    double *box = rs_arena_alloc(&p->batch->arena, 4 * sizeof *box);
    rs_region *region = box ? rs_parse_region(p, list) : NULL;
    if (!region) return rs_err_nomem(p->err, "a region");
    box[0] = (double)m->x0;
    box[1] = (double)m->y0;
    box[2] = (double)(m->x1 - m->x0);
    box[3] = (double)(m->y1 - m->y0);
    region->kind = RS_REGION_HBB;
    region->coords = box;
    region->n_coords = 4;
    region->convention = rs_geom_convention(RS_STR("px-xywh"));
    RS_TRY(rs_parse_copy(p, state->label, &region->label));
    const rs_str label = region->label;
    region = rs_parse_region(p, list);
    if (!region) return rs_err_nomem(p->err, "a region");
    region->kind = RS_REGION_MASK;
    region->label = label;
    region->coords = m->numbers;
    region->n_coords = (uint32_t)m->n;
    region->flags = RS_REGION_OUTLINE;
    return RSIFT_OK;
}

/* What the rows of a picture say. */
typedef struct picture {
    rs_str name;
    rs_region_list list;
    size_t n_empty, n_bad;
} picture;

/* One row; what is wrong with it is a finding, and the list of objects is not whole then. */
static rsift_status add_row(rs_parse *p, const struct runs *state, rs_str row, picture *to)
{
    rs_str *cells;
    size_t n;
    char quote[RS_QUOTE_SIZE];
    rs_count *count = &p->batch->counts[ROWS];
    const uint32_t file = p->raw->file;
    const char *why = NULL;
    mask m;
    count->seen++;
    RS_TRY(rs_csv_cut(row, ',', p->scratch, &cells, &n, p->err)); /* cut before without an error */
    const size_t image = state->image[file], pixels = state->pixels[file];
    if (n <= image || n <= pixels) why = "other columns than those of the picture's first row";
    const rs_str name = why ? RS_STR("") : rs_str_trim(cells[image]);
    const rs_str text = why ? row : rs_str_trim(cells[pixels]);
    if (!why && !to->name.ptr) RS_TRY(rs_parse_utf8(p, name, &to->name));
    else if (!why && !rs_str_eq(name, to->name) && !p->lost_text)
        why = "the row is of another picture";
    if (!why && text.len == 0) {
        to->n_empty++;
        count->used++;
        return RSIFT_OK;
    }
    if (!why) why = read_runs(p, state, text, &m);
    if (why && !*why) return rs_err_nomem(p->err, "a mask");
    if (!why) {
        count->used++;
        return add_regions(p, state, &m, &to->list);
    }
    to->n_bad++;
    count->set_aside++;
    return rs_parse_find(p, RS_F_OBJECT_UNREAD, RS_STR("runs"), "%s: \"%s\"", why,
                         rs_err_quote(quote, rs_str_sub(text, 0, 64)));
}

static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const struct runs *state = opened;
    rs_sample *sample;
    picture all = {0};
    RS_TRY(rs_parse_sample(p, &sample));
    rs_str left = p->raw->content;
    for (rs_str row; left.len;) {
        const size_t end = rs_str_find_char(left, '\n');
        row = rs_str_sub(left, 0, end);
        left = rs_str_sub(left, end + 1, left.len);
        RS_TRY(add_row(p, state, row, &all));
    }
    if (!all.name.len) return RSIFT_OK;
    if (all.n_empty && all.list.n) {
        all.n_bad++;
        RS_TRY(rs_parse_find(p, RS_F_OBJECT_UNREAD, RS_STR("runs"),
                             "one row says that there is none, others list %zu", all.list.n / 2));
    }
    RS_TRY(rs_parse_copy(p, rs_str_stem(all.name), &sample->original_id));
    RS_TRY(rs_parse_media(p, sample, all.name, sample->original_id, (rs_str){0}));
    sample->regions = all.list.items;
    sample->n_regions = (uint32_t)all.list.n;
    sample->complete = all.n_bad ? RS_COMPLETE_NO : RS_COMPLETE_YES;
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status runs_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                               rsift_error *err)
{
    const struct runs *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, PICTURES, parse_one}, chunk, batch,
                         err);
}

/* The header alone tells; a submission's has no truth below it. */
static int runs_probe(const rs_probe_input *input)
{
    rs_str head = input->head, line;
    if (rs_str_find(input->path, RS_STR("sample_submission")) != RS_NPOS) return 0;
    if (rs_str_starts(head, RS_STR("\xEF\xBB\xBF"))) head = rs_str_sub(head, 3, head.len);
    return rs_str_line(&head, &line) &&
                   rs_str_eq(rs_str_trim(line), RS_STR("ImageId,EncodedPixels"))
               ? 95
               : 0;
}

static const rs_reader_use uses[] = {
    {"tables", "*.csv !*sample_submission*", .required = true},
    {0},
};
static const char *const passes[] = {"pictures", "rows", NULL};
static const rs_param params[] = {
    {"height", "int", "768", "of the pictures, in pixels"},
    {"image", "text", "ImageId", "column of the picture's name"},
    {"label", "text", "ship", "class of the objects"},
    {"runs", "text", "EncodedPixels", "column of the runs"},
    {"width", "int", "768", "of the pictures, in pixels"},
    {0},
};

const rs_reader rs_reader_runs = {
    .name = "runs",
    .version = 1,
    .summary = "masks as run lengths in a table, one row an object (Kaggle)",
    .source = "kaggle.com/c/airbus-ship-detection",
    .reads = "a table of ImageId and EncodedPixels",
    .takes = RS_TAKES_TABLE | RS_TAKES_TEXT,
    .gives = RS_HAS_HBB | RS_HAS_MASK | RS_HAS_CLASS,
    .task = RS_TASK_DETECTION_HBB,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct runs),
    .probe = runs_probe,
    .open = runs_open,
    .cut = runs_cut,
    .parse = runs_parse,
    .close = runs_close,
};
