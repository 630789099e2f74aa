/* All heap allocation of the library, so that a test can make the n-th one fail.
 * rs_alloc(0) returns a valid pointer. Sizes are multiplied with an overflow check. */
#ifndef RS_BASE_ALLOC_H
#define RS_BASE_ALLOC_H

#include <stddef.h>
#include <stdint.h>

void *rs_alloc(size_t size);              /* NULL when out of memory */
void *rs_calloc(size_t n, size_t size);   /* zeroed */
void *rs_realloc(void *ptr, size_t size); /* keeps ptr on failure */
void rs_free(void *ptr);

/* Tests only: the n-th allocation from now (1 = the next) and all later ones fail; 0 = never. */
void rs_alloc_fail_at(int64_t n);

#endif
