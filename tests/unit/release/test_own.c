/* Plans of one's own data: which file is which, the reader's own task, what is missing. */
#include "temporary.h"

#include "release/hub_card.h"
#include "release/own_splits.h"

/* "questions: a b | answers: c" with logical names, and the task. */
static void expect_plan(const char *name, const char *reader, const char *want)
{
    rsift_error err;
    rs_plan *plan;
    if (plan_of(name, reader, "", &plan, &err) != RSIFT_OK)
        fail_msg("%s: %s", err.where, err.message);
    assert_int_equal(plan->n_sources, 1);
    const rs_source *source = &plan->sources[0].source;
    char got[512];
    int n = snprintf(got, sizeof got, "%s", rs_model_task_name(source->task));
    for (size_t u = 0; u < source->n_files; u++) {
        n +=
            snprintf(got + n, sizeof got - (size_t)n, " | %.*s:", RS_STR_ARG(source->files[u].use));
        for (size_t i = 0; i < source->files[u].n; i++)
            n += snprintf(got + n, sizeof got - (size_t)n, " %.*s",
                          RS_STR_ARG(source->files[u].logical[i]));
    }
    for (size_t i = 0; i < plan->n_missing; i++)
        n += snprintf(got + n, sizeof got - (size_t)n, " | missing %.*s",
                      RS_STR_ARG(plan->missing[i].pattern));
    assert_string_equal(got, want);
    rs_plan_free(plan);
}

static void expect_error(const char *name, const char *reader, const char *word)
{
    rsift_error err;
    rs_plan *plan;
    assert_int_equal(plan_of(name, reader, "", &plan, &err), RSIFT_E_FORMAT);
    if (rs_str_find(rs_str_of(err.message), rs_str_of(word)) == RS_NPOS)
        fail_msg("\"%s\" is not in: %s", word, err.message);
}

static void files_go_to_their_uses(void **state)
{
    (void)state;
    put_text("q/X_Questions.json", "{}");
    put_text("q/all_answers.json", "{}");
    put_text("q/images.json", "{}");
    put_text("q/readme.txt", "");
    expect_plan("q", "rsvqa",
                "vqa | questions: X_Questions.json | answers: all_answers.json | "
                "images: images.json");
    put_text("p/train/A/1.png", "");
    put_text("p/train/B/1.png", "");
    put_text("p/test/A/1.png", "");
    put_text("p/test/B/1.png", "");
    put_text("p/train/label/1.png", "");
    expect_plan("p", "pairs",
                "change-detection | before: test/A/1.png train/A/1.png | "
                "after: test/B/1.png train/B/1.png | mask: train/label/1.png");
    put_text("f/Ship/1.jpg", "");
    put_text("f/Ship/1.txt", "");
    put_text("f/notes.md", "");
    expect_plan("f", "folder", "classification | images: Ship/1.jpg notes.md");
    put_text("d/labelTxt/P1.txt", "");
    put_text("d/images/P1.png", "");
    expect_plan("d", "dota", "detection-obb | labels: labelTxt/P1.txt");
    put_text("one.data", "{}");
    expect_plan("one.data", "records", "vqa | records: one.data"); /* one file, any name */
}

/* Corners in every line of every file are oriented boxes; one of 4 numbers ends that. */
static void corners_tell_the_task(void **state)
{
    (void)state;
    put_text("y/a.txt", "0 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2\n1 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2\n");
    put_text("y/b.txt", "");
    expect_plan("y", "yolo",
                "detection-obb | labels: a.txt b.txt | missing data.yaml data.yml dataset.yaml "
                "classes.txt names.txt obj.names *.names *.yaml");
    put_text("y/c.txt", "0 0.5 0.5 0.1 0.1\n");
    expect_plan("y", "yolo",
                "detection-hbb | labels: a.txt b.txt c.txt | missing data.yaml data.yml "
                "dataset.yaml classes.txt names.txt obj.names *.names *.yaml");
    put_text("e/a.txt", "");
    put_text("e/names.txt", "ship");
    expect_plan("e", "yolo", "detection-hbb | labels: a.txt | names: names.txt");
}

static void missing_files_are_told(void **state)
{
    (void)state;
    put_text("a/questions.json", "{}");
    put_text("a/other.json", "{}");
    expect_plan("a", "rsvqa",
                "vqa | questions: questions.json | missing *answer*.json | missing *image*.json");
    put_text("a/more_questions.json", "{}");
    expect_error("a", "rsvqa", "found 2 files (*question*.json), expected one");
    expect_error("p/train/label", "pairs", "the reader pairs needs");
    expect_error("f", "voc", "expected names: *.xml");
}

typedef struct split_case {
    const char *path, *split;
} split_case;

static void expect_splits(const split_case *cases, rs_own_naming naming)
{
    for (; cases->path; cases++) {
        const rs_str got = rs_own_split_of(rs_str_of(cases->path), naming);
        assert_int_equal(got.len, rs_str_of(cases->split).len);
        assert_memory_equal(got.ptr, cases->split, got.len);
    }
}

/* Files say their split by a folder's name, those of many records by their own too; a word inside
 * of another is none. */
