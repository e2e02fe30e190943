"""The paper's whole experiment from measured steps, computed and not run.

Five folds of 335 cases, one patch a case and epoch: 100 epochs of search on 64³, whose kernels
learn from 4/5 of the training cases; 200 epochs of training on 128³; 67 predictions.
"""
FOLDS = 5
TRAINING_CASES = 268
TEST_CASES = 67
WAYS = (
    ("ours", "kernels as a graph, batch 1", "derived, kernels as a graph", "ours"),
    ("readable", "readable, batch 1", "derived, readable", "ours, readable cells"),
)   # name, and the rows that hold a search step, a training step and a prediction


def hours(args):
    "Hours for all folds, from the rows of the sections before."
    sections = args.result["sections"]
    measured = {r["what"]: r["value"] for s in sections for r in s.get("rows", [])}
    rows = []
    for name, step, train_step, case in WAYS:
        if not all(measured.get(k) for k in (step, train_step, case)): continue
        a_fold = dict(
            search=100 * TRAINING_CASES * .8 * measured[step] / 3.6e6,     # from ms
            train=200 * TRAINING_CASES * measured[train_step] / 3.6e6,
            predict=TEST_CASES * measured[case] / 3600,                    # from s
        )
        rounded = {k: round(v, 3) for k, v in a_fold.items()}
        what = f"hours for the paper's five folds, {name}"
        rows.append(dict(what=what, value=FOLDS * sum(a_fold.values()), a_fold=rounded))
    return rows
