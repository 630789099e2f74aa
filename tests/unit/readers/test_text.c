/* The readers of captions, lines, flat records and folders. */
#include "harness.h"

static void karpathy_form(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "karpathy", RS_TASK_CAPTION);
    put_file(
        &h, "d.json",
        RS_STR("{\"images\":[{\"filename\":\"a.jpg\",\"imgid\":3,\"split\":\"val\",\"sentences\":["
               "{\"raw\":\"one .\",\"tokens\":[\"one\"]},{\"tokens\":[\"two\",\"planes\"]}]},"
               "{\"filename\":\"b.jpg\",\"sentences\":[]},{\"imgid\":9,\"sentences\":[{\"raw\":"
               "\"x\"}]},"
               "{\"filename\":\"c.jpg\",\"sentences\":[{\"sentid\":1}]}],\"dataset\":\"x\"}"));
    use(&h, "records", "d.json");
    media(&h, RS_ASSET_IMAGE, "imgs/{split}/{name}");
    harness_read(&h);
    check_counts(&h, 0, 4, 1, 0, 0, 3);
    assert_string_equal(show(&h, 0),
                        "caption id=3 official/val | reference:one . | reference:two planes | "
                        "image=imgs/val/a.jpg");
    assert_int_equal(n_findings(&h, RS_F_FIELD_MISSING), 3);
    check_replay(&h);
    harness_fini(&h);
}

static void karpathy_pairs_and_classes(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "karpathy", RS_TASK_CHANGE_CAPTION);
    put_file(&h, "d.json",
             RS_STR("{\"images\":[{\"filepath\":\"train\",\"filename\":\"t_1.png\",\"imgid\":0,"
                    "\"changeflag\":1,"
                    "\"sentences\":[{\"raw\":\" no .\"}],\"split\":\"train\"}]}"));
    use(&h, "records", "d.json");
    media(&h, RS_ASSET_BEFORE, "images/{split}/A/{name}");
    media(&h, RS_ASSET_AFTER, "images/{split}/B/{name}");
    param(&h, "label_field", "changeflag");
    harness_read(&h);
    assert_string_equal(show(&h, 0),
                        "change-caption id=0 official/train label=1 | reference: no . | "
                        "before=images/train/A/t_1.png | after=images/train/B/t_1.png");
    harness_fini(&h);
    harness_init(&h, "karpathy", RS_TASK_CAPTION);
    put_file(&h, "n.json",
             RS_STR("{\"airplane\":[{\"filename\":\"airplane_1.jpg\",\"imgid\":7,\"split\":"
                    "\"test\",\"raw\":\"a\","
                    "\"raw_1\":\"b\",\"raw_2\":\"c\"}]}"));
    use(&h, "records", "n.json");
    media(&h, RS_ASSET_IMAGE, "{class}/{name}");
    param(&h, "list", "*");
    harness_read(&h);
    assert_string_equal(show(&h, 0),
                        "caption id=7 official/test | reference:a | reference:b | reference:c | "
                        "image=airplane/airplane_1.jpg");
    harness_fini(&h);
}

