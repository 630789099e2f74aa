/* A library to preload: one call of the program fails, the n-th of its kind, counted from the start
 * of main. Test only (faults.py drives it); nothing of it is installed.
 *
 *   FAULT_CALL=write   which calls: one of the names in the table below
 *   FAULT_AT=12        which of them, from 1; without it none
 *   FAULT_KIND=ENOSPC  EIO ENOSPC EINTR EMFILE ENOMEM, SHORT (half of the bytes), END (no bytes),
 *                      KILL (SIGKILL in front of the call), or ALL_ENOSPC (this call and all later)
 *   FAULT_COUNT=FILE   at exit: how many calls of each name there were
 *   FAULT_SITES=FILE   one line for each call of FAULT_CALL: a hash of the stack that led to it
 *   FAULT_TRACE=FILE   where in the program the call came from that failed: addresses for addr2line
 *   FAULT_FROM=duckdb  allocations of DuckDB instead of ours (see counts_allocation)
 *
 * Files of /proc and /sys are left out: DuckDB ends the process when they cannot be read.
 * time() stands still, so that two runs write the same bytes. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <inttypes.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum call {
    ALLOC,
    OPEN,
    READ,
    WRITE,
    RENAME,
    SYNC,
    MKDIR,
    LINK,
    CLOSE,
    STAT,
    UNLINK,
    THREAD,
    N_CALLS
};
static const char *const call_names[N_CALLS] = {"alloc",  "open", "read",   "write",
                                                "rename", "sync", "mkdir",  "link",
                                                "close",  "stat", "unlink", "thread"};

enum kind { FAIL, SHORT, END, KILL };
enum owner { RSIFT, LIBRARY, DUCKDB, LIBC };
enum { MAX_MODULES = 64, MAX_FRAMES = 24, MAX_DESCRIPTORS = 1024, FROZEN_TIME = 1700000000 };

static struct {
    bool armed, persistent, of_duckdb;
    enum call call;
    enum kind kind;
    int reason;
    long at;
    const char *count_path;
    int sites_fd;
} plan = {.sites_fd = -1, .call = N_CALLS};

static atomic_long made[N_CALLS];
static _Thread_local bool busy;

static struct module {
    uintptr_t base, begin, end;
    enum owner owner;
} modules[MAX_MODULES];
static size_t n_modules;

/* ---- whose call it is -------------------------------------------------------------------- */

static enum owner owner_of_name(const char *path)
{
    static const struct {
        const char *part;
        enum owner owner;
    } known[] = {{"libduckdb", DUCKDB}, {"libstdc++", DUCKDB}, {"libgcc_s", DUCKDB},
                 {"/libc.so", LIBC},    {"/ld-linux", LIBC},   {"libfaults", LIBC},
                 {"linux-vdso", LIBC}};
    if (!path[0]) return RSIFT;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strstr(path, known[i].part)) return known[i].owner;
    return LIBRARY;
}

static int add_module(struct dl_phdr_info *info, size_t size, void *ctx)
{
    (void)size;
    (void)ctx;
    for (int i = 0; i < info->dlpi_phnum && n_modules < MAX_MODULES; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        uintptr_t begin = info->dlpi_addr + part->p_vaddr;
        modules[n_modules++] = (struct module){info->dlpi_addr, begin, begin + part->p_memsz,
                                               owner_of_name(info->dlpi_name)};
    }
    return 0;
}

static const struct module *module_of(const void *address)
{
    uintptr_t at = (uintptr_t)address;
    for (size_t i = 0; i < n_modules; i++)
        if (at >= modules[i].begin && at < modules[i].end) return &modules[i];
    return NULL;
}

/* Allocations of rsift and of the C libraries that it links must be survived. DuckDB's own and
 * those of the C++ runtime end in exceptions inside of it; those of the C library are part of calls
 * that have a name of their own here. */
static bool counts_allocation(const void *caller)
{
    const struct module *module = module_of(caller);
    enum owner owner = module ? module->owner : LIBC;
    return plan.of_duckdb ? owner == DUCKDB : owner == RSIFT || owner == LIBRARY;
}

/* ---- which call fails --------------------------------------------------------------------- */

static void write_site(void)
{
    void *frames[MAX_FRAMES];
    uint64_t hash = 1469598103934665603u;
    int n = backtrace(frames, MAX_FRAMES);
    for (int i = 2; i < n; i++) {
        const struct module *module = module_of(frames[i]);
        uint64_t at = module ? (uintptr_t)frames[i] - module->begin : 0;
        hash = (hash ^ at) * 1099511628211u;
    }
    char line[32];
    int len = snprintf(line, sizeof line, "%016" PRIx64 "\n", hash);
    (void)!syscall(SYS_write, plan.sites_fd, line, len);
}

