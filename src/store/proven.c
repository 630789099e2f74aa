/* Walking the parts of a workspace, and proven.txt. */
#include "store/proven.h"

#include "base/map.h"
#include "run/pipeline.h"
#include "store/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define PROVEN_FILE "proven.txt"
#define PROVEN_HEAD "rsift.proven/1\n"
enum {
    MOST_PROVEN = 1 << 28 /* bytes of proven.txt */
};
/* A file that changed this recently may change within the same tick of its file system's clock:
 * seconds for one that counts whole or even seconds, and for one that counts finer. */
#define SETTLED_COARSE 2.0
#define SETTLED_FINE 0.05

/* ---- the parts ------------------------------------------------------------------------------- */

typedef struct name_list {
    rs_arena *arena;
    rs_str *items;
    size_t n, cap;
} name_list;

static int by_name(const void *a, const void *b)
{
    return rs_str_cmp(*(const rs_str *)a, *(const rs_str *)b);
}

/* The folders in parts/<below> (below may be empty), each as "<below>/<entry>". Files lie there by
 * accident and are read by nobody; a link or device is refused, since a pattern would follow it. */
static rsift_status list_folders(const char *dir, rs_str below, name_list *out, rsift_error *err)
{
    rs_path path;
    const char *slash = below.len ? "/" : "";
    RS_TRY(rs_path_set(&path, err, "%s/parts%s%.*s", dir, slash, RS_STR_ARG(below)));
    const int fd = open(path.text, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) return RSIFT_OK;
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder) return rs_err_errno(err, errno, "cannot open folder %s", path.text);
    rsift_status status = RSIFT_OK;
    for (struct dirent *entry; status == RSIFT_OK && (entry = readdir(folder)) != NULL;) {
        const rs_str name = rs_str_of(entry->d_name);
        struct stat st;
        if (rs_str_eq(name, RS_STR(".")) || rs_str_eq(name, RS_STR(".."))) continue;
        if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) continue; /* gone by now */
        if (S_ISREG(st.st_mode)) continue;
        const rs_str full = rs_arena_join(out->arena, below, rs_str_of(slash), name);
        if (!full.ptr ||
            !rs_arena_grow(out->arena, (void **)&out->items, &out->cap, out->n + 1, sizeof full))
            status = rs_err_nomem(err, "the list of parts");
        else if (!S_ISDIR(st.st_mode))
            status = rs_seal_refuse(full, RS_STR(""), "is not a folder", err);
        else if (!rs_str_eq(name, RS_STR("_schema")) &&
                 rs_store_check_name("part", name, NULL) != RSIFT_OK)
            status = rs_seal_refuse(full, RS_STR(""), "is no name of a part", err);
        else out->items[out->n++] = full;
    }
    (void)closedir(folder);
    return status;
}

rsift_status rs_proven_list(const char *dir, rs_arena *arena, rs_str **names, size_t *n,
                            rsift_error *err)
{
    name_list releases = {.arena = arena}, parts = {.arena = arena};
    rsift_status status = list_folders(dir, RS_STR(""), &releases, err);
    for (size_t i = 0; status == RSIFT_OK && i < releases.n; i++)
        status = list_folders(dir, releases.items[i], &parts, err);
    if (parts.n > 1) qsort(parts.items, parts.n, sizeof *parts.items, by_name);
    *names = parts.items;
    *n = parts.n;
    return status;
}

/* ---- what was proved before ------------------------------------------------------------------ */

typedef struct prover {
    const char *dir;
    const rs_cancel *cancel;
    rs_buf bytes;    /* of proven.txt as it is */
    rs_strmap known; /* its lines */
    rs_buf lines;    /* of proven.txt as it will be */
    size_t n_kept;
    bool changed;
    double now;
} prover;

/* When the files of a part last changed: the newest time, in seconds. */
typedef struct change {
    double newest;
    bool fine; /* some time is no multiple of 10 ms, so the clock's tick is at most that */
} change;

static bool is_settled(const change *last, double at)
{
    return last->newest + (last->fine ? SETTLED_FINE : SETTLED_COARSE) < at;
}

