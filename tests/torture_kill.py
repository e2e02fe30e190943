"Killed, interrupted, crowded and out of room: every command, begun again, must end as if nothing had happened."
import os, resource, shutil, signal, subprocess, time

from torture_world import begin, compare, count_points, run, small_demo, tree, wait, words_of


def at_every_point(world, tally, rng, end):
    "kill -9 before each call that changes a folder, in any order; the commands share the time."
    for i, name in enumerate(world.commands):
        now = time.monotonic()
        _at_points(world, tally, rng, now + (end - now) / (len(world.commands) - i), name)


def _at_points(world, tally, rng, end, name):
    counter = world.root/"points"
    run(words_of(world.commands[name], world.fresh()), world.log, lambda: count_points(None, counter))
    points = list(range(1, int(counter.read_text()) + 1))
    rng.shuffle(points)
    for i, point in enumerate(points):
        if time.monotonic() > end:
            print(f"note: {name}: {i} of {len(points)} write points were tried in the time", flush=True)
            break
        words = words_of(world.commands[name], world.fresh())
        code, said = run(words, world.log, lambda: count_points(point, counter))
        if code != -signal.SIGKILL: tally.add(f"kill -9 at a write: {name}", "foreign", f"not killed at {point}: {code} {said[-500:]}")
        else: world.finish(tally, f"kill -9 at a write: {name}", name)


def at_random(world, tally, rng, end):
    "kill -9 at any moment, of any command; a third of them twice."
    while time.monotonic() < end:
        name = rng.choice(list(world.commands))
        world.fresh()
        for again in range(rng.choice([1, 1, 2])):
            pid = begin(words_of(world.commands[name], world.out, again=bool(again) and world.out.exists()), world.log)
            time.sleep(rng.random() * world.seconds[name])
            os.kill(pid, signal.SIGKILL)
            wait(pid)
        world.finish(tally, "kill -9 at random", name)


def the_demo(world, tally, rng, end):
    "The demo, killed at random moments and resumed."
    whole = world.root/"demo"
    start = time.monotonic()
    code, said = run(small_demo(whole), world.log, limit=120)
    seconds = time.monotonic() - start
    assert code == 0, said
    expected = tree(whole)
    tries = 0
    while tries < 2 or time.monotonic() < end:
        tries += 1
        out = world.fresh()
        pid = begin(small_demo(out), world.log)
        time.sleep(rng.random() * seconds)
        os.kill(pid, signal.SIGKILL)
        wait(pid)
        code, said = run(small_demo(out), world.log, limit=120)
        wrong = compare(out, expected) if code == 0 else f"exit code {code}: {said[-1500:]}"
        tally.add("kill -9 in the demo", "lost" if wrong else "survived", wrong)


def signals(world, tally, rng, end):
    "SIGINT, SIGTERM and SIGHUP: the right exit code, one sentence, nothing lost."
    while time.monotonic() < end:
        name, number = rng.choice(["search", "train", "prepare", "predict", "compare"]), rng.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
        part = "SIGINT, SIGTERM, SIGHUP"
        pid = begin(words_of(world.commands[name], world.fresh()), world.log)
        time.sleep(rng.random() * world.seconds[name])
        os.kill(pid, number)
        code, said = wait(pid), world.log.read_text()
        if code is None: tally.add(part, "slow", f"{name} goes on after {number.name}")
        elif code not in (0, 128 + number, -number) or "Traceback" in said: tally.add(part, "foreign", f"{name}, {number.name}: exit code {code}: {said[-1500:]}")
        else: world.finish(tally, part, name)   # -number: before the program heard of signals


def crowds(world, tally, rng, end):
    "Two or three processes, the same command, one folder: one has it, the others are refused or agree."
    while time.monotonic() < end:
        name, n = rng.choice(list(world.commands)), rng.choice([2, 3])
        world.fresh()
        logs = [world.root/f"log-{i}" for i in range(n)]
        pids = []
        for log in logs:
            pids.append(begin(words_of(world.commands[name], world.out), log))
            time.sleep(rng.choice([0, 0, .02, .2]))
        codes = [wait(pid) for pid in pids]
        part = "two or three at once"
        for code, log in zip(codes, logs):
            said = log.read_text()
            if code not in (0, 2) or "Traceback" in said: tally.add(part, "foreign", f"{name}: {codes}: {said[-1500:]}")
        wrong = compare(world.out, world.whole[name]) if 0 in codes else f"nobody ended well: {codes}"
        tally.add(part, "lost" if wrong else "survived", f"{name}: {wrong}")


def _mounted(place, size):
    "Is a small disk there now? Only root can do that."
    place.mkdir(exist_ok=True)
    return subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(place)], capture_output=True).returncode == 0


def full_disk(world, tally, rng, end):
    "A disk that is full after so many kilobytes; then there is room again."
    disk = world.root/"disk"
    real = _mounted(disk, 64)
    if real: subprocess.run(["umount", str(disk)])
    part = "full disk" if real else "files cannot grow (no mount)"
    while time.monotonic() < end:
        name = rng.choice(list(world.commands))
        if real:
            _mounted(disk, rng.choice([4, 16, 32, 64, 128, 256, 512]))
            code, said = run(words_of(world.commands[name], disk/"out"), world.log)
            world.fresh()
            if (disk/"out").exists(): shutil.copytree(disk/"out", world.out)
            subprocess.run(["umount", str(disk)])
        else:
            most = rng.choice([1, 1000, 4000, 10000, 30000])
            def limit(): resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            code, said = run(words_of(world.commands[name], world.fresh()), world.log, limit)
        if code not in (0, 1, 2) or "Traceback" in said or "fault of the program" in said: tally.add(part, "foreign", f"{name}: exit code {code}: {said[-1500:]}")
        elif code and not world.out.exists(): tally.add(part, "refused")
        else: world.finish(tally, part, name)
