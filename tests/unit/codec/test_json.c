/* The JSON cutter and the face over the parser. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "codec/json.h"
#include "codec/json_scan.h"

#include <stdio.h>

static rsift_status fill(rs_json_cutter *cutter, rs_json_batch *batch, size_t *n, rsift_error *err)
{
    rsift_status status = rs_json_cutter_fill(cutter, batch, err);
    *n = batch->n;
    return status;
}

/* All records as "key=bytes@offset#path;", then the error if there is one. */
static rs_str cut_all(rs_buf *out, rs_str text, const rs_str *paths, size_t n_paths, size_t step,
                      size_t cap, size_t max_bytes, const rsift_limits *limits)
{
    rs_text_source f = {.rest = text, .step = step};
    rs_json_cutter *cutter;
    rsift_error err = {0};
    out->len = 0;
    assert_int_equal(
        rs_json_cutter_open(rs_byte_source_of_text(&f), paths, n_paths, limits, &cutter, &err),
        RSIFT_OK);
    rs_arena arena = {0};
    rsift_status status;
    rs_json_cut cuts[64];
    size_t n;
    while ((status = fill(cutter, &(rs_json_batch){&arena, cuts, cap, max_bytes, 0}, &n, &err)) ==
           RSIFT_OK) {
        assert_true(n >= 1 && n <= cap);
        for (size_t i = 0; i < n; i++) {
            assert_memory_equal(cuts[i].bytes.ptr, text.ptr + cuts[i].offset, cuts[i].bytes.len);
            if (cuts[i].key.ptr) {
                rs_buf_str(out, cuts[i].key);
                rs_buf_char(out, '=');
            }
            rs_buf_str(out, cuts[i].bytes);
            rs_buf_printf(out, "@%d#%u;", (int)cuts[i].offset, cuts[i].path);
        }
        rs_arena_reset(&arena);
    }
    if (status != RSIFT_END)
        rs_buf_printf(out, "!%s %s: %s", rsift_status_name(status), err.where, err.message);
    rs_arena_fini(&arena);
    rs_json_cutter_close(cutter);
    return rs_buf_view(out);
}

static void expect(const char *text, const char *path, const char *wanted)
{
    rs_buf out = {0};
    rs_str p = rs_str_of(path);
    for (size_t step = 1; step < 40; step += 13) {
        rs_str got = cut_all(&out, rs_str_of(text), &p, 1, step, 2, 1000, NULL);
        rs_buf_char(&out, 0);
        assert_string_equal(out.ptr, wanted);
        (void)got;
    }
    rs_buf_fini(&out);
}

static void cuts_arrays_lines_and_values(void **unused)
{
    (void)unused;
    expect("", "", "");
    expect(" \n", "", "");
    expect("[]", "", "");
    expect("[{\"a\":1},\n {\"b\":[2,{}]}]\n", "", "{\"a\":1}@1#0;{\"b\":[2,{}]}@11#0;");
    expect("{\"a\":1}\n{\"b\":2}\r\n", "", "{\"a\":1}@0#0;{\"b\":2}@8#0;");
    expect("{\"a\":1}{\"b\":2}", "", "{\"a\":1}@0#0;{\"b\":2}@7#0;");
    expect("1 \"x\\\"]\" null", "", "1@0#0;\"x\\\"]\"@2#0;null@9#0;");
    expect("[1, \"two\", [3], null]", "", "1@1#0;\"two\"@4#0;[3]@11#0;null@16#0;");
    expect("\xEF\xBB\xBF[{}]", "", "{}@4#0;");
    expect("[{\"s\":\"}]\\\\\"}]", "", "{\"s\":\"}]\\\\\"}@1#0;");
}

