/* Scarce kinds are repeated: how often, before what, and what must not change it. */
#include "choose/pool_and_goal.h"

#include "choose/aim_cover.h"

static const char urban[] = "is this area urban or rural", ship[] = "is there a ship in the image",
                  talk[] = "tell me something";

static int64_t uses_of(const pool_and_goal *w, const char *question, const char *answer)
{
    const size_t q = rs_strmap_get(&w->texts, rs_str_of(question)),
                 a = answer ? rs_strmap_get(&w->answers, rs_str_of(answer)) : 0;
    int64_t n = 0;
    for (size_t i = 0; i < w->n_samples; i++)
        if (w->turns[i].question == q && (!answer || w->turns[i].answer == a))
            n += w->samples[i].uses;
    return n;
}

/* 20 urban or rural (15 and 5), 200 ships, 100 that serve no goal. */
static pool_and_goal *scarce_pool(uint32_t epochs)
{
    pool_and_goal *w = new_pool_and_goal();
    for (uint32_t i = 0; i < 20; i++) add_sample(w, i, i, urban, i < 15 ? "urban" : "rural");
    for (uint32_t i = 100; i < 300; i++) add_sample(w, i, i, ship, i % 2 ? "yes" : "no");
    for (uint32_t i = 300; i < 400; i++) add_sample(w, i, i, talk, "<long>");
    add_example(w, 0, urban, "urban");
    add_example(w, 0, urban, "rural");
    add_example(w, 1, ship, "yes");
    add_example(w, 1, ship, "no");
    w->epochs = epochs;
    return w;
}

/* What holds of every choice: the sums, no sample above the epochs; with `rounds`, no second use
 * before the first of its cell's others. */
static void check_uses(const pool_and_goal *w, int64_t budget, bool rounds)
{
    const uint32_t epochs = w->epochs ? w->epochs : 1;
    int64_t n = 0, n_repeats = 0, n_aimed = 0, most = 0;
    for (size_t i = 0; i < w->n_samples; i++) {
        const rs_aim_sample *s = &w->samples[i];
        assert_true(s->uses <= epochs);
        assert_int_equal(s->chosen, s->uses > 0);
        if (!s->aimed) assert_true(s->uses <= 1);
        most += s->cell != RS_AIM_NONE && !s->copy ? epochs : 1;
        n += s->uses;
        n_aimed += s->aimed ? s->uses : 0;
        n_repeats += s->uses > 1 ? s->uses - 1 : 0;
    }
    assert_int_equal(n, budget < most ? budget : most);
    assert_int_equal(n_aimed, w->out.n_aimed);
    assert_int_equal(n_repeats, w->out.n_repeats);
    for (size_t i = 0; rounds && i < w->n_samples; i++)
        for (size_t k = 0; k < w->n_samples; k++)
            if (w->samples[i].cell == w->samples[k].cell && w->samples[i].cell != RS_AIM_NONE &&
                !w->samples[i].copy && !w->samples[k].copy)
                assert_true(w->samples[i].uses <= w->samples[k].uses + 1);
}

static void a_scarce_part_is_repeated_before_others_get_its_share(void **state)
{
    (void)state;
    pool_and_goal *w = scarce_pool(1);
    choose(w, 2, 120);
    assert_int_equal(uses_of(w, urban, NULL), 20);
    assert_int_equal(uses_of(w, ship, NULL), 100);
    w->epochs = 4;
    choose(w, 2, 120);
    assert_int_equal(uses_of(w, urban, NULL), 60);
    assert_int_equal(uses_of(w, ship, NULL), 60);
    assert_int_equal(w->out.n_repeats, 40);
    /* answers of one weight: 5 rural four times, 15 urban as far as the share goes */
    assert_int_equal(uses_of(w, urban, "rural"), 20);
    assert_int_equal(uses_of(w, urban, "urban"), 40);
    /* four times is the most: the rest is the others' */
    choose(w, 2, 200);
    assert_int_equal(uses_of(w, urban, NULL), 80);
    assert_int_equal(uses_of(w, ship, NULL), 120);
    /* and what serves no goal comes after that */
    choose(w, 2, 4 * 220 + 10);
    assert_int_equal(w->out.n_aimed, 4 * 220);
    assert_int_equal(uses_of(w, talk, NULL), 10);
    free_pool_and_goal(w);
}

static void a_part_that_has_its_share_repeats_nothing(void **state)
{
    (void)state;
    pool_and_goal *w = scarce_pool(4);
    choose(w, 2, 40); /* 20 and 20 */
    assert_int_equal(w->out.n_repeats, 0);
    assert_int_equal(uses_of(w, urban, "rural"), 5);
    free_pool_and_goal(w);
}

