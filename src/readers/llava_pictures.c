/* Pictures of a conversation: see llava_record.h. */
#include "readers/llava_record.h"

/* The picture of this name, after the source's template. */
static rsift_status place_picture(rs_parse *p, rs_str name, size_t i, rs_str id,
                                  rs_asset_ref *asset)
{
    asset->role = i < p->source->n_media ? p->source->media[i].role : RS_ASSET_IMAGE;
    /* a template may want the class, which releases keep as the picture's folder */
    rs_str folder = rs_str_basename(rs_str_dirname(name));
    rs_str path = rs_source_media_path(p->scratch, p->source, i, name, id, folder);
    if (!path.ptr) return rs_err_nomem(p->err, "a picture's path");
    return rs_parse_copy(p, path, &asset->path);
}

/* One picture by its name, which may be a text or {"path": ..} or {"url": ..}. */
static rsift_status add_picture(rs_parse *p, const rs_json *value, size_t i, rs_str id,
                                rs_asset_ref *asset, bool *bad)
{
    rs_str name = rs_json_str(value);
    if (!name.ptr)
        name = rs_json_str(rs_json_get(value, "path")); /* {"path": ..} and {"url": ..} forms */
    if (!name.ptr) name = rs_json_str(rs_json_get(value, "url"));
    if (!name.len) {
        *bad = true;
        return rs_parse_find(p, RS_F_FIELD_TYPE, RS_STR("image"),
                             "expected a picture's name, found %s",
                             rs_json_kind_name(rs_json_kind(value)));
    }
    return place_picture(p, name, i, id, asset);
}

/* The sizes that the record states: InternVL's width and height, a number for the first picture or
 * a list for all. */
static void read_sizes(const rs_json *root, rs_asset_ref *assets, size_t n)
{
    const rs_json *widths = rs_json_get(root, "width"), *heights = rs_json_get(root, "height");
    const bool wide = rs_json_kind(widths) == RS_JSON_ARRAY,
               high = rs_json_kind(heights) == RS_JSON_ARRAY;
    rs_json_iter ws = rs_json_each(wide ? widths : NULL), hs = rs_json_each(high ? heights : NULL);
    for (size_t i = 0; i < n; i++) {
        const rs_json *w = wide ? rs_json_next(&ws, NULL) : i ? NULL : widths;
        const rs_json *h = high ? rs_json_next(&hs, NULL) : i ? NULL : heights;
        double width, height;
        if (!w && !h) return;
        if (!w || !h || !rs_json_double(w, &width) || !rs_json_double(h, &height)) continue;
        if (!(width >= 1) || !(height >= 1)) continue;
        assets[i].width = width;
        assets[i].height = height;
    }
}

/* Pictures that the turns themselves name, where no field of the record does. */
static rsift_status read_shown(rs_parse *p, rs_llava_record *r)
{
    const size_t n = r->shown.n;
    rs_asset_ref *assets = rs_arena_calloc(&p->batch->arena, n + 1, sizeof *assets);
    if (!assets) return rs_err_nomem(p->err, "assets");
    for (size_t i = 0; i < n; i++)
        RS_TRY(place_picture(p, r->shown.names[i], i, r->sample->original_id, &assets[i]));
    r->sample->assets = assets;
    r->sample->n_assets = (uint32_t)n;
    return RSIFT_OK;
}

/* The turns name a picture, too: it must be called as the record's is, in whatever folder. */
static rsift_status check_shown(rs_parse *p, const rs_llava_record *r, const rs_asset_ref *assets)
{
    char quote[RS_QUOTE_SIZE];
    for (size_t i = 0; i < r->shown.n; i++) {
        rs_str shown = rs_str_basename(r->shown.names[i]);
        for (size_t at; (at = rs_str_find_char(shown, '\\')) != RS_NPOS;) /* Windows' own */
            shown = rs_str_sub(shown, at + 1, shown.len);
        if (rs_str_eq_nocase(shown, rs_str_basename(assets[i].path))) continue;
        return rs_parse_find(p, RS_F_PLACEHOLDERS, RS_STR("image"),
                             "a turn names the picture \"%s\", the record another",
                             rs_err_quote(quote, shown));
    }
    return RSIFT_OK;
}

rsift_status rs_llava_read_pictures(rs_parse *p, rs_llava_record *r, bool *bad)
{
    const rs_json *root = r->root;
    rs_sample *sample = r->sample;
    const rs_str id = sample->original_id;
    const rs_json *value = rs_parse_field(root, r->fields->image);
    if (!value) value = rs_json_get(root, "images");
    rs_json_type kind = rs_json_kind(value);
    size_t n = kind == RS_JSON_ARRAY                            ? rs_json_len(value)
               : kind == RS_JSON_ABSENT || kind == RS_JSON_NULL ? 0
                                                                : 1;
    if (n == 0) return read_shown(p, r);
    if (r->shown.n && r->shown.n != n)
        RS_TRY(rs_parse_find(p, RS_F_PLACEHOLDERS, RS_STR("image"),
                             "the turns name %zu pictures, the record %zu", r->shown.n, n));
    rs_asset_ref *assets = rs_arena_calloc(&p->batch->arena, n, sizeof *assets);
    if (!assets) return rs_err_nomem(p->err, "assets");
    rs_json_iter it = rs_json_each(value);
    for (size_t i = 0; i < n && !*bad; i++) {
        const rs_json *one = kind == RS_JSON_ARRAY ? rs_json_next(&it, NULL) : value;
        RS_TRY(add_picture(p, one, i, id, &assets[i], bad));
    }
    if (!*bad && r->shown.n == n) RS_TRY(check_shown(p, r, assets));
    if (r->rare_keys) read_sizes(root, assets, n);
    sample->assets = assets;
    sample->n_assets = (uint32_t)n;
    return RSIFT_OK;
}
