/* Values of any DuckDB type as JSON. Ids (UUID) are spelled as rsift spells them everywhere, 32 hex
 * digits; dates and times as DuckDB does; NaN and infinities, which JSON has not, are null. */
#include "store/internal.h"

#include "codec/json.h"

#include <inttypes.h>
#include <math.h>

__extension__ typedef unsigned __int128 u128;

static const char *const words[] = {
    [DUCKDB_TYPE_BOOLEAN] = "BOOLEAN",
    [DUCKDB_TYPE_TINYINT] = "TINYINT",
    [DUCKDB_TYPE_SMALLINT] = "SMALLINT",
    [DUCKDB_TYPE_INTEGER] = "INTEGER",
    [DUCKDB_TYPE_BIGINT] = "BIGINT",
    [DUCKDB_TYPE_UTINYINT] = "UTINYINT",
    [DUCKDB_TYPE_USMALLINT] = "USMALLINT",
    [DUCKDB_TYPE_UINTEGER] = "UINTEGER",
    [DUCKDB_TYPE_UBIGINT] = "UBIGINT",
    [DUCKDB_TYPE_FLOAT] = "FLOAT",
    [DUCKDB_TYPE_DOUBLE] = "DOUBLE",
    [DUCKDB_TYPE_TIMESTAMP] = "TIMESTAMP",
    [DUCKDB_TYPE_DATE] = "DATE",
    [DUCKDB_TYPE_TIME] = "TIME",
    [DUCKDB_TYPE_INTERVAL] = "INTERVAL",
    [DUCKDB_TYPE_HUGEINT] = "HUGEINT",
    [DUCKDB_TYPE_UHUGEINT] = "UHUGEINT",
    [DUCKDB_TYPE_VARCHAR] = "VARCHAR",
    [DUCKDB_TYPE_BLOB] = "BLOB",
    [DUCKDB_TYPE_TIMESTAMP_S] = "TIMESTAMP_S",
    [DUCKDB_TYPE_TIMESTAMP_MS] = "TIMESTAMP_MS",
    [DUCKDB_TYPE_TIMESTAMP_NS] = "TIMESTAMP_NS",
    [DUCKDB_TYPE_ENUM] = "ENUM",
    [DUCKDB_TYPE_UUID] = "UUID",
    [DUCKDB_TYPE_BIT] = "BIT",
    [DUCKDB_TYPE_TIME_TZ] = "TIME WITH TIME ZONE",
    [DUCKDB_TYPE_TIMESTAMP_TZ] = "TIMESTAMP WITH TIME ZONE",
    [DUCKDB_TYPE_SQLNULL] = "NULL",
};

/* ---- types ----------------------------------------------------------------------------------- */

static rsift_status child_of(rs_arena *arena, duckdb_logical_type child, rs_vtype *out,
                             rsift_error *err)
{
    rsift_status status = rs_vtype_of(arena, child, out, err);
    duckdb_destroy_logical_type(&child);
    return status;
}

static rs_str take_name(rs_arena *arena, char *name)
{
    rs_str copy = rs_arena_str(arena, rs_str_of(name));
    duckdb_free(name);
    return copy;
}

/* Takes a STRUCT or a UNION apart: its members' names and types, and the word for all, such as
 * "STRUCT(x DOUBLE, y DOUBLE)". */
static rsift_status members_of(rs_arena *arena, duckdb_logical_type type, rs_vtype *out,
                               rsift_error *err)
{
    bool is_struct = out->id == DUCKDB_TYPE_STRUCT;
    out->n =
        is_struct ? duckdb_struct_type_child_count(type) : duckdb_union_type_member_count(type);
    out->children = rs_arena_calloc(arena, out->n, sizeof *out->children);
    out->names = rs_arena_calloc(arena, out->n, sizeof *out->names);
    if (!out->children || !out->names) return rs_err_nomem(err, "a column's type");
    out->word = is_struct ? RS_STR("STRUCT(") : RS_STR("UNION(");
    for (size_t i = 0; i < out->n; i++) {
        out->names[i] = take_name(arena, is_struct ? duckdb_struct_type_child_name(type, i)
                                                   : duckdb_union_type_member_name(type, i));
        RS_TRY(child_of(arena,
                        is_struct ? duckdb_struct_type_child_type(type, i)
                                  : duckdb_union_type_member_type(type, i),
                        &out->children[i], err));
        rs_str pair = rs_arena_join(arena, out->names[i], RS_STR(" "), out->children[i].word);
        out->word =
            rs_arena_join(arena, out->word, pair, i + 1 < out->n ? RS_STR(", ") : RS_STR(")"));
    }
    return RSIFT_OK;
}

