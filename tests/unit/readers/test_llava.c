/* LLaVA: record forms, speakers, pictures, tags, box text, broken records. */
#include "harness.h"

static void start(harness *h, const char *text)
{
    harness_init(h, "llava", RS_TASK_VQA);
    put_file(h, "a.json", rs_str_of(text));
    use(h, "records", "a.json");
}

static void reads_the_plain_form(void **unused)
{
    (void)unused;
    harness h;
    start(&h,
          "[{\"id\":\"7\",\"image\":\"x/1.png\",\"conversations\":[{\"from\":\"human\",\"value\":"
          "\"<image>\\nHow many?\"},{\"from\":\"gpt\",\"value\":\"3\"}]}]");
    media(&h, RS_ASSET_IMAGE, "images/{name}");
    harness_read(&h);
    check_counts(&h, 0, 1, 1, 0, 0, 0);
    assert_string_equal(show(&h, 0),
                        "vqa id=7 | user:<image>\nHow many? | assistant:3 | image=images/x/1.png");
    check_replay(&h);
    harness_fini(&h);
}

static void reads_other_spellings(void **unused)
{
    (void)unused;
    harness h;
    start(&h, "{\"id\":1,\"images\":[\"a.png\",\"b.png\"],\"messages\":[{\"role\":\"system\","
              "\"content\":\"s\"},"
              "{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\",\"content\":4}]}\n"
              "{\"question_id\":\"k\",\"conversations\":[{\"from\":\"USER\",\"value\":\"q\"},{"
              "\"from\":\"GPT\","
              "\"value\":\"a\"},{\"from\":\"human\",\"value\":\"q2\"},{\"from\":\"gpt\",\"value\":"
              "\"a2\"}]}\n"
              "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"},{\"type\":"
              "\"text\","
              "\"text\":\"hi\"}]},{\"role\":\"assistant\",\"content\":\"ho\"}]}");
    harness_read(&h);
    check_counts(&h, 0, 3, 3, 0, 0, 0);
    assert_string_equal(show(&h, 0),
                        "vqa id=1 | system:s | user:q | assistant:4 | image=a.png | image=b.png");
    assert_string_equal(show(&h, 1),
                        "conversation id=k | user:q | assistant:a | user:q2 | assistant:a2");
    assert_string_equal(show(&h, 2), "vqa id= | user:<image>hi | assistant:ho");
    assert_int_equal(n_findings(&h, RS_F_FIELD_COERCED), 2); /* id and value */
    harness_fini(&h);
}

/* LHRS-Bot: pairs under `conv`, the picture under one of two names, a list or an object. */
static void reads_pairs_in_one(void **unused)
{
    (void)unused;
    harness h;
    start(&h, "{\"data\":[{\"name\":\"a.png\",\"conv\":[{\"Question\":\"q\",\"Answer\":\"a\"},"
              "{\"Question\":\"q2\",\"Answer\":2}]},{\"filename\":[\"b.png\"],\"conv\":"
              "{\"Question\":\"q\",\"value\":\"v\"}},{\"name\":\"c.png\",\"conv\":[{\"Question\":"
              "\"q\",\"Answer\":null}]},{\"name\":\"d.png\",\"talk\":[]}]}");
    param(&h, "turns_field", "conv");
    h.values[h.n_values] = RS_STR("name|filename");
    h.params[h.source.n_params++] =
        (rs_param_value){RS_STR("image_field"), &h.values[h.n_values++], 1};
    h.values[h.n_values] = RS_STR("|data");
    h.params[h.source.n_params++] = (rs_param_value){RS_STR("path"), &h.values[h.n_values++], 1};
    harness_read(&h);
    check_counts(&h, 0, 4, 2, 0, 0, 2);
    assert_string_equal(show(&h, 0), "conversation id= | user:q | assistant:a | user:q2 | "
                                     "assistant:2 | image=a.png");
    assert_string_equal(show(&h, 1), "vqa id= | user:q | assistant:v | image=b.png");
    assert_int_equal(n_findings(&h, RS_F_FIELD_MISSING), 2);
    check_replay(&h);
    harness_fini(&h);
}

