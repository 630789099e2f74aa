/* One call of rs_score_make and its answer, parsed. For the tests of this folder. */
#ifndef RS_TEST_SCORE_RUN_H
#define RS_TEST_SCORE_RUN_H

#include "base/alloc.h"
#include "base/arena.h"
#include "codec/json.h"
#include "score/score.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static rs_arena arena; /* of the answers */
static rsift_error err;

/* threads 0 = one a core. An allocation that was to fail fails in the call at the latest. */
static rsift_status score(const rs_score_options *o, int threads, const rs_json **root,
                          int *n_findings)
{
    rsift_context_options options = RSIFT_OPTIONS(rsift_context_options);
    options.threads = threads;
    rs_session *session;
    rsift_answer answer;
    err = (rsift_error){0};
    rsift_status status = rs_session_new(&options, NULL, &session, &err);
    if (status != RSIFT_OK) return status;
    status = rs_score_make(session, o, &answer, &err);
    rs_alloc_fail_at(0);
    if (status == RSIFT_OK) {
        rsift_limits limits = rsift_limits_default();
        const rs_str text = rs_arena_str(&arena, rs_str_make(answer.json, answer.len));
        assert_int_equal(rs_json_parse(&arena, text, &limits, root, &err), RSIFT_OK);
        if (n_findings) *n_findings = answer.n_findings;
        rsift_answer_free(&answer);
    }
    rs_session_free(session);
    return status;
}

/* The number at "counts.missing"; NaN = none there. */
static double number(const rs_json *root, const char *path)
{
    double v = NAN;
    rs_json_double(rs_json_path(root, rs_str_of(path)), &v);
    return v;
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

#endif
