/* Reads every #include of the sources against the table of rooms (who may include
 * whom) and names each line that breaks it.   check_rooms SRC
 * A room sees itself and rooms on earlier lines; the exceptions stand in `may_include`. */
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
    {"base", 0},    {"geom", 1},     {"lang", 1},       {"image", 1},   {"io", 1},
    {"run", 1},     {"codec", 2},    {"model", 2},      {"catalog", 3}, {"store", 3},
    {"readers", 4}, {"checks", 4},   {"signals", 4},    {"metrics", 4}, {"render", 4},
    {"similar", 4}, {"choose", 4},   {"fetch", 4},      {"writers", 5}, {"decide", 5},
    {"session", 6}, {"release", 7},  {"index", 8},      {"emit", 8},    {"score", 8},
    {"api", 9},     {"cli", CLIENT}, {"serve", CLIENT},
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
           strcmp(path, "codec/json.h") == 0 ||
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

static void check_file(const struct room *from, const char *file)
{
    char line[4096];
    FILE *in = fopen(file, "r");
    if (!in) {
        complain(file, 0, "", "cannot be read");
        return;
    }
    n_files++;
    for (int number = 1; fgets(line, sizeof line, in); number++)
        check_line(from, file, number, line);
    fclose(in);
}

static bool is_source(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && (strcmp(dot, ".c") == 0 || strcmp(dot, ".h") == 0);
}

static void check_room(const char *src, const char *name)
{
    char folder[4096], file[8192];
    snprintf(folder, sizeof folder, "%s/%s", src, name);
    DIR *dir = opendir(folder);
    if (!dir) return; /* a file beside the rooms */
    const struct room *room = find_room(name);
    if (!room) complain(folder, 0, "", "no such room in the table");
    for (struct dirent *entry; room && (entry = readdir(dir));) {
        if (!is_source(entry->d_name)) continue;
        snprintf(file, sizeof file, "%s/%s", folder, entry->d_name);
        check_file(room, file);
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
    for (struct dirent *entry; (entry = readdir(dir));)
        if (entry->d_name[0] != '.') check_room(argv[1], entry->d_name);
    closedir(dir);
    printf("%d files\n", n_files);
    printf("%d passed, %d failed, 0 skipped\n", n_bad ? 0 : 1, n_bad);
    return n_bad || n_files == 0 ? 1 : 0;
}