/* Falcon: the speaker may be left out, and some records are about a part of the picture. */
static void reads_turns_without_speakers(void **unused)
{
    (void)unused;
    static const char text[] =
        "[{\"images\":[\"a.png\"],\"crop\":[],\"conversations\":[{\"content\":\"q\"},{\"role\":"
        "\"assistant\",\"content\":\"a\"}]},{\"images\":[\"a.png\"],\"crop\":[0,0,9,9],"
        "\"conversations\":[{\"content\":\"q\"},{\"content\":\"a\"}]},{\"images\":null,"
        "\"conversations\":[{\"content\":\"q\"},{\"content\":\"a\"}]}]";
    harness h;
    start(&h, text);
    param(&h, "speakers", "alternate");
    param(&h, "crop_field", "crop");
    harness_read(&h);
    check_counts(&h, 0, 3, 2, 0, 0, 1);
    assert_string_equal(show(&h, 0), "vqa id= | user:q | assistant:a | image=a.png");
    assert_string_equal(show(&h, 1), "vqa id= | user:q | assistant:a");
    assert_int_equal(n_findings(&h, RS_F_MEDIA_UNSUPPORTED), 1);
    harness_fini(&h);
    start(&h, text); /* unless that is said, a turn without a speaker is nobody's */
    harness_read(&h);
    check_counts(&h, 0, 3, 0, 0, 0, 3);
    assert_non_null(strstr(message_of(&h, RS_F_FIELD_MISSING), "its keys: content"));
    harness_fini(&h);
}

/* Fields that nobody reads are counted, with those of turns; empty ones say nothing. */
static void counts_fields_not_kept(void **unused)
{
    (void)unused;
    harness h;
    start(&h, "[{\"id\":\"1\",\"image\":\"a.png\",\"source\":\"x\",\"empty\":\"\",\"none\":null,"
              "\"list\":[],\"input\":\"no turn\",\"conversations\":[{\"from\":\"human\",\"value\":"
              "\"q\",\"score\":1},{\"from\":\"gpt\",\"value\":\"a\",\"score\":2}]},"
              "{\"source\":\"y\",\"conversations\":[]},"
              "{\"instruction\":\"q\",\"input\":\"i\",\"output\":\"a\",\"source\":\"z\"}]");
    harness_read(&h);
    check_counts(&h, 0, 3, 2, 0, 0, 1);
    static const struct {
        const char *name;
        int64_t n;
    } unkept[] = {{"source", 2}, {"input", 1}, {"conversations[].score", 2}};
    assert_int_equal(h.batch.n_unkept, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(rs_str_eq(h.batch.unkept[i].name, rs_str_of(unkept[i].name)));
        assert_int_equal(h.batch.unkept[i].n, unkept[i].n);
    }
    harness_fini(&h);
    /* more names than are told apart, and a long one: the rest is counted together */
    rs_buf text = {0};
    rs_arena words = {0};
    rs_buf_cstr(&text, "[{\"conversations\":[{\"from\":\"human\",\"value\":\"q\"}],\"");
    for (int i = 0; i < 300; i++) rs_buf_char(&text, 'k');
    for (int i = 0; i < RS_MOST_UNKEPT + 9; i++) rs_buf_printf(&text, "\":1,\"k%d", i);
    rs_buf_printf(&text, "\":1}]");
    start(&h, rs_arena_cstr(&words, rs_buf_view(&text)));
    harness_read(&h);
    assert_int_equal(h.batch.n_unkept, RS_MOST_UNKEPT + 1);
    assert_int_equal(h.batch.unkept[0].name.len, RS_UNKEPT_BYTES);
    assert_int_equal(h.batch.unkept[RS_MOST_UNKEPT].name.len, 0);
    assert_int_equal(h.batch.unkept[RS_MOST_UNKEPT].n, 10);
    rs_buf_fini(&text);
    rs_arena_fini(&words);
    harness_fini(&h);
}

