/* Opens libduckdb.so, which the loader looks for where it would if it were linked: by the run path
 * of rsift, then in the system's folders; never in the current one, since the name is fixed. */
#define _GNU_SOURCE /* RTLD_DEEPBIND */
#include "store/duckdb_calls.h"

#include "base/err.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef RTLD_DEEPBIND
#define RTLD_DEEPBIND 0
#endif

rs_duckdb_calls rs_duckdb;

/* The one attempt of this process; empty = it succeeded. */
static char trouble[200];
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* The names of the table's functions, in its order. */
#define NAME(name) "duckdb_" #name,
static const char *const names[] = {RS_DUCKDB_CALLS(NAME)};
#undef NAME

_Static_assert(sizeof rs_duckdb == sizeof names / sizeof *names * sizeof(void *),
               "the table holds one pointer for each name");

/* The library's names are looked up in itself and what it needs first, not in all libraries of the
 * process: that is a sixth of what a verb on a small workspace costs. Where functions of the C
 * library stand replaced (another allocator, a sanitizer, LD_PRELOAD), it must see them too. */
static int binding(void)
{
    void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
    if (!libc) return 0;
    const bool replaced =
        getenv("LD_PRELOAD") || dlsym(RTLD_DEFAULT, "malloc") != dlsym(libc, "malloc");
    (void)dlclose(libc);
    return replaced ? 0 : RTLD_DEEPBIND;
}

static void load(void)
{
    /* Never closed: the C++ library behind it cannot be unloaded while threads may still end. */
    void *library = dlopen("libduckdb.so", RTLD_LAZY | RTLD_LOCAL | binding());
    for (size_t i = 0; library && i < sizeof names / sizeof *names; i++) {
        void *symbol = dlsym(library, names[i]);
        if (!symbol) library = NULL;
        /* Copied: ISO C converts no pointer to an object into one to a function, POSIX does. */
        memcpy((char *)&rs_duckdb + i * sizeof symbol, &symbol, sizeof symbol);
    }
    const char *why = library ? NULL : dlerror();
    if (!library) snprintf(trouble, sizeof trouble, "%s", why ? why : "unknown error");
}

rsift_status rs_duckdb_load(rsift_error *err)
{
    pthread_once(&once, load);
    if (!trouble[0]) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_IO, "cannot load the database DuckDB: %s", trouble);
}
