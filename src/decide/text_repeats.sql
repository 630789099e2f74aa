-- Texts that repeat each other about one picture. In: pool.sql's pool, want_dataset.
-- [captions]
-- The references of each sample of a wanted dataset, sample by sample. Rows in order and not lists: a sort
-- uses the disk where memory ends, a list of a group does not.
SELECT s.dataset, t.sample_id, t.text FROM turn t JOIN sample s ON s.sample_id = t.sample_id
WHERE t.role = 'reference' AND t.text IS NOT NULL AND s.dataset IN (SELECT dataset FROM want_dataset)
ORDER BY t.sample_id, t.i;
-- [samples]
-- Samples of pictures that several samples of a task are about, with what is asked and said. Dialogues
-- of several questions are not compared: their first answers alone would be.
WITH many AS (SELECT picture, task FROM pool GROUP BY picture, task HAVING count(*) > 1),
close AS (SELECT p.picture, p.task, p.sample_id FROM pool p JOIN many ON many.picture = p.picture AND many.task = p.task),
told AS (
  SELECT t.sample_id FROM turn t SEMI JOIN close c ON c.sample_id = t.sample_id
  GROUP BY t.sample_id HAVING bool_and(t.text IS NOT NULL) AND count(*) FILTER (t.role = 'assistant') <= 1)
SELECT c.picture, c.task, c.sample_id, t.role = 'user' AS asks, t.text
FROM close c JOIN told ON told.sample_id = c.sample_id JOIN turn t ON t.sample_id = c.sample_id
WHERE t.role IN ('user', 'assistant', 'reference') ORDER BY c.picture, c.task, c.sample_id, t.i;
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
