/* Choosing for a goal of examples: membership, shares, order, copies, and what must not matter. */
#include "choose/pool_and_goal.h"

#include "choose/aim_cover.h"
#include "choose/aim_similar.h"

#include <math.h>

static int64_t count(const pool_and_goal *w, const char *question, const char *answer)
{
    const size_t q = rs_strmap_get(&w->texts, rs_str_of(question)),
                 a = rs_strmap_get(&w->answers, rs_str_of(answer));
    int64_t n = 0;
    for (size_t i = 0; i < w->n_samples; i++)
        n += w->samples[i].chosen && w->turns[i].question == q && w->turns[i].answer == a;
    return n;
}

static const char ship[] = "is there a ship in the image",
                  plane[] = "is there a plane in the image", many[] = "how many ships are there",
                  describe[] = "describe this picture";

/* 50 yes and 50 no about ships, 100 counts, 50 captions. */
static void add_pool(pool_and_goal *w)
{
    for (uint32_t i = 0; i < 100; i++) add_sample(w, i, i, ship, i % 4 < 2 ? "yes" : "no");
    for (uint32_t i = 100; i < 200; i++) add_sample(w, i, i, many, i % 3 ? "2" : "5");
    for (uint32_t i = 200; i < 250; i++) add_sample(w, i, i, describe, "<long>");
}

/* c^(4/3) for 3 yes and 1 no: 4.327 to 1, of 40: 32.49 and 7.51. */
static void answers_are_shared_by_the_formula(void **state)
{
    (void)state;
    pool_and_goal *w = new_pool_and_goal();
    add_pool(w);
    for (int i = 0; i < 3; i++) add_example(w, 0, plane, "yes");
    add_example(w, 0, plane, "no");
    choose(w, 1, 40);
    assert_int_equal(w->out.n_aimed, 40);
    assert_int_equal(count(w, ship, "yes"), 32);
    assert_int_equal(count(w, ship, "no"), 8);
    /* an answer that the goal never gives is of no part, however alike the question */
    for (size_t i = 100; i < 250; i++) assert_int_equal(w->samples[i].cell, RS_AIM_NONE);
    free_pool_and_goal(w);
}

static void parts_fill_up_to_their_supply(void **state)
{
    (void)state;
    pool_and_goal *w = new_pool_and_goal();
    add_pool(w);
    add_example(w, 0, describe, "<long>");
    add_example(w, 1, many, "2");
    add_example(w, 1, many, "5");
    /* 50 captions are all there are: what they leave goes to the counts, then to anything */
    choose(w, 2, 120);
    assert_int_equal(count(w, describe, "<long>"), 50);
    assert_int_equal(count(w, many, "5"), 33);
    assert_int_equal(w->out.n_aimed, 120);
    choose(w, 2, 200);
    assert_int_equal(w->out.n_aimed, 150);
    assert_int_equal(w->out.n_unaimed, 50);
    w->shares[0] = 3;
    choose(w, 2, 40);
    assert_int_equal(count(w, describe, "<long>"), 30);
    free_pool_and_goal(w);
}

/* A second sample of one picture and question comes after everything else. */
static void copies_come_last(void **state)
{
    (void)state;
    pool_and_goal *w = new_pool_and_goal();
    add_pool(w);
    for (uint32_t i = 0; i < 100; i++) add_sample(w, 1000 + i, i, ship, i % 4 < 2 ? "yes" : "no");
    add_example(w, 0, ship, "yes");
    choose(w, 1, 250);
    assert_int_equal(w->out.n_aimed, 50);
    assert_int_equal(w->out.n_unaimed, 200);
    assert_int_equal(w->out.n_copies, 0);
    choose(w, 1, 260);
    assert_int_equal(w->out.n_copies, 10);
    choose(w, 1, 10000);
    assert_int_equal(w->out.n_aimed + w->out.n_unaimed + w->out.n_copies, 350);
    free_pool_and_goal(w);
}