/* A record for each field that few have and each kind of value, some without a list of turns. */
static const char *records_with_rare_fields(rs_arena *arena)
{
    static const char *const keys[] = {
        "system",  "system_prompt", "objects",  "width",       "loss",   "kto_tag",
        "video",   "videos",        "audio",    "audios",      "chosen", "rejected",
        "label",   "weight",        "input",    "instruction", "query",  "response",
        "history", "prompt",        "question", "output",      "height", "other"};
    static const char *const values[] = {"0",     "false",   "7",
                                         "\"w\"", "[\"x\"]", "{\"ref\":[\"y\"]}"};
    rs_buf text = {0};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        for (size_t k = 0; k < sizeof values / sizeof *values; k++)
            for (int turns = 0; turns < 2; turns++)
                rs_buf_printf(&text, "%s{\"id\":\"%zu\",\"image\":\"a.png\"%s,\"%s\":%s}",
                              text.len ? "," : "[", i,
                              turns ? ",\"conversations\":[{\"from\":\"human\",\"value\":"
                                      "\"<image>q\"},{\"from\":\"gpt\",\"value\":\"a\"}]"
                                    : ",\"rejected\":\"r\",\"instruction\":\"q\"",
                              keys[i], values[k]);
    rs_buf_cstr(&text, "]");
    const char *out = rs_arena_cstr(arena, rs_buf_view(&text));
    rs_buf_fini(&text);
    return out;
}

/* Which keys a record has is found out once; where a parameter names a rare one, each is looked for
 * in all records. Both give the same. */
static void rare_fields_are_not_missed(void **unused)
{
    (void)unused;
    rs_arena arena = {0};
    harness h[2];
    for (int all = 0; all < 2; all++) {
        start(&h[all], records_with_rare_fields(&arena));
        param(&h[all], "preference", "chosen");
        if (all) param(&h[all], "crop_field", "weight.none");
        harness_read(&h[all]);
    }
    assert_int_equal(h[0].batch.n_samples, h[1].batch.n_samples);
    assert_in_range(h[0].batch.n_samples, 50, 250);
    for (size_t i = 0; i < h[0].batch.n_samples; i++) {
        char shown[4096];
        snprintf(shown, sizeof shown, "%s", show(&h[0], i));
        assert_string_equal(shown, show(&h[1], i));
    }
    assert_int_equal(h[0].n_findings, h[1].n_findings);
    for (size_t i = 0; i < h[0].n_findings; i++) {
        assert_int_equal(h[0].findings[i].code, h[1].findings[i].code);
        assert_int_equal(h[0].findings[i].ordinal, h[1].findings[i].ordinal);
    }
    for (int all = 0; all < 2; all++) harness_fini(&h[all]);
    rs_arena_fini(&arena);
}

