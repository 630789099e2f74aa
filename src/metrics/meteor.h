/* METEOR 1.5 for English as `-l en -norm` runs it: exact, stem, synonym and paraphrase matches;
 * alpha 0.85, beta 0.2, gamma 0.6, delta 0.75; weights 1, 0.6, 0.8, 0.6. Without the paraphrase
 * table (60 MB, next to the jar in pycocoevalcap) the numbers are a little lower than published
 * ones: show them as "meteor.no_paraphrase".
 * Source: Denkowski and Lavie 2014, "Meteor Universal"; meteor-1.5.jar as in
 * salaniz/pycocoevalcap meteor/, against which the numbers were checked. */
#ifndef RS_METRICS_METEOR_H
#define RS_METRICS_METEOR_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "io/io.h"
#include "run/pipeline.h"
#include "run/progress.h"

/* The four word lists as text (not compressed). */
typedef struct rs_meteor_lists {
    rs_str function_words; /* english.words */
    rs_str prefixes;       /* english.prefixes */
    rs_str synsets;        /* english.synsets */
    rs_str exceptions;     /* english.exceptions */
} rs_meteor_lists;

typedef struct rs_meteor rs_meteor;             /* the lists; shared, immutable */
typedef struct rs_meteor_cache rs_meteor_cache; /* words met so far; one per thread */

/* The 23 numbers of METEOR's statistics line, in its order: tstLen refLen tstFunc refFunc; per
 * module (exact stem synonym paraphrase) tstContent refContent tstFunction refFunction; chunks
 * tstWordMatches refWordMatches. "tst" is the prediction. */
enum { RS_METEOR_STATS = 23 };
typedef struct rs_meteor_stats {
    double v[RS_METEOR_STATS];
} rs_meteor_stats;

/* Errors: RSIFT_E_FORMAT (a list that is not what it claims), RSIFT_E_NOMEM. Lists are copied. */
rsift_status rs_metrics_meteor_new(const rs_meteor_lists *lists, rs_meteor **out, rsift_error *err);

/* Reads english.words, .prefixes, .synsets and .exceptions, plain or with ".gz", from a folder (or
 * its subfolders as in the jar: function, nonbreaking, synonym).
 *   limits  max_record bounds each list; NULL = defaults
 *   errors  RSIFT_E_IO naming the missing file and what to do, RSIFT_E_LIMIT, and those above */
rsift_status rs_metrics_meteor_open(rs_str folder, const rsift_limits *limits, rs_meteor **out,
                                    rsift_error *err);

void rs_metrics_meteor_free(rs_meteor *meteor); /* NULL is fine */

/* The paraphrase table, in two steps because only pairs whose words the captions have are kept: the
 * words of all captions go into the vocabulary, then the file is read. Both before the first cache.
 *   out     paraphrase-en.gz or paraphrase-en in the folder, its "data" or the "data" next to it,
 *           to be closed with rs_io_tree_close; NULL = not there, which is no error
 *   errors  RSIFT_E_FORMAT (no file), RSIFT_E_NOMEM */
rsift_status rs_metrics_meteor_table(rs_str folder, const rsift_limits *limits, rs_io_tree **out,
                                     rsift_error *err);
rs_strmap *rs_metrics_meteor_vocabulary(rs_meteor *meteor);
/* Puts METEOR's words of a text into `out` (a part of the vocabulary). Errors: RSIFT_E_NOMEM. */
rsift_status rs_metrics_meteor_note_words(const rs_meteor *meteor, rs_arena *scratch, rs_str text,
                                          rs_strmap *out, rsift_error *err);
/* n_threads: 0 = one a core; unpacking is one thread's work and adding pairs another's.
 * cancel and progress (of unpacked bytes) may be NULL.
 * Errors: RSIFT_E_FORMAT with the line, RSIFT_E_LIMIT, RSIFT_E_IO, RSIFT_E_NOMEM,
 * RSIFT_E_CANCELLED; they name the file, not its folder. */
rsift_status rs_metrics_meteor_read_table(rs_meteor *meteor, const rs_io_tree *table,
                                          size_t n_threads, rs_cancel *cancel,
                                          rs_progress *progress, rsift_error *err);
/* One pair of it. Errors: RSIFT_E_NOMEM, RSIFT_E_LIMIT. */
rsift_status rs_metrics_meteor_paraphrase(rs_meteor *meteor, rs_str phrase, rs_str paraphrase,
                                          rsift_error *err);

/* The lists must outlive the cache. NULL = out of memory. */
rs_meteor_cache *rs_metrics_meteor_cache_new(const rs_meteor *lists);
void rs_metrics_meteor_cache_free(rs_meteor_cache *cache); /* NULL is fine */

/* Best of the references by score, the first on ties.
 * Errors: RSIFT_E_NOMEM, RSIFT_E_ARG without references, RSIFT_E_LIMIT where prediction and
 * reference are both so long that they have 2^28 pairs of words or 2^26 matches. */
rsift_status rs_metrics_meteor_segment(rs_meteor_cache *cache, rs_str prediction,
                                       const rs_str *references, size_t n_references,
                                       rs_meteor_stats *stats, double *score, rsift_error *err);

/* The same on numbers instead of words: equal ones match, nothing else does, none is a function
 * word. This is what METEOR comes to where a scorer hands it word ids as text (RSICC), and it needs
 * no lists. Errors: as above. */
typedef struct rs_meteor_ids {
    const uint32_t *words;
    size_t n;
} rs_meteor_ids;
rsift_status rs_metrics_meteor_numbers(rs_arena *scratch, const rs_meteor_ids *prediction,
                                       const rs_meteor_ids *references, size_t n_references,
                                       rs_meteor_stats *stats, double *score, rsift_error *err);

double rs_metrics_meteor_score(const rs_meteor_stats *stats);

/* Adds a segment to a corpus; the corpus score is rs_metrics_meteor_score of the sum. A segment
 * that matches in full and in one chunk adds no chunk. */
void rs_metrics_meteor_add(rs_meteor_stats *sum, const rs_meteor_stats *segment);

#endif
