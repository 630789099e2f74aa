/* One record's bytes at a known offset: see jump.h. */
#include "readers/jump.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "codec/json.h"

enum { MAX_REWINDS = 2 };
enum { SKIP_BYTES = 64 << 10, NEAR_KEY = 1 << 10, FAR_KEY = 68 << 10 };

void rs_jump_close(rs_jump *jump)
{
    rs_io_random_close(jump->random);
    rs_io_close(jump->stream);
    rs_free(jump->skipped);
    *jump = (rs_jump){0};
}

static rsift_status cannot_jump(rsift_error *err)
{
    return rs_err_set(err, RSIFT_E_UNSUPPORTED, "the record cannot be jumped to");
}

/* Opens the file with this number, unless it is the one that is open. */
static rsift_status open_file(rs_jump *jump, size_t file, rsift_error *err)
{
    if (jump->is_open && jump->file == file) return RSIFT_OK;
    rs_io_random_close(jump->random);
    rs_io_close(jump->stream);
    jump->random = NULL;
    jump->stream = NULL;
    jump->is_open = false;
    jump->n_rewinds = 0;
    size_t member = jump->files->members[file];
    if (!rs_io_member_at(jump->source->tree, member)->random) return cannot_jump(err);
    /* else the stream is opened by the first read */
    if (rs_io_is_in_place(jump->source->tree, member))
        RS_TRY(rs_io_random_open(jump->source->tree, member, &jump->random, err));
    jump->file = file;
    jump->is_open = true;
    return RSIFT_OK;
}

/* Moves the stream to `offset`; bytes behind it cost a new beginning. */
static rsift_status seek_stream(rs_jump *jump, int64_t offset, rsift_error *err)
{
    if (jump->stream && jump->next > offset) {
        rs_io_close(jump->stream);
        jump->stream = NULL;
    }
    if (!jump->stream) {
        jump->next = 0;
        RS_TRY(
            rs_io_open(jump->source->tree, jump->files->members[jump->file], &jump->stream, err));
    }
    if (!jump->skipped) jump->skipped = rs_alloc(SKIP_BYTES);
    if (!jump->skipped) return rs_err_nomem(err, "a jump");
    /* a compressed stream has no shortcut: what stands before the record is read and dropped */
    while (jump->next < offset) {
        int64_t left = offset - jump->next;
        size_t got, n = left < SKIP_BYTES ? (size_t)left : SKIP_BYTES;
        RS_TRY(rs_io_read(jump->stream, jump->skipped, n, &got, err));
        if (got == 0) return rs_err_set(err, RSIFT_E_FORMAT, "the file ends early");
        jump->next += (int64_t)got;
    }
    return RSIFT_OK;
}

/* A stream that is begun anew costs its length each time: at the third time the member is unpacked
 * once, to a temporary file. Where the limits do not allow that, it is streamed again. */
static rsift_status unpack_after_rewinds(rs_jump *jump, int64_t offset, rsift_error *err)
{
    if (jump->random || !jump->stream || jump->next <= offset) return RSIFT_OK;
    if (jump->n_rewinds++ < MAX_REWINDS) return RSIFT_OK;
    size_t member = jump->files->members[jump->file];
    rsift_error why = {0};
    rsift_status status = rs_io_random_open(jump->source->tree, member, &jump->random, &why);
    if (status == RSIFT_OK || status == RSIFT_E_LIMIT || status == RSIFT_E_FORMAT) return RSIFT_OK;
    if (err) *err = why;
    return status;
}

