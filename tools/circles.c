/* Finds circles of source files: names are collected per file, joined into a matrix of units, and
 * closed over; units that reach each other are one circle. Not tuned: there are some hundred. */
#include "circles.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_UNITS = 1024, NAME = 128, SHOWN = 6 };

typedef struct name_list {
    char (*items)[NAME];
    size_t n, cap;
} name_list;

typedef struct unit {
    char name[NAME];         /* "io/zip" */
    name_list code, words;   /* defined: functions and tables; types, macros and constants */
    name_list called, named; /* used: in bodies and values; anywhere */
    name_list includes, header_includes;
} unit;

struct circles {
    unit units[MAX_UNITS];
    size_t n;
    bool headers[MAX_UNITS][MAX_UNITS]; /* what the header alone includes, directly or not */
    bool sees[MAX_UNITS][MAX_UNITS];    /* the same of the header and the .c file */
    bool arrow[MAX_UNITS][MAX_UNITS], reach[MAX_UNITS][MAX_UNITS];
};

static void give_up(const char *why)
{
    fprintf(stderr, "check_rooms: %s\n", why);
    exit(2);
}

static void add_name(name_list *list, const char *begin, size_t len)
{
    if (len >= NAME) return;
    for (size_t i = 0; i < list->n; i++)
        if (strncmp(list->items[i], begin, len) == 0 && list->items[i][len] == '\0') return;
    if (list->n == list->cap) {
        list->cap = list->cap ? 2 * list->cap : 32;
        list->items = realloc(list->items, list->cap * sizeof *list->items);
        if (!list->items) give_up("out of memory");
    }
    memcpy(list->items[list->n], begin, len);
    list->items[list->n++][len] = '\0';
}

static bool holds(const name_list *list, const char *name)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->items[i], name) == 0) return true;
    return false;
}

/* The unit of "room/file.c"; made when new. */
static unit *unit_of(circles *c, const char *path, size_t len)
{
    const char *dot = memchr(path, '.', len);
    if (dot) len = (size_t)(dot - path);
    for (size_t i = 0; i < c->n; i++)
        if (strncmp(c->units[i].name, path, len) == 0 && c->units[i].name[len] == '\0')
            return &c->units[i];
    if (c->n == MAX_UNITS || len >= NAME) give_up("more files than check_rooms was made for");
    memcpy(c->units[c->n].name, path, len);
    return &c->units[c->n++];
}

/* The end of a comment or a literal that begins at p; p itself when none does. */
static const char *skip_opaque(const char *p)
{
    if (p[0] == '/' && p[1] == '*') {
        const char *end = strstr(p + 2, "*/");
        return end ? end + 2 : p + strlen(p);
    }
    if (p[0] == '/' && p[1] == '/') return p + strcspn(p, "\n");
    if (*p != '"' && *p != '\'') return p;
    const char quote = *p++;
    while (*p && *p != quote && *p != '\n') p += *p == '\\' && p[1] ? 2 : 1;
    return *p == quote ? p + 1 : p;
}

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool is_word(const char *begin, size_t len, const char *word)
{
    return len == strlen(word) && memcmp(begin, word, len) == 0;
}

/* What stands at file scope, from its first name to its ';' or its body.
 *   f(...) {   a function     x[] = ...   a table     typedef struct x {...} x;   a type */
typedef struct declaration {
    /* the last name before the first '(', '=' or '['; NULL when it is not ours */
    const char *name;
    size_t len;
    bool is_local; /* static or extern */
    bool is_type, is_enum;
    bool is_settled; /* behind the first '(' or '[': its name is known */
} declaration;

typedef struct scan {
    unit *u;
    bool in_header;
    declaration d;
    int depth;
    bool in_value;    /* behind a '=' at file scope */
    bool at_constant; /* behind the '{' or a ',' of an enumeration */
} scan;

static void read_name(scan *s, const char *name, size_t len)
{
    const bool ours = len > 3 && (strncmp(name, "rs_", 3) == 0 || strncmp(name, "RS_", 3) == 0);
    const bool at_scope = s->depth == 0 && !s->in_value;
    if (ours) add_name(&s->u->named, name, len);
    if (ours && !at_scope && !s->d.is_type) add_name(&s->u->called, name, len);
    if (ours && s->in_header && s->d.is_enum && s->depth == 1 && s->at_constant)
        add_name(&s->u->words, name, len);
    s->at_constant = false;
    if (!at_scope) return;
    declaration *d = &s->d;
    d->is_local = d->is_local || is_word(name, len, "static") || is_word(name, len, "extern");
    d->is_type = d->is_type || is_word(name, len, "typedef");
    d->is_enum = d->is_enum || is_word(name, len, "enum");
    if (!d->is_settled) d->name = ours ? name : NULL, d->len = len;
}

static void read_mark(scan *s, char mark)
{
    declaration *d = &s->d;
    const bool at_scope = s->depth == 0 && !s->in_value;
    if (at_scope && (mark == '(' || mark == '[')) d->is_settled = true;
    if (at_scope && (mark == '=' || mark == '{') && d->name && !d->is_local && !d->is_type) {
        if (mark == '=' || d->is_settled) add_name(&s->u->code, d->name, d->len);
        else if (s->in_header) add_name(&s->u->words, d->name, d->len); /* struct rs_x { */
    }
    if (at_scope && mark == ';' && d->is_type && d->name && s->in_header)
        add_name(&s->u->words, d->name, d->len);
    s->in_value = s->in_value || (s->depth == 0 && mark == '=');
    s->at_constant = mark == '{' || mark == ',';
    if (mark == '{' || mark == '(') s->depth++;
    if ((mark == '}' || mark == ')') && s->depth > 0) s->depth--;
    const bool ends_body = mark == '}' && !s->in_value && !d->is_type && d->is_settled;
    if (s->depth == 0 && (mark == ';' || ends_body)) {
        *d = (declaration){0};
        s->in_value = false;
    }
}

