/* DOTA's folders into the boxes that metrics/dota.c matches. Classes are those of the labels, and
 * an image without objects is an image of the truth, too. */
#include "score/dota.h"

#include "base/alloc.h"
#include "base/num.h"
#include "base/utf8.h"
#include "geom/obb.h"
#include "io/io.h"
#include "metrics/detect.h"
#include "score/detect.h"

#include <math.h>

typedef struct dota_class {
    rs_dota_box *truths, *found;
    size_t n_truths, cap_truths, n_found, cap_found;
    bool given; /* there is a file of predictions for it */
} dota_class;

typedef struct dota {
    rs_arena *arena;
    rs_strmap images, classes;
    dota_class *of;
    size_t cap_of;
    bool oriented;
    size_t n_images; /* of the truth; predictions may name more */
    size_t n_truths, n_found;
    size_t n_turned; /* truths of an axis-aligned task whose corners are not those of their hull */
    const char *folder; /* being read, and the hash of its files */
    rs_hasher hasher;
} dota;

/* The class of that name, made when it is new; NULL = out of memory. */
static dota_class *class_of(dota *d, rs_str name)
{
    bool made;
    const size_t i = rs_strmap_put(&d->classes, name, &made);
    if (i == RS_NPOS || !RS_VEC_RESERVE(d->of, d->cap_of, i + 1)) return NULL;
    if (made) d->of[i] = (dota_class){0};
    return &d->of[i];
}

/* Cuts a line at blanks into at most `most` fields. */
static size_t fields(rs_str line, rs_str *out, size_t most)
{
    size_t n = 0;
    rs_str piece;
    while (n < most && rs_str_split(&line, ' ', &piece))
        if (rs_str_trim(piece).len) out[n++] = rs_str_trim(piece);
    return n;
}

/* Replaces four corners by their hull in whole numbers. The devkit reads int() of the first and
 * third corner of the upright labels, which were made as the hull of the oriented ones: the same
 * box, also where only the oriented labels are at hand. */
static void keep_hull(dota *d, double xy[8])
{
    double hull[4];
    rs_geom_box_of_points(xy, 4, hull);
    for (size_t k = 0; k < 8; k += 2)
        if ((xy[k] != hull[0] && xy[k] != hull[2]) ||
            (xy[k + 1] != hull[1] && xy[k + 1] != hull[3])) {
            d->n_turned++;
            break;
        }
    for (size_t k = 0; k < 4; k++) xy[k] = trunc(hull[k]);
}

/* Adds a label: eight corner numbers, class, difficulty. Lines of fewer fields are headers, which
 * the original passes over, too. */
static rsift_status truth_line(dota *d, rs_str image, rs_str line, rsift_error *err)
{
    rs_str f[11];
    const size_t n = fields(line, f, 11);
    if (n < 9) return RSIFT_OK;
    bool made;
    if (rs_utf8_valid(f[8]) != f[8].len)
        return rs_err_set(err, RSIFT_E_FORMAT, "the class name is not UTF-8");
    const size_t i = rs_strmap_put(&d->images, image, &made);
    dota_class *c = class_of(d, f[8]);
    if (i == RS_NPOS || !c || !RS_VEC_RESERVE(c->truths, c->cap_truths, c->n_truths + 1))
        return rs_err_nomem(err, "labels");
    rs_dota_box *b = &c->truths[c->n_truths];
    *b = (rs_dota_box){.image = (uint32_t)i, .difficult = n > 9 && !rs_str_eq(f[9], RS_STR("0"))};
    for (size_t k = 0; k < 8; k++)
        if (!rs_num_double(f[k], &b->xy[k]))
            return rs_err_set(err, RSIFT_E_FORMAT, "expected 8 numbers and a class");
    if (!d->oriented) keep_hull(d, b->xy);
    c->n_truths++;
    d->n_truths++;
    return RSIFT_OK;
}

/* Adds a detection: image, score, corner numbers. */
static rsift_status found_line(dota *d, rs_str class, rs_str line, rsift_error *err)
{
    rs_str f[11];
    const size_t due = d->oriented ? 10 : 6, n = fields(line, f, 11);
    if (!n) return RSIFT_OK; /* an empty line */
    rs_dota_box b = {0};
    if (n != due)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "expected an image, a score and %zu numbers, found %zu fields", due - 2,
                          n);
    for (size_t k = 1; k < due; k++) {
        char quoted[RS_QUOTE_SIZE];
        if (!rs_num_double(f[k], k == 1 ? &b.score : &b.xy[k - 2]))
            return rs_err_set(err, RSIFT_E_FORMAT, "field %zu is no finite number: \"%s\"", k + 1,
                              rs_err_quote(quoted, rs_str_sub(f[k], 0, 24)));
    }
    bool made;
    const size_t i = rs_strmap_put(&d->images, f[0], &made);
    dota_class *c = class_of(d, class);
    if (i == RS_NPOS || !c || !RS_VEC_RESERVE(c->found, c->cap_found, c->n_found + 1))
        return rs_err_nomem(err, "detections");
    b.image = (uint32_t)i; /* beyond d->n_images: not an image of the truth */
    c->found[c->n_found++] = b;
    d->n_found++;
    return RSIFT_OK;
}

