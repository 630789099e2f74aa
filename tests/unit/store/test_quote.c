/* SQL quoting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/quote.h"

static void expect(rs_buf *sql, const char *text)
{
    assert_false(sql->failed);
    rs_buf_char(sql, '\0');
    assert_string_equal(sql->ptr, text);
    sql->len = 0;
}

static void quotes(void **state)
{
    (void)state;
    const rs_str words[] = {RS_STR("it's"), {0}, RS_STR("\"b\"")};
    rs_buf sql = {0};
    rs_store_put_literal(&sql, RS_STR("'); DROP TABLE x; --"));
    expect(&sql, "'''); DROP TABLE x; --'");
    rs_store_put_literal(&sql, (rs_str){0});
    expect(&sql, "''");
    rs_store_put_inside_literal(&sql, RS_STR("a'b"));
    expect(&sql, "a''b");
    rs_store_put_name(&sql, "a\"b'c");
    expect(&sql, "\"a\"\"b'c\"");
    rs_store_put_literals(&sql, words, 3);
    expect(&sql, "'it''s', '', '\"b\"'");
    rs_store_put_literals(&sql, words, 0);
    expect(&sql, "");
    rs_store_put_glob_escaped(&sql, "/a[1]*?/b");
    expect(&sql, "/a[[]1][*][?]/b");
    rs_store_put_path(&sql, RS_STR("/it's/a*.csv"));
    expect(&sql, "'/it''s/a[*].csv'");
    rs_buf_fini(&sql);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(quotes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
