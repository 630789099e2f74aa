/* A file's hash, read through the same door as its records are. */
#include "io/hash_file.h"

#include "io/single.h"

rsift_status rs_io_hash_file(rs_str path, rs_id *out, rsift_error *err)
{
    rs_io_single file;
    rs_hasher h;
    *out = (rs_id){0, 0};
    rsift_status status = rs_io_single_open(path, NULL, &file, err);
    rs_hash_start(&h);
    while (status == RSIFT_OK) {
        char bytes[1 << 16];
        size_t n;
        status = rs_io_read(file.stream, bytes, sizeof bytes, &n, err);
        if (status == RSIFT_OK && n == 0) break;
        if (status == RSIFT_OK) rs_hash_bytes(&h, bytes, n);
    }
    rs_io_single_close(&file);
    *out = rs_hash_end(&h);
    return status;
}
