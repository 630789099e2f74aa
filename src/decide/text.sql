-- Texts of the pool: what pictures are described, and which samples have texts to compare.
-- In: protected_sample.
-- [units]
-- The first picture of each sample: texts are about that. A text is a reference caption, or an answer
-- with the question before it; which of the two parts is compared, text_pairs.c decides.
CREATE OR REPLACE TEMP TABLE text_picture AS
SELECT s.sample_id, s.dataset, coalesce(min(a.content_hash), min(sa.asset_id)) AS picture, p.sample_id IS NOT NULL AS held
FROM sample s JOIN sample_asset sa ON sa.sample_id = s.sample_id AND sa.i = 0 AND sa.asset_role <> 'mask'
LEFT JOIN asset a ON a.asset_id = sa.asset_id
LEFT JOIN (SELECT DISTINCT sample_id FROM protected_sample) p ON p.sample_id = s.sample_id
GROUP BY s.sample_id, s.dataset, p.sample_id;
-- [captions]
SELECT p.dataset, p.picture, p.sample_id, p.held, '' AS question, t.text
FROM turn t JOIN text_picture p ON p.sample_id = t.sample_id
WHERE t.role = 'reference' AND t.text IS NOT NULL AND (p.held OR NOT getvariable('rsift_held'));
-- [answers]
-- A list of its own: a stream of both, one UNION ALL, never began with 5 million captions (DuckDB 1.4.4).
SELECT p.dataset, p.picture, p.sample_id, p.held, replace(q.text, '<image>', ' ') AS question, t.text
FROM turn t JOIN turn q ON q.sample_id = t.sample_id AND q.i = t.i - 1 AND q.role = 'user'
JOIN text_picture p ON p.sample_id = t.sample_id
WHERE t.role = 'assistant' AND t.text IS NOT NULL AND q.text IS NOT NULL AND (p.held OR NOT getvariable('rsift_held'));
-- [looks]
-- Pictures that could be told by their texts at all, by the rules of similar/rare_text.h: two texts that
-- at most 5 pictures of the dataset have, one of 8 words that no other has, or three questions with
-- short answers that few have. Where all pictures are called "many planes", nothing can be found.
CREATE OR REPLACE TEMP TABLE text_telling AS
WITH said AS (
  SELECT p.dataset, p.picture, lower(trim(t.text)) AS text, false AS short
  FROM turn t JOIN text_picture p ON p.sample_id = t.sample_id WHERE t.role = 'reference' AND t.text IS NOT NULL
  UNION ALL
  SELECT p.dataset, p.picture, lower(trim(CASE WHEN len(string_split(trim(t.text), ' ')) < 5 THEN concat(q.text, ' ', t.text) ELSE t.text END)),
         len(string_split(trim(t.text), ' ')) < 5
  FROM turn t JOIN turn q ON q.sample_id = t.sample_id AND q.i = t.i - 1 AND q.role = 'user'
  JOIN text_picture p ON p.sample_id = t.sample_id
  WHERE t.role = 'assistant' AND t.text IS NOT NULL AND q.text IS NOT NULL),
spread AS (
  SELECT dataset, md5(text) AS key, count(DISTINCT picture) AS pictures,
         any_value(CASE WHEN regexp_matches(text, '[\p{Han}\p{Hiragana}\p{Katakana}]') THEN length(text) ELSE len(string_split(text, ' ')) END) AS words
  FROM said GROUP BY dataset, md5(text))
SELECT s.dataset, s.picture
FROM said s JOIN spread w ON w.dataset = s.dataset AND w.key = md5(s.text)
GROUP BY s.dataset, s.picture
HAVING count(DISTINCT w.key) FILTER (w.pictures <= 5 AND w.words >= 3 AND NOT s.short) >= 2
    OR coalesce(bool_or(w.pictures = 1 AND w.words >= 8 AND NOT s.short), false)
    OR count(DISTINCT w.key) FILTER (w.pictures <= 5 AND w.words >= 5 AND s.short) >= 3;
-- What text_pair rests on. A sample was looked at when its picture can be told by its texts, of words in
-- a script that the other side has texts in.
CREATE OR REPLACE TEMP TABLE text_seen AS
WITH spoken AS (
  SELECT t.sample_id, bool_or(t.text IS NULL) AS gone, bool_or(t.role <> 'user') AS told,
         bool_or(coalesce(regexp_matches(t.text, '\p{Latin}(.*[^\p{Latin}]\p{Latin}){2}'), false)) AS latin,
         bool_or(coalesce(regexp_matches(t.text, '[\p{Han}\p{Hiragana}\p{Katakana}]{3}'), false)) AS han,
         bool_or(coalesce(regexp_matches(t.text, '[^\P{L}\p{Latin}\p{Han}\p{Hiragana}\p{Katakana}]{2}'), false)) AS other
  FROM turn t WHERE t.role IN ('user', 'assistant', 'reference') GROUP BY t.sample_id)
