/* index, link, remove: what was read, which pictures were found, what is gone. */
#include "cli/verbs.h"

#include "codec/json_writer.h"

#include <stdio.h>

/* A run that met finished sources: what is there, and what was made again all the same. */
static void print_kept(const rs_json *r, int64_t kept)
{
    const int64_t looked = cli_int(r, "pictures_read", 0);
    printf("  %s of %s sources were complete already: %s samples are in the workspace\n",
           cli_count(kept), cli_count(cli_int(r, "sources", 0)),
           cli_count(cli_int(r, "samples_in_workspace", 0)));
    if (looked) printf("  %s pictures were looked at again, as asked now\n", cli_count(looked));
    if (cli_flag(r, "release_written"))
        printf("  files or choices (licence, role, bands) differ from before: they hold now\n");
}

/* What the numbers of boxes mean, and by what evidence. */
static void print_meanings(cli *c, const rs_json *r)
{
    rs_json_iter meanings = rs_json_each(rs_json_get(r, "conventions"));
    for (const rs_json *one; (one = rs_json_next(&meanings, NULL));) {
        rs_str as = cli_text(c, one, "convention", "");
        printf("  boxes     %.*s: %s%.*s\n", RS_STR_ARG(cli_text(c, one, "spelling", "")),
               as.len ? "read as " : "NOT READ, say ",
               RS_STR_ARG(as.len ? as : cli_text(c, one, "question", "")));
        cli_wrap("            ", cli_text(c, one, "evidence", ""));
    }
}

/* Fields of records of which nothing is kept, the first ones by name. */
static void print_unkept(cli *c, const rs_json *r)
{
    enum { MOST_SHOWN = 8 };
    const rs_json *fields = rs_json_get(r, "not_kept");
    rs_json_iter it = rs_json_each(fields);
    rs_buf text = {0};
    size_t n = 0;
    for (const rs_json *one; n < MOST_SHOWN && (one = rs_json_next(&it, NULL)); n++)
        rs_buf_printf(&text, "%s%.*s (%s)", n ? ", " : "",
                      RS_STR_ARG(cli_text(c, one, "field", "")), cli_count(cli_int(one, "n", 0)));
    if (rs_json_len(fields) > n)
        rs_buf_printf(&text, " and %zu more: rsift index --json names them",
                      rs_json_len(fields) - n);
    if (n) {
        printf("  not kept ");
        cli_wrap_on("            ", 10, rs_arena_str(&c->arena, rs_buf_view(&text)));
    }
    rs_buf_fini(&text);
}

/* Files of which nothing, or not all, was read. */
static void print_unread(cli *c, const rs_json *r)
{
    rs_json_iter unread = rs_json_each(rs_json_get(r, "unread"));
    for (const rs_json *one; (one = rs_json_next(&unread, NULL));) {
        printf("  NOT READ ");
        cli_wrap_on("            ", 10,
                    rs_arena_printf(&c->arena, "%.*s: %.*s",
                                    RS_STR_ARG(cli_text(c, one, "file", "")),
                                    RS_STR_ARG(cli_text(c, one, "message", ""))));
    }
    const int64_t others =
        cli_int(r, "n_unread", 0) - (int64_t)rs_json_len(rs_json_get(r, "unread"));
    if (others > 0)
        printf("            and %s more, which rsift audit counts\n", cli_count(others));
}

/* Files of the release that are not here. */
static void print_missing(cli *c, const rs_json *r)
{
    /* No error: part of a release may be indexed and the rest later. */
    rs_json_iter it = rs_json_each(rs_json_get(r, "missing"));
    for (const rs_json *m; (m = rs_json_next(&it, NULL));) {
        printf("  not here ");
        cli_wrap_on("            ", 10,
                    rs_arena_printf(&c->arena, "%.*s (%.*s)",
                                    RS_STR_ARG(cli_text(c, m, "file", "")),
                                    RS_STR_ARG(cli_text(c, m, "source", ""))));
    }
}

