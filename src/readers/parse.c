/* The loop and the small steps that every reader's parse is made of. */
#include "readers/parse.h"

#include "base/utf8.h"
#include "readers/rename.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- the loop ----------------------------------------------------------------------------- */

/* A record with undecodable bytes keeps all of its samples out of training, also those in which
 * the bytes do not show. The finding that exists has no sample yet: the first takes it over. */
static rsift_status spread_lost_text(rs_parse *p, size_t n_samples, size_t n_findings)
{
    rs_batch *batch = p->batch;
    for (size_t s = n_samples; s < batch->n_samples; s++) {
        size_t f = s == n_samples ? n_findings : batch->n_findings;
        while (f < batch->n_findings &&
               (batch->findings[f].code != RS_F_ENCODING || batch->findings[f].sample >= 0))
            f++;
        if (f < batch->n_findings) {
            batch->findings[f].sample = (int32_t)s;
            continue;
        }
        p->sample = (int32_t)s;
        RS_TRY(rs_parse_find(p, RS_F_ENCODING, RS_STR(""), "its record is not valid UTF-8"));
    }
    return RSIFT_OK;
}

/* Counts what became of a record, and removes the samples of one that is not used. */
static rsift_status settle(rs_parse *p, rs_outcome outcome, size_t n_samples, size_t n_findings,
                           rs_count *count)
{
    count->seen++;
    count->used += outcome == RS_OUTCOME_USED;
    count->merged += outcome == RS_OUTCOME_MERGED;
    count->skipped += outcome == RS_OUTCOME_SKIPPED;
    count->set_aside += outcome == RS_OUTCOME_SET_ASIDE;
    if (outcome == RS_OUTCOME_USED) return RSIFT_OK;
    while (p->batch->n_samples > n_samples) rs_batch_drop(p->batch);
    p->sample = -1;
    /* whoever sets a record aside has to leave the reason; this one stands in for a missing one */
    if (outcome != RS_OUTCOME_SET_ASIDE || p->batch->n_findings > n_findings) return RSIFT_OK;
    return rs_parse_find(p, RS_F_FORMAT, RS_STR(""), "the record cannot be used");
}

/* More than any model is trained on, and what renders a text looks at each pair of its boxes. */
enum { MOST_TEXT_BOXES = 20000, MOST_TURNS = 200000 };

/* A record with a sample beyond these is set aside whole. */
static rsift_status check_extent(rs_parse *p, size_t first, rs_outcome *outcome)
{
    if (*outcome != RS_OUTCOME_USED) return RSIFT_OK;
    for (size_t i = first; i < p->batch->n_samples; i++) {
        const rs_sample *s = &p->batch->samples[i];
        size_t n = 0;
        for (uint32_t k = 0; k < s->n_regions; k++)
            n += (s->regions[k].flags & RS_REGION_FROM_TEXT) != 0;
        if (n <= MOST_TEXT_BOXES && s->n_turns <= MOST_TURNS) continue;
        *outcome = RS_OUTCOME_SET_ASIDE;
        const bool boxes = n > MOST_TEXT_BOXES;
        p->sample = -1; /* which is not kept */
        return rs_parse_find(p, RS_F_LIMIT, RS_STR(""), "expected at most %d %s, found %zu",
                             boxes ? MOST_TEXT_BOXES : MOST_TURNS,
                             boxes ? "boxes in its text" : "turns", boxes ? n : (size_t)s->n_turns);
    }
    return RSIFT_OK;
}

rsift_status rs_parse_each(const rs_parse_job *job, const rs_chunk *chunk, rs_batch *batch,
                           rsift_error *err)
{
    rs_arena scratch = {0}, kept = {0};
    rs_words renamed;
    rsift_status status = rs_rename_of(&kept, job->source, &renamed, err);
    for (size_t i = 0; i < chunk->n && status == RSIFT_OK; i++) {
        rs_arena_reset(&scratch); /* nothing of one record's JSON outlives it */
        rs_parse p = {.source = job->source,
                      .chunk = chunk,
                      .raw = &chunk->raws[i],
                      .batch = batch,
                      .scratch = &scratch,
                      .sample = -1,
                      .err = err};
        size_t n_samples = batch->n_samples, n_findings = batch->n_findings;
        rs_outcome outcome = RS_OUTCOME_SET_ASIDE;
        status = job->fn(&p, job->state, &outcome);
        if (status == RSIFT_OK) status = rs_rename_classes(&renamed, batch, n_samples, err);
        if (status == RSIFT_OK) status = check_extent(&p, n_samples, &outcome);
        if (status == RSIFT_OK)
            status = settle(&p, outcome, n_samples, n_findings, &batch->counts[job->pass]);
        if (status == RSIFT_OK && p.lost_text) status = spread_lost_text(&p, n_samples, n_findings);
    }
    rs_arena_fini(&scratch);
    rs_arena_fini(&kept);
    return status;
}

