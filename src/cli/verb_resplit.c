/* resplit: what moved, and what the two splits have on both sides. */
#include "cli/verbs.h"

#include <stdio.h>

void cli_print_resplit(cli *c, const rs_json *root)
{
    static const cli_column splits[] = {{"split", "split", false, 20},
                                        {"samples before", "samples_before", true, 0},
                                        {"now", "samples", true, 0},
                                        {"pictures before", "pictures_before", true, 0},
                                        {"now", "pictures", true, 0}};
    const int64_t pictures = cli_int(root, "pictures", 0), hashed = cli_int(root, "hashed", 0);
    cli_table(rs_json_get(root, "splits"), splits, 5);
    printf("\n%s of %s pictures showed the same in several splits, now %s.\n"
           "%s of %s samples moved, with %s of %s groups of pictures.\n",
           cli_count(cli_int(root, "pictures_in_several_before", 0)), cli_count(pictures),
           cli_count(cli_int(root, "pictures_in_several_after", 0)),
           cli_count(cli_int(root, "moved", 0)), cli_count(cli_int(root, "samples", 0)),
           cli_count(cli_int(root, "clusters_in_several", 0)),
           cli_count(cli_int(root, "clusters", 0)));
    rs_json_iter it = rs_json_each(rs_json_get(root, "splits"));
    for (const rs_json *split; (split = rs_json_next(&it, NULL));) {
        const rs_str name = cli_text(c, split, "split", "");
        if (cli_int(split, "samples", 0) || !cli_int(split, "samples_before", 0)) continue;
        printf("%.*s is EMPTY now: each of its pictures has more samples in another split.\n"
               "--share gives it some: --share train=0.8,%.*s=0.2\n",
               RS_STR_ARG(name), RS_STR_ARG(name));
    }
    if (hashed < pictures)
        printf("%s pictures are not hashed: those are the same by bytes or name alone.\n"
               "After `rsift hash` this also finds turned, resized and recompressed copies.\n",
               cli_count(pictures - hashed));
    printf("Next: a recipe with `split_files: [%.*s]` and `splits: [resplit/..]`\n",
           RS_STR_ARG(cli_text(c, c->options, "file", "")));
}
