/* Leftovers of killed writers. Their names hold the writer's process id (io/out.c), so that files
 * being written by another process are left alone. */
#include "base/num.h"
#include "io/io.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

enum { max_depth = 64 };

static bool is_leftover(rs_str name)
{
    static const char mark[] = ".partial-";
    size_t at = RS_NPOS;
    for (size_t i = 0; i + sizeof mark - 1 < name.len; i++)
        if (memcmp(name.ptr + i, mark, sizeof mark - 1) == 0) at = i;
    int64_t pid;
    if (at == RS_NPOS || !rs_num_i64(rs_str_sub(name, at + sizeof mark - 1, name.len), &pid))
        return false;
    /* signal 0 only asks whether the process exists */
    return pid > 0 && pid <= INT32_MAX && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

static void sweep(const char *folder, int depth)
{
    DIR *entries = depth < max_depth ? opendir(folder) : NULL;
    if (!entries) return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        rs_str name = rs_str_of(entry->d_name);
        char path[4096];
        struct stat info;
        int n = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (n < 0 || (size_t)n >= sizeof path || lstat(path, &info) != 0) continue;
        /* hidden folders are not ours, a hidden file may be */
        if (S_ISDIR(info.st_mode) && name.ptr[0] != '.') sweep(path, depth + 1);
        else if (S_ISREG(info.st_mode) && is_leftover(name)) (void)unlink(path);
    }
    (void)closedir(entries);
}

static void sweep_from(rs_str folder, int depth)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%.*s", RS_STR_ARG(folder));
    if (n > 0 && (size_t)n < sizeof path) sweep(path, depth);
}

void rs_io_out_sweep(rs_str folder)
{
    sweep_from(folder, 0);
}

void rs_io_out_sweep_flat(rs_str folder)
{
    sweep_from(folder, max_depth - 1);
}
