/* Classes of label maps, one matrix over the whole set, and its report. Maps are added one after
 * another in the order of their names, so that every number and every name is the same whatever the
 * threads do. */
#include "score/labels.h"

#include "base/alloc.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/num.h"

#include <inttypes.h>
#include <math.h>

enum {
    OF_NO_CLASS = UINT32_MAX >> 1, /* stands for the predicted class in the keys of cells */
    MATRIX_CLASSES = 64            /* larger matrices are not shown */
};

/* ---- classes --------------------------------------------------------------------------------- */

/* Adds a class of that label; *made = false when there is one already. */
static rsift_status add_class(rs_score_tally *t, int32_t label, rs_str name, bool *made,
                              rsift_error *err)
{
    if (t->n == RS_SCORE_CLASSES)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "more than %d different classes: these are no label maps",
                          RS_SCORE_CLASSES);
    if (!RS_VEC_RESERVE(t->labels, t->cap_labels, t->n + 1) ||
        !RS_VEC_RESERVE(t->names, t->cap_names, t->n + 1) ||
        !rs_map64_put(&t->class_of, (uint64_t)(int64_t)label, t->n, made))
        return rs_err_nomem(err, "classes");
    if (!*made) return RSIFT_OK;
    t->labels[t->n] = label;
    t->names[t->n++] = name;
    return RSIFT_OK;
}

static bool number_of(rs_str s, int32_t *out)
{
    int64_t v;
    if (!rs_num_i64(s, &v) || v <= -RS_LABEL_COLOUR || v >= RS_LABEL_COLOUR) return false;
    *out = (int32_t)v;
    return true;
}

/* A label: a number, or a colour "#rrggbb". */
static bool label_of(rs_str s, int32_t *out)
{
    int32_t v = 0;
    if (s.len != 7 || s.ptr[0] != '#') return number_of(s, out);
    for (size_t i = 1; i < 7; i++) {
        const int digit = rs_ascii_hex(s.ptr[i]);
        if (digit < 0) return false;
        v = v << 4 | digit;
    }
    *out = RS_LABEL_COLOUR + v;
    return true;
}

/* Adds an item of --classes: "road", "road=3" or "road=#ff0000". Without a label a class is
 * numbered by its place in the list. */
static rsift_status one_class(rs_score_tally *t, rs_str item, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    const size_t at = rs_str_find_char(item, '=');
    const rs_str name = rs_str_trim(rs_str_sub(item, 0, at));
    int32_t label = (int32_t)t->n;
    if (!name.len) return rs_err_set(err, RSIFT_E_ARG, "a class without a name");
    if (at != RS_NPOS && !label_of(rs_str_trim(rs_str_sub(item, at + 1, item.len)), &label))
        return rs_err_set(err, RSIFT_E_ARG,
                          "expected NAME, NAME=#rrggbb or NAME=NUMBER, found \"%s\"",
                          rs_err_quote(quoted, item));
    const bool colour = label >= RS_LABEL_COLOUR; /* maps are then read as colours */
    if (t->n && colour != t->by_colour)
        return rs_err_set(err, RSIFT_E_ARG, "class \"%s\": either all classes have colours or none",
                          rs_err_quote(quoted, name));
    t->by_colour = colour;
    for (size_t k = 0; k < t->n; k++)
        if (rs_str_eq(t->names[k], name))
            return rs_err_set(err, RSIFT_E_ARG, "class \"%s\" stands twice",
                              rs_err_quote(quoted, name));
    const rs_str kept = rs_arena_str(&t->arena, name);
    bool made;
    if (!kept.ptr) return rs_err_nomem(err, "classes");
    RS_TRY(add_class(t, label, kept, &made, err));
    if (made) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG, "class \"%s\" has the number or colour of another",
                      rs_err_quote(quoted, name));
}

