"Killed, interrupted, crowded and out of room: every command, begun again, must end as if nothing had happened."
import contextlib, math, os, random, resource, shutil, signal, subprocess, time

from torture_world import LIMIT, begin, compare, kill_at, run, small_demo, tear_after, tree, wait, words_of


def at_every_point(world, tally, seed, share, end):
    "kill -9 before each call that changes a folder, in an order that an odd seed reverses: two runs whose time was too short for all have seen all; of a smaller share, before some."
    every = [(name, point) for name, points in world.points.items() for point in range(1, points + 1)]
    random.Random(0).shuffle(every)
    wanted = random.Random(seed).sample(every, math.ceil(len(every) * share)) if share < 1 else every[::-1 if seed % 2 else 1]
    for i, (name, point) in enumerate(wanted):
        if time.monotonic() > end:
            print(f"note: {i} of {len(wanted)} write points were tried in the time", flush=True)
            break
        part = f"kill -9 at a write: {name}"
        code, said = run(words_of(world.commands[name], world.fresh()), world.log, lambda: kill_at(point))
        if code == -signal.SIGKILL: world.finish(tally, part, name)
        else: tally.add(part, "foreign", f"not killed at {point}: {code} {said[-500:]}")


def torn(world, tally, rng, tries):
    "Killed in the middle of a write, by the system, after so many bytes; a helper's end is said in a sentence."
    for _ in range(tries):
        name = rng.choice(list(world.commands))
        point, size = rng.randrange(1, world.points[name] + 1), rng.choice([0, 1, 50, 300, 1000, 4000, 20000])
        code, said = run(words_of(world.commands[name], world.fresh()), world.log, lambda: tear_after(point, size))
        if code not in (0, 1, 2, -signal.SIGXFSZ) or "Traceback" in said: tally.add("killed within a write", "foreign", f"{name}: exit code {code}: {said[-1500:]}")
        else: world.finish(tally, "killed within a write", name)


def _killed(world, rng, work, seconds):
    pid = begin(work, world.log)
    time.sleep(rng.random() * seconds)
    os.kill(pid, signal.SIGKILL)
    wait(pid)


def at_random(world, tally, rng, tries):
    "kill -9 at any moment, of any command; a third of them twice."
    for _ in range(tries):
        name = rng.choice(list(world.commands))
        world.fresh()
        for again in range(rng.choice([1, 1, 2])):
            _killed(world, rng, words_of(world.commands[name], world.out, again=bool(again) and world.out.exists()), world.seconds[name])
        world.finish(tally, "kill -9 at random", name)


def the_demo(world, tally, rng, tries):
    "The demo, killed at random moments and resumed."
    whole = world.root/"demo"
    start = time.monotonic()
    code, said = run(small_demo(whole), world.log)
    seconds = time.monotonic() - start
    assert code == 0, said
    expected = tree(whole)
    for _ in range(tries):
        out = world.fresh()
        _killed(world, rng, small_demo(out), seconds)
        code, said = run(small_demo(out), world.log)
        wrong = compare(out, expected) if code == 0 else f"exit code {code}: {said[-1500:]}"
        tally.add("kill -9 in the demo", "lost" if wrong else "survived", wrong)


def signals(world, tally, rng, tries):
    "SIGINT, SIGTERM and SIGHUP: the right exit code, one sentence, nothing lost."
    for _ in range(tries):
        name, number = rng.choice(list(world.commands)), rng.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
        part = "SIGINT, SIGTERM, SIGHUP"
        pid = begin(words_of(world.commands[name], world.fresh()), world.log)
        time.sleep(rng.random() * world.seconds[name])
        os.kill(pid, number)
        code, said = wait(pid), world.log.read_text()
        if code is None: tally.add(part, "slow", f"{name} goes on after {number.name}")
        elif code not in (0, 128 + number, -number) or "Traceback" in said: tally.add(part, "foreign", f"{name}, {number.name}: exit code {code}: {said[-1500:]}")
        else: world.finish(tally, part, name)   # -number: before the program heard of signals


def crowds(world, tally, rng, tries):
    "Two or three processes, the same command, one folder: one has it, the others are refused or agree."
    for _ in range(tries):
        name, n = rng.choice(list(world.commands)), rng.choice([2, 3])
        world.fresh()
        logs = [world.root/f"log-{i}" for i in range(n)]
        pids = []
        for log in logs:
            pids.append(begin(words_of(world.commands[name], world.out), log))
            time.sleep(rng.choice([0, 0, .02, .2]))
        codes = [wait(pid) for pid in pids]
        part = f"{n} processes at once"
        if None in codes:
            tally.add(part, "slow", f"{name}: {codes} within {LIMIT} s")
            continue
        for code, log in zip(codes, logs):
            said = log.read_text()
            if code not in (0, 2) or "Traceback" in said: tally.add(part, "foreign", f"{name}: {codes}: {said[-1500:]}")
        wrong = compare(world.out, world.whole[name]) if 0 in codes else f"nobody ended well: {codes}"
        tally.add(part, "lost" if wrong else "survived", f"{name}: {wrong}")


def _copy(source, target):
    "What a plain copy brings along of a folder that changes meanwhile."
    with contextlib.suppress(shutil.Error, OSError): shutil.copytree(source, target)


def moved(world, tally, rng, tries):
    "Renamed, or copied by somebody, while it is written: the command goes on with what was renamed, and with the copy."
    for _ in range(tries):
        name, how = rng.choice(list(world.commands)), rng.choice(["renamed", "copied"])
        part, other = f"{how} while it is written", world.root/"other"
        shutil.rmtree(other, ignore_errors=True)
        pid = begin(words_of(world.commands[name], world.fresh()), world.log)
        time.sleep(rng.random() * world.seconds[name])
        if world.out.exists(): world.out.rename(other) if how == "renamed" else _copy(world.out, other)
        code, said = wait(pid), world.log.read_text()
        begun = how == "renamed" and other.exists() and any(not p.name.startswith(".writ") for p in other.iterdir())
        anew = [p.name for p in world.out.iterdir()] if begun and world.out.exists() else []
        if code not in (0, 1, 2) or "Traceback" in said or "fault of the program" in said: tally.add(part, "foreign", f"{name}: exit code {code}: {said[-1500:]}")
        elif anew and name != "evaluate": tally.add(part, "lost", f"{name} was renamed, and yet wrote {anew}")   # evaluate writes once, at its end
        else:
            if other.exists() and not anew and not (world.out.exists() and how == "renamed"):
                world.fresh()
                other.rename(world.out)
            world.finish(tally, part, name)


def _mounted(place, room):
    "Is a small disk there now? Only root can do that."
    place.mkdir(exist_ok=True)
    return subprocess.run(["mount", "-t", "tmpfs", "-o", room, "tmpfs", str(place)], capture_output=True).returncode == 0


def full_disk(world, tally, rng, tries):
    "A disk that is full after so many kilobytes, or after so many files; then there is room again."
    disk = world.root/"disk"
    real = _mounted(disk, "size=64k")
    if real: subprocess.run(["umount", str(disk)])
    for _ in range(tries):
        name = rng.choice(list(world.commands))
        kilobytes, files = rng.choice([4, 16, 32, 64, 128, 256, 512]), rng.choice([3, 6, 10, 15, 20, 30])
        part, room = rng.choice([("a full disk", f"size={kilobytes}k"), ("a disk of few files", f"nr_inodes={files}")]) if real else ("files cannot grow (no mount)", "")
        if real:
            _mounted(disk, room)
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
