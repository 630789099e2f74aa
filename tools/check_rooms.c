/* Reads every #include of the sources against the table of rooms (who may include whom) and names
 * each line that breaks it; then names every circle of files with what ties it (circles.c).
 *   check_rooms SRC
 * A room sees itself and rooms on earlier lines; the exceptions stand in `may_include`. */
#include "circles.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SESSION = 6, CLIENT = 10 };

static const struct room {
    const char *name;
    int line; /* rooms with the same number don't see each other */
} rooms[] = {
    {"base", 0},       {"geom", 1},    {"lang", 1},    {"image", 1},   {"io", 1},
    {"run", 1},        {"codec", 2},   {"model", 2},   {"catalog", 3}, {"store", 3},
    {"readers", 4},    {"checks", 4},  {"signals", 4}, {"metrics", 4}, {"render", 4},
    {"similar", 4},    {"choose", 4},  {"page", 4},    {"fetch", 4},   {"writers", 5},
    {"decide", 5},     {"session", 6}, {"release", 7}, {"index", 8},   {"emit", 8},
    {"score", 8},      {"overlap", 8}, {"proxy", 8},   {"api", 9},     {"cli", CLIENT},
    {"serve", CLIENT},
};

static int n_files, n_bad;

static const struct room *find_room(const char *name)
{
    for (size_t i = 0; i < sizeof rooms / sizeof rooms[0]; i++)
        if (strcmp(rooms[i].name, name) == 0) return &rooms[i];
    return NULL;
}

/* The clients use the public interface and, for printing, two things more. */
static bool client_may_include(const struct room *from, const char *target, const char *path)
{
    return strcmp(target, from->name) == 0 || strcmp(target, "base") == 0 ||
           strcmp(path, "codec/json.h") == 0 || strcmp(path, "codec/json_writer.h") == 0 ||
           strcmp(target, "synth") == 0; /* tools/synth, for `rsift demo` */
}

static bool may_include(const struct room *from, const char *target, const char *path)
{
    if (strcmp(target, "rsift") == 0 || strcmp(target, from->name) == 0) return true;
    if (from->line == CLIENT) return client_may_include(from, target, path);
    const struct room *to = find_room(target);
    if (!to || to->line >= from->line) return false;
    if (strcmp(target, "store") != 0 || from->line >= SESSION) return true;
    return strcmp(from->name, "decide") == 0 ||
           (strcmp(from->name, "readers") == 0 && strcmp(path, "store/columns.h") == 0);
}

static void complain(const char *file, int number, const char *path, const char *why)
{
    printf("%s:%d: #include %s: %s\n", file, number, path, why);
    n_bad++;
}

static void check_quoted(const struct room *from, const char *file, int number, const char *path)
{
    char target[64];
    const char *slash = strchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) : 0;
    if (!slash || len >= sizeof target || strncmp(path, "..", 2) == 0) {
        complain(file, number, path, "the path does not name a room");
        return;
    }
    memcpy(target, path, len);
    target[len] = '\0';
    if (!may_include(from, target, path)) {
        char why[128];
        snprintf(why, sizeof why, "%s does not see %s", from->name, target);
        complain(file, number, path, why);
    }
}

static void check_line(const struct room *from, const char *file, int number, char *line)
{
    char *p = line + strspn(line, " \t");
    if (*p != '#') return;
    p++;
    p += strspn(p, " \t");
    if (strncmp(p, "include", 7) != 0) return;
    p += 7;
    p += strspn(p, " \t");
    char close = *p == '"' ? '"' : '>';
    if (*p != '"' && *p != '<') return;
    char *end = strchr(++p, close);
    if (!end) return;
    *end = '\0';
    bool duckdb = strcmp(p, "duckdb.h") == 0;
    if (duckdb && strcmp(from->name, "store") != 0)
        complain(file, number, p, "only store knows DuckDB");
    else if (close == '"' && !duckdb && strcmp(p, "yyjson.h") != 0)
        check_quoted(from, file, number, p);
}

/* The text of a file, NUL-terminated; NULL (told) when it cannot be read. */
static char *read_text(const char *file)
{
    FILE *in = fopen(file, "rb");
    char *text = NULL;
    size_t n = 0, cap = 0;
    while (in && !feof(in) && !ferror(in)) {
        if (cap - n < 4096) text = realloc(text, (cap = 2 * cap + 8192));
        if (!text) break;
        n += fread(text + n, 1, cap - n - 1, in);
    }
    const bool bad = !in || ferror(in) || !text;
    if (in) fclose(in);
    if (bad) {
        complain(file, 0, "", "cannot be read");
        free(text);
        return NULL;
    }
    text[n] = '\0';
    return text;
}

