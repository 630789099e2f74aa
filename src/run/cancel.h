/* Stopping work from outside: a flag that our loops look at, and calls that interrupt what runs
 * outside our loops (the SQL engine). Requesting is safe in a signal handler. */
#ifndef RS_RUN_CANCEL_H
#define RS_RUN_CANCEL_H

#include <stdatomic.h>
#include <stdbool.h>

/* Things to interrupt; counted, because a stream may outlive the context it came from. */
typedef struct rs_interrupts rs_interrupts;

typedef struct rs_cancel {
    atomic_bool requested;
    rs_interrupts *interrupts; /* NULL = nothing but our own loops */
} rs_cancel;

void rs_cancel_request(rs_cancel *cancel);
void rs_cancel_reset(rs_cancel *cancel);
static inline bool rs_cancelled(const rs_cancel *cancel) /* NULL = never */
{
    return cancel && atomic_load_explicit(&cancel->requested, memory_order_relaxed);
}

rs_interrupts *rs_interrupts_new(void); /* one reference; NULL = no memory */
rs_interrupts *rs_interrupts_keep(rs_interrupts *interrupts);
void rs_interrupts_drop(rs_interrupts *interrupts); /* NULL is fine */

/* What rs_cancel_request calls: `call(ctx)` must be safe in a signal handler. Any thread. */
typedef struct rs_interrupt {
    void (*call)(void *ctx);
    void *ctx;
} rs_interrupt;
/* False when all 64 slots are in use: the work then stops at its next look at the flag only.
 * `interrupt` stays where it is until removed. */
bool rs_interrupts_add(rs_interrupts *interrupts, const rs_interrupt *interrupt);
/* After it returns no call on `interrupt` runs or begins. Fine when it was not added. */
void rs_interrupts_remove(rs_interrupts *interrupts, const rs_interrupt *interrupt);

#endif
