/* The table of the families of profiles: the functions that score one kind of truth, the options
 * they use and what they need of the reader.
 *
 * A new family is a row here and a file of its own; the files that drive a run follow the row and
 * know no family. Label maps stand twice: as pictures, and as records. */
#include "score/family.h"

#include "score/answers.h"
#include "score/boxes.h"
#include "score/caption.h"
#include "score/coco.h"
#include "score/counts.h"
#include "score/dota.h"
#include "score/frame.h"
#include "score/guess.h"
#include "score/label_records.h"
#include "score/labels.h"
#include "score/maps.h"
#include "score/mask.h"
#include "score/retrieval.h"

static const char no_masks[] = "takes its truth from a file: masks and rankings are not in the "
                               "workspace; give --truth FILE";
static const char no_files[] = "takes its truth from the benchmark's own files; give --truth";
static const char no_maps[] = "takes no --dataset";

static const rs_score_family label_maps = {
    .options = RS_SCORE_USES_SAMPLES | RS_SCORE_USES_LABELS,
    .no_dataset = no_maps,
    .shown_as = "on label maps ",
    .check = rs_score_labels_check,
    .score = rs_score_maps,
};

static const rs_score_family families[RS_FAMILY_N] = {
    [RS_FAMILY_ANSWER] = {.options = RS_SCORE_USES_RECORDS | RS_SCORE_USES_VERDICTS |
                                     RS_SCORE_USES_TRAIN | RS_SCORE_USES_TEXT,
                          .right_wrong = true,
                          .check = rs_score_answers_check,
                          .run = rs_score_answers,
                          .note = rs_score_answers_note,
                          .guess = rs_score_guess_answers,
                          .n_guesses = 3},
    [RS_FAMILY_COUNT] = {.options =
                             RS_SCORE_USES_RECORDS | RS_SCORE_USES_TRAIN | RS_SCORE_USES_TEXT,
                         .right_wrong = true,
                         .run = rs_score_counts,
                         .guess = rs_score_guess_answers,
                         .n_guesses = 3},
    [RS_FAMILY_GROUND] = {.options = RS_SCORE_USES_RECORDS | RS_SCORE_USES_TEXT,
                          .right_wrong = true,
                          .scorable = rs_score_has_one_box,
                          .unscorable = "questions for several boxes",
                          .check = rs_score_frame_check,
                          .prepare = rs_score_frame_prepare,
                          .run = rs_score_ground,
                          .note = rs_score_frame_note,
                          .guess = rs_score_guess_boxes,
                          .n_guesses = 2},
    [RS_FAMILY_BOXES] = {.options = RS_SCORE_USES_RECORDS | RS_SCORE_USES_TEXT,
                         .check = rs_score_frame_check,
                         .prepare = rs_score_frame_prepare,
                         .run = rs_score_boxes,
                         .note = rs_score_frame_note},
    [RS_FAMILY_MASK] = {.options = RS_SCORE_USES_RECORDS,
                        .no_dataset = no_masks,
                        .keeps_json = true,
                        .run = rs_score_masks},
    [RS_FAMILY_CAPTION] = {.options = RS_SCORE_USES_RECORDS | RS_SCORE_USES_TRAIN |
                                      RS_SCORE_USES_METEOR | RS_SCORE_USES_TEXT,
                           .merges_references = true,
                           .check = rs_score_captions_check,
                           .run = rs_score_captions,
                           .note = rs_score_captions_note,
                           .guess = rs_score_guess_captions,
                           .n_guesses = 1},
    [RS_FAMILY_RETRIEVAL] = {.options = RS_SCORE_USES_RECORDS,
                             .no_dataset = no_masks,
                             .keeps_json = true,
                             .run = rs_score_rankings},
    [RS_FAMILY_COCO] = {.no_dataset = no_files, .score = rs_score_coco},
    [RS_FAMILY_DOTA] = {.no_dataset = no_files, .score = rs_score_dota},
    [RS_FAMILY_LABELS] = {.options =
                              RS_SCORE_USES_SAMPLES | RS_SCORE_USES_TYPES | RS_SCORE_USES_LABELS,
                          .no_dataset = no_maps,
                          .keeps_json = true,
                          .check = rs_score_label_records_check,
                          .run = rs_score_label_records,
                          .of_pictures = &label_maps},
    [RS_FAMILY_CHANGE] = {.options =
                              RS_SCORE_USES_SAMPLES | RS_SCORE_USES_TYPES | RS_SCORE_USES_LABELS,
                          .no_dataset = no_maps,
                          .keeps_json = true,
                          .check = rs_score_change_check,
                          .run = rs_score_change_masks,
                          .of_pictures = &label_maps},
};

const rs_score_family *rs_score_family_of(const rs_profile *profile,
                                          const rs_score_options *options)
{
    const rs_score_family *family = &families[profile->family];
    return family->of_pictures && rs_score_are_pictures(options) ? family->of_pictures : family;
}
