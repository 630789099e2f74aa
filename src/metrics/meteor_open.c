/* METEOR's word lists and its table of paraphrases from a folder: plain or packed, flat or in the
 * jar's subfolders. Bytes come through src/io; what they mean is meteor.c's. */
#include "metrics/meteor.h"

#include "base/alloc.h"
#include "base/buf.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

enum { n_lists = 4 };

static const char *const names[n_lists] = {"english.words", "english.prefixes", "english.synsets",
                                           "english.exceptions"};
static const char *const subfolders[n_lists] = {"function", "nonbreaking", "synonym", "synonym"};

/* A file of the folder; *out NULL = it is not there. */
static rsift_status open_file(rs_str folder, const char *sub, const char *name, const char *ending,
                              const rsift_limits *limits, rs_io_tree **out, rsift_error *err)
{
    char path[4096];
    *out = NULL;
    const int n =
        snprintf(path, sizeof path, "%.*s/%s/%s%s", RS_STR_ARG(folder), sub, name, ending);
    if (n < 0 || (size_t)n >= sizeof path)
        return rs_err_set(err, RSIFT_E_ARG, "the folder's name is too long");
    const rsift_status status =
        rs_io_tree_open(rs_str_of(path), &(rs_io_options){.limits = limits}, out, err);
    if (status == RSIFT_E_IO) return RSIFT_OK; /* not there: another form may be */
    if (status != RSIFT_OK || rs_io_n_members(*out) == 1) return status;
    rs_io_tree_close(*out);
    *out = NULL;
    rs_err_set(err, RSIFT_E_FORMAT, "expected one file");
    return rs_err_within(err, RSIFT_E_FORMAT, "%s", path);
}

/* Reads one word list into the arena. */
static rsift_status read_list(rs_str folder, int which, const rsift_limits *limits, rs_arena *arena,
                              rs_str *out, rsift_error *err)
{
    rs_io_tree *tree = NULL;
    /* flat or in its subfolder, plain or packed */
    for (int form = 0; form < 4 && !tree; form++)
        RS_TRY(open_file(folder, form & 2 ? subfolders[which] : ".", names[which],
                         form & 1 ? ".gz" : "", limits, &tree, err));
    if (!tree)
        return rs_err_errno(
            err, ENOENT,
            "METEOR's %s is not in \"%.*s\" (give the folder with english.words, .prefixes, "
            ".synsets and .exceptions of METEOR 1.5, plain or .gz)",
            names[which], RS_STR_ARG(folder));
    const rsift_status status = rs_io_slurp(tree, 0, arena, out, err);
    rs_io_tree_close(tree);
    return status == RSIFT_OK ? status : rs_err_within(err, status, "%.*s", RS_STR_ARG(folder));
}

rsift_status rs_metrics_meteor_open(rs_str folder, const rsift_limits *limits, rs_meteor **out,
                                    rsift_error *err)
{
    rs_str texts[n_lists];
    rs_arena arena = {0};
    rsift_status st = RSIFT_OK;
    *out = NULL;
    for (int i = 0; i < n_lists && st == RSIFT_OK; i++)
        st = read_list(folder, i, limits, &arena, &texts[i], err);
    if (st == RSIFT_OK)
        st = rs_metrics_meteor_new(&(rs_meteor_lists){texts[0], texts[1], texts[2], texts[3]}, out,
                                   err);
    rs_arena_fini(&arena);
    return st;
}

/* ---- the table ------------------------------------------------------------------------------- */

rsift_status rs_metrics_meteor_table(rs_str folder, const rsift_limits *limits, rs_io_tree **out,
                                     rsift_error *err)
{
    static const char *const folders[] = {".", "data", "../data"};
    *out = NULL;
    for (size_t form = 0; form < 2 * sizeof folders / sizeof *folders && !*out; form++)
        RS_TRY(open_file(folder, folders[form / 2], "paraphrase-en", form & 1 ? "" : ".gz", limits,
                         out, err));
    return RSIFT_OK;
}

/* Adds the pairs of *rest, three lines each: a number (not used), the phrase, its paraphrase.
 * Unless `last`, an incomplete pair at the end stays in *rest. */
