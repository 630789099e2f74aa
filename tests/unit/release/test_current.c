/* Parts that another version of a reader made: mix and emit must refuse them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "readers/table.h"
#include "release/current.h"
#include "store/files.h"

static char folder[] = "/tmp/rsift-current-XXXXXX";
static const rs_store_options options = {.memory_limit_mb = 256, .threads = 1};

static void write_file(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

/* Runs the command in the folder; its exit code, and whether its output holds `word`. */
static int run(const char *arguments, const char *word, bool *holds)
{
    char command[512], output[8192];
    snprintf(command, sizeof command, "cd %s && '%s' %s 2>&1", folder, getenv("RSIFT_BIN"),
             arguments);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    size_t n = fread(output, 1, sizeof output - 1, pipe);
    output[n] = '\0';
    *holds = strstr(output, word) != NULL;
    if (!*holds) print_message("%s: %s", arguments, output);
    return pclose(pipe);
}

static void put_reading(const char *reader, int64_t version)
{
    static int n_parts;
    char dir[64], name[64];
    rs_store *store;
    rs_part *part;
    snprintf(dir, sizeof dir, "%s/ws", folder);
    snprintf(name, sizeof name, "s-old+0-%d-%d", n_parts, n_parts + 1);
    n_parts++;
    assert_int_equal(rs_store_open(rs_str_of(dir), RS_STORE_PARTS, false, &options, &store, NULL),
                     RSIFT_OK);
    assert_int_equal(rs_part_new(store, RS_STR("mine@own"), rs_str_of(name), &part, NULL),
                     RSIFT_OK);
    rs_rows *rows = rs_part_rows(part, RS_T_READING);
    rs_put_str(rows, RS_READING_release_id, RS_STR("mine@own"));
    rs_put_str(rows, RS_READING_source, RS_STR("old"));
    rs_put_str(rows, RS_READING_pass, RS_STR("records"));
    for (int c = RS_READING_seen; c <= RS_READING_set_aside; c++) rs_put_i64(rows, c, 0);
    if (reader) rs_put_str(rows, RS_READING_reader, rs_str_of(reader));
    if (version) rs_put_i64(rows, RS_READING_reader_version, version);
    rs_put_end(rows);
    assert_int_equal(rs_part_commit(part, NULL), RSIFT_OK);
    rs_store_close(store);
}

static rsift_status check(const char *dataset, rsift_error *err)
{
    char dir[64];
    rs_store *store;
    snprintf(dir, sizeof dir, "%s/ws", folder);
    assert_int_equal(rs_store_open(rs_str_of(dir), RS_STORE_READ, false, &options, &store, NULL),
                     RSIFT_OK);
    *err = (rsift_error){0};
    rsift_status status = rs_release_check_readers(store, rs_str_of(dataset), err);
    rs_store_close(store);
    return status;
}

static void older_parts_are_refused(void **state)
{
    (void)state;
    rsift_error err;
    bool holds;
    if (!getenv("RSIFT_BIN")) skip();
    write_file("a.jsonl", "{\"id\":1,\"conversations\":[{\"from\":\"human\",\"value\":\"q\"},"
                          "{\"from\":\"gpt\",\"value\":\"a\"}]}\n");
    write_file("r.yaml", "name: r\nseed: 1\nlicence: any\ndatasets: [{id: mine}]\n");
    static const char mix[] = "mix r.yaml --workspace ws --quiet";
    static const char emit[] =
        "emit --mixture r --format llava --model llava-1.5 --images path -o out --workspace ws "
        "--quiet";
    assert_int_equal(run("index a.jsonl --reader llava --name mine --workspace ws", "", &holds), 0);
    assert_int_equal(check("mine", &err), RSIFT_OK);
    assert_int_equal(run(mix, "", &holds), 0);

    put_reading("llava", rs_reader_find(RS_STR("llava"))->version);
    assert_int_equal(check("mine", &err), RSIFT_OK);

    put_reading("llava", rs_reader_find(RS_STR("llava"))->version + 1);
    assert_int_equal(check("mine", &err), RSIFT_E_FORMAT);
    assert_non_null(strstr(err.message, "index it again"));
    assert_string_equal(err.where, "mine@own > old");
    assert_int_equal(check("other", &err), RSIFT_OK);
    assert_int_not_equal(run(mix, "index it again", &holds), 0);
    assert_true(holds);
    assert_int_not_equal(run(emit, "index it again", &holds), 0);
    assert_true(holds);

    put_reading(NULL, 0); /* a part from before versions were kept */
    assert_int_equal(check("mine", &err), RSIFT_E_FORMAT);
    assert_non_null(strstr(err.message, "version 0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(older_parts_are_refused)};
    if (!mkdtemp(folder)) return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rs_store_remove_tree(folder, NULL);
    return failed;
}