/* Exactly n bytes at `offset` of the open file. */
static rsift_status read_bytes(rs_jump *jump, int64_t offset, char *dst, size_t n, rsift_error *err)
{
    RS_TRY(unpack_after_rewinds(jump, offset, err));
    if (jump->random) return rs_io_random_read(jump->random, offset, dst, n, err);
    RS_TRY(seek_stream(jump, offset, err));
    for (size_t done = 0, got; done < n; done += got) {
        rsift_status status = rs_io_read(jump->stream, dst + done, n - done, &got, err);
        if (status == RSIFT_OK && got == 0)
            status = rs_err_set(err, RSIFT_E_FORMAT, "the file ends early");
        if (status != RSIFT_OK) {
            rs_io_close(jump->stream); /* the next jump begins anew */
            jump->stream = NULL;
            return status;
        }
        jump->next += (int64_t)got;
    }
    return RSIFT_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The key in front of a JSON value, found backwards: `before` ends where the value begins. Inside
 * a key every quote is escaped, so its opening quote is the nearest one with an even number of
 * backslashes before it.
 *   *found  false = `before` begins behind the opening quote: a longer piece is needed
 *   *key    the key with its quotes; ptr NULL = the value stands behind no key */
static void key_before(rs_str before, rs_str *key, bool *found)
{
    size_t end = before.len;
    *key = (rs_str){0};
    *found = true;
    while (end && is_blank(before.ptr[end - 1])) end--;
    if (end && before.ptr[end - 1] != ':') return; /* ',' or '[': an element of a list */
    if (end) end--;
    while (end && is_blank(before.ptr[end - 1])) end--;
    if (end && before.ptr[end - 1] != '"') return;
    for (size_t open = end ? end - 1 : 0; open-- > 0;) {
        if (before.ptr[open] != '"') continue;
        size_t slashes = 0;
        while (slashes < open && before.ptr[open - 1 - slashes] == '\\') slashes++;
        if (slashes == open) break; /* backslashes up to the edge: their number is not known */
        if (slashes % 2) continue;
        *key = rs_str_sub(before, open, end);
        return;
    }
    *found = false;
}

/* A key as the JSON cutter gives it: escapes decoded, bad UTF-8 replaced. */
static rsift_status decode_key(rs_arena *arena, rs_str raw, const rsift_limits *limits, rs_str *key,
                               rsift_error *err)
{
    const rs_json *value;
    if (rs_str_find_char(raw, '\\') != RS_NPOS &&
        rs_json_parse(arena, raw, limits, &value, NULL) == RSIFT_OK) {
        *key = rs_json_str(value);
        return RSIFT_OK;
    }
    size_t n_bad;
    *key = rs_utf8_clean(arena, rs_str_sub(raw, 1, raw.len - 1), &n_bad);
    return key->ptr ? RSIFT_OK : rs_err_nomem(err, "a key");
}

/* Reads the record's key: a short piece of what stands before the record, and a long one when that
 * does not hold the key's beginning. */
static rsift_status read_key(rs_jump *jump, int64_t offset, rs_arena *arena, rs_str *key,
                             rsift_error *err)
{
    static const int64_t pieces[] = {NEAR_KEY, FAR_KEY}; /* the cutter's keys end at 64 KiB */
    for (int i = 0; i < 2; i++) {
        size_t n = offset < pieces[i] ? (size_t)offset : (size_t)pieces[i];
        char *before = rs_arena_alloc(arena, n + 1);
        if (!before) return rs_err_nomem(err, "a key");
        RS_TRY(read_bytes(jump, offset - (int64_t)n, before, n, err));
        rs_str raw;
        bool found;
        key_before(rs_str_make(before, n), &raw, &found);
        if (found && !raw.ptr) return RSIFT_OK;
        if (found) return decode_key(arena, raw, jump->source->limits, key, err);
        if ((int64_t)n == offset) break;
    }
    return cannot_jump(err);
}

rsift_status rs_jump_record(rs_jump *jump, const rs_jump_to *to, rs_chunk *chunk, rs_raw **out,
                            rsift_error *err)
{
    const rs_record_ref *ref = to->ref;
    jump->source = to->source;
    jump->files = to->files;
    if (ref->file >= to->files->n || ref->offset < 0 || ref->length < 0) return cannot_jump(err);
    RS_TRY(open_file(jump, ref->file, err));
    /* the offset comes out of a table: it is checked before memory is asked for */
    const rs_io_member *member = rs_io_member_at(to->source->tree, to->files->members[ref->file]);
    if (member->n_bytes >= 0 &&
        (ref->offset > member->n_bytes || ref->length > member->n_bytes - ref->offset))
        return rs_err_set(err, RSIFT_E_FORMAT, "the file ends early");
    if (to->source->limits && (uint64_t)ref->length > to->source->limits->max_record)
        return cannot_jump(err);
    rs_raw *raw = rs_chunk_add(chunk);
    char *bytes = raw ? rs_arena_alloc(&chunk->arena, (size_t)ref->length + 1) : NULL;
    if (!bytes) return rs_err_nomem(err, "a raw record");
    /* the key first: it stands before the record, and a stream only goes forward */
    if (to->keyed) RS_TRY(read_key(jump, ref->offset, &chunk->arena, &raw->key, err));
    RS_TRY(read_bytes(jump, ref->offset, bytes, (size_t)ref->length, err));
    bytes[ref->length] = 0;
    raw->ordinal = ref->ordinal;
    raw->offset = ref->offset;
    raw->use = (uint32_t)(to->files - to->source->files);
    raw->file = ref->file;
    raw->content = rs_str_make(bytes, (size_t)ref->length);
    chunk->n_bytes += raw->content.len;
    if (out) *out = raw;
    return RSIFT_OK;
}
