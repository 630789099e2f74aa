/* The readers of one annotation file per image, and the table of readers. */
#include "harness.h"

#include <dirent.h>

static void voc_upright(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "voc", RS_TASK_DETECTION_HBB);
    put_file(&h, "Annotations/00001.xml",
             RS_STR("<annotation>\r\n\t<filename>x.jpg</filename><size><width>800</"
                    "width><height>600</height></size>"
                    "<object><name>golffield</name><bndbox><xmin>133</xmin><ymin>237</"
                    "ymin><xmax>684.5</xmax><ymax>672</ymax>"
                    "</bndbox></object><object><name>dam</name><difficult>1</"
                    "difficult><truncated>1</truncated><bndbox><xmin>1"
                    "</xmin><ymin>nan</ymin><xmax>2</xmax><ymax>3</ymax></bndbox></object></"
                    "annotation>\r\n"));
    put_file(&h, "Annotations/00002.xml", RS_STR("<annotation><object>"));
    put_file(&h, "Annotations/00003.xml", RS_STR("<other/>"));
    put_file(&h, "Annotations/00004.xml", RS_STR("<annotation/>"));
    use(&h, "xml", ".xml");
    media(&h, RS_ASSET_IMAGE, "JPEGImages/{stem}.jpg");
    harness_read(&h);
    check_counts(&h, 0, 4, 2, 0, 0, 2);
    check_counts(&h, 1, 2, 1, 0, 0, 1);
    assert_string_equal(show(&h, 0),
                        "detection-hbb id=00001 | image=JPEGImages/00001.jpg 800x600 | "
                        "hbb 'golffield' [133 237 684.5 672] px");
    assert_string_equal(show(&h, 1), "detection-hbb id=00004 | image=JPEGImages/00004.jpg");
    assert_int_equal(n_findings(&h, RS_F_NUMBER), 1);
    check_replay(&h);
    harness_fini(&h);
}

static void voc_oriented(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "voc", RS_TASK_DETECTION_OBB);
    put_file(
        &h, "1.xml",
        RS_STR(
            "<annotation><object><name>ship</name><difficult>1</difficult><robndbox><x_left_top>1</"
            "x_left_top>"
            "<y_left_top>2</y_left_top><x_right_top>3</x_right_top><y_right_top>4</y_right_top>"
            "<x_right_bottom>5</x_right_bottom><y_right_bottom>6</y_right_bottom><x_left_bottom>7"
            "</x_left_bottom><y_left_bottom>-8</y_left_bottom></robndbox><angle>-3</angle></object>"
            "<object><name>car</name><robndbox><cx>10</cx><cy>20</cy><w>4</w><h>2</h><angle>0</"
            "angle>"
            "</robndbox></object></annotation>"));
    use(&h, "xml", ".xml");
    param(&h, "box", "obb");
    harness_read(&h);
    assert_string_equal(
        show(&h, 0),
        "detection-obb id=1 | image=1 | obb 'ship' [1 2 3 4 5 6 7 -8] px-quad difficult | "
        "obb 'car' [10 20 4 2 0] px-cxcywha");
    harness_fini(&h);
}

static void dota_text(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "dota", RS_TASK_DETECTION_OBB);
    put_file(
        &h, "labelTxt/P0003.txt",
        RS_STR("imagesource:GoogleEarth\r\ngsd:0.25\r\n1 2 3.5 4 5 6 7 -8 ship 1\r\n"
               "1 2 3 4 5 6 7 8 plane\r\n1 2 3 4 5 6 7 ship 0\r\n1 2 3 4 5 6 7 x plane 0\r\n"));
    put_file(&h, "labelTxt/P0004.txt", RS_STR("acquisition dates:None\n"));
    use(&h, "labels", ".txt");
    media(&h, RS_ASSET_IMAGE, "images/{stem}.png");
    harness_read(&h);
    check_counts(&h, 0, 2, 2, 0, 0, 0);
    check_counts(&h, 1, 4, 2, 0, 0, 2);
    assert_string_equal(
        show(&h, 0),
        "detection-obb id=P0003 | image=images/P0003.png | obb 'ship' [1 2 3.5 4 5 6 7 -8] "
        "px-quad difficult | obb 'plane' [1 2 3 4 5 6 7 8] px-quad");
    assert_string_equal(show(&h, 1), "detection-obb id=P0004 | image=images/P0004.png");
    check_replay(&h);
    harness_fini(&h);
}

