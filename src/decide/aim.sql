-- What samples ask and answer.
-- [pool]
-- In: recommend.sql's judged_sample.
CREATE OR REPLACE TEMP TABLE asked_sample AS
SELECT sample_id, dataset, picture FROM judged_sample WHERE usable;
-- [asked]
-- Every turn with the kind of box in it, and what stands for an answer where there is no turn. In:
-- asked_sample. Flags: 16 = the question points at it, 32 = the shape of another box.
SELECT p.sample_id, p.picture, p.dataset, s.task, t.role, t.text, b.kind AS box,
       array_to_string(s.labels, ', ') AS labels, w.kind AS boxes
FROM asked_sample p
JOIN sample s ON s.sample_id = p.sample_id
LEFT JOIN turn t ON t.sample_id = p.sample_id AND t.role <> 'system'
LEFT JOIN (SELECT sample_id, turn, min(kind) AS kind FROM region WHERE turn IS NOT NULL AND flags & 48 = 0 GROUP BY sample_id, turn) b
  ON b.sample_id = p.sample_id AND b.turn = t.i
LEFT JOIN (SELECT sample_id, min(kind) AS kind FROM region WHERE flags & 48 = 0 GROUP BY sample_id) w
  ON w.sample_id = p.sample_id
ORDER BY p.sample_id, t.i;
-- [counts]
SELECT count(*) FROM asked_sample;
