/* Kinds of files: see kind.h. */
#include "release/kind.h"

#include "base/ascii.h"
#include "base/num.h"
#include "readers/table.h"

enum { HEAD_BYTES = 64 << 10 };

rsift_status rs_kind_head_of(const rs_io_tree *tree, size_t member, rs_io_stream *stream,
                             rs_arena *arena, rs_probe_input *out, rsift_error *err)
{
    const rs_io_member *m = rs_io_member_at(tree, member);
    *out = (rs_probe_input){.path = m->path, .n_bytes = m->n_bytes};
    char *buf = rs_arena_alloc(arena, HEAD_BYTES);
    if (!buf) return rs_err_nomem(err, "a window");
    size_t n = 0, got = 1;
    /* a stream out of an archive may give less than is asked for; only 0 is its end */
    while (n < HEAD_BYTES && got) {
        RS_TRY(rs_io_read(stream, buf + n, HEAD_BYTES - n, &got, err));
        n += got;
    }
    out->head = rs_str_make(buf, n);
    return RSIFT_OK;
}

rsift_status rs_kind_head(const rs_io_tree *tree, size_t member, rs_arena *arena,
                          rs_probe_input *out, rsift_error *err)
{
    const rs_io_member *m = rs_io_member_at(tree, member);
    *out = (rs_probe_input){.path = m->path, .n_bytes = m->n_bytes};
    rs_io_stream *stream;
    RS_TRY(rs_io_open(tree, member, &stream, err));
    const rsift_status status = rs_kind_head_of(tree, member, stream, arena, out, err);
    rs_io_close(stream);
    return status;
}

/* ---- kinds ----------------------------------------------------------------------------------- */

#define DOWNLOAD "download the file itself; what lies here is no data"
#define UNPACK "unpack it first"
#define TO_JSON "write it as JSON Lines first (pandas: to_json(orient='records', lines=True))"

#define TO_PARQUET                                                                        \
    "write it as Parquet first (datasets: load_from_disk(FOLDER).to_parquet(FILE), of a " \
    "DatasetDict each split)"

/* Bytes at the beginning of a file. */
static const struct {
    const char *bytes;
    size_t n;
    rs_file_kind kind;
} magics[] = {
#define MAGIC(bytes) bytes, sizeof(bytes) - 1
    {MAGIC("PAR1"), {"a Parquet file", "name it .parquet", 0}},
    {MAGIC("ARROW1"), {"an Arrow file", TO_PARQUET, 0}},
    {MAGIC("\xff\xff\xff\xff"), {"an Arrow stream", TO_PARQUET, 0}}, /* save_to_disk */
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
    {MAGIC("\xff\xfe<\0"), {"XML", NULL, RS_TAKES_XML}}, /* says its encoding, and is decoded */
    {MAGIC("\xfe\xff\0<"), {"XML", NULL, RS_TAKES_XML}},
    {MAGIC("\xff\xfe"), {"text in UTF-16", "index it with --encoding utf-16", 0}},
    {MAGIC("\xfe\xff"), {"text in UTF-16", "index it with --encoding utf-16", 0}},
    {MAGIC("version https://git-lfs"),
     {"a Git LFS pointer", "fetch the file itself: git lfs pull", 0}},
#undef MAGIC
};

static const rs_file_kind empty = {"empty", DOWNLOAD, 0}, binary = {"a binary file", TO_JSON, 0},
                          html = {"a web page (HTML)", DOWNLOAD, 0},
                          json = {"JSON", NULL, RS_TAKES_JSON},
                          rows = {"Parquet", NULL, RS_TAKES_JSON}, /* read as JSON Lines */
    xml = {"XML", NULL, RS_TAKES_XML}, text = {"text", NULL, RS_TAKES_TEXT},
                          table = {"a table", "the reader records reads tables", RS_TAKES_TABLE},
                          yolo = {"YOLO labels (class number, then fractions)", NULL,
                                  RS_TAKES_TEXT};

static const rs_file_kind captions = {"COCO captions", "--reader coco reads them", RS_TAKES_JSON};

/* Annotations of other programs in JSON: all of the words stand in the file. */
static const struct {
    const char *words[2];
    rs_file_kind kind;
} foreign[] = {
    {{"\"FeatureCollection\"", "\"features\""},
     {"GeoJSON", "--reader geojson reads boxes in pixels: --param box=PROPERTY, image=PROPERTY",
      RS_TAKES_JSON}},
    {{"\"shapes\"", "\"imagePath\""}, {"labelme", NULL, RS_TAKES_JSON}},
    {{"\"shape_attributes\"", "\"regions\""},
     {"a VIA project", "export it as COCO", RS_TAKES_JSON}},
    {{"\"from_name\"", "\"to_name\""},
     {"a Label Studio export", "export it as COCO", RS_TAKES_JSON}},
    {{"\"classTitle\"", "\"objects\""},
     {"a Supervisely annotation", "export it as COCO", RS_TAKES_JSON}},
};

rs_str rs_kind_text(rs_str head)
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
    static const char *const names[] = {
        "image",    "images",  "img",      "image_id", "image_path", "imagepath", "image_name",
        "img_name", "file",    "filename", "filepath", "file_name",  "file_path", "path",
        "picture",  "caption", "captions", "title",    "text",       "question",  "answer",
        "label",    "class",   "url",      "id",       "name"};
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
    rs_str rest = rs_kind_text(input->head), line;
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
    return rs_str_ends_nocase(input->path, RS_STR(".parquet")) ? &rows : &json;
}

