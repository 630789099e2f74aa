/* runs.csv: which mixtures were run, of how many samples of each source, and how they scored. Two
 * forms, told by the header:
 *
 *   long   mixture,source,count,benchmark,score   a row has a count, a score, or both
 *   wide   mixture,count:SOURCE,...,score:BENCHMARK,...
 *
 * Other columns are not read. What is not stated is not known: a mixture without a count for one of
 * the sources is left out (0 is a count), an empty score was not measured. Every row of no use is a
 * finding with its line. */
#ifndef RS_DECIDE_RUN_TABLE_H
#define RS_DECIDE_RUN_TABLE_H

#include "base/arena.h"
#include "base/map.h"

enum {
    RS_RUNS_MOST = 4096,
    RS_RUNS_MOST_SOURCES = 256,
    RS_RUNS_MOST_BENCHMARKS = 64,
    RS_RUNS_SHOWN_FINDINGS = 50, /* kept with their line; the others are counted */
};

typedef struct rs_run_finding {
    const char *code; /* "count-missing", ...; static */
    int64_t line;
    rs_str message;
} rs_run_finding;

/* A number of one (mixture, column), and where it was read. */
typedef struct rs_run_cell {
    double value;
    int64_t line; /* 0 = not stated */
    bool bad;     /* stated, but of no use */
} rs_run_cell;

typedef struct rs_run_table {
    rs_arena arena;
    rs_strmap mixtures, sources, benchmarks;
    /* the runs that are of use, [n_runs] rows by their first line */
    double *counts; /* [n_runs * sources.n] */
    double *scores; /* [n_runs * benchmarks.n], NAN = not measured */
    uint32_t *run;  /* [n_runs], number in `mixtures` */
    size_t n_runs;
    size_t n_not_run; /* mixtures of which no score is stated */
    rs_run_finding *findings;
    size_t n_findings, n_shown, cap_findings;
    /* while reading */
    rs_run_cell *count_cells, *score_cells;
    size_t cap_counts, cap_scores;
    int64_t *first_line;
    size_t cap_lines;
    rs_idmap rows; /* hashes of whole rows, to find repeated ones */
} rs_run_table;

/* Reads the file. Errors: RSIFT_E_IO; RSIFT_E_FORMAT for a header of neither form and for text that
 * is no CSV; RSIFT_E_LIMIT above the numbers of this file's enum. Call rs_run_table_fini also after
 * a failure. */
rsift_status rs_run_table_read(rs_str path, const rsift_limits *limits, rs_run_table *out,
                               rsift_error *err);
void rs_run_table_fini(rs_run_table *table);

#endif
