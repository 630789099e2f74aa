/* Cutting records out of JSON of any size. Between records a bytewise state machine walks the
 * few containers that lead to them; inside a record, and inside everything skipped, only brackets
 * and strings are followed (json_scan.c). Memory is one window, grown only for a record that is
 * larger than it; where cuts fall never depends on how the reads come in.
 * JSON Lines are cut at their ends of line: a broken line is one broken record, and the lines after
 * it are read. Inside an array nothing tells where the next record begins, so damage ends the file.
 * Met in real releases: a BOM in front, JSON Lines under a .json name, arrays pretty-printed with
 * one number a line, objects keyed by running number, files cut short by a download. */
#include "codec/json.h"
#include "codec/json_scan.h"
#include "base/alloc.h"
#include "base/utf8.h"

#include <inttypes.h>

enum {
    WINDOW = 1 << 20,
    MAX_WALK = 8, /* containers above a record */
    MAX_PATHS = 32,
    MAX_KEY = 1 << 16,
    MAX_GAP = 256, /* bytes between two records that are copied rather than starting a new copy */
};

typedef enum rs_cut_state {
    AT_VALUE,     /* a value is due */
    AT_FIRST,     /* behind '[': a value or ']' */
    AT_FIRST_KEY, /* behind '{': a key or '}' */
    AT_KEY,       /* behind ',' in an object */
    AT_COLON,
    AT_COMMA, /* behind a value inside a container */
    IN_KEY,
    IN_STRING,
    IN_SCALAR,
    IN_NEST,
    IN_LINE, /* a record of JSON Lines, up to the end of its line */
} rs_cut_state;

typedef struct rs_level {
    bool object;
    bool records;  /* its elements are records */
    bool named;    /* the nearest key is the records' key */
    uint32_t path; /* of its records */
    uint32_t live; /* bit i: paths[i] agrees with the keys up to here */
} rs_level;

struct rs_json_cutter {
    rs_byte_source source;
    rs_json_nest_fn *nest_fn;
    rsift_limits limits;
    rs_str *paths;
    size_t n_paths;
    bool keyed_root, plain_root; /* paths "{}" and "" */
    char *window;
    size_t cap, pos, end;
    int64_t base; /* file offset of window[0] */
    bool eof, failed;
    bool lines; /* JSON Lines: no record goes over an end of line */
    rs_cut_state state;
    rs_json_nest nest;
    bool escaped;
    bool capture; /* the value being read is a record */
    size_t begin; /* its offset in the window */
    uint32_t path;
    rs_level levels[MAX_WALK];
    size_t n_levels;
    uint32_t seen;     /* paths at which a container stood, */
    uint32_t objects;  /* at which it was an object, */
    uint32_t repeated; /* at which there were several */
    uint32_t live_key; /* paths that agree with the key just read */
    rs_buf key;        /* its raw text with quotes */
    rs_buf label;      /* nearest key that names the coming records */
    size_t key_begin;
    size_t n_roots;   /* values at the top so far */
    int64_t second;   /* where the second begins */
    rsift_error kept; /* an error met after complete records: given by the next fill */
};

/* One call of fill: where the records go. Records lying close together are copied as one run. */
typedef struct rs_cut_sink {
    rs_arena *arena;
    rs_json_cut *cuts;
    size_t cap, n, n_bytes, max_bytes;
    size_t run, run_first; /* window offset of the run, its first cut */
    size_t run_end;
} rs_cut_sink;

void rs_json_cutter_close(rs_json_cutter *cutter)
{
    if (!cutter) return;
    rs_buf_fini(&cutter->key);
    rs_buf_fini(&cutter->label);
    for (size_t i = 0; i < cutter->n_paths; i++) rs_free((void *)(uintptr_t)cutter->paths[i].ptr);
    rs_free(cutter->paths);
    rs_free(cutter->window);
    rs_free(cutter);
}

static rsift_status copy_paths(rs_json_cutter *c, const rs_str *paths, size_t n, rsift_error *err)
{
    c->paths = rs_calloc(n ? n : 1, sizeof *c->paths);
    if (!c->paths) return rs_err_nomem(err, "record paths");
    for (size_t i = 0; i < n; i++) {
        char *text = rs_alloc(paths[i].len + 1);
        if (!text) return rs_err_nomem(err, "a record path");
        if (paths[i].len) memcpy(text, paths[i].ptr, paths[i].len);
        c->paths[c->n_paths++] = rs_str_make(text, paths[i].len);
        if (paths[i].len == 0) c->plain_root = true;
        if (rs_str_eq(paths[i], RS_STR("{}"))) c->keyed_root = true;
    }
    return RSIFT_OK;
}

