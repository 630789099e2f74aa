/* rsift_list, rsift_show, rsift_search, rsift_capabilities, rsift_scan: the catalogue's answers. */
#include "session/session.h"

#include "base/alloc.h"
#include "codec/json.h"
#include "writers/writer.h"
#include "io/io.h"
#include "readers/table.h"

static void put_text(rs_buf *b, const char *key, rs_str value)
{
    if (!value.ptr) return;
    rs_json_put_key(b, key);
    rs_json_put_str(b, value);
}

static void put_texts(rs_buf *b, const char *key, rs_texts texts)
{
    rs_json_put_key(b, key);
    rs_buf_char(b, '[');
    for (size_t i = 0; i < texts.n; i++) {
        if (i) rs_buf_char(b, ',');
        rs_json_put_str(b, texts.items[i]);
    }
    rs_buf_char(b, ']');
}

static void put_number(rs_buf *b, const char *key, int64_t v)
{
    if (v < 0) return;
    rs_json_put_key(b, key);
    rs_buf_i64(b, v);
}

static void put_range(rs_buf *b, const char *key, const double range[2])
{
    if (!(range[1] > 0)) return;
    rs_json_put_key(b, key);
    rs_buf_char(b, '[');
    rs_json_put_double(b, range[0]);
    rs_buf_char(b, ',');
    rs_json_put_double(b, range[1]);
    rs_buf_char(b, ']');
}

/* The facts of one line of the list. */
static void put_short(rs_buf *b, const rs_catalog_dataset *d)
{
    put_text(b, "id", d->id);
    put_text(b, "name", d->name);
    put_text(b, "section", d->section);
    put_number(b, "year", d->year);
    put_text(b, "venue", d->venue);
    put_text(b, "released", rs_str_of(rs_catalog_released_name(d->released)));
    put_text(b, "licence",
             rs_str_of(rs_catalog_licence_class_name(rs_catalog_licence_of(&d->licence))));
    rs_json_put_key(b, "tasks");
    rs_buf_char(b, '[');
    for (size_t i = 0; i < d->tasks.n; i++) {
        if (i) rs_buf_char(b, ',');
        rs_json_put_str(b, rs_str_of(rs_model_task_name(d->tasks.items[i])));
    }
    rs_buf_char(b, ']');
    put_number(b, "images", d->sizes.images);
    put_number(b, "samples", d->sizes.samples);
    put_number(b, "bytes", d->sizes.bytes);
    rs_json_put_key(b, "readable");
    rs_buf_cstr(b, d->releases.n ? "true" : "false");
}

rsift_status rsift_list(rsift_context *context, rsift_answer *out, rsift_error *err)
{
    *out = (rsift_answer){0};
    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(context, &catalog, err));
    rs_buf b = {0};
    rs_buf_cstr(&b, "{\"schema\":\"rsift.list/1\",\"datasets\":[");
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        rs_buf_cstr(&b, i ? ",\n{" : "\n{");
        put_short(&b, rs_catalog_at(catalog, i));
        rs_buf_char(&b, '}');
    }
    rs_buf_cstr(&b, "]}");
    return rs_session_answer(&b, out, err);
}

static void put_licence_part(rs_buf *b, const char *key, const rs_catalog_licence_part *part)
{
    rs_json_put_key(b, key);
    rs_buf_char(b, '{');
    put_text(b, "id", part->id);
    put_text(b, "class", rs_str_of(rs_catalog_licence_class_name(part->class)));
    put_text(b, "note", part->note);
    rs_buf_char(b, '}');
}

static void put_splits(rs_buf *b, const rs_catalog_sizes *sizes)
{
    rs_json_put_key(b, "splits");
    rs_buf_char(b, '[');
    for (size_t i = 0; i < sizes->splits.n; i++) {
        rs_buf_cstr(b, i ? ",{" : "{");
        put_text(b, "name", sizes->splits.items[i].name);
        put_number(b, "images", sizes->splits.items[i].images);
        put_number(b, "samples", sizes->splits.items[i].samples);
        rs_buf_char(b, '}');
    }
    rs_buf_char(b, ']');
}

static void put_lineage(rs_buf *b, const rs_catalog_dataset *d)
{
    rs_json_put_key(b, "lineage");
    rs_buf_char(b, '[');
    for (size_t i = 0; i < d->lineage.n; i++) {
        rs_buf_cstr(b, i ? ",{" : "{");
        put_text(b, "source", d->lineage.items[i].source);
        put_text(b, "what", d->lineage.items[i].what);
        put_text(b, "relation", rs_str_of(rs_catalog_relation_name(d->lineage.items[i].relation)));
        put_text(b, "note", d->lineage.items[i].note);
        rs_buf_char(b, '}');
    }
    rs_buf_char(b, ']');
}

