/* Looks up embedded files; the table itself is generated. */
#include "base/embedded.h"

#include <string.h>

const rs_embedded *rs_embedded_find(const char *name)
{
    size_t begin = 0, end = rs_n_embedded_files;
    while (begin < end) {
        size_t i = begin + (end - begin) / 2;
        int order = strcmp(name, rs_embedded_files[i].name);
        if (order == 0) return &rs_embedded_files[i];
        if (order < 0) end = i;
        else begin = i + 1;
    }
    return NULL;
}
