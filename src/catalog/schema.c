/* The schema of a record: one table per map of docs/catalogue.md, in the same order. */
#include "catalog/schema.h"

#include "catalog/schema_fields.h"

static const char *const released_words[] = {"no", "yes", "partial", "mirror", "withdrawn", NULL};
static const char *const class_words[] = {"unknown", "open", "research", "restricted", NULL};
static const char *const redistribution_words[] = {"unknown", "yes", "no", NULL};
static const char *const origin_words[] = {"unknown", "human", "template", "llm", "mixed", NULL};
static const char *const reads_words[] = {"", "no", "partly", "full", NULL};
static const char *const layout_words[] = {"", "paper", "code", "records", NULL};
static const char *const what_words[] = {"images", "annotations", "both", NULL};

const char *rs_catalog_released_name(rs_released v)
{
    return released_words[v];
}
const char *rs_catalog_licence_class_name(rs_licence_class v)
{
    return class_words[v];
}
bool rs_catalog_is_licence_class(rs_str word)
{
    for (size_t i = 0; class_words[i]; i++)
        if (rs_str_eq(word, rs_str_of(class_words[i]))) return true;
    return false;
}
const char *rs_catalog_redistribution_name(rs_redistribution v)
{
    return redistribution_words[v];
}
const char *rs_catalog_origin_name(rs_origin v)
{
    return origin_words[v];
}

const char *rs_catalog_reads_name(rs_reads v)
{
    return reads_words[v];
}
const char *rs_catalog_layout_from_name(rs_layout_from v)
{
    return layout_words[v];
}

/* ---- small parts ------------------------------------------------------------------------ */

static const rs_field links_fields[] = {
    TEXTS("code", rs_catalog_dataset, links.code),
    TEXTS("download", rs_catalog_dataset, links.download),
    END,
};

static const rs_field licence_part_fields[] = {
    {.key = "id", .kind = RS_D_TEXT, .at = AT(rs_catalog_licence_part, id), .required = true},
    {.key = "class",
     .kind = RS_D_WORD,
     .at = AT(rs_catalog_licence_part, class),
     .words = class_words,
     .required = true},
    TEXT("note", rs_catalog_licence_part, note),
    END,
};

static const rs_field licence_fields[] = {
    {.key = "annotations",
     .kind = RS_D_STRUCT,
     .at = AT(rs_catalog_licence, annotations),
     .fields = licence_part_fields,
     .required = true},
    {.key = "imagery",
     .kind = RS_D_STRUCT,
     .at = AT(rs_catalog_licence, imagery),
     .fields = licence_part_fields,
     .required = true},
    {.key = "redistribution",
     .kind = RS_D_WORD,
     .at = AT(rs_catalog_licence, redistribution),
     .words = redistribution_words},
    TEXT("note", rs_catalog_licence, note),
    END,
};

static void split_size_init(void *item)
{
    rs_catalog_split_size *size = item;
    size->images = size->samples = -1;
}

static const rs_field split_size_fields[] = {
    INT("images", rs_catalog_split_size, images),
    INT("samples", rs_catalog_split_size, samples),
    END,
};

static const rs_field sizes_fields[] = {
    INT("images", rs_catalog_sizes, images),
    INT("samples", rs_catalog_sizes, samples),
    INT("bytes", rs_catalog_sizes, bytes),
    {.key = "splits",
     .kind = RS_D_NAMED,
     .at = AT(rs_catalog_sizes, splits),
     .fields = split_size_fields,
     .size = sizeof(rs_catalog_split_size),
     .init = split_size_init},
    END,
};

/* `what`: which part of a dataset the lineage is of; kept as the word. */
static rsift_status decode_what(rs_decoder *d, const rs_yaml *node, void *field)
{
    rs_str text;
    RS_TRY(rs_decode_text(d, node, &text));
    for (size_t i = 0; what_words[i]; i++) {
        if (!rs_str_eq(text, rs_str_of(what_words[i]))) continue;
        memcpy(field, &text, sizeof text);
        return RSIFT_OK;
    }
    return rs_decode_expected(d, node, "one of images, annotations, both");
}

static const rs_field lineage_fields[] = {
    {.key = "source", .kind = RS_D_TEXT, .at = AT(rs_catalog_lineage, source), .required = true},
    {.key = "what", .kind = RS_D_CUSTOM, .at = AT(rs_catalog_lineage, what), .custom = decode_what},
    {.key = "relation",
     .kind = RS_D_WORD,
     .at = AT(rs_catalog_lineage, relation),
     .words = rs_catalog_relation_words},
    TEXT("note", rs_catalog_lineage, note),
    END,
};

static void benchmark_init(void *item)
{
    ((rs_catalog_benchmark *)item)->scheme = RS_STR("official");
}

