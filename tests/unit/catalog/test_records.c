/* Every record built into the program: it loads, its words are known, both YAML parsers give the
 * same tree, its patterns are fit for use. */
#include "base/embedded.h"
#include "base/map.h"
#include "catalog/catalog.h"
#include "codec/yaml.h"
#include "readers/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h> /* loads_fast prints, does not assert */
#include <cmocka.h>

static rs_catalog *catalog;

static int load(void **state)
{
    (void)state;
    rsift_error err = {0};
    if (rs_catalog_load(NULL, 0, &catalog, &err) == RSIFT_OK) return 0;
    fprintf(stderr, "%s: %s\n", err.where, err.message);
    return -1;
}

static int unload(void **state)
{
    (void)state;
    rs_catalog_close(catalog);
    return 0;
}

static bool same(const rs_yaml *a, const rs_yaml *b)
{
    if (a->kind != b->kind || a->n != b->n || a->line != b->line || a->column != b->column)
        return false;
    if (a->kind == RS_YAML_SCALAR) return a->quoted == b->quoted && rs_str_eq(a->text, b->text);
    const rs_yaml *x = a->first, *y = b->first;
    for (; x && y; x = x->next, y = y->next)
        if (!same(x, y) || (x->key && !same(x->key, y->key))) return false;
    return !x && !y;
}

/* Quick and libfyaml: equal trees; and the quick one must not decline, or `list` becomes slow. */
static void parsers_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < rs_n_embedded_files; i++) {
        const rs_embedded *file = &rs_embedded_files[i];
        rs_str name = rs_str_of(file->name);
        if (!rs_str_ends(name, RS_STR(".yaml"))) continue;
        bool ours =
            rs_str_starts(name, RS_STR("catalog/")) || rs_str_starts(name, RS_STR("taxonomy/"));
        if (!ours) continue;
        rs_arena arena = {0};
        rsift_error err = {0};
        rs_yaml *quick, *general;
        rs_str bytes = rs_str_make((const char *)file->data, file->len);
        if (rs_yaml_parse_by(RS_YAML_LIBFYAML, &arena, bytes, NULL, &general, &err))
            fail_msg("%s: %s", err.where, err.message);
        if (rs_yaml_parse_by(RS_YAML_QUICK, &arena, bytes, NULL, &quick, &err))
            fail_msg("%s: outside the plain style (docs/catalogue.md): %s", file->name,
                     err.message);
        if (!same(quick, general)) fail_msg("%s: the parsers differ", file->name);
        rs_arena_fini(&arena);
    }
}

/* Words of a taxonomy file: the keys of its top map. */
static void words_of(const char *file, rs_strmap *words)
{
    const rs_embedded *embedded = rs_embedded_find(file);
    assert_non_null(embedded);
    rs_arena arena = {0};
    rs_yaml *root;
    rsift_error err = {0};
    rs_str bytes = rs_str_make((const char *)embedded->data, embedded->len);
    if (rs_yaml_parse(&arena, rs_str_of(file), bytes, NULL, &root, &err))
        fail_msg("%s: %s", err.where, err.message);
    for (const rs_yaml *c = root->first; c; c = c->next) {
        bool made;
        rs_strmap_put(words, c->key->text, &made);
    }
    rs_arena_fini(&arena);
}

static void all_known(const char *file, rs_strmap *words, rs_str id, rs_texts texts)
{
    for (size_t i = 0; i < texts.n; i++)
        if (rs_strmap_get(words, texts.items[i]) == RS_NPOS)
            fail_msg("%.*s: \"%.*s\" is not in %s", RS_STR_ARG(id), RS_STR_ARG(texts.items[i]),
                     file);
}

static void check_licence(rs_strmap *words, rs_str id, rs_catalog_licence_part part)
{
    all_known("taxonomy/licences.yaml", words, id, (rs_texts){&part.id, 1});
}

static void words_are_known(void **state)
{
    (void)state;
    rs_strmap skills = {0}, sensors = {0}, licences = {0}, tasks = {0};
    words_of("taxonomy/skills.yaml", &skills);
    words_of("taxonomy/sensors.yaml", &sensors);
    words_of("taxonomy/licences.yaml", &licences);
    words_of("taxonomy/tasks.yaml", &tasks);
    for (int t = 0; t < RS_N_TASKS; t++)
        assert_int_not_equal(rs_strmap_get(&tasks, rs_str_of(rs_model_task_name((rs_task)t))),
                             RS_NPOS);
    assert_int_equal(tasks.n, RS_N_TASKS);
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(catalog, i);
        all_known("taxonomy/skills.yaml", &skills, d->id, d->skills);
        all_known("taxonomy/sensors.yaml", &sensors, d->id, d->sensors);
        check_licence(&licences, d->id, d->licence.annotations);
        check_licence(&licences, d->id, d->licence.imagery);
        for (size_t r = 0; r < d->releases.n; r++) {
            for (size_t s = 0; s < d->releases.items[r].sources.n; s++) {
                const rs_catalog_source *source = &d->releases.items[r].sources.items[s];
                for (size_t k = 0; k < source->skill_by_type.n; k++)
                    all_known("taxonomy/skills.yaml", &skills, d->id,
                              (rs_texts){&source->skill_by_type.items[k].to, 1});
                if (source->skill.ptr)
                    all_known("taxonomy/skills.yaml", &skills, d->id,
                              (rs_texts){&source->skill, 1});
            }
        }
    }
    rs_strmap_fini(&skills);
    rs_strmap_fini(&sensors);
    rs_strmap_fini(&licences);
    rs_strmap_fini(&tasks);
}