rsift_status rs_json_cutter_open(rs_byte_source source, const rs_str *paths, size_t n_paths,
                                 const rsift_limits *limits, rs_json_cutter **out, rsift_error *err)
{
    if (n_paths == 0 || n_paths > MAX_PATHS)
        return rs_err_set(err, RSIFT_E_ARG, "expected 1 to %d record paths, found %zu", MAX_PATHS,
                          n_paths);
    rs_json_cutter *c = rs_calloc(1, sizeof *c);
    if (!c) return rs_err_nomem(err, "a JSON cutter");
    c->source = source;
    c->nest_fn = rs_json_nest_best();
    c->limits = limits ? *limits : rsift_limits_default();
    rsift_status status = copy_paths(c, paths, n_paths, err);
    c->window = status == RSIFT_OK ? rs_alloc(WINDOW) : NULL;
    c->cap = WINDOW;
    if (status == RSIFT_OK && !c->window) status = rs_err_nomem(err, "a window");
    if (status == RSIFT_OK && (c->plain_root || c->keyed_root) && n_paths > 1)
        status =
            rs_err_set(err, RSIFT_E_ARG, "the file's own records leave no room for other paths");
    if (status != RSIFT_OK) {
        rs_json_cutter_close(c);
        return status;
    }
    *out = c;
    return RSIFT_OK;
}

uint32_t rs_json_cutter_seen(const rs_json_cutter *cutter)
{
    return cutter->seen;
}

uint32_t rs_json_cutter_objects(const rs_json_cutter *cutter)
{
    return cutter->objects;
}

uint32_t rs_json_cutter_repeated(const rs_json_cutter *cutter)
{
    return cutter->repeated;
}

int64_t rs_json_cutter_second(const rs_json_cutter *cutter)
{
    return cutter->n_roots > 1 ? cutter->second : -1;
}

int64_t rs_json_cutter_stopped(const rs_json_cutter *cutter)
{
    if (!cutter->failed) return -1;
    return cutter->base + (int64_t)(cutter->capture ? cutter->begin : cutter->pos);
}

static rsift_status bad(const rs_json_cutter *c, rsift_error *err, const char *expected)
{
    char quote[RS_QUOTE_SIZE];
    size_t left = c->end - c->pos;
    rs_str found = rs_str_make(c->window + c->pos, left < 24 ? left : 24);
    rs_err_set(err, RSIFT_E_FORMAT, "expected %s, found \"%s\"", expected,
               rs_err_quote(quote, found));
    return rs_err_within(err, RSIFT_E_FORMAT, "byte %" PRId64, c->base + (int64_t)c->pos);
}

/* ---- which containers lead to records --------------------------------------------------- */

/* Component `i` of a dotted path; ptr NULL when it has fewer. */
static rs_str component(rs_str path, size_t i)
{
    rs_str piece = {0};
    for (size_t k = 0; k <= i; k++)
        if (!rs_str_split(&path, '.', &piece)) return (rs_str){0};
    return piece;
}

/* Paths among `live` whose component at this depth is `key`. */
static uint32_t agree(const rs_json_cutter *c, uint32_t live, size_t depth, rs_str key)
{
    uint32_t out = 0;
    for (size_t i = 0; i < c->n_paths; i++) {
        if (!(live >> i & 1)) continue;
        rs_str piece = component(c->paths[i], depth);
        if (piece.ptr && (rs_str_eq(piece, key) || rs_str_eq(piece, RS_STR("*")))) out |= 1u << i;
    }
    return out;
}

/* The live path that ends at this depth, or RS_NPOS. */
static size_t path_ending(const rs_json_cutter *c, uint32_t live, size_t depth)
{
    for (size_t i = 0; i < c->n_paths; i++)
        if (live >> i & 1 && !component(c->paths[i], depth).ptr) return i;
    return RS_NPOS;
}

static bool root_is_record(const rs_json_cutter *c, char first)
{
    return c->plain_root && first != '[';
}

