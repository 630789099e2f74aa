/* Ordered work: order, errors and ends do not depend on the number of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
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
    if (c->fail_produce_at && c->made == c->fail_produce_at)
        return rs_err_set(err, RSIFT_E_IO, "produce %d", c->made);
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
    if (c->fail_work_at && it->number >= c->fail_work_at)
        return rs_err_set(err, RSIFT_E_FORMAT, "work %d", it->number);
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
    rs_pipeline pipeline = {.item_size = sizeof(item),
                            .n_threads = n_threads,
                            .ctx = c,
                            .cancel = &c->cancel,
                            .produce = produce,
                            .work = work,
                            .consume = consume};
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

typedef struct sums {
    size_t n_taken, next;
    int64_t of[700];
} sums;

typedef struct sum_item {
    rs_range range;
    size_t n_pieces; /* that this item has seen */
} sum_item;

static rsift_status square(void *context, void *slot, rsift_error *err)
{
    sums *s = context;
    sum_item *it = slot;
    (void)err;
    it->n_pieces++;
    for (size_t i = it->range.begin; i < it->range.end; i++) s->of[i] = (int64_t)(i * i);
    return RSIFT_OK;
}

static rsift_status take_square(void *context, void *slot, rsift_error *err)
{
    sums *s = context;
    const sum_item *it = slot;
    (void)err;
    assert_int_equal(it->range.begin, s->next);
    assert_true(it->n_pieces > 0 && it->range.end > it->range.begin &&
                it->range.end - it->range.begin <= 64);
    s->next = it->range.end;
    s->n_taken++;
    return RSIFT_OK;
}

static void ranges(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 63, 64, 65, 640, 700};
    for (size_t threads = 1; threads <= 3; threads++)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            sums s = {0};
            rs_pipeline pipeline = {.item_size = sizeof(sum_item),
                                    .n_threads = threads,
                                    .ctx = &s,
                                    .work = square,
                                    .consume = take_square};
            assert_int_equal(rs_run_ranges(&pipeline, sizes[k], 64, NULL), RSIFT_OK);
            assert_int_equal(s.next, sizes[k]);
            assert_int_equal(s.n_taken, (sizes[k] + 63) / 64);
            for (size_t i = 0; i < sizes[k]; i++) assert_int_equal(s.of[i], i * i);
            pipeline.consume = NULL; /* nothing to take */
            memset(&s, 0, sizeof s);
            assert_int_equal(rs_run_ranges(&pipeline, sizes[k], 64, NULL), RSIFT_OK);
            if (sizes[k] > 1) assert_int_equal(s.of[sizes[k] - 1], (sizes[k] - 1) * (sizes[k] - 1));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_order), cmocka_unit_test(first_error_wins),
        cmocka_unit_test(can_be_cancelled), cmocka_unit_test(ranges)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
