/* Expressions of VOC XML and split lists that number objects. */
#include "harness.h"

#define BOX "<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox>"
#define OBJECT(name, words) \
    "<object><name>" name "</name>" BOX "<description>" words "</description></object>"

/* Five objects in three files; the byte order of the paths is 10, 2, a. */
static void put_release(harness *h)
{
    put_file(
        h, "Annotations/2.xml",
        RS_STR("<annotation>" OBJECT("dam", "the dam") OBJECT("ship", "a ship") "</annotation>"));
    put_file(h, "Annotations/10.xml",
             RS_STR("<annotation>" OBJECT("ship", "ship ten") "</annotation>"));
    put_file(h, "Annotations/a.xml",
             RS_STR("<annotation><size><width>80</width><height>60</height></size>"
                    "<object><name>dam</name>" BOX
                    "</object>" OBJECT("dam", "dam of a") "</annotation>"));
    put_file(h, "train.txt", RS_STR("0\r\n 4\n\n"));
    put_file(h, "test.txt", RS_STR("2\n1"));
}

static void open_release(harness *h, const char *objects)
{
    use(h, "xml", ".xml");
    use(h, "lists", ".txt");
    param(h, "objects", objects);
    harness_read(h);
}

static void numbers_follow_the_paths(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "voc-phrases", RS_TASK_GROUNDING_HBB);
    put_release(&h);
    open_release(&h, "5");
    check_counts(&h, 0, 3, 3, 0, 0, 0);
    check_counts(&h, 1, 5, 4, 0, 0, 1); /* one object has no expression, and counts in the order */
    size_t met = 0;
    for (size_t i = 0; i < h.batch.n_samples; i++) {
        const rs_sample *s = &h.batch.samples[i];
        static const char *const expected[][3] = {{"ship ten", "0", "train"},
                                                  {"the dam", "1", "test"},
                                                  {"a ship", "2", "test"},
                                                  {"dam of a", "4", "train"}};
        for (size_t k = 0; k < 4; k++) {
            if (!rs_str_eq(s->turns[0].text, rs_str_of(expected[k][0]))) continue;
            assert_true(rs_str_eq(s->original_id, rs_str_of(expected[k][1])));
            assert_int_equal(s->n_splits, 1);
            assert_true(rs_str_eq(s->splits[0].name, rs_str_of(expected[k][2])));
            met++;
        }
    }
    assert_int_equal(met, 4);
    assert_int_equal(n_findings(&h, RS_F_FIELD_MISSING), 1);
    assert_int_equal(n_findings(&h, RS_F_SPLIT_REFUSED) + n_findings(&h, RS_F_SPLIT_LIST), 0);
    check_replay(&h);
    harness_fini(&h);
}

static void one_sample(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "voc-phrases", RS_TASK_GROUNDING_HBB);
    put_file(&h, "1.xml",
             RS_STR("<annotation><size><width>80</width><height>60</height></size>" OBJECT(
                 "dam", "the dam") "</annotation>"));
    use(&h, "xml", ".xml");
    media(&h, RS_ASSET_IMAGE, "JPEGImages/{stem}.jpg");
    harness_read(&h);
    assert_string_equal(show(&h, 0), "grounding-hbb id=1/0 | phrase:the dam | "
                                     "image=JPEGImages/1.jpg 80x60 | hbb 'dam' [1 2 3 4] px");
    harness_fini(&h);
}

/* Each list as it may not be: nothing is in a split, and the message says why. */
static void lists_are_refused(void **unused)
{
    (void)unused;
    static const struct {
        const char *objects, *file, *text, *says;
    } cases[] = {
        {"6", NULL, NULL, "expected 6 objects in all files, found 5 in 3"},
        {"5", "train.txt", "0\nfour\n", "expected the number of an object below 5"},
        {"5", "train.txt", "-1\n", "expected the number of an object below 5"},
        {"5", "train.txt", "5\n", "expected the number of an object below 5"},
        {"5", "Annotations/b.xml", "<annotation><object>", "1 files cannot be counted"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        harness h;
        harness_init(&h, "voc-phrases", RS_TASK_GROUNDING_HBB);
        put_release(&h);
        if (cases[i].file) put_file(&h, cases[i].file, rs_str_of(cases[i].text));
        open_release(&h, cases[i].objects);
        assert_int_equal(n_findings(&h, RS_F_SPLIT_REFUSED), 1);
        if (!strstr(message_of(&h, RS_F_SPLIT_REFUSED), cases[i].says))
            fail_msg("%zu: %s", i, message_of(&h, RS_F_SPLIT_REFUSED));
        assert_int_equal(h.batch.n_samples, 4);
        for (size_t k = 0; k < 4; k++) {
            assert_int_equal(h.batch.samples[k].n_splits, 0);
            assert_non_null(memchr(h.batch.samples[k].original_id.ptr, '/',
                                   h.batch.samples[k].original_id.len));
        }
        harness_fini(&h);
    }
}

/* Lists of before June 2023: an object of both is in both splits. */
static void lists_overlap(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "voc-phrases", RS_TASK_GROUNDING_HBB);
    put_release(&h);
    put_file(&h, "train.txt", RS_STR("0\n1\n4\n"));
    open_release(&h, "5");
    assert_int_equal(n_findings(&h, RS_F_SPLIT_LIST), 1);
    assert_non_null(strstr(message_of(&h, RS_F_SPLIT_LIST), "1 objects stand in two"));
    size_t n = 0;
    for (size_t k = 0; k < 4; k++) n += h.batch.samples[k].n_splits == 2;
    assert_int_equal(n, 1);
    harness_fini(&h);
}

