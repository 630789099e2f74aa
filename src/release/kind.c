/* Kinds of files: see kind.h. */
#include "release/kind.h"

#include "base/ascii.h"
#include "base/num.h"
#include "readers/table.h"

enum { HEAD_BYTES = 64 << 10, MOST_FIELDS = 64 };

rsift_status rs_kind_head(const rs_io_tree *tree, size_t member, rs_arena *arena,
                          rs_probe_input *out, rsift_error *err)
{
    const rs_io_member *m = rs_io_member_at(tree, member);
    *out = (rs_probe_input){.path = m->path, .n_bytes = m->n_bytes};
    rs_io_stream *stream;
    RS_TRY(rs_io_open(tree, member, &stream, err));
    char *buf = rs_arena_alloc(arena, HEAD_BYTES);
    rsift_status status = buf ? RSIFT_OK : rs_err_nomem(err, "a window");
    size_t n = 0, got = 1;
    /* a stream out of an archive may give less than is asked for; only 0 is its end */
    while (status == RSIFT_OK && n < HEAD_BYTES && got) {
        status = rs_io_read(stream, buf + n, HEAD_BYTES - n, &got, err);
        n += got;
    }
    rs_io_close(stream);
    out->head = rs_str_make(buf, n);
    return status;
}

/* ---- kinds ----------------------------------------------------------------------------------- */

#define DOWNLOAD "download the file itself; what lies here is no data"
#define UNPACK "unpack it first"
#define TO_JSON "write it as JSON Lines first (pandas: to_json(orient='records', lines=True))"

/* Bytes at the beginning of a file. */
static const struct {
    const char *bytes;
    size_t n;
    rs_file_kind kind;
} magics[] = {
#define MAGIC(bytes) bytes, sizeof(bytes) - 1
    {MAGIC("PAR1"), {"a Parquet file", TO_JSON, 0}},
    {MAGIC("ARROW1"), {"an Arrow file", TO_JSON, 0}},
    {MAGIC("ORC"), {"an ORC file", TO_JSON, 0}},
    {MAGIC("\x93NUMPY"), {"a NumPy array", TO_JSON, 0}},
    {MAGIC("\x89HDF\r\n\x1a\n"), {"an HDF5 file", TO_JSON, 0}},
    {MAGIC("MATLAB 5.0"), {"a MATLAB file", TO_JSON, 0}},
    {MAGIC("SQLite format 3"), {"an SQLite database", TO_JSON, 0}},
    {MAGIC("\x80\x02"), {"a Python pickle", TO_JSON, 0}},
    {MAGIC("\x80\x03"), {"a Python pickle", TO_JSON, 0}},
    {MAGIC("\x80\x04"), {"a Python pickle", TO_JSON, 0}},
    {MAGIC("\x80\x05"), {"a Python pickle", TO_JSON, 0}},
    {MAGIC("\x1f\x8b"), {"gzip-compressed", UNPACK, 0}},
    {MAGIC("BZh"), {"bzip2-compressed", UNPACK, 0}},
    {MAGIC("\xfd"
           "7zXZ"),
     {"xz-compressed", UNPACK, 0}},
    {MAGIC("\x28\xb5\x2f\xfd"), {"Zstandard-compressed", UNPACK, 0}},
    {MAGIC("PK\x03\x04"), {"a zip archive", "name it .zip, or unpack it first", 0}},
    {MAGIC("7z\xbc\xaf\x27\x1c"), {"a 7z archive", "name it .7z, or unpack it first", 0}},
    {MAGIC("Rar!"), {"a RAR archive", "name it .rar, or unpack it first", 0}},
    {MAGIC("%PDF"), {"a PDF document", DOWNLOAD, 0}},
    {MAGIC("\x89PNG"),
     {"a picture (PNG)", "name the annotations, and the pictures with --images", 0}},
    {MAGIC("\xff\xd8\xff"),
     {"a picture (JPEG)", "name the annotations, and the pictures with --images", 0}},
    {MAGIC("II*\0"),
     {"a picture (TIFF)", "name the annotations, and the pictures with --images", 0}},
    {MAGIC("MM\0*"),
     {"a picture (TIFF)", "name the annotations, and the pictures with --images", 0}},
    {MAGIC("\xff\xfe"), {"text in UTF-16", "index it with --encoding utf-16", 0}},
    {MAGIC("\xfe\xff"), {"text in UTF-16", "index it with --encoding utf-16", 0}},
    {MAGIC("version https://git-lfs"),
     {"a Git LFS pointer", "fetch the file itself: git lfs pull", 0}},
#undef MAGIC
};