/* Adds the classes of --classes: a list, or a file with one a line. */
static rsift_status listed_classes(rs_score_tally *t, const char *given, rsift_error *err)
{
    rs_str text = rs_str_of(given), piece;
    const bool list =
        rs_str_find_char(text, ',') != RS_NPOS || rs_str_find_char(text, '=') != RS_NPOS;
    rs_id hash;
    /* Without comma and '=' it is the name of a file. */
    if (!list) RS_TRY(rs_score_bytes(&t->arena, given, &text, &hash, err));
    for (size_t n = 1; list ? rs_str_split(&text, ',', &piece) : rs_str_line(&text, &piece); n++) {
        piece = rs_str_trim(piece);
        if (!piece.len && !list) continue;
        const rsift_status status = one_class(t, piece, err);
        if (status == RSIFT_OK) continue;
        if (list) return rs_err_within(err, status, "--classes");
        rs_err_within(err, status, "line %zu", n);
        return rs_err_within(err, status, "%s", given);
    }
    if (!t->n) return rs_err_set(err, RSIFT_E_ARG, "--classes %.200s names no class", given);
    return RSIFT_OK;
}

static bool is_ignored(const rs_score_tally *t, int32_t label)
{
    for (size_t k = 0; k < t->n_ignored; k++)
        if (t->ignored[k] == label) return true;
    return false;
}

bool rs_score_tally_label(const rs_score_tally *t, rs_str name, int32_t *out)
{
    for (size_t k = 0; k < t->n; k++) {
        if (!t->names[k].ptr || !rs_str_eq(t->names[k], name)) continue;
        *out = t->labels[k];
        return true;
    }
    return number_of(name, out);
}

/* Reads --ignore-label: numbers, colours and class names. */
static rsift_status ignored_labels(rs_score_tally *t, const char *given, rsift_error *err)
{
    rs_str text = rs_str_of(given), piece;
    t->ignored = rs_arena_calloc(&t->arena, text.len + 1, sizeof *t->ignored);
    if (!t->ignored) return rs_err_nomem(err, "labels");
    while (rs_str_split(&text, ',', &piece)) {
        char quoted[RS_QUOTE_SIZE];
        int32_t label;
        piece = rs_str_trim(piece);
        if (!label_of(piece, &label) && !rs_score_tally_label(t, piece, &label))
            return rs_err_set(err, RSIFT_E_ARG,
                              "--ignore-label: expected a number, #rrggbb or a class, found \"%s\"",
                              rs_err_quote(quoted, piece));
        /* As the maps are read: a grey colour is a number unless --classes gives colours, and then
         * a number is a grey colour. */
        const int32_t grey = (label & 0xff) * 0x10101;
        if (t->by_colour && label >= 0 && label < 256) label = RS_LABEL_COLOUR + grey;
        else if (!t->by_colour && label == RS_LABEL_COLOUR + grey) label &= 0xff;
        t->ignored[t->n_ignored++] = label;
    }
    return RSIFT_OK;
}

rsift_status rs_score_labels_check(const rs_score_options *o, const rs_profile *p, rsift_error *err)
{
    (void)p;
    if (o->prediction_offset >= -65535 && o->prediction_offset <= 65535) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG, "--prediction-offset lies between -65535 and 65535");
}

/* The classes in order: those of change masks, of --classes, of the profile, or none yet. */
static rsift_status make_classes(rs_score_tally *t, const rs_score_options *o, rsift_error *err)
{
    static const char *const change[] = {"unchanged", "changed"};
    const rs_profile *p = t->profile;
    bool made;
    t->binary = p->family == RS_FAMILY_CHANGE;
    const rs_label_list list = t->binary ? (rs_label_list){change, 2, 0} : p->labels;
    if (t->binary && o->classes)
        return rs_err_set(err, RSIFT_E_ARG, "%s has its two classes: no --classes", p->name);
    if (o->classes) RS_TRY(listed_classes(t, o->classes, err));
    for (size_t k = 0; !o->classes && k < list.n; k++)
        RS_TRY(add_class(t, list.first + (int32_t)k, rs_str_of(list.names[k]), &made, err));
    t->fixed = t->n > 0;
    if (o->ignore_labels) RS_TRY(ignored_labels(t, o->ignore_labels, err));
    if (t->binary) return RSIFT_OK;
    /* An ignored label is no class: predicting it where another one is true is wrong. */
    size_t kept = 0;
    rs_map64_fini(&t->class_of);
    t->class_of = (rs_map64){0};
    for (size_t k = 0; k < t->n; k++) {
        if (is_ignored(t, t->labels[k])) continue;
        t->labels[kept] = t->labels[k];
        t->names[kept] = t->names[k];
        if (!rs_map64_put(&t->class_of, (uint64_t)(int64_t)t->labels[kept], kept, &made))
            return rs_err_nomem(err, "classes");
        kept++;
    }
    if (t->n && !kept) return rs_err_set(err, RSIFT_E_ARG, "--ignore-label leaves no class");
    t->n = kept;
    return RSIFT_OK;
}

