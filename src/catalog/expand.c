/* `each_split: [train, val]` and `each: [...]`: one source or list per split, with {split} filled
 * in, so that the short form ends here: who uses a record sees sources and lists only. */
#include "catalog/expand.h"

#include "base/buf.h"

enum { MAX_SOURCES = 256 };

/* `text` with each `word` replaced by `by`. */
static rsift_status replace(rs_decoder *d, rs_str text, rs_str word, rs_str by, rs_str *out)
{
    if (rs_str_find(text, word) == RS_NPOS) {
        *out = text;
        return RSIFT_OK;
    }
    rs_buf buf = {0};
    size_t at;
    while ((at = rs_str_find(text, word)) != RS_NPOS) {
        rs_buf_add(&buf, text.ptr, at);
        rs_buf_str(&buf, by);
        text = rs_str_sub(text, at + word.len, text.len);
    }
    rs_buf_str(&buf, text);
    *out = buf.failed ? (rs_str){0} : rs_arena_str(d->arena, rs_buf_view(&buf));
    rs_buf_fini(&buf);
    return out->ptr ? RSIFT_OK : rs_err_nomem(d->err, "the catalogue");
}

/* {split}, and {Split} with a capital. */
static rsift_status fill(rs_decoder *d, rs_str text, rs_str split, rs_str *out)
{
    RS_TRY(replace(d, text, RS_STR("{split}"), split, out));
    if (rs_str_find(*out, RS_STR("{Split}")) == RS_NPOS) return RSIFT_OK;
    rs_str capital = rs_arena_str(d->arena, split);
    if (!capital.ptr) return rs_err_nomem(d->err, "the catalogue");
    char *first = (char *)capital.ptr; /* our own copy */
    if (split.len > 0 && *first >= 'a' && *first <= 'z') *first = (char)(*first - 32);
    return replace(d, *out, RS_STR("{Split}"), capital, out);
}

/* {split} in every text of a list. */
static rsift_status fill_texts(rs_decoder *d, rs_texts texts, rs_str split, rs_texts *out)
{
    rs_str *items = rs_decode_alloc(d, texts.n, sizeof *items);
    if (!items) return RSIFT_E_NOMEM;
    for (size_t i = 0; i < texts.n; i++) RS_TRY(fill(d, texts.items[i], split, &items[i]));
    *out = (rs_texts){items, texts.n};
    return RSIFT_OK;
}

/* The source of one split: {split} filled in wherever the schema allows it, the role of that split,
 * and the counts that are expected of it. */
static rsift_status fill_source(rs_decoder *d, const struct source_template *t, rs_str split,
                                rs_catalog_source *out)
{
    *out = t->source;
    out->split = (rs_split){.scheme = t->split_scheme.ptr ? t->split_scheme : RS_STR("official"),
                            .name = split};
    RS_TRY(fill(d, t->source.name, split, &out->name));
    rs_catalog_files *files = rs_decode_alloc(d, t->source.files.n, sizeof *files);
    rs_catalog_media *media = rs_decode_alloc(d, t->source.media.n, sizeof *media);
    rs_catalog_images_from *from = rs_decode_alloc(d, t->source.images_from.n, sizeof *from);
    rs_catalog_count *expect = rs_decode_alloc(d, t->source.expect.n, sizeof *expect);
    if (!files || !media || !from || !expect) return RSIFT_E_NOMEM;
    for (size_t i = 0; i < t->source.files.n; i++) {
        files[i] = t->source.files.items[i];
        RS_TRY(fill_texts(d, t->source.files.items[i].patterns, split, &files[i].patterns));
    }
    for (size_t i = 0; i < t->source.media.n; i++) {
        media[i] = t->source.media.items[i];
        RS_TRY(fill(d, t->source.media.items[i].template, split, &media[i].template));
    }
    for (size_t i = 0; i < t->source.images_from.n; i++) {
        from[i] = t->source.images_from.items[i];
        RS_TRY(fill(d, t->source.images_from.items[i].path, split, &from[i].path));
    }
    size_t n_expect = 0; /* counts of other splits are left out */
    for (size_t i = 0; i < t->source.expect.n; i++) {
        rs_catalog_count count = t->source.expect.items[i];
        if (count.split.ptr && !rs_str_eq(count.split, split)) continue;
        count.split = (rs_str){0};
        expect[n_expect++] = count;
    }
    RS_TRY(fill_texts(d, t->source.image_roots, split, &out->image_roots));
    out->files.items = files;
    out->media.items = media;
    out->images_from.items = from;
    out->expect.items = expect;
    out->expect.n = n_expect;
    rs_role role = rs_catalog_role_in(&t->source, split);
    out->role = role;
    out->role_by_split.n = 0; /* the source is one split now, with one role */
    return RSIFT_OK;
}

