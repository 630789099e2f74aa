/* remove: takes a dataset's parts out of the workspace. The release on disk is not touched, and
 * decisions stay as they were made: the mixtures that rest on it are named. */
#include "api/call.h"

#include "codec/json_writer.h"

/* The releases that the call names, with what they hold. */
typedef struct release_list {
    rs_arena arena;
    rs_str *ids;
    size_t n, cap;
} release_list;

static const char releases_sql[] =
    "SELECT r.release_id, r.dataset, r.root, (SELECT count(*) FROM sample s WHERE s.release_id = "
    "r.release_id) AS samples, (SELECT count(*) FROM asset a WHERE a.release_id = r.release_id AND "
    "a.state = 'found') AS pictures FROM (SELECT DISTINCT release_id, dataset, root FROM release "
    "WHERE dataset = $1 OR release_id = $1) r ORDER BY r.release_id";
static const char mixtures_sql[] =
    "SELECT m.name, m.mixture_id, count(*) AS samples FROM ledger l JOIN sample s ON s.sample_id = "
    "l.sample_id JOIN mixture m ON m.mixture_id = l.mixture_id WHERE l.kept AND (s.dataset = $1 OR "
    "s.release_id = $1) GROUP BY m.name, m.mixture_id, m.made_at ORDER BY m.made_at, m.mixture_id";

/* Writes the rows of a question as an array; the first column of each goes to `ids` when given. */
static rsift_status put_rows(rs_store *store, const char *sql, rs_str id, rs_json_writer *w,
                             release_list *ids, rsift_error *err)
{
    rs_arg arg = {.type = RS_ARG_STR, .str = id};
    rs_result *result;
    RS_TRY(rs_store_query(store, rs_str_of(sql), &arg, 1, &result, err));
    rsift_status status;
    rs_json_begin_array(w);
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_json_begin_object(w);
        for (size_t c = 0; c < rs_result_n_columns(result); c++) {
            rs_json_write_key_str(w, rs_result_name(result, c));
            rs_result_json(result, c, rs_json_value_buf(w));
        }
        rs_json_end_object(w);
        if (!ids) continue;
        if (!rs_arena_grow(&ids->arena, (void **)&ids->ids, &ids->cap, ids->n + 1,
                           sizeof *ids->ids) ||
            !(ids->ids[ids->n] = rs_arena_str(&ids->arena, rs_result_str(result, 0))).ptr) {
            status = rs_err_nomem(err, "the releases");
            break;
        }
        ids->n++;
    }
    rs_json_end_array(w);
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Everything is asked before anything goes. */
static rsift_status ask(rs_call *call, rs_str id, rs_buf *json, release_list *releases,
                        rsift_error *err)
{
    rs_store *store;
    RS_TRY(rs_session_store(call->session, RS_STORE_READ, false, &store, err));
    rs_json_writer w = rs_json_writer_to(json);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.remove/1");
    rs_json_field_str(&w, "dataset", id);
    rs_json_write_key(&w, "releases");
    rsift_status status = put_rows(store, releases_sql, id, &w, releases, err);
    rs_json_write_key(&w, "mixtures");
    if (status == RSIFT_OK) status = put_rows(store, mixtures_sql, id, &w, NULL, err);
    rs_json_end_object(&w);
    rs_store_close(store);
    char quoted[RS_QUOTE_SIZE];
    if (status == RSIFT_OK && releases->n == 0)
        status =
            rs_err_set(err, RSIFT_E_ARG, "\"%s\" is not indexed here; `rsift audit` lists what is",
                       rs_err_quote(quoted, id));
    return status == RSIFT_OK ? rs_json_finish(&w, "the answer", err) : status;
}

/* Parts that do not prove tell nothing: the releases are those that have folders. */
static rsift_status name_unproved(rs_call *call, rs_str id, rs_buf *json, release_list *releases,
                                  rsift_error *err)
{
    RS_TRY(rs_release_find(call->session->workspace, id, &releases->arena, &releases->ids,
                           &releases->n, err));
    char quoted[RS_QUOTE_SIZE];
    if (releases->n == 0)
        return rs_err_set(err, RSIFT_E_ARG, "\"%s\" is not indexed here", rs_err_quote(quoted, id));
    rs_json_writer w = rs_json_writer_to(json);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.remove/1");
    rs_json_field_str(&w, "dataset", id);
    rs_json_field_array(&w, "releases");
    for (size_t i = 0; i < releases->n; i++) {
        rs_json_begin_object(&w);
        rs_json_field_str(&w, "release_id", releases->ids[i]);
        rs_json_field_null(&w, "samples");
        rs_json_end_object(&w);
    }
    rs_json_end_array(&w);
    rs_json_field_array(&w, "mixtures");
    rs_json_end_array(&w);
    rs_json_end_object(&w);
    return rs_json_finish(&w, "the answer", err);
}

/* Removes release by release: each goes whole, and a second call removes what a killed one left. */
static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rs_buf json = {0};
    release_list releases = {0};
    rs_store *store = NULL;
    const rs_str id = rs_call_str(call, "dataset");
    rsift_status status = ask(call, id, &json, &releases, err);
    if (status == RSIFT_E_FORMAT) {
        json.len = 0;
        status = name_unproved(call, id, &json, &releases, err);
    }
    if (status == RSIFT_OK)
        status = rs_session_store(call->session, RS_STORE_PARTS, false, &store, err);
    for (size_t i = 0; status == RSIFT_OK && i < releases.n; i++)
        status = rs_release_remove(store, releases.ids[i], err);
    rs_store_close(store);
    if (status == RSIFT_OK) status = rs_session_answer(&json, out, err);
    rs_buf_fini(&json);
    rs_arena_fini(&releases.arena);
    return status;
}

static const rs_verb_param params[] = {
    {.name = "dataset",
     .kind = RS_PARAM_TEXT,
     .argument = "ID",
     .help = "an indexed dataset, or one release of it (ID@RELEASE)",
     .required = true},
};
static const char *const examples[] = {"rsift remove mine", "rsift remove dota@v1.0-2", NULL};

const rs_verb rs_verb_remove = {
    .name = "remove",
    .summary = "takes a dataset out of the workspace, not off the disk",
    .usage = "remove ID",
    .about = "Removes what index and link wrote about the dataset. The release on disk is not "
             "touched. Mixtures that kept samples of it are named: they cannot be emitted until it "
             "is indexed again, which gives the same sample ids, or mix is run again. A second "
             "call completes one that was stopped. Of parts that do not prove, names are all that "
             "is told.",
    .examples = examples,
    .answer = "`dataset releases[]{release_id dataset root samples pictures} mixtures[]{name "
              "mixture_id samples}`",
    .use = RS_WRITES,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