/* Balanced answers teach more than one answer that is always right. */
static void what_can_be_guessed_is_worth_less(void **state)
{
    (void)state;
    pool_and_goal *w = new_pool_and_goal();
    for (uint32_t i = 0; i < 100; i++) {
        add_sample(w, i, i, ship, i % 2 ? "yes" : "no");
        add_sample(w, 200 + i, 200 + i, plane, i == 0 ? "no" : "yes");
    }
    add_example(w, 0, ship, "yes");
    choose(w, 1, 40);
    assert_true(fabs((double)w->samples[0].value - (1 - 51.0 / 102)) < 1e-6);
    assert_true(fabs((double)w->samples[1].value - 0.1) < 1e-6);
    /* the similar question is close as well (6 of 7 words are under 0.9): it comes behind */
    assert_int_equal(count(w, ship, "yes"), 40);
    assert_int_equal(count(w, plane, "yes"), 0);
    free_pool_and_goal(w);
}

static void order_does_not_matter(void **state)
{
    (void)state;
    pool_and_goal *a = new_pool_and_goal(), *b = new_pool_and_goal();
    add_pool(a);
    add_example(a, 0, plane, "yes");
    add_example(a, 0, plane, "no");
    add_example(a, 1, many, "2");
    /* the same backwards, so that every word, answer and question has another number */
    add_example(b, 1, many, "2");
    add_example(b, 0, plane, "no");
    add_example(b, 0, plane, "yes");
    for (uint32_t i = 250; i-- > 0;) {
        const char *question = i < 100 ? ship : i < 200 ? many : describe;
        const char *answer = i < 100   ? (i % 4 < 2 ? "yes" : "no")
                             : i < 200 ? (i % 3 ? "2" : "5")
                                       : "<long>";
        add_sample(b, i, i, question, answer);
    }
    for (int64_t budget = 1; budget < 300; budget += 13) {
        choose(a, 2, budget);
        choose(b, 2, budget);
        int64_t n = 0;
        for (size_t i = 0; i < 250; i++) {
            assert_int_equal(a->samples[i].chosen, b->samples[249 - i].chosen);
            n += a->samples[i].chosen;
        }
        assert_int_equal(n, budget < 250 ? budget : 250);
    }
    free_pool_and_goal(a);
    free_pool_and_goal(b);
}

static void examples_fall_into_forms(void **state)
{
    (void)state;
    pool_and_goal *w = new_pool_and_goal();
    for (int i = 0; i < 60; i++) {
        add_example(w, 0, i % 2 ? ship : plane, "yes");
        add_example(w, 0, many, "2");
    }
    add_example(w, 0, describe, "<long>");
    uint32_t part[MAX];
    choose(w, 1, 0);
    assert_int_equal(rs_aim_split(&w->in, RS_AIM_MAX_PARTS, part), 3);
    assert_int_equal(part[0], part[2]); /* plane and ship */
    assert_true(part[0] != part[1]);    /* how many */
    assert_int_equal(part[120], 2);     /* the rest is last */
    free_pool_and_goal(w);
}

/* What two sources hold alike is no gain of either; what one holds alone is all its own. */
static void a_source_gains_what_only_it_holds(void **state)
{
    (void)state;
    pool_and_goal *w = new_pool_and_goal();
    for (uint32_t i = 0; i < 100; i++) add_sample(w, i, i / 2, ship, "yes"); /* both sources */
    for (uint32_t i = 0; i < 40; i++) add_sample(w, 200 + 2 * i, 200 + i, many, "2");
    add_example(w, 0, ship, "yes");
    add_example(w, 1, many, "2");
    choose(w, 2, 60);
    rs_aim_gain gains[2];
    double by_part[2];
    int64_t n_of_cell[2] = {30, 30};
    OK(rs_aim_gains(&w->in, w->samples, w->n_samples, &w->out, gains, err));
    assert_int_equal(gains[0].n_aimed, 10); /* 50 ships are all there is then */
    assert_true(fabs(gains[0].covered - 0.5) < 1e-9);
    assert_int_equal(gains[1].n_aimed, 0);
    assert_true(gains[1].covered == 0);
    assert_true(fabs(rs_aim_covered(&w->in, &w->out, n_of_cell, by_part) - 1) < 1e-9);
    n_of_cell[1] = 0;
    assert_true(fabs(rs_aim_covered(&w->in, &w->out, n_of_cell, by_part) - 0.5) < 1e-9);
    assert_true(by_part[0] == 1 && by_part[1] == 0);
    free_pool_and_goal(w);
}

