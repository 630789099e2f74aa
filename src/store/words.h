/* Columns whose rows repeat few texts (a release, a task, a class). While a part is made each text
 * is kept once and the rows hold its number; DuckDB then gets an enumeration, of which the Parquet
 * writer takes the numbers as they are, where for VARCHAR it hashes and compares the text of every
 * row twice. The file is the same to a reader: a column of text with a dictionary. */
#ifndef RS_STORE_WORDS_H
#define RS_STORE_WORDS_H

#include "base/map.h"
#include "store/duckdb_calls.h"

#include <string.h>

/* The type of the column: an enumeration of the words, or VARCHAR where there are none or too
 * many. The caller destroys it. The words hold no NUL (base/utf8.h). */
duckdb_logical_type rs_words_type(const rs_strmap *words);
/* Makes n rows of that type from the numbers and NULLs of `from`. The words have to outlive them.
 */
void rs_words_fill(const rs_strmap *words, duckdb_vector from, idx_t n, duckdb_vector to);

/* Text in DuckDB's layout: up to 12 bytes lie in the cell itself, more where they are. */
static inline duckdb_string_t rs_words_cell(rs_str s)
{
    duckdb_string_t cell = {.value.inlined.length = (uint32_t)s.len};
    if (s.len <= sizeof cell.value.inlined.inlined) {
        if (s.len) memcpy(cell.value.inlined.inlined, s.ptr, s.len);
        return cell;
    }
    memcpy(cell.value.pointer.prefix, s.ptr, sizeof cell.value.pointer.prefix);
    cell.value.pointer.ptr = (char *)s.ptr;
    return cell;
}

#endif