/* What --hash did; `rsift hash` tells what there is in all. */
static void print_hashed(const rs_json *r)
{
    const int64_t n = cli_int(r, "hashed.new", 0), failed = cli_int(r, "hashed.failed", 0),
                  changed = cli_int(r, "hashed.changed", 0);
    if (n + failed + changed == 0) return;
    printf("  hashed    %s pictures; %s could not be decoded", cli_count(n), cli_count(failed));
    if (changed) printf(", %s changed meanwhile", cli_count(changed));
    printf("\n");
}

static rs_str split_name(cli *c, const rs_json *split)
{
    const rs_str name = cli_text(c, split, "name", "");
    return name.len ? name : RS_STR("no split");
}

/* The splits that are not trained on, as "test, val". */
static rs_str splits_kept_out(cli *c, const rs_json *r)
{
    rs_str list = RS_STR("");
    rs_json_iter it = rs_json_each(rs_json_get(r, "splits"));
    for (const rs_json *one; (one = rs_json_next(&it, NULL));)
        if (rs_str_eq(cli_text(c, one, "role", ""), RS_STR("eval")))
            list = rs_arena_printf(&c->arena, "%.*s%s%.*s", RS_STR_ARG(list), list.len ? ", " : "",
                                   RS_STR_ARG(split_name(c, one)));
    return list;
}

/* The splits of one's own data, and which are not trained on. */
static void print_splits(cli *c, const rs_json *r)
{
    rs_json_iter it = rs_json_each(rs_json_get(r, "splits"));
    rs_buf text = {0};
    const rs_str kept_out = splits_kept_out(c, r);
    bool trained = false, any = false, named = false;
    for (const rs_json *one; (one = rs_json_next(&it, NULL)); any = true) {
        rs_buf_printf(&text, "%s%.*s %s", any ? ", " : "", RS_STR_ARG(split_name(c, one)),
                      cli_count(cli_int(one, "samples", 0)));
        trained |= !rs_str_eq(cli_text(c, one, "role", ""), RS_STR("eval"));
        named |= cli_text(c, one, "name", "").len > 0;
    }
    if (kept_out.len) rs_buf_printf(&text, "; not trained on: %.*s", RS_STR_ARG(kept_out));
    else rs_buf_cstr(&text, "; all are trained on: --role eval keeps them out");
    if (any && !trained) rs_buf_cstr(&text, " (--split train says that they are for training)");
    if (named) {
        printf("  split    ");
        cli_wrap_on("            ", 10,
                    rs_arena_printf(&c->arena, "%.*s", RS_STR_ARG(rs_buf_view(&text))));
    }
    rs_buf_fini(&text);
}

/* One line of a record, wrapped: what it is, and the text. */
static void print_line(rs_str what, rs_str text)
{
    printf("    %-9.*s", RS_STR_ARG(what));
    cli_wrap_on("              ", 13, text);
}

/* "hbb ship px-xywh: 10 20 30 40" */
static void print_region(cli *c, const rs_json *region)
{
    rs_buf out = {0};
    rs_buf_printf(&out, "%.*s %.*s %.*s:", RS_STR_ARG(cli_text(c, region, "kind", "")),
                  RS_STR_ARG(cli_text(c, region, "label", "")),
                  RS_STR_ARG(cli_text(c, region, "convention", "")));
    rs_json_iter it = rs_json_each(rs_json_get(region, "coords"));
    for (const rs_json *v; (v = rs_json_next(&it, NULL));)
        rs_buf_printf(&out, " %.*s", RS_STR_ARG(rs_json_text(&c->arena, v)));
    if (cli_int(region, "n_coords", 0) > (int64_t)rs_json_len(rs_json_get(region, "coords")))
        rs_buf_cstr(&out, " ...");
    print_line(RS_STR("region"), rs_buf_view(&out));
    rs_buf_fini(&out);
}

