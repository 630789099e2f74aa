/* Hashing in pieces of any size against hashing at once, which is other code of the library. */
#include "base/hash.h"
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_pieces_equal_the_whole(void **state)
{
    (void)state;
    enum { MOST = 40000 };
    uint8_t *bytes = malloc(MOST);
    rs_rng rng = rs_rng_of(1, (rs_id){0});
    for (size_t i = 0; i < MOST; i++) bytes[i] = (uint8_t)rs_rng_below(&rng, 256);
    for (size_t n = 0; n < MOST; n += 1 + n / 3 + rs_rng_below(&rng, 7)) {
        for (size_t longest = 3; longest < 5000; longest *= 9) {
            rs_hasher h;
            size_t at = 0;
            rs_hash_start(&h);
            while (at < n) {
                size_t piece = rs_rng_below(&rng, (uint32_t)longest);
                if (piece > n - at) piece = n - at;
                rs_hash_bytes(&h, bytes + at, piece);
                at += piece;
            }
            assert_true(rs_id_eq(rs_hash_end(&h), rs_hash128(bytes, n)));
        }
    }
    free(bytes);
}

/* Wherever in memory the hasher lies. */
static void test_any_place(void **state)
{
    (void)state;
    char *memory = malloc(sizeof(rs_hasher) + 64);
    for (size_t at = 0; at < 64; at += _Alignof(rs_hasher)) {
        rs_hasher *h = (rs_hasher *)(void *)(memory + at);
        rs_hash_start(h);
        rs_hash_bytes(h, "abc", 3);
        assert_true(rs_id_eq(rs_hash_end(h), rs_hash128("abc", 3)));
    }
    free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_equal_the_whole),
        cmocka_unit_test(test_any_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
