/* VOC XML whose objects each have a referring expression (DIOR-RSVG, OPT-RSVG, ann_split of
 * RRSIS-D): each object is a sample of its own. The split is of the object: by lists of its number
 * among all files, or of the file, by a child of <annotation>. Quirks met: a loader that does not
 * sort the files reads other splits; an upload of the Chinese edition under the English one's name;
 * several expressions of one picture in several splits. */
#include "base/num.h"
#include "base/utf8.h"
#include "readers/feed_files.h"
#include "readers/object_splits.h"
#include "readers/voc_file.h"

#include <inttypes.h>
#include <stdio.h>

struct voc_phrases {
    const rs_source *source;
    rs_file_feed *feed;
    rs_voc_format format;
    const char *phrase_field, *split_field; /* elements; split_field NULL = none */
    rs_object_splits splits;
    bool latin;            /* expressions are expected in Latin script */
    size_t n_other_script; /* files that have others */
    rs_arena arena;
};

/* ---- what only a look at all files tells ----------------------------------------------------- */

/* Chinese characters, kana and Hangul. */
static bool holds_other_script(rs_str text)
{
    const char *p = text.ptr, *end = text.ptr + text.len;
    while (p < end) {
        const uint32_t code = rs_utf8_next(&p, end);
        if (code >= 0x2e80 && code < 0xfb00) return true;
    }
    return false;
}

typedef struct counter {
    const struct voc_phrases *state;
    bool other_script;
} counter;

static rsift_status look_at_object(void *ctx, const rs_xml *object, size_t i)
{
    counter *c = ctx;
    (void)i;
    if (c->state->latin) {
        const rs_str phrase = rs_xml_text(object, c->state->phrase_field);
        c->other_script |= phrase.len && holds_other_script(phrase);
    }
    return RSIFT_OK;
}

static bool count_objects(void *ctx, rs_arena *scratch, rs_str bytes, size_t *n)
{
    struct voc_phrases *state = ctx;
    const rs_xml *root;
    counter c = {.state = state};
    rs_voc_walk w = {.fn = look_at_object, .ctx = &c};
    if (rs_xml_parse(scratch, bytes, state->source->limits, &root, NULL) != RSIFT_OK) return false;
    (void)rs_voc_each_object(&w, root); /* cannot fail */
    state->n_other_script += c.other_script;
    *n = w.n_objects;
    return true;
}

/* What only a look at all files tells: which object has which number, and whether the texts are
 * those of another edition. */
static rsift_status open_splits(struct voc_phrases *state, rs_chunk *first, rsift_error *err)
{
    const rs_source *source = state->source;
    rs_object_counting how = {
        .source = source, .records = "xml", .count = count_objects, .ctx = state};
    (void)rs_num_i64(rs_source_param(source, "objects", RS_STR("0")), &how.n_expected);
    if (how.n_expected > 0) how.lists = "lists";
    state->latin =
        rs_str_eq(rs_source_param(source, "phrase_script", RS_STR("any")), RS_STR("latin"));
    if (how.n_expected == 0 && !state->latin) return RSIFT_OK; /* the lists are of something else */
    RS_TRY(rs_object_splits_open(&how, &state->arena, first, &state->splits, err));
    if (state->n_other_script == 0) return RSIFT_OK;
    return rs_chunk_find(first, RS_F_LANGUAGE, -1, RS_STR(""), err,
                         "expected expressions in Latin script; %zu files have Chinese ones, as "
                         "the release's other archive has them",
                         state->n_other_script);
}

/* The parameter as an element's name; NULL = it is not given. */
static rsift_status element_of(struct voc_phrases *state, const char *key, rs_str usual,
                               const char **out, rsift_error *err)
{
    const rs_str name = rs_source_param(state->source, key, usual);
    *out = name.len ? rs_arena_cstr(&state->arena, name) : NULL;
    return name.len && !*out ? rs_err_nomem(err, "a parameter") : RSIFT_OK;
}