rsift_status rs_parse_find(rs_parse *p, rs_finding_code code, rs_str where, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n < 0) text[0] = 0;
    return rs_batch_find(p->batch,
                         &(rs_finding){.code = code,
                                       .ordinal = p->raw->ordinal,
                                       .sample = p->sample,
                                       .asset = -1,
                                       .where = where},
                         p->err, "%s", text);
}

/* What the name of the record's file says of its split; "" = nothing. */
static rs_str split_of_file(const rs_parse *p)
{
    if (p->raw->use >= p->source->n_files) return RS_STR("");
    const rs_source_files *files = &p->source->files[p->raw->use];
    return files->splits && p->raw->file < files->n ? files->splits[p->raw->file] : RS_STR("");
}

static rsift_status add_split(rs_parse *p, rs_sample *sample, rs_str scheme, rs_str name)
{
    rs_split *split = rs_arena_calloc(&p->batch->arena, 1, sizeof *split);
    if (!split) return rs_err_nomem(p->err, "a split");
    RS_TRY(rs_parse_copy(p, scheme, &split->scheme));
    RS_TRY(rs_parse_copy(p, name, &split->name));
    sample->splits = split;
    sample->n_splits = 1;
    return RSIFT_OK;
}

rsift_status rs_parse_sample(rs_parse *p, rs_sample **out)
{
    /* samples of one record are numbered in the order in which they are made */
    uint32_t sub = 0;
    if (p->sample >= 0) sub = p->batch->samples[p->sample].sub + 1;
    rs_sample *sample = rs_batch_add(p->batch);
    if (!sample) return rs_err_nomem(p->err, "a sample");
    p->sample = (int32_t)(p->batch->n_samples - 1);
    sample->ordinal = p->raw->ordinal;
    sample->sub = sub;
    sample->task = p->source->task;
    RS_TRY(rs_parse_copy(p, p->source->skill, &sample->skill));
    *out = sample;
    if (p->source->split.scheme.ptr) return rs_parse_split(p, sample, p->source->split.name);
    const rs_str split = split_of_file(p);
    return split.len ? add_split(p, sample, RS_STR("own"), split) : RSIFT_OK;
}

/* ---- values -------------------------------------------------------------------------------- */

rsift_status rs_parse_copy(rs_parse *p, rs_str text, rs_str *out)
{
    *out = rs_arena_str(&p->batch->arena, text);
    return out->ptr ? RSIFT_OK : rs_err_nomem(p->err, "a text");
}

/* A record that is no JSON is a finding; running out of memory is not the record's fault. */
static rsift_status json_failed(rs_parse *p, rsift_status status, const rsift_error *why)
{
    if (status == RSIFT_E_NOMEM) {
        if (p->err) *p->err = *why;
        return status;
    }
    rs_finding_code code = status == RSIFT_E_LIMIT ? RS_F_LIMIT : RS_F_FORMAT;
    return rs_parse_find(p, code, rs_str_of(why->where), "%s", why->message);
}

rsift_status rs_parse_object(rs_parse *p, const rs_json **root)
{
    RS_TRY(rs_parse_json(p, p->raw->content, root));
    if (!*root || rs_json_kind(*root) == RS_JSON_OBJECT) return RSIFT_OK;
    const char *found = rs_json_kind_name(rs_json_kind(*root));
    *root = NULL;
    return rs_parse_find(p, RS_F_FIELD_TYPE, RS_STR(""), "expected an object, found %s", found);
}

