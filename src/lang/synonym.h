/* Synonyms for METEOR: a word's set numbers, united with those of its base forms (from a list of
 * exceptions, or, where that has none, by taking off an ending).
 * Data: METEOR's english.synsets and english.exceptions, derived from WordNet; given as text. */
#ifndef RS_LANG_SYNONYM_H
#define RS_LANG_SYNONYM_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"

typedef struct rs_synonyms {
    rs_strmap words; /* words of the synset list */
    uint32_t *first; /* sets of word i: sets[first[i] .. first[i + 1]), as listed */
    uint32_t *sets;
    size_t cap_first, n_sets, cap_sets;
    rs_strmap inflected; /* inflected forms of the exception list */
    struct rs_base {
        rs_str word;   /* in the arena */
        uint32_t next; /* + 1, 0 = last */
    } *bases;
    uint32_t *chains; /* by inflected form: first base + 1 */
    size_t n_bases, cap_bases, cap_chains;
    rs_arena arena;
} rs_synonyms; /* {0} is an empty dictionary; shared, immutable once read */

/* Reads both lists: pairs of lines "word" / "set numbers", and "base" / "inflected forms".
 * Errors: RSIFT_E_FORMAT with the line (no partner line, a set that is no number), RSIFT_E_NOMEM.
 */
rsift_status rs_lang_synonyms_read(rs_synonyms *dictionary, rs_str synsets, rs_str exceptions,
                                   rsift_error *err);
void rs_lang_synonyms_fini(rs_synonyms *dictionary);

/* All set numbers of `word`, ascending and without repeats, in the arena.
 * Errors: RSIFT_E_NOMEM. */
rsift_status rs_lang_synonyms_of(const rs_synonyms *dictionary, rs_arena *arena, rs_str word,
                                 const uint32_t **sets, size_t *n_sets, rsift_error *err);

#endif