static void print_more(const rs_json *record, const char *list, const char *n, const char *what)
{
    const int64_t more = cli_int(record, n, 0) - (int64_t)rs_json_len(rs_json_get(record, list));
    if (more > 0) printf("              and %s more %s\n", cli_count(more), what);
}

/* One record as it was understood: its pictures, what is said, what is marked. */
static void print_record(cli *c, const rs_json *record)
{
    if (cli_text(c, record, "error", "").len) {
        printf("  record    NOT READ: ");
        cli_wrap_on("            ", 22, cli_text(c, record, "error", ""));
        return;
    }
    if (!rs_json_len(record)) {
        printf("  record    no file gave one\n");
        return;
    }
    printf("  record    %.*s\n", RS_STR_ARG(cli_text(c, record, "locator", "")));
    print_line(RS_STR("task"), cli_text(c, record, "task", ""));
    rs_json_iter it = rs_json_each(rs_json_get(record, "assets"));
    for (const rs_json *a; (a = rs_json_next(&it, NULL));) {
        const rs_str file = cli_text(c, a, "file", ""), found = cli_text(c, a, "found", "");
        print_line(cli_text(c, a, "role", ""),
                   rs_arena_join(&c->arena, cli_text(c, a, "path", ""),
                                 found.len ? RS_STR(" -> ") : RS_STR(""), file.len ? file : found));
    }
    it = rs_json_each(rs_json_get(record, "turns"));
    for (const rs_json *t; (t = rs_json_next(&it, NULL));)
        print_line(cli_text(c, t, "role", ""), cli_text(c, t, "text", ""));
    print_more(record, "turns", "n_turns", "turns");
    it = rs_json_each(rs_json_get(record, "labels"));
    for (const rs_json *l; (l = rs_json_next(&it, NULL));)
        print_line(RS_STR("label"), rs_json_text(&c->arena, l));
    it = rs_json_each(rs_json_get(record, "regions"));
    for (const rs_json *g; (g = rs_json_next(&it, NULL));) print_region(c, g);
    print_more(record, "regions", "n_regions", "regions");
    if (cli_int(record, "n_open_boxes", 0))
        print_line(RS_STR("boxes"),
                   rs_arena_printf(&c->arena,
                                   "%s whose numbers' meaning index decides from the "
                                   "whole source",
                                   cli_count(cli_int(record, "n_open_boxes", 0))));
    if (cli_text(c, record, "split", "").len)
        print_line(RS_STR("split"), cli_text(c, record, "split", ""));
}

/* The reader of one's own data, how sure it is, and one record. */
static void print_preview(cli *c, const rs_json *r)
{
    const rs_json *own = rs_json_get(r, "own");
    if (own) {
        const int64_t sure = cli_int(own, "sure", -1);
        const rs_str how =
            sure < 0 ? RS_STR("") : rs_arena_printf(&c->arena, ", %lld %% sure", (long long)sure);
        rs_buf params = {0};
        rs_json_iter it = rs_json_each(rs_json_get(own, "params"));
        for (const rs_json *p; (p = rs_json_next(&it, NULL));)
            rs_buf_printf(&params, " --param %.*s", RS_STR_ARG(rs_json_text(&c->arena, p)));
        printf("  read by  ");
        cli_wrap_on("            ", 11,
                    rs_arena_printf(&c->arena, "--reader %.*s%.*s%.*s: %.*s",
                                    RS_STR_ARG(cli_text(c, own, "reader", "")),
                                    RS_STR_ARG(rs_buf_view(&params)), RS_STR_ARG(how),
                                    RS_STR_ARG(cli_text(c, own, "summary", ""))));
        rs_buf_fini(&params);
    }
    if (rs_json_get(r, "record")) print_record(c, rs_json_get(r, "record"));
}

