/* Rows of tables as JSON objects: see feed_table.h. A JSON object is not what stands in the file:
 * such records have no offset and are replayed. */
#include "readers/feed_table.h"

#include "base/buf.h"
#include "base/map.h"
#include "codec/json_writer.h"
#include "image/name.h"

#include <inttypes.h>

enum { MOST_COLUMNS = 1 << 16 };

void rs_table_feed_open(rs_table_feed *feed, const rs_source *source, const char *use, int pass)
{
    *feed = (rs_table_feed){.source = source, .pass = pass};
    feed->files = rs_source_files_of(source, use);
    feed->named = rs_source_param_list(source, "columns");
    if (feed->files) feed->use = (uint32_t)(feed->files - source->files);
}

static void close_file(rs_table_feed *feed)
{
    rs_csv_fini(&feed->csv);
    rs_io_close(feed->stream);
    feed->stream = NULL;
    rs_arena_reset(&feed->header);
}

void rs_table_feed_close(rs_table_feed *feed)
{
    close_file(feed);
    rs_arena_fini(&feed->header);
    rs_arena_fini(&feed->row);
}

static rs_str chain_of(const rs_table_feed *feed)
{
    return rs_io_member_at(feed->source->tree, feed->files->members[feed->file])->chain;
}

/* The separator of a header: the one that stands in it most often, a comma when none does. */
static char separator_of(rs_str header)
{
    static const char separators[] = {',', '\t', ';'};
    size_t n[3] = {0}, best = 0;
    for (size_t i = 0; i < header.len; i++)
        for (size_t s = 0; s < 3; s++) n[s] += header.ptr[i] == separators[s];
    for (size_t s = 1; s < 3; s++)
        if (n[s] > n[best]) best = s;
    return separators[best];
}

/* The header's names, each once; *twice: a column with a name that another one has, n_columns =
 * none. false = no memory. */
static bool number_columns(const rs_table_feed *feed, rs_strmap *names, size_t *twice)
{
    *twice = feed->n_columns;
    for (size_t i = 0; i < feed->n_columns && *twice == feed->n_columns; i++) {
        bool made = true;
        if (feed->columns[i].len && rs_strmap_put(names, feed->columns[i], &made) == RS_NPOS)
            return false;
        if (!made) *twice = i;
    }
    return true;
}

/* Is there a column of this name, or of one of "caption|cap"? */
static bool has_column(const rs_strmap *names, rs_str wanted)
{
    rs_str name;
    while (rs_str_split(&wanted, '|', &name))
        if (rs_strmap_get(names, name) != RS_NPOS) return true;
    return false;
}

/* Says which wanted column is missing, nothing when all are there. */
static void say_column_missing(const rs_table_feed *feed, const rs_strmap *names, rs_buf *why)
{
    char quoted[RS_QUOTE_SIZE];
    size_t i = 0;
    while (i < feed->n_wanted && has_column(names, feed->wanted[i])) i++;
    if (i == feed->n_wanted) return;
    rs_buf_printf(why, "the table has no column \"%s\"; its columns are",
                  rs_err_quote(quoted, feed->wanted[i]));
    for (size_t c = 0; c < feed->n_columns && c < 12 && why->len < 200; c++)
        rs_buf_printf(why, "%s %s", c ? "," : "",
                      rs_err_quote(quoted, rs_str_sub(feed->columns[c], 0, 32)));
}

/* Says why the header does not serve, nothing when it does. */
static void say_header_lacks(const rs_table_feed *feed, rs_buf *why)
{
    char quoted[RS_QUOTE_SIZE];
    rs_strmap names = {0};
    size_t twice;
    if (!number_columns(feed, &names, &twice)) {
        why->failed = true;
    } else if (twice < feed->n_columns) {
        rs_buf_printf(why, "two columns are named \"%s\"",
                      rs_err_quote(quoted, feed->columns[twice]));
    } else {
        say_column_missing(feed, &names, why);
    }
    rs_strmap_fini(&names);
}

/* The cells of a row; more than MOST_COLUMNS would cost memory that no table is worth. */
static rsift_status cut_cells(const rs_table_feed *feed, rs_str row, rs_arena *arena, rs_str **out,
                              size_t *n, rsift_error *err)
{
    size_t most = 1;
    for (size_t i = 0; i < row.len; i++) most += row.ptr[i] == feed->csv.separator;
    if (most > MOST_COLUMNS)
        return rs_err_set(err, RSIFT_E_LIMIT, "expected at most %d cells, found up to %zu",
                          MOST_COLUMNS, most);
    return rs_csv_cut(row, feed->csv.separator, arena, out, n, err);
}

/* Of a table whose columns the parameter names: is its first row a header? Where pictures are named
 * it holds none; else its cells are the columns' names. */
static bool is_header(const rs_table_feed *feed, const rs_str *cells, size_t n)
{
    const rs_param_value *named = feed->named;
    bool same = n == named->n;
    for (size_t i = 0; i < n && i < named->n; i++) {
        if (rs_str_eq(named->values[i], feed->image)) return !rs_image_is_name(cells[i]);
        same = same && rs_str_eq_nocase(rs_str_trim(cells[i]), named->values[i]);
    }
    return same;
}

