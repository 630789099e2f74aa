/* File patterns, matched component by component from the right, and expressions, compiled to a
 * small program that is run over all states at once (no backtracking). See pattern.h. */
#include "catalog/pattern.h"

#include "base/ascii.h"
#include "base/err.h"

/* ---- file patterns ---------------------------------------------------------------------- */

/* One component against `*` and `?`: the usual two-pointer way: linear but for backing up to the
 * newest star. */
static bool match_wild(rs_str pattern, rs_str name)
{
    /* i, j: next of pattern and name; star, mark: where to go on after the newest '*' */
    size_t i = 0, j = 0, star = RS_NPOS, mark = 0;
    while (j < name.len) {
        if (i < pattern.len && pattern.ptr[i] == '*') {
            star = i++;
            mark = j;
        } else if (i < pattern.len && (pattern.ptr[i] == '?' || pattern.ptr[i] == name.ptr[j])) {
            i++, j++;
        } else if (star != RS_NPOS) {
            i = star + 1; /* the star covers another byte */
            j = ++mark;
        } else {
            return false;
        }
    }
    while (i < pattern.len && pattern.ptr[i] == '*') i++;
    return i == pattern.len;
}

static bool match_component(rs_str pattern, rs_str name);

/* One alternative of a list in front of what stands behind the list. One with wildcards is tried
 * with each beginning of the name. */
static bool match_alternative(rs_str word, rs_str rest, rs_str name)
{
    if (!memchr(word.ptr, '?', word.len) && !memchr(word.ptr, '*', word.len))
        return rs_str_starts(name, word) &&
               match_component(rest, rs_str_sub(name, word.len, name.len));
    for (size_t n = 0; n <= name.len; n++)
        if (match_wild(word, rs_str_sub(name, 0, n)) &&
            match_component(rest, rs_str_sub(name, n, name.len)))
            return true;
    return false;
}

/* The same with one or more `{a,b,c}`: alternatives behind literal text. */
static bool match_component(rs_str pattern, rs_str name)
{
    size_t open = rs_str_find_char(pattern, '{');
    if (open == RS_NPOS) return match_wild(pattern, name);
    rs_str rest = rs_str_sub(pattern, open + 1, pattern.len);
    size_t close = rs_str_find_char(rest, '}');
    if (close == RS_NPOS || !rs_str_starts(name, rs_str_sub(pattern, 0, open))) return false;
    name = rs_str_sub(name, open, name.len);
    rs_str words = rs_str_sub(rest, 0, close), word;
    rest = rs_str_sub(rest, close + 1, rest.len);
    /* the first alternative need not be the right one: "{a,ab}c" */
    while (rs_str_split(&words, ',', &word))
        if (match_alternative(word, rest, name)) return true;
    return false;
}

/* Splits off the last component. */
static rs_str pop(rs_str *path, bool *last)
{
    size_t at = rs_str_rfind_char(*path, '/');
    *last = at == RS_NPOS;
    rs_str name = *last ? *path : rs_str_sub(*path, at + 1, path->len);
    *path = rs_str_sub(*path, 0, *last ? 0 : at);
    return name;
}

/* Does the path end as the pattern must, behind its last wildcard? Most paths do not, which this
 * finds without cutting either into components. */
static bool ends_alike(rs_str pattern, rs_str path)
{
    for (size_t n = 1; n <= pattern.len; n++) {
        const char c = pattern.ptr[pattern.len - n];
        if (c == '*' || c == '?' || c == '}') return true;
        if (n > path.len || path.ptr[path.len - n] != c) return false;
    }
    return true;
}

/* From the right. `anchored`: nothing of the path may be left over. `**` backs up like a star: the
 * newest one covers another component each time what stands left of it does not match. */
