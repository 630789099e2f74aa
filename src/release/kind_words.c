/* Sentences about kinds of files and why a reader refuses one, and the fields that a file's first
 * bytes show: see kind.h. */
#include "base/ascii.h"
#include "image/name.h"
#include "release/kind.h"

enum { MOST_FIELDS = 64 };

/* The keys of a JSON object, or of the first object of a list: strings in front of a ':' at its
 * depth. Escapes stay as they are. */
static size_t find_keys(rs_str head, rs_str *out, size_t most)
{
    head = rs_kind_text(head);
    const int wanted = head.len && head.ptr[0] == '[' ? 2 : 1;
    int depth = 0;
    size_t n = 0;
    for (size_t i = 0; i < head.len && n < most; i++) {
        const char c = head.ptr[i];
        if (c == '{' || c == '[') depth++;
        if ((c == '}' || c == ']') && --depth < wanted) break; /* the object is over */
        if (c != '"') continue;
        size_t end = i + 1;
        while (end < head.len && head.ptr[end] != '"') end += head.ptr[end] == '\\' ? 2 : 1;
        size_t next = end + 1;
        while (next < head.len && rs_ascii_is_space(head.ptr[next])) next++;
        if (depth == wanted && next < head.len && head.ptr[next] == ':')
            out[n++] = rs_str_sub(head, i + 1, end);
        i = end;
    }
    return n;
}

static void put_keys(rs_str head, rs_buf *out)
{
    rs_str keys[8];
    char quoted[RS_QUOTE_SIZE];
    const size_t n = find_keys(head, keys, 8);
    for (size_t i = 0; i < n; i++)
        rs_buf_printf(out, "%s%s", i ? ", " : "", rs_err_quote(quoted, rs_str_sub(keys[i], 0, 24)));
}

/* The columns of a table, as they stand in its first line. */
static void put_columns(rs_str head, rs_buf *out)
{
    rs_str rest = rs_kind_text(head), line;
    char quoted[RS_QUOTE_SIZE];
    if (rs_str_line(&rest, &line)) rs_buf_cstr(out, rs_err_quote(quoted, rs_str_sub(line, 0, 48)));
}

/* How to name the columns of a table without a header, in the arena: its first line holds a
 * picture's name. ptr NULL = it has one, or memory is short. */
static rs_str ask_columns(const rs_probe_input *input, rs_arena *arena);

rsift_status rs_kind_todo(const rs_file_kind *kind, const rs_probe_input *input, rs_arena *arena,
                          rs_str *out, rsift_error *err)
{
    const bool has_fields = (kind->takes & (RS_TAKES_JSON | RS_TAKES_TABLE)) != 0;
    rs_buf fields = {0};
    const rs_str ask = rs_kind_is_table(kind) ? ask_columns(input, arena) : (rs_str){NULL, 0};
    if (ask.ptr) *out = ask;
    else if (kind->todo && !rs_kind_is_table(kind)) *out = rs_str_of(kind->todo);
    else if (!has_fields) *out = RS_STR("no reader knows it: rsift list --readers");
    else {
        if (rs_kind_is_table(kind)) put_columns(input->head, &fields);
        else put_keys(input->head, &fields);
        *out = fields.len
                   ? rs_arena_printf(arena,
                                     "--reader records reads it when --param image=FIELD and "
                                     "caption=FIELD, or question and answer, name its fields: %.*s",
                                     RS_STR_ARG(rs_buf_view(&fields)))
                   : RS_STR("its first record has no field: nothing to read");
    }
    const bool short_of_memory = fields.failed || !out->ptr;
    rs_buf_fini(&fields);
    return short_of_memory ? rs_err_nomem(err, "a scan") : RSIFT_OK;
}

/* ---- fields of one's own --------------------------------------------------------------------- */

