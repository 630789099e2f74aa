/* Names, identities and counts of the record model. */
#include "model/sample.h"

#include "base/ascii.h"
#include "base/num.h"
#include "base/utf8.h"

#include <math.h>
#include <stdlib.h>

/* In the order of rs_task. */
static const char *const task_names[] = {
#define X(name, text) text,
    RS_TASKS(X)
#undef X
};

const char *rs_model_task_name(rs_task task)
{
    return (size_t)task < RS_N_TASKS ? task_names[task] : "unknown";
}

bool rs_model_task_parse(rs_str name, rs_task *out)
{
    for (size_t i = 0; i < RS_N_TASKS; i++) {
        if (!rs_str_eq(name, rs_str_of(task_names[i]))) continue;
        *out = (rs_task)i;
        return true;
    }
    return false;
}

bool rs_model_task_is_short(rs_task task)
{
    switch (task) {
    case RS_TASK_VQA:
    case RS_TASK_CHANGE_VQA:
    case RS_TASK_CHOICE_VQA:
    case RS_TASK_CLASSIFICATION:
    case RS_TASK_HALLUCINATION_PROBE:
    case RS_TASK_MULTILABEL:
    case RS_TASK_REGION_CLASSIFICATION:
    case RS_TASK_REGRESSION: return true;
    default: return false;
    }
}

/* Does the release answer in words of its own? Then no answer is made of the list of objects. */
static bool answers_in_words(const rs_sample *sample)
{
    bool asked = false, answered = false;
    for (uint32_t i = 0; i < sample->n_turns; i++) {
        asked |= sample->turns[i].role == RS_TURN_USER;
        answered |= sample->turns[i].role == RS_TURN_ASSISTANT;
        if (sample->turns[i].role == RS_TURN_REFERENCE && sample->task == RS_TASK_MULTILABEL)
            return true;
    }
    return answered && (asked || sample->task == RS_TASK_MULTILABEL);
}

rs_complete rs_model_complete(const rs_sample *sample)
{
    if (answers_in_words(sample)) return RS_COMPLETE_UNKNOWN;
    switch (sample->task) {
    case RS_TASK_DETECTION_HBB:
    case RS_TASK_DETECTION_OBB:
    case RS_TASK_MULTILABEL:
        return sample->complete == RS_COMPLETE_YES ? RS_COMPLETE_YES : RS_COMPLETE_NO;
    case RS_TASK_GROUNDING_HBB:
    case RS_TASK_GROUNDING_OBB:
    case RS_TASK_GROUNDING_POINT:
        if (sample->n_regions == 0 && sample->complete != RS_COMPLETE_YES) return RS_COMPLETE_NO;
        return sample->complete;
    default: return RS_COMPLETE_UNKNOWN;
    }
}

static const char *const turn_roles[] = {"user", "assistant", "system", "reference", "phrase"};
static const char *const asset_roles[] = {"image", "before", "after", "frame", "mask", "view"};
static const char *const region_kinds[] = {"hbb", "obb", "polygon", "point", "mask"};

const char *rs_model_turn_role_name(rs_turn_role role)
{
    return turn_roles[role];
}

const char *rs_model_asset_role_name(rs_asset_role role)
{
    return asset_roles[role];
}

bool rs_model_asset_role_parse(rs_str name, rs_asset_role *out)
{
    for (size_t i = 0; i < sizeof asset_roles / sizeof *asset_roles; i++) {
        if (!rs_str_eq(name, rs_str_of(asset_roles[i]))) continue;
        *out = (rs_asset_role)i;
        return true;
    }
    return false;
}

const char *rs_model_region_kind_name(rs_region_kind kind)
{
    return region_kinds[kind];
}

void rs_model_count_add(rs_count *to, const rs_count *from)
{
    to->seen += from->seen;
    to->used += from->used;
    to->merged += from->merged;
    to->skipped += from->skipped;
    to->set_aside += from->set_aside;
}

bool rs_model_count_holds(const rs_count *c)
{
    return c->seen == c->used + c->merged + c->skipped + c->set_aside;
}

/* Words that stand where a name is missing, or that a region is to be ignored (VisDrone's category
 * 0): whatever is in it has no name. */
static bool is_placeholder(rs_str label)
{
    static const char *const words[] = {"none",
                                        "n/a",
                                        "nan",
                                        "null",
                                        "nil",
                                        "-",
                                        "undefined",
                                        "?",
                                        "--",
                                        "unknown",
                                        "",
                                        "unlabeled",
                                        ".",
                                        "_",
                                        "ignore",
                                        "background",
                                        "ignored",
                                        "ignored regions",
                                        "ignored region",
                                        "ignored_regions",
                                        "ignored_region",
                                        "ignore region",
                                        "ignore_region",
                                        "dontcare"};
    /* "__background__", as torchvision's lists begin */
    while (label.len > 2 && label.ptr[0] == '_' && label.ptr[label.len - 1] == '_')
        label = rs_str_sub(label, 1, label.len - 1);
    const char first = label.len ? rs_ascii_lower(label.ptr[0]) : '\0'; /* settles most of them */
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i][0] == first && rs_str_eq_nocase(label, rs_str_of(words[i]))) return true;
    return false;
}

