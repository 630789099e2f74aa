/* Circles of source files: which units depend on each other, and by which names.
 *
 * A unit is a .c file with its header ("io/zip" is io/zip.c and io/zip.h). Unit A depends on unit B
 * when A uses a function or a table defined in B's .c file (so that a declaration in a foreign
 * header does not hide the arrow), or a type, macro or constant defined in B's header. An include
 * alone makes no arrow. Names are read as text: comments and literals are skipped, nothing is
 * preprocessed. */
#ifndef TOOLS_CIRCLES_H
#define TOOLS_CIRCLES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct circles circles;

circles *circles_new(void); /* ends the program when out of memory, like the calls below */
void circles_free(circles *c);

/* One file. `path` is "room/file.c" or "room/file.h"; `text` is NUL-terminated and copied. */
void circles_add(circles *c, const char *path, const char *text);

/* How many circles there are; `print` writes each with the names that tie it to standard output. */
int circles_report(circles *c, bool print);

#endif
