/* Fields that several answers share. */
#include "api/dataset.h"

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

/* ---- data of one's own ----------------------------------------------------------------------- */

/* What a search sees of a dataset of one's own. Tasks and labels: one a line. */
typedef struct own_facts {
    rs_str id, licence, tasks, labels;
    int64_t n_samples, n_pictures;
} own_facts;

static bool contains(rs_str text, rs_str word)
{
    for (size_t i = 0; i + word.len <= text.len; i++)
        if (rs_str_eq_nocase(rs_str_sub(text, i, i + word.len), word)) return true;
    return false;
}

/* Does every word occur? `exact`: the one word is the id. */
static bool has_words(const own_facts *own, rs_texts words, bool exact)
{
    bool all = true;
    for (size_t i = 0; i < words.n; i++) {
        rs_str rest = words.items[i], word;
        if (exact) return rs_str_eq(own->id, rest);
        while (rs_str_split(&rest, ' ', &word))
            all = all && (contains(own->id, word) || contains(own->tasks, word) ||
                          contains(own->labels, word) || rs_str_eq_nocase(own->licence, word));
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
                found = word.len && contains(label, word);
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