static void reads_box_text(void **unused)
{
    (void)unused;
    harness h;
    start(&h,
          "[{\"id\":\"r\",\"image\":\"P0.png\",\"conversations\":["
          "{\"from\":\"human\",\"value\":\"<image>\\n[refer] where is <p>silver airplane</p>?\"},"
          "{\"from\":\"gpt\",\"value\":\"{<16><55><24><63>|<11>}{<-3><1><2><102>|<90>}\"},"
          "{\"from\":\"human\",\"value\":\"\\n[refer] give me <p>a ship</p>\"},"
          "{\"from\":\"gpt\",\"value\":\"{<1><2><3><4>}\"}]},"
          "{\"id\":\"i\",\"image\":\"P1.png\",\"conversations\":["
          "{\"from\":\"human\",\"value\":\"<image>\\n[identify] {<51><23><63><35>|<15>}\"},"
          "{\"from\":\"gpt\",\"value\":\"<p>1 plane at the top</p>\"}]},"
          "{\"id\":\"g\",\"conversations\":[{\"from\":\"human\",\"value\":\"[grounding] all\"},"
          "{\"from\":\"gpt\",\"value\":\"There is <p>a car</p> {<1><2><3><4>|<5>} here\"}]}]");
    param(&h, "tags",
          "[refer]=grounding-obb|[identify]=region-caption|[grounding]=grounded-caption");
    param(&h, "box_convention", "percent|percent-obb");
    harness_read(&h);
    assert_string_equal(show(&h, 0), "grounding-obb id=r type=[refer] | user:<image>\n[refer] "
                                     "where is <p>silver airplane</p>? | "
                                     "assistant:{<16><55><24><63>|<11>}{<-3><1><2><102>|<90>} | "
                                     "user:\n[refer] give me <p>a ship</p> | "
                                     "assistant:{<1><2><3><4>} | image=P0.png | obb 'silver "
                                     "airplane' [16 55 24 63 11] percent-obb turn 1 0-23 | "
                                     "obb 'silver airplane' [-3 1 2 102 90] percent-obb turn 1 "
                                     "23-45 | hbb 'a ship' [1 2 3 4] percent turn 3 0-14");
    assert_string_equal(
        show(&h, 1),
        "region-caption id=i type=[identify] | user:<image>\n[identify] {<51><23><63><35>|<15>} | "
        "assistant:<p>1 plane at the top</p> | image=P1.png | obb '' [51 23 63 35 15] percent-obb "
        "turn 0 19-42 mark");
    assert_string_equal(
        show(&h, 2),
        "grounded-caption id=g type=[grounding] | user:[grounding] all | assistant:There is <p>a "
        "car</p> "
        "{<1><2><3><4>|<5>} here | obb 'a car' [1 2 3 4 5] percent-obb turn 1 22-40 p 9-21");
    assert_int_equal(h.batch.samples[0].regions[0].group, h.batch.samples[0].regions[1].group);
    harness_fini(&h);
}

static void guesses_no_convention(void **unused)
{
    (void)unused;
    const char *text = "[{\"id\":\"b\",\"conversations\":[{\"from\":\"human\",\"value\":\"where\"},"
                       "{\"from\":\"gpt\",\"value\":\"[0.1, 0.2, 0.5, 0.75]\"}]},"
                       "{\"id\":\"c\",\"conversations\":[{\"from\":\"human\",\"value\":\"where\"},"
                       "{\"from\":\"gpt\",\"value\":\"{<1><2><x><4>}\"}]}]";
    harness h;
    start(&h, text);
    harness_read(&h);
    check_counts(&h, 0, 2, 2, 0, 0, 0);
    assert_int_equal(h.batch.samples[0].n_regions, 0);
    assert_int_equal(n_findings(&h, RS_F_BOX_TEXT_UNPARSED), 1);
    assert_int_equal(n_findings(&h, RS_F_BOX_CONVENTION), 1);
    assert_int_equal(h.batch.samples[0].n_regions, 0);
    harness_fini(&h);
    start(&h, text); /* decided by the index */
    const rs_meaning meaning = {.spelling = RS_STR("bracket"), .convention = RS_STR("fraction")};
    h.source.meanings = &meaning;
    h.source.n_meanings = 1;
    harness_read(&h);
    assert_non_null(strstr(show(&h, 0), "| hbb '' [0.1 0.2 0.5 0.75] fraction turn 1 0-21"));
    harness_fini(&h);
    start(&h, text);
    param(&h, "box_convention", "bracket:fraction");
    harness_read(&h);
    assert_non_null(strstr(show(&h, 0), "| hbb '' [0.1 0.2 0.5 0.75] fraction turn 1 0-21"));
    harness_fini(&h);
    start(&h, text);
    param(&h, "box_convention", "fraction-quad|fraction");
    harness_read(&h);
    assert_non_null(strstr(show(&h, 0), "| hbb '' [0.1 0.2 0.5 0.75] fraction turn 1 0-21"));
    assert_int_equal(n_findings(&h, RS_F_BOX_TEXT_UNPARSED), 1);
    harness_fini(&h);
    start(&h, text);
    param(&h, "box_convention", "no-such");
    assert_int_equal(harness_try(&h), RSIFT_E_ARG);
    assert_non_null(strstr(h.err.message, "no convention \"no-such\"; there are"));
    assert_non_null(strstr(h.err.message, " px,"));
    harness_fini(&h);
    start(&h, text);
    param(&h, "box_convention", "no-such:px");
    assert_int_equal(harness_try(&h), RSIFT_E_ARG);
    harness_fini(&h);
}

