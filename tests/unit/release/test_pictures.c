/* Which file is the picture that an annotation names. */
#include "temporary.h"

#include "release/pictures.h"

#define OK(call) assert_int_equal(call, RSIFT_OK)

static rs_io_tree *tree;
static rs_pictures pictures;

static void list(const char *const *paths, rs_media_pattern *patterns, size_t n_patterns,
                 const char *above)
{
    OK(rs_io_remove_tree(rs_str_of(folder), NULL));
    for (size_t i = 0; paths[i]; i++) put_bytes(paths[i], "x", 1);
    const rsift_limits *limits = &session->limits;
    const rs_io_options options = {.limits = limits};
    OK(rs_io_tree_open(rs_str_of(folder), &options, &tree, NULL));
    const rs_io_tree *const *trees = (const rs_io_tree *const *)&tree;
    const rs_media_names names = {
        .patterns = patterns, .n = n_patterns, .above = {rs_str_of(above)}};
    OK(rs_pictures_open(&pictures, trees, 1, &names, NULL));
}

static void drop(void)
{
    rs_pictures_fini(&pictures);
    rs_io_tree_close(tree);
}

/* `path` is expected to be the picture whose file is `file`; NULL = none. */
static void check(const char *path, rs_resolved how, const char *file)
{
    size_t at = 0;
    const rs_picture_name name = {.path = rs_str_of(path)};
    rs_resolved found = rs_pictures_resolve(&pictures, &name, &at);
    if (found != how)
        fail_msg("%s: expected %s, found %s", path, rs_resolved_name(how), rs_resolved_name(found));
    if (!file) return;
    rs_str is = rs_io_member_at(tree, pictures.items[at].member)->path;
    if (!rs_str_eq(is, rs_str_of(file)))
        fail_msg("%s: expected %s, found %.*s", path, file, RS_STR_ARG(is));
}

/* macOS writes names decomposed (NFD), labels and other systems composed (NFC). */
static void test_composed_names(void **state)
{
    (void)state;
    static const char *const paths[] = {"cafe\xcc\x81/Zu\xcc\x88rich.png",
                                        "caf\xc3\xa9/Gen\xc3\xa8ve.png", NULL};
    list(paths, NULL, 0, "");
    check("Z\xc3\xbcrich", RS_STEM, paths[0]);
    check("caf\xc3\xa9/Z\xc3\xbcrich.png", RS_EXACT, paths[0]);
    check("cafe\xcc\x81/Zu\xcc\x88rich.png", RS_EXACT, paths[0]);
    check("Gene\xcc\x80ve.png", RS_BASENAME, paths[1]);
    check("Zurich.png", RS_UNRESOLVED, NULL);
    size_t at;
    const rs_picture_name name = {.path = RS_STR("Zu\xcc\x88rich.png")};
    assert_int_equal(rs_pictures_resolve(&pictures, &name, &at), RS_BASENAME);
    assert_false(rs_pictures_is_loose(&pictures, at, name.path));
    drop();
}

static void test_names(void **state)
{
    (void)state;
    static const char *const paths[] = {"flat.png",       "train/a.jpg", "val/a.jpg",
                                        "deep/er/b.jpg",  "deep/c.jpg",  "readme.txt",
                                        "__MACOSX/d.jpg", NULL};
    list(paths, NULL, 0, "");
    assert_int_equal(pictures.n, 5); /* no text file, none of __MACOSX */
    check("flat.png", RS_EXACT, "flat.png");
    check("./flat.png", RS_EXACT, "flat.png");
    check("/train/a.jpg", RS_EXACT, "train/a.jpg");
    check("er/b.jpg", RS_TAIL, "deep/er/b.jpg");  /* the path ends with the name */
    check("x/deep/c.jpg", RS_TAIL, "deep/c.jpg"); /* the name ends with the path */
    check("x/flat.png", RS_TAIL, "flat.png");
    check("b.jpg", RS_BASENAME, "deep/er/b.jpg");
    check("a.jpg", RS_AMBIGUOUS, NULL);
    check("test/a.jpg", RS_UNRESOLVED, NULL); /* another folder than both */
    check("other/b.jpg", RS_UNRESOLVED, NULL);
    check("r/b.jpg", RS_UNRESOLVED, NULL); /* components are not cut */
    check("none.jpg", RS_UNRESOLVED, NULL);

    drop();
}

