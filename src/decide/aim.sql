-- What samples ask and answer.
-- [pool]
-- In: recommend.sql's judged_sample.
CREATE OR REPLACE TEMP TABLE asked_sample AS
SELECT sample_id, dataset, picture FROM judged_sample WHERE usable;
-- [repeats]
-- Datasets that hold half of another, sample by sample, of which one stays (recommend.sql).
WITH held AS (SELECT DISTINCT key_whole, picture, dataset FROM judged_sample WHERE good),
size AS (SELECT dataset, count(*) AS n FROM held GROUP BY dataset),
repeated AS (SELECT key_whole, picture FROM held GROUP BY ALL HAVING count(*) > 1),
shared AS (
  SELECT a.dataset AS one, b.dataset AS other, count(*) AS n
  FROM repeated r JOIN held a ON a.key_whole = r.key_whole AND a.picture = r.picture
  JOIN held b ON b.key_whole = r.key_whole AND b.picture = r.picture AND a.dataset < b.dataset GROUP BY ALL)
SELECT s.one, s.other FROM shared s JOIN size x ON x.dataset = s.one JOIN size y ON y.dataset = s.other
WHERE s.n * 2 >= least(x.n, y.n) ORDER BY s.one, s.other;
-- [asked]
-- Every turn with the kind of box in it, and what stands for an answer where there is no turn. In:
-- asked_sample. Flags: 16 = the question points at it, 32 = the shape of another box.
SELECT p.sample_id, p.picture, p.dataset, s.task, t.role, t.text, b.kind AS box,
       array_to_string(s.labels, ', ') AS labels, w.kind AS boxes,
       coalesce(g.task, s.task) AS tag_task, coalesce(g.skill, s.skill, '') AS tag_skill, coalesce(g.answer_form, '') AS answer_form,
       CAST(t.text_hash AS VARCHAR) AS text_hash
FROM asked_sample p
JOIN sample s ON s.sample_id = p.sample_id
LEFT JOIN turn t ON t.sample_id = p.sample_id AND t.role <> 'system'
LEFT JOIN tag g ON g.sample_id = p.sample_id AND g.turn = t.i
LEFT JOIN (SELECT sample_id, turn, min(kind) AS kind FROM region WHERE turn IS NOT NULL AND flags & 48 = 0 GROUP BY sample_id, turn) b
  ON b.sample_id = p.sample_id AND b.turn = t.i
LEFT JOIN (SELECT sample_id, min(kind) AS kind FROM region WHERE flags & 48 = 0 GROUP BY sample_id) w
  ON w.sample_id = p.sample_id
ORDER BY p.sample_id, t.i;
-- [shown]
-- The texts of some samples, and their first picture. In: shown_sample(sample_id).
SELECT p.sample_id, a.content_hash, t.role, t.text
FROM shown_sample p
JOIN sample s ON s.sample_id = p.sample_id
LEFT JOIN sample_asset x ON x.sample_id = p.sample_id AND x.i = 0
LEFT JOIN asset a ON a.asset_id = x.asset_id
LEFT JOIN turn t ON t.sample_id = p.sample_id AND t.role <> 'system'
ORDER BY p.sample_id, t.i;
-- [strata]
-- The task of each sample: its own, of a dialogue the first by name of what its questions ask for.
-- In: recommend.sql's judged_sample.
SELECT j.sample_id, min(t.task) FROM judged_sample j LEFT JOIN tag t ON t.sample_id = j.sample_id
WHERE j.usable GROUP BY j.sample_id ORDER BY j.sample_id;
-- [refused]
-- Samples that are not usable, under the first reason that applies. In: judged_sample, conflict.
SELECT CASE WHEN j.eval THEN 'evaluation' WHEN j.leaks THEN 'leak' WHEN j.faulty THEN 'faulty' WHEN j.unresolved THEN 'no-picture'
            WHEN c.sample_id IS NOT NULL THEN 'contradicted' WHEN NOT j.good THEN 'unwritable' ELSE 'duplicate' END AS reason,
       count(*) AS n
FROM judged_sample j LEFT JOIN (SELECT DISTINCT sample_id FROM conflict) c ON c.sample_id = j.sample_id
WHERE NOT j.usable GROUP BY ALL ORDER BY reason;
-- [blocked]
-- Per dataset and tag of a question: how many indexed samples ask it, and what keeps them out of a
-- training set. In: judged_sample.
SELECT j.dataset, coalesce(g.task, '') AS task, coalesce(g.skill, '') AS skill, count(*) AS indexed,
       count(*) FILTER (j.eval) AS evaluation, count(*) FILTER (NOT j.eval AND j.leaks) AS leaks,
       count(*) FILTER (NOT j.eval AND NOT j.leaks AND j.unresolved) AS unresolved,
       count(*) FILTER (NOT j.eval AND NOT j.leaks AND NOT j.unresolved AND NOT j.usable) AS faulty, count(*) FILTER (j.usable) AS usable
FROM (SELECT DISTINCT sample_id, task, skill FROM tag) g JOIN judged_sample j ON j.sample_id = g.sample_id
GROUP BY j.dataset, g.task, g.skill ORDER BY j.dataset, g.task NULLS FIRST, g.skill NULLS FIRST;
-- [goals]
-- How many usable samples each word finds. In: judged_sample, refused_dataset(dataset).
WITH u AS (SELECT sample_id, dataset, usable AND dataset NOT IN (SELECT dataset FROM refused_dataset) AS usable FROM judged_sample)
SELECT 'task' AS kind, g.task AS name, count(DISTINCT g.sample_id) AS n FROM tag g
JOIN u ON u.sample_id = g.sample_id WHERE u.usable AND g.task IS NOT NULL GROUP BY g.task
UNION ALL SELECT 'skill', g.skill, count(DISTINCT g.sample_id) FROM tag g
JOIN u ON u.sample_id = g.sample_id WHERE u.usable AND g.skill IS NOT NULL GROUP BY g.skill
UNION ALL SELECT 'dataset', dataset, count(*) FILTER (usable) FROM u GROUP BY dataset
ORDER BY kind, name;
-- [elsewhere]
-- Usable samples of which another dataset holds an exact duplicate. In: judged_sample.
SELECT sample_id FROM judged_sample WHERE usable AND elsewhere ORDER BY sample_id;
-- [looks]
-- The hash of each sample's picture, where it has one picture that is hashed. In: judged_sample.
SELECT j.sample_id, j.picture, h.phash FROM judged_sample j
LEFT JOIN (SELECT content_hash, phash FROM picture_hash WHERE failed IS NULL) h ON h.content_hash = j.picture
WHERE j.usable ORDER BY j.sample_id;