/* A fraction's box among pixels has no meaning of its own; the survey's quick look may pass over
 * records without numbers, and over none with a box. */
static void keeps_strays_open(void **unused)
{
    (void)unused;
    const char *text = "[{\"id\":\"b\",\"conversations\":[{\"from\":\"human\",\"value\":\"where\"},"
                       "{\"from\":\"gpt\",\"value\":\"[10, 20, 50, 75]\"}]},"
                       "{\"id\":\"c\",\"conversations\":[{\"from\":\"human\",\"value\":\"where\"},"
                       "{\"from\":\"gpt\",\"value\":\"[0.1, 0.2, 0.5, 0.7]\"}]},"
                       "{\"id\":\"d\",\"conversations\":[{\"from\":\"human\",\"value\":\"a\"},"
                       "{\"from\":\"gpt\",\"value\":\"b\"}]}]";
    const rs_meaning meaning = {.spelling = RS_STR("bracket"), .convention = RS_STR("px")};
    harness h;
    start(&h, text);
    h.source.meanings = &meaning;
    h.source.n_meanings = 1;
    harness_read(&h);
    assert_int_equal(h.batch.samples[0].n_regions, 1);
    assert_int_equal(h.batch.samples[1].n_regions, 0);
    assert_int_equal(n_findings(&h, RS_F_BOX_CONVENTION), 1);
    harness_fini(&h);
    start(&h, text);
    h.source.survey = true;
    harness_read(&h);
    check_counts(&h, 0, 3, 2, 0, 1, 0);
    assert_int_equal(h.batch.n_open_boxes, 2);
    harness_fini(&h);
}

/* Long lists cost what they hold, not its square: parts, pictures and sizes, filled boxes. */
static void reads_long_lists(void **unused)
{
    (void)unused;
    enum { N = 20000 };
    harness h;
    rs_buf made = {0};
    rs_buf_cstr(&made, "{\"messages\":[{\"role\":\"user\",\"content\":[");
    for (int i = 0; i < N; i++) rs_buf_printf(&made, "%s{\"type\":\"image\"}", i ? "," : "");
    rs_buf_cstr(&made, "]},{\"role\":\"assistant\",\"content\":\"");
    for (int i = 0; i < N; i++) rs_buf_cstr(&made, "<bbox>");
    rs_buf_cstr(&made, "\"}],\"images\":[");
    for (int i = 0; i < N; i++) rs_buf_printf(&made, "%s\"%d.png\"", i ? "," : "", i);
    rs_buf_cstr(&made, "],\"width\":[");
    for (int i = 0; i < N; i++) rs_buf_printf(&made, "%s%d", i ? "," : "", i + 1);
    rs_buf_cstr(&made, "],\"height\":[5,0");
    for (int i = 2; i < N; i++) rs_buf_cstr(&made, ",7");
    rs_buf_cstr(&made, "],\"objects\":{\"bbox\":[");
    for (int i = 0; i < N; i++) rs_buf_printf(&made, "%s[%d,1,%d,9]", i ? "," : "", i, i + 4);
    rs_buf_cstr(&made, "]}}\n\0");
    rs_buf_char(&made, '\0');
    start(&h, made.ptr);
    harness_read(&h);
    check_counts(&h, 0, 1, 1, 0, 0, 0);
    const rs_sample *sample = &h.batch.samples[0];
    assert_int_equal(sample->n_assets, N);
    assert_int_equal(sample->turns[0].text.len, N * 7);
    assert_int_equal(sample->n_regions, N);
    assert_true(sample->regions[N - 1].coords[2] == N + 3);
    assert_true(sample->assets[N - 1].width == N);
    assert_true(sample->assets[N - 1].height == 7);
    assert_true(sample->assets[1].width == 0); /* 0 is no height */
    rs_buf_fini(&made);
    harness_fini(&h);
}

