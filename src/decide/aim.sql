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
-- In: recommend.sql's judged_sample.
SELECT sample_id, task FROM judged_sample WHERE usable ORDER BY sample_id;
-- [refused]
-- Samples that are not usable, under the first reason that applies. In: judged_sample, conflict.
SELECT CASE WHEN j.eval THEN 'evaluation' WHEN j.leaks THEN 'leak' WHEN j.faulty THEN 'faulty' WHEN j.unresolved THEN 'no-picture'
            WHEN c.sample_id IS NOT NULL THEN 'contradicted' WHEN NOT j.good THEN 'unwritable' ELSE 'duplicate' END AS reason,
       count(*) AS n
FROM judged_sample j LEFT JOIN (SELECT DISTINCT sample_id FROM conflict) c ON c.sample_id = j.sample_id
WHERE NOT j.usable GROUP BY ALL ORDER BY reason;