/* ---- given turns ----------------------------------------------------------------------------- */

/* Parts of turns by what they ask, instead of examples: part p has the questions of forms[p]. A
 * question of several parts is given to each. */
typedef struct given {
    size_t first[MAX + 1];
    uint32_t at[MAX * 2], goal_of[RS_AIM_MAX_PARTS];
    uint64_t part_key[RS_AIM_MAX_PARTS];
} given;

static void give(const pool_and_goal *w, const char *const *forms, uint32_t n_parts, given *g)
{
    size_t n = 0;
    for (size_t t = 0; t < w->n_samples; t++) {
        g->first[t] = n;
        for (uint32_t p = 0; p < n_parts; p++)
            if (rs_strmap_get(&w->texts, rs_str_of(forms[p])) == w->turns[t].question)
                g->at[n++] = p;
    }
    g->first[w->n_samples] = n;
    for (uint32_t p = 0; p < n_parts; p++) {
        g->part_key[p] = rs_hash64(&p, sizeof p);
        g->goal_of[p] = p;
    }
}

/* Runs the choice again with what was given, and with other fields of `in` as the test set them. */
static void choose_given(pool_and_goal *w, const given *g)
{
    w->in.given = (rs_aim_given){g->first, g->at, g->part_key};
    rs_aim_result_fini(&w->out);
    OK(rs_aim_choose(&w->in, w->samples, w->n_samples, &w->out, err));
}

static void given_turns_are_members_with_any_answer(void **state)
{
    (void)state;
    pool_and_goal *w = new_pool_and_goal();
    given *g = calloc(1, sizeof *g);
    add_pool(w);
    const char *const forms[] = {ship, many};
    give(w, forms, 2, g);
    choose(w, 2, 60);
    choose_given(w, g);
    assert_int_equal(w->out.n_aimed, 60);
    assert_int_equal(w->out.n_cells, 4);
    assert_int_equal(count(w, ship, "yes") + count(w, ship, "no"), 30);
    assert_int_equal(count(w, ship, "yes"), 15); /* 50 of each */
    /* 66 of 2 and 34 of 5: 66^0.25 to 34^0.25 is 16.2 to 13.8 of 30 */
    assert_int_equal(count(w, many, "2"), 16);
    assert_int_equal(count(w, describe, "<long>"), 0);
    /* one goal of both: its parts share what the other cannot use */
    w->in.goal_of = (const uint32_t[]){0, 0};
    w->in.budget = 180;
    choose_given(w, g);
    assert_int_equal(w->out.n_aimed, 180);
    /* an example of 2 wants half of the budget from two thirds of the counts, the tag the other
     * half from all: each gets it, the rest of the answers goes to the tag */
    add_example(w, 1, many, "2");
    w->in.examples = w->examples;
    w->in.n_examples = w->n_examples;
    w->in.goal_of = NULL;
    const char *const both[] = {many, many};
    give(w, both, 1, g);
    w->in.budget = 60;
    choose_given(w, g);
    int64_t of_part[2] = {0};
    for (size_t i = 100; i < 200; i++) {
        const uint32_t part = w->out.cells[w->samples[i].cell].part;
        of_part[part] += w->samples[i].aimed;
        if (i % 3 == 0) assert_int_equal(part, 0);
    }
    assert_int_equal(of_part[0], 30);
    assert_int_equal(of_part[1], 30);
    free(g);
    free_pool_and_goal(w);
}

/* Two goals that ask for the same share it; one that asks for less goes first. */
static void goals_may_ask_for_the_same(void **state)
{
    (void)state;
    pool_and_goal *w = new_pool_and_goal();
    given *g = calloc(1, sizeof *g);
    add_pool(w);
    const char *const forms[] = {ship, ship};
    give(w, forms, 2, g);
    choose(w, 2, 40);
    choose_given(w, g);
    int64_t supply[2] = {0}, chosen[2] = {0};
    for (size_t c = 0; c < w->out.n_cells; c++) {
        supply[w->out.cells[c].part] += w->out.cells[c].supply;
        chosen[w->out.cells[c].part] += w->out.cells[c].chosen;
    }
    assert_int_equal(supply[0] + supply[1], 100);
    assert_true(supply[0] > 30 && supply[1] > 30);
    assert_int_equal(chosen[0], 20);
    assert_int_equal(chosen[1], 20);
    free(g);
    free_pool_and_goal(w);
}