rsift_status rs_score_tally_init(rs_score_tally *t, const rs_score_job *job, rsift_error *err)
{
    *t = (rs_score_tally){.profile = job->profile, .offset = job->options->prediction_offset};
    t->sums = rs_calloc(RS_SCORE_CLASSES, sizeof *t->sums);
    t->one = rs_calloc(RS_SCORE_CLASSES, sizeof *t->one);
    if (!t->sums || !t->one) return rs_err_nomem(err, "classes");
    return make_classes(t, job->options, err);
}

void rs_score_tally_fini(rs_score_tally *t)
{
    rs_map64_fini(&t->class_of);
    rs_map64_fini(&t->cells);
    rs_free(t->labels);
    rs_free(t->names);
    rs_free(t->sums);
    rs_free(t->one);
    rs_free(t->counts);
    rs_free(t->parts);
    rs_free(t->begin);
    rs_free(t->pixels);
    rs_arena_fini(&t->arena);
    *t = (rs_score_tally){0};
}

/* ---- maps ------------------------------------------------------------------------------------ */

rsift_status rs_score_cross(const rs_label_map *truth, const rs_label_map *predicted, int64_t **out,
                            rsift_error *err)
{
    *out = NULL;
    if (truth->width != predicted->width || truth->height != predicted->height)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "the truth has %u x %u pixels, the prediction %u x %u", truth->width,
                          truth->height, predicted->width, predicted->height);
    int64_t *cross = rs_calloc(truth->n * predicted->n + 1, sizeof *cross);
    if (!cross) return rs_err_nomem(err, "a label map");
    const size_t n_pixels = (size_t)truth->width * truth->height, stride = predicted->n;
    for (size_t i = 0; i < n_pixels; i++) cross[truth->at[i] * stride + predicted->at[i]]++;
    *out = cross;
    return RSIFT_OK;
}

/* The class of a label, found anew unless classes are listed; RS_NPOS = none. */
static rsift_status class_of(rs_score_tally *t, int32_t label, size_t *out, rsift_error *err)
{
    const uint64_t *known = rs_map64_get(&t->class_of, (uint64_t)(int64_t)label);
    bool made;
    *out = known ? (size_t)*known : RS_NPOS;
    if (known || t->fixed) return RSIFT_OK; /* listed classes are all there are */
    RS_TRY(add_class(t, label, (rs_str){NULL, 0}, &made, err));
    *out = t->n - 1;
    return RSIFT_OK;
}

/* The label that a value of a change mask stands for: 1 and 255 are changed. BIT divides by 255, so
 * that values between are unchanged; they are counted as odd. */
static int32_t of_mask(rs_score_tally *t, int32_t label, int64_t n)
{
    if (!t->binary) return label;
    if (label != 0 && label != 1 && label != 255) t->n_not_binary += n;
    return label == 1 || label == 255;
}

/* Adds the pixels of one true class to the matrix and to the map's sums: row[p] of them have the
 * predicted label p. */
static rsift_status count_row(rs_score_tally *t, size_t truth, const rs_label_map *predicted,
                              const int64_t *row, rsift_error *err)
{
    for (size_t p = 0; p < predicted->n; p++) {
        if (!row[p]) continue;
        /* --prediction-offset moves numbers, not colours. */
        const int32_t given = predicted->labels[p];
        const int32_t moved = given < RS_LABEL_COLOUR ? given + t->offset : given;
        const int32_t label = of_mask(t, moved, row[p]);
        size_t class = RS_NPOS;
        bool made;
        if (t->binary || !is_ignored(t, label)) RS_TRY(class_of(t, label, &class, err));
        const uint64_t key = (uint64_t)truth << 32 | (class == RS_NPOS ? OF_NO_CLASS : class);
        uint64_t *cell = rs_map64_put(&t->cells, key, t->n_counts, &made);
        if (!cell || (made && !RS_VEC_RESERVE(t->counts, t->cap_counts, t->n_counts + 1)))
            return rs_err_nomem(err, "classes");
        if (made) t->counts[t->n_counts++] = 0;
        t->counts[*cell] += row[p];
        /* A predicted label that is no class is wrong: it counts for the truth alone. */
        t->one[truth].truth += row[p];
        if (class == RS_NPOS) t->n_of_no_class += row[p];
        else t->one[class].predicted += row[p];
        if (class == truth) t->one[class].both += row[p];
    }
    return RSIFT_OK;
}

