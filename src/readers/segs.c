/* GeoPixelD: one JSON per picture, a description in which "[SEG]" stands for a mask, and
 * `polygons`, whose i-th list has the rings of the i-th "[SEG]" in pixels. Each ring is a region at
 * the bytes of its "[SEG]"; the phrase in front of it in <p>..</p> is the label. Quirks met: rings
 * traced pixel by pixel, phrases numbered by hand ("tennis court-1"). */
#include "readers/feed_files.h"
#include "readers/shape.h"

#include <stdio.h>

enum { FILES, RINGS, MOST_NUMBERS = 1 << 17 };

struct segs {
    rs_file_feed *feed; /* first: rs_file_feed_cut_state */
    const rs_source *source;
    const rs_convention *polygon;
};

static rsift_status segs_open(void *opened, const rs_source *source, rs_chunk *first,
                              rsift_error *err)
{
    (void)first;
    struct segs *state = opened;
    state->source = source;
    state->polygon = rs_geom_convention(RS_STR("px-polygon"));
    return rs_file_feed_open(source, "json", FILES, &state->feed, err);
}

static void segs_close(void *opened)
{
    rs_file_feed_close(((struct segs *)opened)->feed);
}

/* ---- masks in the text ----------------------------------------------------------------------- */

/* Where a "[SEG]" stands in the text, and its phrase. */
typedef struct mark {
    size_t begin, end;
    size_t phrase_begin, phrase_end; /* with the tags; equal = it has none */
    rs_str phrase;
} mark;

/* The next "[SEG]" from byte `at` on; false = there is none. */
static bool next_mark(rs_str text, size_t at, mark *out)
{
    const rs_str word = RS_STR("[SEG]");
    const size_t found = rs_str_find(rs_str_sub(text, at, text.len), word);
    if (found == RS_NPOS) return false;
    *out = (mark){.begin = at + found, .end = at + found + word.len};
    /* "<p> phrase </p> [SEG]", with nothing but blanks in front of the word */
    const rs_str before = rs_str_sub(text, at, out->begin);
    size_t end = before.len;
    while (end > 0 && before.ptr[end - 1] == ' ') end--;
    const rs_str tagged = rs_str_sub(before, 0, end);
    if (!rs_str_ends(tagged, RS_STR("</p>"))) return true;
    const rs_str inner = rs_str_sub(tagged, 0, tagged.len - 4);
    for (size_t open = inner.len; open-- > 0;) {
        if (!rs_str_starts(rs_str_sub(inner, open, inner.len), RS_STR("<p>"))) continue;
        out->phrase = rs_str_trim(rs_str_sub(inner, open + 3, inner.len));
        out->phrase_begin = at + open;
        out->phrase_end = at + tagged.len;
        break;
    }
    return true;
}

static size_t count_marks(rs_str text)
{
    mark one;
    size_t n = 0;
    for (size_t at = 0; next_mark(text, at, &one); at = one.end) n++;
    return n;
}

/* A file that is being read. */
typedef struct reading {
    rs_parse *p;
    const struct segs *state;
    rs_region_list list;
} reading;

/* One ring of the `group`-th mark -> one region. */
static rsift_status add_ring(reading *r, const rs_json *ring, const mark *m, uint32_t group,
                             rs_str where)
{
    rs_parse *p = r->p;
    rs_count *count = &p->batch->counts[RINGS];
    double *numbers;
    size_t n = 0;
    rs_region *region;
    count->seen++;
    RS_TRY(rs_parse_numbers(p, ring, where, MOST_NUMBERS, &numbers, &n));
    if (n < 6 || n % 2) {
        count->set_aside++;
        return rs_parse_find(p, RS_F_OBJECT_UNREAD, where,
                             "expected a ring of at least three points, found %zu numbers", n);
    }
    const rs_drawn_shape shape = {
        .meaning = r->state->polygon, .numbers = numbers, .n = n, .label = m->phrase};
    RS_TRY(rs_shape_add(p, &r->list, &shape, &region));
    region->flags = RS_REGION_FROM_TEXT;
    region->turn = 0;
    region->begin = (uint32_t)m->begin;
    region->end = (uint32_t)m->end;
    region->phrase_begin = (uint32_t)m->phrase_begin;
    region->phrase_end = (uint32_t)m->phrase_end;
    region->group = group;
    count->used++;
    return RSIFT_OK;
}

/* The rings of all marks. A mark without one would be passed on as a word of the text, hence the
 * finding, which keeps its sample out of training. */