/* A broken line is one record that does not parse; the lines behind it are read. */
static void goes_on_at_the_next_line(void **unused)
{
    (void)unused;
    /* an open string, a lost bracket, a bracket too many, no JSON at all, an open last line */
    expect("{\"a\":1}\n{\"b\":\"x}\n{\"c\":3}\n", "",
           "{\"a\":1}@0#0;{\"b\":\"x}@8#0;{\"c\":3}@17#0;");
    expect("{\"a\":1}\n{\"b\":[2,\r\n{\"c\":3}", "",
           "{\"a\":1}@0#0;{\"b\":[2,@8#0;{\"c\":3}@18#0;");
    expect("{\"a\":1}\n{\"b\":2}}\n{\"c\":3}\n", "",
           "{\"a\":1}@0#0;{\"b\":2}}@8#0;{\"c\":3}@17#0;");
    expect("{\"a\":1}\n]oops,\n\n {\"c\":3} \n", "", "{\"a\":1}@0#0;]oops,@8#0;{\"c\":3}@17#0;");
    expect("{\"a\":1}\n{\"b\"", "",
           "{\"a\":1}@0#0;!bad format byte 12: the file ends inside the record that begins at "
           "byte 8");
    /* the first line is the broken one */
    expect("{\"a\":\"x\n{\"b\":2}\n", "", "{\"a\":\"x@0#0;{\"b\":2}@8#0;");
    expect("{\"a\":[\n{\"b\":2}\n{\"c\":3}", "", "{\"a\":[@0#0;{\"b\":2}@7#0;{\"c\":3}@15#0;");
    /* two files joined without an end of line; values printed over several lines */
    expect("{\"a\":1}\n{\"b\":2}{\"c\":3}\n{\"d\":4}", "",
           "{\"a\":1}@0#0;{\"b\":2}@8#0;{\"c\":3}@15#0;{\"d\":4}@23#0;");
    expect("{\n\"a\": [\n{\"b\":1},\n{\"b\":2}\n]\n}\n{\n}\n", "",
           "{\n\"a\": [\n{\"b\":1},\n{\"b\":2}\n]\n}@0#0;{\n}@30#0;");
}

static void cuts_keyed_and_named(void **unused)
{
    (void)unused;
    expect("{\"0\":{\"q\":1},\"a\\u0041\":{}}", "{}", "0={\"q\":1}@5#0;aA={}@23#0;");
    expect("{\"info\":{\"images\":[9]},\"images\":[{},{\"x\":[]}],\"z\":[[1]]}", "images",
           "{}@33#0;{\"x\":[]}@36#0;");
    expect("{\"a\":{\"b\":[1,2],\"c\":3},\"b\":[4]}", "a.b", "1@11#0;2@13#0;");
    expect("{\"images\":{\"k\":{\"v\":1}}}", "images", "k={\"v\":1}@15#0;");
    expect("{\"plane\":[{\"f\":1},{\"f\":2}],\"ship\":[{}]}", "*",
           "plane={\"f\":1}@10#0;plane={\"f\":2}@18#0;ship={}@35#0;");
    expect("{\"images\":3,\"x\":\"images\"}", "images", "");
}

static void cuts_several_paths(void **unused)
{
    (void)unused;
    rs_buf out = {0};
    rs_str paths[] = {RS_STR("images"), RS_STR("annotations")};
    rs_str text = RS_STR("{\"annotations\":[{\"i\":1}],\"images\":[{\"i\":2}]}");
    cut_all(&out, text, paths, 2, 3, 8, 1000, NULL);
    rs_buf_char(&out, 0);
    assert_string_equal(out.ptr, "{\"i\":1}@16#1;{\"i\":2}@35#0;");
    rs_buf_fini(&out);
}

static void names_the_byte_of_what_is_wrong(void **unused)
{
    (void)unused;
    expect("[{\"a\":1}", "",
           "{\"a\":1}@1#0;!bad format byte 8: the file ends early, 1 bracket(s) are open");
    expect(
        "[{\"a\":1},{\"b\":[2", "",
        "{\"a\":1}@1#0;!bad format byte 16: the file ends inside the record that begins at byte 9");
    expect("[{} {}]", "", "{}@1#0;!bad format byte 4: expected ',' or ']', found \"{}]\"");
    expect("[1,]", "", "1@1#0;!bad format byte 3: expected a value, found \"]\"");
    expect("{\"images\" [1]}", "images", "!bad format byte 10: expected ':', found \"[1]}\"");
    expect("[1]", "images", "!bad format byte 0: expected an object, found \"[1]\"");
    expect("{images:1}", "images", "!bad format byte 1: expected a key, found \"images:1}\"");
}

