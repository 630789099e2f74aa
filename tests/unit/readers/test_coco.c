/* COCO: any order of the three lists, boxes, polygons, run lengths, orphans, repeated ids. */
#include "harness.h"

#include "base/rng.h"

static void start(harness *h, rs_task task, const char *text)
{
    harness_init(h, "coco", task);
    put_file(h, "instances.json", rs_str_of(text));
    use(h, "records", "instances.json");
}

#define DOCUMENT                                                                                   \
    "{\"annotations\":["                                                                           \
    "{\"id\":0,\"image_id\":8,\"category_id\":1,\"bbox\":[1,2,30,40],\"segmentation\":[[1,2,31,2," \
    "31,42]],"                                                                                     \
    "\"iscrowd\":0},"                                                                              \
    "{\"id\":1,\"image_id\":7,\"category_id\":3,\"bbox\":[5,6,7,8.5],\"iscrowd\":1,"               \
    "\"segmentation\":{\"size\":[4,5],\"counts\":[3,2,15]}},"                                      \
    "{\"id\":2,\"image_id\":8,\"category_id\":9,\"bbox\":[1,1,1,1]},"                              \
    "{\"id\":3,\"image_id\":99,\"category_id\":1,\"bbox\":[1,1,1,1]},"                             \
    "{\"id\":4,\"image_id\":7,\"category_id\":1,\"bbox\":[1,1,null,1]},"                           \
    "{\"id\":5,\"category_id\":1}],"                                                               \
    "\"images\":[{\"id\":7,\"file_name\":\"a.jpg\",\"width\":100,\"height\":50},"                  \
    "{\"id\":8,\"file_name\":\"b.jpg\"},{\"id\":9,\"file_name\":\"empty.jpg\"},{\"id\":7,\"file_"  \
    "name\":\"a.jpg\"},"                                                                           \
    "{\"id\":10}],\"info\":{\"x\":[[]]},"                                                          \
    "\"categories\":[{\"id\":1,\"name\":\"plane\"},{\"id\":3,\"name\":\"Ship\"},{\"id\":1,"        \
    "\"name\":\"again\"}]}"

static void reads_boxes(void **unused)
{
    (void)unused;
    harness h;
    start(&h, RS_TASK_DETECTION_HBB, DOCUMENT);
    param(&h, "class_names", "Ship=ship");
    rs_str classes[] = {RS_STR("ship")};
    h.source.classes = classes;
    h.source.n_classes = 1;
    harness_read(&h);
    check_counts(&h, 0, 5, 3, 1, 0, 1);
    check_counts(&h, 1, 6, 4, 0, 0, 2);
    check_counts(&h, 2, 3, 2, 1, 0, 0);
    assert_string_equal(
        show(&h, 0),
        "detection-hbb id=7 | image=a.jpg 100x50 | hbb 'ship' [5 6 7 8.5] px-xywh crowd");
    assert_string_equal(show(&h, 1), "detection-hbb id=8 | image=b.jpg | hbb '' [1 2 30 40] "
                                     "px-xywh | hbb '' [1 1 1 1] px-xywh");
    assert_string_equal(show(&h, 2), "detection-hbb id=9 | image=empty.jpg");
    assert_int_equal(n_findings(&h, RS_F_NUMBER), 1);
    assert_int_equal(n_findings(&h, RS_F_CLASS_UNKNOWN), 3); /* plane twice, 9 once */
    assert_int_equal(n_findings(&h, RS_F_LINK_ORPHAN), 1);
    assert_int_equal(n_findings(&h, RS_F_ID_REPEATED), 2);
    assert_int_equal(n_findings(&h, RS_F_FIELD_MISSING), 1);
    check_replay(&h);
    harness_fini(&h);
}

static const char *nth_message(const harness *h, rs_finding_code code, size_t nth)
{
    for (size_t i = 0; i < h->n_findings; i++)
        if (h->findings[i].code == code && nth-- == 0) return h->findings[i].message.ptr;
    return "";
}

