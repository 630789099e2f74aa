/* The table of benchmarks, and how a name finds its row. A row says where its rule was read and
 * what it does otherwise than the rule above it; code for a new rule is a judge in answer.c or a
 * field of rs_profile. */
#include "metrics/profile.h"

static const double at_half[] = {0.5};
static const double at_half_and_more[] = {0.5, 0.7};
static const double at_five[] = {0.5, 0.6, 0.7, 0.8, 0.9};
static const double at_fifth[] = {0.2};
static const double at_quarter_and_half[] = {0.5, 0.25};

/* float32's epsilon, np.finfo(np.float32).eps */
#define FLOAT_EPS 1.1920928955078125e-07

static const char *const loveda[] = {"background", "building", "road",       "water",
                                     "barren",     "forest",   "agriculture"};
static const char *const earthvqa[] = {"background", "building", "road",        "water",
                                       "barren",     "forest",   "agriculture", "playground"};
static const char *const floodnet[] = {"background",   "building-flooded", "building-non-flooded",
                                       "road-flooded", "road-non-flooded", "water",
                                       "tree",         "vehicle",          "pool",
                                       "grass"};

#define VQA "vqa,change-vqa"
#define CHOICE "choice-vqa,vqa"
#define CLASSES "classification,region-classification"
#define PROBE "hallucination-probe,vqa"
#define CAPTIONS "caption,change-caption,video-caption,region-caption"

/* VRSBench counts two kinds of question as scene type. */
static const char *const vrsbench_types[][2] = {
    {"image", "scene type"}, {"rural or urban", "scene type"}, {NULL, NULL}};

#define LABELS(list, from) .labels = {(list), sizeof(list) / sizeof *(list), (from)}
/* ever's PixelMetric adds 1e-7 everywhere */
#define EVER .confusion = {1e-7, 1e-7, 1e-7, 1e-7, 1e-7, .f1_of_rates = true}
#define STEPS(list) .thresholds = (list), .n_thresholds = sizeof(list) / sizeof *(list)