/* A text file that says where to download from asks no question. */
static void lines_probe_wants_questions(void **unused)
{
    (void)unused;
    static const struct {
        const char *head;
        bool taken;
    } cases[] = {
        {"1.tif:what is the theme of this picture?residential\r\n", true},
        {"P0000: how many ships are there?272\n", true},
        {"https://host/file?id=1\n", false},
        {"Download Dataset: https://host/folders/1hT?usp=sharing\n", false},
    };
    const rs_reader *reader = rs_reader_find(RS_STR("lines"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rs_probe_input input = {RS_STR("dataset.txt"), rs_str_of(cases[i].head), 100};
        assert_int_equal(reader->probe(&input) > 50, cases[i].taken);
    }
}

static void lines_form(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "lines", RS_TASK_VQA);
    put_file(&h, "q.txt",
             RS_STR("1.tif:what is the theme of this picture?residential\r\nP0000: how many ships "
                    "are there?272\n\n"
                    "broken line\n:no image?x\nb: caf\xE9?yes"));
    use(&h, "lines", "q.txt");
    param(&h, "skill_by_text", "how many=counting");
    param(&h, "task_by_text", "theme=classification");
    harness_read(&h);
    check_counts(&h, 0, 6, 3, 0, 1, 2);
    assert_string_equal(show(&h, 0),
                        "classification id= | user:what is the theme of this picture? | "
                        "assistant:residential | image=1.tif");
    assert_string_equal(
        show(&h, 1),
        "vqa id= skill=counting | user:how many ships are there? | assistant:272 | image=P0000");
    assert_int_equal(n_findings(&h, RS_F_ENCODING), 1);
    check_replay(&h);
    harness_fini(&h);
    harness_init(&h, "lines", RS_TASK_GROUNDING_HBB);
    put_file(&h, "q.txt", RS_STR("7\ta b.jpg\tthe ship\n"));
    use(&h, "lines", "q.txt");
    param(&h, "pattern", "<id>\t<image>\t<phrase>");
    harness_read(&h);
    assert_string_equal(show(&h, 0), "grounding-hbb id=7 | phrase:the ship | image=a b.jpg");
    harness_fini(&h);
    harness_init(&h, "lines", RS_TASK_VQA);
    put_file(&h, "q.txt", RS_STR("x"));
    use(&h, "lines", "q.txt");
    param(&h, "pattern", "<image><question>");
    assert_int_equal(harness_try(&h), RSIFT_E_ARG);
    harness_fini(&h);
}

/* Boxes among commas: RSVG-HR, with its line of a comma for a point. */
static void lines_of_boxes(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "lines", RS_TASK_GROUNDING_HBB);
    put_file(&h, "q.txt",
             RS_STR("a.jpg,1.5,2,30,40,a pool, by a road\na.jpg,170.0,774.0,216,00,803.21,find a "
                    "pool\na.jpg,1,2,NaN,4,a pool\na.jpg,1,2,3,4,12 ships\na.jpg,1,2,3\n"));
    use(&h, "lines", "q.txt");
    param(&h, "pattern", "<image>,<xmin>,<ymin>,<xmax>,<ymax>,<phrase>");
    harness_read(&h);
    check_counts(&h, 0, 5, 2, 0, 0, 3);
    assert_string_equal(show(&h, 0), "grounding-hbb id= | phrase:a pool, by a road | image=a.jpg | "
                                     "hbb 'a pool, by a road' [1.5 2 30 40] px");
    assert_string_equal(show(&h, 1), "grounding-hbb id= | phrase:12 ships | image=a.jpg | "
                                     "hbb '12 ships' [1 2 3 4] px");
    assert_int_equal(n_findings(&h, RS_F_FORMAT), 3);
    check_replay(&h);
    harness_fini(&h);
    harness_init(&h, "lines", RS_TASK_GROUNDING_HBB);
    put_file(&h, "q.txt", RS_STR("x"));
    use(&h, "lines", "q.txt");
    param(&h, "pattern", "<image>,<xmin>,<ymin>,<phrase>");
    assert_int_equal(harness_try(&h), RSIFT_E_ARG);
    harness_fini(&h);
}

/* Two caption columns are two samples of one picture; rows of another width and cells without end
 * cost no memory. */
static void captions_of_a_row(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "records", RS_TASK_CAPTION);
    put_file(&h, "t.csv",
             RS_STR("filepath,title,long\r\na.jpg,\"a \"\"barn\"\"\nin two lines\",a "
                    "barn\r\nb.jpg,,\r\nc.jpg,x,\r\nd.jpg,x\r\n,x,y\r\n"));
    use(&h, "tables", "t.csv");
    param(&h, "image", "filepath");
    param(&h, "captions", "title|long");
    param(&h, "type_value", "web");
    harness_read(&h);
    check_counts(&h, 0, 5, 2, 0, 0, 3);
    assert_int_equal(h.batch.n_samples, 3);
    assert_string_equal(show(&h, 0),
                        "caption id= type=title | reference:a \"barn\"\nin two lines | "
                        "image=a.jpg");
    assert_string_equal(show(&h, 1), "caption id= type=long | reference:a barn | image=a.jpg");
    assert_int_equal(n_findings(&h, RS_F_FIELD_MISSING), 2);
    check_replay(&h);
    harness_fini(&h);
}

