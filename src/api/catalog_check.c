/* See catalog_check.h. */
#include "api/catalog_check.h"

#include "base/embedded.h"
#include "codec/yaml.h"
#include "readers/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

static void add(rs_catalog_problems *p, const char *format, ...) RS_PRINTF(2, 3);
static void add(rs_catalog_problems *p, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    rs_str kept = {0};
    if (rs_arena_grow(p->arena, (void **)&p->items, &p->cap, p->n + 1, sizeof *p->items))
        kept = rs_arena_str(p->arena, rs_str_of(text));
    if (kept.ptr) p->items[p->n++] = kept;
    else p->failed = true;
}

/* ---- what the record says -------------------------------------------------------------------- */

static void check_reads(const rs_catalog_dataset *d, rs_catalog_problems *p)
{
    if (d->reads.how == RS_READS_UNSTATED)
        add(p, "`reads` is absent: full, \"partly: WHAT IS NOT READ\" or \"no: WHY NOT\"");
    if (d->reads.how == RS_READS_NO && d->releases.n > 0)
        add(p, "`reads` says no, and the record describes a release: full or partly?");
    if (d->layout_from == RS_LAYOUT_UNSTATED)
        add(p, "`layout_from` is absent: records, code or paper");
    if (d->released == RS_RELEASED_NO && d->links.download.n > 0)
        add(p, "`released` says no, and `links.download` names a download");
    if (d->released != RS_RELEASED_NO && d->links.download.n + d->links.code.n == 0)
        add(p, "`links` is absent: where is it?");
}

/* A place on the web is a whole link; anything else is a hub name (owner/name) or words. */
static bool is_link_form(rs_str text)
{
    static const char *const whole[] = {"https://", "http://"};
    static const char *const cut[] = {
        "www.", "github.com", "huggingface.co", "http:", "https:", "ftp:", "//"};
    for (size_t i = 0; i < 2; i++) {
        const rs_str scheme = rs_str_of(whole[i]);
        if (!rs_str_starts(text, scheme)) continue;
        for (size_t k = scheme.len; k < text.len; k++)
            if (text.ptr[k] == '"' || text.ptr[k] == '<') return false;
        return text.len > scheme.len && text.ptr[scheme.len] != '/';
    }
    for (size_t i = 0; i < sizeof cut / sizeof *cut; i++)
        if (rs_str_starts(text, rs_str_of(cut[i]))) return false;
    return text.len > 0;
}

static void check_links(const rs_catalog_dataset *d, rs_catalog_problems *p)
{
    const rs_texts lists[] = {d->links.code, d->links.download};
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < lists[i].n; k++)
            if (!is_link_form(lists[i].items[k]))
                add(p, "links: \"%.100s\" is no whole link (https://...) and no hub name",
                    rs_arena_cstr(p->arena, lists[i].items[k]));
    if (d->paper.ptr && !is_link_form(d->paper))
        add(p, "paper: \"%.100s\" is no arXiv number, DOI or whole link",
            rs_arena_cstr(p->arena, d->paper));
}

/* As ids are written; "LEVIR-CD" is a name, and no misspelled levir-cc. */
static bool is_lower(rs_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z') return false;
    return true;
}

static void check_names(const rs_catalog *catalog, const rs_catalog_dataset *d,
                        rs_catalog_problems *p)
{
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *other = rs_catalog_at(catalog, i);
        if (!rs_str_eq(other->id, d->id) && rs_str_eq_nocase(other->name, d->name))
            add(p, "name: %.*s has the same name", RS_STR_ARG(other->id));
    }
    for (size_t i = 0; i < d->lineage.n; i++) {
        const rs_str source = d->lineage.items[i].source;
        if (rs_str_eq(source, d->id)) add(p, "lineage: the dataset is made from itself");
        if (rs_catalog_find(catalog, source)) continue;
        bool told = false; /* one is enough: several may be as near */
        for (size_t k = 0; k < rs_catalog_n(catalog) && !told; k++) {
            const rs_catalog_dataset *other = rs_catalog_at(catalog, k);
            size_t least = 2; /* one letter of difference */
            told = rs_str_eq_nocase(other->name, source) ||
                   (source.len > 6 && is_lower(source) && rs_str_nearer(source, other->id, &least));
            if (told)
                add(p, "lineage: \"%.100s\" looks like %.*s; spelled otherwise, leaks are missed",
                    rs_arena_cstr(p->arena, source), RS_STR_ARG(other->id));
        }
    }
}

/* ---- words ----------------------------------------------------------------------------------- */