/* The columns of a header. */
static size_t find_columns(const rs_probe_input *input, rs_str *out, size_t most)
{
    static const char separators[] = ",\t;";
    rs_str rest = rs_kind_text(input->head), line, cell;
    size_t best = 0;
    if (!rs_str_line(&rest, &line)) return 0;
    for (size_t s = 0; separators[s]; s++) {
        rs_str cells = line, found[MOST_FIELDS];
        size_t n = 0;
        while (n < MOST_FIELDS && rs_str_split(&cells, separators[s], &cell)) {
            cell = rs_str_trim(cell);
            if (cell.len >= 2 && cell.ptr[0] == '"') cell = rs_str_sub(cell, 1, cell.len - 1);
            found[n++] = cell;
        }
        if (n <= best) continue;
        best = n < most ? n : most;
        memcpy(out, found, best * sizeof *out);
    }
    return best;
}

static rs_str ask_columns(const rs_probe_input *input, rs_arena *arena)
{
    rs_str cells[MOST_FIELDS];
    const size_t n = find_columns(input, cells, MOST_FIELDS);
    size_t image = n;
    for (size_t i = 0; i < n && image == n; i++)
        if (rs_image_is_name(cells[i])) image = i;
    if (image == n || n < 2) return (rs_str){NULL, 0};
    rs_buf names = {0};
    for (size_t i = 0; i < n; i++)
        rs_buf_printf(&names, "%s%s", i ? "," : "",
                      i == image               ? "image"
                      : i == (image ? 0u : 1u) ? "caption"
                                               : "other");
    const rs_str out = rs_arena_printf(
        arena,
        "its first line names a picture, so it has no header: say which column is which, as "
        "--reader records --param columns=%.*s --param image=image --param caption=caption (or "
        "class, or question and answer)",
        RS_STR_ARG(rs_buf_view(&names)));
    const bool failed = names.failed;
    rs_buf_fini(&names);
    return failed ? (rs_str){NULL, 0} : out;
}

/* The field that is called by one of the names, the first name first; case does not matter. Only
 * plain names: they go into a command. */
static rs_str field_called(const rs_str *fields, size_t n, const char *names)
{
    rs_str rest = rs_str_of(names), name;
    while (rs_str_split(&rest, ' ', &name))
        for (size_t i = 0; i < n; i++)
            if (rs_str_eq_nocase(fields[i], name)) return fields[i];
    return (rs_str){NULL, 0};
}

/* Detection as the library datasets keep it: "objects": {"bbox": [..], "category": [..]}. */
static bool has_objects(const rs_probe_input *input, const rs_str *fields, size_t n)
{
    return field_called(fields, n, "objects").len && rs_probe_holds(input, "\"bbox\"") &&
           rs_probe_holds(input, "\"category\"");
}

static rsift_status add_objects(rs_arena *arena, rs_str image, rs_texts *out, rsift_error *err)
{
    rs_str *params = rs_arena_calloc(arena, 3, sizeof *params);
    if (!params) return rs_err_nomem(err, "a scan");
    params[0] = rs_arena_join(arena, RS_STR("image="), image, RS_STR(""));
    params[1] = RS_STR("box=objects.bbox");
    params[2] = RS_STR("class=objects.category");
    *out = (rs_texts){params, 3};
    return params[0].ptr ? RSIFT_OK : rs_err_nomem(err, "a scan");
}

rsift_status rs_kind_params(rs_arena *arena, const rs_probe_input *input, rs_texts *out,
                            rsift_error *err)
{
    rs_str fields[MOST_FIELDS];
    const rs_file_kind *kind = rs_kind_of(input);
    const size_t n = rs_kind_is_table(kind) ? find_columns(input, fields, MOST_FIELDS)
                                            : find_keys(input->head, fields, MOST_FIELDS);
    const rs_str image =
        field_called(fields, n,
                     "image image_path img img_path image_name img_name image_file img_file "
                     "file_name filename filepath file_path file path picture image_id jpg png");
    const rs_str caption =
        field_called(fields, n, "caption captions title description text sentence");
    const rs_str label = field_called(fields, n, "label class class_name category label_name");
    const rs_str question = field_called(fields, n, "question"),
                 answer = field_called(fields, n, "answer ground_truth gt_answer");
    const bool asks = question.len && answer.len;
    /* with a box beside it, a text or class is about that object, not about the picture */
    const rs_str box = field_called(fields, n,
                                    "bbox bboxes bbox_2d box boxes bndbox obb xmin x_min x1 xtl "
                                    "x0 polygon segmentation");
    const bool tells = caption.len && !question.len && !box.len,
               names = label.len && !question.len && !box.len;
    *out = (rs_texts){0};
    if (image.len && !question.len && has_objects(input, fields, n))
        return add_objects(arena, image, out, err);
    if (!image.len || !(asks || tells || names)) return RSIFT_OK;
    rs_str *params = rs_arena_calloc(arena, 3, sizeof *params);
    if (!params) return rs_err_nomem(err, "a scan");
    *out = (rs_texts){params, asks ? 3 : 2};
    params[0] = rs_arena_join(arena, RS_STR("image="), image, RS_STR(""));
    if (asks) {
        params[1] = rs_arena_join(arena, RS_STR("question="), question, RS_STR(""));
        params[2] = rs_arena_join(arena, RS_STR("answer="), answer, RS_STR(""));
    } else if (tells) {
        params[1] = rs_arena_join(arena, RS_STR("caption="), caption, RS_STR(""));
    } else {
        params[1] = rs_arena_join(arena, RS_STR("class="), label, RS_STR(""));
    }
    for (size_t i = 0; i < out->n; i++)
        if (!params[i].ptr) return rs_err_nomem(err, "a scan");
    return RSIFT_OK;
}