const rs_profile rs_profiles[] = {
    {.name = "caption.coco",
     .summary = "BLEU-1..4, METEOR, ROUGE-L, CIDEr of pycocoevalcap",
     .source = "salaniz/pycocoevalcap",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_CAPTION,
     .tasks = CAPTIONS,
     .caption = RS_CAPTION_COCO,
     .note = "METEOR without its paraphrase table is shown as meteor.no_paraphrase: a little lower "
             "than published"},
    {.name = "caption.earthdial",
     .summary = "ROUGE-1, ROUGE-L (stemmed, mean) and NLTK METEOR",
     .source = "hiyamdebary/EarthDial rs_image_caption/eval.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_CAPTION,
     .tasks = CAPTIONS,
     .caption = RS_CAPTION_EARTHDIAL,
     .note = "not comparable with the COCO caption numbers of the same names"},
    {.name = "caption.levir-cc",
     .summary = "COCO family on all, changed and unchanged pairs; accuracies",
     .source = "Chen-Yang-Liu/RSICC eval.py, utils.py, eval_func",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_CAPTION,
     .tasks = CAPTIONS,
     .caption = RS_CAPTION_LEVIR,
     .note = "the original works on word ids of the release's token lists: rare words must be "
             "<unk> in the files "
             "given; METEOR of word ids is that of equal ids alone (paraphrases that ids of the "
             "original hit by accident "
             "are left out); CIDEr's ln(N) is 1 for one pair"},
    {.name = "caption.rsieval",
     .summary = "COCO family, as RSGPT's paper describes it",
     .source = "arXiv 2307.15266",
     .verified = RS_VERIFIED_PAPER,
     .family = RS_FAMILY_CAPTION,
     .tasks = CAPTIONS,
     .caption = RS_CAPTION_COCO,
     .note = "no scorer is published; METEOR without its paraphrase table is shown as "
             "meteor.no_paraphrase"},
    {.name = "caption.urbench",
     .summary = "sentence BLEU-4, weights 0.25, no smoothing",
     .source = "opendatalab/UrBench lmms_eval/tasks/urbench/utils.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_CAPTION,
     .tasks = CAPTIONS,
     .caption = RS_CAPTION_URBENCH},
    {.name = "caption.vrsbench",
     .summary = "COCO family (the CLAIR judge is left out)",
     .source = "lx709/VRSBench, vsubhashini/caption-eval",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_CAPTION,
     .tasks = CAPTIONS,
     .caption = RS_CAPTION_VRSBENCH,
     .note = "METEOR without its paraphrase table is shown as meteor.no_paraphrase: a little lower "
             "than published; "
             "characters outside ASCII are dropped before tokenising, as in the original"},
    {.name = "change.bit",
     .summary = "F1, IoU, precision, recall of the changed class; OA, mIoU, mF1",
     .source = "justchenhao/BIT_CD misc/metric_tool.py",
     .verified = RS_VERIFIED_CODE,
     .version = 1,
     .family = RS_FAMILY_CHANGE,
     .confusion = {FLOAT_EPS, FLOAT_EPS, FLOAT_EPS, FLOAT_EPS, 0, .f1_of_rates = true},
     .note = "a pixel is changed where the map is 255 or 1; kappa and fwIoU are ours, the original "
             "prints none"},
    {.name = "change.teochat",
     .summary = "F1, IoU, precision, recall of the changed class; OA, mIoU, kappa, fwIoU",
     .source = "ermongroup/TEOChat videollava/eval/detection.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_CHANGE,
     .confusion = {.eps_mean_iou = 1e-7, .f1_of_rates = true},
     .note =
         "1e-7 is added for mIoU alone, as in the original; mF1 is ours. It rasterises boxes to "
         "256 x 256; give masks"},
    {.name = "choice.choice",
     .summary = "CHOICE: the option letter that the output states",
     .source = "CHOICE benchmark paper",
     .verified = RS_VERIFIED_NO,
     .family = RS_FAMILY_ANSWER,
     .tasks = CHOICE,
     .verdicts_overrule = true,
     .version = 2,
     .judge = rs_judge_option_letter,
     .average = RS_AVERAGE_TYPES,
     .note = "the paper uses a language model to read answers; give its verdicts with "
             "--judge-verdicts"},
    {.name = "choice.coreval",
     .summary = "COREval: the option letter that the output states",
     .source = "arXiv 2411.18145",
     .verified = RS_VERIFIED_NO,
     .family = RS_FAMILY_ANSWER,
     .tasks = CHOICE,
     .verdicts_overrule = true,
     .version = 2,
     .judge = rs_judge_option_letter,
     .average = RS_AVERAGE_TYPES},
    {.name = "choice.fit-rsrc",
     .summary = "FIT-RSRC: every rotation of a question must be right",
     .source = "Luo-Z13/SkySenseGPT Eval_scripts/batch_fitrsrc_single_choice_qa.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = CHOICE,
     .judge = rs_judge_fit_rsrc,
     .circular = true,
     .note = "rotations share the question's id and category"},
    {.name = "choice.geobench-vlm",
     .summary = "GEOBench-VLM: the option letter that the output states",
     .source = "The-AI-Alliance/GEO-Bench-VLM (inference only)",
     .verified = RS_VERIFIED_NO,
     .family = RS_FAMILY_ANSWER,
     .tasks = CHOICE,
     .verdicts_overrule = true,
     .version = 2,
     .judge = rs_judge_option_letter,
     .average = RS_AVERAGE_TYPES,
     .wordings = true,
     .note = "no scorer is published: the letter rule is ours; accuracy is the mean over wordings"},
    {.name = "choice.lhrs-bench",
     .summary = "normalised equality (the article rule eats option A)",
     .source = "NJU-LHRS/LHRS-Bot main_bench_gen.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = CHOICE,
     .judge = rs_judge_lhrs_bench,
     .note = "LHRS-Bot's script compares the first character only: choice.lhrs-bench-script"},
    {.name = "choice.lhrs-bench-script",
     .summary = "the same on the output's first character",
     .source = "NJU-LHRS/LHRS-Bot main_bench_gen.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = CHOICE,
     .judge = rs_judge_lhrs_bench_first,
     .note = "an index too many in the script takes the first character of the output"},
    {.name = "choice.mme-realworld",
     .summary = "first letter A-E, else the choice that contains it",
     .source = "yfzhang114/MME-RealWorld evaluation/eval_your_results.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = CHOICE,
     .attribute_types = true,
     .judge = rs_judge_mme,
     .average = RS_AVERAGE_TYPES,
     .by = "Subtask|subtask|l2-category,Task",
     .note = "an empty output scores as option A, as in the original"},
    {.name = "choice.mme-realworld-harness",
     .summary = "the same in lmms-eval and VLMEvalKit",
     .source = "EvolvingLMMs-Lab/lmms-eval mme_realworld/utils.py; open-compass/VLMEvalKit",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = CHOICE,
     .attribute_types = true,
     .judge = rs_judge_mme_harness,
     .average = RS_AVERAGE_TYPES,
     .by = "Subtask|subtask|l2-category,Task",
     .note = "an empty output scores as option A, as in the original"},
    {.name = "choice.omniearth",
     .summary = "OmniEarth-Bench: sets of letters must be equal",
     .source = "open-compass/VLMEvalKit image_mcq.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = CHOICE,
     .letter_set = true,
     .judge = rs_judge_xlrs,
     .average = RS_AVERAGE_TYPES,
     .note = "the harness's \"Overall macro\" also averages the per-sphere means; not reproduced"},
    {.name = "choice.rsevalkit",
     .summary = "first letter A-E, contained in the gold text",
     .source = "fitzpchao/RSEvalKit model_eval_mp.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = CHOICE,
     .judge = rs_judge_rsevalkit_mc,
     .average = RS_AVERAGE_TYPES,
     .note = "an output without a letter stops the original; here it is wrong and counted"},
    {.name = "choice.urbench",
     .summary = "MMMU's letter rule",
     .source = "opendatalab/UrBench lmms_eval/tasks/urbench/utils.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = CHOICE,
     .any_reference = true,
     .judge = rs_judge_urbench,
     .average = RS_AVERAGE_TYPES,
     .by = "view_type",
     .note = "where the original draws a random option the answer is wrong here, and counted"},
    {.name = "choice.vleo",
     .summary = "VLEO-Bench: the option letter that the output states",
     .source = "arXiv 2401.17600",
     .verified = RS_VERIFIED_NO,
     .family = RS_FAMILY_ANSWER,
     .tasks = CHOICE,
     .verdicts_overrule = true,
     .version = 2,
     .judge = rs_judge_option_letter,
     .average = RS_AVERAGE_TYPES},
    {.name = "choice.xlrs",
     .summary = "XLRS-Bench-lite: sets of letters must be equal",
     .source = "EvolvingLMMs-Lab/lmms-eval tasks/xlrs/mcq_utils.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = CHOICE,
     .letter_set = true,
     .judge = rs_judge_xlrs,
     .average = RS_AVERAGE_TYPES},
    {.name = "cls.earthdial",
     .summary = "share of the gold's tokens found, blanks removed",
     .source = "hiyamdebary/EarthDial rs_classification/eval.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = CLASSES,
     .judge = rs_judge_earthdial},
    {.name = "cls.geochat",
     .summary = "output without blanks and dots equals the gold",
     .source = "mbzuai-oryx/GeoChat geochat/eval/batch_geochat_scene.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = CLASSES,
     .reference_in_id = true,
     .judge = rs_judge_geochat_class},
    {.name = "cls.lhrs",
     .summary = "class with the longest common substring; balanced accuracy",
     .source = "NJU-LHRS/LHRS-Bot main_cls.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = CLASSES,
     .classes_are_given = true,
     .judge = rs_judge_lhrs_class,
     .average = RS_AVERAGE_CLASSES,
     .note = "the classes are the distinct golds, or the options of the truth file"},
    {.name = "cls.teochat",
     .summary = "lower case, punctuation dropped, equality",
     .source = "ermongroup/TEOChat videollava/eval/classification.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = CLASSES,
     .judge = rs_judge_teochat,
     .average = RS_AVERAGE_TYPES},
    {.name = "color.rsevalkit",
     .summary = "share of the gold's colours found in the output",
     .source = "fitzpchao/RSEvalKit model_eval_mp.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = "vqa",
     .judge = rs_judge_rsevalkit_color,
     .average = RS_AVERAGE_TYPES},
    {.name = "count.rsevalkit",
     .summary = "first number or number word; MAE, MAPE, ranges",
     .source = "fitzpchao/RSEvalKit model_eval_mp.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_COUNT,
     .tasks = "vqa,regression",
     .by = RS_BY_RANGE},
    {.name = "count.vleo",
     .summary = "VLEO-Bench counting: MAE, R2, share without a number",
     .source = "arXiv 2401.17600",
     .verified = RS_VERIFIED_PAPER,
     .family = RS_FAMILY_COUNT,
     .tasks = "vqa,regression",
     .note = "no code seen: the first number or number word of the output is taken"},
    {.name = "det.coco.bbox",
     .summary = "COCO AP and AR on boxes",
     .source = "cocodataset/cocoapi cocoeval.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_COCO},
    {.name = "det.coco.segm",
     .summary = "COCO AP and AR on masks",
     .source = "cocodataset/cocoapi cocoeval.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_COCO,
     .masks = true},
    {.name = "det.dota-v1.5.task1",
     .summary = "DOTA AP, oriented, difficult objects count",
     .source = "CAPTAIN-WHU/DOTA_devkit dota-v1.5_evaluation_task1.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_DOTA,
     .dota = RS_DOTA_TASK1_V15,
     .note = "mean over classes with truths, not over a fixed list"},
    {.name = "det.dota.task1",
     .summary = "DOTA AP, oriented boxes (VOC07 and VOC12)",
     .source = "CAPTAIN-WHU/DOTA_devkit dota_evaluation_task1.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_DOTA,
     .dota = RS_DOTA_TASK1,
     .note = "mean over classes with truths, not over a fixed list"},
    {.name = "det.dota.task2",
     .summary = "DOTA AP, upright boxes (VOC07 and VOC12)",
     .source = "CAPTAIN-WHU/DOTA_devkit dota_evaluation_task2.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_DOTA,
     .dota = RS_DOTA_TASK2,
     .note = "mean over classes with truths, not over a fixed list"},
    {.name = "det.earthdial",
     .summary = "share of predicted rotated boxes that hit any gold",
     .source = "hiyamdebary/EarthDial rs_detection/eval.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_BOXES,
     .tasks = "grounding-obb,detection-obb",
     .oriented = true,
     .by = RS_BY_OBJECTS,
     .frame = "percent-obb",
     .ground = {.reading = RS_BOX_TEXT_INTEGERS, STEPS(at_half)},
     .note = "no one-to-one matching and no recall, as in the original"},
    {.name = "det.geobench-vlm",
     .summary = "precision at 0.5 and 0.25, upright boxes",
     .source = "The-AI-Alliance/GEO-Bench-VLM README",
     .verified = RS_VERIFIED_PAPER,
     .family = RS_FAMILY_BOXES,
     .tasks = "grounding-hbb,detection-hbb",
     .frame = "px",
     .ground = {.reading = RS_BOX_TEXT_OUTERMOST, STEPS(at_quarter_and_half)}},
    {.name = "det.mmrotate",
     .summary = "mmrotate's mAP of oriented boxes (VOC07 its default)",
     .source = "open-mmlab/mmrotate mmrotate/core/evaluation/eval_map.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_DOTA,
     .dota = RS_DOTA_MMROTATE,
     .note = "float64 polygons where the original has float32 rotated boxes"},
    {.name = "ground.dior-rsvg",
     .summary = "exclusive IoU, >=; Pr@0.5..0.9, meanIoU, cumIoU",
     .source = "like413/OPT-RSVG utils/eval_utils.py (MGVLF family)",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_GROUND,
     .tasks = "grounding-hbb",
     .frame = "px",
     .ground =
         {.reading = RS_BOX_TEXT_FIRST_LIST, .eps_union = 1e-16, .clamp = true, STEPS(at_five)},
     .note = "float64 where the original has float32; predictions are cut to the picture when its "
             "size is known"},
    {.name = "ground.geochat",
     .summary = "GeoChat's rotated boxes on the 0-100 grid, acc@0.5",
     .source = "GeoChat paper (no scorer in the repository)",
     .verified = RS_VERIFIED_PAPER,
     .family = RS_FAMILY_GROUND,
     .tasks = "grounding-obb",
     .frame = "percent-obb",
     .by = "size_group,is_unique|unique",
     .ground = {.oriented = RS_ORIENTED_GEOCHAT, STEPS(at_half)},
     .note = "angles turn clockwise on screen, in pixels when the picture's size is known"},
    {.name = "ground.hbb",
     .summary = "upright boxes in pixels, IoU >= 0.5 to 0.9: our plain rule",
     .source = "the usual definition",
     .verified = RS_VERIFIED_NO,
     .family = RS_FAMILY_GROUND,
     .tasks = "grounding-hbb",
     .frame = "px",
     .ground = {.reading = RS_BOX_TEXT_FIRST_LIST, STEPS(at_five)}},
    {.name = "ground.lhrs",
     .summary = "IoU with +1, strictly above 0.5",
     .source = "NJU-LHRS/LHRS-Bot main_vg.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_GROUND,
     .tasks = "grounding-hbb",
     .frame = "fraction",
     .ground =
         {.reading = RS_BOX_TEXT_BRACKET, .pairs = true, .plus = 1, .strict = true, STEPS(at_half)},
     .note = "+1 is added to normalised boxes too, as in the original"},
    {.name = "ground.opt-rsvg",
     .summary = "exclusive IoU, >=; Pr@0.5..0.9, meanIoU, cumIoU",
     .source = "like413/OPT-RSVG utils/eval_utils.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_GROUND,
     .tasks = "grounding-hbb",
     .frame = "px",
     .ground =
         {.reading = RS_BOX_TEXT_FIRST_LIST, .eps_union = 1e-16, .clamp = true, STEPS(at_five)},
     .note = "float64 where the original has float32; predictions are cut to the picture when its "
             "size is known"},
    {.name = "ground.rsevalkit",
     .summary = "exclusive IoU >= 0.5, outputs in thousandths",
     .source = "fitzpchao/RSEvalKit model_eval_mp.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_GROUND,
     .tasks = "grounding-hbb",
     .frame = "px",
     .by = RS_BY_AREA,
     .ground = {.reading = RS_BOX_TEXT_OUTERMOST, .grid = 1000, STEPS(at_half)}},
    {.name = "ground.rsvg-hr",
     .summary = "exclusive IoU + 1e-6, strictly above 0.5..0.9",
     .source = "LANMNG/LQVG inference_rsvg.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_GROUND,
     .tasks = "grounding-hbb",
     .frame = "px",
     .ground = {.reading = RS_BOX_TEXT_FIRST_LIST,
                .eps_inter = 1e-6,
                .eps_union = 1e-6,
                .strict = true,
                STEPS(at_five)}},
    {.name = "ground.urbench",
     .summary = "exclusive IoU >= 0.2",
     .source = "opendatalab/UrBench lmms_eval/tasks/urbench/utils.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_GROUND,
     .tasks = "grounding-hbb",
     .frame = "px",
     .ground =
         {.reading = RS_BOX_TEXT_URBENCH, .reference_ordered = true, .grid = 1, STEPS(at_fifth)}},
    {.name = "ground.vleo",
     .summary = "VLEO-Bench: upright boxes, IoU >= 0.5, meanIoU",
     .source = "arXiv 2401.17600",
     .verified = RS_VERIFIED_PAPER,
     .family = RS_FAMILY_GROUND,
     .tasks = "grounding-hbb",
     .frame = "px",
     .ground = {.reading = RS_BOX_TEXT_FIRST_LIST, STEPS(at_half)},
     .note = "no code seen"},
    {.name = "ground.vrsbench",
     .summary = "IoU with +1 on integers of the text, >= 0.5 and 0.7",
     .source = "lx709/VRSBench eval_utils.py, compute_metrics.ipynb",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_GROUND,
     .tasks = "grounding-hbb",
     .frame = "percent-trunc",
     .by = "is_unique|unique,size_group",
     .ground = {.reading = RS_BOX_TEXT_DIGITS, .plus = 1, STEPS(at_half_and_more)}},
    {.name = "ground.vrsbench.obb",
     .summary = "oriented boxes, centre, size and angle (obb_v1)",
     .source = "lx709/VRSBench compute_metrics.ipynb; jbwang1997/BboxToolkit",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_GROUND,
     .tasks = "grounding-obb",
     .by = "is_unique|unique,size_group",
     .frame = "percent-cxcywha",
     .ground = {.oriented = RS_ORIENTED_VRSBENCH_V1, STEPS(at_half_and_more)},
     .note = "the notebook hands degrees to a function that takes radians, reproduced here; "
             "ground.geochat turns by degrees"},
    {.name = "ground.vrsbench.obb-v2",
     .summary = "oriented boxes, two corners and angle (obb_v2)",
     .source = "lx709/VRSBench compute_metrics.ipynb; jbwang1997/BboxToolkit",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_GROUND,
     .tasks = "grounding-obb",
     .by = "is_unique|unique,size_group",
     .ground = {.oriented = RS_ORIENTED_VRSBENCH_V2, STEPS(at_half_and_more)},
     .note = "the notebook hands degrees to a function that takes radians, reproduced here"},
    {.name = "open.urbench",
     .summary = "MMMU's open answers: numbers and containment",
     .source = "opendatalab/UrBench lmms_eval/tasks/urbench/utils.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = "vqa",
     .any_reference = true,
     .judge = rs_judge_urbench_open,
     .average = RS_AVERAGE_TYPES,
     .by = "view_type"},
    {.name = "pope.rspope",
     .summary = "accuracy, precision, recall, F1, yes rate",
     .source = "RUCAIBox/POPE (RSPOPE ships no scorer)",
     .verified = RS_VERIFIED_RECALLED,
     .family = RS_FAMILY_ANSWER,
     .tasks = PROBE,
     .text_asks = true,
     .judge = rs_judge_pope,
     .yes_no = true,
     .by = "difficulty,sampling"},
    {.name = "presence.rsevalkit",
     .summary = "yes, no or unknown; unknown is wrong",
     .source = "fitzpchao/RSEvalKit model_eval_mp.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = PROBE,
     .text_asks = true,
     .judge = rs_judge_rsevalkit_presence,
     .note = "\"No\" with a capital letter is unknown, as in the original"},
    {.name = "refseg.refsegrs",
     .summary = "Pr@0.5..0.9, oIoU, mIoU",
     .source = "zhu-xlab/rrsis test.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_MASK,
     .tasks = "referring-seg",
     .note =
         "the training script prints an overall IoU that is 1 too low; this is the returned one"},
    {.name = "refseg.rrsis-d",
     .summary = "Pr@0.5..0.9, oIoU, mIoU",
     .source = "Lsan2401/RMSIN test.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_MASK,
     .tasks = "referring-seg"},
    {.name = "retrieval.rsitmd",
     .summary = "R@1, R@5, R@10 per direction and their mean",
     .source = "ChenDelong1999/RemoteCLIP README",
     .verified = RS_VERIFIED_RECALLED,
     .family = RS_FAMILY_RETRIEVAL,
     .note = "the ranking given is used as it stands"},
    {.name = "seg.earthvqa",
     .summary = "mIoU, OA, mF1, kappa over labels 1..8, 0 is no data",
     .source = "Junjue-Wang/EarthVQA train_lovedav2_seg.py, data/lovedav2.py; Z-Zheng/ever "
               "metric/pixel.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_LABELS,
     EVER,
     LABELS(earthvqa, 1),
     .note = "exact counts; the original adds pixels in float32 and rounds to 5 decimals. fwIoU is "
             "ours"},
    {.name = "seg.floodnet",
     .summary = "mIoU over labels 0..9",
     .source = "FloodNet paper, arXiv 2012.02951",
     .verified = RS_VERIFIED_PAPER,
     .family = RS_FAMILY_LABELS,
     LABELS(floodnet, 0),
     .note = "whether background counts was not read in code: --ignore-label 0 leaves it out"},
    {.name = "seg.loveda",
     .summary = "mIoU, OA, mF1, kappa over labels 1..7, 0 is no data",
     .source = "Junjue-Wang/LoveDA Semantic_Segmentation/eval.py, data/loveda.py; Z-Zheng/ever "
               "metric/pixel.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_LABELS,
     EVER,
     LABELS(loveda, 1),
     .note = "exact counts; the original adds pixels in float32 and rounds to 5 decimals. fwIoU is "
             "ours. "
             "Its predict.py numbers classes from 0: --prediction-offset 1"},
    {.name = "seg.miou",
     .summary = "mIoU, OA, mF1, kappa, fwIoU over the classes seen",
     .source = "one matrix over the whole set, nothing added to denominators",
     .verified = RS_VERIFIED_NO,
     .family = RS_FAMILY_LABELS,
     .note = "classes that occur nowhere are left out of the means"},
    {.name = "vqa.cdvqa",
     .summary = "closed answers; OA and mean over question types",
     .source = "YZHJessica/CDVQA paper",
     .verified = RS_VERIFIED_PAPER,
     .family = RS_FAMILY_ANSWER,
     .tasks = VQA,
     .judge = rs_judge_equal,
     .average = RS_AVERAGE_TYPES},
    {.name = "vqa.earthdial",
     .summary = "share of the gold's tokens found, blanks removed",
     .source = "hiyamdebary/EarthDial rs_vqa/eval.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = VQA,
     .judge = rs_judge_earthdial,
     .average = RS_AVERAGE_TYPES,
     .note =
         "the published RSVQA-LR 92.70 leaves `count` out: see without_types in docs/scoring.md"},
    {.name = "vqa.earthvqa",
     .summary = "closed answers; OA and per question type",
     .source = "Junjue-Wang/EarthVQA utils/metric.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = VQA,
     .judge = rs_judge_equal,
     .average = RS_AVERAGE_TYPES,
     .counting = true,
     .note = "RMSE is between class numbers, as in the original; answers outside counts and shares "
             "are left out"},
    {.name = "vqa.fit-rsfg",
     .summary = "equality in lower case, nothing stripped",
     .source = "Luo-Z13/SkySenseGPT Eval_scripts",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = VQA,
     .judge = rs_judge_lower,
     .average = RS_AVERAGE_TYPES},
    {.name = "vqa.floodnet",
     .summary = "exact match per question type",
     .source = "FloodNet paper",
     .verified = RS_VERIFIED_PAPER,
     .family = RS_FAMILY_ANSWER,
     .tasks = VQA,
     .judge = rs_judge_equal,
     .average = RS_AVERAGE_TYPES},
    {.name = "vqa.geochat",
     .summary = "equality; count and area questions left out",
     .source = "mbzuai-oryx/GeoChat docs/Evaluation.md (no scorer shipped)",
     .verified = RS_VERIFIED_PAPER,
     .family = RS_FAMILY_ANSWER,
     .tasks = VQA,
     .judge = rs_judge_equal,
     .average = RS_AVERAGE_TYPES,
     .types_lead = true,
     .without_types = "count,area"},
    {.name = "vqa.lhrs",
     .summary = "EvalAI normaliser; equal to or contained in the gold",
     .source = "NJU-LHRS/LHRS-Bot main_vqa.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = VQA,
     .any_reference = true,
     .judge = rs_judge_lhrs,
     .average = RS_AVERAGE_TYPES},
    {.name = "vqa.rsevalkit",
     .summary = "output contained in the gold, blanks removed",
     .source = "fitzpchao/RSEvalKit model_eval_mp.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = VQA,
     .judge = rs_judge_rsevalkit,
     .average = RS_AVERAGE_TYPES,
     .note = "an empty output is always right, as in the original"},
    {.name = "vqa.rsvqa",
     .summary = "RSVQA-LR: classes of the closed vocabulary; OA and AA",
     .source = "syvlo/RSVQA VQA_model/VocabEncoder.py, train.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = VQA,
     .judge = rs_judge_rsvqa,
     .average = RS_AVERAGE_TYPES},
    {.name = "vqa.rsvqa-hr",
     .summary = "RSVQA-HR: the same, counts not binned",
     .source = "syvlo/RSVQA VQA_model/VocabEncoder.py, train.py",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = VQA,
     .judge = rs_judge_rsvqa_hr,
     .average = RS_AVERAGE_TYPES},
    {.name = "vqa.vrsbench",
     .summary = "containment, closed answers, else a judge",
     .source = "lx709/VRSBench eval_fianl/eval_vqa_gpt.ipynb",
     .verified = RS_VERIFIED_CODE,
     .family = RS_FAMILY_ANSWER,
     .tasks = VQA,
     .renamed_types = vrsbench_types,
     .judge = rs_judge_vrsbench,
     .average = RS_AVERAGE_TYPES,
     .note = "answers that no verdict (--judge-verdicts) decides count 0: a lower bound"},
    {.name = NULL},
};

const char *rs_metrics_verified_name(rs_verified verified)
{
    static const char *const names[] = {"code", "paper", "recalled", "no"};
    return names[verified];
}

/* Equal, with '_' and '-' as one. */
static bool is_same_name(rs_str a, rs_str b)
{
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++)
        if ((a.ptr[i] == '_' ? '-' : a.ptr[i]) != (b.ptr[i] == '_' ? '-' : b.ptr[i])) return false;
    return true;
}

