/* Maps against a plain array; allocation failures lose nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/map.h"
#include "base/rng.h"

#include <stdio.h>

static void strings_number_in_order(void **state)
{
    (void)state;
    rs_strmap map = {0};
    char text[32];
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 5000; i++) {
            bool made;
            int n = snprintf(text, sizeof text, "key %zu", i * 7919 % 5000);
            size_t at = rs_strmap_put(&map, rs_str_make(text, (size_t)n), &made);
            assert_int_equal(at, i);
            assert_int_equal(made, round == 0);
        }
    }
    assert_int_equal(rs_strmap_get(&map, RS_STR("no such key")), RS_NPOS);
    assert_int_equal(rs_strmap_get(&map, RS_STR("")), RS_NPOS);
    rs_strmap_fini(&map);
}

/* Keys of all lengths, each also with one byte changed, are all different, and equal to their
 * copies elsewhere in memory. */
static void keys_differ_in_any_byte(void **state)
{
    (void)state;
    rs_strmap map = {0};
    char text[41], copy[42];
    for (int round = 0; round < 2; round++) {
        size_t n = 0;
        for (size_t len = 0; len <= 40; len++)
            for (size_t at = 0; at <= len; at++) { /* at == len: nothing is changed */
                memset(text, 'a', sizeof text);
                if (at < len) text[at] = 'b';
                memcpy(copy + round % 2, text, len);
                bool made;
                const rs_str key = rs_str_make(copy + round % 2, len);
                assert_int_equal(rs_strmap_put(&map, key, &made), n++);
                assert_int_equal(made, round == 0);
            }
    }
    rs_strmap_fini(&map);
}

static void numbers_and_ids(void **state)
{
    (void)state;
    rs_map64 map = {0};
    rs_idmap ids = {0};
    for (uint64_t i = 0; i < 3000; i++) {
        uint64_t *value = rs_map64_put(&map, i % 1000, 0, NULL);
        ++*value;
        assert_int_equal(rs_idmap_put(&ids, (rs_id){i % 1000, 1}, NULL), i % 1000);
    }
    for (uint64_t i = 0; i < 1000; i++) assert_int_equal(*rs_map64_get(&map, i), 3);
    assert_null(rs_map64_get(&map, 1000));
    assert_int_equal(rs_idmap_get(&ids, (rs_id){5, 2}), RS_NPOS);
    rs_map64_fini(&map);
    rs_idmap_fini(&ids);
}

static void survives_failed_allocations(void **state)
{
    (void)state;
    bool done = false;
    for (int64_t n = 1; !done; n++) {
        rs_strmap map = {0};
        rs_alloc_fail_at(n);
        size_t n_put = 0;
        char text[16];
        for (; n_put < 200; n_put++) {
            int len = snprintf(text, sizeof text, "%zu", n_put);
            if (rs_strmap_put(&map, rs_str_make(text, (size_t)len), NULL) == RS_NPOS) break;
        }
        rs_alloc_fail_at(0);
        done = n_put == 200;
        for (size_t i = 0; i < n_put; i++) {
            int len = snprintf(text, sizeof text, "%zu", i);
            assert_int_equal(rs_strmap_get(&map, rs_str_make(text, (size_t)len)), i);
        }
        rs_strmap_fini(&map);
        assert_true(n < 1000);
    }
}

static void ids_print_and_parse(void **state)
{
    (void)state;
    char text[RS_ID_TEXT];
    rs_id id = rs_hash128("abc", 3), back;
    assert_true(rs_id_parse(rs_str_of(rs_id_text(text, id)), &back));
    assert_true(rs_id_eq(id, back));
    assert_false(rs_id_parse(RS_STR("xyz"), &back));
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_bytes(&h, "a", 1);
    rs_hash_bytes(&h, "bc", 2);
    assert_true(rs_id_eq(rs_hash_end(&h), id));
    rs_hasher a, b; /* fields are not ambiguous */
    rs_hash_start(&a);
    rs_hash_start(&b);
    rs_hash_field(&a, RS_STR("ab"));
    rs_hash_field(&a, RS_STR("c"));
    rs_hash_field(&b, RS_STR("a"));
    rs_hash_field(&b, RS_STR("bc"));
    assert_false(rs_id_eq(rs_hash_end(&a), rs_hash_end(&b)));
    /* Arenas and malloc give 16 bytes' alignment; xxHash's state needs 64. */
    static _Alignas(64) unsigned char bytes[sizeof(rs_hasher) + 64];
    for (size_t at = 0; at < 64; at += _Alignof(rs_hasher)) {
        rs_hasher *anywhere = (rs_hasher *)(void *)(bytes + at);
        rs_hash_start(anywhere);
        rs_hash_bytes(anywhere, "abc", 3);
        assert_true(rs_id_eq(rs_hash_end(anywhere), id));
    }
}

static void randomness_is_keyed(void **state)
{
    (void)state;
    rs_id id = {1, 2};
    rs_rng a = rs_rng_of(7, id), b = rs_rng_of(7, id), c = rs_rng_of(8, id);
    assert_int_equal(rs_rng_next(&a), rs_rng_next(&b));
    assert_int_not_equal(rs_rng_next(&a), rs_rng_next(&c));
    for (int i = 0; i < 1000; i++) {
        assert_true(rs_rng_below(&a, 10) < 10);
        double u = rs_rng_unit(&a);
        assert_true(u >= 0 && u < 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_number_in_order), cmocka_unit_test(numbers_and_ids),
        cmocka_unit_test(keys_differ_in_any_byte), cmocka_unit_test(survives_failed_allocations),
        cmocka_unit_test(ids_print_and_parse),     cmocka_unit_test(randomness_is_keyed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
