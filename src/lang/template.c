/* Prompt templates: choosing by (seed, sample id), filling each placeholder once, never inside a
 * value. */
#include "lang/template.h"

#include "base/buf.h"

static const char *const names[] = {"class", "classes", "question", "phrase", "format"};
enum { n_names = sizeof names / sizeof *names, no_name = -1 };

/* Which placeholder starts at s.ptr[0] == '{'; *len = its bytes with braces. */
static int placeholder(rs_str s, size_t *len)
{
    size_t close = rs_str_find_char(s, '}');
    if (close == RS_NPOS) return no_name;
    rs_str word = rs_str_sub(s, 1, close);
    for (int k = 0; k < n_names; k++) {
        if (!rs_str_eq(word, rs_str_of(names[k]))) continue;
        *len = close + 1;
        return k;
    }
    return no_name;
}

static rsift_status check_line(rs_str line, size_t row, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    if (rs_str_find_char(line, '{') == RS_NPOS) return RSIFT_OK;
    for (size_t i = 0; i < line.len; i++) {
        size_t len = 1;
        if (line.ptr[i] == '{' && placeholder(rs_str_sub(line, i, line.len), &len) == no_name)
            return rs_err_set(err, RSIFT_E_FORMAT, "line %zu: unknown placeholder at \"%s\"", row,
                              rs_err_quote(quoted, rs_str_sub(line, i, i + 24)));
        if (line.ptr[i] == '{') i += len - 1;
    }
    return RSIFT_OK;
}

rsift_status rs_lang_template_parse(rs_arena *arena, rs_str text, rs_template_set *out,
                                    rsift_error *err)
{
    *out = (rs_template_set){.format = RS_STR("")};
    size_t cap = 0, row = 0;
    for (rs_str line; rs_str_line(&text, &line);) {
        row++;
        line = rs_str_trim(line);
        if (line.len == 0 || line.ptr[0] == '#') continue;
        if (rs_str_starts(line, RS_STR("@format "))) {
            out->format = rs_str_trim(rs_str_sub(line, 8, line.len));
            continue;
        }
        RS_TRY(check_line(line, row, err));
        if (!rs_arena_grow(arena, (void **)&out->lines, &cap, out->n + 1, sizeof *out->lines))
            return rs_err_nomem(err, "prompt templates");
        out->lines[out->n++] = line;
    }
    if (out->n == 0) return rs_err_set(err, RSIFT_E_FORMAT, "no template in %zu lines", row);
    return RSIFT_OK;
}

size_t rs_lang_template_pick(const rs_template_set *set, uint64_t seed, rs_id id)
{
    /* A salt of its own: the same (seed, id) also orders the shuffled output. */
    rs_rng rng = rs_rng_of(seed ^ 0x74656d706c617465u, id);
    return (size_t)rs_rng_below(&rng, set->n);
}

static rs_str value_of(const rs_template_set *set, const rs_template_values *values, int name)
{
    switch (name) {
    case 0: return values->class_name;
    case 1: return values->classes;
    case 2: return values->question;
    case 3: return values->phrase;
    default: return values->format.ptr ? values->format : set->format;
    }
}

rsift_status rs_lang_template_fill(rs_arena *arena, const rs_template_set *set, size_t i,
                                   const rs_template_values *values, rs_str *out, rsift_error *err)
{
    RS_ASSERT(i < set->n);
    rs_str line = set->lines[i];
    rs_buf buf = {0};
    for (size_t k = 0; k < line.len; k++) {
        size_t len = 0;
        int name = line.ptr[k] == '{' ? placeholder(rs_str_sub(line, k, line.len), &len) : no_name;
        if (name != no_name) {
            rs_str value = value_of(set, values, name);
            if (!value.ptr) {
                rs_buf_fini(&buf);
                return rs_err_set(err, RSIFT_E_ARG,
                                  "the template needs {%s} and the sample has none", names[name]);
            }
            rs_buf_str(&buf, value);
            k += len - 1;
        } else if (line.ptr[k] == '\\' && k + 1 < line.len && line.ptr[k + 1] == 'n') {
            rs_buf_char(&buf, '\n');
            k++;
        } else {
            rs_buf_char(&buf, line.ptr[k]);
        }
    }
    /* An empty {format} or value at the end leaves no blank behind. */
    *out = buf.failed ? (rs_str){NULL, 0} : rs_arena_str(arena, rs_str_trim(rs_buf_view(&buf)));
    rs_buf_fini(&buf);
    return out->ptr ? RSIFT_OK : rs_err_nomem(err, "a prompt");
}
