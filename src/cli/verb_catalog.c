/* list, show, search, scan, new: what datasets are, and which of them lie here. */
#include "cli/verbs.h"

#include <stdio.h>

static const cli_column dataset_columns[] = {
    {"id", "id", false, 20},           {"year", "year", false, 4},
    {"licence", "licence", false, 10}, {"images", "images", true, 0},
    {"samples", "samples", true, 0},   {"reads", "reads", false, 6},
    {"tasks", "tasks", false, 0}};
enum { N_DATASET_COLUMNS = sizeof dataset_columns / sizeof *dataset_columns };

/* How many of the datasets are read, by how much of their releases becomes samples. */
static void print_reads(cli *c, const rs_json *sets)
{
    size_t full = 0, partly = 0;
    rs_json_iter it = rs_json_each(sets);
    for (const rs_json *d; (d = rs_json_next(&it, NULL));) {
        const rs_str reads = cli_text(c, d, "reads", "");
        full += rs_str_eq(reads, RS_STR("full"));
        partly += rs_str_eq(reads, RS_STR("partly"));
    }
    printf("\n%zu datasets: %zu are read in full, %zu in part (`show` says what is left out), the\n"
           "others not: what is known of them is listed. - means unknown.\n"
           "`rsift show ID` tells all about one, `rsift search WORDS` finds some.\n",
           rs_json_len(sets), full, partly);
}

/* Datasets that are listed upstream only. */
static void print_upstream(const rs_json *rows)
{
    static const cli_column columns[] = {{"name", "name", false, 26},
                                         {"year", "year", false, 4},
                                         {"section", "section", false, 16},
                                         {"looked at", "layout_from", false, 9},
                                         {"link", "link", false, 0}};
    cli_table(rows, columns, 5);
    printf("\nNo record describes what is listed upstream, and nothing here reads it.\n"
           "looked at: what its form is known from, - means nobody looked.\n");
}

void cli_print_list(cli *c, const rs_json *root)
{
    if (rs_json_get(root, "upstream")) {
        print_upstream(rs_json_get(root, "upstream"));
        return;
    }
    const rs_json *sets = rs_json_get(root, "datasets");
    if (sets) {
        cli_table(sets, dataset_columns, N_DATASET_COLUMNS);
        print_reads(c, sets);
        return;
    }
    /* With an option, every array of the answer is a list of names; its key is the title. What is
     * no array (schema, version) is for programs. */
    static const cli_column columns[] = {{"name", "name", false, 24}, {"", "summary", false, 0}};
    static const cli_column finding_columns[] = {{"code", "name", false, 18},
                                                 {"severity", "severity", false, 0},
                                                 {"effect", "effect", false, 0}};
    rs_json_iter it = rs_json_each(root);
    rs_str title;
    bool first = true;
    for (const rs_json *list; (list = rs_json_next(&it, &title));) {
        if (rs_json_kind(list) != RS_JSON_ARRAY) continue;
        printf("%s%.*s\n", first ? "" : "\n", RS_STR_ARG(title));
        if (rs_str_eq(title, RS_STR("findings"))) {
            cli_table(list, finding_columns, 3);
            printf("docs/findings.md says what each means and what to do.\n");
        } else {
            cli_table(list, columns, 2);
        }
        first = false;
    }
}

static void put_bullets(cli *c, const char *title, const rs_json *values)
{
    if (rs_json_len(values) == 0) return;
    printf("%s\n", title);
    rs_json_iter it = rs_json_each(values);
    for (const rs_json *v; (v = rs_json_next(&it, NULL));) {
        rs_str text = rs_json_text(&c->arena, v);
        if (!text.ptr) continue;
        printf("  -");
        cli_wrap_on("    ", 3, text);
    }
}

static void print_own(cli *c, const rs_json *own)
{
    rs_json_iter it = rs_json_each(own);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));)
        printf("%.*s is data of your own, indexed here: %s samples, %s pictures\n"
               "rsift audit %.*s tells of it.\n",
               RS_STR_ARG(cli_text(c, row, "id", "")), cli_count(cli_int(row, "samples", 0)),
               cli_count(cli_int(row, "pictures", 0)), RS_STR_ARG(cli_text(c, row, "id", "")));
}

/* How much of the dataset is read, what is left out or why nothing is read, and from what the
 * layout is known. */