static void keeps_the_limits(void **unused)
{
    (void)unused;
    rs_buf text = {0}, out = {0};
    rs_str path = RS_STR("");
    rsift_limits limits = rsift_limits_default();
    limits.max_record = 3 << 20;
    rs_buf_cstr(&text, "[{\"a\":1},{\"s\":\"");
    for (int i = 0; i < 5 << 20; i++) rs_buf_char(&text, 'x');
    rs_buf_cstr(&text, "\"}]");
    cut_all(&out, rs_buf_view(&text), &path, 1, 1 << 16, 8, 1000, &limits);
    rs_buf_char(&out, 0);
    assert_string_equal(
        out.ptr, "{\"a\":1}@1#0;!limit crossed byte 9: a record exceeds the limit max_record "
                 "(3145728 bytes)");
    limits.max_record = 64 << 20;
    cut_all(&out, rs_buf_view(&text), &path, 1, 1 << 16, 8, 1000, &limits);
    assert_int_equal(out.ptr[out.len - 1], ';');
    text.len = 0;
    rs_buf_cstr(&text, "{\"deep\":");
    for (int i = 0; i < 1000; i++) rs_buf_char(&text, '[');
    path = RS_STR("images");
    cut_all(&out, rs_buf_view(&text), &path, 1, 1 << 16, 8, 1000, &limits);
    rs_buf_char(&out, 0);
    assert_non_null(strstr(out.ptr, "!limit"));
    rs_buf_fini(&text);
    rs_buf_fini(&out);
}

/* Every prefix: only whole records, then an error unless the prefix is whole itself. */
/* A record of exactly max_record bytes is cut, one byte more is refused, far below and far above
 * the size of the window and however the reads come in. */
static void keeps_small_record_limits(void **unused)
{
    (void)unused;
    const size_t sizes[] = {8, 100, 4096, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20};
    rs_buf text = {0}, out = {0};
    rs_str path = RS_STR("");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int above = 0; above < 2; above++) {
            rsift_limits limits = rsift_limits_default();
            limits.max_record = sizes[i] - (size_t)above;
            for (int kind = 0; kind < 2; kind++) { /* an object, a bare string */
                text.len = 0;
                rs_buf_cstr(&text, kind ? "[1,\"" : "[1,{\"\":\"");
                size_t frame = kind ? 2 : 7;
                for (size_t n = frame; n < sizes[i]; n++) rs_buf_char(&text, 'x');
                rs_buf_cstr(&text, kind ? "\",2]" : "\"},2]");
                for (size_t step = sizes[i] < 5000 ? 1 : 1 << 16; step <= 1 << 22; step *= 8) {
                    cut_all(&out, rs_buf_view(&text), &path, 1, step, 8, 1 << 30, &limits);
                    rs_buf_char(&out, 0);
                    assert_false(out.failed);
                    bool refused = strstr(out.ptr, "!limit crossed byte 3: a record exceeds");
                    assert_int_equal(refused, above);
                    assert_int_equal(strstr(out.ptr, "2@") != NULL, !above);
                }
            }
        }
    }
    rs_buf_fini(&text);
    rs_buf_fini(&out);
}

/* The bare number at the top of a file ends with the file only. */
static void keeps_the_limit_of_a_bare_value(void **unused)
{
    (void)unused;
    rs_buf text = {0}, out = {0};
    rs_str path = RS_STR("");
    rsift_limits limits = rsift_limits_default();
    for (int above = 0; above < 2; above++) {
        limits.max_record = (2 << 20) - (size_t)above;
        text.len = 0;
        for (size_t n = 0; n < 2 << 20; n++) rs_buf_char(&text, '1');
        cut_all(&out, rs_buf_view(&text), &path, 1, 1 << 16, 8, 1000, &limits);
        rs_buf_char(&out, 0);
        assert_int_equal(strstr(out.ptr, "!limit crossed byte 0: a record exceeds") != NULL, above);
    }
    rs_buf_fini(&text);
    rs_buf_fini(&out);
}

/* A key ends the file with an error that names its first byte, longer than the window or not. */
static void refuses_long_keys(void **unused)
{
    (void)unused;
    const size_t sizes[] = {(1 << 16) - 2, (1 << 16) - 1, 2 << 20};
    rs_buf text = {0}, out = {0};
    rs_str path = RS_STR("{}");
    for (size_t i = 0; i < 3; i++) {
        text.len = 0;
        rs_buf_cstr(&text, "{\"");
        for (size_t n = 0; n < sizes[i]; n++) rs_buf_char(&text, 'k');
        rs_buf_cstr(&text, "\":1}");
        cut_all(&out, rs_buf_view(&text), &path, 1, 1 << 16, 8, 1000, NULL);
        rs_buf_char(&out, 0);
        const char *error = strstr(out.ptr, "byte 1: expected a key of at most 65536 bytes");
        assert_int_equal(error != NULL, i > 0);
    }
    rs_buf_fini(&text);
    rs_buf_fini(&out);
}

