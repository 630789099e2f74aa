/* Descriptors; interrupted calls and partial results go on where they stopped. */
#include "io/fd.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

rsift_status rs_io_fd_read(int fd, int64_t offset, void *dst, size_t n, size_t *got,
                           rsift_error *err)
{
    size_t done = 0;
    while (done < n) {
        ssize_t k = pread(fd, (char *)dst + done, n - done, (off_t)(offset + (int64_t)done));
        if (k < 0 && errno == EINTR) continue;
        if (k < 0) {
            rsift_status status = rs_err_errno(err, errno, "cannot read");
            return rs_err_within(err, status, "byte %" PRId64, offset + (int64_t)done);
        }
        if (k == 0) break;
        done += (size_t)k;
    }
    *got = done;
    return RSIFT_OK;
}

int rs_io_fd_write_all(int fd, const void *bytes, size_t n)
{
    const char *p = bytes;
    while (n > 0) {
        ssize_t k = write(fd, p, n);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return k ? errno : ENOSPC;
        p += k;
        n -= (size_t)k;
    }
    return 0;
}

rsift_status rs_io_fd_write(int fd, const void *bytes, size_t n, rsift_error *err)
{
    const int reason = rs_io_fd_write_all(fd, bytes, n);
    return reason ? rs_err_errno(err, reason, "cannot write") : RSIFT_OK;
}
