/* The machine of pickles: a stack of values, marks in it, and a memo of values met before. Values
 * are numbered; a list holds the numbers of its items, so that a value that many lists share is
 * kept once, and a hostile memo ("a list of ten lists of ten lists ...") costs memory only when it
 * is written out, which is bounded. */
#include "codec/pickle.h"

#include "base/alloc.h"
#include "base/cur.h"
#include "codec/json_writer.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef enum kind { NONE, FALSE_VALUE, TRUE_VALUE, INT, REAL, TEXT, LIST, DICT } kind;

/* 16 bytes. A tuple is a list; a dictionary's items are key, value, key, value ... */
typedef struct value {
    uint32_t kind, n; /* n: bytes of a text, items of a list */
    union {
        int64_t whole;
        double real;
        const char *text;
        uint32_t *items; /* heap; room for the next power of two */
    } as;
} value;

struct rs_pickle {
    value *values;
    size_t n_values, cap_values;
    uint32_t *stack, *memo;
    size_t n_stack, cap_stack, n_memo, cap_memo;
    size_t *marks;
    size_t n_marks, cap_marks;
    uint32_t top; /* the value that STOP leaves */
    const char *begin;
    rs_cur cur;
};

/* ---- values ---------------------------------------------------------------------------------- */

static rsift_status broken(const rs_pickle *p, rsift_error *err, const char *what)
{
    rs_err_set(err, RSIFT_E_FORMAT, "%s", what);
    return rs_err_within(err, RSIFT_E_FORMAT, "byte %zu",
                         (size_t)((const char *)p->cur.p - p->begin));
}

static rsift_status new_value(rs_pickle *p, value v, uint32_t *out, rsift_error *err)
{
    if (p->n_values == RS_PICKLE_VALUES)
        return rs_err_set(err, RSIFT_E_LIMIT, "a pickle of more than %d values", RS_PICKLE_VALUES);
    if (!RS_VEC_RESERVE(p->values, p->cap_values, p->n_values + 1))
        return rs_err_nomem(err, "a pickle");
    *out = (uint32_t)p->n_values;
    p->values[p->n_values++] = v;
    return RSIFT_OK;
}

static rsift_status push_number(rs_pickle *p, uint32_t number, rsift_error *err)
{
    if (!RS_VEC_RESERVE(p->stack, p->cap_stack, p->n_stack + 1))
        return rs_err_nomem(err, "a pickle");
    p->stack[p->n_stack++] = number;
    return RSIFT_OK;
}

static rsift_status push(rs_pickle *p, value v, rsift_error *err)
{
    uint32_t number;
    /* None, False and True are the values 0 to 2, made once */
    if (v.kind <= TRUE_VALUE) return push_number(p, v.kind, err);
    RS_TRY(new_value(p, v, &number, err));
    return push_number(p, number, err);
}

/* Appends the n numbers from stack[first] on to a list or dictionary. */
static rsift_status append(rs_pickle *p, uint32_t to, size_t first, size_t n, rsift_error *err)
{
    value *list = &p->values[to];
    if (n > UINT32_MAX / 2 - list->n) return rs_err_set(err, RSIFT_E_LIMIT, "a list too long");
    size_t cap = 0, need = list->n + n;
    if (list->n)
        for (cap = 1; cap < list->n;) cap *= 2;
    if (need > cap) {
        for (cap = cap ? cap : 1; cap < need;) cap *= 2;
        uint32_t *grown = rs_realloc(list->as.items, cap * sizeof *grown);
        if (!grown) return rs_err_nomem(err, "a pickle");
        list->as.items = grown;
    }
    if (n) memcpy(list->as.items + list->n, p->stack + first, n * sizeof *p->stack);
    list->n = (uint32_t)need;
    return RSIFT_OK;
}

/* ---- opcodes --------------------------------------------------------------------------------- */

/* What stands above the last mark. */
static rsift_status above_mark(rs_pickle *p, size_t *first, rsift_error *err)
{
    if (p->n_marks == 0) return broken(p, err, "expected a mark on the stack, found none");
    *first = p->marks[--p->n_marks];
    return RSIFT_OK;
}

/* May `n` values be taken from the stack without reaching below the last mark? */
static bool has_above_mark(const rs_pickle *p, size_t n)
{
    const size_t floor = p->n_marks ? p->marks[p->n_marks - 1] : 0;
    return p->n_stack - floor >= n;
}