static void check_file(const struct room *from, const char *file, const char *in_room, circles *all)
{
    char *text = read_text(file);
    if (!text) return;
    n_files++;
    circles_add(all, in_room, text);
    int number = 1;
    for (char *line = text, *end; line; line = end ? end + 1 : NULL, number++) {
        end = strchr(line, '\n');
        if (end) *end = '\0';
        check_line(from, file, number, line);
    }
    free(text);
}

static bool is_source(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && (strcmp(dot, ".c") == 0 || strcmp(dot, ".h") == 0);
}

static void check_room(const char *src, const char *name, circles *all)
{
    char folder[4096], file[8192], in_room[512];
    snprintf(folder, sizeof folder, "%s/%s", src, name);
    DIR *dir = opendir(folder);
    if (!dir) return; /* a file beside the rooms */
    const struct room *room = find_room(name);
    if (!room) complain(folder, 0, "", "no such room in the table");
    for (struct dirent *entry; room && (entry = readdir(dir));) {
        if (!is_source(entry->d_name)) continue;
        snprintf(file, sizeof file, "%s/%s", folder, entry->d_name);
        snprintf(in_room, sizeof in_room, "%s/%s", name, entry->d_name);
        check_file(room, file, in_room, all);
    }
    closedir(dir);
}

/* The rules, checked against themselves: a table that allows everything would pass all sources. */
static void check_rules(void)
{
    static const struct {
        const char *from, *target, *path;
        bool allowed;
    } cases[] = {
        {"base", "geom", "geom/box.h", false},
        {"geom", "base", "base/str.h", true},
        {"geom", "lang", "lang/token.h", false},
        {"model", "geom", "geom/convention.h", true},
        {"codec", "model", "model/sample.h", false},
        {"codec", "io", "io/io.h", true},
        {"readers", "store", "store/store.h", false},
        {"decide", "store", "store/store.h", true},
        {"readers", "store", "store/columns.h", true},
        {"index", "store", "store/store.h", true},
        {"index", "readers", "readers/reader.h", true},
        {"index", "emit", "emit/emit.h", false},
        {"readers", "index", "index/index.h", false},
        {"render", "writers", "writers/writer.h", false},
        {"release", "index", "index/index.h", false},
        {"api", "emit", "emit/emit.h", true},
        {"readers", "checks", "checks/check.h", false},
        {"cli", "codec", "codec/json.h", true},
        {"cli", "codec", "codec/csv.h", false},
        {"cli", "store", "store/store.h", false},
        {"cli", "api", "api/verb.h", false},
        {"serve", "rsift", "rsift/rsift.h", true},
        {"lang", "util", "util/x.h", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct room *from = find_room(cases[i].from);
        if (from && may_include(from, cases[i].target, cases[i].path) == cases[i].allowed) continue;
        complain("check_rooms", (int)i, cases[i].path, "the rule itself is wrong");
    }
}

/* The search for circles, on sources that have one and on sources that have none. */
static void check_search(void)
{
    static const struct {
        const char *low, *high;
        int n_circles;
    } cases[] = {
        {"int rs_low(void)\n{\n    return 1;\n}\n",
         "int rs_high(void)\n{\n    return rs_low();\n}\n", 0},
        {"int rs_low(void)\n{\n    return rs_high();\n}\n",
         "int rs_high(void)\n{\n    return rs_low();\n}\n", 1},
        {"int rs_low(void)\n{\n    return 1; /* rs_high() */\n}\n",
         "int rs_high(void)\n{\n    return rs_low();\n}\n", 0},
        {"int rs_high(void);\nconst int rs_low[] = {1};\n",
         "static int f(void)\n{\n    return rs_low[0];\n}\nint rs_high(void)\n{\n    return "
         "f();\n}\n",
         0},
        {"const one rs_low[] = {rs_high};\n", "int rs_high(void)\n{\n    return rs_low[0].x;\n}\n",
         1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        circles *two = circles_new();
        circles_add(two, "a/low.c", cases[i].low);
        circles_add(two, "a/high.c", cases[i].high);
        if (circles_report(two, false) != cases[i].n_circles)
            complain("check_rooms", (int)i, "a/low.h", "the search for circles is wrong");
        circles_free(two);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: check_rooms SRC\n");
        return 2;
    }
    DIR *dir = opendir(argv[1]);
    if (!dir) {
        perror(argv[1]);
        return 2;
    }
    check_rules();
    check_search();
    circles *all = circles_new();
    for (struct dirent *entry; (entry = readdir(dir));)
        if (entry->d_name[0] != '.') check_room(argv[1], entry->d_name, all);
    closedir(dir);
    n_bad += circles_report(all, true);
    circles_free(all);
    printf("%d files\n", n_files);
    printf("%d passed, %d failed, 0 skipped\n", n_bad ? 0 : 1, n_bad);
    return n_bad || n_files == 0 ? 1 : 0;
}