bool rs_catalog_match(rs_str pattern, rs_str path, rs_str *tail)
{
    bool anchored = pattern.len > 0 && pattern.ptr[0] == '/';
    if (anchored) pattern = rs_str_sub(pattern, 1, pattern.len);
    if (pattern.len == 0 || path.len == 0 || !ends_alike(pattern, path)) return false;
    /* p, s: what is left of pattern and path, their last components come next */
    rs_str p = pattern, s = path, star_p = {0}, star_s = {0};
    bool p_done = false, s_done = false, star = false, star_s_done = false;
    for (;;) {
        if (p_done && (s_done || !anchored)) break;
        rs_str p_next = p, s_next = s;
        bool p_last = true, s_last = true;
        rs_str want = p_done ? (rs_str){0} : pop(&p_next, &p_last);
        if (!p_done && rs_str_eq(want, RS_STR("**"))) {
            p = p_next, p_done = p_last;
            star = true, star_p = p, star_s = s, star_s_done = s_done;
            if (p_done && !anchored) break; /* `**` at the front adds nothing to a tail */
            if (p_done) {
                s_done = true;
                break;
            }
            continue;
        }
        rs_str name = s_done ? (rs_str){0} : pop(&s_next, &s_last);
        if (!p_done && !s_done && match_component(want, name)) {
            p = p_next, p_done = p_last;
            s = s_next, s_done = s_last;
            continue;
        }
        /* no match: let the newest `**` cover another component and try again from there */
        if (!star || star_s_done) return false;
        pop(&star_s, &star_s_done);
        p = star_p, p_done = false;
        s = star_s, s_done = star_s_done;
    }
    if (tail) {
        size_t begin = s_done ? 0 : s.len + 1;
        *tail = rs_str_sub(path, begin, path.len);
    }
    return true;
}

/* ---- expressions ------------------------------------------------------------------------ */

enum { MAX_INSTRUCTIONS = 256, MAX_PATTERN = 256, MAX_NESTING = 8, MAX_REPEAT = 64 };

enum op { OP_SET, OP_SPLIT, OP_JUMP, OP_SAVE, OP_MATCH };

struct instruction {
    enum op op;
    uint16_t x, y;   /* SPLIT: first and second choice; JUMP: x; SAVE: x = slot */
    uint32_t set[8]; /* SET: bytes that match */
};

struct rs_catalog_regex {
    size_t n;
    struct instruction *code;
};

struct compiler {
    rs_str pattern;
    size_t at;
    struct instruction code[MAX_INSTRUCTIONS];
    size_t n;
    unsigned n_groups, nesting;
    rsift_error *err;
};

static rsift_status bad(struct compiler *c, const char *what)
{
    return rs_err_set(c->err, RSIFT_E_FORMAT, "expected an expression, found %s at character %zu",
                      what, c->at + 1);
}

static rsift_status emit(struct compiler *c, struct instruction instruction)
{
    if (c->n >= MAX_INSTRUCTIONS)
        return rs_err_set(c->err, RSIFT_E_LIMIT, "expected an expression of at most %d steps",
                          MAX_INSTRUCTIONS);
    c->code[c->n++] = instruction;
    return RSIFT_OK;
}

/* Characters of the expression are left. */
static bool has_next(const struct compiler *c)
{
    return c->at < c->pattern.len;
}
static char peek(const struct compiler *c)
{
    return c->pattern.ptr[c->at];
}

static void set_range(struct instruction *i, unsigned char from, unsigned char to)
{
    for (unsigned b = from; b <= to; b++) i->set[b >> 5] |= 1u << (b & 31);
}

/* A literal or escaped character; `\d` adds the digits and gives *is_class. */
static rsift_status one_char(struct compiler *c, struct instruction *i, unsigned char *out,
                             bool *is_class)
{
    *is_class = false;
    char ch = peek(c);
    c->at++;
    if (ch == '\\') {
        if (!has_next(c)) return bad(c, "a backslash at the end");
        ch = peek(c);
        c->at++;
        if (ch == 'd') {
            set_range(i, '0', '9');
            *is_class = true;
        } else if (rs_ascii_is_alnum(ch)) {
            return bad(c, "an unknown escape");
        }
    }
    *out = (unsigned char)ch;
    return RSIFT_OK;
}