/* A container opens that is no record: walk into it when records lie inside. */
static bool enters(rs_json_cutter *c, char first, rs_level *level)
{
    *level = (rs_level){.object = first == '{', .named = first == '{'};
    /* deeper containers are skipped like any other value */
    if (c->n_levels == MAX_WALK) return false;
    if (c->n_levels == 0) {
        level->records = c->plain_root || c->keyed_root;
        level->live = c->n_paths == MAX_PATHS ? UINT32_MAX : (1u << c->n_paths) - 1;
        return true;
    }
    const rs_level *above = &c->levels[c->n_levels - 1];
    if (!above->object) return false;
    /* a path that ends at this key: its value holds the records */
    size_t ending = path_ending(c, c->live_key, c->n_levels);
    if (ending != RS_NPOS) {
        level->records = true;
        level->path = (uint32_t)ending;
        if (c->seen >> ending & 1) c->repeated |= 1u << ending;
        if (level->object) c->objects |= 1u << ending;
        c->seen |= 1u << ending;
        if (rs_str_eq(component(c->paths[ending], c->n_levels - 1), RS_STR("*")))
            level->named = true;
        return true;
    }
    level->live = c->live_key;
    return c->live_key != 0 && first == '{';
}

static bool wants_record(const rs_json_cutter *c, char first)
{
    if (c->n_levels == 0) return root_is_record(c, first);
    return c->levels[c->n_levels - 1].records;
}

/* ---- the window ------------------------------------------------------------------------- */

/* Copies the run of records gathered so far into the arena and points its cuts there. */
static rsift_status flush_run(const rs_json_cutter *c, rs_cut_sink *sink, rsift_error *err)
{
    if (sink->run_first == sink->n) return RSIFT_OK;
    size_t n = sink->run_end - sink->run;
    char *copy = rs_arena_alloc(sink->arena, n + 1);
    if (!copy) return rs_err_nomem(err, "records");
    memcpy(copy, c->window + sink->run, n);
    copy[n] = 0;
    for (size_t i = sink->run_first; i < sink->n; i++) {
        rs_json_cut *cut = &sink->cuts[i];
        cut->bytes.ptr = copy + (size_t)(cut->offset - c->base) - sink->run;
    }
    sink->run_first = sink->n;
    return RSIFT_OK;
}

static rsift_status record_too_large(const rs_json_cutter *c, rsift_error *err)
{
    rs_err_set(err, RSIFT_E_LIMIT, "a record exceeds the limit max_record (%" PRIu64 " bytes)",
               c->limits.max_record);
    return rs_err_within(err, RSIFT_E_LIMIT, "byte %" PRId64, c->base + (int64_t)c->begin);
}

static rsift_status key_too_long(rs_json_cutter *c, rsift_error *err)
{
    c->pos = c->key_begin; /* what the message quotes */
    return bad(c, err, "a key of at most 65536 bytes");
}

/* Makes a full window larger. It is full only when one record or one key fills it: its first
 * byte is then theirs. One byte more than max_record is enough to know that a record exceeds it. */
static rsift_status grow_window(rs_json_cutter *c, rsift_error *err)
{
    if (!c->capture) return key_too_long(c, err);
    uint64_t most = c->limits.max_record < SIZE_MAX / 4 ? c->limits.max_record + 1 : SIZE_MAX / 4;
    if (c->cap >= most) return record_too_large(c, err);
    size_t cap = c->cap < most / 2 ? c->cap * 2 : (size_t)most;
    char *grown = rs_realloc(c->window, cap);
    if (!grown) return rs_err_nomem(err, "a large record");
    c->window = grown;
    c->cap = cap;
    return RSIFT_OK;
}