/* Any budget, number of epochs and share of a picture: the sums are right, and neither the order of
 * the arrays nor the numbers of words, answers and samples matter. */
static void sums_hold_and_order_does_not_matter(void **state)
{
    (void)state;
    for (uint32_t epochs = 1; epochs <= RS_AIM_EPOCHS; epochs++)
        for (int64_t most_of_picture = 0; most_of_picture < 8; most_of_picture += 3) {
            pool_and_goal *a = scarce_pool(epochs), *b = new_pool_and_goal();
            for (uint32_t i = 320; i-- > 0;) {
                const rs_aim_sample *s = &a->samples[i];
                const rs_str question = a->texts.keys[a->turns[s->first_turn].question],
                             answer = a->answers.keys[a->turns[s->first_turn].answer];
                char q[64], text[64];
                snprintf(q, sizeof q, "%.*s", RS_STR_ARG(question));
                snprintf(text, sizeof text, "%.*s", RS_STR_ARG(answer));
                a->samples[i].picture %= 110;
                add_sample(b, 0, s->picture, q, text);
                b->samples[319 - i].key = s->key;
                b->samples[319 - i].source = s->source;
            }
            for (size_t i = a->n_examples; i-- > 0;)
                add_example(b, 1 - a->examples[i].part, i < 2 ? urban : ship,
                            i == 0   ? "urban"
                            : i == 1 ? "rural"
                            : i == 2 ? "yes"
                                     : "no");
            b->epochs = epochs;
            a->most_of_picture = b->most_of_picture = most_of_picture;
            for (int64_t budget = 1; budget < 1000; budget += 83) {
                choose(a, 2, budget);
                choose(b, 2, budget);
                for (size_t i = 0; i < 320; i++)
                    assert_int_equal(a->samples[i].uses, b->samples[319 - i].uses);
                check_uses(a, budget, most_of_picture == 0);
            }
            free_pool_and_goal(a);
            free_pool_and_goal(b);
        }
}

/* Repeats keep a picture within its share while others can serve, and a picture with other
 * questions of the form is not repeated. */
static void repeats_keep_a_pictures_share(void **state)
{
    (void)state;
    pool_and_goal *w = new_pool_and_goal();
    for (uint32_t i = 0; i < 30; i++) { /* one picture of 20, ten of one each */
        char q[64];
        snprintf(q, sizeof q, "is there a thing%u in the image", i);
        add_sample(w, i, i < 20 ? 0 : i, q, "yes");
        add_example(w, 0, q, "yes");
    }
    w->epochs = 4;
    w->most_of_picture = 6;
    choose(w, 1, 6 + 10 * 4);
    int64_t of_first = 0;
    for (size_t i = 0; i < 20; i++) {
        of_first += w->samples[i].uses;
        assert_true(w->samples[i].uses <= 1);
    }
    assert_int_equal(of_first, 6);
    for (size_t i = 20; i < 30; i++) assert_int_equal(w->samples[i].uses, 4);
    /* where no other can serve, its other questions come before a second use */
    choose(w, 1, 20 + 10 * 4);
    for (size_t i = 0; i < 20; i++) assert_int_equal(w->samples[i].uses, 1);
    free_pool_and_goal(w);
}

/* Coverage counts different samples: what is repeated covers no more. */
static void repeats_cover_nothing_new(void **state)
{
    (void)state;
    pool_and_goal *w = scarce_pool(4);
    rs_aim_gain gains[2];
    choose(w, 2, 120);
    OK(rs_aim_gains(&w->in, w->samples, w->n_samples, &w->out, gains, err));
    /* each source holds half of the 20 and of the ships: repeats fill the budget without it, and
     * cover less */
    assert_int_equal(gains[0].n_aimed, 0);
    assert_int_equal(gains[1].n_aimed, 0);
    assert_true(gains[0].covered > 0.05 && gains[1].covered > 0.05);
    free_pool_and_goal(w);
}

static void more_epochs_than_are_known_are_refused(void **state)
{
    (void)state;
    pool_and_goal *w = scarce_pool(1);
    choose(w, 2, 10);
    w->in.epochs = RS_AIM_EPOCHS + 1;
    rs_aim_result_fini(&w->out);
    FAILS(RSIFT_E_ARG, "out of range",
          rs_aim_choose(&w->in, w->samples, w->n_samples, &w->out, err));
    free_pool_and_goal(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scarce_part_is_repeated_before_others_get_its_share),
        cmocka_unit_test(a_part_that_has_its_share_repeats_nothing),
        cmocka_unit_test(sums_hold_and_order_does_not_matter),
        cmocka_unit_test(repeats_keep_a_pictures_share),
        cmocka_unit_test(repeats_cover_nothing_new),
        cmocka_unit_test(more_epochs_than_are_known_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
