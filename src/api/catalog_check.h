/* What is wrong with one record beyond what loading refuses. */
#ifndef RS_API_CATALOG_CHECK_H
#define RS_API_CATALOG_CHECK_H

#include "api/call.h"
#include "catalog/catalog.h"

typedef struct rs_catalog_problems {
    rs_arena *arena;
    rs_str *items; /* each one sentence that says what to do */
    size_t n, cap;
    bool failed; /* out of memory */
} rs_catalog_problems;

/* Finds the problems of the record that was read from `path`: keys that a record should have,
 * links and papers in a form that leads somewhere, words of the taxonomies, names that another
 * record has, parents that look misspelled, readers with their files and parameters, and the golden
 * folder where the file lies in a repository (`golden` says whether there is one to look in). */
rsift_status rs_catalog_find_problems(const rs_catalog *catalog, const rs_catalog_dataset *dataset,
                                      const char *path, rs_catalog_problems *problems, bool *golden,
                                      rsift_error *err);

#endif