/* Lists that are no boxes, and coordinates that nobody reads, keep their samples out. */
static void finds_what_is_no_box(void **unused)
{
    (void)unused;
    static const char *const answers[][2] = {{"In which months?", "[3, 5, 7, 11]"},
                                             {"How good?", "Ratings: [6, 5, 9, 8]"},
                                             {"Plane?", "[50, 60, 30, 80]"},
                                             {"Plane?", "x=15, y=22, width=33, height=47"},
                                             {"Plane?", "It is at (12%, 25%, 33%, 47%)"},
                                             {"Plane?", "(120, 210)"}};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        harness h;
        char text[400];
        snprintf(text, sizeof text,
                 "[{\"id\":\"a\",\"image\":\"a.png\",\"conversations\":[{\"from\":\"human\","
                 "\"value\":\"<image>\\n%s\"},{\"from\":\"gpt\",\"value\":\"%s\"}]}]",
                 answers[i][0], answers[i][1]);
        start(&h, text);
        param(&h, "box_convention", "px");
        harness_read(&h);
        if (n_findings(&h, RS_F_BOX_TEXT_UNPARSED) != 1) fail_msg("%s", answers[i][1]);
        harness_fini(&h);
    }
}

static void finds_tasks(void **unused)
{
    (void)unused;
    harness h;
    start(&h,
          "[{\"id\":\"1\",\"conversations\":[{\"from\":\"human\",\"value\":\"<image>\\nClassify "
          "the given image in "
          "one of\"},{\"from\":\"gpt\",\"value\":\"x\"}]},"
          "{\"id\":\"2\",\"conversations\":[{\"from\":\"human\",\"value\":\"[vqa] "
          "a\"},{\"from\":\"gpt\",\"value\":\"x\"},"
          "{\"from\":\"human\",\"value\":\"[caption] a\"},{\"from\":\"gpt\",\"value\":\"x\"}]}]");
    param(&h, "tags", "[vqa]=vqa|[caption]=caption");
    param(&h, "task_by_text", "Classify the given image=classification");
    param(&h, "id_constant", "yes");
    harness_read(&h);
    assert_int_equal(h.batch.samples[0].task, RS_TASK_CLASSIFICATION);
    assert_int_equal(h.batch.samples[1].task, RS_TASK_CONVERSATION);
    assert_int_equal(h.batch.samples[0].original_id.len, 0);
    harness_fini(&h);
}

