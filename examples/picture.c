/* Writes a thumbnail of one indexed picture as PNG.
 *   ./picture WORKSPACE OUT.png */
#include <rsift/rsift.h>

#include <stdio.h>
#include <string.h>

static int fail(const rsift_error *err)
{
    fprintf(stderr, "%s: %s\n", err->where[0] ? err->where : rsift_status_name(err->status),
            err->message);
    return 1;
}

/* The first text of a one-column answer, NUL-terminated; 0 = found. */
static int first_text(struct ArrowArrayStream *stream, char out[64])
{
    struct ArrowArray batch = {0};
    out[0] = '\0';
    if (stream->get_next(stream, &batch) == 0 && batch.release && batch.length > 0) {
        const int32_t *offsets = batch.children[0]->buffers[1];
        const char *letters = batch.children[0]->buffers[2];
        const int32_t n = offsets[1] - offsets[0];
        if (n < 64) {
            memcpy(out, letters + offsets[0], (size_t)n);
            out[n] = '\0';
        }
    }
    if (batch.release) batch.release(&batch);
    return out[0] ? 0 : 1;
}

int main(int argc, char **argv)
{
    rsift_error err = {0};
    rsift_context *context = NULL;
    rsift_workspace *workspace = NULL;
    rsift_picture *picture = NULL;
    struct ArrowArrayStream stream;
    char id[64];
    if (argc != 3) {
        fprintf(stderr, "usage: picture WORKSPACE OUT.png\n");
        return 2;
    }
    if (rsift_context_new(NULL, &context, &err) != RSIFT_OK ||
        rsift_workspace_open(context, argv[1], RSIFT_READ, &workspace, &err) != RSIFT_OK ||
        rsift_workspace_query(workspace,
                              "SELECT asset_id::VARCHAR FROM asset WHERE state = 'found' "
                              "ORDER BY path LIMIT 1",
                              NULL, &stream, &err) != RSIFT_OK)
        return fail(&err);
    const int none = first_text(&stream, id);
    stream.release(&stream);
    if (none) {
        fprintf(stderr, "no picture is indexed here\n");
        return 1;
    }

    rsift_picture_options options = RSIFT_OPTIONS(rsift_picture_options);
    options.format = "png";
    options.max_side = 32;
    if (rsift_picture_open(workspace, id, &options, &picture, &err) != RSIFT_OK) return fail(&err);
    size_t n;
    const void *bytes = rsift_picture_bytes(picture, &n);
    FILE *out = fopen(argv[2], "wb");
    const int good = out && fwrite(bytes, 1, n, out) == n && fclose(out) == 0;
    if (good)
        printf("%s: %u x %u, %zu bytes\n", argv[2], rsift_picture_width(picture),
               rsift_picture_height(picture), n);
    rsift_picture_close(picture);
    rsift_workspace_close(workspace);
    rsift_context_free(context);
    return good ? 0 : 1;
}