/* RS5M's lists come with and without a header. */
static void tables_without_header(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "records", RS_TASK_CAPTION);
    put_file(&h, "a.csv", RS_STR("a.jpg,\"one, two\"\nb.png,three\n"));
    put_file(&h, "b.csv", RS_STR("img_name,caption\nc.jpg,four\n"));
    put_file(&h, "c.csv", RS_STR("d.jpg,five,six\n"));
    use(&h, "tables", ".csv");
    param(&h, "columns", "name|caption");
    param(&h, "image", "name");
    param(&h, "caption", "caption");
    harness_read(&h);
    check_counts(&h, 0, 4, 3, 0, 0, 1);
    assert_string_equal(show(&h, 0), "caption id= | reference:one, two | image=a.jpg");
    assert_string_equal(show(&h, 2), "caption id= | reference:four | image=c.jpg");
    check_replay(&h);
    harness_fini(&h);
}

/* A header and rows of more cells than any table has. */
static void tables_too_wide(void **unused)
{
    (void)unused;
    harness h;
    rs_buf text = {0};
    rs_buf_cstr(&text, "image,caption\na.jpg,one\n");
    for (int i = 0; i < 1000000; i++) rs_buf_char(&text, ',');
    rs_buf_cstr(&text, "\nb.jpg,two\n");
    harness_init(&h, "records", RS_TASK_CAPTION);
    put_file(&h, "a.csv", rs_buf_view(&text));
    put_file(&h, "b.csv", rs_str_sub(rs_buf_view(&text), 24, text.len));
    rs_buf_fini(&text);
    use(&h, "tables", ".csv");
    param(&h, "image", "image");
    param(&h, "caption", "caption");
    harness_read(&h);
    check_counts(&h, 0, 4, 2, 0, 0, 2);
    assert_int_equal(n_findings(&h, RS_F_LIMIT), 2);
    harness_fini(&h);
}

/* Groups of a folder: WebDataset's keys. The texts' order in the use is the tree's. */
static void webdataset_groups(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "webdataset", RS_TASK_CAPTION);
    put_file(&h, "d/0.caption", RS_STR("a quay\n"));
    put_file(&h, "d/0.img_content", RS_STR("x"));
    put_file(&h, "d/0.img_name", RS_STR("ben_0.jpg"));
    put_file(&h, "d/1.img_content", RS_STR("x"));
    put_file(&h, "d/1.img_name", RS_STR("ben_1.jpg"));
    put_file(&h, "d/2.img_content", RS_STR("x"));
    put_file(&h, "d/3.caption", RS_STR("alone"));
    put_file(&h, "d/4.caption", RS_STR("moves"));
    put_file(&h, "d/4.mp4", RS_STR("x"));
    put_file(&h, "d/5.caption", RS_STR("two"));
    put_file(&h, "d/5.jpg", RS_STR("x"));
    put_file(&h, "d/5.seg.png", RS_STR("x"));
    put_file(&h, "d/6.b", RS_STR("x"));
    put_file(&h, "e/0.jpg", RS_STR("elsewhere"));
    open_tree(&h);
    size_t members[8], n = 0;
    rs_str logical[8];
    for (size_t i = 0; i < rs_io_n_members(h.tree); i++) {
        const rs_str path = rs_io_member_at(h.tree, i)->path;
        if (!rs_str_ends(path, RS_STR(".caption")) && !rs_str_ends(path, RS_STR(".img_name")))
            continue;
        members[n] = i;
        logical[n++] = path;
    }
    h.files[h.source.n_files++] =
        (rs_source_files){.use = RS_STR("texts"), .members = members, .logical = logical, .n = n};
    param(&h, "caption", "caption");
    param(&h, "id", "img_name");
    harness_read(&h);
    check_counts(&h, 0, 6, 2, 0, 0, 4);
    assert_string_equal(show(&h, 0),
                        "caption id=ben_0.jpg | reference:a quay | image=d/0.img_content");
    assert_string_equal(show(&h, 1), "caption id=3 | reference:alone | image=d/3.jpg");
    assert_int_equal(n_findings(&h, RS_F_FIELD_MISSING), 2); /* 1 and 2 */
    assert_int_equal(n_findings(&h, RS_F_MEDIA_UNSUPPORTED), 1);
    assert_int_equal(n_findings(&h, RS_F_FORMAT), 1);
    assert_int_equal(n_findings(&h, RS_F_NOTHING_READ), 1); /* the extension "b" */
    assert_true(h.n_jumps == 5);
    check_replay(&h);
    harness_fini(&h);
}