/* Moves what is still needed to the front and reads until the window is full or the file ends. */
static rsift_status refill(rs_json_cutter *c, rs_cut_sink *sink, rsift_error *err)
{
    RS_TRY(flush_run(c, sink, err));
    /* the unfinished record or key, else what follows pos */
    size_t keep = c->capture ? c->begin : c->state == IN_KEY ? c->key_begin : c->pos;
    memmove(c->window, c->window + keep, c->end - keep);
    c->base += (int64_t)keep;
    c->begin -= c->capture ? keep : 0;
    c->key_begin -= c->state == IN_KEY ? keep : 0;
    c->pos -= keep;
    c->end -= keep;
    if (c->end == c->cap) RS_TRY(grow_window(c, err));
    /* short reads are repeated, so that cuts never depend on them */
    while (!c->eof && c->end < c->cap) {
        size_t got = 0;
        rsift_status status =
            rs_byte_source_read(c->source, c->window + c->end, c->cap - c->end, &got, err);
        if (status != RSIFT_OK) return status;
        if (got == 0) c->eof = true;
        c->end += got;
    }
    return RSIFT_OK;
}

/* ---- values ----------------------------------------------------------------------------- */

/* The key of the record: decoded, or mended when it is no valid text. */
static rsift_status record_label(const rs_json_cutter *c, rs_cut_sink *sink, rs_str *out,
                                 bool *mended, rsift_error *err)
{
    *out = (rs_str){0};
    *mended = false;
    if (c->n_levels == 0 || !c->levels[c->n_levels - 1].named) return RSIFT_OK;
    rs_str raw = rs_buf_view(&c->label);
    const rs_json *key = NULL;
    if (rs_str_find_char(raw, '\\') != RS_NPOS) {
        if (rs_json_parse(sink->arena, raw, &c->limits, &key, NULL) == RSIFT_OK) {
            *out = rs_json_str(key);
            return RSIFT_OK;
        }
        *mended = true;
    }
    size_t n_bad = 0;
    rs_str copy = rs_arena_str(sink->arena, rs_str_sub(raw, 1, raw.len - 1));
    if (copy.ptr) *out = rs_utf8_clean(sink->arena, copy, &n_bad);
    *mended = *mended || n_bad > 0;
    return out->ptr ? RSIFT_OK : rs_err_nomem(err, "a key");
}

static rsift_status end_record(rs_json_cutter *c, rs_cut_sink *sink, size_t end, rsift_error *err)
{
    rs_json_cut cut = {.offset = c->base + (int64_t)c->begin, .path = c->path};
    cut.bytes.len = end - c->begin;
    if (cut.bytes.len > c->limits.max_record) return record_too_large(c, err);
    RS_TRY(record_label(c, sink, &cut.key, &cut.bad_key, err));
    if (sink->run_first != sink->n && c->begin - sink->run_end > MAX_GAP)
        RS_TRY(flush_run(c, sink, err));
    cut.joined = sink->run_first != sink->n;
    if (!cut.joined) sink->run = c->begin;
    sink->run_end = end;
    sink->cuts[sink->n++] = cut;
    sink->n_bytes += cut.bytes.len;
    c->capture = false;
    return RSIFT_OK;
}

/* A value is over; `end` is the window offset behind it. */
static rsift_status end_value(rs_json_cutter *c, rs_cut_sink *sink, size_t end, rsift_error *err)
{
    if (c->capture) RS_TRY(end_record(c, sink, end, err));
    c->pos = end;
    c->state = c->n_levels ? AT_COMMA : AT_VALUE;
    return RSIFT_OK;
}

/* Begins a line of JSON Lines; what it holds is seen at its end. */
static rsift_status begin_line(rs_json_cutter *c)
{
    if (++c->n_roots == 2) c->second = c->base + (int64_t)c->pos;
    c->capture = true;
    c->begin = c->pos++;
    c->path = 0;
    c->state = IN_LINE;
    return RSIFT_OK;
}

static rsift_status begin_value(rs_json_cutter *c, rsift_error *err)
{
    if (c->lines && c->n_levels == 0) return begin_line(c);
    char first = c->window[c->pos];
    bool container = first == '{' || first == '[';
    if (first == ',' || first == ':' || first == ']' || first == '}') return bad(c, err, "a value");
    /* every path begins with a key of the top object */
    if (c->n_levels == 0 && !c->plain_root && first != '{') return bad(c, err, "an object");
    if (c->n_levels == 0 && ++c->n_roots == 2) c->second = c->base + (int64_t)c->pos;
    /* a record is captured, a container on a path entered, anything else skipped */
    bool record = wants_record(c, first);
    rs_level level;
    if (!record && container && enters(c, first, &level)) {
        c->levels[c->n_levels++] = level;
        c->pos++;
        c->state = level.object ? AT_FIRST_KEY : AT_FIRST;
        return RSIFT_OK;
    }
    c->capture = record;
    c->begin = c->pos++;
    c->path = c->n_levels ? c->levels[c->n_levels - 1].path : 0;
    c->nest = (rs_json_nest){.depth = 1, .max_depth = 1};
    c->escaped = false;
    c->state = container ? IN_NEST : first == '"' ? IN_STRING : IN_SCALAR;
    return RSIFT_OK;
}

