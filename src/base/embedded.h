/* Files that travel inside the library: catalogue records, prompts, taxonomies, SQL. The table is
 * written at build time by tools/embed.c and sorted bytewise by name. */
#ifndef RS_BASE_EMBEDDED_H
#define RS_BASE_EMBEDDED_H

#include <stddef.h>

typedef struct rs_embedded {
    const char *name;          /* path in the repository, "catalog/rsicd.yaml" */
    const unsigned char *data; /* the file's bytes; one 0 follows that `len` does not count */
    size_t len;
} rs_embedded;

extern const rs_embedded rs_embedded_files[];
extern const size_t rs_n_embedded_files;

/* The file of that exact name, or NULL. Shared, immutable. */
const rs_embedded *rs_embedded_find(const char *name);

#endif
