/* Covers family.c, check.c, run.c: rows of the table of families, options that would change
 * nothing, notes. */
#include "score/check.h"
#include "score/family.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Every profile has a family that can score it, and a row's parts belong together. */
static void rows(void **state)
{
    (void)state;
    const rs_score_options records = {.truth = "t.jsonl", .predictions = "p.jsonl"};
    const rs_score_options pictures = {.truth = "truth", .predictions = "found.zip"};
    for (const rs_profile *p = rs_profiles; p->name; p++) {
        const rs_score_family *f = rs_score_family_of(p, &records);
        assert_true((f->run != NULL) != (f->score != NULL));
        assert_true((f->guess != NULL) == (f->n_guesses > 0));
        assert_true(f->n_guesses <= RS_SCORE_GUESSES);
        if (f->score) assert_true(!f->prepare && !f->note && !f->guess);
        const rs_score_family *other = rs_score_family_of(p, &pictures);
        assert_ptr_equal(other, f->of_pictures ? f->of_pictures : f);
        assert_true(!f->of_pictures || other->score);
    }
}

static void refused(const rs_score_options *o, rsift_status expected, const char *part)
{
    const rs_profile *profile;
    const rs_score_family *family;
    rsift_error err = {0};
    assert_int_equal(rs_score_check(o, &profile, &family, &err), expected);
    if (!strstr(err.message, part)) fail_msg("expected \"%s\", found \"%s\"", part, err.message);
}

static void options(void **state)
{
    (void)state;
    const rs_profile *profile;
    const rs_score_family *family;
    rs_score_options o = {.profile = "vqa.floodnet", .predictions = "p.jsonl", .by = "type"};
    assert_int_equal(rs_score_check(&o, &profile, &family, NULL), RSIFT_OK);
    assert_string_equal(profile->name, "vqa.floodnet");
    o.meteor = "lists";
    refused(&o, RSIFT_E_UNSUPPORTED, "vqa.floodnet takes no --meteor");
    o = (rs_score_options){.profile = "vqa.flood", .predictions = "p.jsonl"};
    refused(&o, RSIFT_E_ARG, "did you mean vqa.floodnet?");
    o.profile = "caption.earthdial";
    o.meteor = "lists";
    refused(&o, RSIFT_E_UNSUPPORTED, "caption.earthdial takes no --meteor");
    o = (rs_score_options){.profile = "det.coco.bbox", .predictions = "p.json", .dataset = "d"};
    refused(&o, RSIFT_E_UNSUPPORTED, "from the benchmark's own files");
    o = (rs_score_options){.profile = "seg.miou", .truth = "t", .predictions = "p", .by = "type"};
    refused(&o, RSIFT_E_UNSUPPORTED, "seg.miou on label maps takes no --by");
    o = (rs_score_options){
        .profile = "ground.hbb", .truth = "t.jsonl", .predictions = "p.jsonl", .boxes = "unknown"};
    refused(&o, RSIFT_E_ARG, "no box convention \"unknown\"");
    o.profile = "vqa.floodnet";
    refused(&o, RSIFT_E_UNSUPPORTED, "restates no boxes");
}

static void notes(void **state)
{
    (void)state;
    rs_score_job job = {0};
    assert_int_equal(rs_score_add_note(&job, NULL, "%zu of %s", (size_t)3, "four"), RSIFT_OK);
    assert_int_equal(rs_score_add_note(&job, NULL, "more"), RSIFT_OK);
    assert_string_equal(job.notes, "3 of four; more");
    rs_arena_fini(&job.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows), cmocka_unit_test(options),
                                       cmocka_unit_test(notes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