static void survives_truncation(void **unused)
{
    (void)unused;
    rs_str text = RS_STR(
        "{\"x\":[1,{}],\"images\":[{\"a\":\"\\\\\"},{\"b\":{\"c\":[]}},3, \"q\"],\"y\":null}");
    rs_str path = RS_STR("images");
    rs_buf whole = {0}, part = {0};
    cut_all(&whole, text, &path, 1, 7, 64, 1000, NULL);
    for (size_t n = 0; n < text.len; n++) {
        char *copy = malloc(n + 1); /* exactly n bytes, so that a sanitizer sees every overrun */
        memcpy(copy, text.ptr, n);
        cut_all(&part, rs_str_make(copy, n), &path, 1, 5, 1, 1, NULL);
        free(copy);
        size_t records = 0;
        while (records < part.len && part.ptr[records] != '!') records++;
        assert_memory_equal(part.ptr, whole.ptr, records);
        assert_true(n == 0 || records < part.len);
    }
    rs_buf_fini(&whole);
    rs_buf_fini(&part);
}

static void put_random(rs_buf *out, rs_rng *rng, int depth)
{
    static const char *const scalars[] = {"1",
                                          "-2.5e3",
                                          "true",
                                          "null",
                                          "\"\"",
                                          "\"a\\\"b\"",
                                          "\"\\\\\"",
                                          "\"[{\"",
                                          "\"}]\\\\\\\"\"",
                                          "\"\xC3\xA9\xE2\x82\xAC plain words go on here\""};
    uint64_t kind = rs_rng_below(rng, depth > 4 ? 1 : 4);
    if (kind < 2) {
        rs_buf_cstr(out, scalars[rs_rng_below(rng, 10)]);
        return;
    }
    uint64_t n = rs_rng_below(rng, 5);
    rs_buf_char(out, kind == 2 ? '[' : '{');
    for (uint64_t i = 0; i < n; i++) {
        if (i) rs_buf_cstr(out, rs_rng_below(rng, 2) ? ", " : ",");
        if (kind == 3) rs_buf_printf(out, "\"k%u\": ", (unsigned)i);
        put_random(out, rng, depth + 1);
    }
    rs_buf_char(out, kind == 2 ? ']' : '}');
}

/* What is cut does not depend on how reads come in, on cap or on max_bytes; and each record parses.
 */
static void cuts_alike_however_read(void **unused)
{
    (void)unused;
    rs_buf text = {0}, a = {0}, b = {0};
    rs_str path = RS_STR("");
    for (uint64_t seed = 0; seed < 300; seed++) {
        rs_rng rng = rs_rng_of(seed, (rs_id){0});
        text.len = 0;
        rs_buf_char(&text, '[');
        uint64_t n = rs_rng_below(&rng, 20);
        for (uint64_t i = 0; i < n; i++) {
            if (i) rs_buf_cstr(&text, ",\n");
            put_random(&text, &rng, 0);
        }
        rs_buf_char(&text, ']');
        cut_all(&a, rs_buf_view(&text), &path, 1, 1 << 20, 64, 1 << 20, NULL);
        cut_all(&b, rs_buf_view(&text), &path, 1, 1 + seed % 17, 1 + seed % 5, 1 + seed % 90, NULL);
        assert_int_equal(a.len, b.len);
        if (a.len) assert_memory_equal(a.ptr, b.ptr, a.len);
        rs_arena arena = {0};
        const rs_json *root;
        assert_int_equal(rs_json_parse(&arena, rs_buf_view(&text), NULL, &root, NULL), RSIFT_OK);
        assert_int_equal(rs_json_len(root), n);
        rs_arena_fini(&arena);
    }
    rs_buf_fini(&text);
    rs_buf_fini(&a);
    rs_buf_fini(&b);
}

