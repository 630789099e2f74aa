/* The lists of tables.h as arrays, and the SQL that is made from them. */
#include "store/schema.h"

#define COLUMN(name_, type_) {#name_, RS_COL_##type_},
static const rs_column release_columns[] = {RS_COLUMNS_RELEASE(COLUMN)};
static const rs_column file_columns[] = {RS_COLUMNS_FILE(COLUMN)};
static const rs_column reading_columns[] = {RS_COLUMNS_READING(COLUMN)};
static const rs_column asset_columns[] = {RS_COLUMNS_ASSET(COLUMN)};
static const rs_column asset_source_columns[] = {RS_COLUMNS_ASSET_SOURCE(COLUMN)};
static const rs_column sample_columns[] = {RS_COLUMNS_SAMPLE(COLUMN)};
static const rs_column sample_asset_columns[] = {RS_COLUMNS_SAMPLE_ASSET(COLUMN)};
static const rs_column split_columns[] = {RS_COLUMNS_SPLIT(COLUMN)};
static const rs_column turn_columns[] = {RS_COLUMNS_TURN(COLUMN)};
static const rs_column region_columns[] = {RS_COLUMNS_REGION(COLUMN)};
static const rs_column finding_columns[] = {RS_COLUMNS_FINDING(COLUMN)};
static const rs_column convention_columns[] = {RS_COLUMNS_CONVENTION(COLUMN)};
static const rs_column picture_hash_columns[] = {RS_COLUMNS_PICTURE_HASH(COLUMN)};
static const rs_column overlap_columns[] = {RS_COLUMNS_OVERLAP(COLUMN)};
static const rs_column mixture_columns[] = {RS_COLUMNS_MIXTURE(COLUMN)};
static const rs_column ledger_columns[] = {RS_COLUMNS_LEDGER(COLUMN)};
static const rs_column link_columns[] = {RS_COLUMNS_LINK(COLUMN)};
static const rs_column picture_pair_columns[] = {RS_COLUMNS_PICTURE_PAIR(COLUMN)};
static const rs_column picture_look_columns[] = {RS_COLUMNS_PICTURE_LOOK(COLUMN)};
static const rs_column text_pair_columns[] = {RS_COLUMNS_TEXT_PAIR(COLUMN)};
static const rs_column text_look_columns[] = {RS_COLUMNS_TEXT_LOOK(COLUMN)};

#define TABLE(enum_, name_) \
    [enum_] = {#name_, name_##_columns, sizeof name_##_columns / sizeof name_##_columns[0]}
static const rs_table_def tables[RS_N_ALL_TABLES] = {
    TABLE(RS_T_RELEASE, release),
    TABLE(RS_T_FILE, file),
    TABLE(RS_T_READING, reading),
    TABLE(RS_T_ASSET, asset),
    TABLE(RS_T_ASSET_SOURCE, asset_source),
    TABLE(RS_T_SAMPLE, sample),
    TABLE(RS_T_SAMPLE_ASSET, sample_asset),
    TABLE(RS_T_SPLIT, split),
    TABLE(RS_T_TURN, turn),
    TABLE(RS_T_REGION, region),
    TABLE(RS_T_FINDING, finding),
    TABLE(RS_T_CONVENTION, convention),
    TABLE(RS_T_PICTURE_HASH, picture_hash),
    TABLE(RS_T_OVERLAP, overlap),
    TABLE(RS_T_MIXTURE, mixture),
    TABLE(RS_T_LEDGER, ledger),
    TABLE(RS_T_LINK, link),
    TABLE(RS_T_PICTURE_PAIR, picture_pair),
    TABLE(RS_T_PICTURE_LOOK, picture_look),
    TABLE(RS_T_TEXT_PAIR, text_pair),
    TABLE(RS_T_TEXT_LOOK, text_look),
};

static const char *const type_words[] = {
    [RS_COL_UUID] = "UUID",
    [RS_COL_VARCHAR] = "VARCHAR",
    [RS_COL_WORD] = "VARCHAR",
    [RS_COL_BIGINT] = "BIGINT",
    [RS_COL_INTEGER] = "INTEGER",
    [RS_COL_DOUBLE] = "DOUBLE",
    [RS_COL_BOOLEAN] = "BOOLEAN",
    [RS_COL_BLOB] = "BLOB",
    [RS_COL_VARCHAR_LIST] = "VARCHAR[]",
    [RS_COL_DOUBLE_LIST] = "DOUBLE[]",
};

const rs_table_def *rs_store_table(rs_table table)
{
    return &tables[table];
}

const char *rs_store_type_word(rs_col_type type)
{
    return type_words[type];
}

size_t rs_store_n_columns(void)
{
    size_t n = 0;
    /* Tables of parts only: decision tables have no zero-row files to be brought up to date. */
    for (int t = 0; t < RS_N_TABLES; t++) n += tables[t].n_columns;
    return n;
}

const char *const rs_store_over_views[RS_N_OVER_VIEWS] = {"tag", "imagery", "signal"};

void rs_store_put_view_names(rs_buf *sql)
{
    for (int t = 0; t < RS_N_TABLES; t++) rs_buf_printf(sql, "'%s', ", tables[t].name);
    for (size_t i = 0; i < RS_N_OVER_VIEWS; i++)
        rs_buf_printf(sql, "%s'%s'", i ? ", " : "", rs_store_over_views[i]);
}

void rs_store_put_empty_select(rs_buf *buf, rs_table table)
{
    const rs_table_def *def = &tables[table];
    rs_buf_cstr(buf, "SELECT ");
    for (size_t i = 0; i < def->n_columns; i++) {
        rs_buf_printf(buf, "%sNULL::%s AS ", i ? ", " : "", type_words[def->columns[i].type]);
        rs_store_put_name(buf, def->columns[i].name);
    }
    rs_buf_cstr(buf, " WHERE false");
}