bool rs_kind_is_foreign(const rs_file_kind *kind)
{
    bool is = kind == &captions;
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) is |= kind == &foreign[i].kind;
    return is;
}

bool rs_kind_is_table(const rs_file_kind *kind)
{
    return kind == &table;
}

bool rs_kind_is_empty(const rs_file_kind *kind)
{
    return kind == &empty;
}

/* Do control characters stand among the first bytes, more than one in 256? Numbers of a binary file
 * are full of zeros; a stray one in a text is a damaged cell, which its record's finding tells. */
static bool is_binary(rs_str head)
{
    enum { LOOKED_AT = 4096, RARE = 256 };
    const rs_str look = rs_str_sub(head, 0, LOOKED_AT);
    size_t n = 0;
    for (size_t i = 0; i < look.len; i++) n += (unsigned char)look.ptr[i] < '\t';
    return n * RARE > look.len + RARE - 1;
}

const rs_file_kind *rs_kind_of(const rs_probe_input *input)
{
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (rs_str_starts(input->head, rs_str_make(magics[i].bytes, magics[i].n)))
            return &magics[i].kind;
    const rs_str head = rs_kind_text(input->head);
    if (head.len == 0) return &empty;
    if (head.ptr[0] == '{' || head.ptr[0] == '[') return json_kind(input);
    if (is_binary(head)) return &binary;
    if (is_html(head)) return &html;
    if (head.ptr[0] == '<') return &xml;
    if (is_table(input)) return &table;
    rs_str rest = head, line;
    return rs_str_line(&rest, &line) && is_yolo_line(line) ? &yolo : &text;
}

/* ---- readers --------------------------------------------------------------------------------- */

/* What a probe must score to be believed. Below 50 it only hopes; of what another program wrote,
 * and of captions in COCO's form, it must know more than a few keys that others have too. */
static int least_score(const rs_file_kind *kind)
{
    if (kind == &captions) return 95;
    return rs_kind_is_foreign(kind) ? 80 : 50;
}

size_t rs_kind_readers(const rs_probe_input *input, const rs_reader **out, size_t most, int *sure)
{
    size_t n = 0;
    *sure = least_score(rs_kind_of(input));
    for (size_t i = 0; rs_readers[i]; i++) {
        const int score = rs_readers[i]->probe ? rs_readers[i]->probe(input) : 0;
        if (score < *sure || (n == 0 && score == *sure)) continue;
        if (score > *sure) n = 0;
        *sure = score;
        if (n < most) out[n++] = rs_readers[i];
    }
    if (n == 0) *sure = 0;
    return n;
}

const rs_reader *rs_kind_reader(const rs_probe_input *input)
{
    const rs_reader *best;
    int sure;
    return rs_kind_readers(input, &best, 1, &sure) ? best : NULL;
}

bool rs_kind_is_registry(rs_str path)
{
    static const rs_str stats = {"_stats.json", 11};
    const rs_str name = rs_str_basename(path);
    int64_t shard;
    if (rs_str_ends(name, stats))
        return rs_num_i64(rs_str_sub(name, 0, name.len - stats.len), &shard);
    return rs_str_eq(name, RS_STR("dataset_info.json")) ||
           rs_str_eq(name, RS_STR("dataset_dict.json"));
}

/* What the library datasets writes beside a saved set, and img2dataset's table of a tar, whose
 * texts stand in the tar as well. */
static bool is_state(const rs_probe_input *input)
{
    if (rs_str_ends(input->path, RS_STR(".parquet")))
        return rs_probe_holds(input, "\"url\"") && rs_probe_holds(input, "\"key\"") &&
               rs_probe_holds(input, "\"status\"");
    return rs_str_eq(rs_str_basename(input->path), RS_STR("state.json")) &&
           rs_probe_holds(input, "\"_data_files\"");
}

bool rs_kind_is_annotation(const rs_probe_input *input)
{
    static const char *const extensions[] = {
        ".json", ".jsonl",   ".ndjson", ".geojson", ".topojson", ".xml", ".csv",
        ".tsv",  ".parquet", ".arrow",  ".orc",     ".feather",  ".npy", ".npz",
        ".pkl",  ".pickle",  ".mat",    ".h5",      ".hdf5",     ".xls", ".xlsx",
        ".kml",  ".shp",     ".gpkg",   ".db",      ".sqlite"};
    const rs_str name = rs_str_basename(input->path);
    /* what a desktop or GDAL puts beside a file */
    if (rs_str_starts(name, RS_STR(".")) || rs_str_ends_nocase(name, RS_STR(".aux.xml")) ||
        rs_io_is_leftover(input->path) || rs_kind_is_registry(input->path) || is_state(input))
        return false;
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (rs_str_eq_nocase(rs_str_extension(name), rs_str_of(extensions[i]))) return true;
    if (!rs_str_ends_nocase(name, RS_STR(".txt"))) return false;
    const rs_file_kind *kind = rs_kind_of(input);
    /* any other text may be a note, a licence, a list of classes */
    return kind == &yolo || kind == &table || kind->takes == RS_TAKES_JSON || rs_kind_reader(input);
}