static int64_t most_of_picture(const pool_and_goal *w)
{
    int64_t most = 0, n[MAX] = {0};
    for (size_t i = 0; i < w->n_samples; i++)
        if (w->samples[i].chosen && ++n[w->samples[i].picture] > most)
            most = n[w->samples[i].picture];
    return most;
}

/* 200 questions about one picture, and 40 pictures with one each. */
static void one_picture_gives_no_more_than_its_share(void **state)
{
    (void)state;
    pool_and_goal *w = new_pool_and_goal();
    given *g = calloc(1, sizeof *g);
    char text[40];
    for (uint32_t i = 0; i < 200; i++) {
        snprintf(text, sizeof text, "how many q%u are there", i);
        add_sample(w, i, 0, text, "2");
    }
    for (uint32_t i = 0; i < 40; i++) add_sample(w, 500 + i, 1 + i, many, "2");
    choose(w, 1, 50);
    for (size_t t = 0; t < w->n_samples; t++) {
        g->first[t + 1] = t + 1;
        g->at[t] = 0;
    }
    choose_given(w, g);
    assert_true(most_of_picture(w) > 20);
    w->in.most_of_picture = 10;
    choose_given(w, g);
    assert_int_equal(most_of_picture(w), 10);
    assert_int_equal(w->out.n_aimed, 50);
    /* more than the others have: the picture gives the rest rather than nothing */
    w->in.budget = 100;
    choose_given(w, g);
    assert_int_equal(w->out.n_aimed, 100);
    assert_int_equal(most_of_picture(w), 60);
    free(g);
    free_pool_and_goal(w);
}

/* Ten sources that repeat one of two others, over the same pictures and with copies that nobody
 * knows apart from their ids, move less than 2 % of the budget from one question to another. */
static void repeated_sets_do_not_weigh(void **state)
{
    (void)state;
    pool_and_goal *plain = new_pool_and_goal(), *repeated = new_pool_and_goal();
    given *g = calloc(1, sizeof *g);
    const char *const forms[] = {ship, many};
    for (int which = 0; which < 2; which++) {
        pool_and_goal *w = which ? repeated : plain;
        for (uint32_t i = 0; i < 60; i++) add_sample(w, 2 * i, i, i % 3 ? ship : describe, "yes");
        for (uint32_t i = 0; i < 60; i++)
            add_sample(w, 2 * i + 1, 100 + i, i % 2 ? many : plane, i % 5 ? "2" : "5");
        for (uint32_t k = 1; which && k <= 10; k++)
            for (uint32_t i = 0; i < 60; i++) {
                add_sample(w, 1000 * k + 2 * i, i, i % 3 ? ship : describe, "yes");
                w->samples[w->n_samples - 1].source = 1 + k;
            }
    }
    for (int64_t budget = 20; budget <= 110; budget += 30) {
        for (int which = 0; which < 2; which++) {
            pool_and_goal *w = which ? repeated : plain;
            give(w, forms, 2, g);
            w->n_sources = 12;
            choose(w, 2, budget);
            choose_given(w, g);
        }
        const struct {
            const char *question, *answer;
        } cells[] = {{ship, "yes"}, {describe, "yes"}, {many, "2"},
                     {many, "5"},   {plane, "2"},      {plane, "5"}};
        int64_t moved = 0;
        for (size_t c = 0; c < sizeof cells / sizeof *cells; c++)
            moved += llabs(count(plain, cells[c].question, cells[c].answer) -
                           count(repeated, cells[c].question, cells[c].answer));
        assert_true(moved * 50 <= budget * 2);
        assert_int_equal(repeated->out.n_copies, 0);
    }
    free(g);
    free_pool_and_goal(plain);
    free_pool_and_goal(repeated);
}