static void files_tell_their_split(void **state)
{
    (void)state;
    const split_case any[] = {
        {"train-00000-of-00003.parquet", "train"},
        {"data/Test.parquet", "Test"},
        {"validation_1.parquet", "validation"},
        {"train/0000.parquet", "train"},
        {"test/data/0.parquet", "test"},
        {"train/val-0.parquet", "val"},
        {"training0.parquet", "training"},
        {"trains/0.parquet", ""},
        {"train-of-thought/0.parquet", ""},
        {"valid/_annotations.coco.json", "valid"},
        {"labels/val/1.txt", "val"},
        {"test/labelTxt/P1.txt", "test"},
        {".parquet", ""},
        {"", ""},
        {NULL, NULL},
    };
    expect_splits(any, RS_OWN_LABEL_FILES);
    expect_splits(any, RS_OWN_MANY_RECORDS);
    expect_splits((split_case[]){{"train.json", ""}, {"ship_test_3.txt", ""}, {NULL, NULL}},
                  RS_OWN_LABEL_FILES);
    expect_splits((split_case[]){{"train.csv", "train"},
                                 {"test.jsonl", "test"},
                                 {"a/instances_val2017.json", "val"},
                                 {"captions-train_2.tsv", "train"},
                                 {"test-dev.json", "test"},
                                 {"train_val.json", ""},
                                 {"trainval.json", ""},
                                 {"test/train_val.json", "test"},
                                 {"contest.json", ""},
                                 {"TEST.json", "TEST"},
                                 {"testset.json", "testset"},
                                 {"rsvqaTest.json", "Test"},
                                 {"TestSet.json", "Test"},
                                 {"trainVal.json", ""},
                                 {"latestVersion.json", ""},
                                 {"evaluation.json", "evaluation"},
                                 {"tests/a.json", "tests"},
                                 {NULL, NULL}},
                  RS_OWN_MANY_RECORDS);
    /* a folder that is a class: that above it counts */
    expect_splits((split_case[]){{"val/train/1.png", "val"}, {"train/1.png", ""}, {NULL, NULL}},
                  RS_OWN_CLASS_FOLDERS);
}

/* The folder that is named, or that of a file, tells it as it does one level up; a folder above it
 * does where this one is called by what lies in it. */
static void the_root_tells_its_split(void **state)
{
    (void)state;
    static const struct {
        const char *root;
        bool is_file;
        const char *split;
    } cases[] = {
        {"/d/robo/test", false, "test"},
        {"/d/robo/Val/", false, "Val"},
        {"/d/robo/test/a.json", true, "test"},
        {"/d/robo/test/labels", false, "test"},
        {"/d/test/labels/a.json", true, "test"},
        {"/d/test/robo", false, ""},
        {"/d/test.tar.gz", false, "test"},
        {"/d/testbed", false, ""},
        {"/d/trainval", false, ""},
        {"/labels", false, ""},
        {"/", false, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rs_str got = rs_own_split_of_root(rs_str_of(cases[i].root), cases[i].is_file);
        assert_int_equal(got.len, rs_str_of(cases[i].split).len);
        assert_memory_equal(got.ptr, cases[i].split, got.len);
    }
    assert_true(rs_own_is_kept_out(RS_STR("Valid")) && rs_own_is_kept_out(RS_STR("test")));
    assert_true(rs_own_is_kept_out(RS_STR("testA")) && rs_own_is_kept_out(RS_STR("val2017")));
    assert_false(rs_own_is_kept_out(RS_STR("trainval")) || rs_own_is_kept_out(RS_STR("contest")));
    assert_false(rs_own_is_kept_out(RS_STR("train")) || rs_own_is_kept_out(RS_STR("fold1")) ||
                 rs_own_is_kept_out(RS_STR("")));
}

/* The second name of the field, in each form that a card has; "" = the card tells none. */
static void expect_name(const char *card, const char *field, const char *want)
{
    rs_arena arena = {0};
    const rs_yaml *names = rs_hub_card_names(&arena, rs_str_of(card), rs_str_of(field));
    if (!names) assert_string_equal(want, "");
    else assert_true(rs_str_eq(names->first->next->text, rs_str_of(want)));
    rs_arena_fini(&arena);
}

#define LABEL                       \
    "  - name: label\n    dtype:\n" \
    "      class_label:\n"          \
    "        names: {'0': tank, '1': ship}\n"
static void cards_name_classes(void **state)
{
    (void)state;
    expect_name("---\ndataset_info:\n  features:\n" LABEL "---\ntext", "label", "ship");
    expect_name("---\ndataset_info:\n  features:\n" LABEL "---\ntext", "other", "");
    expect_name("---\ndataset_info:\n  features:\n" LABEL, "label", ""); /* it does not end */
    expect_name("dataset_info:\n  features:\n" LABEL "---\n", "label", "");
    expect_name("---\ndataset_info: [\n---\n", "label", "");
    expect_name("", "label", "");
    expect_name("---\ndataset_info:\n- config_name: a\n  features:\n" LABEL
                "- config_name: b\n  features:\n" LABEL "---\n",
                "label", "ship");
    expect_name("---\ndataset_info:\n- config_name: a\n  features:\n" LABEL
                "- config_name: b\n  features:\n  - name: label\n    dtype:\n      class_label:\n"
                "        names: [tank, car]\n---\n",
                "label", ""); /* which of them is meant is not known */
    expect_name("---\ndataset_info:\n  features:\n  - name: objects\n    list:\n    - name: kind\n"
                "      dtype:\n        class_label:\n          names: [tank, ship]\n---\n",
                "objects.kind", "ship");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_go_to_their_uses),   cmocka_unit_test(missing_files_are_told),
        cmocka_unit_test(corners_tell_the_task),    cmocka_unit_test(files_tell_their_split),
        cmocka_unit_test(the_root_tells_its_split), cmocka_unit_test(cards_name_classes),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