static double seconds_of(const struct timespec *t)
{
    return (double)t->tv_sec + (double)t->tv_nsec * 1e-9;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return seconds_of(&t);
}

/* Whatever is wrong with proven.txt, everything is then proved anew. */
static void load_known(prover *p)
{
    rs_path path;
    rs_str line;
    if (rs_path_set(&path, NULL, "%s/" PROVEN_FILE, p->dir) != RSIFT_OK ||
        rs_seal_slurp(path.text, MOST_PROVEN, &p->bytes, NULL) != RSIFT_OK)
        return;
    rs_str text = rs_buf_view(&p->bytes);
    if (!rs_seal_open(&text) || !rs_str_starts(text, RS_STR(PROVEN_HEAD))) return;
    while (rs_str_line(&text, &line)) {
        bool made;
        if (rs_strmap_put(&p->known, line, &made) == RS_NPOS) return;
    }
}

/* Which files these are: any change of one, in place or by another of its name, changes the
 * hash. */
static rs_id print_of(const rs_seal_listing *listing, change *last)
{
    rs_hasher h;
    rs_hash_start(&h);
    *last = (change){0};
    for (size_t i = 0; i < listing->n; i++) {
        const struct stat *st = &listing->files[i].st;
        rs_hash_field(&h, rs_str_of(listing->files[i].name));
        rs_hash_u64(&h, (uint64_t)st->st_ino);
        rs_hash_u64(&h, (uint64_t)st->st_size);
        rs_hash_u64(&h, (uint64_t)st->st_mtim.tv_sec);
        rs_hash_u64(&h, (uint64_t)st->st_mtim.tv_nsec);
        rs_hash_u64(&h, (uint64_t)st->st_ctim.tv_sec); /* of the inode: no program sets it */
        rs_hash_u64(&h, (uint64_t)st->st_ctim.tv_nsec);
        if (seconds_of(&st->st_ctim) > last->newest) last->newest = seconds_of(&st->st_ctim);
        last->fine = last->fine || st->st_ctim.tv_nsec % (10 * 1000 * 1000) != 0;
    }
    return rs_hash_end(&h);
}

/* The line of a part in proven.txt, as it lies there now. */
static void put_line(rs_buf *out, rs_str name, const rs_seal_listing *listing, change *last)
{
    char print[RS_ID_TEXT];
    rs_buf_printf(out, "%s %.*s\n", rs_id_text(print, print_of(listing, last)), RS_STR_ARG(name));
}

static bool is_known(const prover *p, rs_str name)
{
    rs_seal_listing listing;
    change last;
    rs_buf line = {0};
    if (rs_seal_list(p->dir, name, &listing, NULL) != RSIFT_OK || listing.gone) return false;
    put_line(&line, name, &listing, &last);
    const bool known =
        !line.failed && rs_strmap_get(&p->known, rs_str_make(line.ptr, line.len - 1)) != RS_NPOS;
    rs_buf_fini(&line);
    return known;
}

/* The files were listed before they were hashed: a change after that gives them another print. */
static rsift_status prove_one(prover *p, rs_str name, rsift_error *err)
{
    rs_seal_listing listing;
    change last;
    RS_TRY(rs_seal_list(p->dir, name, &listing, err));
    if (listing.gone) return RSIFT_OK;
    const size_t begin = p->lines.len;
    put_line(&p->lines, name, &listing, &last);
    if (p->lines.failed) return rs_err_nomem(err, "the list of parts");
    const rs_str line = rs_str_make(p->lines.ptr + begin, p->lines.len - begin - 1);
    if (rs_strmap_get(&p->known, line) != RS_NPOS) {
        p->n_kept++;
        return RSIFT_OK;
    }
    RS_TRY(rs_seal_prove(p->dir, name, p->cancel, NULL, err));
    if (is_settled(&last, p->now)) p->changed = true;
    else p->lines.len = begin;
    return RSIFT_OK;
}