/* Reads one member of a folder of labels or results. */
static rsift_status read_file(rs_score_job *job, dota *d, rs_io_tree *tree, size_t m, bool truth,
                              rsift_error *err)
{
    const rs_str path = rs_io_member_at(tree, m)->path;
    rs_str name = rs_str_stem(path), text, line;
    bool made;
    RS_TRY(rs_io_slurp(tree, m, &job->arena, &text, err));
    /* "Task1_large-vehicle.txt" holds the class "large-vehicle", which may itself have a '_'. */
    const size_t at = rs_str_find_char(name, '_');
    if (!truth && rs_str_starts(name, RS_STR("Task")) && at != RS_NPOS)
        name = rs_str_sub(name, at + 1, name.len);
    rs_hash_field(&d->hasher, path);
    rs_hash_field(&d->hasher, text);
    /* An image without objects is an image of the truth, too. */
    if (truth && rs_strmap_put(&d->images, name, &made) == RS_NPOS)
        return rs_err_nomem(err, "labels");
    const size_t class = truth ? RS_NPOS : rs_strmap_get(&d->classes, name);
    if (class != RS_NPOS) d->of[class].given = true;
    for (size_t n = 1; rs_str_line(&text, &line); n++) {
        const rsift_status status =
            truth ? truth_line(d, name, line, err) : found_line(d, name, line, err);
        if (status == RSIFT_OK) continue;
        rs_err_within(err, status, "line %zu", n);
        rs_err_within(err, status, "%.*s", RS_STR_ARG(path));
        return rs_err_within(err, status, "%s", d->folder);
    }
    return RSIFT_OK;
}

/* Reads all .txt files of a folder or archive. *hash is of their names and texts. */
static rsift_status read_folder(rs_score_job *job, dota *d, const char *path, bool truth,
                                rs_id *hash, rsift_error *err)
{
    rs_io_tree *tree;
    RS_TRY(rs_io_tree_open(rs_str_of(path), &(rs_io_options){.limits = job->limits}, &tree, err));
    rsift_status status = RSIFT_OK;
    size_t n_files = 0;
    d->folder = path;
    rs_hash_start(&d->hasher);
    for (size_t m = 0; status == RSIFT_OK && m < rs_io_n_members(tree); m++) {
        if (!rs_str_ends(rs_io_member_at(tree, m)->path, RS_STR(".txt"))) continue;
        n_files++;
        status = read_file(job, d, tree, m, truth, err);
    }
    *hash = rs_hash_end(&d->hasher);
    rs_io_tree_close(tree);
    if (status != RSIFT_OK || n_files) return status;
    rs_err_set(err, RSIFT_E_FORMAT,
               truth ? "no .txt in it: expected one an image, P0000.txt (labelTxt)"
                     : "no .txt in it: expected one a class, Task1_plane.txt, empty where none is "
                       "found");
    return rs_err_within(err, RSIFT_E_FORMAT, "%s", path);
}

/* Reads the truth. */
static rsift_status dota_open(rs_score_job *job, void **out, rsift_error *err)
{
    dota *d = rs_arena_calloc(&job->arena, 1, sizeof *d);
    if (!d) return rs_err_nomem(err, "labels");
    *out = d;
    *d = (dota){.arena = &job->arena, .oriented = job->profile->dota != RS_DOTA_TASK2};
    RS_TRY(read_folder(job, d, job->options->truth, true, &job->truth_hash, err));
    d->n_images = d->images.n;
    job->truth.n = d->n_truths;
    if (d->n_turned)
        RS_TRY(
            rs_score_add_note(job, err,
                              "%zu of %zu truths are oriented: the hull of their corners counts, "
                              "as in the benchmark's upright labels",
                              d->n_turned, d->n_truths));
    if (d->n_truths) return RSIFT_OK;
    rs_err_set(err, RSIFT_E_FORMAT, "no labels in it: expected lines of 8 numbers and a class");
    return rs_err_within(err, RSIFT_E_FORMAT, "%s", job->options->truth);
}