/* A set that lies there ten times more over copies of its pictures gives as much of a cell as
 * before: the copy that stays is not the one whose draw comes first. */
static void copies_do_not_come_to_the_front(void **state)
{
    (void)state;
    int64_t of_repeated = 0;
    for (uint64_t draw = 0; draw < 5; draw++) {
        pool_and_goal *w = new_pool_and_goal();
        add_example(w, 0, ship, "yes");
        for (uint32_t i = 0; i < 20; i++)
            for (uint64_t k = 0; k < 11; k++) {
                add_sample(w, 100000 * draw + 1000 * k + i, i, ship, "yes");
                w->samples[w->n_samples - 1].source = (uint32_t)k;
            }
        for (uint32_t i = 0; i < 380; i++) {
            add_sample(w, 100000 * draw + 50000 + i, 100 + i, ship, "yes");
            w->samples[w->n_samples - 1].source = 11;
        }
        w->n_sources = 12;
        choose(w, 1, 40);
        for (size_t i = 0; i < w->n_samples; i++)
            of_repeated += w->samples[i].chosen && w->samples[i].picture < 20;
        free_pool_and_goal(w);
    }
    /* 10 of 200 in the mean; the best of eleven draws gave 57 */
    assert_in_range(of_repeated, 1, 22);
}

static void general_data_is_drawn_beside_the_goals(void **state)
{
    (void)state;
    pool_and_goal *w = new_pool_and_goal();
    add_pool(w);
    add_example(w, 0, ship, "yes");
    add_example(w, 0, ship, "no");
    choose(w, 1, 50);
    w->in.n_general = 10;
    w->in.general_source = 1;
    rs_aim_result_fini(&w->out);
    OK(rs_aim_choose(&w->in, w->samples, w->n_samples, &w->out, err));
    assert_int_equal(w->out.n_aimed, 40);
    assert_int_equal(w->out.n_general, 10);
    for (size_t i = 0; i < w->n_samples; i++)
        if (w->samples[i].general) assert_int_equal(w->samples[i].source, 1);
    w->in.n_general = 51;
    rs_aim_result_fini(&w->out);
    FAILS(RSIFT_E_ARG, "out of range",
          rs_aim_choose(&w->in, w->samples, w->n_samples, &w->out, err));
    free_pool_and_goal(w);
}

/* Of a long dialogue the turns that were given are members, but a sample of which more than half
 * belongs comes first. */
static void turns_of_a_dialogue_are_given_one_by_one(void **state)
{
    (void)state;
    pool_and_goal *w = new_pool_and_goal();
    given *g = calloc(1, sizeof *g);
    for (uint32_t i = 0; i < 40; i++) add_sample(w, i, i, describe, "<long>");
    /* turns 40..159: three a sample, of which one counts in the first 20, two in the others */
    const uint32_t n = (uint32_t)w->n_samples;
    for (uint32_t i = 0; i < 40; i++)
        for (uint32_t k = 0; k < 3; k++)
            w->turns[n + 3 * i + k] =
                (rs_aim_turn){question_of(w, k < (i < 20 ? 1U : 2U) ? many : ship), 1,
                              number_of(&w->answers, w->answer_hash, RS_STR("2"))};
    const uint32_t asked = question_of(w, many);
    choose(w, 1, 0);
    w->in.budget = 20;
    w->in.n_turns = n + 120;
    for (uint32_t i = 0; i < 40; i++) {
        w->samples[i].first_turn = n + 3 * i;
        w->samples[i].n_turns = 3;
    }
    size_t n_given = 0;
    for (size_t t = 0; t < w->in.n_turns; t++) {
        g->first[t] = n_given;
        if (t >= n && w->turns[t].question == asked) g->at[n_given++] = 0;
    }
    g->first[w->in.n_turns] = n_given;
    choose_given(w, g);
    assert_int_equal(w->out.n_aimed, 20);
    for (size_t i = 0; i < 40; i++) {
        assert_int_equal(w->samples[i].partial, i < 20);
        assert_int_equal(w->samples[i].aimed, i >= 20);
    }
    free(g);
    free_pool_and_goal(w);
}

