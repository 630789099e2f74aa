/* Rows by id: from the database at first, from memory once that is cheaper. See positions.h. */
#include "api/positions.h"

#include "base/alloc.h"
#include "base/map.h"
#include "store/quote.h"

#include <stdlib.h>
#include <time.h>

/* Seconds to read one row, and only its id, into memory; bytes of a row there. Measured on 2 shared
 * cores. */
#define SECONDS_PER_ROW 5e-7
#define SECONDS_PER_ID 2.5e-7
enum { SAMPLE_BYTES = 90, ASSET_BYTES = 150, MOST_TEXTS = 5 };

/* A row of `sample` in memory. `texts` numbers the row's texts, which repeat from row to row. */
typedef struct sample_row {
    rs_id record_hash;
    int64_t ordinal, offset, length;
    uint32_t sub, texts; /* texts: release_id source file dataset role */
} sample_row;

typedef struct asset_row {
    rs_id content_hash;
    rs_str member;
    uint32_t texts; /* root format */
    uint32_t width, height;
    uint8_t orientation;
} asset_row;

/* One table's rows by id. */
typedef struct table {
    const char *select; /* columns and view */
    const char *id;     /* name of the id column */
    int64_t row_bytes;
    bool loaded;
    int64_t n_rows;       /* -1 = not counted yet */
    double seconds_asked; /* what questions have cost so far */
    rs_idmap ids;
    sample_row *samples; /* by number in ids */
    asset_row *assets;
    size_t cap;
} table;

/* The samples of one part: the first 32 bits of their ids, sorted. Ids are hashes, so that a second
 * part rarely has the same. */
typedef struct part_ids {
    rs_str file; /* sample.parquet of the part */
    uint32_t *prefixes;
    size_t n, cap;
} part_ids;

struct rs_positions {
    table samples, assets;
    part_ids *parts; /* of samples; NULL = not read yet */
    size_t n_parts, cap_parts;
    rs_strmap texts;   /* of rows, a NUL behind each text */
    rs_buf key;        /* one row's texts, being joined */
    size_t last_texts; /* number of the last row's */
    rs_arena arena;    /* member names */
    rs_arena answer;   /* texts of an answer that came from the database */
    int64_t memory;
    bool marked;
    uint64_t mark; /* of the parts folder */
};

static const char sample_columns[] =
    "SELECT sample_id, release_id, source, file, dataset, role, ordinal, sub, \"offset\", length, "
    "record_hash FROM sample";
static const char asset_columns[] =
    "SELECT asset_id, root, format, member, width, height, orientation, content_hash FROM asset "
    "WHERE state = 'found'";

rs_positions *rs_positions_new(int memory_mb)
{
    rs_positions *p = rs_calloc(1, sizeof *p);
    if (!p) return NULL;
    /* MiB to bytes is 20 bits; one less, because rows may fill half of the session's memory. */
    p->memory = (int64_t)memory_mb << 19; /* half */
    p->samples = (table){
        .select = sample_columns, .id = "sample_id", .row_bytes = SAMPLE_BYTES, .n_rows = -1};
    p->assets =
        (table){.select = asset_columns, .id = "asset_id", .row_bytes = ASSET_BYTES, .n_rows = -1};
    return p;
}

static void forget_rows(table *t)
{
    rs_idmap_fini(&t->ids);
    rs_free(t->samples);
    rs_free(t->assets);
    t->samples = NULL;
    t->assets = NULL;
    t->cap = 0;
    t->loaded = false;
    t->n_rows = -1;
    /* Questions before a change were about other rows: the cost is counted anew. */
    t->seconds_asked = 0;
}

static void forget_parts(rs_positions *p)
{
    for (size_t i = 0; i < p->n_parts; i++) rs_free(p->parts[i].prefixes);
    rs_free(p->parts);
    p->parts = NULL;
    p->n_parts = p->cap_parts = 0;
}

