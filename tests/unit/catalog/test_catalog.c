/* Loading: exact places of errors, overlays, expanding; then roles, evidence, keys, search, scan.
 */
#include "catalog/catalog.h"

#include "base/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define HEAD                                                                                   \
    "id: x\nname: X\nsection: VQA\nyear: 2020\nreleased: yes\n"                                \
    "licence: {annotations: {id: mit, class: open}, imagery: {id: u, class: research}}\n"      \
    "tasks: [vqa]\nevidence: {default: {from: here, sure: high}, sizes.images: {from: there, " \
    "sure: low}}\n"
#define RELEASE                                                                               \
    "releases:\n"                                                                             \
    "  - id: one\n"                                                                           \
    "    images: [\"im/*.tif\"]\n"                                                            \
    "    sources:\n"                                                                          \
    "      - name: \"q-{split}\"\n"                                                           \
    "        reader: rsvqa\n"                                                                 \
    "        each_split: [train, test]\n"                                                     \
    "        role_by_split: {train: train, test: eval}\n"                                     \
    "        task: vqa\n"                                                                     \
    "        files: {questions: \"{Split}_q.json\", answers: [\"{split}_a.json\", b.json]}\n" \
    "        media: {image: \"im/{split}/{id}.tif\"}\n"                                       \
    "        params: {n: 5, list: [a, b], map: {\"[refer]\": grounding-obb, c: d}}\n"         \
    "        expect: {images: 3, by_split: {train: {samples: 10}, test: {samples: 4}}}\n"

static rsift_status parse(rs_arena *arena, const char *text, rs_catalog_dataset *out,
                          rsift_error *err)
{
    return rs_catalog_parse(arena, RS_STR("x.yaml"), rs_str_of(text), out, err);
}

static void full_record(void **state)
{
    (void)state;
    rs_arena arena = {0};
    rsift_error err = {0};
    rs_catalog_dataset d;
    if (parse(&arena, HEAD RELEASE, &d, &err)) fail_msg("%s: %s", err.where, err.message);
    assert_int_equal(d.year, 2020);
    assert_int_equal(d.sizes.images, -1);
    assert_int_equal(d.released, RS_RELEASED_YES);
    assert_int_equal(rs_catalog_licence_of(&d.licence), RS_LICENCE_RESEARCH);
    assert_int_equal(d.releases.n, 1);
    const rs_catalog_release *r = rs_catalog_release_find(&d, RS_STR("one"));
    assert_int_equal(r->sources.n, 2);
    const rs_catalog_source *s = &r->sources.items[0], *t = &r->sources.items[1];
    assert_true(rs_str_eq(s->name, RS_STR("q-train")) && rs_str_eq(t->name, RS_STR("q-test")));
    assert_true(rs_str_eq(s->split.scheme, RS_STR("official")));
    assert_true(rs_str_eq(t->split.name, RS_STR("test")));
    assert_int_equal(s->role, RS_ROLE_TRAIN);
    assert_int_equal(t->role, RS_ROLE_EVAL);
    assert_true(s->has_task && s->task == RS_TASK_VQA && s->truth && !s->optional);
    assert_true(rs_str_eq(s->files.items[0].patterns.items[0], RS_STR("Train_q.json")));
    assert_true(rs_str_eq(t->files.items[1].patterns.items[0], RS_STR("test_a.json")));
    assert_int_equal(t->files.items[1].patterns.n, 2);
    assert_true(rs_str_eq(t->media.items[0].template, RS_STR("im/test/{id}.tif")));
    assert_int_equal(s->params.n, 3);
    assert_true(rs_str_eq(s->params.items[0].values.items[0], RS_STR("5")));
    assert_true(rs_str_eq(s->params.items[2].values.items[0], RS_STR("[refer]=grounding-obb")));
    assert_int_equal(t->expect.n, 2);
    assert_true(rs_str_eq(t->expect.items[1].what, RS_STR("samples")));
    assert_int_equal(t->expect.items[1].value, 4);
    assert_null(t->expect.items[1].split.ptr);
    rs_arena_fini(&arena);
}

