/* proxy: what small models measured. */
#include "cli/verbs.h"

#include <stdio.h>

void cli_print_proxy(cli *c, const rs_json *root)
{
    static const cli_column targets[] = {{"target", "", false, 30}, {"questions", "", true, 0},
                                         {"least %", "", true, 0},  {"mean %", "", true, 0},
                                         {"most %", "", true, 0},   {"advice %", "", true, 0}};
    const rs_json *list = rs_json_get(root, "targets");
    const size_t n = rs_json_len(list);
    rs_str *cells = rs_arena_calloc(&c->arena, n * 6 + 1, sizeof *cells);
    rs_json_iter it = rs_json_each(list);
    int64_t not_measured = 0, without = 0;
    size_t at = 0;
    for (const rs_json *t; cells && (t = rs_json_next(&it, NULL)); at += 6) {
        static const char *const keys[] = {"least", "mean", "most"};
        cells[at] = cli_text(c, t, "target", "");
        cells[at + 1] = rs_arena_str(&c->arena, rs_str_of(cli_count(cli_int(t, "questions", 0))));
        for (size_t k = 0; k < 3; k++)
            cells[at + 2 + k] = rs_arena_printf(&c->arena, "%.1f", cli_number(t, keys[k], 0));
        cells[at + 5] = rs_json_get(t, "recommended") && cli_number(t, "recommended", -1) >= 0
                            ? rs_arena_printf(&c->arena, "%.1f", cli_number(t, "recommended", 0))
                            : RS_STR("-");
        not_measured += cli_int(t, "not_measured", 0);
        without += cli_int(t, "without_picture", 0);
    }
    cli_wrap("", RS_STR("A proxy: small models of question words and picture colours and edges, "
                        "trained here. They stand in for your model in which source teaches what, "
                        "not in how good it gets."));
    printf("\n%s answers, %s pictures. Accuracy over the mixtures:\n",
           cli_count(cli_int(root, "answers", 0)), cli_count(cli_int(root, "pictures", 0)));
    if (cells) cli_cells("", cells, n, targets, 6);
    printf("  advice: one more model, trained on the recommended shares\n");
    if (not_measured)
        printf("  %s questions are not measured: their answers are boxes or sentences\n",
               cli_count(not_measured));
    if (without) printf("  %s questions lack a picture that can be read\n", cli_count(without));
    if (cli_int(root, "pictures_unread", 0))
        printf("  %s pictures cannot be read: their samples are left out\n",
               cli_count(cli_int(root, "pictures_unread", 0)));
    if (cli_int(root, "held_out", 0))
        printf("  %s samples are a target's or show its picture: never trained on\n",
               cli_count(cli_int(root, "held_out", 0)));
    printf("\n");
    cli_print_measured(c, root);
}
