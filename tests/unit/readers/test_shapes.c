/* The readers of drawn shapes: labelme, SODA-A, YOLO, CVAT, GeoJSON. */
#include "harness.h"

static void read_one(harness *h, const char *reader, const char *use_name, const char *path,
                     const char *text)
{
    harness_init(h, reader, RS_TASK_DETECTION_HBB);
    put_file(h, path, rs_str_of(text));
    use(h, use_name, rs_str_extension(rs_str_of(path)).ptr);
    harness_read(h);
}

/* What one shape of labelme becomes, and whether the list stays whole. */
static void labelme_forms(void **unused)
{
    (void)unused;
    static const struct {
        const char *shape, *region;
        bool whole;
    } cases[] = {
        {"{\"label\":\"a\",\"points\":[[5,6],[1,2]],\"shape_type\":\"rectangle\"}",
         "hbb 'a' [1 2 5 6] px", true},
        {"{\"label\":\"a\",\"points\":[[1,2],[5,2],[5,6],[1,6]],\"shape_type\":\"rectangle\"}",
         "hbb 'a' [1 2 5 6] px", true},
        {"{\"label\":\"a\",\"points\":[[4,4],[4,7]],\"shape_type\":\"circle\"}",
         "hbb 'a' [1 1 7 7] px", true},
        {"{\"label\":\"A\",\"points\":[[1,2],[5,2],[5,6],[1,6]]}",
         "obb 'A' [1 2 5 2 5 6 1 6] px-quad", true},
        {"{\"label\":\"a\",\"points\":[[1,2],[5,2],[5,6],[1,6]],\"shape_type\":\"rotation\"}",
         "obb 'a' [1 2 5 2 5 6 1 6] px-quad", true},
        {"{\"label\":\"a\",\"points\":[[1,2],[5,2],[5,6]],\"shape_type\":null,\"difficult\":true}",
         "polygon 'a' [1 2 5 2 5 6] px-polygon difficult", true},
        {"{\"label\":\"a\",\"points\":[[1,2]],\"shape_type\":\"point\"}",
         "point 'a' [1 2] px-point", true},
        {"{\"label\":7,\"points\":[[1,2],[5,6]],\"shape_type\":\"rectangle\"}",
         "hbb '7' [1 2 5 6] px", false},
        {"{\"points\":[[1,2],[5,6]],\"shape_type\":\"rectangle\"}", "hbb '' [1 2 5 6] px", false},
        {"{\"label\":\"a\",\"points\":[[1,2],[5,6]],\"shape_type\":\"line\"}", NULL, false},
        {"{\"label\":\"a\",\"points\":[[1,2],[5,6]]}", NULL, false},
        {"{\"label\":\"a\",\"points\":[]}", NULL, false},
        {"{\"label\":\"a\"}", NULL, false},
        {"{\"label\":\"a\",\"points\":[[1,2],[5,null]]}", NULL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        harness h;
        char text[512], want[256];
        snprintf(text, sizeof text, "{\"shapes\":[%s]}", cases[i].shape);
        read_one(&h, "labelme", "json", "p.json", text);
        snprintf(want, sizeof want, "detection-hbb id=p | image=p%s%s",
                 cases[i].region ? " | " : "", cases[i].region ? cases[i].region : "");
        if (strcmp(show(&h, 0), want) != 0) fail_msg("%zu: %s", i, show(&h, 0));
        if (is_whole(&h, 0) != cases[i].whole) fail_msg("%zu is whole", i);
        check_counts(&h, 1, 1, cases[i].region != NULL, 0, 0, !cases[i].region);
        check_replay(&h);
        harness_fini(&h);
    }
}

static void labelme_pictures_and_groups(void **unused)
{
    (void)unused;
    harness h;
    read_one(
        &h, "labelme", "json", "p.json",
        "{\"imagePath\":\"..\\\\x\\\\q.png\",\"imageWidth\":80,\"imageHeight\":60,"
        "\"imageData\":\"AAAA\",\"shapes\":["
        "{\"label\":\"a\",\"points\":[[1,2],[5,6]],\"shape_type\":\"rectangle\",\"group_id\":3},"
        "{\"label\":\"a\",\"points\":[[6,2],[9,6]],\"shape_type\":\"rectangle\",\"group_id\":3}]}");
    assert_string_equal(show(&h, 0), "detection-hbb id=p | image=p 80x60 | hbb 'a' [1 2 5 6] px | "
                                     "hbb 'a' [6 2 9 6] px");
    assert_true(rs_str_eq(h.batch.samples[0].assets[0].other_path, RS_STR("q.png")));
    assert_false(is_whole(&h, 0)); /* two parts of one object */
    harness_fini(&h);
    static const char *const bad[] = {"{\"shapes\":{}}", "{\"points\":[]}", "[]", "{\"shapes\":["};
    for (size_t i = 0; i < 4; i++) {
        read_one(&h, "labelme", "json", "p.json", bad[i]);
        check_counts(&h, 0, 1, 0, 0, 0, 1);
        harness_fini(&h);
    }
    read_one(&h, "labelme", "json", "p.json", "{\"shapes\":[]}");
    assert_true(is_whole(&h, 0));
    harness_fini(&h);
}

/* The i-th [SEG] has the i-th list of rings; what cannot be tied to its place is told. */
static void seg_files(void **unused)
{
    (void)unused;
    harness h;
    read_one(
        &h, "segs", "json", "P1_0.json",
        "{\"id\":0,\"img\":\"data/train/P1_0.png\",\"gcg_description\":\"A <p> quay </p> [SEG] and "
        "<p>two ships</p>[SEG].\",\"polygons\":[[[[1,2],[5,2],[5,3]]],"
        "[[[0,0],[4,0],[4,4],[0,4]],[[7,7],[9,7],[9,9]]]]}");
    assert_string_equal(show(&h, 0),
                        "detection-hbb id=P1_0 | reference:A <p> quay </p> [SEG] and <p>two "
                        "ships</p>[SEG]. | image=P1_0 | polygon 'quay' [1 2 5 2 5 3] px-polygon "
                        "turn 0 16-21 p 2-15 | polygon 'two ships' [0 0 4 0 4 4 0 4] px-polygon "
                        "turn 0 42-47 p 26-42 | polygon 'two ships' [7 7 9 7 9 9] px-polygon "
                        "turn 0 42-47 p 26-42");
    const rs_region *r = h.batch.samples[0].regions;
    const rs_str text = h.batch.samples[0].turns[0].text;
    for (int i = 0; i < 3; i++) {
        const rs_str seg = rs_str_sub(text, r[i].begin, r[i].end);
        assert_true(rs_str_eq(seg, RS_STR("[SEG]")));
        assert_int_equal(text.ptr[r[i].phrase_begin], '<');
        assert_int_equal(text.ptr[r[i].phrase_end - 1], '>');
        assert_int_equal(r[i].group, i > 0);
    }
    check_counts(&h, 1, 3, 3, 0, 0, 0);
    check_replay(&h);
    harness_fini(&h);
    /* a ring of two points is none, and its [SEG] must not be trained on */
    read_one(&h, "segs", "json", "2.json",
             "{\"gcg_description\":\"a dam [SEG]\",\"polygons\":[[[[1,2],[5,2]]]]}");
    check_counts(&h, 1, 1, 0, 0, 0, 1);
    assert_int_equal(n_findings(&h, RS_F_OBJECT_UNREAD), 1);
    assert_int_equal(n_findings(&h, RS_F_BOX_TEXT_UNPARSED), 1);
    harness_fini(&h);
    /* one list too few: which is whose is not known */
    read_one(&h, "segs", "json", "3.json",
             "{\"gcg_description\":\"a [SEG] and b [SEG]\",\"polygons\":[[[[1,2],[5,2],[5,3]]]]}");
    check_counts(&h, 0, 1, 0, 0, 0, 1);
    harness_fini(&h);
    read_one(&h, "segs", "json", "4.json", "{\"polygons\":[]}");
    check_counts(&h, 0, 1, 0, 0, 0, 1);
    assert_int_equal(n_findings(&h, RS_F_FIELD_MISSING), 1);
    harness_fini(&h);
}

static void soda_files(void **unused)
{
    (void)unused;
    harness h;
    read_one(&h, "soda", "json", "00001.json",
             "{\"images\":{\"file_name\":\"00001.jpg\",\"height\":27,\"width\":48,\"id\":1},"
             "\"annotations\":[{\"poly\":[1,2,5,2,5,3,1,3],\"category_id\":2},"
             "{\"poly\":[9,1,10,1,10,8,9,9,8,9],\"category_id\":0}],"
             "\"categories\":[{\"id\":0,\"name\":\"airplane\"},{\"id\":2,\"name\":\"ship\"}]}");
    assert_string_equal(show(&h, 0), "detection-hbb id=00001 | image=00001 48x27 | obb 'ship' "
                                     "[1 2 5 2 5 3 1 3] px-quad | polygon 'airplane' "
                                     "[9 1 10 1 10 8 9 9 8 9] px-polygon");
    assert_true(is_whole(&h, 0));
    check_replay(&h);
    harness_fini(&h);
    /* an ignored region hides objects; an empty file says nothing of its picture */
    read_one(&h, "soda", "json", "2.json",
             "{\"images\":{},\"annotations\":[{\"poly\":[1,2,5,2,5,3,1,3],\"category_id\":9}],"
             "\"categories\":[{\"id\":9,\"name\":\"ignore\"}]}");
    assert_int_equal(n_findings(&h, RS_F_REGION_CROWD), 1);
    assert_false(is_whole(&h, 0));
    harness_fini(&h);
    read_one(&h, "soda", "json", "3.json", "");
    check_counts(&h, 0, 1, 1, 0, 0, 0);
    assert_int_equal(n_findings(&h, RS_F_LABELS_ABSENT), 1);
    assert_false(h.batch.samples[0].truth);
    assert_false(is_whole(&h, 0));
    harness_fini(&h);
    /* without categories the list of the source names them */
    harness_init(&h, "soda", RS_TASK_DETECTION_OBB);
    put_file(&h, "4.json",
             RS_STR("{\"annotations\":[{\"poly\":[1,2,5,2,5,3,1,3],\"category_id\":1},"
                    "{\"poly\":[1,2,5],\"category_id\":1},{\"category_id\":1},"
                    "{\"poly\":[1,2,5,2,5,3,1,3],\"category_id\":-1}]}"));
    use(&h, "json", ".json");
    param(&h, "classes", "plane|boat");
    harness_read(&h);
    check_counts(&h, 1, 4, 2, 0, 0, 2);
    assert_true(rs_str_eq(h.batch.samples[0].regions[0].label, RS_STR("boat")));
    assert_true(rs_str_eq(h.batch.samples[0].regions[1].label, RS_STR("-1")));
    harness_fini(&h);
}

static void yolo_lines(void **unused)
{
    (void)unused;
    static const struct {
        const char *line, *region;
        bool whole;
    } cases[] = {
        {"0 0.5 0.5 0.25 0.125\r\n", "hbb 'ship' [0.5 0.5 0.25 0.125] fraction-cxcywh", true},
        {"1.0\t.1 .1 .2 .1 .2 .2 .1 .2",
         "obb 'tank' [0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2] fraction-quad", true},
        {"0 0 0 1 0 1 1", "polygon 'ship' [0 0 1 0 1 1] fraction-polygon", true},
        {"2 0.5 0.5 0.25 0.125", "hbb '2' [0.5 0.5 0.25 0.125] fraction-cxcywh", false},
        {"0 0.5 0.5 0.25 0.125 0.9", NULL, false}, /* a confidence, or an angle? */
        {"0 100 120 40 20", NULL, false},
        {"0 0.5 0.5 0.25 nan", NULL, false},
        {"0.5 0.5 0.5 0.25 0.1", NULL, false},
        {"-1 0.5 0.5 0.25 0.1", NULL, false},
        {"ship 0.5 0.5 0.25 0.1", NULL, false},
        {"0 0.5 0.5", NULL, false},
        {"\xEF\xBB\xBF"
         "0 0.5 0.5 0.25 0.125",
         "hbb 'ship' [0.5 0.5 0.25 0.125] fraction-cxcywh", true},
        {"", NULL, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        harness h;
        char want[256];
        harness_init(&h, "yolo", RS_TASK_DETECTION_HBB);
        put_file(&h, "labels/train/7.txt", rs_str_of(cases[i].line));
        put_file(&h, "obj.names", RS_STR("ship\r\ntank\n"));
        use(&h, "labels", ".txt");
        use(&h, "names", ".names");
        harness_read(&h);
        snprintf(want, sizeof want, "detection-hbb id=7 | image=images/train/7%s%s",
                 cases[i].region ? " | " : "", cases[i].region ? cases[i].region : "");
        if (strcmp(show(&h, 0), want) != 0) fail_msg("%zu: %s", i, show(&h, 0));
        if (is_whole(&h, 0) != cases[i].whole) fail_msg("%zu is whole", i);
        check_replay(&h);
        harness_fini(&h);
    }
}

static void yolo_names(void **unused)
{
    (void)unused;
    static const struct {
        const char *yaml, *list, *param, *label;
        size_t n_findings;
    } cases[] = {
        {"names: [ship, tank]\n", NULL, NULL, "tank", 0},
        {"nc: 2\nnames:\n  1: 'storage tank'\n  0: ship\n", NULL, NULL, "storage tank", 0},
        {"names: [ship, tank]\n", "ship\ntank\n", NULL, "tank", 0},
        {"names: [ship, tank]\n", "ship\njet\n", NULL, "tank", 1}, /* they contradict each other */
        {"nc: 2\n", "ship\njet\n", NULL, "jet", 0},
        {"names: [ship, tank]\n", NULL, "a|b", "b", 0},
        {"names: {x: ship}\n", NULL, NULL, "1", 2}, /* no number, so that 1 has no name */
        {"names: [ship]\n", NULL, NULL, "1", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        harness h;
        harness_init(&h, "yolo", RS_TASK_DETECTION_HBB);
        put_file(&h, "a/7.txt", RS_STR("1 0.5 0.5 0.25 0.125\n"));
        put_file(&h, "n/data.yaml", rs_str_of(cases[i].yaml));
        if (cases[i].list) put_file(&h, "n/classes.txt", rs_str_of(cases[i].list));
        use_of(&h, "labels", "a/", ".txt");
        use_of(&h, "names", "n/", "");
        if (cases[i].param) param(&h, "classes", cases[i].param);
        harness_read(&h);
        const rs_str label = h.batch.samples[0].regions[0].label;
        if (!rs_str_eq(label, rs_str_of(cases[i].label)))
            fail_msg("%zu: %.*s", i, RS_STR_ARG(label));
        if (h.n_findings != cases[i].n_findings) fail_msg("%zu: %zu", i, h.n_findings);
        harness_fini(&h);
    }
}

/* Numbers that only data.yaml or a parameter explains. */
static void yolo_more_numbers(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "yolo", RS_TASK_DETECTION_HBB);
    put_file(&h, "a/7.txt", RS_STR("0 0.5 0.5 0.25 0.125 0.1 0.2 0.3 0.4\n"));
    put_file(&h, "data.yaml", RS_STR("names: [bird]\nkpt_shape: [2, 2]\n"));
    use_of(&h, "labels", "a/", ".txt");
    use_of(&h, "names", "data", "");
    harness_read(&h);
    assert_string_equal(show(&h, 0),
                        "detection-hbb id=7 | image=7 | hbb 'bird' [0.5 0.5 0.25 0.125] "
                        "fraction-cxcywh");
    harness_fini(&h);
    harness_init(&h, "yolo", RS_TASK_DETECTION_HBB);
    put_file(&h, "7.txt", RS_STR("0 0.5 0.5 0.25 0.125 0.9\n"));
    use(&h, "labels", ".txt");
    param(&h, "confidence", "yes");
    param(&h, "classes", "bird");
    harness_read(&h);
    assert_int_equal(h.batch.samples[0].n_regions, 1);
    harness_fini(&h);
}

static void cvat_shapes(void **unused)
{
    (void)unused;
    static const struct {
        const char *shape, *region;
        bool whole;
    } cases[] = {
        {"<box label='a' xtl='1.5' ytl='2' xbr='9' ybr='7'><attribute name='n'>v</attribute></box>",
         "hbb 'a' [1.5 2 9 7] px", true},
        {"<box label='a' xtl='1' ytl='2' xbr='9' ybr='7' rotation='30.5'/>",
         "obb 'a' [1 2 9 7 30.5] px-obb", true},
        {"<box label='a' xtl='1' ytl='2' xbr='9' ybr='7' rotation='0'/>", "hbb 'a' [1 2 9 7] px",
         true},
        {"<polygon label='a' points='1,2; 3,4;5,1.5'/>", "polygon 'a' [1 2 3 4 5 1.5] px-polygon",
         true},
        {"<points label='a' points='1,2'/>", "point 'a' [1 2] px-point", true},
        {"<ellipse label='a' cx='5' cy='6' rx='2' ry='1'/>", "hbb 'a' [3 5 7 7] px", true},
        {"<mask label='a' rle='1' left='1' top='2' width='3' height='4'/>", "hbb 'a' [1 2 4 6] px",
         true},
        {"<box xtl='1' ytl='2' xbr='9' ybr='7'/>", "hbb '' [1 2 9 7] px", false},
        {"<box label='a' xtl='x' ytl='2' xbr='9' ybr='7'/>", NULL, false},
        {"<box label='a' xtl='1' ytl='2' xbr='9'/>", NULL, false},
        {"<polyline label='a' points='1,2;3,4'/>", NULL, false},
        {"<polygon label='a' points='1,2;3,4'/>", NULL, false},
        {"<cuboid label='a' xtl1='1'/>", NULL, false},
        {"<blob label='a'/>", NULL, false},
        {"<!-- <box label='a' xtl='1' ytl='2' xbr='9' ybr='7'/> -->", NULL, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        harness h;
        char text[512], want[256];
        snprintf(text, sizeof text,
                 "<annotations><image id='3' name='d/a.png' width='80' height='60'>%s</image>"
                 "</annotations>",
                 cases[i].shape);
        read_one(&h, "cvat", "xml", "annotations.xml", text);
        snprintf(want, sizeof want, "detection-hbb id=3 | image=d/a.png 80x60%s%s",
                 cases[i].region ? " | " : "", cases[i].region ? cases[i].region : "");
        if (strcmp(show(&h, 0), want) != 0) fail_msg("%zu: %s", i, show(&h, 0));
        if (is_whole(&h, 0) != cases[i].whole) fail_msg("%zu is whole", i);
        check_replay(&h);
        harness_fini(&h);
    }
}

/* What is cut out of a document, and what its damage costs. */
static void cvat_documents(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        int seen, used;
    } cases[] = {
        {"<annotations></annotations>", 0, 0},
        {"<annotations><image name='a'/><image name=\"b>'\"/></annotations>", 2, 2},
        {"<annotations><!-- <image name='a'/> --><![CDATA[<image name='a'/>]]></annotations>", 0,
         0},
        {"<annotations><images/><image name='a'></image ></annotations>", 1, 1},
        {"<annotations><image name='a'></image><image name='b'>", 2, 1},
        {"<annotations><image name='a'></image><image name='b", 2, 1},
        {"<annotations><image/><image name='a'><box></image></annotations>", 2, 0},
        {"<annotations><track id='0'/><track id='1'/><image name='a'/></annotations>", 2, 1},
        {"<!", 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        harness h;
        read_one(&h, "cvat", "xml", "a.xml", cases[i].text);
        if (h.counts[0].seen != cases[i].seen || h.counts[0].used != cases[i].used)
            fail_msg("%zu: seen %d used %d", i, (int)h.counts[0].seen, (int)h.counts[0].used);
        assert_true(h.n_findings >= (size_t)(cases[i].seen - cases[i].used));
        harness_fini(&h);
    }
}

/* More than one window and more than one chunk; an element longer than a window. */
static void cvat_is_streamed(void **unused)
{
    (void)unused;
    harness h;
    rs_buf text = {0};
    rs_buf_cstr(&text, "<annotations>");
    for (int i = 0; i < 3000; i++) {
        rs_buf_printf(&text, "<image id='%d' name='%d.png'>", i, i);
        for (int k = 0; i == 1700 && k < 20000; k++)
            rs_buf_cstr(&text, "<box label='a' xtl='1' ytl='2' xbr='9' ybr='7'/>");
        rs_buf_cstr(&text, "<box label='a' xtl='1' ytl='2' xbr='9' ybr='7'/></image>\n");
    }
    rs_buf_cstr(&text, "</annotations>");
    harness_init(&h, "cvat", RS_TASK_DETECTION_HBB);
    put_file(&h, "a.xml", rs_buf_view(&text));
    use(&h, "xml", ".xml");
    harness_read(&h);
    check_counts(&h, 0, 3000, 3000, 0, 0, 0);
    check_counts(&h, 1, 23000, 23000, 0, 0, 0);
    assert_true(h.n_chunks > 1);
    assert_int_equal(h.n_jumps, 3000);
    check_replay(&h);
    harness_fini(&h);
    /* a limit is a finding, and ends the file */
    harness_init(&h, "cvat", RS_TASK_DETECTION_HBB);
    h.limits.max_record = 300000;
    put_file(&h, "a.xml", rs_buf_view(&text));
    use(&h, "xml", ".xml");
    harness_read(&h);
    check_counts(&h, 0, 1701, 1700, 0, 0, 1);
    assert_int_equal(n_findings(&h, RS_F_LIMIT), 1);
    harness_fini(&h);
    rs_buf_fini(&text);
}

static void geojson_features(void **unused)
{
    (void)unused;
    static const struct {
        const char *feature, *region;
        bool px, whole;
    } cases[] = {
        {"{\"properties\":{\"bounds_imcoords\":\"1,2, 5,6.5\",\"type_id\":\"a\"}}",
         "hbb 'a' [1 2 5 6.5] px", false, true},
        {"{\"properties\":{\"bounds_imcoords\":[1,2,5,6],\"type_id\":73}}",
         "hbb 'house' [1 2 5 6] px", false, true},
        {"{\"properties\":{\"bounds_imcoords\":[1,2,5,6],\"type_id\":7}}", "hbb '7' [1 2 5 6] px",
         false, false},
        {"{\"properties\":{\"bounds_imcoords\":\"1,2,5\",\"type_id\":\"a\"}}", NULL, false, false},
        {"{\"properties\":{\"bounds_imcoords\":\"1,2,5,x\",\"type_id\":\"a\"}}", NULL, false,
         false},
        {"{\"properties\":{\"bounds_imcoords\":\"1,2,5,6,7\",\"type_id\":\"a\"}}", NULL, false,
         false},
        {"{\"properties\":{\"type_id\":\"a\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
         "[[[1,2],[5,2],[5,6],[1,6],[1,2]]]}}",
         NULL, false, false},
        {"{\"properties\":{\"type_id\":\"a\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
         "[[[1,2],[5,2],[5,6],[1,6],[1,2]]]}}",
         "obb 'a' [1 2 5 2 5 6 1 6] px-quad", true, true},
        {"{\"properties\":{\"type_id\":\"a\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
         "[[[1,2],[5,2],[5,6]]]}}",
         "polygon 'a' [1 2 5 2 5 6] px-polygon", true, true},
        {"{\"properties\":{\"type_id\":\"a\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
         "[[[0,0],[9,0],[9,9],[0,0]],[[1,2],[5,2],[5,6],[1,2]]]}}",
         NULL, true, false}, /* a hole */
        {"{\"properties\":{\"type_id\":\"a\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
         "[[[1,2,3],[5,2,3],[5,6,3]]]}}",
         NULL, true, false},
        {"{\"properties\":{\"type_id\":\"a\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,"
         "2]}}",
         "point 'a' [1 2] px-point", true, true},
        {"{}", NULL, true, false},
        {"7", NULL, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        harness h;
        char text[512], want[256];
        snprintf(text, sizeof text, "{\"type\":\"FeatureCollection\",\"features\":[%s]}",
                 cases[i].feature);
        harness_init(&h, "geojson", RS_TASK_DETECTION_HBB);
        put_file(&h, "p.geojson", rs_str_of(text));
        use(&h, "records", ".geojson");
        param(&h, "class_names", "73=house");
        if (cases[i].px) param(&h, "geometry", "px");
        harness_read(&h);
        snprintf(want, sizeof want, "detection-hbb id=p | image=p%s%s",
                 cases[i].region ? " | " : "", cases[i].region ? cases[i].region : "");
        if (strcmp(show(&h, 0), want) != 0) fail_msg("%zu: %s", i, show(&h, 0));
        if (is_whole(&h, 0) != cases[i].whole) fail_msg("%zu is whole", i);
        check_replay(&h);
        harness_fini(&h);
    }
}

/* Features of one picture that follow each other are one record, over the bounds of batches and
 * chunks; a picture that comes again is another record. */
static void geojson_pictures(void **unused)
{
    (void)unused;
    harness h;
    rs_buf text = {0};
    rs_buf_cstr(&text, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (int i = 0; i < 9000; i++)
        rs_buf_printf(&text,
                      "%s{\"properties\":{\"image_id\":\"%d.tif\",\"bounds_imcoords\":\"1,2,5,6\","
                      "\"type_id\":\"a\"}}\n",
                      i ? "," : "", i < 5000 ? 1 : i / 2);
    rs_buf_cstr(&text, ",{\"properties\":{\"image_id\":\"1.tif\",\"bounds_imcoords\":\"1,2,5,6\","
                       "\"type_id\":\"a\"}}]}");
    harness_init(&h, "geojson", RS_TASK_DETECTION_HBB);
    put_file(&h, "a.geojson", rs_buf_view(&text));
    use(&h, "records", ".geojson");
    harness_read(&h);
    check_counts(&h, 0, 2002, 2002, 0, 0, 0);
    check_counts(&h, 1, 9001, 9001, 0, 0, 0);
    assert_int_equal(h.batch.samples[0].n_regions, 5000);
    assert_int_equal(h.batch.samples[1].n_regions, 2);
    assert_true(rs_str_eq(h.batch.samples[2001].original_id, RS_STR("1.tif")));
    check_replay(&h);
    harness_fini(&h);
    rs_buf_fini(&text);
}

static void probes(void **unused)
{
    (void)unused;
    static const struct {
        const char *path, *head, *reader;
    } cases[] = {
        {"a.json", "{\"version\":\"5\",\"shapes\":[{\"label\":\"a\",\"points\":[[1,2]]}]}",
         "labelme"},
        {"a.json", "{\"shapes\":[],\"imagePath\":\"x\"}", "labelme"},
        {"a.json", "{\"type\":\"x\",\"images\": {\"id\":1},\"annotations\":[{\"poly\":[1]}]}",
         "soda"},
        {"a.json", "{\"images\": [{\"id\":1}],\"annotations\":[{\"bbox\":[1]}]}", "coco"},
        {"a.geojson",
         "{\"type\":\"FeatureCollection\",\"features\":[{\"properties\":{\"bounds_imcoords\":\"1\"}"
         "}]}",
         "geojson"},
        {"a.xml", "<?xml version='1.0'?>\n<annotations><version>1.1</version><meta>", "cvat"},
        {"a.xml", "<annotation><object><name>a</name>", "voc"},
        {"a.txt", "0 0.5 0.5 0.1 0.1\n", "yolo"},
        {"a.txt", "0 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2\n", "yolo"},
        {"a.txt", "1 2 3 4 5 6 7 8 ship 0\n", "dota"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rs_probe_input input = {rs_str_of(cases[i].path), rs_str_of(cases[i].head),
                                      (int64_t)strlen(cases[i].head)};
        const char *best = "";
        int most = 49;
        for (const rs_reader *const *r = rs_readers; *r; r++) {
            const int score = (*r)->probe(&input);
            if (score > most) best = (*r)->name;
            if (score > most) most = score;
        }
        assert_string_equal(best, cases[i].reader);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labelme_forms),
        cmocka_unit_test(labelme_pictures_and_groups),
        cmocka_unit_test(soda_files),
        cmocka_unit_test(seg_files),
        cmocka_unit_test(yolo_lines),
        cmocka_unit_test(yolo_names),
        cmocka_unit_test(yolo_more_numbers),
        cmocka_unit_test(cvat_shapes),
        cmocka_unit_test(cvat_documents),
        cmocka_unit_test(cvat_is_streamed),
        cmocka_unit_test(geojson_features),
        cmocka_unit_test(geojson_pictures),
        cmocka_unit_test(probes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
