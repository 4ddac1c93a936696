# Writes an image as `docker save` lays it out: a tar archive for each layer, with AUFS whiteouts, in the form in which Go's
# archive/tar writes them: PAX only where it is needed, no "./", directories end in "/".
#
#   layers.py <directory>
#
# In it: 1.tar, 2.tar, 3.tar and save.tar, with all three and manifest.json. Prints what the tree has to be, as JSON.
import io, json, os, sys, tarfile

base = sys.argv[1]
mine = os.geteuid()
TIME = 1700000000


def entry(name, kind=tarfile.REGTYPE, content=b"", mode=0o644, link="", time=TIME, pax=None):
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.linkname, info.mtime, info.size = kind, mode, link, time, len(content)
    info.uid = info.gid = mine
    info.pax_headers = pax or {}
    return info, content


def directory(name, mode=0o755, time=TIME):
    return entry(name, tarfile.DIRTYPE, mode=mode, time=time)


def symlink(name, target):
    return entry(name, tarfile.SYMTYPE, mode=0o777, link=target)


def hardlink(name, target):
    return entry(name, tarfile.LNKTYPE, link=target)


layers = [
    [
        directory("bin"), entry("bin/sh", content=b"shell 1", mode=0o755), symlink("bin/bash", "sh"),
        hardlink("bin/rbash", "bin/sh"), directory("etc"), entry("etc/passwd", content=b"root 1"),
        entry("etc/hosts", content=b"hosts"), directory("etc/opt"), entry("etc/opt/a", content=b"a"),
        directory("gone"), entry("gone/x", content=b"x"), directory("gone/deep"), entry("gone/deep/y", content=b"y"),
        directory("opaque"), entry("opaque/old", content=b"old"), directory("opaque/olddir"),
        entry("opaque/olddir/z", content=b"z"), directory("turns"), entry("turns/file", content=b"f"),
        entry("becomes", content=b"file"), symlink("lib", "usr/lib"), directory("usr"), directory("usr/lib"),
        entry("usr/lib/libc", content=b"libc 1"),
    ],
    [
        directory("bin"), entry("bin/sh", content=b"shell 2", mode=0o755), entry("bin/.wh.bash"),
        directory("etc"), entry("etc/.wh.hosts"), entry(".wh.gone"),
        directory("opaque"), entry("opaque/.wh..wh..opq"), entry("opaque/new", content=b"new"),
        entry("turns", content=b"now a file"), directory("becomes"), entry("becomes/inner", content=b"inner"),
        directory("usr"), directory("usr/lib"), entry("usr/lib/libm", content=b"libm"),
    ],
    [
        directory("etc", time=TIME + 5), entry("etc/hosts", content=b"hosts again"), directory("gone"),
        entry("gone/new", content=b"new"), entry("caf\u00e9 " + "n" * 120, content=b"long", pax={"mtime": "1700000000.123456789"}),
        directory("opaque"), entry("opaque/.wh.new"),
    ],
]

paths = []
for number, layer in enumerate(layers, 1):
    path = os.path.join(base, "%d.tar" % number)
    paths.append(path)
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        for info, content in layer:
            archive.addfile(info, io.BytesIO(content))

with tarfile.open(os.path.join(base, "save.tar"), "w", format=tarfile.USTAR_FORMAT) as archive:
    names = ["%s/layer.tar" % (str(number) * 60) for number in range(1, 4)]
    for name, path in zip(names, paths):
        archive.add(path, name)
    manifest = json.dumps([{"Config": "config.json", "RepoTags": ["sample:latest"], "Layers": names}]).encode()
    info, content = entry("manifest.json", content=manifest)
    archive.addfile(info, io.BytesIO(content))

merged = {
    "bin/sh": "shell 2", "bin/rbash": "shell 1", "etc/passwd": "root 1", "etc/hosts": "hosts again", "etc/opt/a": "a",
    "gone/new": "new", "opaque": None, "turns": "now a file", "becomes/inner": "inner", "lib": "-> usr/lib",
    "usr/lib/libc": "libc 1", "usr/lib/libm": "libm", "caf\u00e9 " + "n" * 120: "long",
}
json.dump(merged, sys.stdout)
