/* Reading and writing a descriptor to the last byte: what the system does in part is repeated. */
#ifndef RS_IO_FD_H
#define RS_IO_FD_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* n bytes at `offset`; *got < n only at the file's end. Moves no position: threads share fd. */
rsift_status rs_io_fd_read(int fd, int64_t offset, void *dst, size_t n, size_t *got,
                           rsift_error *err);
/* All n bytes at the file position; 0 or the errno. */
int rs_io_fd_write_all(int fd, const void *bytes, size_t n);
/* The same; a full disk is RSIFT_E_IO. */
rsift_status rs_io_fd_write(int fd, const void *bytes, size_t n, rsift_error *err);

#endif