/* What nobody named is found by the names that writers use; a JSON member is read by itself. */
static void webdataset_fields(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "webdataset", RS_TASK_CAPTION);
    put_file(&h, "0.json", RS_STR("{\"question\":\"a?\",\"answer\":\"b\"}"));
    put_file(&h, "1.json", RS_STR("{\"caption\":\"c\"}"));
    put_file(&h, "2.json", RS_STR("1},\"caption\":\"smuggled\",\"x\":{\"y\":1"));
    put_file(&h, "3.json", RS_STR("{\"url\":\"u\"}"));
    use(&h, "texts", ".json");
    harness_read(&h);
    check_counts(&h, 0, 4, 2, 0, 0, 2);
    assert_string_equal(show(&h, 0), "vqa id=0 | user:a? | assistant:b | image=0.jpg");
    assert_string_equal(show(&h, 1), "caption id=1 | reference:c | image=1.jpg");
    assert_int_equal(n_findings(&h, RS_F_FORMAT), 1);
    assert_int_equal(n_findings(&h, RS_F_FIELD_MISSING), 1);
    check_replay(&h);
    harness_fini(&h);
    harness_init(&h, "webdataset", RS_TASK_CAPTION);
    put_file(&h, "7.json",
             RS_STR("{\"id\":7,\"a\":[{\"text\":\"one\",\"task\":1},{\"text\":"
                    "\"two\",\"task\":\"3\"}]}"));
    use(&h, "texts", ".json");
    param(&h, "each", "json.a");
    param(&h, "caption", "text");
    param(&h, "type", "task");
    param(&h, "id", "json.id");
    harness_read(&h);
    assert_int_equal(h.batch.n_samples, 2);
    assert_string_equal(show(&h, 1), "caption id=7 type=3 | reference:two | image=7.jpg");
    harness_fini(&h);
}

