/* The truth from the workspace, in one query: a record for each sample of the dataset.
 *
 * Only text and boxes come from here; masks, rankings and label maps are read from files. The
 * rows' order is that of the index, so that two runs number samples alike. Ids, references and
 * boxes are hashed in the place of the truth file's bytes. */
#include "score/indexed.h"

#include "decide/split.h"
#include "model/sample.h"
#include "session/indexed.h"
#include "store/store.h"

/* One row a sample. Boxes are those asked for (not marks of the question; of the first expression
 * where a sample has several), as released, whole numbers without a fraction; several conventions =
 * no boxes. They count on the size that the annotation states, else on the file's. */
static const char truth_sql[] =
    "WITH chosen AS (SELECT * FROM sample s WHERE s.dataset = $1 AND ($2 = '' OR EXISTS "
    "(SELECT 1 FROM split p WHERE p.sample_id = s.sample_id AND p.name = $2 AND p.scheme = $4)) "
    "AND ($5 = '' OR s.role = $5)), "
    "answers AS (SELECT sample_id, list(text ORDER BY i) AS texts FROM turn WHERE role IN "
    "('assistant', 'reference') "
    "GROUP BY sample_id), "
    "questions AS (SELECT sample_id, first(text ORDER BY i) AS text FROM turn WHERE role IN "
    "('user', 'phrase') "
    "GROUP BY sample_id), "
    "phrases AS (SELECT sample_id, count(*) AS n, min(i) AS first FROM turn WHERE role = 'phrase' "
    "GROUP BY sample_id), "
    /* DuckDB looks for the fields of an aggregate in the tables of the same SELECT: two steps */
    "first_pictures AS (SELECT sample_id, arg_min({'id': asset_id, 'w': stated_width, 'h': "
    "stated_height}, i) AS p FROM sample_asset WHERE asset_role <> 'mask' GROUP BY sample_id), "
    "pictures AS (SELECT sample_id, struct_extract(p, 'id') AS asset_id, struct_extract(p, 'w') "
    "AS w, struct_extract(p, 'h') AS h FROM first_pictures), "
    "regions AS (SELECT r.sample_id, min(r.convention) AS convention, '[' || string_agg('[' || "
    "array_to_string("
    "list_transform(r.coords, x -> regexp_replace(x::VARCHAR, '\\.0$', '')), ', ') || ']', ', ' "
    "ORDER BY r.i) || ']' AS boxes "
    "FROM region r JOIN chosen USING (sample_id) LEFT JOIN phrases p USING (sample_id) "
    "WHERE (r.flags & $3) = 0 AND r.convention IS NOT NULL AND len(r.coords) > 0 "
    "AND (coalesce(p.n, 0) < 2 OR r.turn < 0 OR r.turn = p.first) "
    "GROUP BY r.sample_id HAVING count(DISTINCT r.convention) = 1) "
    "SELECT c.sample_id, c.original_id, coalesce(c.release_type, ''), coalesce(q.text, ''), "
    "coalesce(a.texts, c.labels), coalesce(p.asset_id::VARCHAR, ''), c.task, g.boxes, "
    "g.convention, "
    "coalesce(p.w, x.width, 0), coalesce(p.h, x.height, 0), c.truth, c.complete "
    "FROM chosen c LEFT JOIN "
    "questions q "
    "USING "
    "(sample_id) "
    "LEFT JOIN answers a USING (sample_id) LEFT JOIN pictures p USING (sample_id) LEFT JOIN "
    "regions g USING (sample_id) "
    "LEFT JOIN asset x ON x.asset_id = p.asset_id ORDER BY c.release_id, c.source, c.ordinal, "
    "c.sub, c.sample_id";

/* Columns of truth_sql, in its order. */
enum column {
    SAMPLE_ID,
    ORIGINAL_ID,
    TYPE,
    QUESTION,
    ANSWERS,
    IMAGE,
    TASK,
    BOXES,
    CONVENTION,
    WIDTH,
    HEIGHT,
    TRUTH,   /* false: the release keeps the answer */
    COMPLETE /* false: its list of objects was not read whole */
};

static rs_str text_of(rs_arena *arena, rs_result *row, enum column column)
{
    const rs_str s = rs_result_str(row, column);
    return rs_arena_str(arena, s.ptr ? s : RS_STR(""));
}

