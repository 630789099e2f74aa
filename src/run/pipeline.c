/* Ordered parallel work over a ring of slots. A slot goes FREE -> MADE -> DONE -> FREE; tickets
 * number the items. Every thread, whenever it is free, does the most urgent thing: consume the
 * next finished item, else work on a made one, else produce. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* sched_getaffinity */
#endif
#include "run/pipeline.h"

#include "base/alloc.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

enum { slot_free, slot_made, slot_working, slot_done };

typedef struct slot {
    int state;
    rsift_status status;
    rsift_error err;
} slot;

/* One run of a pipeline. Invariant under the lock:
 *     n_consumed <= n_started <= n_produced <= n_consumed + n_slots
 * and the slot of a ticket is ticket % n_slots. */
typedef struct run {
    const rs_pipeline *p;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    slot *slots;
    char *items;
    size_t n_slots, item_stride;
    size_t n_produced, n_started, n_consumed; /* tickets */
    bool producing, consuming, ended;
    bool stop;
    rsift_status status;
    rsift_error err;
} run;

static void *item_of(run *r, size_t ticket)
{
    return r->items + (ticket % r->n_slots) * r->item_stride;
}

/* Stops the run; only the first error counts. */
static void fail(run *r, rsift_status status, const rsift_error *err)
{
    if (r->stop) return;
    r->stop = true;
    r->status = status;
    r->err = *err;
}

static bool cancelled(const run *r)
{
    return r->p->cancel && atomic_load_explicit(&r->p->cancel->requested, memory_order_relaxed);
}

/* Consumes the next finished item. Like every step, it is called with the lock held and releases
 * it while the caller's function runs. */
static void do_consume(run *r)
{
    size_t ticket = r->n_consumed;
    slot *s = &r->slots[ticket % r->n_slots];
    r->consuming = true;
    /* an error of produce or work arrives here, in the order of the items */
    rsift_status status = s->status;
    rsift_error err = s->err;
    if (status == RSIFT_OK) {
        pthread_mutex_unlock(&r->lock);
        status = r->p->consume(r->p->ctx, item_of(r, ticket), &err);
        pthread_mutex_lock(&r->lock);
    }
    if (status != RSIFT_OK) fail(r, status, &err);
    s->state = slot_free;
    r->n_consumed++;
    r->consuming = false;
    pthread_cond_broadcast(&r->wake);
}

/* Works on the oldest item that nobody has started; failed items pass through. */
static void do_work(run *r)
{
    size_t ticket = r->n_started++;
    slot *s = &r->slots[ticket % r->n_slots];
    if (s->status == RSIFT_OK) {
        s->state = slot_working;
        pthread_mutex_unlock(&r->lock);
        rsift_error err = {0};
        rsift_status status = r->p->work(r->p->ctx, item_of(r, ticket), &err);
        pthread_mutex_lock(&r->lock);
        s->status = status;
        s->err = err;
    }
    s->state = slot_done;
    pthread_cond_broadcast(&r->wake);
}

/* Produces the next item, or finds the end. */
static void do_produce(run *r)
{
    size_t ticket = r->n_produced;
    slot *s = &r->slots[ticket % r->n_slots];
    r->producing = true;
    pthread_mutex_unlock(&r->lock);
    rsift_error err = {0};
    rsift_status status =
        cancelled(r) ? rs_err_cancelled(&err) : r->p->produce(r->p->ctx, item_of(r, ticket), &err);
    pthread_mutex_lock(&r->lock);
    r->producing = false;
    if (status == RSIFT_END) {
        r->ended = true;
    } else {
        /* an error travels as an item, so that what was produced before it is still consumed */
        s->status = status;
        s->err = err;
        s->state = slot_made;
        r->n_produced++;
        if (status != RSIFT_OK) r->ended = true;
    }
    pthread_cond_broadcast(&r->wake);
}

static bool finished(const run *r)
{
    if (r->stop) return true;
    return r->ended && r->n_consumed == r->n_produced;
}

/* What every thread does until the run is over. Consuming first keeps memory low, producing last
 * keeps no more items waiting than there is work for. */
