/* Split files of `rsift resplit` as splits; see resplit.h. */
#include "decide/resplit.h"

#include "decide/ask.h"
#include "store/quote.h"

/* read_csv of one file, which is meant literally. */
static rsift_status add_file(rs_store *store, rs_str file, rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "INSERT INTO split_of_file SELECT sample_id, '" RS_RESPLIT_SCHEME
                      "', split FROM read_csv(");
    rs_store_put_path(&sql, file);
    rs_buf_cstr(&sql, ", header = true, auto_detect = false, delim = ',', quote = '\"', escape = "
                      "'\"', columns = {'sample_id': 'UUID', 'split': 'VARCHAR', 'was': 'VARCHAR', "
                      "'cluster': 'UUID', 'original_id': 'VARCHAR', 'picture': 'VARCHAR'}) WHERE "
                      "split <> ''");
    rsift_status status = sql.failed ? rs_err_nomem(err, "a split file")
                                     : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return rs_err_within(err, status, "%.*s", RS_STR_ARG(file));
}

/* A file of another workspace, or of samples that were indexed anew, names nothing that is here. */
static rsift_status check_file(rs_store *store, rs_str file, int64_t before, int64_t *after,
                               rsift_error *err)
{
    RS_TRY(rs_decide_number(
        store, "SELECT count(*) FROM split_of_file JOIN sample USING (sample_id)", after, err));
    if (*after > before) return RSIFT_OK;
    rs_err_set(err, RSIFT_E_ARG, "no sample of this split file is here: `rsift resplit` makes it");
    return rs_err_within(err, RSIFT_E_ARG, "%.*s", RS_STR_ARG(file));
}

rsift_status rs_resplit_use_files(rs_store *store, rs_texts files, rsift_error *err)
{
    static const char begin[] =
        "CREATE OR REPLACE TEMP TABLE split_of_file(sample_id UUID, scheme VARCHAR, name VARCHAR)";
    static const char end[] =
        "CREATE OR REPLACE TEMP VIEW split AS SELECT * FROM memory.main.split "
        "UNION ALL SELECT * FROM split_of_file";
    int64_t n = 0;
    if (files.n == 0) return RSIFT_OK;
    RS_TRY(rs_store_exec(store, rs_str_of(begin), err));
    for (size_t i = 0; i < files.n; i++) {
        const int64_t before = n;
        RS_TRY(add_file(store, files.items[i], err));
        RS_TRY(check_file(store, files.items[i], before, &n, err));
    }
    return rs_store_exec(store, rs_str_of(end), err);
}