/* Names of the scoring rules for what is listed under its kind here. */
static const char *const also[][2] = {{"mc.rsevalkit", "choice.rsevalkit"},
                                      {"vqa.rsvqa-lr", "vqa.rsvqa"}};

const rs_profile *rs_metrics_profile(rs_str name)
{
    for (size_t i = 0; i < sizeof also / sizeof *also; i++)
        if (is_same_name(rs_str_of(also[i][0]), name)) name = rs_str_of(also[i][1]);
    for (const rs_profile *p = rs_profiles; p->name; p++)
        if (is_same_name(rs_str_of(p->name), name)) return p;
    return NULL;
}

/* Is `name` an item of the comma-separated list? */
static bool is_listed(const char *list, rs_str name)
{
    rs_str rest = rs_str_of(list), piece;
    while (rs_str_split(&rest, ',', &piece))
        if (rs_str_eq(piece, name)) return true;
    return false;
}

bool rs_metrics_profile_is_ours(const rs_profile *p)
{
    return p->verified == RS_VERIFIED_NO || p->verified == RS_VERIFIED_PAPER;
}

bool rs_metrics_profile_takes(const rs_profile *p, rs_str task)
{
    return !task.len || !p->tasks || is_listed(p->tasks, task);
}

/* Datasets whose rules bear another name: a benchmark's, or one profile. */
static const char *const scored_by[][2] = {{"coreval-choice", "choice.choice"},
                                           {"geochat-bench", "geochat"},
                                           {"lhrs-instruct", "lhrs-bench"},
                                           {"nwpu-captions", "caption.coco"},
                                           {"rsicd", "caption.coco"},
                                           {"sydney-captions", "caption.coco"},
                                           {"ucm-captions", "caption.coco"},
                                           {"vleo-bench", "vleo"},
                                           {"xlrs-bench", "xlrs"}};