/* Appends the row to the truth; its id, reference and boxes join the hash. false = out of
 * memory. */
static bool add_record(rs_score_job *job, rs_result *row, rs_hasher *hasher)
{
    rs_arena *arena = &job->arena;
    rs_score_file *f = &job->truth;
    if (!rs_arena_grow(arena, (void **)&f->records, &f->cap, f->n + 1, sizeof *f->records))
        return false;
    rs_score_record *r = &f->records[f->n];
    char id[RS_ID_TEXT];
    const rs_str *texts;
    *r = (rs_score_record){.line = (int64_t)f->n + 1, .index = f->n};
    rs_score_details *d = rs_score_make_details(arena, r);
    if (!d) return false;
    r->id = rs_arena_str(arena, rs_str_of(rs_id_text(id, rs_result_id(row, SAMPLE_ID))));
    if (!rs_result_null(row, ORIGINAL_ID)) r->original_id = text_of(arena, row, ORIGINAL_ID);
    r->type = text_of(arena, row, TYPE);
    r->question = text_of(arena, row, QUESTION);
    r->image = text_of(arena, row, IMAGE);
    r->task = text_of(arena, row, TASK);
    r->incomplete = !rs_result_null(row, COMPLETE) && rs_result_i64(row, COMPLETE) == 0;
    r->withheld = !rs_result_null(row, TRUTH) && rs_result_i64(row, TRUTH) == 0;
    /* Several answers are several references only where the family merges them. */
    const size_t n = rs_result_null(row, ANSWERS) ? 0 : rs_result_strs(row, ANSWERS, &texts);
    rs_str *references = rs_arena_calloc(arena, n + 1, sizeof *references);
    if (!references) return false;
    for (size_t k = 0; k < n; k++)
        references[k] = rs_arena_str(arena, texts[k].ptr ? texts[k] : RS_STR(""));
    r->references = references;
    if (n) r->reference = references[0];
    r->n_references = job->family->merges_references ? n : 0;
    if (!rs_result_null(row, BOXES)) {
        d->boxes = text_of(arena, row, BOXES);
        d->convention = text_of(arena, row, CONVENTION);
    }
    d->width = rs_result_double(row, WIDTH);
    d->height = rs_result_double(row, HEIGHT);
    rs_hash_field(hasher, r->id);
    rs_hash_field(hasher, r->reference.ptr ? r->reference : RS_STR(""));
    rs_hash_field(hasher, d->boxes.ptr ? d->boxes : RS_STR(""));
    f->n++;
    return r->id.ptr && r->type.ptr && r->question.ptr && r->image.ptr && r->task.ptr;
}

rsift_status rs_score_read_indexed(rs_score_job *job, rsift_error *err)
{
    const rs_score_options *o = job->options;
    rs_store *store;
    RS_TRY(rs_session_store(job->session, RS_STORE_READ, false, &store, err));
    rs_result *rows = NULL;
    rs_hasher hasher;
    rs_hash_start(&hasher);
    /* An unknown dataset or split is an error, not an empty truth. */
    rs_eval_part part;
    rsift_status status = rs_session_check_indexed(store, o->dataset, err);
    if (status == RSIFT_OK)
        status =
            rs_decide_find_eval_part(store, rs_str_of(o->dataset),
                                     rs_str_of(o->split ? o->split : ""), &job->arena, &part, err);
    if (status == RSIFT_OK) {
        const rs_arg args[5] = {{.type = RS_ARG_STR, .str = rs_str_of(o->dataset)},
                                {.type = RS_ARG_STR, .str = part.split.name},
                                {.type = RS_ARG_I64, .i64 = RS_REGION_MARK | RS_REGION_OUTLINE},
                                {.type = RS_ARG_STR, .str = part.split.scheme},
                                {.type = RS_ARG_STR, .str = part.role}};
        status = rs_store_query(store, rs_str_of(truth_sql), args, 5, &rows, err);
    }
    while (status == RSIFT_OK && (status = rs_result_next(rows, err)) == RSIFT_OK)
        if (!add_record(job, rows, &hasher)) status = rs_err_nomem(err, "the truth");
    if (rows) rs_result_close(rows);
    rs_store_close(store);
    if (status != RSIFT_END) return status;
    job->truth_hash = rs_hash_end(&hasher);
    if (job->truth.n) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG, "\"%.64s\" has no sample for this profile", o->dataset);
}