static void flat_records(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "records", RS_TASK_GROUNDING_HBB);
    put_file(
        &h, "r.json",
        RS_STR(
            "[{\"image_id\":\"P.png\",\"question\":\"The "
            "ship.\",\"ground_truth\":\"{<25><40><33><60>}\","
            "\"question_id\":0,\"type\":\"ref\",\"obj_corner\":[0.25,0.5,0.75,0.5,0.75,1,0.25,1],"
            "\"obj_cls\":\"ship\"},"
            "{\"image_id\":\"Q.png\",\"question\":\"It.\",\"ground_truth\":\"{<1><2><3><4>}\","
            "\"question_id\":1},"
            "{\"image_id\":\"Q.png\",\"question\":\"It.\",\"question_id\":2,\"type\":\"skip me\"},"
            "{\"question\":\"no image\"}]"));
    use(&h, "records", "r.json");
    param(&h, "id", "question_id");
    param(&h, "image", "image_id");
    param(&h, "phrase", "question");
    param(&h, "class", "obj_cls");
    param(&h, "type", "type");
    param(&h, "box", "obj_corner");
    param(&h, "box_convention", "fraction-quad");
    param(&h, "box_text", "ground_truth");
    param(&h, "box_text_convention", "percent");
    param(&h, "drop_types", "skip me");
    harness_read(&h);
    check_counts(&h, 0, 4, 2, 0, 1, 1);
    assert_string_equal(show(&h, 0),
                        "grounding-hbb id=0 type=ref | phrase:The ship. | image=P.png | "
                        "obb 'ship' [0.25 0.5 0.75 0.5 0.75 1 0.25 1] fraction-quad");
    assert_string_equal(
        show(&h, 1), "grounding-hbb id=1 | phrase:It. | image=Q.png | hbb 'It.' [1 2 3 4] percent");
    harness_fini(&h);
    harness_init(&h, "records", RS_TASK_VQA);
    put_file(
        &h, "f.json",
        RS_STR("{\"0\":{\"Image_ID\":\"10165.JPG\",\"Question\":\"How many?\",\"Ground_Truth\":4,"
               "\"Question_Type\":\"Simple_Counting\"},\"1\":{\"Image_ID\":\"1.JPG\",\"Question\":"
               "\"q\"}}"));
    use(&h, "records", "f.json");
    param(&h, "shape", "keyed");
    param(&h, "image", "Image_ID");
    param(&h, "question", "Question");
    param(&h, "answer", "Ground_Truth");
    param(&h, "type", "Question_Type");
    harness_read(&h);
    assert_string_equal(
        show(&h, 0),
        "vqa id=0 type=Simple_Counting | user:How many? | assistant:4 | image=10165.JPG");
    assert_string_equal(show(&h, 1), "vqa id=1 withheld | user:q | image=1.JPG");
    harness_fini(&h);
}

/* Choices as a list, an object, a text, and columns; a question of choices without any is no
 * question. Records of other parts are skipped. */
static void choices(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "records", RS_TASK_CHOICE_VQA);
    put_file(&h, "r.json",
             RS_STR("[{\"Q\":\"Where?\",\"C\":[\"(A) left\",\"right\"],\"P\":\"RS\",\"a\":\"A\"},"
                    "{\"Q\":\"Where?\",\"C\":{\"A\":\"left\",\"B\":2},\"P\":\"RS\",\"a\":\"B\"},"
                    "{\"Q\":\"Where?\",\"C\":\"A. left B. right\",\"P\":\"RS\",\"a\":\"B\"},"
                    "{\"Q\":\"Where?\",\"C\":[],\"P\":\"RS\",\"a\":\"B\"},"
                    "{\"Q\":\"Where?\",\"C\":[\"x\"],\"P\":\"cars\",\"a\":\"B\"}]"));
    use(&h, "records", "r.json");
    param(&h, "question", "Q");
    param(&h, "answer", "a");
    param(&h, "options", "C");
    param(&h, "only", "P=RS");
    param(&h, "type_value", "position");
    harness_read(&h);
    check_counts(&h, 0, 5, 3, 0, 1, 1);
    assert_string_equal(show(&h, 0), "choice-vqa id= type=position | user:Where?\n(A) left\n(B) "
                                     "right | assistant:A");
    assert_string_equal(show(&h, 1), "choice-vqa id= type=position | user:Where?\n(A) left\n(B) 2 "
                                     "| assistant:B");
    assert_string_equal(show(&h, 2), "choice-vqa id= type=position | user:Where?\nA. left B. right "
                                     "| assistant:B");
    assert_int_equal(h.batch.samples[0].n_options, 2);
    harness_fini(&h);
    harness_init(&h, "records", RS_TASK_CHOICE_VQA);
    put_file(&h, "r.json", RS_STR("[{\"q\":\"Which?\",\"a\":\"x\",\"b\":\"y\",\"c\":null}]"));
    use(&h, "records", "r.json");
    param(&h, "question", "q");
    param(&h, "options", "a|b|c");
    harness_read(&h);
    assert_string_equal(show(&h, 0), "choice-vqa id= | user:Which?\n(A) x\n(B) y");
    harness_fini(&h);
}