static const rs_file_kind empty = {"empty", DOWNLOAD, 0}, binary = {"a binary file", TO_JSON, 0},
                          html = {"a web page (HTML)", DOWNLOAD, 0},
                          json = {"JSON", NULL, RS_TAKES_JSON}, xml = {"XML", NULL, RS_TAKES_XML},
                          text = {"text", NULL, RS_TAKES_TEXT},
                          table = {"a table", "the reader records reads tables", RS_TAKES_TABLE},
                          yolo = {"YOLO labels (class number, then fractions)",
                                  "write them as COCO or DOTA labels first", RS_TAKES_TEXT};

static const rs_file_kind captions = {
    "COCO captions", "write lines {image, caption}: --reader records reads them", RS_TAKES_JSON};

/* Annotations of other programs in JSON: all of the words stand in the file. */
static const struct {
    const char *words[2];
    rs_file_kind kind;
} foreign[] = {
    {{"\"FeatureCollection\"", "\"features\""},
     {"GeoJSON", "write it as COCO first, in pixels", RS_TAKES_JSON}},
    {{"\"shapes\"", "\"imagePath\""}, {"labelme", "labelme2coco makes COCO of it", RS_TAKES_JSON}},
    {{"\"shape_attributes\"", "\"regions\""},
     {"a VIA project", "export it as COCO", RS_TAKES_JSON}},
    {{"\"from_name\"", "\"to_name\""},
     {"a Label Studio export", "export it as COCO", RS_TAKES_JSON}},
    {{"\"classTitle\"", "\"objects\""},
     {"a Supervisely annotation", "export it as COCO", RS_TAKES_JSON}},
};

static rs_str without_mark(rs_str head)
{
    if (rs_str_starts(head, RS_STR("\xEF\xBB\xBF"))) head = rs_str_sub(head, 3, head.len);
    return rs_str_trim(head);
}

/* Does the line hold a class number and 4 or 8 fractions (or more, of a polygon), nothing else? */
static bool is_yolo_line(rs_str line)
{
    size_t n = 0;
    for (rs_str field; rs_str_split(&line, ' ', &field);) {
        double number;
        field = rs_str_trim(field);
        if (!field.len) continue;
        if (!rs_num_double(field, &number) || number < 0 || (n && number > 1)) return false;
        if (n == 0 && number != (double)(int)(number < 1e6 ? number : -1)) return false;
        n++;
    }
    return n == 5 || n == 6 || (n >= 7 && n % 2 == 1);
}

static bool is_column_name(rs_str cell, bool *known)
{
    static const char *const names[] = {"image",     "images",     "img",  "image_id", "image_path",
                                        "imagepath", "image_name", "file", "filename", "filepath",
                                        "file_name", "file_path",  "path", "picture",  "caption",
                                        "captions",  "title",      "text", "question", "answer",
                                        "label",     "class",      "url",  "id",       "name"};
    cell = rs_str_trim(cell);
    if (cell.len >= 2 && cell.ptr[0] == '"') cell = rs_str_sub(cell, 1, cell.len - 1);
    for (size_t i = 0; i < cell.len; i++)
        if (!rs_ascii_is_alnum(cell.ptr[i]) && cell.ptr[i] != '_' && cell.ptr[i] != ' ')
            return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        *known = *known || rs_str_eq_nocase(cell, rs_str_of(names[i]));
    return cell.len > 0;
}

/* A header that names columns, or cells in quotes under a table's name. */
static bool is_table(const rs_probe_input *input)
{
    static const char separators[] = ",\t;";
    rs_str rest = without_mark(input->head), line;
    if (!rs_str_line(&rest, &line)) return false;
    for (size_t s = 0; separators[s]; s++) {
        rs_str cells = line, cell;
        size_t n = 0;
        bool names = true, known = false;
        for (; rs_str_split(&cells, separators[s], &cell); n++)
            names = names && is_column_name(cell, &known);
        if (n > 1 && names && known) return true;
    }
    const bool named = rs_str_ends_nocase(input->path, RS_STR(".csv")) ||
                       rs_str_ends_nocase(input->path, RS_STR(".tsv"));
    return named && (rs_probe_begins(input, '"') || rs_probe_holds(input, ",\"") ||
                     rs_probe_holds(input, "\t\""));
}