static rs_str benchmark_of(rs_str profile)
{
    return rs_str_sub(profile, rs_str_find_char(profile, '.') + 1, profile.len);
}

/* "vrsbench" is the benchmark of "ground.vrsbench.obb" and "mme-realworld" of
 * "choice.mme-realworld-harness"; "dior" is not that of "ground.dior-rsvg", nor "ev" that of
 * "choice.coreval". */
static bool is_benchmark(rs_str profile, rs_str dataset)
{
    static const char *const variants[] = {".", "-harness", "-script", "-v1", "-v2"};
    const rs_str name = benchmark_of(profile);
    if (!rs_str_starts(name, dataset)) return false;
    const rs_str rest = rs_str_sub(name, dataset.len, name.len);
    bool variant = rest.len == 0;
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        variant = variant || rs_str_starts(rest, rs_str_of(variants[i]));
    return variant;
}

const rs_profile *rs_metrics_profile_of(rs_str dataset, const rs_profile *last)
{
    if (dataset.len == 0) return NULL;
    for (size_t i = 0; i < sizeof also / sizeof *also; i++)
        if (rs_str_eq(benchmark_of(rs_str_of(also[i][0])), dataset))
            dataset = benchmark_of(rs_str_of(also[i][1]));
    for (size_t i = 0; i < sizeof scored_by / sizeof *scored_by; i++) {
        if (!rs_str_eq(rs_str_of(scored_by[i][0]), dataset)) continue;
        dataset = rs_str_of(scored_by[i][1]);
        if (rs_str_find_char(dataset, '.') != RS_NPOS)
            return last ? NULL : rs_metrics_profile(dataset);
    }
    for (const rs_profile *p = last ? last + 1 : rs_profiles; p->name; p++)
        if (is_benchmark(rs_str_of(p->name), dataset)) return p;
    return NULL;
}

size_t rs_metrics_profile_suggest(rs_str name, const char **out, size_t most)
{
    size_t n = 0, least = 4;
    for (const rs_profile *p = rs_profiles; p->name && n < most && name.len > 1; p++)
        if (rs_str_find(rs_str_of(p->name), name) != RS_NPOS) out[n++] = p->name;
    /* Without any name that holds the word: the nearest one, at most three letters away. */
    for (const rs_profile *p = rs_profiles; p->name && most > 0 && !(n > 0 && least == 4); p++) {
        if (!rs_str_nearer(name, rs_str_of(p->name), &least)) continue;
        out[0] = p->name;
        n = 1;
    }
    return n;
}