static void print_dry(cli *c, const rs_json *r)
{
    printf("%.*s would be read from %.*s\n", RS_STR_ARG(cli_text(c, r, "release_id", "")),
           RS_STR_ARG(cli_text(c, r, "root", "")));
    rs_json_iter it = rs_json_each(rs_json_get(r, "files"));
    for (const rs_json *f; (f = rs_json_next(&it, NULL));) {
        printf("  %-9.*s", RS_STR_ARG(cli_text(c, f, "use", "")));
        cli_wrap_on("            ", 11,
                    rs_arena_printf(&c->arena, " %s file%s, such as %.*s",
                                    cli_count(cli_int(f, "n", 0)),
                                    cli_int(f, "n", 0) == 1 ? "" : "s",
                                    RS_STR_ARG(cli_text(c, f, "first", ""))));
    }
    printf("  pictures  %s lie here\n", cli_count(cli_int(r, "pictures", 0)));
    print_preview(c, r);
    print_unread(c, r);
    print_missing(c, r);
    printf("Nothing was written: the same line without --dry-run reads it\n");
}

/* index --all: a line for each, and the reason where one failed. */
static void print_all(cli *c, const rs_json *all)
{
    rs_json_iter it = rs_json_each(all);
    for (const rs_json *one; (one = rs_json_next(&it, NULL));) {
        const rs_json *r = rs_json_get(one, "answer");
        const rs_str id = cli_text(c, r ? r : one, r ? "release_id" : "dataset", "");
        if (!r)
            cli_wrap("  ", rs_arena_printf(&c->arena, "%.*s: NOT READ: %.*s (%.*s)", RS_STR_ARG(id),
                                           RS_STR_ARG(cli_text(c, one, "error", "")),
                                           RS_STR_ARG(cli_text(c, one, "path", ""))));
        else if (cli_flag(r, "dry_run")) print_dry(c, r);
        else {
            const int64_t samples = cli_int(r, "samples_in_workspace", 0);
            const int64_t pictures = cli_int(r, "pictures", 0);
            const int64_t serious = cli_int(r, "findings.serious", 0);
            const rs_str kept_out = splits_kept_out(c, r);
            cli_wrap("  ", rs_arena_printf(
                               &c->arena,
                               "%.*s: %s sample%s, %s picture%s found, %s not here; "
                               "%s serious finding%s%s%.*s (%.*s)",
                               RS_STR_ARG(id), cli_count(samples), samples == 1 ? "" : "s",
                               cli_count(pictures), pictures == 1 ? "" : "s",
                               cli_count(cli_int(r, "unresolved", 0)), cli_count(serious),
                               serious == 1 ? "" : "s", kept_out.len ? "; not trained on: " : "",
                               RS_STR_ARG(kept_out), RS_STR_ARG(cli_text(c, one, "path", ""))));
        }
    }
}

/* What --all leaves to the person, with the line that reads it or what would help. */
static void print_not_sure(cli *c, const rs_json *r)
{
    rs_json_iter it = rs_json_each(rs_json_get(r, "not_sure"));
    bool any = false;
    for (const rs_json *one; (one = rs_json_next(&it, NULL)); any = true) {
        const rs_str folder = cli_text(c, one, "folder", "");
        const rs_str command = cli_text(c, one, "command", "");
        const int64_t n = cli_int(one, "n", 0);
        if (!any)
            printf("  NOT READ, as it is less than %s of 100 sure what it is, or two readers fit,\n"
                   "  or none does:\n",
                   cli_count(cli_int(r, "least_sure", 0)));
        printf("    %.*s: %s file%s", RS_STR_ARG(folder.len ? folder : RS_STR(".")), cli_count(n),
               n == 1 ? "" : "s");
        if (command.len)
            printf(", %.*s? (%s of 100 sure%s)\n      %.*s\n",
                   RS_STR_ARG(cli_text(c, one, "reader", "")), cli_count(cli_int(one, "sure", 0)),
                   cli_flag(one, "tied") ? ", as another" : "", RS_STR_ARG(command));
        else {
            printf("\n");
            cli_wrap("      ", cli_text(c, one, "todo", ""));
        }
    }
}