static rsift_status phrases_open(void *opened, const rs_source *source, rs_chunk *first,
                                 rsift_error *err)
{
    struct voc_phrases *state = opened;
    state->source = source;
    RS_TRY(element_of(state, "phrase_field", RS_STR("description"), &state->phrase_field, err));
    RS_TRY(element_of(state, "split_field", RS_STR(""), &state->split_field, err));
    RS_TRY(rs_voc_format_open(&state->format, source, &state->arena, err));
    RS_TRY(open_splits(state, first, err));
    return rs_file_feed_open(source, "xml", RS_VOC_FILES, &state->feed, err);
}

static rsift_status phrases_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    return rs_file_feed_cut(((struct voc_phrases *)opened)->feed, chunk, err);
}

static rsift_status phrases_at(void *opened, const rs_record_ref *ref, rs_chunk *chunk,
                               rsift_error *err)
{
    return rs_file_feed_at(((struct voc_phrases *)opened)->feed, ref, chunk, err);
}

static void phrases_close(void *opened)
{
    struct voc_phrases *state = opened;
    rs_file_feed_close(state->feed);
    rs_arena_fini(&state->arena);
}

/* ---- one file -------------------------------------------------------------------------------- */

/* The expressions of a picture. */
typedef struct reading {
    rs_voc_file file;
    const struct voc_phrases *state;
    size_t n_samples;
} reading;

/* The id of an expression: its object's number among all files, where the release counts them so,
 * else its place in its file. */
static rs_str phrase_id(const reading *r, size_t i)
{
    const rs_object_splits *splits = &r->state->splits;
    const rs_parse *p = r->file.p;
    if (splits->valid)
        return rs_arena_printf(&p->batch->arena, "%zu", splits->first[p->raw->file] + i);
    return rs_arena_printf(&p->batch->arena, "%.*s/%zu", RS_STR_ARG(r->file.stem), i);
}

/* The split that the lists or the file name. */
static rsift_status set_split(reading *r, rs_sample *sample, size_t i)
{
    rs_parse *p = r->file.p;
    if (r->state->split_field) {
        const rs_str split = rs_xml_text(r->file.root, r->state->split_field);
        if (split.len) return rs_parse_split(p, sample, split);
        return rs_parse_find(p, RS_F_SPLIT_UNKNOWN, rs_str_of(r->state->split_field),
                             "the file does not say in which split it is");
    }
    const rsift_status status = rs_object_splits_give(&r->state->splits, p->source, p->raw->file, i,
                                                      &p->batch->arena, sample);
    return status == RSIFT_OK ? RSIFT_OK : rs_err_nomem(p->err, "splits");
}

/* The sample of an object's expression, its region already read. */
static rsift_status add_sample(reading *r, rs_str phrase, size_t i, const rs_region_list *list)
{
    rs_parse *p = r->file.p;
    rs_sample *sample;
    rs_turn *turns;
    RS_TRY(rs_voc_sample(&r->file, &sample));
    sample->sub = (uint32_t)i; /* each object is known by its place in the file */
    sample->original_id = phrase_id(r, i);
    if (!sample->original_id.ptr) return rs_err_nomem(p->err, "an id");
    RS_TRY(rs_parse_turns(p, 1, &turns));
    turns[0].role = RS_TURN_PHRASE;
    RS_TRY(rs_parse_copy(p, phrase, &turns[0].text));
    sample->turns = turns;
    sample->n_turns = 1;
    sample->regions = list->items;
    sample->n_regions = (uint32_t)list->n;
    r->n_samples++;
    return set_split(r, sample, i);
}

