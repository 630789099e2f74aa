/* Fields that several answers share. */
#include "api/dataset.h"

#include "catalog/upstream.h"
#include "catalog/words.h"

void rs_api_field_text(rs_json_writer *w, const char *key, rs_str value)
{
    if (value.ptr) rs_json_field_str(w, key, value);
}

void rs_api_field_count(rs_json_writer *w, const char *key, int64_t v)
{
    if (v >= 0) rs_json_field_i64(w, key, v);
}

void rs_api_field_texts(rs_json_writer *w, const char *key, rs_texts texts)
{
    rs_json_field_array(w, key);
    for (size_t i = 0; i < texts.n; i++) rs_json_write_str(w, texts.items[i]);
    rs_json_end_array(w);
}

void rs_api_dataset_fields(rs_json_writer *w, const rs_catalog_dataset *d)
{
    rs_api_field_text(w, "id", d->id);
    rs_api_field_text(w, "name", d->name);
    rs_api_field_text(w, "section", d->section);
    rs_api_field_count(w, "year", d->year);
    rs_api_field_text(w, "venue", d->venue);
    rs_json_field_cstr(w, "released", rs_catalog_released_name(d->released));
    /* One class for the dataset: the stricter one of its annotations and its imagery. */
    rs_json_field_cstr(w, "licence",
                       rs_catalog_licence_class_name(rs_catalog_licence_of(&d->licence)));
    rs_json_field_array(w, "tasks");
    for (size_t i = 0; i < d->tasks.n; i++)
        rs_json_write_cstr(w, rs_model_task_name(d->tasks.items[i]));
    rs_json_end_array(w);
    rs_api_field_count(w, "images", d->sizes.images);
    rs_api_field_count(w, "samples", d->sizes.samples);
    rs_api_field_count(w, "bytes", d->sizes.bytes);
    /* A record without releases tells what the dataset is; index cannot read it. */
    rs_json_field_bool(w, "readable", rs_catalog_is_read(d));
    if (d->reads.how != RS_READS_UNSTATED)
        rs_json_field_cstr(w, "reads", rs_catalog_reads_name(d->reads.how));
    rs_api_field_text(w, "not_read", d->reads.why);
    if (d->layout_from != RS_LAYOUT_UNSTATED)
        rs_json_field_cstr(w, "layout_from", rs_catalog_layout_from_name(d->layout_from));
}

rsift_status rs_api_put_found(rs_call *call, rs_str words, rs_json_writer *w, rsift_error *err)
{
    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(call->session, &catalog, err));
    /* At most every dataset is a hit; one more, because an empty catalogue must not ask for 0. */
    rs_catalog_hit *hits = rs_arena_calloc(&call->arena, rs_catalog_n(catalog) + 1, sizeof *hits);
    if (!hits) return rs_err_nomem(err, "the search");
    const size_t n = rs_catalog_search(catalog, words, hits);
    rs_json_field_array(w, "datasets");
    for (size_t i = 0; i < n; i++) {
        rs_json_blank(w, "\n");
        rs_json_begin_object(w);
        rs_api_dataset_fields(w, hits[i].dataset);
        rs_api_field_count(w, "score", hits[i].score);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
    return RSIFT_OK;
}

/* A field that is left out when the text is empty. */
static void put_known(rs_json_writer *w, const char *key, rs_str text)
{
    if (text.len) rs_json_field_str(w, key, text);
}