/* The program's own frames of the failing call. */
static void write_trace(void)
{
    void *frames[MAX_FRAMES];
    const char *path = getenv("FAULT_TRACE");
    if (!path) return;
    busy = true;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int n = backtrace(frames, MAX_FRAMES);
    for (int i = 2; i < n; i++) {
        const struct module *module = module_of(frames[i]);
        if (!module || module->owner != RSIFT) continue;
        char line[32];
        int len = snprintf(line, sizeof line, "0x%" PRIxPTR "\n",
                           (uintptr_t)frames[i] - 1 - module->base);
        (void)!syscall(SYS_write, fd, line, len);
    }
    syscall(SYS_close, fd);
    busy = false;
}

/* Counts one call; true when it is the one that fails, with errno set. */
static bool strikes(enum call call)
{
    if (!plan.armed || busy) return false;
    long n = atomic_fetch_add(&made[call], 1) + 1;
    if (call != plan.call) return false;
    if (plan.sites_fd >= 0) {
        busy = true;
        write_site();
        busy = false;
    }
    if (plan.at == 0 || n < plan.at || (n > plan.at && !plan.persistent)) return false;
    write_trace();
    if (plan.kind == KILL) syscall(SYS_kill, getpid(), SIGKILL);
    errno = plan.reason;
    return true;
}

/* How many of n bytes a struck call may move: 0 and errno for a failure. */
static size_t bytes_left(size_t n)
{
    if (plan.kind == SHORT) return n > 1 ? n / 2 : n;
    return 0;
}

static void set_kind(const char *kind)
{
    static const struct {
        const char *name;
        int reason;
    } reasons[] = {{"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EINTR", EINTR},
                   {"EMFILE", EMFILE}, {"ENOMEM", ENOMEM}, {"EACCES", EACCES}};
    plan.reason = EIO;
    if (!kind) return;
    plan.persistent = strncmp(kind, "ALL_", 4) == 0;
    if (plan.persistent) kind += 4;
    if (strcmp(kind, "SHORT") == 0) plan.kind = SHORT;
    if (strcmp(kind, "END") == 0) plan.kind = END;
    if (strcmp(kind, "KILL") == 0) plan.kind = KILL;
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (strcmp(kind, reasons[i].name) == 0) plan.reason = reasons[i].reason;
}

static void make_plan(void)
{
    const char *call = getenv("FAULT_CALL"), *at = getenv("FAULT_AT"), *from = getenv("FAULT_FROM");
    const char *sites = getenv("FAULT_SITES");
    for (int i = 0; call && i < N_CALLS; i++)
        if (strcmp(call, call_names[i]) == 0) plan.call = (enum call)i;
    plan.at = at ? strtol(at, NULL, 10) : 0;
    plan.of_duckdb = from && strcmp(from, "duckdb") == 0;
    plan.count_path = getenv("FAULT_COUNT");
    set_kind(getenv("FAULT_KIND"));
    if (sites) {
        void *first[2];
        (void)backtrace(first, 2); /* loads what it needs before anything is counted */
        plan.sites_fd = (int)syscall(SYS_openat, AT_FDCWD, sites,
                                     O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    }
    dl_iterate_phdr(add_module, NULL);
}

static void write_counts(void)
{
    plan.armed = false;
    if (!plan.count_path) return;
    int fd =
        (int)syscall(SYS_openat, AT_FDCWD, plan.count_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    for (int i = 0; i < N_CALLS; i++) {
        char line[64];
        int len =
            snprintf(line, sizeof line, "%s %ld\n", call_names[i], (long)atomic_load(&made[i]));
        (void)!syscall(SYS_write, fd, line, len);
    }
    syscall(SYS_close, fd);
}

static int (*real_main)(int, char **, char **);

static int armed_main(int argc, char **argv, char **environment)
{
    make_plan();
    atexit(write_counts);
    plan.armed = true;
    return real_main(argc, argv, environment);
}

typedef int start_function(int (*)(int, char **, char **), int, char **, void (*)(void),
                           void (*)(void), void (*)(void), void *);
start_function __libc_start_main;

int __libc_start_main(int (*program)(int, char **, char **), int argc, char **argv,
                      void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
                      void *stack_end)
{
    start_function *real = NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "__libc_start_main");
    real_main = program;
    return real(armed_main, argc, argv, init, fini, rtld_fini, stack_end);
}

/* ---- allocations -------------------------------------------------------------------------- */

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *ptr, size_t n);