static void print_how_read(cli *c, const rs_json *d)
{
    const rs_str reads = cli_text(c, d, "reads", ""), why = cli_text(c, d, "not_read", "");
    const rs_str from = cli_text(c, d, "layout_from", "");
    if (!reads.len) return;
    printf("  reads   ");
    cli_wrap_on("           ", 9,
                rs_arena_printf(&c->arena, "%.*s%s%.*s%s%.*s", RS_STR_ARG(reads),
                                !why.len                             ? ""
                                : rs_str_eq(reads, RS_STR("partly")) ? "; not read: "
                                                                     : ": ",
                                RS_STR_ARG(why), from.len ? "; layout known from: " : "",
                                RS_STR_ARG(from)));
}

void cli_print_show(cli *c, const rs_json *d)
{
    if (rs_json_get(d, "own")) {
        print_own(c, rs_json_get(d, "own"));
        return;
    }
    printf("%.*s  %.*s (%lld, %.*s)\n", RS_STR_ARG(cli_text(c, d, "id", "")),
           RS_STR_ARG(cli_text(c, d, "name", "")), (long long)cli_int(d, "year", 0),
           RS_STR_ARG(cli_text(c, d, "venue", "?")));
    cli_wrap("  ", cli_text(c, d, "title", ""));
    printf("  paper    %.*s\n", RS_STR_ARG(cli_text(c, d, "paper", "-")));
    printf("  released %.*s\n", RS_STR_ARG(cli_text(c, d, "released", "?")));
    print_how_read(c, d);
    printf("  licence ");
    cli_wrap_on("           ", 9,
                rs_arena_printf(&c->arena,
                                "%.*s: annotations %.*s, imagery %.*s, redistribution %.*s",
                                RS_STR_ARG(cli_text(c, d, "licence", "?")),
                                RS_STR_ARG(cli_text(c, d, "licence_annotations.id", "?")),
                                RS_STR_ARG(cli_text(c, d, "licence_imagery.id", "?")),
                                RS_STR_ARG(cli_text(c, d, "redistribution", "?"))));
    /* -1 = the catalogue does not know; 0 would be a claim. */
    int64_t images = cli_int(d, "images", -1), samples = cli_int(d, "samples", -1),
            bytes = cli_int(d, "bytes", -1);
    printf("  size     %s images, %s samples, %s to download\n",
           images < 0 ? "?" : cli_count(images), samples < 0 ? "?" : cli_count(samples),
           bytes < 0 ? "?" : cli_bytes(bytes));
    put_bullets(c, "tasks", rs_json_get(d, "tasks"));
    put_bullets(c, "download", rs_json_get(d, "download"));
    /* Tables only where there are rows: most records are short. */
    static const cli_column splits[] = {{"split", "name", false, 20},
                                        {"images", "images", true, 0},
                                        {"samples", "samples", true, 0}};
    if (rs_json_len(rs_json_get(d, "splits"))) cli_table(rs_json_get(d, "splits"), splits, 3);
    static const cli_column lineage[] = {{"comes from", "source", false, 24},
                                         {"what", "what", false, 12},
                                         {"relation", "relation", false, 8},
                                         {"note", "note", false, 0}};
    if (rs_json_len(rs_json_get(d, "lineage"))) cli_table(rs_json_get(d, "lineage"), lineage, 4);
    put_bullets(c, "known defects", rs_json_get(d, "known_defects"));
    put_bullets(c, "notes", rs_json_get(d, "notes"));
    put_bullets(c, "tips", rs_json_get(d, "tips"));
    rs_json_iter it = rs_json_each(rs_json_get(d, "releases"));
    for (const rs_json *r; (r = rs_json_next(&it, NULL));) {
        printf("release %.*s\n", RS_STR_ARG(cli_text(c, r, "id", "")));
        static const cli_column columns[] = {{"  source", "name", false, 24},
                                             {"reader", "reader", false, 10},
                                             {"role", "role", false, 6},
                                             {"files", "files", false, 0}};
        /* The first three columns: `files` is an object of patterns, which is no cell. */
        cli_table(rs_json_get(r, "sources"), columns, 3);
    }
}

void cli_print_search(cli *c, const rs_json *root)
{
    (void)c;
    const rs_json *sets = rs_json_get(root, "datasets");
    const rs_json *own = rs_json_get(root, "own");
    static const cli_column columns[] = {
        {"id", "id", false, 24},           {"licence", "licence", false, 10},
        {"pictures", "pictures", true, 0}, {"samples", "samples", true, 0},
        {"tasks", "tasks", false, 24},     {"labels found", "labels", false, 0}};
    if (rs_json_len(own)) {
        printf("data of your own, indexed here\n");
        cli_table(own, columns, 6);
        printf("\ncatalogue\n");
    }
    /* Best first, as the library orders them. */
    if (rs_json_len(sets)) cli_table(sets, dataset_columns, N_DATASET_COLUMNS);
    else printf("no dataset of the catalogue has all of these words: try fewer, or rsift list\n");
    if (rs_json_len(rs_json_get(root, "upstream"))) {
        printf("\nlisted upstream\n");
        print_upstream(rs_json_get(root, "upstream"));
    }
}