SELECT p.sample_id, p.dataset, p.held, coalesce(w.gone, false) AS gone, coalesce(w.told AND (w.latin OR w.han OR w.other), false) AND c.picture IS NOT NULL AS told,
       coalesce(w.told AND w.latin, false) AND c.picture IS NOT NULL AS latin, coalesce(w.told AND w.han, false) AND c.picture IS NOT NULL AS han,
       coalesce(w.told AND w.other, false) AND c.picture IS NOT NULL AS other
FROM text_picture p LEFT JOIN spoken w ON w.sample_id = p.sample_id
LEFT JOIN text_telling c ON c.dataset = p.dataset AND c.picture = p.picture;
CREATE OR REPLACE TEMP TABLE text_group AS
SELECT b.benchmark, s.dataset, gone, told, latin, han, other, count(*) AS n
FROM text_seen s JOIN protected_sample b ON b.sample_id = s.sample_id GROUP BY ALL
UNION ALL
SELECT '', s.dataset, gone, told, latin, han, other, count(*) FROM text_seen s WHERE NOT held GROUP BY ALL;
-- [store]
-- A pair is one of pictures: every sample of the other picture shows it, and every benchmark that has
-- the protected one is named by one of its samples.
CREATE OR REPLACE TEMP TABLE text_pair_found AS SELECT * FROM text_pair;
DELETE FROM text_pair;
INSERT INTO text_pair
WITH named AS (
  SELECT p.benchmark, x.dataset, x.picture, min(p.sample_id) AS sample_id
  FROM protected_sample p JOIN text_picture x ON x.sample_id = p.sample_id GROUP BY p.benchmark, x.dataset, x.picture)
SELECT DISTINCT n.sample_id AS a, o.sample_id AS b, f.method, f.level, f.score, f.evidence
FROM text_pair_found f
JOIN text_picture a ON a.sample_id = f.a JOIN named n ON n.dataset = a.dataset AND n.picture = a.picture
JOIN text_picture b ON b.sample_id = f.b JOIN text_picture o ON o.dataset = b.dataset AND o.picture = b.picture AND o.held = b.held
ORDER BY ALL;
DELETE FROM text_look;
INSERT INTO text_look
WITH scripts AS (
  SELECT benchmark, dataset, bool_or(latin) AS latin, bool_or(han) AS han, bool_or(other) AS other FROM text_group GROUP BY benchmark, dataset),
side AS (
  SELECT x.benchmark, x.dataset, y.dataset AS pool, CAST(sum(g.n) AS BIGINT) AS samples,
         CAST(coalesce(sum(g.n) FILTER (g.latin AND y.latin OR g.han AND y.han OR g.other AND y.other), 0) AS BIGINT) AS looked,
         bool_or(g.gone) AS gone, bool_or(NOT g.gone AND NOT g.told) AS silent
  FROM scripts x JOIN text_group g ON g.benchmark = x.benchmark AND g.dataset = x.dataset
  JOIN scripts y ON (x.benchmark = '') <> (y.benchmark = '')
  WHERE x.benchmark <> ''
  GROUP BY x.benchmark, x.dataset, y.dataset),
pool AS (
  SELECT x.benchmark, x.dataset, y.dataset AS pool, CAST(sum(g.n) AS BIGINT) AS samples,
         CAST(coalesce(sum(g.n) FILTER (g.latin AND x.latin OR g.han AND x.han OR g.other AND x.other), 0) AS BIGINT) AS looked,
         bool_or(g.gone) AS gone, bool_or(NOT g.gone AND NOT g.told) AS silent
  FROM scripts x JOIN scripts y ON x.benchmark <> '' AND y.benchmark = ''
  JOIN text_group g ON g.benchmark = '' AND g.dataset = y.dataset
  GROUP BY x.benchmark, x.dataset, y.dataset)
SELECT s.benchmark, s.dataset, s.pool, s.samples, s.looked, p.samples, p.looked,
       CASE WHEN s.looked = s.samples AND p.looked = p.samples THEN NULL
            WHEN s.gone OR p.gone THEN 'text not kept'
            WHEN s.silent OR p.silent THEN 'no text that few pictures share'
            ELSE 'no script in common' END
FROM side s JOIN pool p ON p.benchmark = s.benchmark AND p.dataset = s.dataset AND p.pool = s.pool
ORDER BY s.benchmark, s.dataset, s.pool;