static bool allocation_strikes(const void *caller)
{
    if (!plan.armed || busy || !counts_allocation(caller)) return false;
    if (!strikes(ALLOC)) return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t n)
{
    return allocation_strikes(__builtin_return_address(0)) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return allocation_strikes(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *ptr, size_t n)
{
    return allocation_strikes(__builtin_return_address(0)) ? NULL : __libc_realloc(ptr, n);
}

/* ---- files -------------------------------------------------------------------------------- */

/* The function of this name that would have been called without this library. */
#define NEXT(pointer, name) (*(void **)&(pointer) = dlsym(RTLD_NEXT, name))

/* Descriptors of the system's own files. */
static atomic_bool of_system[MAX_DESCRIPTORS];

static int open_file(int folder, const char *path, int flags, mode_t mode)
{
    bool system = strncmp(path, "/proc/", 6) == 0 || strncmp(path, "/sys/", 5) == 0;
    if (!system && strikes(OPEN)) return -1;
    int fd = (int)syscall(SYS_openat, folder, path, flags, mode);
    if (fd >= 0 && fd < MAX_DESCRIPTORS) atomic_store(&of_system[fd], system);
    return fd;
}

static mode_t mode_of(int flags, va_list arguments)
{
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_file(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_file(folder, path, flags, mode);
}

/* What the C library calls these where off_t has 64 bits, and where sizes are checked. */
int open64(const char *path, int flags, ...) __attribute__((alias("open")));
int openat64(int folder, const char *path, int flags, ...) __attribute__((alias("openat")));
int __open_2(const char *path, int flags);
int __openat_2(int folder, const char *path, int flags);
int __openat64_2(int folder, const char *path, int flags);

int __open_2(const char *path, int flags)
{
    return open_file(AT_FDCWD, path, flags, 0);
}

int __openat_2(int folder, const char *path, int flags)
{
    return open_file(folder, path, flags, 0);
}

int __openat64_2(int folder, const char *path, int flags)
{
    return open_file(folder, path, flags, 0);
}

FILE *fopen(const char *path, const char *mode)
{
    FILE *(*real)(const char *, const char *);
    NEXT(real, "fopen");
    return strikes(OPEN) ? NULL : real(path, mode);
}

FILE *fopen64(const char *path, const char *mode) __attribute__((alias("fopen")));

DIR *opendir(const char *path)
{
    DIR *(*real)(const char *);
    NEXT(real, "opendir");
    return strikes(OPEN) ? NULL : real(path);
}

DIR *fdopendir(int fd)
{
    DIR *(*real)(int);
    NEXT(real, "fdopendir");
    return strikes(OPEN) ? NULL : real(fd);
}

int mkstemp(char *name)
{
    int (*real)(char *);
    NEXT(real, "mkstemp");
    return strikes(OPEN) ? -1 : real(name);
}

int mkstemp64(char *name) __attribute__((alias("mkstemp")));

static ssize_t moved(enum call call, long number, int fd, void *bytes, size_t n, off_t at)
{
    bool system = fd >= 0 && fd < MAX_DESCRIPTORS && atomic_load(&of_system[fd]);
    if (!system && strikes(call)) {
        if (plan.kind == END) return 0;
        n = bytes_left(n);
        if (n == 0) return -1;
    }
    return syscall(number, fd, bytes, n, at);
}

ssize_t read(int fd, void *bytes, size_t n)
{
    return moved(READ, SYS_read, fd, bytes, n, 0);
}

ssize_t pread(int fd, void *bytes, size_t n, off_t at)
{
    return moved(READ, SYS_pread64, fd, bytes, n, at);
}

ssize_t pread64(int fd, void *bytes, size_t n, off_t at) __attribute__((alias("pread")));

ssize_t write(int fd, const void *bytes, size_t n)
{
    return moved(WRITE, SYS_write, fd, (void *)(uintptr_t)bytes, n, 0);
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    return moved(WRITE, SYS_pwrite64, fd, (void *)(uintptr_t)bytes, n, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off_t at) __attribute__((alias("pwrite")));

struct dirent *readdir(DIR *folder)
{
    struct dirent *(*real)(DIR *);
    NEXT(real, "readdir");
    return strikes(READ) ? NULL : real(folder);
}

struct dirent *readdir64_(DIR *folder) __asm__("readdir64") __attribute__((alias("readdir")));

size_t fread(void *bytes, size_t size, size_t n, FILE *in)
{
    size_t (*real)(void *, size_t, size_t, FILE *);
    NEXT(real, "fread");
    if (!strikes(READ)) return real(bytes, size, n, in);
    if (plan.kind == FAIL) in->_flags |= 0x20; /* what ferror asks for */
    return 0;
}

size_t fwrite(const void *bytes, size_t size, size_t n, FILE *out)
{
    size_t (*real)(const void *, size_t, size_t, FILE *);
    NEXT(real, "fwrite");
    if (!strikes(WRITE)) return real(bytes, size, n, out);
    out->_flags |= 0x20;
    return 0;
}

int fputs(const char *text, FILE *out)
{
    int (*real)(const char *, FILE *);
    NEXT(real, "fputs");
    if (!strikes(WRITE)) return real(text, out);
    out->_flags |= 0x20;
    return EOF;
}

int fflush(FILE *out)
{
    int (*real)(FILE *);
    NEXT(real, "fflush");
    if (!strikes(WRITE)) return real(out);
    if (out) out->_flags |= 0x20;
    return EOF;
}

int ftruncate(int fd, off_t n)
{
    return strikes(WRITE) ? -1 : (int)syscall(SYS_ftruncate, fd, n);
}

int ftruncate64(int fd, off_t n) __attribute__((alias("ftruncate")));

ssize_t copy_file_range(int from, off_t *from_at, int to, off_t *to_at, size_t n, unsigned flags)
{
    if (strikes(WRITE)) {
        n = bytes_left(n);
        if (n == 0) return -1;
    }
    return syscall(SYS_copy_file_range, from, from_at, to, to_at, n, flags);
}

int rename(const char *from, const char *to)
{
    return strikes(RENAME) ? -1 : (int)syscall(SYS_rename, from, to);
}

int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
    return strikes(RENAME) ? -1 : (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags);
}

int fsync(int fd)
{
    return strikes(SYNC) ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return strikes(SYNC) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int syncfs(int fd)
{
    return strikes(SYNC) ? -1 : (int)syscall(SYS_syncfs, fd);
}

int mkdir(const char *path, mode_t mode)
{
    return strikes(MKDIR) ? -1 : (int)syscall(SYS_mkdir, path, mode);
}

int symlink(const char *to, const char *path)
{
    return strikes(LINK) ? -1 : (int)syscall(SYS_symlink, to, path);
}

int link(const char *from, const char *to)
{
    return strikes(LINK) ? -1 : (int)syscall(SYS_link, from, to);
}

/* A close that fails has closed all the same. */
int close(int fd)
{
    bool system = fd >= 0 && fd < MAX_DESCRIPTORS && atomic_exchange(&of_system[fd], false);
    bool struck = !system && strikes(CLOSE);
    int reason = errno, result = (int)syscall(SYS_close, fd);
    if (!struck) return result;
    errno = reason;
    return -1;
}

int fclose(FILE *file)
{
    int (*real)(FILE *);
    NEXT(real, "fclose");
    bool struck = strikes(CLOSE);
    int reason = errno, result = real(file);
    if (!struck) return result;
    errno = reason;
    return EOF;
}

static int stat_at(int folder, const char *path, struct stat *st, int flags)
{
    return strikes(STAT) ? -1 : (int)syscall(SYS_newfstatat, folder, path, st, flags);
}

int stat(const char *path, struct stat *st)
{
    return stat_at(AT_FDCWD, path, st, 0);
}

int lstat(const char *path, struct stat *st)
{
    return stat_at(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW);
}

int fstat(int fd, struct stat *st)
{
    return stat_at(fd, "", st, AT_EMPTY_PATH);
}

int fstatat(int folder, const char *path, struct stat *st, int flags)
{
    return stat_at(folder, path, st, flags);
}

int stat64_(const char *path, struct stat *st) __asm__("stat64") __attribute__((alias("stat")));
int lstat64_(const char *path, struct stat *st) __asm__("lstat64") __attribute__((alias("lstat")));
int fstat64_(int fd, struct stat *st) __asm__("fstat64") __attribute__((alias("fstat")));
int fstatat64_(int folder, const char *path, struct stat *st, int flags) __asm__("fstatat64")
    __attribute__((alias("fstatat")));

int unlink(const char *path)
{
    return strikes(UNLINK) ? -1 : (int)syscall(SYS_unlink, path);
}

int unlinkat(int folder, const char *path, int flags)
{
    return strikes(UNLINK) ? -1 : (int)syscall(SYS_unlinkat, folder, path, flags);
}

/* ---- threads and the time ------------------------------------------------------------------ */

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *ctx)
{
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    NEXT(real, "pthread_create");
    return strikes(THREAD) ? EAGAIN : real(thread, attributes, run, ctx);
}

time_t time(time_t *out)
{
    if (out) *out = FROZEN_TIME;
    return FROZEN_TIME;
}