void rs_positions_free(rs_positions *p)
{
    if (!p) return;
    forget_parts(p);
    forget_rows(&p->samples);
    forget_rows(&p->assets);
    rs_strmap_fini(&p->texts);
    rs_buf_fini(&p->key);
    rs_arena_fini(&p->arena);
    rs_arena_fini(&p->answer);
    rs_free(p);
}

bool rs_positions_changed(rs_positions *p, rs_store *store)
{
    const uint64_t mark = rs_store_parts_mark(store);
    if (p->marked && mark == p->mark) return false;
    /* Rows in memory may be stale, and a word's number means nothing without them. */
    p->marked = true;
    p->mark = mark;
    forget_parts(p);
    forget_rows(&p->samples);
    forget_rows(&p->assets);
    rs_strmap_fini(&p->texts);
    rs_arena_reset(&p->arena);
    return true;
}

rsift_status rs_positions_parse_id(const char *text, const char *what, rs_id *out, rsift_error *err)
{
    char plain[32], quoted[RS_QUOTE_SIZE];
    size_t n = 0;
    const rs_str all = rs_str_of(text);
    for (size_t i = 0; i < all.len; i++) {
        if (all.ptr[i] == '-') continue;
        /* Counted on past the end, so that a longer text is seen to be wrong. */
        if (n < sizeof plain) plain[n] = all.ptr[i];
        n++;
    }
    if (n == sizeof plain && rs_id_parse(rs_str_make(plain, n), out)) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG, "%s has 32 hex digits, found \"%s\"", what,
                      rs_err_quote(quoted, all));
}

/* ---- rows ------------------------------------------------------------------------------------ */

static int64_t integer_or(rs_result *r, size_t column, int64_t fallback)
{
    return rs_result_null(r, column) ? fallback : rs_result_i64(r, column);
}

/* Number of the texts in columns 1..n together; false = no memory. */
static bool number_texts(rs_positions *p, rs_result *r, size_t n, uint32_t *out)
{
    p->key.len = 0;
    for (size_t i = 1; i <= n; i++) {
        rs_buf_str(&p->key, rs_result_str(r, i));
        rs_buf_char(&p->key, 0);
    }
    if (p->key.failed) return false;
    /* mostly those of the row before */
    const rs_str key = rs_buf_view(&p->key);
    const bool same = p->last_texts < p->texts.n && rs_str_eq(p->texts.keys[p->last_texts], key);
    if (!same) p->last_texts = rs_strmap_put(&p->texts, key, NULL);
    *out = (uint32_t)p->last_texts;
    return p->last_texts != RS_NPOS;
}

/* The texts of a number, in the order of the columns. */
static void split_texts(const rs_positions *p, uint32_t number, rs_str out[MOST_TEXTS])
{
    rs_str rest = p->texts.keys[number];
    for (size_t i = 0; i < MOST_TEXTS; i++)
        if (!rs_str_split(&rest, 0, &out[i])) out[i] = RS_STR("");
}

/* One row of the select behind those already held; false = no memory. A second row of an id is
 * left out. */
static bool keep_row(rs_positions *p, table *t, rs_result *r)
{
    bool made;
    const size_t at = rs_idmap_put(&t->ids, rs_result_id(r, 0), &made);
    if (at == RS_NPOS) return false;
    if (!made) return true;
    if (t == &p->samples) {
        /* Numbers in the map of ids are dense: `at` is also the row's index. */
        if (!RS_VEC_RESERVE(t->samples, t->cap, at + 1)) return false;
        t->samples[at] = (sample_row){.ordinal = rs_result_i64(r, 6),
                                      .sub = (uint32_t)rs_result_i64(r, 7),
                                      /* NULL in the table = the record is not one run of
                                       * bytes. */
                                      .offset = integer_or(r, 8, -1),
                                      .length = integer_or(r, 9, -1),
                                      .record_hash = rs_result_id(r, 10)};
        return number_texts(p, r, 5, &t->samples[at].texts);
    }
    if (!RS_VEC_RESERVE(t->assets, t->cap, at + 1)) return false;
    t->assets[at] = (asset_row){.member = rs_arena_str(&p->arena, rs_result_str(r, 3)),
                                .width = (uint32_t)integer_or(r, 4, 0),
                                .height = (uint32_t)integer_or(r, 5, 0),
                                .orientation = (uint8_t)integer_or(r, 6, 1),
                                .content_hash = rs_result_id(r, 7)};
    return t->assets[at].member.ptr && number_texts(p, r, 2, &t->assets[at].texts);
}