static void put_evidence(rs_buf *b, const rs_catalog_dataset *d)
{
    rs_json_put_key(b, "evidence");
    rs_buf_char(b, '{');
    for (size_t i = 0; i < d->evidence.n; i++) {
        const rs_catalog_evidence *e = &d->evidence.items[i];
        if (i) rs_buf_char(b, ',');
        rs_json_put_str(b, e->path);
        rs_buf_cstr(b, ":{");
        put_text(b, "from", e->from);
        put_text(b, "sure", rs_str_of(rs_catalog_sureness_name(e->sure)));
        rs_buf_char(b, '}');
    }
    rs_buf_char(b, '}');
}

static void put_source(rs_buf *b, const rs_catalog_source *s)
{
    put_text(b, "name", s->name);
    put_text(b, "reader", s->reader);
    put_text(b, "role", rs_str_of(rs_catalog_role_name(s->role)));
    put_text(b, "split", s->split.name);
    if (s->has_task) put_text(b, "task", rs_str_of(rs_model_task_name(s->task)));
    rs_json_put_key(b, "files");
    rs_buf_char(b, '{');
    for (size_t i = 0; i < s->files.n; i++) {
        if (i) rs_buf_char(b, ',');
        rs_json_put_str(b, s->files.items[i].use);
        rs_buf_char(b, ':');
        rs_buf_char(b, '[');
        for (size_t p = 0; p < s->files.items[i].patterns.n; p++) {
            if (p) rs_buf_char(b, ',');
            rs_json_put_str(b, s->files.items[i].patterns.items[p]);
        }
        rs_buf_char(b, ']');
    }
    rs_buf_char(b, '}');
}

static void put_releases(rs_buf *b, const rs_catalog_dataset *d)
{
    rs_json_put_key(b, "releases");
    rs_buf_char(b, '[');
    for (size_t i = 0; i < d->releases.n; i++) {
        const rs_catalog_release *r = &d->releases.items[i];
        rs_buf_cstr(b, i ? ",{" : "{");
        put_text(b, "id", r->id);
        put_text(b, "note", r->note);
        rs_json_put_key(b, "sources");
        rs_buf_char(b, '[');
        for (size_t s = 0; s < r->sources.n; s++) {
            rs_buf_cstr(b, s ? ",{" : "{");
            put_source(b, &r->sources.items[s]);
            rs_buf_char(b, '}');
        }
        rs_buf_cstr(b, "]}");
    }
    rs_buf_char(b, ']');
}

rsift_status rsift_show(rsift_context *context, const char *id, rsift_answer *out, rsift_error *err)
{
    *out = (rsift_answer){0};
    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(context, &catalog, err));
    const rs_catalog_dataset *d = rs_catalog_find(catalog, rs_str_of(id));
    if (!d) {
        rs_str near = rs_catalog_suggest(catalog, rs_str_of(id));
        return rs_err_set(err, RSIFT_E_ARG, "no dataset \"%s\" in the catalogue%s%.*s%s", id,
                          near.ptr ? "; did you mean \"" : "", RS_STR_ARG(near),
                          near.ptr ? "\"?" : "");
    }
    rs_buf b = {0};
    rs_buf_cstr(&b, "{\"schema\":\"rsift.show/1\"");
    put_short(&b, d);
    put_text(&b, "title", d->title);
    put_text(&b, "paper", d->paper);
    put_texts(&b, "code", d->links.code);
    put_texts(&b, "download", d->links.download);
    put_licence_part(&b, "licence_annotations", &d->licence.annotations);
    put_licence_part(&b, "licence_imagery", &d->licence.imagery);
    put_text(&b, "redistribution",
             rs_str_of(rs_catalog_redistribution_name(d->licence.redistribution)));
    put_texts(&b, "skills", d->skills);
    put_texts(&b, "sensors", d->sensors);
    put_range(&b, "gsd_m", d->gsd_m);
    put_range(&b, "image_size", d->image_size);
    put_texts(&b, "classes", d->classes);
    put_text(&b, "origin", rs_str_of(rs_catalog_origin_name(d->origin)));
    put_splits(&b, &d->sizes);
    put_lineage(&b, d);
    put_texts(&b, "known_defects", d->known_defects);
    put_texts(&b, "notes", d->notes);
    put_texts(&b, "tips", d->tips);
    put_releases(&b, d);
    put_evidence(&b, d);
    put_text(&b, "file", d->file);
    rs_buf_char(&b, '}');
    return rs_session_answer(&b, out, err);
}

rsift_status rsift_search(rsift_context *context, const char *words, rsift_answer *out,
                          rsift_error *err)
{
    *out = (rsift_answer){0};
    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(context, &catalog, err));
    rs_catalog_hit *hits = rs_calloc(rs_catalog_n(catalog) + 1, sizeof *hits);
    if (!hits) return rs_err_nomem(err, "the search");
    size_t n = rs_catalog_search(catalog, rs_str_of(words), hits);
    rs_buf b = {0};
    rs_buf_cstr(&b, "{\"schema\":\"rsift.search/1\",\"datasets\":[");
    for (size_t i = 0; i < n; i++) {
        rs_buf_cstr(&b, i ? ",\n{" : "\n{");
        put_short(&b, hits[i].dataset);
        put_number(&b, "score", hits[i].score);
        rs_buf_char(&b, '}');
    }
    rs_buf_cstr(&b, "]}");
    rs_free(hits);
    return rs_session_answer(&b, out, err);
}

