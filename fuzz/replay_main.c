/* Runs a fuzz target over files instead of under libFuzzer, so that the corpus and each past
 * crasher belong to the normal suite:  fuzz_json FOLDER|FILE...
 * Every file is also replayed cut short, at each byte while it is small; nothing is also a case.
 * What is looked for is a crash or a sanitizer's complaint, so inputs live in blocks of their
 * exact size. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

enum { MAX_CUTS = 256, MAX_PATH_LEN = 4096 };

static void run(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact) abort();
    if (size) memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static void run_cuts(const uint8_t *data, size_t size)
{
    size_t step = size <= MAX_CUTS ? 1 : size / MAX_CUTS;
    for (size_t cut = 0; cut < size; cut += step) run(data, cut);
    run(data, size);
}

static int run_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    struct stat st;
    if (!in || fstat(fileno(in), &st) != 0 || st.st_size < 0) {
        fprintf(stderr, "%s: cannot be read\n", path);
        if (in) fclose(in);
        return -1;
    }
    size_t size = (size_t)st.st_size;
    uint8_t *data = malloc(size + 1);
    if (!data || fread(data, 1, size, in) != size) abort();
    fclose(in);
    fprintf(stderr, "replay %s\n", path); /* the last one named is the one that crashed */
    run_cuts(data, size);
    free(data);
    return 0;
}

static int skip_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int run_path(const char *path, int *n_run)
{
    struct stat st;
    if (stat(path, &st) != 0) return 0; /* a target without a corpus yet */
    if (!S_ISDIR(st.st_mode)) {
        ++*n_run;
        return run_file(path);
    }
    struct dirent **entries = NULL;
    int n = scandir(path, &entries, skip_hidden, alphasort);
    int failed = 0;
    for (int i = 0; i < n; i++) {
        char child[MAX_PATH_LEN];
        snprintf(child, sizeof child, "%s/%s", path, entries[i]->d_name);
        if (run_path(child, n_run) != 0) failed = -1;
        free(entries[i]);
    }
    free(entries);
    return failed;
}

int main(int argc, char **argv)
{
    if (LLVMFuzzerInitialize) LLVMFuzzerInitialize(&argc, &argv);
    int n_run = 1, failed = 0;
    run((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++)
        if (run_path(argv[i], &n_run) != 0) failed++;
    printf("%d passed, %d failed, 0 skipped\n", n_run - failed, failed);
    return failed ? 1 : 0;
}