/* A question in other words belongs to the part that asks for the same, when its answer is one of
 * the part's; those in the part's words come first. */
static void a_tag_finds_other_words(void **state)
{
    (void)state;
    enum { counting, presence };
    static uint32_t tags[MAX];
    pool_and_goal *w = new_pool_and_goal();
    for (uint32_t i = 0; i < 100; i++) {
        add_sample(w, i, i,
                   i < 40   ? many
                   : i < 80 ? "number of boats here"
                            : ship,
                   i % 2    ? "2"
                   : i < 60 ? "3"
                            : "yes");
        tags[i] = i < 80 ? counting : presence;
    }
    for (uint32_t i = 0; i < 4; i++) {
        add_example(w, 0, "how many planes are there", i % 2 ? "2" : "3");
        w->examples[i].tag = i < 2 ? counting : RS_AIM_NONE; /* half of them are enough */
    }
    choose(w, 1, 60);
    assert_int_equal(w->out.n_aimed, 40);
    w->turn_tag = tags;
    choose(w, 1, 60);
    /* 2: 20 and 20; 3: 20 and 10 */
    assert_int_equal(w->out.n_aimed, 60);
    assert_int_equal(count(w, many, "2") + count(w, many, "3"), 40);
    assert_int_equal(count(w, "number of boats here", "2"), 10);
    assert_int_equal(count(w, "number of boats here", "3"), 10);
    assert_int_equal(count(w, "number of boats here", "yes") + count(w, ship, "2"), 0);
    /* three of four ask for something else: the 10 ships that are answered by 2 */
    for (uint32_t i = 0; i < 4; i++) w->examples[i].tag = i ? presence : counting;
    choose(w, 1, 60);
    assert_int_equal(w->out.n_aimed, 40 + 10);
    free_pool_and_goal(w);
}

/* Without tags: a question that is answered by the part's names four times in five. */
static void the_same_names_find_other_words(void **state)
{
    (void)state;
    static const char *const names[] = {"beach", "forest", "river", "airport", "harbour"};
    pool_and_goal *w = new_pool_and_goal();
    for (uint32_t i = 0; i < 100; i++) add_sample(w, i, i, "land use shown", names[i % 4]);
    for (uint32_t i = 100; i < 200; i++) add_sample(w, i, i, "main object", names[i % 5]);
    for (uint32_t i = 200; i < 219; i++) add_sample(w, i, i, "rarely asked", names[0]);
    for (uint32_t i = 0; i < 3; i++) add_example(w, 0, "which class is it", names[i]);
    choose(w, 1, 75);
    /* of "land use shown" three in four answers are the examples' names */
    assert_int_equal(w->out.n_aimed, 0);
    add_example(w, 0, "which class is it", names[3]);
    choose(w, 1, 300);
    assert_int_equal(w->out.n_aimed, 180);
    assert_int_equal(count(w, "main object", "harbour"), 20); /* filled up */
    for (size_t i = 0; i < w->n_samples; i++)
        if (w->turns[i].question == question_of(w, "rarely asked"))
            assert_false(w->samples[i].aimed);
    free_pool_and_goal(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_shared_by_the_formula),
        cmocka_unit_test(parts_fill_up_to_their_supply),
        cmocka_unit_test(copies_come_last),
        cmocka_unit_test(what_can_be_guessed_is_worth_less),
        cmocka_unit_test(order_does_not_matter),
        cmocka_unit_test(examples_fall_into_forms),
        cmocka_unit_test(a_source_gains_what_only_it_holds),
        cmocka_unit_test(given_turns_are_members_with_any_answer),
        cmocka_unit_test(a_tag_finds_other_words),
        cmocka_unit_test(the_same_names_find_other_words),
        cmocka_unit_test(goals_may_ask_for_the_same),
        cmocka_unit_test(one_picture_gives_no_more_than_its_share),
        cmocka_unit_test(repeated_sets_do_not_weigh),
        cmocka_unit_test(copies_do_not_come_to_the_front),
        cmocka_unit_test(general_data_is_drawn_beside_the_goals),
        cmocka_unit_test(turns_of_a_dialogue_are_given_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
