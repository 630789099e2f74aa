/* Caption files in Karpathy's form: `images`, each with a file name, a split and `sentences`. One
 * sample is one image (or pair) with all its reference captions.
 * Quirks met: `raw` missing so that only tokens remain; a folder field next to the name (LEVIR-CC's
 * filepath); NWPU-Captions, an object keyed by class whose records have raw, raw_1 .. raw_4
 * (list: "*"); leading blanks and " ." ends, kept as released. */
#include "readers/feed_json.h"
#include "readers/parse.h"

#include <stdio.h>

enum { MAX_SENTENCES = 1000 };

struct karpathy {
    const rs_source *source;
    rs_json_feed feed;
    rs_str name_field, path_field, label_field;
};

static rsift_status karpathy_open(void *opened, const rs_source *source, rs_chunk *first,
                                  rsift_error *err)
{
    (void)first;
    struct karpathy *state = opened;
    state->source = source;
    state->name_field = rs_source_param(source, "name_field", RS_STR("filename"));
    state->path_field = rs_source_param(source, "path_field", RS_STR(""));
    state->label_field = rs_source_param(source, "label_field", RS_STR(""));
    rs_str path = rs_source_param(source, "list", RS_STR("images"));
    return rs_json_feed_open(&state->feed, source, "records", path, 0, err);
}

static rsift_status karpathy_cut(void *opened, rs_chunk *chunk, rsift_error *err)
{
    return rs_json_feed_cut(&((struct karpathy *)opened)->feed, chunk, err);
}

static rsift_status karpathy_at(void *opened, const rs_record_ref *ref, rs_chunk *chunk,
                                rsift_error *err)
{
    return rs_json_feed_at(&((struct karpathy *)opened)->feed, ref, chunk, err);
}

static void karpathy_close(void *opened)
{
    rs_json_feed_close(&((struct karpathy *)opened)->feed);
}

/* Words joined by blanks, for sentences that are only there as tokens. */
static rsift_status join_tokens(rs_parse *p, const rs_json *tokens, rs_str *out)
{
    rs_buf text = {0};
    rs_json_iter it = rs_json_each(tokens);
    for (const rs_json *token; (token = rs_json_next(&it, NULL));) {
        if (text.len) rs_buf_char(&text, ' '); /* the original blanks are lost with `raw` */
        rs_str word = rs_json_str(token);
        rs_buf_str(&text, word.ptr ? word : RS_STR(""));
    }
    rsift_status status =
        text.failed ? rs_err_nomem(p->err, "a caption") : rs_parse_copy(p, rs_buf_view(&text), out);
    rs_buf_fini(&text);
    return status;
}

/* One sentence: a text, or an object with `raw`, `sentence` or only `tokens`. */
static rsift_status read_sentence(rs_parse *p, const rs_json *one, size_t i, rs_str *out, bool *bad)
{
    char where[48];
    snprintf(where, sizeof where, "sentences[%zu].raw", i);
    if (rs_json_kind(one) == RS_JSON_STR) return rs_parse_copy(p, rs_json_str(one), out);
    const rs_json *raw = rs_json_get(one, "raw");
    if (!raw) raw = rs_json_get(one, "sentence");
    if (!raw && rs_json_kind(rs_json_get(one, "tokens")) == RS_JSON_ARRAY)
        return join_tokens(p, rs_json_get(one, "tokens"), out);
    RS_TRY(rs_parse_text(p, raw, rs_str_of(where), out, bad));
    if (out->ptr || *bad) return RSIFT_OK;
    *bad = true;
    return rs_parse_find(p, RS_F_FIELD_MISSING, rs_str_of(where), "the sentence has no text");
}

/* raw, raw_1, raw_2 ...: NWPU-Captions' sentences, which stand in the image's own record. */
static const rs_json *flat_sentence(const rs_json *root, size_t i)
{
    char name[32];
    if (i == 0) return rs_json_get(root, "raw");
    snprintf(name, sizeof name, "raw_%zu", i);
    return rs_json_get(root, name);
}

/* All reference sentences of an image as turns. An image without any is set aside. */
static rsift_status read_sentences(rs_parse *p, const rs_json *root, rs_sample *sample, bool *bad)
{
    const rs_json *list = rs_json_get(root, "sentences");
    size_t n = rs_json_len(list);
    if (!list) /* no list: the sentences stand in the record, or there are none */
        while (n < MAX_SENTENCES && flat_sentence(root, n)) n++;
    bool no_list = list && rs_json_kind(list) != RS_JSON_ARRAY;
    if (n == 0 || no_list) {
        *bad = true;
        return rs_parse_find(p, no_list ? RS_F_FIELD_TYPE : RS_F_FIELD_MISSING, RS_STR("sentences"),
                             "the image has no list of sentences");
    }
    rs_turn *turns;
    RS_TRY(rs_parse_turns(p, n, &turns));
    rs_json_iter it = rs_json_each(list);
    for (size_t i = 0; i < n && !*bad; i++) {
        turns[i].role = RS_TURN_REFERENCE;
        const rs_json *one = list ? rs_json_next(&it, NULL) : flat_sentence(root, i);
        RS_TRY(read_sentence(p, one, i, &turns[i].text, bad));
    }
    sample->turns = turns;
    sample->n_turns = (uint32_t)n;
    return RSIFT_OK;
}