/* A crowd is no object, however it is marked, unless masks are asked for. */
static void tells_crowds_apart(void **unused)
{
    (void)unused;
    const char *const text =
        "{\"images\":[{\"id\":1,\"file_name\":\"a\"}],\"categories\":[{\"id\":1,\"name\":\"ship\"}]"
        ","
        "\"annotations\":["
        "{\"image_id\":1,\"category_id\":1,\"bbox\":[1,1,5,5],\"iscrowd\":true,"
        "\"segmentation\":[[1,1,6,1,6,6]]},"
        "{\"image_id\":1,\"category_id\":1,\"bbox\":[1,1,5,5],\"iscrowd\":\"1\","
        "\"segmentation\":[[1,1,6,1,6,6]]},"
        "{\"image_id\":1,\"category_id\":1,\"bbox\":[1,1,5,5],\"iscrowd\":\"0\","
        "\"segmentation\":[[1,1,6,1,6,6]]}]}";
    harness h;
    start(&h, RS_TASK_DETECTION_HBB, text);
    harness_read(&h);
    assert_int_equal(n_findings(&h, RS_F_REGION_CROWD), 2);
    harness_fini(&h);
    start(&h, RS_TASK_SEGMENTATION, text);
    harness_read(&h);
    assert_int_equal(n_findings(&h, RS_F_REGION_CROWD), 0);
    harness_fini(&h);
}

/* What is wrong is named as it stands in the file. */
static void names_what_is_wrong(void **unused)
{
    (void)unused;
    harness h;
    start(&h, RS_TASK_DETECTION_HBB,
          "{\"images\":[{\"id\":1,\"file_name\":\"a\"}],\"categories\":[{\"id\":1,\"name\":"
          "\"ship\"}],"
          "\"annotations\":[{\"image_id\":1,\"category_id\":1,\"bbox\":[1,1,\"wide\",5]},"
          "{\"image_id\":1,\"category_id\":1,\"bbox\":[1,1,NaN,5]},"
          "{\"image_id\":1,\"category_id\":null,\"bbox\":[1,1,5,5]},"
          "{\"image_id\":1,\"bbox\":[1,1,5,5]},"
          "{\"image_id\":1,\"category_id\":7,\"bbox\":[1,1,5,5]}]}");
    harness_read(&h);
    assert_non_null(strstr(nth_message(&h, RS_F_NUMBER, 0), "found a string wide"));
    assert_non_null(strstr(nth_message(&h, RS_F_CLASS_UNKNOWN, 0), "category_id is null"));
    assert_non_null(strstr(nth_message(&h, RS_F_CLASS_UNKNOWN, 1), "has no category"));
    assert_non_null(strstr(nth_message(&h, RS_F_CLASS_UNKNOWN, 2), "category \"7\" is not listed"));
    harness_fini(&h);
}

static void reads_masks(void **unused)
{
    (void)unused;
    harness h;
    start(&h, RS_TASK_SEGMENTATION, DOCUMENT);
    harness_read(&h);
    assert_string_equal(
        show(&h, 0),
        "segmentation id=7 | image=a.jpg 100x50 | mask 'Ship' [4 5 3 2 15] mask crowd");
    assert_string_equal(
        show(&h, 1), "segmentation id=8 | image=b.jpg | polygon '' [1 2 31 2 31 42] px-polygon | "
                     "hbb '' [1 1 1 1] px-xywh");
    harness_fini(&h);
    /* Counts 0 1 40 3 25 of the text form: 5-bit groups, differences from the fourth on. */
    start(&h, RS_TASK_SEGMENTATION,
          "{\"images\":[{\"id\":1,\"file_name\":\"a\"}],\"categories\":[],\"annotations\":["
          "{\"image_id\":1,\"segmentation\":{\"size\":[9,9],\"counts\":\"01X12A\"}},"
          "{\"image_id\":1,\"segmentation\":{\"size\":[9,9],\"counts\":\"0~\"}},"
          "{\"image_id\":1,\"segmentation\":[[1,2,3]]}]}");
    harness_read(&h);
    assert_non_null(strstr(show(&h, 0), "mask '' [9 9 0 1 40 3 25] mask"));
    assert_int_equal(n_findings(&h, RS_F_NUMBER), 2);
    harness_fini(&h);
}