/* Kernels agree with their plain twin on bytes rich in quotes, backslashes and brackets. */
static void kernels_agree(void **unused)
{
    (void)unused;
    static const char alphabet[] = "{}[]\"\"\\\\ab,:";
    char bytes[700];
    for (uint64_t seed = 0; seed < 20000; seed++) {
        rs_rng rng = rs_rng_of(seed, (rs_id){0});
        size_t n = (size_t)rs_rng_below(&rng, sizeof bytes),
               filler = (size_t)rs_rng_below(&rng, 40);
        for (size_t i = 0; i < n; i++) {
            uint64_t pick = rs_rng_below(&rng, sizeof alphabet - 1 + filler);
            bytes[i] = pick < sizeof alphabet - 1 ? alphabet[pick] : 'x';
        }
        size_t cut = n ? (size_t)rs_rng_below(&rng, n) : 0;
        rs_json_nest want = {.depth = 1 + seed % 3, .max_depth = 1 + seed % 3};
        rs_json_nest start = want;
        const char *p = rs_json_nest_plain(&want, bytes, bytes + n);
        for (rs_json_nest_fn *const *fn = rs_json_nest_all(); *fn; fn++) {
            rs_json_nest got = start;
            const char *q = (*fn)(&got, bytes, bytes + cut); /* in two pieces: the state carries */
            if (got.depth) q = (*fn)(&got, q, bytes + n);
            assert_ptr_equal(p, q);
            assert_int_equal(want.depth, got.depth);
            assert_int_equal(want.in_string, got.in_string);
            assert_int_equal(want.escaped, got.escaped);
            assert_true(got.max_depth >= want.max_depth && got.max_depth <= want.max_depth + 64);
        }
    }
}

static void reads_values(void **unused)
{
    (void)unused;
    rs_arena arena = {0};
    const rs_json *root;
    rs_str text = RS_STR(
        "{\"i\":-5,\"u\":18446744073709551615,\"d\":0.25,\"s\":\"a\\nb\",\"t\":true,\"n\":null,"
        "\"l\":[1,[2,3],{\"k\":\"v\"}],\"o\":{\"p\":{\"q\":7}}}");
    assert_int_equal(rs_json_parse(&arena, text, NULL, &root, NULL), RSIFT_OK);
    int64_t i;
    double d;
    bool b;
    assert_true(rs_json_i64(rs_json_get(root, "i"), &i) && i == -5);
    assert_false(rs_json_i64(rs_json_get(root, "u"), &i));
    assert_false(rs_json_i64(rs_json_get(root, "d"), &i));
    assert_true(rs_json_double(rs_json_get(root, "d"), &d) && d == 0.25);
    assert_true(rs_json_bool(rs_json_get(root, "t"), &b) && b);
    assert_true(rs_str_eq(rs_json_str(rs_json_get(root, "s")), RS_STR("a\nb")));
    assert_int_equal(rs_json_kind(rs_json_get(root, "n")), RS_JSON_NULL);
    assert_int_equal(rs_json_kind(rs_json_get(root, "absent")), RS_JSON_ABSENT);
    assert_true(rs_json_i64(rs_json_path(root, RS_STR("o.p.q")), &i) && i == 7);
    assert_true(rs_json_i64(rs_json_path(root, RS_STR("l.1.1")), &i) && i == 3);
    assert_null(rs_json_path(root, RS_STR("l.9.x")));
    rs_str key;
    rs_json_iter it = rs_json_each(root);
    size_t n = 0;
    while (rs_json_next(&it, &key)) n++;
    assert_int_equal(n, 8);
    assert_true(rs_str_eq(key, RS_STR("o")));
    it = rs_json_each(rs_json_get(root, "l"));
    assert_int_equal(rs_json_kind(rs_json_next(&it, NULL)), RS_JSON_INT);
    assert_int_equal(rs_json_len(rs_json_next(&it, NULL)), 2);
    assert_int_equal(rs_json_kind(rs_json_next(&it, NULL)), RS_JSON_OBJECT);
    assert_null(rs_json_next(&it, NULL));
    assert_true(
        rs_str_eq(rs_json_text(&arena, rs_json_get(root, "u")), RS_STR("18446744073709551615")));
    assert_true(rs_str_eq(rs_json_text(&arena, rs_json_get(root, "d")), RS_STR("0.25")));
    assert_true(rs_str_eq(rs_json_text(&arena, rs_json_get(root, "t")), RS_STR("true")));
    assert_null(rs_json_text(&arena, rs_json_get(root, "l")).ptr);
    rs_arena_fini(&arena);
}