void cli_print_index(cli *c, const rs_json *r)
{
    const rs_json *all = rs_json_get(r, "all");
    if (all) {
        print_all(c, all);
        print_not_sure(c, r);
        printf("%zu read, %s not, %zu left to you. Next: rsift audit\n",
               rs_json_len(all) - (size_t)cli_int(r, "failed", 0),
               cli_count(cli_int(r, "failed", 0)), rs_json_len(rs_json_get(r, "not_sure")));
        return;
    }
    if (cli_flag(r, "dry_run")) {
        print_dry(c, r);
        return;
    }
    printf("%.*s\n", RS_STR_ARG(cli_text(c, r, "release_id", "")));
    /* of finished sources nothing is read: 0 would look like a loss */
    printf("  samples   %s%s\n", cli_count(cli_int(r, "samples", 0)),
           cli_int(r, "sources_kept", 0) ? " read now" : "");
    printf("  pictures  %s found", cli_count(cli_int(r, "pictures", 0)));
    const int64_t unresolved = cli_int(r, "unresolved", 0);
    if (unresolved)
        printf("; %s that samples name are not here: they come by\n"
               "            rsift link %.*s --images DIR",
               cli_count(unresolved), RS_STR_ARG(cli_text(c, r, "dataset", "")));
    printf("\n");
    print_hashed(r);
    printf("  records  ");
    cli_wrap_on(
        "            ", 10,
        rs_arena_printf(
            &c->arena, "%s seen = %s used + %s merged + %s skipped + %s set aside",
            cli_count(cli_int(r, "records.seen", 0)), cli_count(cli_int(r, "records.used", 0)),
            cli_count(cli_int(r, "records.merged", 0)), cli_count(cli_int(r, "records.skipped", 0)),
            cli_count(cli_int(r, "records.set_aside", 0))));
    printf("  licence  ");
    cli_wrap_on("            ", 10, cli_text(c, r, "licence", ""));
    const int64_t warnings = cli_int(r, "findings.warning", 0),
                  notes = cli_int(r, "findings.note", 0);
    printf("  findings  %s serious, %s warning%s, %s note%s\n",
           cli_count(cli_int(r, "findings.serious", 0)), cli_count(warnings),
           warnings == 1 ? "" : "s", cli_count(notes), notes == 1 ? "" : "s");
    print_splits(c, r);
    print_preview(c, r);
    print_meanings(c, r);
    print_unkept(c, r);
    const int64_t repaired = cli_int(r, "repaired", 0);
    if (repaired) {
        printf("  repaired ");
        cli_wrap_on("            ", 10,
                    rs_arena_printf(&c->arena,
                                    "%s parts were damaged or not proved and are made anew; "
                                    "pictures that were linked need rsift link again",
                                    cli_count(repaired)));
    }
    /* Their records are not in the counts above, which are of what this run read. */
    int64_t kept = cli_int(r, "sources_kept", 0);
    if (kept) print_kept(r, kept);
    else if (cli_int(r, "samples", 0) == 0 && cli_int(r, "records.seen", 0) == 0)
        printf("  nothing to do: no record belongs to this unit\n");
    if (cli_flag(r, "pending"))
        printf(
            "  pending   other units are missing: until they are done, the release is seen as it\n"
            "            was before\n");
    print_unread(c, r);
    print_missing(c, r);
    printf("Next: rsift audit\n");
}