static rsift_status check_words(const char *file, rs_texts texts, const char *key,
                                rs_catalog_problems *p, rsift_error *err)
{
    const rs_embedded *embedded = rs_embedded_find(file);
    rs_yaml *root;
    RS_ASSERT(embedded);
    RS_TRY(rs_yaml_parse(p->arena, rs_str_of(file),
                         rs_str_make((const char *)embedded->data, embedded->len), NULL, &root,
                         err));
    for (size_t i = 0; i < texts.n; i++) {
        bool found = false;
        for (const rs_yaml *c = root->first; c && !found; c = c->next)
            found = rs_str_eq(c->key->text, texts.items[i]);
        if (!found)
            add(p, "%s: \"%.100s\" is no word of %s", key, rs_arena_cstr(p->arena, texts.items[i]),
                file);
    }
    return RSIFT_OK;
}

static rsift_status check_taxonomies(const rs_catalog_dataset *d, rs_catalog_problems *p,
                                     rsift_error *err)
{
    const rs_str licences[] = {d->licence.annotations.id, d->licence.imagery.id};
    RS_TRY(check_words("taxonomy/skills.yaml", d->skills, "skills", p, err));
    RS_TRY(check_words("taxonomy/sensors.yaml", d->sensors, "sensors", p, err));
    return check_words("taxonomy/licences.yaml", (rs_texts){licences, 2}, "licence", p, err);
}

/* ---- readers --------------------------------------------------------------------------------- */

static bool has_param(const rs_reader *reader, rs_str name)
{
    for (const rs_param *p = reader->params; p && p->name; p++)
        if (rs_str_eq(rs_str_of(p->name), name)) return true;
    return false;
}

static bool has_use(const rs_reader *reader, rs_str name)
{
    for (const rs_reader_use *u = reader->uses; u && u->name; u++)
        if (rs_str_eq(rs_str_of(u->name), name)) return true;
    return false;
}

static void check_source(const rs_catalog_source *s, rs_catalog_problems *p)
{
    const rs_reader *reader = rs_reader_find(s->reader);
    if (!reader) {
        add(p, "source %.*s: there is no reader \"%.*s\"; `rsift list --readers` names them",
            RS_STR_ARG(s->name), RS_STR_ARG(s->reader));
        return;
    }
    for (size_t i = 0; i < s->params.n; i++)
        if (!has_param(reader, s->params.items[i].key))
            add(p, "source %.*s: the reader %s has no parameter \"%.*s\"", RS_STR_ARG(s->name),
                reader->name, RS_STR_ARG(s->params.items[i].key));
    for (size_t i = 0; i < s->files.n; i++)
        if (!has_use(reader, s->files.items[i].use))
            add(p, "source %.*s: the reader %s has no files \"%.*s\"", RS_STR_ARG(s->name),
                reader->name, RS_STR_ARG(s->files.items[i].use));
    if (!s->has_task) add(p, "source %.*s: `task` is absent", RS_STR_ARG(s->name));
}

/* Whether tests/golden beside the record's folder has a folder of the dataset. Datasets with
 * several releases have one each, "<id>-<release>". */
static void check_golden(const rs_catalog_dataset *d, const char *path, rs_catalog_problems *p,
                         bool *golden)
{
    struct stat st;
    const rs_str file = rs_str_of(path);
    size_t slash = file.len;
    while (slash > 0 && file.ptr[slash - 1] != '/') slash--;
    const char *folder = slash ? rs_arena_cstr(p->arena, rs_str_sub(file, 0, slash)) : "./";
    const rs_str root = rs_arena_printf(p->arena, "%s../tests/golden", folder);
    *golden = root.ptr && stat(root.ptr, &st) == 0;
    if (!*golden || !rs_catalog_is_read(d)) return;
    const rs_str own = rs_arena_printf(p->arena, "%s/%.*s/in", root.ptr, RS_STR_ARG(d->id));
    if (own.ptr && stat(own.ptr, &st) == 0) return;
    for (size_t i = 0; i < d->releases.n; i++) {
        const rs_str of = rs_arena_printf(p->arena, "%s/%.*s-%.*s/in", root.ptr, RS_STR_ARG(d->id),
                                          RS_STR_ARG(d->releases.items[i].id));
        if (of.ptr && stat(of.ptr, &st) == 0) return;
    }
    add(p,
        "no golden folder tests/golden/%.*s: a few records in the exact form of the release, "
        "made by hand",
        RS_STR_ARG(d->id));
}

rsift_status rs_catalog_find_problems(const rs_catalog *catalog, const rs_catalog_dataset *d,
                                      const char *path, rs_catalog_problems *p, bool *golden,
                                      rsift_error *err)
{
    check_reads(d, p);
    check_links(d, p);
    check_names(catalog, d, p);
    RS_TRY(check_taxonomies(d, p, err));
    for (size_t i = 0; i < d->releases.n; i++)
        for (size_t k = 0; k < d->releases.items[i].sources.n; k++)
            check_source(&d->releases.items[i].sources.items[k], p);
    check_golden(d, path, p, golden);
    return p->failed ? rs_err_nomem(err, "the problems of a record") : RSIFT_OK;
}