/* Reads the predictions. Truth classes without a prediction file count with AP = 0, with a note. */
static rsift_status load_found(rs_score_job *job, rs_score_run *run, dota *d, rsift_error *err)
{
    for (size_t k = 0; k < d->classes.n; k++) {
        d->of[k].n_found = 0;
        d->of[k].given = false;
    }
    d->n_found = 0;
    RS_TRY(read_folder(job, d, run->path, false, &run->file.hash, err));
    run->file.n = d->n_found;
    run->n_extra = 0;
    size_t n = 0, n_absent = 0;
    for (size_t k = 0; k < d->classes.n; k++) {
        const dota_class *c = &d->of[k];
        for (size_t i = 0; i < c->n_found; i++) run->n_extra += c->found[i].image >= d->n_images;
        n += c->n_truths > 0;
        n_absent += c->n_truths > 0 && !c->given;
    }
    if (!n_absent) return RSIFT_OK;
    return rs_score_add_note(job, err, "%s: no file for %zu of %zu classes, whose AP is 0",
                             run->path, n_absent, n);
}

/* Copies the boxes on the images of `only`; returns how many. */
static size_t copy_chosen(rs_dota_box *to, const rs_dota_box *from, size_t n, const dota *d,
                          const unsigned char *only)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!only || (from[i].image < d->n_images && only[from[i].image])) to[kept++] = from[i];
    return kept;
}

/* mAP = mean of AP over classes with truths; AP of each class goes into the table once. */
static rsift_status dota_run(rs_score_job *job, void *detection, rs_score_run *run,
                             const unsigned char *only, rs_ap_set *set, rsift_error *err)
{
    dota *d = detection;
    if (!only) RS_TRY(load_found(job, run, d, err));
    rs_score_class *table = rs_arena_calloc(&job->arena, d->classes.n + 1, sizeof *table);
    if (!table) return rs_err_nomem(err, "classes");
    double sum07 = 0, sum12 = 0;
    size_t n = 0;
    for (size_t k = 0; k < d->classes.n; k++) {
        const dota_class *c = &d->of[k];
        rs_dota_ap ap;
        rs_dota_box *truths =
            rs_arena_calloc(&job->arena, c->n_truths + c->n_found + 1, sizeof *truths);
        if (!truths) return rs_err_nomem(err, "labels");
        const size_t n_truths = copy_chosen(truths, c->truths, c->n_truths, d, only);
        const size_t n_found = copy_chosen(truths + n_truths, c->found, c->n_found, d, only);
        const rs_dota_input input = {.truths = truths,
                                     .n_truths = n_truths,
                                     .found = truths + n_truths,
                                     .n_found = n_found,
                                     .n_images = (uint32_t)d->images.n,
                                     .rule = job->profile->dota,
                                     .threshold = 0.5};
        RS_TRY(rs_metrics_dota(&input, &ap, set, err));
        table[k] = (rs_score_class){.name = rs_arena_str(&job->arena, d->classes.keys[k]),
                                    .n = ap.n_truths,
                                    .value = 100 * ap.ap07};
        if (!ap.n_truths) continue; /* a class without truths has no AP */
        sum07 += ap.ap07;
        sum12 += ap.ap12;
        n++;
    }
    run->n_measures = 0;
    rs_score_fixed(run, "mAP (VOC07)", 100, n ? sum07 / (double)n : NAN);
    rs_score_fixed(run, "mAP (VOC12)", 100, n ? sum12 / (double)n : NAN);
    if (only || job->class_table)
        return RSIFT_OK; /* the table is of the first model on all images */
    job->class_table = table;
    job->n_class_table = d->classes.n;
    job->class_measure = "AP (VOC07)";
    return RSIFT_OK;
}

static size_t dota_n_images(void *detection)
{
    return ((dota *)detection)->n_images;
}

static size_t dota_image(void *detection, rs_str name)
{
    /* Images are named without their ending, as in the label files. */
    const dota *d = detection;
    const size_t at = rs_strmap_get(&d->images, name);
    return at < d->n_images ? at : RS_NPOS;
}

static rsift_status dota_aps(const rs_ap_set *set, const uint32_t *weights,
                             double out[RS_SCORE_APS], rsift_error *err)
{
    double ap[RS_AP_THRESHOLDS];
    RS_TRY(rs_metrics_ap(set, RS_AP_VOC07, weights, 1, ap, err));
    out[0] = ap[0];
    RS_TRY(rs_metrics_ap(set, RS_AP_VOC12, weights, 1, ap, err));
    out[1] = ap[0];
    return RSIFT_OK;
}

static void dota_close(void *detection)
{
    dota *d = detection;
    for (size_t k = 0; k < d->classes.n; k++) {
        rs_free(d->of[k].truths);
        rs_free(d->of[k].found);
    }
    rs_free(d->of);
    rs_strmap_fini(&d->images);
    rs_strmap_fini(&d->classes);
}

rsift_status rs_score_dota(rs_score_job *job, rs_score_report *report, rsift_error *err)
{
    static const rs_score_detector detector = {.n_aps = 2,
                                               .truth_is = "labelTxt",
                                               .open = dota_open,
                                               .run = dota_run,
                                               .n_images = dota_n_images,
                                               .image = dota_image,
                                               .aps = dota_aps,
                                               .close = dota_close};
    return rs_score_detection(&detector, job, report, err);
}