/* An object with its expression: a sample of its own. */
static rsift_status read_phrase(void *ctx, const rs_xml *object, size_t i)
{
    reading *r = ctx;
    rs_parse *p = r->file.p;
    char where[48];
    rs_region *region;
    rs_region_list list = {0};
    snprintf(where, sizeof where, "object[%zu]", i);
    p->sample = -1; /* what is wrong with this object is not about the one before */
    const rs_str phrase = rs_xml_text(object, r->state->phrase_field);
    if (!phrase.len) {
        p->batch->counts[RS_VOC_OBJECTS].seen++;
        p->batch->counts[RS_VOC_OBJECTS].set_aside++;
        return rs_parse_find(p, RS_F_FIELD_MISSING, rs_str_of(where),
                             "the object has no <%s>: there is no expression",
                             r->state->phrase_field);
    }
    RS_TRY(rs_voc_region(&r->file, object, rs_str_of(where), &list, &region));
    if (!region) return RSIFT_OK;
    RS_TRY(add_sample(r, phrase, i, &list));
    return rs_parse_check_class(p, region->label, rs_str_of(where));
}

/* One annotation file -> a sample for each expression. A file without objects has none. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    reading r = {.state = opened};
    rs_voc_walk walk = {.fn = read_phrase, .ctx = &r};
    RS_TRY(rs_voc_open(p, &r.state->format, &r.file));
    if (!r.file.root) return RSIFT_OK;
    RS_TRY(rs_voc_each_object(&walk, r.file.root));
    p->sample = -1;
    const size_t n_findings = p->batch->n_findings;
    RS_TRY(rs_voc_check_unknown(&r.file, &walk));
    const bool none = walk.n_objects == 0 && p->batch->n_findings == n_findings;
    *outcome = r.n_samples ? RS_OUTCOME_USED : none ? RS_OUTCOME_SKIPPED : RS_OUTCOME_SET_ASIDE;
    return RSIFT_OK;
}

static rsift_status phrases_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                  rsift_error *err)
{
    const struct voc_phrases *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, RS_VOC_FILES, parse_one}, chunk,
                         batch, err);
}

/* Only where objects have expressions: plain VOC is the reader voc's. */
static int phrases_probe(const rs_probe_input *input)
{
    if (rs_voc_probe(input) < 95 || !rs_probe_holds(input, "<description>")) return 0;
    /* FAIR1M writes <description>None</description> beside its <points> */
    return rs_probe_holds(input, "<points>") || !rs_probe_holds(input, "<bndbox>") ? 0 : 97;
}

static rs_task phrases_task(const rs_source *source)
{
    return rs_str_eq(rs_source_param(source, "box", RS_STR("hbb")), RS_STR("obb"))
               ? RS_TASK_GROUNDING_OBB
               : RS_TASK_GROUNDING_HBB;
}

static const rs_reader_use uses[] = {
    {"xml", "*.xml", .required = true},
    {"lists", "train.txt val.txt test.txt", .sidecar = true}, /* read with `objects` only */
    {0},
};
static const char *const passes[] = {"files", "objects", NULL};
static const rs_param params[] = {
    {"box", "hbb|obb", "hbb", "hbb: bndbox; obb: robndbox where there is one"},
    {"box_convention", "convention", "px",
     "what the numbers mean; of a list, the first with as many numbers"},
    {"class_names", "map", "", "spelling in the file -> class"},
    {"objects", "int", "0", "objects of the release, which its split lists number; 0: no lists"},
    {"phrase_field", "text", "description", "element of an object with its expression"},
    {"phrase_script", "any|latin", "any", "latin: expressions in another script are reported"},
    {"split_field", "text", "", "child of <annotation> that names the split"},
    {0},
};

const rs_reader rs_reader_voc_phrases = {
    .name = "voc-phrases",
    .version = 3,
    .summary = "one Pascal VOC XML per image, a referring expression for each object",
    .source = "ZhanYang-nwpu/RSVG-pytorch; like413/OPT-RSVG",
    .reads = "XML with an annotation whose objects have a description",
    .takes = RS_TAKES_XML,
    .probe_decides = true,
    .gives = RS_HAS_HBB | RS_HAS_OBB | RS_HAS_CLASS | RS_HAS_TEXT,
    .task = RS_TASK_GROUNDING_HBB,
    .task_of = phrases_task,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct voc_phrases),
    .probe = phrases_probe,
    .open = phrases_open,
    .cut = phrases_cut,
    .parse = phrases_parse,
    .at = phrases_at,
    .close = phrases_close,
};
