/* What every reader may use of a source and a chunk: parameters, picture paths, findings of
 * cutting, probes. Steps of parsing are parse.c. */
#include "readers/reader.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

const rs_param_value *rs_source_param_list(const rs_source *source, const char *key)
{
    for (size_t i = 0; i < source->n_params; i++)
        if (rs_str_eq(source->params[i].key, rs_str_of(key))) return &source->params[i];
    return NULL;
}

rs_str rs_source_param(const rs_source *source, const char *key, rs_str default_value)
{
    const rs_param_value *value = rs_source_param_list(source, key);
    return value && value->n ? value->values[0] : default_value;
}

const rs_source_files *rs_source_files_of(const rs_source *source, const char *use)
{
    for (size_t i = 0; i < source->n_files; i++)
        if (rs_str_eq(source->files[i].use, rs_str_of(use))) return &source->files[i];
    return NULL;
}

rs_str rs_source_skill(const rs_source *source, rs_str release_type)
{
    for (size_t i = 0; i < source->n_skills; i++)
        if (rs_str_eq(source->skills[i].from, release_type)) return source->skills[i].to;
    return source->skill;
}

/* The value of one placeholder; ptr NULL = no such placeholder. */
static rs_str placeholder(const rs_source *source, rs_str word, rs_str name, rs_str id,
                          rs_str class_name)
{
    if (rs_str_eq(word, RS_STR("name"))) return name.ptr ? name : RS_STR("");
    if (rs_str_eq(word, RS_STR("stem"))) return name.len ? rs_str_stem(name) : RS_STR("");
    if (rs_str_eq(word, RS_STR("id"))) return id.ptr ? id : RS_STR("");
    if (rs_str_eq(word, RS_STR("class"))) return class_name.ptr ? class_name : RS_STR("");
    if (rs_str_eq(word, RS_STR("split")))
        return source->split.name.ptr ? source->split.name : RS_STR("");
    return (rs_str){0};
}

/* Has the path no root, no backslash and no empty, "." or ".." piece before another? */
static bool is_clean(rs_str path)
{
    char before = '/'; /* the byte before, and whether a piece began with that one */
    bool first = false;
    for (size_t i = 0; i < path.len; i++) {
        const char c = path.ptr[i];
        if (c == '\\' || (c == '/' && (before == '/' || (before == '.' && first))) ||
            (c == '.' && before == '.'))
            return false;
        first = before == '/';
        before = c;
    }
    return path.len > 0;
}

/* Annotations name pictures in any way; a logical path has no "..", no root, no backslash. Nearly
 * all are clean: the copy is made for the others only. */
static rs_str clean_path(rs_arena *arena, rs_str path)
{
    if (is_clean(path)) return path;
    bool changed;
    rs_str clean = rs_io_clean_name(arena, path, &changed);
    return clean.ptr ? clean : RS_STR("_"); /* nothing was left: a path that no picture has */
}

rs_str rs_source_media_path(rs_arena *arena, const rs_source *source, size_t i, rs_str name,
                            rs_str id, rs_str class_name)
{
    rs_str left = source->n_media
                      ? source->media[i < source->n_media ? i : source->n_media - 1].template
                      : RS_STR("{name}");
    rs_str out = RS_STR("");
    /* literal, placeholder, literal ...; an unknown {word} stays as it is */
    while (left.len) {
        size_t open = rs_str_find_char(left, '{');
        size_t close =
            open == RS_NPOS ? RS_NPOS : rs_str_find_char(rs_str_sub(left, open, left.len), '}');
        if (close == RS_NPOS) {
            out = rs_arena_join(arena, out, left, RS_STR(""));
            break;
        }
        rs_str word = rs_str_sub(left, open + 1, open + close);
        rs_str value = placeholder(source, word, name, id, class_name);
        if (!value.ptr) value = rs_str_sub(left, open, open + close + 1);
        out = rs_arena_join(arena, out, rs_str_sub(left, 0, open), value);
        if (!out.ptr) return out;
        left = rs_str_sub(left, open + close + 1, left.len);
    }
    if (out.ptr) out = rs_utf8_compose(arena, out); /* one name, whoever packed it */
    return out.ptr ? clean_path(arena, out) : out;
}