static void leave(rs_json_cutter *c)
{
    c->n_levels--;
    c->pos++;
    c->state = c->n_levels ? AT_COMMA : AT_VALUE;
}

static rsift_status end_key(rs_json_cutter *c, rsift_error *err)
{
    rs_str raw = rs_str_make(c->window + c->key_begin, c->pos - c->key_begin);
    if (raw.len > MAX_KEY) return key_too_long(c, err);
    rs_level *level = &c->levels[c->n_levels - 1];
    rs_str inner = rs_str_sub(raw, 1, raw.len - 1);
    /* keys of records are labels; keys above them select paths */
    if (!level->records) c->live_key = agree(c, level->live, c->n_levels - 1, inner);
    if (level->records || c->live_key) {
        c->label.len = 0;
        rs_buf_str(&c->label, raw);
        if (c->label.failed) return rs_err_nomem(err, "a key");
    }
    c->state = AT_COLON;
    return RSIFT_OK;
}

/* The end of a string that began before pos: true and pos behind the quote. */
static bool string_ends(rs_json_cutter *c)
{
    while (c->pos < c->end) {
        char ch = c->window[c->pos++];
        if (c->escaped) c->escaped = false;
        else if (ch == '\\') c->escaped = true;
        else if (ch == '"') return true;
    }
    return false;
}

static bool ends_scalar(char ch)
{
    return ch == ',' || ch == ']' || ch == '}' || ch == ' ' || ch == '\n' || ch == '\r' ||
           ch == '\t';
}

static bool is_json_blank(char ch)
{
    return ch == ' ' || ch == '\n' || ch == '\r' || ch == '\t';
}

/* The value at the front of a line: the offset behind it, 0 = it is not over there. */
static size_t value_length(const rs_json_cutter *c, rs_str line)
{
    rs_json_nest nest = {.depth = 1, .max_depth = 1};
    if (!line.len || line.ptr[0] != '{') return 0;
    const char *end = c->nest_fn(&nest, line.ptr + 1, line.ptr + line.len);
    return nest.depth == 0 ? (size_t)(end - line.ptr) : 0;
}

/* The line being read, up to pos, without the blanks at its end. */
static rs_str line_so_far(const rs_json_cutter *c)
{
    size_t end = c->pos;
    while (end > c->begin && is_json_blank(c->window[end - 1])) end--;
    return rs_str_make(c->window + c->begin, end - c->begin);
}

/* The whole record at the front of a line; 0 = the line is broken. Several whole records stand on
 * one line where files were joined without an end of line. */
static size_t whole_record(const rs_json_cutter *c, rs_str line)
{
    const size_t n = value_length(c, line);
    const rs_str rest = rs_str_trim(rs_str_sub(line, n, line.len));
    return n && (!rest.len || rest.ptr[0] == '{') ? n : 0;
}

/* At the end of a line: one record, whole or broken. */
static rsift_status end_line(rs_json_cutter *c, rs_cut_sink *sink, rsift_error *err)
{
    const char *stop = memchr(c->window + c->pos, '\n', c->end - c->pos);
    c->pos = stop ? (size_t)(stop - c->window) : c->end;
    if (!stop) return RSIFT_OK; /* the file may end with the line: see at_end */
    const rs_str line = line_so_far(c);
    const size_t n = whole_record(c, line);
    return end_value(c, sink, c->begin + (n ? n : line.len), err);
}