/* All sources of a release; their names must differ, since they name parts. */
static rsift_status expand_sources(rs_decoder *d, const rs_yaml *node,
                                   const struct release_template *in, rs_catalog_release *out)
{
    size_t n = 0; /* counted first: the arena's arrays do not grow */
    for (size_t i = 0; i < in->sources.n; i++) {
        size_t each = in->sources.items[i].each_split.n;
        n += each ? each : 1;
    }
    if (n > MAX_SOURCES) return rs_decode_expected(d, node, "at most 256 sources");
    rs_catalog_source *sources = rs_decode_alloc(d, n, sizeof *sources);
    if (!sources) return RSIFT_E_NOMEM;
    n = 0;
    for (size_t i = 0; i < in->sources.n; i++) {
        const struct source_template *t = &in->sources.items[i];
        if (t->each_split.n == 0) sources[n++] = t->source;
        for (size_t k = 0; k < t->each_split.n; k++)
            RS_TRY(fill_source(d, t, t->each_split.items[k], &sources[n++]));
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (rs_str_eq(sources[i].name, sources[j].name))
                return rs_decode_expected(d, rs_yaml_get(node, "sources"),
                                          "source names that differ");
    out->sources.items = sources;
    out->sources.n = n;
    return RSIFT_OK;
}

rsift_status rs_catalog_expand(rs_decoder *d, const rs_yaml *node,
                               const struct release_template *in, rs_catalog_release *out)
{
    *out = in->release;
    RS_TRY(expand_sources(d, node, in, out));
    size_t n = 0;
    for (size_t i = 0; i < in->splits.n; i++) {
        size_t each = in->splits.items[i].each.n;
        n += each ? each : 1;
    }
    if (n > MAX_SOURCES) return rs_decode_expected(d, node, "at most 256 split lists");
    rs_catalog_split_list *lists = rs_decode_alloc(d, n, sizeof *lists);
    if (!lists) return RSIFT_E_NOMEM;
    n = 0;
    for (size_t i = 0; i < in->splits.n; i++) {
        const struct split_template *t = &in->splits.items[i];
        if (t->each.n == 0) lists[n++] = t->list;
        for (size_t k = 0; k < t->each.n; k++) {
            lists[n] = t->list;
            lists[n].name = t->each.items[k];
            RS_TRY(fill(d, t->list.file, t->each.items[k], &lists[n++].file));
        }
    }
    out->splits.items = lists;
    out->splits.n = n;
    return RSIFT_OK;
}

/* "{Forest,River}" of the class list; ptr NULL when there is none. */
static rsift_status class_words(rs_decoder *d, rs_texts classes, rs_str *out)
{
    rs_buf buf = {0};
    for (size_t i = 0; i < classes.n; i++) {
        rs_buf_char(&buf, i ? ',' : '{');
        rs_buf_str(&buf, classes.items[i]);
    }
    rs_buf_char(&buf, '}');
    *out = buf.failed ? (rs_str){0} : rs_arena_str(d->arena, rs_buf_view(&buf));
    rs_buf_fini(&buf);
    return out->ptr ? RSIFT_OK : rs_err_nomem(d->err, "the catalogue");
}

/* {class} in every pattern of a list. */
static rsift_status fill_class(rs_decoder *d, rs_texts patterns, rs_str words)
{
    rs_str *items = (rs_str *)patterns.items; /* the loader's own arrays */
    for (size_t i = 0; i < patterns.n; i++)
        RS_TRY(replace(d, items[i], RS_STR("{class}"), words, &items[i]));
    return RSIFT_OK;
}

rsift_status rs_catalog_fill_classes(rs_decoder *d, const rs_catalog_dataset *dataset)
{
    if (dataset->classes.n == 0) return RSIFT_OK;
    rs_str words;
    RS_TRY(class_words(d, dataset->classes, &words));
    for (size_t r = 0; r < dataset->releases.n; r++) {
        const rs_catalog_release *release = &dataset->releases.items[r];
        RS_TRY(fill_class(d, release->images, words));
        for (size_t s = 0; s < release->sources.n; s++)
            for (size_t k = 0; k < release->sources.items[s].files.n; k++)
                RS_TRY(fill_class(d, release->sources.items[s].files.items[k].patterns, words));
    }
    return RSIFT_OK;
}