static void sets_bad_records_aside(void **unused)
{
    (void)unused;
    harness h;
    start(&h,
          "[{\"id\":\"1\"},3,{\"id\":\"2\",\"conversations\":[]},"
          "{\"id\":\"3\",\"conversations\":[{\"from\":\"robot\",\"value\":\"x\"}]},"
          "{\"id\":\"4\",\"conversations\":[{\"from\":\"human\"}]},"
          "{\"id\":\"5\",\"conversations\":[{\"from\":\"human\",\"value\":{\"a\":1}}]},"
          "{\"id\":\"6\",\"image\":[1],\"conversations\":[{\"from\":\"human\",\"value\":\"x\"}]},"
          "{\"id\":NaN,\"conversations\":[]},"
          "{\"id\":\"ok\",\"conversations\":[{\"from\":\"human\",\"value\":\"caf\xE9\"}]},"
          "{\"id\":\"cut");
    harness_read(&h);
    check_counts(&h, 0, 10, 1, 0, 0, 9);
    assert_string_equal(show(&h, 0), "vqa id=ok | user:caf\xEF\xBF\xBD");
    assert_int_equal(n_findings(&h, RS_F_ENCODING), 1);
    assert_int_equal(n_findings(&h, RS_F_FIELD_MISSING), 3);
    assert_int_equal(n_findings(&h, RS_F_FIELD_TYPE), 4);
    assert_int_equal(n_findings(&h, RS_F_FORMAT), 2);
    rs_finding *last = NULL;
    for (size_t i = 0; i < h.n_findings; i++)
        if (h.findings[i].code == RS_F_FORMAT &&
            rs_str_find(h.findings[i].where, RS_STR("a.json")) != RS_NPOS)
            last = &h.findings[i];
    assert_non_null(last);
    assert_string_equal(last->where.ptr, "a.json > record 9 > byte 382");
    check_replay(&h);
    harness_fini(&h);
}

static void survives_every_truncation(void **unused)
{
    (void)unused;
    const char *text =
        "[{\"id\":\"r\",\"image\":\"P0.png\",\"conversations\":[{\"from\":\"human\",\"value\":\"<"
        "image>\\n"
        "[refer] <p>a</p>\"},{\"from\":\"gpt\",\"value\":\"{<1><2><3><4>}\"}]},{\"id\":2}]";
    rs_str all = rs_str_of(text);
    for (size_t n = 0; n < all.len; n++) {
        harness h;
        harness_init(&h, "llava", RS_TASK_VQA);
        put_file(&h, "a.json", rs_str_sub(all, 0, n));
        use(&h, "records", "a.json");
        harness_read(&h);
        harness_fini(&h);
    }
}

static void every_allocation_may_fail(void **unused)
{
    (void)unused;
    harness h;
    start(&h, "[{\"id\":5,\"image\":[\"P0.png\"],\"conversations\":[{\"from\":\"human\",\"value\":"
              "\"<image>\\n"
              "[refer] <p>a</p>\"},{\"from\":\"gpt\",\"value\":\"{<1><2><3><4>}\"}]},{\"id\":2}]");
    param(&h, "tags", "[refer]=grounding-hbb");
    for (int64_t n = 1; n < 400; n++) {
        rs_chunk chunk = {0};
        rs_batch batch = {0};
        void *state = rs_calloc(1, h.reader->state_size);
        rs_alloc_fail_at(n);
        rsift_status status = h.reader->open(state, &h.source, &chunk, NULL);
        if (status == RSIFT_OK) status = h.reader->cut(state, &chunk, NULL);
        if (status == RSIFT_OK) status = h.reader->parse(state, &chunk, &batch, NULL);
        rs_alloc_fail_at(0);
        h.reader->close(state);
        rs_free(state);
        rs_chunk_fini(&chunk);
        rs_batch_fini(&batch);
        if (status == RSIFT_OK) {
            assert_true(n > 5);
            harness_fini(&h);
            return;
        }
        assert_int_equal(status, RSIFT_E_NOMEM);
    }
    fail_msg("never succeeded");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_plain_form),
        cmocka_unit_test(reads_other_spellings),
        cmocka_unit_test(reads_pairs_in_one),
        cmocka_unit_test(reads_turns_without_speakers),
        cmocka_unit_test(counts_fields_not_kept),
        cmocka_unit_test(rare_fields_are_not_missed),
        cmocka_unit_test(reads_box_text),
        cmocka_unit_test(guesses_no_convention),
        cmocka_unit_test(keeps_strays_open),
        cmocka_unit_test(reads_long_lists),
        cmocka_unit_test(finds_what_is_no_box),
        cmocka_unit_test(finds_tasks),
        cmocka_unit_test(sets_bad_records_aside),
        cmocka_unit_test(survives_every_truncation),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