static rsift_status step_inside(rs_json_cutter *c, rs_cut_sink *sink, rsift_error *err)
{
    switch (c->state) {
    case IN_NEST: {
        const char *p = c->nest_fn(&c->nest, c->window + c->pos, c->window + c->end);
        c->pos = (size_t)(p - c->window);
        if (!c->capture && c->nest.max_depth > (uint64_t)c->limits.max_depth + 64) {
            rs_err_set(err, RSIFT_E_LIMIT, "nesting exceeds the limit max_depth (%u)",
                       c->limits.max_depth);
            return rs_err_within(err, RSIFT_E_LIMIT, "byte %" PRId64, c->base + (int64_t)c->pos);
        }
        return c->nest.depth == 0 ? end_value(c, sink, c->pos, err) : RSIFT_OK;
    }
    case IN_STRING: return string_ends(c) ? end_value(c, sink, c->pos, err) : RSIFT_OK;
    case IN_LINE: return end_line(c, sink, err);
    case IN_KEY: return string_ends(c) ? end_key(c, err) : RSIFT_OK;
    default:
        /* numbers and words end at the next delimiter */
        while (c->pos < c->end && !ends_scalar(c->window[c->pos])) c->pos++;
        return c->pos < c->end ? end_value(c, sink, c->pos, err) : RSIFT_OK;
    }
}

/* One step between values at a byte that is not blank. */
static rsift_status step_between(rs_json_cutter *c, rsift_error *err)
{
    char ch = c->window[c->pos];
    bool object = c->n_levels && c->levels[c->n_levels - 1].object;
    switch (c->state) {
    case AT_FIRST:
        if (ch == ']') return leave(c), RSIFT_OK;
        return begin_value(c, err);
    case AT_VALUE: return begin_value(c, err);
    case AT_COLON:
        if (ch != ':') return bad(c, err, "':'");
        c->pos++;
        c->state = AT_VALUE;
        return RSIFT_OK;
    case AT_FIRST_KEY:
        if (ch == '}') return leave(c), RSIFT_OK;
        /* fall through */
    case AT_KEY:
        if (ch != '"') return bad(c, err, "a key");
        c->key_begin = c->pos++;
        c->escaped = false;
        c->state = IN_KEY;
        return RSIFT_OK;
    default:
        if (ch == (object ? '}' : ']')) return leave(c), RSIFT_OK;
        if (ch != ',') return bad(c, err, object ? "',' or '}'" : "',' or ']'");
        c->pos++;
        c->state = object ? AT_KEY : AT_VALUE;
        return RSIFT_OK;
    }
}

static rsift_status skip_bom(rs_json_cutter *c, rs_cut_sink *sink, rsift_error *err)
{
    /* belongs to no record */
    RS_TRY(refill(c, sink, err));
    if (c->end >= 3 && memcmp(c->window, "\xEF\xBB\xBF", 3) == 0) c->pos = 3;
    return RSIFT_OK;
}

/* Does a line that holds one whole object stand between other values at the top? Inside of one JSON
 * value an object is followed by a comma or a bracket, and follows one or a colon. */
static bool stands_alone(rs_str text, size_t begin, size_t end)
{
    const rs_str before = rs_str_trim(rs_str_sub(text, 0, begin)),
                 after = rs_str_trim(rs_str_sub(text, end, text.len));
    if (!before.len || (after.len && after.ptr[0] == '{')) return true;
    return !memchr(",:[{", before.ptr[before.len - 1], 4);
}

/* Are these JSON Lines? The first window tells, so that short reads change nothing. */
static bool are_lines(const rs_json_cutter *c)
{
    const rs_str text = rs_str_sub(rs_str_make(c->window, c->end), c->pos, c->end);
    const rs_str all = rs_str_trim(text);
    if (!c->plain_root || !all.len || all.ptr[0] == '[') return false;
    for (size_t at = 0; at < text.len;) {
        size_t stop = rs_str_find_char(rs_str_sub(text, at, text.len), '\n');
        if (stop == RS_NPOS && !c->eof) return false;
        stop = stop == RS_NPOS ? text.len : at + stop;
        const rs_str line = rs_str_trim(rs_str_sub(text, at, stop));
        if (line.len && value_length(c, line) == line.len && stands_alone(text, at, stop))
            return true;
        at = stop + 1;
    }
    return false;
}