static rsift_status add_masks(reading *r, rs_str text, const rs_json *polygons)
{
    rs_json_iter lists = rs_json_each(polygons);
    mark m;
    uint32_t group = 0;
    for (size_t at = 0; next_mark(text, at, &m); at = m.end, group++) {
        const size_t first = r->list.n;
        rs_json_iter rings = rs_json_each(rs_json_next(&lists, NULL));
        char where[64];
        size_t i = 0;
        for (const rs_json *ring; (ring = rs_json_next(&rings, NULL)); i++) {
            const int n = snprintf(where, sizeof where, "polygons[%u][%zu]", group, i);
            RS_TRY(add_ring(r, ring, &m, group, rs_str_make(where, (size_t)n)));
        }
        if (r->list.n > first && i == r->list.n - first) continue;
        const int n = snprintf(where, sizeof where, "polygons[%u]", group);
        RS_TRY(rs_parse_find(r->p, RS_F_BOX_TEXT_UNPARSED, rs_str_make(where, (size_t)n),
                             "a ring of the [SEG] at byte %zu is missing", m.begin));
    }
    return RSIFT_OK;
}

/* ---- one file -------------------------------------------------------------------------------- */

static const rs_str kept[] = {{"id", 2}, {"img", 3}, {"gcg_description", 15}, {"polygons", 8}};

/* One file -> the sample of its picture. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const rs_json *root;
    rs_sample *sample;
    rs_turn *turns;
    rs_str text;
    bool bad = false;
    reading r = {.p = p, .state = opened};
    RS_TRY(rs_parse_object(p, &root));
    if (!root) return RSIFT_OK;
    RS_TRY(rs_parse_text(p, rs_json_get(root, "gcg_description"), RS_STR("gcg_description"), &text,
                         &bad));
    if (bad) return RSIFT_OK;
    if (!rs_str_trim(text).len || text.len > UINT32_MAX)
        return rs_parse_find(p, RS_F_FIELD_MISSING, RS_STR("gcg_description"),
                             "the file has no description; its keys: %.*s",
                             RS_STR_ARG(rs_parse_keys(p, root)));
    const rs_json *polygons = rs_json_get(root, "polygons");
    const size_t n_marks = count_marks(text);
    const size_t n_lists = rs_json_kind(polygons) == RS_JSON_ARRAY ? rs_json_len(polygons) : 0;
    /* which mask is whose is told by their order alone */
    if (n_marks != n_lists)
        return rs_parse_find(p, RS_F_FIELD_TYPE, RS_STR("polygons"),
                             "expected a list of rings for each of %zu [SEG], found %zu", n_marks,
                             n_lists);
    const rs_str stem = rs_str_stem(p->raw->key);
    RS_TRY(rs_parse_sample(p, &sample));
    RS_TRY(rs_parse_copy(p, stem, &sample->original_id));
    RS_TRY(rs_parse_media(p, sample, stem, stem, rs_str_basename(rs_str_dirname(p->raw->key))));
    RS_TRY(rs_shape_note_name(p, sample, stem, rs_json_str(rs_json_get(root, "img"))));
    RS_TRY(rs_parse_turns(p, 1, &turns));
    turns[0] = (rs_turn){.role = RS_TURN_REFERENCE, .text = text};
    sample->turns = turns;
    sample->n_turns = 1;
    RS_TRY(add_masks(&r, text, polygons));
    RS_TRY(rs_parse_unkept(p, root, RS_STR(""), kept, sizeof kept / sizeof *kept));
    sample->regions = r.list.items;
    sample->n_regions = (uint32_t)r.list.n;
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status segs_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                               rsift_error *err)
{
    const struct segs *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, FILES, parse_one}, chunk, batch,
                         err);
}

static int segs_probe(const rs_probe_input *input)
{
    return rs_probe_begins(input, '{') && rs_probe_holds(input, "\"gcg_description\"") ? 96 : 0;
}

static const rs_reader_use uses[] = {
    {"json", "*.json", .required = true},
    {0},
};
static const char *const passes[] = {"files", "rings", NULL};
static const rs_param params[] = {{0}};

const rs_reader rs_reader_segs = {
    .name = "segs",
    .version = 1,
    .summary = "one JSON per image, a description with [SEG] and the rings of each",
    .source = "mbzuai-oryx/GeoPixel data/GeoPixelD",
    .reads = "a JSON object with gcg_description and polygons",
    .takes = RS_TAKES_JSON,
    .probe_decides = true,
    .gives = RS_HAS_TEXT | RS_HAS_POLYGON,
    .task = RS_TASK_GROUNDED_CAPTION,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct segs),
    .probe = segs_probe,
    .open = segs_open,
    .cut = rs_file_feed_cut_state,
    .parse = segs_parse,
    .at = rs_file_feed_at_state,
    .close = segs_close,
};