static bool is_html(rs_str head)
{
    static const char *const begins[] = {"<!doctype html", "<html", "<head", "<body"};
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        size_t n = rs_str_of(begins[i]).len;
        if (rs_str_eq_nocase(rs_str_sub(head, 0, n), rs_str_of(begins[i]))) return true;
    }
    return false;
}

static const rs_file_kind *json_kind(const rs_probe_input *input)
{
    if (rs_probe_holds(input, "\"annotations\"") && rs_probe_holds(input, "\"caption\"") &&
        rs_probe_holds(input, "\"image_id\"") && !rs_probe_holds(input, "\"bbox\"") &&
        !rs_probe_holds(input, "\"segmentation\""))
        return &captions;
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (rs_probe_holds(input, foreign[i].words[0]) &&
            rs_probe_holds(input, foreign[i].words[1]))
            return &foreign[i].kind;
    return &json;
}

bool rs_kind_is_empty(const rs_file_kind *kind)
{
    return kind == &empty;
}

const rs_file_kind *rs_kind_of(const rs_probe_input *input)
{
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (rs_str_starts(input->head, rs_str_make(magics[i].bytes, magics[i].n)))
            return &magics[i].kind;
    const rs_str head = without_mark(input->head);
    if (head.len == 0) return &empty;
    if (head.ptr[0] == '{' || head.ptr[0] == '[') return json_kind(input);
    if (memchr(head.ptr, 0, head.len < 4096 ? head.len : 4096)) return &binary;
    if (is_html(head)) return &html;
    if (head.ptr[0] == '<') return &xml;
    if (is_table(input)) return &table;
    rs_str rest = head, line;
    return rs_str_line(&rest, &line) && is_yolo_line(line) ? &yolo : &text;
}

/* ---- words ----------------------------------------------------------------------------------- */

/* The keys of a JSON object, or of the first object of a list: strings in front of a ':' at its
 * depth. Escapes stay as they are. */
static size_t find_keys(rs_str head, rs_str *out, size_t most)
{
    head = without_mark(head);
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
    rs_str rest = without_mark(head), line;
    char quoted[RS_QUOTE_SIZE];
    if (rs_str_line(&rest, &line)) rs_buf_cstr(out, rs_err_quote(quoted, rs_str_sub(line, 0, 48)));
}

const rs_reader *rs_kind_reader(const rs_probe_input *input)
{
    const rs_reader *best = NULL;
    int most = 50; /* below that a probe only hopes */
    for (size_t i = 0; rs_readers[i]; i++) {
        int score = rs_readers[i]->probe ? rs_readers[i]->probe(input) : 0;
        if (score <= most) continue;
        most = score;
        best = rs_readers[i];
    }
    return best;
}

const char *rs_kind_todo(const rs_file_kind *kind)
{
    if (kind->todo && kind != &table) return kind->todo;
    return kind->takes & (RS_TAKES_JSON | RS_TAKES_TABLE)
               ? "--reader records reads it when --param image=FIELD and caption=FIELD, or "
                 "question "
                 "and answer, name its fields"
               : "no reader knows it: rsift list --readers";
}

/* ---- fields of one's own --------------------------------------------------------------------- */

