/* Which parameters a reader takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "readers/params.h"
#include "readers/table.h"

static rsift_status check(const char *reader, const char *key, const char *value, rsift_error *err)
{
    const rs_str text = rs_str_of(value);
    const rs_param_value param = {rs_str_of(key), &text, 1};
    return rs_reader_check_params(rs_reader_find(rs_str_of(reader)), &param, 1, err);
}

static void refused(const char *reader, const char *key, const char *value, const char *words)
{
    rsift_error err = {0};
    assert_int_equal(check(reader, key, value, &err), RSIFT_E_ARG);
    if (rs_str_find(rs_str_of(err.message), rs_str_of(words)) == RS_NPOS)
        fail_msg("\"%s\" is not in: %s", words, err.message);
}

static void taken(const char *reader, const char *key, const char *value)
{
    rsift_error err = {0};
    if (check(reader, key, value, &err) != RSIFT_OK) fail_msg("%s", err.message);
}

static void test_names(void **state)
{
    (void)state;
    taken("llava", "id_field", "key");
    taken("voc", "task", "detection-obb"); /* every reader has it */
    refused("llava", "nonsense", "1", "has no parameter \"nonsense\"; it has box_convention, ");
    refused("llava", "nonsense", "1", ", turns_field, rename_classes, task");
    refused("records", "Image", "1", "image, ");
}

static void test_values(void **state)
{
    (void)state;
    taken("voc", "box", "obb");
    refused("voc", "box", "oriented", "expected hbb|obb, found \"oriented\"");
    taken("lines", "trim", "no");
    refused("lines", "trim", "perhaps", "expected yes or no");
    taken("lines", "pattern", "<image>,<caption>|<id>");
    taken("coco", "box_convention", "px-xywh");
    taken("llava", "box_convention", "auto");
    taken("llava", "box_convention", "bbox_2d:px"); /* checked where it is read */
    refused("coco", "class_names", "ship", "expected from=to");
    refused("dota", "task", "ships", "expected a task");
}

/* A list takes several values, a text is one. */
static void test_lists(void **state)
{
    (void)state;
    const rs_reader *llava = rs_reader_find(RS_STR("llava"));
    assert_true(rs_param_is_list(rs_reader_param(llava, RS_STR("box_style"))));
    assert_true(rs_param_is_list(rs_reader_param(llava, RS_STR("tags"))));
    assert_false(rs_param_is_list(rs_reader_param(llava, RS_STR("path"))));
    const rs_param *map = rs_reader_param(llava, RS_STR("tags"));
    assert_int_equal(rs_param_separator(map, RS_STR("a=b,c=d")), ',');
    assert_int_equal(rs_param_separator(map, RS_STR("a, then b=c")), '|');
    assert_int_equal(rs_param_separator(map, RS_STR("a=b|c,d=e")), '|');
    const rs_reader *records = rs_reader_find(RS_STR("records"));
    const rs_param *texts = rs_reader_param(records, RS_STR("phrase_pattern"));
    assert_int_equal(rs_param_separator(texts, RS_STR("find, and show, <phrase>")), '|');
    assert_null(rs_reader_param(llava, RS_STR("pattern")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