/* The picture, or the pair, by the source's templates. */
static rsift_status add_pictures(rs_parse *p, const struct karpathy *state, const rs_json *root,
                                 rs_str name, rs_str split, rs_sample *sample)
{
    rs_str folder =
        state->path_field.len ? rs_json_str(rs_json_path(root, state->path_field)) : (rs_str){0};
    if (folder.len) name = rs_arena_join(p->scratch, folder, RS_STR("/"), name);
    if (!name.ptr) return rs_err_nomem(p->err, "a picture's name");
    /* {split} of a template is the record's split, not the source's */
    rs_source own = *p->source;
    if (split.len) own.split.name = split;
    rs_parse with_split = *p;
    with_split.source = &own;
    return rs_parse_media(&with_split, sample, name, sample->original_id, p->raw->key);
}

/* One image with its sentences -> one sample. */
static rsift_status parse_one(rs_parse *p, const void *opened, rs_outcome *outcome)
{
    const struct karpathy *state = opened;
    const rs_json *root;
    bool bad = false;
    rs_str name, split, label;
    RS_TRY(rs_parse_json(p, p->raw->content, &root));
    if (!root) return RSIFT_OK;
    RS_TRY(rs_parse_text(p, rs_json_path(root, state->name_field), state->name_field, &name, &bad));
    if (bad) return RSIFT_OK;
    if (!name.len)
        return rs_parse_find(p, RS_F_FIELD_MISSING, state->name_field,
                             "the record names no picture");
    rs_sample *sample;
    RS_TRY(rs_parse_sample(p, &sample));
    /* ids are numbers in most files and texts in some: kept as text, without a finding */
    const rs_json *id = rs_json_get(root, "imgid");
    rs_str id_text = rs_json_text(&p->batch->arena, id ? id : rs_json_get(root, "id"));
    RS_TRY(rs_parse_copy(p, id_text.ptr ? id_text : RS_STR(""), &sample->original_id));
    RS_TRY(rs_parse_text(p, rs_json_get(root, "split"), RS_STR("split"), &split, &bad));
    /* Karpathy's own splits; a source's fixed split gives way to the record's */
    if (split.len) RS_TRY(rs_parse_split(p, sample, split));
    if (state->label_field.len) {
        label = rs_json_text(p->scratch, rs_json_path(root, state->label_field));
        if (label.ptr) RS_TRY(rs_parse_label(p, sample, label));
    }
    if (!bad) RS_TRY(read_sentences(p, root, sample, &bad));
    if (bad) return RSIFT_OK;
    RS_TRY(add_pictures(p, state, root, name, split, sample));
    *outcome = RS_OUTCOME_USED;
    return RSIFT_OK;
}

static rsift_status karpathy_parse(const void *opened, const rs_chunk *chunk, rs_batch *batch,
                                   rsift_error *err)
{
    const struct karpathy *state = opened;
    return rs_parse_each(&(rs_parse_job){state->source, state, 0, parse_one}, chunk, batch, err);
}

/* Sentences alone may be another caption format; with `raw` it is this one. */
static int karpathy_probe(const rs_probe_input *input)
{
    if (!rs_probe_begins(input, '{')) return 0;
    bool sentences = rs_probe_holds(input, "\"sentences\"") || rs_probe_holds(input, "\"sentids\"");
    return sentences && rs_probe_holds(input, "\"raw\"") ? 95 : sentences ? 60 : 0;
}

static const rs_reader_use uses[] = {
    {"records", "*.json", .required = true},
    {0},
};
static const char *const passes[] = {"images", NULL};
static const rs_param params[] = {
    {"label_field", "text", "", "field of an image-level flag (changeflag)"},
    {"list", "text", "images", "where the images are; * = lists under any key (NWPU-Captions)"},
    {"name_field", "text", "filename", "field of the picture's name"},
    {"path_field", "text", "", "field of the folder put before the name"},
    {0},
};

const rs_reader rs_reader_karpathy = {
    .name = "karpathy",
    .version = 1,
    .summary = "images with reference sentences and splits in one JSON file",
    .source = "karpathy/neuraltalk2 dataset.json; 201528014227051/RSICD_optimal",
    .reads = "a JSON object with a list of images that have sentences",
    .takes = RS_TAKES_JSON,
    .gives = RS_HAS_TEXT | RS_HAS_PAIRS,
    .task = RS_TASK_CAPTION,
    .uses = uses,
    .passes = passes,
    .params = params,
    .state_size = sizeof(struct karpathy),
    .probe = karpathy_probe,
    .open = karpathy_open,
    .cut = karpathy_cut,
    .parse = karpathy_parse,
    .at = karpathy_at,
    .close = karpathy_close,
};