/* Notepad's mark stands before the first line, header or object. */
static void dota_with_a_mark(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "\xEF\xBB\xBFimagesource:GoogleEarth\r\ngsd:0.5\r\n1 2 3 2 3 4 1 4 ship 0\r\n",
        "\xEF\xBB\xBF"
        "1 2 3 2 3 4 1 4 ship 0\r\n"};
    for (size_t i = 0; i < 2; i++) {
        const rs_probe_input input = {
            .path = RS_STR("a.txt"), .head = rs_str_of(texts[i]), .n_bytes = 90};
        assert_int_equal(rs_reader_find(RS_STR("dota"))->probe(&input), 95);
        harness h;
        harness_init(&h, "dota", RS_TASK_DETECTION_OBB);
        put_file(&h, "P1.txt", rs_str_of(texts[i]));
        use(&h, "labels", ".txt");
        harness_read(&h);
        check_counts(&h, 1, 1, 1, 0, 0, 0);
        assert_int_equal(h.n_findings, 0);
        harness_fini(&h);
    }
}

/* Labels of other encodings by what they declare; an encoding that nobody knows says what to do. */
static void voc_encodings(void **unused)
{
    (void)unused;
    static const struct {
        const char *declared, *name, *read; /* NULL = set aside */
    } cases[] = {{"GBK", "\xb4\xac", "\xe8\x88\xb9"},
                 {"gb2312", "\xb4\xac", "\xe8\x88\xb9"},
                 {"Shift_JIS", "\x91\x44", "\xe8\x88\xb9"},
                 {"windows-1251", "\xea\xee\xf0", "\xd0\xba\xd0\xbe\xd1\x80"},
                 {"windows-1252", "na\xefve", "na\xc3\xafve"},
                 {"ISO-8859-1", "na\xefve", "na\xc3\xafve"},
                 {"GBK", "\xe8\x88\xb9", "\xe8\x88\xb9"}, /* is UTF-8 all the same */
                 {"x-martian", "\xb4\xac", NULL},
                 {"UTF-8", "\xb4\xac", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "<?xml version=\"1.0\" encoding='%s'?>\n<annotation><object><name>%s</name>"
                 "<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox>"
                 "</object></annotation>",
                 cases[i].declared, cases[i].name);
        harness h;
        harness_init(&h, "voc", RS_TASK_DETECTION_HBB);
        put_file(&h, "a.xml", rs_str_of(text));
        use(&h, "xml", ".xml");
        harness_read(&h);
        assert_int_equal(h.batch.n_samples, cases[i].read != NULL);
        if (cases[i].read)
            assert_true(rs_str_eq(h.batch.samples[0].regions[0].label, rs_str_of(cases[i].read)));
        else assert_int_equal(n_findings(&h, RS_F_FORMAT), 1);
        if (!cases[i].read)
            assert_true(rs_str_find(rs_str_of(message_of(&h, RS_F_FORMAT)), RS_STR("--encoding")) !=
                        RS_NPOS);
        harness_fini(&h);
    }
}

static void vhr_text(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "vhr", RS_TASK_DETECTION_HBB);
    put_file(&h, "ground truth/001.txt",
             RS_STR("(563,478),(630,573),1 \n( 1, 2),(3 ,4), 2\r\n(1,2),(3,4)\n(1,2),(3,4),9\n\n"));
    use(&h, "labels", ".txt");
    param(&h, "classes", "airplane|storage tank");
    harness_read(&h);
    check_counts(&h, 1, 4, 3, 0, 0, 1);
    assert_string_equal(show(&h, 0),
                        "detection-hbb id=001 | image=001 | hbb 'airplane' [563 478 630 573] px | "
                        "hbb 'storage tank' [1 2 3 4] px | hbb '' [1 2 3 4] px");
    harness_fini(&h);
}

