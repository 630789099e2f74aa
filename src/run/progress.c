/* Progress lines: "index: 1.20 M records, 40000 records/s, 60 %, 20 s left". At most ten a second
 * are made, so that counting is cheap. The clock is monotonic; a changed system time does not
 * show. */
#include "run/progress.h"

#include "base/alloc.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct rs_progress {
    pthread_mutex_t lock;
    const char *stage, *unit;
    int64_t n, n_total;
    double started, reported; /* seconds of the monotonic clock */
    rsift_progress_fn *fn;
    void *user;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* A number with its unit, short: "512 MB", "1.20 M records". */
static void amount(char *out, size_t size, double v, const char *unit)
{
    if (strncmp(unit, "bytes", 6) == 0)
        snprintf(out, size, v < 1e9 ? "%.0f MB" : "%.1f GB", v < 1e9 ? v / 1e6 : v / 1e9);
    else if (v < 1e6) snprintf(out, size, "%.0f %s", v, unit);
    else snprintf(out, size, "%.2f M %s", v / 1e6, unit);
}

/* Makes the line and hands it to the callback. The rate is the mean since the start:
 *     rate = n / seconds,   left = (n_total - n) / rate */
static void report(rs_progress *p, double t, int final)
{
    char done[48], rate[48], line[160], left[48] = "";
    double seconds = t - p->started;
    /* in the first millisecond the rate means nothing */
    double per_second = seconds > 0.001 ? (double)p->n / seconds : 0;
    amount(done, sizeof done, (double)p->n, p->unit);
    amount(rate, sizeof rate, per_second, p->unit);
    if (final) snprintf(left, sizeof left, ", %.1f s", seconds);
    else if (p->n_total > 0 && per_second > 0)
        snprintf(left, sizeof left, ", %.0f %%, %.0f s left",
                 100.0 * (double)p->n / (double)p->n_total,
                 (double)(p->n_total - p->n) / per_second);
    snprintf(line, sizeof line, "%s: %s, %s/s%s", p->stage, done, rate, left);
    p->fn(p->user, &(rsift_progress){.size = sizeof(rsift_progress),
                                     .stage = p->stage,
                                     .unit = p->unit,
                                     .done = p->n,
                                     .total = p->n_total < 0 ? -1 : p->n_total,
                                     .text = line,
                                     .final = final});
}

rs_progress *rs_progress_new(const char *stage, const char *unit, int64_t n_total,
                             rsift_progress_fn *fn, void *user)
{
    rs_progress *p = fn ? rs_calloc(1, sizeof *p) : NULL;
    if (!p) return NULL;
    pthread_mutex_init(&p->lock, NULL);
    p->stage = stage;
    p->unit = unit;
    p->n_total = n_total;
    p->started = p->reported = now();
    p->fn = fn;
    p->user = user;
    return p;
}

void rs_progress_add(rs_progress *p, int64_t n)
{
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    p->n += n;
    double t = now();
    if (t - p->reported >= 0.1) { /* at most ten lines a second */
        p->reported = t;
        report(p, t, 0);
    }
    pthread_mutex_unlock(&p->lock);
}

void rs_progress_end(rs_progress *p)
{
    if (!p) return;
    report(p, now(), 1);
    pthread_mutex_destroy(&p->lock);
    rs_free(p);
}