/* A command on lines of at most 80 columns that a shell joins again; quoted words stay whole. */
static void print_command(rs_str command)
{
    size_t column = 4, begin = 0;
    bool quoted = false;
    printf("    ");
    for (size_t i = 0; i <= command.len; i++) {
        if (i < command.len && command.ptr[i] == '\\' && !quoted) i += 2; /* of '\'' */
        if (i < command.len && command.ptr[i] == '\'') quoted = !quoted;
        /* an option and its value stay on one line */
        const bool option = i + 2 < command.len && command.ptr[i] == ' ' &&
                            command.ptr[i + 1] == '-' && command.ptr[i + 2] == '-' && !quoted;
        if (i < command.len && !option) continue;
        const size_t len = i - begin;
        if (begin && column + 1 + len > 78) {
            printf(" \\\n       ");
            column = 7;
        }
        printf("%s%.*s", begin ? " " : "", (int)len, command.ptr + begin);
        column += len + (begin > 0);
        begin = i + 1;
    }
    printf("\n");
}

/* A path as it is called inside of its folder. */
static rs_str below(rs_str path, rs_str folder)
{
    if (folder.len == 0 || path.len <= folder.len || !rs_str_starts(path, folder)) return path;
    return path.ptr[folder.len] == '/' ? rs_str_sub(path, folder.len + 1, path.len) : path;
}

/* Own data: what lies there, and the line that indexes it or what to do with it. */
static void print_own_files(cli *c, const rs_json *own)
{
    printf("\nYour own data:\n");
    rs_json_iter it = rs_json_each(own);
    for (const rs_json *g; (g = rs_json_next(&it, NULL));) {
        const rs_str command = cli_text(c, g, "command", "");
        const rs_str folder = cli_text(c, g, "folder", "");
        const int64_t n = cli_int(g, "n", 0);
        rs_json_iter files = rs_json_each(rs_json_get(g, "files"));
        const rs_str first = rs_json_str(rs_json_next(&files, NULL));
        const rs_str kind = cli_text(c, g, "kind", "");
        if (n == 1)
            cli_wrap("  ",
                     rs_arena_printf(&c->arena, "%.*s: %.*s", RS_STR_ARG(first), RS_STR_ARG(kind)));
        else
            cli_wrap("  ",
                     rs_arena_printf(&c->arena, "%s files in %.*s, such as %.*s: %.*s",
                                     cli_count(n), RS_STR_ARG(folder.len ? folder : RS_STR(".")),
                                     RS_STR_ARG(below(first, folder)), RS_STR_ARG(kind)));
        if (command.len) print_command(command);
        else cli_wrap("    ", cli_text(c, g, "todo", ""));
    }
    printf("Add --licence, and --role eval for a benchmark.\n");
}

/* One release: where it lies, the line that indexes it, what is not here, what is here twice. */
static void print_lie(cli *c, const rs_json *f)
{
    const rs_str folder = cli_text(c, f, "folder", "");
    const int64_t expected = cli_int(f, "images_expected", -1);
    rs_str of = {NULL, 0};
    if (expected > 0) of = rs_arena_printf(&c->arena, " of %s", cli_count(expected));
    cli_wrap("  ", rs_arena_printf(&c->arena, "%.*s, release %.*s, in %.*s: %s%.*s pictures",
                                   RS_STR_ARG(cli_text(c, f, "dataset", "")),
                                   RS_STR_ARG(cli_text(c, f, "release", "")),
                                   RS_STR_ARG(folder.len ? folder : cli_text(c, f, "path", "")),
                                   cli_count(cli_int(f, "images", 0)), RS_STR_ARG(of)));
    print_command(cli_text(c, f, "command", ""));
    rs_json_iter it = rs_json_each(rs_json_get(f, "absent"));
    for (const rs_json *a; (a = rs_json_next(&it, NULL));) {
        const int64_t n = cli_int(a, "pictures", -1);
        cli_wrap("    ", rs_arena_printf(
                             &c->arena, "absent: %.*s%s%s", RS_STR_ARG(cli_text(c, a, "what", "")),
                             n < 0 ? "" : rs_arena_printf(&c->arena, ", %s", cli_count(n)).ptr,
                             n < 0 ? "" : " pictures expected"));
    }
    it = rs_json_each(rs_json_get(f, "copies"));
    for (const rs_json *copy; (copy = rs_json_next(&it, NULL));)
        cli_wrap("    ", rs_arena_printf(&c->arena, "its files lie here once more: %.*s",
                                         RS_STR_ARG(rs_json_text(&c->arena, copy))));
}

