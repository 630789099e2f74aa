/* Open-file-description locks are Linux's (3.15) and in POSIX.1-2024; the C library hides them
 * behind _GNU_SOURCE. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "store/lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* True when the open file is still what the path names: a holder removes its file before letting
 * go, so a lock won on a removed file excludes nobody. */
static bool same_file(int fd, const char *path)
{
    struct stat a, b;
    return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

static void host_name(char out[128])
{
    if (gethostname(out, 127) != 0) out[0] = '\0';
    out[127] = '\0';
    if (!out[0]) snprintf(out, 128, "unknown-host");
    for (char *p = out; *p; p++)
        if (*p == '/' || *p <= ' ') *p = '_';
}

static rsift_status held_by(int fd, const char *what, rsift_error *err)
{
    char text[200];
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    rs_str rest = rs_str_of(text), line = {0};
    if (!rs_str_line(&rest, &line)) line = RS_STR("");
    rs_str pid = line, host = RS_STR("an unknown host");
    size_t blank = rs_str_find_char(line, ' ');
    if (blank != RS_NPOS) {
        pid = rs_str_sub(line, 0, blank);
        host = rs_str_sub(line, blank + 1, line.len);
    }
    return rs_err_set(err, RSIFT_E_IO, "%s is held by pid %.*s on %.*s", what, RS_STR_ARG(pid),
                      RS_STR_ARG(host));
}

static void write_holder(int fd)
{
    char host[128], text[200];
    host_name(host);
    /* One line, "PID HOST", which held_by reads back. */
    int n = snprintf(text, sizeof text, "%ld %s\n", (long)getpid(), host);
    /* only for people and messages: a failure to write it does not weaken the lock */
    if (n > 0 && ftruncate(fd, 0) == 0) (void)!pwrite(fd, text, (size_t)n, 0);
}

rsift_status rs_lock_take(rs_lock *lock, const char *path, const char *what, rsift_error *err)
{
    *lock = RS_LOCK_NONE;
    rs_path copy;
    RS_TRY(rs_path_set(&copy, err, "%s", path));
    for (;;) {
        /* A link is not followed: the holder's line would overwrite what it points to. */
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
        if (fd < 0 && errno == ELOOP)
            return rs_err_set(err, RSIFT_E_FORMAT, "%s is a link; take it away by hand", path);
        if (fd < 0) return rs_err_errno(err, errno, "cannot open lock %s", path);
        struct flock request = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        if (fcntl(fd, F_OFD_SETLK, &request) != 0) {
            int why = errno;
            rsift_status status = why == EAGAIN || why == EACCES
                                      ? held_by(fd, what, err)
                                      : rs_err_errno(err, why, "cannot lock %s", path);
            (void)close(fd);
            return status;
        }
        /* A lock on a file that was removed between open and lock is void: the next round opens the
         * new one. */
        if (same_file(fd, path)) {
            write_holder(fd);
            lock->fd = fd;
            lock->path = copy;
            return RSIFT_OK;
        }
        (void)close(fd);
    }
}

bool rs_lock_is_held(const char *path)
{
    const int fd = open(path, O_RDWR | O_CLOEXEC);
    struct flock request = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    const bool held = fd >= 0 && fcntl(fd, F_OFD_GETLK, &request) == 0 && request.l_type != F_UNLCK;
    if (fd >= 0) (void)close(fd);
    return held;
}

void rs_lock_drop(rs_lock *lock, bool remove_file)
{
    if (lock->fd < 0) return;
    if (remove_file) (void)unlink(lock->path.text);
    (void)close(lock->fd);
    lock->fd = -1;
}

static void sleep_ms(int ms)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

enum { STEP_MS = 5 };

rsift_status rs_lock_wait(rs_lock *lock, const char *path, const char *what, int ms,
                          rsift_error *err)
{
    while (ms > 0 && rs_lock_take(lock, path, what, NULL) != RSIFT_OK) {
        sleep_ms(STEP_MS);
        ms -= STEP_MS;
    }
    return ms > 0 ? RSIFT_OK : rs_lock_take(lock, path, what, err);
}

/* ---- readers --------------------------------------------------------------------------------- */

static int open_lock(const char *dir, const char *name)
{
    rs_path path;
    if (rs_path_set(&path, NULL, "%s/locks/%s", dir, name) != RSIFT_OK) return -1;
    const int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    const int fd = open(path.text, O_RDWR | O_CREAT | flags, 0666);
    return fd >= 0 ? fd : open(path.text, O_RDONLY | flags);
}

static bool set_lock(int fd, short type, int command)
{
    struct flock request = {.l_type = type, .l_whence = SEEK_SET};
    int result;
    do result = fcntl(fd, command, &request);
    while (result != 0 && errno == EINTR);
    return result == 0;
}

static void close_lock(int *fd)
{
    if (*fd >= 0) (void)close(*fd);
    *fd = -1;
}

rs_lock rs_lock_share(const char *dir)
{
    rs_lock lock = RS_LOCK_NONE;
    /* Through the gate, which is shut while somebody waits: readers that overlap without an end
     * would keep him waiting. */
    int gate = open_lock(dir, "gate.lock");
    if (gate >= 0) (void)set_lock(gate, F_RDLCK, F_OFD_SETLKW);
    lock.fd = open_lock(dir, "readers.lock");
    if (lock.fd >= 0 && !set_lock(lock.fd, F_RDLCK, F_OFD_SETLKW)) close_lock(&lock.fd);
    close_lock(&gate);
    return lock;
}

rs_exclusion rs_lock_exclude(const char *dir, int ms)
{
    rs_exclusion out = {.gate = open_lock(dir, "gate.lock"),
                        .readers = open_lock(dir, "readers.lock")};
    if (out.gate >= 0) (void)set_lock(out.gate, F_WRLCK, F_OFD_SETLKW);
    while (out.readers >= 0 && ms > 0 && !set_lock(out.readers, F_WRLCK, F_OFD_SETLK)) {
        sleep_ms(STEP_MS);
        ms -= STEP_MS;
    }
    return out;
}

void rs_lock_admit(rs_exclusion *exclusion)
{
    close_lock(&exclusion->readers);
    close_lock(&exclusion->gate);
}

rsift_status rs_lock_own_tmp(rs_lock *lock, const char *dir, rs_path *tmp, rsift_error *err)
{
    static atomic_uint counter; /* only makes names differ within this process */
    char host[128];
    host_name(host);
    for (;;) {
        unsigned n = atomic_fetch_add(&counter, 1);
        rs_path path;
        RS_TRY(
            rs_path_set(&path, err, "%s/locks/tmp-%ld-%u-%s.lock", dir, (long)getpid(), n, host));
        RS_TRY(rs_path_set(tmp, err, "%s/tmp/%ld-%u-%s", dir, (long)getpid(), n, host));
        RS_TRY(rs_lock_take(lock, path.text, "the temporary folder", err));
        if (mkdir(tmp->text, 0777) == 0) return RSIFT_OK;
        int why = errno;
        if (why == EEXIST) { /* of a dead process with our pid: nobody but us can own it now */
            rsift_status status = rs_store_remove_tree(tmp->text, err);
            if (status == RSIFT_OK && mkdir(tmp->text, 0777) == 0) return RSIFT_OK;
            why = errno;
        }
        rs_lock_drop(lock, true);
        return rs_err_errno(err, why, "cannot make folder %s", tmp->text);
    }
}

static rsift_status sweep_one(const char *dir, const char *name, rsift_error *err)
{
    rs_path lock_path, tmp;
    RS_TRY(rs_path_set(&lock_path, err, "%s/locks/tmp-%s.lock", dir, name));
    RS_TRY(rs_path_set(&tmp, err, "%s/tmp/%s", dir, name));
    rs_lock lock;
    if (rs_lock_take(&lock, lock_path.text, "", NULL) != RSIFT_OK) return RSIFT_OK; /* it lives */
    rsift_status status = rs_store_remove_tree(tmp.text, err);
    rs_lock_drop(&lock, true);
    return status;
}

rsift_status rs_lock_sweep_tmp(const char *dir, rsift_error *err)
{
    rs_path tmp;
    RS_TRY(rs_path_set(&tmp, err, "%s/tmp", dir));
    DIR *entries = opendir(tmp.text);
    if (!entries) {
        if (errno == ENOENT) return RSIFT_OK;
        return rs_err_errno(err, errno, "cannot open folder %s", tmp.text);
    }
    rsift_status status = RSIFT_OK;
    for (struct dirent *entry; status == RSIFT_OK && (entry = readdir(entries)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        status = sweep_one(dir, entry->d_name, err);
    }
    (void)closedir(entries);
    return status;
}

size_t rs_lock_count_dead(const char *dir)
{
    rs_path path;
    size_t n = 0;
    if (rs_path_set(&path, NULL, "%s/tmp", dir) != RSIFT_OK) return 0;
    DIR *entries = opendir(path.text);
    for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
        struct flock request = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        if (entry->d_name[0] == '.' ||
            rs_path_set(&path, NULL, "%s/locks/tmp-%s.lock", dir, entry->d_name) != RSIFT_OK)
            continue;
        const int fd = open(path.text, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        n += fd < 0 || (fcntl(fd, F_OFD_GETLK, &request) == 0 && request.l_type == F_UNLCK);
        if (fd >= 0) (void)close(fd);
    }
    if (entries) (void)closedir(entries);
    return n;
}