void rs_chunk_fini(rs_chunk *chunk)
{
    rs_arena_fini(&chunk->arena);
    *chunk = (rs_chunk){0};
}

void rs_chunk_reset(rs_chunk *chunk)
{
    rs_arena arena = chunk->arena;
    rs_arena_reset(&arena);
    *chunk = (rs_chunk){.arena = arena, .max_findings = chunk->max_findings};
}

rs_raw *rs_chunk_add(rs_chunk *chunk)
{
    if (!rs_arena_grow(&chunk->arena, (void **)&chunk->raws, &chunk->cap, chunk->n + 1,
                       sizeof *chunk->raws))
        return NULL;
    rs_raw *raw = &chunk->raws[chunk->n++];
    *raw = (rs_raw){.offset = -1};
    return raw;
}

/* Does the chunk list a further finding of this code? If not it counts it. */
static bool lists_finding(rs_chunk *chunk, rs_finding_code code)
{
    const uint64_t most = chunk->max_findings ? chunk->max_findings : RS_CHUNK_FINDINGS;
    const bool lists = chunk->n_listed[code] < most;
    chunk->n_unlisted[code] += !lists;
    return lists;
}

/* Lists a finding; its texts are copied. */
static rsift_status list_finding(rs_chunk *chunk, const rs_finding *finding, rsift_error *err)
{
    rs_finding copy = *finding;
    copy.where = rs_arena_str(&chunk->arena, finding->where);
    copy.message = rs_arena_str(&chunk->arena, finding->message);
    if (!copy.where.ptr || !copy.message.ptr ||
        !rs_arena_grow(&chunk->arena, (void **)&chunk->findings, &chunk->cap_findings,
                       chunk->n_findings + 1, sizeof *chunk->findings))
        return rs_err_nomem(err, "a finding");
    chunk->findings[chunk->n_findings++] = copy;
    chunk->n_listed[copy.code]++;
    return RSIFT_OK;
}

rsift_status rs_chunk_repeat(rs_chunk *chunk, const rs_chunk *from, rsift_error *err)
{
    for (int i = 0; i < RS_MAX_PASSES; i++) rs_model_count_add(&chunk->counts[i], &from->counts[i]);
    for (int i = 0; i < RS_N_FINDINGS; i++) chunk->n_unlisted[i] += from->n_unlisted[i];
    for (size_t i = 0; i < from->n_findings; i++)
        if (lists_finding(chunk, from->findings[i].code))
            RS_TRY(list_finding(chunk, &from->findings[i], err));
    return RSIFT_OK;
}

rsift_status rs_chunk_find(rs_chunk *chunk, rs_finding_code code, int64_t ordinal, rs_str where,
                           rsift_error *err, const char *fmt, ...)
{
    if (!lists_finding(chunk, code)) return RSIFT_OK;
    char text[512];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    const rs_finding finding = {.code = code,
                                .ordinal = ordinal,
                                .sample = -1,
                                .asset = -1,
                                .where = where,
                                .message = rs_str_make(text, len)};
    return list_finding(chunk, &finding, err);
}

rsift_status rs_chunk_broken(rs_chunk *chunk, int pass, int64_t ordinal, rsift_status status,
                             const rsift_error *why, rsift_error *err)
{
    /* a bad disk or no memory ends the reading; anything else is a property of the data */
    bool about_data =
        status == RSIFT_E_FORMAT || status == RSIFT_E_LIMIT || status == RSIFT_E_UNSUPPORTED;
    if (!about_data) {
        if (err && why != err) *err = *why;
        return status;
    }
    chunk->counts[pass].seen++;
    chunk->counts[pass].set_aside++;
    rs_finding_code code = status == RSIFT_E_LIMIT ? RS_F_LIMIT : RS_F_FORMAT;
    return rs_chunk_find(chunk, code, ordinal, rs_str_of(why->where), err, "%s", why->message);
}

bool rs_probe_begins(const rs_probe_input *input, char c)
{
    rs_str head = input->head;
    if (rs_str_starts(head, RS_STR("\xEF\xBB\xBF"))) head = rs_str_sub(head, 3, head.len);
    head = rs_str_trim(head);
    return head.len && head.ptr[0] == c;
}

bool rs_probe_holds(const rs_probe_input *input, const char *text)
{
    return rs_str_find(input->head, rs_str_of(text)) != RS_NPOS;
}