/* Adds the sums of the map at hand to those of all maps, and keeps them for the intervals until
 * they need more than RS_SCORE_LABEL_BYTES. */
static rsift_status close_map(rs_score_tally *t, int64_t n_pixels, rsift_error *err)
{
    if (!t->forgot && (!RS_VEC_RESERVE(t->begin, t->cap_begin, t->n_maps + 2) ||
                       !RS_VEC_RESERVE(t->pixels, t->cap_pixels, t->n_maps + 1)))
        return rs_err_nomem(err, "sums");
    if (!t->forgot) { /* parts of map i: parts[begin[i]] up to parts[begin[i + 1]] */
        t->begin[t->n_maps] = t->n_parts;
        t->pixels[t->n_maps] = n_pixels;
    }
    for (size_t c = 0; c < t->n; c++) {
        const rs_confusion_sums s = t->one[c];
        if (!s.truth && !s.predicted) continue;
        t->sums[c].truth += s.truth;
        t->sums[c].predicted += s.predicted;
        t->sums[c].both += s.both;
        t->one[c] = (rs_confusion_sums){0};
        if (t->forgot) continue;
        if (!RS_VEC_RESERVE(t->parts, t->cap_parts, t->n_parts + 1))
            return rs_err_nomem(err, "sums");
        t->parts[t->n_parts++] = (rs_confusion_part){(uint32_t)c, s};
    }
    t->n_pixels += n_pixels;
    t->n_maps++;
    if (t->forgot) return RSIFT_OK;
    t->begin[t->n_maps] = t->n_parts;
    if (t->n_parts * sizeof *t->parts + t->n_maps * 16 <= RS_SCORE_LABEL_BYTES) return RSIFT_OK;
    t->forgot = true;
    rs_free(t->parts);
    rs_free(t->begin);
    rs_free(t->pixels);
    t->parts = NULL;
    t->begin = NULL;
    t->pixels = NULL;
    t->n_parts = t->cap_parts = t->cap_begin = t->cap_pixels = 0;
    return RSIFT_OK;
}

rsift_status rs_score_tally_add(rs_score_tally *t, const rs_label_map *truth,
                                const rs_label_map *predicted, const int64_t *cross, double *share,
                                rsift_error *err)
{
    int64_t counted = 0, right = 0;
    for (size_t k = 0; k < truth->n; k++) {
        const int64_t *row = cross + k * predicted->n;
        int64_t n = 0; /* pixels of this true label */
        for (size_t p = 0; p < predicted->n; p++) n += row[p];
        if (is_ignored(t, truth->labels[k])) {
            t->n_ignored_pixels += n;
            continue;
        }
        size_t class;
        RS_TRY(class_of(t, of_mask(t, truth->labels[k], n), &class, err));
        if (class == RS_NPOS) { /* none of the listed classes: no data */
            t->n_outside += n;
            continue;
        }
        counted += n;
        RS_TRY(count_row(t, class, predicted, row, err));
    }
    for (size_t c = 0; c < t->n; c++) right += t->one[c].both;
    *share = counted ? (double)right / (double)counted : NAN;
    return close_map(t, counted, err);
}

/* ---- report ---------------------------------------------------------------------------------- */

typedef struct label_slot {
    int32_t label;
    uint32_t class;
} label_slot;

static int by_label(const void *a, const void *b)
{
    const label_slot *x = a, *y = b;
    return x->label < y->label ? -1 : x->label > y->label;
}

/* Renumbers found classes in the order of their labels; listed ones keep theirs. to[class] = the
 * new number. */
