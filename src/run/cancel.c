/* The flag and the slots. A request walks the slots without a lock, since it may run in a signal
 * handler; who removes a slot waits until no walk is under way that could still hold it. */
#include "run/cancel.h"

#include "base/alloc.h"

#include <sched.h>
#include <stddef.h>

enum { N_SLOTS = 64 };

struct rs_interrupts {
    atomic_int n_refs;
    atomic_int n_walking;
    _Atomic(const rs_interrupt *) slots[N_SLOTS];
};

rs_interrupts *rs_interrupts_new(void)
{
    rs_interrupts *all = rs_calloc(1, sizeof *all);
    if (!all) return NULL;
    atomic_init(&all->n_refs, 1);
    atomic_init(&all->n_walking, 0);
    for (size_t i = 0; i < N_SLOTS; i++) atomic_init(&all->slots[i], NULL);
    return all;
}

rs_interrupts *rs_interrupts_keep(rs_interrupts *interrupts)
{
    if (interrupts) atomic_fetch_add(&interrupts->n_refs, 1);
    return interrupts;
}

void rs_interrupts_drop(rs_interrupts *interrupts)
{
    if (interrupts && atomic_fetch_sub(&interrupts->n_refs, 1) == 1) rs_free(interrupts);
}

bool rs_interrupts_add(rs_interrupts *interrupts, const rs_interrupt *interrupt)
{
    for (size_t i = 0; interrupts && i < N_SLOTS; i++) {
        const rs_interrupt *empty = NULL;
        if (atomic_compare_exchange_strong(&interrupts->slots[i], &empty, interrupt)) return true;
    }
    return false;
}

void rs_interrupts_remove(rs_interrupts *interrupts, const rs_interrupt *interrupt)
{
    if (!interrupts) return;
    for (size_t i = 0; i < N_SLOTS; i++) {
        const rs_interrupt *mine = interrupt;
        atomic_compare_exchange_strong(&interrupts->slots[i], &mine, NULL);
    }
    while (atomic_load(&interrupts->n_walking) > 0) sched_yield();
}

void rs_cancel_request(rs_cancel *cancel)
{
    atomic_store(&cancel->requested, true);
    rs_interrupts *all = cancel->interrupts;
    if (!all) return;
    atomic_fetch_add(&all->n_walking, 1);
    for (size_t i = 0; i < N_SLOTS; i++) {
        const rs_interrupt *each = atomic_load(&all->slots[i]);
        if (each) each->call(each->ctx);
    }
    atomic_fetch_sub(&all->n_walking, 1);
}

void rs_cancel_reset(rs_cancel *cancel)
{
    atomic_store(&cancel->requested, false);
}