static void refuses(void **unused)
{
    (void)unused;
    static const char *const bad[] = {
        "{\"a\":NaN}",   "[Infinity]", "[1,]", "{\"a\":1", "\"\xFF\"",        "\"\\ud800\"",
        "\"a\\u0000b\"", "[1] 2",      "",     "{'a':1}",  "\"\xED\xA0\x80\""};
    rs_arena arena = {0};
    const rs_json *root;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rsift_error err = {0};
        assert_int_equal(rs_json_parse(&arena, rs_str_of(bad[i]), NULL, &root, &err),
                         RSIFT_E_FORMAT);
        assert_null(root);
        assert_true(err.message[0] != 0);
    }
    rsift_error err = {0};
    rs_json_parse(&arena, RS_STR("{\"ab\":\"c\xFF\"}"), NULL, &root, &err);
    assert_string_equal(err.where, "byte 8");
    char deep[200];
    memset(deep, '[', 100);
    memset(deep + 100, ']', 100);
    assert_int_equal(rs_json_parse(&arena, rs_str_make(deep, 200), NULL, &root, &err),
                     RSIFT_E_LIMIT);
    rs_str flat =
        RS_STR("[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]");
    rsift_limits limits = rsift_limits_default();
    limits.max_depth = 2;
    assert_int_equal(rs_json_parse(&arena, flat, &limits, &root, &err), RSIFT_OK);
    limits.max_depth = 1;
    assert_int_equal(rs_json_parse(&arena, flat, &limits, &root, &err), RSIFT_E_LIMIT);
    rs_arena_fini(&arena);
}

static void writes_and_reads_back(void **unused)
{
    (void)unused;
    rs_buf buf = {0};
    rs_json_writer w = rs_json_writer_to(&buf);
    rs_json_begin_object(&w);
    rs_json_field_str(&w, "a", RS_STR("x\"\\\n\t\x01/\xC3\xA9 and eight plain bytes"));
    rs_json_field_double(&w, "b", 0.1);
    rs_json_field_double(&w, "c", __builtin_nan(""));
    rs_json_end_object(&w);
    rs_buf_char(&buf, 0);
    assert_string_equal(
        buf.ptr,
        "{\"a\":\"x\\\"\\\\\\n\\t\\u0001/\xC3\xA9 and eight plain bytes\",\"b\":0.1,\"c\":null}");
    for (uint64_t seed = 0; seed < 2000; seed++) {
        rs_rng rng = rs_rng_of(seed, (rs_id){0});
        char text[40];
        size_t n = (size_t)rs_rng_below(&rng, sizeof text);
        for (size_t i = 0; i < n; i++)
            text[i] = (char)(1 + rs_rng_below(&rng, seed % 2 ? 126 : 60));
        buf.len = 0;
        rs_json_put_str(&buf, rs_str_make(text, n));
        rs_arena arena = {0};
        const rs_json *root;
        assert_int_equal(rs_json_parse(&arena, rs_buf_view(&buf), NULL, &root, NULL), RSIFT_OK);
        assert_true(rs_str_eq(rs_json_str(root), rs_str_make(text, n)));
        rs_arena_fini(&arena);
    }
    rs_buf_fini(&buf);
}

static rs_json_head first_of(const char *text, size_t step, int64_t most)
{
    rs_text_source f = {.rest = rs_str_of(text), .step = step};
    rs_json_head head;
    assert_int_equal(rs_json_first(rs_byte_source_of_text(&f), most, &head, NULL), RSIFT_OK);
    return head;
}

static void looks_at_the_first_value(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        int n_bytes;
        bool lines, more;
    } cases[] = {
        {"{\"a\":\"}\\\"\"}", 11, true, false}, {"\xEF\xBB\xBF {\"a\":[{}]}\n\n ", 14, true, false},
        {"{\"a\":\n1}\n{", 8, false, true},     {"[1]x", 3, true, true},
        {"{\"a\":[1", -1, true, false},         {"", -1, true, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t step = 1; step < 20; step += 3) {
            const rs_json_head head = first_of(cases[i].text, step, 1000);
            if (head.n_bytes != cases[i].n_bytes || head.lines != cases[i].lines ||
                head.followed != cases[i].more)
                fail_msg("%s: %d %d %d", cases[i].text, (int)head.n_bytes, head.lines,
                         head.followed);
        }
    }
    assert_int_equal(first_of("{\"a\":[1,2,3,4]}", 4, 8).n_bytes,
                     -1); /* it is looked at no further */
}

