/* What a file looks like, and which reader takes it. */
#include "temporary.h"

#include "readers/table.h"
#include "release/kind.h"

static rs_probe_input input_of(const char *path, const char *head, size_t n)
{
    return (rs_probe_input){
        .path = rs_str_of(path), .head = rs_str_make(head, n), .n_bytes = (int64_t)n};
}

static void expect_kind(const char *path, const char *head, size_t n, const char *want)
{
    const rs_probe_input input = input_of(path, head, n);
    assert_string_equal(rs_kind_of(&input)->name, want);
}

#define KIND(path, head, want) expect_kind(path, head, sizeof(head) - 1, want)

static void test_kinds(void **state)
{
    (void)state;
    KIND("a.json", "PAR1\x15\x04", "a Parquet file");
    KIND("a.json", "\x1f\x8b\x08", "gzip-compressed");
    KIND("a.json", "PK\x03\x04", "a zip archive");
    KIND("a.json", "\x93NUMPY\x01", "a NumPy array");
    KIND("a.pkl", "\x80\x04\x95", "a Python pickle");
    KIND("a.json", "\x89HDF\r\n\x1a\n", "an HDF5 file");
    KIND("a.json", "<!DOCTYPE html>\n<html>", "a web page (HTML)");
    KIND("a.xml", "\xEF\xBB\xBF <HTML>", "a web page (HTML)");
    KIND("a.json", "version https://git-lfs.github.com/spec/v1\noid", "a Git LFS pointer");
    KIND("a.json", "\xff\xfe[\0{\0", "text in UTF-16");
    KIND("a.xml", "\xff\xfe<\0?\0", "XML");
    KIND("a.xml", "\xfe\xff\0<\0?", "XML");
    KIND("a.json", "", "empty");
    KIND("a.json", " \n", "empty");
    KIND("a.bin", "ab\0cd\0", "a binary file");
    KIND("a.txt", "ab\0cd", "text"); /* one such byte is a damaged cell */
    KIND("data-00000-of-00001.arrow", "\xff\xff\xff\xff\x70\1\0", "an Arrow stream");
    KIND("a.parquet", "{\"image\":\"\",\"text\":\"a\"}", "Parquet"); /* as rows are shown */
    KIND("a.json", "[{\"a\":\"\0\"}]", "JSON");
    KIND("a.json", "{\"type\":\"FeatureCollection\",\"features\":[]}", "GeoJSON");
    KIND("a.json", "{\"shapes\":[],\"imagePath\":\"x\"}", "labelme");
    KIND("a.xml", "<?xml version=\"1.0\"?><annotation/>", "XML");
    KIND("a.csv", "filepath,title\nx.png,y\n", "a table");
    KIND("a.txt", "image\tcaption\nx.png\ty\n", "a table");
    KIND("a.csv", "x.png,\"a, b\"\n", "a table");
    KIND("a.csv", "x.png,a road\n", "text"); /* no header, no quotes: a pattern cuts it */
    KIND("a.txt", "P0001\ta road\n", "text");
    KIND("a.txt", "0 0.5 0.5 0.25 0.25\n", "YOLO labels (class number, then fractions)");
    KIND("a.txt", "3 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2\n",
         "YOLO labels (class number, then fractions)");
    KIND("a.txt", "1 1 5 1 5 5 1 5 ship 0\n", "text");
}

static void registries_are_no_annotation(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"no", "lf/dataset_info.json",
         "{\"my\":{\"file_name\":\"my.json\",\"columns\":"
         "{\"images\":\"image\",\"messages\":\"conversations\"}}}"},
        {"no", "set/dataset_dict.json", "{\"splits\":[\"train\"]}"},
        {"no", "set/state.json", "{\"_data_files\":[]}"},
        {"yes", "set/state.json", "{\"image\":\"a.png\",\"caption\":\"a\"}"},
        {"no", "wds/00000_stats.json", "{\"count\":6}"},
        {"yes", "wds/my_stats.json", "{\"count\":6}"},
        {"no", "wds/00000.parquet",
         "{\"url\":\"x\",\"caption\":\"y\",\"key\":\"0\",\"status\":\"\"}"},
        {"yes", "wds/00000.parquet", "{\"url\":\"x\",\"caption\":\"y\"}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = cases[i][2];
        const rs_probe_input input = input_of(cases[i][1], text, rs_str_of(text).len);
        if (rs_kind_is_annotation(&input) != (cases[i][0][0] == 'y')) fail_msg("case %zu", i);
    }
}

