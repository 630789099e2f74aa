/* Sealing and proving parts, see seal.h. */
#include "store/seal.h"

#include "base/alloc.h"
#include "base/num.h"
#include "io/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#define PART_HEAD "rsift.part/1 "
enum {
    MOST_SEAL = 1 << 14, /* bytes of hashes.txt */
    WINDOW = 1 << 17     /* bytes hashed at a time; most files are smaller */
};

/* ---- texts that prove themselves ------------------------------------------------------------- */

void rs_seal_end(rs_buf *text)
{
    char print[RS_ID_TEXT];
    if (text->failed) return;
    rs_buf_printf(text, "%s\n", rs_id_text(print, rs_hash128(text->ptr, text->len)));
}

bool rs_seal_open(rs_str *text)
{
    enum { LAST = RS_ID_TEXT }; /* the digits and a line end */
    rs_id id;
    if (text->len < LAST || text->ptr[text->len - 1] != '\n') return false;
    const rs_str rest = rs_str_sub(*text, 0, text->len - LAST);
    const rs_str digits = rs_str_sub(*text, rest.len, text->len - 1);
    if (!rs_id_parse(digits, &id) || !rs_id_eq(id, rs_hash128(rest.ptr, rest.len))) return false;
    /* spelled as it is written, so that no other text stands for the same hash */
    char print[RS_ID_TEXT];
    if (!rs_str_eq(digits, rs_str_of(rs_id_text(print, id)))) return false;
    *text = rest;
    return true;
}

void rs_seal_put(rs_buf *text, const rs_seal_line *line)
{
    char print[RS_ID_TEXT];
    rs_buf_printf(text, "%s %" PRId64 " %.*s\n", rs_id_text(print, line->hash), line->n_bytes,
                  RS_STR_ARG(line->name));
}

bool rs_seal_read(rs_str text, rs_seal_line *out)
{
    rs_str hash, size;
    if (!rs_str_split(&text, ' ', &hash) || !rs_str_split(&text, ' ', &size)) return false;
    out->name = text;
    return text.len > 0 && rs_id_parse(hash, &out->hash) && rs_num_i64(size, &out->n_bytes);
}

/* A descriptor of a regular file; a FIFO would wait for its writer, a device for anything. */
static rsift_status open_regular(const char *path, int *fd, struct stat *st, rsift_error *err)
{
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (*fd < 0 && errno == ELOOP)
        return rs_err_set(err, RSIFT_E_FORMAT, "%s is a link, expected a file", path);
    if (*fd < 0) return rs_err_errno(err, errno, "cannot open %s", path);
    if (fstat(*fd, st) == 0 && S_ISREG(st->st_mode)) return RSIFT_OK;
    (void)close(*fd);
    return rs_err_set(err, RSIFT_E_FORMAT, "%s is not a regular file", path);
}

rsift_status rs_seal_slurp(const char *path, size_t most, rs_buf *out, rsift_error *err)
{
    int fd;
    struct stat st;
    size_t got = 0;
    RS_TRY(open_regular(path, &fd, &st, err));
    rsift_status status = RSIFT_OK;
    if ((uint64_t)st.st_size > most)
        status = rs_err_set(err, RSIFT_E_FORMAT, "%s holds more than %zu bytes", path, most);
    else if (!rs_buf_reserve(out, (size_t)st.st_size + 1)) status = rs_err_nomem(err, "a file");
    else status = rs_io_fd_read(fd, 0, out->ptr + out->len, (size_t)st.st_size, &got, err);
    out->len += got;
    (void)close(fd);
    return status;
}

rsift_status rs_seal_hash(const char *path, const rs_cancel *cancel, rs_seal_line *out,
                          rsift_error *err)
{
    int fd;
    struct stat st;
    RS_TRY(open_regular(path, &fd, &st, err));
    char *window = rs_alloc(WINDOW);
    rsift_status status = window ? RSIFT_OK : rs_err_nomem(err, "a window");
    rs_hasher hasher;
    rs_hash_start(&hasher);
    out->n_bytes = 0;
    for (size_t got = WINDOW; status == RSIFT_OK && got == WINDOW; out->n_bytes += (int64_t)got) {
        got = 0;
        if (rs_cancelled(cancel)) status = rs_err_cancelled(err);
        else status = rs_io_fd_read(fd, out->n_bytes, window, WINDOW, &got, err);
        if (status == RSIFT_OK) rs_hash_bytes(&hasher, window, got);
        else if (status != RSIFT_E_CANCELLED) rs_err_within(err, status, "%s", path);
    }
    out->hash = rs_hash_end(&hasher);
    rs_free(window);
    (void)close(fd);
    return status;
}

/* ---- the files of a part --------------------------------------------------------------------- */