/* Nothing was indexed since it is not clear what: what lies there, with the line for each. */
void cli_failed_index(cli *c)
{
    const bool named = rs_json_get(c->options, "dataset") || rs_json_get(c->options, "reader");
    const rs_str path = rs_json_str(rs_json_get(c->options, "path"));
    if (c->json || named || !path.len || c->err.status != RSIFT_E_ARG) return;
    rs_buf options = {0};
    rs_json_writer w = rs_json_writer_to(&options);
    rs_json_begin_object(&w);
    rs_json_field_array(&w, "paths");
    rs_json_write_str(&w, path);
    rs_json_end_array(&w);
    rs_json_end_object(&w);
    rs_buf_char(&options, 0);
    rsift_answer answer;
    if (!options.failed &&
        rsift_run(c->workspace, "scan", options.ptr, &answer, NULL) == RSIFT_OK) {
        const rs_json *root = cli_read(c, &answer);
        if (root &&
            (rs_json_len(rs_json_get(root, "found")) || rs_json_len(rs_json_get(root, "own"))))
            cli_print_scan(c, root);
        rsift_answer_free(&answer);
    }
    rs_buf_fini(&options);
}

void cli_print_link(cli *c, const rs_json *r)
{
    if (cli_int(r, "unresolved", 0) == 0 && cli_int(r, "other_units", 0) == 0) {
        const rs_str id = cli_text(c, r, "dataset", "");
        cli_wrap("", rs_arena_printf(&c->arena,
                                     "nothing to link: every picture of %.*s was found before. If "
                                     "they were changed: rsift remove %.*s, then index and link",
                                     RS_STR_ARG(id), RS_STR_ARG(id)));
        return;
    }
    printf("%s of %s unresolved pictures linked, %s names were ambiguous\n",
           cli_count(cli_int(r, "linked", 0)), cli_count(cli_int(r, "unresolved", 0)),
           cli_count(cli_int(r, "ambiguous", 0)));
    if (cli_int(r, "other_units", 0))
        printf("left to the other units: %s\n", cli_count(cli_int(r, "other_units", 0)));
    if (cli_int(r, "left", 0) == 0) return;
    printf("still not here: %s, such as\n", cli_count(cli_int(r, "left", 0)));
    rs_json_iter it = rs_json_each(rs_json_get(r, "missing"));
    for (const rs_json *path; (path = rs_json_next(&it, NULL));)
        printf("  %.*s\n", RS_STR_ARG(rs_json_str(path)));
    printf("All of them:\n  rsift query \"SELECT a.path FROM asset a JOIN release r USING "
           "(release_id)\n"
           "    WHERE a.state <> 'found' AND r.dataset = '%.*s'\"\n",
           RS_STR_ARG(cli_text(c, r, "dataset", "")));
}

void cli_print_remove(cli *c, const rs_json *r)
{
    rs_json_iter it = rs_json_each(rs_json_get(r, "releases"));
    for (const rs_json *one; (one = rs_json_next(&it, NULL));) {
        printf("removed");
        if (rs_json_kind(rs_json_get(one, "samples")) == RS_JSON_NULL) {
            printf("  %.*s, whose parts were damaged\n",
                   RS_STR_ARG(cli_text(c, one, "release_id", "")));
            continue;
        }
        cli_wrap_on("  ", 7,
                    rs_arena_printf(&c->arena,
                                    "%.*s: %s samples, %s pictures (of %.*s, where nothing was "
                                    "touched)",
                                    RS_STR_ARG(cli_text(c, one, "release_id", "")),
                                    cli_count(cli_int(one, "samples", 0)),
                                    cli_count(cli_int(one, "pictures", 0)),
                                    RS_STR_ARG(cli_text(c, one, "root", ""))));
    }
    it = rs_json_each(rs_json_get(r, "mixtures"));
    for (const rs_json *m; (m = rs_json_next(&it, NULL));)
        cli_wrap("", rs_arena_printf(&c->arena,
                                     "the mixture %.*s (%.*s) keeps %s of its samples: run rsift "
                                     "mix again before emit",
                                     RS_STR_ARG(cli_text(c, m, "name", "")),
                                     RS_STR_ARG(cli_text(c, m, "mixture_id", "")),
                                     cli_count(cli_int(m, "samples", 0))));
}