static void put_entry(rs_buf *b, const char *name, const char *summary, const char *source,
                      bool first)
{
    rs_buf_cstr(b, first ? "\n{" : ",\n{");
    put_text(b, "name", rs_str_of(name));
    put_text(b, "summary", rs_str_of(summary));
    if (source) put_text(b, "source", rs_str_of(source));
    rs_buf_char(b, '}');
}

rsift_status rsift_capabilities(rsift_context *context, rsift_answer *out, rsift_error *err)
{
    (void)context;
    *out = (rsift_answer){0};
    rs_buf b = {0};
    rs_buf_cstr(&b, "{\"schema\":\"rsift.capabilities/1\",\"version\":\"" RSIFT_VERSION
                    "\",\"readers\":[");
    for (size_t i = 0; rs_readers[i]; i++)
        put_entry(&b, rs_readers[i]->name, rs_readers[i]->summary, rs_readers[i]->source, i == 0);
    rs_buf_cstr(&b, "],\"formats\":[");
    for (size_t i = 0; rs_writers[i]; i++)
        put_entry(&b, rs_writers[i]->name, rs_writers[i]->summary, rs_writers[i]->source, i == 0);
    rs_buf_cstr(&b, "],\"models\":[");
    for (size_t i = 0; rs_render_models[i]; i++)
        put_entry(&b, rs_render_models[i]->name, rs_render_models[i]->summary,
                  rs_render_models[i]->source, i == 0);
    rs_buf_cstr(&b, "],\"conventions\":[");
    for (size_t i = 0; rs_geom_conventions[i]; i++)
        put_entry(&b, rs_geom_conventions[i]->name,
                  rs_geom_conventions[i]->source ? rs_geom_conventions[i]->source : "", NULL,
                  i == 0);
    rs_buf_cstr(&b, "]}");
    return rs_session_answer(&b, out, err);
}

/* ---- scan ----------------------------------------------------------------------------------- */

static void put_fit(rs_buf *b, const rs_catalog_fit *fit, rs_str path)
{
    put_text(b, "path", path);
    put_text(b, "dataset", fit->dataset->id);
    put_text(b, "release", fit->release->id);
    put_number(b, "score", fit->score);
    put_number(b, "sources", (int64_t)fit->n_sources);
    put_number(b, "sources_found", (int64_t)fit->n_sources_found);
    put_number(b, "images", (int64_t)fit->n_images);
    if (fit->tied) rs_buf_cstr(b, ",\"tied\":true");
    rs_json_put_key(b, "missing");
    rs_buf_char(b, '[');
    bool first = true;
    for (size_t i = 0; i < fit->release->sources.n; i++) {
        const rs_catalog_source_fit *s = &fit->sources[i];
        if (s->n_uses_found == s->n_uses || s->source->optional) continue;
        if (!first) rs_buf_char(b, ',');
        rs_json_put_str(b, s->source->name);
        first = false;
    }
    rs_buf_char(b, ']');
}

static rsift_status scan_path(rsift_context *context, const rs_catalog *catalog, rs_str path,
                              rs_buf *b, bool *any, rsift_error *err)
{
    rs_io_options options = {.limits = &context->limits};
    rs_io_tree *tree;
    RS_TRY(rs_io_tree_open(path, &options, &tree, err));
    rs_arena arena = {0};
    size_t n = rs_io_n_members(tree), n_fits = 0;
    rs_str *paths = rs_alloc((n + 1) * sizeof *paths);
    const rs_catalog_fit *fits = NULL;
    rsift_status status = paths ? RSIFT_OK : rs_err_nomem(err, "the scan");
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) paths[i] = rs_io_member_at(tree, i)->path;
    if (status == RSIFT_OK)
        status = rs_catalog_scan(&arena, catalog, paths, n, &fits, &n_fits, err);
    for (size_t i = 0; status == RSIFT_OK && i < n_fits; i++) {
        rs_buf_cstr(b, *any ? ",\n{" : "\n{");
        *any = true;
        put_fit(b, &fits[i], path);
        rs_buf_char(b, '}');
    }
    rs_free(paths);
    rs_arena_fini(&arena);
    rs_io_tree_close(tree);
    return status;
}

rsift_status rsift_scan(rsift_context *context, const char *const *paths, size_t n_paths,
                        rsift_answer *out, rsift_error *err)
{
    *out = (rsift_answer){0};
    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(context, &catalog, err));
    rs_buf b = {0};
    bool any = false;
    rs_buf_cstr(&b, "{\"schema\":\"rsift.scan/1\",\"found\":[");
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < n_paths; i++)
        status = scan_path(context, catalog, rs_str_of(paths[i]), &b, &any, err);
    rs_buf_cstr(&b, "]}");
    if (status == RSIFT_OK) return rs_session_answer(&b, out, err);
    rs_buf_fini(&b);
    return status;
}
