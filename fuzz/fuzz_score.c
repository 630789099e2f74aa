/* rs_score_make over hostile truth and prediction files. The first byte picks the profile, the
 * second the kind of file and the extras, the rest is the files, parted by 0xFE (a byte that UTF-8
 * does not have): truth, predictions, ids of a subset, a second model, verdicts. Whatever the
 * bytes: the call answers with JSON whose numbers are finite and in range, twice the same, or says
 * what is wrong and where. */
#include "base/alloc.h"
#include "base/utf8.h"
#include "codec/json.h"
#include "session/session.h"
#include "fuzz_io.h"
#include "metrics/profile.h"
#include "score/score.h"

enum { N_PARTS = 5 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static rs_session *session;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    rsift_limits limits = rsift_limits_default();
    limits.max_record = 1 << 20;
    limits.max_spool = 4 << 20;
    rsift_context_options options = RSIFT_OPTIONS(rsift_context_options);
    options.limits = &limits;
    options.threads = 1;
    RS_ASSERT(rs_session_new(&options, NULL, &session, NULL) == RSIFT_OK);
    return 0;
}

static const rs_profile *pick(uint8_t byte)
{
    size_t n = 0;
    while (rs_profiles[n].name) n++;
    return &rs_profiles[byte % n];
}

/* Sums of squares of huge counts may overflow into "not known", never into NaN in the text. */
static void check_measures(const rs_json *measures)
{
    rs_json_iter it = rs_json_each(measures);
    for (const rs_json *m; (m = rs_json_next(&it, NULL));) {
        double value, low, high;
        if (!rs_json_double(rs_json_get(m, "value"), &value)) continue;
        if (rs_json_double(rs_json_get(m, "low"), &low) &&
            rs_json_double(rs_json_get(m, "high"), &high))
            RS_ASSERT(low <= high);
    }
}

static void check_answer(const rsift_answer *answer)
{
    rs_arena arena = {0};
    const rs_json *root;
    rsift_limits limits = rsift_limits_default();
    rsift_error err = {0};
    if (rs_json_parse(&arena, rs_str_make(answer->json, answer->len), &limits, &root, &err) !=
        RSIFT_OK) {
        fprintf(stderr, "%s %s: %s\n", err.where, err.message, answer->json);
        abort();
    }
    RS_ASSERT(rs_json_len(rs_json_get(root, "measures")) > 0 && answer->n_findings >= 0);
    check_measures(rs_json_get(root, "measures"));
    rs_arena_fini(&arena);
}

static void score_twice(const rs_score_options *options)
{
    rsift_answer first, second;
    rsift_error err = {0};
    const rsift_status status = rs_score_make(session, options, &first, &err);
    if (status == RSIFT_OK) {
        check_answer(&first);
        RS_ASSERT(rs_score_make(session, options, &second, &err) == RSIFT_OK);
        RS_ASSERT(first.len == second.len && memcmp(first.json, second.json, first.len) == 0);
        rsift_answer_free(&second);
    } else {
        RS_ASSERT(err.status == status && err.message[0]);
    }
    rsift_answer_free(&first);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const char *const kinds[] = {".jsonl", ".json", ".tsv", ".csv"};
    static const char *const stems[N_PARTS] = {"truth", "predictions", "ids", "second", "verdicts"};
    if (n < 2 || n > 1 << 14) return 0;
    const rs_profile *profile = pick(bytes[0]);
    const bool dota = profile->family == RS_FAMILY_DOTA, coco = profile->family == RS_FAMILY_COCO;
    const uint8_t bits = bytes[1];
    char names[N_PARTS][32], paths[N_PARTS][128];
    bool given[N_PARTS] = {false};
    bytes += 2;
    n -= 2;
    for (size_t i = 0; i < N_PARTS && (i == 0 || given[i - 1]); i++) {
        const uint8_t *part = n ? memchr(bytes, 0xFE, n) : NULL;
        const size_t len = part ? (size_t)(part - bytes) : n;
        snprintf(names[i], sizeof names[i], "%s%s", stems[i], dota ? ".txt" : kinds[bits % 4]);
        fuzz_write(names[i], bytes, len);
        snprintf(paths[i], sizeof paths[i], "%s/%s", fuzz_root, names[i]);
        given[i] = true;
        if (!part) break;
        bytes += len + 1;
        n -= len + 1;
    }
    rs_score_options options = {0};
    options.profile = profile->name;
    options.n_resamples = 3;
    options.no_blind = bits & 4;
    if (given[1]) options.truth = paths[0];
    options.predictions = paths[given[1]];
    if (given[2] && !dota && !coco) options.only = paths[2];
    if (given[3] && !dota && !coco) options.compare = paths[3];
    if (given[4]) options.judge_verdicts = paths[4];
    score_twice(&options);
    return 0;
}