/* Takes a MAP, an ARRAY or a LIST apart; the word is as DuckDB spells it, such as "MAP(VARCHAR,
 * BIGINT)", "DOUBLE[4]" or "VARCHAR[]". */
static rsift_status list_of(rs_arena *arena, duckdb_logical_type type, rs_vtype *out,
                            rsift_error *err)
{
    out->n = out->id == DUCKDB_TYPE_MAP ? 2 : 1;
    out->children = rs_arena_calloc(arena, out->n, sizeof *out->children);
    if (!out->children) return rs_err_nomem(err, "a column's type");
    if (out->id == DUCKDB_TYPE_MAP) {
        RS_TRY(child_of(arena, duckdb_map_type_key_type(type), &out->children[0], err));
        RS_TRY(child_of(arena, duckdb_map_type_value_type(type), &out->children[1], err));
        rs_str pair =
            rs_arena_join(arena, out->children[0].word, RS_STR(", "), out->children[1].word);
        out->word = rs_arena_join(arena, RS_STR("MAP("), pair, RS_STR(")"));
        return RSIFT_OK;
    }
    if (out->id == DUCKDB_TYPE_ARRAY) {
        RS_TRY(child_of(arena, duckdb_array_type_child_type(type), &out->children[0], err));
        out->array_size = duckdb_array_type_array_size(type);
        out->word = rs_arena_printf(arena, "%.*s[%" PRIu64 "]", RS_STR_ARG(out->children[0].word),
                                    out->array_size);
        return RSIFT_OK;
    }
    RS_TRY(child_of(arena, duckdb_list_type_child_type(type), &out->children[0], err));
    out->word = rs_arena_join(arena, out->children[0].word, RS_STR("[]"), RS_STR(""));
    return RSIFT_OK;
}

static rsift_status enum_of(rs_arena *arena, duckdb_logical_type type, rs_vtype *out,
                            rsift_error *err)
{
    /* A value is the number of its word, in an unsigned integer of the enum's own size. */
    out->stored = duckdb_enum_internal_type(type);
    out->n_words = duckdb_enum_dictionary_size(type);
    out->names = rs_arena_calloc(arena, out->n_words, sizeof *out->names);
    if (!out->names) return rs_err_nomem(err, "a column's type");
    for (size_t i = 0; i < out->n_words; i++)
        out->names[i] = take_name(arena, duckdb_enum_dictionary_value(type, i));
    return RSIFT_OK;
}

