/* Lists the catalogue, and what a verb's options are. Needs no data.
 *   cc list.c $(pkg-config --cflags --libs rsift) -o list && ./list */
#include <rsift/rsift.h>

#include <stdio.h>

static int fail(const rsift_error *err)
{
    fprintf(stderr, "%s: %s\n", err->where[0] ? err->where : rsift_status_name(err->status),
            err->message);
    return 1;
}

int main(void)
{
    rsift_error err = {0};
    rsift_context *context = NULL;
    rsift_workspace *workspace = NULL;
    rsift_answer answer;

    /* NULL = the defaults: one thread per core, 1 GB for SQL, no progress. */
    if (rsift_context_new(NULL, &context, &err) != RSIFT_OK) return fail(&err);
    /* No folder: the catalogue needs none. */
    if (rsift_workspace_open(context, NULL, RSIFT_READ, &workspace, &err) != RSIFT_OK)
        return fail(&err);

    if (rsift_run(workspace, "search", "{\"words\": [\"change\", \"caption\"]}", &answer, &err) !=
        RSIFT_OK)
        return fail(&err);
    printf("%s\n", answer.json);
    rsift_answer_free(&answer);

    /* What `emit` can be asked for: names, types, ranges, defaults. */
    if (rsift_parameters("emit", &answer, &err) != RSIFT_OK) return fail(&err);
    printf("%s\n", answer.json);
    rsift_answer_free(&answer);

    rsift_workspace_close(workspace);
    rsift_context_free(context);
    return 0;
}