/* A number behind a word that says only that something is numbered: "class_1", "label3". */
static bool is_numbered(rs_str label)
{
    static const char *const words[] = {"class", "label", "category", "cat", "object", "obj", "id"};
    double number;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!label.len || words[i][0] != rs_ascii_lower(label.ptr[0])) continue;
        const rs_str word = rs_str_of(words[i]);
        if (label.len <= word.len || !rs_str_eq_nocase(rs_str_sub(label, 0, word.len), word))
            continue;
        size_t at = word.len;
        while (at < label.len && memchr(" _-#:.", label.ptr[at], 6)) at++;
        if (rs_num_double(rs_str_sub(label, at, label.len), &number)) return true;
    }
    return false;
}

bool rs_model_is_name(rs_str label)
{
    enum { LEAST_NAME = 200 }; /* longer lists of classes are rare, and never without their names */
    double number;
    label = rs_str_trim(label);
    /* neither a number nor one of those words begins with another letter */
    const char first = label.len ? rs_ascii_lower(label.ptr[0]) : '\0';
    if (rs_ascii_is_lower(first) && !memchr("bcdilnou", first, 8)) return true;
    if (is_placeholder(label) || is_numbered(label)) return false;
    if (!rs_num_double(label, &number)) return true;
    return number >= LEAST_NAME && number == floor(number);
}

bool rs_model_is_phrase(rs_str words)
{
    enum { MAX_PHRASE = 256 };
    if (words.len > MAX_PHRASE) return false;
    for (size_t i = 0; i < words.len; i++) {
        const char c = words.ptr[i];
        if (memchr("{}[]<>\n", c, 7)) return false;
        const bool stop = c == '.' || c == '!' || c == '?';
        if (stop && i + 2 < words.len && words.ptr[i + 1] == ' ' &&
            rs_ascii_is_upper(words.ptr[i + 2]))
            return false; /* a second sentence */
    }
    return true;
}

bool rs_model_region_is_bound(const rs_sample *sample, const rs_region *region)
{
    return (region->flags & (RS_REGION_FROM_TEXT | RS_REGION_MARK)) ||
           sample->task == RS_TASK_REGION_CAPTION || sample->task == RS_TASK_REGION_CLASSIFICATION;
}

size_t rs_model_region_pixels(const rs_region *region, double width, double height, double *out,
                              size_t cap)
{
    if (!region->convention) return 0;
    rs_canvas canvas = {.width = width, .height = height};
    return rs_geom_decode(region->convention, &canvas, region->coords, region->n_coords, out, cap);
}

rs_id rs_model_asset_id(rs_str dataset, rs_str path)
{
    rs_hasher h;
    rs_hash_start(&h);
    /* the word keeps these ids apart from those of records */
    rs_hash_field(&h, RS_STR("asset"));
    rs_hash_field(&h, dataset);
    rs_hash_field(&h, path);
    return rs_hash_end(&h);
}

rs_id rs_model_record_hash(rs_str dataset, rs_str file, rs_str content, rs_str extra)
{
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_field(&h, dataset);
    rs_hash_field(&h, file);
    rs_hash_field(&h, content);
    if (extra.ptr) rs_hash_field(&h, extra);
    return rs_hash_end(&h);
}

rs_id rs_model_sample_id(rs_id record_hash, uint64_t occurrence, uint32_t sub)
{
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_u64(&h, record_hash.hi);
    rs_hash_u64(&h, record_hash.lo);
    rs_hash_u64(&h, occurrence);
    rs_hash_u64(&h, sub);
    return rs_hash_end(&h);
}

/* Order of labels and regions is the release's habit, not content: hashes are sorted. */
static int by_id(const void *a, const void *b)
{
    return rs_id_cmp(*(const rs_id *)a, *(const rs_id *)b);
}

/* Kind, asset, folded label, convention and numbers of a region. false = out of memory. */
static bool region_hash(rs_arena *scratch, const rs_region *region, rs_id *out)
{
    rs_str label = rs_utf8_fold(scratch, region->label);
    if (!label.ptr) return false;
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_u64(&h, region->kind);
    rs_hash_u64(&h, (uint64_t)region->asset);
    rs_hash_field(&h, label);
    rs_hash_field(&h, region->convention ? rs_str_of(region->convention->name) : RS_STR(""));
    for (uint32_t i = 0; i < region->n_coords; i++) {
        double v = region->coords[i] == 0 ? 0 : region->coords[i]; /* -0 is 0 */
        uint64_t bits;
        memcpy(&bits, &v, sizeof bits);
        rs_hash_u64(&h, bits);
    }
    *out = rs_hash_end(&h);
    return true;
}

