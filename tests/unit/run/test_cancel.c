/* Cancelling: the flag, what is interrupted with it, slots that run out, removal while a request is
 * under way on another thread. */
#include "run/cancel.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { N_SLOTS = 64 };

static void count(void *ctx)
{
    atomic_fetch_add((atomic_int *)ctx, 1);
}

static void the_flag_is_set_and_forgotten(void **state)
{
    (void)state;
    rs_cancel cancel = {0}; /* nothing to interrupt */
    assert_false(rs_cancelled(&cancel));
    assert_false(rs_cancelled(NULL));
    rs_cancel_request(&cancel);
    assert_true(rs_cancelled(&cancel));
    rs_cancel_reset(&cancel);
    assert_false(rs_cancelled(&cancel));
}

static void what_is_registered_is_called(void **state)
{
    (void)state;
    rs_cancel cancel = {.interrupts = rs_interrupts_new()};
    atomic_int n = 0;
    rs_interrupt each[N_SLOTS + 1];
    for (int i = 0; i <= N_SLOTS; i++) {
        each[i] = (rs_interrupt){count, &n};
        assert_int_equal(rs_interrupts_add(cancel.interrupts, &each[i]), i < N_SLOTS);
    }
    rs_cancel_request(&cancel);
    assert_int_equal(n, N_SLOTS);
    rs_interrupts_remove(cancel.interrupts, &each[N_SLOTS]); /* was not added */
    rs_interrupts_remove(cancel.interrupts, &each[7]);
    rs_cancel_request(&cancel);
    assert_int_equal(n, 2 * N_SLOTS - 1);
    assert_true(rs_interrupts_add(cancel.interrupts, &each[N_SLOTS])); /* a slot is free again */
    for (int i = 0; i <= N_SLOTS; i++) rs_interrupts_remove(cancel.interrupts, &each[i]);
    rs_cancel_request(&cancel);
    assert_int_equal(n, 2 * N_SLOTS - 1);
    assert_false(rs_interrupts_add(NULL, &each[0]));
    rs_interrupts_remove(NULL, &each[0]);
    /* a stream outlives its context */
    rs_interrupts *kept = rs_interrupts_keep(cancel.interrupts);
    rs_interrupts_drop(cancel.interrupts);
    assert_true(rs_interrupts_add(kept, &each[0]));
    rs_interrupts_remove(kept, &each[0]);
    rs_interrupts_drop(kept);
    rs_interrupts_drop(NULL);
}

struct race {
    rs_cancel *cancel;
    atomic_bool over;
};

static void *request_all_the_time(void *arg)
{
    struct race *race = arg;
    while (!atomic_load(&race->over)) rs_cancel_request(race->cancel);
    return NULL;
}

static void must_be_alive(void *ctx)
{
    if (*(const int *)ctx != 1234) abort();
}

/* What was removed is not called any more: its memory changes right after. */
static void nothing_is_called_after_its_removal(void **state)
{
    (void)state;
    rs_cancel cancel = {.interrupts = rs_interrupts_new()};
    struct race race = {.cancel = &cancel};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, request_all_the_time, &race), 0);
    for (int i = 0; i < 500; i++) {
        int alive = 1234;
        const rs_interrupt interrupt = {must_be_alive, &alive};
        assert_true(rs_interrupts_add(cancel.interrupts, &interrupt));
        rs_interrupts_remove(cancel.interrupts, &interrupt);
        alive = 0;
    }
    atomic_store(&race.over, true);
    pthread_join(thread, NULL);
    rs_interrupts_drop(cancel.interrupts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_flag_is_set_and_forgotten),
        cmocka_unit_test(what_is_registered_is_called),
        cmocka_unit_test(nothing_is_called_after_its_removal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