rsift_status rs_seal_refuse(rs_str name, rs_str file, const char *what, rsift_error *err)
{
    const rs_str release = rs_str_sub(name, 0, rs_str_find_char(name, '/'));
    const rs_str dataset = rs_str_sub(release, 0, rs_str_find_char(release, '@'));
    if (!rs_str_eq(release, RS_STR("_schema")) &&
        rs_store_check_name("release", release, NULL) != RSIFT_OK)
        rs_err_set(err, RSIFT_E_FORMAT, "%s; take it away by hand", what);
    else if (rs_str_eq(release, RS_STR("_schema")))
        rs_err_set(err, RSIFT_E_FORMAT, "%s; any `rsift index` makes it anew", what);
    else
        rs_err_set(err, RSIFT_E_FORMAT,
                   "%s; `rsift index PATH` of %.*s as before makes it again, `rsift remove %.*s` "
                   "takes it out",
                   what, (int)(dataset.len < 40 ? dataset.len : 40), dataset.ptr,
                   (int)(release.len < 60 ? release.len : 60), release.ptr);
    return rs_err_within(err, RSIFT_E_FORMAT, "parts/%.*s%s%.*s", RS_STR_ARG(name),
                         file.len ? "/" : "", RS_STR_ARG(file));
}

static int by_file_name(const void *a, const void *b)
{
    return strcmp(((const rs_seal_file *)a)->name, ((const rs_seal_file *)b)->name);
}

/* Every entry but "." and ".."; what is no regular file, or has a name longer than a table's, is
 * none of ours. `why` is set with the entry's name in `bad`. */
static rsift_status list_entries(DIR *dir, rs_seal_listing *out, char bad[256], const char **why,
                                 rsift_error *err)
{
    for (struct dirent *entry; !*why && (entry = readdir(dir)) != NULL;) {
        const rs_str name = rs_str_of(entry->d_name);
        struct stat st;
        if (rs_str_eq(name, RS_STR(".")) || rs_str_eq(name, RS_STR(".."))) continue;
        if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno == ENOENT) continue;
            return rs_err_errno(err, errno, "cannot stat %s", entry->d_name);
        }
        if (!S_ISREG(st.st_mode)) *why = "is not a regular file";
        else if (name.ptr[0] == '.') continue; /* of a desktop or a network file system */
        else if (name.len >= sizeof out->files[0].name || out->n == RS_SEAL_MOST_FILES)
            *why = "is none of the part's files";
        if (*why) {
            snprintf(bad, 256, "%s", entry->d_name);
            return RSIFT_OK;
        }
        rs_seal_file *file = &out->files[out->n++];
        memcpy(file->name, name.ptr, name.len + 1);
        file->st = st;
    }
    return RSIFT_OK;
}

/* Lists a folder that holds, or will hold, the part `name`. */
static rsift_status list_folder(const char *folder, rs_str name, rs_seal_listing *out,
                                rsift_error *err)
{
    out->n = 0;
    out->gone = false;
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) {
        out->gone = true;
        return RSIFT_OK;
    }
    if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
        return rs_seal_refuse(name, RS_STR(""), "is not a folder", err);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        const int why = errno;
        if (fd >= 0) (void)close(fd);
        return rs_err_errno(err, why, "cannot open folder %s", folder);
    }
    char bad[256];
    const char *why = NULL;
    rsift_status status = list_entries(dir, out, bad, &why, err);
    (void)closedir(dir);
    if (status == RSIFT_OK && why) status = rs_seal_refuse(name, rs_str_of(bad), why, err);
    qsort(out->files, out->n, sizeof *out->files, by_file_name);
    return status;
}

rsift_status rs_seal_list(const char *dir, rs_str name, rs_seal_listing *out, rsift_error *err)
{
    rs_path folder;
    RS_TRY(rs_path_set(&folder, err, "%s/parts/%.*s", dir, RS_STR_ARG(name)));
    return list_folder(folder.text, name, out, err);
}

rsift_status rs_seal_write(const char *folder, rs_str name, const char *tmp, rsift_error *err)
{
    rs_seal_listing listing;
    rs_path path, made;
    rs_buf text = {0};
    rs_buf_printf(&text, PART_HEAD "%.*s\n", RS_STR_ARG(name));
    rsift_status status = list_folder(folder, name, &listing, err);
    for (size_t i = 0; status == RSIFT_OK && i < listing.n; i++) {
        rs_seal_line line = {.name = rs_str_of(listing.files[i].name)};
        if (rs_str_eq(line.name, RS_STR(RS_SEAL_FILE))) continue;
        status = rs_path_set(&path, err, "%s/%s", folder, listing.files[i].name);
        if (status == RSIFT_OK) status = rs_seal_hash(path.text, NULL, &line, err);
        if (status == RSIFT_OK) rs_seal_put(&text, &line);
    }
    rs_seal_end(&text);
    if (status == RSIFT_OK && text.failed) status = rs_err_nomem(err, "hashes");
    if (status == RSIFT_OK) status = rs_path_set(&path, err, "%s/" RS_SEAL_FILE, folder);
    if (status == RSIFT_OK) status = rs_path_set(&made, err, "%s/" RS_SEAL_FILE, tmp);
    if (status == RSIFT_OK) status = rs_store_write_file(made.text, rs_buf_view(&text), err);
    if (status == RSIFT_OK && rename(made.text, path.text) != 0)
        status = rs_err_errno(err, errno, "cannot make %s", path.text);
    rs_buf_fini(&text);
    return status;
}