/* Items from stack[first] on go into the list or dictionary below them. */
static rsift_status add_items(rs_pickle *p, size_t first, kind to, rsift_error *err)
{
    const size_t n = p->n_stack - first;
    if (first == 0 || p->values[p->stack[first - 1]].kind != (uint32_t)to)
        return broken(p, err,
                      to == LIST ? "expected a list below its items"
                                 : "expected a dictionary below its items");
    if (to == DICT && n % 2) return broken(p, err, "expected keys with a value each");
    const uint32_t number = p->stack[first - 1];
    if (to == DICT && p->values[number].n / 2 + n / 2 > RS_PICKLE_KEYS)
        return rs_err_set(err, RSIFT_E_LIMIT, "a dictionary of more than %d keys", RS_PICKLE_KEYS);
    RS_TRY(append(p, number, first, n, err));
    p->n_stack = first;
    return RSIFT_OK;
}

/* A tuple of what stands from stack[first] on. */
static rsift_status make_tuple(rs_pickle *p, size_t first, rsift_error *err)
{
    uint32_t number;
    RS_TRY(new_value(p, (value){.kind = LIST}, &number, err));
    RS_TRY(append(p, number, first, p->n_stack - first, err));
    p->n_stack = first;
    return push_number(p, number, err);
}

static rsift_status push_text(rs_pickle *p, size_t n, rsift_error *err)
{
    const uint8_t *text = rs_cur_take(&p->cur, n);
    if (!text) return broken(p, err, "the file ends inside a text");
    return push(p, (value){.kind = TEXT, .n = (uint32_t)n, .as.text = (const char *)text}, err);
}

/* A whole number of n little-endian bytes, the last of which holds the sign. */
static rsift_status push_long(rs_pickle *p, size_t n, rsift_error *err)
{
    if (n > 8) return broken(p, err, "expected a whole number of at most 8 bytes");
    uint64_t bits = 0;
    uint8_t last = 0;
    for (size_t i = 0; i < n; i++) bits |= (uint64_t)(last = rs_cur_u8(&p->cur)) << (8 * i);
    if (n && n < 8 && last & 0x80) bits |= ~(uint64_t)0 << (8 * n);
    return push(p, (value){.kind = INT, .as.whole = (int64_t)bits}, err);
}

static rsift_status push_real(rs_pickle *p, rsift_error *err)
{
    const uint64_t bits = rs_cur_u64be(&p->cur);
    value v = {.kind = REAL};
    memcpy(&v.as.real, &bits, sizeof bits);
    return push(p, v, err);
}

/* Python numbers its memo from 0 without gaps; an index elsewhere would be a table of any size. */
static rsift_status put_memo(rs_pickle *p, size_t at, rsift_error *err)
{
    if (!has_above_mark(p, 1)) return broken(p, err, "expected a value to remember, found none");
    if (at > p->n_memo) return broken(p, err, "expected the memo's next number, found a later one");
    if (!RS_VEC_RESERVE(p->memo, p->cap_memo, p->n_memo + 1)) return rs_err_nomem(err, "a pickle");
    if (at == p->n_memo) p->n_memo++;
    p->memo[at] = p->stack[p->n_stack - 1];
    return RSIFT_OK;
}

static rsift_status get_memo(rs_pickle *p, size_t at, rsift_error *err)
{
    if (at >= p->n_memo) return broken(p, err, "expected a number of the memo, found a later one");
    return push_number(p, p->memo[at], err);
}

