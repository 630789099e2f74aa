/* Two texts of others, parted by a NUL: their normal forms, keys and signatures agree with each
 * other whatever their bytes are. */
#include "lang/word_edit.h"
#include "similar/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check(bool holds)
{
    if (!holds) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    rs_arena arena = {0};
    const uint8_t *end = memchr(bytes, 0, n);
    const size_t first = end ? (size_t)(end - bytes) : n;
    const rs_str a = rs_str_make((const char *)bytes, first),
                 b = rs_str_sub(rs_str_make((const char *)bytes, n), first, n);
    const rs_str x = rs_text_normal(&arena, a), y = rs_text_normal(&arena, b);
    check(rs_id_eq(rs_text_key(a), rs_hash128(x.ptr, x.len)));
    check(rs_str_eq(rs_text_normal(&arena, x), x));
    rs_minhash s, t;
    rs_minhash_of(a, &s);
    rs_minhash_of(x, &t);
    check(rs_minhash_similarity(&s, &t) == 1 && rs_minhash_is_empty(&s) == (x.len == 0));
    check(rs_lang_one_word_apart(x, y) == rs_lang_one_word_apart(y, x));
    check(rs_lang_one_word_apart(x, x));
    rs_arena_fini(&arena);
    return 0;
}