static void scripts_and_split_fields(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "voc-phrases", RS_TASK_GROUNDING_HBB);
    put_file(&h, "1.xml",
             RS_STR("<annotation><split>val</split>" OBJECT(
                 "dam", "\xe5\x9b\xbe\xe5\x83\x8f") "</annotation>"));
    put_file(&h, "2.xml",
             RS_STR("<annotation>" OBJECT("dam", "le barrage \xc3\xa0 gauche") "</annotation>"));
    put_file(&h, "3.xml", RS_STR("<annotation><size/></annotation>"));
    put_file(&h, "4.xml", RS_STR("<annotation><box>1 2 3 4</box></annotation>"));
    use(&h, "xml", ".xml");
    param(&h, "phrase_script", "latin");
    param(&h, "split_field", "split");
    harness_read(&h);
    check_counts(&h, 0, 4, 2, 0, 1, 1); /* a file without objects has no expression */
    assert_int_equal(n_findings(&h, RS_F_LANGUAGE), 1);
    assert_non_null(strstr(message_of(&h, RS_F_LANGUAGE), "1 files have Chinese"));
    assert_true(rs_str_eq(h.batch.samples[0].splits[0].name, RS_STR("val")));
    assert_int_equal(n_findings(&h, RS_F_SPLIT_UNKNOWN), 1);
    harness_fini(&h);
}

static void only_expressions_are_probed(void **unused)
{
    (void)unused;
    const rs_reader *reader = rs_reader_find(RS_STR("voc-phrases"));
    static const struct {
        const char *head;
        int score;
    } cases[] = {
        {"<annotation>" OBJECT("dam", "the dam") "</annotation>", 97},
        {"<annotation><object>" BOX "</object></annotation>", 0},
        {"<annotation><object><description>None</description><points/></object></annotation>", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rs_probe_input input = {RS_STR("a.xml"), rs_str_of(cases[i].head), 100};
        assert_int_equal(reader->probe(&input), cases[i].score);
    }
}

/* An object inside of another one is an object, a part with a box is none. */
static void objects_in_objects(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "voc", RS_TASK_DETECTION_HBB);
    put_file(&h, "9.xml",
             RS_STR("<annotation><object><name>train</name>" BOX "<object><name>wagon</name>" BOX
                    "</object>"
                    "<part><name>roof</name>" BOX "</part></object></annotation>"));
    use(&h, "xml", ".xml");
    param(&h, "id_prefix", "part1/");
    harness_read(&h);
    assert_string_equal(show(&h, 0),
                        "detection-hbb id=part1/9 | image=9 | hbb 'train' [1 2 3 4] px "
                        "| hbb 'wagon' [1 2 3 4] px");
    assert_true(is_whole(&h, 0));
    harness_fini(&h);
}

/* A second box, a second number of one corner, a second name: nobody can tell which is meant. */
static void boxes_said_twice(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "voc", RS_TASK_DETECTION_HBB);
    put_file(&h, "9.xml",
             RS_STR("<annotation><object><name>ship</name>" BOX "</object>"
                    "<object><name>dam</name>" BOX BOX "</object>"
                    "<object><name>dam</name><bndbox><xmin>1</xmin><xmin>2</xmin><ymin>2</ymin>"
                    "<xmax>3</xmax><ymax>4</ymax></bndbox></object>"
                    "<object><name>dam</name><name>ship</name>" BOX "</object></annotation>"));
    use(&h, "xml", ".xml");
    harness_read(&h);
    check_counts(&h, 1, 4, 1, 0, 0, 3);
    assert_string_equal(show(&h, 0), "detection-hbb id=9 | image=9 | hbb 'ship' [1 2 3 4] px");
    assert_false(is_whole(&h, 0));
    harness_fini(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_follow_the_paths), cmocka_unit_test(one_sample),
        cmocka_unit_test(lists_are_refused),        cmocka_unit_test(lists_overlap),
        cmocka_unit_test(scripts_and_split_fields), cmocka_unit_test(only_expressions_are_probed),
        cmocka_unit_test(objects_in_objects),       cmocka_unit_test(boxes_said_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
