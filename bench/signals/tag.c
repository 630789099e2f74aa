/* How fast questions are tagged: samples of one to three questions of the kinds that releases ask,
 * with invented words, tagged by rs_signals_tag on one thread and on several.
 *   ninja -C build bench_tag && build/bench/bench_tag [SAMPLES] [THREADS] */
#include "base/alloc.h"
#include "base/num.h"
#include "base/rng.h"
#include "signals/tag.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

static const char *const questions[][2] = {
    {"<image>\nHow many %s are there in the image?\nAnswer the question using a single word or "
     "phrase.",
     "3"},
    {"<image>\nIs there a %s next to the road? Answer with yes or no.", "yes"},
    {"Are there more %s than roads?", "no"},
    {"<image>\nClassify the image into one of the following classes: airport, beach, bridge, "
     "forest, "
     "%s, river, school, stadium. Answer with the class name only.",
     "river"},
    {"What color is the roof of the %s in the upper left corner of the picture?", "dark red"},
    {"<image>\nDescribe this remote sensing image with the %s in detail.",
     "The image shows a river with a bridge, some houses along its banks and a road that leads to "
     "the north of the picture, where a few trees stand."},
    {"Where is the %s located? (A) top left (B) top right (C) bottom left (D) bottom right", "(C)"},
    {"[refer] give me the location of <p> the white %s </p>", "{<25><33><40><51>|<90>}"},
    {"Can you explain what the people near the %s might be doing at this hour of the day, and why?",
     "They may be waiting for a ferry, since a pier lies beside the square."},
};
static const char *const things[] = {"ships",    "small vehicles", "storage tank",   "tennis court",
                                     "building", "harbor",         "football field", "crane"};

typedef struct job {
    const rs_tag_rules *rules;
    const rs_sample *samples;
    size_t n, n_tagged;
} job;

static void *tag_all(void *arg)
{
    job *j = arg;
    rs_arena scratch = {0};
    rs_tag tags[8];
    for (size_t i = 0; i < j->n; i++) {
        RS_ASSERT(rs_signals_tag(j->rules, &scratch, &j->samples[i], tags));
        for (uint32_t t = 0; t < j->samples[i].n_turns; t++) j->n_tagged += tags[t].rule != NULL;
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    return NULL;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static rs_sample make_sample(rs_arena *arena, rs_rng *rng, size_t *n_questions)
{
    const uint32_t n = 1 + (uint32_t)rs_rng_below(rng, 3);
    rs_turn *turns = rs_arena_alloc(arena, 2 * n * sizeof *turns);
    RS_ASSERT(turns);
    for (uint32_t i = 0; i < n; i++) {
        const char *const *q = questions[rs_rng_below(rng, sizeof questions / sizeof *questions)];
        char text[400];
        const int len = snprintf(text, sizeof text, q[0],
                                 things[rs_rng_below(rng, sizeof things / sizeof *things)]);
        RS_ASSERT(len > 0 && (size_t)len < sizeof text);
        turns[2 * i] = (rs_turn){RS_TURN_USER, rs_arena_str(arena, rs_str_make(text, (size_t)len))};
        turns[2 * i + 1] = (rs_turn){RS_TURN_ASSISTANT, rs_str_of(q[1])};
    }
    *n_questions += n;
    return (rs_sample){.turns = turns, .n_turns = 2 * n, .truth = true};
}

/* Each thread tags its share of the samples. */
static void measure(const rs_tag_rules *rules, const rs_sample *samples, size_t n, size_t n_threads)
{
    pthread_t threads[64];
    job jobs[64];
    size_t n_tagged = 0;
    const double start = seconds();
    const clock_t used = clock();
    for (size_t i = 0; i < n_threads; i++) {
        const size_t from = n * i / n_threads, to = n * (i + 1) / n_threads;
        jobs[i] = (job){.rules = rules, .samples = samples + from, .n = to - from};
        RS_ASSERT(pthread_create(&threads[i], NULL, tag_all, &jobs[i]) == 0);
    }
    for (size_t i = 0; i < n_threads; i++) {
        pthread_join(threads[i], NULL);
        n_tagged += jobs[i].n_tagged;
    }
    /* on a machine that others use, the processor's time tells more than the clock's */
    const double took = seconds() - start, busy = (double)(clock() - used) / CLOCKS_PER_SEC;
    printf("%zu threads: %.2f s, %.1f M samples a minute; %.1f M a minute of one processor's time; "
           "%zu questions tagged\n",
           n_threads, took, (double)n / took * 60e-6, (double)n / busy * 60e-6, n_tagged);
}

int main(int argc, char **argv)
{
    double n = 300000, n_threads = 2;
    if (argc > 1) RS_ASSERT(rs_num_double(rs_str_of(argv[1]), &n) && n >= 1 && n <= 1e8);
    if (argc > 2)
        RS_ASSERT(rs_num_double(rs_str_of(argv[2]), &n_threads) && n_threads >= 1 &&
                  n_threads <= 64);
    rs_tag_rules *rules;
    RS_ASSERT(rs_tag_rules_load(&rules, NULL) == RSIFT_OK);
    rs_arena arena = {0};
    rs_rng rng = rs_rng_of(1, (rs_id){1, 1});
    rs_sample *samples = rs_calloc((size_t)n, sizeof *samples);
    RS_ASSERT(samples);
    size_t n_questions = 0;
    for (size_t i = 0; i < (size_t)n; i++) samples[i] = make_sample(&arena, &rng, &n_questions);
    printf("%.0f samples, %zu questions, %zu rules\n", n, n_questions, rules->n);
    measure(rules, samples, (size_t)n, 1);
    measure(rules, samples, (size_t)n, (size_t)n_threads);
    rs_free(samples);
    rs_arena_fini(&arena);
    rs_tag_rules_free(rules);
    return 0;
}
