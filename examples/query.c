/* Indexes a release and asks the workspace, with the answer as Arrow arrays.
 *   ./query RELEASE WORKSPACE */
#include <rsift/rsift.h>

#include <stdio.h>

static int fail(const rsift_error *err)
{
    fprintf(stderr, "%s: %s\n", err->where[0] ? err->where : rsift_status_name(err->status),
            err->message);
    return 1;
}

/* Prints column 0 (text) and column 1 (int64) of every array of the stream. The buffers are those
 * of the Arrow C data interface: [1] offsets and [2] letters of a text, [1] numbers of an int64. */
static int print_stream(struct ArrowArrayStream *stream)
{
    for (;;) {
        struct ArrowArray batch;
        if (stream->get_next(stream, &batch) != 0) {
            fprintf(stderr, "%s\n", stream->get_last_error(stream));
            return 1;
        }
        if (!batch.release) return 0; /* the end */
        const int32_t *offsets = batch.children[0]->buffers[1];
        const char *letters = batch.children[0]->buffers[2];
        const int64_t *numbers = batch.children[1]->buffers[1];
        for (int64_t i = 0; i < batch.length; i++)
            printf("%-24.*s %lld\n", (int)(offsets[i + 1] - offsets[i]), letters + offsets[i],
                   (long long)numbers[i]);
        batch.release(&batch);
    }
}

int main(int argc, char **argv)
{
    rsift_error err = {0};
    rsift_context *context = NULL;
    rsift_workspace *workspace = NULL;
    rsift_answer answer;
    char options[4200];
    if (argc != 3) {
        fprintf(stderr, "usage: query RELEASE WORKSPACE\n");
        return 2;
    }
    if (rsift_context_new(NULL, &context, &err) != RSIFT_OK) return fail(&err);
    if (rsift_workspace_open(context, argv[2], RSIFT_CREATE, &workspace, &err) != RSIFT_OK)
        return fail(&err);

    /* Real programs escape the path; this one trusts it. */
    snprintf(options, sizeof options, "{\"path\": \"%s\"}", argv[1]);
    if (rsift_run(workspace, "index", options, &answer, &err) != RSIFT_OK) return fail(&err);
    rsift_answer_free(&answer);

    struct ArrowArrayStream stream;
    if (rsift_workspace_query(workspace,
                              "SELECT task, count(*) AS n FROM sample WHERE n_turns >= $1 "
                              "GROUP BY task ORDER BY task",
                              "[1]", &stream, &err) != RSIFT_OK)
        return fail(&err);
    const int code = print_stream(&stream);
    stream.release(&stream);
    rsift_workspace_close(workspace);
    rsift_context_free(context);
    return code;
}