/* A letter or number that stands for no choice answers nothing. */
static void answers_of_choices(void **unused)
{
    (void)unused;
    static const struct {
        const char *options, *answer;
        size_t n;
    } cases[] = {
        {"[\"left\",\"right\"]", "\"b\"", 0},
        {"[\"left\",\"right\"]", "\"C\"", 1},
        {"[\"left\",\"right\"]", "0", 1},
        {"[\"3\",\"12\"]", "12", 0},
        {"{\"1\":\"x\",\"2\":\"y\"}", "\"2\"", 0},
        {"[\"A. left\",\"B. right\"]", "\"B\"", 0},
        {"[\"left\",\"right\"]", "\"the left\"", 0},
        {"[\"x\",\"y\"]", "\"X\"", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        size_t n = 0;
        harness h;
        harness_init(&h, "records", RS_TASK_CHOICE_VQA);
        snprintf(text, sizeof text, "[{\"q\":\"Which?\",\"o\":%s,\"a\":%s}]", cases[i].options,
                 cases[i].answer);
        put_file(&h, "r.json", rs_str_of(text));
        use(&h, "records", "r.json");
        param(&h, "question", "q");
        param(&h, "answer", "a");
        param(&h, "options", "o");
        harness_read(&h);
        for (size_t k = 0; k < h.n_findings; k++) n += h.findings[k].code == RS_F_LABEL_NAMELESS;
        if (n != cases[i].n) fail_msg("%s of %s", cases[i].answer, cases[i].options);
        harness_fini(&h);
    }
}

/* An instruction around the expression is taken off; one that does not fit is set aside. */
static void phrase_patterns(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "records", RS_TASK_GROUNDING_OBB);
    put_file(&h, "r.json",
             RS_STR("[{\"q\":\"Box of the bridge, as (x1, y1).\",\"b\":[0,0,1,0,1,1,0,1]},"
                    "{\"q\":\"Where is the bridge?\",\"b\":[0,0,1,0,1,1,0,1]}]"));
    use(&h, "records", "r.json");
    param(&h, "phrase", "q");
    param(&h, "phrase_pattern", "Mask of <phrase>.|Box of <phrase>, as (x1, y1).");
    param(&h, "box", "b");
    param(&h, "box_convention", "fraction-quad");
    harness_read(&h);
    check_counts(&h, 0, 2, 1, 0, 0, 1);
    assert_string_equal(show(&h, 0), "grounding-obb id= | phrase:the bridge | obb 'bridge' "
                                     "[0 0 1 0 1 1 0 1] fraction-quad");
    harness_fini(&h);
}

/* A box in the question belongs to the question. */
static void box_text_of_a_turn(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "records", RS_TASK_REGION_CAPTION);
    put_file(&h, "r.jsonl", RS_STR("{\"q\":\"See {<1><2><3><4>|<90>}\",\"a\":\"small ship\"}\n"));
    use(&h, "records", "r.jsonl");
    param(&h, "shape", "lines");
    param(&h, "question", "q");
    param(&h, "answer", "a");
    param(&h, "box_text", "q");
    param(&h, "box_text_convention", "percent-obb");
    harness_read(&h);
    assert_string_equal(show(&h, 0), "region-caption id= | user:See {<1><2><3><4>|<90>} | "
                                     "assistant:small ship | obb '' [1 2 3 4 90] percent-obb turn "
                                     "0 4-23 mark");
    harness_fini(&h);
}

/* Boxes that stand in the file and cannot be read are lost, not withheld; those that do not stand
 * there are withheld; beside an answer in words their question cannot be asked. */