static void hash_ids(rs_hasher *h, rs_id *ids, size_t n)
{
    if (n > 1) qsort(ids, n, sizeof *ids, by_id); /* a set: its order does not count */
    rs_hash_u64(h, n);
    for (size_t i = 0; i < n; i++) {
        rs_hash_u64(h, ids[i].hi);
        rs_hash_u64(h, ids[i].lo);
    }
}

/* Roles in order, and the identities of the pictures where they are known. */
static void hash_assets(rs_hasher *h, const rs_sample *sample, const rs_id *asset_keys)
{
    rs_hash_u64(h, sample->n_assets);
    for (uint32_t i = 0; i < sample->n_assets; i++) {
        rs_hash_u64(h, sample->assets[i].role);
        if (!asset_keys) continue;
        rs_hash_u64(h, asset_keys[i].hi);
        rs_hash_u64(h, asset_keys[i].lo);
    }
}

/* Turns that the question key leaves out. */
static bool is_answer(const rs_turn *turn)
{
    return turn->role == RS_TURN_ASSISTANT || turn->role == RS_TURN_REFERENCE;
}

/* Hashes of the folded turns, regions and labels, made once for both keys. */
typedef struct folded_parts {
    rs_id *turns, *regions, *labels;
    rs_id *marks; /* room for n_regions */
} folded_parts;

/* Turns in order, with or without the answers. */
static void hash_turns(rs_hasher *h, const rs_sample *sample, const folded_parts *f, bool answers)
{
    for (uint32_t i = 0; i < sample->n_turns; i++) {
        const rs_turn *turn = &sample->turns[i];
        if (!answers && is_answer(turn)) continue;
        rs_hash_u64(h, turn->role);
        rs_hash_u64(h, f->turns[i].hi);
        rs_hash_u64(h, f->turns[i].lo);
    }
}

/* Regions of the question (marks) belong to the question, the others and labels to the answer. */
static void hash_regions(rs_hasher *h, const rs_sample *sample, const folded_parts *f, bool answers)
{
    size_t n = 0;
    for (uint32_t i = 0; i < sample->n_regions; i++)
        if (answers || sample->regions[i].flags & RS_REGION_MARK) f->marks[n++] = f->regions[i];
    hash_ids(h, f->marks, n);
}

static bool fold_text(rs_arena *scratch, rs_str text, rs_id *out)
{
    rs_str folded = rs_utf8_fold(scratch, text);
    if (!folded.ptr) return false;
    *out = rs_hash128(folded.ptr, folded.len);
    return true;
}

static bool fold_all(rs_arena *scratch, const rs_sample *sample, folded_parts *f)
{
    /* everything that is folded or needs room is made here, so that the keys cannot fail halfway */
    f->turns = rs_arena_alloc(scratch, ((size_t)sample->n_turns + 1) * sizeof *f->turns);
    f->regions = rs_arena_alloc(scratch, ((size_t)sample->n_regions + 1) * sizeof *f->regions);
    f->marks = rs_arena_alloc(scratch, ((size_t)sample->n_regions + 1) * sizeof *f->marks);
    f->labels = rs_arena_alloc(scratch, ((size_t)sample->n_labels + 1) * sizeof *f->labels);
    if (!f->turns || !f->regions || !f->marks || !f->labels) return false;
    for (uint32_t i = 0; i < sample->n_turns; i++)
        if (!fold_text(scratch, sample->turns[i].text, &f->turns[i])) return false;
    for (uint32_t i = 0; i < sample->n_regions; i++)
        if (!region_hash(scratch, &sample->regions[i], &f->regions[i])) return false;
    for (uint32_t i = 0; i < sample->n_labels; i++)
        if (!fold_text(scratch, sample->labels[i], &f->labels[i])) return false;
    return true;
}

bool rs_model_duplicate_keys(rs_arena *scratch, const rs_sample *sample, const rs_id *asset_keys,
                             rs_id *answered, rs_id *question)
{
    folded_parts f;
    if (!fold_all(scratch, sample, &f)) return false;
    /* key = hash of (task, assets, turns, regions [, labels]); the question key has no answers */
    for (int answers = 0; answers < 2; answers++) {
        rs_hasher h;
        rs_hash_start(&h);
        rs_hash_u64(&h, sample->task);
        hash_assets(&h, sample, asset_keys);
        hash_turns(&h, sample, &f, answers);
        hash_regions(&h, sample, &f, answers);
        if (answers) hash_ids(&h, f.labels, sample->n_labels);
        *(answers ? answered : question) = rs_hash_end(&h);
    }
    return true;
}