static void keeps_files_apart(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "coco", RS_TASK_DETECTION_HBB);
    put_file(&h, "x/i.json",
             RS_STR("{\"images\":[{\"id\":1,\"file_name\":\"x\"}],\"annotations\":[{\"image_id\":1,"
                    "\"category_id\":1,\"bbox\":[1,2,3,4]}],\"categories\":[{\"id\":1,\"name\":"
                    "\"one\"}]}"));
    put_file(
        &h, "y/i.json",
        RS_STR("{\"categories\":[{\"id\":1,\"name\":\"uno\"}],\"annotations\":[{\"image_id\":1,"
               "\"category_id\":1,\"bbox\":[1,2,3,4,45]}],\"images\":[{\"id\":1,\"file_name\":"
               "\"y\"}]"));
    use(&h, "records", "i.json");
    param(&h, "box_convention", "px-xywh|px-cxcywha");
    harness_read(&h);
    assert_string_equal(show(&h, 0), "detection-hbb id=1 | image=x | hbb 'one' [1 2 3 4] px-xywh");
    assert_string_equal(show(&h, 1),
                        "detection-hbb id=1 | image=y | obb 'uno' [1 2 3 4 45] px-cxcywha");
    check_counts(&h, 0, 3, 2, 0, 0, 1); /* the second file lacks its last bracket */
    harness_fini(&h);
}

#define IMAGES "\"images\":[{\"id\":1,\"file_name\":\"a\"},{\"id\":2,\"file_name\":\"b\"}]"
#define CLASSES "\"categories\":[{\"id\":1,\"name\":\"ship\"},{\"id\":2,\"name\":\"2\"}]"
#define BOX(image) "{\"image_id\":" #image ",\"category_id\":1,\"bbox\":[1,2,3,4]}"

/* A row that stands twice counts once, however far apart; one id with other words is another. */
static void merges_repeated_rows(void **unused)
{
    (void)unused;
    enum { N = 3000 };
    rs_buf text = {0};
    rs_buf_cstr(&text,
                "{\"images\":[{\"id\":1,\"file_name\":\"a\"},{\"id\":2,\"file_name\":\"b\"}],"
                "\"categories\":[{\"id\":1,\"name\":\"ship\"}],\"annotations\":[");
    for (unsigned i = 0; i < 3 * N; i++)
        rs_buf_printf(&text, "%s{\"id\":%u,\"image_id\":%u,\"category_id\":1,\"bbox\":[1,2,3,%u]}",
                      i ? "," : "", i % N, 1 + i % 2, i < 2 * N ? 4 : 5);
    rs_buf_cstr(&text, "]}");
    rs_buf_char(&text, 0);
    harness h;
    start(&h, RS_TASK_DETECTION_HBB, rs_buf_view(&text).ptr);
    harness_read(&h);
    check_counts(&h, 1, 3 * N, 2 * N, N, 0, 0);
    assert_int_equal(h.batch.samples[0].n_regions, N);
    harness_fini(&h);
    rs_buf_fini(&text);
}