static bool refuses(const char *reader, const char *path, const char *text, rs_buf *why)
{
    const rs_probe_input input = input_of(path, text, rs_str_of(text).len);
    why->len = 0;
    return rs_kind_refuses(rs_reader_find(rs_str_of(reader)), &input, why);
}

static void expect_words(const rs_buf *why, const char *words)
{
    if (rs_str_find(rs_buf_view(why), rs_str_of(words)) == RS_NPOS)
        fail_msg("expected \"%s\" in: %.*s", words, RS_STR_ARG(rs_buf_view(why)));
}

static void test_refused(void **state)
{
    (void)state;
    rs_buf why = {0};
    /* XML in UTF-16 is decoded, so it is not refused */
    static const char wide[] = "\xff\xfe<\0a\0n\0n\0o\0t\0a\0t\0i\0o\0n\0>\0";
    const rs_probe_input utf16 = input_of("a.xml", wide, sizeof wide - 1);
    assert_false(rs_kind_refuses(rs_reader_find(RS_STR("voc")), &utf16, &why));
    assert_true(rs_kind_refuses(rs_reader_find(RS_STR("coco")), &utf16, &why));
    const char *geojson =
        "{\"type\": \"FeatureCollection\", \"features\": [{\"type\": \"Feature\"}]}";
    assert_true(refuses("coco", "x/l.geojson", geojson, &why));
    expect_words(&why, "l.geojson is GeoJSON with the keys type, features");
    expect_words(&why, "coco reads a JSON object with the lists images and annotations");
    /* every field is named: any JSON can be meant */
    assert_false(refuses("records", "l.geojson", geojson, &why));
    assert_true(refuses("lines", "c.csv", "filepath,title\nx.png,y\n", &why));
    expect_words(&why, "columns filepath,title");
    expect_words(&why, "--reader records");
    assert_false(refuses("records", "c.csv", "filepath,title\nx.png,y\n", &why));
    assert_false(refuses("lines", "c.csv", "x.png,a road\n", &why));
    assert_true(refuses("voc", "1.xml", "<html></html>", &why));
    assert_true(refuses("voc", "1.xml", "<kml></kml>", &why));
    assert_true(refuses("dota", "1.txt", "some words\n", &why));
    assert_false(refuses("dota", "1.txt", "", &why)); /* a picture without objects */
    assert_false(refuses("dota", "1.txt", "1 1 5 1 5 5 1 5 ship 0\n", &why));
    assert_true(
        refuses("coco", "1.xml", "<annotation><size><width>1</width></size></annotation>", &why));
    expect_words(&why, "the reader voc reads it");
    assert_false(refuses("folder", "1.png", "\x89PNG", &why));
    /* keys inside strings and deeper objects are not the file's */
    assert_true(
        refuses("voc", "k.json", "{\"a\": {\"b\": 1}, \"c\\\":\": [{\"d\": 2}], \"e\" : 3}", &why));
    expect_words(&why, "with the keys a, c");
    expect_words(&why, ", e;");
    rs_buf_fini(&why);
}

/* Some refused files among others are not the plan's matter. */
static void test_source(void **state)
{
    (void)state;
    rsift_error err;
    rs_plan *plan;
    put_text("some/1.xml", "<annotation><object/></annotation>");
    put_text("some/2.xml", "<kml/>");
    assert_int_equal(plan_of("some", "voc", "", &plan, &err), RSIFT_OK);
    rs_plan_free(plan);
    put_text("none/1.xml", "<kml/>");
    put_text("none/2.xml", "<kml/>");
    assert_int_equal(plan_of("none", "voc", "", &plan, &err), RSIFT_E_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(registries_are_no_annotation),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_source),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
