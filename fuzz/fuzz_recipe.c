/* Recipes: hostile YAML is refused with a place, or gives a recipe whose canonical text is stable
 * and whose numbers are within what the selection takes. */
#include "decide/recipe.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check(const rs_recipe *r)
{
    RS_ASSERT(r->datasets.n > 0 && r->captions_per_image >= 1 && r->captions_per_image <= 5);
    RS_ASSERT(r->budget_samples < 0 || r->budget_images < 0);
    for (size_t i = 0; i < r->datasets.n; i++) {
        const rs_recipe_entry *e = &r->datasets.items[i];
        RS_ASSERT(e->repeats >= 1 && e->repeats <= 4 && e->samples >= -1);
        RS_ASSERT(e->take[1] >= 0 && e->take[1] <= 1 && e->weight[1] >= 0);
    }
    rs_buf a = {0}, b = {0};
    rs_recipe_canonical(r, &a);
    rs_recipe_canonical(r, &b);
    RS_ASSERT(a.len == b.len && a.len > 0);
    rs_buf_fini(&a);
    rs_buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    rs_arena arena = {0};
    rs_recipe recipe;
    rsift_error err = {0};
    rsift_status status = rs_recipe_parse(&arena, RS_STR("r.yaml"),
                                          rs_str_make((const char *)bytes, n), &recipe, &err);
    if (status == RSIFT_OK) check(&recipe);
    else RS_ASSERT(err.message[0]);
    rs_arena_fini(&arena);
    return 0;
}
