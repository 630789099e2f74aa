/* METEOR's word lists from a folder: plain or gzip, flat or in the jar's subfolders. */
#include "metrics/meteor.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "run/pipeline.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>
#include <zlib.h>

enum { max_list = 64 << 20, n_lists = 4 };

static const char *const names[n_lists] = {"english.words", "english.prefixes", "english.synsets",
                                           "english.exceptions"};
static const char *const subfolders[n_lists] = {"function", "nonbreaking", "synonym", "synonym"};

/* zlib's reader takes plain files as they are. */
static rsift_status read_all(gzFile file, const char *path, rs_buf *out, rsift_error *err)
{
    for (;;) {
        if (!rs_buf_reserve(out, 1 << 16)) return rs_err_nomem(err, "METEOR's word lists");
        int n = gzread(file, out->ptr + out->len, 1 << 16);
        if (n < 0) return rs_err_set(err, RSIFT_E_FORMAT, "%s: broken gzip data", path);
        if (n == 0) return RSIFT_OK;
        out->len += (size_t)n;
        if (out->len > max_list)
            return rs_err_set(err, RSIFT_E_LIMIT, "%s: larger than 64 MiB", path);
    }
}

static rsift_status read_list(rs_str folder, int which, rs_buf *out, rsift_error *err)
{
    char path[4096];
    for (int form = 0; form < 4; form++) {
        const char *sub = form & 2 ? subfolders[which] : ".";
        int n = snprintf(path, sizeof path, "%.*s/%s/%s%s", RS_STR_ARG(folder), sub, names[which],
                         form & 1 ? ".gz" : "");
        if (n < 0 || (size_t)n >= sizeof path)
            return rs_err_set(err, RSIFT_E_ARG, "the folder's name is too long");
        gzFile file = gzopen(path, "rb");
        if (!file) continue;
        rsift_status st = read_all(file, path, out, err);
        gzclose(file);
        return st;
    }
    return rs_err_errno(
        err, ENOENT,
        "METEOR's %s is not in \"%.*s\" (give the folder with english.words, .prefixes, "
        ".synsets and .exceptions of METEOR 1.5, plain or .gz)",
        names[which], RS_STR_ARG(folder));
}

rsift_status rs_metrics_meteor_open(rs_str folder, rs_meteor **out, rsift_error *err)
{
    rs_buf texts[n_lists] = {{0}};
    rsift_status st = RSIFT_OK;
    *out = NULL;
    for (int i = 0; i < n_lists && st == RSIFT_OK; i++) st = read_list(folder, i, &texts[i], err);
    if (st == RSIFT_OK) {
        const rs_meteor_lists lists = {rs_buf_view(&texts[0]), rs_buf_view(&texts[1]),
                                       rs_buf_view(&texts[2]), rs_buf_view(&texts[3])};
        st = rs_metrics_meteor_new(&lists, out, err);
    }
    for (int i = 0; i < n_lists; i++) rs_buf_fini(&texts[i]);
    return st;
}

bool rs_metrics_meteor_table(rs_str folder, char path[4096])
{
    static const char *const names_of_table[] = {"paraphrase-en.gz", "data/paraphrase-en.gz", "../data/paraphrase-en.gz"};
    for (size_t k = 0; k < sizeof names_of_table / sizeof *names_of_table; k++) {
        const int n = snprintf(path, 4096, "%.*s/%s", RS_STR_ARG(folder), names_of_table[k]);
        if (n > 0 && n < 4096 && access(path, R_OK) == 0) return true;
    }
    return false;
}

/* Three lines a pair: a number that nobody reads, the phrase, its paraphrase. */
static rsift_status take_lines(rs_meteor *m, rs_str *rest, bool last, int64_t *line, rsift_error *err)
{
    for (;;) {
        rs_str left = *rest, number, phrase, paraphrase;
        if (!last) { /* whole triples only */
            const char *end = left.ptr;
            for (int k = 0; k < 3 && end; k++) {
                end = memchr(end, '\n', (size_t)(left.ptr + left.len - end));
                end = end ? end + 1 : NULL;
            }
            if (!end) return RSIFT_OK;
        }
        if (!rs_str_line(&left, &number)) return RSIFT_OK;
        if (!rs_str_line(&left, &phrase) || !rs_str_line(&left, &paraphrase))
            return rs_err_set(err, RSIFT_E_FORMAT, "line %" PRId64 ": expected a number, a phrase and its paraphrase", *line);
        RS_TRY(rs_metrics_meteor_paraphrase(m, phrase, paraphrase, err));
        *rest = left;
        *line += 3;
    }
}

/* One thread unpacks while another reads lines: unpacking takes most of the time. */
typedef struct table {
    rs_meteor *meteor;
    gzFile file;
    rs_buf lines; /* not taken yet */
    int64_t line;
} table;

enum { piece_size = 1 << 18, longest_line = 1 << 20 };

static rsift_status unpack(void *ctx, void *item, rsift_error *err)
{
    table *t = ctx;
    rs_buf *piece = item;
    piece->len = 0;
    if (!rs_buf_reserve(piece, piece_size)) return rs_err_nomem(err, "paraphrases");
    const int n = gzread(t->file, piece->ptr, piece_size);
    int code = Z_OK;
    if (n <= 0) gzerror(t->file, &code); /* a file that is cut off ends quietly, but for this */
    if (n < 0 || code < 0) return rs_err_set(err, RSIFT_E_FORMAT, "broken gzip data");
    piece->len = (size_t)n;
    return n ? RSIFT_OK : RSIFT_END;
}

static rsift_status pass_on(void *ctx, void *item, rsift_error *err)
{
    (void)ctx;
    (void)item;
    (void)err;
    return RSIFT_OK;
}

static rsift_status take_piece(void *ctx, void *item, rsift_error *err)
{
    table *t = ctx;
    const rs_buf *piece = item;
    rs_buf_add(&t->lines, piece->ptr, piece->len);
    if (t->lines.failed) return rs_err_nomem(err, "paraphrases");
    rs_str rest = rs_buf_view(&t->lines);
    RS_TRY(take_lines(t->meteor, &rest, false, &t->line, err));
    if (rest.len > longest_line)
        return rs_err_set(err, RSIFT_E_LIMIT, "line %" PRId64 ": longer than %d bytes", t->line, longest_line);
    memmove(t->lines.ptr, rest.ptr, rest.len);
    t->lines.len = rest.len;
    return RSIFT_OK;
}

static void free_piece(void *ctx, void *item)
{
    (void)ctx;
    rs_buf_fini(item);
}

rsift_status rs_metrics_meteor_read_table(rs_meteor *m, const char *path, rsift_error *err)
{
    table t = {.meteor = m, .file = gzopen(path, "rb"), .line = 1};
    if (!t.file) {
        rs_err_errno(err, errno, "the paraphrase table");
        return rs_err_within(err, RSIFT_E_IO, "%s", path);
    }
    gzbuffer(t.file, piece_size);
    const rs_pipeline pipeline = {.item_size = sizeof(rs_buf), .n_threads = 2, .ctx = &t, .produce = unpack,
                                  .work = pass_on, .consume = take_piece, .fini = free_piece};
    rsift_status status = rs_run_pipeline(&pipeline, err);
    rs_str rest = rs_buf_view(&t.lines);
    if (status == RSIFT_OK) status = take_lines(m, &rest, true, &t.line, err);
    gzclose(t.file);
    rs_buf_fini(&t.lines);
    return status == RSIFT_OK ? status : rs_err_within(err, status, "%s", path);
}