/* The columns of a header. */
static size_t find_columns(const rs_probe_input *input, rs_str *out, size_t most)
{
    static const char separators[] = ",\t;";
    rs_str rest = without_mark(input->head), line, cell;
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

rsift_status rs_kind_params(rs_arena *arena, const rs_probe_input *input, rs_str *out,
                            rsift_error *err)
{
    rs_str fields[MOST_FIELDS];
    const rs_file_kind *kind = rs_kind_of(input);
    const size_t n = kind == &table ? find_columns(input, fields, MOST_FIELDS)
                                    : find_keys(input->head, fields, MOST_FIELDS);
    const rs_str image =
        field_called(fields, n,
                     "image image_path img img_path image_name file_name filename filepath "
                     "file_path file path picture image_id");
    const rs_str caption =
        field_called(fields, n, "caption captions title description text sentence");
    const rs_str question = field_called(fields, n, "question"),
                 answer = field_called(fields, n, "answer ground_truth gt_answer");
    *out = RS_STR("");
    if (!image.len) return RSIFT_OK;
    if (question.len && answer.len)
        *out =
            rs_arena_printf(arena, " --param image=%.*s --param question=%.*s --param answer=%.*s",
                            RS_STR_ARG(image), RS_STR_ARG(question), RS_STR_ARG(answer));
    else if (caption.len && !question.len)
        *out = rs_arena_printf(arena, " --param image=%.*s --param caption=%.*s", RS_STR_ARG(image),
                               RS_STR_ARG(caption));
    return out->ptr ? RSIFT_OK : rs_err_nomem(err, "a scan");
}

/* "x.json is JSON with the keys a, b" */
static void put_description(const rs_probe_input *input, const rs_file_kind *kind, rs_buf *out)
{
    char quoted[RS_QUOTE_SIZE];
    rs_buf_printf(out, "%s is %s", rs_err_quote(quoted, rs_str_basename(input->path)), kind->name);
    if (kind->takes == RS_TAKES_JSON) {
        rs_buf_cstr(out, " with the keys ");
        const size_t before = out->len;
        put_keys(input->head, out);
        if (out->len == before) rs_buf_cstr(out, "(none)");
    } else if (kind == &table) {
        rs_buf_cstr(out, " with the columns ");
        put_columns(input->head, out);
    }
}

void rs_kind_explain(const rs_reader *reader, const rs_probe_input *input, rs_buf *why)
{
    const rs_file_kind *kind = rs_kind_of(input);
    const rs_reader *other = kind->todo ? NULL : rs_kind_reader(input);
    put_description(input, kind, why);
    if (kind->todo) rs_buf_printf(why, ": %s", kind->todo);
    else if (other && other != reader) rs_buf_printf(why, ": the reader %s reads it", other->name);
    if (kind == &table && reader->takes & RS_TAKES_TEXT)
        rs_buf_cstr(why, " (--reader records --param image=COLUMN --param caption=COLUMN)");
    rs_buf_printf(why, "; %s reads %s", reader->name, reader->reads);
}

void rs_kind_explain_unread(const rs_probe_input *input, rs_buf *why)
{
    const rs_file_kind *kind = rs_kind_of(input);
    const rs_reader *reader = kind->todo ? NULL : rs_kind_reader(input);
    put_description(input, kind, why);
    rs_buf_cstr(why, ", which is not read here: ");
    if (kind->todo) rs_buf_cstr(why, kind->todo);
    else if (reader) rs_buf_printf(why, "rsift index FILE --reader %s --name OTHER", reader->name);
    else rs_buf_cstr(why, "rsift scan FILE says what could read it");
}

bool rs_kind_is_annotation(const rs_probe_input *input)
{
    static const char *const extensions[] = {
        ".json",    ".jsonl", ".ndjson", ".geojson", ".xml", ".csv",  ".tsv",
        ".parquet", ".arrow", ".orc",    ".feather", ".npy", ".npz",  ".pkl",
        ".pickle",  ".mat",   ".h5",     ".hdf5",    ".xls", ".xlsx", ".kml",
        ".shp",     ".gpkg",  ".db",     ".sqlite"};
    const rs_str name = rs_str_basename(input->path);
    /* what a desktop or GDAL puts beside a file */
    if (rs_str_starts(name, RS_STR(".")) || rs_str_ends_nocase(name, RS_STR(".aux.xml")) ||
        rs_str_find(input->path, RS_STR("__MACOSX/")) != RS_NPOS)
        return false;
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (rs_str_eq_nocase(rs_str_extension(name), rs_str_of(extensions[i]))) return true;
    if (!rs_str_ends_nocase(name, RS_STR(".txt"))) return false;
    const rs_file_kind *kind = rs_kind_of(input);
    /* any other text may be a note, a licence, a list of classes */
    return kind == &yolo || kind == &table || kind->takes == RS_TAKES_JSON || rs_kind_reader(input);
}

bool rs_kind_refuses(const rs_reader *reader, const rs_probe_input *input, rs_buf *why)
{
    if (!reader->takes) return false; /* its files are pictures, which the media pass looks at */
    const rs_file_kind *kind = rs_kind_of(input);
    const int score = reader->probe ? reader->probe(input) : 0;
    bool refuses = !(kind->takes & reader->takes);
    /* a label file without a line is a picture without objects */
    if (kind == &empty) refuses = !(reader->takes & RS_TAKES_TEXT) && !reader->probe_decides;
    else if (reader->probe_decides) refuses = refuses || score == 0;
    /* what another program wrote, unless the reader is told every field */
    else if (kind->takes == RS_TAKES_JSON && kind->todo && score == 0)
        refuses = refuses || !reader->task_of;
    if (refuses) rs_kind_explain(reader, input, why);
    return refuses;
}