static void sources_are_fit(void **state)
{
    (void)state;
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(catalog, i);
        assert_true(d->tasks.n > 0 && d->year >= 2010 && d->year <= 2030);
        assert_non_null(rs_catalog_evidence_of(d, RS_STR("sizes.images")));
        if (d->reads.how == RS_READS_UNSTATED || d->layout_from == RS_LAYOUT_UNSTATED)
            fail_msg("%.*s: `reads` and `layout_from` are not stated", RS_STR_ARG(d->id));
        if (d->reads.how == RS_READS_NO && d->releases.n > 0)
            fail_msg("%.*s: `reads` says no, and the record describes a release: full or partly?",
                     RS_STR_ARG(d->id));
        if (d->released == RS_RELEASED_NO && d->reads.how != RS_READS_NO)
            print_message("%.*s: read, though not released\n", RS_STR_ARG(d->id));
        for (size_t r = 0; r < d->releases.n; r++) {
            const rs_catalog_release *release = &d->releases.items[r];
            assert_true(release->sources.n > 0);
            for (size_t s = 0; s < release->sources.n; s++) {
                const rs_catalog_source *source = &release->sources.items[s];
                if (!rs_reader_find(source->reader))
                    fail_msg("%.*s: reader %.*s", RS_STR_ARG(d->id), RS_STR_ARG(source->reader));
                assert_true(source->files.n > 0);
                if (!source->has_task)
                    fail_msg("%.*s > %.*s: no task", RS_STR_ARG(d->id), RS_STR_ARG(source->name));
                for (size_t k = 0; k < source->files.n; k++)
                    for (size_t p = 0; p < source->files.items[k].patterns.n; p++) {
                        rs_str pattern = source->files.items[k].patterns.items[p];
                        assert_int_equal(rs_str_find(pattern, RS_STR("{split}")), RS_NPOS);
                        assert_int_equal(rs_str_find(pattern, RS_STR("{class}")), RS_NPOS);
                    }
            }
        }
    }
}

/* A parameter or file use that the reader does not know would be ignored in silence. */
static void parameters_are_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(catalog, i);
        for (size_t r = 0; r < d->releases.n; r++) {
            for (size_t s = 0; s < d->releases.items[r].sources.n; s++) {
                const rs_catalog_source *source = &d->releases.items[r].sources.items[s];
                const rs_reader *reader = rs_reader_find(source->reader);
                if (!reader) {
                    print_message("skipped: no reader %.*s\n", RS_STR_ARG(source->reader));
                    continue;
                }
                for (size_t k = 0; k < source->params.n; k++) {
                    const rs_param *p = reader->params;
                    while (p && p->name &&
                           !rs_str_eq(rs_str_of(p->name), source->params.items[k].key))
                        p++;
                    if (!p || !p->name)
                        fail_msg("%.*s > %.*s: reader %s knows no parameter %.*s",
                                 RS_STR_ARG(d->id), RS_STR_ARG(source->name), reader->name,
                                 RS_STR_ARG(source->params.items[k].key));
                }
                for (size_t k = 0; k < source->files.n; k++) {
                    const rs_reader_use *use = reader->uses;
                    while (use->name &&
                           !rs_str_eq(rs_str_of(use->name), source->files.items[k].use))
                        use++;
                    if (!use->name)
                        fail_msg("%.*s > %.*s: reader %s has no files %.*s", RS_STR_ARG(d->id),
                                 RS_STR_ARG(source->name), reader->name,
                                 RS_STR_ARG(source->files.items[k].use));
                }
            }
        }
    }
}

/* As ids are written; "LAION-5B" is a name. */
static bool is_lower(rs_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') return false;
    return true;
}

/* Parents that are catalogue ids must stay spelled like them: a typo would hide a leak. */
static void lineage_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(catalog, i);
        for (size_t k = 0; k < d->lineage.n; k++) {
            rs_str source = d->lineage.items[k].source;
            if (rs_catalog_find(catalog, source)) continue;
            rs_str near = rs_catalog_suggest(catalog, source);
            if (near.ptr && is_lower(source) && source.len > 6 && near.len > 6)
                fail_msg("%.*s: lineage %.*s, perhaps %.*s", RS_STR_ARG(d->id), RS_STR_ARG(source),
                         RS_STR_ARG(near));
        }
    }
}

static void loads_fast(void **state)
{
    (void)state;
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    rs_catalog *again;
    assert_int_equal(rs_catalog_load(NULL, 0, &again, NULL), RSIFT_OK);
    clock_gettime(CLOCK_MONOTONIC, &b);
    double ms = (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
    print_message("%zu records in %.2f ms\n", rs_catalog_n(again), ms);
    rs_catalog_close(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parsers_agree),   cmocka_unit_test(words_are_known),
        cmocka_unit_test(sources_are_fit), cmocka_unit_test(parameters_are_known),
        cmocka_unit_test(lineage_names),   cmocka_unit_test(loads_fast),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
