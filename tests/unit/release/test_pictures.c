/* Which file is the picture that an annotation names. */
#include "temporary.h"

#include "release/pictures.h"

#define OK(call) assert_int_equal(call, RSIFT_OK)

static rs_io_tree *tree;
static rs_pictures pictures;

static void list(const char *const *paths, const rs_media_pattern *patterns, size_t n_patterns)
{
    OK(rs_io_remove_tree(rs_str_of(folder), NULL));
    for (size_t i = 0; paths[i]; i++) put_bytes(paths[i], "x", 1);
    const rsift_limits *limits = &session->limits;
    const rs_io_options options = {.limits = limits};
    OK(rs_io_tree_open(rs_str_of(folder), &options, &tree, NULL));
    const rs_io_tree *const *trees = (const rs_io_tree *const *)&tree;
    OK(rs_pictures_open(&pictures, trees, 1, patterns, n_patterns, NULL));
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
    rs_resolved found = rs_pictures_resolve(&pictures, rs_str_of(path), &at);
    if (found != how)
        fail_msg("%s: expected %s, found %s", path, rs_resolved_name(how), rs_resolved_name(found));
    if (!file) return;
    rs_str is = rs_io_member_at(tree, pictures.items[at].member)->path;
    if (!rs_str_eq(is, rs_str_of(file)))
        fail_msg("%s: expected %s, found %.*s", path, file, RS_STR_ARG(is));
}

static void test_names(void **state)
{
    (void)state;
    static const char *const paths[] = {"flat.png",       "train/a.jpg", "val/a.jpg",
                                        "deep/er/b.jpg",  "deep/c.jpg",  "readme.txt",
                                        "__MACOSX/d.jpg", NULL};
    list(paths, NULL, 0);
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

    size_t at;
    static const rs_str extensions[] = {{".tif", 4}, {".jpg", 4}};
    assert_int_equal(rs_pictures_resolve_any(&pictures, RS_STR("deep/c.png"), extensions, 2, &at),
                     RS_EXACT);
    assert_int_equal(rs_pictures_resolve_any(&pictures, RS_STR("deep/c.png"), extensions, 1, &at),
                     RS_UNRESOLVED);
    drop();
}

static void test_templates(void **state)
{
    (void)state;
    static const char *const paths[] = {"x/images/1.png", "x/train/images/1.png", "y/pics/2.png",
                                        "y/more/images/2.png", NULL};
    const rs_media_pattern patterns[] = {
        {.pattern = RS_STR("images/*.png"), .head = 6, .canonical_head = RS_STR("images")},
        {.pattern = RS_STR("pics/*.png"), .head = 4, .canonical_head = RS_STR("images")}};
    list(paths, patterns, 2);
    /* two copies of one canonical path: the first one keeps it */
    check("images/1.png", RS_EXACT, "x/images/1.png");
    check("x/train/images/1.png", RS_EXACT, "x/train/images/1.png");
    check("images/2.png", RS_EXACT, "y/more/images/2.png");
    check("y/pics/2.png", RS_EXACT, "y/pics/2.png");
    drop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_templates),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