rsift_status rs_parse_utf8(rs_parse *p, rs_str text, rs_str *out)
{
    size_t valid = rs_utf8_valid(text), n_bad = 0;
    *out = text;
    if (valid == text.len) return RSIFT_OK;
    p->lost_text = true;
    *out = rs_utf8_clean(p->scratch, text, &n_bad); /* U+FFFD for every bad byte */
    if (!out->ptr) return rs_err_nomem(p->err, "a record");
    char where[48];
    snprintf(where, sizeof where, "byte %zu", valid);
    return rs_parse_find(p, RS_F_ENCODING, rs_str_of(where), "%zu byte(s) are not valid UTF-8",
                         n_bad);
}

/* yyjson checks the encoding too: our own pass is only needed once it has complained. */
rsift_status rs_parse_json(rs_parse *p, rs_str text, const rs_json **root)
{
    rsift_error why; /* set by every failure */
    rsift_status status = rs_json_parse(p->scratch, text, p->source->limits, root, &why);
    if (status == RSIFT_OK) return RSIFT_OK;
    *root = NULL;
    if (status != RSIFT_E_FORMAT || rs_utf8_valid(text) == text.len)
        return json_failed(p, status, &why);
    rs_str clean;
    RS_TRY(rs_parse_utf8(p, text, &clean));
    status = rs_json_parse(p->scratch, clean, p->source->limits, root, &why);
    if (status == RSIFT_OK) return RSIFT_OK;
    *root = NULL;
    return json_failed(p, status, &why);
}

const rs_json *rs_parse_field(const rs_json *object, rs_str names)
{
    const rs_json *found = NULL;
    rs_str name;
    while (rs_str_split(&names, '|', &name)) {
        const rs_json *value = name.len ? rs_json_path(object, name) : NULL;
        if (!found) found = value;
        if (value && rs_json_kind(value) != RS_JSON_NULL) return value;
    }
    return found;
}

/* null, "", [] and {} say nothing that could be kept. */
static bool says_nothing(const rs_json *value)
{
    const rs_json_type kind = rs_json_kind(value);
    if (kind == RS_JSON_STR) return rs_json_str(value).len == 0;
    if (kind == RS_JSON_ARRAY || kind == RS_JSON_OBJECT) return rs_json_len(value) == 0;
    return kind == RS_JSON_NULL;
}

bool rs_parse_is_one_of(rs_str key, const rs_str *names, size_t n)
{
    for (size_t i = 0; i < n; i++) /* most names differ in their length or their first byte */
        if (names[i].len == key.len &&
            (!key.len || (names[i].ptr[0] == key.ptr[0] && rs_str_eq(names[i], key))))
            return true;
    return false;
}

rsift_status rs_parse_unkept(rs_parse *p, const rs_json *object, rs_str prefix, const rs_str *kept,
                             size_t n_kept)
{
    rs_str key;
    rs_json_iter it = rs_json_each(object);
    if (rs_json_kind(object) != RS_JSON_OBJECT || p->source->survey) return RSIFT_OK;
    for (const rs_json *value; (value = rs_json_next(&it, &key));) {
        if (rs_parse_is_one_of(key, kept, n_kept) || says_nothing(value)) continue;
        RS_TRY(rs_batch_unkept(p->batch, prefix, key, p->err));
    }
    return RSIFT_OK;
}

rs_str rs_parse_keys(rs_parse *p, const rs_json *object)
{
    enum { MOST_BYTES = 160 };
    char quote[RS_QUOTE_SIZE];
    rs_buf list = {0};
    rs_str key;
    rs_json_iter it = rs_json_each(object);
    if (rs_json_kind(object) != RS_JSON_OBJECT) return RS_STR("none");
    while (rs_json_next(&it, &key)) {
        if (list.len > MOST_BYTES) {
            rs_buf_cstr(&list, ", ...");
            break;
        }
        rs_buf_printf(&list, "%s%s", list.len ? ", " : "",
                      rs_err_quote(quote, rs_str_sub(key, 0, 32)));
    }
    const rs_str out = rs_arena_str(p->scratch, list.len ? rs_buf_view(&list) : RS_STR("none"));
    rs_buf_fini(&list);
    return out;
}