/* Where a second document begins, and which keys had to be mended. */
static void tells_what_is_not_one_document(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *path;
        int second;
    } cases[] = {
        {"[1,2] ", "", -1},      {"[1] [2]", "", 4},          {"[1] x", "", 4},
        {"{\"a\":1}", "{}", -1}, {" {\"a\":1}\n{}", "{}", 9},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t step = 1; step < 12; step += 2) {
            rs_text_source f = {.rest = rs_str_of(cases[i].text), .step = step};
            const rs_str path = rs_str_of(cases[i].path);
            rs_json_cutter *cutter;
            rs_json_cut cuts[8];
            rs_arena arena = {0};
            size_t n;
            assert_int_equal(
                rs_json_cutter_open(rs_byte_source_of_text(&f), &path, 1, NULL, &cutter, NULL),
                RSIFT_OK);
            while (fill(cutter, &(rs_json_batch){&arena, cuts, 8, 1000, 0}, &n, NULL) == RSIFT_OK)
                continue;
            assert_int_equal(rs_json_cutter_second(cutter), cases[i].second);
            rs_json_cutter_close(cutter);
            rs_arena_fini(&arena);
        }
    }
    rs_text_source f = {.rest = RS_STR("{\"\\u0061\":1,\"\xE9\":2,\"\\ud800\":3,\"b\":4}"),
                        .step = 100};
    const rs_str path = RS_STR("{}");
    rs_json_cutter *cutter;
    rs_json_cut cuts[8];
    rs_arena arena = {0};
    size_t n;
    assert_int_equal(rs_json_cutter_open(rs_byte_source_of_text(&f), &path, 1, NULL, &cutter, NULL),
                     RSIFT_OK);
    assert_int_equal(fill(cutter, &(rs_json_batch){&arena, cuts, 8, 1000, 0}, &n, NULL), RSIFT_OK);
    assert_true(n == 4 && !cuts[0].bad_key && cuts[1].bad_key && cuts[2].bad_key &&
                !cuts[3].bad_key);
    assert_true(rs_str_eq(cuts[0].key, RS_STR("a")));
    rs_json_cutter_close(cutter);
    rs_arena_fini(&arena);
}

static void every_allocation_may_fail(void **unused)
{
    (void)unused;
    rs_str text = RS_STR("{\"a\":[{\"x\":1},{\"y\":[1,2,\"z\"]}],\"k\":{\"b\":{}}}");
    rs_str paths[] = {RS_STR("a"), RS_STR("k")};
    for (int64_t n = 1;; n++) {
        rs_text_source f = {.rest = text, .step = 9};
        rs_json_cutter *cutter = NULL;
        rs_arena arena = {0};
        rs_json_cut cuts[4];
        size_t got;
        const rs_json *root;
        rs_alloc_fail_at(n);
        rsift_status status =
            rs_json_cutter_open(rs_byte_source_of_text(&f), paths, 2, NULL, &cutter, NULL);
        while (status == RSIFT_OK) {
            status = fill(cutter, &(rs_json_batch){&arena, cuts, 4, 1000, 0}, &got, NULL);
            for (size_t i = 0; i < got && status == RSIFT_OK; i++)
                status = rs_json_parse(&arena, cuts[i].bytes, NULL, &root, NULL);
        }
        rs_alloc_fail_at(0);
        rs_json_cutter_close(cutter);
        rs_arena_fini(&arena);
        if (status == RSIFT_END) break;
        assert_int_equal(status, RSIFT_E_NOMEM);
        assert_true(n < 100);
    }
}

/* `cut PATH`: the records of standard input as lines "offset length path", for the comparison with
 * Python's json in tests/python/test_json_oracle.py. An error is the last line. */
static rsift_status stdin_read(void *ctx, void *dst, size_t n, size_t *got, rsift_error *err)
{
    (void)ctx;
    (void)err;
    *got = fread(dst, 1, n, stdin);
    return RSIFT_OK;
}

static int cut_stdin(const char *path)
{
    rs_str p = rs_str_of(path);
    rs_json_cutter *cutter;
    rs_arena arena = {0};
    rs_json_cut cuts[100];
    size_t n;
    rsift_error err = {0};
    rsift_status status =
        rs_json_cutter_open((rs_byte_source){stdin_read, NULL}, &p, 1, NULL, &cutter, &err);
    if (status != RSIFT_OK) return 2;
    while ((status = fill(cutter, &(rs_json_batch){&arena, cuts, 100, 5000, 0}, &n, &err)) ==
           RSIFT_OK) {
        for (size_t i = 0; i < n; i++)
            printf("%lld %zu %.*s\n", (long long)cuts[i].offset, cuts[i].bytes.len,
                   RS_STR_ARG(cuts[i].key));
        rs_arena_reset(&arena);
    }
    if (status != RSIFT_END) printf("error %s\n", err.where);
    rs_json_cutter_close(cutter);
    rs_arena_fini(&arena);
    return 0;
}

