/* score: predictions by a benchmark's own rule. */
#include "score/score.h"

#include "api/call.h"
#include "score/report.h"

/* Collects the options of a scoring run; texts that were not given stay NULL. */
static rs_score_options options_of(const rs_call *call)
{
    /* 0 means none to people, but "the default" in rs_score_options, where a negative number
     * means none. */
    const int64_t resamples = rs_call_integer(call, "resamples", 1000);
    return (rs_score_options){.profile = rs_call_texts(call, "profile").items[0].ptr,
                              .truth = rs_call_text(call, "truth"),
                              .dataset = rs_call_text(call, "dataset"),
                              .split = rs_call_text(call, "split"),
                              .predictions = rs_call_text(call, "predictions"),
                              .compare = rs_call_text(call, "compare"),
                              .only = rs_call_text(call, "only"),
                              .join = rs_call_text(call, "join"),
                              .judge_verdicts = rs_call_text(call, "judge_verdicts"),
                              .blind_train = rs_call_text(call, "blind_train"),
                              .meteor = rs_call_text(call, "meteor"),
                              .without_types = rs_call_text(call, "without_types"),
                              .samples = rs_call_text(call, "samples"),
                              .by = rs_call_text(call, "by"),
                              .boxes = rs_call_text(call, "boxes"),
                              .compare_boxes = rs_call_text(call, "compare_boxes"),
                              .min_pixels = (double)rs_call_integer(call, "min_pixels", 0),
                              .max_pixels = (double)rs_call_integer(call, "max_pixels", 0),
                              .seed = (uint64_t)rs_call_integer(call, "seed", 0),
                              .n_resamples = resamples > 0 ? (int)resamples : -1,
                              .no_blind = rs_call_flag(call, "no_blind"),
                              .strip_thinking = rs_call_flag(call, "strip_thinking"),
                              .classes = rs_call_text(call, "classes"),
                              .ignore_labels = rs_call_text(call, "ignore_labels"),
                              .prediction_offset =
                                  (int)rs_call_integer(call, "prediction_offset", 0)};
}

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    const rs_texts profiles = rs_call_texts(call, "profile");
    /* Before the check of profiles: --list takes none, or many that begin names. */
    if (rs_call_flag(call, "list")) return rs_score_list_profiles(out, err);
    /* Not `required` in the table, because --list needs neither. */
    if (profiles.n != 1 || !rs_call_given(call, "predictions"))
        return rs_err_set(err, RSIFT_E_ARG,
                          "score wants one profile and predictions; found %zu profile%s and %s",
                          profiles.n, profiles.n == 1 ? "" : "s",
                          rs_call_given(call, "predictions") ? "predictions" : "no predictions");
    const rs_score_options options = options_of(call);
    return rs_score_make(call->session, &options, out, err);
}