rsift_status rs_vtype_of(rs_arena *arena, duckdb_logical_type type, rs_vtype *out, rsift_error *err)
{
    *out = (rs_vtype){.id = duckdb_get_type_id(type)};
    out->stored = out->id;
    size_t i = (size_t)out->id;
    if (i < sizeof words / sizeof words[0] && words[i]) out->word = rs_str_of(words[i]);
    switch (out->id) {
    case DUCKDB_TYPE_LIST:
    case DUCKDB_TYPE_ARRAY:
    case DUCKDB_TYPE_MAP: RS_TRY(list_of(arena, type, out, err)); break;
    case DUCKDB_TYPE_STRUCT:
    case DUCKDB_TYPE_UNION: RS_TRY(members_of(arena, type, out, err)); break;
    case DUCKDB_TYPE_ENUM: RS_TRY(enum_of(arena, type, out, err)); break;
    case DUCKDB_TYPE_DECIMAL:
        /* An integer that stands for itself divided by 10^scale. */
        out->stored = duckdb_decimal_internal_type(type);
        out->scale = duckdb_decimal_scale(type);
        out->word = rs_arena_printf(arena, "DECIMAL(%u,%u)", (unsigned)duckdb_decimal_width(type),
                                    (unsigned)out->scale);
        break;
    default:
        /* Scalars have their word from the list above; what has none cannot be read. */
        if (!out->word.ptr)
            return rs_err_set(
                err, RSIFT_E_UNSUPPORTED,
                "a type of the database that rsift does not read: cast it to VARCHAR");
    }
    return out->word.ptr ? RSIFT_OK : rs_err_nomem(err, "a column's type");
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* Any stored integer as sign and size; false for other types. */
static bool integer_at(duckdb_type stored, const void *data, idx_t row, bool *negative, u128 *size)
{
    int64_t v = 0;
    *negative = false;
    switch (stored) {
    case DUCKDB_TYPE_BOOLEAN: v = ((const bool *)data)[row]; break;
    case DUCKDB_TYPE_TINYINT: v = ((const int8_t *)data)[row]; break;
    case DUCKDB_TYPE_SMALLINT: v = ((const int16_t *)data)[row]; break;
    case DUCKDB_TYPE_INTEGER: v = ((const int32_t *)data)[row]; break;
    case DUCKDB_TYPE_BIGINT: v = ((const int64_t *)data)[row]; break;
    case DUCKDB_TYPE_UTINYINT: v = ((const uint8_t *)data)[row]; break;
    case DUCKDB_TYPE_USMALLINT: v = ((const uint16_t *)data)[row]; break;
    case DUCKDB_TYPE_UINTEGER: v = ((const uint32_t *)data)[row]; break;
    case DUCKDB_TYPE_UBIGINT: *size = ((const uint64_t *)data)[row]; return true;
    case DUCKDB_TYPE_HUGEINT: {
        const duckdb_hugeint h = ((const duckdb_hugeint *)data)[row];
        /* Two's complement: 0 - bits is the size of a negative number, also of the least. */
        u128 bits = (u128)(uint64_t)h.upper << 64 | h.lower;
        *negative = h.upper < 0;
        *size = *negative ? (u128)0 - bits : bits;
        return true;
    }
    case DUCKDB_TYPE_UHUGEINT: {
        const duckdb_uhugeint h = ((const duckdb_uhugeint *)data)[row];
        *size = (u128)h.upper << 64 | h.lower;
        return true;
    }
    default: return false;
    }
    *negative = v < 0;
    /* Negated as unsigned: the least int64_t has no positive counterpart. */
    *size = v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v;
    return true;
}

bool rs_value_i64(const rs_vtype *type, const void *data, idx_t row, int64_t *out)
{
    bool negative;
    u128 size;
    if (type->id == DUCKDB_TYPE_DECIMAL || type->id == DUCKDB_TYPE_ENUM ||
        !integer_at(type->stored, data, row, &negative, &size))
        return false;
    /* Larger numbers are limited to the range: 2^63 - 1 upwards, 2^63 downwards. */
    const u128 most = (u128)INT64_MAX + (negative ? 1 : 0);
    uint64_t kept = (uint64_t)(size < most ? size : most);
    *out = negative ? (int64_t)((uint64_t)0 - kept) : (int64_t)kept;
    return true;
}

double rs_value_double(const rs_vtype *type, const void *data, idx_t row)
{
    if (type->id == DUCKDB_TYPE_DOUBLE) return ((const double *)data)[row];
    if (type->id == DUCKDB_TYPE_FLOAT) return (double)((const float *)data)[row];
    bool negative;
    u128 size;
    if (type->id == DUCKDB_TYPE_ENUM || !integer_at(type->stored, data, row, &negative, &size))
        return NAN;
    /* value = integer / 10^scale, where scale is 0 for all types but DECIMAL */
    double v = (double)size;
    for (uint8_t i = 0; i < type->scale; i++) v /= 10.0;
    return negative ? -v : v;
}

static void put_integer(rs_buf *buf, bool negative, u128 size, uint8_t scale)
{
    char digits[48];
    size_t n = 0;
    /* From the last digit to the first. A DECIMAL has a digit in front of its point, 0.05, for
     * which the loop goes on after `size` is used up. */
    do {
        if (scale > 0 && n == scale) digits[n++] = '.';
        digits[n++] = (char)('0' + (int)(size % 10));
        size /= 10;
    } while (size > 0 || (scale > 0 && n < (size_t)scale + 2 - (n <= scale)));
    if (negative) rs_buf_char(buf, '-');
    while (n > 0) rs_buf_char(buf, digits[--n]);
}

/* ---- dates and times ------------------------------------------------------------------------- */

static void put_date(rs_buf *buf, duckdb_date date)
{
    if (!duckdb_is_finite_date(date)) {
        rs_buf_cstr(buf, date.days < 0 ? "-infinity" : "infinity");
        return;
    }
    duckdb_date_struct d = duckdb_from_date(date);
    rs_buf_printf(buf, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static void put_time(rs_buf *buf, duckdb_time_struct t)
{
    rs_buf_printf(buf, "%02d:%02d:%02d", t.hour, t.min, t.sec);
    if (t.micros != 0) rs_buf_printf(buf, ".%06d", t.micros);
}

static void put_micros(rs_buf *buf, int64_t micros)
{
    duckdb_timestamp stamp = {micros};
    if (!duckdb_is_finite_timestamp(stamp)) {
        rs_buf_cstr(buf, micros < 0 ? "-infinity" : "infinity");
        return;
    }
    duckdb_timestamp_struct s = duckdb_from_timestamp(stamp);
    rs_buf_printf(buf, "%04d-%02d-%02d ", s.date.year, s.date.month, s.date.day);
    put_time(buf, s.time);
}

static void put_timestamp(duckdb_type id, int64_t v, rs_buf *buf)
{
    /* DuckDB's infinities, the same numbers in every unit. */
    if (v == INT64_MAX || v == -INT64_MAX) {
        rs_buf_cstr(buf, v < 0 ? "-infinity" : "infinity");
        return;
    }
    if (id == DUCKDB_TYPE_TIMESTAMP_S) v = v > INT64_MAX / 1000000 ? INT64_MAX : v * 1000000;
    if (id == DUCKDB_TYPE_TIMESTAMP_MS) v = v > INT64_MAX / 1000 ? INT64_MAX : v * 1000;
    int64_t nanos = 0;
    if (id == DUCKDB_TYPE_TIMESTAMP_NS) {
        /* Rounded down, so that the rest is never negative, also before 1970. */
        nanos = ((v % 1000) + 1000) % 1000;
        v = (v - nanos) / 1000;
    }
    put_micros(buf, v);
    /* put_micros has left out a fraction of 0: the point and its six zeros are added here. */
    if (nanos != 0) rs_buf_printf(buf, v % 1000000 == 0 ? ".000000%03d" : "%03d", (int)nanos);
    if (id == DUCKDB_TYPE_TIMESTAMP_TZ) rs_buf_cstr(buf, "+00");
}

static void put_time_tz(duckdb_time_tz v, rs_buf *buf)
{
    duckdb_time_tz_struct t = duckdb_from_time_tz(v);
    put_time(buf, t.time);
    /* The offset is in seconds, positive to the east. */
    int minutes = (t.offset < 0 ? -t.offset : t.offset) / 60;
    rs_buf_printf(buf, "%c%02d:%02d", t.offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

static rs_str string_at(const void *data, idx_t row)
{
    duckdb_string_t *s = (duckdb_string_t *)(uintptr_t)data + row;
    return rs_str_make(duckdb_string_t_data(s), duckdb_string_t_length(*s));
}

static void put_hex(rs_buf *buf, rs_str bytes)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.ptr[i];
        rs_buf_char(buf, digits[c >> 4]);
        rs_buf_char(buf, digits[c & 15]);
    }
}

/* The first byte counts the unused bits at the front of the second. */
static void put_bits(rs_buf *buf, rs_str bytes)
{
    if (bytes.len < 2) return;
    size_t skip = (unsigned char)bytes.ptr[0];
    for (size_t i = skip; i < (bytes.len - 1) * 8; i++) {
        unsigned char c = (unsigned char)bytes.ptr[1 + i / 8];
        rs_buf_char(buf, (char)('0' + (c >> (7 - i % 8) & 1)));
    }
}

/* ---- scalars --------------------------------------------------------------------------------- */

static rs_str enum_word(const rs_vtype *type, const void *data, idx_t row)
{
    bool negative;
    u128 size;
    if (!integer_at(type->stored, data, row, &negative, &size) || size >= type->n_words)
        return RS_STR("");
    return type->names[(size_t)size];
}

void rs_value_text(const rs_vtype *type, const void *data, idx_t row, rs_buf *buf)
{
    char text[RS_ID_TEXT];
    bool negative;
    u128 size;
    switch (type->id) {
    case DUCKDB_TYPE_VARCHAR: rs_buf_str(buf, string_at(data, row)); return;
    case DUCKDB_TYPE_BLOB: put_hex(buf, string_at(data, row)); return;
    case DUCKDB_TYPE_BIT: put_bits(buf, string_at(data, row)); return;
    case DUCKDB_TYPE_ENUM: rs_buf_str(buf, enum_word(type, data, row)); return;
    case DUCKDB_TYPE_BOOLEAN:
        rs_buf_cstr(buf, ((const bool *)data)[row] ? "true" : "false");
        return;
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE: rs_json_put_double(buf, rs_value_double(type, data, row)); return;
    case DUCKDB_TYPE_UUID:
        rs_buf_cstr(buf, rs_id_text(text, rs_id_of_uuid(((const duckdb_hugeint *)data)[row])));
        return;
    case DUCKDB_TYPE_DATE: put_date(buf, ((const duckdb_date *)data)[row]); return;
    case DUCKDB_TYPE_TIME:
        put_time(buf, duckdb_from_time(((const duckdb_time *)data)[row]));
        return;
    case DUCKDB_TYPE_TIME_TZ: put_time_tz(((const duckdb_time_tz *)data)[row], buf); return;
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
        put_timestamp(type->id, ((const int64_t *)data)[row], buf);
        return;
    default:
        if (integer_at(type->stored, data, row, &negative, &size))
            put_integer(buf, negative, size, type->scale);
    }
}

static bool is_bare(duckdb_type id)
{
    switch (id) {
    case DUCKDB_TYPE_BOOLEAN:
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_DECIMAL: return true;
    default: return false;
    }
}

/* ---- nested ---------------------------------------------------------------------------------- */

static void put_range(const rs_vtype *type, duckdb_vector vector, idx_t begin, idx_t n, rs_buf *buf)
{
    rs_buf_char(buf, '[');
    for (idx_t i = 0; i < n; i++) {
        if (i) rs_buf_char(buf, ',');
        rs_value_json(type, vector, begin + i, buf);
    }
    rs_buf_char(buf, ']');
}

static void put_struct(const rs_vtype *type, duckdb_vector vector, idx_t row, rs_buf *buf)
{
    rs_buf_char(buf, '{');
    for (size_t i = 0; i < type->n; i++) {
        if (i) rs_buf_char(buf, ',');
        rs_json_put_str(buf, type->names[i]);
        rs_buf_char(buf, ':');
        rs_value_json(&type->children[i], duckdb_struct_vector_get_child(vector, i), row, buf);
    }
    rs_buf_char(buf, '}');
}

/* An object when the keys are texts, else a list of {"key":, "value":}. */
static void put_map(const rs_vtype *type, duckdb_vector vector, duckdb_list_entry at, rs_buf *buf)
{
    duckdb_vector pairs = duckdb_list_vector_get_child(vector);
    duckdb_vector keys = duckdb_struct_vector_get_child(pairs, 0);
    duckdb_vector values = duckdb_struct_vector_get_child(pairs, 1);
    bool object = type->children[0].id == DUCKDB_TYPE_VARCHAR;
    rs_buf_char(buf, object ? '{' : '[');
    for (idx_t i = 0; i < at.length; i++) {
        if (i) rs_buf_char(buf, ',');
        if (!object) rs_buf_cstr(buf, "{\"key\":");
        rs_value_json(&type->children[0], keys, at.offset + i, buf);
        rs_buf_cstr(buf, object ? ":" : ",\"value\":");
        rs_value_json(&type->children[1], values, at.offset + i, buf);
        if (!object) rs_buf_char(buf, '}');
    }
    rs_buf_char(buf, object ? '}' : ']');
}

static void put_union(const rs_vtype *type, duckdb_vector vector, idx_t row, rs_buf *buf)
{
    /* A union is stored as a struct: the tag is child 0, member i is child i + 1. */
    const uint8_t *tags = duckdb_vector_get_data(duckdb_struct_vector_get_child(vector, 0));
    size_t i = tags[row];
    if (i >= type->n) rs_buf_cstr(buf, "null");
    else rs_value_json(&type->children[i], duckdb_struct_vector_get_child(vector, i + 1), row, buf);
}

/* The name of an integer that has one. */
static bool put_value_name(const rs_vtype *type, const void *data, idx_t row, rs_buf *buf)
{
    int64_t i;
    if (!type->n_value_names || !rs_value_i64(type, data, row, &i)) return false;
    if (i < 0 || (uint64_t)i >= type->n_value_names) return false;
    rs_json_put_str(buf, type->value_names[i]);
    return true;
}

void rs_value_json(const rs_vtype *type, duckdb_vector vector, idx_t row, rs_buf *buf)
{
    uint64_t *validity = duckdb_vector_get_validity(vector);
    if (type->id == DUCKDB_TYPE_SQLNULL ||
        (validity && !duckdb_validity_row_is_valid(validity, row))) {
        rs_buf_cstr(buf, "null");
        return;
    }
    const void *data = duckdb_vector_get_data(vector);
    switch (type->id) {
    case DUCKDB_TYPE_LIST: {
        duckdb_list_entry at = ((const duckdb_list_entry *)data)[row];
        put_range(&type->children[0], duckdb_list_vector_get_child(vector), at.offset, at.length,
                  buf);
        return;
    }
    case DUCKDB_TYPE_ARRAY:
        /* Arrays have no entries: row i begins at value i * array_size of the child. */
        put_range(&type->children[0], duckdb_array_vector_get_child(vector), row * type->array_size,
                  type->array_size, buf);
        return;
    case DUCKDB_TYPE_MAP:
        put_map(type, vector, ((const duckdb_list_entry *)data)[row], buf);
        return;
    case DUCKDB_TYPE_STRUCT: put_struct(type, vector, row, buf); return;
    case DUCKDB_TYPE_UNION: put_union(type, vector, row, buf); return;
    case DUCKDB_TYPE_VARCHAR: rs_json_put_str(buf, string_at(data, row)); return;
    case DUCKDB_TYPE_ENUM: rs_json_put_str(buf, enum_word(type, data, row)); return;
    case DUCKDB_TYPE_INTERVAL: {
        /* Months and days have no fixed length in microseconds: the three stay apart. */
        duckdb_interval v = ((const duckdb_interval *)data)[row];
        rs_buf_printf(buf, "{\"months\":%d,\"days\":%d,\"micros\":%" PRId64 "}", v.months, v.days,
                      v.micros);
        return;
    }
    default: break;
    }
    if (put_value_name(type, data, row, buf)) return;
    /* None of these texts (dates, ids, hex) holds a character that JSON escapes. */
    if (!is_bare(type->id)) rs_buf_char(buf, '"');
    rs_value_text(type, data, row, buf);
    if (!is_bare(type->id)) rs_buf_char(buf, '"');
}
