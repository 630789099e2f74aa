/* Findings: something about the data, with where it is. One table holds every code, its severity
 * and what it means; a finding that is not in the table cannot be made. */
#ifndef RS_MODEL_FINDING_H
#define RS_MODEL_FINDING_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum rs_severity { RS_NOTE, RS_WARNING, RS_SERIOUS } rs_severity;

/* What a finding does to the training set. The rule: whatever makes a written statement possibly
 * false stops that statement. Ordered: a larger one leaves out more. */
typedef enum rs_effect {
    RS_EFFECT_NONE,   /* everything is kept */
    RS_EFFECT_REGION, /* the region is in no answer; the list of objects is complete without it */
    RS_EFFECT_LIST,   /* the region is in no answer, and sample.complete becomes false: no list, no
                         count and no "none" is written of this picture */
    RS_EFFECT_SAMPLE, /* the sample stays in the workspace and out of training */
    RS_EFFECT_RECORD, /* the record is set aside: there is no sample */
    RS_EFFECT_SOURCE, /* no record of the source is trained on until somebody decides */
} rs_effect;

/* enum name, code, severity, effect, what it means, what to do. docs/findings.md is made of it by
 * tools/findings-table. */
/* clang-format off */
#define RS_FINDINGS(X) \
    X(ANSWER_EMPTY, "answer-empty", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "an answer is empty", \
      "nothing: the sample is left out of training") \
    X(ANSWER_MISSING, "answer-missing", RS_SERIOUS, RS_EFFECT_RECORD, \
      "a question has no answer record", \
      "check that the answers file is the one of these questions") \
    X(ANSWER_REJECTED, "answer-rejected", RS_SERIOUS, RS_EFFECT_RECORD, \
      "a record marks its answer as bad or not to be trained on, or pairs it with a bad one", \
      "nothing, or --param preference=chosen, which reads the chosen answers of pairs") \
    X(ARCHIVE_DAMAGED, "archive-damaged", RS_SERIOUS, RS_EFFECT_NONE, \
      "an archive is truncated or damaged; what could be read was read", \
      "download it again and compare its checksum") \
    X(ARCHIVE_LIMIT, "archive-limit", RS_SERIOUS, RS_EFFECT_NONE, \
      "an archive crosses a limit and stays closed; the rest of the release was read", \
      "as the message says: unpack it and index the folder, or name a larger TMPDIR") \
    X(BANDS_SHOWN, "bands-shown", RS_NOTE, RS_EFFECT_NONE, \
      "three of many bands are shown as red, green and blue", \
      "nothing, or name others: rsift index ... --bands R,G,B") \
    X(BANDS_UNKNOWN, "bands-unknown", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "a picture has more than three bands, and nothing says which are red, green and blue", \
      "name them, counted from 1: rsift index ... --bands R,G,B") \
    X(BOX_CONVENTION, "box-convention", RS_SERIOUS, RS_EFFECT_SOURCE, \
      "what the numbers of boxes mean is not clear from all of them; samples with such boxes are " \
      "left out, the others stay", \
      "name it as the message says, with --param box_convention=NAME") \
    X(BOX_CONVENTION_DECIDED, "box-convention-decided", RS_NOTE, RS_EFFECT_NONE, \
      "what the numbers of boxes mean was decided from all of them", \
      "check it with rsift sample; --param box_convention=NAME overrides it") \
    X(BOX_PICTURE_UNKNOWN, "box-picture-unknown", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "a sample has several pictures and a box does not tell on which of them it lies", \
      "name the picture in the text (image 2, the second image), or one picture a sample") \
    X(BOX_SCALED, "box-scaled", RS_WARNING, RS_EFFECT_NONE, \
      "the annotation was made on another size of the picture; its boxes are scaled", \
      "look at one with rsift sample: the pictures may be of another edition") \
    X(BOX_SIZE, "box-size", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "the annotation states a size of another shape than the picture's: where its boxes lie is " \
      "not known", \
      "check that the pictures are those of this edition, or mend the stated size") \
    X(BOX_TEXT_UNPARSED, "box-text-unparsed", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "text looks like coordinates and cannot be parsed", \
      "see the place; --param box_style=NAME limits the spellings that are read as boxes") \
    X(BOX_TURN, "box-turn", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "EXIF turns the picture, and no stated size tells whether boxes count on the turned view", \
      "state width and height in the annotation, or turn the pixels and drop the EXIF tag") \
    X(CAPTION_EMPTY, "caption-empty", RS_WARNING, RS_EFFECT_NONE, \
      "a caption is empty; it is never written", \
      "nothing: the other captions are used") \
    X(CAPTION_REPEATED, "caption-repeated", RS_NOTE, RS_EFFECT_NONE, \
      "one image repeats a reference caption; it counts once", \
      "nothing") \
    X(CLASS_UNKNOWN, "class-unknown", RS_WARNING, RS_EFFECT_LIST, \
      "an object's class is not in the dataset's list, or has no name", \
      "add the class to the list, or leave the picture out") \
    X(CONFLICT, "conflict", RS_WARNING, RS_EFFECT_SAMPLE, \
      "same picture and question, another answer: not both can be true", \
      "look at both with rsift sample and mend one; conflicts: keep in the recipe trains on all") \
    X(COUNT_MISMATCH, "count-mismatch", RS_WARNING, RS_EFFECT_NONE, \
      "a count differs from what the catalogue states", \
      "rsift audit --json lists what is expected and found; part of the release may not be here") \
    X(DUPLICATE, "duplicate", RS_WARNING, RS_EFFECT_NONE, \
      "an exact duplicate of another sample; both stay in the workspace", \
      "nothing: mix keeps one of them (duplicates: keep in the recipe keeps all)") \
    X(ENCODING, "encoding", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "text is not valid UTF-8, or holds U+FFFD for what is lost", \
      "say the encoding: rsift index ... --encoding gbk") \
    X(FIELD_MISSING, "field-missing", RS_SERIOUS, RS_EFFECT_RECORD, \
      "a required field is missing", \
      "see the place; mend the file or the reader's parameters") \
    X(FIELD_TYPE, "field-type", RS_SERIOUS, RS_EFFECT_RECORD, \
      "a field has the wrong type", \
      "see the place; mend the file or the reader's parameters") \
    X(FIELD_COERCED, "field-coerced", RS_NOTE, RS_EFFECT_NONE, \
      "a number stands where text is due; read as text", \
      "nothing") \
    X(FIELD_UNKEPT, "field-unkept", RS_NOTE, RS_EFFECT_NONE, \
      "records carry a field of which nothing is kept; told once for each field, n counts the " \
      "records", \
      "nothing, or name it: rsift list --readers shows a reader's parameters") \
    X(FILE_CLOSED, "file-closed", RS_SERIOUS, RS_EFFECT_NONE, \
      "a file or folder may not be read by whoever indexes: what it holds is in no count", \
      "give the permission to read it, rsift remove the dataset, and index it again") \
    X(FILE_MISSING, "file-missing", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "a file that the release should have is absent", \
      "rsift scan says what is missing; rsift show says where it comes from") \
    X(FORMAT, "format", RS_SERIOUS, RS_EFFECT_RECORD, \
      "a record cannot be parsed", \
      "see the place; the record is counted and left out") \
    X(ID_REPEATED, "id-repeated", RS_WARNING, RS_EFFECT_NONE, \
      "an id stands in the file more than once", \
      "see the place; which record is meant cannot be told") \
    X(IMAGE_AMBIGUOUS, "image-ambiguous", RS_WARNING, RS_EFFECT_NONE, \
      "several files could be the named picture; none is taken", \
      "name the right folder: rsift link ID --images DIR") \
    X(IMAGE_MISSING, "image-missing", RS_NOTE, RS_EFFECT_NONE, \
      "the named picture is not here: audit weighs how many, mix leaves the sample out " \
      "(unresolved-picture)", \
      "rsift link ID --images DIR, then mix again") \
    X(IMAGE_SIZE, "image-size", RS_WARNING, RS_EFFECT_NONE, \
      "the picture's size differs from the annotation's", \
      "check that the pictures are those of this edition") \
    X(IMAGE_SPLITS, "image-splits", RS_WARNING, RS_EFFECT_NONE, \
      "one picture stands in two splits", \
      "strict: yes in the recipe leaves training samples out whose picture the benchmark shows") \
    X(IMAGE_TRUNCATED, "image-truncated", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "a picture ends early", \
      "download it again") \
    X(IMAGE_UNREADABLE, "image-unreadable", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "a picture cannot be read", \
      "download it again") \
    X(LABELS_ABSENT, "labels-absent", RS_WARNING, RS_EFFECT_LIST, \
      "a file names pictures and says nothing about their objects", \
      "nothing: absent is not empty, and nothing is asked about them") \
    X(LABEL_NAMELESS, "label-nameless", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "a class that is the answer, or the label of a box in a text, is empty, a number that no " \
      "list names, or no name at all; an answer names none of its choices", \
      "name the classes: a class list, or --param class_names=3=ship") \
    X(LINK_ORPHAN, "link-orphan", RS_WARNING, RS_EFFECT_RECORD, \
      "a record points to a record that is not there", \
      "check that both files are of one edition") \
    X(LINK_SKIPPED, "link-skipped", RS_WARNING, RS_EFFECT_NONE, \
      "a symbolic link to a folder, or out of the folder given, is not followed: what lies there " \
      "is not read", \
      "name what the link leads to: rsift index TARGET, or --images TARGET") \
    X(OWN_OUTPUT, "own-output", RS_NOTE, RS_EFFECT_NONE, \
      "a folder inside of the path is a workspace or an output of rsift (rsift-workspace.json or " \
      ".rsift-output lies in it): it is not read with the data that it was made of", \
      "nothing; to read it all the same, index that folder by itself") \
    X(LANGUAGE, "language", RS_WARNING, RS_EFFECT_NONE, \
      "expressions are written in another script than the release's: another edition's texts", \
      "compare the archive with the release's; the texts are kept as they are") \
    X(TOOL_FOLDER, "tool-folder", RS_NOTE, RS_EFFECT_NONE, \
      "a folder inside of the path is one that a program keeps for itself (.git, site-packages, " \
      "node_modules, a virtual environment): it is not read", \
      "nothing; to read it all the same, index that folder by itself") \
    X(LIMIT, "limit", RS_SERIOUS, RS_EFFECT_RECORD, \
      "a record crosses a limit", \
      "see the place; docs/limits.md lists the limits") \
    X(LIST_PARTED, "list-parted", RS_WARNING, RS_EFFECT_LIST, \
      "records of one picture list different objects: none of them is known to be whole", \
      "index the one file that lists them all, or merge the files") \
    X(LIST_WITHHELD, "list-withheld", RS_WARNING, RS_EFFECT_LIST, \
      "no picture of a split of one's own data has an object: its answers may be withheld, as " \
      "test parts do", \
      "nothing where that is so; pictures without objects: index them in one split with some " \
      "that have any") \
    X(MASK_APART, "mask-apart", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "the box of an object and its mask lie apart: one of them shows something else", \
      "see the place; the sample is left out of training") \
    X(MASK_DIFFERS, "mask-differs", RS_NOTE, RS_EFFECT_NONE, \
      "the box of an object and the box around its mask share less than half of their area", \
      "look at one with rsift sample: the mask may miss a part of the object or spill over") \
    X(MASK_VALUE, "mask-value", RS_WARNING, RS_EFFECT_LIST, \
      "pixels of a mask have a value or colour that no class has", \
      "name it: --param mask_values=VALUE=CLASS, or unlabelled=VALUE") \
    X(MEDIA_UNSUPPORTED, "media-unsupported", RS_SERIOUS, RS_EFFECT_RECORD, \
      "a record is about a video, a sound or a picture inside its text", \
      "give its frames or the picture as files that the record names") \
    X(MEMBER_NAME, "member-name", RS_WARNING, RS_EFFECT_NONE, \
      "a member's name is unsafe or not UTF-8; it was changed", \
      "nothing") \
    X(MEMBER_REPEATED, "member-repeated", RS_WARNING, RS_EFFECT_NONE, \
      "two members have one name", \
      "nothing: the first one counts") \
    X(MEMBER_UNSUPPORTED, "member-unsupported", RS_SERIOUS, RS_EFFECT_NONE, \
      "a member's compression or encryption is not supported", \
      "unpack the archive and index the folder") \
    X(NOTHING_READ, "nothing-read", RS_SERIOUS, RS_EFFECT_RECORD, \
      "a file that looks like annotation is read by no source, or holds nothing that its reader " \
      "reads", \
      "rsift scan FILE names the reader that fits; index it by itself, or take it away") \
    X(NUMBER, "number", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "a coordinate is not a finite number, or a region ten times its picture", \
      "see the place; the sample is left out of training") \
    X(OBJECT_UNREAD, "object-unread", RS_WARNING, RS_EFFECT_LIST, \
      "an object has a form that the reader does not know", \
      "see the place; rsift scan says which reader fits") \
    X(PLACEHOLDERS, "placeholders", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "<image> tags and pictures do not match, or a word for a picture is of another spelling", \
      "see the place; the sample is left out of training") \
    X(QUESTION_EMPTY, "question-empty", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "a question is empty", \
      "nothing: the sample is left out of training") \
    X(REGION_CLIPPED, "region-clipped", RS_WARNING, RS_EFFECT_NONE, \
      "a region leaves its picture; it is cut there", \
      "check the convention of the boxes when there are many") \
    X(REGION_CROWD, "region-crowd", RS_WARNING, RS_EFFECT_LIST, \
      "a region stands for a group of objects (COCO's iscrowd)", \
      "nothing: it is in no answer, and nothing is counted or listed in its picture") \
    X(REGION_DEGENERATE, "region-degenerate", RS_WARNING, RS_EFFECT_LIST, \
      "a region has no area", \
      "see the place") \
    X(REGION_IN_TEXT, "region-in-text", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "a box that a text is about lies outside its picture or has no area", \
      "see the place; it cannot be taken out of the sentence") \
    X(REGION_INVERTED, "region-inverted", RS_WARNING, RS_EFFECT_NONE, \
      "a box's corners are swapped; they are put in order", \
      "see the place") \
    X(REGION_OUTSIDE, "region-outside", RS_WARNING, RS_EFFECT_REGION, \
      "a region lies wholly outside its picture and is in no answer", \
      "see the place; check the convention of the boxes") \
    X(REST_UNREAD, "rest-unread", RS_SERIOUS, RS_EFFECT_NONE, \
      "a file is damaged: the records behind the damage were not read and are in no count", \
      "mend the file at the byte named, or write it as JSON Lines; index it again") \
    X(ROLES, "roles", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "turns do not alternate between user and assistant", \
      "see the place; the sample is left out of training") \
    X(SPECIAL_TOKEN, "special-token", RS_SERIOUS, RS_EFFECT_SAMPLE, \
      "text holds a word that trainers replace or models read as a token", \
      "take the word out of the text, or leave the sample out") \
    X(SPLIT_LIST, "split-list", RS_WARNING, RS_EFFECT_NONE, \
      "split lists contradict each other: one object stands in two of them", \
      "take the release's present lists; such an object counts as evaluation data") \
    X(SPLIT_REFUSED, "split-refused", RS_SERIOUS, RS_EFFECT_NONE, \
      "split lists that number objects do not fit the files: no sample is in a split, and none " \
      "is for training", \
      "index all annotation files of the release, in one edition, with its own lists") \
    X(SPLIT_UNKNOWN, "split-unknown", RS_WARNING, RS_EFFECT_NONE, \
      "a split name is not one the catalogue knows", \
      "see the place")
/* clang-format on */

typedef enum rs_finding_code {
#define X(name, code, severity, effect, meaning, remedy) RS_F_##name,
    RS_FINDINGS(X)
#undef X
        RS_N_FINDINGS
} rs_finding_code;

typedef struct rs_finding {
    rs_finding_code code;
    int64_t ordinal; /* raw record, -1 = the file */
    int32_t sample;  /* index into the batch's samples, -1 = none (set aside or not about one) */
    int32_t asset;   /* index into that sample's assets, -1 = none */
    rs_str where;    /* inside the record: "conversations[3].value > byte 88123"; may be empty */
    rs_str message;  /* what was expected and found, at most 64 quoted bytes of input */
} rs_finding;

typedef struct rs_finding_info {
    const char *code;
    rs_severity severity;
    rs_effect effect;
    const char *meaning;
    const char *remedy; /* what to do, as a sentence without a full stop */
} rs_finding_info;

const rs_finding_info *rs_model_finding_info(rs_finding_code code);
bool rs_model_finding_parse(rs_str code, rs_finding_code *out);
const char *rs_model_severity_name(rs_severity severity);
const char *rs_model_effect_name(rs_effect effect); /* "object left out" */

#endif