static rsift_status order_classes(rs_score_tally *t, uint32_t *to, rsift_error *err)
{
    label_slot *slots = rs_arena_calloc(&t->arena, t->n + 1, sizeof *slots);
    if (!slots) return rs_err_nomem(err, "classes");
    for (size_t c = 0; c < t->n; c++) slots[c] = (label_slot){t->labels[c], (uint32_t)c};
    if (!t->fixed) qsort(slots, t->n, sizeof *slots, by_label);
    for (size_t k = 0; k < t->n; k++) {
        to[slots[k].class] = (uint32_t)k;
        t->one[k] = t->sums[slots[k].class];
    }
    for (size_t k = 0; k < t->n; k++) {
        t->sums[k] = t->one[k];
        if (!t->fixed) t->labels[k] = slots[k].label;
    }
    /* The sums of single maps follow, as intervals are drawn from them. */
    for (size_t k = 0; k < t->n_parts; k++) t->parts[k].class = to[t->parts[k].class];
    return RSIFT_OK;
}

/* The table of classes. A class without a name is shown as its label: a colour where any label is
 * one, else a number. */
static rsift_status set_class_table(rs_score_tally *t, rs_score_job *job, rsift_error *err)
{
    static const char *const values[RS_SCORE_CLASS_VALUES] = {"F1", "precision", "recall",
                                                              "predicted"};
    rs_arena *arena = &job->arena;
    rs_score_class *table = rs_arena_calloc(arena, t->n + 1, sizeof *table);
    if (!table) return rs_err_nomem(err, "classes");
    bool colours = false;
    for (size_t c = 0; c < t->n; c++) colours = colours || t->labels[c] >= RS_LABEL_COLOUR;
    for (size_t c = 0; c < t->n; c++) {
        const int32_t label = t->labels[c];
        const rs_confusion_rates r = rs_metrics_confusion_class(t->sums[c], &t->profile->confusion);
        rs_str name;
        if (t->names[c].ptr) name = rs_arena_str(arena, t->names[c]);
        else if (label >= RS_LABEL_COLOUR)
            name = rs_arena_printf(arena, "#%06x", (unsigned)(label - RS_LABEL_COLOUR));
        else if (colours && label >= 0 && label < 256)
            name = rs_arena_printf(arena, "#%06x", (unsigned)label * 0x10101u);
        else name = rs_arena_printf(arena, "%d", label);
        if (!name.ptr) return rs_err_nomem(err, "classes");
        table[c] = (rs_score_class){.name = name,
                                    .n = (size_t)t->sums[c].truth,
                                    .value = 100 * r.iou,
                                    .values = {100 * r.f1, 100 * r.precision, 100 * r.recall,
                                               (double)t->sums[c].predicted}};
    }
    job->class_table = table;
    job->n_class_table = t->n;
    job->class_measure = "IoU";
    job->class_values = values;
    return RSIFT_OK;
}

/* The confusion matrix: rows are truths, the last column holds predictions of no class. */
static rsift_status set_matrix(rs_score_tally *t, const uint32_t *to, rs_score_job *job,
                               rsift_error *err)
{
    if (t->n > MATRIX_CLASSES) return RSIFT_OK;
    const size_t stride = t->n + 1;
    int64_t *m = rs_arena_calloc(&job->arena, t->n * stride + 1, sizeof *m);
    if (!m) return rs_err_nomem(err, "classes");
    for (size_t a = 0; a < t->n; a++) {
        for (size_t b = 0; b < stride; b++) {
            const uint64_t key = (uint64_t)a << 32 | (b == t->n ? OF_NO_CLASS : b);
            const uint64_t *at = rs_map64_get(&t->cells, key);
            /* cells have the classes as they were found, the table their order */
            if (at) m[to[a] * stride + (b == t->n ? b : to[b])] = t->counts[*at];
        }
    }
    job->matrix = m;
    return RSIFT_OK;
}

