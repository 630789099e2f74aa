/* Bytes per CPU second of rs_minhash_of and rs_text_key over the lines of a file, signatures to
 * standard output where asked: bench/similar/text.py builds and runs it.
 *   text FILE [signatures] */
#include "similar/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double cpu_seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Peak resident memory in KB. Not getrusage: its figure is kept from before exec. */
static long peak_kb(void)
{
    char line[128];
    long kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "VmHWM:", 6) == 0) kb = strtol(line + 6, NULL, 10);
    if (f) (void)fclose(f);
    return kb;
}

static char *read_all(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) != 0) return NULL;
    const long size = ftell(f);
    rewind(f);
    char *bytes = malloc((size_t)size + 1);
    *n = bytes ? fread(bytes, 1, (size_t)size, f) : 0;
    (void)fclose(f);
    return bytes;
}

int main(int argc, char **argv)
{
    size_t n;
    char *bytes = argc > 1 ? read_all(argv[1], &n) : NULL;
    if (!bytes) return 2;
    const double before = cpu_seconds();
    rs_str rest = rs_str_make(bytes, n), line;
    size_t texts = 0;
    while (rs_str_line(&rest, &line)) {
        rs_minhash signature;
        rs_minhash_of(line, &signature);
        if (argc > 2) (void)fwrite(&signature, sizeof signature, 1, stdout);
        texts++;
    }
    const double seconds = cpu_seconds() - before;
    uint64_t sum = 0;
    rest = rs_str_make(bytes, n);
    while (rs_str_line(&rest, &line)) sum ^= rs_text_key(line).lo;
    const double keys = cpu_seconds() - before - seconds;
    fprintf(stderr, "%zu %zu %.6f %.6f %ld %d\n", texts, n, seconds, keys, peak_kb(),
            (int)(sum & 1));
    free(bytes);
    return 0;
}