static rsift_status load(rs_positions *p, table *t, rs_store *store, rsift_error *err)
{
    rs_result *r;
    if (!rs_idmap_reserve(&t->ids, (size_t)t->n_rows)) {
        forget_rows(t);
        return rs_err_nomem(err, "the list of ids");
    }
    RS_TRY(rs_store_query(store, rs_str_of(t->select), NULL, 0, &r, err));
    rsift_status status;
    while ((status = rs_result_next(r, err)) == RSIFT_OK)
        if (!keep_row(p, t, r)) {
            status = rs_err_nomem(err, "the list of ids");
            break;
        }
    rs_result_close(r);
    t->loaded = status == RSIFT_END;
    if (t->loaded) return RSIFT_OK;
    /* Half a table would answer "no such id" for the other half. */
    forget_rows(t);
    return status;
}

/* ---- parts ----------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Adds an id to the last part, or to a new one when its file is another. Rows come file by file. */
static bool keep_id(rs_positions *p, rs_id id, rs_str file)
{
    if (!p->n_parts || !rs_str_eq(p->parts[p->n_parts - 1].file, file)) {
        if (!RS_VEC_RESERVE(p->parts, p->cap_parts, p->n_parts + 1)) return false;
        p->parts[p->n_parts] = (part_ids){.file = rs_arena_str(&p->arena, file)};
        if (!p->parts[p->n_parts].file.ptr) return false;
        p->n_parts++;
    }
    part_ids *part = &p->parts[p->n_parts - 1];
    if (!RS_VEC_RESERVE(part->prefixes, part->cap, part->n + 1)) return false;
    part->prefixes[part->n++] = (uint32_t)(id.hi >> 32);
    return true;
}

/* Which ids each part holds: 4 bytes a sample. */
static rsift_status load_parts(rs_positions *p, rs_store *store, rsift_error *err)
{
    rs_result *r;
    RS_TRY(rs_store_query(
        store,
        RS_STR(
            "SELECT sample_id, filename FROM read_parquet(getvariable('rsift_parts') || "
            "'/sample.parquet', filename = true, union_by_name = true, hive_partitioning = false)"),
        NULL, 0, &r, err));
    rsift_status status;
    while ((status = rs_result_next(r, err)) == RSIFT_OK)
        if (!keep_id(p, rs_result_id(r, 0), rs_result_str(r, 1))) {
            status = rs_err_nomem(err, "the ids of the parts");
            break;
        }
    rs_result_close(r);
    if (status != RSIFT_END) {
        forget_parts(p);
        return status;
    }
    for (size_t i = 0; i < p->n_parts; i++)
        qsort(p->parts[i].prefixes, p->parts[i].n, sizeof(uint32_t), by_value);
    return RSIFT_OK;
}