/* The set behind an open '[': single characters, ranges, `\d`; a '^' in front negates it. */
static rsift_status bracket(struct compiler *c, struct instruction *i)
{
    bool negate = has_next(c) && peek(c) == '^';
    if (negate) c->at++;
    bool any = false;
    for (;;) {
        if (!has_next(c)) return bad(c, "an open [");
        if (peek(c) == ']' && any) break;
        unsigned char from, to;
        bool is_class;
        RS_TRY(one_char(c, i, &from, &is_class));
        any = true;
        if (is_class) continue;
        to = from;
        if (c->at + 1 < c->pattern.len && peek(c) == '-' && c->pattern.ptr[c->at + 1] != ']') {
            c->at++;
            RS_TRY(one_char(c, i, &to, &is_class));
            if (is_class || to < from) return bad(c, "a range that runs backwards");
        }
        set_range(i, from, to);
    }
    c->at++;
    if (negate)
        for (unsigned w = 0; w < 8; w++) i->set[w] = ~i->set[w];
    return RSIFT_OK;
}

static rsift_status alternatives(struct compiler *c);

static rsift_status group(struct compiler *c)
{
    if (++c->nesting > MAX_NESTING) return bad(c, "groups nested too deep");
    if (++c->n_groups >= RS_CATALOG_GROUPS) return bad(c, "more than 9 groups");
    uint16_t slot = (uint16_t)(2 * c->n_groups);
    RS_TRY(emit(c, (struct instruction){.op = OP_SAVE, .x = slot}));
    RS_TRY(alternatives(c));
    if (!has_next(c) || peek(c) != ')') return bad(c, "an open (");
    c->at++;
    c->nesting--;
    return emit(c, (struct instruction){.op = OP_SAVE, .x = (uint16_t)(slot + 1)});
}

/* One character, set or group: what a repeat applies to. */
static rsift_status atom(struct compiler *c)
{
    struct instruction i = {.op = OP_SET};
    char ch = peek(c);
    if (ch == '(') {
        c->at++;
        return group(c);
    }
    if (strchr("*+?{", ch)) return bad(c, "a repeat of nothing");
    if (ch == '[') {
        c->at++;
        RS_TRY(bracket(c, &i));
    } else if (ch == '.') {
        c->at++;
        set_range(&i, 0, 255);
    } else if (ch == '$' || ch == '^') {
        return bad(c, "an anchor inside");
    } else {
        unsigned char byte;
        bool is_class;
        RS_TRY(one_char(c, &i, &byte, &is_class));
        if (!is_class) set_range(&i, byte, byte);
    }
    return emit(c, i);
}

/* Reads "n", "n,m", "n," behind an open brace. */
static rsift_status braces(struct compiler *c, unsigned *low, unsigned *high)
{
    unsigned values[2] = {0, 0};
    unsigned which = 0, digits[2] = {0, 0};
    for (;; c->at++) { /* values[0] before the comma, values[1] behind it */
        if (!has_next(c)) return bad(c, "an open {");
        char ch = peek(c);
        if (ch == '}') break;
        if (ch == ',' && which == 0) {
            which = 1;
            continue;
        }
        if (ch < '0' || ch > '9') return bad(c, "a wrong repeat count");
        values[which] = values[which] * 10 + (unsigned)(ch - '0');
        if (values[which] > MAX_REPEAT) return bad(c, "a repeat above 64");
        digits[which]++;
    }
    c->at++;
    if (digits[0] == 0) return bad(c, "a repeat without a count");
    *low = values[0];
    *high = which == 0 ? values[0] : digits[1] ? values[1] : UINT32_MAX;
    return *high < *low ? bad(c, "a repeat that runs backwards") : RSIFT_OK;
}

/* Appends a copy of code[begin, end) with its jumps moved along. */
static rsift_status copy_code(struct compiler *c, size_t begin, size_t end)
{
    size_t shift = c->n - begin;
    for (size_t i = begin; i < end; i++) {
        struct instruction copy = c->code[i];
        if (copy.op == OP_SPLIT || copy.op == OP_JUMP) {
            copy.x = (uint16_t)(copy.x + shift);
            copy.y = (uint16_t)(copy.y + shift);
        }
        RS_TRY(emit(c, copy));
    }
    return RSIFT_OK;
}