rsift_status rs_parse_text(rs_parse *p, const rs_json *value, rs_str where, rs_str *out, bool *bad)
{
    *out = (rs_str){0};
    rs_json_type kind = rs_json_kind(value);
    if (kind == RS_JSON_ABSENT || kind == RS_JSON_NULL) return RSIFT_OK;
    if (kind == RS_JSON_STR) return rs_parse_copy(p, rs_json_str(value), out);
    if (kind == RS_JSON_ARRAY || kind == RS_JSON_OBJECT) {
        *bad = true;
        return rs_parse_find(p, RS_F_FIELD_TYPE, where, "expected a string, found %s",
                             rs_json_kind_name(kind));
    }
    *out = rs_json_text(&p->batch->arena, value);
    if (!out->ptr) return rs_err_nomem(p->err, "a text");
    return rs_parse_find(p, RS_F_FIELD_COERCED, where, "expected a string, found %s %.*s",
                         rs_json_kind_name(kind), RS_STR_ARG(rs_str_sub(*out, 0, 64)));
}

typedef struct rs_numbers {
    double *items;
    size_t n, cap, max;
    const rs_json *bad; /* what is no finite number, or one more than max */
    uint32_t depth;
} rs_numbers;

/* Flattens; the parser has bounded the depth, two levels are all that geometry needs. */
static rsift_status gather(rs_parse *p, const rs_json *array, rs_numbers *out)
{
    rs_json_iter it = rs_json_each(array);
    for (const rs_json *v; (v = rs_json_next(&it, NULL));) {
        double number;
        if (rs_json_kind(v) == RS_JSON_ARRAY && out->depth < 3) {
            out->depth++;
            RS_TRY(gather(p, v, out));
            out->depth--;
            continue;
        }
        /* one bad number spoils the list: coordinates with a gap are other coordinates */
        if (!rs_json_double(v, &number) || out->n == out->max) {
            out->bad = v;
            return RSIFT_OK;
        }
        if (!rs_arena_grow(&p->batch->arena, (void **)&out->items, &out->cap, out->n + 1,
                           sizeof number))
            return rs_err_nomem(p->err, "coordinates");
        out->items[out->n++] = number;
    }
    return RSIFT_OK;
}

static rsift_status find_bad_number(rs_parse *p, const rs_numbers *numbers, rs_str where)
{
    double number;
    if (rs_json_double(numbers->bad, &number))
        return rs_parse_find(p, RS_F_NUMBER, where, "expected at most %zu numbers", numbers->max);
    const rs_json_type kind = rs_json_kind(numbers->bad);
    const rs_str text = rs_json_text(p->scratch, numbers->bad);
    char quoted[RS_QUOTE_SIZE];
    return rs_parse_find(p, RS_F_NUMBER, where, "expected finite numbers, found %s%s%s",
                         rs_json_kind_name(kind), text.len ? " " : "",
                         text.len ? rs_err_quote(quoted, text) : "");
}

rsift_status rs_parse_numbers(rs_parse *p, const rs_json *array, rs_str where, size_t max,
                              double **out, size_t *n)
{
    rs_numbers numbers = {.max = max};
    *out = NULL;
    *n = 0;
    if (rs_json_kind(array) != RS_JSON_ARRAY)
        return rs_parse_find(p, RS_F_NUMBER, where, "expected an array of numbers, found %s",
                             rs_json_kind_name(rs_json_kind(array)));
    RS_TRY(gather(p, array, &numbers));
    if (numbers.bad) return find_bad_number(p, &numbers, where);
    *out = numbers.items;
    *n = numbers.n;
    return RSIFT_OK;
}

/* ---- regions -------------------------------------------------------------------------------- */

rs_region *rs_parse_region(rs_parse *p, rs_region_list *list)
{
    if (!rs_arena_grow(&p->batch->arena, (void **)&list->items, &list->cap, list->n + 1,
                       sizeof *list->items))
        return NULL;
    rs_region *region = &list->items[list->n++];
    *region = (rs_region){.turn = -1, .label = RS_STR("")};
    return region;
}

rs_region_kind rs_parse_kind(const rs_convention *convention)
{
    switch (convention->shape) {
    case RS_SHAPE_OBB_XYXYA:
    case RS_SHAPE_OBB_CXCYWHA:
    case RS_SHAPE_QUAD: return RS_REGION_OBB;
    case RS_SHAPE_POLYGON: return RS_REGION_POLYGON;
    case RS_SHAPE_POINT: return RS_REGION_POINT;
    default: return RS_REGION_HBB;
    }
}