static void test_templates(void **state)
{
    (void)state;
    static const char *const paths[] = {"x/images/1.png", "x/train/images/1.png", "y/pics/2.png",
                                        "y/more/images/2.png", NULL};
    rs_media_pattern patterns[] = {
        {.pattern = RS_STR("images/*.png"), .head = 6, .canonical_head = RS_STR("images")},
        {.pattern = RS_STR("pics/*.png"), .head = 4, .canonical_head = RS_STR("images")}};
    list(paths, patterns, 2, "");
    /* two copies of one canonical path: the first one keeps it */
    check("images/1.png", RS_EXACT, "x/images/1.png");
    check("x/train/images/1.png", RS_EXACT, "x/train/images/1.png");
    check("images/2.png", RS_EXACT, "y/more/images/2.png");
    check("y/pics/2.png", RS_EXACT, "y/pics/2.png");
    drop();
}

/* What is named with another extension, in another case, or without one. */
static void test_stems(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "img/0000.jpg", "img/0001.PNG", "img/v1.2.tif", "a/x.png",  "b/x.png", "img/y.jpg",
        "img/y.png",    "img/z.JPG",    "img/z.png",    "flat.png", NULL};
    list(paths, NULL, 0, "");
    check("0000", RS_STEM, "img/0000.jpg");
    check("0000.jpg", RS_BASENAME, "img/0000.jpg");
    check("0001.jpg", RS_STEM, "img/0001.PNG");
    check("0001.png", RS_BASENAME, "img/0001.PNG"); /* the case alone differs */
    check("img/0001.png", RS_TAIL, "img/0001.PNG");
    check("IMG/0001", RS_STEM, "img/0001.PNG");
    check("other/0001", RS_UNRESOLVED, NULL);
    check("v1.2", RS_STEM, "img/v1.2.tif");
    check("v1", RS_UNRESOLVED, NULL);
    check("x", RS_AMBIGUOUS, NULL);
    check("x.png", RS_AMBIGUOUS, NULL);
    check("a/x", RS_STEM, "a/x.png");
    check("y", RS_AMBIGUOUS, NULL);
    check("y.tif", RS_AMBIGUOUS, NULL);
    check("y.jpg", RS_BASENAME, "img/y.jpg");
    check("z.jpg", RS_BASENAME, "img/z.JPG"); /* its own extension comes before others */
    check("deep/flat", RS_STEM, "flat.png");
    size_t at;
    static const rs_str extensions[] = {{".tif", 4}, {".PNG", 4}};
    rs_picture_name name = {
        .path = RS_STR("img/0001.jpg"), .extensions = extensions, .n_extensions = 2};
    assert_int_equal(rs_pictures_resolve(&pictures, &name, &at), RS_EXACT);
    drop();
}

/* The record's own folder tells pictures of one name apart. */
static void test_record_folder(void **state)
{
    (void)state;
    static const char *const paths[] = {"train/images/1.png", "val/images/1.png",
                                        "train/labels/1.txt", "val/masks/1.png", NULL};
    list(paths, NULL, 0, "");
    size_t at;
    rs_picture_name name = {.path = RS_STR("1"), .record_folder = RS_STR("train/labels")};
    assert_int_equal(rs_pictures_resolve(&pictures, &name, &at), RS_STEM);
    assert_string_equal(rs_io_member_at(tree, pictures.items[at].member)->path.ptr,
                        "train/images/1.png");
    name.record_folder = RS_STR("val/labels"); /* a picture and its mask */
    assert_int_equal(rs_pictures_resolve(&pictures, &name, &at), RS_AMBIGUOUS);
    name.record_folder = RS_STR("labels");
    assert_int_equal(rs_pictures_resolve(&pictures, &name, &at), RS_AMBIGUOUS);
    drop();
}

/* A picture that lies with the labels of another folder is not a label's. */
static void test_label_folders(void **state)
{
    (void)state;
    static const char *const paths[] = {"train/images/1.png", "images/val/2.png", "all/3.png",
                                        NULL};
    static const rs_str folders[] = {{"train/labels", 12}, {"val/labels", 10}};
    list(paths, NULL, 0, "");
    size_t at;
    rs_picture_name name = {.path = RS_STR("1"),
                            .record_folder = folders[1],
                            .label_folders = folders,
                            .n_label_folders = 2};
    assert_int_equal(rs_pictures_resolve(&pictures, &name, &at), RS_UNRESOLVED);
    name.record_folder = folders[0];
    assert_int_equal(rs_pictures_resolve(&pictures, &name, &at), RS_STEM);
    name.path = RS_STR("2");
    assert_int_equal(rs_pictures_resolve(&pictures, &name, &at), RS_UNRESOLVED);
    name.path = RS_STR("3"); /* of no folder's labels more than of another's */
    assert_int_equal(rs_pictures_resolve(&pictures, &name, &at), RS_STEM);
    drop();
}