static const rs_field benchmark_fields[] = {
    {.key = "name", .kind = RS_D_TEXT, .at = AT(rs_catalog_benchmark, name), .required = true},
    TEXT("scheme", rs_catalog_benchmark, scheme),
    {.key = "splits", .kind = RS_D_TEXTS, .at = AT(rs_catalog_benchmark, splits), .required = true},
    TEXTS("sources", rs_catalog_benchmark, sources),
    {.key = "tasks", .kind = RS_D_TASKS, .at = AT(rs_catalog_benchmark, tasks)},
    TEXTS("metrics", rs_catalog_benchmark, metrics),
    END,
};

static const rs_field evidence_fields[] = {
    {.key = "from", .kind = RS_D_TEXT, .at = AT(rs_catalog_evidence, from), .required = true},
    {.key = "sure",
     .kind = RS_D_WORD,
     .at = AT(rs_catalog_evidence, sure),
     .words = rs_catalog_sure_words,
     .required = true},
    END,
};

/* `reads`: "full", "partly: what is not read" or "no: why". */
static rsift_status decode_reads(rs_decoder *d, const rs_yaml *node, void *field)
{
    rs_catalog_reads *reads = field;
    rs_str text;
    RS_TRY(rs_decode_text(d, node, &text));
    const size_t colon = rs_str_find(text, RS_STR(":"));
    const bool has_why = colon != RS_NPOS;
    const rs_str word = has_why ? rs_str_sub(text, 0, colon) : text;
    const rs_str why = has_why ? rs_str_trim(rs_str_sub(text, colon + 1, text.len)) : (rs_str){0};
    for (int how = RS_READS_NO; how <= RS_READS_FULL; how++)
        if (rs_str_eq(word, rs_str_of(reads_words[how]))) reads->how = (rs_reads)how;
    /* only `full` needs no reason, and can have none */
    if (reads->how == RS_READS_UNSTATED || (reads->how == RS_READS_FULL) == (why.len > 0))
        return rs_decode_expected(d, node, "full, \"partly: WHAT IS NOT READ\" or \"no: WHY NOT\"");
    reads->why = why;
    return RSIFT_OK;
}

#define DS(m) AT(rs_catalog_dataset, m)

const rs_field rs_catalog_dataset_fields[] = {
    {.key = "id", .kind = RS_D_TEXT, .at = DS(id), .required = true},
    {.key = "name", .kind = RS_D_TEXT, .at = DS(name), .required = true},
    {.key = "section", .kind = RS_D_TEXT, .at = DS(section), .required = true},
    {.key = "year", .kind = RS_D_INT, .at = DS(year), .required = true},
    TEXT("venue", rs_catalog_dataset, venue),
    TEXT("title", rs_catalog_dataset, title),
    TEXT("paper", rs_catalog_dataset, paper),
    {.key = "links", .kind = RS_D_STRUCT, .at = 0, .fields = links_fields},
    {.key = "released",
     .kind = RS_D_WORD,
     .at = DS(released),
     .words = released_words,
     .required = true},
    {.key = "reads", .kind = RS_D_CUSTOM, .at = DS(reads), .custom = decode_reads},
    {.key = "layout_from", .kind = RS_D_WORD, .at = DS(layout_from), .words = layout_words},
    {.key = "licence",
     .kind = RS_D_STRUCT,
     .at = DS(licence),
     .fields = licence_fields,
     .required = true},
    {.key = "tasks", .kind = RS_D_TASKS, .at = DS(tasks), .required = true},
    TEXTS("skills", rs_catalog_dataset, skills),
    TEXTS("sensors", rs_catalog_dataset, sensors),
    {.key = "gsd_m", .kind = RS_D_RANGE, .at = DS(gsd_m)},
    {.key = "image_size", .kind = RS_D_RANGE, .at = DS(image_size)},
    TEXTS("classes", rs_catalog_dataset, classes),
    {.key = "origin", .kind = RS_D_WORD, .at = DS(origin), .words = origin_words},
    {.key = "sizes", .kind = RS_D_STRUCT, .at = DS(sizes), .fields = sizes_fields},
    {.key = "lineage",
     .kind = RS_D_STRUCTS,
     .at = DS(lineage),
     .fields = lineage_fields,
     .size = sizeof(rs_catalog_lineage)},
    {.key = "benchmarks",
     .kind = RS_D_STRUCTS,
     .at = DS(benchmarks),
     .fields = benchmark_fields,
     .size = sizeof(rs_catalog_benchmark),
     .init = benchmark_init},
    TEXTS("known_defects", rs_catalog_dataset, known_defects),
    TEXTS("notes", rs_catalog_dataset, notes),
    TEXTS("tips", rs_catalog_dataset, tips),
    {.key = "evidence",
     .kind = RS_D_NAMED,
     .at = DS(evidence),
     .fields = evidence_fields,
     .size = sizeof(rs_catalog_evidence),
     .required = true},
    {.key = "releases",
     .kind = RS_D_CUSTOM,
     .at = DS(releases),
     .custom = rs_catalog_decode_releases},
    END,
};