/* "SELECT ... FROM the one part that has the id" in place of the view; false = all parts. */
static bool aim_at_part(const rs_positions *p, rs_store *store, rs_id id, rs_buf *sql)
{
    const uint32_t prefix = (uint32_t)(id.hi >> 32);
    const part_ids *found = NULL;
    for (size_t i = 0; i < p->n_parts; i++) {
        const part_ids *part = &p->parts[i];
        if (!bsearch(&prefix, part->prefixes, part->n, sizeof prefix, by_value)) continue;
        if (found) return false; /* two parts: let the database find out */
        found = part;
    }
    if (!found) return false;
    /* the zero-row file brings columns that an older part lacks */
    const rs_str view = RS_STR(" FROM sample"), all = rs_str_of(p->samples.select);
    rs_buf_str(sql, rs_str_sub(all, 0, all.len - view.len));
    rs_buf_cstr(sql, " FROM read_parquet([");
    rs_buf path = {0};
    rs_store_put_glob_escaped(&path, rs_store_dir(store).ptr);
    rs_buf_cstr(&path, "/parts/_schema/_schema/sample.parquet");
    rs_store_put_literal(sql, rs_buf_view(&path));
    rs_buf_cstr(sql, ", ");
    path.len = 0;
    rs_store_put_glob_escaped(&path, found->file.ptr);
    rs_store_put_literal(sql, rs_buf_view(&path));
    rs_buf_cstr(sql, "], union_by_name = true, hive_partitioning = false)");
    sql->failed = sql->failed || path.failed;
    rs_buf_fini(&path);
    return true;
}