/* The atom at code[begin, n) becomes atom{low,high}: low copies, then optional ones. */
static rsift_status repeat(struct compiler *c, size_t begin, unsigned low, unsigned high)
{
    struct instruction unit[MAX_INSTRUCTIONS];
    size_t n_unit = c->n - begin;
    memcpy(unit, c->code + begin, n_unit * sizeof *unit);
    /* The unit stays at `begin` as a master copy behind a jump that no path enters: simpler than
     * renumbering, and expressions are short. */
    c->n = begin;
    RS_TRY(emit(c, (struct instruction){.op = OP_JUMP}));
    size_t master = c->n;
    for (size_t i = 0; i < n_unit; i++) {
        if (unit[i].op == OP_SPLIT || unit[i].op == OP_JUMP) unit[i].x++, unit[i].y++;
        RS_TRY(emit(c, unit[i]));
    }
    size_t master_end = c->n;
    c->code[begin].x = (uint16_t)c->n;
    /* the copies that must match */
    for (unsigned i = 0; i < low; i++) RS_TRY(copy_code(c, master, master_end));
    if (high == UINT32_MAX) { /* then a loop: match again or go on */
        size_t split = c->n;
        RS_TRY(emit(c, (struct instruction){.op = OP_SPLIT, .x = (uint16_t)(split + 1)}));
        RS_TRY(copy_code(c, master, master_end));
        RS_TRY(emit(c, (struct instruction){.op = OP_JUMP, .x = (uint16_t)split}));
        c->code[split].y = (uint16_t)c->n;
        return RSIFT_OK;
    }
    /* or up to high - low copies, each of which may leave for the end */
    size_t splits[MAX_REPEAT];
    unsigned n = high - low;
    for (unsigned i = 0; i < n; i++) {
        splits[i] = c->n;
        RS_TRY(emit(c, (struct instruction){.op = OP_SPLIT, .x = (uint16_t)(c->n + 1)}));
        RS_TRY(copy_code(c, master, master_end));
    }
    for (unsigned i = 0; i < n; i++) c->code[splits[i]].y = (uint16_t)c->n;
    return RSIFT_OK;
}

static rsift_status sequence(struct compiler *c)
{
    while (has_next(c) && peek(c) != '|' && peek(c) != ')') {
        size_t begin = c->n;
        RS_TRY(atom(c));
        if (!has_next(c) || !strchr("*+?{", peek(c))) continue;
        unsigned low = 0, high = UINT32_MAX;
        char ch = peek(c);
        c->at++;
        if (ch == '+') low = 1;
        else if (ch == '?') high = 1;
        else if (ch == '{') RS_TRY(braces(c, &low, &high));
        if (has_next(c) && strchr("*+?{", peek(c))) return bad(c, "a repeat of a repeat");
        RS_TRY(repeat(c, begin, low, high));
    }
    return RSIFT_OK;
}

static rsift_status alternatives(struct compiler *c)
{
    size_t ends[16];
    size_t n_ends = 0;
    for (;;) {
        size_t begin = c->n;
        RS_TRY(emit(c, (struct instruction){.op = OP_SPLIT, .x = (uint16_t)(begin + 1)}));
        RS_TRY(sequence(c));
        if (!has_next(c) || peek(c) != '|') {
            c->code[begin].op = OP_JUMP; /* the last one has no other choice */
            break;
        }
        c->at++;
        if (n_ends >= 16) return bad(c, "more than 16 alternatives");
        ends[n_ends++] = c->n;
        RS_TRY(emit(c, (struct instruction){.op = OP_JUMP}));
        c->code[begin].y = (uint16_t)c->n;
    }
    for (size_t i = 0; i < n_ends; i++) c->code[ends[i]].x = (uint16_t)c->n;
    return RSIFT_OK;
}