static const char *name_of(uint8_t op)
{
    static const struct {
        char op;
        const char *name;
    } names[] = {
        {'c', "GLOBAL"},         {'\x93', "STACK_GLOBAL"},
        {'R', "REDUCE"},         {'b', "BUILD"},
        {'i', "INST"},           {'o', "OBJ"},
        {'\x81', "NEWOBJ"},      {'\x92', "NEWOBJ_EX"},
        {'\x82', "EXT1"},        {'\x83', "EXT2"},
        {'\x84', "EXT4"},        {'P', "PERSID"},
        {'Q', "BINPERSID"},      {'\x8b', "LONG4"},
        {'B', "BINBYTES"},       {'C', "SHORT_BINBYTES"},
        {'\x8f', "EMPTY_SET"},   {'U', "SHORT_BINSTRING"},
        {'T', "BINSTRING"},      {'S', "STRING"},
        {'V', "UNICODE"},        {'I', "INT"},
        {'\x8d', "BINUNICODE8"}, {'\x96', "BYTEARRAY8"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if ((uint8_t)names[i].op == op) return names[i].name;
    return "no opcode of data";
}

static rsift_status refuse(const rs_pickle *p, uint8_t op, rsift_error *err)
{
    rs_err_set(err, RSIFT_E_UNSUPPORTED,
               "opcode 0x%02x (%s): only lists, dictionaries, texts and numbers are read", op,
               name_of(op));
    return rs_err_within(err, RSIFT_E_UNSUPPORTED, "byte %zu",
                         (size_t)((const char *)p->cur.p - p->begin) - 1);
}

/* Opcodes that take values from the stack. */
static rsift_status step_containers(rs_pickle *p, uint8_t op, rsift_error *err)
{
    size_t first = 0;
    switch (op) {
    case '(':
        if (!RS_VEC_RESERVE(p->marks, p->cap_marks, p->n_marks + 1))
            return rs_err_nomem(err, "a pickle");
        p->marks[p->n_marks++] = p->n_stack;
        return RSIFT_OK;
    case 'a':
        if (!has_above_mark(p, 2)) return broken(p, err, "expected a list and an item");
        return add_items(p, p->n_stack - 1, LIST, err);
    case 's':
        if (!has_above_mark(p, 3)) return broken(p, err, "expected a dictionary, a key, a value");
        return add_items(p, p->n_stack - 2, DICT, err);
    case 'e':
    case 'u':
        RS_TRY(above_mark(p, &first, err));
        return add_items(p, first, op == 'e' ? LIST : DICT, err);
    case 't': RS_TRY(above_mark(p, &first, err)); return make_tuple(p, first, err);
    case 0x85:
    case 0x86:
    case 0x87:
        if (!has_above_mark(p, op - 0x84u)) return broken(p, err, "expected the items of a tuple");
        return make_tuple(p, p->n_stack - (op - 0x84u), err);
    default: return refuse(p, op, err);
    }
}

/* One opcode but PROTO and STOP. */
static rsift_status step(rs_pickle *p, uint8_t op, rsift_error *err)
{
    rs_cur *c = &p->cur;
    switch (op) {
    case 0x95: /* FRAME: how many bytes follow is of use to a stream only */
        rs_cur_u64le(c);
        return RSIFT_OK;
    case ']':
    case ')': return push(p, (value){.kind = LIST}, err);
    case '}': return push(p, (value){.kind = DICT}, err);
    case 'N': return push(p, (value){.kind = NONE}, err);
    case 0x88: return push(p, (value){.kind = TRUE_VALUE}, err);
    case 0x89: return push(p, (value){.kind = FALSE_VALUE}, err);
    case 'X': return push_text(p, rs_cur_u32le(c), err);
    case 0x8c: return push_text(p, rs_cur_u8(c), err);
    case 'J': return push(p, (value){.kind = INT, .as.whole = (int32_t)rs_cur_u32le(c)}, err);
    case 'K': return push(p, (value){.kind = INT, .as.whole = rs_cur_u8(c)}, err);
    case 'M': return push(p, (value){.kind = INT, .as.whole = rs_cur_u16le(c)}, err);
    case 0x8a: return push_long(p, rs_cur_u8(c), err);
    case 'G': return push_real(p, err);
    case 'q': return put_memo(p, rs_cur_u8(c), err);
    case 'r': return put_memo(p, rs_cur_u32le(c), err);
    case 0x94: return put_memo(p, p->n_memo, err);
    case 'h': return get_memo(p, rs_cur_u8(c), err);
    case 'j': return get_memo(p, rs_cur_u32le(c), err);
    default: return step_containers(p, op, err);
    }
}

/* Runs the machine to STOP. */
static rsift_status run(rs_pickle *p, rsift_error *err)
{
    const uint8_t proto = rs_cur_u8(&p->cur), version = rs_cur_u8(&p->cur);
    if (p->cur.bad || proto != 0x80 || version < 2 || version > 5)
        return rs_err_set(err, RSIFT_E_FORMAT, "expected a pickle of protocol 2 to 5");
    for (;;) {
        const uint8_t op = rs_cur_u8(&p->cur);
        if (p->cur.bad) return broken(p, err, "the pickle ends early");
        if (op == '.') break;
        RS_TRY(step(p, op, err));
        if (p->cur.bad) return broken(p, err, "the pickle ends early");
    }
    if (p->n_stack != 1 || p->n_marks)
        return broken(p, err, "expected one value at the end of the pickle");
    p->top = p->stack[0];
    if (p->values[p->top].kind != LIST) return broken(p, err, "expected a list at the top");
    return RSIFT_OK;
}

rsift_status rs_pickle_open(rs_str bytes, rs_pickle **out, rsift_error *err)
{
    rs_pickle *p = rs_calloc(1, sizeof *p);
    *out = NULL;
    if (!p) return rs_err_nomem(err, "a pickle");
    p->begin = bytes.ptr;
    p->cur = rs_cur_of(bytes.ptr, bytes.len);
    rsift_status status = RSIFT_OK;
    for (uint32_t k = NONE; k <= TRUE_VALUE && status == RSIFT_OK; k++) {
        uint32_t number;
        status = new_value(p, (value){.kind = k}, &number, err);
    }
    if (status == RSIFT_OK) status = run(p, err);
    if (status != RSIFT_OK) {
        rs_pickle_close(p);
        return status;
    }
    *out = p;
    return RSIFT_OK;
}

void rs_pickle_close(rs_pickle *p)
{
    if (!p) return;
    for (size_t i = 0; i < p->n_values; i++)
        if (p->values[i].kind == LIST || p->values[i].kind == DICT) rs_free(p->values[i].as.items);
    rs_free(p->values);
    rs_free(p->stack);
    rs_free(p->memo);
    rs_free(p->marks);
    rs_free(p);
}

size_t rs_pickle_len(const rs_pickle *p)
{
    return p->values[p->top].n;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

typedef struct printer {
    const rs_pickle *pickle;
    rs_buf *out;
    size_t most; /* length of `out` that may not be exceeded */
    uint32_t depth, most_depth;
    rsift_error *err;
} printer;

static rs_str text_of(const value *v)
{
    return rs_str_make(v->as.text, v->n);
}

/* Is this key of the dictionary set again behind pair i? */
static bool set_again(const rs_pickle *p, const value *dict, size_t i)
{
    const value *key = &p->values[dict->as.items[i]];
    for (size_t k = i + 2; k < dict->n; k += 2) {
        const value *other = &p->values[dict->as.items[k]];
        if (other->kind == TEXT && rs_str_eq(text_of(other), text_of(key))) return true;
    }
    return false;
}

static rsift_status print(printer *to, uint32_t number);

static rsift_status print_dict(printer *to, const value *dict)
{
    const rs_pickle *p = to->pickle;
    bool first = true;
    rs_buf_char(to->out, '{');
    for (size_t i = 0; i + 1 < dict->n; i += 2) {
        const value *key = &p->values[dict->as.items[i]];
        if (key->kind != TEXT)
            return rs_err_set(to->err, RSIFT_E_FORMAT,
                              "expected texts as keys of a dictionary, found another value");
        if (set_again(p, dict, i)) continue;
        if (!first) rs_buf_char(to->out, ',');
        first = false;
        rs_json_put_str(to->out, text_of(key));
        rs_buf_char(to->out, ':');
        RS_TRY(print(to, dict->as.items[i + 1]));
    }
    rs_buf_char(to->out, '}');
    return RSIFT_OK;
}

static rsift_status print_list(printer *to, const value *list)
{
    rs_buf_char(to->out, '[');
    for (size_t i = 0; i < list->n; i++) {
        if (i) rs_buf_char(to->out, ',');
        RS_TRY(print(to, list->as.items[i]));
    }
    rs_buf_char(to->out, ']');
    return RSIFT_OK;
}

/* Each value writes at least one byte, so that the limit on bytes bounds the steps as well. */
static rsift_status print(printer *to, uint32_t number)
{
    const value *v = &to->pickle->values[number];
    rsift_status status = RSIFT_OK;
    if (to->out->len > to->most)
        return rs_err_set(to->err, RSIFT_E_LIMIT, "an item above the limit max_record");
    if (to->out->failed) return rs_err_nomem(to->err, "an item of a pickle");
    switch ((kind)v->kind) {
    case NONE: rs_buf_cstr(to->out, "null"); break;
    case FALSE_VALUE: rs_buf_cstr(to->out, "false"); break;
    case TRUE_VALUE: rs_buf_cstr(to->out, "true"); break;
    case INT: rs_buf_i64(to->out, v->as.whole); break;
    case REAL:
        if (!isfinite(v->as.real))
            return rs_err_set(to->err, RSIFT_E_FORMAT, "expected finite numbers, found %g",
                              v->as.real);
        rs_buf_double(to->out, v->as.real);
        break;
    case TEXT: rs_json_put_str(to->out, text_of(v)); break;
    case LIST:
    case DICT:
        if (++to->depth > to->most_depth)
            return rs_err_set(to->err, RSIFT_E_LIMIT, "values nested above the limit max_depth");
        status = v->kind == LIST ? print_list(to, v) : print_dict(to, v);
        to->depth--;
        break;
    }
    return status;
}

rsift_status rs_pickle_json(const rs_pickle *pickle, size_t i, const rsift_limits *limits,
                            rs_buf *out, rsift_error *err)
{
    const rsift_limits defaults = rsift_limits_default();
    if (!limits) limits = &defaults;
    printer to = {.pickle = pickle,
                  .out = out,
                  .most = out->len + (size_t)limits->max_record,
                  .most_depth = limits->max_depth,
                  .err = err};
    RS_TRY(print(&to, pickle->values[pickle->top].as.items[i]));
    return out->failed ? rs_err_nomem(err, "an item of a pickle") : RSIFT_OK;
}