/* What is read of a set, in words; a record that does not say it is read when it has a source. */
static void how_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
        rs_reads how;
        bool is_read;
    } cases[] = {
        {HEAD RELEASE, NULL, RS_READS_UNSTATED, true},
        {HEAD, NULL, RS_READS_UNSTATED, false},
        {HEAD "releases:\n  - {id: a, sources: []}\n", NULL, RS_READS_UNSTATED, false},
        {HEAD "reads: full\n" RELEASE, NULL, RS_READS_FULL, true},
        {HEAD "reads: \"partly: masks: all\"\n" RELEASE, "masks: all", RS_READS_PARTLY, true},
        {HEAD "reads: \"no: why\"\n" RELEASE, "why", RS_READS_NO, false},
        {HEAD "reads: \"no:  not released\"\n", "not released", RS_READS_NO, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_arena arena = {0};
        rsift_error err = {0};
        rs_catalog_dataset d;
        if (parse(&arena, cases[i].text, &d, &err)) fail_msg("%s: %s", err.where, err.message);
        assert_int_equal(d.reads.how, cases[i].how);
        assert_int_equal(rs_catalog_is_read(&d), cases[i].is_read);
        if (!cases[i].why) assert_null(d.reads.why.ptr);
        else assert_true(rs_str_eq(d.reads.why, rs_str_of(cases[i].why)));
        rs_arena_fini(&arena);
    }
}

static void error_places(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where, *message;
    } cases[] = {
        {"id: x\nname: [X]\n", "x.yaml:2:7", "expected a text, found a list"},
        {"id: x\ncolour: red\n", "x.yaml:2:1", NULL},
        {"id: x\nyear: twenty\n", "x.yaml:2:7", "expected a whole number, found \"twenty\""},
        {"id: x\nyear: -3\n", "x.yaml:2:7", NULL},
        {"id: x\nreleased: maybe\n", "x.yaml:2:11",
         "expected one of no, yes, partial, mirror, withdrawn, found \"maybe\""},
        {"id: x\ntasks: [vqa, cooking]\n", "x.yaml:2:14",
         "expected a task of taxonomy/tasks.yaml, found \"cooking\""},
        {"id: x\nlicence: {annotations: {id: a, class: free}}\n", "x.yaml:2:39",
         "expected one of unknown, open, research, restricted, found \"free\""},
        {"id: x\nlicence: {annotations: {id: a, class: open}}\n", "x.yaml:2:10",
         "expected the key `imagery`, found none"},
        {"id: x\ngsd_m: [a]\n", "x.yaml:2:9", NULL},
        {"id: x\nsizes: {images: 1.5}\n", "x.yaml:2:17", NULL},
        {"id: x\nname: X\n", "x.yaml:1:1", "expected the key `section`, found none"},
        {"- a\n", "x.yaml:1:1", "expected a map, found a list"},
        {"", "x.yaml:1:1", "expected a map, found nothing"},
        {HEAD "releases:\n  - id: a\n    sources:\n      - {name: n, reader: r, files: {a: b}}\n",
         "x.yaml:12:9", NULL},
        {HEAD "releases:\n  - id: a\n    sources: []\n    keys:\n      - {match: \"(\", key: k, "
              "relation: same, confidence: low}\n",
         "x.yaml:13:17", NULL},
        {HEAD "releases:\n  - id: a\n    sources: []\n    keys:\n      - {match: a, key: k, fn: f, "
              "relation: same, confidence: low}\n",
         "x.yaml:13:32", NULL},
        {HEAD "releases:\n  - {id: a, sources: []}\n  - {id: a, sources: []}\n", "x.yaml:11:10",
         "expected an id of its own, found \"a\""},
        {HEAD "reads: some\n", "x.yaml:9:8",
         "expected full, \"partly: WHAT IS NOT READ\" or \"no: WHY NOT\", found \"some\""},
        {HEAD "reads: partly\n", "x.yaml:9:8", NULL}, /* of what nobody would know */
        {HEAD "reads: \"full: all\"\n", "x.yaml:9:8", NULL},
        {HEAD "reads: full\n", "x.yaml:9:8",
         "expected \"no: ...\" of a record without a source, found \"full\""},
        {HEAD "reads: \"partly: masks\"\nreleases:\n  - {id: a, sources: []}\n", "x.yaml:9:8",
         NULL},
        {HEAD "layout_from: rumour\n", "x.yaml:9:14",
         "expected one of paper, code, records, found \"rumour\""},
        {"id: y\n"
         "name: X\nsection: VQA\nyear: 2020\nreleased: yes\n"
         "licence: {annotations: {id: mit, class: open}, imagery: {id: u, class: open}}\n"
         "tasks: []\nevidence: {default: {from: h, sure: low}}\n",
         "x.yaml:1:5", "expected the id that the file is named after, found \"y\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_arena arena = {0};
        rsift_error err = {0};
        rs_catalog_dataset d;
        rsift_status st = parse(&arena, cases[i].text, &d, &err);
        if (st != RSIFT_E_FORMAT) fail_msg("case %zu: status %d", i, (int)st);
        if (!rs_str_eq(rs_str_of(err.where), rs_str_of(cases[i].where)))
            fail_msg("case %zu: %s, expected %s (%s)", i, err.where, cases[i].where, err.message);
        if (cases[i].message) assert_string_equal(err.message, cases[i].message);
        rs_arena_fini(&arena);
    }
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (int64_t k = 1;; k++) {
        rs_arena arena = {0};
        rsift_error err = {0};
        rs_catalog_dataset d;
        rs_alloc_fail_at(k);
        rsift_status st = parse(&arena, HEAD RELEASE, &d, &err);
        rs_alloc_fail_at(0);
        rs_arena_fini(&arena);
        if (st == RSIFT_OK) break;
        assert_int_equal(st, RSIFT_E_NOMEM);
        assert_int_equal(err.status, RSIFT_E_NOMEM);
    }
    for (int64_t k = 1; k < 2000; k++) {
        rs_catalog *catalog;
        rs_alloc_fail_at(k);
        rsift_status st = rs_catalog_load(NULL, 0, &catalog, NULL);
        rs_alloc_fail_at(0);
        if (st == RSIFT_OK) {
            rs_catalog_close(catalog);
            return;
        }
        assert_int_equal(st, RSIFT_E_NOMEM);
    }
}