void rs_kind_describe(const rs_probe_input *input, rs_buf *out)
{
    const rs_file_kind *kind = rs_kind_of(input);
    char quoted[RS_QUOTE_SIZE];
    rs_buf_printf(out, "%s is %s", rs_err_quote(quoted, rs_str_basename(input->path)), kind->name);
    if (kind->takes == RS_TAKES_JSON) {
        rs_buf_cstr(out, " with the keys ");
        const size_t before = out->len;
        put_keys(input->head, out);
        if (out->len == before) rs_buf_cstr(out, "(none)");
    } else if (rs_kind_is_table(kind)) {
        rs_buf_cstr(out, " with the columns ");
        put_columns(input->head, out);
    }
}

void rs_kind_explain(const rs_reader *reader, const rs_probe_input *input, rs_buf *why)
{
    const rs_file_kind *kind = rs_kind_of(input);
    const rs_reader *other = rs_kind_reader(input);
    rs_kind_describe(input, why);
    if (other && other != reader) rs_buf_printf(why, ": the reader %s reads it", other->name);
    else if (kind->todo) rs_buf_printf(why, ": %s", kind->todo);
    if (rs_kind_is_table(kind) && reader->takes & RS_TAKES_TEXT)
        rs_buf_cstr(why, " (--reader records --param image=COLUMN --param caption=COLUMN)");
    rs_buf_printf(why, "; %s reads %s", reader->name, reader->reads);
}

void rs_kind_explain_unread(const rs_probe_input *input, rs_buf *why)
{
    const rs_file_kind *kind = rs_kind_of(input);
    const rs_reader *reader = rs_kind_reader(input);
    rs_kind_describe(input, why);
    rs_buf_cstr(why, ", which is not read here: ");
    if (reader) rs_buf_printf(why, "rsift index FILE --reader %s --name OTHER", reader->name);
    else if (kind->todo) rs_buf_cstr(why, kind->todo);
    else rs_buf_cstr(why, "rsift scan FILE says what could read it");
}

bool rs_kind_refuses(const rs_reader *reader, const rs_probe_input *input, rs_buf *why)
{
    if (!reader->takes) return false; /* its files are pictures, which the media pass looks at */
    const rs_file_kind *kind = rs_kind_of(input);
    const int score = reader->probe ? reader->probe(input) : 0;
    /* containers have no syntax: their reader knows them by their first bytes */
    bool refuses = !(kind->takes & reader->takes) && !(kind->takes == 0 && score > 50);
    /* a label file without a line is a picture without objects */
    if (rs_kind_is_empty(kind))
        refuses = !(reader->takes & RS_TAKES_TEXT) && !reader->probe_decides;
    else if (reader->probe_decides) refuses = refuses || score == 0;
    /* what another program wrote, unless the reader is told every field */
    else if (rs_kind_is_foreign(kind) && score == 0) refuses = refuses || !reader->task_of;
    if (refuses) rs_kind_explain(reader, input, why);
    return refuses;
}