/* #include "room/file.h" joins what is seen; #define RS_X makes a word of the header. */
static const char *read_directive(scan *s, const char *p)
{
    p++;
    p += strspn(p, " \t");
    if (strncmp(p, "include \"", 9) == 0) {
        const char *path = p + 9;
        const size_t len = strcspn(path, ".\"\n");
        add_name(s->in_header ? &s->u->header_includes : &s->u->includes, path, len);
    }
    const bool defines = strncmp(p, "define", 6) == 0;
    if (defines) p += 6 + strspn(p + 6, " \t");
    const char *name = p;
    while (defines && in_name(*p)) p++;
    if (p - name > 3 && strncmp(name, "RS_", 3) == 0 && s->in_header)
        add_name(&s->u->words, name, (size_t)(p - name));
    while (*p && *p != '\n') p += p[0] == '\\' && p[1] == '\n' ? 2 : 1;
    return p;
}

void circles_add(circles *c, const char *path, const char *text)
{
    const size_t len = strlen(path);
    scan s = {.u = unit_of(c, path, len), .in_header = len > 2 && path[len - 1] == 'h'};
    for (const char *p = text; *p;) {
        const char *behind = skip_opaque(p);
        if (behind != p) {
            p = behind;
        } else if (*p == '#' && (p == text || p[-1] == '\n')) {
            p = read_directive(&s, p);
        } else if (in_name(*p)) {
            const char *begin = p;
            while (in_name(*p)) p++;
            read_name(&s, begin, (size_t)(p - begin));
        } else if (isspace((unsigned char)*p)) {
            p++;
        } else {
            read_mark(&s, *p++);
        }
    }
}

/* The names of b that a uses; `shown` may be NULL. Words count where a sees b's header: two rooms
 * may call a type of their own alike. */
static size_t count_ties(const unit *a, const unit *b, bool sees, const char *shown[SHOWN])
{
    size_t n = 0;
    for (size_t i = 0; i < b->code.n; i++)
        if (holds(&a->called, b->code.items[i])) {
            if (shown && n < SHOWN) shown[n] = b->code.items[i];
            n++;
        }
    for (size_t i = 0; sees && i < b->words.n; i++)
        if (holds(&a->named, b->words.items[i]) && !holds(&a->words, b->words.items[i])) {
            if (shown && n < SHOWN) shown[n] = b->words.items[i];
            n++;
        }
    return n;
}

static void close_matrix(bool matrix[MAX_UNITS][MAX_UNITS], size_t n)
{
    for (size_t via = 0; via < n; via++)
        for (size_t a = 0; a < n; a++)
            for (size_t b = 0; matrix[a][via] && b < n; b++)
                matrix[a][b] = matrix[a][b] || matrix[via][b];
}

/* Arrows from the names, then everything that each unit reaches. */
static void close_over(circles *c)
{
    for (size_t a = 0; a < c->n; a++)
        for (size_t b = 0; b < c->n; b++)
            c->headers[a][b] = holds(&c->units[a].header_includes, c->units[b].name);
    close_matrix(c->headers, c->n);
    memcpy(c->sees, c->headers, sizeof c->sees);
    for (size_t a = 0; a < c->n; a++)
        for (size_t via = 0; via < c->n; via++)
            for (size_t b = 0; holds(&c->units[a].includes, c->units[via].name) && b < c->n; b++)
                c->sees[a][b] = c->sees[a][b] || b == via || c->headers[via][b];
    for (size_t a = 0; a < c->n; a++)
        for (size_t b = 0; b < c->n; b++)
            c->reach[a][b] = c->arrow[a][b] =
                a != b && count_ties(&c->units[a], &c->units[b], c->sees[a][b], NULL) > 0;
    close_matrix(c->reach, c->n);
}

/* "  io/look -> io/zip: rs_io_zip_open, rs_io_zip_close": why a needs b. */
static void print_arrow(const unit *a, const unit *b, bool sees)
{
    const char *shown[SHOWN];
    const size_t n = count_ties(a, b, sees, shown);
    printf("  %s -> %s:", a->name, b->name);
    for (size_t i = 0; i < n && i < SHOWN; i++) printf("%s %s", i ? "," : "", shown[i]);
    if (n > SHOWN) printf(" and %zu more", n - SHOWN);
    printf("\n");
}

int circles_report(circles *c, bool print)
{
    static bool shown[MAX_UNITS];
    int n_circles = 0;
    close_over(c);
    memset(shown, 0, sizeof shown);
    for (size_t a = 0; a < c->n; a++) {
        if (shown[a] || !c->reach[a][a]) continue;
        n_circles++;
        if (print) printf("circle %d:\n", n_circles);
        for (size_t from = a; from < c->n; from++) {
            if (from != a && !(c->reach[a][from] && c->reach[from][a])) continue;
            shown[from] = true;
            for (size_t to = a; to < c->n; to++)
                if (print && c->arrow[from][to] && c->reach[to][from])
                    print_arrow(&c->units[from], &c->units[to], c->sees[from][to]);
        }
    }
    return n_circles;
}

circles *circles_new(void)
{
    circles *c = calloc(1, sizeof *c);
    if (!c) give_up("out of memory");
    return c;
}

void circles_free(circles *c)
{
    for (size_t i = 0; i < c->n; i++) {
        free(c->units[i].code.items);
        free(c->units[i].words.items);
        free(c->units[i].called.items);
        free(c->units[i].named.items);
        free(c->units[i].includes.items);
        free(c->units[i].header_includes.items);
    }
    free(c);
}