/* What may have been lost, and whose list is whole then: 'w' whole, 'n' not, by picture. */
static void knows_what_is_whole(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {
        {"w"
         "w",
         "{" IMAGES ",\"annotations\":[" BOX(1) "]," CLASSES "}"},
        {"w"
         "w",
         "{" IMAGES ",\"annotations\":[]," CLASSES "}"},
        {"w"
         "w",
         "{\"annotations\":[]," IMAGES "}"},
        /* labels are absent, not empty */
        {"n"
         "n",
         "{" IMAGES "," CLASSES "}"},
        {"n"
         "n",
         "{" IMAGES ",\"annotations\":null," CLASSES "}"},
        {"n"
         "n",
         "{\"info\":{\"annotations\":[]}," IMAGES "}"},
        /* rows whose picture cannot be told */
        {"n"
         "n",
         "{" IMAGES ",\"annotations\":[" BOX(1) ",{\"category_id\":1}]," CLASSES "}"},
        /* an object of another picture: perhaps of the one that has none */
        {"w"
         "n",
         "{" IMAGES ",\"annotations\":[" BOX(1) "," BOX(9) "]," CLASSES "}"},
        {"n"
         "n",
         "{" IMAGES ",\"annotations\":[" BOX(1) "," BOX("b") "]," CLASSES "}"},
        {"n"
         "n",
         "{" IMAGES ",\"annotations\":[" BOX(1)},
        /* the decimal text of a number is the same id */
        {"w"
         "w",
         "{" IMAGES ",\"annotations\":[" BOX("1") "," BOX(2) "]," CLASSES "}"},
        /* objects that are lost, each of its own picture */
        {"n"
         "w",
         "{" IMAGES ",\"annotations\":[" BOX(2) ",{\"image_id\":1,\"category_id\":1}]," CLASSES
                                                "}"},
        {"n"
         "w",
         "{" IMAGES ",\"annotations\":[{\"image_id\":1,\"category_id\":1,\"bbox\":[]}]," CLASSES
         "}"},
        {"w"
         "n",
         "{" IMAGES ",\"annotations\":[{\"image_id\":2,\"category_id\":1,"
         "\"bbox\":[1,null,3,4]}]," CLASSES "}"},
        {"w"
         "n",
         "{" IMAGES ",\"annotations\":[{\"image_id\":2,\"category_id\":7,"
         "\"bbox\":[1,2,3,4]}]," CLASSES "}"},
        {"w"
         "n",
         "{" IMAGES ",\"annotations\":[{\"image_id\":2,\"category_id\":null,"
         "\"bbox\":[1,2,3,4]}]," CLASSES "}"},
        /* a category called by its own number has no name */
        {"w"
         "n",
         "{" IMAGES ",\"annotations\":[{\"image_id\":2,\"category_id\":2,"
         "\"bbox\":[1,2,3,4]}]," CLASSES "}"},
        /* one picture of two ids: its objects are parted */
        {"n"
         "n",
         "{\"images\":[{\"id\":1,\"file_name\":\"a\"},{\"id\":2,\"file_name\":\"a\"}],"
         "\"annotations\":[" BOX(1) "]," CLASSES "}"},
        /* two pictures of one id: whose objects are they? */
        {"n"
         "w",
         "{\"images\":[{\"id\":1,\"file_name\":\"a\"},{\"id\":1,\"file_name\":\"c\"},"
         "{\"id\":2,\"file_name\":\"b\"}],\"annotations\":[" BOX(1) "]," CLASSES "}"},
        {"w"
         "w",
         "{\"images\":[{\"id\":1,\"file_name\":\"a\"},{\"id\":1,\"file_name\":\"a\"},"
         "{\"id\":2,\"file_name\":\"b\"}],\"annotations\":[" BOX(1) "]," CLASSES "}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        harness h;
        start(&h, RS_TASK_DETECTION_HBB, cases[i][1]);
        harness_read(&h);
        assert_int_equal(h.batch.n_samples, 2);
        for (size_t k = 0; k < 2; k++)
            if (is_whole(&h, k) != (cases[i][0][k] == 'w')) fail_msg("case %zu, picture %zu", i, k);
        bool absent = i >= 3 && i < 6;
        assert_int_equal(n_findings(&h, RS_F_LABELS_ABSENT), absent ? 1 : 0);
        harness_fini(&h);
    }
    harness h; /* left out on purpose */
    start(&h, RS_TASK_DETECTION_HBB, cases[7][1]);
    param(&h, "orphans", "ignore");
    harness_read(&h);
    assert_true(is_whole(&h, 0) && is_whole(&h, 1));
    harness_fini(&h);
}

/* Where no box is stated, the object is where its outline is. */
static void boxes_of_outlines(void **unused)
{
    (void)unused;
    static const struct {
        rs_task task;
        const char *masks, *annotation, *expected;
    } cases[] = {
        {RS_TASK_DETECTION_HBB, "yes", "\"segmentation\":[[1,2,31,2,31,42]]",
         "polygon 'ship' [1 2 31 2 31 42] px-polygon"},
        {RS_TASK_DETECTION_HBB, "yes", "\"bbox\":[],\"segmentation\":[[1,2,31,2,31,42]]",
         "polygon 'ship' [1 2 31 2 31 42] px-polygon"},
        {RS_TASK_DETECTION_HBB, "yes", "\"bbox\":null,\"segmentation\":[1,2,31,2,31,42]",
         "polygon 'ship' [1 2 31 2 31 42] px-polygon"},
        {RS_TASK_DETECTION_OBB, "yes", "\"segmentation\":[[5,1,9,5,5,9,1,5]]",
         "obb 'ship' [5 1 9 5 5 9 1 5] px-quad"},
        {RS_TASK_DETECTION_HBB, "yes", "\"segmentation\":[[1,2,3,2,3,4],[10,20,30,20,30,40]]",
         "hbb 'ship' [1 2 29 38] px-xywh | polygon 'ship' [1 2 3 2 3 4] px-polygon | "
         "polygon 'ship' [10 20 30 20 30 40] px-polygon"},
        /* 4 rows, 5 columns: pixels (1, 1) .. (3, 1) in column order */
        {RS_TASK_DETECTION_HBB, "yes",
         "\"segmentation\":{\"size\":[4,5],\"counts\":[5,1,3,1,3,1,6]}",
         "hbb 'ship' [1 1 3 1] px-xywh | mask 'ship' [4 5 5 1 3 1 3 1 6] mask"},
        {RS_TASK_DETECTION_HBB, "both", "\"bbox\":[1,2,3,4],\"segmentation\":[[1,2,3,2,3,4]]",
         "hbb 'ship' [1 2 3 4] px-xywh | polygon 'ship' [1 2 3 2 3 4] px-polygon"},
        {RS_TASK_SEGMENTATION, "yes", "\"bbox\":[1,2,3,4],\"segmentation\":[[1,2,3,2,3,4]]",
         "polygon 'ship' [1 2 3 2 3 4] px-polygon"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        harness h;
        char text[512], want[512];
        snprintf(text, sizeof text,
                 "{\"images\":[{\"id\":1,\"file_name\":\"a\"}]," CLASSES
                 ",\"annotations\":[{\"image_id\":1,\"category_id\":1,%s}]}",
                 cases[i].annotation);
        start(&h, cases[i].task, text);
        param(&h, "masks", cases[i].masks);
        harness_read(&h);
        snprintf(want, sizeof want, "%s id=1 | image=a | %s", rs_model_task_name(cases[i].task),
                 cases[i].expected);
        assert_string_equal(show(&h, 0), want);
        assert_true(is_whole(&h, 0));
        const rs_sample *s = &h.batch.samples[0];
        bool outlines = s->n_regions > 1;
        for (uint32_t k = 0; k < s->n_regions; k++)
            assert_int_equal(s->regions[k].flags & RS_REGION_OUTLINE,
                             outlines && k ? RS_REGION_OUTLINE : 0);
        harness_fini(&h);
    }
}

/* Annotations that are captions: references of their picture, in file order; a picture without one,
 * and a caption that is none, are findings. */
static void reads_captions(void **unused)
{
    (void)unused;
    harness h;
    start(
        &h, RS_TASK_DETECTION_HBB,
        "{\"images\":[{\"id\":1,\"file_name\":\"a\",\"license\":3},{\"id\":2,\"file_name\":\"b\"},"
        "{\"id\":3,\"file_name\":\"c\"}],\"annotations\":["
        "{\"id\":7,\"image_id\":3,\"caption\":\"a ship\"},"
        "{\"id\":8,\"image_id\":1,\"caption\":\"two roads\"},"
        "{\"id\":9,\"image_id\":1,\"caption\":\"  \"},"
        "{\"id\":10,\"image_id\":3,\"caption\":\"one ship\",\"score\":0.5},"
        "{\"id\":11,\"image_id\":1,\"caption\":[1]},{\"id\":12,\"image_id\":1,\"caption\":NaN}]}");
    harness_read(&h);
    check_counts(&h, 0, 3, 2, 0, 0, 1);
    check_counts(&h, 1, 6, 5, 0, 0, 1);
    assert_string_equal(show(&h, 0), "caption id=1 | reference:two roads | image=a");
    assert_string_equal(show(&h, 1),
                        "caption id=3 | reference:a ship | reference:one ship | image=c");
    assert_int_equal(n_findings(&h, RS_F_FIELD_MISSING), 2); /* an empty one; none at all */
    assert_int_equal(n_findings(&h, RS_F_FIELD_TYPE), 1);
    assert_int_equal(h.batch.n_unkept, 2); /* license, score */
    check_replay(&h);
    harness_fini(&h);
}

/* Key points: the box is an object, the points are told as not kept. */
static void tells_key_points(void **unused)
{
    (void)unused;
    harness h;
    start(&h, RS_TASK_DETECTION_HBB,
          "{\"images\":[{\"id\":1,\"file_name\":\"a\"}],"
          "\"categories\":[{\"id\":1,\"name\":\"plane\",\"keypoints\":[\"nose\"],\"skeleton\":[]}],"
          "\"annotations\":[{\"id\":7,\"image_id\":1,\"category_id\":1,\"bbox\":[1,2,3,4],"
          "\"area\":12,\"num_keypoints\":1,\"keypoints\":[2,3,2]}]}");
    harness_read(&h);
    assert_string_equal(show(&h, 0),
                        "detection-hbb id=1 | image=a | hbb 'plane' [1 2 3 4] px-xywh");
    assert_int_equal(h.batch.n_unkept, 2);
    assert_string_equal(h.batch.unkept[0].name.ptr, "annotations[].num_keypoints");
    assert_string_equal(h.batch.unkept[1].name.ptr, "annotations[].keypoints");
    harness_fini(&h);
}

/* ---- a survey and the pass behind it --------------------------------------------------------- */

/* A file of few pictures with boxes of all kinds, some rows twice or broken. */
static void put_random(rs_buf *out, rs_rng *rng)
{
    static const char *const boxes[] = {
        "[1,2,30,40]", "[1.5,2.25,3,4]", "[0.1,0.2,0.3,0.4]", "[[1,2],[3,4]]", "[1,2,3,4,0.5]",
        "[]",          "null",           "[1,2,null,4]",      "[1,2,3]",       "\"1 2 3 4\"",
        "{\"x\":1}",   "[1,2,3,1e999]",  "[1,2,3,4,5,6,7,8]"};
    rs_buf rows = {0}, row = {0};
    for (uint64_t n = rs_rng_below(rng, 30); n > 0; n--) {
        if (rows.len) rs_buf_char(&rows, ',');
        /* a row that stands twice */
        if (row.len && rs_rng_below(rng, 12) == 0) {
            rs_buf_str(&rows, rs_buf_view(&row));
            continue;
        }
        row.len = 0;
        rs_buf_printf(&row, "{\"image_id\":%u,", (unsigned)rs_rng_below(rng, 7));
        if (rs_rng_below(rng, 8))
            rs_buf_printf(&row, "\"id\":%u,", (unsigned)rs_rng_below(rng, 90));
        if (rs_rng_below(rng, 9)) {
            const uint64_t kind =
                rs_rng_below(rng, 2) ? rs_rng_below(rng, 2) : rs_rng_below(rng, 13);
            rs_buf_printf(&row, "\"bbox\":%s,", boxes[kind]);
        }
        if (rs_rng_below(rng, 40) == 0) rs_buf_cstr(&row, "\"score\":NaN,");
        rs_buf_cstr(&row, "\"category_id\":1}");
        rs_buf_str(&rows, rs_buf_view(&row));
    }
    rs_buf_cstr(out, "{\"images\":[{\"id\":1,\"file_name\":\"a\"}");
    for (uint64_t n = rs_rng_below(rng, 6); n > 0; n--) {
        const unsigned id = (unsigned)rs_rng_below(rng, 6), name = (unsigned)rs_rng_below(rng, 60);
        rs_buf_printf(out, ",{\"id\":%u,\"file_name\":\"%u\",\"width\":99}", id,
                      rs_rng_below(rng, 4) ? id : name);
    }
    rs_buf_printf(out, "],\"annotations\":[%.*s],\"categories\":[{\"id\":1,\"name\":\"ship\"}%s]}",
                  RS_STR_ARG(rs_buf_view(&rows)),
                  rs_rng_below(rng, 3) ? "" : ",{\"id\":1,\"name\":\"boat\"}");
    rs_buf_fini(&rows);
    rs_buf_fini(&row);
}

/* What one pass gives: records and findings, and apart from them the boxes without a meaning. */
typedef struct pass {
    rs_buf told, boxes;
} pass;

static void put_findings(rs_buf *out, const rs_finding *findings, size_t n)
{
    for (size_t i = 0; i < n; i++)
        rs_buf_printf(out, "%d %d %.*s %.*s\n", (int)findings[i].code, (int)findings[i].ordinal,
                      RS_STR_ARG(findings[i].where), RS_STR_ARG(findings[i].message));
}

static void put_boxes(rs_buf *out, const rs_batch *batch)
{
    for (size_t i = 0; i < batch->n_open_boxes; i++) {
        const rs_open_box *box = &batch->open_boxes[i];
        rs_buf_printf(out, "%d %d %.*s", (int)batch->samples[box->sample].ordinal, (int)box->asset,
                      RS_STR_ARG(box->spelling));
        for (uint32_t k = 0; k < box->n_numbers; k++) rs_buf_printf(out, " %g", box->numbers[k]);
        rs_buf_char(out, '\n');
    }
}

static void read_pass(const harness *h, void *state, rs_chunk *chunk, pass *out)
{
    rs_batch batch = {0};
    for (rsift_status status = RSIFT_OK; status == RSIFT_OK; rs_chunk_reset(chunk)) {
        status = h->reader->cut(state, chunk, NULL);
        put_findings(&out->told, chunk->findings, chunk->n_findings);
        for (size_t i = 0; i < chunk->n; i++)
            rs_buf_printf(&out->told, "%d %.*s %.*s %d\n", (int)chunk->raws[i].ordinal,
                          RS_STR_ARG(chunk->raws[i].content), RS_STR_ARG(chunk->raws[i].extra),
                          chunk->raws[i].partial);
        for (int i = 0; i < 3; i++)
            rs_buf_printf(&out->told, "%d %d %d ", (int)chunk->counts[i].seen,
                          (int)chunk->counts[i].merged, (int)chunk->counts[i].set_aside);
        assert_int_equal(h->reader->parse(state, chunk, &batch, NULL), RSIFT_OK);
    }
    put_findings(&out->told, batch.findings, batch.n_findings);
    put_boxes(&out->boxes, &batch);
    rs_buf_char(&out->told, 0);
    rs_buf_char(&out->boxes, 0);
    rs_batch_fini(&batch);
    rs_chunk_fini(chunk);
}

/* The boxes of a survey are those that the text of the annotations holds, and a pass behind it
 * gives what a first one does. */
static void surveys_alike(void **unused)
{
    (void)unused;
    for (uint64_t seed = 0; seed < 200; seed++) {
        rs_rng rng = rs_rng_of(seed, (rs_id){0});
        harness h;
        rs_chunk chunk = {0};
        pass passes[3] = {0};
        harness_init(&h, "coco", RS_TASK_DETECTION_HBB);
        for (int i = 0; i < 2; i++) {
            rs_buf text = {0};
            put_random(&text, &rng);
            put_file(&h, i ? "b.json" : "a.json", rs_buf_view(&text));
            rs_buf_fini(&text);
        }
        use(&h, "records", ".json");
        const rs_meaning open_one = {.spelling = RS_STR("coco"), .convention = RS_STR("")};
        h.source.meanings = &open_one;
        h.source.n_meanings = 1;
        rs_source survey = h.source;
        survey.survey = true;
        survey.n_meanings = 0;
        void *first = rs_calloc(1, h.reader->state_size),
             *fresh = rs_calloc(1, h.reader->state_size);
        assert_int_equal(h.reader->open(first, &survey, &chunk, NULL), RSIFT_OK);
        read_pass(&h, first, &chunk, &passes[0]);
        assert_int_equal(h.reader->again(first, &h.source, &chunk, NULL), RSIFT_OK);
        read_pass(&h, first, &chunk, &passes[1]);
        assert_int_equal(h.reader->open(fresh, &h.source, &chunk, NULL), RSIFT_OK);
        read_pass(&h, fresh, &chunk, &passes[2]);
        assert_string_equal(passes[0].boxes.ptr, passes[2].boxes.ptr);
        assert_string_equal(passes[1].boxes.ptr, passes[2].boxes.ptr);
        assert_string_equal(passes[1].told.ptr, passes[2].told.ptr);
        for (int i = 0; i < 3; i++) {
            rs_buf_fini(&passes[i].told);
            rs_buf_fini(&passes[i].boxes);
        }
        h.reader->close(first);
        h.reader->close(fresh);
        rs_free(first);
        rs_free(fresh);
        harness_fini(&h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_boxes),          cmocka_unit_test(tells_crowds_apart),
        cmocka_unit_test(names_what_is_wrong),  cmocka_unit_test(reads_masks),
        cmocka_unit_test(keeps_files_apart),    cmocka_unit_test(knows_what_is_whole),
        cmocka_unit_test(boxes_of_outlines),    cmocka_unit_test(reads_captions),
        cmocka_unit_test(tells_key_points),     cmocka_unit_test(surveys_alike),
        cmocka_unit_test(merges_repeated_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