/* Two values are the same, down to their keys. */
static bool same_value(const rs_json *a, const rs_json *b)
{
    rs_arena arena = {0};
    if (rs_json_kind(a) != rs_json_kind(b) || rs_json_len(a) != rs_json_len(b)) return false;
    bool same = rs_str_eq(rs_json_text(&arena, a), rs_json_text(&arena, b));
    rs_json_iter x = rs_json_each(a), y = rs_json_each(b);
    rs_str left = {0}, right = {0};
    for (const rs_json *v; same && (v = rs_json_next(&x, &left));)
        same = same_value(v, rs_json_next(&y, &right)) && rs_str_eq(left, right);
    rs_arena_fini(&arena);
    return same;
}

/* Rows that are read many at once are what each is by itself, broken ones among them too. */
static void reads_cuts_alike(void **unused)
{
    (void)unused;
    static const char *const odd[] = {"{\"a\":nan}",  "[1,]",     "{\"t\":\"\\u0000\"}", "{]}",
                                      "[[[[[[]]]]]]", "{1:2} {}", "{\"a\":\"\xff\"}",    "x"};
    rsift_limits limits = rsift_limits_default();
    limits.max_depth = 6;
    const rs_str path = RS_STR("rows");
    for (uint64_t seed = 0; seed < 300; seed++) {
        rs_rng rng = rs_rng_of(seed, (rs_id){0});
        rs_buf text = {0};
        rs_arena arena = {0};
        rs_json_cut cuts[64];
        const rs_json *values[64], *one;
        size_t n;
        rs_buf_cstr(&text, "{\"rows\":[");
        for (uint64_t i = 0, left = rs_rng_below(&rng, 60); i < left; i++) {
            if (i) rs_buf_cstr(&text, rs_rng_below(&rng, 30) ? ",\n" : ",");
            if (rs_rng_below(&rng, 40) == 0) rs_buf_cstr(&text, odd[rs_rng_below(&rng, 8)]);
            else put_random(&text, &rng, 2);
            if (rs_rng_below(&rng, 30) == 0)
                for (int k = 0; k < 5000; k++) rs_buf_char(&text, ' ');
        }
        rs_buf_cstr(&text, "]}");
        rs_text_source f = {.rest = rs_buf_view(&text), .step = 1 << 20};
        rs_json_cutter *cutter;
        assert_int_equal(
            rs_json_cutter_open(rs_byte_source_of_text(&f), &path, 1, &limits, &cutter, NULL),
            RSIFT_OK);
        while (fill(cutter, &(rs_json_batch){&arena, cuts, 64, 1 << 20, 0}, &n, NULL) == RSIFT_OK) {
            assert_int_equal(rs_json_parse_cuts(&arena, cuts, n, &limits, values, NULL), RSIFT_OK);
            for (size_t i = 0; i < n; i++) {
                rs_json_parse(&arena, cuts[i].bytes, &limits, &one, NULL);
                assert_true(same_value(one, values[i]));
            }
        }
        rs_json_cutter_close(cutter);
        rs_arena_fini(&arena);
        rs_buf_fini(&text);
    }
}

int main(int argc, char **argv)
{
    if (argc == 3 && rs_str_eq(rs_str_of(argv[1]), RS_STR("cut"))) return cut_stdin(argv[2]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_arrays_lines_and_values),
        cmocka_unit_test(goes_on_at_the_next_line),
        cmocka_unit_test(cuts_keyed_and_named),
        cmocka_unit_test(looks_at_the_first_value),
        cmocka_unit_test(tells_what_is_not_one_document),
        cmocka_unit_test(cuts_several_paths),
        cmocka_unit_test(names_the_byte_of_what_is_wrong),
        cmocka_unit_test(keeps_the_limits),
        cmocka_unit_test(keeps_small_record_limits),
        cmocka_unit_test(keeps_the_limit_of_a_bare_value),
        cmocka_unit_test(refuses_long_keys),
        cmocka_unit_test(survives_truncation),
        cmocka_unit_test(cuts_alike_however_read),
        cmocka_unit_test(kernels_agree),
        cmocka_unit_test(reads_values),
        cmocka_unit_test(reads_cuts_alike),
        cmocka_unit_test(refuses),
        cmocka_unit_test(writes_and_reads_back),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