/* The file is over: fine between top values, an error anywhere else. */
static rsift_status at_end(rs_json_cutter *c, rs_cut_sink *sink, rsift_error *err)
{
    if (c->state == IN_SCALAR && c->n_levels == 0) return end_value(c, sink, c->pos, err);
    if (c->n_levels == 0 && c->state == AT_VALUE) return RSIFT_END;
    const size_t n = c->state == IN_LINE ? whole_record(c, line_so_far(c)) : 0;
    if (n) return end_value(c, sink, c->begin + n, err);
    int64_t at = c->base + (int64_t)c->end;
    if (c->capture)
        rs_err_set(err, RSIFT_E_FORMAT,
                   "the file ends inside the record that begins at byte %" PRId64,
                   c->base + (int64_t)c->begin);
    else
        rs_err_set(err, RSIFT_E_FORMAT, "the file ends early, %zu bracket(s) are open",
                   c->n_levels);
    return rs_err_within(err, RSIFT_E_FORMAT, "byte %" PRId64, at);
}

static rsift_status cut_some(rs_json_cutter *c, rs_cut_sink *sink, rsift_error *err)
{
    while (sink->n < sink->cap && sink->n_bytes < sink->max_bytes) {
        if (c->state < IN_KEY)
            while (c->pos < c->end && is_json_blank(c->window[c->pos])) c->pos++;
        if (c->pos == c->end) {
            if (c->eof) {
                RS_TRY(at_end(c, sink, err));
                continue;
            }
            RS_TRY(refill(c, sink, err));
            continue;
        }
        RS_TRY(c->state < IN_KEY ? step_between(c, err) : step_inside(c, sink, err));
    }
    return RSIFT_OK;
}

rsift_status rs_json_cutter_fill(rs_json_cutter *cutter, rs_json_batch *batch, rsift_error *err)
{
    batch->n = 0;
    /* an error ends the file: every later call gives it again */
    if (cutter->failed) {
        if (err) *err = cutter->kept;
        return cutter->kept.status;
    }
    rs_cut_sink sink = {.arena = batch->arena,
                        .cuts = batch->cuts,
                        .cap = batch->cap,
                        .max_bytes = batch->max_bytes ? batch->max_bytes : 1};
    rsift_error why = {0};
    rsift_status status = RSIFT_OK;
    if (cutter->base == 0 && cutter->end == 0 && !cutter->eof) {
        status = skip_bom(cutter, &sink, &why);
        cutter->lines = are_lines(cutter);
    }
    if (status == RSIFT_OK) status = cut_some(cutter, &sink, &why);
    if (flush_run(cutter, &sink, err) != RSIFT_OK) return RSIFT_E_NOMEM;
    if (status != RSIFT_OK && status != RSIFT_END) {
        cutter->failed = true;
        cutter->kept = why;
        cutter->kept.status = status;
    }
    batch->n = sink.n;
    if (sink.n) return RSIFT_OK;
    if (status != RSIFT_END && err) *err = why;
    return status == RSIFT_OK ? RSIFT_END : status;
}

/* ---- the first value ----------------------------------------------------------------------- */

static bool begins(char ch)
{
    return ch == '{' || ch == '[';
}

rsift_status rs_json_first(rs_byte_source source, int64_t most, rs_json_head *out, rsift_error *err)
{
    enum { PIECE = 64 << 10 };
    rs_json_nest_fn *nest_fn = rs_json_nest_best();
    rs_json_nest nest = {0};
    char *piece = rs_alloc(PIECE);
    size_t got = 1;
    int64_t n = 0;
    bool over = false;
    rsift_status status = piece ? RSIFT_OK : rs_err_nomem(err, "a window");
    *out = (rs_json_head){.n_bytes = -1, .lines = true};
    while (status == RSIFT_OK && got > 0 && !out->followed && (over || n < most)) {
        status = rs_byte_source_read(source, piece, PIECE, &got, err);
        if (status != RSIFT_OK) break;
        const char *p = piece, *end = piece + got;
        if (!nest.depth && !over) { /* the mark and blanks before it */
            while (p < end && !begins(*p)) p++;
            if (p < end) nest = (rs_json_nest){.depth = 1, .max_depth = 1};
            p += p < end;
        }
        if (nest.depth) {
            const char *from = p;
            p = nest_fn(&nest, p, end);
            over = nest.depth == 0;
            out->lines = out->lines && !memchr(from, '\n', (size_t)(p - from));
            if (over) out->n_bytes = n + (p - piece);
        }
        if (over)
            while (p < end && is_json_blank(*p)) p++;
        out->followed = over && p < end;
        n += (int64_t)got;
    }
    rs_free(piece);
    return status;
}