static void boxes_that_are_lost(void **unused)
{
    (void)unused;
    static const char *const records[] = {
        "{\"p\":\"ship\",\"b\":[0,0]}",        "{\"p\":\"ship\",\"b\":\"upper left\"}",
        "{\"p\":\"ship\",\"b\":{\"left\":1}}", "{\"p\":\"ship\",\"b\":[0,\"x\",5,5]}",
        "{\"p\":\"ship\",\"b\":\"[1, 2, 3\"}", "{\"p\":\"ship\",\"b\":null}",
        "{\"p\":\"ship\",\"b\":\"\"}",         "{\"p\":\"ship\"}",
        "{\"p\":\"ship\",\"b\":[]}",
    };
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        const bool lost = i < 5;
        harness h;
        harness_init(&h, "records", RS_TASK_GROUNDING_HBB);
        put_file(&h, "r.jsonl", rs_str_of(records[i]));
        use(&h, "records", "r.jsonl");
        param(&h, "phrase", "p");
        param(&h, "box", "b");
        param(&h, "box_convention", "px");
        harness_read(&h);
        assert_int_equal(h.batch.samples[0].truth, lost);
        assert_int_equal(n_findings(&h, RS_F_NUMBER) + n_findings(&h, RS_F_BOX_TEXT_UNPARSED),
                         lost);
        harness_fini(&h);
    }
    harness h;
    harness_init(&h, "records", RS_TASK_REGION_CAPTION);
    put_file(&h, "r.jsonl",
             RS_STR("{\"c\":\"a ship\",\"b\":null}\n{\"c\":\"a ship\",\"b\":[1,2,3,4]}"));
    use(&h, "records", "r.jsonl");
    param(&h, "caption", "c");
    param(&h, "box", "b");
    param(&h, "box_convention", "px");
    harness_read(&h);
    check_counts(&h, 0, 2, 1, 0, 0, 1);
    assert_int_equal(n_findings(&h, RS_F_FIELD_MISSING), 1);
    harness_fini(&h);
}

/* A list in the record: a sample for each member, with the record's picture. */
static void members_of_a_record(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "records", RS_TASK_VQA);
    put_file(
        &h, "r.json",
        RS_STR("[{\"f\":\"P.png\",\"qa\":[{\"q\":\"Trees?\",\"a\":\"Yes.\",\"t\":\"presence\"},"
               "{\"q\":\"Cars?\",\"a\":\"No.\",\"t\":\"presence\"}]},"
               "{\"f\":\"Q.png\",\"qa\":[]},{\"f\":\"R.png\"}]"));
    use(&h, "records", "r.json");
    param(&h, "each", "qa");
    param(&h, "image", "f");
    param(&h, "question", "q");
    param(&h, "answer", "a");
    param(&h, "type", "t");
    harness_read(&h);
    check_counts(&h, 0, 3, 1, 0, 1, 1);
    assert_string_equal(show(&h, 0),
                        "vqa id= type=presence | user:Trees? | assistant:Yes. | image=P.png");
    assert_string_equal(show(&h, 1),
                        "vqa id= type=presence | user:Cars? | assistant:No. | image=P.png");
    /* not the numbers of a source that reads the records themselves */
    assert_int_equal(h.batch.samples[0].sub, 1);
    assert_int_equal(h.batch.samples[1].sub, 2);
    harness_fini(&h);
}

static void class_folders(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "folder", RS_TASK_CLASSIFICATION);
    put_file(&h, "2750/River/River_1.jpg", RS_STR("x"));
    put_file(&h, "2750/River/notes.txt", RS_STR("x"));
    put_file(&h, "2750/SeaLake/SeaLake_2.JPG", RS_STR("x"));
    put_file(&h, "top.png", RS_STR("x"));
    use(&h, "images", "");
    param(&h, "class_names", "SeaLake=sea or lake");
    harness_read(&h);
    check_counts(&h, 0, 4, 2, 0, 1, 1);
    assert_string_equal(show(&h, 0),
                        "classification id=River_1 label=River | image=2750/River/River_1.jpg");
    assert_string_equal(
        show(&h, 1),
        "classification id=SeaLake_2 label=sea or lake | image=2750/SeaLake/SeaLake_2.JPG");
    harness_fini(&h);
}

