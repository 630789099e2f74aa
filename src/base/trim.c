/* The C library's own call where there is one; see trim.h. */
#include "base/trim.h"

#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>

void rs_trim_heap(void)
{
    (void)malloc_trim(0);
}
#else
void rs_trim_heap(void)
{
}
#endif
