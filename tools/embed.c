/* Build-time program: writes a C file that holds other files' bytes.
 *   embed OUT.c ROOT LIST     LIST names the files, one a line, relative to ROOT
 * The table comes out sorted bytewise by name whatever the order of LIST, and OUT.c depends on
 * nothing but the names and the bytes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PATH_LEN = 4096 };

struct names {
    char **items;
    size_t n;
};

static void die(const char *what, const char *name)
{
    fprintf(stderr, "embed: %s: %s\n", name, what);
    exit(1);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct names read_list(const char *path)
{
    struct names names = {0};
    char line[MAX_PATH_LEN];
    FILE *list = fopen(path, "r");
    if (!list) die(strerror(errno), path);
    while (fgets(line, sizeof line, list)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] == '\0') continue;
        char **grown = realloc(names.items, (names.n + 1) * sizeof *grown);
        if (!grown) die("out of memory", path);
        names.items = grown;
        names.items[names.n] = strdup(line);
        if (!names.items[names.n++]) die("out of memory", path);
    }
    fclose(list);
    if (names.n > 0) qsort(names.items, names.n, sizeof *names.items, by_name);
    return names;
}

/* Writes the bytes as one array and gives their number. */
static size_t write_bytes(FILE *out, size_t index, const char *root, const char *name)
{
    char path[MAX_PATH_LEN * 2];
    snprintf(path, sizeof path, "%s/%s", root, name);
    FILE *in = fopen(path, "rb");
    if (!in) die(strerror(errno), path);
    fprintf(out, "static const unsigned char file_%zu[] = {", index);
    size_t n = 0;
    for (int byte; (byte = getc(in)) != EOF; n++)
        fprintf(out, "%s%d,", n % 24 == 0 ? "\n" : "", byte);
    if (ferror(in)) die("cannot be read", path);
    fclose(in);
    fprintf(out, "\n0};\n");
    return n;
}

static void write_table(FILE *out, const struct names *names, const size_t *lengths)
{
    fprintf(out, "const rs_embedded rs_embedded_files[] = {\n");
    for (size_t i = 0; i < names->n; i++)
        fprintf(out, "    {\"%s\", file_%zu, %zu},\n", names->items[i], i, lengths[i]);
    if (names->n == 0) fprintf(out, "    {0}\n");
    fprintf(out, "};\nconst size_t rs_n_embedded_files = %zu;\n", names->n);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: embed OUT.c ROOT LIST\n");
        return 2;
    }
    struct names names = read_list(argv[3]);
    size_t *lengths = calloc(names.n + 1, sizeof *lengths);
    FILE *out = fopen(argv[1], "w");
    if (!lengths || !out) die(strerror(errno), argv[1]);
    fprintf(out, "/* Written by tools/embed.c. */\n#include \"base/embedded.h\"\n\n");
    for (size_t i = 0; i < names.n; i++) lengths[i] = write_bytes(out, i, argv[2], names.items[i]);
    write_table(out, &names, lengths);
    if (fclose(out) != 0) die(strerror(errno), argv[1]);
    for (size_t i = 0; i < names.n; i++) free(names.items[i]);
    free(names.items);
    free(lengths);
    return 0;
}