size_t rs_parse_n_numbers(const rs_convention *convention)
{
    switch (convention->shape) {
    case RS_SHAPE_OBB_XYXYA:
    case RS_SHAPE_OBB_CXCYWHA: return 5;
    case RS_SHAPE_QUAD: return 8;
    case RS_SHAPE_POLYGON: return 0;
    case RS_SHAPE_POINT: return 2;
    default: return 4;
    }
}

const rs_convention *rs_parse_convention(const rs_convention *const *list, size_t n_list, size_t n)
{
    for (size_t i = 0; i < n_list; i++) {
        size_t expected = rs_parse_n_numbers(list[i]);
        bool polygon = expected == 0 && n >= 6 && n % 2 == 0;
        if (expected == n || polygon) return list[i];
    }
    return NULL;
}

/* ---- parts of a sample ----------------------------------------------------------------------- */

rsift_status rs_parse_turns(rs_parse *p, size_t n, rs_turn **out)
{
    *out = rs_arena_calloc(&p->batch->arena, n ? n : 1, sizeof **out);
    return *out ? RSIFT_OK : rs_err_nomem(p->err, "turns");
}

rsift_status rs_parse_media(rs_parse *p, rs_sample *sample, rs_str name, rs_str id,
                            rs_str class_name)
{
    /* a source without templates has one picture, named as the annotation names it */
    size_t n = p->source->n_media ? p->source->n_media : 1;
    rs_asset_ref *assets = rs_arena_calloc(&p->batch->arena, n, sizeof *assets);
    if (!assets) return rs_err_nomem(p->err, "assets");
    for (size_t i = 0; i < n; i++) {
        assets[i].role = p->source->n_media ? p->source->media[i].role : RS_ASSET_IMAGE;
        rs_str path = rs_source_media_path(p->scratch, p->source, i, name, id, class_name);
        if (!path.ptr) return rs_err_nomem(p->err, "a picture's path");
        RS_TRY(rs_parse_copy(p, path, &assets[i].path));
    }
    sample->assets = assets;
    sample->n_assets = (uint32_t)n;
    return RSIFT_OK;
}

rsift_status rs_parse_split(rs_parse *p, rs_sample *sample, rs_str name)
{
    rs_str scheme = p->source->split.scheme.ptr ? p->source->split.scheme : RS_STR("official");
    return add_split(p, sample, scheme, name);
}

rsift_status rs_parse_label(rs_parse *p, rs_sample *sample, rs_str label)
{
    rs_str *labels = rs_arena_calloc(&p->batch->arena, 1, sizeof *labels);
    if (!labels) return rs_err_nomem(p->err, "a label");
    RS_TRY(rs_parse_copy(p, label, labels));
    sample->labels = labels;
    sample->n_labels = 1;
    return RSIFT_OK;
}

rs_str rs_parse_where(char out[RS_WHERE_SIZE], const char *before, size_t number, const char *after)
{
    enum { MOST = 15 };
    char digits[20], *p = out;
    size_t n_digits = 0;
    for (size_t i = 0; i < MOST && before[i]; i++) *p++ = before[i];
    do digits[n_digits++] = (char)('0' + number % 10);
    while (number /= 10);
    while (n_digits) *p++ = digits[--n_digits];
    for (size_t i = 0; i < MOST && after[i]; i++) *p++ = after[i];
    return rs_str_make(out, (size_t)(p - out));
}

rsift_status rs_parse_check_class(rs_parse *p, rs_str label, rs_str where)
{
    for (size_t i = 0; i < p->source->n_classes; i++)
        if (rs_str_eq(p->source->classes[i], label)) return RSIFT_OK;
    bool named = rs_model_is_name(label);
    if (p->source->n_classes == 0 && named) return RSIFT_OK; /* no list to check against */
    char quote[RS_QUOTE_SIZE];
    return rs_parse_find(p, RS_F_CLASS_UNKNOWN, where,
                         named       ? "the class \"%s\" is not in the dataset's list"
                         : label.len ? "the class \"%s\" is a number that no list names"
                                     : "the object has no class%s",
                         label.len ? rs_err_quote(quote, label) : "");
}