/* ---- the proof ------------------------------------------------------------------------------- */

typedef struct proof {
    const char *dir;
    rs_str name;
    const rs_cancel *cancel;
    rs_seal_listing listing;
    bool proved[RS_SEAL_MOST_FILES];
    int64_t n_bytes;
} proof;

static size_t find_file(const rs_seal_listing *listing, rs_str name)
{
    for (size_t i = 0; i < listing->n; i++)
        if (rs_str_eq(rs_str_of(listing->files[i].name), name)) return i;
    return RS_NPOS;
}

/* One line of hashes.txt against the file that it names. */
static rsift_status prove_line(proof *p, const rs_seal_line *line, rsift_error *err)
{
    const size_t at = find_file(&p->listing, line->name);
    if (at == RS_NPOS) return rs_seal_refuse(p->name, line->name, "is missing", err);
    rs_path path;
    RS_TRY(rs_path_set(&path, err, "%s/parts/%.*s/%s", p->dir, RS_STR_ARG(p->name),
                       p->listing.files[at].name));
    rs_seal_line now;
    RS_TRY(rs_seal_hash(path.text, p->cancel, &now, err));
    p->n_bytes += now.n_bytes;
    p->proved[at] = true;
    if (now.n_bytes == line->n_bytes && rs_id_eq(now.hash, line->hash)) return RSIFT_OK;
    return rs_seal_refuse(p->name, line->name, "is not as it was written", err);
}

/* The lines of hashes.txt, which has proved itself. */
static rsift_status prove_lines(proof *p, rs_str text, rsift_error *err)
{
    const rs_str head = RS_STR(PART_HEAD), seal = RS_STR(RS_SEAL_FILE);
    rs_str line;
    if (!rs_str_line(&text, &line) || !rs_str_starts(line, head) ||
        !rs_str_eq(rs_str_sub(line, head.len, line.len), p->name))
        return rs_seal_refuse(p->name, seal, "is of another part", err);
    while (rs_str_line(&text, &line)) {
        rs_seal_line one;
        if (!rs_seal_read(line, &one))
            return rs_seal_refuse(p->name, seal, "is not as it was written", err);
        RS_TRY(prove_line(p, &one, err));
    }
    for (size_t i = 0; i < p->listing.n; i++) {
        const rs_str name = rs_str_of(p->listing.files[i].name);
        if (!p->proved[i] && !rs_str_eq(name, seal))
            return rs_seal_refuse(p->name, name, "is none of the part's files", err);
    }
    return RSIFT_OK;
}

static rsift_status prove_part(proof *p, rsift_error *err)
{
    RS_TRY(rs_seal_list(p->dir, p->name, &p->listing, err));
    if (p->listing.gone && !rs_str_starts(p->name, RS_STR("_schema/"))) return RSIFT_OK;
    if (find_file(&p->listing, RS_STR(RS_SEAL_FILE)) == RS_NPOS)
        return rs_seal_refuse(p->name, RS_STR(RS_SEAL_FILE),
                              "is missing (an older rsift wrote none)", err);
    rs_path path;
    RS_TRY(rs_path_set(&path, err, "%s/parts/%.*s/" RS_SEAL_FILE, p->dir, RS_STR_ARG(p->name)));
    rs_buf bytes = {0};
    rsift_status status = rs_seal_slurp(path.text, MOST_SEAL, &bytes, err);
    rs_str text = rs_buf_view(&bytes);
    if (status == RSIFT_OK)
        status = rs_seal_open(&text) ? prove_lines(p, text, err)
                                     : rs_seal_refuse(p->name, RS_STR(RS_SEAL_FILE),
                                                      "is not as it was written", err);
    rs_buf_fini(&bytes);
    return status;
}

rsift_status rs_seal_prove(const char *dir, rs_str name, const rs_cancel *cancel, int64_t *n_bytes,
                           rsift_error *err)
{
    proof p = {.dir = dir, .name = name, .cancel = cancel};
    rsift_status status = prove_part(&p, err);
    if (n_bytes) *n_bytes = p.n_bytes;
    if (status == RSIFT_OK || rs_err_ends_call(status)) return status;
    /* A part that is taken away meanwhile fails at any step; it is no part any more. */
    rs_seal_listing now;
    const bool gone = rs_seal_list(dir, name, &now, NULL) == RSIFT_OK && now.gone;
    return gone && !rs_str_starts(name, RS_STR("_schema/")) ? RSIFT_OK : status;
}
