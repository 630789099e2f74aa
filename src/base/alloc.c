/* The one place that calls malloc. */
#include "base/alloc.h"

#include <stdatomic.h>
#include <stdlib.h>

static atomic_int_fast64_t n_made;
static atomic_int_fast64_t fail_at;

static int must_fail(void)
{
    int_fast64_t at = atomic_load_explicit(&fail_at, memory_order_relaxed);
    if (at == 0) return 0;
    return atomic_fetch_add_explicit(&n_made, 1, memory_order_relaxed) + 1 >= at;
}

void *rs_alloc(size_t size)
{
    if (must_fail()) return NULL;
    return malloc(size ? size : 1);
}

void *rs_calloc(size_t n, size_t size)
{
    if (must_fail()) return NULL;
    return calloc(n ? n : 1, size ? size : 1);
}

void *rs_realloc(void *ptr, size_t size)
{
    if (must_fail()) return NULL;
    return realloc(ptr, size ? size : 1);
}

void rs_free(void *ptr)
{
    free(ptr);
}

void rs_alloc_fail_at(int64_t n)
{
    atomic_store(&n_made, 0);
    atomic_store(&fail_at, n);
}
