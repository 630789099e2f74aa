/* show: everything the catalogue says of one dataset. */
#include "api/dataset.h"
#include "api/call.h"

#include "catalog/upstream.h"

static void put_range(rs_json_writer *w, const char *key, const double range[2])
{
    /* {0, 0} = unknown. Written as a negation so that a NaN is left out too. */
    if (!(range[1] > 0)) return;
    rs_json_field_array(w, key);
    rs_json_write_double(w, range[0]);
    rs_json_write_double(w, range[1]);
    rs_json_end_array(w);
}

static void put_licence_part(rs_json_writer *w, const char *key,
                             const rs_catalog_licence_part *part)
{
    rs_json_field_object(w, key);
    rs_api_field_text(w, "id", part->id);
    rs_json_field_cstr(w, "class", rs_catalog_licence_class_name(part->class));
    rs_api_field_text(w, "note", part->note);
    rs_json_end_object(w);
}

static void put_lineage(rs_json_writer *w, const rs_catalog_dataset *d)
{
    rs_json_field_array(w, "lineage");
    for (size_t i = 0; i < d->lineage.n; i++) {
        rs_json_begin_object(w);
        rs_api_field_text(w, "source", d->lineage.items[i].source);
        rs_api_field_text(w, "what", d->lineage.items[i].what);
        rs_json_field_cstr(w, "relation", rs_catalog_relation_name(d->lineage.items[i].relation));
        rs_api_field_text(w, "note", d->lineage.items[i].note);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
}

/* Writes the releases of a dataset, each with its sources: what is read from which files. */
static void put_releases(rs_json_writer *w, const rs_catalog_dataset *d)
{
    rs_json_field_array(w, "releases");
    for (size_t i = 0; i < d->releases.n; i++) {
        const rs_catalog_release *r = &d->releases.items[i];
        rs_json_begin_object(w);
        rs_api_field_text(w, "id", r->id);
        rs_api_field_text(w, "note", r->note);
        rs_json_field_array(w, "sources");
        for (size_t k = 0; k < r->sources.n; k++) {
            const rs_catalog_source *s = &r->sources.items[k];
            rs_json_begin_object(w);
            rs_api_field_text(w, "name", s->name);
            rs_api_field_text(w, "reader", s->reader);
            rs_json_field_cstr(w, "role", rs_catalog_role_name(s->role));
            rs_api_field_text(w, "split", s->split.name);
            /* The first task of the enumeration is 0 too, so a flag says whether one is set. */
            if (s->has_task) rs_json_field_cstr(w, "task", rs_model_task_name(s->task));
            rs_json_field_object(w, "files");
            for (size_t f = 0; f < s->files.n; f++) {
                /* The key is what the reader uses the files for, such as "images". */
                rs_json_write_key_str(w, s->files.items[f].use);
                rs_json_begin_array(w);
                for (size_t p = 0; p < s->files.items[f].patterns.n; p++)
                    rs_json_write_str(w, s->files.items[f].patterns.items[p]);
                rs_json_end_array(w);
            }
            rs_json_end_object(w);
            rs_json_end_object(w);
        }
        rs_json_end_array(w);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
}

/* Writes the record of one dataset with all that the catalogue knows of it. */
static void put_dataset(rs_json_writer *w, const rs_catalog_dataset *d)
{
    rs_json_begin_object(w);
    rs_json_field_cstr(w, "schema", "rsift.show/1");
    rs_api_dataset_fields(w, d); /* the same fields, in the same order, as a line of `list` */
    rs_api_field_text(w, "title", d->title);
    rs_api_field_text(w, "paper", d->paper);
    rs_api_field_texts(w, "code", d->links.code);
    rs_api_field_texts(w, "download", d->links.download);
    /* Annotations and imagery often have different owners; `licence` above is the class of both. */
    put_licence_part(w, "licence_annotations", &d->licence.annotations);
    put_licence_part(w, "licence_imagery", &d->licence.imagery);
    rs_json_field_cstr(w, "redistribution",
                       rs_catalog_redistribution_name(d->licence.redistribution));
    rs_api_field_texts(w, "skills", d->skills);
    rs_api_field_texts(w, "sensors", d->sensors);
    put_range(w, "gsd_m", d->gsd_m);           /* metres per pixel */
    put_range(w, "image_size", d->image_size); /* smallest and largest side, pixels */
    rs_api_field_texts(w, "classes", d->classes);
    rs_json_field_cstr(w, "origin", rs_catalog_origin_name(d->origin));
    rs_json_field_array(w, "splits");
    for (size_t i = 0; i < d->sizes.splits.n; i++) {
        rs_json_begin_object(w);
        rs_api_field_text(w, "name", d->sizes.splits.items[i].name);
        rs_api_field_count(w, "images", d->sizes.splits.items[i].images);
        rs_api_field_count(w, "samples", d->sizes.splits.items[i].samples);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
    put_lineage(w, d);
    rs_api_field_texts(w, "known_defects", d->known_defects);
    rs_api_field_texts(w, "notes", d->notes);
    rs_api_field_texts(w, "tips", d->tips);
    put_releases(w, d);
    /* Where each fact comes from and how sure it is, by the fact's dotted path in the record. */
    rs_json_field_object(w, "evidence");
    for (size_t i = 0; i < d->evidence.n; i++) {
        const rs_catalog_evidence *e = &d->evidence.items[i];
        rs_json_write_key_str(w, e->path);
        rs_json_begin_object(w);
        rs_api_field_text(w, "from", e->from);
        rs_json_field_cstr(w, "sure", rs_catalog_sureness_name(e->sure));
        rs_json_end_object(w);
    }
    rs_json_end_object(w);
    rs_api_field_text(w, "file", d->file);
    rs_json_end_object(w);
}

/* The answer for a dataset of one's own that is indexed here. */
static rsift_status show_own(rs_call *call, rs_str id, bool *is_own, rsift_answer *out,
                             rsift_error *err)
{
    rs_buf b = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    size_t n = 0;
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.show/1");
    rs_json_field_str(&w, "id", id);
    rsift_status status = rs_api_put_own(call, (rs_texts){&id, 1}, true, &w, &n, err);
    rs_json_end_object(&w);
    *is_own = n > 0;
    if (status == RSIFT_OK && *is_own) return rs_session_answer(&b, out, err);
    rs_buf_fini(&b);
    return status;
}

/* An error when the id is the name of a dataset that is listed upstream only. */
static rsift_status refuse_upstream(rs_call *call, rs_str id, rsift_error *err)
{
    const rs_catalog *catalog;
    const rs_upstream *rows;
    size_t n;
    RS_TRY(rs_session_catalog(call->session, &catalog, err));
    RS_TRY(rs_upstream_load(&call->arena, catalog, &rows, &n, err));
    for (size_t i = 0; i < n; i++)
        if (rs_str_eq_nocase(rows[i].name, id))
            return rs_err_set(err, RSIFT_E_ARG,
                              "%.*s is listed upstream only: no record describes it and nothing "
                              "here reads it; see %.*s",
                              RS_STR_ARG(rows[i].name),
                              RS_STR_ARG(rows[i].link.len ? rows[i].link : rows[i].paper));
    return RSIFT_OK;
}

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    const rs_str id = rs_call_str(call, "id");
    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(call->session, &catalog, err));
    const rs_catalog_dataset *d = rs_catalog_find(catalog, id);
    if (!d) {
        bool is_own = false;
        RS_TRY(show_own(call, id, &is_own, out, err));
        if (is_own) return RSIFT_OK;
        RS_TRY(refuse_upstream(call, id, err));
        /* ptr NULL, and so no suggestion, when every id differs by more than 3 letters. */
        rs_str near = rs_catalog_suggest(catalog, id);
        return rs_err_set(err, RSIFT_E_ARG, "no dataset \"%.64s\" in the catalogue%s%.*s%s", id.ptr,
                          near.ptr ? "; did you mean \"" : "", RS_STR_ARG(near),
                          near.ptr ? "\"?" : "; `rsift list` names them");
    }
    rs_buf b = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    put_dataset(&w, d);
    return rs_session_answer(&b, out, err);
}

static const rs_verb_param params[] = {
    {.name = "id",
     .kind = RS_PARAM_TEXT,
     .argument = "ID",
     .help = "a dataset of `rsift list`",
     .required = true},
};
static const char *const examples[] = {"rsift show vrsbench",
                                       "rsift show dior --json | jq .evidence", NULL};

const rs_verb rs_verb_show = {
    .name = "show",
    .summary = "everything the catalogue says of one dataset",
    .usage = "show ID",
    .about = "Each fact's origin and how sure it is stand under \"evidence\" with --json.",
    .examples = examples,
    .answer = "the fields of `list`, and `title paper code[] download[] licence_annotations "
              "licence_imagery redistribution skills[] sensors[] gsd_m image_size classes[] origin "
              "splits[] lineage[] known_defects[] notes[] tips[] releases[] evidence{} file`; "
              "of data of one's own that is indexed here `id own[]{id samples pictures}`",
    .use = RS_MAY_READ,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
