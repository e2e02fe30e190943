"""One place holds the repository's address and the version: settings.ini. Write them into every other file that names them."""
import re, subprocess
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def settings():
    "What settings.ini says: the repository's address and the site's, without https://, and the version."
    config = ConfigParser()
    config.read(ROOT/"settings.ini", encoding="utf-8")
    said = config["DEFAULT"]
    addresses = [url.removeprefix("https://") for url in (said["git_url"], said["doc_host"] + said["doc_baseurl"])]
    return *addresses, said["version"]


def renamed(text, source, site):
    "The text with our addresses in the place of any others under our name."
    host, user, name = source.split("/")
    text = re.sub(rf"(github(?:\.com)?/)[\w-]+/{name}\b", rf"\g<1>{user}/{name}", text)
    return re.sub(rf"[\w-]+\.github\.io/{name}\b", site, text)


def main():
    source, site, version = settings()
    citation = ROOT/"CITATION.cff"
    citation.write_text(re.sub(r"^version: .*$", f"version: {version}", citation.read_text(encoding="utf-8"), flags=re.M), encoding="utf-8")
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    for path in (ROOT/name for name in files if name and name != "settings.ini"):
        try: text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError): continue
        new = renamed(text, source, site)
        if new != text: path.write_text(new, encoding="utf-8")


if __name__ == "__main__": main()
