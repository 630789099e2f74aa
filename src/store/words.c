/* Words as an enumeration of one byte a row; the general form is VARCHAR. See words.h. */
#include "store/words.h"

/* One byte is enough for as many, and dictionaries of more win nothing. */
enum { MOST_MEMBERS = UINT8_MAX };

static bool is_enumeration(const rs_strmap *words)
{
    return words->n > 0 && words->n <= MOST_MEMBERS;
}

duckdb_logical_type rs_words_type(const rs_strmap *words)
{
    if (!is_enumeration(words)) return duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
    const char *names[MOST_MEMBERS];
    for (size_t i = 0; i < words->n; i++) names[i] = words->keys[i].ptr;
    return duckdb_create_enum_type(names, words->n);
}

void rs_words_fill(const rs_strmap *words, duckdb_vector from, idx_t n, duckdb_vector to)
{
    const uint32_t *numbers = duckdb_vector_get_data(from);
    const uint64_t *valid = duckdb_vector_get_validity(from);
    if (valid) {
        duckdb_vector_ensure_validity_writable(to);
        memcpy(duckdb_vector_get_validity(to), valid, (n + 63) / 64 * sizeof *valid);
    }
    if (is_enumeration(words)) {
        uint8_t *members = duckdb_vector_get_data(to);
        for (idx_t i = 0; i < n; i++) members[i] = (uint8_t)numbers[i];
        return;
    }
    duckdb_string_t *texts = duckdb_vector_get_data(to);
    for (idx_t i = 0; i < n; i++)
        if (!valid || (valid[i / 64] >> i % 64 & 1))
            texts[i] = rs_words_cell(words->keys[numbers[i]]);
}