static void before_after_mask(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "pairs", RS_TASK_CHANGE_DETECTION);
    static const char *const files[] = {"A/1.png", "A/2.png", "A/3.png",    "B/1.png",
                                        "B/2.png", "B/4.png", "label/1.png"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) put_file(&h, files[i], RS_STR("x"));
    open_tree(&h);
    static const char *const uses[] = {"before", "after", "mask"}, *const folders[] = {"A/", "B/",
                                                                                       "label/"};
    for (int u = 0; u < 3; u++) {
        size_t *members = rs_arena_alloc(&h.arena, 8 * sizeof *members), n = 0;
        rs_str *logical = rs_arena_alloc(&h.arena, 8 * sizeof *logical);
        for (size_t i = 0; i < rs_io_n_members(h.tree); i++) {
            rs_str path = rs_io_member_at(h.tree, i)->path;
            if (!rs_str_starts(path, rs_str_of(folders[u]))) continue;
            members[n] = i;
            logical[n++] = path;
        }
        h.files[h.source.n_files++] = (rs_source_files){
            .use = rs_str_of(uses[u]), .members = members, .logical = logical, .n = n};
    }
    harness_read(&h);
    check_counts(&h, 0, 3, 2, 0, 0, 1);
    check_counts(&h, 1, 3, 2, 0, 0, 1);
    check_counts(&h, 2, 1, 1, 0, 0, 0);
    assert_string_equal(
        show(&h, 0), "change-detection id=1 | before=A/1.png | after=B/1.png | mask=label/1.png");
    assert_string_equal(show(&h, 1),
                        "change-detection id=2 | before=A/2.png | after=B/2.png"); /* lost */
    assert_int_equal(n_findings(&h, RS_F_FILE_MISSING), 1);
    assert_int_equal(n_findings(&h, RS_F_LINK_ORPHAN), 2);
    harness_fini(&h);
}

/* A phrase that is a number is told once, although it is both a turn and the region's label. */
static void phrase_is_read_once(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "records", RS_TASK_GROUNDING_HBB);
    put_file(&h, "r.json", RS_STR("[{\"image\":\"a.png\",\"phrase\":7,\"box\":[1,2,3,4]}]"));
    use(&h, "records", "r.json");
    param(&h, "image", "image");
    param(&h, "phrase", "phrase");
    param(&h, "box", "box");
    param(&h, "box_convention", "px");
    harness_read(&h);
    assert_string_equal(show(&h, 0),
                        "grounding-hbb id= | phrase:7 | image=a.png | hbb '7' [1 2 3 4] px");
    assert_int_equal(n_findings(&h, RS_F_FIELD_COERCED), 1);
    harness_fini(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(karpathy_form),
        cmocka_unit_test(karpathy_pairs_and_classes),
        cmocka_unit_test(lines_probe_wants_questions),
        cmocka_unit_test(lines_form),
        cmocka_unit_test(flat_records),
        cmocka_unit_test(class_folders),
        cmocka_unit_test(before_after_mask),
        cmocka_unit_test(phrase_is_read_once),
        cmocka_unit_test(choices),
        cmocka_unit_test(answers_of_choices),
        cmocka_unit_test(phrase_patterns),
        cmocka_unit_test(box_text_of_a_turn),
        cmocka_unit_test(boxes_that_are_lost),
        cmocka_unit_test(members_of_a_record),
        cmocka_unit_test(lines_of_boxes),
        cmocka_unit_test(captions_of_a_row),
        cmocka_unit_test(tables_without_header),
        cmocka_unit_test(tables_too_wide),
        cmocka_unit_test(webdataset_groups),
        cmocka_unit_test(webdataset_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
