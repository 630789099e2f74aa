/* A missing picture's path was made by its source's media template ("DOTA/{name}.png"). So the
 * template is read backwards, which gives the name as the annotation has it ("P0001"), and the
 * images_from template of the same source ("train/images/{name}.png") is filled with it. */
#include "index/link_names.h"

#include "base/buf.h"
#include "base/utf8.h"

/* What a media template's placeholders stand for in one path; ptr NULL = not in the template. */
typedef struct values {
    rs_str name, stem, id, class_name, split;
} values;

/* The value that "{word}" sets or gives; NULL for an unknown word. */
static rs_str *value_of(values *v, rs_str word)
{
    if (rs_str_eq(word, RS_STR("{name}"))) return &v->name;
    if (rs_str_eq(word, RS_STR("{stem}"))) return &v->stem;
    if (rs_str_eq(word, RS_STR("{id}"))) return &v->id;
    if (rs_str_eq(word, RS_STR("{class}"))) return &v->class_name;
    if (rs_str_eq(word, RS_STR("{split}"))) return &v->split;
    return NULL;
}

/* Splits off the template's first piece: a "{word}" or the text up to the next one. */
static rs_str next_piece(rs_str *template)
{
    size_t end = 0;
    if (template->len && template->ptr[0] == '{') {
        size_t close = rs_str_find_char(*template, '}');
        end = close == RS_NPOS ? template->len : close + 1;
    } else {
        size_t open = rs_str_find_char(*template, '{');
        end = open == RS_NPOS ? template->len : open;
    }
    rs_str piece = rs_str_sub(*template, 0, end);
    *template = rs_str_sub(*template, end, template->len);
    return piece;
}

/* Reads `path` backwards through the template; the shortest value of an earlier placeholder wins.
 * Only {name} may hold a '/'. Templates have few placeholders, so that trying is cheap. */
static bool read_backwards(rs_str template, rs_str path, values *out)
{
    if (template.len == 0) return path.len == 0;
    rs_str rest = template, piece = next_piece(&rest);
    rs_str *value = value_of(out, piece);
    if (!value) {
        if (!rs_str_starts(path, piece)) return false;
        return read_backwards(rest, rs_str_sub(path, piece.len, path.len), out);
    }
    const rs_str before = *value; /* a placeholder that stands twice keeps its last value */
    for (size_t n = 1; n <= path.len; n++) {
        if (path.ptr[n - 1] == '/' && value != &out->name) break;
        *value = rs_str_sub(path, 0, n);
        if (read_backwards(rest, rs_str_sub(path, n, path.len), out)) return true;
    }
    *value = before;
    return false;
}

/* Fills an images_from template; ptr NULL when it needs a value that the path does not give. An
 * extension that the name has already ("P0001.png" in "{name}.png") is not written twice. */
static rs_str fill_template(rs_arena *arena, rs_str template, values v, rs_str path)
{
    if (!v.name.ptr) v.name = rs_str_basename(path);
    if (!v.stem.ptr) v.stem = rs_str_stem(v.name);
    if (!v.class_name.ptr) v.class_name = RS_STR(RS_INDEX_ANY_CLASS);
    rs_buf b = {0};
    bool known = true;
    while (known && template.len) {
        rs_str piece = next_piece(&template);
        const rs_str *value = value_of(&v, piece);
        known = !value || value->ptr; /* {id} and {split} cannot be guessed */
        if (known) rs_buf_str(&b, value ? *value : piece);
        rs_str extension = value == &v.name ? rs_str_extension(v.name) : (rs_str){NULL, 0};
        rs_str following = rs_str_sub(template, 0, extension.len);
        if (extension.len && rs_str_eq_nocase(following, extension) &&
            (template.len == extension.len || template.ptr[extension.len] == '/'))
            template = rs_str_sub(template, extension.len, template.len);
    }
    rs_str text = known && !b.failed ? rs_arena_str(arena, rs_buf_view(&b)) : (rs_str){NULL, 0};
    rs_buf_fini(&b);
    return text;
}

static rsift_status add_name(rs_arena *arena, rs_str name, rs_str **names, size_t *cap, size_t *n,
                             rsift_error *err)
{
    for (size_t i = 0; i < *n; i++)
        if (rs_str_eq((*names)[i], name)) return RSIFT_OK;
    if (!rs_arena_grow(arena, (void **)names, cap, *n + 1, sizeof **names))
        return rs_err_nomem(err, "the names of a picture");
    (*names)[(*n)++] = name;
    return RSIFT_OK;
}

rsift_status rs_index_link_names(rs_arena *arena, const rs_catalog_dataset *dataset, rs_str other,
                                 rs_str path, rs_texts *out, rsift_error *err)
{
    static const rs_catalog_media plain = {.template = {"{name}", 6}};
    rs_str *names = NULL;
    size_t n = 0, cap = 0;
    /* names are compared in normal form C, as release/pictures.h does */
    path = rs_utf8_compose(arena, path);
    if (!path.ptr) return rs_err_nomem(err, "the names of a picture");
    for (size_t r = 0; dataset && r < dataset->releases.n; r++) {
        for (size_t s = 0; s < dataset->releases.items[r].sources.n; s++) {
            const rs_catalog_source *source = &dataset->releases.items[r].sources.items[s];
            const rs_catalog_media *media = source->media.n ? source->media.items : &plain;
            const size_t n_media = source->media.n ? source->media.n : 1;
            for (size_t f = 0; f < source->images_from.n; f++) {
                const rs_catalog_images_from *from = &source->images_from.items[f];
                if (!rs_str_eq(from->dataset, other)) continue;
                for (size_t m = 0; m < n_media; m++) {
                    values v = {0};
                    if (!read_backwards(media[m].template, path, &v)) continue;
                    rs_str name = fill_template(arena, from->path, v, path);
                    if (name.ptr) RS_TRY(add_name(arena, name, &names, &cap, &n, err));
                }
            }
        }
    }
    if (n == 0) RS_TRY(add_name(arena, path, &names, &cap, &n, err));
    *out = (rs_texts){names, n};
    return RSIFT_OK;
}

rs_picture_name rs_index_link_name(rs_str path, bool by_label)
{
    rs_picture_name name = {.path = path};
    if (!by_label || rs_str_find_char(path, '/') == RS_NPOS) return name;
    name.path = rs_str_basename(path);
    name.record_folder = rs_str_dirname(path);
    return name;
}

rs_resolved rs_index_link_resolve(const rs_pictures *pictures, const rs_picture_name *name,
                                  rs_str other_name, size_t *out)
{
    const rs_resolved first = rs_pictures_resolve(pictures, name, out);
    if (!other_name.len || first == RS_AMBIGUOUS) return first;
    const rs_picture_name second = {.path = other_name, .record_folder = name->record_folder};
    size_t other;
    const rs_resolved how = rs_pictures_resolve(pictures, &second, &other);
    if (how < RS_EXACT) return first;
    if (first >= RS_EXACT) return other == *out ? first : RS_AMBIGUOUS;
    *out = other;
    return how;
}