static rsift_status add_pairs(rs_meteor *m, rs_str *rest, bool last, int64_t *line,
                              rsift_error *err)
{
    for (;;) {
        rs_str left = *rest, number, phrase, paraphrase;
        if (!last) { /* are three lines complete? */
            const char *end = left.ptr;
            for (int k = 0; k < 3 && end; k++) {
                end = memchr(end, '\n', (size_t)(left.ptr + left.len - end));
                end = end ? end + 1 : NULL;
            }
            if (!end) return RSIFT_OK;
        }
        if (!rs_str_line(&left, &number)) return RSIFT_OK;
        if (!rs_str_line(&left, &phrase) || !rs_str_line(&left, &paraphrase))
            return rs_err_set(err, RSIFT_E_FORMAT,
                              "line %" PRId64 ": expected a number, a phrase and its paraphrase",
                              *line);
        RS_TRY(rs_metrics_meteor_paraphrase(m, phrase, paraphrase, err));
        *rest = left;
        *line += 3;
    }
}

/* One thread unpacks while another reads lines: unpacking is most of the time. */
typedef struct table {
    rs_meteor *meteor;
    rs_io_stream *stream;
    rs_progress *progress;
    rs_buf lines; /* of a pair that is not complete yet */
    int64_t line;
} table;

enum { piece_size = 1 << 18, longest_line = 1 << 20 };

static rsift_status unpack(void *ctx, void *item, rsift_error *err)
{
    table *t = ctx;
    rs_buf *piece = item;
    piece->len = 0;
    if (!rs_buf_reserve(piece, piece_size)) return rs_err_nomem(err, "paraphrases");
    RS_TRY(rs_io_read(t->stream, piece->ptr, piece_size, &piece->len, err));
    rs_progress_add(t->progress, (int64_t)piece->len);
    return piece->len ? RSIFT_OK : RSIFT_END;
}

static rsift_status pass_on(void *ctx, void *item, rsift_error *err)
{
    (void)ctx;
    (void)item;
    (void)err;
    return RSIFT_OK;
}

/* Adds the pairs of one piece of text. */
static rsift_status add_piece(void *ctx, void *item, rsift_error *err)
{
    table *t = ctx;
    const rs_buf *piece = item;
    rs_buf_add(&t->lines, piece->ptr, piece->len);
    if (t->lines.failed) return rs_err_nomem(err, "paraphrases");
    rs_str rest = rs_buf_view(&t->lines);
    RS_TRY(add_pairs(t->meteor, &rest, false, &t->line, err));
    if (rest.len > longest_line) /* else a file without line ends would be kept in memory */
        return rs_err_set(err, RSIFT_E_LIMIT, "line %" PRId64 ": longer than %d bytes", t->line,
                          longest_line);
    memmove(t->lines.ptr, rest.ptr, rest.len);
    t->lines.len = rest.len;
    return RSIFT_OK;
}

static void free_piece(void *ctx, void *item)
{
    (void)ctx;
    rs_buf_fini(item);
}

static rsift_status read_pieces(table *t, size_t n_threads, rs_cancel *cancel, rsift_error *err)
{
    const rs_pipeline pipeline = {.item_size = sizeof(rs_buf),
                                  .n_threads = n_threads == 1 ? 1 : 2,
                                  .ctx = t,
                                  .cancel = cancel,
                                  .produce = unpack,
                                  .work = pass_on,
                                  .consume = add_piece,
                                  .fini = free_piece};
    RS_TRY(rs_run_pipeline(&pipeline, err));
    rs_str rest = rs_buf_view(&t->lines);
    return add_pairs(t->meteor, &rest, true, &t->line, err);
}

rsift_status rs_metrics_meteor_read_table(rs_meteor *m, const rs_io_tree *tree, size_t n_threads,
                                          rs_cancel *cancel, rs_progress *progress,
                                          rsift_error *err)
{
    table t = {.meteor = m, .progress = progress, .line = 1};
    RS_TRY(rs_io_open(tree, 0, &t.stream, err));
    const rsift_status status = read_pieces(&t, n_threads, cancel, err);
    rs_io_close(t.stream);
    rs_buf_fini(&t.lines);
    if (status == RSIFT_OK || (err && err->where[0])) return status; /* room io names the file */
    return rs_err_within(err, status, "%.*s", RS_STR_ARG(rs_io_member_at(tree, 0)->chain));
}