/* Reads rows, or ids, into memory when the questions so far have cost as much as that. */
static rsift_status load_when_due(rs_positions *p, table *t, rs_store *store, rsift_error *err)
{
    if (t->loaded || t->seconds_asked <= 0) return RSIFT_OK;
    /* Counted once for each state of the workspace; forget_rows resets it. */
    if (t->n_rows < 0) {
        rs_result *r;
        const rs_str sql = t == &p->samples ? RS_STR("SELECT count(*) FROM sample")
                                            : RS_STR("SELECT count(*) FROM asset");
        RS_TRY(rs_store_query(store, sql, NULL, 0, &r, err));
        const rsift_status status = rs_result_next(r, err);
        if (status == RSIFT_OK) t->n_rows = rs_result_i64(r, 0);
        rs_result_close(r);
        RS_TRY(status);
    }
    /* The rule of positions.h: load when the questions so far cost as much as loading would. */
    const double n = (double)t->n_rows;
    if (t->n_rows <= p->memory / t->row_bytes)
        return t->seconds_asked >= n * SECONDS_PER_ROW ? load(p, t, store, err) : RSIFT_OK;
    if (t == &p->samples && !p->parts && t->seconds_asked >= n * SECONDS_PER_ID)
        return load_parts(p, store, err);
    return RSIFT_OK;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The first row of this id by SQL, open; RSIFT_E_ARG when there is none. */
static rsift_status ask(rs_positions *p, table *t, rs_store *store, rs_id id, rs_result **out,
                        rsift_error *err)
{
    char text[RS_ID_TEXT];
    rs_buf sql = {0};
    const rs_arg arg = {.type = RS_ARG_ID, .id = id};
    const bool sample = t == &p->samples;
    const double begin = now();
    /* The same columns in the same order as the rows in memory have. */
    rs_buf_cstr(&sql, "SELECT * FROM (");
    if (!sample || !aim_at_part(p, store, id, &sql)) rs_buf_cstr(&sql, t->select);
    rs_buf_printf(&sql, ") WHERE %s = $1 LIMIT 1", t->id);
    rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                     : rs_store_query(store, rs_buf_view(&sql), &arg, 1, out, err);
    rs_buf_fini(&sql);
    RS_TRY(status);
    status = rs_result_next(*out, err);
    /* A question that finds nothing has cost as much and counts. */
    t->seconds_asked += now() - begin;
    if (status == RSIFT_OK) return status;
    rs_result_close(*out);
    *out = NULL;
    if (status != RSIFT_END) return status;
    return rs_err_set(err, RSIFT_E_ARG,
                      sample ? "no sample %s in the workspace"
                             : "no picture %s was found when it was indexed",
                      rs_id_text(text, id));
}

/* ---- answers --------------------------------------------------------------------------------- */

static rs_str keep(rs_positions *p, rs_result *r, size_t column, bool *good)
{
    const rs_str text = rs_arena_str(&p->answer, rs_result_str(r, column));
    /* Absent and out of memory both give ptr NULL; only the second is an error. */
    *good = *good && (text.ptr || rs_result_null(r, column));
    return text;
}

rsift_status rs_positions_sample(rs_positions *p, rs_store *store, rs_id id,
                                 rs_sample_position *out, rsift_error *err)
{
    table *t = &p->samples;
    /* Drops stale rows; what else hangs on a change is the caller's business (rs_api_lookup). */
    (void)rs_positions_changed(p, store);
    RS_TRY(load_when_due(p, t, store, err));
    /* An id that is not in memory is asked of the database too, which words the error. */
    const size_t at = t->loaded ? rs_idmap_get(&t->ids, id) : RS_NPOS;
    if (at != RS_NPOS) {
        const sample_row *s = &t->samples[at];
        rs_str texts[MOST_TEXTS];
        split_texts(p, s->texts, texts);
        *out = (rs_sample_position){.ref = {.source = texts[1],
                                            .file = texts[2],
                                            .ordinal = s->ordinal,
                                            .sub = s->sub,
                                            .offset = s->offset,
                                            .length = s->length,
                                            .record_hash = s->record_hash,
                                            .sample_id = id},
                                    .release_id = texts[0],
                                    .dataset = texts[3],
                                    .role = texts[4]};
        return RSIFT_OK;
    }
    rs_result *r;
    bool good = true;
    /* The answer before this one ends here, as the header says. */
    rs_arena_reset(&p->answer);
    RS_TRY(ask(p, t, store, id, &r, err));
    *out = (rs_sample_position){.ref = {.source = keep(p, r, 2, &good),
                                        .file = keep(p, r, 3, &good),
                                        .ordinal = rs_result_i64(r, 6),
                                        .sub = (uint32_t)rs_result_i64(r, 7),
                                        .offset = integer_or(r, 8, -1),
                                        .length = integer_or(r, 9, -1),
                                        .record_hash = rs_result_id(r, 10),
                                        .sample_id = id},
                                .release_id = keep(p, r, 1, &good),
                                .dataset = keep(p, r, 4, &good),
                                .role = keep(p, r, 5, &good)};
    rs_result_close(r);
    return good ? RSIFT_OK : rs_err_nomem(err, "a sample's position");
}

rsift_status rs_positions_asset(rs_positions *p, rs_store *store, rs_id id, rs_asset_position *out,
                                rsift_error *err)
{
    table *t = &p->assets;
    /* As for samples: rows in memory first, the database for what they lack. */
    (void)rs_positions_changed(p, store);
    RS_TRY(load_when_due(p, t, store, err));
    const size_t at = t->loaded ? rs_idmap_get(&t->ids, id) : RS_NPOS;
    if (at != RS_NPOS) {
        const asset_row *a = &t->assets[at];
        rs_str texts[MOST_TEXTS];
        split_texts(p, a->texts, texts);
        *out = (rs_asset_position){.root = texts[0],
                                   .member = a->member,
                                   .format = texts[1],
                                   .width = a->width,
                                   .height = a->height,
                                   .orientation = a->orientation,
                                   .content_hash = a->content_hash};
        return RSIFT_OK;
    }
    rs_result *r;
    bool good = true;
    /* Texts are copied out of the result, which is closed below. */
    rs_arena_reset(&p->answer);
    RS_TRY(ask(p, t, store, id, &r, err));
    *out = (rs_asset_position){.root = keep(p, r, 1, &good),
                               .format = keep(p, r, 2, &good),
                               .member = keep(p, r, 3, &good),
                               .width = (uint32_t)integer_or(r, 4, 0),
                               .height = (uint32_t)integer_or(r, 5, 0),
                               .orientation = (uint8_t)integer_or(r, 6, 1),
                               .content_hash = rs_result_id(r, 7)};
    rs_result_close(r);
    return good ? RSIFT_OK : rs_err_nomem(err, "a picture's position");
}
