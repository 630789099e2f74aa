/* NWPU VHR-10's label text: one file per image, `(x1,y1),(x2,y2),c` a line, top-left and
 * bottom-right in pixels, class 1..n. Quirks met: blanks inside the brackets and at line ends,
 * blank last lines. */
#include "base/num.h"
#include "readers/feed_files.h"
#include "readers/parse.h"

#include <stdio.h>

enum { FILES, OBJECTS, N_NUMBERS = 5 };

struct vhr {
    rs_file_feed *feed; /* first: rs_file_feed_cut_state */
    const rs_source *source;
    const rs_param_value *classes;
    const rs_convention *const *conventions;
    size_t n_conventions;
    const rs_convention *px;
    rs_arena arena;
};

static rsift_status vhr_open(void *opened, const rs_source *source, rs_chunk *first,
                             rsift_error *err)
{
    (void)first;
    struct vhr *state = opened;
    state->source = source;
    state->classes = rs_source_param_list(source, "classes");
    RS_TRY(rs_conventions_of(&state->arena, source, "box_convention", &state->conventions,
                             &state->n_conventions, err));
    if (state->n_conventions == 0) { /* corners in pixels, as the data set's page defines them */
        state->px = rs_geom_convention(RS_STR("px"));
        state->conventions = &state->px;
        state->n_conventions = 1;
    }
    return rs_file_feed_open(source, "labels", FILES, &state->feed, err);
}

static void vhr_close(void *opened)
{
    struct vhr *state = opened;
    rs_file_feed_close(state->feed);
    rs_arena_fini(&state->arena);
}

/* The five numbers of a line, whatever blanks stand between them; false = another shape. */
static bool read_line(rs_str line, double out[N_NUMBERS])
{
    static const char shape[] = "(#,#),(#,#),#";
    size_t at = 0, n = 0;
    for (size_t i = 0; i + 1 < sizeof shape; i++) {
        /* '#' stands for a number, any other character for itself */
        while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t')) at++;
        if (shape[i] != '#') {
            if (at == line.len || line.ptr[at++] != shape[i]) return false;
            continue;
        }
        size_t span = rs_num_span(rs_str_sub(line, at, line.len));
        if (!span || !rs_num_double(rs_str_sub(line, at, at + span), &out[n++])) return false;
        at += span;
    }
    return at == line.len;
}

/* Class 1..n by the parameter's list, else by the dataset's; another number has no name. */
static rs_str class_name(const struct vhr *state, double number)
{
    size_t n = state->classes ? state->classes->n : state->source->n_classes;
    const rs_str *names = state->classes ? state->classes->values : state->source->classes;
    /* 3.5 is no class */
    if (number >= 1 && number <= (double)n && number == (double)(size_t)number)
        return names[(size_t)number - 1];
    return RS_STR("");
}

/* One object line -> one region. */
static rsift_status add_line(rs_parse *p, const struct vhr *state, rs_str line, size_t number,
                             rs_region_list *list)
{
    double numbers[N_NUMBERS];
    char where[48];
    snprintf(where, sizeof where, "line %zu", number);
    rs_count *count = &p->batch->counts[OBJECTS];
    count->seen++;
    const rs_convention *convention =
        rs_parse_convention(state->conventions, state->n_conventions, 4);
    if (!convention || !read_line(line, numbers)) {
        count->set_aside++;
        char quote[RS_QUOTE_SIZE];
        return rs_parse_find(p, RS_F_NUMBER, rs_str_of(where),
                             "expected (x1,y1),(x2,y2),class, found \"%s\"",
                             rs_err_quote(quote, line));
    }
    double *coords = rs_arena_alloc(&p->batch->arena, 4 * sizeof *coords);
    rs_region *region = coords ? rs_parse_region(p, list) : NULL;
    if (!region) return rs_err_nomem(p->err, "a region");
    memcpy(coords, numbers, 4 * sizeof *coords);
    RS_TRY(rs_parse_copy(p, class_name(state, numbers[4]), &region->label));
    region->kind = rs_parse_kind(convention);
    region->coords = coords;
    region->n_coords = 4;
    region->convention = convention;
    count->used++;
    return rs_parse_check_class(p, region->label, rs_str_of(where));
}

/* One label file -> the sample of its picture. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const struct vhr *state = opened;
    rs_str text, line, stem = rs_str_stem(p->raw->key);
    RS_TRY(rs_parse_utf8(p, p->raw->content, &text));
    if (rs_str_starts(text, RS_STR("\xEF\xBB\xBF"))) text = rs_str_sub(text, 3, text.len);
    rs_sample *sample;
    RS_TRY(rs_parse_sample(p, &sample));
    RS_TRY(rs_parse_copy(p, stem, &sample->original_id));
    RS_TRY(rs_parse_media(p, sample, stem, stem, (rs_str){0}));
    rs_region_list list = {0};
    for (size_t number = 1; rs_str_line(&text, &line); number++) {
        line = rs_str_trim(line);
        if (line.len) RS_TRY(add_line(p, state, line, number, &list));
    }
    sample->regions = list.items;
    sample->n_regions = (uint32_t)list.n;
    sample->complete = RS_COMPLETE_YES;
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status vhr_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                              rsift_error *err)
{
    const struct vhr *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, FILES, parse_one}, chunk, batch,
                         err);
}

/* The brackets of the first line are this family's own. */
static int vhr_probe(const rs_probe_input *input)
{
    rs_str text = input->head, line;
    double numbers[N_NUMBERS];
    if (!rs_str_ends_nocase(input->path, RS_STR(".txt")) || !rs_str_line(&text, &line)) return 0;
    return read_line(rs_str_trim(line), numbers) ? 95 : 0;
}

static const rs_reader_use uses[] = {
    {"labels", "*.txt", .required = true},
    {0},
};
static const char *const passes[] = {"files", "objects", NULL};
static const rs_param params[] = {
    {"box_convention", "convention", "px", "what the four numbers mean"},
    {"classes", "list", "", "names of the classes 1..n; empty: the dataset's own list"},
    {0},
};

const rs_reader rs_reader_vhr = {
    .name = "vhr",
    .version = 2,
    .summary = "one text file per image, (x1,y1),(x2,y2),class",
    .source = "gcheng-nwpu.github.io NWPU VHR-10",
    .reads = "lines of (x1,y1),(x2,y2),class",
    .takes = RS_TAKES_TEXT,
    .probe_decides = true,
    .gives = RS_HAS_HBB | RS_HAS_CLASS,
    .task = RS_TASK_DETECTION_HBB,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct vhr),
    .probe = vhr_probe,
    .open = vhr_open,
    .cut = rs_file_feed_cut_state,
    .parse = vhr_parse,
    .at = rs_file_feed_at_state,
    .close = vhr_close,
};
