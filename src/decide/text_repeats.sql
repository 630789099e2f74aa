-- Texts that repeat each other about one picture. In: pool.sql's pool, want_dataset.
-- [captions]
-- The references of each sample of a wanted dataset.
SELECT s.dataset, list(t.text ORDER BY t.i) FROM turn t JOIN sample s ON s.sample_id = t.sample_id
WHERE t.role = 'reference' AND t.text IS NOT NULL AND s.dataset IN (SELECT dataset FROM want_dataset)
GROUP BY t.sample_id, s.dataset HAVING count(*) > 1;
-- [samples]
-- Samples of pictures that several samples of a task are about, with what is asked ('' = captions)
-- and said. Dialogues of several questions are not compared: their first answers alone would be.
WITH many AS (SELECT picture, task FROM pool GROUP BY picture, task HAVING count(*) > 1),
said AS (
  SELECT sample_id, list(text ORDER BY i) FILTER (role IN ('assistant', 'reference')) AS said,
         coalesce(string_agg(text, ' ' ORDER BY i) FILTER (role = 'user'), '') AS asked
  FROM turn WHERE role IN ('user', 'assistant', 'reference') GROUP BY sample_id
  HAVING bool_and(text IS NOT NULL) AND count(*) FILTER (role = 'assistant') <= 1)
SELECT p.picture, p.task, p.sample_id, d.asked, d.said
FROM pool p JOIN many USING (picture, task) JOIN said d ON d.sample_id = p.sample_id
WHERE d.said IS NOT NULL ORDER BY p.picture, p.task, p.sample_id;
-- [clear]
DELETE FROM overlap WHERE kind = 'near-duplicate-text';
-- [exact]
-- What is told as an exact duplicate is not told again.
DELETE FROM overlap WHERE kind = 'near-duplicate-text' AND EXISTS (
  SELECT 1 FROM duplicate d WHERE d.sample_id <> d.survivor AND CAST(d.sample_id AS VARCHAR) IN (overlap.a, overlap.b));
-- [pairs]
SELECT a.dataset AS kept_in, b.dataset AS repeated_in, count(*) AS samples, min(o.a) AS example_kept,
       arg_min(o.b, (o.a, o.b)) AS example_repeated, arg_min(o.evidence, (o.a, o.b)) AS evidence
FROM overlap o JOIN sample a ON a.sample_id = CAST(o.a AS UUID) JOIN sample b ON b.sample_id = CAST(o.b AS UUID)
WHERE o.kind = 'near-duplicate-text'
  AND (a.dataset IN (SELECT dataset FROM want_dataset) OR b.dataset IN (SELECT dataset FROM want_dataset))
GROUP BY a.dataset, b.dataset ORDER BY a.dataset, b.dataset;
-- [not_checked]
SELECT s.dataset, count(DISTINCT s.sample_id) AS samples FROM turn t JOIN sample s ON s.sample_id = t.sample_id
WHERE t.text IS NULL AND s.dataset IN (SELECT dataset FROM want_dataset) GROUP BY s.dataset ORDER BY s.dataset;