/* A note on what was counted, and on pixels that were not. */
static rsift_status note_pixels(const rs_score_tally *t, rs_score_job *job, const char *how,
                                rsift_error *err)
{
    int64_t n_nowhere = 0;
    for (size_t c = 0; c < t->n; c++) n_nowhere += !t->sums[c].truth && !t->sums[c].predicted;
    if (t->profile->confusion.eps_mean_iou == 0) n_nowhere = 0;
    const bool renumbered = job->options->classes && t->profile->labels.n;
    const struct {
        int64_t n;
        const char *what;
    } sentences[] = {
        {n_nowhere, "without any pixel: 0 in the means, as in the original"},
        {renumbered ? -1 : 0,
         "Classes and their numbers are those of --classes, not the benchmark's"},
        {t->n_ignored_pixels, "pixels left out by --ignore-label"},
        {t->n_outside, "pixels left out: the truth's label is none of the classes"},
        {t->n_of_no_class, "pixels wrong with a predicted label that is none of the classes"},
        {t->n_not_binary, "values of masks were neither 0, 1 nor 255: read as unchanged"}};
    rs_buf b = {0};
    rs_buf_printf(&b, "%s%zu maps, %" PRId64 " pixels, %zu classes.", how ? how : "", t->n_maps,
                  t->n_pixels, t->n);
    for (size_t k = 0; k < sizeof sentences / sizeof *sentences; k++) {
        if (sentences[k].n > 0)
            rs_buf_printf(&b, " %" PRId64 " %s.", sentences[k].n, sentences[k].what);
        if (sentences[k].n < 0) rs_buf_printf(&b, " %s.", sentences[k].what); /* not a count */
    }
    if (t->forgot)
        rs_buf_printf(&b, " No intervals: the sums of single maps need more than %d MiB.",
                      RS_SCORE_LABEL_BYTES >> 20);
    const rsift_status status =
        b.failed ? rs_err_nomem(err, "a note")
                 : rs_score_add_note(job, err, "%.*s", RS_STR_ARG(rs_buf_view(&b)));
    rs_buf_fini(&b);
    return status;
}

rs_confusion_set rs_score_tally_set(const rs_score_tally *t)
{
    return (rs_confusion_set){t->parts, t->begin, t->pixels, t->forgot ? 0 : t->n_maps, t->n};
}

rsift_status rs_score_tally_report(rs_score_tally *t, rs_score_job *job, rs_score_run *run,
                                   const char *how, rsift_error *err)
{
    static const struct {
        rs_confusion_measure of;
        const char *name;
        bool change; /* only of change masks */
    } list[] = {
        {RS_CONFUSION_F1, "F1 of changed", true},    {RS_CONFUSION_IOU, "IoU of changed", true},
        {RS_CONFUSION_PRECISION, "precision", true}, {RS_CONFUSION_RECALL, "recall", true},
        {RS_CONFUSION_MEAN_IOU, "mIoU", false},      {RS_CONFUSION_ACCURACY, "OA", false},
        {RS_CONFUSION_MEAN_F1, "mF1", false},        {RS_CONFUSION_KAPPA, "kappa", false},
        {RS_CONFUSION_WEIGHTED_IOU, "fwIoU", false}};
    double value[RS_CONFUSION_N], low[RS_CONFUSION_N], high[RS_CONFUSION_N];
    const size_t focus = t->binary ? 1 : RS_NPOS; /* the changed class */
    const rs_confusion_rule *rule = &job->profile->confusion;
    const int n_resamples = rs_score_n_resamples(job->options);
    uint32_t *to = rs_arena_calloc(&t->arena, t->n + 1, sizeof *to);
    if (!to) return rs_err_nomem(err, "classes");
    RS_TRY(order_classes(t, to, err));
    rs_metrics_confusion(t->sums, t->n, t->n_pixels, rule, focus, value);
    const rs_confusion_set set = rs_score_tally_set(t);
    run->n_drawn = t->n_maps;
    RS_TRY(rs_metrics_confusion_bootstrap(&set, rule, focus, job->options->seed, n_resamples, low,
                                          high, err));
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        const rs_confusion_measure of = list[k].of;
        if (list[k].change && !t->binary) continue;
        rs_measure *m = rs_score_fixed(run, list[k].name, 100, value[of]);
        m->interval = m->known && !isnan(low[of]);
        if (!m->interval) continue;
        m->low = 100 * low[of];
        m->high = 100 * high[of];
    }
    /* The table, the matrix and the note are of the first report: all maps, the first model. */
    if (job->class_table) return RSIFT_OK;
    RS_TRY(set_class_table(t, job, err));
    RS_TRY(set_matrix(t, to, job, err));
    return note_pixels(t, job, how, err);
}