/* In the folder that the user names, what lies just there comes before deeper folders. */
static void test_named(void **state)
{
    (void)state;
    static const char *const paths[] = {"1.png",         "masks/1.png",       "thumbs/1.jpg",
                                        "train/2.png",   "masks/train/2.png", "a/3.png",
                                        "a/masks/3.png", "b/3.jpg",           NULL};
    list(paths, NULL, 0, "");
    check("1", RS_AMBIGUOUS, NULL);
    pictures.named = 0;
    check("1", RS_STEM, "1.png");
    check("1.tif", RS_STEM, "1.png");
    check("train/2", RS_STEM, "train/2.png");
    check("2", RS_AMBIGUOUS, NULL); /* neither lies just there */
    check("a/3", RS_STEM, "a/3.png");
    check("3", RS_AMBIGUOUS, NULL);
    drop();
}

/* macOS writes names in normal form D. */
static void test_normal_forms(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "e\xcc\x81t\xc3\xa9/cafe\xcc\x81.png",                /* both forms in one path */
        "plage/h\xc3\xb4tel.jpg",                             /* form C */
        "two/ma\xcc\x88rz.png", "two/m\xc3\xa4rz.png", NULL}; /* differ by it alone */
    list(paths, NULL, 0, "");
    check("\xc3\xa9t\xc3\xa9/caf\xc3\xa9.png", RS_EXACT, paths[0]);
    check("caf\xc3\xa9.png", RS_BASENAME, paths[0]);
    check("cafe\xcc\x81", RS_STEM, paths[0]);
    check("e\xcc\x81te\xcc\x81/cafe\xcc\x81.png", RS_EXACT, paths[0]);
    check("ho\xcc\x82tel.jpg", RS_BASENAME, paths[1]);
    check("ho\xcc\x82tel", RS_STEM, paths[1]);
    check("two/m\xc3\xa4rz.png", RS_AMBIGUOUS, NULL);
    check("m\xc3\xa4rz", RS_AMBIGUOUS, NULL);
    assert_false(rs_pictures_is_loose(&pictures, 0, RS_STR("caf\xc3\xa9.png")));
    assert_int_equal(rs_pictures_find(&pictures, pictures.items[0].canonical), 0);
    assert_int_equal(rs_pictures_find(&pictures, rs_str_of(paths[3])), RS_NPOS);
    /* they are two pictures all the same */
    assert_false(rs_str_eq(pictures.items[2].canonical, pictures.items[3].canonical));
    drop();
}

static void test_loose(void **state)
{
    (void)state;
    static const char *const paths[] = {"a.png", "d/b.png", NULL};
    list(paths, NULL, 0, "");
    assert_false(rs_pictures_is_loose(&pictures, 0, RS_STR("a.png")));
    assert_false(rs_pictures_is_loose(&pictures, 0, RS_STR("./a.png")));
    assert_true(rs_pictures_is_loose(&pictures, 0, RS_STR("im1/a.png")));
    assert_true(rs_pictures_is_loose(&pictures, 0, RS_STR("a.jpg")));
    assert_false(rs_pictures_is_loose(&pictures, 1, RS_STR("b.png")));
    assert_true(rs_pictures_is_loose(&pictures, 1, RS_STR("c/b.png")));
    drop();
}

/* A folder of the release was opened: its pictures have the same canonical paths. */
static void test_folder_above(void **state)
{
    (void)state;
    static const char *const paths[] = {"1.png", "2.png", NULL};
    rs_media_pattern patterns[] = {{.pattern = RS_STR("Set/images/*.png")}};
    list(paths, patterns, 1, "data/Set/images");
    check("Set/images/1.png", RS_EXACT, "1.png");
    assert_true(rs_str_eq(pictures.items[1].canonical, RS_STR("Set/images/2.png")));
    drop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_composed_names), cmocka_unit_test(test_names),
        cmocka_unit_test(test_templates),      cmocka_unit_test(test_stems),
        cmocka_unit_test(test_record_folder),  cmocka_unit_test(test_loose),
        cmocka_unit_test(test_label_folders),  cmocka_unit_test(test_named),
        cmocka_unit_test(test_normal_forms),   cmocka_unit_test(test_folder_above),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
