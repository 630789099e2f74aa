/* Sorting through temporary files equals sorting in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/rng.h"
#include "emit/spill.h"

static rsift_status collect(void *ctx, rs_id id, uint32_t repeat, rs_str record, rsift_error *err)
{
    (void)err;
    rs_buf *b = ctx;
    rs_buf_printf(b, "%llu/%u:", (unsigned long long)id.lo, repeat);
    rs_buf_str(b, record);
    rs_buf_char(b, '\n');
    return RSIFT_OK;
}

static rs_buf sorted(size_t memory, uint64_t order)
{
    rs_emit_spill *spill;
    rs_buf out = {0};
    char text[64];
    assert_int_equal(rs_emit_spill_new(RS_STR("/tmp"), memory, &spill, NULL), RSIFT_OK);
    for (uint64_t k = 0; k < 2000; k++) {
        uint64_t i = (k * order) % 2000;
        rs_id id = {0, i / 2};
        int n = snprintf(text, sizeof text, "record %llu%.*s", (unsigned long long)i, (int)(i % 30),
                         "..............................");
        assert_int_equal(rs_emit_spill_add(spill, rs_rng_key(3, id) % 50, id, (uint32_t)(i % 2),
                                           rs_str_make(text, (size_t)n), NULL),
                         RSIFT_OK);
    }
    assert_int_equal(rs_emit_spill_n(spill), 2000);
    assert_int_equal(rs_emit_spill_each(spill, collect, &out, NULL), RSIFT_OK);
    rs_emit_spill_free(spill);
    return out;
}

static void runs_merge_to_the_same(void **state)
{
    (void)state;
    rs_buf whole = sorted(1 << 30, 1);
    static const size_t memories[] = {5000, 60000};
    static const uint64_t orders[] = {1, 7, 1999};
    for (size_t m = 0; m < 2; m++) {
        for (size_t o = 0; o < 3; o++) {
            rs_buf other = sorted(memories[m], orders[o]);
            assert_true(rs_str_eq(rs_buf_view(&whole), rs_buf_view(&other)));
            rs_buf_fini(&other);
        }
    }
    rs_buf_fini(&whole);
}

static void folder_must_exist(void **state)
{
    (void)state;
    rs_emit_spill *spill;
    rsift_error err = {0};
    assert_int_equal(rs_emit_spill_new(RS_STR("/no/such/folder"), 10, &spill, &err), RSIFT_OK);
    assert_int_equal(rs_emit_spill_add(spill, 1, (rs_id){0, 1}, 0, RS_STR("a"), &err), RSIFT_OK);
    assert_int_equal(rs_emit_spill_add(spill, 1, (rs_id){0, 2}, 0, RS_STR("bbbbbbbbbbbbbbb"), &err),
                     RSIFT_E_IO);
    assert_true(rs_str_find(rs_str_of(err.message), RS_STR("/no/such/folder")) != RS_NPOS);
    rs_emit_spill_free(spill);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(runs_merge_to_the_same),
                                       cmocka_unit_test(folder_must_exist)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