rsift_status rs_api_put_upstream(rs_call *call, rs_str words, rs_json_writer *w, rsift_error *err)
{
    const rs_catalog *catalog;
    const rs_upstream *rows;
    size_t n;
    RS_TRY(rs_session_catalog(call->session, &catalog, err));
    RS_TRY(rs_upstream_load(&call->arena, catalog, &rows, &n, err));
    rs_json_field_array(w, "upstream");
    for (size_t i = 0; i < n; i++) {
        const rs_upstream *r = &rows[i];
        if (words.len && !rs_upstream_has(r, words)) continue;
        rs_json_blank(w, "\n");
        rs_json_begin_object(w);
        rs_json_field_str(w, "name", r->name);
        rs_json_field_str(w, "section", r->section);
        rs_json_field_i64(w, "year", r->year);
        put_known(w, "venue", r->venue);
        put_known(w, "paper", r->paper);
        put_known(w, "link", r->link);
        put_known(w, "layout_from", rs_str_of(rs_catalog_layout_from_name(r->layout_from)));
        put_known(w, "download", r->download);
        put_known(w, "note", r->note);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
    return RSIFT_OK;
}

/* ---- data of one's own ----------------------------------------------------------------------- */

/* What a search sees of a dataset of one's own. Tasks and labels: one a line. */
typedef struct own_facts {
    rs_str id, licence, tasks, labels;
    int64_t n_samples, n_pictures;
} own_facts;

/* Does every word occur? `exact`: the one word is the id. */
static bool has_words(const own_facts *own, rs_texts words, bool exact)
{
    bool all = true;
    for (size_t i = 0; i < words.n; i++) {
        rs_str rest = words.items[i], word;
        if (exact) return rs_str_eq(own->id, rest);
        while (rs_str_split(&rest, ' ', &word))
            all = all &&
                  (rs_catalog_has_word(own->id, word) || rs_catalog_has_word(own->tasks, word) ||
                   rs_catalog_has_word(own->labels, word) || rs_str_eq_nocase(own->licence, word));
    }
    return all;
}

/* The labels that hold one of the words, some of them. */
static void put_labels(rs_json_writer *w, rs_str labels, rs_texts words)
{
    enum { MOST_LABELS = 8 };
    rs_str label;
    size_t n = 0;
    rs_json_field_array(w, "labels");
    while (n < MOST_LABELS && rs_str_split(&labels, '\n', &label)) {
        bool found = false;
        for (size_t i = 0; i < words.n && !found; i++) {
            rs_str rest = words.items[i], word;
            while (!found && rs_str_split(&rest, ' ', &word))
                found = word.len && rs_catalog_has_word(label, word);
        }
        if (!found) continue;
        rs_json_write_str(w, label);
        n++;
    }
    rs_json_end_array(w);
}

static void put_own_row(rs_json_writer *w, const own_facts *own, rs_texts words)
{
    rs_json_begin_object(w);
    rs_json_field_str(w, "id", own->id);
    rs_json_field_i64(w, "samples", own->n_samples);
    rs_json_field_i64(w, "pictures", own->n_pictures);
    rs_json_field_str(w, "licence", own->licence);
    rs_json_field_array(w, "tasks");
    for (rs_str rest = own->tasks, task; rs_str_split(&rest, '\n', &task);)
        if (task.len) rs_json_write_str(w, task);
    rs_json_end_array(w);
    put_labels(w, own->labels, words);
    rs_json_end_object(w);
}

static const char own_sql[] =
    "SELECT r.dataset, r.licence, coalesce(s.n, 0), coalesce(a.n, 0), coalesce(s.tasks, ''), "
    "coalesce(l.labels, '') "
    "FROM (SELECT dataset, min(licence_class) AS licence FROM release GROUP BY dataset) r "
    "LEFT JOIN (SELECT dataset, count(*) AS n, "
    "string_agg(DISTINCT task, chr(10) ORDER BY task) AS tasks FROM sample GROUP BY dataset) s "
    "USING (dataset) "
    "LEFT JOIN (SELECT o.dataset, count(DISTINCT x.asset_id) AS n FROM asset x "
    "JOIN release o USING (release_id) GROUP BY o.dataset) a USING (dataset) "
    "LEFT JOIN (SELECT dataset, string_agg(DISTINCT label, chr(10) ORDER BY label) AS labels "
    "FROM (SELECT dataset, unnest(labels) AS label FROM sample WHERE release_id LIKE '%@own%' "
    "UNION SELECT dataset, label FROM region JOIN sample USING (sample_id) "
    "WHERE release_id LIKE '%@own%') GROUP BY dataset) l "
    "USING (dataset) ORDER BY r.dataset";

rsift_status rs_api_put_own(rs_call *call, rs_texts words, bool exact, rs_json_writer *w, size_t *n,
                            rsift_error *err)
{
    rs_store *store = NULL;
    const rs_catalog *catalog;
    *n = 0;
    RS_TRY(rs_session_catalog(call->session, &catalog, err));
    rs_json_field_array(w, "own");
    rsift_status status = RSIFT_OK;
    if (call->session->workspace.ptr &&
        rs_session_store(call->session, RS_STORE_READ, false, &store, NULL) == RSIFT_OK) {
        rs_result *row = NULL;
        status = rs_store_query(store, rs_str_of(own_sql), NULL, 0, &row, err);
        while (status == RSIFT_OK && (status = rs_result_next(row, err)) == RSIFT_OK) {
            const own_facts own = {.id = rs_result_str(row, 0),
                                   .licence = rs_result_str(row, 1),
                                   .n_samples = rs_result_i64(row, 2),
                                   .n_pictures = rs_result_i64(row, 3),
                                   .tasks = rs_result_str(row, 4),
                                   .labels = rs_result_str(row, 5)};
            if (rs_catalog_find(catalog, own.id) || !has_words(&own, words, exact)) continue;
            put_own_row(w, &own, words);
            ++*n;
        }
        rs_result_close(row);
        rs_store_close(store);
    }
    rs_json_end_array(w);
    return status == RSIFT_END ? RSIFT_OK : status;
}
