/* Files that belong together by name: see partners.h. */
#include "readers/partners.h"

rsift_status rs_partners_open(rs_partners *partners, rs_arena *arena, const rs_source_files *files,
                              rs_str match, rs_str suffix, rsift_error *err)
{
    *partners = (rs_partners){
        .files = files, .by_stem = rs_str_eq(match, RS_STR("stem")), .suffix = suffix};
    if (!files) return RSIFT_OK;
    partners->first = rs_arena_calloc(arena, files->n + 1, sizeof(uint32_t));
    partners->behind = rs_arena_calloc(arena, files->n + 1, sizeof(uint32_t));
    if (!partners->first || !partners->behind) return rs_err_nomem(err, "a list of files");
    for (size_t i = files->n; i-- > 0;) { /* backwards, so that the lists are in file order */
        bool made;
        const rs_str key = rs_partners_key(partners, files->logical[i]);
        size_t number = rs_strmap_put(&partners->names, key, &made);
        if (number == RS_NPOS) return rs_err_nomem(err, "a list of files");
        partners->behind[i] = made ? RS_NO_PARTNER : partners->first[number];
        partners->first[number] = (uint32_t)i;
    }
    return RSIFT_OK;
}

void rs_partners_fini(rs_partners *partners)
{
    rs_strmap_fini(&partners->names);
}

rs_str rs_partners_key(const rs_partners *partners, rs_str path)
{
    if (!partners->by_stem) return rs_str_basename(path);
    rs_str stem = rs_str_stem(path);
    if (partners->suffix.len && stem.len > partners->suffix.len &&
        rs_str_ends(stem, partners->suffix))
        stem.len -= partners->suffix.len;
    return stem;
}

static uint32_t first_of(const rs_partners *partners, rs_str key)
{
    const size_t number = partners->files ? rs_strmap_get(&partners->names, key) : RS_NPOS;
    return number == RS_NPOS ? RS_NO_PARTNER : partners->first[number];
}

size_t rs_partners_count(const rs_partners *partners, rs_str key)
{
    size_t n = 0;
    for (uint32_t i = first_of(partners, key); i != RS_NO_PARTNER; i = partners->behind[i]) n++;
    return n;
}

/* In how many of their folders' names two paths differ; one of another depth is far away. */
static unsigned distance(rs_str a, rs_str b)
{
    enum { FAR = 99 };
    unsigned n = 0;
    rs_str left = rs_str_dirname(a), right = rs_str_dirname(b), x, y;
    while (left.len && right.len) {
        if (!rs_str_split(&left, '/', &x) || !rs_str_split(&right, '/', &y)) return FAR;
        n += !rs_str_eq(x, y);
    }
    return left.len || right.len ? FAR : n;
}

uint32_t rs_partners_of(const rs_partners *partners, rs_str key, rs_str path, bool anywhere)
{
    uint32_t nearest = RS_NO_PARTNER, only = first_of(partners, key);
    unsigned least = 2;
    bool several = false;
    for (uint32_t i = only; i != RS_NO_PARTNER; i = partners->behind[i]) {
        const unsigned far = distance(partners->files->logical[i], path);
        if (far > least || far > 1) continue;
        several = far == least;
        least = far;
        nearest = i;
    }
    if (nearest != RS_NO_PARTNER) return several ? RS_NO_PARTNER : nearest;
    if (!anywhere || only == RS_NO_PARTNER || partners->behind[only] != RS_NO_PARTNER)
        return RS_NO_PARTNER;
    return only;
}

rsift_status rs_partners_path(rs_parse *p, rs_asset_role role, rs_str logical, rs_str *out)
{
    for (size_t i = 0; i < p->source->n_media; i++) {
        if (p->source->media[i].role != role) continue;
        rs_str name = rs_str_basename(logical);
        rs_str path =
            rs_source_media_path(p->scratch, p->source, i, name, rs_str_stem(name), (rs_str){0});
        if (!path.ptr) return rs_err_nomem(p->err, "a picture's path");
        return rs_parse_copy(p, path, out);
    }
    return rs_parse_copy(p, logical, out);
}