static void *thread_main(void *arg)
{
    run *r = arg;
    pthread_mutex_lock(&r->lock);
    while (!finished(r)) {
        /* one thread consumes and one produces at a time; any number may work */
        bool can_consume = !r->consuming && r->n_consumed < r->n_produced &&
                           r->slots[r->n_consumed % r->n_slots].state == slot_done;
        bool can_work = r->n_started < r->n_produced;
        bool can_produce = !r->producing && !r->ended && r->n_produced - r->n_consumed < r->n_slots;
        if (can_consume) do_consume(r);
        else if (can_work) do_work(r);
        else if (can_produce) do_produce(r);
        else pthread_cond_wait(&r->wake, &r->lock);
    }
    pthread_cond_broadcast(&r->wake);
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

static size_t start_threads(run *r, pthread_t *threads, size_t n)
{
    size_t made = 0;
    while (made < n && pthread_create(&threads[made], NULL, thread_main, r) == 0) made++;
    return made;
}

rsift_status rs_run_pipeline(const rs_pipeline *p, rsift_error *err)
{
    size_t n_threads = p->n_threads ? p->n_threads : rs_run_n_cores();
    /* Two slots above one per thread: one being produced, one being consumed. Items begin at
     * multiples of 16 bytes, the alignment of malloc. */
    run r = {.p = p, .n_slots = n_threads + 2, .item_stride = (p->item_size + 15) & ~(size_t)15};
    r.slots = rs_calloc(r.n_slots, sizeof *r.slots);
    r.items = rs_calloc(r.n_slots, r.item_stride);
    pthread_t *threads = rs_calloc(n_threads, sizeof *threads);
    rsift_status status = RSIFT_OK;
    if (!r.slots || !r.items || !threads) {
        status = rs_err_nomem(err, "the threads' slots");
        goto done;
    }
    pthread_mutex_init(&r.lock, NULL);
    pthread_cond_init(&r.wake, NULL);
    size_t made = start_threads(&r, threads, n_threads - 1);
    thread_main(&r); /* the caller is one of the threads: no thread at all still works */
    for (size_t i = 0; i < made; i++) pthread_join(threads[i], NULL);
    pthread_cond_destroy(&r.wake);
    pthread_mutex_destroy(&r.lock);
    status = r.status;
    if (status != RSIFT_OK && err) *err = r.err;
done:
    if (r.items && p->fini)
        for (size_t i = 0; i < r.n_slots; i++) p->fini(p->ctx, r.items + i * r.item_stride);
    rs_free(r.slots);
    rs_free(r.items);
    rs_free(threads);
    return status;
}

/* ---- ranges
 * ----------------------------------------------------------------------------------- */

/* A pipeline over the numbers [0, n) that calls the caller's own. */
typedef struct ranges {
    const rs_pipeline *p;
    size_t n, most, next;
} ranges;

static rsift_status next_range(void *ctx, void *item, rsift_error *err)
{
    ranges *r = ctx;
    const size_t left = r->n - r->next, begin = r->next;
    (void)err;
    if (!left) return RSIFT_END;
    r->next += left < r->most ? left : r->most;
    *(rs_range *)item = (rs_range){begin, r->next};
    return RSIFT_OK;
}

static rsift_status work_range(void *ctx, void *item, rsift_error *err)
{
    const ranges *r = ctx;
    return r->p->work(r->p->ctx, item, err);
}

static rsift_status consume_range(void *ctx, void *item, rsift_error *err)
{
    const ranges *r = ctx;
    return r->p->consume ? r->p->consume(r->p->ctx, item, err) : RSIFT_OK;
}

static void fini_range(void *ctx, void *item)
{
    const ranges *r = ctx;
    if (r->p->fini) r->p->fini(r->p->ctx, item);
}

rsift_status rs_run_ranges(const rs_pipeline *p, size_t n, size_t most, rsift_error *err)
{
    ranges r = {.p = p, .n = n, .most = most};
    const rs_pipeline pipeline = {.item_size = p->item_size,
                                  .n_threads = n <= most ? 1 : p->n_threads,
                                  .ctx = &r,
                                  .cancel = p->cancel,
                                  .produce = next_range,
                                  .work = work_range,
                                  .consume = consume_range,
                                  .fini = fini_range};
    return rs_run_pipeline(&pipeline, err);
}

size_t rs_run_n_cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return (size_t)CPU_COUNT(&set);
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (size_t)n : 1;
}
