/* A record of the catalogue from any bytes: no crash, and whenever the quick YAML parser accepts
 * them, libfyaml must read the same tree. */
#include "catalog/catalog.h"
#include "codec/yaml.h"

#include <stdlib.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rs_arena arena = {0};
    rsift_error err = {0};
    rs_str bytes = rs_str_make((const char *)data, size);
    rs_yaml *quick, *general;
    if (rs_yaml_parse_by(RS_YAML_QUICK, &arena, bytes, NULL, &quick, &err) == RSIFT_OK) {
        rsift_status st = rs_yaml_parse_by(RS_YAML_LIBFYAML, &arena, bytes, NULL, &general, &err);
        if (st != RSIFT_OK || !same(quick, general)) {
            fprintf(stderr, "the parsers differ: %s %s\n", err.where, err.message);
            abort();
        }
    }
    rs_catalog_dataset dataset;
    if (rs_catalog_parse(&arena, RS_STR("x.yaml"), bytes, &dataset, &err) == RSIFT_OK) {
        for (size_t i = 0; i < dataset.releases.n; i++) {
            rs_catalog_key keys[RS_CATALOG_MAX_KEYS];
            size_t n;
            (void)rs_catalog_keys_of(&arena, &dataset.releases.items[i], RS_STR("a/P0003_0002.png"),
                                     keys, &n, &err);
        }
    }
    rs_arena_fini(&arena);
    return 0;
}