/* Folders that were not looked into, the first of each kind by name. */
static void print_left(cli *c, const rs_json *left)
{
    rs_buf list = {0};
    rs_json_iter it = rs_json_each(left);
    for (const rs_json *f; (f = rs_json_next(&it, NULL));)
        if (list.len < 200)
            rs_buf_printf(&list, "%s%.*s", list.len ? ", " : "",
                          RS_STR_ARG(cli_text(c, f, "folder", "")));
    if (list.len)
        cli_wrap(
            "", rs_arena_printf(&c->arena, "Left out, %s folder%s of programs or of rsift: %.*s",
                                cli_count((int64_t)rs_json_len(left)),
                                rs_json_len(left) == 1 ? "" : "s", RS_STR_ARG(rs_buf_view(&list))));
    rs_buf_fini(&list);
}

static size_t count_commands(const rs_json *list)
{
    size_t n = 0;
    rs_json_iter it = rs_json_each(list);
    for (const rs_json *one; (one = rs_json_next(&it, NULL));)
        n += rs_json_get(one, "command") != NULL;
    return n;
}

void cli_print_scan(cli *c, const rs_json *root)
{
    static const cli_column columns[] = {
        {"dataset", "dataset", false, 20}, {"release", "release", false, 16},
        {"sure", "score", true, 0},        {"sources", "sources_found", true, 0},
        {"of", "sources", true, 0},        {"pictures", "images", true, 0},
        {"missing", "missing", false, 0}};
    const rs_json *found = rs_json_get(root, "found");
    if (rs_json_len(found)) {
        cli_table(found, columns, 7);
        printf("\nsure: share of the release's sources that are here, in %%; pictures are not\n"
               "counted. Next: rsift index PATH --dataset ID\n");
        rs_json_iter it = rs_json_each(found);
        for (const rs_json *f; (f = rs_json_next(&it, NULL));)
            if (rs_json_get(f, "command")) print_lie(c, f);
        if (rs_str_eq(cli_text(c, found, "0.path", "?"), cli_text(c, found, "1.path", "")))
            printf(
                "Where several fit one path, their files are named alike: you know which it is.\n");
    } else {
        printf("no dataset of the catalogue lies here.\n");
    }
    const rs_json *own = rs_json_get(root, "own");
    if (rs_json_len(own)) print_own_files(c, own);
    else if (!rs_json_len(found))
        printf("Your own data: rsift index PATH --name mine [--images DIR]\n");
    print_left(c, rs_json_get(root, "left_out"));
    if (count_commands(found) + count_commands(own) > 1)
        printf("All of them, each by itself: rsift index --all PATH\n");
}

void cli_print_new(cli *c, const rs_json *root)
{
    (void)c;
    const rs_str yaml = rs_json_str(rs_json_get(root, "yaml"));
    /* Unchanged: the draft is meant to be redirected into a file. */
    fwrite(yaml.ptr, 1, yaml.len, stdout);
}

void cli_print_catalog(cli *c, const rs_json *root)
{
    const rs_str id = cli_text(c, root, "id", ""), row = cli_text(c, root, "row", "");
    if (!id.len) {
        printf("%s files in %.*s; index.html is the page to open.\n",
               cli_count(cli_int(root, "files", 0)), RS_STR_ARG(cli_text(c, root, "folder", "")));
        return;
    }
    const rs_json *problems = rs_json_get(root, "problems");
    rs_json_iter it = rs_json_each(problems);
    for (const rs_json *p; (p = rs_json_next(&it, NULL));) {
        printf("  -");
        cli_wrap_on("    ", 3, rs_json_text(&c->arena, p));
    }
    printf("%.*s: %zu to do%s%s\n\n%.*s\n", RS_STR_ARG(id), rs_json_len(problems),
           cli_flag(root, "replaces") ? "; a record of that id is loaded already" : "",
           cli_flag(root, "golden_looked_for") ? "" : "; no tests/golden beside it was looked in",
           RS_STR_ARG(row));
}