rsift_status rs_catalog_regex_compile(rs_arena *arena, rs_str pattern, rs_catalog_regex **out,
                                      rsift_error *err)
{
    *out = NULL;
    if (pattern.len == 0 || pattern.len > MAX_PATTERN)
        return rs_err_set(err, RSIFT_E_LIMIT, "expected an expression of 1 to %d bytes, found %zu",
                          MAX_PATTERN, pattern.len);
    if (pattern.ptr[0] == '^') pattern = rs_str_sub(pattern, 1, pattern.len);
    if (pattern.len > 0 && pattern.ptr[pattern.len - 1] == '$' &&
        !(pattern.len > 1 && pattern.ptr[pattern.len - 2] == '\\'))
        pattern = rs_str_sub(pattern, 0, pattern.len - 1);
    struct compiler c = {.pattern = pattern, .err = err};
    RS_TRY(alternatives(&c));
    if (has_next(&c)) return bad(&c, "a ) that closes nothing");
    RS_TRY(emit(&c, (struct instruction){.op = OP_MATCH}));
    rs_catalog_regex *regex = rs_arena_calloc(arena, 1, sizeof *regex);
    if (regex) regex->code = rs_arena_alloc(arena, c.n * sizeof *regex->code);
    if (!regex || !regex->code) return rs_err_nomem(err, "an expression");
    memcpy(regex->code, c.code, c.n * sizeof *regex->code);
    regex->n = c.n;
    *out = regex;
    return RSIFT_OK;
}

/* Backtracking over (instruction, position) pairs, each visited once: the first way to reach a
 * pair is the preferred one, and a second visit could only fail again. */
struct thread {
    uint16_t pc, at, slot, old; /* slot > 0: put `old` back into that slot */
};

bool rs_catalog_regex_match(const rs_catalog_regex *regex, rs_str text,
                            rs_str groups[RS_CATALOG_GROUPS])
{
    if (text.len > RS_CATALOG_REGEX_TEXT) return false;
    enum { N_POSITIONS = RS_CATALOG_REGEX_TEXT + 1, UNSET = 0xFFFF };
    uint32_t visited[(MAX_INSTRUCTIONS * N_POSITIONS + 31) / 32];
    size_t n_positions = text.len + 1;
    memset(visited, 0, (regex->n * n_positions + 31) / 32 * sizeof *visited);
    uint16_t slots[2 * RS_CATALOG_GROUPS];
    memset(slots, 0xFF, sizeof slots);
    struct thread stack[4096];
    const size_t cap = sizeof stack / sizeof *stack;
    size_t n_stack = 0;
    stack[n_stack++] = (struct thread){0};
    bool found = false;
    while (n_stack > 0 && !found) {
        struct thread t = stack[--n_stack];
        if (t.slot) {
            slots[t.slot] = t.old;
            continue;
        }
        for (uint16_t pc = t.pc, at = t.at;;) {
            size_t bit = (size_t)pc * n_positions + at;
            if (visited[bit >> 5] & 1u << (bit & 31)) break;
            visited[bit >> 5] |= 1u << (bit & 31);
            const struct instruction *i = &regex->code[pc];
            if (i->op == OP_MATCH) {
                found = at == text.len;
                break;
            }
            if (i->op == OP_SET) {
                if (at >= text.len) break;
                unsigned char b = (unsigned char)text.ptr[at];
                if (!(i->set[b >> 5] & 1u << (b & 31))) break;
                pc++, at++;
                continue;
            }
            if (i->op == OP_JUMP) {
                pc = i->x;
                continue;
            }
            if (n_stack >= cap) return false;
            if (i->op == OP_SPLIT) {
                stack[n_stack++] = (struct thread){.pc = i->y, .at = at};
                pc = i->x;
            } else {
                stack[n_stack++] = (struct thread){.slot = i->x, .old = slots[i->x]};
                slots[i->x] = at;
                pc++;
            }
        }
    }
    if (!found) return false;
    groups[0] = text;
    for (size_t g = 1; g < RS_CATALOG_GROUPS; g++) {
        uint16_t begin = slots[2 * g], end = slots[2 * g + 1];
        bool set = begin != UNSET && end != UNSET && end >= begin;
        groups[g] = set ? rs_str_sub(text, begin, end) : (rs_str){0};
    }
    return true;
}