static void write_file(const char *dir, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void remove_file(const char *dir, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    unlink(path);
}

static void overlays(void **state)
{
    (void)state;
    char dir[] = "/tmp/rsift-catalog-XXXXXX";
    assert_non_null(mkdtemp(dir));
    const char *dirs[] = {dir};
    write_file(dir, "x.yaml", HEAD);
    write_file(dir, "rsicd.yaml",
               "id: rsicd\nname: Mine\nsection: VQA\nyear: 2021\nreleased: no\ntasks: [vqa]\n"
               "licence: {annotations: {id: mit, class: open}, imagery: {id: u, class: open}}\n"
               "evidence: {default: {from: here, sure: high}}\n");
    write_file(dir, "readme.txt", "not a record");
    rs_catalog *catalog;
    rsift_error err = {0};
    if (rs_catalog_load(dirs, 1, &catalog, &err)) fail_msg("%s: %s", err.where, err.message);
    assert_non_null(rs_catalog_find(catalog, RS_STR("x")));
    const rs_catalog_dataset *mine = rs_catalog_find(catalog, RS_STR("rsicd"));
    assert_true(rs_str_eq(mine->name, RS_STR("Mine")));
    assert_int_equal(mine->releases.n, 0);
    for (size_t i = 1; i < rs_catalog_n(catalog); i++)
        assert_true(rs_str_cmp(rs_catalog_at(catalog, i - 1)->id, rs_catalog_at(catalog, i)->id) <
                    0);
    rs_catalog_close(catalog);
    write_file(dir, "x.yaml", "id: x\nbad: 1\n");
    assert_int_equal(rs_catalog_load(dirs, 1, &catalog, &err), RSIFT_E_FORMAT);
    char where[600];
    snprintf(where, sizeof where, "%s/x.yaml:2:1", dir);
    assert_string_equal(err.where, where);
    /* a FIFO is not waited for */
    remove_file(dir, "x.yaml");
    char fifo[600];
    snprintf(fifo, sizeof fifo, "%s/x.yaml", dir);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(rs_catalog_load(dirs, 1, &catalog, &err), RSIFT_E_ARG);
    remove_file(dir, "x.yaml");
    remove_file(dir, "rsicd.yaml");
    remove_file(dir, "readme.txt");
    rmdir(dir);
    assert_int_equal(rs_catalog_load(dirs, 1, &catalog, &err), RSIFT_E_IO);
}

/* ---- the built-in catalogue ------------------------------------------------------------- */

static rs_catalog *catalog;

static int load(void **state)
{
    (void)state;
    return rs_catalog_load(NULL, 0, &catalog, NULL) == RSIFT_OK ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    rs_catalog_close(catalog);
    return 0;
}

static void facts(void **state)
{
    (void)state;
    const rs_catalog_dataset *d = rs_catalog_find(catalog, RS_STR("rsvqa-lr"));
    assert_non_null(d);
    assert_int_equal(d->sizes.samples, 77232);
    assert_true(d->gsd_m[0] >= 10 && d->gsd_m[1] <= 10);
    assert_int_equal(d->releases.items[0].sources.n, 3);
    assert_true(rs_str_starts(rs_catalog_evidence_of(d, RS_STR("licence.imagery.id"))->from,
                              RS_STR("Zenodo")));
    assert_int_equal(rs_catalog_evidence_of(d, RS_STR("year"))->sure, RS_SURE_HIGH);
    assert_null(rs_catalog_find(catalog, RS_STR("rsvqa")));
    assert_true(rs_str_eq(rs_catalog_suggest(catalog, RS_STR("rsvqa-lt")), RS_STR("rsvqa-lr")));
    assert_null(rs_catalog_suggest(catalog, RS_STR("something-else")).ptr);
    const rs_catalog_source *captions =
        &rs_catalog_find(catalog, RS_STR("rsicd"))->releases.items[0].sources.items[0];
    assert_int_equal(rs_catalog_role_in(captions, RS_STR("train")), RS_ROLE_TRAIN);
    assert_int_equal(rs_catalog_role_in(captions, RS_STR("val")), RS_ROLE_EVAL);
    assert_int_equal(rs_catalog_role_in(captions, (rs_str){0}), RS_ROLE_EVAL);
}

static void licences(void **state)
{
    (void)state;
    rs_catalog_licence l = {.annotations = {.class = RS_LICENCE_OPEN}};
    assert_int_equal(rs_catalog_licence_of(&l), RS_LICENCE_UNKNOWN);
    l.imagery.class = RS_LICENCE_OPEN;
    assert_int_equal(rs_catalog_licence_of(&l), RS_LICENCE_OPEN);
    l.imagery.class = RS_LICENCE_RESEARCH;
    assert_int_equal(rs_catalog_licence_of(&l), RS_LICENCE_RESEARCH);
    l.annotations.class = RS_LICENCE_UNKNOWN;
    assert_int_equal(rs_catalog_licence_of(&l), RS_LICENCE_UNKNOWN);
    l.imagery.class = RS_LICENCE_RESTRICTED;
    assert_int_equal(rs_catalog_licence_of(&l), RS_LICENCE_RESTRICTED);
}

static void source_keys(void **state)
{
    (void)state;
    static const struct {
        const char *dataset, *release, *path, *keys; /* "key relation" joined by ';' */
    } cases[] = {
        {"vrsbench", "hub", "Images_val/P0003_0002.png", "DOTA/P0003 crop"},
        {"vrsbench", "hub", "Images_train/00002_0000.png", "DIOR/00002 crop"},
        {"dior", "original", "JPEGImages/02033.jpg", "DIOR/02033 same"},
        {"dota", "v2.0", "train/images/P2866.png", "DOTA/P2866 same"},
        {"dota", "v1.0", "images/P1478__1__853___962.png", "DOTA/P1478 crop"},
        {"geochat-instruct", "hub", "P0378_0001.png", "DOTA/P0378 crop"},
        {"geochat-instruct", "hub", "04444.png", "DIOR/04444 same"},
        {"geochat-instruct", "hub", "train_5007_0017.png", "FAIR1M/train_5007 crop"},
        {"geochat-instruct", "hub", "church/church_183.jpg", "NWPU-RESISC45/church_183 same"},
        {"geochat-instruct", "hub", "golf_course_393.png", "NWPU-RESISC45/golf_course_393 same"},
        {"geochat-instruct", "hub", "123.tif", "RSVQA-LR/123 same"},
        {"rsicd", "original", "RSICD_images/airport_1.jpg",
         "RSICD/airport_1 same;AID/airport_1 same"},
        {"rsicd", "original", "RSICD_images/00001.jpg", "RSICD/00001 same"},
        {"rsivqa", "github", "UCM/1.tif", "UCM/agricultural00 same"},
        {"rsivqa", "github", "UCM/2100.tif", "UCM/tenniscourt99 same"},
        {"rsivqa", "github", "UCM/2101.tif", ""},
        {"rsivqa", "github", "Sydney/12.tif", "Sydney/12 same"},
        {"rsivqa", "github", "AID/airport_1.jpg", "RSICD/airport_1 same;AID/airport_1 same"},
        {"rsivqa", "github", "DOTA/P0000.png", "DOTA/P0000 same"},
        {"rsivqa", "github", "HRRSD/00001.jpg", "HRRSD/00001 same"},
        {"ucm-captions", "original", "imgs/101.tif", "UCM/airplane00 same"},
        {"uc-merced", "original", "airplane/airplane00.tif", "UCM/airplane00 same"},
        {"cdvqa", "github", "im1/02180.png", "SECOND/02180 pair"},
        {"cdvqa", "github", "im2/02180.png", "SECOND/02180 pair"},
        {"levir-cc", "hub", "images/train/A/train_000001.png", "LEVIR-CC/train_000001 pair"},
        {"eurosat", "rgb", "Forest/Forest_12.jpg", "EuroSAT/Forest_12 same"},
        {"nwpu-resisc45", "original", "airport/airport_001.jpg", "NWPU-RESISC45/airport_001 same"},
        {"nwpu-vhr10", "coco", "positive image set/001.jpg", "VHR-10/001 same"},
        {"nwpu-vhr10", "original", "negative image set/001.jpg", "VHR-10/negative/001 same"},
        {"rsvqa-lr", "zenodo", "Images_LR/12.tif", "RSVQA-LR/12 same"},
        {"rsvqa-hr", "zenodo", "Data/12.png", "RSVQA-HR/12 same"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_arena arena = {0};
        const rs_catalog_dataset *d = rs_catalog_find(catalog, rs_str_of(cases[i].dataset));
        assert_non_null(d);
        const rs_catalog_release *r = rs_catalog_release_find(d, rs_str_of(cases[i].release));
        if (!r) fail_msg("%s has no release %s", cases[i].dataset, cases[i].release);
        rs_catalog_key keys[RS_CATALOG_MAX_KEYS];
        size_t n;
        assert_int_equal(rs_catalog_keys_of(&arena, r, rs_str_of(cases[i].path), keys, &n, NULL),
                         0);
        char found[300] = "";
        for (size_t k = 0, len = 0; k < n; k++)
            len += (size_t)snprintf(found + len, sizeof found - len, "%s%.*s %s", k ? ";" : "",
                                    RS_STR_ARG(keys[k].key),
                                    rs_catalog_relation_name(keys[k].relation));
        if (!rs_str_eq(rs_str_of(found), rs_str_of(cases[i].keys)))
            fail_msg("%s %s: %s", cases[i].dataset, cases[i].path, found);
        rs_arena_fini(&arena);
    }
}

static void search(void **state)
{
    (void)state;
    rs_catalog_hit *hits = calloc(rs_catalog_n(catalog), sizeof *hits);
    assert_true(rs_catalog_search(catalog, RS_STR("rsvqa"), hits) >= 2);
    assert_true(rs_str_starts(hits[0].dataset->id, RS_STR("rsvqa")));
    size_t n = rs_catalog_search(catalog, RS_STR("change  CAPTION"), hits);
    assert_true(n >= 1);
    assert_true(rs_str_eq(hits[0].dataset->id, RS_STR("levir-cc")));
    assert_int_equal(rs_catalog_search(catalog, RS_STR("levir zebra"), hits), 0);
    /* a licence class is the class of both licences, never a word of a sentence */
    static const char *const classes[] = {"open", "research", "restricted", "unknown"};
    for (size_t c = 0; c < 4; c++) {
        n = rs_catalog_search(catalog, rs_str_of(classes[c]), hits);
        assert_true(n >= 1);
        for (size_t i = 0; i < n; i++)
            assert_string_equal(
                rs_catalog_licence_class_name(rs_catalog_licence_of(&hits[i].dataset->licence)),
                classes[c]);
    }
    assert_int_equal(rs_catalog_search(catalog, RS_STR("vrsbench research"), hits), 1);
    assert_int_equal(rs_catalog_search(catalog, RS_STR("coreval-choice OPEN"), hits), 0);
    /* a task stands in the tasks or the name, not in the notes */
    n = rs_catalog_search(catalog, RS_STR("grounding-obb"), hits);
    for (size_t i = 0; i < n; i++) {
        bool has = false;
        for (size_t t = 0; t < hits[i].dataset->tasks.n; t++)
            has = has || hits[i].dataset->tasks.items[t] == RS_TASK_GROUNDING_OBB;
        assert_true(has);
    }
    assert_int_equal(rs_catalog_search(catalog, RS_STR("  "), hits), 0);
    free(hits);
}

static void scan_finds(const char *const *names, const char *dataset, const char *release)
{
    rs_arena arena = {0};
    rs_str paths[32];
    size_t n = 0;
    for (; names[n]; n++) paths[n] = rs_str_of(names[n]);
    rs_catalog_candidates found;
    assert_int_equal(rs_catalog_scan(&arena, catalog, (rs_texts){paths, n}, &found, NULL),
                     RSIFT_OK);
    const rs_catalog_candidate *fits = found.items;
    const size_t n_fits = found.n;
    if (!dataset) {
        assert_int_equal(n_fits, 0);
    } else {
        if (n_fits == 0) fail_msg("nothing found instead of %s", dataset);
        if (!rs_str_eq(fits[0].dataset->id, rs_str_of(dataset)) ||
            !rs_str_eq(fits[0].release->id, rs_str_of(release)))
            fail_msg("%.*s > %.*s instead of %s", RS_STR_ARG(fits[0].dataset->id),
                     RS_STR_ARG(fits[0].release->id), dataset);
        assert_false(fits[0].tied);
        assert_true(fits[0].score >= 50 && fits[0].score <= 100);
        /* what everybody's tiles are called is no proof */
        assert_int_equal(fits[0].certain, !rs_str_eq(fits[0].release->id, RS_STR("labels-only")));
    }
    rs_arena_fini(&arena);
}

static void scans(void **state)
{
    (void)state;
    scan_finds(
        (const char *[]){
            "misnamed/LR_split_train_questions.json", "misnamed/LR_split_train_answers.json",
            "misnamed/LR_split_train_images.json", "misnamed/LR_split_val_questions.json",
            "misnamed/LR_split_val_answers.json", "misnamed/LR_split_val_images.json", NULL},
        "rsvqa-lr", "zenodo");
    scan_finds((const char *[]){"q/2750/Forest/Forest_1.jpg", "q/2750/River/River_7.jpg", NULL},
               "eurosat", "rgb");
    scan_finds((const char *[]){"airplane/airplane_001.jpg", "church/church_002.jpg", NULL},
               "nwpu-resisc45", "original");
    scan_finds((const char *[]){"Images/airplane/airplane01.tif", NULL}, "uc-merced", "original");
    scan_finds((const char *[]){"train/labelTxt-v1.5/DOTA-v1.5_train/P0001.txt",
                                "val/labelTxt-v1.5/DOTA-v1.5_val/P0002.txt", NULL},
               "dota", "v1.5");
    scan_finds((const char *[]){"train/labelTxt-v1.0/labelTxt/P0001.txt",
                                "val/labelTxt-v1.0/labelTxt/P0002.txt", NULL},
               "dota", "v1.0");
    scan_finds((const char *[]){"labelTxt-v1.0/labelTxt/P0706.txt", NULL}, "dota", "labels-only");
    scan_finds((const char *[]){"Annotations/Horizontal Bounding Boxes/00001.xml",
                                "Annotations/Oriented Bounding Boxes/00001.xml", NULL},
               "dior", "original");
    scan_finds((const char *[]){"NWPU VHR-10_dataset_coco/annotations.json",
                                "NWPU VHR-10_dataset_coco/positive image set/001.jpg", NULL},
               "nwpu-vhr10", "coco");
    scan_finds((const char *[]){"VRSBench_train.json", "VRSBench_EVAL_vqa.json",
                                "VRSBench_EVAL_Cap.json", "VRSBench_EVAL_referring.json", NULL},
               "vrsbench", "hub");
    scan_finds((const char *[]){"GeoChat_Instruct.json", NULL}, "geochat-instruct", "hub");
    /* a folder's title alone decides nothing */
    scan_finds((const char *[]){"VRSBench/readme.txt", "RSICD/notes/info.md", NULL}, NULL, NULL);
    scan_finds((const char *[]){NULL}, NULL, NULL);
}

static void selects(void **state)
{
    (void)state;
    rs_arena arena = {0};
    const rs_str paths[] = {RS_STR("r/a/1.txt"), RS_STR("r/b/2.txt"), RS_STR("r/a/3.txt")};
    const rs_str patterns[] = {RS_STR("z/*.txt"), RS_STR("a/*.txt"), RS_STR("b/*.txt")};
    rs_catalog_selection found;
    assert_int_equal(
        rs_catalog_select(&arena, (rs_texts){patterns, 3}, (rs_texts){paths, 3}, &found, NULL),
        RSIFT_OK);
    assert_int_equal(found.n, 2);
    assert_int_equal(found.members[1], 2);
    assert_true(rs_str_eq(found.logical[1], RS_STR("a/3.txt")));
    rs_arena_fini(&arena);
}

static void media_rest(void **state)
{
    (void)state;
    assert_true(
        rs_str_eq(rs_catalog_media_rest(RS_STR("Images_LR/{id}.tif"), RS_STR("Images_LR/3.tif")),
                  RS_STR("3.tif")));
    assert_true(rs_str_eq(
        rs_catalog_media_rest(RS_STR("images/{split}/A/{name}"), RS_STR("images/train/A/x.png")),
        RS_STR("train/A/x.png")));
    assert_true(
        rs_str_eq(rs_catalog_media_rest(RS_STR("{name}"), RS_STR("a/b.png")), RS_STR("a/b.png")));
    assert_true(
        rs_str_eq(rs_catalog_media_rest(RS_STR("x/P{name}"), RS_STR("x/P1")), RS_STR("P1")));
}

int main(void)
{
    const struct CMUnitTest parsing[] = {
        cmocka_unit_test(full_record),  cmocka_unit_test(how_read),
        cmocka_unit_test(error_places), cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(overlays),     cmocka_unit_test(licences),
        cmocka_unit_test(media_rest),   cmocka_unit_test(selects),
    };
    const struct CMUnitTest built_in[] = {
        cmocka_unit_test(facts),
        cmocka_unit_test(source_keys),
        cmocka_unit_test(search),
        cmocka_unit_test(scans),
    };
    int failed = cmocka_run_group_tests(parsing, NULL, NULL);
    return failed + cmocka_run_group_tests(built_in, load, unload);
}