/* The columns of the current file, from its first row or from the parameter. */
static rsift_status read_columns(rs_table_feed *feed, rs_str row, rsift_error *err)
{
    RS_TRY(cut_cells(feed, row, &feed->header, &feed->columns, &feed->n_columns, err));
    const rs_param_value *named = feed->named;
    if (named && !is_header(feed, feed->columns, feed->n_columns)) feed->first = row;
    if (named) {
        feed->columns = (rs_str *)named->values;
        feed->n_columns = named->n;
        return RSIFT_OK;
    }
    /* the fields may lie in the row, whose window moves on */
    for (size_t i = 0; i < feed->n_columns; i++) {
        feed->columns[i] = rs_arena_str(&feed->header, rs_str_trim(feed->columns[i]));
        if (!feed->columns[i].ptr) return rs_err_nomem(err, "the columns");
    }
    return RSIFT_OK;
}

/* Opens the current file and reads its header. *serves false: it has other columns, as a finding
 * tells. */
static rsift_status open_file(rs_table_feed *feed, rs_chunk *chunk, bool *serves, rsift_error *why,
                              rsift_error *err)
{
    size_t member = feed->files->members[feed->file];
    RS_TRY(rs_io_open(feed->source->tree, member, &feed->stream, why));
    feed->csv = (rs_csv){.source = rs_io_source(feed->stream)};
    if (feed->source->limits) feed->csv.max_row = feed->source->limits->max_record;
    rs_str row;
    int64_t offset;
    RS_TRY(rs_csv_row(&feed->csv, &row, &offset, why));
    feed->csv.separator = separator_of(row);
    feed->first = (rs_str){0};
    RS_TRY(read_columns(feed, row, why));
    rs_buf text = {0};
    say_header_lacks(feed, &text);
    *serves = text.len == 0;
    rsift_status status = text.failed ? rs_err_nomem(err, "the columns") : RSIFT_OK;
    if (status == RSIFT_OK && !*serves)
        status = rs_chunk_find(chunk, RS_F_NOTHING_READ, -1, chain_of(feed), err, "%.*s",
                               RS_STR_ARG(rs_buf_view(&text)));
    rs_buf_fini(&text);
    return status;
}

/* A row as the JSON object of its cells; an empty cell is no value. */
static rsift_status add_row(rs_table_feed *feed, rs_str row, rs_chunk *chunk, rsift_error *err)
{
    rs_str *cells;
    size_t n;
    rsift_error why = {0};
    rs_arena_reset(&feed->row); /* rows that are set aside must not add up */
    rsift_status status = cut_cells(feed, row, &feed->row, &cells, &n, &why);
    if (status == RSIFT_OK && n != feed->n_columns)
        status = rs_err_set(&why, RSIFT_E_FORMAT, "expected %zu cells as %s, found %zu",
                            feed->n_columns, feed->named ? "named" : "in the header", n);
    if (status != RSIFT_OK) {
        rs_err_within(&why, status, "line %" PRId64, feed->csv.line);
        rs_err_within(&why, status, "%.*s", RS_STR_ARG(chain_of(feed)));
        return rs_chunk_broken(chunk, feed->pass, feed->ordinal++, status, &why, err);
    }
    rs_buf json = {0};
    rs_buf_char(&json, '{');
    for (size_t i = 0; i < n; i++) {
        if (cells[i].len == 0 || feed->columns[i].len == 0) continue;
        if (json.len > 1) rs_buf_char(&json, ',');
        rs_json_put_str(&json, feed->columns[i]);
        rs_buf_char(&json, ':');
        rs_json_put_str(&json, cells[i]);
    }
    rs_buf_char(&json, '}');
    rs_raw *raw = json.failed ? NULL : rs_chunk_add(chunk);
    if (raw) {
        raw->ordinal = feed->ordinal++;
        raw->use = feed->use;
        raw->file = (uint32_t)feed->file;
        raw->content = rs_arena_str(&chunk->arena, rs_buf_view(&json));
        chunk->n_bytes += raw->content.len;
    }
    bool good = raw && raw->content.ptr;
    rs_buf_fini(&json);
    return good ? RSIFT_OK : rs_err_nomem(err, "a row");
}

rsift_status rs_table_feed_cut(rs_table_feed *feed, rs_chunk *chunk, rsift_error *err)
{
    while (feed->files && feed->file < feed->files->n && chunk->n < RS_CHUNK_RECORDS &&
           chunk->n_bytes < RS_CHUNK_BYTES) {
        rsift_error why = {0};
        rs_str row;
        int64_t offset;
        bool serves = true;
        rsift_status status = feed->stream ? RSIFT_OK : open_file(feed, chunk, &serves, &why, err);
        if (status == RSIFT_OK && serves && feed->first.ptr) row = feed->first;
        else if (status == RSIFT_OK && serves) status = rs_csv_row(&feed->csv, &row, &offset, &why);
        feed->first = (rs_str){0};
        if (status == RSIFT_OK && serves) {
            RS_TRY(add_row(feed, row, chunk, err));
            continue;
        }
        /* a damaged table ends here, not the source */
        if (status != RSIFT_OK && status != RSIFT_END) {
            rs_err_within(&why, status, "%.*s", RS_STR_ARG(chain_of(feed)));
            RS_TRY(rs_chunk_broken(chunk, feed->pass, feed->ordinal++, status, &why, err));
        }
        close_file(feed);
        feed->file++;
    }
    return chunk->n ? RSIFT_OK : RSIFT_END;
}