/* Best effort: a workspace that cannot be written is proved again each time. */
static void store_known(prover *p, const char *tmp)
{
    rs_path made, final;
    /* the head is a line of it, too */
    if (!p->changed && p->n_kept + 1 >= p->known.n) return;
    rs_seal_end(&p->lines);
    if (p->lines.failed || rs_path_set(&made, NULL, "%s/" PROVEN_FILE, tmp) != RSIFT_OK ||
        rs_path_set(&final, NULL, "%s/" PROVEN_FILE, p->dir) != RSIFT_OK ||
        rs_store_write_file(made.text, rs_buf_view(&p->lines), NULL) != RSIFT_OK)
        return;
    if (rename(made.text, final.text) != 0) (void)unlink(made.text);
}

rsift_status rs_proven_all(const char *dir, const char *tmp, const rs_cancel *cancel,
                           rsift_error *err)
{
    prover p = {.dir = dir, .cancel = cancel, .now = now()};
    rs_arena arena = {0};
    rs_str *names;
    size_t n;
    load_known(&p);
    rs_buf_cstr(&p.lines, PROVEN_HEAD);
    rsift_status status = rs_proven_list(dir, &arena, &names, &n, err);
    bool schema = false; /* the zero-row files give the views their columns */
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        schema = schema || rs_str_eq(names[i], RS_STR("_schema/_schema"));
        status = prove_one(&p, names[i], err);
    }
    if (status == RSIFT_OK && !schema)
        status = rs_seal_refuse(RS_STR("_schema/_schema"), RS_STR(""), "is missing", err);
    if (status == RSIFT_OK && *tmp) store_known(&p, tmp);
    rs_buf_fini(&p.bytes);
    rs_buf_fini(&p.lines);
    rs_strmap_fini(&p.known);
    rs_arena_fini(&arena);
    return status;
}

/* ---- all of them, whatever is wrong ---------------------------------------------------------- */

typedef struct checked {
    rs_range range; /* one part */
    rsift_error why;
} checked;

typedef struct checker {
    rs_parts_check *check;
    const prover *known;
    const char *dir;
    rs_str *names;
} checker;

static rsift_status check_item(void *ctx, void *item, rsift_error *err)
{
    const checker *c = ctx;
    checked *one = item;
    const rs_str name = c->names[one->range.begin];
    one->why = (rsift_error){0};
    if (!c->check->deep && is_known(c->known, name)) return RSIFT_OK;
    const rsift_status status = rs_seal_prove(c->dir, name, c->check->cancel, NULL, &one->why);
    if (!rs_err_ends_call(status)) return RSIFT_OK;
    if (err) *err = one->why;
    return status;
}

static rsift_status report_item(void *ctx, void *item, rsift_error *err)
{
    const checker *c = ctx;
    const checked *one = item;
    (void)err;
    c->check->n_parts++;
    if (one->why.status != RSIFT_OK)
        c->check->wrong(c->check->ctx, c->names[one->range.begin], &one->why);
    return RSIFT_OK;
}

rsift_status rs_store_check_parts(rs_str dir, rs_parts_check *check, rsift_error *err)
{
    rs_path path;
    RS_TRY(rs_path_set(&path, err, "%.*s", RS_STR_ARG(dir)));
    rs_arena arena = {0};
    prover known = {.dir = path.text, .now = now()};
    checker c = {.check = check, .known = &known, .dir = path.text};
    size_t n = 0;
    rsift_error why = {0};
    check->n_parts = 0;
    load_known(&known);
    rsift_status status = rs_proven_list(path.text, &arena, &c.names, &n, &why);
    if (status == RSIFT_E_FORMAT) {
        check->wrong(check->ctx, RS_STR(""), &why);
        status = RSIFT_OK;
    } else if (status != RSIFT_OK && err) *err = why;
    const rs_pipeline pipeline = {.item_size = sizeof(checked),
                                  .n_threads = check->n_threads,
                                  .ctx = &c,
                                  .cancel = check->cancel,
                                  .work = check_item,
                                  .consume = report_item};
    if (status == RSIFT_OK && n > 0) status = rs_run_ranges(&pipeline, n, 1, err);
    rs_buf_fini(&known.bytes);
    rs_strmap_fini(&known.known);
    rs_arena_fini(&arena);
    return status;
}