/* More files than the queue of the reading thread holds, over several chunks; and an early end. */
static void many_files(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "vhr", RS_TASK_DETECTION_HBB);
    for (int i = 0; i < 2500; i++) {
        char name[32];
        snprintf(name, sizeof name, "f/%05d.txt", i);
        put_file(&h, name, RS_STR("(1,2),(3,4),1\n"));
    }
    assert_int_equal(use(&h, "labels", ".txt"), 2500);
    harness_read(&h);
    check_counts(&h, 0, 2500, 2500, 0, 0, 0);
    assert_int_equal(h.n_chunks, 3);
    assert_true(rs_str_eq(h.batch.samples[2499].original_id, RS_STR("02499")));
    check_replay(&h);
    rs_chunk chunk = {0};
    void *state = rs_calloc(1, h.reader->state_size);
    assert_int_equal(h.reader->open(state, &h.source, &chunk, NULL), RSIFT_OK);
    assert_int_equal(h.reader->cut(state, &chunk, NULL), RSIFT_OK);
    h.reader->close(state); /* while the thread is still reading */
    rs_free(state);
    rs_chunk_fini(&chunk);
    harness_fini(&h);
}

static void table_is_in_order(void **unused)
{
    (void)unused;
    for (const rs_reader *const *r = rs_readers; *r; r++) {
        assert_ptr_equal(rs_reader_find(rs_str_of((*r)->name)), *r);
        if (r[1]) assert_true(rs_str_cmp(rs_str_of((*r)->name), rs_str_of(r[1]->name)) < 0);
        assert_true((*r)->summary && (*r)->source && (*r)->version && (*r)->uses[0].name &&
                    (*r)->uses[0].required && (*r)->passes[0] && (*r)->state_size);
        assert_true((*r)->open && (*r)->cut && (*r)->parse && (*r)->close && (*r)->probe);
        int n = 0;
        while ((*r)->passes[n]) n++;
        assert_true(n <= RS_MAX_PASSES);
        for (n = 0; (*r)->uses[n].name; n++) assert_true((*r)->uses[n].patterns[0]);
        assert_true(n <= 4);
        for (const rs_param *p = (*r)->params; p->name; p++)
            if (p[1].name) assert_true(rs_str_cmp(rs_str_of(p->name), rs_str_of(p[1].name)) < 0);
    }
}

/* The text of a file of the project; empty when there is none. Good until the next call. */
static rs_str text_of(const char *path)
{
    static char text[1 << 16];
    FILE *f = fopen(path, "rb");
    if (!f) return RS_STR("");
    size_t n = fread(text, 1, sizeof text, f);
    fclose(f);
    return rs_str_make(text, n);
}

/* The word behind `option` in a golden folder's command, empty = it has no such option. */
static void option_of(const char *cmd, const char *option, char word[64])
{
    rs_str text = text_of(cmd), value = RS_STR("");
    size_t at = rs_str_find(text, rs_str_of(option));
    if (at != RS_NPOS) {
        text = rs_str_trim(rs_str_sub(text, at + strlen(option), text.len));
        size_t end = 0;
        while (end < text.len && text.ptr[end] > ' ') end++;
        value = rs_str_sub(text, 0, end);
    }
    snprintf(word, 64, "%.*s", RS_STR_ARG(value));
}

/* Every reader has a fuzz target, and a golden folder: of a dataset whose record names it, or of
 * own data. Tests run in the project's folder. */
