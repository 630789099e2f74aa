/* From an indexed workspace to a training set: recommend, mix, emit, with progress on stderr and
 * Ctrl-C as a cancel.
 *   ./emit WORKSPACE RECIPE OUT */
#include <rsift/rsift.h>

#include <signal.h>
#include <stdio.h>

static rsift_context *running;

static void on_interrupt(int number)
{
    (void)number;
    rsift_context_cancel(running); /* safe in a signal handler; the call returns soon */
}

static void show(void *user, const rsift_progress *p)
{
    (void)user;
    if (p->total > 0)
        fprintf(stderr, "%s: %lld of %lld %s\n", p->stage, (long long)p->done, (long long)p->total,
                p->unit);
    else fprintf(stderr, "%s\n", p->text);
}

/* Runs a verb and prints its answer; 0 = done. */
static int run(rsift_workspace *workspace, const char *verb, const char *options)
{
    rsift_error err = {0};
    rsift_answer answer;
    if (rsift_run(workspace, verb, options, &answer, &err) != RSIFT_OK) {
        fprintf(stderr, "%s: %s: %s\n", verb, err.where, err.message);
        return 1;
    }
    printf("%s: %s\n", verb, answer.json);
    rsift_answer_free(&answer);
    return 0;
}

int main(int argc, char **argv)
{
    rsift_error err = {0};
    rsift_workspace *workspace = NULL;
    rsift_context_options options = RSIFT_OPTIONS(rsift_context_options);
    char text[8500];
    if (argc != 4) {
        fprintf(stderr, "usage: emit WORKSPACE RECIPE OUT\n");
        return 2;
    }
    options.progress = show;
    if (rsift_context_new(&options, &running, &err) != RSIFT_OK ||
        rsift_workspace_open(running, argv[1], RSIFT_WRITE, &workspace, &err) != RSIFT_OK) {
        fprintf(stderr, "%s\n", err.message);
        rsift_context_free(running);
        return 1;
    }
    signal(SIGINT, on_interrupt);

    snprintf(text, sizeof text, "{\"budget\": 50, \"licence\": \"any\", \"recipe\": \"%s\"}",
             argv[2]);
    int code = run(workspace, "recommend", text);
    snprintf(text, sizeof text, "{\"recipe\": \"%s\"}", argv[2]);
    if (code == 0) code = run(workspace, "mix", text);
    snprintf(text, sizeof text,
             "{\"format\": \"llava\", \"model\": \"llava-1.5\", \"out\": \"%s\"}", argv[3]);
    if (code == 0) code = run(workspace, "emit", text);

    rsift_workspace_close(workspace);
    rsift_context_free(running);
    return code;
}