static const rs_verb_param params[] = {
    {.name = "profile",
     .kind = RS_PARAM_TEXTS,
     .argument = "PROFILE",
     .help = "the rule, one name; with list: the first letters of names",
     .list = RS_LIST_PROFILES},
    {.name = "list",
     .option = "--list",
     .help = "the profiles and how sure their rules are; with names, in full"},
    {.name = "truth",
     .option = "--truth",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "the references: JSON lines, JSON or TSV; COCO's instances; DOTA's labelTxt; a folder "
             "of label maps"},
    {.name = "dataset",
     .option = "--dataset",
     .kind = RS_PARAM_TEXT,
     .argument = "ID",
     .help = "references of an indexed dataset instead"},
    {.name = "split",
     .option = "--split",
     .kind = RS_PARAM_TEXT,
     .argument = "S",
     .help = "of that dataset, or scheme/name; default: all that is for evaluation"},
    {.name = "predictions",
     .option = "--predictions",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "{\"id\", \"prediction\"} lines, a harness's result file, a folder of label maps"},
    {.name = "compare",
     .option = "--compare",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "predictions of a second model: paired tests"},
    {.name = "only",
     .option = "--only",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "ids, one a line: scored apart from the full set"},
    {.name = "join",
     .option = "--join",
     .kind = RS_PARAM_TEXT,
     .argument = "HOW",
     .help = "ids, or position: results without ids and questions, in the truth's order"},
    {.name = "judge_verdicts",
     .option = "--judge-verdicts",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "{\"id\", \"verdict\"} where the rule asks a language model"},
    {.name = "without_types",
     .option = "--without-types",
     .kind = RS_PARAM_TEXT,
     .argument = "A,B",
     .help = "question types left out"},
    {.name = "by",
     .option = "--by",
     .kind = RS_PARAM_TEXT,
     .argument = "A,B",
     .help = "fields of the truth to show categories by; default: the profile's"},
    {.name = "boxes",
     .option = "--boxes",
     .kind = RS_PARAM_TEXT,
     .argument = "NAME",
     .help = "model or convention of the predictions' boxes; default: what the truth tells",
     .list = RS_LIST_CONVENTIONS},
    {.name = "compare_boxes",
     .option = "--compare-boxes",
     .kind = RS_PARAM_TEXT,
     .argument = "NAME",
     .help = "the same for --compare's; default: as --boxes"},
    {.name = "min_pixels",
     .option = "--min-pixels",
     .kind = RS_PARAM_INTEGER,
     .argument = "N",
     .help = "qwen2.5-vl: as in your run, where the truth does not tell"},
    {.name = "max_pixels",
     .option = "--max-pixels",
     .kind = RS_PARAM_INTEGER,
     .argument = "N",
     .help = "qwen2.5-vl: as in your run, where the truth does not tell"},
    {.name = "blind_train",
     .option = "--blind-train",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "train split for the blind guessers; default: folds of the truth"},
    {.name = "no_blind", .option = "--no-blind", .help = "no blind guessers"},
    {.name = "strip_thinking",
     .option = "--strip-thinking",
     .help = "the number without <think>...</think> beside the published one"},
    {.name = "meteor",
     .option = "--meteor",
     .kind = RS_PARAM_TEXT,
     .argument = "DIR",
     .help = "METEOR's word lists, and paraphrase-en.gz if at hand"},
    {.name = "samples",
     .option = "--samples",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "one result a sample, .parquet or .jsonl"},
    {.name = "resamples",
     .option = "--resamples",
     .kind = RS_PARAM_INTEGER,
     .argument = "N",
     .help = "for the 95% intervals; 0 = none",
     .fallback = "1000",
     .least = -1,
     .most = 1000000},
    {.name = "seed",
     .option = "--seed",
     .kind = RS_PARAM_INTEGER,
     .argument = "N",
     .help = "of the intervals",
     .fallback = "0",
     .least = 0,
     .most = 9007199254740992.0},
    {.name = "markdown",
     .option = "--markdown",
     .help = "tables for a paper's appendix",
     .command_only = true},
    {.name = "classes",
     .option = "--classes",
     .kind = RS_PARAM_TEXT,
     .argument = "LIST|FILE",
     .help = "label maps: \"road,water\" or \"road=#ff0000,...\" in order"},
    {.name = "ignore_labels",
     .option = "--ignore-label",
     .kind = RS_PARAM_TEXT,
     .argument = "N,N",
     .help = "label maps: truth pixels of these do not count"},
    {.name = "prediction_offset",
     .option = "--prediction-offset",
     .kind = RS_PARAM_INTEGER,
     .argument = "N",
     .help = "label maps: added to the predictions' labels",
     .least = -2147483648.0,
     .most = 2147483647.0},
};
static const char *const examples[] = {
    "rsift score --list",
    "rsift score vqa.rsvqa --truth truth.jsonl --predictions out.jsonl",
    "rsift score ground.vrsbench --predictions result.jsonl --markdown",
    "rsift score seg.miou --truth masks/ --predictions out.zip --ignore-label 255",
    "rsift score det.coco.bbox --truth gt.json --predictions found.json --json",
    NULL};

const rs_verb rs_verb_score = {
    .name = "score",
    .summary = "a benchmark's own number, and how far to trust it",
    .usage = "score PROFILE [--truth FILE] --predictions FILE",
    .about = "Joins on ids, else by position where the results repeat the questions. Missing, "
             "repeated, extra, unparsed and undecided predictions are "
             "counted and shown, and make the exit code 1. docs/scoring.md has the profiles and "
             "the file formats.",
    .examples = examples,
    .answer =
        "`profile{name version summary source verified note} options{seed resamples "
        "without_types judge_verdicts meteor by boxes compare_boxes min_pixels max_pixels "
        "blind_train dataset split; label maps: classes ignore_labels prediction_offset} "
        "truth{path xxh3_128 records} predictions{...} counts{truth predictions left_out "
        "other_tasks withheld incomplete not_asked not_scorable missing repeated extra unparsed "
        "undecided inverted reworded reasoning} complete "
        "joined_by_position order_proven_by order_proven_of (how many records) "
        "detail drawn{n of few} measures[]{name value low high unit note} category_measure "
        "categories[]{category "
        "n value values[]; label maps: F1 precision recall predicted, named in "
        "category_more[]} by[]{field categories[]} matrix[][] (label maps of at most 64 "
        "classes: pixels, truth by row, last column = predictions of no class) verdicts{path "
        "xxh3_128 records} without_reasoning{outputs unparsed measures[]} "
        "subset{ids file n unknown_ids says measures[]} compare{predictions "
        "counts complete measures[] measure difference low high bootstrap_p only_first_right "
        "only_second_right mcnemar_p} blind{trained_on majority majority_of_type "
        "question_words}`; docs/scoring.md. `--list`: schema `rsift.score-profiles/1`, "
        "`profiles[]{name version summary source verified note}`",
    .use = RS_MAY_READ,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
