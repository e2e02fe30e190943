"A whole volume, predicted by us and by MONAI's sliding window."
import numpy as np
import torch

from bench.gpu_sections.measuring import CUDA, DEVICE, exact, failure, profile, race
from bench.gpu_sections.stores import whole_image
from nas3dunet.backend import place
from nas3dunet.fast import FastDerivedCell
from nas3dunet.genotype import DerivedNet, random_genotype
from nas3dunet.machine import rng_for, seed_everything

OURS = "ours"
READABLE = "ours, readable cells"


def _networks(depth):
    "The fast network and the readable one, with the same parameters."
    seed_everything(0)
    plain = DerivedNet(random_genotype(rng_for(0)), depth=depth).to(DEVICE).eval()
    fast = DerivedNet(random_genotype(rng_for(0)), depth=depth, cell=FastDerivedCell)
    fast.load_state_dict(plain.state_dict())
    return place(fast, DEVICE).eval(), plain


def _monai(net, image, patch):
    "A prediction by MONAI, as a function."
    from monai.inferers import sliding_window_inference
    def work():
        with torch.inference_mode():
            x = torch.from_numpy(image)[None].to(DEVICE)
            prob = sliding_window_inference(x, (patch,) * 3, 2, net, overlap=.25)
            return prob[0].cpu().numpy()
    return work


def _contenders(fast, plain, image, patch):
    "name → function, and rows of whom we could not ask."
    from nas3dunet.stitching import predict_volume
    works = {
        OURS: lambda: predict_volume(fast, image, patch),
        READABLE: lambda: predict_volume(plain, image, patch),
    }
    try:
        same = _monai(plain, image, patch)
        ours = _monai(fast, image, patch)
    except ImportError as e:
        return works, [dict(what="MONAI is not here", value=None, says=[str(e)])]
    works["MONAI, overlap 0.25, the same readable network"] = same
    works["MONAI, overlap 0.25, our fast network"] = ours
    return works, []


def _answers(works, calls):
    "name → its answer, after some calls; who fails is taken out of `works`, and a row says why."
    answers = {}
    errors = []
    for name, work in list(works.items()):
        try:
            for _ in range(calls): answers[name] = work()
        except Exception:
            errors.append(failure(name))
            del works[name]
    return answers, errors


def _row(name, f, first):
    return dict(
        what=name,
        value=f["seconds"],
        unit="s a case",
        times=first and f["seconds"] / first,
        least=f["least"],
        most=f["most"],
        calls=f["calls"],
    )


def predict(args):
    "Seconds a case, and how far our fast cells' probabilities are from the readable ones'."
    exact()
    image = whole_image(args)
    patch, depth = (16, 1) if args.tiny else (128, 4)
    works, rows = _contenders(*_networks(depth), image, patch)
    answers, errors = _answers(works, 1 if args.tiny else 2)
    rows += errors
    found = race(works, 1 if args.tiny else 5, 1, args.until)
    first = found.get(OURS, {}).get("seconds")
    rows += [_row(name, f, first) for name, f in found.items()]
    if OURS in answers and READABLE in answers:
        what = "ours against readable: largest difference of a probability"
        apart = float(np.abs(answers[OURS] - answers[READABLE]).max())
        rows.append(dict(what=what, value=apart, most=1e-3))
    if CUDA and OURS in works:
        rows.append(dict(what="profile: ours", value=None, **profile(works[OURS])))
    return rows