static void readers_have_goldens_and_fuzz_targets(void **unused)
{
    (void)unused;
    char path[512], word[64];
    for (const rs_reader *const *r = rs_readers; *r; r++) {
        snprintf(path, sizeof path, "fuzz/fuzz_reader_%s.c", (*r)->name);
        if (access(path, R_OK) != 0) fail_msg("no %s", path);
        DIR *folders = opendir("tests/golden");
        assert_non_null(folders);
        bool found = false;
        for (struct dirent *d; !found && (d = readdir(folders)) != NULL;) {
            char dataset[64], reader[64];
            snprintf(path, sizeof path, "tests/golden/%.200s/cmd", d->d_name);
            option_of(path, "--reader ", reader);
            option_of(path, "--dataset ", dataset);
            snprintf(path, sizeof path, "catalog/%s.yaml", dataset);
            snprintf(word, sizeof word, "reader: %s\n", (*r)->name);
            found = strcmp(reader, (*r)->name) == 0 ||
                    rs_str_find(text_of(path), rs_str_of(word)) != RS_NPOS;
        }
        closedir(folders);
        if (!found) fail_msg("no golden folder for the reader %s", (*r)->name);
    }
}

static void probes_tell_families_apart(void **unused)
{
    (void)unused;
    static const struct {
        const char *path, *head, *best;
    } cases[] = {
        {"a.json",
         "[{\"id\":1,\"image\":\"x\",\"conversations\":[{\"from\":\"human\",\"value\":\"q\"}",
         "llava"},
        {"a.json", "{\"images\":[{\"filename\":\"a\",\"sentences\":[{\"raw\":\"x\"", "karpathy"},
        {"a.json", "{\"questions\":[{\"id\":0,\"active\":false}", "rsvqa"},
        {"a.json", "{\"images\":[{\"id\":1,\"file_name\":\"x\"}],\"annotations\":[", "coco"},
        {"a.xml", "<annotation><size><width>", "voc"},
        {"P0.txt", "imagesource:GoogleEarth\ngsd:1\n1 2 3 4 5 6 7 8 ship 0\n", "dota"},
        {"1.txt", "(1,2),(3,4),1\n", "vhr"},
        {"q.txt", "1.tif:what?yes\n", "lines"},
        {"a.json", "[{\"instruction\":\"q\",\"input\":\"\",\"output\":\"a\"}]", "llava"},
        {"a.jsonl", "{\"query\":\"q\",\"response\":\"a\",\"images\":[\"a.jpg\"]}", "llava"},
        {"a.jsonl", "{\"prompt\":\"q\",\"chosen\":\"a\",\"rejected\":\"b\"}", "llava"},
        {"a.jsonl", "{\"messages\":[{\"role\":\"user\",\"content\":\"<image>\"}],\"objects\":{",
         "llava"},
        {"1.txt", "How many planes?\n3\n", "qalines"},
        {"River/River_1.jpg", "\xFF\xD8", "folder"},
        {"A/1.png", "\x89PNG", "pairs"},
        {"e.json", "[{\"image_id\":\"x\",\"question\":\"q\"", "records"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_probe_input input = {rs_str_of(cases[i].path), rs_str_of(cases[i].head), 100};
        const char *best = "";
        int most = 0;
        for (const rs_reader *const *r = rs_readers; *r; r++) {
            int score = (*r)->probe(&input);
            assert_true(score >= 0 && score <= 100);
            if (score > most) best = (*r)->name;
            if (score > most) most = score;
        }
        assert_string_equal(best, cases[i].best);
    }
}

#define QUAD_POINTS                                                                \
    "<points><point>100.0,100</point><point>200,110</point><point>190,210</point>" \
    "<point>90,200</point><point>100.0,100</point></points>"
#define VOC_BOX "<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox>"

/* Objects below another element are read; whatever might be an object and is not read leaves no
 * list whole. */
static void voc_forms(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *regions; /* of the oriented reading */
        bool whole;
    } cases[] = {
        {"<objects><object><possibleresult><name>Boeing737</name></possibleresult>" QUAD_POINTS
         "</object></objects>",
         " | obb 'Boeing737' [100 100 200 110 190 210 90 200] px-quad", true},
        {"<objects><object><name>ship</name>" VOC_BOX "</object></objects>",
         " | hbb 'ship' [1 2 3 4] px", true},
        {"<size><width>0</width></size>", "", true},
        {"<objects/><source><image>x</image></source>", "", true},
        {"", "", false},
        {"<Object><name>ship</name>" VOC_BOX "</Object>", "", false},
        {"<item><name>ship</name><x>1</x></item>", "", false},
        {"<objects><target><name>ship</name></target></objects>", "", false},
        {"<labels>ship 1 2 3 4</labels>", "", false},
        {"<object><name>ship</name>" VOC_BOX "</object><bndbox><xmin>1</xmin></bndbox>",
         " | hbb 'ship' [1 2 3 4] px", false},
        {"<object><name>ship</name></object>", "", false},
        {"<object><name>ship</name><points><point>1;2</point></points></object>", "", false},
        {"<object><name></name>" VOC_BOX "</object>", " | hbb '' [1 2 3 4] px", false},
        {"<object><name>3</name>" VOC_BOX "</object>", " | hbb '3' [1 2 3 4] px", false},
        {"<object><name>737</name>" VOC_BOX "</object>", " | hbb '737' [1 2 3 4] px", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        harness h;
        char text[1024], want[256];
        harness_init(&h, "voc", RS_TASK_DETECTION_OBB);
        snprintf(text, sizeof text, "<annotation>%s</annotation>", cases[i].text);
        put_file(&h, "1.xml", rs_str_of(text));
        use(&h, "xml", ".xml");
        param(&h, "box", "obb");
        harness_read(&h);
        snprintf(want, sizeof want, "detection-obb id=1 | image=1%s", cases[i].regions);
        assert_string_equal(show(&h, 0), want);
        if (is_whole(&h, 0) != cases[i].whole) fail_msg("case %zu", i);
        harness_fini(&h);
    }
}

/* The ninth field is a word: YOLO's lines of nine numbers give no object, and no empty picture. */
static void dota_forms(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *classes;
        size_t n_regions;
        bool whole;
    } cases[] = {
        {"1 2 3 4 5 6 7 8 ship 0\n", NULL, 1, true},
        {"", NULL, 0, true},
        {"imagesource:GoogleEarth\ngsd:0.1\n", NULL, 0, true},
        {"0 0.41 0.61 0.48 0.11 0.79 0.24 0.72 0.74\n", NULL, 0, false},
        {"\xEF\xBB\xBF"
         "1 2 3 4 5 6 7 8 ship 0\r\n",
         NULL, 1, true}, /* a byte order mark */
        {"1 2 3 4 5 6 7 8 ship 0\n1 2 3\n", NULL, 1, false},
        {"1 2 3 4 5 6 7 8 3 0\n", NULL, 0, false},
        {"1 2 3 4 5 6 7 8 3 0\n", "3", 1, true},
        {"1 2 3 4 5 6 7 8 737 0\n", NULL, 1, true},
        {"0 2 3 4 5 6 7 8 431\n", NULL, 0, false}, /* class first, in pixels */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        harness h;
        harness_init(&h, "dota", RS_TASK_DETECTION_OBB);
        put_file(&h, "1.txt", rs_str_of(cases[i].text));
        use(&h, "labels", ".txt");
        rs_str classes = rs_str_of(cases[i].classes ? cases[i].classes : "");
        h.source.classes = &classes;
        h.source.n_classes = cases[i].classes != NULL;
        harness_read(&h);
        assert_int_equal(h.batch.samples[0].n_regions, cases[i].n_regions);
        if (is_whole(&h, 0) != cases[i].whole) fail_msg("case %zu", i);
        harness_fini(&h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(voc_upright),
        cmocka_unit_test(voc_oriented),
        cmocka_unit_test(dota_text),
        cmocka_unit_test(dota_with_a_mark),
        cmocka_unit_test(voc_encodings),
        cmocka_unit_test(vhr_text),
        cmocka_unit_test(many_files),
        cmocka_unit_test(table_is_in_order),
        cmocka_unit_test(readers_have_goldens_and_fuzz_targets),
        cmocka_unit_test(probes_tell_families_apart),
        cmocka_unit_test(voc_forms),
        cmocka_unit_test(dota_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
