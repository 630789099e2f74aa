/* Ordered work: order, errors and ends do not depend on the number of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "run/pipeline.h"

#include <time.h>

typedef struct ctx {
    int n, made, fail_work_at, fail_produce_at;
    int64_t consumed;
    uint64_t hash;
    rs_cancel cancel;
    int cancel_at;
} ctx;

typedef struct item {
    int number;
    int64_t result;
} item;

static rsift_status produce(void *p, void *slot, rsift_error *err)
{
    ctx *c = p;
    if (c->made == c->n) return RSIFT_END;
    if (c->fail_produce_at && c->made == c->fail_produce_at) return rs_err_set(err, RSIFT_E_IO, "produce %d", c->made);
    if (c->cancel_at && c->made == c->cancel_at) atomic_store(&c->cancel.requested, true);
    ((item *)slot)->number = c->made++;
    return RSIFT_OK;
}

static rsift_status work(void *p, void *slot, rsift_error *err)
{
    ctx *c = p;
    item *it = slot;
    struct timespec nap = {0, (it->number * 7919 % 5) * 20000};
    nanosleep(&nap, NULL);
    if (c->fail_work_at && it->number >= c->fail_work_at) return rs_err_set(err, RSIFT_E_FORMAT, "work %d", it->number);
    it->result = it->number * 3;
    return RSIFT_OK;
}

static rsift_status consume(void *p, void *slot, rsift_error *err)
{
    (void)err;
    ctx *c = p;
    item *it = slot;
    assert_int_equal(it->number, c->consumed);
    c->consumed++;
    c->hash = c->hash * 31u + (uint64_t)it->result;
    return RSIFT_OK;
}

static rsift_status run(ctx *c, size_t n_threads, rsift_error *err)
{
    rs_pipeline pipeline = {.item_size = sizeof(item), .n_threads = n_threads, .ctx = c, .cancel = &c->cancel,
                            .produce = produce, .work = work, .consume = consume};
    return rs_run_pipeline(&pipeline, err);
}

static void keeps_order(void **state)
{
    (void)state;
    uint64_t first = 0;
    for (size_t threads = 1; threads <= 6; threads++) {
        ctx c = {.n = 300};
        assert_int_equal(run(&c, threads, NULL), RSIFT_OK);
        assert_int_equal(c.consumed, 300);
        if (threads == 1) first = c.hash;
        assert_int_equal(c.hash, first);
    }
    ctx none = {.n = 0};
    assert_int_equal(run(&none, 3, NULL), RSIFT_OK);
}

static void first_error_wins(void **state)
{
    (void)state;
    for (size_t threads = 1; threads <= 6; threads++) {
        rsift_error err = {0};
        ctx c = {.n = 300, .fail_work_at = 100};
        assert_int_equal(run(&c, threads, &err), RSIFT_E_FORMAT);
        assert_string_equal(err.message, "work 100");
        assert_int_equal(c.consumed, 100);
        ctx p = {.n = 300, .fail_produce_at = 50};
        assert_int_equal(run(&p, threads, &err), RSIFT_E_IO);
        assert_string_equal(err.message, "produce 50");
        assert_int_equal(p.consumed, 50); /* what was made before is used */
    }
}

static void can_be_cancelled(void **state)
{
    (void)state;
    ctx c = {.n = 300, .cancel_at = 20};
    rsift_error err;
    assert_int_equal(run(&c, 3, &err), RSIFT_E_CANCELLED);
    assert_true(c.consumed <= 21);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_order), cmocka_unit_test(first_error_wins),
                                       cmocka_unit_test(can_be_cancelled)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
