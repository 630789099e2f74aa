/* What a hub's card tells, in the front matter of README.md: names of classes, as `dataset_info`
 * lists the features that the library datasets writes (Parquet files that other programs wrote hold
 * numbers alone), and the licence.
 *   source  huggingface.co/docs/datasets, DatasetInfo in README.md */
#ifndef RS_RELEASE_HUB_CARD_H
#define RS_RELEASE_HUB_CARD_H

#include "codec/yaml_node.h"
#include "release/release.h"

/* Adds class_names to plan->choice when the reader has that parameter and a `class` field, which
 * the card above all files of the source's first use names, and the user did not. A card that
 * cannot be read, or whose parts disagree, names nothing. */
rsift_status rs_hub_card_name_classes(rs_plan *plan, const rs_plan_source *source,
                                      rsift_error *err);

/* The licence that the card above all files of the source's first use states, in the plan's arena;
 * left as it is where there is no card, or it names none, several or "other". */
rsift_status rs_hub_card_licence(rs_plan *plan, const rs_plan_source *source, rs_str *out,
                                 rsift_error *err);

/* The names of the feature `field` ("label", "objects.category") in a card's text, as a map or list
 * in the arena; NULL = it does not tell them. */
const rs_yaml *rs_hub_card_names(rs_arena *arena, rs_str card, rs_str field);

#endif
